"""The table of the workbench as it is posted: a row of cells for each slot. All rows are saved, or none."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.changes.edits import Edit
from events.admin.schedule_page import CHOSEN_STATUS
from events.models import Event, Slot
from events.placing import Cells, Place, check_one, places_of, write_cells
from events.rearranging import NAMES, changed, found, merge, store

# Which cell of the table shows what is wrong with a field.
CELL_OF = {"starts_at": "start", "ends_at": "end", "on_date": "date", "through": "date", "space": "place"}


@dataclass
class Posted:
    """What was typed, and what each row showed first."""

    cells: dict[UUID, Cells] = field(default_factory=dict)
    was: dict[UUID, Cells] = field(default_factory=dict)

    def touched(self) -> list[UUID]:
        return [uid for uid, cells in self.cells.items() if changed(cells, self.was[uid])]


class Refusal(Exception):
    """Nothing is saved. ``cells`` are shown again, with what is wrong, by slot and cell; ``lost`` are gone by now."""

    def __init__(self, cells: dict[UUID, Cells], errors: dict[UUID, dict[str, list[str]]], lost: int) -> None:
        self.cells, self.errors, self.lost = cells, errors, lost
        super().__init__(errors)


def posted_rows(data: QueryDict) -> Posted:
    posted = Posted()
    for text in data.getlist("row"):
        try:
            uid = UUID(text)
        except ValueError as error:
            raise BadRequest("A row names no slot.") from error
        posted.was[uid] = Cells.read(data.get(f"{text}-was", ""))
        cells = {name: data.get(f"{text}-{name}", getattr(posted.was[uid], name))[:80].strip() for name in NAMES}
        posted.cells[uid] = Cells(**cells)
    return posted


def save_rows(event: Event, posted: Posted, unit: Edit, *, by: Any) -> tuple[int, bool]:
    """How many slots were changed, and whether somebody else's changes were kept beside them. The event is held.

    Raises Refusal.
    """
    touched = posted.touched()
    slots, places = found(event, touched), places_of(event)
    errors: dict[UUID, dict[str, list[str]]] = {}
    merged = False
    for uid in touched:
        if uid not in slots:
            continue
        stored = Cells.of(slots[uid])
        wrong = _write(event, slots[uid], posted.cells[uid], posted.was[uid], places)
        merged |= stored != posted.was[uid]
        if wrong:
            errors[uid] = wrong
    lost = len(touched) - len(slots)
    if errors or lost:
        raise Refusal({uid: posted.cells[uid] for uid in touched}, errors, lost)
    if slots:
        store(event, list(slots.values()), unit, by=by)
    return len(slots), merged


def _write(event: Event, slot: Slot, cells: Cells, was: Cells, places: dict[str, Place]) -> dict[str, list[str]]:
    """Changes the slot, unsaved; what is wrong, by cell."""
    stored = Cells.of(slot)
    new, clash = merge(cells, was, stored)
    if clash:
        text = _("Somebody else changed this to “%(value)s”. Yours is still here: save again to keep it.")
        return {
            name: [text % {"value": _shown(stored, name, places)}] for name in clash if _differs(cells, stored, name)
        }
    if new.status != stored.status and new.status not in CHOSEN_STATUS:
        return {"status": [_("Choose a status that is offered.")]}
    try:
        write_cells(slot, new, places)
        check_one(event, slot)
    except ValidationError as error:
        found_wrong: dict[str, list[str]] = {}
        for name, problems in error.message_dict.items():
            found_wrong.setdefault(CELL_OF.get(name, "" if name == NON_FIELD_ERRORS else name), []).extend(problems)
        return found_wrong
    return {}


def _differs(cells: Cells, stored: Cells, name: str) -> bool:
    return bool(getattr(cells, name) != getattr(stored, name))


def _shown(stored: Cells, name: str, places: dict[str, Place]) -> str:
    value: str = getattr(stored, name)
    if name == "place":
        return str(places[value]) if value in places else "–"
    return value or "–"
