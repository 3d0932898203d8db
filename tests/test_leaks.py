"""Nothing that is not public shows in any public answer: not in a list, a relation, an embedded item, a picture.

Each hidden object carries a mark in its texts and its slug, and hangs wherever it could show.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.models import QuerySet
from django.test import Client
from django.urls import get_resolver

from core.changes.edits import edit
from core.publication import Verb, act
from events.league.matches import write_matches
from events.league.models import Competition, Match, Result, Stage, TeamLink
from media.views import RENDITION
from tests import factories, factories_media, factories_teams
from tests.events.race import scenes
from tests.factories import at, public
from tourism import api_v1
from venues.models import AccessFact, Designation, NoticeVenue, PhotoArea, VenueLink, VisitRules

pytestmark = pytest.mark.django_db

MARK = "zqxhidden"
BEGIN = at(2026, 5, 1, 12)
VIEW = BEGIN + timedelta(hours=2)  # what vanishes has vanished
LATER = BEGIN + timedelta(hours=20)  # what appears has appeared
TEXT = {"zh-Hans": f"{MARK}简", "en": MARK, "de": MARK}
HIDDEN_TEXTS = {"summary": TEXT, "description": TEXT}


def window(state: str) -> dict[str, datetime]:
    if state == "upcoming":
        return {"appear_at": BEGIN + timedelta(hours=10)}
    return {"vanish_at": BEGIN + timedelta(hours=1)} if state == "vanished" else {}


def put(row: Any, state: str) -> Any:
    """Brings a draft into a state that no visitor sees at ``VIEW``."""
    row.refresh_from_db()
    if state == "in_review":
        return act(row, Verb.SUBMIT, by=None)
    if state == "withdrawn":
        return act(public(row), Verb.WITHDRAW, by=None)
    return public(row) if state in ("upcoming", "vanished") else row


def heard(owner: Any) -> Any:
    """A track of it, and a leaflet."""
    words = {"title": TEXT, "transcript": TEXT, "credit": MARK}
    factories_media.placed(factories_media.document(**words), owner)
    track = factories_media.audio(**words)
    factories_media.placed(track, owner)
    return track


def hidden_venue(slug: str, state: str, **fields: Any) -> Any:
    texts = {**HIDDEN_TEXTS, "street": TEXT, "directions": TEXT, "hours_text": TEXT, "price_note": TEXT}
    venue = factories.venue(published=False, slug=slug, name=TEXT, **texts, **window(state), **fields)
    factories.space(venue, slug=f"{MARK}-space", name=TEXT)
    Designation(venue=venue, issuer=TEXT, title=TEXT, source=MARK).save()
    VenueLink(venue=venue, value=f"https://{MARK}.example", label=TEXT).save()
    factories.shown(factories.image(alt=TEXT, caption=TEXT, credit=MARK), venue)
    heard(venue)
    AccessFact(venue=venue, fact="lift", value="yes", note=TEXT).save()
    VisitRules(venue=venue, age_min=0, clothing=TEXT, guide_languages="en", photography="allowed").save()
    PhotoArea(venue=venue, name=TEXT, rule="ask").save()
    return put(venue, state)


def hidden_exhibit(venue: Any, state: str) -> Any:
    texts = dict.fromkeys(("name", "summary", "story", "maker", "worked_at", "demonstrations"), TEXT)
    exhibit = factories.exhibit(published=False, slug=f"{MARK}-exhibit", venue=venue, **texts, **window(state))
    factories.pair(exhibit, **{name: factories.image(alt=TEXT, credit=MARK) for name in ("then", "now")}, caption=TEXT)
    factories.shown(factories.image(alt=TEXT, credit=MARK), exhibit)
    heard(exhibit)
    return put(exhibit, state)


def hidden_route(state: str, hall: Any) -> Any:
    stops = [{"venue": hall, "note": TEXT}, {"venue": hall}]
    route = factories.route(
        published=False, slug=f"{MARK}-route", name=TEXT, stops=stops, **HIDDEN_TEXTS, **window(state)
    )
    factories.shown(factories.image(alt=TEXT, credit=MARK), route)
    heard(route)
    return put(route, state)


def hidden_team(state: str, host: Any, **named: Any) -> Any:
    texts = dict.fromkeys(("short_name", "company", "summary"), TEXT)
    fields = {"slug": f"{MARK}-works", "name": TEXT, **texts, **named}
    team = factories_teams.team(published=False, organizer=host, **fields, **window(state))
    TeamLink(team=team, value=f"https://{MARK}.example", label=TEXT).save()
    factories.shown(factories.image(alt=TEXT, credit=MARK), team)
    return put(team, state)


def make(state: str) -> SimpleNamespace:
    """A public world, and a hidden one that hangs on it."""
    organizer = factories.organizer(
        published=False, slug=f"{MARK}-organizer", name=TEXT, **window(state), **HIDDEN_TEXTS
    )
    organizer = put(organizer, state)
    venue = hidden_venue(f"{MARK}-venue", state)
    host = factories.organizer(slug="host")
    whose: dict[str, Any] = {"organizer": host, "title": TEXT, **window(state)}
    season = factories.event(published=False, slug=f"{MARK}-season", event_kind="season", **whose)
    factories.shown(factories.image(alt=TEXT, credit=MARK), season)
    season = put(season, state)
    event = factories.league(published=False, slug=f"{MARK}-event", **whose, **HIDDEN_TEXTS)
    image = factories.image(alt=TEXT, credit=MARK)
    factories.shown(image, event)
    media = heard(event)
    slot = factories.slot(event, at(2026, 5, 20, 12), title=TEXT, place_name=TEXT)
    scenes.point(scenes.course(event, slug=MARK, name=TEXT, note=TEXT), "aid", 1, name=TEXT)
    scenes.closure(event, [venue], note=TEXT)
    factories.takes_part(slot, factories.participant(slug=f"{MARK}-team", name=TEXT))
    factories.release(event)
    event = put(event, state)
    shown = make_public(host, organizer, venue, season)
    hidden = {"venues": venue, "organizers": organizer, "events": event}
    hidden["exhibits"] = hidden_exhibit(shown["hall"], state)
    hidden["routes"] = hidden_route(state, shown["hall"])
    hidden["teams"] = hidden_team(state, host)
    factories_teams.entry(event, hidden["teams"])
    factories_teams.entry(event, shown["works"])
    # A competition names whoever is entered in it, and tells nothing else of a team that is not public.
    factories_teams.entry(shown["cup"], hidden_team(state, host, slug="guests", name=factories.text("客队")))
    return SimpleNamespace(hidden=hidden, season=season, image=image, media=media, slot=slot, **shown)


def force(row: Any, **values: Any) -> None:
    """Past every guard: even a row that should not be must not leak."""
    with edit():
        type(row)._base_manager.filter(pk=row.pk).stamp(**values)


def make_public(host: Any, organizer: Any, venue: Any, season: Any) -> dict[str, Any]:
    """A hall, a cup and its match that refer to the hidden ones wherever a row can."""
    hall, stand_in = factories.venue(slug="hall"), factories.venue(slug="stand-in")
    cup = factories.league(slug="cup", venues=[hall, stand_in], organizer=host)
    force(hall, parent=venue, organizer=organizer)
    force(cup.event_venues.get(venue=stand_in), venue=venue)
    tour = factories.route(slug="tour", stops=[hall, {"venue": stand_in, "note": TEXT}, hall])
    force(tour.stops.get(venue=stand_in), venue=venue)
    force(tour, organizer=organizer)
    stand_in.delete()
    match = factories.slot(cup, at(2026, 5, 20, 14), venue=venue, space=venue.spaces.get())
    factories.slot(cup, at(2026, 5, 20, 16), venue=hall)
    course = scenes.course(cup)
    closed = scenes.closure(cup, [hall, venue], course=course, from_km=1, to_km=2)
    factories.release(cup)
    scenes.closure(cup, [hall], course=course, from_km=1, to_km=2, note=TEXT)
    draft = factories.slot(cup, at(2026, 5, 20, 18), title=TEXT)
    works = factories_teams.team(slug="works", organizer=host)
    factories_teams.entry(cup, works)
    factories_teams.plays(draft, works)
    draft_match(cup, draft)
    force(cup, organizer=organizer, season=season)
    force(works, organizer=organizer)
    lathe = factories.exhibit(slug="lathe", venue=hall)
    force(lathe, venue=venue, space=venue.spaces.get())
    notice = factories.notice(venues=[hall], starts_at=BEGIN)
    with edit():
        QuerySet(NoticeVenue).bulk_create([NoticeVenue(notice=notice, venue=venue)])  # past every guard
    factories.live(venue)
    hide_notice(hall)
    made = {"hall": hall, "cup": cup, "match": match, "closed": closed, "draft_slot": draft, "notice": notice}
    return {**made, "works": works}


def draft_match(cup: Any, slot: Any) -> None:
    """What is played out is public; a match of it that nobody released is not, nor what came of it."""
    with edit() as unit:
        Competition(event=cup).save()
        stage = Stage(event=cup, slug="finals", name={"zh-Hans": "决赛"}, kind="knock_out")
        stage.save()
        drawn = Match(slot=slot, stage=stage, number=1, round_name=TEXT, officials=[{"role": MARK, "name": MARK}])
        write_matches(cup, [drawn], unit)
        Result(event=cup, uid=slot.uid, state="void", note=TEXT).save()


def hide_notice(hall: Any) -> None:
    """A closure that nobody published: neither it nor its exception shows."""
    texts: dict[str, Any] = {"title": TEXT, "text": TEXT, "starts_at": BEGIN}
    factories.notice(published=False, notice_kind="closure", venues=[hall], **texts)
    put(factories.notice(published=False, notice_kind="closure", venues=[hall], **texts), "withdrawn")


@pytest.fixture
def world(request: pytest.FixtureRequest, clock: Any) -> SimpleNamespace:
    clock(BEGIN)
    made = make(request.param)
    clock(VIEW)
    return made


INCLUDES = {
    "venues": "parent,organizer,images",
    "routes": "stops,organizer,images",
    "events": "venue,venues,organizer,season,images,slots",
    "slots": "event",
    "exhibits": "venue,images",
    "teams": "organizer,images",
}
NEAR = {"near": "41.8,123.36", "radius": "100000"}


def requests(world: SimpleNamespace) -> Iterator[tuple[str, dict[str, str]]]:
    """Every public route, in every way that could show more."""
    always = {"from": "2020-01-01", "to": "2030-01-01"}
    lists = (
        "venues",
        "venues.geojson",
        "routes",
        "organizers",
        "events",
        "events.geojson",
        "slots",
        "exhibits",
        "teams",
    )
    yield "notices", {"coming": "true", "lang": "*"}
    yield "live", {"lang": "*"}
    yield "live", {"venues": "hall"}
    yield f"notices/{world.notice.pk}", {"lang": "*"}
    for path in lists:
        timed = always if path.startswith(("events", "slots")) else {}
        include = {"include": INCLUDES[path]} if path in INCLUDES else {}
        yield path, {**timed, **include, "lang": "*"}
        yield path, {**timed, "order": "-updated"} if path != "events.geojson" else timed
        if path not in ("organizers", "exhibits", "teams"):
            yield path, {**timed, **NEAR}
            yield path, {**timed, "bbox": "123,41,124,42", **include}
            yield path, {**timed, "organizer": f"{MARK}-organizer"}
            if path != "routes":
                yield path, {**timed, "access": "lift"}
    yield "venues", {"age": "8"}
    yield "venues", {"language_of_guide": "en", "photography": "allowed"}
    yield "slots", {**always, "kind": "match,doors"}
    yield "events", {**always, "kind": "season"}
    for path, include_of in (
        ("venues/hall", "venues"),
        ("routes/tour", "routes"),
        ("events/cup", "events"),
        ("exhibits/lathe", "exhibits"),
        ("teams/works", "teams"),
        (f"slots/{world.match.uid}", "slots"),
    ):
        yield path, {"lang": "*"}
        yield path, {"include": INCLUDES[include_of]}
    yield "routes/tour.gpx", {}
    for params in ({"lang": "*"}, {"lang": "*", "release": "1"}):
        yield "events/cup/schedule", params
    for params in ({"lang": "*"}, {"day": "2026-05-20"}):
        yield "events/cup/running-order", params
    yield "events/cup/changes", {"lang": "*", "since": "0"}
    for page in ("standings", "bracket"):
        yield f"events/cup/{page}", {"lang": "*"}
    for ending in ("", ".gpx", ".geojson"):
        yield f"events/cup/course{ending}", {"lang": "*"}
    yield f"slots/{world.closed.uid}", {"lang": "*"}
    for path in ("calendar.ics", "events/cup.ics", "teams/works.ics", f"slots/{world.match.uid}.ics"):
        yield path, {**always, "kind": "match,doors"}
        yield path, {"lang": "*", "organizer": f"{MARK}-organizer", **NEAR}
    yield from (("", {}), ("schema/", {}), ("docs/", {}))


def body(client: Client, path: str, params: dict[str, str]) -> str:
    response = client.get(f"/api/v1/{path}", params)
    assert response.status_code == 200, (path, params, response.content)
    return response.content.decode().replace("\r\n ", "")  # a calendar's lines are folded


def check_bodies(client: Client, world: SimpleNamespace) -> None:
    for path, params in requests(world):
        shown = body(client, path, params).replace(f"organizer={MARK}-organizer", "")
        assert MARK not in shown, (path, params)


def check_pages(client: Client, world: SimpleNamespace, expected: int) -> None:
    """The pages for people: what is hidden has none, and no other names it."""
    for tag in ("zh-Hans", "zh-Hant", "en", "de"):
        for path in ("venues/hall", "routes/tour", "events/cup", "teams/works", f"slots/{world.match.uid}"):
            shown = client.get(f"/{path}/", {"lang": tag})
            assert (path, shown.status_code, MARK in shown.content.decode()) == (path, 200, False)
    hidden = [(path, row) for path, row in world.hidden.items() if path in ("venues", "events", "routes", "teams")]
    addresses = [f"/{path}/{row.slug}/" for path, row in hidden] + [f"/s/{row.code}" for _path, row in hidden]
    for address in [*addresses, f"/slots/{world.slot.uid}/"]:
        missing = client.get(address)
        assert (address, missing.status_code, MARK in missing.content.decode()) == (address, expected, False)
    assert client.get(f"/slots/{world.draft_slot.uid}/").status_code == 404
    for folder in ("venues", "events", "slots", "routes", "teams"):
        assert MARK not in client.get(f"/sitemap-{folder}-1.xml").content.decode()


def check_relations(get: Any, world: SimpleNamespace) -> None:
    hall, cup, match = get("venues/hall"), get("events/cup"), get(f"slots/{world.match.uid}")
    assert (hall["parent"], hall["organizer"], len(hall["notices"])) == (None, None, 2)
    assert [row["venue"]["slug"] for row in get("live", venues=f"hall,{MARK}-venue")["results"]] == ["hall"]
    for notice in get("notices", coming="true")["results"]:  # one of them for the closed road
        assert [venue["slug"] for venue in notice["venues"]] == ["hall"]
    assert [venue["slug"] for venue in get(f"slots/{world.closed.uid}")["closure"]["venues"]] == ["hall"]
    assert len(get("events/cup/course")["closures"]) == 1
    assert (cup["season"], cup["organizer"], [venue["slug"] for venue in cup["venues"]]) == (None, None, ["hall"])
    works = get("teams/works")
    assert (works["organizer"], [event["slug"] for event in works["events"]]) == (None, ["cup"])
    assert (works["fixtures"], works["results"]) == ([], [])
    lathe = get("exhibits/lathe")
    assert (lathe["venue"], lathe["space"]) == (None, None)
    assert match["place"] == {"name": None, "address": None, "position": None, "venue": None, "space": None}


def check_counts(client: Client, get: Any) -> None:
    def count(path: str, **params: Any) -> int:
        page, rows = get(path, limit=1, **params), 0
        while True:
            rows += len(page.get("results", page.get("features")))
            if page["next"] is None:
                return rows
            following = urlsplit(page["next"])
            page = client.get(f"{following.path}?{following.query}").json()

    always = {"from": "2020-01-01"}
    assert (count("venues"), count("venues.geojson"), count("organizers")) == (1, 1, 1)
    assert count("routes") == 1
    assert (count("events", **always), count("events.geojson", **always), count("slots", **always)) == (1, 1, 2)
    assert count("events", kind="season", **always) == 0
    assert (count("exhibits"), count("teams")) == (1, 1)
    assert count("venues", access="lift") == count("events", access="lift", **always) == 0


def check_filters(get: Any) -> None:
    for path, name, slug in [
        ("venues", "parent", "venue"),
        ("venues", "organizer", "organizer"),
        ("routes", "venue", "venue"),
        ("routes", "organizer", "organizer"),
        ("events", "venue", "venue"),
        ("events", "season", "season"),
        ("events", "organizer", "organizer"),
        ("slots", "venue", "venue"),
        ("notices", "venue", "venue"),
        ("slots", "season", "season"),
        ("slots", "organizer", "organizer"),
        ("slots", "event", "event"),
        ("exhibits", "venue", "venue"),
        ("teams", "event", "event"),
        ("teams", "organizer", "organizer"),
    ]:
        assert get(path, **{name: f"{MARK}-{slug}"})["results"] == [], (path, name)


def files_of(image: Any) -> list[tuple[str, str]]:
    """Every file that a picture has."""
    return [("original", image.original.name), *((row.spec, row.path) for row in image.renditions.all())]


def check_details(client: Client, world: SimpleNamespace, expected: int) -> None:
    addresses = [f"{path}/{row.slug}" for path, row in world.hidden.items()]
    addresses += [f"events/{MARK}-event/{page}" for page in ("standings", "bracket", "running-order")]
    addresses += [
        f"teams/{world.hidden['teams'].slug}.ics",
        f"events/{world.season.slug}.ics",
        f"slots/{world.slot.uid}.ics",
    ]
    addresses += [f"events/{world.season.slug}", f"slots/{world.slot.uid}", f"images/{world.image.pk}"]
    addresses += [f"media/{world.media.pk}"]
    addresses += [f"events/{world.hidden['events'].slug}/course{ending}" for ending in ("", ".gpx", ".geojson")]
    for address in addresses:
        response = client.get(f"/api/v1/{address}")
        assert (address, response.status_code) == (address, expected)
        problem = response.json()
        problem.pop("tombstone", None)  # repeats the key that was asked for
        assert MARK not in str(problem)
    for ending in ("", ".ics"):
        assert client.get(f"/api/v1/slots/{world.draft_slot.uid}{ending}").status_code == 404
    for kind, path in [*files_of(world.image), ("audio", world.media.file.name)]:
        assert (kind, client.get(f"/uploads/{path}").status_code) == (kind, 404)


@pytest.mark.parametrize(
    ("world", "status"),
    [("draft", 404), ("in_review", 404), ("upcoming", 404), ("withdrawn", 410), ("vanished", 410)],
    indirect=["world"],
)
def test_leak_nothing_hidden_shows_anywhere(client: Client, get: Any, world: SimpleNamespace, status: int) -> None:
    check_bodies(client, world)
    check_relations(get, world)
    check_counts(client, get)
    check_filters(get)
    check_details(client, world, status)
    check_pages(client, world, status)


@pytest.mark.parametrize("world", ["upcoming"], indirect=True)
def test_leak_what_is_due_appears(client: Client, get: Any, clock: Any, world: SimpleNamespace) -> None:
    clock(LATER)
    for path, row in world.hidden.items():
        assert get(f"{path}/{row.slug}", lang="en")["languages"] == ["zh-Hans", "zh-Hant", "en", "de"]
    hall, cup, match = get("venues/hall"), get("events/cup"), get(f"slots/{world.match.uid}")
    assert (hall["parent"]["slug"], hall["organizer"]["slug"]) == (f"{MARK}-venue", f"{MARK}-organizer")
    assert (cup["season"]["slug"], [venue["slug"] for venue in cup["venues"]]) == (
        f"{MARK}-season",
        ["hall", f"{MARK}-venue"],
    )
    assert match["place"]["venue"]["slug"] == f"{MARK}-venue"
    assert get(f"slots/{world.slot.uid}")["participants"][0]["slug"] == f"{MARK}-team"
    assert get(f"images/{world.image.pk}")["credit"] == MARK
    assert get(f"media/{world.media.pk}")["credit"] == MARK
    for kind, path in [*files_of(world.image), ("audio", world.media.file.name)]:
        response = client.get(f"/uploads/{path}")
        assert (kind, response.status_code) == (kind, 404 if kind == "original" else 200)
        b"".join(response)  # read to its end, which closes it


@pytest.mark.parametrize("world", ["vanished"], indirect=True)
def test_leak_what_vanished_was_there_before(client: Client, get: Any, clock: Any, world: SimpleNamespace) -> None:
    clock(BEGIN)
    # Time does not run back: what the tick at VIEW hides stays hidden, so ask before any request at VIEW.
    for path, row in world.hidden.items():
        assert get(f"{path}/{row.slug}")["slug"] == row.slug
    clock(VIEW)
    for path, row in world.hidden.items():
        get(f"{path}/{row.slug}", expect=410)


def test_leak_hunt_misses_no_route() -> None:
    """A new route must be thought of here."""
    assert {pattern.name for pattern in api_v1.urlpatterns} == {
        *("entry", "venues", "venue-map", "venue", "hours", "venue-hours", "exhibits", "exhibit", "routes", "route"),
        *("route-gpx", "events", "event-map", "event", "slots", "slot", "organizers", "organizer", "image"),
        "media",
        *("schema", "docs"),
        *("notices", "notice", "live", "event-schedule", "event-changes", "event-standings", "event-bracket"),
        *("event-course", "event-course-gpx", "event-course-map", "event-running-order"),
        *("notices", "notice", "live", "calendar", "event-calendar", "slot-calendar"),
        *("teams", "team", "team-calendar"),
    }
    top = {str(pattern.pattern) for pattern in get_resolver().url_patterns}
    pages = {
        f"{kind}s/<{key}>/" for kind, key in [("venue", "slug:slug"), ("event", "slug:slug"), ("slot", "uuid:uid")]
    }
    assert top >= {"api/v1/", f"^uploads/(?P<path>{RENDITION})$", "routes/<slug:slug>/", "teams/<slug:slug>/", *pages}
