"""``/venues`` and ``/venues.geojson``: each filter with its exact rows, near and far, in every datum."""

import math
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.geo import Datum, Point, from_wgs84
from core.publication import Verb, act
from tests import factories

pytestmark = pytest.mark.django_db

MUSEUM = Point(41.8102, 123.3571)


def slugs(get: Any, path: str = "venues", **params: Any) -> list[str]:
    page = get(path, **params)
    assert page["next"] is None
    return [row.get("slug") or row["id"] for row in page.get("results", page.get("features"))]


def haversine(one: Point, other: Point) -> float:
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(other.lng - one.lng) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def pair(point: Point) -> str:
    return f"{point.lat:.9f},{point.lng:.9f}"


def test_venues_by_kind(get: Any) -> None:
    for kind in ("museum", "plant", "venue"):
        factories.venue(slug=kind, venue_kind=kind)
    assert slugs(get, kind="museum") == ["museum"]
    assert sorted(slugs(get, kind="plant,venue")) == ["plant", "venue"]
    assert slugs(get, kind="park") == []


def test_venues_by_parent_and_organizer(get: Any) -> None:
    organizer = factories.organizer(slug="office")
    museum = factories.venue(slug="museum", organizer=organizer)
    factories.venue(slug="hall", parent=museum)
    factories.venue(slug="other", organizer=factories.organizer(slug="club"))
    assert slugs(get, parent="museum") == ["hall"]
    assert slugs(get, organizer="office") == ["museum"]
    assert sorted(slugs(get, organizer="office,club")) == ["museum", "other"]
    assert slugs(get, organizer="nobody") == []


def test_venues_of_a_hidden_parent_do_not_tell_that_it_exists(get: Any, clock: Any) -> None:
    now = timezone.now()
    organizer = factories.organizer(slug="office", vanish_at=now + timedelta(hours=1))
    museum = factories.venue(slug="museum", organizer=organizer, vanish_at=now + timedelta(hours=1))
    factories.venue(slug="hall", parent=museum, organizer=organizer)
    assert slugs(get, parent="museum") == ["hall"]
    clock(now + timedelta(hours=2))
    assert slugs(get) == ["hall"]
    assert slugs(get, parent="museum") == []
    assert slugs(get, organizer="office") == []


def test_venues_free_means_free_and_unknown_is_neither(get: Any) -> None:
    for kind in ("free", "partly_free", "paid", "unknown"):
        factories.venue(slug=kind.replace("_", "-"), price_kind=kind)
    assert slugs(get, free="true") == ["free"]
    assert sorted(slugs(get, free="false")) == ["paid", "partly-free"]


def test_venues_indoor_unknown_is_neither(get: Any) -> None:
    for name, indoor in (("in", True), ("out", False), ("unknown", None)):
        factories.venue(slug=name, indoor=indoor)
    assert slugs(get, indoor="true") == ["in"]
    assert slugs(get, indoor="false") == ["out"]


def test_venues_updated_after_is_exclusive(get: Any, clock: Any) -> None:
    clock(factories.at(2026, 5, 1, 12))
    factories.venue(slug="old")
    clock(factories.at(2026, 5, 1, 13))
    factories.venue(slug="new")
    assert slugs(get, updated_after="2026-05-01T12:00:00+08:00") == ["new"]
    assert sorted(slugs(get, updated_after="2026-05-01T03:59:59Z")) == ["new", "old"]
    assert slugs(get, updated_after="2026-05-01T13:00:00+08:00") == []
    assert slugs(get, order="-updated") == ["new", "old"]


def test_venues_filters_narrow_each_other(get: Any) -> None:
    factories.venue(slug="both", venue_kind="museum", price_kind="free")
    factories.venue(slug="kind", venue_kind="museum", price_kind="paid")
    factories.venue(slug="free", venue_kind="park", price_kind="free")
    assert slugs(get, kind="museum", free="true") == ["both"]


