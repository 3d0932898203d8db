"""Acts on a schedule by the manage API: shifted, moved, copied, called off, taken out; series; last year's event."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from core.changes.edits import edit
from events.models import Event, Series, Slot
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, league, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/events/cup"
RAIN = {"zh-Hans": "暴雨", "en": "Rain"}


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """A published event of ``ours`` with two matches that are out, and one that is a draft."""
    clock(at(2026, 5, 1, 12))
    with edit():
        cast.hall = factories.venue(slug="hall")
        cast.cup = league(slug="cup", organizer=cast.ours, venues=[cast.hall])
        cast.first, cast.second = (factories.slot(cast.cup, at(2026, 5, day, 19)) for day in (2, 3))
        factories.release(cast.cup)
        cast.draft = factories.slot(cast.cup, at(2026, 5, 4, 19))
    return cast


def do(who: Any, name: str, expect: int = 200, **body: Any) -> Any:
    version = Event.objects.get(slug="cup").version
    return send(who, "post", f"{ROOT}/{name}", {"version": version, **body}, expect)


def uids(*slots: Slot) -> list[str]:
    return [str(slot.uid) for slot in slots]


def starts(answer: Any) -> dict[str, str]:
    return {slot["uid"]: slot["starts_at"][5:16] for slot in answer.json()["slots"]}


# Time and place


def test_manage_shift_answers_with_what_it_changed(stage: Any, get: Any) -> None:
    done = do(stage.publisher, "shift", minutes=45, slots=uids(stage.first, stage.draft))
    assert starts(done) == {str(stage.first.uid): "05-02T19:45", str(stage.draft.uid): "05-04T19:45"}
    answer = done.json()
    assert (answer["release"], answer["removed"], done["ETag"]) == (None, [], f'"{answer["version"]}"')
    assert [slot["changes"] for slot in answer["slots"]] == [["retimed"], ["added"]]
    assert get(f"slots/{stage.first.uid}")["starts_at"] == "2026-05-02T19:00:00+08:00"


def test_manage_move_goes_to_a_venue_of_the_event(stage: Any) -> None:
    factories.space(stage.hall, slug="court")
    done = do(stage.publisher, "move", venue="hall", space="court", slots=uids(stage.first)).json()
    assert [(slot["venue"], slot["space"]) for slot in done["slots"]] == [({"slug": "hall"}, {"slug": "court"})]
    factories.venue(slug="elsewhere")
    for body, expected in [
        ({"venue": "elsewhere"}, [("venue", "unknown")]),
        ({"venue": "hall", "space": "stage"}, [("space", "unknown")]),
        ({}, [("venue", "required")]),
    ]:
        assert wrong(do(stage.publisher, "move", 400, slots=uids(stage.first), **body)) == expected


def test_manage_copy_makes_drafts_on_other_dates(stage: Any) -> None:
    done = do(stage.publisher, "copy", dates=["2026-05-09", "2026-05-16"], slots=uids(stage.first, stage.second))
    assert sorted(starts(done).values()) == ["05-09T19:00", "05-10T19:00", "05-16T19:00", "05-17T19:00"]
    assert {slot["version"] for slot in done.json()["slots"]} == {1}


# Off, on, out


@pytest.mark.parametrize(("name", "status"), [("cancel", "cancelled"), ("postpone", "postponed")])
def test_manage_call_off_is_released_at_once(stage: Any, get: Any, name: str, status: str) -> None:
    done = do(stage.publisher, name, slots="all", reason=RAIN).json()
    assert (done["release"], done["event_status"]) == (2, status)
    assert [(slot["status"], slot["status_note"], slot["changes"]) for slot in done["slots"]] == [
        (status, RAIN, []),
        (status, RAIN, []),
        (status, RAIN, ["added", status]),
    ]
    assert [get(f"slots/{slot.uid}", lang="en")["status_note"] for slot in (stage.first, stage.second)] == ["Rain"] * 2
    assert get("events/cup")["event_status"] == status
    back = do(stage.publisher, "reinstate", slots="all").json()
    assert (back["release"], back["event_status"], len(back["slots"])) == (3, "scheduled", 3)


def test_manage_cancel_of_what_is_coming_leaves_the_rest(stage: Any, clock: Any) -> None:
    clock(at(2026, 5, 3, 12))
    done = do(stage.publisher, "cancel", slots="upcoming", reason=RAIN).json()
    assert [slot["uid"] for slot in done["slots"]] == uids(stage.second, stage.draft)
    assert (done["event_status"], done["release"]) == ("scheduled", 2)


def test_manage_cancel_of_a_draft_releases_nothing(stage: Any) -> None:
    done = do(stage.publisher, "cancel", slots=uids(stage.draft), reason=RAIN).json()
    assert (done["release"], [slot["status"] for slot in done["slots"]]) == (None, ["cancelled"])


def test_manage_remove_leaves_a_tombstone(stage: Any, get: Any) -> None:
    done = do(stage.publisher, "remove", slots=uids(stage.first, stage.draft), note="by mistake").json()
    assert (done["release"], done["slots"]) == (2, [])
    assert done["removed"] == sorted(uids(stage.first, stage.draft))
    get(f"slots/{stage.first.uid}", expect=410)
    assert list(Slot.objects.all()) == [stage.second]


def test_manage_acts_that_visitors_see_are_publishers(stage: Any) -> None:
    draft = league(slug="plan", organizer=stage.ours, published=False)
    slot = factories.slot(draft, at(2026, 5, 2, 19))
    body = {"slots": uids(slot), "version": Event.objects.get(slug="plan").version}
    where = "/api/v1/manage/events/plan"
    send(stage.editor, "post", f"{where}/cancel", {**body, "reason": RAIN}, 403)
    send(stage.editor, "post", f"{where}/remove", body, 403)
    send(stage.editor, "post", f"{where}/shift", {**body, "minutes": 5})


BAD: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("shift", {"minutes": 0}, [("minutes", "invalid")]),
    ("shift", {"minutes": "soon"}, [("minutes", "invalid")]),
    ("shift", {}, [("minutes", "required")]),
    ("shift", {"minutes": 5, "slots": "all"}, [("slots", "not_a_list")]),
    ("shift", {"minutes": 5, "slots": []}, [("slots", "empty")]),
    ("shift", {"minutes": 5, "slots": ["x"]}, [("slots.0", "invalid")]),
    ("shift", {"minutes": 5, "slots": ["11111111-1111-1111-1111-111111111111"]}, [("slots", "no_such_slot")]),
    ("copy", {"dates": []}, [("dates", "empty")]),
    ("copy", {"dates": ["2026-02-30"]}, [("dates.0", "invalid")]),
    ("copy", {"dates": ["9999-12-31"]}, [("dates.0", "year")]),
    ("cancel", {"reason": {"en": "Rain"}}, [("reason", "invalid")]),
    ("cancel", {}, [("reason", "required")]),
    ("cancel", {"reason": RAIN, "slots": "some"}, [("slots", "invalid")]),
    ("postpone", {"reason": RAIN, "colour": 1}, [("colour", "unknown")]),
    ("remove", {"slots": ["11111111-1111-1111-1111-111111111111"]}, [("slots", "no_such_slot")]),
]


def test_manage_acts_name_what_is_wrong(stage: Any) -> None:
    browser, before = enter(stage.publisher), send(stage.publisher, "get", f"{ROOT}/slots").json()
    for name, body, expected in BAD:
        found = wrong(do(browser, name, 400, **{"slots": uids(stage.first), **body}))
        assert (name, body, found) == (name, body, expected)
    assert send(browser, "get", f"{ROOT}/slots").json() == before


def test_manage_acts_are_at_odds_with_how_things_stand(stage: Any) -> None:
    assert wrong(do(stage.publisher, "reinstate", 409, slots=uids(stage.first))) == [("", "status")]
    do(stage.publisher, "cancel", slots=uids(stage.first), reason=RAIN)
    assert wrong(do(stage.publisher, "postpone", 409, slots=uids(stage.first), reason=RAIN)) == [("", "status")]
    send(stage.publisher, "post", f"{ROOT}/cancel", {"slots": "all", "reason": RAIN}, 428)
    stale = send(stage.publisher, "post", f"{ROOT}/cancel", {"slots": "all", "reason": RAIN, "version": 1}, 412).json()
    assert stale["current"] == send(stage.publisher, "get", ROOT).json()


def test_manage_reinstate_is_kept_back_by_what_took_its_place(stage: Any) -> None:
    team = factories.participant()
    with edit():
        factories.takes_part(stage.first, team)
        factories.release(stage.cup, only=[stage.first.uid])
    do(stage.publisher, "cancel", slots=uids(stage.first), reason=RAIN)
    with edit():
        stage.second.starts_at = at(2026, 5, 2, 19)
        stage.second.save()
        factories.takes_part(stage.second, team)
        factories.release(stage.cup, only=[stage.second.uid])
    refused = do(stage.publisher, "reinstate", 409, slots=uids(stage.first)).json()
    assert {each["level"] for each in refused["conflicts"]} == {"block"}
    assert {slot["uid"] for each in refused["conflicts"] for slot in each["slots"]} == {
        *uids(stage.first, stage.second)
    }


def test_manage_acts_speak_a_language_that_the_reader_knows(stage: Any) -> None:
    body = {"slots": uids(stage.first), "reason": {"en": "Rain"}, "version": Event.objects.get().version}
    spoken = {
        tag: send(stage.publisher, "post", f"{ROOT}/cancel?lang={tag}", body, 400).json()["errors"][0]["detail"]
        for tag in ("en", "de", "zh-Hans")
    }
    assert spoken["de"] == spoken["en"] == "Give the reason, at least in 简体中文: visitors read it."
    assert "理由" in spoken["zh-Hans"] or "原因" in spoken["zh-Hans"]


def test_manage_acts_happen_once_with_a_key(stage: Any) -> None:
    body = {"slots": uids(stage.first), "minutes": 30, "version": Event.objects.get().version}
    first, again = (
        send(stage.publisher, "post", f"{ROOT}/shift", body, idempotency_key="once").json() for _try in range(2)
    )
    assert first == again
    assert starts(do(stage.publisher, "shift", slots=uids(stage.first), minutes=1)) == {
        str(stage.first.uid): "05-02T19:31"
    }


# Last year's event


def test_manage_duplicate_is_a_draft_on_new_dates(stage: Any) -> None:
    body = {"first_day": "2027-05-01", "keep": "date", "slug": "cup-27", "title": {"zh-Hans": "新杯"}}
    made = send(stage.editor, "post", f"{ROOT}/duplicate", body, 201)
    shown = made.json()
    assert made["Location"] == "/api/v1/manage/events/cup-27"
    assert (shown["state"], shown["starts_on"], shown["ends_on"], shown["title"]) == (
        "draft",
        "2027-05-01",
        "2027-05-31",
        {"zh-Hans": "新杯"},
    )
    slots = send(stage.editor, "get", "/api/v1/manage/events/cup-27/slots").json()["slots"]
    assert [slot["starts_at"][:10] for slot in slots] == ["2027-05-02", "2027-05-03", "2027-05-04"]
    for wrong_body, expected in [
        ({**body, "keep": "both"}, [("keep", "invalid_choice")]),
        ({"keep": "date"}, [("first_day", "required")]),
        (body, [("slug", "unique")]),
        ({**body, "first_day": "0999-01-01"}, [("first_day", "year")]),
    ]:
        assert wrong(send(stage.editor, "post", f"{ROOT}/duplicate", wrong_body, 400)) == expected
    send(stage.reviewer, "post", f"{ROOT}/duplicate", body, 403)


# Series


MARKET: dict[str, Any] = {
    "title": {"zh-Hans": "大集"},
    "kind": "market",
    "first": "2026-05-04",
    "last": "2026-05-17",
    "weekdays": ["saturday", "sunday"],
    "times": [{"starts": "10:00", "ends": "18:00"}],
    "excluded_dates": ["2026-05-10"],
}


def market(stage: Any, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = send(stage.publisher, "post", f"{ROOT}/series", {**MARKET, **more}, 201).json()
    return made


def test_manage_series_tells_first_and_makes_then(stage: Any) -> None:
    count = Slot.objects.count()
    told = send(stage.publisher, "post", f"{ROOT}/series", {**MARKET, "dry_run": True}).json()
    assert (told["dry_run"], told["series"], told["counts"]) == (True, None, {"added": 3})
    assert [(line["fate"], line["day"]) for line in told["lines"]] == [
        ("added", day) for day in ("2026-05-09", "2026-05-16", "2026-05-17")
    ]
    assert (Slot.objects.count(), Series.objects.count()) == (count, 0)
    made = market(stage)
    assert (made["lines"], made["series"]["weekdays"]) == (told["lines"], ["saturday", "sunday"])
    assert made["version"] == made["series"]["version"] == Event.objects.get().version
    assert Slot.objects.filter(series=made["series"]["id"]).count() == 3
    listed = send(stage.editor, "get", f"{ROOT}/series").json()
    assert (listed["version"], listed["results"]) == (made["version"], [made["series"]])
    one = send(stage.editor, "get", f"{ROOT}/series/{made['series']['id']}").json()
    assert {name: one[name] for name in MARKET} == MARKET


def test_manage_series_change_leaves_what_a_person_changed(stage: Any) -> None:
    made = market(stage)
    where = f"{ROOT}/series/{made['series']['id']}"
    touched = Slot.objects.filter(series__isnull=False).order_by("sort_start").first()
    assert touched is not None
    touched.title = text("特别大集")
    touched.save()
    version = Event.objects.get().version
    change = {"times": [{"starts": "11:00", "ends": None}]}
    told = send(stage.publisher, "patch", where, {**change, "dry_run": True}).json()
    assert (told["counts"], told["version"]) == ({"changed": 2, "kept": 1}, version)
    send(stage.publisher, "patch", where, change, 428)
    stale = send(stage.publisher, "patch", where, {**change, "version": version - 1}, 412).json()
    assert stale["current"]["version"] == version
    done = send(stage.publisher, "patch", where, {**change, "version": version}).json()
    assert (done["counts"], done["lines"]) == (told["counts"], told["lines"])
    assert done["series"]["times"] == change["times"]
    again = send(stage.publisher, "put", where, done["series"]).json()
    assert again["counts"] == {"kept": 1, "same": 2}


def test_manage_series_ends_with_its_slots_or_without(stage: Any) -> None:
    made = market(stage)
    where = f"{ROOT}/series/{made['series']['id']}"
    told = send(stage.publisher, "delete", where, {"dry_run": True}).json()
    assert (told["counts"], Series.objects.count()) == ({"removed": 3}, 1)
    send(stage.publisher, "delete", where, None, 428)
    done = send(stage.publisher, "delete", where, {"version": Event.objects.get().version}).json()
    assert (done["counts"], Series.objects.count(), Slot.objects.count()) == ({"removed": 3}, 0, 3)
    made = market(stage)
    where = f"{ROOT}/series/{made['series']['id']}"
    assert send(stage.publisher, "delete", where, {"dry_run": True, "keep": True}).json()["lines"] == []
    send(stage.publisher, "delete", where, {"keep": True}, if_match=f'"{made["version"]}"')
    assert (Series.objects.count(), Slot.objects.count()) == (0, 6)


BAD_SERIES: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"colour": 1}, [("colour", "unknown")]),
    ({"title": {}}, [("title", "required")]),
    ({"weekdays": []}, [("weekdays", "invalid")]),
    ({"weekdays": ["funday"]}, [("weekdays", "invalid")]),
    ({"weekdays": "monday"}, [("weekdays", "invalid")]),
    ({"last": "2026-05-01"}, [("last", "invalid")]),
    ({"last": None}, [("last", "null")]),
    ({"last": "2030-05-01"}, [("last", "invalid")]),
    ({"times": "10:00"}, [("times", "invalid")]),
    ({"times": [{"starts": "10:00", "end": "11:00"}]}, [("times", "unknown")]),
    ({"times": [{"starts": "28:00"}]}, [("times", "limits")]),
    ({"extra_dates": ["soon"]}, [("extra_dates", "invalid")]),
    ({"extra_dates": ["2026-05-10"]}, [("excluded_dates", "invalid")]),
    ({"venue": "nowhere"}, [("venue", "unknown")]),
    ({"venue": "hall", "space": "stage"}, [("space", "unknown")]),
    ({"holidays": "maybe"}, [("holidays", "invalid_choice")]),
    ({"reason": {"fr": "x"}}, [("reason", "unknown_language")]),
    ({"dry_run": "perhaps"}, [("dry_run", "invalid")]),
]


def test_manage_series_names_what_is_wrong(stage: Any) -> None:
    browser = enter(stage.publisher)
    for body, expected in BAD_SERIES:
        found = wrong(send(browser, "post", f"{ROOT}/series", {**MARKET, **body}, 400))
        assert (body, found) == (body, expected)
    assert wrong(send(browser, "post", f"{ROOT}/series", {}, 400)) != []
    assert not Series.objects.exists()


def test_manage_series_is_its_events(stage: Any, client: Client) -> None:
    made = market(stage)
    league(slug="second", organizer=stage.ours)
    key = made["series"]["id"]
    send(stage.publisher, "get", f"/api/v1/manage/events/second/series/{key}", expect=404)
    send(stage.stranger, "get", f"{ROOT}/series/{key}", expect=404)
    send(stage.editor, "delete", f"{ROOT}/series/{key}", {"version": made["version"]}, 403)
