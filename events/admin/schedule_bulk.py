"""Acts on the slots that are ticked in the table of the workbench."""

import re
from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.forms import TranslatedFormField
from events import bulk
from events.models import Event, Release
from events.placing import Place

# These are released at once where visitors know the slots.
URGENT = ("cancel", "postpone", "reinstate", "remove")
ACTS = ("shift", "move", "copy", *URGENT)
DATES = re.compile(r"[,;，、；\s]+")


class BulkForm(forms.Form):
    """The parts of all acts; each reads its own."""

    minutes = forms.IntegerField(label=gettext_lazy("minutes"), required=False)
    to = forms.CharField(label=gettext_lazy("place"), required=False)
    dates = forms.CharField(label=gettext_lazy("dates"), required=False, max_length=2000)
    reason = TranslatedFormField(label=gettext_lazy("reason"), required=False, max_length=300)

    def refuse(self, error: ValidationError) -> None:
        """Shows what the act said beside the part that it is about, or above them."""
        by_part = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, problems in by_part.items():
            self.add_error(name if name in self.fields else None, problems)


def read_dates(text: str) -> list[Any]:
    found = []
    for part in filter(None, DATES.split(text)):
        try:
            day = parse_date(part)
        except ValueError:
            day = None
        if day is None:
            raise ValidationError(
                {"dates": _("“%(text)s” is no date. Write it like 2026-05-01.") % {"text": part[:20]}}
            )
        found.append(day)
    return found


def chosen_slots(data: QueryDict) -> list[UUID]:
    """Raises ValidationError where what is ticked names no slot."""
    try:
        return [UUID(text) for text in data.getlist("chosen")]
    except ValueError as error:
        raise ValidationError(_("The event has no such slot. Reload its schedule.")) from error


def act_on(
    name: str,
    event: Event,
    uids: Collection[UUID],
    values: dict[str, Any],
    places: dict[str, Place],
    by: Any,
    **how: Any,
) -> str:
    """Does it, and says what was done. Raises ValidationError, and Refused where warnings are to be accepted."""
    acts: dict[str, Callable[[], Any]] = {
        "shift": lambda: bulk.shift(event, uids, values["minutes"] or 0, by),
        "move": lambda: _move(event, uids, places.get(values["to"]), by),
        "copy": lambda: bulk.copy_to(event, uids, read_dates(values["dates"]), by),
        "cancel": lambda: bulk.cancel(event, uids, values["reason"], by),
        "postpone": lambda: bulk.postpone(event, uids, values["reason"], by),
        "reinstate": lambda: bulk.reinstate(event, uids, by, **how),
        "remove": lambda: bulk.remove(event, uids, by),
    }
    return _done(acts[name](), len(uids))


def _move(event: Event, uids: Collection[UUID], place: Place | None, by: Any) -> list[Any]:
    if place is None or place.venue is None:
        raise ValidationError({"to": _("Choose a place.")})
    return bulk.move(event, uids, place.venue, place.space, by)


def _done(result: Release | list[Any] | None, count: int) -> str:
    if isinstance(result, Release):
        text = ngettext(
            "Done with %(count)d slot, and released at once as number %(number)d.",
            "Done with %(count)d slots, and released at once as number %(number)d.",
            count,
        )
        return text % {"count": count, "number": result.number}
    total = count if result is None else len(result)
    text = ngettext("Done with %(count)d slot, as a draft.", "Done with %(count)d slots, as drafts.", total)
    return text % {"count": total}
