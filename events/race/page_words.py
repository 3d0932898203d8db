"""What pages and notices say of a race, in the language that is spoken."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from events.models import ReleasedSlot
from events.page_words import slot_when
from events.race.models import Certificate, PointKind

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


def pace_words(seconds: int) -> str:
    """``5:30 /km``."""
    return f"{seconds // 60}:{seconds % 60:02} /km"
