"""Lists: their envelope, and paging that meets every row exactly once, whatever happens in between."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from core.api.keyset import LIFETIME, SALT
from core.changes.edits import edit
from tests import factories
from tests.factories import text
from venues.models import Venue

pytestmark = pytest.mark.django_db

ENVELOPE = {"next", "revision", "as_of", "valid_until"}
NEAR = "41.8,123.36"


def make_venues(count: int) -> list[str]:
    """Several at one place, of one name, changed in one instant: only the last key of an order tells them apart."""
    with edit():
        return [factories.venue(name=text("同名馆", en="Same")).slug for _number in range(count)]


def make_organizers(count: int) -> list[str]:
    with edit():
        return [factories.organizer(name=text("同名会")).slug for _number in range(count)]


def make_events(count: int) -> list[str]:
    with edit():
        organizer, venue = factories.organizer(), factories.venue()
        return [factories.event(venues=[venue], organizer=organizer).slug for _number in range(count)]


def make_slots(count: int) -> list[str]:
    with edit():
        venue = factories.venue()
        event = factories.event(venues=[venue])
        start = timezone.now() + timedelta(hours=5)
        slots = [factories.slot(event, start, venue=venue) for _number in range(count)]
        factories.release(event)
    return [str(slot.uid) for slot in slots]


LISTS: list[tuple[Callable[[int], list[str]], list[tuple[str, dict[str, str]]]]] = [
    (
        make_venues,
        [
            ("venues", {}),
            ("venues", {"order": "name"}),
            ("venues", {"order": "-updated"}),
            ("venues", {"near": NEAR}),
            ("venues", {"near": NEAR, "order": "name"}),
            ("venues", {"near": NEAR, "order": "distance", "coords": "gcj02"}),
            ("venues.geojson", {}),
            ("venues.geojson", {"near": NEAR}),
        ],
    ),
    (make_organizers, [("organizers", {}), ("organizers", {"order": "-updated", "lang": "en"})]),
    (
        make_events,
        [
            ("events", {}),
            ("events", {"order": "-updated"}),
            ("events", {"near": NEAR}),
            ("events.geojson", {}),
            ("events.geojson", {"near": NEAR}),
        ],
    ),
    (make_slots, [("slots", {}), ("slots", {"order": "-updated"}), ("slots", {"near": NEAR})]),
]
each_maker = pytest.mark.parametrize(("make", "lists"), LISTS)


def key(row: dict[str, Any]) -> str:
    return row.get("uid") or row.get("slug") or row["id"]


def rows(page: dict[str, Any]) -> list[str]:
    return [key(row) for row in page.get("results", page.get("features"))]


def follow(client: Client, page: dict[str, Any]) -> dict[str, Any]:
    address = urlsplit(page["next"])
    assert f"{address.scheme}://{address.netloc}" == "https://tiexi.example"
    response = client.get(f"{address.path}?{address.query}")
    assert response.status_code == 200, response.content
    return response.json()


def walk(client: Client, page: dict[str, Any]) -> list[str]:
    found = rows(page)
    while page["next"]:
        page = follow(client, page)
        found += rows(page)
    return found


def cursor_of(page: dict[str, Any]) -> str:
    return parse_qs(urlsplit(page["next"]).query)["cursor"][0]


def refused(client: Client, path: str, cursor: str, **more: str) -> tuple[int, str, str]:
    response = client.get(f"/api/v1/{path}", {"cursor": cursor, **more})
    problem = response.json()
    return response.status_code, problem["errors"][0]["field"], problem["errors"][0]["code"]


@each_maker
def test_list_pages_meet_every_row_once(client: Client, get: Any, make: Any, lists: Any) -> None:
    made = make(5)
    for path, params in lists:
        whole = rows(get(path, **params))
        assert sorted(whole) == sorted(made), (path, params)
        for limit in (1, 4):
            assert walk(client, get(path, limit=limit, **params)) == whole, (path, params, limit)


@each_maker
def test_list_envelope_has_the_contracts_keys(get: Any, make: Any, lists: Any) -> None:
    make(2)
    for path, params in lists:
        page = get(path, limit=1, **params)
        geo = path.endswith(".geojson")
        assert set(page) == ENVELOPE | ({"type", "features"} if geo else {"results"})
        assert page["next"].startswith(f"https://tiexi.example/api/v1/{path}?cursor=")
        assert get(path, **params)["next"] is None


@pytest.mark.parametrize("path", ["venues", "events", "slots", "organizers", "venues.geojson", "events.geojson"])
def test_list_without_rows_is_empty(get: Any, path: str) -> None:
    page = get(path)
    assert (rows(page), page["next"], page["revision"]) == ([], None, 0)


def test_list_limit_is_twenty_and_at_most_a_hundred(get: Any) -> None:
    make_venues(22)
    assert len(get("venues")["results"]) == 20
    assert len(get("venues", limit=100)["results"]) == 22
    assert get("venues", limit=101, expect=400)["errors"][0]["field"] == "limit"
    assert len(get("venues.geojson")["features"]) == 22
    assert get("venues.geojson", limit=1001, expect=400)["errors"][0]["field"] == "limit"


def test_list_order_holds_for_rows_with_different_keys(client: Client, get: Any) -> None:
    for number, (name, lat) in enumerate([("丙", 41.801), ("甲", 41.83), ("乙", 41.81), ("丁", 41.82)]):
        factories.venue(slug=f"v{number}", name=text(name), lat=lat)
    by_name = ["v0", "v3", "v1", "v2"]  # bing, ding, jia, yi
    assert walk(client, get("venues", limit=1)) == by_name
    assert walk(client, get("venues", limit=3, near=NEAR)) == ["v0", "v2", "v3", "v1"]
    assert walk(client, get("venues", limit=2, order="-updated")) == ["v3", "v2", "v1", "v0"]


def test_list_rows_that_come_or_go_between_pages_disturb_no_others(client: Client, get: Any) -> None:
    for name in ("b", "d", "f", "h"):
        factories.venue(slug=name, name={"zh-Hans": name})
    first = get("venues", limit=2)
    assert rows(first) == ["b", "d"]
    factories.venue(slug="a", name={"zh-Hans": "a"})  # before the place reached: not met again
    factories.venue(slug="e", name={"zh-Hans": "e"})
    Venue.objects.get(slug="d").delete()  # the row that the cursor holds
    Venue.objects.get(slug="h").delete()
    assert walk(client, first) == ["b", "d", "e", "f"]


def test_list_row_changed_between_pages_is_still_met(client: Client, get: Any) -> None:
    made = make_venues(3)
    first = get("venues", order="-updated", limit=1)
    changed = Venue.objects.get(slug=made[0])
    changed.save()  # goes to the front of this order
    rest = walk(client, first)
    assert sorted({*rest, made[0]}) == sorted(made)
    assert len(rest) == len(set(rest))


def test_list_cursor_fixes_language_datum_filters_and_instant(client: Client, get: Any, clock: Any) -> None:
    start = factories.at(2026, 5, 1, 18)
    clock(start)
    venue = factories.venue()
    event = factories.event(venues=[venue], starts_on=start.date(), ends_on=start.date())
    for hour in (19, 20, 21):
        factories.slot(event, factories.at(2026, 5, 1, hour), venue=venue, title=text("场", en="Game", de="Spiel"))
    factories.release(event)
    first = get("slots", lang="de", coords="gcj02", when="today", limit=1, fields="title,place,phase")
    clock(start + timedelta(hours=3, minutes=30))
    response = client.get(first["next"].removeprefix("https://tiexi.example"), headers={"accept-language": "en"})
    second = response.json()
    assert response["Content-Language"] == "de"
    assert second["as_of"] == first["as_of"] == "2026-05-01T18:00:00+08:00"
    (row,) = second["results"]
    assert set(row) == {"uid", "title", "place", "phase"}
    assert (row["title"], row["place"]["position"]["coords"], row["phase"]) == ("Spiel", "gcj02", "upcoming")
    third = follow(client, second)
    assert (len(third["results"]), third["next"]) == (1, None)


def test_list_cursor_takes_no_other_parameters(client: Client, get: Any) -> None:
    make_venues(2)
    cursor = cursor_of(get("venues", limit=1))
    assert refused(client, "venues", cursor, lang="en") == (400, "lang", "with_cursor")
    assert refused(client, "venues", cursor, nonsense="1") == (400, "nonsense", "with_cursor")


def test_list_forged_cursor_is_refused(client: Client, get: Any) -> None:
    make_venues(2)
    make_organizers(2)
    good = cursor_of(get("venues", limit=1))
    content = {"path": "/api/v1/venues", "params": {}, "language": "en", "as_of": "x", "after": [1, 2]}
    forged = [
        "",
        "x",
        "🐼",
        good[:-1],
        good[1:],
        good[: len(good) // 2],
        good.replace(":", "", 1),
        good + "A",
        good.swapcase(),
        signing.dumps(content, salt="another"),
        signing.dumps("not an object", salt=SALT),
        cursor_of(get("organizers", limit=1)),
        "A" * 5000,
    ]
    for cursor in forged:
        assert refused(client, "venues", cursor) == (400, "cursor", "invalid"), cursor
    assert refused(client, "venues.geojson", good) == (400, "cursor", "invalid")


def test_list_cursor_lives_a_day(client: Client, get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_venues(2)
    cursor = cursor_of(get("venues", limit=1))
    began = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + LIFETIME - 5)
    assert client.get("/api/v1/venues", {"cursor": cursor}).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: began + LIFETIME + 5)
    assert refused(client, "venues", cursor) == (410, "cursor", "cursor_expired")


def test_list_cursor_of_an_older_build_with_other_columns_starts_again(client: Client) -> None:
    make_venues(2)
    params = {"path": "/api/v1/venues", "params": {}, "language": "en", "as_of": timezone.now().isoformat()}
    for after in ({"sort_key": "a"}, {"pk": 1, "sort_key": "a"}, {"name": "a", "pk": 1}, {}):
        cursor = signing.dumps({**params, "after": after}, salt=SALT, compress=True)
        assert refused(client, "venues", cursor) == (410, "cursor", "cursor_expired"), after


@pytest.mark.parametrize("path", ["events", "slots"])
def test_list_begins_today(get: Any, clock: Any, path: str) -> None:
    clock(factories.at(2026, 5, 10, 12))
    for day in (8, 10, 12):
        start = factories.at(2026, 5, day, 12)
        event = factories.event(slug=f"day-{day}", starts_on=start.date(), ends_on=start.date())
        slot = factories.slot(event, start)
        slot.uid = uuid.UUID(int=day)
        slot.save()
        factories.release(event)

    def days(**params: Any) -> list[int]:
        found = rows(get(path, **params))
        return [uuid.UUID(row).int if path == "slots" else int(row.removeprefix("day-")) for row in found]

    assert days() == [10, 12]
    assert days(from_="2026-05-09") == [10, 12]
    assert days(from_="2026-05-08") == [8, 10, 12]
    assert days(from_="2026-05-08", to="2026-05-10") == [8, 10]
    assert days(to="2026-05-10") == [10]
    problem = get(path, to="2026-05-09", expect=400)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("to", "needs_from")]


def test_list_comma_means_any_of(get: Any) -> None:
    for kind in ("museum", "park", "plant"):
        factories.venue(slug=kind, venue_kind=kind)
    assert sorted(rows(get("venues", kind="museum,park"))) == ["museum", "park"]
    assert sorted(rows(get("venues", kind="museum, park"))) == ["museum", "park"]
    assert get("venues", kind="museum,", expect=400)["errors"][0]["field"] == "kind"
