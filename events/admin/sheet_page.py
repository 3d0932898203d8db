"""What the page of an import shows: the columns to match, and a part of the rows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin.lists import is_number
from core.translations import show
from events.sheets.columns import Column, all_fields, field_name
from events.sheets.planning import Plan
from events.sheets.rows import Row, State
from events.sheets.words import people, when, where

ROWS = 100


@dataclass
class PreviewPage:
    """``show`` and ``number`` come from the address: the state of the rows that are shown, and their page."""

    plan: Plan
    asked: str
    number: str

    @cached_property
    def state(self) -> State | None:
        """None: all rows. What is wrong comes first where nobody asked for anything else."""
        found = next((state for state in State if state.value == self.asked), None)
        if found or self.asked:
            return found
        return State.WRONG if self.plan.counts[State.WRONG] else None

    @cached_property
    def chosen(self) -> list[Row]:
        return self.plan.rows if self.state is None else self.plan.of(self.state)

    @cached_property
    def first(self) -> int:
        last = max(len(self.chosen) - 1, 0) // ROWS
        return min(int(self.number) if is_number(self.number) else 0, last) * ROWS

    def tabs(self) -> list[dict[str, Any]]:
        counts = self.plan.counts
        found = [{"show": "all", "label": _("All rows"), "count": len(self.plan.rows), "active": self.state is None}]
        for state, words in state_words().items():
            found.append({"show": state.value, "label": words, "count": counts[state], "active": self.state is state})
        return [tab for tab in found if tab["count"] or tab["active"]]

    def before(self) -> str:
        return self._address(self.first // ROWS - 1) if self.first else ""

    def after(self) -> str:
        return self._address(self.first // ROWS + 1) if self.first + ROWS < len(self.chosen) else ""

    def _address(self, number: int) -> str:
        return f"?{urlencode({'show': self.state or 'all', 'page': number})}"

    @property
    def span(self) -> str:
        return f"{self.first + 1}–{min(self.first + ROWS, len(self.chosen))} / {len(self.chosen)}"

    @property
    def several(self) -> bool:
        return len(self.chosen) > ROWS

    def rows(self) -> list[dict[str, Any]]:
        words = state_words()
        return [_row(row, words[row.state]) for row in self.chosen[self.first : self.first + ROWS]]

    def hidden(self) -> int:
        return sum(row.line.hidden for row in self.plan.rows)

    # The columns

    @property
    def asks(self) -> bool:
        """Whether somebody has to say what a column is."""
        return bool(self.plan.table.unknown or self.plan.table.doubled())

    def columns(self) -> list[dict[str, Any]]:
        doubled = set(self.plan.table.doubled())
        names = [(field, field_name(field)) for field in all_fields()]
        return [_column(column, names, column.field in doubled) for column in self.plan.table.columns]

    def writing(self) -> int:
        counts = self.plan.counts
        return counts[State.NEW] + counts[State.CHANGED]


def state_words() -> dict[State, str]:
    return {
        State.WRONG: pgettext("row of a sheet", "wrong"),
        State.NEW: pgettext("row of a sheet", "new"),
        State.CHANGED: pgettext("row of a sheet", "changed"),
        State.UNCHANGED: pgettext("row of a sheet", "unchanged"),
    }


def _row(row: Row, words: str) -> dict[str, Any]:
    unread = row.problems and row.slot.starts_at is None and row.slot.on_date is None
    return {
        "number": row.line.number,
        "state": row.state.value,
        "words": words,
        "when": "–" if unread else when(row.slot),
        "title": show(row.slot.title) or "–",
        "where": where(row.slot),
        "who": people(row.lineup) if row.lineup and row.before is None else "",
        "changes": row.changes,
        "problems": row.problems,
        "hidden": row.line.hidden,
    }


def _column(column: Column, names: list[tuple[str, str]], doubled: bool) -> dict[str, Any]:
    return {
        "index": column.index,
        "letter": column.letter,
        "name": column.header or "–",
        "samples": " · ".join(column.samples),
        "field": "-" if column.field == "" else column.field or "",
        "unknown": column.field is None,
        "doubled": doubled,
        "names": names,
    }
