"""The page of all teams of an event: groups, entries and seeds in one table."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.changes.edits import edit
from events.league.models import Competition, Entry, Group, Stage
from events.models import Event
from tests import factories
from tests import factories_teams as league
from tests.factories import text
from tests.pages import enter, errors, open_form, said, save, url

pytestmark = pytest.mark.django_db


def page_of(event: Event) -> str:
    return reverse("admin:league_competition_teams", args=[event.pk])


def rows(event: Event) -> list[tuple[str, str | None, int | None]]:
    found = Entry.objects.filter(event=event).select_related("team", "group").order_by("team__slug")
    return [(row.team.slug, row.group.slug if row.group else None, row.seed) for row in found]


@pytest.fixture
def scene(cast: SimpleNamespace) -> SimpleNamespace:
    """A cup of ours with two groups and no team in it; four teams to enter."""
    with edit():
        names = ("axle", "boiler", "cable", "drill")
        teams = {name: league.team(slug=name, name=text(f"{name}队", en=name), organizer=cast.ours) for name in names}
        event = factories.league(slug="cup", event_kind="cup", organizer=cast.ours, title=text("厂杯"))
        first, second = league.groups(event, "a", "b")
    return SimpleNamespace(event=event, teams=teams, a=first, b=second, page=page_of(event), **vars(cast))


def typed(*lines: tuple[Any, ...]) -> dict[str, str]:
    """Rows of the table from its first empty one on: team, group, seed."""
    values = {}
    for place, (team, group, *rest) in enumerate(lines):
        values |= {f"entries-{place}-team": team, f"entries-{place}-group": str(group.pk) if group else ""}
        values[f"entries-{place}-seed"] = str(rest[0]) if rest else ""
    return values


def test_teams_page_takes_a_table_of_teams(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    lines = typed(("axle队", scene.a, 1), ("boiler", scene.b, 2), (" CABLE ", scene.a), ("drill", None))
    response = save(browser, scene.page, form, **lines)
    assert errors(response) == {}
    assert response["Location"] == url(scene.event)
    assert rows(scene.event) == [("axle", "a", 1), ("boiler", "b", 2), ("cable", "a", None), ("drill", None, None)]
    history = browser.get(url(scene.event, "history")).content.decode()
    assert "entry" in history


def test_teams_page_changes_moves_and_removes(scene: SimpleNamespace) -> None:
    for seed, name in enumerate(("axle", "boiler", "cable"), start=1):
        league.entry(scene.event, scene.teams[name], group=scene.a, seed=seed)
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    assert [form[f"entries-{place}-team"] for place in range(3)] == ["axle队", "boiler队", "cable队"]
    changes = {"entries-0-seed": "2", "entries-1-seed": "1", "entries-1-group": str(scene.b.pk)}
    response = save(browser, scene.page, form, "_continue", **changes, **{"entries-2-DELETE": "on"})
    assert errors(response) == {}
    assert response["Location"] == scene.page
    assert rows(scene.event) == [("axle", "a", 2), ("boiler", "b", 1)]


def test_teams_page_refuses_a_team_twice_by_its_name_and_groups(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    found = errors(
        save(browser, scene.page, form, **typed(("axle", scene.a), ("boiler", scene.b), ("axle队", scene.b)))
    )
    message = "“axle队” is there 2 times: in A组, B组. A team is in one group; keep one row."
    assert found == {"entries-0-team": [message], "entries-2-team": [message]}
    assert rows(scene.event) == []


def test_teams_page_refuses_a_seed_twice_and_a_team_that_is_none(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    found = errors(save(browser, scene.page, form, **typed(("axle", scene.a, 1), ("boiler", scene.b, 1))))
    assert found == {
        "entries-0-seed": ["Seed 1 is that of boiler队 too."],
        "entries-1-seed": ["Seed 1 is that of axle队 too."],
    }
    found = errors(save(browser, scene.page, form, **typed(("cabel", scene.a), ("boiler", scene.b, 0))))
    assert set(found) == {"entries-0-team", "entries-1-seed"}
    assert "cable" in found["entries-0-team"][0]
    assert rows(scene.event) == []


def test_teams_page_shows_the_second_editor_what_the_first_one_did(scene: SimpleNamespace) -> None:
    league.entry(scene.event, scene.teams["axle"], group=scene.a)
    first, second = enter(scene.publisher), enter(scene.staff)
    one, other = open_form(first, scene.page), open_form(second, scene.page)
    added = {"entries-1-team": "boiler", "entries-1-group": str(scene.a.pk)}
    assert errors(save(first, scene.page, one, **added)) == {}
    found = errors(save(second, scene.page, other, **{**added, "entries-1-group": str(scene.b.pk)}))
    assert set(found) == {"entries-1-team"}
    response = save(second, scene.page, other, **{"entries-0-seed": "1", "entries-1-team": "cable"})
    assert errors(response) == {}
    assert any("both changes are kept" in each for each in said(response))
    assert [row[0] for row in rows(scene.event)] == ["axle", "boiler", "cable"]


def test_teams_page_offers_who_is_public_and_ones_own(scene: SimpleNamespace) -> None:
    league.team(slug="guests", name=text("客队"), organizer=scene.theirs)
    league.team(slug="secret", name=text("密队"), published=False, organizer=scene.theirs)
    league.team(slug="ours-draft", name=text("新队"), published=False, organizer=scene.ours)
    browser = enter(scene.publisher)
    page = browser.get(scene.page).content.decode()
    assert [f'<option value="{name}">' in page for name in ("客队", "新队", "密队")] == [True, True, False]
    form = open_form(browser, scene.page)
    assert set(errors(save(browser, scene.page, form, **typed(("密队", None))))) == {"entries-0-team"}
    assert errors(save(browser, scene.page, form, **typed(("客队", None), ("新队", None)))) == {}


def test_teams_page_keeps_a_group_with_teams_in_it(scene: SimpleNamespace) -> None:
    league.entry(scene.event, scene.teams["axle"], group=scene.a)
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    found = errors(save(browser, scene.page, form, **{"groups-0-DELETE": "on"}))
    assert found == {"groups": ["“A组” has axle队. Move or remove these first, and save."]}
    assert errors(save(browser, scene.page, form, **{"groups-1-DELETE": "on"})) == {}
    assert list(Group.objects.values_list("slug", flat=True)) == ["a"]


def test_teams_page_names_groups_in_urls_and_refuses_a_name_twice(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    more = {"groups-TOTAL_FORMS": "3", "groups-2-name__zh-Hans": "丙组", "groups-2-name__en": "Group C"}
    more |= {"groups-2-stage": str(scene.a.stage_id), "groups-2-position": "3"}
    assert errors(save(browser, scene.page, form, **more)) == {}
    assert list(Group.objects.values_list("slug", flat=True)) == ["a", "b", "group-c"]
    form = open_form(browser, scene.page)
    found = errors(save(browser, scene.page, form, **{"groups-2-slug": "b"}))
    assert found == {"groups-2-slug": ["“B组” and “丙组” have the same name in URLs: b. Change one of them."]}


def test_teams_page_makes_groups_by_letter(cast: SimpleNamespace) -> None:
    event = factories.event(published=False, organizer=cast.ours)
    browser = enter(cast.editor)
    assert "There are no groups yet" in browser.get(page_of(event)).content.decode()
    assert said(browser.post(page_of(event), {"_groups": "1", "count": "10"})) == ["success: 10 groups are made."]
    made = list(Group.objects.filter(event=event))
    assert [group.slug for group in made] == list("abcdefghij")
    assert made[0].name == {"zh-Hans": "A组", "en": "Group A", "de": "Gruppe A"}
    assert Stage.objects.get(event=event).name["en"] == "Group stage"
    assert Competition.objects.filter(event=event).exists()
    assert "There are no groups yet" not in browser.get(page_of(event)).content.decode()
    for count in ("17", "0", "-1", "x"):
        assert said(browser.post(page_of(event), {"_groups": "1", "count": count}))[0].startswith("error: There are")
    assert Group.objects.filter(event=event).count() == 10


def test_teams_page_is_for_who_may_edit_the_event(scene: SimpleNamespace) -> None:
    league.entry(scene.event, scene.teams["axle"], group=scene.a)
    for who, seen, written in (
        ("editor", 200, 403),
        ("reviewer", 200, 403),
        ("stranger", 302, 302),
        ("nobody", 403, 403),
    ):
        browser = enter(getattr(scene, who))
        assert (who, browser.get(scene.page).status_code) == (who, seen)
        assert (who, browser.post(scene.page, {"_save": "Save"}).status_code) == (who, written)
        assert (who, browser.post(scene.page, {"_groups": "1", "count": "3"}).status_code) == (who, 403)
    assert Group.objects.filter(event=scene.event).count() == 2


def test_event_page_leads_to_teams_and_rules(scene: SimpleNamespace) -> None:
    rules = url(scene.event.competition)
    page = enter(scene.publisher).get(url(scene.event)).content.decode()
    assert (scene.page in page, rules in page) == (True, True)
    concert = factories.event(event_kind="concert", organizer=scene.ours)
    assert page_of(concert) not in enter(scene.publisher).get(url(concert)).content.decode()
    fresh = factories.event(event_kind="league", published=False, organizer=scene.ours)
    assert f"{url(Competition, 'add')}?event={fresh.pk}" in enter(scene.editor).get(url(fresh)).content.decode()


def test_teams_page_costs_the_same_for_two_teams_and_for_forty(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    counts = []
    for number in (2, 40):
        with edit():
            for _each in range(number):
                league.entry(scene.event, league.team(organizer=scene.ours), group=scene.a)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(scene.page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# An entry by itself


def test_entry_page_takes_points_away_with_a_reason(scene: SimpleNamespace, client: Client) -> None:
    entry = league.entry(scene.event, scene.teams["axle"], group=scene.a)
    browser = enter(scene.publisher)
    assert url(entry) in browser.get(scene.page).content.decode()
    form = open_form(browser, url(entry))
    assert set(errors(save(browser, url(entry), form, adjustment="-1"))) == {"adjustment_reason"}
    reason = {"adjustment": "-1", "adjustment_reason__zh-Hans": "无故缺席", "lot": "2"}
    assert errors(save(browser, url(entry), form, **reason)) == {}
    entry.refresh_from_db()
    assert (entry.adjustment, entry.lot, entry.team.slug) == (-1, 2, "axle")
    assert enter(scene.stranger).get(url(entry)).status_code == 302
    assert enter(scene.editor).post(url(entry), form).status_code == 403
