"""What pages and notices say of a race, in the language that is spoken."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core.pages.words import ages_words, duration_words
from events.models import ReleasedSlot
from events.page_words import slot_when
from events.race.models import Certificate, Certified, PointKind

POINTS: dict[str, Any] = {
    PointKind.START: pgettext_lazy("race", "Start"),
    PointKind.FINISH: pgettext_lazy("race", "Finish"),
    PointKind.AID: gettext_lazy("Drinks and food"),
    PointKind.TOILET: gettext_lazy("Toilets"),
    PointKind.MEDICAL: gettext_lazy("First aid"),
    PointKind.TIMING: gettext_lazy("Timing mat"),
    PointKind.SPECTATOR: gettext_lazy("Good place to watch"),
}
CERTIFICATES: dict[str, Any] = {
    Certificate.NOT_NEEDED: gettext_lazy("No medical certificate needed"),
    Certificate.RECOMMENDED: gettext_lazy("A medical certificate is recommended"),
    Certificate.REQUIRED: gettext_lazy("A medical certificate is required"),
}


def closure_words(slot: ReleasedSlot, event: str) -> str:
    """The sentence that a venue's visitors read."""
    return _("The road is closed because of “%(event)s”: %(when)s.") % {"event": event, "when": slot_when(slot)}


def passing_words(passes: Mapping[str, Any]) -> str:
    """``08:45–10:20``, of what the API tells; with one of both alone ``from 08:45``, ``until 10:20``; else empty."""
    first, last = (passes[name] and passes[name][11:16] for name in ("first_at", "last_at"))
    if first and last:
        return first if first == last else f"{first}–{last}"
    if first:
        return _("from %(time)s") % {"time": first}
    return _("until %(time)s") % {"time": last} if last else ""


def km_words(km: float) -> str:
    """``7.5 km``; ``7,5 km`` in German."""
    places = next((number for number in range(3) if round(km, number) == km), 3)
    return f"{number_format(km, decimal_pos=places)} km"


def course_facts(course: Mapping[str, Any]) -> list[str]:
    """What there is to know of a course in a few words each."""
    found = []
    if course["elevation"] and course["elevation"]["gain"]:
        found.append(_("%(metres)d m of climbing") % {"metres": course["elevation"]["gain"]})
    if course["cutoff_minutes"]:
        found.append(_("Time limit %(time)s") % {"time": duration_words(course["cutoff_minutes"])})
    if course["limit"]:
        found.append(_("At most %(count)s runners") % {"count": number_format(course["limit"], force_grouping=True)})
    if course["age_min"]:
        found.append(_("From age %(min)d") % {"min": course["age_min"]})
    if course["certification"]["status"] == Certified.YES:
        by = course["certification"]["by"]
        found.append(_("Certified: %(by)s") % {"by": by} if by else _("Certified"))
    return found


def wave_words(wave: Mapping[str, Any]) -> str:
    """``A1–A500 · 500 runners``."""
    bibs, parts = wave["bibs"], []
    if bibs["first"] is not None:
        parts.append(
            _("bibs %(first)s to %(last)s") % {name: f"{bibs['prefix']}{bibs[name]}" for name in ("first", "last")}
        )
    if wave["size"]:
        parts.append(_("%(count)s runners") % {"count": number_format(wave["size"], force_grouping=True)})
    return " · ".join(parts)


def eligibility_lines(rules: Mapping[str, Any]) -> list[str]:
    found = [ages_words(rules["ages"])]
    if rules["guardian_under"]:
        text = _("Who is under %(age)d brings a statement that a guardian has signed.")
        found.append(text % {"age": rules["guardian_under"]})
    found.append(str(CERTIFICATES.get(rules["medical_certificate"], "")))
    if rules["limit"]:
        found.append(_("At most %(count)s runners") % {"count": number_format(rules["limit"], force_grouping=True)})
    return [text for text in found if text]
