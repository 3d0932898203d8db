"""One row of a sheet read against the draft: which slot it is, what it makes of it, and what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.translations import default_language, languages
from events.freezing import draft_slots
from events.models import Event, Kind, Participant, Slot, SlotKind
from events.sheets.columns import Column, Table
from events.sheets.moments import Span, read_moment
from events.sheets.tables import Line, Value
from events.sheets.times import implied_precision, slot_times
from events.sheets.values import Entry, People, Places, read_choice, read_number, read_text, read_uid
from events.sheets.words import Change, changes_between, lineup_of
from venues.models import Space


class State(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    WRONG = "wrong"


@dataclass(frozen=True)
class Problem:
    """Why a row is wrong. ``column`` is its name in the sheet; "" where it is the row as a whole."""

    column: str
    field: str
    message: str
    code: str


class Judged:
    """A row of whatever kind: what is wrong with it, what it changes, and of what (None: it is new)."""

    line: Line
    before: Any
    changes: list[Any]
    problems: list[Problem]

    @property
    def state(self) -> State:
        if self.problems:
            return State.WRONG
        if self.before is None:
            return State.NEW
        return State.CHANGED if self.changes else State.UNCHANGED


@dataclass
class Row(Judged):
    """``slot`` is the slot as it would be; ``before`` as it is, None for a new one. ``lineup`` None: unchanged."""

    line: Line
    slot: Slot
    before: Slot | None = None
    lineup: list[Entry] | None = None
    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


# What kind a new slot is where the sheet does not say.
KINDS = {
    Kind.LEAGUE: SlotKind.MATCH,
    Kind.CUP: SlotKind.MATCH,
    Kind.RACE: SlotKind.WAVE,
    Kind.CONCERT: SlotKind.SET,
    Kind.SHOW: SlotKind.SHOW,
    Kind.TOUR: SlotKind.TOUR,
    Kind.EXHIBITION: SlotKind.EXHIBITION,
    Kind.MARKET: SlotKind.MARKET,
    Kind.CEREMONY: SlotKind.CEREMONY,
}


@dataclass
class Draft:
    """All that a plan reads of an event, loaded in a number of queries that does not grow with its slots."""

    event: Event
    slots: list[Slot]
    places: Places
    people: People

    @classmethod
    def load(cls, event: Event, *, with_people: bool = True) -> "Draft":
        slots = list(draft_slots(event))
        links = event.event_venues.select_related("venue").order_by("position", "pk")
        venues = [link.venue for link in links] + [slot.venue for slot in slots if slot.venue]
        spaces = Space._base_manager.filter(venue__in={venue.pk for venue in venues}).order_by("pk")
        own = [who.participant for slot in slots for who in slot.participations.all()]
        everybody = Participant.objects.order_by("slug") if with_people else []
        return cls(event, slots, Places(venues, spaces), People(own, everybody))


class Reader:
    """Reads rows; what is wrong with a cell is noted, and the next one is read."""

    def __init__(self, draft: Draft, table: Table) -> None:
        self.draft = draft
        self.fields = table.by_field
        self.epoch = table.sheet.epoch
        self.span = Span(draft.event.starts_on, draft.event.ends_on)
        self.by_uid = {slot.uid: slot for slot in draft.slots}
        self.tag = next((tag for tag in languages() if f"title.{tag}" in self.fields), default_language())
        self.by_key: dict[Any, list[Slot]] = defaultdict(list)
        for slot in draft.slots:
            self.by_key[self.key(slot)].append(slot)

    def key(self, slot: Slot) -> tuple[Any, ...]:
        space = slot.space_id if "space" in self.fields else None
        return slot.starts_at or slot.on_date, space, slot.title.get(self.tag, "").strip()

    def row(self, line: Line) -> Row | None:
        """None for a row that has nothing in the columns that count."""
        cells = {field: cell_of(line, column) for field, column in self.fields.items()}
        if all(value == "" for value in cells.values()):
            return None
        row = Row(line, self._new())
        uid = self._try(row, "uid", partial(read_uid, cells.get("uid", "")))
        if uid is not None:
            self._take(row, self.by_uid.get(uid))
            if row.before is None:
                message = _("This event has no slot with this uid. Empty the cell to add the row as a new slot.")
                self.note(row, "uid", message, "unknown_uid")
        self._fill(row, cells)
        if row.before is None and not row.problems and self._take_by_key(row):
            self._fill(row, cells)
        self._check(row)
        return row

    def _new(self) -> Slot:
        kind = KINDS.get(Kind(self.draft.event.event_kind), SlotKind.SESSION)
        return Slot(event=self.draft.event, slot_kind=kind)

    # Which slot it is

    def _take(self, row: Row, before: Slot | None) -> None:
        if before is not None:
            row.before, row.slot = before, copy(before)

    def _take_by_key(self, row: Row) -> bool:
        """Whether the row, filled as if it were new, is a slot that is there."""
        found = self.by_key.get(self.key(row.slot), [])
        if len(found) > 1:
            message = _("Several slots have this start, space and title. Write the uid of the one that is meant.")
            self.note(row, "", message, "ambiguous")
        elif found:
            self._take(row, found[0])
        return row.before is not None

    # What it says

    def _fill(self, row: Row, cells: Mapping[str, Value]) -> None:
        slot = row.slot
        self._texts(row, cells)
        for key, name in (("kind", "slot_kind"), ("timing", "timing"), ("status", "status")):
            if key in cells:
                value = self._try(row, key, partial(read_choice, key, cells[key]))
                setattr(slot, name, value or self._default(name))
        self._times(row, cells)
        self._place(row, cells)
        if "capacity" in cells:
            slot.capacity = self._try(row, "capacity", partial(read_number, cells["capacity"]))
        self._lineup(row, cells)

    def _default(self, name: str) -> Any:
        return getattr(self._new(), name)

    def _texts(self, row: Row, cells: Mapping[str, Value]) -> None:
        """A column is for one language; the others are left alone."""
        for key, value in cells.items():
            name, _dot, tag = key.partition(".")
            if not tag:
                continue
            text = self._try(row, key, partial(read_text, value)) or ""
            stored = getattr(row.slot, name)
            if text != stored.get(tag, "").strip():
                kept = {other: words for other, words in stored.items() if other != tag}
                setattr(row.slot, name, kept | ({tag: text} if text else {}))

    def _times(self, row: Row, cells: Mapping[str, Value]) -> None:
        slot = row.slot
        said = {}
        before = len(row.problems)
        for key in ("date", "start", "end", "on_date", "through"):
            if key in cells:
                said[key] = self._try(row, key, partial(read_moment, cells[key], self.span, self.epoch))
        if len(row.problems) > before:
            return
        if "through" in said:
            through = said.pop("through")
            if through is not None and through.day is None:
                self.note(row, "through", _("Write a day."), "no_day")
            slot.through = through.day if through else None
        try:
            for name, value in slot_times(said, slot).items():
                setattr(slot, name, value)
        except ValidationError as error:
            self._note_errors(row, error)
        if "precision" in cells:
            value = self._try(row, "precision", partial(read_choice, "precision", cells["precision"]))
            slot.precision = value or implied_precision(slot.starts_at, slot.on_date)

    def _place(self, row: Row, cells: Mapping[str, Value]) -> None:
        slot, places = row.slot, self.draft.places
        if "venue" in cells:
            slot.venue = self._try(row, "venue", partial(places.venue, cells["venue"]))
        if "space" in cells:
            slot.space = self._try(row, "space", partial(places.space, cells["space"], slot.venue))
            if slot.space is not None and slot.venue is None:
                slot.venue = places.by_pk[slot.space.venue_id]

    def _lineup(self, row: Row, cells: Mapping[str, Value]) -> None:
        """A column for one role leaves the other participants; where nobody comes or goes, the order stays."""
        roles = {"participants", "home", "away"}
        if not cells.keys() & roles:
            return
        people = self.draft.people
        now = lineup_of(row.before) if row.before else []
        if cells.keys() & roles == {"participants"} and cells["participants"] == people.write(now):
            return  # as it was written, whatever the names hold
        wanted: list[Entry] = []
        for role in ("home", "away"):
            if role in cells:
                wanted += self._try(row, role, partial(people.one, cells[role], role)) or []
            elif "participants" not in cells:
                wanted += [entry for entry in now if entry[1] == role]
        if "participants" in cells:
            wanted += self._try(row, "participants", partial(people.read, cells["participants"])) or []
        else:
            wanted += [entry for entry in now if entry[1] not in ("home", "away")]
        for who, times in Counter(who for who, _role in wanted).items():
            if times > 1:
                self.note(row, _lineup_field(cells), _("“%(name)s” is named twice.") % {"name": who}, "twice")
        if any(len(role) > 20 for _who, role in wanted):
            self.note(row, _lineup_field(cells), _("A role has at most 20 characters."), "long_role")
        ordered = "participants" in cells
        row.lineup = None if (wanted == now if ordered else set(wanted) == set(now)) else wanted

    # Rules

    def _check(self, row: Row) -> None:
        """The model's own rules; what they say of a field stands at its column."""
        if row.problems:
            return
        if row.before is not None:
            row.changes = changes_between(row.before, row.slot, row.lineup)
            if not row.changes:
                return
        try:
            row.slot.full_clean(exclude={"event", "venue", "space"}, validate_unique=False)
        except ValidationError as error:
            self._note_errors(row, error)

    def _try(self, row: Row, field: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except ValidationError as error:
            self.note(row, field, " ".join(error.messages), error.code or "invalid")
            return None

    def _note_errors(self, row: Row, error: ValidationError) -> None:
        for name, errors in error.error_dict.items():
            for each in errors:
                self.note(row, self._field_of(name), " ".join(each.messages), each.code or "invalid")

    def _field_of(self, name: str) -> str:
        """A model's field as a field of the sheet, one that the sheet has where several could be meant."""
        other = {"slot_kind": "kind", "starts_at": "start", "ends_at": "end"}.get(name, name)
        if other in ("start", "on_date") and other not in self.fields:
            other = "date"
        texts = [field for field in self.fields if field.partition(".")[0] == other]
        return texts[0] if texts else f"{other}.{default_language()}" if other == "title" else other

    def note(self, row: Row, field: str, message: str, code: str) -> None:
        column = self.fields.get(field)
        row.problems.append(Problem(column.name if column else "", field, message, code))


def _lineup_field(cells: Mapping[str, Value]) -> str:
    return next(name for name in ("participants", "away", "home") if name in cells)


def cell_of(line: Line, column: Column) -> Value:
    return line.cells[column.index] if column.index < len(line.cells) else ""
