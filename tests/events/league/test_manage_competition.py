"""A competition by the manage API: its rules, stages, groups and entries, with the version of its event."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.edits import edit
from core.changes.models import acts_of
from events.league.models import Competition, Entry, Group
from events.league.rules import FOOTBALL
from events.models import Event
from tests import factories
from tests import factories_teams as league
from tests.asking import send, wrong
from tests.factories import text

pytestmark = pytest.mark.django_db

PATH = "/api/v1/manage/events/cup/competition"
STAGES = [
    {"slug": "groups", "name": {"zh-Hans": "小组赛"}},
    {"slug": "finals", "name": {"zh-Hans": "淘汰赛"}, "kind": "knock_out"},
]
GROUPS = [
    {"slug": "a", "name": {"zh-Hans": "A组", "en": "Group A"}, "stage": "groups"},
    {"slug": "b", "name": {"zh-Hans": "B组"}, "stage": {"slug": "groups"}},
]


@pytest.fixture
def scene(cast: SimpleNamespace) -> SimpleNamespace:
    """A draft cup of ours that plays nothing yet, and three teams."""
    with edit():
        cast.cup = factories.league(slug="cup", event_kind="cup", organizer=cast.ours, published=False)
        for slug in ("axle", "boiler", "cable"):
            league.team(slug=slug, name=text(f"{slug}队"), organizer=cast.ours)
    return cast


def put(scene: Any, sent: dict[str, Any], expect: int = 200, who: Any = None) -> Any:
    version = Event.objects.get(slug="cup").version
    return send(who or scene.editor, "put", PATH, {"version": version, **sent}, expect=expect)


def entries(*teams: str, **more: Any) -> list[dict[str, Any]]:
    """The first in group a, the others in b; seeds in their order."""
    return [
        {"team": slug, "group": "a" if place == 0 else "b", "seed": place + 1, **more}
        for place, slug in enumerate(teams)
    ]


def test_manage_competition_is_there_from_the_start(scene: Any) -> None:
    response = send(scene.editor, "get", PATH)
    shown = response.json()
    assert response["ETag"] == f'"{Event.objects.get(slug="cup").version}"'
    assert shown == {
        "event": {"slug": "cup"},
        "version": Event.objects.get(slug="cup").version,
        "derived": {},
        "sport": "basketball",
        "rules": {},
        "advance": 0,
        "best_runners_up": 0,
        "runners_up": {},
        "note": {},
        "stages": [],
        "groups": [],
        "entries": [],
    }
    assert not Competition.objects.exists()


def test_manage_competition_is_written_as_a_whole(scene: Any) -> None:
    more = {"adjustment": -1, "adjustment_reason": {"zh-Hans": "无故缺席"}, "lot": 2}
    sent = {
        "sport": "football",
        "rules": FOOTBALL.to_json(),
        "advance": 1,
        "best_runners_up": 1,
        "runners_up": {"order": ["lost_ratio", "lot"]},
        "stages": STAGES,
        "groups": GROUPS,
        "entries": [*entries("axle", "boiler"), {"team": "cable", **more}],
    }
    shown = put(scene, sent).json()
    assert (shown["sport"], shown["rules"]["win"], shown["advance"]) == ("football", 3, 1)
    assert [(each["slug"], each["kind"]) for each in shown["stages"]] == [("groups", "groups"), ("finals", "knock_out")]
    assert [(each["slug"], each["stage"]) for each in shown["groups"]] == [
        ("a", {"slug": "groups"}),
        ("b", {"slug": "groups"}),
    ]
    assert shown["entries"][0] == {
        "team": {"slug": "axle"},
        "group": {"slug": "a"},
        "seed": 1,
        "adjustment": 0,
        "adjustment_reason": {},
        "lot": None,
        "withdrawn": False,
    }
    assert shown["entries"][2] == {
        "team": {"slug": "cable"},
        "group": None,
        "seed": None,
        "withdrawn": False,
        **more,
    }
    again = put(scene, {name: shown[name] for name in sent}).json()
    assert again == shown  # what was read may be sent back, and changes nothing
    assert acts_of(scene.cup).first().fields == [
        "sport", "rules of the table", "places that advance", "best runners-up", "rules for runners-up",
        "stages", "groups", "entries",
    ]  # fmt: skip


def test_manage_competition_changes_what_is_sent_and_keeps_the_keys(scene: Any) -> None:
    put(scene, {"stages": STAGES, "groups": GROUPS, "entries": entries("axle", "boiler")})
    keys = {entry.team.slug: entry.pk for entry in Entry.objects.all()}
    groups = set(Group.objects.values_list("pk", flat=True))
    gone = [{"team": "axle", "withdrawn": True}, {"team": "boiler"}]
    shown = put(scene, {"entries": gone}).json()
    assert [(each["seed"], each["group"], each["withdrawn"]) for each in shown["entries"]] == [
        (1, {"slug": "a"}, True),
        (2, {"slug": "b"}, False),
    ]
    shown = put(scene, {"entries": entries("boiler", "axle")}).json()
    assert [(each["team"]["slug"], each["group"]["slug"], each["seed"]) for each in shown["entries"]] == [
        ("boiler", "a", 1),
        ("axle", "b", 2),
    ]
    assert {entry.team.slug: entry.pk for entry in Entry.objects.all()} == keys
    assert set(Group.objects.values_list("pk", flat=True)) == groups
    assert [each["team"]["slug"] for each in put(scene, {"entries": entries("axle")}).json()["entries"]] == ["axle"]
    assert [each["slug"] for each in put(scene, {"groups": GROUPS[:1]}).json()["groups"]] == ["a"]


def test_manage_competition_keeps_what_is_in_use(scene: Any) -> None:
    put(scene, {"stages": STAGES, "groups": GROUPS, "entries": entries("axle", "boiler")})
    assert wrong(put(scene, {"groups": GROUPS[:1]}, 400)) == [("groups", "needed")]
    assert wrong(put(scene, {"stages": STAGES[1:]}, 400)) == [("stages", "needed")]
    assert Group.objects.count() == 2
    moved = [{"team": slug, "group": "a"} for slug in ("axle", "boiler")]
    assert put(scene, {"groups": GROUPS[:1], "entries": moved}).status_code == 200


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        ({"entries": entries("axle", "axle")}, [("entries.0.team", "twice"), ("entries.1.team", "twice")]),
        (
            {"entries": [{"team": "axle", "seed": 1}, {"team": "boiler", "seed": 1}]},
            [("entries.0.seed", "seed_twice"), ("entries.1.seed", "seed_twice")],
        ),
        ({"entries": [{"team": "nobody"}]}, [("entries.0.team", "unknown")]),
        ({"entries": [{"seed": 1}]}, [("entries.0.team", "required")]),
        ({"groups": [{"name": {"zh-Hans": "A组"}, "stage": "groups"}]}, [("groups.0.slug", "required")]),
        ({"groups": [*GROUPS, {"slug": "c", "name": {"zh-Hans": "C组"}}]}, [("groups.2.stage", "unknown")]),
        ({"entries": [{"team": "axle", "group": "z"}]}, [("entries.0.group", "unknown")]),
        ({"entries": [{"team": "axle", "seed": 0}]}, [("entries.0.seed", "min_value")]),
        ({"entries": [{"team": "axle", "adjustment": -1}]}, [("entries.0.adjustment_reason", "invalid")]),
        ({"entries": [{"team": "axle", "coach": "Li"}]}, [("entries.0.coach", "unknown")]),
        ({"entries": {"team": "axle"}}, [("entries", "not_a_list")]),
        ({"groups": [{"slug": "a", "name": {"zh-Hans": "A组"}, "stage": "z"}]}, [("groups.0.stage", "unknown")]),
        ({"groups": [{"slug": "A!", "name": {}, "stage": "groups"}]}, [("groups.0.slug", "invalid")]),
        ({"groups": [*GROUPS, GROUPS[0]]}, [("groups.2.slug", "repeated")]),
        ({"groups": [{**GROUPS[0], "stage": "finals"}, GROUPS[1]]}, [("groups.0.stage", "invalid")]),
        ({"stages": [{"slug": "x", "name": {}}]}, [("stages.0.name", "required")]),
        ({"rules": {"win": 3}}, [("rules", "invalid")]),
        ({"rules": "fiba"}, [("rules", "invalid")]),
        ({"runners_up": {"order": ["beauty"]}}, [("runners_up", "invalid")]),
        ({"advance": -1}, [("advance", "min_value")]),
        ({"sport": "chess"}, [("sport", "invalid_choice")]),
        ({"entries": None}, [("entries", "null")]),
    ],
)
def test_manage_competition_that_cannot_be_is_refused_by_name(
    scene: Any, sent: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    put(scene, {"stages": STAGES, "groups": GROUPS, "entries": []})
    version = Event.objects.get(slug="cup").version
    assert wrong(put(scene, sent, 400)) == problems
    assert (Event.objects.get(slug="cup").version, Entry.objects.count()) == (version, 0)


def test_manage_competition_names_the_team_and_the_groups_of_a_double(scene: Any) -> None:
    put(scene, {"stages": STAGES, "groups": GROUPS})
    problem = put(scene, {"entries": entries("axle", "axle")}, 400).json()
    message = "“axle队” is there 2 times: in A组, B组. A team is in one group; keep one row."
    assert {each["detail"] for each in problem["errors"]} == {message}


def test_manage_competition_enters_who_is_public_or_ones_own(scene: Any) -> None:
    league.team(slug="guests", organizer=scene.theirs)
    league.team(slug="secret", published=False, organizer=scene.theirs)
    assert put(scene, {"entries": [{"team": "guests"}]}).status_code == 200
    refused = put(scene, {"entries": [{"team": "guests"}, {"team": "secret"}]}, 400)
    assert wrong(refused) == [("entries.1.team", "unknown")]


def test_manage_competition_is_the_events_to_write(scene: Any) -> None:
    sent = {"version": scene.cup.version, "advance": 1}
    send(scene.stranger, "get", PATH, expect=404)
    send(scene.stranger, "put", PATH, sent, expect=404)
    send(scene.reviewer, "patch", PATH, sent, expect=403)
    send(scene.editor, "put", PATH, {"advance": 1}, expect=428)
    send(scene.editor, "put", PATH, {"advance": 1, "version": 9999}, expect=412)
    assert send(scene.editor, "patch", PATH, sent).json()["advance"] == 1


def test_a_stage_that_has_groups_becomes_no_knock_out(scene: Any) -> None:
    put(scene, {"stages": STAGES, "groups": GROUPS})
    refused = put(scene, {"stages": [{"slug": "groups", "kind": "knock_out"}, STAGES[1]]}, 400)
    assert wrong(refused) == [("stages.0.kind", "invalid")]
    assert put(scene, {"stages": [STAGES[1]], "groups": []}).json()["groups"] == []
