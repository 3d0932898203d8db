"""What a search engine starts from."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.pages import sitemaps
from events.models import ReleasedSlot
from tests import factories
from tests.factories import withdrawn

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example"
NAMES = {"s": sitemaps.SITEMAPS, "x": sitemaps.XHTML}
TAGS = ["zh-Hans", "zh-Hant", "en", "de"]


@pytest.fixture(scope="module")
def scene(kept: None) -> None:
    with edit():
        hall = factories.venue(slug="hall")
        factories.venue(slug="arena")
        factories.venue(slug="draft", published=False)
        gone = factories.venue(slug="gone")
        event = factories.event(slug="cup", venues=[hall])
        factories.slot(event, venue=hall)
        factories.release(event)
        factories.slot(event, venue=hall)
    withdrawn(gone)


def read(client: Client, path: str) -> Any:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def locations(tree: Any) -> list[str]:
    return [each.text for each in tree.iterfind(".//s:loc", NAMES)]


def test_robots_names_the_sitemap_and_what_is_closed(client: Client, scene: None) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /api/v1/manage/",
        f"Sitemap: {SITE}/sitemap.xml",
    ]


def test_sitemap_names_every_public_page_in_every_language(client: Client, scene: None) -> None:
    files = locations(read(client, "/sitemap.xml"))
    assert files == [f"{SITE}/sitemap-{folder}-1.xml" for folder in ("venues", "slots", "events")]
    found = [url for name in files for url in locations(read(client, name.removeprefix(SITE)))]
    slot = ReleasedSlot.objects.visible().get()
    pages = ["venues/hall", "venues/arena", f"slots/{slot.uid}", "events/cup"]
    assert found == [f"{SITE}/{page}/?lang={tag}" for page in pages for tag in TAGS]
    assert {client.get(url.removeprefix(SITE)).status_code for url in found} == {200}


def test_sitemap_links_each_page_with_its_other_languages(client: Client, scene: None) -> None:
    first = read(client, "/sitemap-events-1.xml").find("s:url", NAMES)
    links = {each.get("hreflang"): each.get("href") for each in first.iterfind("x:link", NAMES)}
    page = f"{SITE}/events/cup/"
    assert links == {tag: f"{page}?lang={tag}" for tag in TAGS} | {"x-default": page}


def test_sitemap_is_split_and_costs_one_query_a_file(
    client: Client, scene: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "OBJECTS", 1)
    files = locations(read(client, "/sitemap.xml"))
    assert [name.rpartition("-")[2] for name in files if "venues" in name] == ["1.xml", "2.xml"]
    assert locations(read(client, "/sitemap-venues-2.xml"))[0] == f"{SITE}/venues/arena/?lang=zh-Hans"
    for path, count in {"/sitemap.xml": 5, "/sitemap-venues-1.xml": 1}.items():
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        assert (path, len(queries)) == (path, count + 1)  # and the counter


@pytest.mark.parametrize("name", ["sitemap-venues-2.xml", "sitemap-venues-0.xml", "sitemap-organizers-1.xml"])
def test_sitemap_that_does_not_exist_is_missing(client: Client, scene: None, name: str) -> None:
    assert client.get(f"/{name}").status_code == 404
