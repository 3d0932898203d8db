"""Teams: their answers, filters and calendar, and the rules of their publication."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.league.models import Team, TeamLink
from events.models import Participant
from tests import factories
from tests import factories_teams as league
from tests.factories import at, public, text, withdrawn

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example"
NOON = at(2026, 5, 6, 12)
DAY = timedelta(days=1)


def slugs(get: Any, **params: Any) -> list[str]:
    return [row["slug"] for row in get("teams", **params)["results"]]


@pytest.fixture(autouse=True)
def _noon(clock: Any) -> None:
    clock(NOON)


def full() -> SimpleNamespace:
    """A team of which everything is known, in a public cup and in a draft one."""
    with edit():
        host = factories.organizer(slug="host", name=text("组委会", en="Committee"))
        works = league.team(
            slug="foundry",
            name=text("铸造厂队", en="Foundry", de="Gießerei"),
            short_name=text("铸造"),
            company=text("沈阳铸造厂", en="Shenyang Foundry"),
            summary=text("老厂新兵", en="Old works, new players"),
            colour="#C8102E",
            second_colour="#ffffff",
            founded=1956,
            organizer=host,
            verified_on="2026-05-01",
        )
        TeamLink(team=works, value="https://foundry.example", label=text("官网", en="Website")).save()
        TeamLink(team=works, kind="phone", value="+86 24 8888 0000").save()
        factories.shown(factories.image(), works)
    other = league.team(slug="press", organizer=host)
    cup = league.cup([works, other], organizer=host, title=text("厂杯", en="Factory Cup"))
    with edit():
        draft = factories.league(published=False, slug="draft", organizer=host)
        league.entry(draft, works)
    return SimpleNamespace(works=works, other=other, cup=cup.event, host=host)


NAMES = ("company", "summary", "links.0.label", "organizer.name", "events.0.name", "image.alt", "images.0.alt")


def test_team_says_all_that_is_known_of_it(get: Any) -> None:
    full()
    shown = get("teams/foundry", lang="de")
    image = shown.pop("image")
    assert [each["id"] for each in shown.pop("images")] == [image["id"]]
    (event,) = shown.pop("events")
    assert (event["slug"], event["name"], event["image"]) == ("cup", "Factory Cup", None)
    assert shown.pop("updated_at")
    assert shown == {
        "slug": "foundry",
        "name": "Gießerei",
        "short_name": "铸造",
        "company": "Shenyang Foundry",
        "summary": "Old works, new players",
        "colours": ["#C8102E", "#ffffff"],
        "founded": 1956,
        "organizer": {"slug": "host", "name": "Committee", "image": None},
        "links": [{"kind": "website", "value": "https://foundry.example", "label": "Website"}],
        "contacts": [{"kind": "phone", "value": "+86 24 8888 0000", "label": None}],
        "verified_on": "2026-05-01",
        "sample": False,
        "share_url": f"{SITE}/teams/foundry/",
        "code": Team.objects.get(slug="foundry").code,
        "fixtures": [],
        "results": [],
        "languages": ["zh-Hans", "zh-Hant"],
        "fallbacks": {
            **dict.fromkeys(NAMES, "en"),
            "short_name": "zh-Hans",
        },
    }


def test_team_of_which_nothing_is_known_has_the_same_keys(get: Any) -> None:
    full()
    bare = get("teams/press")
    assert set(bare) == set(get("teams/foundry"))
    assert set(get("teams")["results"][0]) == set(bare) - {"fixtures", "results"}
    assert (bare["colours"], bare["founded"], bare["company"], bare["image"]) == ([], None, None, None)


def test_team_can_embed_its_organizer(get: Any) -> None:
    full()
    assert get("teams/foundry", include="organizer")["organizer"] == get("organizers/host")


def season() -> SimpleNamespace:
    """Matches of every fate: over, put off, on, to come, without a day, of another team, with doors before it."""
    works, other, third = (league.team(slug=slug) for slug in ("foundry", "press", "cable"))
    with edit():
        cup = league.cup([works, other, third]).event
        slots = {
            name: league.plays(factories.slot(cup, start, title=text(name), status=status), works, other)
            for name, start, status in (
                ("first", NOON - 3 * DAY, "scheduled"),
                ("second", NOON - 2 * DAY, "scheduled"),
                ("put-off", NOON - DAY, "postponed"),
                ("off", NOON - timedelta(hours=20), "cancelled"),
                ("on", NOON - timedelta(hours=1), "scheduled"),
                ("next", NOON + DAY, "scheduled"),
                ("later", NOON + 2 * DAY, "tentative"),
            )
        }
        slots["unknown"] = league.plays(factories.slot(cup, precision="tba", title=text("unknown")), other, works)
        league.plays(factories.slot(cup, NOON + DAY / 2, title=text("others")), other, third)
        league.plays(factories.slot(cup, NOON + DAY * 0.75, slot_kind="doors", title=text("doors")), works)
        factories.release(cup)
        league.plays(factories.slot(cup, NOON + 3 * DAY, title=text("draft")), works, third)
    return SimpleNamespace(works=works, cup=cup, slots=slots)


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


def test_team_shows_what_is_next_and_what_was_last(get: Any) -> None:
    made = season()
    shown = get("teams/foundry")
    assert titles(shown["fixtures"]) == ["put-off", "on", "next", "later", "unknown"]
    assert titles(shown["results"]) == ["off", "second", "first"]
    assert [row["phase"] for row in shown["fixtures"][1:3]] == ["running", "upcoming"]
    assert shown["fixtures"][2] == get(f"slots/{made.slots['next'].uid}")
    assert [each["slug"] for each in shown["results"][1]["participants"]] == ["foundry", "press"]
    assert titles(get("teams/cable")["fixtures"]) == ["others"]


def test_team_shows_nothing_of_an_event_that_is_not_public(get: Any) -> None:
    made = season()
    withdrawn(made.cup)
    shown = get("teams/foundry")
    assert (shown["fixtures"], shown["results"], shown["events"]) == ([], [], [])


def test_team_shows_so_many_fixtures_and_results_at_most(get: Any) -> None:
    works = league.team(slug="foundry")
    with edit():
        cup = league.cup([works]).event
        for hours in range(1, 23):
            league.plays(factories.slot(cup, NOON + timedelta(hours=9 * hours), title=text(f"+{hours}")), works)
            league.plays(factories.slot(cup, NOON - timedelta(hours=5 * hours), title=text(f"-{hours}")), works)
        factories.release(cup)
    shown = get("teams/foundry")
    assert titles(shown["fixtures"]) == [f"+{hours}" for hours in range(1, 21)]
    assert titles(shown["results"]) == [f"-{hours}" for hours in range(1, 21)]


def test_team_answer_costs_the_same_for_one_match_and_for_many(client: Client) -> None:
    made = season()
    few = league.team(slug="few")
    with edit():
        league.entry(made.cup, few)
        league.plays(factories.slot(made.cup, NOON + 4 * DAY), few)
        league.plays(factories.slot(made.cup, NOON - 4 * DAY), few)
        factories.release(made.cup)
    counts = set()
    for slug in ("foundry", "few"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/teams/{slug}").status_code == 200
        counts.add(len(queries))
    assert len(counts) == 1
    counts = set()
    for path in ("teams?limit=1", "teams?limit=4", "teams?limit=1&include=organizer", "teams?include=organizer"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        counts.add((len(queries), "organizer" in path))
    assert len(counts) == 2


def test_teams_by_event_organizer_sport_and_order(get: Any, clock: Any) -> None:
    host = factories.organizer(slug="host")
    first = league.team(slug="cable", name=text("电缆", en="Cable"), organizer=host)
    clock(NOON + timedelta(minutes=1))
    second = league.team(slug="press", name=text("压力机", en="Press"))
    third = league.team(slug="axle", name=text("轴承", en="Axle"), organizer=host)
    league.team(slug="draft", published=False, organizer=host)
    cup, league_event = league.cup([first, second]).event, league.cup([third], slug="league").event
    with edit():
        league_event.competition.sport = "football"
        league_event.competition.save()
        league.entry(factories.league(published=False, slug="hidden"), first)
    assert slugs(get, lang="en") == ["axle", "cable", "press"]
    assert slugs(get, lang="zh-Hans") == ["cable", "press", "axle"]
    assert slugs(get, order="-updated") == ["axle", "press", "cable"]
    assert slugs(get, event=cup.slug, lang="en") == ["cable", "press"]
    assert slugs(get, event="cup,league", lang="en") == ["axle", "cable", "press"]
    assert (slugs(get, event="hidden"), slugs(get, event="nowhere")) == ([], [])
    assert slugs(get, organizer="host", lang="en") == ["axle", "cable"]
    assert slugs(get, sport="football") == ["axle"]
    assert slugs(get, sport="basketball,badminton", lang="en") == ["cable", "press"]
    assert sorted(slugs(get, updated_after=NOON.isoformat())) == ["axle", "press"]
    assert [each["field"] for each in get("teams", expect=400, sport="chess", q="x")["errors"]] == ["q"]
    assert [each["field"] for each in get("teams", expect=400, sport="chess")["errors"]] == ["sport"]


def test_team_calendar_has_what_it_plays_with_the_filters_of_slots(client: Client) -> None:
    made = season()

    def summaries(**params: str) -> list[str]:
        body = client.get("/api/v1/teams/foundry.ics", params).content.decode().replace("\r\n ", "")
        assert f"URL:{SITE}/teams/foundry/" in body
        return [line.partition(":")[2] for line in body.split("\r\n") if line.startswith("SUMMARY")]

    named = [each.partition(" · ")[0] for each in summaries()]
    assert named[:2] + named[4:] == ["first", "second", "on", "next", "later"]
    assert [name in each for name, each in zip(("put-off", "off"), named[2:4], strict=True)] == [True, True]
    assert len(named) == 7  # with those that are off; not those of others, nor one without a day
    assert len(summaries(kind="doors")) == 1
    assert len(summaries(event="nowhere")) == 0
    assert len(summaries(status="tentative", event=made.cup.slug)) == 1
    response = client.get("/api/v1/teams/foundry.ics")
    assert response["Content-Disposition"] == 'inline; filename="foundry.ics"'
    assert client.get("/api/v1/teams/nobody.ics").status_code == 404


def test_team_takes_a_number_when_it_enters_a_public_competition_and_a_draft_is_silent() -> None:
    works, hidden = league.team(slug="foundry"), league.team(slug="hidden", published=False)
    cup = league.cup([hidden]).event
    draft = factories.league(published=False, slug="draft")
    before = factories.revision()
    league.entry(draft, works)
    assert factories.revision() == before
    entered = league.entry(cup, works)
    assert factories.revision() == before + 1
    assert {each: factories.feed()[each][0] for each in (("team", "foundry"), ("event", "cup"))} == {
        ("team", "foundry"): before + 1,
        ("event", "cup"): before + 1,
    }
    assert ("team", "hidden") not in factories.feed()
    entered.delete()
    assert factories.feed()["team", "foundry"] == (before + 2, False)
    public(draft)
    assert factories.feed()["team", "foundry"] == (before + 3, False)
    withdrawn(works)
    assert factories.feed()["team", "foundry"] == (before + 4, True)


def test_team_that_was_there_is_gone_and_one_that_never_was_is_not_there(get: Any) -> None:
    works = league.team(slug="foundry")
    league.team(slug="draft", published=False)
    withdrawn(works)
    assert get("teams/foundry", expect=410)["tombstone"]["key"] == "foundry"
    get("teams/draft", expect=404)
    assert slugs(get) == []


# Publication


def test_team_is_published_after_its_organizer_and_withdrawn_before_it() -> None:
    host = factories.organizer(published=False, name=text("组委会"))
    works = league.team(published=False, organizer=host)
    with pytest.raises(ValidationError) as caught:
        public(works)
    assert [str(host) in message for message in caught.value.messages] == [True]
    host = public(host)
    works = public(works)
    with pytest.raises(ValidationError) as caught:
        withdrawn(host)
    assert [str(works) in message for message in caught.value.messages] == [True]
    withdrawn(works)
    assert withdrawn(host).state == "withdrawn"


def test_public_team_does_not_move_to_an_organizer_that_is_not_published() -> None:
    works, draft = league.team(), factories.organizer(published=False)
    works.organizer = draft
    with pytest.raises(ValidationError) as caught:
        works.full_clean()
    assert set(caught.value.message_dict) == {"organizer"}
    with pytest.raises(ValidationError):
        works.save()
    works.refresh_from_db()
    assert works.organizer_id != draft.pk


def test_team_in_a_public_competition_may_be_withdrawn_and_the_schedule_still_names_it(get: Any) -> None:
    made = season()
    withdrawn(made.works)
    shown = get(f"slots/{made.slots['next'].uid}")
    (first, _second) = shown["participants"]
    assert (first["slug"], first["name"]) == ("foundry", made.works.name["zh-Hans"])
    get("teams/foundry", expect=410)


# A team and its participant


def test_team_makes_its_participant_and_keeps_it_up_to_date() -> None:
    works = league.team(slug="foundry", name=text("铸造厂"))
    works.name = text("铸造厂队", en="Foundry")
    works.save()
    who = Participant.objects.get(slug="foundry")
    assert (who.kind, who.name, who.team) == ("team", works.name, works)


def test_team_becomes_the_participant_of_its_address_that_is_there() -> None:
    there = factories.participant(slug="foundry")
    assert league.team(slug="foundry").participant == there
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"colour": "red"}, {"colour"}),
        ({"second_colour": "#ffffff"}, {"colour"}),
        ({"founded": 1700}, {"founded"}),
        ({"name": {"en": "No Chinese"}}, {"name"}),
        ({"slug": "singer"}, {"slug"}),
        ({"slug": "Not a slug"}, {"slug"}),
    ],
)
def test_team_that_cannot_be_is_refused_by_name(fields: dict[str, Any], named: set[str]) -> None:
    factories.participant(slug="singer", kind="person")
    with pytest.raises(ValidationError) as caught:
        league.team(published=False, **fields)
    assert set(caught.value.message_dict) == named


def test_team_keeps_the_address_that_the_schedule_was_released_with() -> None:
    works = league.team(published=False, slug="foundry")
    with edit():
        cup = league.cup([works]).event
        league.plays(factories.slot(cup, NOON), works)
    works.slug = "foundry-works"
    works.full_clean()  # a draft may still be renamed
    factories.release(cup)
    with pytest.raises(ValidationError) as caught:
        works.full_clean()
    assert set(caught.value.message_dict) == {"slug"}


def test_team_that_is_there_takes_over_nobody_elses_address() -> None:
    works = league.team(published=False, slug="foundry")
    factories.participant(slug="guest")
    works.slug = "guest"
    with pytest.raises(ValidationError) as caught:
        works.full_clean()
    assert set(caught.value.message_dict) == {"slug"}


def test_team_is_in_a_competition_once_and_in_a_group_of_it() -> None:
    works = league.team()
    cup, other = league.cup([works]), league.cup([], slug="other")
    with pytest.raises(ValidationError):
        league.entry(cup.event, works)
    with pytest.raises(ValidationError) as caught:
        league.entry(cup.event, league.team(), group=other.group, seed=0)
    assert set(caught.value.message_dict) == {"group"}
