"""Opening hours resolved: the museum's facts as a table, then rules and dates at random, and a second opinion."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours

from venues.opening_hours import (
    ANY_DAY,
    Calendar,
    Day,
    DayKind,
    Rule,
    Source,
    Span,
    SpecialHours,
    State,
    in_season,
    intervals,
    resolve,
    span_problems,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
OCTOBER = {date(2026, 10, day): (DayKind.HOLIDAY, "national_day") for day in range(1, 8)}
CALENDAR = Calendar(
    {
        **OCTOBER,
        date(2026, 1, 1): (DayKind.HOLIDAY, "new_year"),
        date(2026, 2, 17): (DayKind.HOLIDAY, "spring_festival"),
        date(2026, 2, 28): (DayKind.MAKE_UP_WORKDAY, "spring_festival"),
    },
    frozenset({2026}),
)
MONDAY, SATURDAY = frozenset({0}), frozenset({5})
REST = frozenset(range(1, 7))
WEEKDAYS = frozenset(range(5))


def at(text: str) -> int:
    """``"16:30"`` -> 990."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def span(text: str, state: State = State.OPEN) -> Span:
    """``"9:00-16:30/16:00"``: opens, closes, last entry."""
    times, _slash, last = text.partition("/")
    opens, closes = times.split("-")
    return Span(at(opens), at(closes), at(last) if last else None, state)


def told(day: Day) -> str:
    """``"open 9:00-16:30/16:00 (rule)"``."""

    def clock(minutes: int) -> str:
        return f"{minutes // 60}:{minutes % 60:02}"

    spans = [
        f"{clock(each.opens)}-{clock(each.closes)}"
        + (f"/{clock(each.last_entry)}" if each.last_entry is not None else "")
        + ("" if each.state is State.OPEN else f" {each.state}")
        for each in day.spans
    ]
    return " ".join([day.state, *spans, f"({day.source})"])


# The museum: Tuesday to Sunday 9:00 to 16:30, last entry 16:00, closed on Mondays but for public holidays.
MUSEUM = [
    Rule(spans=(span("9:00-16:30/16:00"),), weekdays=REST),
    Rule(State.CLOSED, weekdays=MONDAY),
    Rule(spans=(span("9:00-16:30/16:00"),), weekdays=MONDAY, kind=DayKind.HOLIDAY),
]
NEW_YEAR = SpecialHours(date(2026, 1, 1), date(2026, 1, 1), State.OPEN, (span("9:00-18:30/18:00"),), "Extended")
WORKS = SpecialHours(date(2026, 6, 1), date(2026, 6, 30), State.OPEN, (span("10:00-15:00"),), "Works")
ONE_OFF = SpecialHours(date(2026, 6, 10), date(2026, 6, 10), State.CLOSED, (), "Power cut", order=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 12), "open 9:00-16:30/16:00 (rule)"),  # an ordinary Tuesday
        (date(2026, 5, 11), "closed (rule)"),  # a Monday
        (date(2026, 1, 1), "open 9:00-18:30/18:00 (exception)"),  # extended once
        (date(2026, 1, 2), "open 9:00-16:30/16:00 (rule)"),
        (date(2026, 2, 28), "open 9:00-16:30/16:00 (rule)"),  # a Saturday that is a working day
        (date(2026, 10, 5), "open 9:00-16:30/16:00 (rule)"),  # a Monday in a holiday
        (date(2026, 10, 12), "closed (rule)"),
        (date(2026, 6, 9), "open 10:00-15:00 (exception)"),
        (date(2026, 6, 10), "closed (exception)"),  # a one-off closure inside an exception
        (date(2026, 6, 15), "open 10:00-15:00 (exception)"),  # a Monday: the exception says so
        (date(2027, 5, 11), "open 9:00-16:30/16:00 (provisional)"),  # a year that the calendar lacks
        (date(2027, 10, 4), "closed (provisional)"),  # perhaps a holiday; nobody knows yet
    ],
)
def test_museum(day: date, expected: str) -> None:
    assert told(resolve(day, MUSEUM, [NEW_YEAR, WORKS, ONE_OFF], CALENDAR)) == expected


SUMMER = Rule(spans=(span("9:00-20:00"),), season=((6, 1), (8, 31)))
WINTER = Rule(spans=(span("10:00-15:00"),), season=((11, 15), (3, 14)))
ALWAYS = Rule(spans=(span("9:00-17:00"),))
OFFICE = Rule(spans=(span("8:00-12:00"), span("13:00-17:00")), weekdays=WEEKDAYS)


