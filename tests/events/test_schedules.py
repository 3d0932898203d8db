"""``/events/{slug}/schedule`` and ``/changes``, and what an event says of its slots."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from events.models import Event, Slot
from tests import factories
from tests.factories import at, league, text

pytestmark = pytest.mark.django_db

EVENING = at(2026, 5, 1, 19)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[datetime], None]) -> None:
    clock(at(2026, 4, 1, 12))


def change(slot: Slot, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()


@pytest.fixture
def cup() -> Event:
    return league(slug="cup", title=text("厂BA", en="Factory BA"))


def days(answer: Any) -> list[tuple[str | None, list[str]]]:
    return [(day["date"], [slot["title"] for slot in day["slots"]]) for day in answer["days"]]


# The schedule


def test_schedule_is_by_day_in_order_with_what_is_not_known_last(get: Any, cup: Event) -> None:
    factories.slot(cup, EVENING + 24 * HOUR, title=text("二"))
    factories.slot(cup, EVENING + 8 * HOUR, title=text("夜场"))  # after midnight: still the evening before
    factories.slot(cup, EVENING, title=text("一"))
    factories.slot(cup, EVENING - HOUR, slot_kind="doors", title=text("入场"))
    factories.slot(cup, precision="date", on_date=date(2026, 5, 2), title=text("当日"))
    factories.slot(cup, precision="tba", title=text("待定"))
    factories.release(cup)
    answer = get("events/cup/schedule")
    assert days(answer) == [
        ("2026-05-01", ["入场", "一", "夜场"]),
        ("2026-05-02", ["当日", "二"]),
        (None, ["待定"]),
    ]
    assert {name: answer[name] for name in ("release", "published_at")} == {
        "release": 1,
        "published_at": "2026-04-01T12:00:00+08:00",
    }
    assert (answer["event"]["slug"], answer["event"]["name"]) == ("cup", "厂BA")
    assert [slot["audience"] for slot in answer["days"][0]["slots"]] == ["operational", "program", "program"]


def test_schedule_of_an_older_release_is_what_it_was(get: Any, cup: Event) -> None:
    moved, gone = factories.slot(cup, EVENING, title=text("一")), factories.slot(cup, EVENING, title=text("二"))
    factories.release(cup)
    change(moved, starts_at=EVENING + 48 * HOUR)
    gone.delete()
    factories.slot(cup, EVENING, title=text("三"))
    factories.release(cup)
    older, newest = get("events/cup/schedule", release="1"), get("events/cup/schedule")
    assert {title for _day, titles in days(older) for title in titles} == {"一", "二"}
    assert days(newest) == [("2026-05-01", ["三"]), ("2026-05-03", ["一"])]
    assert (older["release"], newest["release"]) == (1, 2)
    assert get("events/cup/schedule", release="2") == newest


def test_schedule_before_the_first_release_is_empty(get: Any, cup: Event) -> None:
    factories.slot(cup, EVENING)
    answer = get("events/cup/schedule")
    assert (answer["release"], answer["published_at"], answer["days"]) == (None, None, [])


@pytest.mark.parametrize(
    ("path", "params", "problem"),
    [
        ("schedule", {"release": "2"}, ("release", "out_of_range")),
        ("schedule", {"release": "0"}, ("release", "out_of_range")),
        ("schedule", {"release": "-1"}, ("release", "invalid")),
        ("schedule", {"release": "1.5"}, ("release", "invalid")),
        ("schedule", {"release": "٣"}, ("release", "invalid")),
        ("schedule", {"release": "9" * 30}, ("release", "invalid")),
        ("changes", {"since": "0" * 12 + "9" * 5000}, ("since", "invalid")),  # more digits than Python reads
        ("schedule", {"since": "1"}, ("since", "unknown")),
        ("changes", {}, ("since", "required")),
        ("changes", {"since": "2"}, ("since", "out_of_range")),
        ("changes", {"since": ""}, ("since", "required")),
    ],
)
def test_schedule_refuses_what_it_cannot_read(
    get: Any, cup: Event, path: str, params: dict[str, str], problem: tuple[str, str]
) -> None:
    factories.slot(cup, EVENING)
    factories.release(cup)
    (error,) = get(f"events/cup/{path}", expect=400, **params)["errors"]
    assert (error["field"], error["code"]) == problem


@pytest.mark.parametrize("path", ["schedule", "changes?since=0"])
def test_schedule_of_a_hidden_event_is_not_there(client: Client, path: str) -> None:
    hidden = league(slug="hidden", published=False)
    factories.slot(hidden, EVENING)
    factories.release(hidden)
    assert client.get(f"/api/v1/events/hidden/{path}").status_code == 404
    factories.public(hidden)
    factories.withdrawn(hidden)
    assert client.get(f"/api/v1/events/hidden/{path}").status_code == 410


def test_schedule_shows_no_draft(client: Client, cup: Event) -> None:
    slot = factories.slot(cup, EVENING)
    factories.release(cup)
    paths = [
        "/api/v1/events/cup/schedule",
        "/api/v1/events/cup/changes?since=0",
        "/api/v1/events/cup",
        "/api/v1/slots?from=2026-01-01",
        "/api/v1/",
    ]
    before = [client.get(path).content for path in paths]
    change(slot, title=text("秘密"), starts_at=EVENING + HOUR, status="cancelled")
    factories.takes_part(slot, factories.participant(name=text("秘密")))
    factories.slot(cup, EVENING, title=text("秘密"))
    assert [client.get(path).content for path in paths] == before


def test_schedule_costs_the_same_for_one_slot_and_for_many(client: Client) -> None:
    costs = []
    for size in (1, 12):
        venues = [factories.venue() for _ in range(size)]
        event = league(slug=f"cup-{size}", venues=venues)
        for n, venue in enumerate(venues):
            factories.shown(factories.image(), venue)
            slot = factories.slot(event, EVENING + n * HOUR, venue=venue, space=factories.space(venue))
            factories.takes_part(slot, factories.participant())
        factories.release(event)
        for path in ("schedule", "schedule?release=1", "changes?since=0"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/api/v1/events/cup-{size}/{path}").status_code == 200
            costs.append(len(captured))
    assert costs[:3] == costs[3:]
    assert max(costs) <= 10


# Changes


def told(answer: Any) -> list[Any]:
    def brief(slot: Any) -> Any:
        return slot and (slot["title"], slot["starts_at"])

    return [(each["kinds"], brief(each["before"]), brief(each["after"])) for each in answer["changes"]]


def test_changes_tell_both_times_of_a_retimed_match(get: Any, cup: Event) -> None:
    match = factories.slot(cup, EVENING, title=text("决赛", en="Final"))
    factories.slot(cup, EVENING, title=text("其他"))
    factories.release(cup)
    change(match, starts_at=EVENING + HOUR)
    factories.release(cup)
    answer = get("events/cup/changes", since="1", lang="en")
    assert told(answer) == [
        (["retimed"], ("Final", "2026-05-01T19:00:00+08:00"), ("Final", "2026-05-01T20:00:00+08:00"))
    ]
    (each,) = answer["changes"]
    assert (each["uid"], answer["since"], answer["release"]) == (str(match.uid), 1, 2)
    assert (each["before"]["sequence"], each["after"]["sequence"]) == (0, 1)
    assert each["after"]["previous_start"] == "2026-05-01T19:00:00+08:00"


def test_changes_add_up_over_releases(get: Any, cup: Event) -> None:
    """What came and went in between is not told; what was changed back neither."""
    there_and_back = factories.slot(cup, EVENING, title=text("一"))
    called_off = factories.slot(cup, EVENING + HOUR, title=text("二"))
    factories.release(cup)
    passing = factories.slot(cup, EVENING + 2 * HOUR, title=text("过客"))
    change(there_and_back, starts_at=EVENING - HOUR)
    factories.release(cup)
    passing.delete()
    change(there_and_back, starts_at=EVENING)
    change(called_off, status="cancelled", status_note=text("雨"))
    factories.release(cup)

    def kinds(since: str) -> list[Any]:
        return [each["kinds"] for each in get("events/cup/changes", since=since)["changes"]]

    assert {since: kinds(since) for since in "0123"} == {
        "0": [["added"], ["added", "cancelled"]],
        "1": [["cancelled"]],
        "2": [["retimed"], ["cancelled"], ["removed"]],
        "3": [],
    }


def test_changes_of_a_removed_slot_tell_what_it_was(get: Any, cup: Event) -> None:
    gone = factories.slot(cup, EVENING, title=text("一"))
    factories.release(cup)
    uid = gone.uid
    gone.delete()
    factories.release(cup)
    assert told(get("events/cup/changes", since="1")) == [(["removed"], ("一", "2026-05-01T19:00:00+08:00"), None)]
    assert get(f"slots/{uid}", expect=410)["tombstone"]["key"] == str(uid)


# What an event says of its slots


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 4, 1, 12), "展"),
        (EVENING, "一"),
        (EVENING + timedelta(minutes=1), "二"),
        (EVENING + 30 * HOUR, "展"),
        (at(2026, 5, 20, 12), None),
    ],
)
def test_next_slot_is_the_one_that_starts_next_else_one_that_goes_on(
    get: Any, cup: Event, clock: Any, now: datetime, expected: str | None
) -> None:
    factories.slot(cup, EVENING - 5 * HOUR, through=date(2026, 5, 10), slot_kind="exhibition", title=text("展"))
    factories.slot(cup, EVENING, title=text("一"))
    factories.slot(cup, EVENING + 24 * HOUR, title=text("二"))
    factories.slot(cup, EVENING + 3 * HOUR, title=text("取消"), status="cancelled")
    factories.slot(cup, EVENING + 4 * HOUR, title=text("入场"), slot_kind="doors")
    factories.slot(cup, precision="tba", title=text("待定"))
    factories.release(cup)
    clock(now)
    shown = get("events/cup")["next_slot"]
    assert (shown and shown["title"]) == expected
    (listed,) = get("events", from_="2026-01-01")["results"]
    assert listed["next_slot"] == shown


def test_event_is_rescheduled_when_its_beginning_was_moved(get: Any, cup: Event) -> None:
    first = factories.slot(cup, EVENING)
    later = factories.slot(cup, EVENING + 48 * HOUR)
    factories.release(cup)
    seen = [get("events/cup")["rescheduled"]]
    for slot, start in ((later, EVENING + 72 * HOUR), (first, EVENING + 24 * HOUR)):
        change(slot, starts_at=start)
        factories.release(cup)
        seen.append(get("events/cup")["rescheduled"])
    assert seen == [False, False, True]
