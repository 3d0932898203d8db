"""Tours by the clock, as pure tables: who lets one in at which hour."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.factories import at
from venues.opening_hours import Calendar, Day, DayKind, Rule, Source, Span, SpecialHours, State, resolve
from venues.tours import Mark, Stay, Visit, marks, total

CALENDAR = Calendar(years=frozenset({2026}))
MONDAY, TUESDAY, SUNDAY = date(2026, 5, 11), date(2026, 5, 12), date(2026, 5, 10)


def span(opens: str, closes: str, last: str = "") -> Span:
    def minutes(text: str) -> int:
        return int(text[:2]) * 60 + int(text[3:])

    return Span(minutes(opens), minutes(closes), minutes(last) if last else None)


def kept(*rules: Rule, exceptions: Any = ()) -> Callable[[date], Day]:
    return lambda day: resolve(day, rules, exceptions, CALENDAR)


def weekly(*spans: Span, closed: int | None = None, state: State = State.OPEN) -> Callable[[date], Day]:
    rules = [Rule(state=state, spans=spans)]
    if closed is not None:
        rules.append(Rule(state=State.CLOSED, weekdays=frozenset({closed})))
    return kept(*rules)


MUSEUM = weekly(span("09:00", "16:30", "16:00"), closed=0)
PARK = weekly(span("00:00", "24:00"))
BAR = weekly(span("18:00", "25:30", "24:30"), closed=0)
LUNCH = weekly(span("09:00", "12:00", "11:30"), span("14:00", "17:00"))
MARKET = weekly(span("03:30", "08:00"))
PLANT = kept(Rule(state=State.BY_BOOKING))
TOURS = weekly(span("10:00", "12:00", "10:30"), state=State.BY_BOOKING)
NOTHING = kept()
LEAVING = kept(Rule(state=State.EXIT_ONLY, spans=(span("17:00", "18:00"),)), Rule(spans=(span("09:00", "17:00"),)))
MIXED = kept(Rule(spans=(span("09:00", "12:00"),)), Rule(state=State.BY_BOOKING, spans=(span("08:00", "20:00"),)))
STORM = kept(Rule(spans=(span("18:00", "25:30"),)), exceptions=[SpecialHours(TUESDAY, TUESDAY, reason={"en": "Storm"})])


def judged(day_of: Callable[[date], Day] | None, arrival: datetime) -> Mark:
    (mark,) = marks(arrival, [Stay(60, None, day_of)])
    assert mark.arrives_at == arrival
    assert mark.leaves_at == arrival + timedelta(minutes=60)
    return mark


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return at(day.year, day.month, day.day, hour, minute)


def clock(shown: datetime | None, day: date) -> str | None:
    """``25:30`` as counted from that day's midnight."""
    if shown is None:
        return None
    minutes = round((shown - moment(day, 0)).total_seconds() / 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


# Of what, on which day, at which time; then the mark, when it opens, the last entry, when it closes.
CASES: list[tuple[Any, date, tuple[int, int], str, str | None, str | None, str | None]] = [
    (MUSEUM, TUESDAY, (9, 0), "open", None, "16:00", "16:30"),
    (MUSEUM, TUESDAY, (16, 0), "open", None, "16:00", "16:30"),
    (MUSEUM, TUESDAY, (16, 1), "too_late", None, "16:00", "16:30"),
    (MUSEUM, TUESDAY, (16, 30), "too_late", None, "16:00", "16:30"),
    (MUSEUM, TUESDAY, (23, 0), "too_late", None, "16:00", "16:30"),
    (MUSEUM, TUESDAY, (8, 59), "closed", "09:00", None, None),
    (MUSEUM, MONDAY, (10, 0), "closed", None, None, None),
    (MUSEUM, TUESDAY, (4, 0), "closed", "09:00", None, None),
    (PARK, MONDAY, (0, 0), "open", None, None, None),
    (PARK, MONDAY, (23, 59), "open", None, None, None),
    (BAR, SUNDAY, (17, 0), "closed", "18:00", None, None),
    (BAR, SUNDAY, (23, 0), "open", None, "24:30", "25:30"),
    (BAR, MONDAY, (0, 30), "open", None, "00:30", "01:30"),  # of Sunday's evening, though Mondays are closed
    (BAR, MONDAY, (0, 31), "too_late", None, "00:30", "01:30"),
    (BAR, MONDAY, (2, 0), "too_late", None, "00:30", "01:30"),
    (BAR, MONDAY, (5, 0), "closed", None, None, None),  # a new day has begun
    (BAR, TUESDAY, (0, 30), "closed", None, None, None),
    (STORM, TUESDAY, (0, 30), "open", None, None, "01:30"),  # the storm begins with its own day
    (STORM, TUESDAY, (19, 0), "closed", None, None, None),
    (LUNCH, MONDAY, (11, 30), "open", None, "11:30", "12:00"),
    (LUNCH, MONDAY, (11, 45), "closed", "14:00", None, None),
    (LUNCH, MONDAY, (12, 0), "closed", "14:00", None, None),
    (LUNCH, MONDAY, (16, 59), "open", None, None, "17:00"),
    (LUNCH, MONDAY, (17, 0), "too_late", None, None, "17:00"),
    (MARKET, MONDAY, (3, 0), "closed", "03:30", None, None),
    (PLANT, MONDAY, (3, 0), "by_booking", None, None, None),
    (TOURS, MONDAY, (10, 30), "by_booking", None, "10:30", "12:00"),
    (TOURS, MONDAY, (10, 31), "too_late", None, "10:30", "12:00"),
    (TOURS, MONDAY, (9, 0), "closed", "10:00", None, None),
    (MIXED, MONDAY, (10, 0), "open", None, None, "12:00"),
    (MIXED, MONDAY, (13, 0), "by_booking", None, None, "20:00"),
    (LEAVING, MONDAY, (17, 30), "too_late", None, None, "17:00"),
    (NOTHING, MONDAY, (10, 0), "unknown", None, None, None),
    (None, MONDAY, (10, 0), "unknown", None, None, None),
]


@pytest.mark.parametrize(("day_of", "day", "time", "visit", "opens", "last_entry", "closes"), CASES)
def test_visit_is_judged_at_its_arrival(
    day_of: Any, day: date, time: tuple[int, int], visit: str, opens: Any, last_entry: Any, closes: Any
) -> None:
    mark = judged(day_of, moment(day, *time))
    times = (mark.opens_at, mark.last_entry_at, mark.closes_at)
    assert (str(mark.visit), *(clock(each, day) for each in times)) == (visit, opens, last_entry, closes)


def test_visit_over_midnight_goes_on_into_the_next_day() -> None:
    """Two spans that meet at midnight are one stretch."""
    late = kept(
        Rule(spans=(span("18:00", "24:00", "23:00"),), weekdays=frozenset({6})),
        Rule(spans=(span("00:00", "02:00", "01:00"),), weekdays=frozenset({0})),
    )
    mark = judged(late, moment(SUNDAY, 23, 30))
    assert (mark.visit, mark.last_entry_at, mark.closes_at) == (Visit.OPEN, moment(MONDAY, 1), moment(MONDAY, 2))


def test_tour_arrives_by_the_minutes_at_the_stops_and_on_the_way() -> None:
    stays = [Stay(90, 10, MUSEUM), Stay(60, 20, PARK), Stay(0, 0, NOTHING), Stay(None, 15, MUSEUM)]
    found = marks(moment(TUESDAY, 13), stays)
    assert [(mark.visit, mark.arrives_at, mark.leaves_at) for mark in found] == [
        (Visit.OPEN, moment(TUESDAY, 13), moment(TUESDAY, 14, 30)),
        (Visit.OPEN, moment(TUESDAY, 14, 40), moment(TUESDAY, 15, 40)),
        (Visit.UNKNOWN, moment(TUESDAY, 16), moment(TUESDAY, 16)),
        (Visit.OPEN, moment(TUESDAY, 16), None),
    ]


@pytest.mark.parametrize("stays", [(Stay(None, 10, MUSEUM), Stay(60, 10, MUSEUM)), (Stay(5, None, PARK),) * 2])
def test_tour_knows_nothing_behind_what_is_unknown(stays: tuple[Stay, ...]) -> None:
    found = marks(moment(TUESDAY, 10), [*stays, Stay(60, None, PARK)])
    assert [(mark.visit, mark.arrives_at) for mark in found] == [
        (Visit.OPEN, moment(TUESDAY, 10)),
        (Visit.UNKNOWN, None),
        (Visit.UNKNOWN, None),
    ]


def test_tour_of_several_days_asks_each_day() -> None:
    found = marks(moment(SUNDAY, 10), [Stay(60, 23 * 60, MUSEUM), Stay(60, 23 * 60, MUSEUM), Stay(60, None, MUSEUM)])
    assert [str(mark.visit) for mark in found] == ["open", "closed", "open"]


def test_tour_of_no_stops_has_no_marks() -> None:
    assert marks(moment(SUNDAY, 10), []) == []


@pytest.mark.parametrize(
    ("minutes", "sum_of_all"), [([], None), ([5], 5), ([0, 5, 7], 12), ([5, None], None), ([None], None), ([0], 0)]
)
def test_total_is_unknown_where_a_part_is(minutes: list[int | None], sum_of_all: int | None) -> None:
    assert total(minutes) == sum_of_all


def test_what_a_closure_covers_is_closed_though_no_hours_are_known() -> None:
    afternoon = Span(13 * 60, 24 * 60, state=State.CLOSED)

    def day_of(day: date) -> Day:
        return Day(day, State.UNKNOWN, (), Source.EXCEPTION, DayKind.ORDINARY, closed=(afternoon,))

    stay = [Stay(30, None, day_of)]
    found = [marks(at(2026, 5, 12, hour), stay)[0].visit for hour in (12, 13, 20)]
    assert found == [Visit.UNKNOWN, Visit.CLOSED, Visit.CLOSED]
