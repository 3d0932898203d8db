"""Calendars: what an entry is, and what a client that has subscribed sees; read back by two independent parsers."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ical.calendar_stream import IcsCalendarStream

from core.changes.edits import edit
from core.publication import Verb, act
from core.translations import show
from events.calendars import Feed, span, write_calendar
from events.models import Event, ReleasedSlot, Slot
from events.views import calendar as views
from tests import factories
from tests.factories import at, league, text
from venues.models import Space, Venue

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
EVENING = at(2026, 5, 20, 19)
HOUR = timedelta(hours=1)
SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _noon(clock: Callable[[datetime], None]) -> None:
    clock(NOON)


def check_octets(file: bytes) -> None:
    """RFC 5545, section 3.1: CRLF after each line, no line over 75 octets, each of them whole characters."""
    assert file.endswith(b"\r\nEND:VCALENDAR\r\n")
    lines = file.removesuffix(b"\r\n").split(b"\r\n")
    assert [line for line in lines if len(line) > 75 or b"\n" in line or b"\r" in line or not line.decode()] == []


def read(file: bytes) -> dict[str, Any]:
    """The entries by uid, as icalendar reads them, which wrote them. ``ical`` and ``vobject`` must read the same."""
    check_octets(file)
    calendar = icalendar.Calendar.from_ical(file)
    assert calendar.errors == []
    entries = {str(each["UID"]): each for each in calendar.events}
    other = IcsCalendarStream.calendar_from_ics(file.decode())
    assert len(calendar.events) == len(entries) == len(other.events)
    for entry in other.events:
        mine = entries[entry.uid]
        assert mine.errors == []
        assert (entry.dtstart, entry.dtend) == (mine.start, mine.end)
        assert (entry.summary, entry.location) == (mine["SUMMARY"], mine.get("LOCATION"))
        assert entry.description == mine["DESCRIPTION"]
        assert (entry.status, entry.sequence) == (mine["STATUS"], mine["SEQUENCE"])
        assert (entry.dtstamp, entry.last_modified) == (mine.DTSTAMP, mine.LAST_MODIFIED)
    third = vobject.readOne(file.decode())
    assert {each.uid.value for each in third.contents.get("vevent", [])} == set(entries)
    for each in third.contents.get("vevent", []):
        mine = entries[each.uid.value]
        assert (each.dtstart.value, each.dtend.value) == (mine.start, mine.end)
        assert (each.summary.value, each.description.value) == (mine["SUMMARY"], mine["DESCRIPTION"])
        assert (each.status.value, each.sequence.value) == (mine["STATUS"], str(mine["SEQUENCE"]))
    return entries


# The pure function


def event(**fields: Any) -> Event:
    defaults = {"slug": "cup", "event_kind": "cup", "title": text("杯赛", en="Cup"), "updated_at": NOON}
    days = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}
    return Event(**{**defaults, **days, **fields})


def hall(**fields: Any) -> Venue:
    defaults = {"slug": "hall", "name": text("馆", en="Hall"), "lat": 41.8, "lng": 123.36, "public": True}
    return Venue(**{**defaults, "updated_at": NOON, **fields})


def slot(starts_at: datetime | None = EVENING, of: Event | None = None, **fields: Any) -> ReleasedSlot:
    defaults = {"uid": uuid4(), "slot_kind": "match", "title": text("决赛", en="Final"), "updated_at": NOON}
    made = ReleasedSlot(**{**defaults, "event": of or event(), "starts_at": starts_at, **fields})
    made.derive_times(made.event)
    return made


def feed(**fields: Any) -> Feed:
    given = {"name": "District", "about": "", "source": "https://t.example/c.ics", "language": "en", "moment": NOON}
    return Feed(**{**given, **fields})


def entry(row: ReleasedSlot, language: str = "en", zone: ZoneInfo = SHANGHAI) -> Any:
    (found,) = read(write_calendar(feed(language=language), [row], zone)).values()
    return found


def notes(row: ReleasedSlot, language: str = "en") -> list[str]:
    """The lines between the event's name, which comes first, and the address, which comes last."""
    first, *others, last = entry(row, language)["DESCRIPTION"].split("\n")
    assert (first, last) == (show(row.event.title, language), f"https://tiexi.example/slots/{row.uid}/")
    return others


