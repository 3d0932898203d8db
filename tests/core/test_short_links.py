"""Short links and their QR codes; codes of change records; the migration that filled them."""

import io
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from core.changes.edits import edit
from core.models import Change
from core.short_codes import short_code
from tests import factories
from tests.factories import at, withdrawn
from tests.people import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    with edit():
        venue = factories.venue(slug="hall")
        event = factories.event(slug="cup", venues=[venue])
        factories.slot(event, venue=venue)
        factories.release(event)
        route = factories.route(slug="tour", stops=[venue, venue])
        gone = factories.venue(slug="gone")
        draft = factories.venue(slug="draft", published=False)
    withdrawn(gone)
    return SimpleNamespace(venue=venue, event=event, route=route, gone=gone, draft=draft)


@pytest.mark.parametrize(
    ("kind", "key", "code"),
    [("venue", "china-industrial-museum", "3xz6gy4yyx"), ("event", "china-industrial-museum", "ql3wzsu7ck")],
)
def test_code_of_a_kind_and_key_never_changes(kind: str, key: str, code: str) -> None:
    assert short_code(kind, key) == code


def test_change_records_carry_the_code_of_what_they_are_about(scene: SimpleNamespace) -> None:
    rows = Change.objects.values_list("kind", "key", "code")
    assert {code for _kind, _key, code in rows} == {short_code(kind, key) for kind, key, _code in rows}
    assert Change.objects.filter(kind="venue", key="draft").count() == 0


def test_migration_fills_the_codes_of_older_records(scene: SimpleNamespace) -> None:
    before = dict(Change.objects.values_list("pk", "code"))
    Change.objects.update(code="")
    import_module("core.migrations.0003_short_codes_of_changes").fill(apps, None)
    assert dict(Change.objects.values_list("pk", "code")) == before


def test_short_link_leads_to_the_page(client: Client, scene: SimpleNamespace) -> None:
    slot = scene.event.released_slots.get()
    for row in (scene.venue, scene.event, scene.route, slot):
        response = client.get(f"/s/{row.code}")
        assert (response.status_code, response["Location"]) == (302, row.page_path)
        assert (response["Cache-Control"], len(row.code)) == ("public, max-age=300", 10)
        assert client.get(row.page_path).status_code == 200
    shouted = client.get(f"/s/{scene.venue.code.upper()}/", {"lang": "de-AT", "fbclid": "x", "from": "singlemessage"})
    assert (shouted.status_code, shouted["Location"]) == (302, "/venues/hall/?lang=de")


def test_short_link_takes_one_query(client: Client, scene: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/s/{scene.venue.code}")
    assert len(queries) == 1


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("suffix", ["", ".svg", ".png"])
def test_short_link_to_nothing_is_a_page_for_people(
    client: Client, scene: SimpleNamespace, settings: Any, debug: bool, suffix: str
) -> None:
    settings.DEBUG = debug
    organizer = scene.event.organizer
    expected = {scene.gone.code: 410, scene.draft.code: 404, organizer.code: 404, "aaaaaaaaaa": 404}
    for code, status in expected.items():
        response = client.get(f"/s/{code}{suffix}", {"lang": "de"})
        assert (code, response.status_code, response["Content-Language"]) == (code, status, "de")
        title = "Das gibt es hier nicht mehr" if status == 410 else "Hier gibt es nichts"
        assert Page(response.content.decode()).headings == [("h1", title)]
        assert response["Cache-Control"] == "no-store"


def test_short_link_knows_what_time_has_shown(client: Client, clock: Any) -> None:
    clock(at(2026, 5, 1, 12))
    venue = factories.venue(slug="later", appear_at=at(2026, 5, 1, 13))
    assert client.get(f"/s/{venue.code}").status_code == 404
    clock(at(2026, 5, 1, 14))
    assert client.get(f"/s/{venue.code}").status_code == 302


def test_items_have_their_page_and_code(get: Any, scene: SimpleNamespace) -> None:
    slot = scene.event.released_slots.get()
    for path, row in {
        "venues/hall": scene.venue,
        "events/cup": scene.event,
        "routes/tour": scene.route,
        f"slots/{slot.uid}": slot,
    }.items():
        item = get(path)
        assert (item["share_url"], item["code"]) == (f"https://tiexi.example{row.page_path}", row.code)
    organizer = get(f"organizers/{scene.event.organizer.slug}")
    assert (organizer["share_url"], organizer["code"]) == (None, None)


def test_qr_codes_are_drawn_for_print(client: Client, scene: SimpleNamespace) -> None:
    drawing = client.get(f"/s/{scene.venue.code}.svg")
    assert (drawing["Content-Type"], drawing.content.startswith(b"<svg ")) == ("image/svg+xml", True)
    assert drawing["Content-Disposition"] == f'inline; filename="{scene.venue.code}.svg"'
    assert "default-src 'none'" in drawing["Content-Security-Policy"]
    picture = client.get(f"/s/{scene.venue.code}.png")
    with Pillow.open(io.BytesIO(picture.content)) as image:
        assert (picture["Content-Type"], image.format, image.width == image.height) == ("image/png", "PNG", True)
        assert image.width > 1000
