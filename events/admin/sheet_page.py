"""What the page of an import shows: the columns to match, and a part of the rows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin.lists import is_number
from events.admin.sheet_kinds import SheetWords
from events.sheets.columns import Column
from events.sheets.planning import SheetPlan
from events.sheets.rows import Judged, State

ROWS = 100


@dataclass
class PreviewPage:
    """``show`` and ``number`` come from the address: the state of the rows that are shown, and their page. ``kind`` is
    the sheet's, which addresses keep."""

    plan: SheetPlan[Any]
    asked: str
    number: str
    words: SheetWords
    kind: str

    @cached_property
    def state(self) -> State | None:
        """None: all rows. What is wrong comes first where nobody asked for anything else."""
        found = next((state for state in State if state.value == self.asked), None)
        if found or self.asked:
            return found
        return State.WRONG if self.plan.counts[State.WRONG] else None

    @cached_property
    def chosen(self) -> list[Any]:
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
        return f"?{urlencode({'kind': self.kind, 'show': self.state or 'all', 'page': number})}"

    @property
    def span(self) -> str:
        return f"{self.first + 1}–{min(self.first + ROWS, len(self.chosen))} / {len(self.chosen)}"

    @property
    def several(self) -> bool:
        return len(self.chosen) > ROWS

    def rows(self) -> list[dict[str, Any]]:
        words = state_words()
        shown = self.chosen[self.first : self.first + ROWS]
        return [_row(row, words[row.state], self.words.cells(row)) for row in shown]

    def hidden(self) -> int:
        return sum(row.line.hidden for row in self.plan.rows)

    # The columns

    @property
    def asks(self) -> bool:
        """Whether somebody has to say what a column is."""
        return bool(self.plan.table.unknown or self.plan.table.doubled())

    def columns(self) -> list[dict[str, Any]]:
        doubled = set(self.plan.table.doubled())
        fields = self.plan.table.fields
        names = [(field, fields.word(field)) for field in fields.all()]
        return [_column(column, names, column.field in doubled) for column in self.plan.table.columns]

    def left(self) -> str:
        return self.words.left(len(self.plan.left)) if self.plan.left else ""

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


def _row(row: Judged, words: str, cells: dict[str, str]) -> dict[str, Any]:
    return {
        "number": row.line.number,
        "state": row.state.value,
        "words": words,
        **cells,
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
