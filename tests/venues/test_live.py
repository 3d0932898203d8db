"""``/live``: reports that expire by themselves, outside the revision, the feed and every other answer."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import at, feed, revision
from tests.pages import enter, errors, open_form, save, url
from venues.models import LiveStatus

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
MINUTE = timedelta(minutes=1)
NOTHING = dict.fromkeys(("crowding", "count", "capacity", "waiting_minutes", "observed_at", "expires_at"))


@pytest.fixture(autouse=True)
def _noon(clock: Any) -> None:
    clock(NOON)


def test_live_tells_what_was_reported_until_it_expires(get: Any, clock: Any) -> None:
    venue = factories.venue(slug="museum")
    factories.live(venue, crowding="high", count=0, capacity=2000, waiting_minutes=25)
    page = get("live", lang="en")
    (row,) = page["results"]
    assert row.pop("venue") == {"slug": "museum", "name": venue.name["en"], "image": None}
    assert row == {
        "crowding": "high",
        "count": 0,
        "capacity": 2000,
        "waiting_minutes": 25,
        "observed_at": "2026-05-01T12:00:00+08:00",
        "expires_at": "2026-05-01T12:30:00+08:00",
    }
    assert page["valid_until"] == "2026-05-01T12:30:00+08:00"
    clock(NOON + 30 * MINUTE)
    assert get("live") == {"results": [], "valid_until": None}
    (row,) = get("live", venues="museum")["results"]
    assert {**row, "venue": row["venue"]["slug"]} == {"venue": "museum", **NOTHING}


def test_live_answers_for_the_venues_that_are_asked_for_in_their_order(get: Any) -> None:
    for slug in ("a", "b", "c"):
        factories.live(factories.venue(slug=slug), crowding="low" if slug != "b" else "", count=7)
    factories.live(factories.venue(slug="draft", published=False))
    factories.venue(slug="silent")

    def slugs(**params: str) -> list[str]:
        return [row["venue"]["slug"] for row in get("live", **params)["results"]]

    assert slugs() == ["a", "b", "c"]
    assert slugs(venues="c,a,draft,nothing,silent,a") == ["c", "a", "silent"]
    assert get("live", venues="b")["results"][0]["crowding"] is None


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"venues": "Not a slug"}, "venues", "invalid"),
        ({"venues": ""}, "venues", "required"),
        ({"venues": ",".join(["a"] * 51)}, "venues", "too_many"),
        ({"limit": "5"}, "limit", "unknown"),
    ],
)
def test_live_refuses_what_it_cannot_read(get: Any, query: dict[str, str], field: str, code: str) -> None:
    problem = get("live", expect=400, **query)
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [(field, code)]


def test_live_takes_no_number_and_is_in_no_other_answer(client: Client) -> None:
    venue = factories.venue(slug="museum")
    before, known = revision(), feed()
    etag = client.get("/api/v1/venues/museum")["ETag"]
    factories.live(venue)
    assert (revision(), feed()) == (before, known)
    assert client.get("/api/v1/venues/museum", headers={"if-none-match": etag}).status_code == 304


def test_live_is_kept_for_seconds_and_its_etag_is_made_of_the_reports(client: Client, clock: Any) -> None:
    report = factories.live(factories.venue(slug="museum"))
    first = client.get("/api/v1/live")
    assert (first["Cache-Control"], first["Content-Language"]) == ("public, max-age=15", "zh-Hans")
    assert first["ETag"].startswith('W/"live-')
    clock(NOON + 5 * MINUTE)
    again = client.get("/api/v1/live", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    report.waiting_minutes = 5
    report.save()
    fresh = client.get("/api/v1/live", headers={"if-none-match": first["ETag"]})
    assert (fresh.status_code, fresh.json()["results"][0]["waiting_minutes"]) == (200, 5)
    clock(NOON + 30 * MINUTE)
    assert client.get("/api/v1/live", headers={"if-none-match": fresh["ETag"]}).status_code == 200


def test_live_costs_the_same_with_one_and_with_three(client: Client) -> None:
    costs = []
    for count in (1, 2):
        for _number in range(count):
            venue = factories.venue()
            factories.shown(factories.image(), venue)
            factories.live(venue)
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/live")
        costs.append(len(queries))
    assert costs == [3, 3]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"expires_at": NOON}, "expires_at"),
        ({"expires_at": NOON + timedelta(hours=25)}, "expires_at"),
        ({"count": -1}, "count"),
        ({"waiting_minutes": 1441}, "waiting_minutes"),
        ({"crowding": "packed"}, "crowding"),
    ],
)
def test_report_that_makes_no_sense_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        factories.live(factories.venue(), **fields)
    assert field in caught.value.error_dict


def test_report_is_entered_in_the_admin(cast: Any, get: Any, clock: Any) -> None:
    venue = factories.venue(slug="museum", organizer=cast.ours)
    other = factories.venue(slug="other")
    editor, page = enter(cast.editor), url(LiveStatus, "add")
    form = open_form(editor, page)
    assert "venue" in errors(save(editor, page, form, venue=str(other.pk)))
    assert errors(save(editor, page, form, venue=str(venue.pk), crowding="full")) == {}
    stored = LiveStatus.objects.get()
    assert (stored.reported_by, stored.version, stored.expires_at) == (cast.editor, 1, NOON + 30 * MINUTE)
    clock(NOON + 60 * MINUTE)
    form = open_form(editor, url(stored))
    assert "observed_at" in errors(save(editor, url(stored), form, observed_at_1="14:00:00", expires_at_1="15:00:00"))
    assert errors(save(editor, url(stored), form, crowding="low")) == {}
    (row,) = get("live")["results"]
    assert (row["crowding"], row["observed_at"]) == ("low", "2026-05-01T13:00:00+08:00")
    assert enter(cast.stranger).get(url(stored)).status_code == 302
