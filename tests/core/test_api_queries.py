"""What a list costs does not depend on how many rows it has. A failure prints the SQL."""

from datetime import date, time
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import EventLink, EventTag
from organizers.models import OrganizerLink
from tests import factories
from venues.models import (
    AccessFact,
    Demonstration,
    Designation,
    HealthWarning,
    PhotoArea,
    ProductionPeriod,
    VenueLink,
    VenueTag,
    VisitRules,
)

pytestmark = pytest.mark.django_db

MOST = 15
NEAR = {"near": "41.8,123.36"}


def full_venue() -> Any:
    """A venue with one of everything that an answer shows."""
    organizer = factories.organizer()
    OrganizerLink(organizer=organizer, kind="phone", value="+86 24 8888 0000").save()
    grandparent = factories.venue(organizer=organizer)
    parent = factories.venue(parent=grandparent, organizer=organizer)
    venue = factories.venue(parent=parent, organizer=organizer)
    picture = factories.image()
    for each in (grandparent, parent, venue):
        factories.shown(picture, each)
        VenueLink(venue=each, value="https://cim.example").save()
        VenueTag(venue=each, tag=factories.tag()).save()
        Designation(venue=each, issuer=factories.text("国"), title=factories.text("遗产")).save()
    factories.hours(venue, "0-24", note=factories.text("全天"))
    AccessFact(venue=venue, fact="lift", value="yes").save()
    VisitRules(venue=venue, age_min=6, photography="allowed", guide_languages="en").save()
    PhotoArea(venue=venue, name=factories.text("车间"), rule="forbidden").save()
    HealthWarning(venue=venue, hazard="noise", decibels=85).save()
    ProductionPeriod(venue=venue, first=date(2026, 5, 1), line_running="no").save()
    factories.space(venue)
    return venue


def full_exhibit() -> Any:
    """An exhibit with one of everything."""
    venue = full_venue()
    exhibit = factories.exhibit(venue=venue, space=venue.spaces.get())
    factories.shown(venue.placements.get().image, exhibit)
    factories.pair(exhibit, then=venue.placements.get().image)
    Demonstration(exhibit=exhibit, starts=time(10, 30)).save()
    return exhibit


def full_event() -> Any:
    """An event with two slots and one of everything."""
    venue = full_venue()
    season = factories.event(event_kind="season", organizer=venue.organizer)
    event = factories.event(season=season, organizer=venue.organizer, venues=[venue, factories.venue()])
    for each in (season, event):
        factories.shown(venue.placements.get().image, each)
        EventLink(event=each, value="https://cim.example").save()
        EventTag(event=each, tag=factories.tag()).save()
    for _number in range(2):
        slot = factories.slot(event, venue=venue, space=venue.spaces.get())
        factories.takes_part(slot, factories.participant())
    factories.release(event)
    return event


def cost(client: Client, path: str, params: dict[str, str]) -> tuple[int, str]:
    """The number of rows, and the queries."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(f"/api/v1/{path}", params)
    assert response.status_code == 200, response.content
    page = response.json()
    return len(page.get("results", page.get("features"))), "\n".join(query["sql"][:300] for query in queries)


def check(client: Client, make: Any, lists: list[tuple[str, dict[str, str]]], counts: tuple[int, ...]) -> None:
    """Each list costs the same with every number of rows; without ``include`` at most so many queries."""
    costs: dict[int, list[str]] = {}
    made = 0
    for count in counts:
        with edit():
            while made < count:
                make()
                made += 1
        costs[count] = []
        for path, params in lists:
            rows, sql = cost(client, path, params)
            assert rows >= count, (path, params)
            costs[count].append(sql)
    for number, (path, params) in enumerate(lists):
        found = {count: sql[number].count("\n") + 1 for count, sql in costs.items()}
        assert len(set(found.values())) == 1, f"{path} {params}: {found}\n{costs[counts[-1]][number]}"
        if "include" not in params:
            assert found[counts[0]] <= MOST, f"{path} {params}: {found}\n{costs[counts[0]][number]}"


def test_queries_of_lists_of_venues_are_few_and_constant(client: Client) -> None:
    lists = [
        ("venues", {}),
        ("venues", {"order": "-updated"}),
        ("venues", {"order": "name", "lang": "*"}),
        ("venues", NEAR),
        ("venues", {"open_now": "true"}),
        ("venues", {"bbox": "123,41,124,42", "coords": "bd09"}),
        ("venues", {"access": "lift", "age": "8", "photography": "no_flash", "language_of_guide": "en"}),
        ("venues.geojson", {}),
        ("venues.geojson", NEAR),
        ("organizers", {}),
        ("organizers", {"order": "-updated"}),
        ("venues", {"include": "parent"}),
        ("venues", {"include": "organizer"}),
        ("venues", {"include": "images"}),
        ("venues", {"include": "parent,organizer,images"}),
    ]
    check(client, full_venue, lists, (1, 3))


def test_queries_of_lists_of_exhibits_are_few_and_constant(client: Client) -> None:
    lists = [("exhibits", {}), ("exhibits", {"order": "-updated"}), ("exhibits", {"include": "venue,images"})]
    check(client, full_exhibit, lists, (1, 3))


def test_queries_of_lists_of_events_are_few_and_constant(client: Client) -> None:
    lists = [
        ("events", {}),
        ("events", {"order": "-updated"}),
        ("events", NEAR),
        ("events", {"from": "2020-01-01"}),
        ("events.geojson", {}),
        ("events.geojson", NEAR),
        ("slots", {}),
        ("slots", {"order": "-updated"}),
        ("slots", NEAR),
        *(("events", {"include": name}) for name in ("venue", "venues", "organizer", "season", "images", "slots")),
        ("events", {"include": "venue,venues,organizer,season,images,slots"}),
        ("slots", {"include": "event"}),
    ]
    check(client, full_event, lists, (1, 3))


def test_queries_of_a_304_are_the_counter_alone(client: Client) -> None:
    full_event()
    for path in ("venues", "events", "slots", "organizers", "venues.geojson", ""):
        etag = client.get(f"/api/v1/{path}")["ETag"]
        with CaptureQueriesContext(connection) as queries:
            response = client.get(f"/api/v1/{path}", headers={"if-none-match": etag})
        assert (response.status_code, response.content) == (304, b"")
        (only,) = queries
        assert "core_contentrevision" in only["sql"], path
