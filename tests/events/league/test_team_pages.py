"""The page of a team, and the ways to it from slots and events."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.details import Keeper
from events.league.models import TeamLink
from organizers.models import OrganizerLink
from tests import factories
from tests import factories_teams as league
from tests.factories import at, text, withdrawn
from tests.people import Page, checked

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example"
NOON = at(2026, 5, 6, 12)
DAY = timedelta(days=1)
RESULTS = {
    "first": {"state": "confirmed", "score": {"home": 68, "away": 61}},
    "second": {"state": "provisional", "score": {"home": 40, "away": 41}},
    "third": {"state": "void", "score": None},
}


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    with edit(moment=NOON):
        host = factories.organizer(slug="host", name=text("组委会", en="Committee"))
        OrganizerLink(organizer=host, value="https://host.example").save()
        works = league.team(
            slug="foundry",
            name=text("铸造厂队", en="Foundry"),
            short_name=text("铸造", en="FDY"),
            company=text("沈阳铸造厂", en="Shenyang Foundry"),
            summary=text("老厂新兵", en="Old works, new players"),
            colour="#c8102e",
            founded=1956,
            organizer=host,
        )
        TeamLink(team=works, value="https://foundry.example").save()
        image = factories.image()
        factories.shown(image, works)
        press = league.team(slug="press", name=text("压力机队", en="Press"), organizer=host)
        guests = league.team(slug="guests", name=text("客队", en="Guests"), published=False, organizer=host)
        cup = league.cup([works, press], title=text("厂杯", en="Factory Cup"), organizer=host).event
        league.entry(cup, guests, withdrawn=True)
        times = {"first": -3 * DAY, "second": -2 * DAY, "third": -DAY, "next": DAY, "unknown": None}
        slots = {}
        for name, later in times.items():
            when: Any = {"precision": "tba"} if later is None else {"starts_at": NOON + later}
            slots[name] = factories.slot(cup, title=text(name), **when)
            league.plays(slots[name], works, guests if name == "next" else press)
        factories.release(cup)
    return SimpleNamespace(works=works, cup=cup, slots=slots, image=image, host=host)


@pytest.fixture(autouse=True)
def _results(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noon, and what came of the matches, as the floor that keeps results tells it."""
    clock(NOON)

    def load(slots: list[Any]) -> None:
        for slot in slots:
            slot.result = RESULTS.get(slot.title["zh-Hans"])
            if slot.result:
                more = {
                    "periods": [],
                    "overtimes": 0,
                    "winner": None,
                    "forfeited_by": None,
                    "note": {},
                    "updated_at": NOON,
                }
                slot.result = {**slot.result, **more}

    monkeypatch.setattr("events.live.keepers", lambda: (Keeper(load=load),))


@pytest.fixture
def page(client: Client, scene: SimpleNamespace) -> Any:
    return lambda path="/teams/foundry/", tag="en": checked(client.get(path, {"lang": tag}))


def part(found: Page, heading: str) -> str:
    """What is read under a heading, up to the next one of its rank."""
    seconds = [text for level, text in found.headings if level == "h2"]
    after = seconds[seconds.index(heading) + 1 :]
    whole = found.text.partition(f"{heading} | ")[2]
    return whole.partition(f" | {after[0]}")[0] if after else whole


def test_team_page_shows_who_it_is_and_what_it_plays(page: Any, scene: SimpleNamespace) -> None:
    found = page()
    assert found.headings[0] == ("h1", "Foundry")
    words = ["Team", "Shenyang Foundry", "Old works, new players", "FDY", "Founded in 1956", "Committee", "Factory Cup"]
    assert [word for word in words if word not in found.texts] == []
    assert part(found, "Fixtures").startswith("Thursday, 7 May 2026 | 12:00 | next")
    assert "Dates to be announced | to be announced | unknown" in part(found, "Fixtures")
    results = part(found, "Results")
    assert results.startswith("Tuesday, 5 May 2026 | 12:00 | third | Does not count | Foundry | – | Press")
    assert "second | 40:41 | Provisional" in results
    assert "first | 68:61 | Foundry" in results
    links = [each["href"] for each in found.of("a")]
    assert {"/api/v1/teams/foundry.ics?lang=en", "/events/cup/?lang=en", "https://foundry.example"} <= set(links)
    assert [each["fill"] for each in found.of("rect")] == [scene.image.color, "#c8102e", "#c8102e"]