@pytest.mark.parametrize(
    ("rules", "day", "expected"),
    [
        ([], date(2026, 5, 12), "unknown (none)"),
        ([OFFICE], date(2026, 5, 16), "unknown (none)"),  # nothing is said of a Saturday: never closed
        ([OFFICE], date(2026, 5, 15), "open 8:00-12:00 13:00-17:00 (rule)"),
        ([ALWAYS, SUMMER], date(2026, 7, 1), "open 9:00-20:00 (rule)"),
        ([ALWAYS, SUMMER], date(2026, 9, 1), "open 9:00-17:00 (rule)"),
        ([ALWAYS, WINTER], date(2026, 12, 31), "open 10:00-15:00 (rule)"),  # a season that wraps the year
        ([ALWAYS, WINTER], date(2026, 3, 14), "open 10:00-15:00 (rule)"),
        ([ALWAYS, WINTER], date(2026, 3, 15), "open 9:00-17:00 (rule)"),
        # The more particular rule holds: one named holiday, a kind of day, a period, a season, fewer weekdays.
        ([ALWAYS, Rule(State.CLOSED, weekdays=SATURDAY)], date(2026, 5, 16), "closed (rule)"),
        ([SUMMER, Rule(State.CLOSED, weekdays=SATURDAY)], date(2026, 7, 4), "open 9:00-20:00 (rule)"),
        (
            [SUMMER, Rule(State.CLOSED, valid=(date(2026, 7, 1), date(2026, 7, 9)))],
            date(2026, 7, 9),
            "closed (rule)",
        ),
        ([ALWAYS, Rule(State.CLOSED, valid=(None, date(2026, 4, 30)))], date(2026, 5, 1), "open 9:00-17:00 (rule)"),
        ([ALWAYS, Rule(State.CLOSED, valid=(date(2026, 5, 2), None))], date(2026, 5, 1), "open 9:00-17:00 (rule)"),
        ([ALWAYS, Rule(State.CLOSED, kind=DayKind.HOLIDAY)], date(2026, 2, 17), "closed (rule)"),
        (
            [Rule(State.CLOSED, kind="spring_festival"), Rule(spans=ALWAYS.spans, kind=DayKind.HOLIDAY)],
            date(2026, 2, 17),
            "closed (rule)",
        ),
        (
            [Rule(State.CLOSED, kind="spring_festival"), Rule(spans=ALWAYS.spans, kind=DayKind.HOLIDAY)],
            date(2026, 10, 1),
            "open 9:00-17:00 (rule)",
        ),
        ([Rule(State.CLOSED, kind="spring_festival"), ALWAYS], date(2026, 2, 28), "open 9:00-17:00 (rule)"),
        ([ALWAYS, Rule(State.CLOSED, kind=DayKind.MAKE_UP_WORKDAY)], date(2026, 2, 28), "closed (rule)"),
        ([Rule(spans=ALWAYS.spans, kind=DayKind.ORDINARY)], date(2026, 2, 28), "unknown (none)"),
        ([SUMMER, Rule(State.CLOSED, priority=1)], date(2026, 7, 1), "closed (rule)"),  # priority before all
        # Equal ones hold together, and closed wins.
        ([ALWAYS, Rule(spans=(span("19:00-26:00"),))], date(2026, 5, 12), "open 9:00-17:00 19:00-26:00 (rule)"),
        ([ALWAYS, Rule(spans=(span("16:00-18:00/17:30"),))], date(2026, 5, 12), "open 9:00-18:00/17:30 (rule)"),
        ([ALWAYS, Rule(State.CLOSED)], date(2026, 5, 12), "closed (rule)"),
        (
            [ALWAYS, Rule(State.EXIT_ONLY, spans=(span("17:00-17:30"),))],
            date(2026, 5, 12),
            "open 9:00-17:00 17:00-17:30 exit_only (rule)",
        ),
        ([Rule(State.BY_BOOKING)], date(2026, 5, 12), "by_booking (rule)"),
    ],
)
def test_rules(rules: list[Rule], day: date, expected: str) -> None:
    assert told(resolve(day, rules, [], CALENDAR)) == expected
    assert told(resolve(day, rules[::-1], [], CALENDAR)) == expected


def test_of_exceptions_for_the_same_days_the_last_one_holds() -> None:
    day = date(2026, 6, 1)
    first, second = (SpecialHours(day, day, reason=text, order=order) for order, text in enumerate(("a", "b")))
    assert [resolve(day, [], both, CALENDAR).reason for both in ([first, second], [second, first])] == ["b", "b"]


def test_a_span_past_midnight_on_the_years_last_night_is_the_old_years() -> None:
    party = resolve(date(2026, 12, 31), [Rule(spans=(span("20:00-26:30/25:00"),))], [], CALENDAR)
    (night,) = intervals(party, SHANGHAI)
    assert night.opens_at == datetime(2026, 12, 31, 20, tzinfo=SHANGHAI)
    assert night.closes_at == datetime(2027, 1, 1, 2, 30, tzinfo=SHANGHAI)
    assert night.last_entry_at == datetime(2027, 1, 1, 1, tzinfo=SHANGHAI)


def test_a_span_is_the_wall_clocks_where_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    (hours,) = intervals(resolve(date(2026, 3, 29), [ALWAYS], [], CALENDAR), berlin)
    assert (hours.opens_at.hour, hours.opens_at.utcoffset()) == (9, timedelta(hours=2))


