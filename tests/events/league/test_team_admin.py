"""Teams in the admin: from an empty page to the public, who may do it, and the participants that they are."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.league.models import Team
from events.models import Participant
from tests import factories
from tests import factories_teams as league
from tests.factories import public, text
from tests.pages import enter, errors, open_form, said, save, url

pytestmark = pytest.mark.django_db

NAMES = {"name__zh-Hans": "铸造厂队", "name__en": "Foundry"}


def test_admin_team_from_an_empty_page_to_the_public(cast: SimpleNamespace, get: Any) -> None:
    image = factories.image()
    browser = enter(cast.staff)
    form = open_form(browser, url(Team, "add"))
    values = {**NAMES, "organizer": str(cast.ours.pk), "colour": "#c8102e", "founded": "1956"}
    values |= {"placements-TOTAL_FORMS": "1", "placements-0-image": str(image.pk), "placements-0-position": "0"}
    values |= {"links-TOTAL_FORMS": "1", "links-0-kind": "website", "links-0-value": "https://foundry.example"}
    values |= {"links-0-position": "0"}
    assert errors(save(browser, url(Team, "add"), form, **values)) == {}
    team = Team.objects.get()
    assert (team.slug, team.state, team.participant.slug) == ("foundry", "draft", "foundry")
    assert "success: “铸造厂队” is now: in review." in said(browser.post(url(team, "act"), {"_verb": "submit"}))
    team.refresh_from_db()
    public(team)
    shown = get("teams/foundry")
    assert (shown["image"]["id"], shown["links"][0]["value"]) == (str(image.pk), "https://foundry.example")
    page = browser.get(url(team, "preview"), {"lang": "en"}).content.decode()
    assert '<dt>Founded</dt><dd class="lines">1956</dd>' in page


def test_admin_list_of_teams_is_by_name_with_their_competitions(cast: SimpleNamespace) -> None:
    first = league.team(name=text("轴承", en="Axle"), organizer=cast.ours)
    second = league.team(name=text("电缆", en="Cable"), organizer=cast.ours)
    cup = league.cup([first], organizer=cast.ours, title=text("厂杯"))
    league.cup([first], slug="theirs", organizer=cast.theirs, title=text("别人的杯"))
    browser = enter(cast.editor)
    rows = browser.get(url(Team, "changelist")).context["cl"].result_list
    assert list(rows) == [second, first]
    page = browser.get(url(Team, "changelist")).content.decode()
    assert (url(cup.event) in page, "别人的杯" in page) == (True, False)
    found = browser.get(url(Team, "changelist"), {"event": "cup"}).context["cl"].result_list
    assert list(found) == [first]
    assert len(browser.get(url(Team, "changelist"), {"event": "theirs"}).context["cl"].result_list) == 0


def test_admin_teams_are_their_organizers(cast: SimpleNamespace) -> None:
    mine = league.team(published=False, organizer=cast.ours)
    out = league.team(organizer=cast.ours)
    foreign = league.team(organizer=cast.theirs)
    editor, publisher, stranger = (enter(getattr(cast, who)) for who in ("editor", "publisher", "stranger"))
    assert [row.pk for row in editor.get(url(Team, "changelist")).context["cl"].result_list] == [mine.pk, out.pk]
    assert editor.get(url(foreign)).status_code == 302
    form = open_form(editor, url(mine))
    assert save(editor, url(mine), form, **NAMES).status_code == 302
    assert save(editor, url(out), open_form(publisher, url(out)), **NAMES).status_code == 403
    assert save(publisher, url(out), open_form(publisher, url(out)), **NAMES).status_code == 302
    assert stranger.post(url(out, "act"), {"_verb": "withdraw"}).status_code == 403
    assert publisher.post(url(out, "act"), {"_verb": "withdraw"}).status_code == 302
    assert Team.objects.get(pk=out.pk).state == "withdrawn"


def test_admin_two_editors_of_a_team_are_merged(cast: SimpleNamespace) -> None:
    team = league.team(organizer=cast.ours, founded=1950)
    staff, publisher = enter(cast.staff), enter(cast.publisher)
    first, second = open_form(staff, url(team)), open_form(publisher, url(team))
    assert save(staff, url(team), first, founded="1956").status_code == 302
    response = save(publisher, url(team), second, colour="#ffffff")
    assert any("both changes are kept" in each for each in said(response))
    team.refresh_from_db()
    assert (team.founded, team.colour) == (1956, "#ffffff")
    assert "1956" not in publisher.get(url(team, "history")).content.decode()
    assert "Founded" in publisher.get(url(team, "history")).content.decode()


def test_admin_participant_of_a_team_is_written_on_the_teams_page(cast: SimpleNamespace) -> None:
    who = league.team(slug="foundry", name=text("铸造厂队", en="Foundry")).participant
    browser = enter(cast.staff)
    page = browser.get(url(who)).content.decode()
    assert f'<a href="{url(who.team)}">铸造厂队</a>' in page
    assert 'name="slug"' not in page
    browser.post(url(who), {"slug": "other", "name__zh-Hans": "别名", "kind": "act", "_save": "Save"})
    who.refresh_from_db()
    assert (who.slug, who.kind, who.name["en"]) == ("foundry", "team", "Foundry")


def test_admin_participant_without_a_team_is_written_on_its_own_page(cast: SimpleNamespace) -> None:
    who = factories.participant(slug="band", kind="act")
    browser = enter(cast.staff)
    form = open_form(browser, url(who))
    assert save(browser, url(who), form, name__en="Brass band").status_code == 302
    assert Participant.objects.get(pk=who.pk).name["en"] == "Brass band"


def test_admin_member_takes_over_no_participant_of_others(cast: SimpleNamespace) -> None:
    """Its name would change in schedules that are not theirs."""
    league_of_theirs = factories.event(published=False, organizer=cast.theirs)
    factories.takes_part(factories.slot(league_of_theirs), factories.participant(slug="foundry", name=text("他队")))
    browser = enter(cast.editor)
    form = open_form(browser, url(Team, "add"))
    values = {**NAMES, "organizer": str(cast.ours.pk)}
    assert set(errors(save(browser, url(Team, "add"), form, **values))) == {"slug"}
    assert Participant.objects.get(slug="foundry").name == text("他队")
    assert errors(save(browser, url(Team, "add"), form, **values, slug="foundry-works")) == {}
    assert errors(save(enter(cast.staff), url(Team, "add"), form, **values)) == {}
    assert Team.objects.get(slug="foundry").participant.name["en"] == "Foundry"


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"second_colour": "#ffffff"}, {"colour"}),
        ({"founded": "12"}, {"founded"}),
        ({"name__zh-Hans": ""}, {"name"}),
        ({"slug": "singer"}, {"slug"}),
    ],
)
def test_admin_team_that_cannot_be_is_refused_by_name(
    cast: SimpleNamespace, values: dict[str, str], named: set[str]
) -> None:
    factories.participant(slug="singer", kind="person")
    browser = enter(cast.staff)
    sent = {**NAMES, "organizer": str(cast.ours.pk), **values}
    assert set(errors(save(browser, url(Team, "add"), open_form(browser, url(Team, "add")), **sent))) == named
    assert not Team.objects.exists()


def test_admin_list_of_teams_costs_the_same_for_one_and_for_many(cast: SimpleNamespace) -> None:
    browser = enter(cast.staff)
    counts = []
    for _round in range(2):
        for _number in range(2):
            league.cup([league.team(organizer=cast.ours)], slug=f"cup-{Team.objects.count()}", organizer=cast.ours)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url(Team, "changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