DAY, AFTER = date(2026, 5, 20), date(2026, 5, 21)
TIMED = (EVENING, EVENING + 2 * HOUR)
SPANS: list[tuple[dict[str, Any], Any]] = [
    ({"ends_at": EVENING + HOUR}, (EVENING, EVENING + HOUR)),
    ({}, TIMED),
    ({"precision": "not_before"}, TIMED),
    ({"status": "postponed"}, TIMED),
    ({"status": "cancelled", "ends_at": EVENING + HOUR}, (EVENING, EVENING + HOUR)),
    ({"through": DAY}, TIMED),
    ({"ends_at": EVENING + 24 * HOUR}, (EVENING, EVENING + 24 * HOUR)),  # a race through the night is no run
    ({"starts_at": None, "precision": "date", "on_date": DAY}, (DAY, AFTER)),
    ({"starts_at": None, "precision": "date", "on_date": DAY, "through": date(2026, 5, 22)}, (DAY, date(2026, 5, 23))),
    ({"starts_at": None, "precision": "date", "on_date": DAY, "through": date(9999, 12, 30)}, (DAY, date.max)),
    ({"timing": "all_day"}, (DAY, AFTER)),
    ({"timing": "all_day", "starts_at": at(2026, 5, 21, 2)}, (DAY, AFTER)),  # the night belongs to its evening
    ({"timing": "venue_hours"}, (DAY, AFTER)),
    ({"timing": "venue_hours", "through": date(2026, 6, 30)}, (DAY, date(2026, 7, 1))),
    ({"through": date(2026, 5, 22)}, (DAY, date(2026, 5, 23))),
    ({"starts_at": None, "precision": "tba", "on_date": DAY}, (DAY, AFTER)),
    ({"starts_at": None, "precision": "tba"}, None),
    ({"starts_at": None, "precision": "tba", "status": "cancelled"}, None),
]


@pytest.mark.parametrize(("fields", "expected"), SPANS)
def test_calendar_span_of_every_precision_and_timing(fields: dict[str, Any], expected: Any) -> None:
    assert span(slot(**fields)) == expected


def test_calendar_writes_what_the_spans_say() -> None:
    rows = [(slot(**fields), expected) for fields, expected in SPANS]
    file = write_calendar(feed(), [row for row, _expected in rows], SHANGHAI)
    wanted = {}
    for row, expected in rows:
        if expected:
            blocks = isinstance(expected[0], datetime) and row.status == "scheduled"
            wanted[str(row.uid)] = (*expected, "OPAQUE" if blocks else "TRANSPARENT")
    assert {uid: (each.start, each.end, each["TRANSP"]) for uid, each in read(file).items()} == wanted
    assert file.count(b"DTSTART;VALUE=DATE:") == sum(type(expected[0]) is date for _row, expected in rows if expected)


@pytest.mark.parametrize(
    ("fields", "status", "summary"),
    [
        ({}, "CONFIRMED", "Final · Cup"),
        ({"status": "tentative"}, "TENTATIVE", "Final · Cup"),
        ({"status": "postponed"}, "TENTATIVE", "Postponed: Final · Cup"),
        ({"status": "cancelled"}, "CANCELLED", "Cancelled: Final · Cup"),
        ({"starts_at": None, "precision": "tba", "on_date": DAY}, "TENTATIVE", "Final · Cup"),
        (
            {"starts_at": None, "precision": "tba", "on_date": DAY, "status": "cancelled"},
            "CANCELLED",
            "Cancelled: Final · Cup",
        ),
        ({"title": text("杯赛", en="Cup")}, "CONFIRMED", "Cup"),
        ({"title": text("杯赛决赛", en="The cup's last match")}, "CONFIRMED", "The cup's last match"),
    ],
)
def test_calendar_status_and_its_mark(fields: dict[str, Any], status: str, summary: str) -> None:
    found = entry(slot(**fields))
    assert (found["STATUS"], found["SUMMARY"]) == (status, summary)


