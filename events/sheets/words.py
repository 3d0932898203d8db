"""Fields of a slot in words, before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.translations import languages
from events.models import Slot
from events.sheets.columns import field_name
from events.sheets.moments import local
from events.sheets.values import Entry

# Field of the sheet -> column of the table, in the order in which changes are told.
COLUMNS = {
    "start": "starts_at",
    "end": "ends_at",
    "on_date": "on_date",
    "through": "through",
    "precision": "precision",
    "timing": "timing",
    "kind": "slot_kind",
    "status": "status",
    "venue": "venue_id",
    "space": "space_id",
    "capacity": "capacity",
}
TEXTS = ("title", "status_note", "place_name")


@dataclass(frozen=True)
class Change:
    """One field that differs, in words; empty is "–"."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return field_name(self.field)


def changes_between(before: Slot, after: Slot, lineup: Iterable[Entry] | None) -> list[Change]:
    found = []
    for field, name in COLUMNS.items():
        if getattr(before, name) != getattr(after, name):
            found.append(Change(field, words(before, field), words(after, field)))
    for name in TEXTS:
        one, other = getattr(before, name), getattr(after, name)
        for tag in dict.fromkeys([*languages(), *one, *other]):
            if one.get(tag, "") != other.get(tag, ""):
                found.append(Change(f"{name}.{tag}", one.get(tag, "") or "–", other.get(tag, "") or "–"))
    if lineup is not None:
        found.append(Change("participants", people(lineup_of(before)), people(lineup)))
    return found


def lineup_of(slot: Slot) -> list[Entry]:
    """Who takes part, from the rows that were loaded with the slot."""
    return [(each.participant, each.role) for each in slot.participations.all()]


def words(slot: Slot, field: str) -> str:
    """``"2026-05-01 18:00"``, ``"cancelled"``, ``"Museum"``."""
    name = COLUMNS[field]
    value = getattr(slot, name)
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        return clock_words(value)
    if name in ("venue_id", "space_id"):
        return str(getattr(slot, name.removesuffix("_id")))
    display = getattr(slot, f"get_{name}_display", None)
    return str(display() if display else value)


def clock_words(moment: datetime) -> str:
    return local(moment).isoformat(" ", "minutes")


def people(lineup: Iterable[Entry]) -> str:
    return "; ".join(f"{role}: {who}" if role else str(who) for who, role in lineup) or "–"


def when(slot: Slot) -> str:
    """The time of a slot in one line: ``"2026-05-01 18:00 – 20:00"``."""
    if slot.starts_at is None:
        return slot.on_date.isoformat() if slot.on_date else str(slot.get_precision_display())
    start = local(slot.starts_at)
    if slot.ends_at is None:
        return start.isoformat(" ", "minutes")
    end = local(slot.ends_at)
    shown = end.strftime("%H:%M") if end.date() == start.date() else end.strftime("%m-%d %H:%M")
    return f"{start.isoformat(' ', 'minutes')} – {shown}"


def where(slot: Slot) -> str:
    return " · ".join(str(each) for each in (slot.venue, slot.space) if each)
