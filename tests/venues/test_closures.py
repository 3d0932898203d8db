"""What a closure leaves of a day, as a table; then through the tables to the resolver and the intervals."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.changes.edits import edit
from tests import factories
from tests.factories import at, text
from venues.closures import Closure, cut, spans_left
from venues.models import HoursException, HoursRule, NoticeVenue, OpenInterval, Venue
from venues.opening_hours import Calendar, Day, DayKind, Source, Span, State
from venues.spans import parse_spans, spans_text
from venues.timetables import MAIN, Desk, load_timetables

FRIDAY, SATURDAY, SUNDAY = date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3)
CALENDAR = Calendar({}, frozenset({2026}))


@pytest.mark.parametrize(
    ("hours", "starts", "ends", "left"),
    [
        ("9:00-17:00", "14:00", "36:00", "09:00-14:00"),
        ("9:00-17:00", "0:00", "12:00", "12:00-17:00"),
        ("9:00-17:00", "12:00", "13:00", "09:00-12:00, 13:00-17:00"),
        ("9:00-17:00", "9:00", "17:00", ""),
        ("9:00-17:00", "17:00", "18:00", "09:00-17:00"),
        ("9:00-17:00", "8:00", "9:00", "09:00-17:00"),
        ("9:00-12:00, 13:00-17:00", "11:00", "14:00", "09:00-11:00, 14:00-17:00"),
        # The last entry keeps its distance to the end, and is never before the opening.
        ("9:00-16:30 (16:00)", "14:00", "24:00", "09:00-14:00 (13:30)"),
        ("9:00-16:30 (16:00)", "9:20", "24:00", "09:00-09:20 (09:00)"),
        ("9:00-16:30 (16:00)", "10:00", "12:00", "09:00-10:00 (09:30), 12:00-16:30 (16:00)"),
        # Nobody is let in after the last entry: what would open then stays closed.
        ("9:00-16:30 (16:00)", "15:00", "16:10", "09:00-15:00 (14:30)"),
        # Past midnight it is still the evening before.
        ("18:00-25:30", "24:00", "48:00", "18:00-24:00"),
        ("18:00-25:30", "19:00", "24:30", "18:00-19:00, 24:30-25:30"),
    ],
)
def test_closure_leaves_of_spans(hours: str, starts: str, ends: str, left: str) -> None:
    minutes = [int(hour) * 60 + int(rest) for hour, rest in (each.split(":") for each in (starts, ends))]
    assert spans_text(spans_left(parse_spans(hours), *minutes)) == left


def day(state: State, hours: str = "", on: date = FRIDAY, source: Source = Source.RULE) -> Day:
    return Day(on, state, parse_spans(hours), source, DayKind.ORDINARY)


SNOW = Closure(datetime(2026, 5, 1, 14), datetime(2026, 5, 2, 12), "snow")
ALL_DAY = Span(0, 1440, state=State.CLOSED)


@pytest.mark.parametrize(
    ("before", "state", "left", "closed", "source"),
    [
        (day(State.OPEN, "9:00-17:00"), State.OPEN, "09:00-14:00", (), Source.EXCEPTION),
        (day(State.OPEN, "9:00-17:00", SATURDAY), State.OPEN, "12:00-17:00", (), Source.EXCEPTION),
        (day(State.OPEN, "9:00-11:00", SATURDAY), State.CLOSED, "", (), Source.EXCEPTION),
        (day(State.OPEN, "9:00-11:00"), State.OPEN, "09:00-11:00", (), Source.RULE),
        (day(State.OPEN, "9:00-17:00", SUNDAY), State.OPEN, "09:00-17:00", (), Source.RULE),
        (day(State.CLOSED), State.CLOSED, "", (), Source.RULE),
        # Of a day without known hours the closed part is certain, and nothing else.
        (
            day(State.UNKNOWN, source=Source.NONE),
            State.UNKNOWN,
            "",
            (Span(840, 1440, state=State.CLOSED),),
            "exception",
        ),
        (day(State.UNKNOWN, on=SATURDAY), State.UNKNOWN, "", (Span(0, 720, state=State.CLOSED),), "exception"),
        (day(State.BY_BOOKING), State.BY_BOOKING, "", (Span(840, 1440, state=State.CLOSED),), "exception"),
        (day(State.UNKNOWN, on=SUNDAY, source=Source.NONE), State.UNKNOWN, "", (), Source.NONE),
    ],
)
def test_closure_of_a_day(before: Day, state: State, left: str, closed: Any, source: Source) -> None:
    found = cut(before, [SNOW])
    reason = "snow" if source == Source.EXCEPTION else None
    assert (found.state, spans_text(found.spans), found.closed) == (state, left, closed)
    assert (found.source, found.reason) == (source, reason)


@pytest.mark.parametrize("state", [State.OPEN, State.UNKNOWN, State.BY_BOOKING, State.CLOSED])
def test_closure_of_all_day_closes_whatever_was_known(state: State) -> None:
    whole = Closure(datetime(2026, 5, 1), datetime(2026, 5, 2), "snow")
    found = cut(day(state, "9:00-17:00" if state is State.OPEN else ""), [whole])
    assert (found.state, found.spans, found.closed, found.reason) == (State.CLOSED, (), (), "snow")


def test_closures_add_up_and_started_minutes_count() -> None:
    first = Closure(datetime(2026, 5, 1, 10, 0, 59), datetime(2026, 5, 1, 10, 59, 1), "first")
    second = Closure(datetime(2026, 5, 1, 12), datetime(2026, 5, 1, 13), "second")
    found = cut(day(State.OPEN, "9:00-17:00"), [second, first])
    assert spans_text(found.spans) == "09:00-10:00, 11:00-12:00, 13:00-17:00"
    assert found.reason == "second"


# Through the tables


@pytest.fixture
def museum(db: Any, clock: Any) -> Venue:
    clock(at(2026, 4, 30, 12))
    venue = factories.venue(slug="museum")
    HoursRule(venue=venue, spans=[{"opens": "09:00", "closes": "16:30", "last_entry": "16:00"}]).save()
    return venue


def closure(*venues: Venue, **fields: Any) -> Any:
    times = {"starts_at": at(2026, 5, 1, 14), "ends_at": at(2026, 5, 2, 12)}
    title = text("大雪闭馆", en="Closed: snow")
    return factories.notice(venues=venues, **{"notice_kind": "closure", "title": title, **times, **fields})


def hours(venue: Venue, on: date, desk: Desk = MAIN) -> str:
    found = load_timetables([Venue.objects.get(pk=venue.pk)])[venue.pk][desk].day(on, CALENDAR)
    return spans_text(found.spans) or found.state.value


def three(venue: Venue, desk: Desk = MAIN) -> list[str]:
    return [hours(venue, each, desk) for each in (FRIDAY, SATURDAY, SUNDAY)]


OPEN_DAY = "09:00-16:30 (16:00)"
CUT = ["09:00-14:00 (13:30)", "12:00-16:30 (16:00)", OPEN_DAY]


def test_closure_notice_makes_one_exception_that_says_when_and_why(museum: Venue, cast: Any) -> None:
    with edit(by=cast.staff):
        notice = closure(museum)
    (row,) = HoursException.objects.all()
    assert (row.venue, row.notice, row.state, row.spans) == (museum, notice, "closed", [])
    assert (row.first, row.last, row.reason["en"]) == (FRIDAY, SATURDAY, "Closed: snow")
    assert (row.closed_from, row.closed_until) == (notice.starts_at, notice.ends_at)
    assert (row.entered_by, row.entered_at) == (cast.staff, at(2026, 4, 30, 12))
    assert three(museum) == CUT


def test_closure_is_of_every_desk_and_of_what_follows_the_venue(museum: Venue) -> None:
    cafe = [{"opens": "10:00", "closes": "20:00", "last_entry": None}]
    HoursRule(venue=museum, service="cafe", spans=cafe).save()
    wing = factories.venue(parent=museum, follows_parent=True)
    hall = factories.venue(parent=wing, follows_parent=True)
    closure(museum)
    assert three(museum, Desk("cafe")) == ["10:00-14:00", "12:00-20:00", "10:00-20:00"]
    assert three(hall) == three(wing) == CUT
    assert OpenInterval.objects.filter(venue=hall, day=FRIDAY).get().closes_at == at(2026, 5, 1, 14)


def test_closure_of_a_part_leaves_the_whole_open(museum: Venue) -> None:
    wing = factories.venue(parent=museum, follows_parent=True)
    hall = factories.venue(parent=wing, follows_parent=True)
    closure(wing)
    assert (three(museum), three(wing), three(hall)) == ([OPEN_DAY] * 3, CUT, CUT)
    assert OpenInterval.objects.filter(venue=hall, day=FRIDAY).get().closes_at == at(2026, 5, 1, 14)


def test_closure_keeps_in_step_with_its_notice(museum: Venue) -> None:
    other = factories.venue(slug="other")
    notice = closure(museum)
    notice.ends_at, notice.title = at(2026, 5, 3, 10), text("闭馆")
    notice.save()
    NoticeVenue(notice=notice, venue=other).save()
    rows = HoursException.objects.order_by("venue")
    assert [(row.venue.slug, row.last, row.reason) for row in rows] == [
        ("museum", SUNDAY, text("闭馆")),
        ("other", SUNDAY, text("闭馆")),
    ]
    notice.places.get(venue=museum).delete()
    assert [row.venue.slug for row in rows.all()] == ["other"]
    assert three(museum) == [OPEN_DAY] * 3


@pytest.mark.parametrize("end", ["withdrawn", "deleted", "another kind"])
def test_closure_that_is_gone_gives_the_hours_back(museum: Venue, end: str) -> None:
    intervals = list(OpenInterval.objects.order_by("opens_at").values_list("opens_at", "closes_at"))
    notice = closure(museum)
    assert list(OpenInterval.objects.order_by("opens_at").values_list("opens_at", "closes_at")) != intervals
    if end == "withdrawn":
        factories.withdrawn(notice)
    elif end == "deleted":
        notice.delete()
    else:
        notice.notice_kind = "crowding"
        notice.save()
    assert not HoursException.objects.exists()
    assert three(museum) == [OPEN_DAY] * 3
    assert list(OpenInterval.objects.order_by("opens_at").values_list("opens_at", "closes_at")) == intervals


def test_closure_follows_rules_and_exceptions_that_change_later(museum: Venue) -> None:
    closure(museum)
    rule = museum.hours_rules.get()
    rule.spans = [{"opens": "10:00", "closes": "18:00", "last_entry": None}]
    rule.save()
    longer = [{"opens": "08:00", "closes": "22:00", "last_entry": None}]
    HoursException(venue=museum, first=SATURDAY, last=SATURDAY, spans=longer, reason=text("延长")).save()
    assert three(museum) == ["10:00-14:00", "12:00-22:00", "10:00-18:00"]
    assert OpenInterval.objects.filter(venue=museum, day=SATURDAY).get().closes_at == at(2026, 5, 2, 22)


def test_closure_without_an_end_is_one_exception_of_ten_years(museum: Venue) -> None:
    closure(museum, ends_at=None)
    (row,) = HoursException.objects.all()
    assert (row.first, row.last) == (FRIDAY, date(2036, 5, 1))
    assert three(museum) == ["09:00-14:00 (13:30)", "closed", "closed"]
    assert hours(museum, date(2027, 3, 1)) == "closed"


def test_closure_that_is_over_stays_in_the_past_days(museum: Venue, clock: Any) -> None:
    closure(museum)
    clock(at(2026, 5, 2, 13))
    factories.venue().save()
    assert three(museum) == CUT


def test_closure_of_a_venue_without_hours_closes_what_it_can_say(db: Any, clock: Any) -> None:
    clock(at(2026, 4, 30, 12))
    venue = factories.venue()
    closure(venue, ends_at=at(2026, 5, 3, 12))
    rows = OpenInterval.objects.filter(venue=venue).order_by("day")
    end = at(2026, 5, 3, 12)
    assert [(row.day, row.state, row.opens_at, row.closes_at) for row in rows] == [
        (FRIDAY, "closed", at(2026, 5, 1, 14), at(2026, 5, 2)),
        (SATURDAY, "closed", None, None),
        (SUNDAY, "closed", at(2026, 5, 3), end),
    ]
    assert three(venue) == ["unknown", "closed", "unknown"]


def opening(get: Any, clock: Any, moment: datetime) -> list[Any]:
    clock(moment)
    told = get("venues/museum", lang="en")["opening"]
    spans = [f"{span['opens']}-{span['closes']}" for span in told["today"]]
    return [told["state"], told["closes_at"] or told["next_change_at"], spans, told["note"]]


def test_closure_shows_in_what_is_open_now(museum: Venue, get: Any, clock: Any) -> None:
    closure(museum)
    noon = "2026-05-02T12:00:00+08:00"
    assert opening(get, clock, at(2026, 5, 1, 13)) == [
        *("open", "2026-05-01T14:00:00+08:00", ["09:00-14:00"], "Closed: snow"),
    ]
    assert opening(get, clock, at(2026, 5, 1, 15)) == ["closed", noon, ["09:00-14:00"], "Closed: snow"]
    assert opening(get, clock, at(2026, 5, 2, 9)) == ["closed", noon, ["12:00-16:30"], "Closed: snow"]
    days = get("venues/museum/hours", lang="en", from_="2026-05-01", to="2026-05-03")["results"]
    assert [(day["source"], day["reason"]) for day in days] == [
        *[("exception", "Closed: snow")] * 2,
        ("provisional", None),
    ]


def test_closure_of_a_venue_without_hours_shows_while_it_lasts_and_not_longer(db: Any, get: Any, clock: Any) -> None:
    clock(at(2026, 4, 30, 12))
    closure(factories.venue(slug="museum"))
    assert opening(get, clock, at(2026, 5, 1, 13)) == ["unknown", None, [], None]
    assert opening(get, clock, at(2026, 5, 1, 15)) == ["closed", "2026-05-02T12:00:00+08:00", [], "Closed: snow"]
    assert opening(get, clock, at(2026, 5, 2, 13)) == ["unknown", None, [], None]


def test_draft_closure_and_other_kinds_close_nothing(museum: Venue) -> None:
    closure(museum, published=False)
    closure(museum, notice_kind="weather")
    assert not HoursException.objects.exists()
    assert three(museum) == [OPEN_DAY] * 3


def test_closure_exception_is_not_edited_by_hand(museum: Venue) -> None:
    closure(museum)
    row = HoursException.objects.get()
    row.full_clean()
    row.last = SUNDAY
    with pytest.raises(ValidationError) as caught:
        row.full_clean()
    assert [error.code for error in caught.value.error_dict["__all__"]] == ["derived"]


def test_space_and_closure_hold_together(museum: Venue) -> None:
    hall = factories.space(museum)
    HoursRule(venue=museum, service="hall", space=hall, spans=[{"opens": "09:00", "closes": "15:00"}]).save()
    closure(museum)
    assert three(museum, Desk("hall", hall.pk)) == ["09:00-14:00", "12:00-15:00", "09:00-15:00"]
