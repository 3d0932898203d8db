"""Whatever a client sends: a problem that names the field, never a 500, nothing silently ignored."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories

pytestmark = pytest.mark.django_db

LISTS = [
    *("venues", "routes", "events", "slots", "organizers", "exhibits", "notices"),
    *("venues.geojson", "events.geojson"),
]
PLACES = [path for path in LISTS if path not in ("organizers", "exhibits", "routes", "notices")]
VENUES = ["venues", "venues.geojson"]
TIMES = ["events", "slots", "events.geojson"]
JSON = [path for path in LISTS if not path.endswith(".geojson")]

# path or paths, query, the field that is named, the code
CASES: list[tuple[list[str], str, str, str]] = [
    (LISTS, "nonsense=1", "nonsense", "unknown"),
    (LISTS, "Lang=en", "Lang", "unknown"),
    (LISTS, "format=xml", "format", "unknown"),
    (PLACES, "near=999,1", "near", "out_of_range"),
    (PLACES, "near=1", "near", "invalid"),
    (PLACES, "near=1,2,3", "near", "invalid"),
    (PLACES, "near=nan,1", "near", "invalid"),
    (PLACES, "near=inf,0", "near", "invalid"),
    (PLACES, "near=1e1,0", "near", "invalid"),
    (PLACES, "near=" + quote("٤١,١٢٣"), "near", "invalid"),
    (PLACES, "near=" + "9" * 400 + ",1", "near", "out_of_range"),
    (PLACES, "near=", "near", "required"),
    (PLACES, "near=41.8,123.3&radius=-1", "radius", "out_of_range"),
    (PLACES, "near=41.8,123.3&radius=0", "radius", "out_of_range"),
    (PLACES, "near=41.8,123.3&radius=100001", "radius", "out_of_range"),
    (PLACES, "near=41.8,123.3&radius=5km", "radius", "invalid"),
    (PLACES, "radius=-1", "radius", "out_of_range"),
    (PLACES, "radius=500", "radius", "needs_near"),
    (PLACES, "order=distance", "order", "needs_near"),
    (PLACES, "bbox=1,2,3", "bbox", "invalid"),
    (PLACES, "bbox=a,b,c,d", "bbox", "invalid"),
    (PLACES, "bbox=1,2,3,91", "bbox", "out_of_range"),
    (PLACES, "bbox=123,42,124,41", "bbox", "out_of_range"),
    (PLACES, "kind=foo", "kind", "invalid_choice"),
    (PLACES, "kind=", "kind", "required"),
    (PLACES, "free=1", "free", "invalid_choice"),
    (PLACES, "indoor=maybe", "indoor", "invalid_choice"),
    (PLACES, "organizer=Not%20a%20slug", "organizer", "invalid"),
    (PLACES, "organizer=" + ",".join(["a"] * 51), "organizer", "too_many"),
    (LISTS, "limit=1e9", "limit", "out_of_range"),
    (LISTS, "limit=0", "limit", "out_of_range"),
    (LISTS, "limit=-5", "limit", "out_of_range"),
    (LISTS, "limit=5.0", "limit", "out_of_range"),
    (LISTS, "limit=" + quote("٣"), "limit", "out_of_range"),
    (LISTS, "limit=" + quote("²"), "limit", "out_of_range"),
    (LISTS, "limit=", "limit", "out_of_range"),
    (LISTS, "limit=" + "9" * 5000, "limit", "out_of_range"),
    (LISTS, "order=x", "order", "invalid_choice"),
    (LISTS, "order=", "order", "invalid_choice"),
    (LISTS, "cursor=forged", "cursor", "invalid"),
    (LISTS, "cursor=", "cursor", "invalid"),
    (LISTS, "updated_after=2026-05-01", "updated_after", "invalid"),
    (LISTS, "updated_after=2026-05-01T10:00:00", "updated_after", "invalid"),
    (LISTS, "updated_after=yesterday", "updated_after", "invalid"),
    (LISTS, "updated_after=2026-13-01T10:00:00Z", "updated_after", "invalid"),
    (LISTS, "updated_after=0001-01-01T00:00:00%2B14:00", "updated_after", "invalid"),
    (LISTS, "updated_after=9999-12-31T23:59:59-12:00", "updated_after", "invalid"),
    (LISTS, "updated_after=", "updated_after", "required"),
    (TIMES, "when=yesterday-ish", "when", "invalid_choice"),
    (TIMES, "when=now,today", "when", "invalid_choice"),
    (TIMES, "from=2025-02-30", "from", "invalid"),
    (TIMES, "from=20250201", "from", "invalid"),
    (TIMES, "from=" + quote("٢٠٢٥-٠٢-٠١"), "from", "invalid"),
    (TIMES, "to=tomorrow", "to", "invalid"),
    (TIMES, "from=2026-05-02&to=2026-05-01", "to", "out_of_range"),
    (TIMES, "when=today&from=2026-05-01", "when", "contradiction"),
    (TIMES, "when=now&to=2026-05-01", "when", "contradiction"),
    (TIMES, "event_status=open", "event_status", "invalid_choice"),
    (TIMES, "booking_status=free", "booking_status", "invalid_choice"),
    (["slots"], "status=removed", "status", "invalid_choice"),
    (PLACES, "access=ramp", "access", "invalid_choice"),
    (PLACES, "access=lift,", "access", "invalid_choice"),
    (PLACES, "access=", "access", "required"),
    (VENUES, "age=-1", "age", "out_of_range"),
    (VENUES, "age=121", "age", "out_of_range"),
    (VENUES, "age=8.5", "age", "out_of_range"),
    (VENUES, "age=" + quote("٨"), "age", "out_of_range"),
    (VENUES, "age=8,9", "age", "out_of_range"),
    (VENUES, "language_of_guide=english", "language_of_guide", "invalid"),
    (VENUES, "language_of_guide=en,", "language_of_guide", "invalid"),
    (VENUES, "language_of_guide=%25", "language_of_guide", "invalid"),
    (VENUES, "photography=forbidden", "photography", "invalid_choice"),
    (["exhibits"], "condition=broken", "condition", "invalid_choice"),
    (["exhibits"], "venue=Not%20a%20slug", "venue", "invalid"),
    (["exhibits"], "near=41.8,123.36", "near", "unknown"),
    (JSON, "coords=x", "coords", "invalid_choice"),
    (JSON, "coords=WGS84", "coords", "invalid_choice"),
    (JSON, "coords=", "coords", "invalid_choice"),
    (["venues.geojson", "events.geojson"], "coords=wgs84", "coords", "unknown"),
    (["venues.geojson", "events.geojson"], "fields=name", "fields", "unknown"),
    (LISTS, "limit=5&limit=6", "limit", "repeated"),
    (LISTS, "lang=en&lang=de", "lang", "repeated"),
    (LISTS, "lang=%00", "lang", "null_character"),
    (LISTS, "updated_after=a%00b", "updated_after", "null_character"),
    (LISTS, "na%00me=1", "name", "null_character"),
    (LISTS, "order=%ff", "order", "invalid_choice"),
    (LISTS, "order=%ed%a0%80", "order", "invalid_choice"),
    (LISTS, "%ff=%ff", "\ufffd", "unknown"),
    (LISTS, "order=" + "x" * 20_000, "order", "invalid_choice"),
    (LISTS, "x" * 20_000, "x" * 20_000, "unknown"),
]


def fetch(client: Client, url: str, **headers: str) -> Any:
    """The answer with its query string untouched: Django's client would encode it anew."""
    path, _mark, query = url.partition("?")
    return client.get(path, QUERY_STRING=query, headers=headers)


