"""Releases by the manage API: what one would change, what is wrong with it, the doing, and an older one again."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import Event, Release, Slot
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, league, revision, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/events/cup"
NOBODY = "11111111-1111-1111-1111-111111111111"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """A published event of ``ours`` with two matches in its first release."""
    clock(at(2026, 5, 1, 12))
    with edit():
        cast.hall = factories.venue(slug="hall")
        cast.court = factories.space(cast.hall, slug="court")
        cast.cup = league(slug="cup", organizer=cast.ours, venues=[cast.hall])
        cast.first, cast.second = (game(cast, day) for day in (6, 7))
        factories.release(cast.cup, by=cast.staff, note="season")
    return cast


def game(stage: SimpleNamespace, day: int, **fields: Any) -> Slot:
    start = at(2026, 5, day, 19)
    where = {"venue": stage.hall, "space": stage.court, "ends_at": start + timedelta(hours=1)}
    return factories.slot(stage.cup, start, **{**where, **fields})


def preview(who: Any, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = send(who, "get", f"{ROOT}/release{query}").json()
    return found


def release(who: Any, expect: int = 201, **body: Any) -> Any:
    body = {"expected_draft": Event.objects.get(slug="cup").version, **body}
    return send(who, "post", f"{ROOT}/release", body, expect)


def retimed(slot: Slot) -> Slot:
    slot.starts_at, slot.ends_at = at(2026, 5, 8, 20), at(2026, 5, 8, 21)
    slot.save()
    return slot


def test_manage_release_of_nothing_says_so(stage: Any) -> None:
    shown = preview(stage.editor)
    version = Event.objects.get().version
    assert shown == {
        "event": {"slug": "cup"},
        "version": version,
        "draft": version,
        "release": 1,
        "conflicts": [],
        "differences": [],
    }
    assert wrong(release(stage.publisher, 409)) == [("", "unchanged")]


def test_manage_release_shows_differences_in_words_and_in_full(stage: Any) -> None:
    retimed(stage.first)
    new = game(stage, 9, title=text("新", en="New"))
    stage.second.delete()
    shown = preview(stage.editor)
    assert [(each["uid"], each["kinds"]) for each in shown["differences"]] == [
        (str(stage.second.uid), ["removed"]),
        (str(stage.first.uid), ["retimed"]),
        (str(new.uid), ["added"]),
    ]
    gone, moved, added = shown["differences"]
    assert (gone["after"], added["before"], added["title"]) == (None, None, {"zh-Hans": "新", "en": "New"})
    before = {
        "kind": "match",
        "title": dict(stage.first.title),
        "starts_at": "2026-05-06T19:00:00+08:00",
        "ends_at": "2026-05-06T20:00:00+08:00",
        "on_date": None,
        "through": None,
        "timing": "timed",
        "precision": "exact",
        "status": "scheduled",
        "status_note": {},
        "venue": {"slug": "hall"},
        "space": {"slug": "court"},
        "place_name": {},
        "participants": [],
        "capacity": None,
    }
    assert moved["before"] == before
    times = {"starts_at": "2026-05-08T20:00:00+08:00", "ends_at": "2026-05-08T21:00:00+08:00"}
    assert moved["after"] == {**before, **times}
    assert moved["sentences"] == ["Time: 2026-05-08 20:00–21:00; before: 2026-05-06 19:00–20:00."]
    only = preview(stage.editor, f"?only={new.uid}")
    assert [each["uid"] for each in only["differences"]] == [str(new.uid)]


def test_manage_release_speaks_a_language_that_the_reader_knows(stage: Any) -> None:
    retimed(stage.first)
    spoken = {
        tag: preview(stage.editor, f"?lang={tag}")["differences"][0]["sentences"][0][:5]
        for tag in ("en", "de", "zh-Hans", "zh-Hant", "*")
    }
    assert spoken == {"en": "Time:", "de": "Time:", "zh-Hans": "时间：20", "zh-Hant": "時間：20", "*": "时间：20"}


def test_manage_release_warnings_are_accepted_once(stage: Any) -> None:
    clash = game(stage, 6)
    shown = preview(stage.publisher)
    (conflict,) = shown["conflicts"]
    assert (conflict["kind"], conflict["level"], conflict["accepted"]) == ("space_twice", "warn", False)
    starts = "2026-05-06T19:00:00+08:00"
    assert sorted(conflict["slots"], key=lambda each: str(each["title"])) == [
        {"uid": str(slot.uid), "title": dict(slot.title), "starts_at": starts, "event": {"slug": "cup"}}
        for slot in (stage.first, clash)
    ]
    refused = release(stage.publisher, 409)
    assert (wrong(refused), refused.json()["conflicts"]) == ([("", "space_twice")], shown["conflicts"])
    assert Release.objects.count() == 1
    done = release(stage.publisher, note="both", accept=[conflict["id"]]).json()
    told = {name: done[name] for name in ("number", "by", "note", "changes", "at")}
    assert told == {
        "number": 2,
        "by": {"username": "publisher"},
        "note": "both",
        "changes": 1,
        "at": "2026-05-01T12:00:00+08:00",
    }
    assert [each["id"] for each in done["accepted"]] == [conflict["id"]]
    assert done["version"] == Event.objects.get().version
    game(stage, 10)
    assert [each["accepted"] for each in preview(stage.publisher)["conflicts"]] == [True]
    release(stage.publisher)


def test_manage_release_of_another_draft_is_told(stage: Any) -> None:
    retimed(stage.first)
    seen = preview(stage.publisher)["draft"]
    game(stage, 9)
    assert wrong(release(stage.publisher, 409, expected_draft=seen)) == [("", "stale")]
    send(stage.publisher, "post", f"{ROOT}/release", {}, 428)
    stale = send(stage.publisher, "post", f"{ROOT}/release", {}, 412, if_match=f'"{seen}"').json()
    assert stale["current"]["unreleased"] == 2
    now = preview(stage.publisher)["draft"]
    assert send(stage.publisher, "post", f"{ROOT}/release", {}, 201, if_match=f'"{now}"').json()["changes"] == 2


def test_manage_release_takes_one_number_and_happens_once_with_a_key(stage: Any) -> None:
    retimed(stage.first)
    before, body = revision(), {"expected_draft": Event.objects.get().version}
    path = f"{ROOT}/release"
    made = [send(stage.publisher, "post", path, body, 201, idempotency_key="r").json() for _try in range(2)]
    assert made[0] == made[1]
    assert (Release.objects.count(), revision()) == (2, before + 1)


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"only": []}, [("only", "empty")]),
    ({"only": "all"}, [("only", "not_a_list")]),
    ({"only": ["x"]}, [("only.0", "invalid")]),
    ({"only": [NOBODY]}, [("only", "no_such_slot")]),
    ({"note": "x" * 1001}, [("note", "max_length")]),
    ({"accept": "all"}, [("accept", "not_a_list")]),
    ({"expected_draft": "new"}, [("expected_draft", "invalid")]),
    ({"force": True}, [("force", "unknown")]),
]


def test_manage_release_names_what_is_wrong(stage: Any) -> None:
    retimed(stage.first)
    browser = enter(stage.publisher)
    for body, expected in BAD:
        assert (body, wrong(release(browser, 400, **body))) == (body, expected)
    for query, code in [("?only=x", "invalid"), (f"?only={NOBODY}", "no_such_slot"), ("?only=", "required")]:
        assert wrong(send(browser, "get", f"{ROOT}/release{query}", expect=400)) == [("only", code)]
    assert Release.objects.count() == 1


def test_manage_release_is_for_publishers(stage: Any) -> None:
    retimed(stage.first)
    assert "publisher" in release(stage.editor, 403).json()["detail"]
    release(stage.stranger, 404)
    assert wrong(release(factories.token(stage.publisher, scope="read"), 403)) == [("", "read_only_token")]
    release(factories.token(stage.staff, organizer=stage.theirs), 404)
    release(stage.reviewer)


def test_manage_releases_are_listed_newest_first(stage: Any) -> None:
    retimed(stage.first)
    release(stage.publisher, note="later")
    listed = send(stage.editor, "get", f"{ROOT}/releases").json()["results"]
    told = [(each["number"], each["note"], each["by"], each["changes"]) for each in listed]
    assert told == [(2, "later", {"username": "publisher"}, 1), (1, "season", {"username": "staff"}, 2)]


def test_manage_restore_releases_an_older_schedule_again(stage: Any, get: Any) -> None:
    retimed(stage.first)
    release(stage.publisher)
    version = Event.objects.get().version
    done = send(stage.publisher, "post", f"{ROOT}/restore", {"release": 1, "version": version}, 201).json()
    assert (done["number"], done["changes"]) == (3, 1)
    assert get(f"slots/{stage.first.uid}")["starts_at"] == "2026-05-06T19:00:00+08:00"
    assert preview(stage.publisher)["differences"] == []
    for body, status, expected in [
        ({"release": 9}, 400, [("release", "no_such_release")]),
        ({"release": 0}, 400, [("release", "min_value")]),
        ({}, 400, [("release", "required")]),
        ({"release": 3}, 409, [("", "unchanged")]),
    ]:
        body = {"version": done["version"], **body}
        assert wrong(send(stage.publisher, "post", f"{ROOT}/restore", body, status)) == expected
    send(stage.publisher, "post", f"{ROOT}/restore", {"release": 1}, 428)


def test_manage_release_shows_no_other_organizers_drafts(stage: Any) -> None:
    """Their drafts clash with nothing here, not even by a count."""
    with edit():
        theirs = league(slug="theirs", organizer=stage.theirs, published=False, venues=[stage.hall])
        factories.slot(theirs, at(2026, 5, 6, 19), venue=stage.hall, space=stage.court, title=text("秘密"))
    stage.first.title = text("德比")
    stage.first.save()
    assert preview(stage.editor)["conflicts"] == []


def test_manage_release_costs_the_same_with_three_and_with_thirty(stage: Any) -> None:
    browser, costs = enter(stage.publisher), []
    for count in (3, 27):
        with edit():
            for number in range(count):
                factories.takes_part(game(stage, 9 + number % 5, space=None), factories.participant())
        with CaptureQueriesContext(connection) as queries:
            preview(browser)
        costs.append(len(queries))
    assert costs[0] == costs[1]
