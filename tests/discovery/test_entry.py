"""``/``: what an app reads first."""

from typing import Any

import pytest
from django.test import Client

from core.changes.records import current
from tests import factories

pytestmark = pytest.mark.django_db


def test_entry_tells_the_district_its_languages_and_where_everything_is(get: Any, settings: Any) -> None:
    settings.DISTRICT_NAME = "某区"
    settings.DISTRICT_POSITION = (41.8, 123.35)
    factories.venue()
    shown = get("")
    assert shown == {
        "name": "某区",
        "time_zone": "Asia/Shanghai",
        "position": {"lat": 41.8, "lng": 123.35, "coords": "wgs84", "approximate": True},
        "revision": current().number,
        "languages": [
            {"tag": "zh-Hans", "name": "简体中文"},
            {"tag": "zh-Hant", "name": "繁體中文"},
            {"tag": "en", "name": "English"},
            {"tag": "de", "name": "Deutsch"},
        ],
        "default_language": "zh-Hans",
        "coords": ["wgs84", "gcj02", "bd09"],
        "endpoints": {
            name: f"https://tiexi.example/api/v1/{path}"
            for name, path in {
                "venues": "venues",
                "venue_map": "venues.geojson",
                "exhibits": "exhibits",
                "routes": "routes",
                "events": "events",
                "event_map": "events.geojson",
                "slots": "slots",
                "teams": "teams",
                "organizers": "organizers",
                "notices": "notices",
                "live": "live",
                "schema": "schema/",
                "docs": "docs/",
            }.items()
        },
    }


def test_entry_endpoints_all_answer(client: Client, get: Any) -> None:
    for address in get("")["endpoints"].values():
        assert client.get(address.removeprefix("https://tiexi.example")).status_code == 200, address


def test_entry_position_is_in_the_asked_datum(get: Any) -> None:
    position = get("", coords="gcj02")["position"]
    assert position["coords"] == "gcj02"
    assert position["lat"] != 41.8
    assert [error["field"] for error in get("", coords="x", expect=400)["errors"]] == ["coords"]


def test_entry_revision_rises_with_what_is_public(get: Any) -> None:
    factories.venue()
    first = get("")["revision"]
    factories.venue(published=False)
    assert get("")["revision"] == first
    factories.venue()
    assert get("")["revision"] == first + 1
