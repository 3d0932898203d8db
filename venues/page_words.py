"""What the pages of venues and routes say, in the language that is spoken."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from core.pages.words import date_words, day_words, distance_words, duration_words, time_words
from venues.models import Fact, Hazard, Photography
from venues.models.routes import Mode
from venues.models.venue import Kind, OperatingStatus
from venues.opening import Opening
from venues.opening_hours import DAY, Day, Span, State
from venues.spans import clock

KINDS: dict[str, Any] = {
    Kind.MUSEUM: gettext_lazy("Museum"),
    Kind.CULTURE_PARK: gettext_lazy("Cultural and creative park"),
    Kind.SPORTS: gettext_lazy("Sports ground"),
    Kind.PLANT: gettext_lazy("Working plant"),
    Kind.PARK: gettext_lazy("Park"),
    Kind.SHOPPING: gettext_lazy("Shopping centre"),
    Kind.STREET: gettext_lazy("Street and quarter"),
    Kind.STAGE: gettext_lazy("Concert, theatre and conference hall"),
    Kind.HALL: gettext_lazy("Hall"),
    Kind.OTHER: gettext_lazy("Place"),
}
NOT_OPERATING: dict[str, Any] = {
    OperatingStatus.RENOVATION: gettext_lazy("Closed for renovation"),
    OperatingStatus.PLANNED: gettext_lazy("Not open yet: it is being planned"),
    OperatingStatus.CLOSED_FOR_GOOD: gettext_lazy("Closed for good"),
}
ACCESS: dict[str, Any] = {
    Fact.STEP_FREE: gettext_lazy("Step-free entrance"),
    Fact.LIFT: gettext_lazy("Lift"),
    Fact.ACCESSIBLE_TOILET: gettext_lazy("Accessible toilet"),
    Fact.PARKING: gettext_lazy("Accessible parking"),
    Fact.WHEELCHAIR_LOAN: gettext_lazy("Wheelchairs to borrow"),
    Fact.TACTILE_GUIDANCE: gettext_lazy("Tactile guidance"),
    Fact.HEARING_LOOP: gettext_lazy("Hearing loop"),
    Fact.SIGN_LANGUAGE_TOURS: gettext_lazy("Tours in sign language"),
    Fact.STROLLERS: gettext_lazy("Suitable for pushchairs"),
    Fact.QUIET_HOURS: gettext_lazy("Quiet hours"),
}
PHOTOGRAPHY: dict[str, Any] = {
    Photography.ALLOWED: gettext_lazy("Photography is allowed"),
    Photography.NO_FLASH: gettext_lazy("Photography without flash"),
    Photography.ASK: gettext_lazy("Ask the staff before you take pictures"),
    Photography.FORBIDDEN: gettext_lazy("Photography is forbidden"),
}
HAZARDS: dict[str, Any] = {
    Hazard.PACEMAKER: gettext_lazy("Magnetic fields (pacemakers)"),
    Hazard.HEAT: gettext_lazy("Heat"),
    Hazard.NOISE: gettext_lazy("Noise"),
    Hazard.STROBE: gettext_lazy("Flashing lights"),
    Hazard.DUST: gettext_lazy("Dust"),
    Hazard.FUMES: gettext_lazy("Fumes or strong smells"),
    Hazard.STAIRS: gettext_lazy("Many stairs"),
    Hazard.LONG_WALK: gettext_lazy("Long way on foot"),
    Hazard.HEIGHTS: gettext_lazy("Heights"),
    Hazard.OTHER: gettext_lazy("Health advice"),
}
MODES: dict[str, Any] = {
    Mode.WALK: gettext_lazy("On foot"),
    Mode.BICYCLE: gettext_lazy("By bicycle"),
    Mode.METRO: gettext_lazy("By metro"),
    Mode.BUS: gettext_lazy("By bus"),
    Mode.CAR: gettext_lazy("By car"),
    Mode.TAXI: gettext_lazy("By taxi"),
    Mode.COACH: gettext_lazy("By coach"),
}
ROUTE = gettext_lazy("Themed route")


class Line(NamedTuple):
    """A sentence, perhaps yet to be translated, and its colour: good, bad, warn, plain."""

    text: Any
    tone: str


def opening_line(status: str, opening: Opening) -> Line:
    """Whether it is open, and until when, or when it opens."""
    if status in NOT_OPERATING:
        return Line(str(NOT_OPERATING[status]), "bad")
    now = opening.evaluated_at
    if opening.state is State.OPEN:
        soon = opening.closes_at is not None and opening.closes_at - now <= timedelta(hours=1)
        return Line(_open_until(opening, now), "warn" if soon else "good")
    if opening.state is State.BY_BOOKING:
        return Line(_("By booking only"), "warn")
    if opening.state is State.UNKNOWN:
        return Line(_("Opening hours are not known"), "plain")
    if opening.next_change_at is None:
        return Line(_("Closed now"), "bad")
    return Line(_("Closed, opens %(when)s") % {"when": _soon(opening.next_change_at, now)}, "bad")


def _open_until(opening: Opening, now: datetime) -> str:
    if opening.closes_at is None or opening.closes_at - now > timedelta(hours=20):
        return _("Open now")
    closes = time_words(opening.closes_at)
    if opening.last_entry_at is None:
        return _("Open until %(time)s") % {"time": closes}
    if opening.last_entry_at < now:
        return _("Open until %(time)s, but the last entry was at %(entry)s") % {
            "time": closes,
            "entry": time_words(opening.last_entry_at),
        }
    return _("Open until %(time)s, last entry %(entry)s") % {
        "time": closes,
        "entry": time_words(opening.last_entry_at),
    }


def _soon(moment: datetime, now: datetime) -> str:
    """``at 09:00``, ``on Saturday at 09:00``, ``on Thursday, 1 October 2026 at 09:00``."""
    there, here = timezone.localtime(moment), timezone.localtime(now)
    if there.date() == here.date():
        return _("at %(time)s") % {"time": time_words(moment)}
    near = there.date() - here.date() < timedelta(days=7)
    day = date_format(there, "l") if near else day_words(there.date())
    return _("on %(day)s at %(time)s") % {"day": day, "time": time_words(moment)}


def span_words(span: Span) -> str:
    if span.opens == 0 and span.closes == DAY:
        return _("all day")
    return f"{clock(span.opens)}–{clock(span.closes if span.closes <= DAY else span.closes % DAY)}"


def hours_words(day: Day) -> str:
    """``09:00–16:30``; what one may only leave is no opening."""
    spans = [span_words(span) for span in day.spans if span.state is not State.EXIT_ONLY]
    words = {
        State.CLOSED: pgettext("hours", "closed"),
        State.EXIT_ONLY: pgettext("hours", "closed"),
        State.UNKNOWN: _("not known"),
        State.BY_BOOKING: _("by booking"),
        State.OPEN: "",
    }[day.state]
    return " ".join(part for part in (", ".join(spans), words) if part)


def entry_words(day: Day) -> str:
    entries = [clock(span.last_entry % DAY) for span in day.spans if span.last_entry is not None]
    return _("last entry %(time)s") % {"time": ", ".join(entries)} if entries else ""


def visit_lines(rules: Mapping[str, Any]) -> list[str]:
    """The rules of a visit that are numbers or choices, as sentences; texts are shown as they are written."""
    ages, group, booking = rules["ages"], rules["group"], rules["booking"]
    lines = []
    if ages["min"]:
        lines.append(_("Visitors must be at least %(age)d years old.") % {"age": ages["min"]})
    if ages["accompanied_under"]:
        lines.append(_("Under %(age)d only with an adult.") % {"age": ages["accompanied_under"]})
    if rules["height_min"]:
        lines.append(_("Minimum height: %(height)d cm.") % {"height": rules["height_min"]})
    if group["max"]:
        lines.append(_("Groups of up to %(size)d.") % {"size": group["max"]})
    if booking["required"]:
        lines.append(_("Booking is required."))
    if booking["lead_days"]:
        lines.append(_("Book %(days)d days ahead.") % {"days": booking["lead_days"]})
    if rules["lockers"]:
        lines.append(_("There are lockers for bags."))
    if rules["photography"]["rule"]:
        lines.append(f"{PHOTOGRAPHY[rules['photography']['rule']]}.")
    if rules["line_running"] == "no":
        lines.append(_("The production line does not run today."))
    return lines


def way_words(way: Mapping[str, Any]) -> str:
    """``On foot, 850 m, 12 min``."""
    parts = [
        str(MODES[way["mode"]]) if way["mode"] else "",
        "" if way["distance"] is None else distance_words(way["distance"]),
        "" if way["minutes"] is None else duration_words(way["minutes"]),
    ]
    return " · ".join(part for part in parts if part)


def checked_words(verified_on: Any) -> str:
    """When somebody last looked, for the foot of the page."""
    return _("Checked on %(day)s.") % {"day": date_words(verified_on)} if verified_on else ""
