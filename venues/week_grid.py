"""The week grid: the hours of seven days as people enter them, and the rules that they come to.

Pure: no tables, no forms. A week is seven entries from Monday on; None is a day of which nothing is entered, and that
is not closed. Days with the same entry share a rule, so that a week has as few rules as it can.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from venues.opening_hours import Span, State, span_problems
from venues.spans import PROBLEMS, check_needed, check_spans, clock, parse_spans, span_text, spans_text

T = TypeVar("T")

CELLS = ("state", "opens", "closes", "last", "more")

_TIME = re.compile(r"([0-9]{1,2})(?:[:.]?([0-5][0-9]))?")
_SPAN_SIGN = re.compile(r"[-–—~至到,、;()]")

# Where the grid shows what is wrong with the first span of a day.
_PLACES = {"limits": "opens", "order": "closes", "last_entry": "last", "overlap": "opens"}


@dataclass(frozen=True)
class Entry:
    """What is entered of a day."""

    state: State
    spans: tuple[Span, ...] = ()


Week = tuple[Entry | None, ...]
NO_WEEK: Week = (None,) * 7


@dataclass(frozen=True)
class Line:
    """One entry for some days of the week; ``key`` is the stored rule's, None where it has yet to be made."""

    entry: Entry
    weekdays: frozenset[int]
    key: int | None = None


@dataclass(frozen=True)
class Changes:
    """What makes the stored rules of a week the wanted ones. A rule that says the same already is in none of these."""

    changed: tuple[Line, ...] = ()
    fresh: tuple[Line, ...] = ()
    gone: tuple[int, ...] = ()


def lines_of(week: Week) -> list[Line]:
    """The fewest rules for a week, by their first day."""
    days: dict[Entry, set[int]] = {}
    for place, entry in enumerate(week):
        if entry is not None:
            days.setdefault(entry, set()).add(place)
    return [Line(entry, frozenset(places)) for entry, places in days.items()]


def week_of(lines: Iterable[Line]) -> Week:
    found: list[Entry | None] = [None] * 7
    for line in lines:
        for place in line.weekdays:
            found[place] = line.entry
    return tuple(found)


def changes(stored: Iterable[Line], wanted: Iterable[Line]) -> Changes:
    """As few writes as possible: a rule with the same hours is kept before one with the same days, and that before
    any other."""
    left = list(stored)
    waiting = list(wanted)
    changed: list[Line] = []
    for alike in (_same, _same_entry, _same_days, _any):
        for line in list(waiting):
            found = next((each for each in left if alike(each, line)), None)
            if found is None:
                continue
            left.remove(found)
            waiting.remove(line)
            if not _same(found, line):
                changed.append(Line(line.entry, line.weekdays, found.key))
    gone = tuple(line.key for line in left if line.key is not None)
    return Changes(tuple(changed), tuple(waiting), gone)


def _same(one: Line, other: Line) -> bool:
    return _same_entry(one, other) and _same_days(one, other)


def _same_entry(one: Line, other: Line) -> bool:
    return one.entry == other.entry


def _same_days(one: Line, other: Line) -> bool:
    return one.weekdays == other.weekdays


def _any(_one: Line, _other: Line) -> bool:
    return True


def closed_mondays(week: Week) -> tuple[Week, Entry] | None:
    """The week with its Monday closed, and what holds on Mondays that are public holidays: the hours of the next day
    that has some. None where no day has."""
    model = next((entry for entry in (*week[1:], week[0]) if entry is not None and entry.spans), None)
    return None if model is None else ((Entry(State.CLOSED), *week[1:]), model)


def entry_text(entry: Entry | None) -> str:
    """``"open 09:00-16:30 (16:00)"``; empty for no entry. Two entries are the same where these are."""
    return "" if entry is None else f"{entry.state} {spans_text(entry.spans)}".strip()


# Cells


def cells_of(entry: Entry | None) -> dict[str, str]:
    """What the cells of a row show: the first span in three of them, others as text in the last."""
    if entry is None:
        return dict.fromkeys(CELLS, "")
    first, *others = entry.spans or (None,)
    return {
        "state": entry.state.value,
        "opens": clock(first.opens) if first else "",
        "closes": clock(first.closes) if first else "",
        "last": clock(first.last_entry) if first and first.last_entry is not None else "",
        "more": spans_text(others) if first and others else "",
    }


def parse_time(text: str) -> int:
    """Minutes from ``9``, ``900``, ``0900``, ``9:00``, ``9.00`` or ``25:30``. Raises ValidationError."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    found = _TIME.fullmatch(plain)
    if not found:
        message = _("“%(text)s” is no time. Write 9:00, or 25:30 for half past one at night.")
        raise ValidationError(message, code="invalid", params={"text": text.strip()[:20]})
    return int(found[1]) * 60 + int(found[2] or 0)


def read_cells(cells: Mapping[str, str]) -> Entry | None:
    """What the cells of a row say. Hours without a state are open; a whole ``9:00-16:30 (16:00)`` may stand in the
    first cell. Raises ValidationError with the cells at fault."""
    texts = {name: (cells.get(name) or "").strip() for name in CELLS}
    spans = _spans(texts)
    if not texts["state"] and not spans:
        return None
    state = State(texts["state"] or State.OPEN)
    try:
        check_needed(state, spans)
    except ValidationError as error:
        raise ValidationError({"state" if state is State.CLOSED else "opens": error.messages}) from error
    return Entry(state, tuple(sorted(spans)))


def _spans(texts: Mapping[str, str]) -> tuple[Span, ...]:
    spans: list[Span] = []
    if not texts["closes"] and _SPAN_SIGN.search(unicodedata.normalize("NFKC", texts["opens"])):
        spans += _read("opens", parse_spans, texts["opens"])
    elif texts["opens"] or texts["closes"] or texts["last"]:
        spans.append(_first_span(texts))
    known = len(spans)
    spans += _read("more", parse_spans, texts["more"]) if texts["more"] else ()
    errors: dict[str, list[ValidationError]] = {}
    for place, code in span_problems(spans):
        problem = ValidationError(PROBLEMS[code], code=code, params={"span": span_text(spans[place])})
        errors.setdefault(_PLACES[code] if place < known else "more", []).append(problem)
    if errors:
        raise ValidationError(errors)
    _read("more", lambda _text: check_spans(spans), "")
    return tuple(spans)


def _first_span(texts: Mapping[str, str]) -> Span:
    for name in ("opens", "closes"):
        if not texts[name]:
            raise ValidationError({name: _("Enter when it opens and when it closes.")})
    opens, closes = (_read(name, parse_time, texts[name]) for name in ("opens", "closes"))
    return Span(opens, closes, _read("last", parse_time, texts["last"]) if texts["last"] else None)


def _read(name: str, parse: Callable[[str], T], text: str) -> T:
    """An error of the parser is one of the cell."""
    try:
        return parse(text)
    except ValidationError as error:
        raise ValidationError({name: error.messages}) from error
