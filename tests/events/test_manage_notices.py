"""Notices on slots by the manage API: live at once, versioned by themselves."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.edits import edit
from core.changes.models import acts_of
from events.models import Event, SlotNotice
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, league, revision

pytestmark = pytest.mark.django_db

NOW = at(2026, 5, 1, 18)
LATE = {"zh-Hans": "推迟", "en": "Late"}


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    clock(NOW)
    with edit():
        cast.cup = league(slug="cup", organizer=cast.ours)
        cast.final = factories.slot(cast.cup, at(2026, 5, 1, 19))
        factories.release(cast.cup)
        cast.draft = factories.slot(cast.cup, at(2026, 5, 2, 19))
    cast.path = f"/api/v1/manage/slots/{cast.final.uid}/notice"
    return cast


def put(stage: Any, version: int, expect: int = 200, **body: Any) -> Any:
    return send(stage.publisher, "put", stage.path, {"version": version, **body}, expect)


def test_manage_notice_of_a_slot_from_first_to_last(stage: Any, get: Any, clock: Any) -> None:
    empty = send(stage.editor, "get", stage.path)
    assert empty.json() == {
        "version": 0,
        "derived": {},
        "uid": str(stage.final.uid),
        "severity": "moderate",
        "text": {},
        "until": None,
        "in_force": False,
        "updated_at": None,
    }
    version, before = Event.objects.get().version, revision()
    made = put(stage, 0, text=LATE, severity="severe", until="2026-05-01T20:00:00+08:00")
    assert made.json() == {
        **empty.json(),
        "version": 1,
        "derived": {"text": {"zh-Hant": "推遲"}},
        "severity": "severe",
        "text": LATE,
        "until": "2026-05-01T20:00:00+08:00",
        "in_force": True,
        "updated_at": "2026-05-01T18:00:00+08:00",
    }
    assert (made["ETag"], revision(), Event.objects.get().version) == ('"1"', before + 1, version)
    assert get(f"slots/{stage.final.uid}", lang="en")["notice"]["text"] == "Late"
    assert put(stage, 1, text=LATE).json()["version"] == 1  # the same again is no change
    merged = send(stage.publisher, "patch", stage.path, {"text": {"en": "Very late"}}, if_match='"1"').json()
    assert (merged["text"], merged["severity"], merged["version"]) == ({**LATE, "en": "Very late"}, "severe", 2)
    clock(NOW + timedelta(hours=3))
    get("events/cup")  # which ticks
    over = send(stage.editor, "get", stage.path).json()
    assert (over["in_force"], over["version"]) == (False, 2)
    anew = put(stage, 2, text={"zh-Hans": "已散场"}).json()
    told = [anew[name] for name in ("text", "until", "severity", "version")]
    assert told == [{"zh-Hans": "已散场"}, None, "moderate", 3]
    send(stage.publisher, "delete", stage.path, expect=204, if_match='"3"')
    assert get(f"slots/{stage.final.uid}")["notice"] is None
    assert send(stage.editor, "get", stage.path).json()["version"] == 4
    notes = [(line.verb, line.fields, line.note) for line in acts_of(stage.cup)][:4]
    assert notes == [("changed", ["notice on a slot"], note) for note in ("–", "已散场", "推迟", "推迟")]


def test_manage_notice_of_a_slot_carries_its_version(stage: Any) -> None:
    put(stage, 0, text=LATE)
    send(stage.publisher, "put", stage.path, {"text": LATE}, 428)
    stale = put(stage, 0, 412, text={"en": "Off"}).json()
    assert (stale["current"]["version"], stale["current"]["text"]) == (1, LATE)
    send(stage.publisher, "delete", stage.path, {"version": 0}, 412)
    assert SlotNotice.objects.in_force().count() == 1


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({}, [("text", "required")]),
    ({"text": {"en": "Late"}}, [("text", "required")]),
    ({"text": {"zh-Hans": "长" * 301}}, [("text", "max_length")]),
    ({"text": LATE, "severity": "bad"}, [("severity", "invalid_choice")]),
    ({"text": LATE, "until": "2026-05-01T18:00:00+08:00"}, [("until", "over")]),
    ({"text": LATE, "until": "soon"}, [("until", "invalid")]),
    ({"text": LATE, "until": "1999-05-01T18:00:00+08:00"}, [("until", "over")]),
    ({"text": LATE, "colour": "red"}, [("colour", "unknown")]),
    ({"text": LATE, "uid": "11111111-1111-1111-1111-111111111111"}, [("uid", "read_only")]),
]


def test_manage_notice_of_a_slot_names_what_is_wrong(stage: Any) -> None:
    for body, expected in BAD:
        assert (body, wrong(put(stage, 0, 400, **body))) == (body, expected)
    assert not SlotNotice.objects.exists()
    send(stage.publisher, "delete", stage.path, {"version": 0}, 404)


def test_manage_notice_is_of_a_slot_that_visitors_know(stage: Any) -> None:
    path = f"/api/v1/manage/slots/{stage.draft.uid}/notice"
    assert wrong(send(stage.publisher, "put", path, {"text": LATE, "version": 0}, 409)) == [("", "unreleased")]
    nothing = "/api/v1/manage/slots/11111111-1111-1111-1111-111111111111/notice"
    send(stage.staff, "get", nothing, expect=404)
    stage.final.delete()  # only the draft: visitors know it still
    put(stage, 0, text=LATE)


def test_manage_notice_of_a_slot_is_for_publishers(stage: Any) -> None:
    body = {"text": LATE, "version": 0}
    send(stage.editor, "put", stage.path, body, 403)
    for who in (stage.stranger, factories.token(stage.staff, organizer=stage.theirs)):
        send(who, "get", stage.path, expect=404)
        send(who, "put", stage.path, body, 404)
    reads = factories.token(stage.publisher, scope="read")
    send(reads, "get", stage.path)
    assert wrong(send(reads, "put", stage.path, body, 403)) == [("", "read_only_token")]
    assert not SlotNotice.objects.exists()
