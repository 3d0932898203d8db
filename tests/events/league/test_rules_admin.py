"""The rules of a competition in the admin: ready-made ones, or each by itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from events.league.models import Competition
from events.league.rules import FIBA, FOOTBALL, UEFA, Rules
from events.league.terms import rules_of
from tests import factories
from tests.pages import enter, errors, open_form, save, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(cast: SimpleNamespace) -> SimpleNamespace:
    event = factories.league(slug="cup", event_kind="cup", organizer=cast.ours)
    competition = Competition(event=event)
    competition.save()
    return SimpleNamespace(competition=competition, page=url(competition), event=event, **vars(cast))


def stored(scene: SimpleNamespace) -> Competition:
    scene.competition.refresh_from_db()
    found: Competition = scene.competition
    return found


def ties(*names: str) -> dict[str, str]:
    """All nine places, these names first."""
    return {f"tie_breaks_{place}": names[place] if place < len(names) else "" for place in range(9)}


def test_rules_page_shows_those_of_the_sport(scene: SimpleNamespace) -> None:
    form = open_form(enter(scene.publisher), scene.page)
    shown = {name: form[name] for name in ("preset", "win", "draw", "loss", "forfeit", "forfeit_score")}
    assert shown == {"preset": "sport", "win": "2", "draw": "", "loss": "1", "forfeit": "0", "forfeit_score": "20"}
    assert [form[f"tie_breaks_{place}"] for place in range(7)] == [*FIBA.tie_breaks, ""]
    assert (form["restart"], "forfeit_keeps_better" in form) == ("on", False)


@pytest.mark.parametrize(("name", "rules"), [("fiba", FIBA), ("football", FOOTBALL), ("uefa", UEFA)])
def test_rules_page_takes_ready_made_ones(scene: SimpleNamespace, name: str, rules: Rules) -> None:
    browser = enter(scene.publisher)
    response = save(browser, scene.page, open_form(browser, scene.page), preset=name, sport="other")
    assert errors(response) == {}
    assert (rules_of(stored(scene)), scene.competition.sport) == (rules, "other")
    form = open_form(browser, scene.page)
    assert (form["preset"], form["win"]) == (name, str(rules.win))
    assert errors(save(browser, scene.page, form, preset="sport")) == {}
    assert stored(scene).rules == {}


def test_rules_page_takes_each_rule_by_itself(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    response = save(browser, scene.page, form, win="3", draw="1", **ties("ratio", "", "lot"))
    assert errors(response) == {}
    rules = rules_of(stored(scene))
    assert (rules.win, rules.draw, rules.loss, rules.tie_breaks) == (3, 1, 1, ("ratio", "lot"))
    again = open_form(browser, scene.page)
    assert (again["preset"], again["tie_breaks_0"], again["tie_breaks_1"]) == ("", "ratio", "lot")
    assert errors(save(browser, scene.page, again, **{"note__zh-Hans": "见章程"})) == {}
    assert rules_of(stored(scene)) == rules


def test_rules_page_says_who_goes_on(scene: SimpleNamespace) -> None:
    browser = enter(scene.publisher)
    form = open_form(browser, scene.page)
    order = {"order_0": "lost_ratio", "order_1": "lot", "order_2": "", "order_3": "", "against_last_counts": None}
    assert errors(save(browser, scene.page, form, advance="1", best_runners_up="6", **order)) == {}
    assert stored(scene).runners_up == {"order": ["lost_ratio", "lot"], "against_last_counts": False}
    form = open_form(browser, scene.page)
    assert (form["order_0"], "against_last_counts" in form) == ("lost_ratio", False)
    assert errors(save(browser, scene.page, form, best_runners_up="0")) == {}
    assert (stored(scene).runners_up, scene.competition.advance) == ({}, 1)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"preset": "football", "win": "4"}, {"preset"}),
        (ties("lot", "lot"), {"tie_breaks"}),
        ({"tie_breaks_0": "beauty"}, {"tie_breaks"}),
        ({"win": ""}, {"win"}),
        ({"loss": "-1"}, {"loss"}),
        ({"draw": "x"}, {"draw"}),
        ({"best_runners_up": "2", "order_0": "lot", "order_1": "lot"}, {"order"}),
        ({"advance": "-1"}, {"advance"}),
    ],
)
def test_rules_that_cannot_be_are_refused_by_name(
    scene: SimpleNamespace, values: dict[str, Any], named: set[str]
) -> None:
    browser = enter(scene.publisher)
    assert set(errors(save(browser, scene.page, open_form(browser, scene.page), **values))) == named
    assert stored(scene).rules == {}


def test_rules_page_makes_a_competition_for_the_event_that_leads_to_it(scene: SimpleNamespace) -> None:
    fresh = factories.event(published=False, event_kind="league", organizer=scene.ours)
    browser = enter(scene.editor)
    page = f"{url(Competition, 'add')}?event={fresh.pk}"
    form = open_form(browser, page)
    assert form["event"] == str(fresh.pk)
    assert errors(save(browser, page, form, sport="football", preset="football")) == {}
    assert rules_of(fresh.competition) == FOOTBALL
    assert set(errors(save(browser, page, form))) == {"event"}  # which has one now
    foreign = factories.event(published=False, organizer=scene.theirs)
    assert set(errors(save(browser, page, form, event=str(foreign.pk)))) == {"event"}


def test_rules_of_two_editors_are_merged(scene: SimpleNamespace) -> None:
    first, second = enter(scene.publisher), enter(scene.staff)
    one, other = open_form(first, scene.page), open_form(second, scene.page)
    assert errors(save(first, scene.page, one, win="3")) == {}
    assert errors(save(second, scene.page, other, loss="0")) == {}
    rules = rules_of(stored(scene))
    assert (rules.win, rules.loss) == (3, 0)
    found = errors(save(second, scene.page, other, win="5", tie_breaks_0="lot", tie_breaks_5=""))
    assert set(found) == {"win"}
    assert "3" in found["win"][0]


def test_rules_are_the_organizers(scene: SimpleNamespace) -> None:
    assert enter(scene.stranger).get(scene.page).status_code == 302
    form = open_form(enter(scene.publisher), scene.page)
    assert save(enter(scene.editor), scene.page, form, win="3").status_code == 403
    page = enter(scene.editor).get(scene.page)
    assert page.status_code == 200
    listed = {who: enter(getattr(scene, who)).get(url(Competition, "changelist")) for who in ("editor", "stranger")}
    assert {who: len(page.context["cl"].result_list) for who, page in listed.items()} == {"editor": 1, "stranger": 0}
