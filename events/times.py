"""The times of a day and the lists of dates of a series, as they are stored and typed.

Times: ``[{"starts": "10:00", "ends": "11:30"}]``, in a form ``10:00-11:30, 14:00, 18:00-25:30``. They count from
midnight of their date; a start reaches to 27:59, where the district's day ends, an end to 48:00.
Dates: ``["2025-05-01"]``, in a form ``2025-05-01, 2025-05-03..2025-05-05``.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from venues.spans import clock, minutes

MOST_TIMES = 48
MOST_DATES = 400
LATEST_START = 28 * 60
LATEST_END = 48 * 60

_CLOCK = r"([0-9]{1,2})(?::?([0-5][0-9]))?"  # 9, 930, 9:30
_TIME = re.compile(rf"{_CLOCK}(?:-{_CLOCK})?")
_DATE = r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
_DATES = re.compile(rf"{_DATE}(?:(?:\.\.|-|~|至|到){_DATE})?")


class Time(NamedTuple):
    """Minutes from midnight; the end may be unknown."""

    start: int
    end: int | None


def time_text(time: Time) -> str:
    """``"18:00-25:30"``, ``"14:00"``."""
    return clock(time.start) if time.end is None else f"{clock(time.start)}-{clock(time.end)}"


def times_text(times: Iterable[Time]) -> str:
    return ", ".join(time_text(time) for time in times)


def read_times(value: Iterable[Mapping[str, Any]]) -> list[Time]:
    """From the stored shape. Raises ValueError, KeyError, TypeError or AttributeError where it is another."""
    return [Time(minutes(each["starts"]), minutes(each["ends"]) if each.get("ends") else None) for each in value]


def write_times(times: Iterable[Time]) -> list[dict[str, Any]]:
    return [{"starts": clock(start), "ends": None if end is None else clock(end)} for start, end in times]


def _plain(text: str) -> str:
    """Without the variants of Chinese keyboards and of typography."""
    return re.sub(r"[–—]", "-", unicodedata.normalize("NFKC", text)).replace("、", ",")


def parse_times(text: str) -> list[Time]:
    """``"10:00-11:30, 14:00"``. Raises ValidationError."""
    found = []
    for part in re.split(r"[,;\n]", re.sub(r"\s*[-~至到]\s*", "-", _plain(text))):
        if not part.strip():
            continue
        match = _TIME.fullmatch(part.strip())
        if not match:
            raise ValidationError(
                _("“%(part)s” is no time. Write 10:00, or with its end 10:00-11:30; several with commas."),
                code="invalid",
                params={"part": part.strip()[:40]},
            )
        end = int(match[3]) * 60 + int(match[4] or 0) if match[3] else None
        found.append(Time(int(match[1]) * 60 + int(match[2] or 0), end))
    return check_times(found)


def check_times(times: Iterable[Time]) -> list[Time]:
    """In order. Raises ValidationError with everything that is wrong with the times of one day."""
    ordered = sorted(times, key=lambda time: (time.start, time.end or 0))
    if len(ordered) > MOST_TIMES:
        raise ValidationError(_("At most %(most)d times a day."), code="too_many", params={"most": MOST_TIMES})
    errors = [ValidationError(text, code=code, params={"time": what}) for what, code, text in _problems(ordered)]
    if errors:
        raise ValidationError(errors)
    return ordered


def _problems(times: list[Time]) -> Iterable[tuple[str, str, Any]]:
    starts = [time.start for time in times]
    for time in times:
        if time.start >= LATEST_START:
            text = _("%(time)s: a start after 27:59 (04:00 at night) belongs to the next day. Enter it there.")
            yield time_text(time), "limits", text
        elif time.end is not None and time.end <= time.start:
            yield (
                time_text(time),
                "order",
                _("%(time)s: it ends before it starts. Past midnight, count on: 18:00-25:30."),
            )
        elif time.end is not None and time.end > LATEST_END:
            yield time_text(time), "limits", _("%(time)s: an end is at most 48:00.")
    for start in sorted({start for start in starts if starts.count(start) > 1}):
        yield clock(start), "twice", _("%(time)s is there twice. Take one out.")


def dates_text(days: Iterable[str]) -> str:
    return ", ".join(days)


def parse_dates(text: str) -> list[date]:
    """``"2025-05-01, 2025-05-03..2025-05-05"``, in order. Raises ValidationError."""
    found: set[date] = set()
    for part in re.split(r"[,;\s]+", re.sub(r"\s*(\.\.|[-~至到])\s*", r"\1", _plain(text))):
        if part:
            found.update(_days(part))
            if len(found) > MOST_DATES:
                raise ValidationError(_("At most %(most)d dates."), code="too_many", params={"most": MOST_DATES})
    return sorted(found)


def _days(part: str) -> Iterable[date]:
    match = _DATES.fullmatch(part)
    try:
        if not match:
            raise ValueError(part)
        first = date(int(match[1]), int(match[2]), int(match[3]))
        last = date(int(match[4]), int(match[5]), int(match[6])) if match[4] else first
    except ValueError as error:
        raise ValidationError(
            _("“%(part)s” is no date. Write 2025-05-01; several with commas, days in a row as 2025-05-01..2025-05-05."),
            code="invalid",
            params={"part": part[:40]},
        ) from error
    if last < first or first.year < 1000 or last.year > 2999:
        raise ValidationError(
            _("“%(part)s”: the last day is before the first, or the year is none."),
            code="order",
            params={"part": part[:40]},
        )
    return (first + timedelta(days=count) for count in range(min((last - first).days, MOST_DATES) + 1))


class _TextWidget(forms.TextInput):
    """Shows a stored list as it is typed."""

    write: Callable[[Any], str]

    def format_value(self, value: Any) -> str:
        if isinstance(value, str) or value is None:
            return value or ""
        try:
            return self.write(value)
        except (ValueError, KeyError, TypeError, AttributeError):
            return ""


class _TextFormField(forms.CharField):
    """A list typed as text; ``clean`` gives the stored shape."""

    def read(self, text: str) -> list[Any]:
        raise NotImplementedError

    def clean(self, value: Any) -> list[Any]:
        return self.read(super().clean(value) or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            before = self.widget.format_value(initial or "")
            return self.read(before) != self.read(data or "")
        except ValidationError:
            return True


class TimesWidget(_TextWidget):
    write = staticmethod(lambda value: times_text(read_times(value)))


class TimesFormField(_TextFormField):
    widget = TimesWidget
    hidden_widget = type("TimesHiddenWidget", (TimesWidget,), {"input_type": "hidden"})

    def read(self, text: str) -> list[Any]:
        return write_times(parse_times(text))


class DatesWidget(_TextWidget):
    write = staticmethod(dates_text)


class DatesFormField(_TextFormField):
    widget = DatesWidget
    hidden_widget = type("DatesHiddenWidget", (DatesWidget,), {"input_type": "hidden"})

    def read(self, text: str) -> list[Any]:
        return [day.isoformat() for day in parse_dates(text)]


class _ListField(models.JSONField):
    """A column with such a list, in the stored shape; always valid and in order."""

    form_field: type[_TextFormField]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        label = kwargs.get("label", capfirst(self.verbose_name))
        return self.form_field(label=label, help_text=kwargs.get("help_text", self.help_text), required=False)


class TimesField(_ListField):
    form_field = TimesFormField

    def clean(self, value: Any, model_instance: models.Model | None) -> list[Any]:
        try:
            times = read_times(value or [])
            foreign = sorted({name for each in value or [] for name in each} - {"starts", "ends"})
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            shape = '[{"starts": "10:00", "ends": "11:30"}]'
            raise ValidationError(
                _("Not the times of a day. Write: %(shape)s"), code="invalid", params={"shape": shape}
            ) from error
        if foreign:
            text = _("A time has no “%(name)s”. It has: starts, ends.")
            raise ValidationError(text, code="unknown", params={"name": foreign[0][:40]})
        return write_times(check_times(times))


class DatesField(_ListField):
    form_field = DatesFormField

    def clean(self, value: Any, model_instance: models.Model | None) -> list[Any]:
        if not isinstance(value or [], list) or not all(isinstance(each, str) for each in value or []):
            raise ValidationError(_('Not a list of dates. Write: ["2025-05-01"]'), code="invalid")
        return [day.isoformat() for day in parse_dates(", ".join(value or []))]
