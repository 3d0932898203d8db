"""What the pages of events and slots say, in the language that is spoken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.pages.words import day_words, days_words, moment_words, time_words
from events.booking import Terms
from events.models import BookingStatus, Event, EventStatus, Kind, Precision, ReleasedSlot, SlotKind, SlotStatus, Timing
from venues.page_words import Line

EVENT_KINDS: dict[str, Any] = {
    Kind.SEASON: gettext_lazy("Season"),
    Kind.LEAGUE: gettext_lazy("League"),
    Kind.CUP: gettext_lazy("Cup"),
    Kind.RACE: gettext_lazy("Race"),
    Kind.CONCERT: gettext_lazy("Concert"),
    Kind.SHOW: gettext_lazy("Show"),
    Kind.TOUR: gettext_lazy("Guided tour"),
    Kind.EXHIBITION: gettext_lazy("Exhibition"),
    Kind.MARKET: gettext_lazy("Market"),
    Kind.FESTIVAL: gettext_lazy("Festival"),
    Kind.CEREMONY: gettext_lazy("Ceremony"),
    Kind.OTHER: gettext_lazy("Event"),
}
SLOT_KINDS: dict[str, Any] = {
    SlotKind.MATCH: gettext_lazy("Match"),
    SlotKind.WAVE: gettext_lazy("Start"),
    SlotKind.SET: gettext_lazy("Set"),
    SlotKind.TOUR: gettext_lazy("Guided tour"),
    SlotKind.SESSION: gettext_lazy("Session"),
    SlotKind.SHOW: gettext_lazy("Show"),
    SlotKind.CEREMONY: gettext_lazy("Ceremony"),
    SlotKind.EXHIBITION: gettext_lazy("Exhibition"),
    SlotKind.MARKET: gettext_lazy("Market"),
    SlotKind.OTHER: gettext_lazy("Event"),
    SlotKind.DOORS: gettext_lazy("Doors"),
    SlotKind.BREAK: gettext_lazy("Break"),
    SlotKind.CHANGEOVER: gettext_lazy("Changeover"),
    SlotKind.CURFEW: gettext_lazy("Curfew"),
    SlotKind.CUTOFF: gettext_lazy("Cut-off"),
    SlotKind.CLOSURE: gettext_lazy("Road closure"),
}
# What is worth a mark; "scheduled" is what one expects.
STATUSES: dict[str, Line] = {
    SlotStatus.TENTATIVE: Line(gettext_lazy("Not confirmed yet"), "warn"),
    SlotStatus.POSTPONED: Line(gettext_lazy("Postponed"), "warn"),
    SlotStatus.CANCELLED: Line(gettext_lazy("Cancelled"), "bad"),
}
BOOKING: dict[str, Line] = {
    BookingStatus.NOT_NEEDED: Line(gettext_lazy("No booking needed"), "good"),
    BookingStatus.WALK_IN: Line(gettext_lazy("Just walk in, no booking"), "good"),
    BookingStatus.NOT_YET: Line(gettext_lazy("Booking is not open yet"), "warn"),
    BookingStatus.OPEN: Line(gettext_lazy("Booking is open"), "good"),
    BookingStatus.WAITLIST: Line(gettext_lazy("Waiting list only"), "warn"),
    BookingStatus.SOLD_OUT: Line(gettext_lazy("Sold out"), "bad"),
    BookingStatus.CLOSED: Line(gettext_lazy("Booking is closed"), "bad"),
}
# What is worth a mark beside a score; one that is confirmed is what one expects.
RESULTS: dict[str, Line] = {
    "provisional": Line(gettext_lazy("Provisional"), "warn"),
    "forfeit": Line(gettext_lazy("Forfeited"), "warn"),
    "void": Line(gettext_lazy("Does not count"), "bad"),
}
ROLES: dict[str, Any] = {
    "home": pgettext_lazy("team", "Home"),
    "away": pgettext_lazy("team", "Away"),
    "headliner": gettext_lazy("Headliner"),
    "support": gettext_lazy("Support"),
    "guide": gettext_lazy("Guide"),
    "performer": "",  # what one expects of who is on a stage
    "host": gettext_lazy("Host"),
    "speaker": gettext_lazy("Speaker"),
}


def event_line(event: Event, moment_day: Any) -> Line | None:
    """What must be known first about an event: that it does not take place, or that it is over."""
    if event.status != EventStatus.SCHEDULED:
        return STATUSES[event.status]
    last = event.slots_to or event.last_day
    known = event.slots_to is not None or event.starts_on is not None
    return Line(_("This event is over"), "plain") if known and last < moment_day else None


def event_days(event: Event) -> str:
    """Its own days, else those of its schedule; of an event that has no end yet, when it began."""
    if event.starts_on is None:
        return days_words(event.slots_from, event.slots_to)
    shown = days_words(event.starts_on, event.ends_on, event.date_precision)
    return shown if event.ends_on else _("From %(day)s") % {"day": shown}


def slot_clock(slot: ReleasedSlot) -> str:
    """``18:00–20:00``, or what stands for a time that nobody knows."""
    if slot.precision == Precision.TBA:
        return _("to be announced")
    if slot.timing == Timing.VENUE_HOURS:
        return _("during opening hours")
    if slot.timing == Timing.ALL_DAY:
        return _("all day")
    if slot.precision == Precision.DATE or slot.starts_at is None:
        return _("time to follow")
    start = time_words(slot.starts_at)
    if slot.precision == Precision.NOT_BEFORE:
        return _("not before %(time)s") % {"time": start}
    end = slot.ends_at if slot.status != SlotStatus.POSTPONED else None
    return f"{start}–{time_words(end)}" if end else start


def slot_when(slot: ReleasedSlot) -> str:
    """``Saturday, 28 November 2026, 18:00–20:00``. A start after midnight stands with its own date."""
    if slot.precision == Precision.TBA and slot.on_date is None:
        return _("The date is to be announced")
    if slot.through is not None and slot.through > slot.day:
        return _("%(day)s, %(clock)s") % {"day": days_words(slot.day, slot.through), "clock": slot_clock(slot)}
    day = timezone.localtime(slot.starts_at).date() if slot.starts_at else slot.day
    return _("%(day)s, %(clock)s") % {"day": day_words(day), "clock": slot_clock(slot)}


def slot_line(slot: ReleasedSlot, moment: datetime) -> Line | None:
    if slot.status in STATUSES:
        return STATUSES[slot.status]
    return {"running": Line(_("On now"), "good"), "finished": Line(_("This is over"), "plain")}.get(
        slot.phase_at(moment)
    )


def moved_words(slot: ReleasedSlot) -> str:
    """When it was to be before; empty where it was never moved."""
    if slot.previous_start is None or slot.previous_start == slot.starts_at:
        return ""
    before = {"when": moment_words(slot.previous_start)}
    if slot.starts_at is None or slot.status in (SlotStatus.CANCELLED, SlotStatus.POSTPONED):
        return _("Before: %(when)s") % before
    return _("New time. Before: %(when)s") % before


def booking_line(terms: Event | Terms | None) -> Line | None:
    """With the window's edge that comes next, where one is known; None where nothing is."""
    line = BOOKING.get(terms.booking_now) if terms else None
    if terms is None or line is None:
        return None
    if terms.booking_now == BookingStatus.NOT_YET and terms.booking_opens_at:
        return Line(_("Booking opens: %(when)s") % {"when": edge_words(terms.booking_opens_at)}, line.tone)
    if terms.booking_now == BookingStatus.OPEN and terms.booking_closes_at:
        return Line(_("Booking is open until %(when)s") % {"when": edge_words(terms.booking_closes_at)}, line.tone)
    return line


