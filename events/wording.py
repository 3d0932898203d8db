"""A schedule's differences in words, for whoever is about to release them or is told that somebody did.

The words are in the active language; texts of the content in the one that is asked for.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.translations import show
from events.differences import ChangeKind, Difference
from events.models import Precision, ReleasedSlot, Slot, SlotStatus

DETAILS = ("slot_kind", "status", "status_note", "capacity", "sample")


def sentences(each: Difference, tag: str | None = None) -> list[str]:
    """What became of one slot, a sentence for each kind of change. ``tag`` is the content's language."""
    before, after = each.before, each.after
    if before is None or after is None:
        return [_only(each.row, after is not None, tag)]
    return [text for kind in each.kinds if (text := _sentence(kind, before, after, tag))]


def headline(each: Difference, tag: str | None = None) -> str:
    return show(each.row.title, tag)


def _only(row: ReleasedSlot, is_new: bool, tag: str | None) -> str:
    values = {"when": when(row), "where": where(row, tag)}
    if not is_new:
        return _("Taken out; it was %(when)s, %(where)s.") % values
    if row.status == SlotStatus.CANCELLED:
        return _("New and cancelled: %(when)s, %(where)s.") % values
    if row.status == SlotStatus.POSTPONED:
        return _("New and postponed: %(when)s, %(where)s.") % values
    return _("New: %(when)s, %(where)s.") % values


def _sentence(kind: ChangeKind, before: ReleasedSlot, after: ReleasedSlot, tag: str | None) -> str:
    match kind:
        case ChangeKind.RETIMED:
            return _("Time: %(after)s; before: %(before)s.") % {"before": when(before), "after": when(after)}
        case ChangeKind.MOVED:
            return _("Place: %(after)s; before: %(before)s.") % {
                "before": where(before, tag),
                "after": where(after, tag),
            }
        case ChangeKind.RETITLED:
            return _("Title: “%(after)s”; before: “%(before)s”.") % _texts("title", before, after, tag)
        case ChangeKind.LINEUP:
            return _("With %(after)s; before with %(before)s.") % {"before": who(before, tag), "after": who(after, tag)}
        case ChangeKind.CANCELLED:
            return _with_reason(_("Cancelled."), after, tag)
        case ChangeKind.POSTPONED:
            return _with_reason(_("Postponed."), after, tag)
        case ChangeKind.REINSTATED:
            return _("Takes place after all.")
        case _:
            return _("Details: %(names)s.") % {"names": _(", ").join(_changed_details(before, after))}


def _with_reason(text: str, row: ReleasedSlot, tag: str | None) -> str:
    reason = show(row.status_note, tag)
    return _("%(text)s Reason: %(reason)s") % {"text": text, "reason": reason} if reason else text


def _texts(name: str, before: ReleasedSlot, after: ReleasedSlot, tag: str | None) -> dict[str, str]:
    """The text in one language; where only another one changed, all of them."""
    old, new = getattr(before, name), getattr(after, name)
    if show(old, tag) != show(new, tag):
        return {"before": show(old, tag), "after": show(new, tag)}
    return {"before": " / ".join(old.values()), "after": " / ".join(new.values())}


def _changed_details(before: ReleasedSlot, after: ReleasedSlot) -> Iterable[str]:
    for name in DETAILS:
        if getattr(before, name) != getattr(after, name):
            field: Any = Slot._meta.get_field(name)
            yield str(field.verbose_name)


def when(row: ReleasedSlot) -> str:
    """2026-05-01 19:00–20:30, as far as it is known; 00:30 the next day is said with its date."""
    if row.starts_at is None:
        if row.precision == Precision.TBA and row.on_date is None:
            return _("at a time to be announced")
        return _run(row, _date(row.on_date or row.day))
    starts = localtime(row.starts_at)
    text = date_format(starts, "Y-m-d H:i")
    if row.precision == Precision.NOT_BEFORE:
        text = _("%(time)s or later") % {"time": text}
    if row.ends_at is not None:
        ends = localtime(row.ends_at)
        text += "–" + date_format(ends, "H:i" if ends.date() == starts.date() else "Y-m-d H:i")
    return _run(row, text)


def _run(row: ReleasedSlot, text: str) -> str:
    return _("%(first)s, daily until %(last)s") % {"first": text, "last": _date(row.through)} if row.through else text


def _date(day: date | None) -> str:
    return date_format(day, "Y-m-d") if day else "–"


def where(row: ReleasedSlot, tag: str | None = None) -> str:
    words = [show(place.name, tag) for place in (row.venue, row.space) if place is not None]
    words += [show(row.place_name, tag)] if row.place_name else []
    return " · ".join(words) or _("no place")


def who(row: ReleasedSlot, tag: str | None = None) -> str:
    names = [show(each["name"], tag) for each in row.line_up]
    return _(", ").join(names) or _("nobody")
