"""The week grid: cells to entries, weeks to the fewest rules, and as few writes as possible."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from venues.arrangement import Arrangement, Steps, entry_for, outcome, steps_for, turns
from venues.opening_hours import Calendar, DayKind, Rule, Span, SpecialHours, State
from venues.overrides import overridden, runs
from venues.timetables import Timetable
from venues.week_grid import (
    NO_WEEK,
    Changes,
    Entry,
    Line,
    Week,
    cells_of,
    changes,
    closed_mondays,
    entry_text,
    lines_of,
    parse_time,
    read_cells,
    week_of,
)
from venues.year import Occasion, months, occasions, year_days

DAY = Entry(State.OPEN, (Span(540, 990, 960),))  # 9:00-16:30 (16:00)
LATE = Entry(State.OPEN, (Span(540, 1110, 1080),))  # 9:00-18:30 (18:00)
SPLIT = Entry(State.OPEN, (Span(540, 720), Span(780, 1020)))
SHUT = Entry(State.CLOSED)
MUSEUM: Week = (SHUT, *[DAY] * 6)


def days(text: str) -> frozenset[int]:
    return frozenset(int(each) for each in text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", 540),
        ("09", 540),
        ("900", 540),
        ("0900", 540),
        ("9:00", 540),
        ("9.30", 570),
        ("1630", 990),
        ("25:30", 1530),
        ("９：３０", 570),
        (" 9 : 30 ", 570),
        ("48", 2880),
    ],
)
def test_times_are_read_however_they_are_typed(text: str, expected: int) -> None:
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "nine", "9:60", "9:0", "12345", "-9", "9h", "٩"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        parse_time(text)
    assert [error.code for error in refused.value.error_list] == ["invalid"]


def cells(state: str = "", opens: str = "", closes: str = "", last: str = "", more: str = "") -> dict[str, str]:
    return {"state": state, "opens": opens, "closes": closes, "last": last, "more": more}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (cells(), None),  # nothing entered is not closed
        (cells("closed"), SHUT),
        (cells("open", "9", "1630", "16"), DAY),
        (cells("", "9", "1630", "16"), DAY),  # hours without a state are open
        (cells("open", "9:00", "12:00", "", "13-17"), SPLIT),
        (cells("open", "9:00-12:00, 13:00-17:00"), SPLIT),  # all of it in the first cell
        (cells("open", "9:00-16:30 (16:00)"), DAY),
        (cells("open", "９：００－１６：３０（１６：００）"), DAY),
        (cells("open", "13", "17", "", "9-12"), SPLIT),  # put in order
        (cells("by_booking"), Entry(State.BY_BOOKING)),
        (cells("exit_only", "18", "26"), Entry(State.EXIT_ONLY, (Span(1080, 1560),))),
    ],
)
def test_cells_say_what_holds(row: dict[str, str], expected: Entry | None) -> None:
    assert read_cells(row) == expected
    assert read_cells(cells_of(expected)) == expected  # and the grid shows them as it reads them


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (cells("open"), {"opens": "Enter the hours: 9:00-16:30 (16:00). Closed days have the state “closed”."}),
        (cells("closed", "9", "17"), {"state": "It is closed: leave the hours empty, or choose another state."}),
        (cells("open", "9"), {"closes": "Enter when it opens and when it closes."}),
        (cells("open", "", "17"), {"opens": "Enter when it opens and when it closes."}),
        (cells("", "", "", "16"), {"opens": "Enter when it opens and when it closes."}),
        (
            cells("open", "17", "9"),
            {"closes": "17:00-09:00: it closes before it opens. Past midnight, count on: 18:00-25:30."},
        ),
        (
            cells("open", "9", "17", "18"),
            {"last": "09:00-17:00 (18:00): the last entry lies outside of the opening hours."},
        ),
        (
            cells("open", "9", "49"),
            {
                "opens": "09:00-49:00: it opens between 00:00 and 23:59 and closes by 48:00 "
                "(25:30 is half past one at night)."
            },
        ),
        (
            cells("open", "9", "17", "", "16-18"),
            {"more": "16:00-18:00 overlaps another span of the day. Join the two, or change one."},
        ),
        (
            cells("open", "nine", "17"),
            {"opens": "“nine” is no time. Write 9:00, or 25:30 for half past one at night."},
        ),
        (
            cells("open", "9", "17", "", "later"),
            {"more": "“later” is no span of time. Write 9:00-16:30, or with the last entry: 9:00-16:30 (16:00)."},
        ),
    ],
)
def test_what_is_wrong_is_shown_at_its_cell(row: dict[str, str], expected: dict[str, str]) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        read_cells(row)
    with translation.override("en"):
        assert refused.value.message_dict == {cell: [message] for cell, message in expected.items()}


def test_a_week_is_as_few_rules_as_it_can_be() -> None:
    assert lines_of(MUSEUM) == [Line(SHUT, days("0")), Line(DAY, days("123456"))]
    assert lines_of((DAY, None, DAY, None, LATE, DAY, None)) == [Line(DAY, days("025")), Line(LATE, days("4"))]
    assert lines_of((DAY,) * 7) == [Line(DAY, days("0123456"))]
    assert lines_of(NO_WEEK) == []


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        # nothing changed: nothing is written
        ([Line(SHUT, days("0"), 1), Line(DAY, days("123456"), 2)], MUSEUM, Changes()),
        # one day later: the two rules that it concerns, one of them new
        (
            [Line(SHUT, days("0"), 1), Line(DAY, days("123456"), 2)],
            (SHUT, *[DAY] * 4, LATE, DAY),
            Changes((Line(DAY, days("12346"), 2),), (Line(LATE, days("5")),)),
        ),
        # other hours on the same days: that rule is changed
        (
            [Line(SHUT, days("0"), 1), Line(DAY, days("123456"), 2)],
            (SHUT, *[LATE] * 6),
            Changes((Line(LATE, days("123456"), 2),)),
        ),
        # two rules become one
        (
            [Line(SHUT, days("0"), 1), Line(DAY, days("123456"), 2)],
            (DAY,) * 7,
            Changes((Line(DAY, days("0123456"), 2),), (), (1,)),
        ),
        # two rules that say the same are one from now on
        (
            [Line(DAY, days("01"), 1), Line(DAY, days("23456"), 2)],
            (DAY,) * 7,
            Changes((Line(DAY, days("0123456"), 1),), (), (2,)),
        ),
        ([], MUSEUM, Changes((), (Line(SHUT, days("0")), Line(DAY, days("123456"))))),
        ([Line(DAY, days("0"), 1)], NO_WEEK, Changes((), (), (1,))),
    ],
)
def test_as_few_rules_are_written_as_can_be(stored: list[Line], wanted: Week, expected: Changes) -> None:
    assert changes(stored, lines_of(wanted)) == expected


weeks = st.tuples(*[st.sampled_from([None, SHUT, DAY, LATE, SPLIT])] * 7)


@given(weeks, weeks)
def test_changes_lead_from_any_week_to_any_other(before: Week, after: Week) -> None:
    stored = [Line(line.entry, line.weekdays, key) for key, line in enumerate(lines_of(before))]
    todo = changes(stored, lines_of(after))
    touched = {line.key for line in todo.changed}
    kept = [line for line in stored if line.key not in touched and line.key not in todo.gone]
    assert week_of([*kept, *todo.changed, *todo.fresh]) == after
    assert changes(stored, lines_of(before)) == Changes()


@pytest.mark.parametrize(
    ("week", "expected"),
    [
        (MUSEUM, (MUSEUM, DAY)),
        ((None, None, LATE, DAY, None, None, None), ((SHUT, None, LATE, DAY, None, None, None), LATE)),
        ((DAY, None, None, None, None, None, None), ((SHUT, None, None, None, None, None, None), DAY)),
        ((SHUT,) * 7, None),
        (NO_WEEK, None),
    ],
)
def test_closed_mondays_leave_their_hours_to_the_holidays(week: Week, expected: Any) -> None:
    assert closed_mondays(week) == expected


def test_an_entry_as_text_tells_entries_apart() -> None:
    told = [entry_text(each) for each in (None, SHUT, DAY, SPLIT)]
    assert told == ["", "closed", "open 09:00-16:30 (16:00)", "open 09:00-12:00, 13:00-17:00"]


# What an exception overrides

RULES = (Rule(spans=DAY.spans, weekdays=days("123456")), Rule(State.CLOSED, weekdays=days("0")))
KNOWN = Calendar({date(2026, 10, 1): (DayKind.HOLIDAY, "national_day")}, frozenset({2026}))


def special(first: int, last: int, order: int, state: State = State.CLOSED, spans: Any = ()) -> SpecialHours:
    return SpecialHours(date(2026, 6, first), date(2026, 6, last), state, spans, {"en": f"No. {order}"}, order)


def told(stretch: Any) -> tuple[str, str, list[tuple[int, int]]]:
    return stretch.day.state, stretch.day.source, [(first.day, last.day) for first, last in stretch.runs]


def test_an_exception_tells_what_it_overrides_and_what_beats_it() -> None:
    works, power = special(1, 10, 1), special(5, 5, 2)
    table = Timetable(RULES, (works, power))
    found = overridden(works, table, KNOWN)
    assert [told(each) for each in found.instead_of] == [
        ("closed", "rule", [(1, 1), (8, 8)]),
        ("open", "rule", [(2, 4), (6, 7), (9, 10)]),
    ]
    assert [(told(each), each.day.reason) for each in found.beaten] == [
        (("closed", "exception", [(5, 5)]), {"en": "No. 2"})
    ]
    inner = overridden(power, table, KNOWN)
    assert ([(told(each), each.day.reason) for each in inner.instead_of], inner.beaten) == (
        [(("closed", "exception", [(5, 5)]), {"en": "No. 1"})],
        (),
    )


def test_days_that_follow_each_other_are_one_run() -> None:
    june = [date(2026, 6, day) for day in (1, 2, 3, 5, 7, 8)]
    assert [(first.day, last.day) for first, last in runs(june)] == [(1, 3), (5, 5), (7, 8)]


# Arrangements


def wanted(first: int = 5, last: int = 8, **fields: Any) -> Arrangement:
    fields = {"entry": SHUT, "reason": {"en": "Holiday"}, **fields}
    return Arrangement(date(2026, 6, first), date(2026, 6, last), **fields)


def june(*spans: tuple[int, int]) -> tuple[tuple[date, date], ...]:
    return tuple((date(2026, 6, first), date(2026, 6, last)) for first, last in spans)


@pytest.mark.parametrize(
    ("own", "keep", "expected"),
    [
        ([], True, Steps(june((5, 8)))),
        ([special(1, 4, 1), special(9, 9, 2)], False, Steps(june((5, 8)))),  # beside it
        ([special(6, 6, 1)], True, Steps(june((5, 5), (7, 8)))),
        ([special(6, 6, 1)], False, Steps(june((5, 8)), (1,))),
        ([special(4, 5, 1)], True, Steps(june((6, 8)))),
        ([special(4, 5, 1)], False, Steps(june((5, 5), (6, 8)))),  # shorter than what sticks out
        ([special(7, 9, 1)], False, Steps(june((5, 6), (7, 8)))),
        ([special(1, 30, 1)], True, Steps()),
        ([special(1, 30, 1)], False, Steps(june((5, 8)))),  # a longer one stands behind
        ([special(5, 8, 1)], False, Steps(june((5, 8)), (1,))),
    ],
)
def test_an_arrangement_keeps_or_replaces_what_a_venue_has(own: Any, keep: bool, expected: Steps) -> None:
    assert steps_for(Timetable(RULES, tuple(own)), wanted(keep=keep)) == expected


exceptions = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 12)), max_size=4)


@given(exceptions, st.booleans())
def test_an_arrangement_holds_on_all_its_days_or_leaves_those_with_an_exception(own: Any, keep: bool) -> None:
    there = [special(first, min(30, first + more), order) for order, (first, more) in enumerate(own)]
    before = Timetable(RULES, tuple(there))
    asked = wanted(4, 12, entry=LATE, keep=keep)
    after = outcome(before, asked, steps_for(before, asked))
    for day in (date(2026, 6, number) for number in range(1, 31)):
        old, new = before.day(day, KNOWN), after.day(day, KNOWN)
        had_one = old.source == "exception"
        changes_here = asked.first <= day <= asked.last and not (keep and had_one)
        assert (new.reason == {"en": "Holiday"}) is changes_here
        assert changes_here or (old.state, old.spans, old.reason) == (new.state, new.spans, new.reason)


def test_an_arrangement_may_take_the_hours_of_a_weekday() -> None:
    table = Timetable(RULES, (special(6, 6, 1),))
    assert entry_for(table, wanted(weekday=6, entry=None)) == DAY  # the exception is no ordinary Sunday
    assert entry_for(table, wanted(weekday=0, entry=None)) == SHUT
    assert entry_for(Timetable((Rule(spans=DAY.spans, weekdays=days("1")),)), wanted(weekday=6, entry=None)) is None


def test_a_preview_puts_days_together_on_which_the_same_changes() -> None:
    before = Timetable(RULES)
    asked = wanted(5, 9)
    found = turns(before, outcome(before, asked, steps_for(before, asked)), asked, KNOWN)
    assert [
        (turn.before.state, turn.after.state, [(first.day, last.day) for first, last in turn.runs]) for turn in found
    ] == [("open", "closed", [(5, 7), (9, 9)]), ("closed", "closed", [(8, 8)])]


# The year


def test_a_year_is_twelve_months_of_whole_weeks() -> None:
    found = months(year_days(Timetable(RULES), 2026, KNOWN))
    assert [month.first for month in found] == [date(2026, month, 1) for month in range(1, 13)]
    shown = [day.date for month in found for week in month.weeks for day in week if day]
    assert (len(shown), shown == sorted(shown), shown[0], shown[-1]) == (
        365,
        True,
        date(2026, 1, 1),
        date(2026, 12, 31),
    )
    assert all(len(week) == 7 and any(week) for month in found for week in month.weeks)
    assert all(
        day.date.weekday() == place for month in found for week in month.weeks for place, day in enumerate(week) if day
    )


def test_the_days_of_a_holiday_are_one_occasion() -> None:
    holiday = (DayKind.HOLIDAY, "national_day")
    known = Calendar(
        {
            **{date(2026, 10, day): holiday for day in (1, 2, 3)},
            date(2026, 10, 10): (DayKind.MAKE_UP_WORKDAY, "national_day"),
            date(2026, 9, 25): (DayKind.HOLIDAY, "mid_autumn"),
            date(2027, 1, 1): (DayKind.HOLIDAY, "new_year"),
        }
    )
    assert occasions(known, date(2026, 9, 1), date(2026, 12, 31)) == [
        Occasion("mid_autumn", date(2026, 9, 25), date(2026, 9, 25)),
        Occasion("national_day", date(2026, 10, 1), date(2026, 10, 3)),
    ]
