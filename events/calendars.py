"""Released slots as an iCalendar file (RFC 5545, RFC 7986): what an entry is, and what it says.

- A slot of known times is an entry from its start to its end; an end that is not known counts as two hours.
- A mere date, an all-day slot, one that follows its venue's hours, and a run over several days are all-day entries
  that block nobody's time.
- To be announced: tentative, on its day. Without a day there is no entry: an invented one would be believed.
- Cancelled stays, as CANCELLED. Postponed stays at its old time, as TENTATIVE, for a new one is not known. Both say so
  in SUMMARY too, because not every client shows STATUS.
- No ORGANIZER: it is for meetings that one is invited to (section 3.8.4.3).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from icalendar import Calendar, vDuration, vText
from icalendar import Event as Entry

from core.api.language import in_script, speaking
from core.translations import resolve, show
from core.vtimezone import vtimezone
from events.models import EventStatus, Precision, ReleasedSlot, SlotStatus, Timing
from events.models.slots import ASSUMED_LENGTH
from venues.serializers.venue import address_text

PRODUCT = "-//Industrial tourism//Calendars 1//EN"
REFRESH = timedelta(hours=1)  # how often a client is to ask again
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
        calendar = _head(feed, shown)
        calendar.add_component(vtimezone(zone, *_years(feed, shown)))
        for slot in shown:
            calendar.add_component(entry(slot, feed.language, zone))
    return calendar.to_ical(sorted=False)


def _head(feed: Feed, slots: Sequence[ReleasedSlot]) -> Calendar:
    """RFC 7986, and the names that older clients know the same by."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    made.add("calscale", "GREGORIAN")
    made.add("name", text(feed.name), {"LANGUAGE": feed.language})
    made.add("x-wr-calname", text(feed.name))
    if feed.about:
        made.add("description", text(feed.about), {"LANGUAGE": feed.language})
        made.add("x-wr-caldesc", text(feed.about))
    made.add("source", feed.source, {"VALUE": "URI"})
    if feed.url:
        made.add("url", feed.url)
    if slots:
        made.add("last-modified", max(changed_at(slot) for slot in slots))
    made.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))
    return made


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


def entry(slot: ReleasedSlot, tag: str, zone: ZoneInfo) -> Entry:
    """A VEVENT (section 3.6.1). Its texts are in the language that ``tag`` names, messages in the active one."""
    share_url = f"{settings.PUBLIC_ORIGIN}/slots/{slot.uid}/"
    title, language = summary(slot, tag)
    venue = slot.venue if slot.venue and slot.venue.public else None
    made = Entry()
    made.add("uid", str(slot.uid))
    made.add("dtstamp", changed_at(slot))
    made.add("last-modified", changed_at(slot))
    made.add("sequence", slot.sequence)
    _add_times(made, slot, zone)
    made.add("status", status(slot))
    made.add("summary", text(title), {"LANGUAGE": language})
    made.add("description", text("\n".join([*_notes(slot, tag, zone), share_url])))
    made.add("categories", [slot.slot_kind, slot.event.event_kind])
    made.add("url", share_url)
    if place := location(slot, tag):
        made.add("location", text(place))
    if venue and venue.point:
        made.add("geo", (round(venue.point.lat, 6), round(venue.point.lng, 6)))
    return made


def _add_times(made: Entry, slot: ReleasedSlot, zone: ZoneInfo) -> None:
    found = span(slot)
    assert found is not None  # left out before
    start, end = found
    timed = isinstance(start, datetime)
    takes_place = slot.status in (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE)
    made.add("dtstart", _in_zone(start, zone))
    made.add("dtend", _in_zone(end, zone))
    made.add("transp", "OPAQUE" if timed and takes_place else "TRANSPARENT")


def _in_zone(when: date | datetime, zone: ZoneInfo) -> date | datetime:
    """In UTC where the zone's time comes twice: it would be read as the first (section 3.3.5)."""
    if not isinstance(when, datetime):
        return when
    there = when.astimezone(zone)
    return when.astimezone(UTC) if there.fold else there


# What ends a line by Unicode's rules and is none of iCalendar's; controls that a text must not hold (section 3.3.11);
# halves of characters, which UTF-8 has no way to write.
BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
UNWRITABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def text(value: str) -> vText:
    """A TEXT value, which nothing can end. The library takes a backslash before an N for a line break: a sign that
    looks the same stands for it."""
    return vText(UNWRITABLE.sub("", BREAKS.sub("\n", value)).replace("\\N", "\u29f5N"))


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
    if names := _names(slot.line_up, tag):
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
