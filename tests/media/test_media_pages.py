"""Audio and documents on the pages for people: a player with its transcript, links that say what one gets; and what
search engines are told."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from media.page_words import clock, iso_duration, language_words, size_words
from tests import factories
from tests.factories import text
from tests.factories_media import audio, document, frames, pdf, placed

pytestmark = pytest.mark.django_db

PAGES = {"venue": "venues", "route": "routes", "event": "events"}


@pytest.fixture(params=PAGES)
def page(request: Any, client: Client) -> Any:
    """``page("en")``: the page of something with a track and a leaflet."""
    kind = request.param
    owner = factories.route(stops=[factories.venue()]) if kind == "route" else getattr(factories, kind)()
    words = text("第一段。\n\n第二段<b>。", en="First.\n\nSecond <b>.")
    track = audio(frames(3500), title=text("蒸汽锤", en="Steam hammer"), transcript=words, licence="CC-BY-4.0")
    leaflet = document(pdf(4), title=text("导览图", en="Map"), language="en-GB")
    for media in (track, leaflet):
        placed(media, owner)

    def fetch(lang: str) -> Any:
        response = client.get(f"/{PAGES[kind]}/{owner.slug}/?lang={lang}")
        assert response.status_code == 200
        return response, response.content.decode(), track, leaflet

    return fetch


def test_a_page_plays_a_track_and_shows_its_words(page: Any) -> None:
    response, html, track, _leaflet = page("en")
    assert f'<audio controls preload="none" src="{track.url}" aria-label="Steam hammer"></audio>' in html
    assert "简体中文 · MP3 · 2:06 · 0.1 MB" in html
    assert "<summary>Transcript</summary>" in html
    assert "First.\n\nSecond &lt;b&gt;." in html
    assert "Museum · CC-BY-4.0" in html
    assert "media-src 'self' https://tiexi.example" in response["Content-Security-Policy"].split("; ")


def test_a_page_links_to_a_leaflet_and_says_how_long_it_is(page: Any) -> None:
    html, leaflet = page("en")[1], page("en")[3]
    assert f'<a href="{leaflet.url}" type="application/pdf" hreflang="en-GB">Map</a>' in html
    assert re.search(r"English · PDF · 4 pages · \d KB", html)


def test_a_page_marks_what_is_in_another_language(page: Any) -> None:
    html = page("de")[1]
    assert '<h3 lang="en">Steam hammer</h3>' in html
    assert '<p class="lines" lang="en">First.' in html
    assert "4 Seiten" in html


def test_a_page_tells_search_engines_what_is_to_hear_and_to_read(page: Any) -> None:
    _response, html, track, leaflet = page("en")
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)[:1]
    assert json.loads(found)["subjectOf"] == [
        {
            "@type": "AudioObject",
            "name": "Steam hammer",
            "contentUrl": track.url,
            "encodingFormat": "audio/mpeg",
            "inLanguage": "zh-Hans",
            "duration": "PT2M6S",
            "contentSize": str(track.bytes),
            "creditText": "Museum",
        },
        {
            "@type": "DigitalDocument",
            "name": "Map",
            "url": leaflet.url,
            "encodingFormat": "application/pdf",
            "inLanguage": "en-GB",
            "creditText": "Museum",
        },
    ]


def test_a_page_without_audio_and_documents_says_nothing_of_them(client: Client) -> None:
    html = client.get(f"/venues/{factories.venue().slug}/?lang=en").content.decode()
    assert ("<audio" in html, "Listen" in html, "To read" in html, "subjectOf" in html) == (False,) * 4


def test_lengths_and_sizes_in_words(english: None) -> None:
    assert [clock(each) for each in (0.2, 59.9, 125, 3725)] == ["0:01", "0:59", "2:05", "1:02:05"]
    assert [iso_duration(each) for each in (0.2, 59.4, 126, 3725)] == ["PT1S", "PT59S", "PT2M6S", "PT62M5S"]
    assert [size_words(each) for each in (12, 85_400, 100_000, 1_234_567)] == ["1 KB", "85 KB", "0.1 MB", "1.2 MB"]


@pytest.mark.parametrize(
    ("tag", "name"),
    [("en-GB", "English"), ("zh-Hans", "简体中文"), ("fr", "français"), ("fr-CA", "français"), ("tlh", "tlh")],
)
def test_a_language_is_called_as_it_calls_itself(tag: str, name: str) -> None:
    assert language_words(tag) == name
