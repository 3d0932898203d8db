"""The draft schedule by the manage API: slots one by one and many at once, each with a version of its own."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events.bulk import cancel, shift
from events.models import Event, Slot, SlotParticipant
from events.restoring import restore
from events.series import apply
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, feed, league, revision, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

EVENT = "/api/v1/manage/events/cup"
SLOTS = f"{EVENT}/slots"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """A draft event of ``ours`` in a hall with a court, two teams, one match of them and a talk."""
    clock(at(2026, 5, 1, 12))
    with edit():
        cast.hall = factories.venue(slug="hall")
        cast.court = factories.space(cast.hall, slug="court")
        cast.cup = league(slug="cup", organizer=cast.ours, published=False, venues=[cast.hall])
        cast.north, cast.south = (factories.participant(slug=slug) for slug in ("north", "south"))
        cast.match = factories.slot(cast.cup, at(2026, 5, 2, 19), venue=cast.hall, title=text("决赛", en="Final"))
        cast.talk = factories.slot(cast.cup, at(2026, 5, 3, 9), slot_kind="session")
        factories.takes_part(cast.match, cast.north, role="home")
    cast.match.refresh_from_db()
    return cast


def path(slot: Slot) -> str:
    return f"/api/v1/manage/slots/{slot.uid}"


def read(who: Any, slot: Slot) -> dict[str, Any]:
    found: dict[str, Any] = send(who, "get", path(slot)).json()
    return found


def bulk(who: Any, *items: Any, expect: int = 200, verb: str = "patch") -> Any:
    return send(who, verb, SLOTS, {"slots": list(items)}, expect)


def item(slot: Slot, **fields: Any) -> dict[str, Any]:
    return {"uid": str(slot.uid), "version": Slot.objects.get(pk=slot.pk).version, **fields}


# Reading


def test_manage_slot_in_its_whole_shape(stage: Any) -> None:
    response = send(stage.editor, "get", path(stage.match))
    assert response["ETag"] == '"2"'  # saved, and given a participant
    assert response.json() == {
        "version": 2,
        "derived": {"title": {"zh-Hant": "決賽"}},
        "uid": str(stage.match.uid),
        "event": {"slug": "cup"},
        "kind": "match",
        "title": {"zh-Hans": "决赛", "en": "Final"},
        "day": "2026-05-02",
        "starts_at": "2026-05-02T19:00:00+08:00",
        "ends_at": None,
        "on_date": None,
        "through": None,
        "timing": "timed",
        "precision": "exact",
        "status": "scheduled",
        "status_note": {},
        "venue": {"slug": "hall"},
        "space": None,
        "place_name": {},
        "participants": [{"slug": "north", "role": "home", "billing": 1}],
        "capacity": None,
        "sample": False,
        "series": None,
        "released": False,
        "changes": ["added"],
    }


def test_manage_slots_are_the_whole_draft_in_order_of_time(stage: Any) -> None:
    tba = factories.slot(stage.cup, None, precision="tba")
    factories.release(stage.cup, only=[stage.match.uid])
    shown = send(stage.reviewer, "get", SLOTS).json()
    assert (shown["event"], shown["release"]) == ({"slug": "cup"}, 1)
    assert shown["version"] == Event.objects.get().version
    assert [(each["uid"], each["released"], each["changes"], each["day"]) for each in shown["slots"]] == [
        (str(stage.match.uid), True, [], "2026-05-02"),
        (str(stage.talk.uid), False, ["added"], "2026-05-03"),
        (str(tba.uid), False, ["added"], None),
    ]
    assert shown["slots"][0] == read(stage.editor, stage.match)


def test_manage_slots_of_strangers_are_not_there(stage: Any) -> None:
    limited = factories.token(stage.staff, organizer=stage.theirs)
    for who in (stage.stranger, stage.nobody, limited):
        send(who, "get", SLOTS, expect=404)
        send(who, "get", path(stage.match), expect=404)
        send(who, "patch", path(stage.match), {"version": 2}, 404)
        send(who, "delete", path(stage.match), {"version": 2}, 404)
        bulk(who, item(stage.match), expect=404)
    reads = factories.token(stage.editor, scope="read")
    assert send(reads, "get", SLOTS).json()["slots"][0]["uid"] == str(stage.match.uid)
    assert wrong(bulk(reads, item(stage.match), expect=403)) == [("", "read_only_token")]
    send(stage.reviewer, "patch", path(stage.match), {"version": 2}, 403)


# Versions


def test_slot_version_rises_with_every_write_of_it(stage: Any) -> None:
    def version() -> int:
        return Slot.objects.get(pk=stage.match.pk).version

    assert (version(), stage.talk.version) == (2, 1)
    row = factories.takes_part(stage.match, stage.south)
    assert version() == 3
    row.slot = stage.talk
    row.save()
    assert (version(), Slot.objects.get(pk=stage.talk.pk).version) == (4, 2)
    row.delete()
    assert (version(), Slot.objects.get(pk=stage.talk.pk).version) == (4, 3)
    shift(stage.cup, [stage.match.uid], 30, by=None)
    assert version() == 5
    factories.release(stage.cup)
    assert version() == 5  # a release leaves the draft as it is
    cancel(stage.cup, [stage.match.uid], text("暴雨"), by=None)
    assert version() == 6
    restore(stage.cup, 1, by=None)
    assert version() == 7


def test_slot_version_rises_with_its_series(stage: Any) -> None:
    series = factories.series(stage.cup, "fri", "10:00")
    apply(series, by=None)
    assert set(series.slots.values_list("version", flat=True)) == {1}
    series.capacity = 30
    apply(series, by=None)
    assert set(series.slots.values_list("version", flat=True)) == {2}


# One slot


def test_manage_slot_write_merges_what_was_sent(stage: Any) -> None:
    known, before, event_version = feed(), revision(), Event.objects.get().version
    body = {"title": {"de": "Endspiel"}, "ends_at": "2026-05-02T21:00:00+08:00", "space": "court", "capacity": 300}
    done = send(stage.editor, "patch", path(stage.match), body, if_match='"2"').json()
    assert done["title"] == {"zh-Hans": "决赛", "en": "Final", "de": "Endspiel"}
    assert (done["space"], done["capacity"], done["version"]) == ({"slug": "court"}, 300, 3)
    assert (feed(), revision()) == (known, before)  # a draft is silent
    line = acts_of(stage.cup).first()
    assert line is not None
    assert (line.verb, line.by, line.fields) == ("changed", stage.editor, ["slots"])
    assert Event.objects.get().version == line.version > event_version
    assert send(stage.editor, "put", path(stage.match), done).json() == done  # and changes nothing
    removed = {"title": {"en": None}, "space": None, "venue": None, "place_name": {"zh-Hans": "广场"}, "version": 3}
    done = send(stage.editor, "put", path(stage.match), removed).json()
    assert (done["title"], done["venue"], done["space"]) == ({"zh-Hans": "决赛", "de": "Endspiel"}, None, None)


def test_manage_slot_write_of_the_second_editor_is_told(stage: Any) -> None:
    send(stage.editor, "patch", path(stage.match), {"capacity": 5}, 428)
    send(stage.editor, "patch", path(stage.talk), {"capacity": 5, "version": 1})  # another slot is no matter
    send(stage.editor, "patch", path(stage.match), {"capacity": 5, "version": 2})
    stale = send(stage.publisher, "patch", path(stage.match), {"capacity": 9, "version": 2}, 412).json()
    assert stale["current"] == read(stage.editor, stage.match)
    assert stale["current"]["capacity"] == 5


def test_manage_slot_that_visitors_know_is_not_deleted(stage: Any) -> None:
    factories.release(stage.cup, only=[stage.match.uid])
    assert wrong(send(stage.editor, "delete", path(stage.match), {"version": 2}, 409)) == [("", "released")]
    send(stage.editor, "delete", path(stage.talk), None, 428)
    send(stage.editor, "delete", path(stage.talk), {"version": 1}, 204)
    send(stage.editor, "get", path(stage.talk), expect=404)
    assert list(Slot.objects.all()) == [stage.match]


def test_manage_slot_of_a_published_event_is_its_publishers(stage: Any) -> None:
    factories.public(stage.cup)
    send(stage.editor, "patch", path(stage.match), {"capacity": 5, "version": 2}, 403)
    send(stage.publisher, "patch", path(stage.match), {"capacity": 5, "version": 2})


# Who takes part


def test_manage_slot_lineup_is_replaced_and_who_stays_keeps_the_row(stage: Any) -> None:
    kept = SlotParticipant.objects.get().pk
    people = [{"slug": "south", "role": "home"}, {"slug": "north", "role": "away"}]
    done = send(stage.editor, "patch", path(stage.match), {"participants": people, "version": 2}).json()
    assert done["participants"] == [
        {"slug": "south", "role": "home", "billing": 1},
        {"slug": "north", "role": "away", "billing": 2},
    ]
    assert (done["version"], SlotParticipant.objects.get(role="away").pk) == (3, kept)
    again = send(stage.editor, "patch", path(stage.match), {"participants": done["participants"], "version": 3}).json()
    assert again == done
    none = send(stage.editor, "patch", path(stage.match), {"participants": [], "version": 3}).json()
    assert (none["participants"], none["version"]) == ([], 4)
    assert not SlotParticipant.objects.exists()


# Many at once


def test_manage_slots_are_added_in_the_order_that_they_were_sent(stage: Any) -> None:
    rows = [
        {"title": {"zh-Hans": "颁奖"}, "kind": "ceremony", "precision": "date", "on_date": "2026-05-09"},
        {
            "title": {"zh-Hans": "揭幕战"},
            "kind": "match",
            "starts_at": "2026-05-01T19:00:00+08:00",
            "venue": {"slug": "hall"},
            "space": "court",
            "participants": [{"slug": "north"}, {"slug": "south", "billing": 7}],
        },
    ]
    added = send(stage.editor, "post", SLOTS, {"slots": rows}, 201).json()["slots"]
    assert [(row["title"]["zh-Hans"], row["version"], row["day"]) for row in added] == [
        ("颁奖", 1, "2026-05-09"),
        ("揭幕战", 1, "2026-05-01"),
    ]
    assert [each["billing"] for each in added[1]["participants"]] == [1, 7]
    one = send(stage.editor, "post", SLOTS, rows[0], 201)
    assert one["Location"] == f"/api/v1/manage/slots/{one.json()['uid']}"
    keyed = [send(stage.editor, "post", SLOTS, rows[0], 201, idempotency_key="k").json()["uid"] for _try in range(2)]
    assert keyed[0] == keyed[1]
    assert Slot.objects.count() == 2 + 2 + 1 + 1


def test_manage_slots_are_changed_all_together(stage: Any) -> None:
    other = factories.slot(stage.cup, at(2026, 5, 4, 9))
    done = bulk(
        stage.editor,
        item(stage.talk, starts_at="2026-05-03T10:00:00+08:00"),
        item(stage.match, participants=[{"slug": "south"}]),
    ).json()
    assert [(row["uid"], row["version"]) for row in done["slots"]] == [
        (str(stage.talk.uid), 2),
        (str(stage.match.uid), 3),
    ]
    assert done["version"] == Event.objects.get().version
    assert Slot.objects.get(pk=other.pk).version == 1  # what is not named stays
    same = bulk(stage.editor, *done["slots"], verb="put").json()
    assert same["slots"] == done["slots"]
    assert same["version"] == done["version"]


def test_manage_slots_are_changed_all_or_none(stage: Any) -> None:
    before = send(stage.editor, "get", SLOTS).json()
    refused = bulk(
        stage.editor,
        item(stage.match, capacity=5),
        item(stage.talk, ends_at="2026-05-03T08:00:00+08:00", venue="nowhere"),
        expect=400,
    )
    assert wrong(refused) == [("slots.1.venue", "unknown")]
    refused = bulk(
        stage.editor,
        item(stage.match, starts_at="tomorrow", participants=[{"slug": "nobody"}]),
        item(stage.talk, ends_at="2026-05-03T08:00:00+08:00", capacity=7),
        expect=400,
    )
    assert wrong(refused) == [
        ("slots.0.starts_at", "invalid"),
        ("slots.0.participants.0.slug", "unknown"),
        ("slots.1.ends_at", "invalid"),
    ]
    assert send(stage.editor, "get", SLOTS).json() == before


def test_manage_slots_name_those_that_others_changed(stage: Any) -> None:
    first, second = item(stage.match, capacity=1), item(stage.talk, capacity=1)
    send(stage.publisher, "patch", path(stage.talk), {"title": {"en": "Talk"}, "version": 1})
    refused = bulk(stage.editor, first, second, expect=412)
    assert wrong(refused) == [("slots.1.version", "stale")]
    assert refused.json()["current"] == [read(stage.editor, stage.talk)]
    del first["version"]
    assert wrong(bulk(stage.editor, first, second, expect=428)) == [("slots.0.version", "required")]
    assert wrong(bulk(stage.editor, {**second, "version": "2"}, expect=400)) == [("slots.0.version", "invalid")]
    assert not Slot.objects.filter(capacity=1).exists()


def test_manage_slots_know_each_slot_once(stage: Any) -> None:
    foreign = factories.slot(league(organizer=stage.ours), at(2026, 5, 2, 9))
    unknown = {"uid": "11111111-1111-1111-1111-111111111111", "version": 1}
    items = [item(stage.match), item(stage.match), item(foreign), unknown, {"version": 1}, {"uid": "x"}, "x"]
    assert wrong(bulk(stage.editor, *items, expect=400)) == [
        ("slots.1.uid", "repeated"),
        *((f"slots.{place}.uid", "no_such_slot") for place in range(2, 7)),
    ]
    for body, expected in [
        ({}, [("slots", "invalid")]),
        ({"slots": []}, [("slots", "invalid")]),
        ({"slots": {}, "event": 1}, [("event", "unknown"), ("slots", "invalid")]),
        ({"slots": [1] * 1001}, [("slots", "too_many")]),
    ]:
        assert wrong(send(stage.editor, "patch", SLOTS, body, 400)) == expected


def test_manage_slots_take_no_slot_that_brings_what_cannot_be_written(stage: Any) -> None:
    sent = read(stage.editor, stage.match)
    assert wrong(send(stage.editor, "post", SLOTS, sent, 400)) == [
        (name, "read_only") for name in ("derived", "uid", "event", "day", "series")
    ]


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"colour": "red"}, [("colour", "unknown")]),
    ({"uid": "11111111-1111-1111-1111-111111111111"}, [("uid", "read_only")]),
    ({"day": "2026-05-09"}, [("day", "read_only")]),
    ({"event": {"slug": "other"}}, [("event", "read_only")]),
    ({"series": 5}, [("series", "read_only")]),
    ({"kind": "party"}, [("kind", "invalid_choice")]),
    ({"title": None}, [("title", "required")]),
    ({"title": {"fr": "x"}}, [("title", "unknown_language")]),
    ({"status": "gone"}, [("status", "invalid_choice")]),
    ({"starts_at": None}, [("starts_at", "invalid")]),
    ({"starts_at": "2026-05-02T19:00:00"}, [("starts_at", "invalid")]),
    ({"starts_at": "9998-05-02T19:00:00Z"}, [("starts_at", "year")]),
    ({"ends_at": "2026-05-02T18:59:00+08:00"}, [("ends_at", "invalid")]),
    ({"precision": "tba"}, [("precision", "invalid")]),
    ({"precision": "date", "starts_at": None}, [("on_date", "invalid")]),
    ({"on_date": "2026-05-09"}, [("on_date", "invalid")]),
    ({"through": "2026-05-01"}, [("through", "invalid")]),
    ({"through": "99999-01-01"}, [("through", "invalid")]),
    ({"venue": "secret"}, [("venue", "unknown")]),
    ({"venue": 5}, [("venue", "unknown")]),
    ({"space": "stage"}, [("space", "unknown")]),
    ({"venue": None, "space": "court"}, [("space", "unknown")]),
    ({"participants": {}}, [("participants", "not_a_list")]),
    ({"participants": ["north"]}, [("participants.0", "invalid")]),
    ({"participants": [{"role": "home"}]}, [("participants.0.slug", "required")]),
    ({"participants": [{"slug": "north", "goals": 3}]}, [("participants.0.goals", "unknown")]),
    ({"participants": [{"slug": "north"}, {"slug": "north"}]}, [("participants", "repeated")]),
    ({"participants": [{"slug": "north", "billing": 0}]}, [("participants.0.billing", "min_value")]),
    ({"capacity": -1}, [("capacity", "min_value")]),
    ({"capacity": 10**12}, [("capacity", "max_value")]),
    ({"sample": None}, [("sample", "null")]),
]


def test_manage_slot_names_what_cannot_be_written(stage: Any) -> None:
    factories.venue(slug="secret", published=False)
    browser, before = enter(stage.editor), read(stage.editor, stage.match)
    for body, expected in BAD:
        found = wrong(send(browser, "patch", path(stage.match), {"version": 2, **body}, 400))
        assert (body, found) == (body, expected)
    assert read(stage.editor, stage.match) == before


def test_manage_slots_cost_the_same_with_three_and_with_thirty(stage: Any) -> None:
    browser, costs = enter(stage.editor), []
    for count in (3, 30):
        with edit():
            slots = [factories.slot(stage.cup, at(2026, 5, 5, 9), venue=stage.hall) for _number in range(count)]
        items = [item(slot, capacity=8, participants=[{"slug": "north"}, {"slug": "south"}]) for slot in slots]
        with CaptureQueriesContext(connection) as written:
            bulk(browser, *items)
        with CaptureQueriesContext(connection) as shown:
            send(browser, "get", SLOTS)
        costs.append((len(written), len(shown)))
    assert costs[0] == costs[1]
    assert costs[0] <= (50, 20)


def test_manage_slots_leak_nothing_of_a_draft(stage: Any, client: Client, get: Any) -> None:
    factories.public(stage.cup)
    factories.release(stage.cup)
    addresses = ("slots", "events/cup/schedule", f"slots/{stage.match.uid}", "events?include=slots", "events/cup.ics")
    before = [client.get(f"/api/v1/{address}").content for address in addresses]
    fields = {"title": {"zh-Hans": "秘密"}, "venue": None, "participants": [{"slug": "south"}], "capacity": 77}
    bulk(stage.publisher, item(stage.match, **fields))
    send(stage.publisher, "post", SLOTS, {"title": {"zh-Hans": "秘密"}, "starts_at": "2026-05-02T09:00:00+08:00"}, 201)
    assert [client.get(f"/api/v1/{address}").content for address in addresses] == before
