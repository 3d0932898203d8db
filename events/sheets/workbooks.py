"""XLSX: what the archive claims is weighed before anything is unpacked, and each sheet is looked through before its
cells are read.

openpyxl reads the values row by row. It does not say what is merged, hidden or a formula without its value, and it
believes what a sheet says of its own size; so a first pass over the sheet's XML finds these and holds the limits.
Entities are refused in both: openpyxl reads sheets through defusedxml, and small parts through lxml, which resolves
none.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml.sax import make_parser
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.utils.exceptions import InvalidFileException

from events.sheets.tables import (
    MOST_COLUMNS,
    MOST_FILLED,
    MOST_RAW_ROWS,
    Flaw,
    Line,
    Sheet,
    Unreadable,
    Value,
    too_many_columns,
    too_many_rows,
)

MOST_UNPACKED = 32_000_000
MOST_OF_A_PART = 4_000_000  # of what is held in memory whole: styles, relations, the list of sheets
MOST_PARTS = 1_000
MOST_RATIO = 500
# Of tags in a part: each becomes an object, many times as large as it is written.
MOST_TAGS = 400_000
MOST_TAGS_OF_A_SHEET = 4_000_000
MOST_MERGED = MOST_RAW_ROWS * MOST_COLUMNS  # cells

# What the libraries raise on archives and parts that are not what they should be; defusedxml's are ValueErrors.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    InvalidFileException,
    SyntaxError,  # of the standard library's parser and of lxml
    SAXException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)


def workbook_sheets(data: bytes) -> Iterator[Sheet]:
    """The visible sheets. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _weigh(archive)
            yield from _sheets(archive, data)
    except BROKEN as error:
        raise Unreadable(
            _("The file is damaged, or no XLSX file. Open it in a spreadsheet program and save it anew."), "damaged"
        ) from error


