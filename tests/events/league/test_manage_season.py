"""``manage/events/{slug}/draw``, ``…/matches`` and ``…/timetable``: told, then done, and refused by name."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.edits import edit
from events.league.models import Competition, Group, Match, Stage
from events.models import Event, Slot
from tests import factories, factories_teams
from tests.asking import send, wrong
from tests.factories import at

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/events/cup"
PLACE = {"venue": "hall", "space": "court"}
WHEN = {"first": "2026-05-01", "last": "2026-05-10", "times": ["10:00", "12:00"], "length": 90, "spaces": [PLACE]}


@pytest.fixture
def cup(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """Five teams of ``ours``, two of them seeded, and a court."""
    clock(at(2026, 4, 1, 12))
    with edit():
        hall = factories.venue(slug="hall")
        factories.space(hall, slug="court")
        cast.event = factories.league(slug="cup", organizer=cast.ours, venues=[hall])
        Competition(event=cast.event, advance=1).save()
        for number in range(1, 6):
            team = factories_teams.team(slug=f"t{number}", organizer=cast.ours)
            factories_teams.entry(cast.event, team, seed=number if number <= 2 else None)
    return cast


def do(cup: SimpleNamespace, name: str, expect: int = 200, **body: Any) -> Any:
    sent = {"version": Event.objects.get(slug="cup").version, **body}
    return send(cup.publisher, "post", f"{ROOT}/{name}", {k: v for k, v in sent.items() if v is not ...}, expect)


def test_manage_draw_tells_first_and_draws_the_same_then(cup: SimpleNamespace, get: Any) -> None:
    told = do(cup, "draw", count=2, dry_run=True, version=...).json()
    assert (told["dry_run"], len(told["groups"]), Group.objects.exists()) == (True, 2, False)
    done = do(cup, "draw", count=2, number=told["number"])
    assert done.json() == {**told, "dry_run": False, "version": done.json()["version"]}
    assert done["ETag"] == f'"{Event.objects.get(slug="cup").version}"'
    assert {each["slug"] for each in get("events/cup/standings")["groups"]} == {"a", "b"}
    seeds = [[entry["seed"] for entry in each["entries"] if entry["seed"]] for each in told["groups"]]
    assert sorted(seeds) == [[1], [2]]


def test_manage_matches_and_timetable_make_drafts(cup: SimpleNamespace) -> None:
    do(cup, "draw", count=2, number=1)
    assert len(do(cup, "matches", kind="groups", dry_run=True).json()["matches"]) == 4
    assert not Match.objects.exists()
    made = do(cup, "matches", kind="groups").json()["matches"]
    final = do(cup, "matches", kind="knock_out").json()["matches"]
    assert [each["number"] for each in [*made, *final]] == [1, 2, 3, 4, 5]
    assert (final[0]["home"], final[0]["away"]) == ({"group": "a", "place": 1}, {"group": "b", "place": 1})
    assert (made[0]["group"], set(made[0]["home"])) == ({"slug": "a"}, {"team"})
    assert Slot.objects.get(uid=made[0]["uid"]).title == made[0]["title"]
    told = do(cup, "timetable", **WHEN, rest=60, dry_run=True).json()
    assert not Slot.objects.exclude(starts_at=None).exists()
    done = do(cup, "timetable", **WHEN, rest=60).json()
    assert (done["placed"], done["left"], done["free"]) == (told["placed"], [], 20)
    assert {**done["placed"][0], "uid": "", "title": {}} == {
        "uid": "",
        "title": {},
        "starts_at": "2026-05-01T10:00:00+08:00",
        "ends_at": "2026-05-01T11:30:00+08:00",
        "venue": {"slug": "hall"},
        "space": {"slug": "court"},
    }


def test_manage_timetable_says_why_there_was_no_room(cup: SimpleNamespace) -> None:
    do(cup, "draw", count=1, number=1)
    do(cup, "matches", kind="groups")
    one = str(Slot.objects.get(match__number=1).uid)
    some = {**WHEN, "last": "2026-05-01", "weekdays": ["friday"], "spaces": [{"venue": {"slug": "hall"}}]}
    assert [each["uid"] for each in do(cup, "timetable", **some, slots=[one]).json()["placed"]] == [one]
    left = do(cup, "timetable", **some, one_a_day=True).json()["left"]
    assert all(each["why"] for each in left)
    assert set().union(*(each["why"] for each in left)) <= {"taken", "same_day"}


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("draw", {"count": 9, "number": 1}, [("count", "count")]),
        ("draw", {}, [("count", "required")]),
        ("draw", {"count": 2, "stage": "no-such"}, [("stage", "unknown")]),
        ("draw", {"count": 2, "groups": 3}, [("groups", "unknown")]),
        ("matches", {"kind": "groups"}, [("stage", "no_groups")]),
        ("matches", {"kind": "cup"}, [("kind", "invalid_choice")]),
        ("matches", {"kind": "knock_out"}, [("of", "nobody")]),
        ("matches", {"kind": "knock_out", "of": "entries"}, [("number", "required")]),
        ("matches", {"kind": "knock_out", "of": "seeds", "size": 8}, [("size", "size")]),
        ("timetable", {**WHEN, "times": ["25:99"]}, [("times", "invalid")]),
        ("timetable", {**WHEN, "weekdays": ["someday"]}, [("weekdays.0", "invalid_choice")]),
        ("timetable", {**WHEN, "spaces": [{"venue": "hall", "space": "stage"}]}, [("spaces.0", "unknown")]),
        ("timetable", {**WHEN, "last": "2026-04-01"}, [("last", "invalid")]),
        ("timetable", WHEN, [("slots", "no_slots")]),
    ],
)
def test_manage_season_refuses_by_name_and_writes_nothing(
    cup: SimpleNamespace, name: str, body: dict[str, Any], expected: Any
) -> None:
    assert wrong(do(cup, name, 400, **body)) == expected
    assert (Stage.objects.count(), Slot.objects.count()) == (0, 0)


def test_manage_season_is_at_odds_with_what_is_made(cup: SimpleNamespace) -> None:
    do(cup, "draw", count=2, number=1)
    do(cup, "matches", kind="groups")
    assert wrong(do(cup, "draw", 409, count=2, number=2)) == [("stage", "has_matches")]
    assert wrong(do(cup, "matches", 409, kind="groups", dry_run=True)) == [("stage", "has_matches")]


def test_manage_season_writes_on_a_version_only(cup: SimpleNamespace) -> None:
    do(cup, "draw", 428, count=2, version=...)
    do(cup, "draw", 412, count=2, version=999)
    assert not Group.objects.exists()
