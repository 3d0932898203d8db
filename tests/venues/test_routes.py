"""Routes: the API's lists, details and files, tours by the clock, what must not leak, and the admin's page."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import gpxpy
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from core.changes.edits import edit
from core.geo import Datum, Point, from_wgs84
from core.publication import Verb, act
from tests import factories
from tests.factories import at, text
from tests.pages import enter, errors, open_form, save, url
from venues.gpx import Line
from venues.models import HoursRule, Route, RouteLink, RouteStop, RouteTag, Venue

pytestmark = pytest.mark.django_db

MUSEUM, PARK, WORKS = Point(41.809, 123.354), Point(41.814, 123.357), Point(41.803, 123.367)
MONDAY, TUESDAY = date(2026, 5, 11), date(2026, 5, 12)


def place(slug: str, point: Point, **fields: Any) -> Venue:
    return factories.venue(slug=slug, lat=point.lat, lng=point.lng, **fields)


@pytest.fixture
def tour() -> Route:
    """Museum, park, works; on foot, then by taxi."""
    stops: list[dict[str, Any]] = [
        {"minutes": 90, "mode": "walk", "distance": 900, "way_minutes": 12, "note": text("炉子", en="The furnace")},
        {"minutes": 60, "mode": "taxi", "distance": 2200, "way_minutes": 8},
        {"minutes": 45, "mode": "bus", "distance": 1, "way_minutes": 1},
    ]
    places = [place("museum", MUSEUM), place("park", PARK, approximate=True), place("works", WORKS)]
    return factories.route(
        slug="tour",
        stops=[{"venue": venue, **stop} for venue, stop in zip(places, stops, strict=True)],
        name=text("工业之旅", en="Tour", de="Tour"),
        organizer=factories.organizer(slug="office"),
        description=text("**走**"),
        verified_on="2026-04-01",
        doubts="never shown",
    )


def draw(route: Route, points: Any = ((123.35, 41.8, 40.0), (123.36, 41.81, 60.0)), ascent: int | None = 20) -> None:
    route.refresh_from_db()
    route.set_line(Line(tuple(points), ascent))
    route.save()


def slugs(get: Any, **params: Any) -> list[str]:
    return [row["slug"] for row in get("routes", **params)["results"]]


# Lists and details


def test_route_in_every_detail(get: Any, tour: Route) -> None:
    RouteLink(route=tour, kind="website", value="https://tour.example").save()
    RouteTag(route=tour, tag=factories.tag(slug="heritage", name=text("遗产"))).save()
    factories.shown(factories.image(alt=text("图")), tour)
    shown = get("routes/tour")
    assert (shown["name"], shown["description_html"]) == ("工业之旅", "<p><strong>走</strong></p>")
    assert (shown["duration"], shown["distance"]) == (90 + 12 + 60 + 8 + 45, 3100)
    assert [(stop["number"], stop["venue"]["slug"], stop["minutes"], stop["note"]) for stop in shown["stops"]] == [
        (1, "museum", 90, "炉子"),
        (2, "park", 60, None),
        (3, "works", 45, None),
    ]
    assert [stop["to_next"] for stop in shown["stops"]] == [
        {"mode": "walk", "distance": 900, "minutes": 12},
        {"mode": "taxi", "distance": 2200, "minutes": 8},
        None,
    ]
    assert shown["stops"][1]["position"] == {"lat": 41.814, "lng": 123.357, "coords": "wgs84", "approximate": True}
    assert shown["line"] == {
        "derived": True,
        "points": 3,
        "ascent": None,
        "bounds": [123.354, 41.803, 123.367, 41.814],
        "coords": "wgs84",
        "coordinates": [[123.354, 41.809], [123.357, 41.814], [123.367, 41.803]],
    }
    assert (shown["organizer"]["slug"], shown["verified_on"], shown["sample"]) == ("office", "2026-04-01", False)
    assert ([tag["slug"] for tag in shown["tags"]], len(shown["images"])) == (["heritage"], 1)
    assert [link["value"] for link in shown["links"]] == ["https://tour.example"]
    assert (shown["share_url"], shown["nearest"]) == ("https://tiexi.example/routes/tour/", None)
    assert "never shown" not in str(shown)


def test_route_speaks_the_asked_language_and_says_where_it_cannot(get: Any, tour: Route) -> None:
    shown = get("routes/tour", lang="de")
    assert (shown["name"], shown["languages"]) == ("Tour", ["zh-Hans", "zh-Hant"])
    assert shown["fallbacks"] == {
        "description": "zh-Hans",
        "description_html": "zh-Hans",
        "organizer.name": "en",
        "stops.0.note": "en",
    }


def test_route_without_a_start_judges_no_stop(get: Any, tour: Route) -> None:
    for stop in get("routes/tour")["stops"]:
        marks = {name: stop[name] for name in ("arrives_at", "leaves_at", "visit", "opens_at", "last_entry_at")}
        assert (marks, stop["closes_at"]) == (dict.fromkeys(marks), None)


@pytest.mark.parametrize(
    ("stop", "changes", "expected"),
    [
        (0, {"minutes": None}, (None, 3100)),
        (1, {"way_minutes": None}, (None, 3100)),
        (1, {"distance": None}, (215, None)),
        (0, {"minutes": 0, "distance": 0}, (125, 2200)),
        (2, {"way_minutes": None, "distance": None}, (215, 3100)),  # the last stop leads nowhere
    ],
)
def test_route_totals_are_unknown_where_a_part_is(
    get: Any, tour: Route, stop: int, changes: dict[str, Any], expected: Any
) -> None:
    row = list(tour.stops.all())[stop]
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    shown = get("routes/tour")
    assert (shown["duration"], shown["distance"]) == expected


def test_route_lists_by_name_or_last_change_and_without_coordinates(get: Any, clock: Any) -> None:
    with_line = []
    for hour, (slug, name) in enumerate([("b", "钢铁"), ("c", "铸造"), ("a", "车间")]):
        clock(at(2026, 5, 1, 12 + hour))
        with_line.append(factories.route(slug=slug, name=text(name), stops=[factories.venue(), factories.venue()]))
    factories.route(slug="draft", published=False)
    assert slugs(get) == ["a", "b", "c"]
    assert slugs(get, order="-updated") == ["a", "c", "b"]
    assert slugs(get, updated_after="2026-05-01T12:00:00+08:00") == ["a", "c"]
    draw(with_line[0])
    lines = {row["slug"]: row["line"] for row in get("routes")["results"]}
    assert {slug: (line["derived"], line["points"], line["coordinates"]) for slug, line in lines.items()} == {
        "a": (True, 2, None),
        "b": (False, 2, None),
        "c": (True, 2, None),
    }
    assert lines["b"]["bounds"] == [123.35, 41.8, 123.36, 41.81]


def test_route_filters_by_venue_organizer_and_place(get: Any, tour: Route) -> None:
    far = place("far", Point(41.9, 123.36))
    factories.route(slug="other", stops=[far, tour.stops.first().venue])
    assert slugs(get, venue="park") == ["tour"]
    assert sorted(slugs(get, venue="museum")) == ["other", "tour"]
    assert sorted(slugs(get, venue="park,far")) == ["other", "tour"]
    assert slugs(get, venue="nowhere") == []
    assert slugs(get, organizer="office") == ["tour"]
    assert slugs(get, bbox="123.35,41.89,123.37,41.91") == ["other"]
    near = get("routes", near="41.803,123.367", radius=20_000)["results"]
    assert [(row["slug"], row["nearest"]) for row in near] == [("tour", 0), ("other", pytest.approx(1268, abs=15))]
    assert slugs(get, near="41.803,123.367", radius=500) == ["tour"]


def test_route_include_fills_the_stops_in(get: Any, tour: Route) -> None:
    brief, full = (get("routes/tour", **params)["stops"][0]["venue"] for params in ({}, {"include": "stops"}))
    assert set(brief) == {"slug", "name", "image"}
    assert (full["slug"], full["position"]["lat"], full["designations"]) == ("museum", 41.809, [])
    assert get("routes", include="stops", fields="slug")["results"][0]["stops"][1]["venue"]["kind"] == "museum"
    assert get("routes/tour", include="organizer")["organizer"]["contacts"] == []


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"start": "tomorrow"}, "start", "invalid"),
        ({"start": "2026-05-01T10:00:00"}, "start", "invalid"),
        ({"start": ""}, "start", "required"),
        ({"start": "1999-12-31T23:59:59Z"}, "start", "out_of_range"),
        ({"start": "2100-01-01T00:00:00Z"}, "start", "out_of_range"),
        ({"start": "9999-12-31T23:59:59Z"}, "start", "invalid"),
        ({"nonsense": "1"}, "nonsense", "unknown"),
        ({"coords": "mars"}, "coords", "invalid_choice"),
        ({"include": "slots"}, "include", "invalid_choice"),
    ],
)
def test_route_input_that_cannot_be_read_is_refused_by_name(
    get: Any, tour: Route, query: dict[str, str], field: str, code: str
) -> None:
    for path in ("routes", "routes/tour"):
        problem = get(path, expect=400, lang="en", **query)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
        assert problem["errors"][0]["detail"]
    for name in ("venue", "organizer", "radius", "order", "limit"):
        assert get("routes", expect=400, **{name: "Not good"})["errors"][0]["field"] == name


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_route_line_and_stops_follow_the_datum(get: Any, tour: Route, datum: Datum) -> None:
    def moved(point: Point) -> list[float]:
        shown = from_wgs84(point, datum)
        return [round(shown.lng, 7), round(shown.lat, 7)]

    shown = get("routes/tour", coords=str(datum))
    assert shown["line"]["coordinates"] == [moved(point) for point in (MUSEUM, PARK, WORKS)]
    assert (shown["line"]["coords"], shown["stops"][0]["position"]["coords"]) == (datum, datum)
    draw(tour)
    line = get("routes/tour", coords=str(datum))["line"]
    assert line["coordinates"][1] == [*moved(Point(41.81, 123.36)), 60.0]
    assert line["bounds"] == [*moved(Point(41.8, 123.35)), *moved(Point(41.81, 123.36))]


def full_route() -> Route:
    organizer = factories.organizer()
    venue, picture = factories.venue(parent=factories.venue(organizer=organizer)), factories.image()
    HoursRule(venue=venue, spans=[{"opens": "09:00", "closes": "17:00", "last_entry": None}]).save()
    route = factories.route(stops=[venue, factories.venue()], organizer=organizer)
    for each in (venue, route):
        factories.shown(picture, each)
    RouteLink(route=route, value="https://tour.example").save()
    RouteTag(route=route, tag=factories.tag()).save()
    return route


def test_route_lists_cost_the_same_however_long(client: Client) -> None:
    asked: list[tuple[dict[str, str], int]] = [
        ({}, 8),
        ({"order": "-updated", "lang": "*"}, 8),
        ({"near": "41.8,123.36"}, 8),
        ({"start": "2026-05-12T10:00:00Z"}, 11),
        ({"include": "stops,organizer,images"}, 24),  # a stop's venue, whole
    ]
    made = 0
    for rows in (1, 3):
        with edit():
            while made < rows:
                full_route()
                made += 1
        for params, most in asked:
            with CaptureQueriesContext(connection) as queries:
                page = client.get("/api/v1/routes", params).json()
            told = "\n".join(query["sql"][:200] for query in queries)
            assert (len(page["results"]), len(queries) <= most) == (rows, True), f"{params}: {told}"


# By the clock


def hours(venue: str, spans: list[tuple[str, str, str | None]], **fields: Any) -> None:
    stored = [{"opens": opens, "closes": closes, "last_entry": last} for opens, closes, last in spans]
    rule = HoursRule(venue=Venue.objects.get(slug=venue), spans=stored, **fields)
    rule.full_clean()
    rule.save()


def test_route_with_a_start_tells_what_is_open_on_arrival(get: Any, tour: Route) -> None:
    hours("museum", [("09:00", "16:30", "16:00")])
    hours(
        "museum",
        [],
        state="closed",
        **dict.fromkeys("tuesday wednesday thursday friday saturday sunday".split(), False),
    )
    hours("park", [("10:00", "12:00", None), ("18:00", "25:30", "25:00")])

    def told(start: str, *names: str) -> list[Any]:
        found = []
        for item in (get("routes/tour", start=start), get("routes", start=start)["results"][0]):
            found.append([tuple(stop[name] for name in names) for stop in item["stops"]])
        assert found[0] == found[1]
        return found[0]

    assert told("2026-05-12T09:30:00+08:00", "visit", "arrives_at", "leaves_at", "last_entry_at", "closes_at") == [
        (
            "open",
            "2026-05-12T09:30:00+08:00",
            "2026-05-12T11:00:00+08:00",
            "2026-05-12T16:00:00+08:00",
            "2026-05-12T16:30:00+08:00",
        ),
        ("open", "2026-05-12T11:12:00+08:00", "2026-05-12T12:12:00+08:00", None, "2026-05-12T12:00:00+08:00"),
        ("unknown", "2026-05-12T12:20:00+08:00", "2026-05-12T13:05:00+08:00", None, None),
    ]
    assert told("2026-05-12T08:01:00Z", "visit", "opens_at") == [  # a minute late at the museum, early at the park
        ("too_late", None),
        ("closed", "2026-05-12T18:00:00+08:00"),
        ("unknown", None),
    ]
    assert told("2026-05-11T10:00:00+08:00", "visit", "opens_at") == [
        ("closed", None),
        ("open", None),
        ("unknown", None),
    ]
    midnight = told("2026-05-12T22:48:00+08:00", "visit", "arrives_at", "last_entry_at")
    assert midnight[1] == ("open", "2026-05-13T00:30:00+08:00", "2026-05-13T01:00:00+08:00")  # of the evening before


def test_route_with_a_start_knows_nothing_behind_an_unknown_way(get: Any, tour: Route) -> None:
    hours("works", [("00:00", "24:00", None)])
    stop = tour.stops.all()[1]
    stop.way_minutes = None
    stop.save()
    stops = get("routes/tour", start="2026-05-12T09:30:00+08:00")["stops"]
    assert [(each["visit"], each["arrives_at"] is None) for each in stops] == [
        ("unknown", False),
        ("unknown", False),
        ("unknown", True),
    ]


def test_route_keeps_its_start_over_the_pages_of_a_list(client: Client, get: Any) -> None:
    for _number in range(2):
        factories.route(stops=[factories.venue(), factories.venue()])
    page = get("routes", start="2026-05-12T09:30:00+08:00", limit=1)
    following = client.get(page["next"]).json()
    assert following["results"][0]["stops"][0]["arrives_at"] == "2026-05-12T09:30:00+08:00"


# Files


def test_route_as_gpx_leads_from_stop_to_stop_in_the_asked_language(client: Client, tour: Route) -> None:
    response = client.get("/api/v1/routes/tour.gpx", {"lang": "en"})
    assert (response.status_code, response["Content-Type"]) == (200, "application/gpx+xml")
    assert (response["Content-Language"], "max-age=60" in response["Cache-Control"]) == ("en", True)
    file = gpxpy.parse(response.content.decode())
    assert (file.name, file.tracks) == ("Tour", [])
    assert [(point.latitude, point.longitude) for point in file.routes[0].points] == [
        (each.lat, each.lng) for each in (MUSEUM, PARK, WORKS)
    ]
    assert (file.waypoints[0].description, len(file.waypoints)) == ("The furnace", 3)
    again = client.get("/api/v1/routes/tour.gpx", {"lang": "en"}, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "工业之旅" in client.get("/api/v1/routes/tour.gpx", {"lang": "*"}).content.decode()


def test_route_as_gpx_has_the_uploaded_line_and_one_datum(client: Client, get: Any, tour: Route) -> None:
    draw(tour)
    file = gpxpy.parse(client.get("/api/v1/routes/tour.gpx").content.decode())
    points = file.tracks[0].segments[0].points
    assert [(point.latitude, point.longitude, point.elevation) for point in points] == [
        (41.8, 123.35, 40.0),
        (41.81, 123.36, 60.0),
    ]
    assert file.routes == []
    assert [error["field"] for error in get("routes/tour.gpx", coords="gcj02", expect=400)["errors"]] == ["coords"]
    assert get("routes/nothing.gpx", expect=404)["status"] == 404


def test_route_withdrawn_is_gone_and_a_draft_was_never_there(get: Any, tour: Route) -> None:
    act(tour, Verb.WITHDRAW, by=None)
    factories.route(slug="draft", published=False)
    for ending in ("", ".gpx"):
        assert get(f"routes/tour{ending}", expect=410)["tombstone"]["kind"] == "route"
        assert get(f"routes/draft{ending}", expect=404)["errors"] == []
    assert slugs(get) == []


# What must not leak


SECRET = Point(41.7654321, 123.2345678)


@pytest.fixture
def gap(tour: Route, clock: Any) -> Route:
    """The tour with a hidden venue for its second stop, past every guard."""
    hidden = factories.venue(slug="secret", name=text("秘密"), lat=SECRET.lat, lng=SECRET.lng, vanish_at=at(2026, 5, 1))
    HoursRule(venue=hidden, spans=[{"opens": "07:07", "closes": "19:19", "last_entry": "18:18"}]).save()
    stop = tour.stops.all()[1]
    stop.venue, stop.note = hidden, text("秘密的注")
    stop.save()
    clock(at(2026, 5, 12, 12))
    return tour


def test_leak_a_hidden_stop_tells_nothing_but_that_it_is_there(client: Client, get: Any, gap: Route) -> None:
    shown = get("routes/tour", start="2026-05-12T09:30:00+08:00", include="stops")
    stop = shown["stops"][1]
    assert stop == {**dict.fromkeys(stop), "number": 2, "visit": "unknown"}
    assert shown["stops"][0]["to_next"] is None  # how far it is tells where it is
    assert (shown["duration"], shown["distance"]) == (None, None)
    assert (shown["stops"][2]["visit"], shown["stops"][2]["arrives_at"]) == ("unknown", None)
    assert shown["line"]["coordinates"] == [[123.354, 41.809], [123.367, 41.803]]
    assert shown["line"]["bounds"] == [123.354, 41.803, 123.367, 41.809]
    for path in ("routes", "routes/tour", "routes/tour.gpx"):
        for params in ({"lang": "*"}, {"lang": "en"}):
            told = client.get(f"/api/v1/{path}", params).content.decode()
            assert re.findall("秘密|secret|41.76|123.23|07:07|18:18|2200", told) == [], path


def test_leak_no_filter_finds_a_route_by_a_hidden_stop(get: Any, gap: Route) -> None:
    assert slugs(get, venue="secret") == []
    assert slugs(get, near="41.7654321,123.2345678", radius=1000) == []
    assert slugs(get, bbox="123.2,41.7,123.3,41.8") == []
    assert get("routes", near="41.7654321,123.2345678", radius=50_000)["results"][0]["nearest"] > 5000


def test_leak_a_hidden_organizer_does_not_show(get: Any, tour: Route, clock: Any) -> None:
    organizer = factories.organizer(slug="ghost", vanish_at=at(2026, 5, 1))
    tour.organizer = organizer
    tour.save()
    clock(at(2026, 5, 12, 12))
    assert get("routes/tour", include="organizer")["organizer"] is None
    assert slugs(get, organizer="ghost") == []


# Publication and the revision


def problems(row: Any, verb: Verb) -> list[str]:
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        act(row, verb, by=None, reviewed=True)
    return list(caught.value.messages)


@pytest.mark.usefixtures("english")
def test_route_is_not_published_before_its_venues(tour: Route) -> None:
    draft = factories.venue(published=False, name=text("未开放"))
    route = factories.route(published=False, stops=[tour.stops.first().venue, draft])
    assert problems(route, Verb.PUBLISH) == ["Publish its venue “未开放” first."]
    factories.public(draft)
    assert act(route, Verb.PUBLISH, by=None, reviewed=True).public


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("count", [0, 1])
def test_route_is_not_published_without_two_stops(count: int) -> None:
    route = factories.route(published=False, stops=[factories.venue() for _number in range(count)])
    assert problems(route, Verb.PUBLISH) == ["Enter two stops or more: a route leads from one to another."]


@pytest.mark.usefixtures("english")
def test_venue_is_not_withdrawn_while_a_route_stops_there(tour: Route) -> None:
    museum = Venue.objects.get(slug="museum")
    factories.route(published=False, stops=[museum])
    assert problems(museum, Verb.WITHDRAW) == ["Published routes stop here: 工业之旅. Withdraw or change them first."]
    act(tour, Verb.WITHDRAW, by=None)
    assert not act(museum, Verb.WITHDRAW, by=None).public


def test_route_takes_no_draft_for_a_stop_once_it_is_published(tour: Route) -> None:
    draft = factories.venue(published=False)
    stop = RouteStop(route=tour, venue=draft, position=9)
    for write in (stop.full_clean, stop.save):
        with pytest.raises(ValidationError) as caught:
            write()
        assert set(caught.value.message_dict) == {"venue"}


def changed(work: Any) -> set[tuple[str, str]]:
    """What an act announced to those who follow the feed."""
    before = factories.revision()
    work()
    return {key for key, (number, _gone) in factories.feed().items() if number > before}


def test_route_is_in_the_feed_with_what_changes_it(tour: Route) -> None:
    museum, stop = Venue.objects.get(slug="museum"), tour.stops.first()
    assert factories.feed()["route", "tour"][1] is False
    stop.minutes = 5
    assert changed(stop.save) == {("route", "tour")}
    museum.name = text("新名")
    assert changed(museum.save) == {("venue", "museum")}  # references are by name
    museum.lat = 41.81
    assert changed(museum.save) == {("venue", "museum"), ("route", "tour")}  # the derived line moved
    assert changed(lambda: act(tour, Verb.WITHDRAW, by=None)) == {("route", "tour")}
    assert factories.feed()["route", "tour"][1] is True


def test_stop_that_closes_by_the_clock_is_announced(get: Any, gap: Route) -> None:
    get("")
    assert factories.feed()["route", "tour"][0] == factories.revision()


# The admin


POINT = '<trkpt lat="{lat}" lon="{lng}"><ele>{ele}</ele></trkpt>'


def file(points: Any, name: str = "tour.gpx") -> SimpleUploadedFile:
    inner = "".join(POINT.format(lat=point.lat, lng=point.lng, ele=40 + 10 * n) for n, point in enumerate(points))
    content = f'<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{inner}</trkseg></trk></gpx>'
    return SimpleUploadedFile(name, content.encode(), "application/gpx+xml")


WAY = [MUSEUM, Point(41.8125, 123.359), PARK, Point(41.81, 123.365), WORKS]


@pytest.fixture
def desk(cast: SimpleNamespace, tour: Route) -> SimpleNamespace:
    for venue in Venue.objects.all():
        venue.approximate = False
        venue.save()
    browser = enter(cast.staff)
    page = url(tour)
    return SimpleNamespace(browser=browser, page=page, form=open_form(browser, page), cast=cast)


def test_admin_takes_a_line_shows_it_and_takes_it_away(desk: Any, get: Any, tour: Route) -> None:
    assert save(desk.browser, desk.page, desk.form, gpx=file(WAY)).status_code == 302
    tour.refresh_from_db()
    assert tour.line == [[point.lng, point.lat, 40.0 + 10 * number] for number, point in enumerate(WAY)]
    line = get("routes/tour")["line"]
    assert (line["derived"], line["points"], line["ascent"]) == (False, 5, 40)
    assert line["bounds"] == [123.354, 41.803, 123.367, 41.814]
    response = desk.browser.get(desk.page)
    assert "Uploaded: 5 points. 40 m of climbing." in response.content.decode()
    assert save(desk.browser, desk.page, open_form(desk.browser, desk.page), remove_line="on").status_code == 302
    assert get("routes/tour")["line"]["derived"] is True


def test_admin_refuses_bad_lines_at_the_field(desk: Any, tour: Route) -> None:
    shifted = [from_wgs84(point, Datum.GCJ02) for point in WAY]
    cases = [
        (file(shifted), "The line is recorded in GCJ-02 (AMap, Tencent Maps)"),
        (file([Point(39.9, 116.4), Point(39.91, 116.4)]), "The line goes 6"),
        (SimpleUploadedFile("tour.gpx", b"\xff\xd8\xff\xe0JFIF", "image/jpeg"), "This is no GPX file."),
        (SimpleUploadedFile("tour.gpx", b'<!DOCTYPE a [<!ENTITY b "c">]><gpx/>'), "The file declares a document type"),
    ]
    for upload, message in cases:
        with translation.override("en"):
            found = errors(save(desk.browser, desk.page, desk.form, gpx=upload))
        assert list(found) == ["gpx"]
        assert found["gpx"][0].startswith(message)
    assert errors(save(desk.browser, desk.page, desk.form, gpx=file(WAY), remove_line="on")).keys() == {"remove_line"}
    tour.refresh_from_db()
    assert tour.line == []


def test_admin_second_line_is_not_put_over_one_that_nobody_saw(desk: Any, tour: Route) -> None:
    assert save(desk.browser, desk.page, desk.form, gpx=file(WAY)).status_code == 302
    response = save(desk.browser, desk.page, desk.form, gpx=file(WAY[:2]))
    assert list(errors(response)) == ["gpx"]
    tour.refresh_from_db()
    assert len(tour.line) == 5
    form = {**desk.form, "shown_line": tour.line_mark, "shown_version": str(tour.version)}
    assert save(desk.browser, desk.page, form, gpx=file(WAY[:2])).status_code == 302
    tour.refresh_from_db()
    assert len(tour.line) == 2


def test_admin_edits_stops_and_previews_the_route(desk: Any, get: Any, tour: Route) -> None:
    assert desk.form["stops-TOTAL_FORMS"] == "3"
    assert (
        save(desk.browser, desk.page, desk.form, **{"stops-0-minutes": "30", "stops-2-DELETE": "on"}).status_code == 302
    )
    shown = get("routes/tour")
    assert [(stop["venue"]["slug"], stop["minutes"]) for stop in shown["stops"]] == [("museum", 30), ("park", 60)]
    found = errors(save(desk.browser, desk.page, desk.form, **{"stops-0-minutes": "9999", "stops-1-distance": "-1"}))
    assert set(found) == {"stops-0-minutes", "stops-1-distance"}
    preview = desk.browser.get(url(tour, "preview"), {"lang": "en"}).content.decode()
    assert re.findall(r"<time>(.*)</time>\s*<span><strong>.*</strong><small>(.*)</small>", preview) == [
        ("30′", "The furnace")
    ]


def test_admin_shows_reviewers_the_line_and_no_way_to_change_it(desk: Any, tour: Route) -> None:
    page = enter(desk.cast.reviewer).get(desk.page).content.decode()
    assert "Derived: it leads straight from stop to stop." in page
    assert 'name="gpx"' not in page
    listed = desk.browser.get(url(Route, "changelist")).content.decode()
    assert url(tour) in listed