@pytest.mark.parametrize(
    ("first", "last", "day", "expected"),
    [
        ((3, 1), (5, 31), date(2026, 5, 31), True),
        ((3, 1), (5, 31), date(2026, 6, 1), False),
        ((11, 1), (2, 29), date(2027, 2, 28), True),
        ((11, 1), (2, 29), date(2028, 2, 29), True),
        ((11, 1), (2, 29), date(2028, 3, 1), False),
        ((5, 1), (5, 1), date(2026, 5, 1), True),
    ],
)
def test_seasons(first: Any, last: Any, day: date, expected: bool) -> None:
    assert in_season(day, first, last) is expected


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (["9:00-12:00", "12:00-17:00"], []),
        (["20:00-48:00"], []),
        (["9:00-9:00"], [(0, "order")]),
        (["17:00-9:00"], [(0, "order")]),
        (["24:00-25:00"], [(0, "limits")]),
        (["20:00-48:01"], [(0, "limits")]),
        (["9:00-17:00/17:01"], [(0, "last_entry")]),
        (["9:00-17:00/8:59"], [(0, "last_entry")]),
        (["9:00-17:00/17:00"], []),
        (["9:00-12:00", "11:59-14:00", "14:00-15:00"], [(1, "overlap")]),
    ],
)
def test_spans_that_cannot_be_are_named(spans: list[str], expected: list[tuple[int, str]]) -> None:
    assert span_problems(span(each) for each in spans) == expected


# Rules and dates at random

DATES = st.dates(date(2025, 12, 1), date(2027, 2, 1))
MINUTES = st.integers(0, 24 * 60 - 1)
SPANS = st.lists(
    st.builds(lambda opens, length: Span(opens, min(opens + length, 48 * 60)), MINUTES, st.integers(1, 900)), max_size=3
).map(tuple)
RULES = st.lists(
    st.builds(
        Rule,
        state=st.sampled_from([State.OPEN, State.CLOSED, State.BY_BOOKING, State.EXIT_ONLY]),
        spans=SPANS,
        weekdays=st.frozensets(st.integers(0, 6), min_size=1),
        season=st.none() | st.tuples(st.tuples(st.integers(1, 12), st.integers(1, 28)), st.just((6, 30))),
        kind=st.sampled_from([ANY_DAY, *DayKind, "national_day"]),
        priority=st.integers(0, 1),
    ),
    max_size=6,
)


@settings(max_examples=150, deadline=None, database=None)
@given(day=DATES, rules=RULES, order=st.randoms(use_true_random=False))
def test_a_day_hangs_neither_on_the_order_of_rules_nor_on_those_that_do_not_hold(
    day: date, rules: list[Rule], order: Any
) -> None:
    found = resolve(day, rules, [], CALENDAR)
    shuffled = list(rules)
    order.shuffle(shuffled)
    assert resolve(day, shuffled, [], CALENDAR) == found
    assert resolve(day, [rule for rule in rules if day.weekday() in rule.weekdays], [], CALENDAR) == found
    assert (found.state is State.UNKNOWN) is (found.source is Source.NONE)
    assert list(found.spans) == sorted(found.spans, key=lambda each: (each.opens, each.closes))
    for state in State:
        same = [span for span in found.spans if span.state is state]
        assert all(before.closes < after.opens for before, after in pairwise(same))
    if found.state in (State.CLOSED, State.UNKNOWN):
        assert found.spans == ()


# A second opinion: what the OpenStreetMap syntax can say, read by a parser of it that others wrote.

NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@st.composite
def weeks(draw: Any) -> tuple[str, list[Rule]]:
    """A week of spans, for the whole year or a season, as text and as rules."""
    season = draw(st.none() | st.tuples(st.integers(1, 12), st.integers(1, 12)))
    rules, parts = [], []
    for weekday in sorted(draw(st.frozensets(st.integers(0, 6), min_size=1))):
        opens = draw(st.integers(0, 23 * 60))
        closes = draw(st.integers(opens + 1, min(opens + 23 * 60, 32 * 60)))
        prefix, dates = "", None
        if season is not None:
            first, last = season
            prefix = f"{MONTHS[first - 1]}-{MONTHS[last - 1]} " if first != last else f"{MONTHS[first - 1]} "
            dates = ((first, 1), (last, 31))
        times = f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
        parts.append(f"{prefix}{NAMES[weekday]} {times}")
        rules.append(Rule(spans=(Span(opens, closes),), weekdays=frozenset({weekday}), season=dates))
    return ", ".join(parts), rules  # a semicolon would let a day cut off what the night before left


@settings(max_examples=150, deadline=None, database=None)
@given(week=weeks(), moment=st.datetimes(datetime(2025, 12, 3), datetime(2027, 1, 30)))
def test_the_openstreetmap_parser_agrees(week: tuple[str, list[Rule]], moment: datetime) -> None:
    text, rules = week
    here = moment.replace(tzinfo=SHANGHAI)
    ours = any(
        each.opens_at <= here < each.closes_at
        for back in range(2)
        for each in intervals(resolve((moment - timedelta(days=back)).date(), rules, [], CALENDAR), SHANGHAI)
    )
    assert OpeningHours(text).is_open(moment) is ours, text
