"""The spans of a day as they are stored and typed: ``[{"opens": "09:00", "closes": "16:30", "last_entry": "16:00"}]``,
and ``9:00-16:30 (16:00), 18:00-25:30`` in a form, the last entry in brackets. Hours run to 48, so past midnight."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from venues.opening_hours import Span, State, span_problems

MOST_SPANS = 12

_TIME = r"([0-9]{1,2})(?::?([0-9]{2}))?"
_SPAN = re.compile(rf"{_TIME}\s*(?:-|~|to|bis|至|到)\s*{_TIME}\s*(?:\(\s*(?:[^0-9()]*?)\s*{_TIME}\s*[^0-9()]*\))?")

PROBLEMS = {
    "limits": _("%(span)s: it opens between 00:00 and 23:59 and closes by 48:00 (25:30 is half past one at night)."),
    "order": _("%(span)s: it closes before it opens. Past midnight, count on: 18:00-25:30."),
    "last_entry": _("%(span)s: the last entry lies outside of the opening hours."),
    "overlap": _("%(span)s overlaps another span of the day. Join the two, or change one."),
}


def clock(minutes: int) -> str:
    """``990`` -> ``"16:30"``, ``1530`` -> ``"25:30"``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def minutes(text: str) -> int:
    """``"25:30"`` -> ``1530``. Raises ValueError."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-5][0-9])", text)
    if not found:
        raise ValueError(f"{text!r} is no time of a day")
    return int(found[1]) * 60 + int(found[2])


def read_spans(value: Iterable[Mapping[str, Any]]) -> tuple[Span, ...]:
    """From the stored shape. Raises ValueError, KeyError or TypeError where it is another."""
    return tuple(
        Span(
            minutes(each["opens"]),
            minutes(each["closes"]),
            minutes(each["last_entry"]) if each.get("last_entry") else None,
        )
        for each in value
    )


def write_spans(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [
        {
            "opens": clock(span.opens),
            "closes": clock(span.closes),
            "last_entry": None if span.last_entry is None else clock(span.last_entry),
        }
        for span in spans
    ]


def span_text(span: Span) -> str:
    """``"09:00-16:30 (16:00)"``."""
    last = "" if span.last_entry is None else f" ({clock(span.last_entry)})"
    return f"{clock(span.opens)}-{clock(span.closes)}{last}"


def spans_text(spans: Iterable[Span]) -> str:
    return ", ".join(span_text(span) for span in spans)


def parse_spans(text: str) -> tuple[Span, ...]:
    """``"9:00-16:30 (16:00), 18-25:30"``, also with Chinese punctuation. Raises ValidationError."""
    plain = unicodedata.normalize("NFKC", text).replace("–", "-").replace("—", "-").replace("、", ",")
    spans = []
    for part in re.split(r"[,;\n]", plain):
        if not part.strip():
            continue
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise ValidationError(
                _("“%(part)s” is no span of time. Write 9:00-16:30, or with the last entry: 9:00-16:30 (16:00)."),
                code="invalid",
                params={"part": part.strip()[:40]},
            )
        times = [_minutes(*pair, part) for pair in zip(found.groups()[::2], found.groups()[1::2], strict=True)]
        opens, closes, last = times
        assert opens is not None
        assert closes is not None
        spans.append(Span(opens, closes, last))
    check_spans(spans)
    return tuple(spans)


def _minutes(hours: str | None, rest: str | None, part: str) -> int | None:
    if hours is None:
        return None
    if int(rest or 0) > 59:
        raise ValidationError(
            _("“%(part)s”: an hour has 60 minutes."), code="invalid", params={"part": part.strip()[:40]}
        )
    return int(hours) * 60 + int(rest or 0)


def check_spans(spans: Iterable[Span]) -> None:
    """Raises ValidationError with everything that is wrong with the spans of one day."""
    spans = list(spans)
    if len(spans) > MOST_SPANS:
        raise ValidationError(_("At most %(most)d spans a day."), code="too_many", params={"most": MOST_SPANS})
    errors = [
        ValidationError(PROBLEMS[code], code=code, params={"span": span_text(spans[place])})
        for place, code in span_problems(spans)
    ]
    if errors:
        raise ValidationError(errors)


def check_needed(state: str, spans: Iterable[Any]) -> None:
    """What is open needs hours; what is closed has none. By booking may go without: the hours are agreed on."""
    if state == State.CLOSED and spans:
        raise ValidationError({"spans": _("It is closed: leave the hours empty, or choose another state.")})
    if state in (State.OPEN, State.EXIT_ONLY) and not spans:
        raise ValidationError({"spans": _("Enter the hours: 9:00-16:30 (16:00). Closed days have the state “closed”.")})


class SpansWidget(forms.TextInput):
    def format_value(self, value: Any) -> str:
        if isinstance(value, str) or value is None:
            return value or ""
        try:
            return spans_text(read_spans(value))
        except (ValueError, KeyError, TypeError):
            return ""


class SpansFormField(forms.CharField):
    widget = SpansWidget
    hidden_widget = type("SpansHiddenWidget", (SpansWidget,), {"input_type": "hidden"})

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return write_spans(parse_spans(super().clean(value) or ""))

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            before = initial if isinstance(initial, str) else spans_text(read_spans(initial or []))
            return parse_spans(before) != parse_spans(data or "")
        except ValidationError:
            return True


class SpansField(models.JSONField):
    """A column with the spans of a day, in the stored shape; always valid and in order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> list[dict[str, Any]]:
        try:
            spans = read_spans(value or [])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            shape = '[{"opens": "09:00", "closes": "16:30", "last_entry": "16:00"}]'
            raise ValidationError(
                _("Not the spans of a day. Write: %(shape)s"), code="invalid", params={"shape": shape}
            ) from error
        check_spans(spans)
        return write_spans(sorted(spans))

    def formfield(self, **kwargs: Any) -> Any:
        return SpansFormField(
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            required=False,
        )