def own_booking_line(slot: ReleasedSlot, booking: Mapping[str, Any] | None) -> Line | None:
    """What a list says beside a slot that is booked otherwise than its event; ``booking`` is the slot's item's."""
    own = booking is not None and slot.own_booking is not None and booking["status"] != slot.event.booking_now
    return BOOKING.get(booking["status"] or "") if booking is not None and own else None


def closing_words(terms: Event | Terms | None) -> str:
    """When booking will close, where ``booking_line`` tells when it opens."""
    waiting = terms is not None and terms.booking_now == BookingStatus.NOT_YET
    if terms is None or not waiting or terms.booking_closes_at is None:
        return ""
    return _("Booking closes: %(when)s") % {"when": edge_words(terms.booking_closes_at)}


def edge_words(moment: datetime) -> str:
    """``Friday, 8 May 2026, 12:00 (UTC+8)``: who books sits in any time zone."""
    return f"{moment_words(moment)} ({zone_words(moment)})"


def zone_words(moment: datetime) -> str:
    """``UTC+8``, ``UTC+5:30``: of the district's clock at that moment."""
    minutes = round((timezone.localtime(moment).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def score_words(result: Mapping[str, Any] | None) -> str:
    """``68:61``, home first, of the API's ``result``; empty where nothing is known."""
    score = result["score"] if result else None
    return f"{score['home']}:{score['away']}" if score else ""


def result_line(result: Mapping[str, Any] | None) -> Line | None:
    return RESULTS.get(result["state"]) if result else None