def test_team_tells_machines_what_it_is_and_what_it_plays(page: Any, scene: SimpleNamespace) -> None:
    (node,) = page().data
    events = node.pop("event")
    assert [(each["name"], each["startDate"][:10]) for each in events] == [
        ("next", "2026-05-07"),
        ("third", "2026-05-05"),
        ("second", "2026-05-04"),
        ("first", "2026-05-03"),
    ]
    assert {each["@type"] for each in events} == {"SportsEvent"}
    assert node == {
        "@context": "https://schema.org",
        "@type": "SportsTeam",
        "@id": f"{SITE}/teams/foundry/",
        "url": f"{SITE}/teams/foundry/",
        "name": "Foundry",
        "alternateName": "FDY",
        "description": "Old works, new players",
        "logo": scene.image.address("original", 1920),
        "image": [scene.image.address(ratio, 1920) for ratio in ("16:9", "4:3", "1:1")],
        "foundingDate": "1956",
        "parentOrganization": {"@type": "Organization", "name": "Shenyang Foundry"},
        "memberOf": {"@type": "SportsOrganization", "name": "Committee"},
        "sameAs": ["https://foundry.example"],
    }


def test_team_page_can_be_shared(page: Any, client: Client, scene: SimpleNamespace) -> None:
    found = page()
    assert found.meta("og:title") == "Foundry"
    assert found.meta("og:description") == "Old works, new players"
    assert found.meta("og:url") == f"{SITE}/teams/foundry/?lang=en"
    assert found.meta("og:image") == scene.image.sizes("5:4", "jpeg")[0][2]
    assert client.get(f"/s/{scene.works.code}")["Location"] == "/teams/foundry/"
    sitemap = client.get("/sitemap-teams-1.xml").content.decode()
    assert f"<loc>{SITE}/teams/foundry/?lang=en</loc>" in sitemap
    assert "guests" not in sitemap


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("zh-Hans", ["球队", "铸造厂队", "赛程", "赛果", "1956年成立", "添加到日历", "未经确认"]),
        ("zh-Hant", ["球隊", "鑄造廠隊", "賽程", "賽果", "1956年成立", "添加到日曆", "未經確認"]),
        ("de", ["Mannschaft", "Foundry", "Spielplan", "Ergebnisse", "Gegründet 1956", "In den Kalender"]),
    ],
)
def test_team_page_speaks_every_language(page: Any, tag: str, words: list[str]) -> None:
    found = page(tag=tag)
    assert [word for word in words if word not in found.texts] == []
    assert found.of("html")[0]["lang"] == tag


def test_team_of_which_nothing_is_known_has_a_page(page: Any, scene: SimpleNamespace) -> None:
    league.team(slug="bare", organizer=scene.host)
    found = page("/teams/bare/")
    assert "No matches have been announced yet." in found.texts
    assert found.of("rect") == []
    assert "event" not in found.data[0]


def test_team_that_is_not_public_has_no_page(client: Client, scene: SimpleNamespace) -> None:
    assert [client.get(f"/teams/{slug}/").status_code for slug in ("guests", "nobody")] == [404, 404]
    withdrawn(scene.works)
    assert client.get("/teams/foundry/").status_code == 410


def ways(found: Page) -> list[str]:
    return [each["href"] for each in found.of("a") if each["href"].startswith("/teams/")]


def test_slot_page_leads_to_the_pages_of_its_public_teams(page: Any, scene: SimpleNamespace) -> None:
    first, following = (page(f"/slots/{scene.slots[name].uid}/") for name in ("first", "next"))
    assert ways(first) == ["/teams/foundry/?lang=en", "/teams/press/?lang=en"]
    assert ways(following) == ["/teams/foundry/?lang=en"]
    assert "Guests" in following.texts
    assert following.data[0]["homeTeam"] == {"@type": "SportsTeam", "name": "Foundry", "url": f"{SITE}/teams/foundry/"}
    assert following.data[0]["awayTeam"] == {"@type": "SportsTeam", "name": "Guests"}
    assert ("68:61" in first.texts, "68:61" in following.texts) == (True, False)


def test_event_page_names_its_teams_by_group(page: Any) -> None:
    found = page("/events/cup/")
    assert ways(found) == ["/teams/foundry/?lang=en", "/teams/press/?lang=en"]
    assert part(found, "Teams") == "A组 | Foundry | Press | Guests | withdrawn"
    assert "Foundry | – | Guests" in part(found, "Programme")  # where the title names neither
    factories.league(slug="plain")
    assert "Teams" not in [text for _level, text in page("/events/plain/").headings]


def test_team_pages_cost_as_many_queries_with_much_as_with_little(client: Client, scene: SimpleNamespace) -> None:
    paths = ("/teams/foundry/", "/events/cup/", f"/slots/{scene.slots['first'].uid}/")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    before = {path: cost(path) for path in paths}
    with edit():
        for number in range(3):
            more = league.team(organizer=scene.host)
            league.entry(scene.cup, more)
            league.plays(factories.slot(scene.cup, NOON + number * DAY + DAY / 2), scene.works, more)
        league.entry(factories.league(slug="other", organizer=scene.host), scene.works)
        factories.release(scene.cup)
    assert {path: cost(path) for path in paths} == before