def check_problem(response: Any, status: int) -> dict[str, Any]:
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert set(problem) - {"tombstone"} == {"type", "title", "status", "detail", "errors"}
    assert problem["title"]
    assert problem["detail"]
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    return problem


@pytest.fixture
def origin(client: Client) -> Client:
    client.defaults["HTTP_ORIGIN"] = "https://app.example"
    return client


@pytest.mark.parametrize(("paths", "query", "field", "code"), CASES, ids=[case[1][:40] for case in CASES])
def test_input_that_cannot_be_read_is_refused_by_name(
    origin: Client, paths: list[str], query: str, field: str, code: str
) -> None:
    for path in paths:
        problem = check_problem(fetch(origin, f"/api/v1/{path}?{query}", **{"accept-language": "en"}), 400)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)], path
        assert problem["errors"][0]["detail"]
        assert len(problem["errors"][0]["detail"]) < 1000


def test_input_names_everything_that_is_wrong_at_once(client: Client) -> None:
    response = client.get("/api/v1/events", {"near": "x", "kind": "foo", "to": "y"})
    assert {error["field"] for error in response.json()["errors"]} == {"near", "kind", "to"}
    response = client.get("/api/v1/events", {f"unknown{number}": "1" for number in range(300)})
    assert len(response.json()["errors"]) == 20