def _weigh(archive: zipfile.ZipFile) -> None:
    """By what the archive claims: a part that unpacks to more than it claims is cut off there, and damaged."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
        raise Unreadable(_("This is no XLSX file (ODS or another archive?). Save the table as XLSX or CSV."), "foreign")
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    held = [part for part in parts if part.filename.endswith((".xml", ".rels")) and not _is_table(part.filename)]
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or (unpacked > 1_000_000 and unpacked / packed > MOST_RATIO)
        or any(part.file_size > MOST_OF_A_PART for part in held)
        or any(_tags(archive, part) > _most_tags(part) for part in parts)
    ):
        raise Unreadable(
            _("Unpacked, the file is too large. Copy the table alone into a new workbook."), "too_large_unpacked"
        )


def _tags(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    if not part.filename.endswith((".xml", ".rels")):
        return 0
    with archive.open(part) as source:
        return sum(chunk.count(b"<") for chunk in iter(lambda: source.read(1_000_000), b""))


def _most_tags(part: zipfile.ZipInfo) -> int:
    return MOST_TAGS_OF_A_SHEET if part.filename.startswith("xl/worksheets/") else MOST_TAGS


def _is_table(name: str) -> bool:
    return name.startswith("xl/worksheets/") or name.lower().endswith("sharedstrings.xml")


def _sheets(archive: zipfile.ZipFile, data: bytes) -> Iterator[Sheet]:
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in shown:
            survey = _survey(archive, sheet._worksheet_path)
            others = tuple(other.title for other in shown if other is not sheet)
            yield Sheet(list(_lines(sheet, survey, book.epoch)), sheet.title, others, book.epoch.date())
    finally:
        book.close()


# The first pass


@dataclass
class Survey:
    """What the first pass found of a sheet; rows and columns from 1."""

    last_row: int = 0
    last_column: int = 0
    hidden: set[int] = field(default_factory=set)
    unvalued: set[tuple[int, int]] = field(default_factory=set)  # formulas without the value they had
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # left, top, right, bottom


def _survey(archive: zipfile.ZipFile, path: str) -> Survey:
    surveyor = _Surveyor()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(surveyor)
    with archive.open(path) as source:
        parser.parse(source)
    return surveyor.found


class _Surveyor(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.found = Survey()
        self.rows = self.row = self.column = self.filled = self.merged = 0
        self.row_filled = self.formula = self.valued = self.inside = False

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  # the parser calls it so
        tag = name.rpartition(":")[2]
        if tag == "row":
            self._row(attrs)
        elif tag == "c":
            self._cell(attrs)
        elif tag in ("v", "is"):
            self.inside = True
        elif tag == "f":
            self.formula = True
        elif tag == "mergeCell":
            self._merged(attrs["ref"])

    def characters(self, content: str) -> None:
        self.valued = self.valued or self.inside

    def endElement(self, name: str) -> None:  # noqa: N802
        tag = name.rpartition(":")[2]
        if tag in ("v", "is"):
            self.inside = False
        if tag != "c":
            return
        if self.formula and not self.valued:
            self.found.unvalued.add((self.row, self.column))
        if self.formula or self.valued:
            self._fill()

    def _row(self, attrs: Any) -> None:
        self.rows += 1
        if self.rows > MOST_RAW_ROWS:
            raise too_many_rows()
        self.row = _next(self.row, int(attrs["r"]) if "r" in attrs else self.row + 1)
        self.column, self.row_filled = 0, False
        if attrs.get("hidden") in ("1", "true"):
            self.found.hidden.add(self.row)

    def _cell(self, attrs: Any) -> None:
        self.column = _next(self.column, _column(attrs["r"]) if "r" in attrs else self.column + 1)
        self.formula = self.valued = self.inside = False

    def _fill(self) -> None:
        if self.column > MOST_COLUMNS:
            raise too_many_columns()
        if self.row > MOST_RAW_ROWS:
            raise too_many_rows()
        self.found.last_row = self.row
        self.found.last_column = max(self.found.last_column, self.column)
        if not self.row_filled:
            self.row_filled = True
            self.filled += 1
            if self.filled > MOST_FILLED:
                raise too_many_rows()

    def _merged(self, ref: str) -> None:
        left, top, right, bottom = (int(each or 0) for each in range_boundaries(ref))
        self.found.merged.append((left, top, right, bottom))
        self.merged += (min(right, MOST_COLUMNS) - left + 1) * (min(bottom, MOST_RAW_ROWS) - top + 1)
        if self.merged > MOST_MERGED:
            raise ValueError("cells are merged twice")


def _next(before: int, number: int) -> int:
    """Rows and cells come in order; openpyxl would leave out one that does not."""
    if number <= before:
        raise ValueError(f"{number} after {before}")
    return number


def _column(coordinate: str) -> int:
    return column_index_from_string(coordinate.rstrip("0123456789"))


# The values


def _lines(sheet: Any, survey: Survey, epoch: datetime) -> Iterator[Line]:
    if not survey.last_row:
        return
    rows = sheet.iter_rows(min_row=1, max_row=survey.last_row, min_col=1, max_col=survey.last_column)
    lines = [[_value(cell, epoch) for cell in row] for row in rows]
    for row, column in survey.unvalued:
        lines[row - 1][column - 1] = Flaw(_("A formula without its value: paste values in its place."), "formula")
    for box in survey.merged:
        _unmerge(lines, box)
    for number, cells in enumerate(lines, start=1):
        while cells and cells[-1] == "":
            cells.pop()
        yield Line(number, tuple(cells), number in survey.hidden)


def _unmerge(lines: list[list[Value]], box: tuple[int, int, int, int]) -> None:
    """Cells merged down one column all hold its value, as they look; across columns nobody can say which is meant."""
    left, top, right, bottom = box
    if not 0 < left <= MOST_COLUMNS or not 0 < top <= len(lines):
        return
    value: Value = lines[top - 1][left - 1]
    if right > left and value != "":
        value = Flaw(_("Merged over several columns: unmerge the cells and write the value into one."), "merged")
    for row in range(top, min(bottom, len(lines)) + 1):
        for column in range(left, min(right, MOST_COLUMNS, len(lines[row - 1])) + 1):
            lines[row - 1][column - 1] = value


def _value(cell: Any, epoch: datetime) -> Value:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    if cell.data_type == "e":
        return Flaw(_("“%(value)s”: an error of the spreadsheet. Write the value.") % {"value": value}, "formula")
    if isinstance(value, str):
        text = unescape(value)
        return _unstorable() if _UNSTORABLE.search(text) else text
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if isinstance(value, timedelta):
        return timedelta(seconds=round(value.total_seconds()))
    if isinstance(value, datetime):
        return _instant(value, epoch)
    if isinstance(value, float) and not isfinite(value):
        return Flaw(_("“%(value)s”: an error of the spreadsheet. Write the value.") % {"value": value}, "formula")
    return value


def _unstorable() -> Flaw:
    return Flaw(_("There is a character that cannot be stored. Write the text anew."), "character")


def _instant(value: datetime, epoch: datetime) -> Value:
    """Excel counts days; a time past midnight, 24:30, looks like half past midnight of its first day."""
    serial = to_excel(value, epoch)
    if serial < 2:
        return timedelta(seconds=round(serial * 86_400))
    whole = value + timedelta(microseconds=500_000)
    value = whole.replace(microsecond=0)
    return value.date() if value.time() == time() else value


# Characters that XML cannot hold are written ``_x0007_`` (ECMA-376, part 1, 22.9.2.19, ST_Xstring).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither a database nor a page can hold these
_UNHOLDABLE = re.compile(r"[\x00-\x08\x0b-\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def escape(text: str) -> str:
    return _UNHOLDABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def day_of_number(value: float, epoch: date) -> date | None:
    """The day that a number without a date's format stands for, where it can be one of this century."""
    if value != int(value) or not 36_526 - 1_462 <= value <= 73_050:
        return None
    return epoch + timedelta(days=int(value))
