"""Released slots as an iCalendar file (RFC 5545, RFC 7986): what an entry is, and what it says.

- A slot of known times is an entry from its start to its end; an end that is not known counts as two hours.
- A mere date, an all-day slot, one that follows its venue's hours, and a run over several days are all-day entries
  that block nobody's time.
- To be announced: tentative, on its day. Without a day there is no entry: an invented one would be believed.
- Cancelled stays, as CANCELLED. Postponed stays at its old time, as TENTATIVE, for a new one is not known. Both say so
  in SUMMARY too, because not every client shows STATUS.
- No ORGANIZER: it is for meetings that one is invited to (section 3.8.4.3).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.api.language import in_script, speaking
from core.contentlines import component, day, instant, line, text, timezone, utc
from core.translations import resolve, show
from events.models import EventStatus, Precision, ReleasedSlot, SlotStatus, Timing
from events.models.slots import ASSUMED_LENGTH
from venues.serializers.venue import address_text

PRODUCT = "-//Industrial tourism//Calendars 1//EN"
REFRESH = "PT1H"  # how often a client is to ask again
MOST_NAMES = 12  # of participants in one entry
YEARS = 30  # around the moment, for which daylight saving time is told

STATUSES = {
    SlotStatus.SCHEDULED: "CONFIRMED",
    SlotStatus.TENTATIVE: "TENTATIVE",
    SlotStatus.POSTPONED: "TENTATIVE",
    SlotStatus.CANCELLED: "CANCELLED",
}
MARKS = {SlotStatus.CANCELLED: _("Cancelled: %(title)s"), SlotStatus.POSTPONED: _("Postponed: %(title)s")}
WHOLE_EVENT = {
    EventStatus.CANCELLED: _("The whole event is cancelled."),
    EventStatus.POSTPONED: _("The whole event is postponed."),
}


@dataclass(frozen=True)
class Feed:
    """What a calendar is: its name, what it is about, where it is fetched from, the page of the same in ``url``."""

    name: str
    about: str
    source: str
    language: str
    moment: datetime
    url: str = ""


Span = tuple[date, date] | tuple[datetime, datetime]


def write_calendar(feed: Feed, slots: Sequence[ReleasedSlot], zone: ZoneInfo) -> bytes:
    """The file, in UTF-8; the same input makes the same bytes.

    The slots come with their events, venues and spaces. Without any it still holds the time zone, for a calendar has
    at least one component (section 3.6).
    """
    shown = [slot for slot in slots if span(slot) is not None]
    with speaking(feed.language):
        entries = [part for slot in shown for part in entry(slot, feed.language, zone)]
        lines = [*_head(feed, shown), *timezone(zone, *_years(feed, shown)), *entries]
    return b"\r\n".join([*component("VCALENDAR", lines), b""])


def _head(feed: Feed, slots: Sequence[ReleasedSlot]) -> Iterator[bytes]:
    """RFC 7986, and the names that older clients know the same by."""
    yield line("VERSION", "2.0")
    yield line("PRODID", PRODUCT)
    yield line("CALSCALE", "GREGORIAN")
    yield line("NAME", text(feed.name), LANGUAGE=feed.language)
    yield line("X-WR-CALNAME", text(feed.name))
    if feed.about:
        yield line("DESCRIPTION", text(feed.about), LANGUAGE=feed.language)
        yield line("X-WR-CALDESC", text(feed.about))
    yield line("SOURCE", feed.source, VALUE="URI")
    if feed.url:
        yield line("URL", feed.url)
    if slots:
        yield line("LAST-MODIFIED", utc(max(changed_at(slot) for slot in slots)))
    yield line("REFRESH-INTERVAL", REFRESH, VALUE="DURATION")
    yield line("X-PUBLISHED-TTL", REFRESH)


def _years(feed: Feed, slots: Sequence[ReleasedSlot]) -> tuple[int, int]:
    now = feed.moment.year
    years = [now, *(year for slot in slots if slot.starts_at for year in (slot.sort_start.year, slot.sort_end.year))]
    return max(min(years), now - YEARS), min(max(years), now + YEARS)


def span(slot: ReleasedSlot) -> Span | None:
    """From when until when: two instants, or two days of which the second is no more part; None without a day."""
    if slot.precision == Precision.TBA and slot.on_date is None:
        return None
    is_run = slot.through is not None and slot.through > slot.day
    if slot.starts_at is None or slot.timing != Timing.TIMED or is_run:
        return slot.day, min(slot.last_day, date.max - timedelta(days=1)) + timedelta(days=1)
    return slot.starts_at, slot.ends_at or slot.starts_at + ASSUMED_LENGTH


def status(slot: ReleasedSlot) -> str:
    if slot.status == SlotStatus.SCHEDULED and slot.precision == Precision.TBA:
        return "TENTATIVE"
    return STATUSES[SlotStatus(slot.status)]


def changed_at(slot: ReleasedSlot) -> datetime:
    """When anything that its entry shows was last changed."""
    shown = [slot, slot.event, *([slot.venue] if slot.venue and slot.venue.public else [])]
    return max(row.updated_at for row in shown)


def entry(slot: ReleasedSlot, tag: str, zone: ZoneInfo) -> list[bytes]:
    """A VEVENT (section 3.6.1). Its texts are in the language that ``tag`` names, messages in the active one."""
    share_url = f"{settings.PUBLIC_ORIGIN}/slots/{slot.uid}/"
    title, language = summary(slot, tag)
    venue = slot.venue if slot.venue and slot.venue.public else None
    changed = utc(changed_at(slot))
    lines = [
        line("UID", str(slot.uid)),
        line("DTSTAMP", changed),
        line("LAST-MODIFIED", changed),
        line("SEQUENCE", str(slot.sequence)),
        *_times(slot, zone),
        line("STATUS", status(slot)),
        line("SUMMARY", text(title), LANGUAGE=language),
        line("DESCRIPTION", text("\n".join([*_notes(slot, tag, zone), share_url]))),
        line("CATEGORIES", f"{text(slot.slot_kind)},{text(slot.event.event_kind)}"),
        line("URL", share_url),
    ]
    if place := location(slot, tag):
        lines.append(line("LOCATION", text(place)))
    if venue and venue.point:
        lines.append(line("GEO", f"{venue.point.lat:.6f};{venue.point.lng:.6f}"))
    return component("VEVENT", lines)


def _times(slot: ReleasedSlot, zone: ZoneInfo) -> list[bytes]:
    found = span(slot)
    assert found is not None  # left out before
    start, end = found
    takes_place = slot.status in (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE)
    if isinstance(start, datetime) and isinstance(end, datetime):
        busy = line("TRANSP", "OPAQUE" if takes_place else "TRANSPARENT")
        return [instant("DTSTART", start, zone), instant("DTEND", end, zone), busy]
    days = [line("DTSTART", day(start), VALUE="DATE"), line("DTEND", day(end), VALUE="DATE")]
    return [*days, line("TRANSP", "TRANSPARENT")]


def _one_line(value: str) -> str:
    return " ".join(value.split())


def summary(slot: ReleasedSlot, tag: str) -> tuple[str, str]:
    """The title with the event's, for “Opening” says little among somebody's own appointments; and its language."""
    title, language = resolve(slot.title, tag)
    event = show(slot.event.title, tag)
    if event.casefold() not in title.casefold():
        title = f"{title} · {event}"
    title = _one_line(title)
    mark = MARKS.get(SlotStatus(slot.status))
    return _say(mark, tag, title=title) if mark else title, language or tag


def _say(message: Any, tag: str, **values: Any) -> str:
    return in_script(str(message), tag) % values if values else in_script(str(message), tag)


def location(slot: ReleasedSlot, tag: str) -> str:
    """The place in words, the space, the venue, its address; of what is not public nothing."""
    parts = [show(slot.place_name, tag)]
    if slot.venue and slot.venue.public:
        parts += [show(slot.space.name, tag) if slot.space else "", show(slot.venue.name, tag)]
        parts.append(show(address_text(slot.venue), tag))
    return ("，" if tag.startswith("zh") else ", ").join(_one_line(part) for part in parts if part)


def _notes(slot: ReleasedSlot, tag: str, zone: ZoneInfo) -> Iterator[str]:
    """The lines of DESCRIPTION: of which event, what is uncertain or has changed, who takes part."""
    if slot.notice:
        yield _one_line(show(slot.notice.text, tag))
    yield _one_line(show(slot.event.title, tag))
    if note := show(slot.status_note, tag):
        yield note
    if whole := WHOLE_EVENT.get(EventStatus(slot.event.status)):
        yield " ".join([_say(whole, tag), show(slot.event.status_note, tag)]).strip()
    yield from (_say(message, tag, **values) for message, values in _about_times(slot, zone))
    if names := _names(slot.participants, tag):
        yield names
    if slot.sample:
        yield _say(_("Demonstration data."), tag)


def _about_times(slot: ReleasedSlot, zone: ZoneInfo) -> Iterator[tuple[Any, dict[str, str]]]:
    """What the times of the entry do not say by themselves."""
    start = slot.starts_at.astimezone(zone) if slot.starts_at else None
    if slot.status == SlotStatus.CANCELLED:
        return
    if slot.status == SlotStatus.POSTPONED:
        yield _("The new time is not known yet. The old one is shown."), {}
        return
    moved = slot.previous_start is not None and slot.previous_start != slot.starts_at
    if moved and slot.previous_start:
        yield _("Moved. Before: %(before)s."), {"before": f"{slot.previous_start.astimezone(zone):%Y-%m-%d %H:%M}"}
    if slot.timing == Timing.VENUE_HOURS:
        yield _("During the opening hours of the venue."), {}
    elif slot.timing == Timing.ALL_DAY:
        return
    elif start is None:
        yield _("The time will be announced."), {}
    elif slot.precision == Precision.NOT_BEFORE:
        yield _("Not before %(time)s."), {"time": f"{start:%H:%M}"}
    elif slot.through is not None and slot.through > slot.day:
        yield _("Starts at %(time)s."), {"time": f"{start:%H:%M}"}
    if start is not None and slot.ends_at is None and slot.timing == Timing.TIMED:
        yield _("The end is not known."), {}


def _names(participants: Iterable[dict[str, Any]], tag: str) -> str:
    """In the order of their billing, as they were frozen."""
    names = [_one_line(show(each["name"], tag)) for each in participants]
    shown = [*names[:MOST_NAMES], "…"] if len(names) > MOST_NAMES else names
    return ("、" if tag.startswith("zh") else ", ").join(shown)
