"""The OpenAPI description: valid, complete, unchanged unless on purpose, and true to what the API answers.

After a change on purpose renew the snapshot with ``RENEW_SNAPSHOT=1 pytest tests/test_schema.py`` and read its diff.
"""

import json
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from core.changes.edits import edit
from media.models import Image, MediaObject
from tests import factories, factories_media, factories_teams
from tests.events.race import scenes
from tourism import api_v1
from tourism.wsgi import application

pytestmark = pytest.mark.django_db

HEALTH = list(HealthCheck)
SNAPSHOT = Path(__file__).with_name("openapi.json")


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    response = client.get("/api/v1/schema/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/vnd.oai.openapi+json")
    return response.json()


def test_schema_is_valid_openapi_3_1(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(schema).iter_errors()] == []


def test_schema_equals_its_snapshot(schema: dict[str, Any]) -> None:
    text = json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("RENEW_SNAPSHOT"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "The API's description changed. If on purpose: see the head of this file."


def test_schema_holds_every_route(schema: dict[str, Any]) -> None:
    routes = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(each.pattern)) for each in api_v1.urlpatterns}
    assert set(schema["paths"]) == routes - {"/api/v1/schema/", "/api/v1/docs/"}
    for path, operations in schema["paths"].items():
        assert set(operations) == {"get"}, path
        assert {"200", "304", "400", "429", "503"} <= set(operations["get"]["responses"]), path


def test_schema_names_every_parameter_of_a_list(schema: dict[str, Any]) -> None:
    named = {each["name"] for each in schema["paths"]["/api/v1/events"]["get"]["parameters"]}
    assert named == {
        *("lang", "coords", "fields", "include", "limit", "cursor", "order", "updated_after", "near", "radius", "bbox"),
        *("when", "from", "to", "kind", "venue", "organizer", "season", "free", "indoor", "access"),
        *("event_status", "booking_status"),
    }


def test_schema_is_cached_and_strict_like_everything_public(client: Client) -> None:
    response = client.get("/api/v1/schema/", {"nonsense": "1"})
    assert [error["field"] for error in response.json()["errors"]] == ["nonsense"]
    etag = client.get("/api/v1/schema/")["ETag"]
    assert client.get("/api/v1/schema/", headers={"if-none-match": etag}).status_code == 304


def test_docs_page_has_no_assets_from_outside(client: Client) -> None:
    page = client.get("/api/v1/docs/")
    assert page["Content-Type"].startswith("text/html")
    html = page.content.decode()
    assets = re.findall(r"""(?:src|href)=["']([^"']+)["']""", html)
    assert len(assets) >= 4
    assert [asset for asset in assets if not asset.startswith("/")] == []
    assert "<script>" not in html  # the policy forbids inline scripts
    policy = page["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    script = client.get("/api/v1/docs/", {"script": ""})
    assert script["Content-Type"].startswith("application/javascript")
    assert re.findall(r"https?://[^\s'\"]+", script.content.decode()) == []
    assert "/api/v1/schema/" in html + script.content.decode() or "../schema/" in script.content.decode()


@pytest.fixture
def seeded() -> None:
    with edit():
        venue = factories.venue(slug="hall", indoor=True)
        factories.shown(factories.image(), venue)
        for media in (factories_media.audio(), factories_media.document()):
            factories_media.placed(media, venue)
        factories.venue(slug="bare", lat=None, lng=None)
        bare = factories.venue(slug="far", lat=41.9)
        route = factories.route(slug="tour", stops=[{"venue": venue, "minutes": 30, "mode": "walk"}, bare])
        factories.shown(venue.placements.get().image, route)
        factories_media.placed(MediaObject.objects.get(media_kind="audio"), route)
        factories.notice(venues=[venue])
        factories.live(venue)
        event = factories.event(slug="cup", venues=[venue], accepted_documents=["passport", "resident_id"])
        factories.shown(venue.placements.get().image, event)
        factories_media.placed(MediaObject.objects.get(media_kind="document"), event)
        stage = {"venue": venue, "space": factories.space(venue), "slot_kind": "set"}
        tomorrow = timezone.now() + timedelta(days=1)
        factories.slot(event, tomorrow, ends_at=tomorrow + timedelta(hours=1), **stage)
        factories.slot(event, tomorrow + timedelta(hours=2), **stage)
        for kind, hours in (("doors", -1), ("changeover", 1), ("curfew", 4)):
            factories.slot(event, tomorrow + timedelta(hours=hours), **{**stage, "slot_kind": kind})
        team = factories_teams.team(slug="works", short_name={"zh-Hans": "厂"}, colour="#c8102e", founded=1956)
        factories.shown(venue.placements.get().image, team)
        factories_teams.entry(event, team)
        factories_teams.plays(factories.slot(event, venue=venue), team)
        factories.slot(event, precision="tba", starts_at=None)
        factories.release(event)
        run = factories.league(slug="run", event_kind="race")
        scenes.fill(run, venue)
        factories.release(run)


@pytest.mark.django_db(transaction=True)  # a WSGI server closes its connections after each request
def test_schema_is_what_the_api_does(seeded: None) -> None:
    """Random requests by the description: every answer is one that it describes."""
    import schemathesis  # a second to import, on every process of a run, for this test alone
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    wanted = [
        not_a_server_error,
        checks.response_schema_conformance,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.negative_data_rejection,
        checks.response_headers_conformance,
    ]
    described = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) == len(api_v1.urlpatterns) - 2
    for operation in operations:

        @settings(max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=HEALTH)
        @given(case=operation.as_strategy())
        def attempt(case: Any) -> None:
            case.call_and_validate(checks=wanted)

        attempt()


