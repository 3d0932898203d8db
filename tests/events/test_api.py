"""``/events`` and ``/events.geojson``: each filter with its exact rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.publication import Verb, act
from tests import factories

pytestmark = pytest.mark.django_db


def slugs(get: Any, path: str = "events", **params: Any) -> list[str]:
    page = get(path, **params)
    assert page["next"] is None
    return [row.get("slug") or row["id"] for row in page.get("results", page.get("features"))]


def test_events_list_seasons_only_when_asked_for(get: Any) -> None:
    season = factories.event(slug="season", event_kind="season")
    factories.event(slug="league", season=season)
    factories.event(slug="cup", event_kind="cup")
    assert sorted(slugs(get)) == ["cup", "league"]
    assert slugs(get, kind="season") == ["season"]
    assert sorted(slugs(get, kind="season,cup")) == ["cup", "season"]
    assert slugs(get, kind="race") == []
    assert slugs(get, season="season") == ["league"]
    assert slugs(get, season="nothing") == []


def test_events_by_venue_and_organizer(get: Any) -> None:
    office = factories.organizer(slug="office")
    hall, park = factories.venue(slug="hall"), factories.venue(slug="park")
    factories.event(slug="both", venues=[hall, park], organizer=office)
    factories.event(slug="one", venues=[park])
    factories.event(slug="none")
    assert slugs(get, venue="hall") == ["both"]
    assert sorted(slugs(get, venue="park")) == ["both", "one"]
    assert sorted(slugs(get, venue="hall,park")) == ["both", "one"]
    assert slugs(get, organizer="office") == ["both"]


def test_events_venue_is_null_when_several(get: Any) -> None:
    hall, park = factories.venue(slug="hall"), factories.venue(slug="park")
    factories.event(slug="both", venues=[park, hall])
    factories.event(slug="one", venues=[hall])
    shown = get("events/both")
    assert (shown["venue"], [venue["slug"] for venue in shown["venues"]]) == (None, ["park", "hall"])
    assert get("events/one")["venue"]["slug"] == "hall"


def test_events_hidden_venue_is_not_counted(get: Any, clock: Any) -> None:
    now = timezone.now()
    hall = factories.venue(slug="hall", vanish_at=now + timedelta(hours=1))
    factories.event(slug="both", venues=[hall, factories.venue(slug="park")])
    clock(now + timedelta(hours=2))
    shown = get("events/both")
    assert (shown["venue"]["slug"], [venue["slug"] for venue in shown["venues"]]) == ("park", ["park"])
    assert slugs(get, venue="hall") == []


def test_events_free_and_indoor_unknown_match_neither(get: Any) -> None:
    for kind in ("free", "partly_free", "paid", "unknown"):
        factories.event(slug=kind.replace("_", "-"), price_kind=kind)
    assert slugs(get, free="true") == ["free"]
    assert sorted(slugs(get, free="false")) == ["paid", "partly-free"]
    for name, indoor in (("in", True), ("out", False), ("unsaid", None)):
        factories.event(slug=name, indoor=indoor)
    assert slugs(get, indoor="true") == ["in"]
    assert slugs(get, indoor="false") == ["out"]


def test_events_cancelled_ones_stay_listed_as_cancelled(get: Any) -> None:
    for status in ("scheduled", "postponed", "cancelled"):
        factories.event(slug=status, status=status)
    listed = {row["slug"]: row["event_status"] for row in get("events")["results"]}
    assert listed == {"scheduled": "scheduled", "postponed": "postponed", "cancelled": "cancelled"}
    assert slugs(get, event_status="cancelled") == ["cancelled"]
    assert sorted(slugs(get, event_status="cancelled,postponed")) == ["cancelled", "postponed"]


def test_events_booking_status_follows_its_window(get: Any, clock: Any) -> None:
    start = factories.at(2026, 5, 1, 12)
    clock(start)
    day = start.date()
    factories.event(
        slug="cup",
        starts_on=day,
        ends_on=day,
        booking_status="open",
        booking_opens_at=start + timedelta(hours=1),
        booking_closes_at=start + timedelta(hours=2),
    )
    factories.event(slug="walk", starts_on=day, ends_on=day, booking_status="walk_in")

    def status() -> str:
        shown = get("events/cup")["booking"]["status"]
        assert slugs(get, booking_status=shown) == ["cup"]
        return shown

    assert status() == "not_yet"
    clock(start + timedelta(hours=1))
    assert status() == "open"
    clock(start + timedelta(hours=2))
    assert status() == "closed"
    assert slugs(get, booking_status="open,walk_in") == ["walk"]


def test_events_updated_after_and_order(get: Any, clock: Any) -> None:
    for hour, name in ((12, "old"), (13, "new")):
        clock(factories.at(2026, 5, 1, hour))
        factories.event(slug=name, starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    assert slugs(get, updated_after="2026-05-01T12:00:00+08:00") == ["new"]
    assert slugs(get, order="-updated") == ["new", "old"]
    assert slugs(get, order="start") == ["old", "new"]


def test_events_order_by_start_puts_the_unknown_last(get: Any, clock: Any) -> None:
    clock(factories.at(2026, 5, 1, 12))
    factories.event(slug="second", starts_on=date(2026, 5, 3), ends_on=None)
    factories.event(slug="first", starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 9))
    unknown = factories.event(slug="unknown", starts_on=None, ends_on=None)
    assert slugs(get) == ["first", "second"]  # without any date or slot it matches no time
    factories.slot(unknown, factories.at(2026, 5, 1, 20))
    factories.release(unknown)
    assert slugs(get) == ["first", "second", "unknown"]


def test_events_near_carry_the_distance_of_the_nearest_venue(get: Any) -> None:
    close, far = factories.venue(lat=41.81, lng=123.36), factories.venue(lat=41.85, lng=123.36)
    beyond = factories.venue(lat=42.8, lng=123.36)
    factories.event(slug="two", venues=[beyond, far, close])
    factories.event(slug="one", venues=[far])
    factories.event(slug="beyond", venues=[beyond])
    factories.event(slug="nowhere")
    found = get("events", near="41.80,123.36")["results"]
    assert [(row["slug"], row["distance"]) for row in found] == [
        ("two", pytest.approx(1111, rel=0.01)),
        ("one", pytest.approx(5554, rel=0.01)),
    ]
    assert slugs(get, near="41.80,123.36", radius=2000) == ["two"]
    assert sorted(slugs(get, bbox="123,41,124,42")) == ["one", "two"]
    assert slugs(get, bbox="123,42,124,43") in (["two", "beyond"], ["beyond", "two"])


def test_events_geojson_draws_them_at_their_venues(client: Client) -> None:
    here, there = factories.venue(lat=41.8, lng=123.36), factories.venue(lat=41.9, lng=123.4)
    nowhere = factories.venue(lat=None, lng=None)
    factories.event(slug="several", venues=[here, nowhere, there])
    factories.event(slug="one", venues=[there])
    factories.event(slug="none", venues=[nowhere])
    response = client.get("/api/v1/events.geojson")
    assert response["Content-Type"] == "application/geo+json"
    geometries = {feature["id"]: feature["geometry"] for feature in response.json()["features"]}
    assert geometries == {
        "several": {"type": "MultiPoint", "coordinates": [[123.36, 41.8], [123.4, 41.9]]},
        "one": {"type": "Point", "coordinates": [123.4, 41.9]},
        "none": None,
    }
    (properties,) = {tuple(sorted(feature["properties"])) for feature in response.json()["features"]}
    assert set(properties) == {
        *("slug", "kind", "title", "summary", "starts_on", "ends_on", "event_status", "price_kind", "sample"),
        *("image", "updated_at", "languages", "fallbacks"),
    }


def test_event_withdrawn_is_gone_with_its_slots(get: Any) -> None:
    event = factories.event(slug="cup")
    slot = factories.slot(event)
    factories.release(event)
    factories.event(slug="draft", published=False)
    assert get(f"slots/{slot.uid}")["event"]["slug"] == "cup"
    event.refresh_from_db()
    act(event, Verb.WITHDRAW, by=None)
    get("events/cup", expect=410)
    get("events/draft", expect=404)
    problem = get(f"slots/{slot.uid}", expect=410)
    assert problem["tombstone"]["key"] == str(slot.uid)
    assert (slugs(get), get("slots")["results"]) == ([], [])


def test_event_include_slots_begins_today(get: Any, clock: Any) -> None:
    clock(factories.at(2026, 5, 10, 12))
    event = factories.event(slug="cup", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 20))
    for day in (9, 10, 11):
        factories.slot(event, factories.at(2026, 5, day, 10), title=factories.text(f"第{day}日"))
    factories.slot(event, factories.at(2026, 5, 11, 9), slot_kind="doors")
    factories.release(event)
    shown = get("events/cup", include="slots")["slots"]
    assert [slot["title"] for slot in shown] == ["第10日", "第11日"]
    assert [slot["phase"] for slot in shown] == ["finished", "upcoming"]