@pytest.mark.parametrize("query", ["lang=xx", "lang=", "lang=%ff", "lang=" + "x-" * 5000, "lang=%F0%9F%90%BC"])
def test_input_unknown_language_alone_is_forgiven(client: Client, query: str) -> None:
    for path in (*LISTS, ""):
        response = fetch(client, f"/api/v1/{path}?{query}")
        assert (response.status_code, response["Content-Language"]) == (200, "zh-Hans"), path


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("updated_after=2020-01-01T00:00:00+08:00", 1),  # a plus sign that arrives as a blank
        ("updated_after=2020-01-01T00:00:00Z", 1),
        ("updated_after=2999-01-01T00:00:00Z", 0),
        ("near=41.8,123.36&radius=5", 1),
        ("near=%2B41.8,%20123.36&radius=5.5", 1),
        ("bbox=-180,-90,180,90", 1),
        ("near=90,180&radius=100000", 0),
        ("near=-90,-180", 0),
        ("limit=1", 1),
        ("limit=100", 1),
        ("order=name&lang=*", 1),
    ],
)
def test_input_at_its_bounds_is_accepted(client: Client, query: str, count: int) -> None:
    factories.venue()
    response = fetch(client, f"/api/v1/venues?{query}")
    assert (response.status_code, len(response.json()["results"])) == (200, count)


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "venues/",
        "venues/museum/",
        "venues/no%20slug",
        "venues/%00",
        "venues/a%00b",
        "venues/%ff",
        "venues/nobody",
        "events/nobody",
        "organizers/nobody",
        "venues/" + "x" * 3000,
        "slots/nobody",
        "slots/00000000-0000-0000-0000-000000000000",
        "images/00000000-0000-0000-0000-000000000000",
        "images/1",
        "../v1/nothing",
    ],
)
def test_input_unknown_address_is_a_problem(origin: Client, path: str) -> None:
    response = fetch(origin, f"/api/v1/{path}", **{"accept-language": "en"})
    assert check_problem(response, 404)["errors"] == []
    assert response["Content-Language"] == "en"


def test_input_unknown_route_outside_the_version_is_a_problem(client: Client) -> None:
    response = client.get("/api/v2/venues")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "x/ü"])
def test_input_other_methods_are_refused_whatever_the_body(origin: Client, method: str, kind: str) -> None:
    body: dict[str, Any] = {} if method == "trace" else {"data": b"{no json \xff\x00", "content_type": kind}
    for path in ("", *LISTS, "venues/museum"):
        response = getattr(origin, method)(f"/api/v1/{path}", headers={"accept-language": "en"}, **body)
        problem = check_problem(response, 405)
        assert problem["detail"] == f'Method "{method.upper()}" not allowed.'
        assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", TIMES)
def test_input_days_at_the_ends_of_the_calendar_are_days(client: Client, path: str) -> None:
    event = factories.event()
    factories.slot(event)
    factories.release(event)
    for query, count in [
        ("from=0001-01-01", 1),
        ("from=0001-01-01&to=0001-01-01", 0),
        ("from=0001-01-01&to=9999-12-31", 1),
        ("from=9999-12-31", 0),
        ("from=9999-12-31&to=9999-12-31", 0),
        ("to=9999-12-31", 1),
    ]:
        response = fetch(client, f"/api/v1/{path}?{query}")
        assert response.status_code == 200, query
        page = response.json()
        assert len(page.get("results", page.get("features"))) == count, query


def test_input_with_too_many_parameters_is_refused(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 50
    query = "&".join(f"p{number}=1" for number in range(60))
    for path in ("venues", "nothing", "schema/"):
        response = fetch(client, f"/api/v1/{path}?{query}")
        expected = 404 if path == "nothing" else 400
        assert (response.status_code, response["Content-Type"]) == (expected, "application/problem+json"), path


def test_input_get_body_is_nothing_to_the_answer(client: Client) -> None:
    response = client.generic("GET", "/api/v1/venues", b"{no json \xff", content_type="application/json")
    assert (response.status_code, response.json()["results"]) == (200, [])


def test_input_foreign_host_is_a_problem(client: Client) -> None:
    response = client.get("/api/v1/venues", headers={"host": "evil.example"})
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


NAMES = [
    *"lang coords fields include limit cursor order updated_after near radius bbox kind parent organizer free".split(),
    *"indoor when from to venue season event_status booking_status status event nonsense".split(),
    *"access age language_of_guide photography condition".split(),
]
WORDS = st.sampled_from(
    ["1", "0", "-1", "name", "41.8,123.36", "true", "now", "2026-05-01", "start", "*", "en", "gcj02", "museum", "a-b"]
)
NOISE = WORDS | st.text(max_size=12) | st.binary(max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from([*LISTS, "", "venues/a", "schema/"]),
    pairs=st.lists(st.tuples(st.sampled_from(NAMES) | NOISE, NOISE), max_size=4),
    accept=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)
def test_input_of_any_kind_never_breaks_an_answer(client: Client, path: str, pairs: Any, accept: str) -> None:
    def escaped(part: Any) -> str:
        return quote(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"), safe=",")

    query = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in pairs)
    response = fetch(client, f"/api/v1/{path}?{query}", **{"accept-language": accept})
    assert response.status_code in (200, 400, 404), query
    if response.status_code == 400:
        assert all("field" in error for error in response.json()["errors"])
