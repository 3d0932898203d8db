"""The page on which a season is made: each step is seen before it is done, and what was seen is what is done."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.league.models import Competition, Entry, Match, Stage
from events.models import Slot
from tests import factories, factories_teams
from tests.factories import at, text
from tests.pages import enter, said, url


@pytest.fixture
def season(cast: SimpleNamespace, clock: Any, english: None) -> SimpleNamespace:
    """Six teams, two of them seeded, one court; seen by a publisher."""
    clock(at(2026, 4, 1, 12))
    with edit():
        hall = factories.venue(slug="hall")
        court = factories.space(hall, name=text("一号场"))
        event = factories.league(organizer=cast.ours, venues=[hall], slug="season")
        Competition(event=event, advance=2).save()
        for number in range(1, 7):
            team = factories_teams.team(slug=f"t{number}", organizer=cast.ours, name=text(f"{number}队"))
            factories_teams.entry(event, team, seed=number if number <= 2 else None)
    page = url(event, "draw")
    return SimpleNamespace(
        event=event, court=f"{hall.pk}-{court.pk}", page=page, cast=cast, publisher=enter(cast.publisher)
    )


def post(season: SimpleNamespace, step: str, act: str = "_preview", who: Any = None, **values: Any) -> Any:
    sent = {f"{step}-{name}": value for name, value in values.items()}
    return (who or season.publisher).post(season.page, {"step": step, act: "1", **sent})


def do(season: SimpleNamespace, step: str, **values: Any) -> Any:
    """As a browser does it: looks, then applies what it has seen."""
    shown = post(season, step, **values)
    assert shown.context["page"].seen is not None, shown.context["forms"][step].errors
    return post(season, step, "_write", **values, seen=shown.context["page"].event.version)


DRAW = {"count": 2, "number": 7}


def calendar(season: SimpleNamespace, **values: Any) -> dict[str, Any]:
    asked = {"first": "2026-05-01", "last": "2026-05-10", "weekdays": list(range(7)), "times": "10:00, 12:00"}
    return {**asked, "spaces": [season.court], "length": 90, "rest": 60, **values}


def problems(response: Any, step: str) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["forms"][step].errors.items()}


def test_a_season_is_made_step_by_step(season: SimpleNamespace) -> None:
    response = do(season, "draw", **DRAW)
    assert (response.status_code, response["Location"]) == (302, f"{season.page}#draw")
    assert said(response) == ["success: 6 teams are drawn into 2 groups. Visitors see them at once."]
    assert said(do(season, "groups", legs=1)) == ["success: 6 matches are made, as drafts without a time."]
    finals = do(season, "finals", of="groups", third_place="on")
    assert said(finals) == ["success: 4 matches are made, as drafts without a time."]
    done = do(season, "calendar", **calendar(season))
    assert said(done) == ["success: 10 matches have a time now, as drafts; for 0 there was no room."]
    assert Slot.objects.filter(event=season.event, starts_at=None).count() == 0
    page = season.publisher.get(season.page).context["page"]
    assert (len(page.entries), page.seeds, page.without_group, len(page.matches), page.open) == (6, 2, 0, 10, 0)


def test_a_preview_writes_nothing_and_shows_what_would_be(season: SimpleNamespace) -> None:
    response = post(season, "draw", **DRAW)
    groups = response.context["page"].groups
    assert sorted(str(entry) for each in groups for entry in each["entries"]) == [
        f"{number}队" for number in range(1, 7)
    ]
    assert {each["entries"][0].seed for each in groups} == {1, 2}
    assert not Stage.objects.exists()
    do(season, "draw", **DRAW)
    rows = post(season, "groups", legs=2).context["page"].pairings
    assert [row["number"] for row in rows] == list(range(1, 13))
    assert not Match.objects.exists()
    finals = post(season, "finals", of="groups").context["page"].pairings
    assert [(row["home"]["name"], row["away"]["name"]) for row in finals[:1]] == [("A组第1名", "B组第2名")]


def test_what_finds_no_room_is_told_with_the_reason(season: SimpleNamespace) -> None:
    do(season, "draw", **DRAW)
    do(season, "groups", legs=1)
    response = post(season, "calendar", **calendar(season, last="2026-05-02", times="10:00"))
    page, html = response.context["page"], response.content.decode()
    assert (len(page.seen.placed), len(page.left), page.seen.free) == (2, 4, 2)
    assert "taken by another match (2)" in html
    assert [row["rows"][0]["place"].endswith(" · 一号场") for row in page.days] == [True, True]


def test_a_step_is_shown_again_where_the_event_has_changed_since(season: SimpleNamespace) -> None:
    seen = post(season, "draw", **DRAW).context["page"].event.version
    with edit():
        entry = Entry.objects.get(team__slug="t6")
        entry.withdrawn = True
        entry.save()
    response = post(season, "draw", "_write", **DRAW, seen=seen)
    page = response.context["page"]
    assert (response.status_code, page.stale, page.seen.teams) == (200, True, 5)
    assert "Somebody changed the event since this preview was made" in response.content.decode()
    assert not Stage.objects.exists()
    assert post(season, "draw", "_write", **DRAW, seen=page.event.version).status_code == 302


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        ("draw", {"count": 9, "number": 7}, "count"),
        ("draw", {"count": 0, "number": 7}, "count"),
        ("draw", {"count": 2, "number": "x"}, "number"),
        ("groups", {"legs": 1}, "__all__"),  # no groups yet
        ("groups", {"legs": 9}, "legs"),
        ("finals", {"of": "nobody"}, "of"),
        ("finals", {"of": "seeds", "size": 3}, "size"),
        ("finals", {"of": "entries"}, "number"),
        ("calendar", {"times": "25:99"}, "times"),
        ("calendar", {"times": "10:00-11:00"}, "times"),
        ("calendar", {"times": "03:00"}, "times"),
        ("calendar", {"last": "2026-04-01"}, "last"),
        ("calendar", {"spaces": ["x"]}, "spaces"),
        ("calendar", {}, "__all__"),  # no matches yet
    ],
)
def test_what_cannot_be_is_told_beside_the_field(season: SimpleNamespace, step: str, values: Any, field: str) -> None:
    sent = calendar(season, **values) if step == "calendar" else values
    response = post(season, step, **sent)
    assert (response.status_code, set(problems(response, step))) == (200, {field})


def test_matches_are_deleted_and_made_again(season: SimpleNamespace) -> None:
    do(season, "draw", **DRAW)
    do(season, "groups", legs=1)
    assert problems(post(season, "draw", **DRAW), "draw") == {
        "__all__": ["“小组赛” has 6 matches already. Delete them first."]
    }
    response = season.publisher.post(season.page, {"_take_back": "groups"})
    assert said(response) == ["success: 6 matches are deleted."]
    assert not Slot.objects.filter(event=season.event).exists()
    do(season, "groups", legs=1)
    factories.release(season.event)
    assert said(season.publisher.post(season.page, {"_take_back": "groups"}))[-1].startswith("error: Visitors know")


def test_stages_are_asked_only_where_there_are_several(season: SimpleNamespace) -> None:
    do(season, "draw", **DRAW)
    assert "stage" not in season.publisher.get(season.page).context["forms"]["draw"].fields
    with edit():
        Stage(event=season.event, slug="second", name=text("第二阶段"), kind="groups", position=4).save()
    assert problems(post(season, "groups", legs=1, stage="second"), "groups") == {
        "stage": ["“第二阶段” has no groups yet. Draw them first."]
    }
    assert post(season, "groups", legs=1, stage="groups").context["page"].seen is not None


def test_matches_of_one_stage_are_put_into_the_calendar(season: SimpleNamespace) -> None:
    do(season, "draw", **DRAW)
    do(season, "groups", legs=1)
    do(season, "finals", of="groups")
    do(season, "calendar", **calendar(season, stage="groups"))
    assert {match.group is None for match in Match.objects.filter(slot__starts_at=None)} == {True}
    assert Match.objects.filter(slot__starts_at=None).count() == 3


def test_who_may_only_read_sees_how_far_it_is(season: SimpleNamespace) -> None:
    reader = enter(season.cast.editor)  # the event is published
    html = reader.get(season.page).content.decode()
    assert ("You may read this event, not change it." in html, "_preview" in html) == (True, False)
    assert post(season, "draw", who=reader, **DRAW).status_code == 403


def test_nonsense_is_a_bad_request(season: SimpleNamespace) -> None:
    assert post(season, "win").status_code == 400
    assert season.publisher.post(season.page, {"_take_back": "nothing"}).status_code == 400


def test_the_event_and_its_workbench_lead_there(season: SimpleNamespace) -> None:
    for page in ("change", "schedule"):
        assert f'href="{season.page}"' in season.publisher.get(url(season.event, page)).content.decode()
    concert = factories.event(organizer=season.cast.ours, event_kind="concert")
    assert "Draw and timetable" not in season.publisher.get(url(concert)).content.decode()


def test_the_page_costs_the_same_queries_for_more_matches(season: SimpleNamespace) -> None:
    do(season, "draw", **DRAW)
    costs = []
    for legs in (1, 4):
        do(season, "groups", legs=legs)
        with CaptureQueriesContext(connection) as queries:
            season.publisher.get(season.page)
        costs.append(len(queries))
        season.publisher.post(season.page, {"_take_back": "groups"})
    assert costs[0] == costs[1]
