"""ETags, 304s, Cache-Control, stored answers, CORS: what an answer depends on, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.api.caching import matches
from core.changes.records import current
from tests import factories
from tests.factories import at, text

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
MINUTE = int(NOON.timestamp()) // 60
DAY_ENDS = int(at(2026, 5, 2, 4).timestamp()) // 60
CALM = ["", "organizers", "venues.geojson", "events.geojson", "schema/"]
PATHS = [*CALM, "venues", "events", "slots"]


def etag(client: Client, path: str, **params: str) -> str:
    response = client.get(f"/api/v1/{path}", params)
    assert response.status_code == 200, response.content
    return response["ETag"]


@pytest.mark.parametrize("path", CALM)
def test_caching_etag_is_revision_language_build_and_its_last_minute(
    client: Client, clock: Any, settings: Any, path: str
) -> None:
    clock(NOON)
    settings.BUILD = "b7"
    factories.venue()
    number = current().number
    assert number > 0
    response = client.get(f"/api/v1/{path}")
    assert response["ETag"] == f'W/"{number}-zh-Hans-b7-{DAY_ENDS}"'
    assert response["Cache-Control"] == "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
    assert etag(client, path, lang="de") == f'W/"{number}-de-b7-{DAY_ENDS}"'
    settings.BUILD = "b8"
    assert etag(client, path) == f'W/"{number}-zh-Hans-b8-{DAY_ENDS}"'
    factories.venue(published=False)
    assert etag(client, path) == f'W/"{number}-zh-Hans-b8-{DAY_ENDS}"'
    factories.venue()
    assert etag(client, path) == f'W/"{number + 1}-zh-Hans-b8-{DAY_ENDS}"'


def test_caching_etag_of_all_languages(client: Client, clock: Any, settings: Any) -> None:
    clock(NOON)
    factories.venue()
    assert etag(client, "venues", lang="*", fields="name") == f'W/"{current().number}-all-{settings.BUILD}-{DAY_ENDS}"'


def test_caching_what_will_appear_changes_the_etag_and_takes_no_number(client: Client, clock: Any) -> None:
    clock(NOON)
    factories.venue()
    before = client.get("/api/v1/venues.geojson")
    factories.venue(appear_at=NOON + timedelta(hours=1))
    after = client.get("/api/v1/venues.geojson", headers={"if-none-match": before["ETag"]})
    assert (after.status_code, after["ETag"] != before["ETag"]) == (200, True)
    assert after.json()["revision"] == before.json()["revision"]
    assert before.json()["valid_until"] == "2026-05-02T04:00:00+08:00"
    assert after.json()["valid_until"] == "2026-05-01T13:00:00+08:00"


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("slots", {}),
        ("venues", {}),
        ("venues", {"fields": "name,opening"}),
        ("venues.geojson", {"open_now": "true"}),
        ("events", {"include": "venue"}),
        ("events", {"when": "today"}),
        ("events.geojson", {"when": "now"}),
        ("events", {"include": "slots"}),
        ("slots", {"when": "tonight"}),
    ],
)
def test_caching_where_the_clock_shows_the_minute_is_in_the_etag(
    client: Client, clock: Any, settings: Any, path: str, params: dict[str, str]
) -> None:
    clock(NOON)
    factories.venue()
    clock(NOON + timedelta(seconds=20))
    response = client.get(f"/api/v1/{path}", params)
    assert response["ETag"] == f'W/"{current().number}-zh-Hans-{settings.BUILD}-{MINUTE}"'
    assert response["Cache-Control"] == "public, max-age=40, stale-if-error=300"
    assert response.json()["as_of"] == "2026-05-01T12:00:00+08:00"
    assert response.json()["valid_until"] == "2026-05-01T12:01:00+08:00"
    clock(NOON + timedelta(seconds=60))
    assert etag(client, path, **params).endswith(f'-{MINUTE + 1}"')


def test_caching_a_cursor_remembers_that_the_clock_shows(client: Client, clock: Any) -> None:
    clock(NOON)
    for _number in range(2):
        factories.event(starts_on=NOON.date(), ends_on=NOON.date())
    following = client.get("/api/v1/events", {"when": "today", "limit": 1}).json()["next"]
    assert client.get(following)["ETag"].endswith(f'-{MINUTE}"')


@pytest.mark.parametrize("path", PATHS)
def test_caching_same_etag_means_same_bytes(client: Client, clock: Any, path: str) -> None:
    clock(NOON)
    venue = factories.venue()
    event = factories.event(venues=[venue], starts_on=NOON.date(), ends_on=NOON.date())
    factories.slot(event, NOON + timedelta(seconds=10), venue=venue)
    factories.release(event)
    clock(NOON + timedelta(seconds=3))
    first = client.get(f"/api/v1/{path}")
    clock(NOON + timedelta(seconds=5 * 3600 if path in CALM else 9))
    second = client.get(f"/api/v1/{path}")
    assert first["ETag"] == second["ETag"]
    assert first.content == second.content


def test_caching_same_etag_means_same_bytes_before_any_content(client: Client, clock: Any) -> None:
    clock(NOON)
    first = client.get("/api/v1/venues")
    clock(NOON + timedelta(seconds=30))
    second = client.get("/api/v1/venues")
    assert (first["ETag"], first.content) == (second["ETag"], second.content)
    clock(NOON + timedelta(seconds=90))
    third = client.get("/api/v1/venues")
    assert third["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('W/"5-en-1"', True),
        ('"5-en-1"', True),
        ('W/"4-en-1", W/"5-en-1"', True),
        ('"x","5-en-1"', True),
        ("*", False),
        (" * ", False),
        ('W/"5-de-1"', False),
        ("5-en-1", False),
        ('"5-en-1', False),
        ('w/"5-en-1"x"', True),
        ('"a, 5-en-1"', False),
        ("", False),
    ],
)
def test_caching_if_none_match_compares_weakly(header: str, expected: bool) -> None:
    assert matches(header, 'W/"5-en-1"') is expected


def test_caching_304_has_no_body_and_the_same_headers(client: Client, clock: Any) -> None:
    clock(factories.at(2026, 5, 1, 12))  # the next second has another max-age
    factories.venue()
    fresh = client.get("/api/v1/venues", {"lang": "en"})
    for known in (fresh["ETag"], fresh["ETag"].removeprefix("W/"), f'"other", {fresh["ETag"]}'):
        response = client.get("/api/v1/venues", {"lang": "en"}, headers={"if-none-match": known})
        assert (response.status_code, response.content) == (304, b"")
        for name in ("ETag", "Cache-Control", "Content-Language"):
            assert response[name] == fresh[name]
        assert "accept-language" in response["Vary"].lower()
        assert "Content-Type" not in response
    assert client.get("/api/v1/venues", {"lang": "de"}, headers={"if-none-match": fresh["ETag"]}).status_code == 200


def test_caching_304_ends_with_the_next_change(client: Client) -> None:
    venue = factories.venue(slug="hall", name=text("旧"))
    known = {"if-none-match": etag(client, "venues/hall")}
    assert client.get("/api/v1/venues/hall", headers=known).status_code == 304
    venue.refresh_from_db()
    venue.name = text("新")
    venue.save()
    response = client.get("/api/v1/venues/hall", headers=known)
    assert (response.status_code, response.json()["name"]) == (200, "新")


def test_caching_stored_answer_costs_one_query_and_is_not_counted(client: Client, settings: Any, clock: Any) -> None:
    settings.ANSWER_CACHE_SECONDS = 60
    settings.API_REQUESTS_PER_MINUTE = 5
    clock(NOON)
    venue = factories.venue(slug="hall", name=text("旧", de="Alt"))
    first = client.get("/api/v1/venues", {"limit": "5", "lang": "en"})
    assert first["RateLimit"].startswith('"address";r=4;')
    for _again in range(10):
        with CaptureQueriesContext(connection) as queries:
            again = client.get("/api/v1/venues", {"lang": "en", "limit": "5"})
        assert len(queries) == 1, [query["sql"] for query in queries]
        assert (again.status_code, again.content) == (200, first.content)
        assert "RateLimit" not in again
        for name in ("ETag", "Content-Type", "Cache-Control", "Content-Language", "Vary"):
            assert again[name] == first[name], name
    other = client.get("/api/v1/venues", {"limit": "6", "lang": "en"})
    assert other["RateLimit"].startswith('"address";r=3;')
    assert client.get("/api/v1/venues", {"limit": "5", "lang": "de"}).json() != first.json()
    venue.refresh_from_db()
    venue.name = text("新")
    venue.save()
    changed = client.get("/api/v1/venues", {"limit": "5", "lang": "en"})
    assert changed.json()["results"][0]["name"] == "新"


def test_caching_stores_no_problems(client: Client, settings: Any) -> None:
    settings.ANSWER_CACHE_SECONDS = 60
    assert client.get("/api/v1/venues/hall").status_code == 404
    factories.venue(slug="hall")
    assert client.get("/api/v1/venues/hall").status_code == 200


@pytest.mark.parametrize("path", [*PATHS, "docs/"])
def test_caching_head_is_get_without_the_body(client: Client, path: str) -> None:
    factories.venue()
    got, head = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.get("ETag") == got.get("ETag")
    assert head["Content-Type"] == got["Content-Type"]


@pytest.mark.parametrize("path", PATHS)
def test_cors_lets_every_page_read(client: Client, path: str) -> None:
    response = client.get(f"/api/v1/{path}", headers={"origin": "https://app.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    exposed = {name.strip() for name in response["Access-Control-Expose-Headers"].split(",")}
    assert exposed >= {"ETag", "Content-Language", "Link", "Retry-After", "RateLimit", "RateLimit-Policy"}
    assert "Access-Control-Allow-Credentials" not in response


def test_cors_preflight_allows_reading_and_nothing_else(client: Client) -> None:
    asking = {
        "origin": "https://app.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match, accept-language",
    }
    response = client.options("/api/v1/venues", headers=asking)
    assert (response.status_code, response.content) == (200, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert {"if-none-match", "accept-language"} <= set(response["Access-Control-Allow-Headers"].split(", "))


def test_cors_is_for_the_public_api_alone(client: Client) -> None:
    for path in ("/admin/login/", "/api/v1/manage/events"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers={"origin": "https://app.example"})


def test_options_says_what_a_route_allows(client: Client) -> None:
    response = client.options("/api/v1/venues")
    assert (response.status_code, response["Allow"]) == (200, "GET, HEAD, OPTIONS")


def test_caching_session_and_cookies_play_no_part(client: Client, cast: Any) -> None:
    factories.venue()
    anonymous = client.get("/api/v1/venues")
    client.force_login(cast.staff)
    known = client.get("/api/v1/venues", headers={"cookie": "django_language=en"})
    assert known.content == anonymous.content
    assert "cookie" not in known["Vary"].lower()
