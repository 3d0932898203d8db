"""The pages of events and slots: what people read, and what search engines are told in Google's form."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import (
    BookingStatus,
    Event,
    EventStatus,
    Kind,
    ReleasedSlot,
    Slot,
    SlotKind,
    SlotStatus,
)
from events.page_words import BOOKING, EVENT_KINDS, SLOT_KINDS, STATUSES
from events.structured import AVAILABILITY
from organizers.models import OrganizerLink
from tests import factories
from tests.factories import at, text, withdrawn
from tests.people import Page, checked
from venues.models import Fact, Hazard, Photography
from venues.models.routes import Mode
from venues.models.venue import Kind as VenueKind
from venues.models.venue import OperatingStatus
from venues.page_words import ACCESS, HAZARDS, KINDS, MODES, NOT_OPERATING, PHOTOGRAPHY
from venues.structured import TYPES

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example"
NOON = at(2026, 5, 6, 12)  # a Wednesday
START = at(2026, 5, 8, 18)
SCHEMA = "https://schema.org/"


def make_slots(cup: Event, park: Any, court: Any) -> dict[str, Slot]:
    """One of every fate; then the second release, which moves one of them and puts off another."""
    common: dict[str, Any] = {"venue": park, "space": court, "ends_at": START + timedelta(hours=2)}
    slots = {
        name: factories.slot(cup, START, title=text(f"{name}场", en=name), **common)
        for name in ("plain", "moved", "cancelled", "postponed", "tentative")
    }
    slots["tba"] = factories.slot(cup, precision="tba", title=text("决赛", en="tba"))
    slots["date"] = factories.slot(cup, precision="date", on_date=date(2026, 5, 10), title=text("日", en="date"))
    slots["doors"] = factories.slot(cup, START - timedelta(hours=1), slot_kind="doors", title=text("入", en="doors"))
    for place, role in enumerate(("home", "away"), start=1):
        who = factories.participant(name=text(f"{role}队", en=role))
        factories.takes_part(slots["plain"], who, role=role, billing=place)
    factories.release(cup)
    moved, off, put_off = slots["moved"], slots["cancelled"], slots["postponed"]
    moved.starts_at, moved.ends_at = START + timedelta(days=1), START + timedelta(days=1, hours=2)
    off.status, off.status_note = "cancelled", text("暴雨", en="Heavy rain")
    put_off.status = "postponed"
    slots["tentative"].status = "tentative"
    for slot in (moved, off, put_off, slots["tentative"]):
        slot.save()
    factories.release(cup)
    return slots


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    with edit(moment=NOON):
        host = factories.organizer(slug="host", name=text("组委会", en="Committee"))
        OrganizerLink(organizer=host, value="https://host.example").save()
        park = factories.venue(slug="park", name=text("公园", en="Park"), street=text("一路", en="1 Road"))
        court = factories.space(park, name=text("球场", en="Court"))
        season = factories.event(
            slug="season",
            event_kind="season",
            organizer=host,
            title=text("季", en="Season"),
            starts_on=None,
            ends_on=None,
        )
        cup = factories.league(
            slug="cup",
            title=text("厂杯", en="Factory Cup"),
            summary=text("四十二队", en="Forty-two teams"),
            season=season,
            organizer=host,
            venues=[park],
            price_kind="paid",
            price_min=3000,
            price_max=8050,
            booking_status="open",
            booking_url="https://tickets.example/cup",
            booking_closes_at=at(2026, 5, 8, 12),
            ages_min=6,
        )
        image = factories.image()
        factories.shown(image, cup)
        slots = make_slots(cup, park, court)
        factories.slot(cup, START, title=text("秘密", en="Secret draft"))
        factories.event(slug="draft", published=False, season=season, organizer=host)
        fair = factories.event(slug="fair", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2), organizer=host)
    return SimpleNamespace(cup=cup, season=season, slots=slots, image=image, fair=fair)


@pytest.fixture(autouse=True)
def _noon(clock: Any) -> None:
    clock(NOON)


@pytest.fixture
def page(client: Client, scene: SimpleNamespace) -> Any:
    """``page("plain")``: the page of that slot; ``page("/events/cup/", "de")``: any."""

    def read(name: str, tag: str = "en") -> Page:
        path = name if name.startswith("/") else f"/slots/{scene.slots[name].uid}/"
        return checked(client.get(path, {"lang": tag}))

    return read


PLACE = {
    "@type": "Place",
    "name": "Park",
    "address": {"@type": "PostalAddress", "streetAddress": "1 Road"},
    "geo": {"@type": "GeoCoordinates", "latitude": 41.8, "longitude": 123.36},
    "url": f"{SITE}/venues/park/",
}


def test_slot_tells_machines_when_where_who_and_for_how_much(page: Any, scene: SimpleNamespace) -> None:
    node, crumbs = page("plain").data
    url = f"{SITE}/slots/{scene.slots['plain'].uid}/"
    assert node == {
        "@context": "https://schema.org",
        "@type": "SportsEvent",
        "@id": url,
        "url": url,
        "name": "plain",
        "startDate": "2026-05-08T18:00:00+08:00",
        "endDate": "2026-05-08T20:00:00+08:00",
        "eventStatus": f"{SCHEMA}EventScheduled",
        "eventAttendanceMode": f"{SCHEMA}OfflineEventAttendanceMode",
        "location": PLACE,
        "description": "Forty-two teams",
        "image": [scene.image.address(ratio, 1920) for ratio in ("16:9", "4:3", "1:1")],
        "organizer": {"@type": "Organization", "name": "Committee", "url": "https://host.example"},
        "offers": {
            "@type": "AggregateOffer",
            "lowPrice": "30.00",
            "highPrice": "80.50",
            "priceCurrency": "CNY",
            "url": "https://tickets.example/cup",
            "availability": f"{SCHEMA}InStock",
        },
        "isAccessibleForFree": False,
        "homeTeam": {"@type": "SportsTeam", "name": "home"},
        "awayTeam": {"@type": "SportsTeam", "name": "away"},
        "superEvent": {
            "@type": "SportsEvent",
            "name": "Factory Cup",
            "url": f"{SITE}/events/cup/",
            "startDate": "2026-05-01",
            "endDate": "2026-05-31",
            "location": PLACE,
        },
    }
    assert [each["name"] for each in crumbs["itemListElement"]] == ["Factory Cup", "plain"]


def fate(node: dict[str, Any]) -> tuple[str | None, ...]:
    names = ("eventStatus", "startDate", "endDate", "previousStartDate")
    return tuple((node.get(name) or "").removeprefix(SCHEMA) for name in names)


FATES = {
    "plain": ("EventScheduled", "2026-05-08T18:00:00+08:00", "2026-05-08T20:00:00+08:00", ""),
    "tentative": ("EventScheduled", "2026-05-08T18:00:00+08:00", "2026-05-08T20:00:00+08:00", ""),
    # What has a new time says so and tells the old one.
    "moved": (
        "EventRescheduled",
        "2026-05-09T18:00:00+08:00",
        "2026-05-09T20:00:00+08:00",
        "2026-05-08T18:00:00+08:00",
    ),
    # What is put off or does not take place keeps its date.
    "postponed": ("EventPostponed", "2026-05-08T18:00:00+08:00", "", ""),
    "cancelled": ("EventCancelled", "2026-05-08T18:00:00+08:00", "2026-05-08T20:00:00+08:00", ""),
    "date": ("EventScheduled", "2026-05-10", "", ""),
}


@pytest.mark.parametrize("name", FATES)
def test_slot_tells_machines_what_became_of_it(page: Any, name: str) -> None:
    assert fate(page(name).data[0]) == FATES[name]


def test_event_names_its_coming_slots_with_their_fates(page: Any) -> None:
    node, _crumbs = page("/events/cup/").data
    assert {each["name"]: fate(each) for each in node["subEvent"]} == FATES
    assert fate(node) == ("EventScheduled", "2026-05-01", "2026-05-31", "")
    assert (node["location"], node["superEvent"]["name"]) == (PLACE, "Season")


@pytest.mark.parametrize("name", ["tba", "doors"])
def test_slot_without_a_date_or_of_no_interest_is_no_event_for_machines(page: Any, name: str) -> None:
    assert [node["@type"] for node in page(name).data] == ["BreadcrumbList"]


def test_postponed_slot_without_its_time_tells_the_one_it_had(page: Any, scene: SimpleNamespace) -> None:
    with edit():
        slot = Slot.objects.get(pk=scene.slots["postponed"].pk)
        slot.starts_at = slot.ends_at = None
        slot.precision = "tba"
        slot.save()
    factories.release(scene.cup)
    found = page("postponed")
    assert fate(found.data[0]) == FATES["postponed"]
    assert "New time. Before: Friday, 8 May 2026, 18:00" not in found.texts
    assert "Before: Friday, 8 May 2026, 18:00" in found.texts


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("zh-Hans", ["比赛", "2026年5月8日 星期五 18:00–20:00", "已取消", "暴雨", "添加到日历", "球场"]),
        ("zh-Hant", ["比賽", "2026年5月8日 星期五 18:00–20:00", "已取消", "暴雨", "添加到日曆", "球場"]),
        ("en", ["Match", "Friday, 8 May 2026, 18:00–20:00", "Cancelled", "Heavy rain", "Add to calendar", "Court"]),
        ("de", ["Spiel", "Freitag, 8. Mai 2026, 18:00–20:00", "Abgesagt", "Heavy rain", "In den Kalender", "Court"]),
    ],
)
def test_slot_page_speaks_every_language(page: Any, tag: str, words: list[str]) -> None:
    found = page("cancelled", tag)
    assert [word for word in words if word not in found.texts] == []
    assert len(found.of("del")) == 1
    assert found.of("html")[0]["lang"] == tag


def test_slot_page_tells_what_changed(page: Any) -> None:
    assert "New time. Before: Friday, 8 May 2026, 18:00" in page("moved").texts
    assert "Not confirmed yet" in page("tentative").texts
    assert "The date is to be announced" in page("tba").texts
    assert "Sunday, 10 May 2026, time to follow" in page("date").texts
    assert [text for text in ("home", "Home", "away", "Away") if text not in page("plain").texts] == []


def test_slot_page_tells_whether_it_is_on(page: Any, clock: Any) -> None:
    clock(START + timedelta(minutes=5))
    assert "On now" in page("plain").texts
    clock(START + timedelta(hours=3))
    over = page("plain")
    assert ("This is over" in over.texts, [each for each in over.of("a") if "tickets" in each["href"]]) == (True, [])


def test_event_page_shows_its_programme_by_day_and_no_draft(page: Any, client: Client, scene: SimpleNamespace) -> None:
    found = page("/events/cup/")
    programme = [text for level, text in found.headings if level == "h3"]
    assert programme == [
        "Friday, 8 May 2026",
        "Saturday, 9 May 2026",
        "Sunday, 10 May 2026",
        "Dates to be announced",
    ]
    assert "doors" not in found.texts
    assert "Secret draft" not in client.get("/events/cup/", {"lang": "en"}).content.decode()
    assert client.get("/events/draft/").status_code == 404
    words = ["1 May 2026 – 31 May 2026", "CN¥30–CN¥80.50", "Booking is open until Friday, 8 May 2026, 12:00 (UTC+8)"]
    assert [word for word in [*words, "From age 6", "Committee"] if word not in found.texts] == []


def test_pages_offer_the_calendar_and_the_tickets(page: Any, scene: SimpleNamespace) -> None:
    uid = scene.slots["plain"].uid
    buttons = {
        name: [each["href"] for each in page(name).of("a") if "button" in each.get("class", "")]
        for name in ("/events/cup/", "plain", "cancelled")
    }
    assert buttons == {
        "/events/cup/": ["https://tickets.example/cup", "/api/v1/events/cup.ics?lang=en"],
        "plain": ["https://tickets.example/cup", f"/api/v1/slots/{uid}.ics?lang=en"],
        "cancelled": [f"/api/v1/slots/{scene.slots['cancelled'].uid}.ics?lang=en"],
    }


def test_season_page_lists_its_public_events(page: Any) -> None:
    found = page("/events/season/")
    assert [each["href"] for each in found.of("a") if each.get("class") == "tile"] == ["/events/cup/?lang=en"]
    (node,) = found.data
    assert (node["@type"], "startDate" in node) == ("EventSeries", False)


def test_event_that_is_over_or_off_says_so(page: Any, scene: SimpleNamespace) -> None:
    assert "This event is over" in page("/events/fair/").texts
    with edit():
        scene.fair.refresh_from_db()
        scene.fair.status, scene.fair.status_note = "cancelled", text("停电", en="Power cut")
        scene.fair.save()
    found = page("/events/fair/")
    assert [word for word in ("Cancelled", "Power cut") if word not in found.texts] == []
    assert fate(found.data[0]) == ("EventCancelled", "2026-04-01", "2026-04-02", "")
    assert found.data[0]["location"]["name"] == "沈阳市铁西区"


def test_dates_are_told_no_more_exactly_than_they_are_known(page: Any) -> None:
    fields: dict[str, Any] = {"starts_on": date(2026, 7, 1), "ends_on": date(2026, 8, 31), "date_precision": "month"}
    factories.event(slug="summer", event_kind="festival", **fields)
    found = page("/events/summer/", "de")
    assert "Juli 2026 – August 2026" in found.texts
    assert (found.data[0]["@type"], *fate(found.data[0])[1:3]) == ("Festival", "2026-07", "2026-08")


def test_withdrawn_event_and_its_slots_are_gone(client: Client, scene: SimpleNamespace) -> None:
    withdrawn(scene.cup)
    for path in ("/events/cup/", f"/slots/{scene.slots['plain'].uid}/"):
        response = client.get(path, {"lang": "en"})
        assert (response.status_code, "Factory" in response.content.decode()) == (410, False)
        assert Page(response.content.decode()).meta("robots") == "noindex"


def test_removed_slot_is_gone(client: Client, scene: SimpleNamespace) -> None:
    slot = scene.slots["date"]
    Slot.objects.get(pk=slot.pk).delete()
    factories.release(scene.cup)
    assert client.get(f"/slots/{slot.uid}/").status_code == 410


def test_pages_cost_as_many_queries_with_much_as_with_little(client: Client, scene: SimpleNamespace) -> None:
    paths = ("/events/cup/", "/events/season/", f"/slots/{scene.slots['plain'].uid}/")

    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    before = {path: cost(path) for path in paths}
    with edit():
        for number in range(3):
            slot = factories.slot(scene.cup, START + timedelta(days=number))
            factories.takes_part(slot, factories.participant())
            factories.shown(factories.image(), scene.cup, position=5)
            factories.event(season=scene.season)
    factories.release(scene.cup)
    assert {path: cost(path) for path in paths} == before
    assert max(before.values()) <= 25


@pytest.mark.parametrize(
    ("words", "choices"),
    [
        (EVENT_KINDS, Kind.values),
        (SLOT_KINDS, SlotKind.values),
        (STATUSES, {*SlotStatus.values, *EventStatus.values} - {"scheduled"}),
        (BOOKING, set(BookingStatus.values) - {"unknown"}),
        (AVAILABILITY, set(BookingStatus.values) - {"unknown"}),
        (KINDS, VenueKind.values),
        (TYPES, VenueKind.values),
        (NOT_OPERATING, set(OperatingStatus.values) - {"operating"}),
        (ACCESS, Fact.values),
        (PHOTOGRAPHY, Photography.values),
        (HAZARDS, Hazard.values),
        (MODES, Mode.values),
    ],
)
def test_every_choice_has_its_words(words: dict[str, Any], choices: Any) -> None:
    assert {str(each) for each in words} == set(choices)


def test_released_slots_have_the_pages_of_slots() -> None:
    assert (ReleasedSlot.folder, Event.folder) == ("slots", "events")