def test_venues_near_come_by_distance_and_carry_it(get: Any) -> None:
    places = {"near": (41.811, 123.358), "middle": (41.82, 123.37), "far": (41.89, 123.36), "nowhere": (None, None)}
    for slug, (lat, lng) in places.items():
        factories.venue(slug=slug, lat=lat, lng=lng)
    assert slugs(get, near=pair(MUSEUM)) == ["near", "middle", "far"]
    assert slugs(get, near=pair(MUSEUM), radius=5000) == ["near", "middle"]
    assert slugs(get, near=pair(MUSEUM), radius=50) == []
    assert slugs(get, near=pair(MUSEUM), order="-updated") == ["far", "middle", "near"]
    for row in get("venues", near=pair(MUSEUM))["results"]:
        expected = haversine(MUSEUM, Point(*places[row["slug"]]))
        assert row["distance"] == pytest.approx(expected, rel=0.01)
    assert all(row["distance"] is None for row in get("venues")["results"])


@pytest.mark.parametrize("bearing", range(0, 360, 45))
def test_venues_distance_agrees_with_the_sphere_far_away(get: Any, bearing: int) -> None:
    turn = math.radians(bearing)
    there = Point(41.81 + 0.55 * math.cos(turn), 123.36 + 0.7 * math.sin(turn))
    factories.venue(slug="there", lat=there.lat, lng=there.lng)
    (row,) = get("venues", near="41.81,123.36", radius=100_000)["results"]
    assert row["distance"] == pytest.approx(haversine(Point(41.81, 123.36), there), rel=0.01)


def test_venues_radius_is_ten_kilometres_unless_given(get: Any) -> None:
    factories.venue(slug="inside", lat=41.81 + 9.9 / 111, lng=123.36)
    factories.venue(slug="outside", lat=41.81 + 10.2 / 111, lng=123.36)
    assert slugs(get, near="41.81,123.36") == ["inside"]
    assert slugs(get, near="41.81,123.36", radius=11_000) == ["inside", "outside"]


@pytest.mark.parametrize("datum", list(Datum))
def test_venues_datum_counts_for_what_comes_in_and_goes_out(get: Any, datum: Datum) -> None:
    factories.venue(slug="museum", lat=MUSEUM.lat, lng=MUSEUM.lng, approximate=True)
    here = from_wgs84(MUSEUM, datum)
    (row,) = get("venues", near=pair(here), radius=20, coords=datum)["results"]
    assert row["distance"] == 0
    assert row["position"] == {
        "lat": round(here.lat, 7),
        "lng": round(here.lng, 7),
        "coords": str(datum),
        "approximate": True,
    }
    tight = f"{here.lng - 1e-4:.9f},{here.lat - 1e-4:.9f},{here.lng + 1e-4:.9f},{here.lat + 1e-4:.9f}"
    assert slugs(get, bbox=tight, coords=datum) == ["museum"]
    others = [other for other in Datum if other != datum]
    assert [slugs(get, bbox=tight, coords=other) for other in others] == [[], []]
    assert [slugs(get, near=pair(here), radius=20, coords=other) for other in others] == [[], []]


def test_venues_museum_moves_by_what_the_map_services_shift(get: Any) -> None:
    factories.venue(slug="museum", lat=MUSEUM.lat, lng=MUSEUM.lng)
    shifted = get("venues/museum", coords="gcj02")["position"]
    assert 540 < haversine(MUSEUM, Point(shifted["lat"], shifted["lng"])) < 580
    assert get("venues/museum")["position"]["coords"] == "wgs84"


def test_venues_outside_china_stay_where_they_are_in_every_datum(get: Any) -> None:
    factories.venue(slug="berlin", lat=52.52, lng=13.405)
    for datum in Datum:
        position = get("venues/berlin", coords=datum)["position"]
        assert (position["lat"], position["lng"], position["coords"]) == (52.52, 13.405, datum)


def test_venues_in_a_box(get: Any) -> None:
    for slug, lat, lng in (("in", 41.8, 123.36), ("edge", 41.85, 123.4), ("east", 41.8, 123.41), ("north", 41.86, 123)):
        factories.venue(slug=slug, lat=lat, lng=lng)
    factories.venue(slug="nowhere", lat=None, lng=None)
    assert sorted(slugs(get, bbox="123.3,41.75,123.4,41.85")) == ["edge", "in"]
    assert slugs(get, bbox="0,0,1,1") == []