FULL = [
    ("venues", "venues", {"include": "images,organizer,parent"}),
    ("venues/hall", "venues/{slug}", {"include": "images,organizer,parent"}),
    ("venues.geojson", "venues.geojson", {}),
    ("routes", "routes", {"include": "images,organizer,stops"}),
    ("routes/tour", "routes/{slug}", {"include": "images,organizer,stops"}),
    ("events", "events", {"include": "images,organizer,season,slots,venue,venues"}),
    ("events/cup", "events/{slug}", {"include": "images,organizer,season,slots,venue,venues"}),
    ("events.geojson", "events.geojson", {}),
    ("events/cup/schedule", "events/{slug}/schedule", {}),
    ("events/cup/changes?since=0", "events/{slug}/changes", {}),
    ("events/cup/running-order", "events/{slug}/running-order", {}),
    ("events/run/course", "events/{slug}/course", {}),
    ("events/run/course.geojson", "events/{slug}/course.geojson", {}),
    ("slots", "slots", {"include": "event"}),
    ("slots?from=2026-05-01&kind=wave,cutoff,closure", "slots", {"include": "event"}),
    ("teams", "teams", {"include": "images,organizer"}),
    ("teams/works", "teams/{slug}", {"include": "images,organizer"}),
    ("notices", "notices", {}),
    ("live", "live", {}),
    ("organizers", "organizers", {}),
    ("images/{id}", "images/{id}", {}),
    ("media/{id}", "media/{id}", {}),
    ("", "", {}),
]


def test_schema_describes_full_answers(client: Client, schema: dict[str, Any], seeded: None) -> None:
    """Validated with real content, which random keys hardly ever meet."""
    for path, template, include in FULL:
        operation = schema["paths"][f"/api/v1/{template}"]["get"]
        (content,) = operation["responses"]["200"]["content"].values()
        whole = {**content["schema"], "components": schema["components"]}
        for params in ({}, {"lang": "*"}, include):
            kept = Image.objects.get() if path.startswith("images") else MediaObject.objects.all()[0]
            address = f"/api/v1/{path}".replace("{id}", str(kept.pk))
            address, _mark, required = address.partition("?")
            response = client.get(address, {**QueryDict(required).dict(), **params})
            assert response.status_code == 200, response.content
            errors = OAS31Validator(whole).iter_errors(response.json())
            wrong = [f"{address} {params} {list(error.absolute_path)}: {error.message[:200]}" for error in errors]
            assert wrong == []
        for each in operation.get("parameters", []):
            if each["name"] == "include":
                assert each["schema"]["items"]["enum"] == include["include"].split(",")
