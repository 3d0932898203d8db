"""The kinds of sheets that an event takes: its slots, and what floors above add."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from events.models import Event
from events.sheets.columns import SLOT_FIELDS, Fields, Table
from events.sheets.planning import SheetPlan, make_plan
from events.sheets.rows import Draft, Row
from events.sheets.upsert import carry_out
from events.sheets.words import when, where
from events.sheets.writing import write_draft


@dataclass(frozen=True)
class SheetKind:
    """``plan(event, table, by)`` says what would be done, ``carry_out(event, table, by=, expected=, name=)`` does it or
    raises NotImported; ``row(row, applied)`` is a row of its report; ``export(event, language, file_format)`` are the
    bytes of the same sheet, as it is now."""

    name: str
    fields: Fields
    plan: Callable[[Event, Table, Any], SheetPlan[Any]]
    carry_out: Callable[..., SheetPlan[Any]]
    row: Callable[[Any, bool], dict[str, Any]]
    export: Callable[[Event, str, str], bytes]

    def remembers(self, name: str) -> str:
        """Under which name an organizer's columns are kept; the kinds may call different things the same."""
        return name if self.name == "slots" else f"{self.name}:{name}"


def _slot_row(row: Row, applied: bool) -> dict[str, Any]:
    """A new slot has its uid once it is written."""
    known = row.slot if applied else row.before
    return {
        "uid": str(known.uid) if known else None,
        "title": row.slot.title,
        "when": when(row.slot),
        "where": where(row.slot),
    }


def _plan(event: Event, table: Table, by: Any) -> SheetPlan[Any]:
    return make_plan(event, table)


def export_slots(event: Event, language: str, file_format: str) -> bytes:
    """The draft as ``csv`` or ``xlsx``, its columns named in Chinese for the Chinese languages, else in English."""
    return write_draft(Draft.load(event), spoken(language), file_format)


def spoken(language: str) -> str:
    return "zh-hans" if language.lower().startswith("zh") else "en"


SLOTS = SheetKind("slots", SLOT_FIELDS, _plan, carry_out, _slot_row, export_slots)
_kinds = {SLOTS.name: SLOTS}


def register_kind(kind: SheetKind) -> None:
    _kinds[kind.name] = kind


def sheet_kinds() -> dict[str, SheetKind]:
    return dict(_kinds)