def test_calendar_entry_in_full() -> None:
    people = [{"name": text("铁西", en="Tiexi")}, {"name": text("大连", en="Dalian")}]
    place = {
        "venue": hall(street=text("卫工北街14号", en="14 Weigong N St")),
        "space": Space(name=text("一号", en="Court 1")),
    }
    row = slot(ends_at=EVENING + HOUR, sequence=3, participants=people, **place)
    row.uid = UUID("0c7b0f0e-5f4f-4f0e-9f5e-0c7b0f0e5f4f")
    row.updated_at = NOON + timedelta(seconds=30, microseconds=7)
    file = write_calendar(feed(), [row], SHANGHAI)
    read(file)
    lines = file.replace(b"\r\n ", b"").decode().split("\r\n")
    assert lines[lines.index("BEGIN:VEVENT") :] == [
        "BEGIN:VEVENT",
        "UID:0c7b0f0e-5f4f-4f0e-9f5e-0c7b0f0e5f4f",
        "DTSTAMP:20260501T040030Z",
        "LAST-MODIFIED:20260501T040030Z",
        "SEQUENCE:3",
        "DTSTART;TZID=Asia/Shanghai:20260520T190000",
        "DTEND;TZID=Asia/Shanghai:20260520T200000",
        "TRANSP:OPAQUE",
        "STATUS:CONFIRMED",
        "SUMMARY;LANGUAGE=en:Final · Cup",
        "DESCRIPTION:Cup\\nTiexi\\, Dalian\\nhttps://tiexi.example/slots/0c7b0f0e-5f4f-4f0e-9f5e-0c7b0f0e5f4f/",
        "CATEGORIES:match,cup",
        "URL:https://tiexi.example/slots/0c7b0f0e-5f4f-4f0e-9f5e-0c7b0f0e5f4f/",
        "LOCATION:Court 1\\, Hall\\, 14 Weigong N St",
        "GEO:41.8;123.36",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_calendar_head_for_new_clients_and_old() -> None:
    given = feed(name="Tiexi; now", about="What\nis on", url="https://t.example/events/cup/")
    file = write_calendar(given, [slot(of=event(updated_at=NOON + HOUR))], SHANGHAI)
    lines = file.replace(b"\r\n ", b"").decode().split("\r\n")
    assert lines[: lines.index("BEGIN:VTIMEZONE")] == [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Industrial tourism//Calendars 1//EN", "CALSCALE:GREGORIAN"),
        *("NAME;LANGUAGE=en:Tiexi\\; now", "X-WR-CALNAME:Tiexi\\; now"),
        *("DESCRIPTION;LANGUAGE=en:What\\nis on", "X-WR-CALDESC:What\\nis on"),
        *("SOURCE;VALUE=URI:https://t.example/c.ics", "URL:https://t.example/events/cup/"),
        *("LAST-MODIFIED:20260501T050000Z", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"),
    ]
    calendar: Any = icalendar.Calendar.from_ical(file)
    assert (calendar.refresh_interval, calendar.source) == (HOUR, given.source)
    other = IcsCalendarStream.calendar_from_ics(file.decode())
    assert (other.refresh_interval, other.name, other.description) == (HOUR, [given.name], [given.about])


def test_calendar_without_entries_still_has_a_component() -> None:
    file = write_calendar(feed(), [slot(starts_at=None, precision="tba")], SHANGHAI)
    assert read(file) == {}
    (zone,) = icalendar.Calendar.from_ical(file).subcomponents
    assert (zone.name, str(zone["TZID"])) == ("VTIMEZONE", "Asia/Shanghai")
    assert b"LAST-MODIFIED" not in file


def test_calendar_same_input_makes_the_same_bytes() -> None:
    rows = [slot(), slot(status="cancelled")]
    assert write_calendar(feed(), rows, SHANGHAI) == write_calendar(feed(), rows, SHANGHAI)


SAID: list[tuple[dict[str, Any], list[str]]] = [
    ({"ends_at": EVENING + HOUR}, []),
    ({}, ["The end is not known."]),
    ({"status_note": text("因雨", en="Rain")}, ["Rain", "The end is not known."]),
    ({"status": "cancelled", "status_note": text("因雨", en="Rain"), "previous_start": NOON}, ["Rain"]),
    ({"status": "postponed", "previous_start": NOON}, ["The new time is not known yet. The old one is shown."]),
    ({"ends_at": EVENING + HOUR, "previous_start": EVENING - HOUR}, ["Moved. Before: 2026-05-20 18:00."]),
    ({"ends_at": EVENING + HOUR, "previous_start": EVENING}, []),
    ({"ends_at": EVENING + HOUR, "precision": "not_before"}, ["Not before 19:00."]),
    ({"starts_at": None, "precision": "date", "on_date": DAY}, ["The time will be announced."]),
    ({"starts_at": None, "precision": "tba", "on_date": DAY}, ["The time will be announced."]),
    (
        {"starts_at": None, "precision": "date", "on_date": DAY, "previous_start": EVENING},
        ["Moved. Before: 2026-05-20 19:00.", "The time will be announced."],
    ),
    ({"timing": "venue_hours", "through": date(2026, 6, 1)}, ["During the opening hours of the venue."]),
    ({"timing": "all_day"}, []),
    ({"ends_at": EVENING + HOUR, "through": date(2026, 6, 1)}, ["Starts at 19:00."]),
    ({"ends_at": EVENING + HOUR, "sample": True}, ["Demonstration data."]),
    (
        {"ends_at": EVENING + HOUR, "of": event(status="cancelled", status_note=text("台风", en="Typhoon"))},
        ["The whole event is cancelled. Typhoon"],
    ),
    ({"ends_at": EVENING + HOUR, "of": event(status="postponed")}, ["The whole event is postponed."]),
    (
        {"ends_at": EVENING + HOUR, "participants": [{"name": text(f"{n}队", en=f"Team {n}")} for n in range(14)]},
        [", ".join([*(f"Team {n}" for n in range(12)), "…"])],
    ),
]


@pytest.mark.parametrize(("fields", "expected"), SAID)
def test_calendar_description_says_what_is_uncertain_or_has_changed(
    fields: dict[str, Any], expected: list[str]
) -> None:
    assert notes(slot(**fields)) == expected


def test_calendar_in_each_language() -> None:
    row = slot(status="cancelled", place_name=text("体育场", en="Stadium"), participants=[{"name": text("龙队")}] * 2)
    row.event.status = "cancelled"
    shown = {}
    for language in ("zh-Hans", "zh-Hant", "de"):
        found = entry(row, language)
        summary = (found["SUMMARY"].params["LANGUAGE"], str(found["SUMMARY"]))
        shown[language] = (*summary, str(found["LOCATION"]), notes(row, language))
    assert shown == {
        "zh-Hans": ("zh-Hans", "已取消：决赛 · 杯赛", "体育场", ["整个活动已取消。", "龙队、龙队"]),
        "zh-Hant": ("zh-Hant", "已取消：決賽 · 盃賽", "體育場", ["整個活動已取消。", "龍隊、龍隊"]),
        "de": ("en", "Abgesagt: Final · Cup", "Stadium", ["Die ganze Veranstaltung ist abgesagt.", "龙队, 龙队"]),
    }


def test_calendar_location_names_no_hidden_venue() -> None:
    hidden = {"venue": hall(public=False, updated_at=NOON + HOUR), "space": Space(name=text("一号", en="Court 1"))}
    found = entry(slot(**hidden))
    assert (found.get("LOCATION"), found.get("GEO"), found.LAST_MODIFIED) == (None, None, NOON.astimezone(UTC))
    found = entry(slot(**hidden, place_name=text("门口", en="At the gate")))
    assert (str(found["LOCATION"]), found.get("GEO")) == ("At the gate", None)


HOSTILE = 'a,b;c\\n\\N"x"\r\nEND:VEVENT\r\nBEGIN:VALARM\x00\x07\u2028\u2029 100% %(title)s 🏭👩‍🏭中文' + "长" * 60


def test_calendar_texts_cannot_break_out() -> None:
    title = {"zh-Hans": HOSTILE, "en": HOSTILE}
    fields: dict[str, Any] = {"status_note": title, "place_name": title, "participants": [{"name": title}]}
    row = slot(title=title, of=event(title=title), status="cancelled", **fields)
    file = write_calendar(feed(name=HOSTILE, about=HOSTILE), [row], SHANGHAI)
    check_octets(file)
    calendar: Any = icalendar.Calendar.from_ical(file)
    (found,) = calendar.events
    assert (found.subcomponents, [each.name for each in calendar.subcomponents]) == ([], ["VTIMEZONE", "VEVENT"])
    flat = re.sub(r"\s+", " ", re.sub("[\x00\x07]", "", HOSTILE)).replace("\\N", "\u29f5N")
    unfolded = file.replace(b"\r\n ", b"").decode()
    escaped = flat.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    assert f"\r\nSUMMARY;LANGUAGE=en:Cancelled: {escaped}\r\n" in unfolded
    other = IcsCalendarStream.calendar_from_ics(file.decode())
    assert len(other.events) == 1
    assert unfolded.count("\r\nBEGIN:") == 3  # the zone, its offset, the entry


def test_calendar_in_a_zone_with_daylight_saving_time() -> None:
    """Each entry's UTC time, as a reader finds it by the calendar's own VTIMEZONE."""
    moments = [datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + n * HOUR for n in range(3)]
    moments += [datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + n * HOUR for n in range(4)]
    moments += [datetime(2027, 7, 1, 10, tzinfo=UTC)]
    file = write_calendar(feed(), [slot(moment) for moment in moments], BERLIN)
    calendar: Any = icalendar.Calendar.from_ical(file)
    built = calendar.timezones[0].to_tz(lookup_tzid=False)
    read_back = [each.start.astimezone(UTC) for each in calendar.events]
    rebuilt = [
        each.start.replace(tzinfo=built).astimezone(UTC) for each in calendar.events if each.start.tzname() != "UTC"
    ]
    assert read_back == moments
    assert rebuilt == [moment for moment in moments if moment != datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
    assert [each.end.astimezone(UTC) for each in calendar.events] == [moment + 2 * HOUR for moment in moments]


# Through the front door


@pytest.fixture
def fetch(client: Client) -> Callable[..., Any]:
    """``fetch("calendar", event="cup")``: the entries by uid, 200 expected."""

    def entries(path: str, **params: Any) -> dict[str, Any]:
        response = client.get(f"/api/v1/{path}.ics", {name.rstrip("_"): value for name, value in params.items()})
        assert response.status_code == 200, response.content.decode()
        return read(response.content)

    return entries


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    """A season with a league of three released matches and a doors time, and a cup with a draft."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: NOON)
        with edit():
            season = league(slug="season", event_kind="season", summary=text("一年", en="A year"))
            venue = factories.venue(slug="hall")
            made = league(slug="league", starts_on=date(2026, 1, 1), season=season, venues=[venue])
            slots = {
                "first": factories.slot(made, EVENING, venue=venue, ends_at=EVENING + HOUR),
                "second": factories.slot(made, EVENING + 24 * HOUR),
                "old": factories.slot(made, NOON - timedelta(days=89)),
                "older": factories.slot(made, NOON - timedelta(days=91)),
                "doors": factories.slot(made, EVENING - HOUR, slot_kind="doors"),
                "open": factories.slot(made, precision="tba"),
            }
        factories.release(made)
        cup = league(slug="cup")
        drafts = [factories.slot(cup, EVENING), factories.slot(made, EVENING)]
    return SimpleNamespace(season=season, league=made, cup=cup, drafts=drafts, **slots)


def uids(*slots: Slot) -> set[str]:
    return {str(each.uid) for each in slots}


def released(slot: Slot, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()
    factories.release(slot.event)


def test_calendar_begins_90_days_back_and_knows_no_draft(fetch: Any, scene: SimpleNamespace) -> None:
    shown = uids(scene.first, scene.second, scene.old)
    assert set(fetch("calendar")) == set(fetch("events/league")) == set(fetch("events/season")) == shown
    assert fetch("events/cup") == {}
    assert set(fetch("calendar", from_="2026-01-01")) == shown | uids(scene.older)
    assert set(fetch("calendar", to="2026-05-01")) == uids(scene.old)
    assert set(fetch(f"slots/{scene.older.uid}")) == uids(scene.older)
    assert fetch(f"slots/{scene.open.uid}") == {}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": "doors"}, ["doors"]),
        ({"kind": "match,doors", "from_": "2026-05-20", "to": "2026-05-20"}, ["first", "doors"]),
        ({"event": "league", "when": "today"}, []),
        ({"event": "cup"}, []),
        ({"season": "season", "from_": "2026-05-21"}, ["second"]),
        ({"venue": "hall"}, ["first"]),
        ({"venue": "elsewhere"}, []),
        ({"near": "41.8,123.36"}, ["first"]),
        ({"bbox": "123,41,124,42"}, ["first"]),
        ({"status": "cancelled"}, []),
        ({"status": "scheduled,cancelled", "to": "2026-05-20"}, ["old", "first"]),
    ],
)
def test_calendar_takes_the_filters_of_the_agenda(
    fetch: Any, scene: SimpleNamespace, params: dict[str, str], expected: list[str]
) -> None:
    wanted = uids(*(getattr(scene, name) for name in expected))
    assert set(fetch("calendar", **params)) == wanted
    assert set(fetch("events/league", **params)) == wanted


def test_calendar_datum_is_of_what_comes_in(fetch: Any, scene: SimpleNamespace) -> None:
    """GCJ-02 lies 572 m off in this district; what goes out stays WGS-84."""
    near = {"near": "41.8,123.36", "radius": "200"}
    assert set(fetch("calendar", **near)) == uids(scene.first)
    assert fetch("calendar", **near, coords="gcj02") == {}
    (found,) = fetch("calendar", **(near | {"radius": "900"}), coords="gcj02").values()
    assert found["GEO"].to_ical() == "41.8;123.36"


@pytest.mark.parametrize("path", ["calendar", "events/league", "slots/{first.uid}"])
def test_calendar_passes_over_what_messengers_append(fetch: Any, scene: SimpleNamespace, path: str) -> None:
    path = path.format(first=scene.first)
    plain = fetch(path)
    assert str(scene.first.uid) in plain
    odd = {"from_": "singlemessage", "isappinstalled": "0", "utm_source": ["a", "b"], "fields": "x", "n\x00": "\x00"}
    assert fetch(path, **odd) == plain
    assert fetch(path, from_=["2026-05-01", "timeline"]).keys() <= plain.keys()


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": ["2026-05-01", "2026-05-02"]}, "from"),
        ({"kind": "party"}, "kind"),
        ({"event": "No Slug"}, "event"),
        ({"to": "2026-01-01"}, "to"),
        ({"when": "today", "from": "2026-05-01"}, "when"),
        ({"radius": "100"}, "radius"),
        ({"venue": ""}, "venue"),
        ({"updated_after": "then"}, "updated_after"),
        ({"near": "41.8,123.36", "coords": "mars"}, "coords"),
        ({"status": "\x00"}, "status"),
    ],
)
def test_calendar_refuses_a_bad_value_of_a_known_parameter(client: Client, params: Any, field: str) -> None:
    response = client.get("/api/v1/calendar.ics", params)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_calendar_follows_a_slot_through_its_releases(fetch: Any, clock: Any, scene: SimpleNamespace) -> None:
    """The same UID; SEQUENCE one higher, and LAST-MODIFIED of now, with each change of time, place or status."""
    uid, address = str(scene.first.uid), f"slots/{scene.first.uid}"

    def shown() -> tuple[Any, ...]:
        found = fetch("calendar", lang="en")[uid]
        assert found == fetch("events/league", lang="en")[uid] == fetch(address, lang="en")[uid]
        assert found.DTSTAMP == found.LAST_MODIFIED
        mark, colon, _title = found["SUMMARY"].rpartition(": ")
        changed = (found.LAST_MODIFIED - NOON) // HOUR
        return found["SEQUENCE"], found["STATUS"], mark + colon, found.start, found.end, changed

    assert shown() == (0, "CONFIRMED", "", EVENING, EVENING + HOUR, 0)
    clock(NOON + HOUR)
    later = EVENING + HOUR
    released(scene.first, starts_at=later, ends_at=later + HOUR)
    assert shown() == (1, "CONFIRMED", "", later, later + HOUR, 1)
    clock(NOON + 2 * HOUR)
    released(scene.first, status="postponed")
    assert shown() == (2, "TENTATIVE", "Postponed: ", later, later + HOUR, 2)
    clock(NOON + 3 * HOUR)
    released(scene.first, status="cancelled", status_note=text("因雨", en="Rain"))
    assert shown() == (3, "CANCELLED", "Cancelled: ", later, later + HOUR, 3)
    clock(NOON + 4 * HOUR)
    released(scene.first, status_note=text("因雨", en="Storm"))
    assert shown() == (3, "CANCELLED", "Cancelled: ", later, later + HOUR, 4)


def test_calendar_entry_changes_with_its_venue_and_event(fetch: Any, clock: Any, scene: SimpleNamespace) -> None:
    clock(NOON + HOUR)
    venue = Venue.objects.get(slug="hall")
    venue.name = text("新馆")
    venue.save()
    clock(NOON + 2 * HOUR)
    second, first = (fetch("calendar")[str(each.uid)] for each in (scene.second, scene.first))
    assert (first["LOCATION"], first.LAST_MODIFIED, second.LAST_MODIFIED) == ("新馆", NOON + HOUR, NOON)


def test_calendar_of_what_is_gone(client: Client, scene: SimpleNamespace) -> None:
    assert client.get("/api/v1/events/nothing.ics").status_code == 404
    assert client.get(f"/api/v1/slots/{scene.drafts[0].uid}.ics").status_code == 404
    act(Event.objects.get(slug="league"), Verb.WITHDRAW, by=None)
    for path, key in ((f"slots/{scene.first.uid}", str(scene.first.uid)), ("events/league", "league")):
        response = client.get(f"/api/v1/{path}.ics")
        assert (response.status_code, response.json()["tombstone"]["key"]) == (410, key)
    for path in ("calendar", "events/season"):
        assert b"BEGIN:VEVENT" not in client.get(f"/api/v1/{path}.ics").content


@pytest.mark.parametrize("path", ["calendar.ics", "events/league.ics", "slots/{first.uid}.ics"])
def test_calendar_is_cached_like_everything_public(client: Client, scene: SimpleNamespace, path: str) -> None:
    address = "/api/v1/" + path.format(first=scene.first)
    response = client.get(address, {"lang": "de"})
    again = client.get(address, {"lang": "de"})  # out of the cache
    for each in (response, again):
        assert each["Content-Type"] == "text/calendar; charset=utf-8"
        assert each["Content-Disposition"] == f'inline; filename="{address.rpartition("/")[2]}"'
        assert each["Cache-Control"] == "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
        assert (each["Content-Language"], each["Vary"]) == ("de", "Accept-Language, origin")
        assert each["ETag"].startswith('W/"')
    assert again.content == response.content
    with CaptureQueriesContext(connection) as queries:
        same = client.get(address, {"lang": "de", "utm": "1"}, headers={"if-none-match": response["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    (only,) = queries
    assert "core_contentrevision" in only["sql"]
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


def test_calendar_when_now_ends_with_the_minute(client: Client, fetch: Any, clock: Any, scene: SimpleNamespace) -> None:
    clock(EVENING + timedelta(minutes=30, seconds=20))
    assert set(fetch("calendar", when="now")) == uids(scene.first)
    response = client.get("/api/v1/calendar.ics", {"when": "now"})
    assert response["Cache-Control"] == "public, max-age=40, stale-if-error=300"


def test_calendar_tells_its_name_and_where_it_is_from(client: Client, scene: SimpleNamespace) -> None:
    def head(path: str, **params: str) -> tuple[str, ...]:
        calendar: Any = icalendar.Calendar.from_ical(client.get(f"/api/v1/{path}", params).content)
        assert [each.tz_name for each in calendar.timezones] == ["Asia/Shanghai"]
        return tuple(str(calendar.get(name, "")) for name in ("NAME", "DESCRIPTION", "SOURCE", "URL"))

    origin, uid = "https://tiexi.example", scene.first.uid
    source = f"{origin}/api/v1/calendar.ics?kind=match%2Cdoors&lang=en"
    assert head("calendar.ics", lang="en", kind="match,doors", utm="1") == (
        "What is on in 沈阳市铁西区",
        "",
        source,
        "",
    )
    source = f"{origin}/api/v1/events/season.ics?lang=zh-Hans"
    title = scene.season.title["zh-Hans"]
    assert head("events/season.ics", lang="*") == (title, "一年", source, f"{origin}/events/season/")
    source = f"{origin}/api/v1/slots/{uid}.ics?lang=zh-Hans"
    assert head(f"slots/{uid}.ics") == (scene.first.title["zh-Hans"], "", source, f"{origin}/slots/{uid}/")


@pytest.mark.parametrize(
    ("most", "expected"),
    [(9, ["old", "first", "second"]), (3, ["old", "first", "second"]), (2, ["first", "second"]), (1, ["first"])],
)
def test_calendar_that_is_full_leaves_out_what_is_furthest(
    client: Client, fetch: Any, monkeypatch: Any, scene: SimpleNamespace, most: int, expected: list[str]
) -> None:
    monkeypatch.setattr(views, "MOST_ENTRIES", most)
    assert list(fetch("calendar")) == [str(getattr(scene, name).uid) for name in expected]
    calendar = icalendar.Calendar.from_ical(client.get("/api/v1/events/season.ics", {"lang": "en"}).content)
    note = f"Only the {most} entries nearest to today. Choose an event or a venue to see all of its own."
    assert str(calendar["DESCRIPTION"]).split("\n")[1:] == ([note] if most < 3 else [])


def test_calendar_lists_what_still_runs_in_the_order_of_its_start(fetch: Any, scene: SimpleNamespace) -> None:
    run = factories.slot(scene.league, None, precision="date", on_date=date(2026, 2, 10), through=date(2026, 5, 3))
    factories.release(scene.league)
    wanted = (scene.old, run, scene.first, scene.second)
    assert [uid for uid in fetch("calendar") if uid in uids(*wanted)] == [str(each.uid) for each in wanted]


def test_calendar_costs_the_same_with_every_number_of_entries(client: Client, scene: SimpleNamespace) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(queries)

    paths = ("calendar.ics", "events/season.ics")
    before = [cost(path) for path in paths]
    with edit():
        for number in range(3):
            venue = factories.venue()
            other = league(season=scene.season, starts_on=date(2026, 1, 1), venues=[venue])
            factories.slot(other, EVENING + number * HOUR, venue=venue, space=factories.space(venue))
            factories.slot(other, NOON - number * 24 * HOUR, venue=venue)
            factories.release(other)
    assert [cost(path) for path in paths] == [each + 1 for each in before]  # the spaces: there were none
    assert max(before) <= 11  # notices, results and own bookings are one each


@pytest.mark.parametrize(
    ("zone", "start"), [("Europe/Berlin", ";TZID=Europe/Berlin:20260701T190000"), ("UTC", ":20260701T190000Z")]
)
def test_calendar_of_a_district_elsewhere(client: Client, settings: Any, zone: str, start: str) -> None:
    settings.TIME_ZONE = zone
    made = factories.event(slug="fest", starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 2))
    factories.slot(made, at(2026, 7, 1, 19))
    factories.release(made)
    file = client.get("/api/v1/events/fest.ics").content
    ((_uid, found),) = read(file).items()
    assert file.count(f"DTSTART{start}\r\n".encode()) == 1
    assert found.start == datetime(2026, 7, 1, 19, tzinfo=ZoneInfo(zone))
