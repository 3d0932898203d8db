"""Import and export for whoever asks for them: bytes in, a plain report out; and what an organizer's columns are."""

from collections.abc import Mapping
from typing import Any

from events.models import Event, ImportColumns
from events.sheets.columns import Column, Table, find_table, normal
from events.sheets.kinds import SLOTS, SheetKind, export_slots
from events.sheets.planning import SheetPlan
from events.sheets.reading import sheets_in
from events.sheets.rows import Judged
from events.sheets.upsert import NotImported
from events.sheets.writing import FORMATS
from organizers.models import Organizer

__all__ = [
    "FORMATS",
    "export_slots",
    "foretold",
    "import_slots",
    "read_table",
    "remember_columns",
    "report_of",
    "table_with",
    "taken",
]


def import_slots(
    event: Event,
    data: bytes,
    by: Any,
    *,
    dry_run: bool,
    columns: Mapping[str, str] | None = None,
    expected: str | None = None,
    name: str = "",
) -> dict[str, Any]:
    """Takes a CSV or XLSX file into the event's draft, or says what it would do. Who may do so, the caller asks.

    ``columns``: field by the column's name in the file, for names that nobody foresaw ("" leaves a column out).
    ``expected``: the ``plan`` of a report that was looked at. The report is ``report_of``'s. Where something is wrong,
    it says so and nothing is written (``applied`` is false). Raises Unreadable where the file is none that can be read.
    """
    table = table_with(event, data, columns)
    return foretold(event, table, by) if dry_run else taken(event, table, by, expected=expected, name=name)


def table_with(event: Event, data: bytes, columns: Mapping[str, str] | None = None, kind: SheetKind = SLOTS) -> Table:
    """The table of a file, with the organizer's columns and those chosen by name. Raises Unreadable."""
    chosen = {normal(header): field for header, field in (columns or {}).items()}
    return find_table(sheets_in(data), {**remembered_columns(event.organizer, kind), **chosen}, {}, kind.fields)


def foretold(event: Event, table: Table, by: Any, kind: SheetKind = SLOTS) -> dict[str, Any]:
    """The report of what would be done."""
    return report_of(kind.plan(event, table, by), kind, dry_run=True)


def taken(
    event: Event, table: Table, by: Any, *, expected: str | None = None, name: str = "", kind: SheetKind = SLOTS
) -> dict[str, Any]:
    """The report of what was done, or of why nothing was."""
    try:
        plan = kind.carry_out(event, table, by=by, expected=expected, name=name)
    except NotImported as refused:
        return report_of(refused.plan, kind, refused=refused)
    return report_of(plan, kind, applied=True)


# The columns of an organizer


def remembered_columns(organizer: Organizer, kind: SheetKind = SLOTS) -> dict[str, str]:
    """By normal name."""
    kept = _mapping(organizer)
    own = kind.remembers("")
    return {name.removeprefix(own): field for name, field in kept.items() if name.startswith(own)}


def _mapping(organizer: Organizer) -> dict[str, str]:
    return ImportColumns.objects.filter(organizer=organizer).values_list("mapping", flat=True).first() or {}


def remember_columns(organizer: Organizer, table: Table, kind: SheetKind = SLOTS) -> None:
    """Keeps what was chosen for names that would not be understood like this by themselves."""
    known = kind.fields.names()
    mapping = _mapping(organizer)
    for column in table.columns:
        name = normal(column.header)
        if not name or column.field is None:
            continue
        if known.get(name) == column.field:
            mapping.pop(kind.remembers(name), None)
        else:
            mapping[kind.remembers(name)] = column.field
    ImportColumns.objects.update_or_create(organizer=organizer, defaults={"mapping": mapping})


def read_table(event: Event, data: bytes, chosen: Mapping[int, str | None], kind: SheetKind = SLOTS) -> Table:
    """The table of a file, with the organizer's columns and those chosen by place. Raises Unreadable."""
    return find_table(sheets_in(data), remembered_columns(event.organizer, kind), chosen, kind.fields)


# The report


def report_of(
    plan: SheetPlan[Any],
    kind: SheetKind = SLOTS,
    *,
    dry_run: bool = False,
    applied: bool = False,
    refused: NotImported | None = None,
) -> dict[str, Any]:
    """A plan in plain words::

    {"dry_run", "applied", "plan", "sheet", "other_sheets": [],
     "counts": {"new", "changed", "unchanged", "wrong", "left"},
     "columns": [{"name", "field"}],                     # field null: unknown, "": left out
     "errors": [{"code", "detail"}],                     # of the table as a whole
     "rows": [{"row", "state", "hidden",                 # and of a slot: "uid", "title", "when", "where"
               "changes": [{"field", "before", "after"}],
               "errors": [{"column", "field", "code", "detail"}]}]}
    """
    errors = [{"code": problem.code, "detail": " ".join(problem.messages)} for problem in plan.problems]
    if refused is not None and refused.code not in {error["code"] for error in errors}:
        errors.append({"code": refused.code, "detail": " ".join(refused.messages)})
    return {
        "dry_run": dry_run,
        "applied": applied,
        "plan": plan.digest,
        "version": plan.event.version,
        "sheet": plan.table.sheet.name,
        "other_sheets": list(plan.table.sheet.others),
        "counts": {**plan.counts, "left": len(plan.left)},
        "columns": [_column(column) for column in plan.table.columns],
        "errors": errors,
        "rows": [_row(row, kind.row(row, applied)) for row in plan.rows],
    }


def _column(column: Column) -> dict[str, Any]:
    return {"name": column.name, "field": column.field}


def _row(row: Judged, own: dict[str, Any]) -> dict[str, Any]:
    return {
        "row": row.line.number,
        "state": row.state.value,
        **own,
        "hidden": row.line.hidden,
        "changes": [{"field": each.field, "before": each.before, "after": each.after} for each in row.changes],
        "errors": [
            {"column": each.column, "field": each.field, "code": each.code, "detail": each.message}
            for each in row.problems
        ],
    }
