"""What a sheet would do to an event's draft, row by row: new, changed, unchanged, or wrong and why. Nothing is written.

A row is the slot that its ``uid`` names; without one, the slot with the same start, space and title, so far as the
sheet has these columns; else a new one. Slots that are not in the sheet stay as they are.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.models import Event, Slot
from events.sheets.columns import Table, check_columns
from events.sheets.rows import Draft, Judged, Reader, Row, State

R = TypeVar("R", bound=Judged)


@dataclass
class SheetPlan(Generic[R]):
    """What a sheet of any kind would do. ``problems`` are those of the table as a whole, ``left`` what no row names."""

    event: Event
    table: Table
    rows: list[R]
    problems: list[ValidationError]
    left: list[Any]

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.state for row in self.rows)
        return {state.value: counted[state] for state in State}

    @property
    def sound(self) -> bool:
        return not self.problems and all(row.state is not State.WRONG for row in self.rows)

    def of(self, *states: State) -> list[R]:
        return [row for row in self.rows if row.state in states]

    def written(self, row: R) -> Any:
        """All that a row would write, and over what: two plans that differ in it have not the same digest."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it writes")

    @property
    def digest(self) -> str:
        """Names what would be written: another sheet, or a draft that somebody changed meanwhile, has another one."""
        parts = [repr([(column.index, column.field) for column in self.table.columns])]
        parts += [repr((row.line.number, row.state.value, self.written(row))) for row in self.rows]
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Plan(SheetPlan[Row]):
    """Of slots. ``left`` are the slots that no row names."""

    def written(self, row: Row) -> Any:
        values = sorted((name, repr(value)) for name, value in _stored(row.slot).items())
        lineup = [(who.pk, role) for who, role in row.lineup] if row.lineup is not None else None
        changes = [(change.field, change.before) for change in row.changes]
        return row.before.uid if row.before else None, values, lineup, changes


STORED = (
    "slot_kind starts_at ends_at on_date through precision timing status venue_id space_id capacity"
    " title status_note place_name"
).split()


def _stored(slot: Slot) -> dict[str, Any]:
    return {name: getattr(slot, name) for name in STORED}


def make_plan(event: Event, table: Table, draft: Draft | None = None) -> Plan:
    """Compares each row of the table with the event's draft."""
    fields = table.by_field
    if draft is None:
        draft = Draft.load(event, with_people=bool(fields.keys() & {"participants", "home", "away"}))
    problems = check_columns(table)
    if table.doubled():
        return Plan(event, table, [], problems, draft.slots)
    reader = Reader(draft, table)
    rows = [row for line in table.lines if (row := reader.row(line)) is not None]
    _refuse_doubles(rows, reader)
    named = {row.before.uid for row in rows if row.before}
    return Plan(event, table, rows, problems, [slot for slot in draft.slots if slot.uid not in named])


def _refuse_doubles(rows: Iterable[Row], reader: Reader) -> None:
    """Two rows for one slot: neither can be believed."""
    for_slot: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.problems or row.before is not None:
            for_slot[row.before.uid if row.before else reader.key(row.slot)].append(row)
    for same in for_slot.values():
        for row in same if len(same) > 1 else ():
            others = ", ".join(str(other.line.number) for other in same if other is not row)
            if row.before is not None:
                message = _("Another row is the same slot: row %(rows)s. Keep one of them.")
            else:
                message = _("Another row has the same start, space and title: row %(rows)s. Keep one of them.")
            reader.note(
                row, "uid" if row.before and "uid" in reader.fields else "", message % {"rows": others}, "double"
            )