def test_venues_over_the_antimeridian(get: Any) -> None:
    for slug, lng in (("west", 179.99), ("east", -179.99), ("far", 0.0)):
        factories.venue(slug=slug, lat=0.0, lng=lng)
    assert sorted(slugs(get, bbox="179,-1,-179,1")) == ["east", "west"]
    assert slugs(get, bbox="-179,-1,179,1") == ["far"]
    found = get("venues", near="0,179.995", radius=5000)["results"]
    assert [(row["slug"], row["distance"]) for row in found] == [
        ("west", pytest.approx(556, rel=0.01)),
        ("east", pytest.approx(1670, rel=0.01)),
    ]
    assert slugs(get, near="0,-179.995", radius=5000) == ["east", "west"]


def test_venues_at_the_poles(get: Any) -> None:
    factories.venue(slug="north", lat=90.0, lng=0.0)
    factories.venue(slug="almost", lat=89.99, lng=90.0)
    factories.venue(slug="south", lat=-90.0, lng=0.0)
    assert slugs(get, near="90,0", radius=5000) == ["north", "almost"]
    assert slugs(get, near="-90,77", radius=5000) == ["south"]
    assert slugs(get, bbox="-180,-90,180,-89") == ["south"]


def test_venues_geojson_is_rfc_7946(client: Client, get: Any) -> None:
    factories.venue(slug="museum", lat=41.8, lng=123.36, approximate=True)
    factories.venue(slug="nowhere", lat=None, lng=None)
    response = client.get("/api/v1/venues.geojson", {"lang": "en"})
    assert response["Content-Type"] == "application/geo+json"
    page = response.json()
    assert page["type"] == "FeatureCollection"
    assert "crs" not in page
    features = {feature["id"]: feature for feature in page["features"]}
    assert set(features) == {"museum", "nowhere"}
    for feature in features.values():
        assert set(feature) == {"type", "id", "geometry", "properties"}
        assert feature["type"] == "Feature"
    assert features["museum"]["geometry"] == {"type": "Point", "coordinates": [123.36, 41.8]}
    assert features["nowhere"]["geometry"] is None
    properties = features["museum"]["properties"]
    assert (properties["slug"], properties["approximate"], properties["kind"]) == ("museum", True, "museum")
    assert set(properties) == {
        *("slug", "kind", "status", "name", "summary", "approximate", "price_kind", "indoor", "image"),
        *("updated_at", "languages", "fallbacks"),
    }


def test_venues_geojson_knows_one_datum_and_says_so(get: Any) -> None:
    problem = get("venues.geojson", coords="gcj02", expect=400)
    assert [error["field"] for error in problem["errors"]] == ["coords"]


def test_venues_geojson_filters_as_the_list_does(get: Any) -> None:
    factories.venue(slug="near", lat=41.8, lng=123.36)
    factories.venue(slug="far", lat=42.8, lng=123.36, venue_kind="park")
    assert slugs(get, "venues.geojson", near="41.8,123.36") == ["near"]
    assert slugs(get, "venues.geojson", kind="park") == ["far"]
    assert slugs(get, "venues.geojson", bbox="123,41,124,42") == ["near"]


def test_venue_in_every_detail(get: Any) -> None:
    factories.venue(
        slug="museum",
        venue_kind="museum",
        status="renovation",
        price_kind="paid",
        price_min=3500,
        price_max=5000,
        founded=1934,
        opened=2012,
        verified_on="2026-04-01",
        osm="way/1",
        postcode="110021",
        doubts="never shown",
        description=factories.text("**旧厂**"),
    )
    shown = get("venues/museum")
    assert shown["price"] | {"note": 0, "concessions": 0} == {
        "kind": "paid",
        "min": 3500,
        "max": 5000,
        "currency": "CNY",
        "note": 0,
        "concessions": 0,
    }
    assert (shown["founded"], shown["opened"], shown["verified_on"]) == (1934, 2012, "2026-04-01")
    assert (shown["status"], shown["address"]["postcode"]) == ("renovation", "110021")
    assert shown["external_ids"] == {"osm": "way/1"}
    assert shown["description_html"] == "<p><strong>旧厂</strong></p>"
    assert "never shown" not in str(shown)


def test_venue_withdrawn_is_gone_and_a_draft_was_never_there(get: Any) -> None:
    venue = factories.venue(slug="museum")
    factories.venue(slug="draft", published=False)
    act(venue, Verb.WITHDRAW, by=None)
    assert get("venues/museum", expect=410)["status"] == 410
    assert get("venues/draft", expect=404)["status"] == 404
    assert slugs(get) == []
