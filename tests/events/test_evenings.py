"""``/events/{slug}/running-order`` and the evenings on the page of an event."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import ReleasedSlot, Slot
from tests import factories
from tests.events.test_running_order import FRIDAY, SATURDAY, moment
from tests.factories import at, text

pytestmark = pytest.mark.django_db


# The answer


@pytest.fixture
def festival(clock: Any) -> Any:
    """A park with two stages; Friday with doors, two sets, a changeover and a headliner to be announced; Saturday."""
    clock(at(2026, 4, 1, 12))
    with edit():
        park = factories.venue(slug="park", name=text("公园", en="Park"))
        main = factories.space(park, slug="main", name=text("主舞台", en="Main stage"))
        event = factories.event(
            slug="festival", event_kind="festival", title=text("音乐节", en="Festival"), venues=[park],
            starts_on=FRIDAY, ends_on=SATURDAY,
        )  # fmt: skip
        band = factories.participant(slug="band", kind="act", name=text("示例乐队", en="Band"), url="https://b.example")

        def add(title: str, times: str, day: date = FRIDAY, **fields: Any) -> Slot:
            start, _dash, end = times.partition("-")
            place = {"venue": park, "space": main}
            moments = {"ends_at": moment(end, day) if end else None, **place, "slot_kind": "set", **fields}
            return factories.slot(event, moment(start, day), title=text(title), **moments)

        add("入场", "18:00", slot_kind="doors", space=None)
        factories.takes_part(add("甲", "19:00-19:40"), band, role="support", billing=2)
        add("换场", "19:40-20:00", slot_kind="changeover")
        add("乙", "25:00-26:00")
        tba: dict[str, Any] = {"precision": "tba", "venue": park, "slot_kind": "set"}
        factories.slot(event, on_date=FRIDAY, title=text("大"), space=main, **tba)
        add("散场", "27:00", slot_kind="curfew", space=None)
        add("丙", "20:00-21:00", SATURDAY)
        factories.slot(event, title=text("神秘"), **tba)
    factories.release(event)
    return event


def brief(answer: Any) -> Any:
    return [
        (
            evening["date"],
            [
                (
                    each["place"]["space"] and each["place"]["space"]["slug"],
                    each["doors_at"],
                    [item["slot"]["title"] for item in each["items"]],
                    each["curfew_at"],
                )
                for each in evening["stages"]
            ],
        )
        for evening in answer["days"]
    ]


FRIDAYS = (
    "2026-05-01",
    [("main", "2026-05-01T18:00:00+08:00", ["甲", "乙", "大"], "2026-05-02T03:00:00+08:00")],
)
SATURDAYS = ("2026-05-02", [("main", None, ["丙"], None)])
SOME_DAY = (None, [(None, None, ["神秘"], None)])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 4, 1, 12), [FRIDAYS, SOME_DAY]),
        (at(2026, 5, 2, 3, 59), [FRIDAYS, SOME_DAY]),  # the night of Friday
        (at(2026, 5, 2, 4), [SATURDAYS, SOME_DAY]),
        (at(2026, 6, 1, 12), [SATURDAYS, SOME_DAY]),
    ],
)
def test_order_is_that_of_the_evening_that_is_on_or_comes_next(
    get: Any, festival: Any, clock: Any, now: datetime, expected: Any
) -> None:
    clock(now)
    answer = get("events/festival/running-order")
    assert brief(answer) == expected
    assert (answer["dates"], answer["release"]) == (["2026-05-01", "2026-05-02"], 1)


def test_order_of_the_days_that_are_asked_for(get: Any, festival: Any) -> None:
    assert brief(get("events/festival/running-order", day="2026-05-02,2026-05-01")) == [FRIDAYS, SATURDAYS]
    assert brief(get("events/festival/running-order", day="2026-05-03")) == [("2026-05-03", [])]


def test_order_tells_who_plays_and_what_is_between(get: Any, festival: Any) -> None:
    answer = get("events/festival/running-order", day="2026-05-01", lang="en")
    (stage,) = answer["days"][0]["stages"]
    first, second, last = stage["items"]
    assert stage["place"]["venue"]["name"] == "Park"
    assert first["slot"]["participants"] == [
        {"role": "support", "name": "Band", "slug": "band", "billing": 2, "url": "https://b.example"}
    ]
    changeover = ReleasedSlot.objects.get(slot_kind="changeover")
    assert (first["changeover"], last["changeover"]) == (None, None)
    assert second["changeover"] == {
        "uid": str(changeover.uid),
        "starts_at": "2026-05-01T19:40:00+08:00",
        "minutes": 20,
    }
    assert (last["slot"]["precision"], last["slot"]["starts_at"], last["slot"]["day"]) == ("tba", None, "2026-05-01")
    assert (stage["fallbacks"], first["slot"]["fallbacks"]) == ({}, {"title": "zh-Hans"})


def test_order_shows_what_is_cancelled_as_cancelled(get: Any, festival: Any) -> None:
    second = Slot.objects.get(starts_at=moment("25:00"))
    second.status, second.status_note = "cancelled", text("雨")
    second.save()
    factories.release(festival)
    (evening,) = get("events/festival/running-order", day="2026-05-01")["days"]
    shown = [(item["slot"]["title"], item["slot"]["status"]) for item in evening["stages"][0]["items"]]
    assert shown == [("甲", "scheduled"), ("换场", "scheduled"), ("乙", "cancelled"), ("大", "scheduled")]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"day": "tonight"}, ("day", "invalid")),
        ({"day": "2026-05-01,"}, ("day", "invalid")),
        ({"day": ""}, ("day", "required")),
        ({"day": ",".join(["2026-05-01"] * 51)}, ("day", "too_many")),
        ({"date": "2026-05-01"}, ("date", "unknown")),
    ],
)
def test_order_refuses_what_it_cannot_read(
    get: Any, festival: Any, params: dict[str, str], problem: tuple[str, str]
) -> None:
    (error,) = get("events/festival/running-order", expect=400, **params)["errors"]
    assert (error["field"], error["code"]) == problem


def test_order_before_the_first_release_is_empty_and_of_a_hidden_event_not_there(get: Any, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    factories.slot(factories.event(slug="new"), at(2026, 5, 1, 19))
    answer = get("events/new/running-order")
    assert (answer["release"], answer["dates"], answer["days"]) == (None, [], [])
    get("events/none/running-order", expect=404)


def test_order_holds_for_a_minute(client: Client, festival: Any, clock: Any) -> None:
    path = "/api/v1/events/festival/running-order"
    etags = []
    for now in (at(2026, 5, 1, 19, 1), at(2026, 5, 1, 19, 1) + timedelta(seconds=59), at(2026, 5, 1, 19, 2)):
        clock(now)
        etags.append(client.get(path)["ETag"])
    assert (etags[0] == etags[1], etags[1] == etags[2]) == (True, False)
    assert client.get(path, headers={"if-none-match": etags[2]}).status_code == 304


def test_order_costs_the_same_for_one_slot_and_for_many(client: Client, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    costs = []
    for size in (1, 9):
        with edit():
            venues = [factories.venue() for _ in range(size)]
            event = factories.league(slug=f"night-{size}", venues=venues)
            for venue in venues:
                factories.shown(factories.image(), venue)
                place = {"venue": venue, "space": factories.space(venue)}
                factories.takes_part(factories.slot(event, at(2026, 5, 1, 19), **place), factories.participant())
                factories.slot(event, at(2026, 5, 1, 18), slot_kind="doors", **place)
        factories.release(event)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/events/night-{size}/running-order").status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 10
