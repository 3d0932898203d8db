"""An event's draft as a sheet, the same that an import takes: reading it back changes nothing.

Whatever was written into a title, no spreadsheet takes it for a formula: cells of XLSX are typed as text, and in CSV an
apostrophe stands in front of what would begin one (OWASP, CSV injection).
"""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.translations import languages
from events.models import Slot, Timing
from events.sheets.columns import TEXTS, all_fields, field_name
from events.sheets.reading import FORMULA, guarded
from events.sheets.rows import Draft
from events.sheets.times import implied_precision, written_end, written_start
from events.sheets.values import Names, Places
from events.sheets.words import lineup_of
from events.sheets.workbooks import escape

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# These columns are there even where no slot has anything in them.
ALWAYS = ("uid", "kind", "date", "start", "end", "status", "venue", "space", "participants", "capacity")

Value = str | int | date | timedelta | datetime | None
Rows = list[list[Value]]


def write_draft(draft: Draft, language: str, file_format: str) -> bytes:
    """A draft as ``csv`` or ``xlsx``; ``language``: of the columns' names and of the choices."""
    with translation.override(language):
        return write_table(*_cells(draft), file_format, "slots")


def write_table(header: list[str], rows: Rows, file_format: str, name: str) -> bytes:
    """As ``csv`` or ``xlsx``; ``name``: of the sheet."""
    return _csv(header, rows) if file_format == "csv" else _xlsx(header, rows, name)


def _cells(draft: Draft) -> tuple[list[str], Rows]:
    always = {*ALWAYS, *(f"title.{tag}" for tag in languages() if tag != "zh-Hant")}  # that one is derived
    columns = []
    for field in all_fields():
        if field in ("home", "away"):
            continue
        cells = [_cell(slot, field, draft) for slot in draft.slots]
        if field in always or any(cell not in (None, "") for cell in cells):
            columns.append((field_name(field), cells))
    header = [name for name, _cells in columns]
    return header, [list(row) for row in zip(*(cells for _name, cells in columns), strict=True)]


def _cell(slot: Slot, field: str, draft: Draft) -> Value:
    base, _dot, tag = field.partition(".")
    if base in TEXTS:
        return getattr(slot, base).get(tag, "").strip()
    return _WRITERS[base](slot, draft)


def _precision(slot: Slot, _draft: Draft) -> str:
    """Only what does not follow from the other cells."""
    implied = implied_precision(slot.starts_at, slot.on_date)
    return "" if slot.precision == implied else str(slot.get_precision_display())


def _timing(slot: Slot, _draft: Draft) -> str:
    return "" if slot.timing == Timing.TIMED else str(slot.get_timing_display())


def _on_date(slot: Slot, _draft: Draft) -> date | None:
    return slot.on_date if slot.starts_at is not None else None


def _named(row: Any, names: Names[Any]) -> str:
    """The name where it says which row is meant, else the slug."""
    if row is None:
        return ""
    return str(row) if names.find(str(row)) == [row] else row.slug


def _space(slot: Slot, draft: Draft) -> str:
    places: Places = draft.places
    return _named(slot.space, places.within.get(slot.venue_id or 0, places.spaces))


_WRITERS: dict[str, Callable[[Slot, Draft], Value]] = {
    "uid": lambda slot, _draft: str(slot.uid),
    "kind": lambda slot, _draft: str(slot.get_slot_kind_display()),
    "date": lambda slot, _draft: written_start(slot)[0],
    "start": lambda slot, _draft: written_start(slot)[1],
    "end": lambda slot, _draft: written_end(slot),
    "on_date": _on_date,
    "through": lambda slot, _draft: slot.through,
    "precision": _precision,
    "timing": _timing,
    "status": lambda slot, _draft: str(slot.get_status_display()),
    "venue": lambda slot, draft: _named(slot.venue, draft.places.venues),
    "space": _space,
    "participants": lambda slot, draft: draft.people.write(lineup_of(slot)),
    "capacity": lambda slot, _draft: slot.capacity,
}


def _text(cell: Value) -> str:
    """``18:00``, with seconds where there are some."""
    if cell is None:
        return ""
    if isinstance(cell, timedelta):
        return _clock_text((datetime.min + cell).time())
    if isinstance(cell, datetime):
        return f"{cell.date().isoformat()} {_clock_text(cell.time())}"
    return str(cell)


def _clock_text(clock: time) -> str:
    return clock.isoformat("minutes" if not (clock.second or clock.microsecond) else "auto")


def _csv(header: list[str], rows: Rows) -> bytes:
    """With the mark by which Excel knows UTF-8."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([guarded(_text(cell)) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


# XLSX


def _xlsx(header: list[str], rows: Rows, name: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(header):
        widest = max((len(_text(row[place])) for row in rows), default=0)
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(max(len(name) * 2, widest + 2, 10), 40)
    sheet.append([_styled(sheet, name, Font(bold=True)) for name in header])
    for row in rows:
        sheet.append([_typed(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _styled(sheet: Any, text: str, font: Font | None = None) -> Cell:
    """Text, whatever it begins with; also after somebody has edited the cell."""
    cell = WriteOnlyCell(sheet, escape(text))
    cell.data_type = "s"
    cell.quotePrefix = bool(FORMULA.match(text))
    if font is not None:
        cell.font = font
    return cell


def _typed(sheet: Any, value: Value) -> Cell:
    """Dates and times as such, so that they can be sorted and filled down; what Excel would round, as text."""
    if isinstance(value, timedelta) and not value.microseconds:
        cell = WriteOnlyCell(sheet, (datetime.min + value).time())
        cell.number_format = "hh:mm:ss" if value.seconds % 60 else "hh:mm"
        return cell
    if isinstance(value, date) and not isinstance(value, datetime) and value.year > 1904:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    return _styled(sheet, _text(value))
