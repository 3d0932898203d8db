"""Teams by the manage API: listed, made, changed, and brought through their publication."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.models import acts_of
from core.publication import Verb, act
from events.league.models import Team
from tests import factories
from tests import factories_teams as league
from tests.asking import send, wrong
from tests.factories import at, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/teams"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    """The cast, a draft of ``ours`` that is in a cup, and one of ``theirs``."""
    clock(at(2026, 5, 1, 12))
    cast.team = league.team(
        slug="foundry", name=text("铸造厂队", en="Foundry"), organizer=cast.ours, published=False, founded=1956
    )
    cast.cup = league.cup([cast.team], organizer=cast.ours).event
    league.cup([cast.team], slug="theirs", organizer=cast.theirs)
    league.team(slug="other", organizer=cast.theirs)
    return cast


def read(who: Any, slug: str = "foundry") -> dict[str, Any]:
    found: dict[str, Any] = send(who, "get", f"{ROOT}/{slug}").json()
    return found


def slugs(who: Any, query: str = "") -> list[str]:
    return [row["slug"] for row in send(who, "get", f"{ROOT}{query}").json()["results"]]


def test_manage_team_in_its_whole_shape(stage: Any) -> None:
    response = send(stage.editor, "get", f"{ROOT}/foundry")
    shown = response.json()
    assert response["ETag"] == f'"{shown["version"]}"'
    assert shown == {
        "version": Team.objects.get(slug="foundry").version,
        "derived": {"name": {"zh-Hant": "鑄造廠隊"}},
        "slug": "foundry",
        "name": {"zh-Hans": "铸造厂队", "en": "Foundry"},
        "name_pinyin": "",
        "short_name": {},
        "company": {},
        "summary": {},
        "organizer": {"slug": "ours"},
        "colour": "",
        "second_colour": "",
        "founded": 1956,
        "images": [],
        "links": [],
        "verified_on": None,
        "doubts": "",
        "sample": False,
        "appear_at": None,
        "vanish_at": None,
        "state": "draft",
        "public": False,
        "events": [{"slug": "cup"}],
        "rights": ["edit"],
        "updated_at": "2026-05-01T12:00:00+08:00",
    }
    assert read(stage.publisher)["rights"] == ["edit", "publish", "review"]
    assert read(stage.staff)["events"] == [{"slug": "cup"}, {"slug": "theirs"}]


def test_manage_teams_are_those_that_one_works_on(stage: Any) -> None:
    league.team(slug="axle", name=text("车轴队", en="Axle"), organizer=stage.ours)
    assert slugs(stage.editor) == ["axle", "foundry"]
    assert slugs(stage.stranger) == ["other"]
    assert slugs(stage.nobody) == []
    assert slugs(stage.staff, "?organizer=ours&state=draft") == ["foundry"]
    assert slugs(stage.editor, "?q=axl") == ["axle"]
    first = send(stage.editor, "get", f"{ROOT}?limit=1").json()
    following = send(stage.editor, "get", first["next"].removeprefix("https://tiexi.example")).json()
    assert [row["slug"] for row in (*first["results"], *following["results"])] == ["axle", "foundry"]
    assert following["next"] is None
    assert wrong(send(stage.editor, "get", f"{ROOT}?sport=x", expect=400)) == [("sport", "unknown")]


def test_manage_team_is_made_and_changed(stage: Any, get: Any) -> None:
    image = factories.image(organizer=stage.ours)
    sent = {
        "name": text("压力机队", en="Press"),
        "colour": "#c8102e",
        "images": [str(image.pk)],
        "links": [{"value": "https://press.example"}],
    }
    made = send(stage.publisher, "post", ROOT, sent, expect=201)
    assert (made["Location"], made.json()["organizer"]) == ("/api/v1/manage/teams/press", {"slug": "ours"})
    version = made.json()["version"]
    change = {"version": version, "founded": 1958, "name": {"de": "Presse"}, "images": [], "links": []}
    changed = send(stage.publisher, "patch", f"{ROOT}/press", change).json()
    assert (changed["founded"], changed["images"], changed["links"]) == (1958, [], [])
    assert changed["name"] == {"zh-Hans": "压力机队", "en": "Press", "de": "Presse"}
    stale = send(stage.publisher, "put", f"{ROOT}/press", {"version": version, "founded": 1}, expect=412)
    assert stale.json()["current"]["founded"] == 1958
    send(stage.publisher, "put", f"{ROOT}/press", {"founded": 1}, expect=428)
    acts = acts_of(Team.objects.get(slug="press")).values_list("verb", "fields")
    assert [verb for verb, _fields in acts] == ["changed", "created"]
    waiting = send(stage.publisher, "post", f"{ROOT}/press/submit", {"version": changed["version"]}).json()
    ready = send(stage.reviewer, "post", f"{ROOT}/press/approve", {"version": waiting["version"]}).json()
    out = send(stage.publisher, "post", f"{ROOT}/press/publish", {"version": ready["version"]}).json()
    assert (out["state"], out["public"], get("teams/press")["name"]) == ("published", True, "压力机队")
    again = send(stage.publisher, "post", f"{ROOT}/press/publish", {"version": out["version"]}, expect=409)
    assert wrong(again) == [("state", "state")]
    gone = send(stage.publisher, "post", f"{ROOT}/press/withdraw", {"version": out["version"]}).json()
    assert gone["state"] == "withdrawn"
    get("teams/press", expect=410)


def test_manage_team_goes_through_its_review(stage: Any) -> None:
    version = {"version": read(stage.editor)["version"]}
    waiting = send(stage.editor, "post", f"{ROOT}/foundry/submit", version).json()
    assert waiting["state"] == "in_review"
    refused = {"version": waiting["version"], "reason": "Which year?"}
    back = send(stage.reviewer, "post", f"{ROOT}/foundry/reject", refused).json()
    assert back["state"] == "draft"
    send(stage.editor, "post", f"{ROOT}/foundry/publish", {"version": back["version"]}, expect=403)


def test_manage_team_is_not_published_before_its_organizer(stage: Any) -> None:
    host = factories.organizer(published=False, slug="new")
    league.team(slug="fresh", published=False, organizer=host)
    waiting = act(Team.objects.get(slug="fresh"), Verb.SUBMIT, by=stage.staff)
    ready = act(waiting, Verb.APPROVE, by=stage.reviewer)
    problem = send(stage.superuser, "post", f"{ROOT}/fresh/publish", {"version": ready.version}, expect=409).json()
    assert str(host) in problem["detail"]


@pytest.mark.parametrize(
    ("sent", "problems"),
    [
        ({"colour": "red"}, [("colour", "invalid")]),
        ({"second_colour": "#ffffff"}, [("colour", "invalid")]),
        ({"founded": 1700}, [("founded", "min_value")]),
        ({"name": {"zh-Hans": None}}, [("name", "required")]),
        ({"organizer": "theirs"}, [("organizer", "unknown")]),
        ({"slug": "singer"}, [("slug", "invalid")]),
        ({"coach": "Li"}, [("coach", "unknown")]),
        ({"state": "published"}, [("state", "read_only")]),
        ({"links": [{"value": "nowhere"}]}, [("links.0.value", "invalid")]),
    ],
)
def test_manage_team_that_cannot_be_is_refused_by_name(
    stage: Any, sent: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    factories.participant(slug="singer", kind="person")
    version = read(stage.editor)["version"]
    response = send(stage.editor, "patch", f"{ROOT}/foundry", {"version": version, **sent}, expect=400)
    assert wrong(response) == problems
    assert read(stage.editor)["version"] == version


def test_manage_team_takes_over_no_participant_of_others(stage: Any) -> None:
    foreign = factories.event(published=False, organizer=stage.theirs)
    factories.takes_part(factories.slot(foreign), factories.participant(slug="press"))
    sent = {"name": text("压力机队"), "slug": "press"}
    assert wrong(send(stage.editor, "post", ROOT, sent, expect=400)) == [("slug", "foreign")]
    send(stage.staff, "post", ROOT, {**sent, "organizer": "ours"}, expect=201)


def test_manage_teams_cost_the_same_for_one_and_for_many(stage: Any) -> None:
    browser = enter(stage.editor)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(ROOT).status_code == 200
        counts.append(len(queries))
        for _number in range(3):
            league.cup([league.team(organizer=stage.ours)], slug=f"cup-{Team.objects.count()}", organizer=stage.ours)
    assert counts[0] == counts[1]
