"""What takes place when: ``when``, ``from``, ``to`` over slots and events, with the clock told what to say."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.changes.edits import edit
from tests import factories
from tests.factories import at

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 5, 8)
EVENING = at(2026, 5, 8, 19, 30)


def titles(get: Any, **params: Any) -> list[str]:
    return [row["title"] for row in get("slots", limit=100, **params)["results"]]


def events(get: Any, **params: Any) -> list[str]:
    return sorted(row["slug"] for row in get("events", limit=100, **params)["results"])


@pytest.fixture
def weekend(clock: Any) -> None:
    """A Friday to a Monday in May."""
    clock(at(2026, 5, 1, 12))
    with edit():
        event = factories.event(slug="festival", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))
        for title, start, fields in [
            ("friday-matinee", at(2026, 5, 8, 14), {"ends_at": at(2026, 5, 8, 16)}),
            ("friday-show", at(2026, 5, 8, 19), {"ends_at": at(2026, 5, 8, 21)}),
            ("friday-open-end", at(2026, 5, 8, 18), {}),  # counts two hours, until 20:00
            ("friday-night", at(2026, 5, 9, 1), {"ends_at": at(2026, 5, 9, 3)}),  # belongs to Friday
            ("friday-to-saturday", at(2026, 5, 8, 23), {"ends_at": at(2026, 5, 9, 2)}),
            ("saturday", at(2026, 5, 9, 10), {"ends_at": at(2026, 5, 9, 12)}),
            ("sunday", at(2026, 5, 10, 10), {"ends_at": at(2026, 5, 10, 12)}),
            ("monday", at(2026, 5, 11, 10), {"ends_at": at(2026, 5, 11, 12)}),
            ("cancelled", at(2026, 5, 8, 19), {"ends_at": at(2026, 5, 8, 22), "status": "cancelled"}),
            ("date-only", None, {"precision": "date", "on_date": FRIDAY}),
            ("all-day", None, {"precision": "date", "on_date": FRIDAY, "timing": "all_day"}),
            ("venue-hours", at(2026, 5, 8, 9), {"ends_at": at(2026, 5, 8, 22), "timing": "venue_hours"}),
            ("doors", at(2026, 5, 8, 19), {"ends_at": at(2026, 5, 8, 20), "slot_kind": "doors"}),
        ]:
            factories.slot(event, start, title={"zh-Hans": title}, **{"slot_kind": "show", **fields})
        factories.release(event)


FRIDAYS = {
    *("friday-matinee", "friday-show", "friday-open-end", "friday-night", "friday-to-saturday"),
    *("cancelled", "date-only", "all-day", "venue-hours"),
}


@pytest.mark.parametrize(
    ("moment", "when", "expected"),
    [
        (EVENING, "now", {"friday-show", "friday-open-end", "all-day"}),
        (at(2026, 5, 8, 20), "now", {"friday-show", "all-day"}),  # an end is exclusive
        (at(2026, 5, 8, 21), "now", {"all-day"}),
        (at(2026, 5, 9, 1), "now", {"friday-night", "friday-to-saturday", "all-day"}),
        (at(2026, 5, 9, 4), "now", set()),
        (EVENING, "today", FRIDAYS),
        (at(2026, 5, 9, 1), "today", FRIDAYS),  # at one at night it is still Friday
        (at(2026, 5, 9, 3, 59), "today", FRIDAYS),
        (at(2026, 5, 9, 4), "today", {"saturday"}),
        (
            at(2026, 5, 8, 12),
            "tonight",
            {"friday-show", "friday-open-end", "friday-night", "friday-to-saturday", "all-day"},
        ),
        (at(2026, 5, 8, 22), "tonight", {"friday-night", "friday-to-saturday", "all-day"}),
        (at(2026, 5, 9, 1), "tonight", {"friday-night", "friday-to-saturday", "all-day"}),
        (at(2026, 5, 9, 12), "tonight", set()),
        (at(2026, 5, 9, 1), "tomorrow", {"saturday"}),
        (at(2026, 5, 7, 12), "tomorrow", FRIDAYS),
        (EVENING, "weekend", {"saturday", "sunday"}),
        (at(2026, 5, 9, 1), "weekend", {"saturday", "sunday"}),  # Friday night: the weekend is to come
        (at(2026, 5, 9, 12), "weekend", {"saturday", "sunday"}),
        (at(2026, 5, 10, 12), "weekend", {"sunday"}),
        (at(2026, 5, 11, 1), "weekend", {"sunday"}),
        (at(2026, 5, 11, 12), "weekend", set()),
    ],
)
def test_slots_when(get: Any, clock: Any, weekend: None, moment: datetime, when: str, expected: set[str]) -> None:
    clock(moment)
    assert set(titles(get, when=when)) == expected
    assert (events(get, when=when) == ["festival"]) is bool(expected)


def test_slots_running_are_those_that_when_now_lists(get: Any, clock: Any, weekend: None) -> None:
    for hours in range(0, 80, 9):
        clock(at(2026, 5, 8) + timedelta(hours=hours, minutes=10))
        phases = {row["title"]: row["phase"] for row in get("slots", limit=100, from_="2026-05-01")["results"]}
        assert {title for title, phase in phases.items() if phase == "running"} == set(titles(get, when="now"))


def test_slots_phases_of_an_evening(get: Any, clock: Any, weekend: None) -> None:
    clock(EVENING)
    phases = {row["title"]: row["phase"] for row in get("slots", limit=100)["results"]}
    assert phases == {
        "friday-matinee": "finished",
        "friday-show": "running",
        "friday-open-end": "running",
        "friday-night": "upcoming",
        "friday-to-saturday": "upcoming",
        "saturday": "upcoming",
        "sunday": "upcoming",
        "monday": "upcoming",
        "cancelled": "unknown",
        "date-only": "unknown",
        "all-day": "running",
        "venue-hours": "unknown",
    }


def test_slots_past_midnight_belong_to_the_evening_they_began(get: Any, clock: Any, weekend: None) -> None:
    rows = {row["title"]: row["day"] for row in get("slots", limit=100)["results"]}
    assert rows["friday-night"] == rows["friday-to-saturday"] == "2026-05-08"
    assert set(titles(get, from_="2026-05-08", to="2026-05-08")) == FRIDAYS
    assert set(titles(get, from_="2026-05-09", to="2026-05-09")) == {"saturday"}
    assert set(titles(get, from_="2026-05-10")) == {"sunday", "monday"}


def test_slots_cancelled_are_shown_as_cancelled(get: Any, clock: Any, weekend: None) -> None:
    clock(EVENING)
    assert titles(get, status="cancelled") == ["cancelled"]
    (row,) = get("slots", status="cancelled")["results"]
    assert row["status"] == "cancelled"


def test_slots_operational_only_when_the_kind_asks(get: Any, clock: Any, weekend: None) -> None:
    clock(EVENING)
    assert titles(get, kind="doors") == ["doors"]
    assert get("slots", kind="doors")["results"][0]["audience"] == "operational"
    assert set(titles(get, kind="doors,show", when="today")) == FRIDAYS | {"doors"}
    assert titles(get, kind="break") == []


def test_slots_in_order_of_their_start(get: Any, clock: Any, weekend: None) -> None:
    clock(EVENING)
    starts = [row["starts_at"] for row in get("slots", limit=100)["results"] if row["starts_at"]]
    assert starts == sorted(starts)
    assert starts[0] == "2026-05-08T09:00:00+08:00"


def test_slots_run_over_days_and_to_be_announced(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 1, 12))
    event = factories.event(slug="expo", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 20))
    run = {"through": date(2026, 5, 9), "timing": "venue_hours"}
    factories.slot(event, at(2026, 5, 3, 9), title={"zh-Hans": "run"}, **run)
    factories.slot(event, precision="tba", title={"zh-Hans": "tba"})
    factories.release(event)
    assert titles(get, from_="2026-05-09", to="2026-05-09") == ["run", "tba"]
    assert titles(get, from_="2026-05-10", to="2026-05-10") == ["tba"]
    assert titles(get, from_="2026-05-21") == []
    rows = {row["title"]: row for row in get("slots")["results"]}
    assert (rows["run"]["day"], rows["run"]["through"]) == ("2026-05-03", "2026-05-09")
    assert (rows["tba"]["day"], rows["tba"]["starts_at"]) == (None, None)


def test_slots_postponed_have_no_end(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 8, 12))
    event = factories.event()
    factories.slot(event, EVENING, ends_at=EVENING + timedelta(hours=3), status="postponed")
    factories.release(event)
    (row,) = get("slots")["results"]
    assert (row["status"], row["starts_at"], row["ends_at"]) == ("postponed", "2026-05-08T19:30:00+08:00", None)


def test_slots_by_event_season_organizer_venue_and_status(get: Any) -> None:
    season = factories.event(slug="season", event_kind="season")
    hall, park = factories.venue(slug="hall", indoor=True), factories.venue(slug="park")
    cup = factories.event(
        slug="cup",
        event_kind="cup",
        season=season,
        organizer=factories.organizer(slug="office"),
        venues=[hall, park],
        price_kind="free",
        indoor=False,
        booking_status="walk_in",
    )
    factories.slot(cup, venue=hall, title={"zh-Hans": "hall"})
    factories.slot(cup, venue=park, title={"zh-Hans": "park"}, slot_kind="ceremony")
    factories.release(cup)
    other = factories.event(slug="other", price_kind="paid", status="postponed")
    factories.slot(other, title={"zh-Hans": "other"}, status="tentative", place_name={"zh-Hans": "河边"})
    factories.release(other)

    def found(**params: Any) -> set[str]:
        return set(titles(get, **params))

    assert found(event="cup") == found(season="season") == found(organizer="office") == {"hall", "park"}
    assert found(event="cup,other") == {"hall", "park", "other"}
    assert found(event_kind="cup") == found(booking_status="walk_in") == {"hall", "park"}
    assert found(venue="hall") == {"hall"}
    assert found(venue="hall,park") == {"hall", "park"}
    assert found(kind="ceremony") == {"park"}
    assert found(status="tentative") == {"other"}
    assert found(status="scheduled,tentative") == {"hall", "park", "other"}
    assert found(event_status="postponed") == {"other"}
    assert found(free="true") == {"hall", "park"}
    assert found(free="false") == {"other"}
    assert found(indoor="true") == {"hall"}
    assert found(indoor="false") == {"park"}  # its venue does not say, its event does
    assert found(season="nothing") == set()
    (row,) = get("slots", event="other")["results"]
    assert row["place"] == {"name": "河边", "address": None, "position": None, "venue": None, "space": None}


def test_slots_near_carry_the_distance_of_their_venue(get: Any) -> None:
    close, far = factories.venue(lat=41.81, lng=123.36), factories.venue(lat=41.85, lng=123.36)
    event = factories.event(venues=[close, far])
    for name, venue in (("far", far), ("close", close), ("nowhere", None)):
        factories.slot(event, venue=venue, title={"zh-Hans": name})
    factories.release(event)
    found = get("slots", near="41.80,123.36")["results"]
    assert [(row["title"], row["distance"]) for row in found] == [
        ("close", pytest.approx(1111, rel=0.01)),
        ("far", pytest.approx(5554, rel=0.01)),
    ]
    assert titles(get, near="41.80,123.36", radius=2000) == ["close"]
    assert titles(get, bbox="123,41.84,124,41.86") == ["far"]


def test_events_match_a_time_through_their_slots(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 8, 12))
    league = factories.event(slug="league", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))
    factories.slot(league, at(2026, 5, 10, 14))
    factories.slot(league, at(2026, 5, 8, 14), slot_kind="doors")  # doors alone are no event
    factories.release(league)
    assert events(get, when="today") == []
    assert events(get, from_="2026-05-09", to="2026-05-09") == []
    assert events(get, from_="2026-05-10", to="2026-05-10") == ["league"]
    assert events(get, from_="2026-05-11") == []


def test_events_without_slots_match_by_their_dates(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 8, 12))
    factories.event(slug="expo", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 9))
    factories.event(slug="open-end", starts_on=date(2026, 5, 9), ends_on=None)
    factories.event(slug="over", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 7))
    factories.event(slug="unknown", starts_on=None, ends_on=None)
    year = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31), "date_precision": "year"}
    factories.event(slug="this-year", **year)
    assert events(get) == ["expo", "open-end", "this-year"]
    assert events(get, when="today") == ["expo", "this-year"]
    assert events(get, when="now") == events(get, when="tonight") == ["expo"]
    assert events(get, when="tomorrow") == ["expo", "open-end", "this-year"]
    assert events(get, from_="2026-05-07", to="2026-05-07") == ["expo", "over", "this-year"]
    assert events(get, from_="2027-01-01") == ["open-end"]
    assert events(get, from_="2025-01-01", to="2025-12-31") == []


def test_events_draft_slots_say_nothing_until_released(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 8, 12))
    event = factories.event(slug="expo", starts_on=date(2026, 5, 8), ends_on=date(2026, 5, 21))
    slot = factories.slot(event, at(2026, 5, 20, 14))
    assert events(get, when="today") == ["expo"]
    assert events(get, from_="2026-05-21") == ["expo"]
    factories.release(event)
    assert events(get, when="today") == []
    assert events(get, from_="2026-05-20") == ["expo"]
    slot.starts_at = at(2026, 5, 21, 14)
    slot.save()
    assert events(get, from_="2026-05-21") == []
    assert get(f"slots/{slot.uid}")["starts_at"] == "2026-05-20T14:00:00+08:00"


def test_slot_taken_out_of_the_schedule_is_gone_with_a_tombstone(get: Any) -> None:
    event = factories.event()
    kept, taken = factories.slot(event), factories.slot(event)
    factories.release(event)
    taken.delete()
    assert get(f"slots/{taken.uid}")["status"] == "scheduled"
    factories.release(event)
    problem = get(f"slots/{taken.uid}", expect=410)
    assert (problem["tombstone"]["kind"], problem["tombstone"]["key"]) == ("slot", str(taken.uid))
    assert [row["uid"] for row in get("slots")["results"]] == [str(kept.uid)]


def test_slot_keeps_its_uid_and_tells_what_moved(get: Any) -> None:
    event = factories.event(starts_on=date(2099, 5, 8), ends_on=date(2099, 5, 8))
    slot = factories.slot(event, at(2099, 5, 8, 18))
    factories.release(event)
    slot.starts_at = at(2099, 5, 8, 19)
    slot.save()
    factories.release(event)
    shown = get(f"slots/{slot.uid}")
    assert (shown["starts_at"], shown["previous_start"], shown["sequence"]) == (
        "2099-05-08T19:00:00+08:00",
        "2099-05-08T18:00:00+08:00",
        1,
    )


def test_slots_that_follow_their_venue_run_while_it_is_open(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 1, 12))
    museum, silent = factories.venue(), factories.venue()
    factories.hours(museum, "9:00-17:00", "tue-sun")
    event = factories.event(slug="expo", venues=[museum, silent], starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 20))
    run = {"on_date": date(2026, 5, 3), "through": date(2026, 5, 9), "timing": "venue_hours", "precision": "date"}
    for name, venue in (("museum", museum), ("silent", silent)):
        factories.slot(event, venue=venue, title={"zh-Hans": name}, slot_kind="exhibition", **run)
    factories.release(event)

    def running(*moment: int) -> list[str]:
        clock(at(*moment))
        found = titles(get, when="now")
        assert [row["slug"] for row in get("events", when="now")["results"]] == ["expo"][: len(found)]
        return found

    assert running(2026, 5, 5, 10) == ["museum"]
    assert running(2026, 5, 5, 17) == []
    assert running(2026, 5, 4, 10) == []  # a Monday
    assert running(2026, 5, 9, 16, 59) == ["museum"]
    assert running(2026, 5, 10, 10) == []  # the run is over
