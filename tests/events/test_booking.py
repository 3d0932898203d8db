"""Booking: its window to the minute, the documents that let in, and a slot whose booking is its own."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.records import current
from events.copying import copy_event
from events.models import Event, Participant, SlotBooking
from tests import factories
from tests.factories import at, feed, revision, text
from tests.pages import enter, errors, open_form, read_form, save, url
from tests.people import checked

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
OPENS, CLOSES = at(2026, 5, 2, 10, 30), at(2026, 5, 8, 18)
SECOND = timedelta(seconds=1)
WINDOW: dict[str, Any] = {"booking_status": "open", "booking_opens_at": OPENS, "booking_closes_at": CLOSES}


@pytest.fixture
def tour(clock: Any) -> SimpleNamespace:
    """A tour of a factory with two departures on the ninth of May, and doors; it is booked in a window."""
    clock(NOON)
    with edit():
        plant = factories.venue(slug="plant", name=text("工厂", en="Plant"))
        event = factories.league(
            slug="tour", event_kind="tour", title=text("参观", en="Tour"), venues=[plant],
            booking_url="https://www.book.example/tour", real_name_required=True,
            accepted_documents=["passport", "resident_id"], **WINDOW,
        )  # fmt: skip
        ten, two = (factories.slot(event, at(2026, 5, 9, hour), slot_kind="tour", venue=plant) for hour in (10, 14))
        doors = factories.slot(event, at(2026, 5, 9, 9), slot_kind="doors", venue=plant)
    factories.release(event)
    return SimpleNamespace(event=Event.objects.get(), ten=ten, two=two, doors=doors)


def own(tour: SimpleNamespace, **fields: Any) -> SlotBooking:
    """Of the departure at ten."""
    made = SlotBooking(event=tour.event, uid=tour.ten.uid, **fields)
    made.full_clean()
    made.save()
    return made


# The window


@pytest.mark.parametrize(
    ("moment", "status"),
    [
        (OPENS - SECOND, "not_yet"),
        (OPENS, "open"),
        (OPENS + SECOND, "open"),
        (CLOSES - SECOND, "open"),
        (CLOSES, "closed"),
    ],
)
def test_booking_opens_and_closes_with_its_minute(
    get: Any, tour: SimpleNamespace, clock: Any, moment: Any, status: str
) -> None:
    clock(moment)
    assert get("events/tour")["booking"]["status"] == status
    assert [row["slug"] for row in get("events", booking_status=status)["results"]] == ["tour"]


def test_booking_that_turns_takes_a_number_and_names_the_next_turn(get: Any, tour: SimpleNamespace, clock: Any) -> None:
    clock(OPENS - SECOND)
    get("events/tour")
    before, due = revision(), current().next_due
    clock(OPENS)
    get("events/tour")
    assert (due, revision(), feed()["event", "tour"]) == (OPENS, before + 1, (before + 1, False))
    clock(CLOSES - timedelta(hours=1))  # a day later or more: days turn in between
    get("events/tour")
    assert current().next_due == CLOSES


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (
            NOON,
            ["Booking opens: Saturday, 2 May 2026, 10:30 (UTC+8)", "Booking closes: Friday, 8 May 2026, 18:00 (UTC+8)"],
        ),
        (OPENS, ["Booking is open until Friday, 8 May 2026, 18:00 (UTC+8)"]),
        (CLOSES, ["Booking is closed"]),
    ],
)
def test_booking_page_tells_the_minute_and_its_time_zone(
    client: Client, tour: SimpleNamespace, clock: Any, moment: Any, words: list[str]
) -> None:
    clock(moment)
    for path in ("/events/tour/", f"/slots/{tour.ten.uid}/"):
        page = checked(client.get(path, {"lang": "en"}))
        assert [text for text in page.texts if text.startswith("Booking ")] == words
        links = {each["href"] for each in page.of("a") if "book.example" in each["href"]}
        assert links == (set() if moment == CLOSES else {"https://www.book.example/tour"})


# Documents


NAMES = {
    "zh-Hans": ["居民身份证", "护照"],
    "zh-Hant": ["居民身份證", "護照"],
    "en": ["Resident identity card", "Passport"],
    "de": ["Chinesischer Personalausweis", "Reisepass"],
}


@pytest.mark.parametrize("tag", NAMES)
def test_documents_are_named_in_every_language(get: Any, client: Client, tour: SimpleNamespace, tag: str) -> None:
    shown = get("events/tour", lang=tag)
    codes = ["resident_id", "passport"]
    assert shown["booking"]["accepted_documents"] == [
        {"code": code, "name": name} for code, name in zip(codes, NAMES[tag], strict=True)
    ]
    assert [name for name in shown["fallbacks"] if name.startswith("booking")] == []
    page = checked(client.get("/events/tour/", {"lang": tag}))
    assert [name for name in NAMES[tag] if name not in page.texts] == []


def test_documents_in_all_languages_at_once_and_unknown_ones(get: Any, tour: SimpleNamespace) -> None:
    first = get("events/tour", lang="*")["booking"]["accepted_documents"][0]
    assert first["name"] == {tag: names[0] for tag, names in NAMES.items()}
    factories.event(slug="fair")
    assert get("events/fair")["booking"]["accepted_documents"] is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["student_card", "passport", "passport"], ["passport", "student_card"]),
        ([], None),
        (None, None),
    ],
)
def test_documents_are_kept_in_one_order_each_once(value: Any, expected: Any) -> None:
    assert Event._meta.get_field("accepted_documents").clean(value, None) == expected  # type: ignore[union-attr]


@pytest.mark.parametrize("value", [["driving_licence"], "passport", {"passport": True}, [["passport"]], 7])
def test_documents_that_nobody_knows_are_refused_with_those_that_are(value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        Event._meta.get_field("accepted_documents").clean(value, None)  # type: ignore[union-attr]
    assert caught.value.code == "invalid_choice"
    assert "resident_id, passport" in caught.value.messages[0]


def test_documents_are_ticked_in_the_admin(cast: SimpleNamespace, tour: SimpleNamespace) -> None:
    browser, page = enter(cast.staff), url(tour.event)
    first, second = open_form(browser, page), open_form(browser, page)
    assert first["accepted_documents"] == ["resident_id", "passport"]
    assert errors(save(browser, page, first, accepted_documents=["student_card", "passport"])) == {}
    assert Event.objects.get().accepted_documents == ["passport", "student_card"]
    assert errors(save(browser, page, second, doubts="ask")) == {}  # and left alone, they are as the other made them
    assert Event.objects.get().accepted_documents == ["passport", "student_card"]
    refused = save(browser, page, second, accepted_documents="resident_id")
    assert "“Passport, Student card”" in errors(refused)["accepted_documents"][0]
    again = read_form(refused)
    assert again["initial-accepted_documents"] == ["passport", "student_card"]
    assert errors(save(browser, page, again)) == {}
    assert Event.objects.get().accepted_documents == ["resident_id"]
    assert errors(save(browser, page, open_form(browser, page), accepted_documents=None)) == {}
    assert Event.objects.get().accepted_documents is None


def test_documents_are_copied_to_next_years_event(tour: SimpleNamespace) -> None:
    made = copy_event(tour.event, date(2027, 5, 1), "date", by=None)
    assert made.accepted_documents == ["resident_id", "passport"]


@pytest.mark.parametrize("link", ["ftp://tickets.example", "javascript:alert(1)", "tickets.example"])
def test_links_lead_to_the_web_only(link: str) -> None:
    for row, field in (
        (Event(booking_url=link), "booking_url"),
        (factories.participant(slug=f"p-{abs(hash(link))}"), "url"),
        (SlotBooking(url=link), "url"),
    ):
        setattr(row, field, link)
        with pytest.raises(ValidationError) as caught:
            row.clean_fields()
        assert field in caught.value.message_dict


# A slot's own


def status_of(get: Any, slot: Any) -> str | None:
    booking = get(f"slots/{slot.uid}")["booking"]
    return booking and booking["status"]


def test_slot_has_the_booking_of_its_event(get: Any, tour: SimpleNamespace) -> None:
    of_event = get("events/tour", lang="en")["booking"]
    slots = get("events/tour/schedule", lang="en")["days"][0]["slots"]
    assert [slot["booking"] for slot in slots] == [None, of_event, of_event]  # nobody books doors


def test_slot_that_is_sold_out_alone_says_so_at_once(
    get: Any, client: Client, tour: SimpleNamespace, clock: Any
) -> None:
    clock(OPENS)
    get("events/tour")
    version, before = Event.objects.get().version, revision()
    own(tour, status="sold_out", url="https://ten.example/")
    assert (revision(), feed()["slot", str(tour.ten.uid)]) == (before + 1, (before + 1, False))
    assert Event.objects.get().version == version  # who edits the schedule is not disturbed
    shown = {name: get(f"slots/{getattr(tour, name).uid}")["booking"] for name in ("ten", "two", "doors")}
    assert (shown["ten"]["status"], shown["ten"]["url"]) == ("sold_out", "https://ten.example/")
    assert (shown["two"]["status"], shown["doors"]) == ("open", None)
    assert shown["ten"]["accepted_documents"] == shown["two"]["accepted_documents"]
    assert get("events/tour")["booking"]["status"] == "open"
    page = checked(client.get(f"/slots/{tour.ten.uid}/", {"lang": "en"}))
    assert "Sold out" in page.texts
    assert [each["href"] for each in page.of("a") if "button--first" in each.get("class", "")] == []
    assert checked(client.get("/events/tour/", {"lang": "en"})).texts.count("Sold out") == 1


@pytest.mark.parametrize(
    ("status", "button", "link"),
    [("open", True, True), ("waitlist", True, True), ("sold_out", False, True), ("walk_in", False, False)],
)
def test_slot_page_offers_a_way_to_book_where_one_books(
    client: Client, tour: SimpleNamespace, clock: Any, status: str, button: bool, link: bool
) -> None:
    clock(OPENS)
    own(tour, status=status)
    page = checked(client.get(f"/slots/{tour.ten.uid}/", {"lang": "en"}))
    assert ("Book" in page.texts, "Official booking page" in page.texts) == (button, link)


def test_slot_whose_booking_opens_later_than_its_events(get: Any, tour: SimpleNamespace, clock: Any) -> None:
    own(tour, opens_at=OPENS + timedelta(days=1))
    found = {}
    for moment in (OPENS, OPENS + timedelta(days=1), CLOSES):
        clock(moment)
        found[moment] = (status_of(get, tour.ten), status_of(get, tour.two))
    assert list(found.values()) == [("not_yet", "open"), ("open", "open"), ("closed", "closed")]


def test_slot_that_is_over_or_cancelled_is_not_booked(get: Any, tour: SimpleNamespace, clock: Any) -> None:
    own(tour, closes_at=at(2026, 5, 30))
    clock(at(2026, 5, 9, 11, 59))
    seen = [status_of(get, tour.ten)]
    clock(at(2026, 5, 9, 12))  # two hours after its start
    seen.append(status_of(get, tour.ten))
    tour.ten.status = "cancelled"
    tour.ten.save()
    factories.release(tour.event)
    assert [*seen, status_of(get, tour.ten)] == ["open", "closed", None]


FATES: list[dict[str, Any]] = [
    {},
    {"status": "sold_out"},
    {"status": "walk_in"},
    {"status": "unknown"},
    {"opens_at": OPENS + timedelta(days=1)},
    {"closes_at": OPENS + timedelta(days=3)},
    {"status": "waitlist", "opens_at": OPENS - timedelta(days=1), "closes_at": at(2026, 6, 1)},
]


@pytest.mark.parametrize("moment", [NOON, OPENS, OPENS + timedelta(days=2), CLOSES, at(2026, 5, 9, 13)])
def test_slots_are_found_by_the_booking_that_they_tell(
    get: Any, tour: SimpleNamespace, clock: Any, moment: Any
) -> None:
    with edit():
        slots = [factories.slot(tour.event, at(2026, 5, 9, 11), slot_kind="tour") for _ in FATES]
        factories.slot(tour.event, at(2026, 5, 9, 11), slot_kind="tour", status="cancelled")
        factories.slot(tour.event, at(2026, 5, 9, 8), slot_kind="tour", status="postponed")
        factories.slot(tour.event, precision="tba", slot_kind="tour")
    factories.release(tour.event)
    for slot, fields in zip(slots, FATES, strict=True):
        SlotBooking(event=tour.event, uid=slot.uid, **fields).save()
    clock(moment)
    told: dict[str, set[str]] = {}
    for row in get("slots", limit=100, from_="2026-01-01", kind="tour,doors")["results"]:
        told.setdefault(row["booking"]["status"] if row["booking"] else "", set()).add(row["uid"])
    told.pop("", None)
    assert len(told) >= 3
    for status, uids in told.items():
        if status is not None:
            rows = get("slots", limit=100, from_="2026-01-01", kind="tour,doors", booking_status=status)["results"]
            assert (status, {row["uid"] for row in rows}) == (status, uids)


def test_slot_that_never_opens_is_refused(tour: SimpleNamespace) -> None:
    for fields, field in (
        ({"opens_at": CLOSES}, "opens_at"),
        ({"closes_at": OPENS}, "closes_at"),
        ({"opens_at": CLOSES, "closes_at": CLOSES}, "closes_at"),
    ):
        with pytest.raises(ValidationError) as caught:
            SlotBooking(event=tour.event, uid=tour.ten.uid, **fields).full_clean()
        assert list(caught.value.message_dict) == [field]


def test_slot_bookings_cost_the_same_for_one_and_for_many(client: Client, tour: SimpleNamespace) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/slots?from=2026-01-01").status_code == 200
        return len(captured)

    own(tour, status="sold_out")
    before = cost()
    SlotBooking(event=tour.event, uid=tour.two.uid, status="sold_out").save()
    assert cost() == before


def test_slot_booking_is_for_machines_too(client: Client, tour: SimpleNamespace, clock: Any) -> None:
    with edit():
        event = Event.objects.get()
        event.price_kind = "free"
        event.save()
    clock(OPENS)
    own(tour, status="sold_out", url="https://ten.example/")
    found = {
        name: checked(client.get(f"/slots/{getattr(tour, name).uid}/", {"lang": "en"})).data[0]["offers"]
        for name in ("ten", "two")
    }
    assert [(each["availability"].rpartition("/")[2], each["url"]) for each in found.values()] == [
        ("SoldOut", "https://ten.example/"),
        ("InStock", "https://www.book.example/tour"),
    ]


# Who writes it


def test_slot_booking_through_the_manage_api(cast: SimpleNamespace, tour: SimpleNamespace, get: Any) -> None:
    with edit():
        event = Event.objects.get()
        event.organizer = cast.ours
        event.save()
    browser, path = enter(cast.publisher), f"/api/v1/manage/slots/{tour.ten.uid}/booking"

    def send(verb: str, **sent: Any) -> Any:
        return getattr(browser, verb)(path, sent, content_type="application/json")

    assert browser.get(path).json() | {"updated_at": None} == {
        "version": 0, "derived": {}, "uid": str(tour.ten.uid), "status": "", "opens_at": None, "closes_at": None,
        "url": "", "now": "not_yet", "updated_at": None,
    }  # fmt: skip
    made = send("put", version=0, status="sold_out", opens_at="2026-04-30T10:00:00+08:00").json()
    assert (made["version"], made["status"], made["now"]) == (1, "sold_out", "sold_out")
    assert send("put", version=0, status="open").status_code == 412
    refused = send("patch", version=1, closes_at="2026-04-30T10:00:00+08:00", url="ftp://x.example")
    assert sorted((each["field"], each["code"]) for each in refused.json()["errors"]) == [
        ("closes_at", "invalid"),
        ("url", "invalid"),
    ]
    assert send("patch", version=1, status="nearly").json()["errors"][0]["field"] == "status"
    assert send("delete", version=1).status_code == 204
    assert (status_of(get, tour.ten), browser.get(path).json()["version"]) == ("not_yet", 2)
    draft = factories.slot(tour.event, at(2026, 5, 9, 16))
    unknown = browser.put(f"/api/v1/manage/slots/{draft.uid}/booking", {"version": 0}, content_type="application/json")
    assert (unknown.status_code, unknown.json()["errors"][0]["code"]) == (409, "unreleased")


def test_documents_through_the_manage_api(cast: SimpleNamespace, tour: SimpleNamespace) -> None:
    browser, path = enter(cast.staff), "/api/v1/manage/events/tour"
    version = browser.get(path).json()["version"]

    def send(documents: Any) -> Any:
        sent = {"version": version, "booking": {"accepted_documents": documents}}
        return browser.patch(path, sent, content_type="application/json")

    for wrong in (["driving_licence"], "passport"):
        (error,) = send(wrong).json()["errors"]
        assert error["field"].startswith("booking.accepted_documents")
    kept = send(["student_card", "passport", "student_card"]).json()
    assert kept["booking"]["accepted_documents"] == ["passport", "student_card"]
    version = kept["version"]
    assert send(None).json()["booking"]["accepted_documents"] is None


def test_slot_booking_in_the_admin(cast: SimpleNamespace, tour: SimpleNamespace, get: Any, clock: Any) -> None:
    clock(OPENS)
    browser = enter(cast.staff)
    listed = browser.get("/admin/events/slot/").content.decode()
    page = f"/admin/events/slotbooking/add/?uid={tour.ten.uid}"
    assert (page in listed, f"slotbooking/add/?uid={tour.doors.uid}" in listed) == (True, False)
    form = open_form(browser, page)
    assert errors(save(browser, page, form, status="sold_out")) == {}
    made = SlotBooking.objects.get()
    assert (made.event, made.status, status_of(get, tour.ten)) == (tour.event, "sold_out", "sold_out")
    assert url(made) in browser.get("/admin/events/slot/").content.decode()
    strange = save(enter(cast.publisher), page, form, uid=str(tour.two.uid))
    assert (list(errors(strange)), SlotBooking.objects.count()) == (["uid"], 1)


def test_participant_has_a_link_that_a_release_freezes(cast: SimpleNamespace, get: Any, client: Client) -> None:
    browser, page = enter(cast.staff), url(Participant, "add")
    form = open_form(browser, page) | {"name__zh-Hans": "乐队", "slug": "band", "kind": "act"}
    assert list(errors(save(browser, page, form, url="ftp://band.example/"))) == ["url"]
    assert errors(save(browser, page, form, url="https://band.example/")) == {}
    event = factories.event(slug="night", event_kind="concert")
    slot = factories.slot(event, slot_kind="set")
    factories.takes_part(slot, Participant.objects.get(slug="band"))
    factories.release(event)
    assert get(f"slots/{slot.uid}")["participants"][0]["url"] == "https://band.example/"
    shown = checked(client.get(f"/slots/{slot.uid}/", {"lang": "en"}))
    (link,) = (each for each in shown.of("a") if each["href"] == "https://band.example/")
    assert (link["rel"], shown.data[0]["performer"]["sameAs"]) == ("noopener nofollow", "https://band.example/")
