"""What the pages of an import say, for each kind of sheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.translations import show
from events.models import Event
from events.sheets.kinds import SheetKind, sheet_kinds
from events.sheets.planning import SheetPlan
from events.sheets.rows import Row
from events.sheets.words import people, when, where


@dataclass(frozen=True)
class SheetWords:
    """``how``: the template that explains the columns; ``cells(row)``: what stands in a row, ``when``, ``title``,
    ``where`` and ``who``; ``after(event)``: where an import ends."""

    title: Any
    how: str
    headings: tuple[Any, Any]
    cells: Callable[[Any], dict[str, str]]
    left: Callable[[int], str]
    note: Any
    same: Any
    done: Callable[[SheetPlan[Any]], str]
    after: Callable[[Event], str]


def _cells(row: Row) -> dict[str, str]:
    unread = row.problems and row.slot.starts_at is None and row.slot.on_date is None
    return {
        "when": "–" if unread else when(row.slot),
        "title": show(row.slot.title) or "–",
        "where": where(row.slot),
        "who": people(row.lineup) if row.lineup and row.before is None else "",
    }


def _left(count: int) -> str:
    words = ngettext(
        "%(count)d slot of the draft is not in the sheet; it stays as it is.",
        "%(count)d slots of the draft are not in the sheet; they stay as they are.",
        count,
    )
    return words % {"count": count}


def _done(plan: SheetPlan[Any]) -> str:
    counts = plan.counts
    written = counts["new"] + counts["changed"]
    if not written:
        return _("The schedule was like this already: nothing was to be written.")
    words = ngettext(
        "%(count)d slot is written to the draft. Visitors see it with the next release.",
        "%(count)d slots are written to the draft. Visitors see them with the next release.",
        written,
    )
    return words % {"count": written}


def _schedule(event: Event) -> str:
    return reverse("admin:events_event_schedule", args=[event.pk])


_words = {
    "slots": SheetWords(
        gettext_lazy("Import slots from a sheet"),
        "admin/events/import_how.html",
        (gettext_lazy("When"), gettext_lazy("Slot")),
        _cells,
        _left,
        gettext_lazy("All or nothing, into the draft: visitors see it with the next release."),
        gettext_lazy("The draft is like this already."),
        _done,
        _schedule,
    )
}


def register_words(kind: str, words: SheetWords) -> None:
    _words[kind] = words


def asked_kind(name: str) -> tuple[SheetKind, SheetWords]:
    """What an address asks for; slots where it says nothing that is known."""
    kinds = sheet_kinds()
    known = name if name in kinds and name in _words else "slots"
    return kinds[known], _words[known]
