"""A file's bytes become sheets of rows. What a file is, its bytes tell; its name is not asked.

What cannot be read whole is refused, with a word on what to do about it.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from events.sheets.tables import (
    MOST_BYTES,
    MOST_COLUMNS,
    MOST_FILLED,
    MOST_RAW_ROWS,
    Line,
    Sheet,
    Unreadable,
    too_many_columns,
    too_many_rows,
)
from events.sheets.workbooks import workbook_sheets


def sheets_in(data: bytes) -> Iterator[Sheet]:
    """The visible sheets of a file, one by one. Raises Unreadable."""
    if not data.strip():
        raise Unreadable(_("The file is empty."), "empty")
    if len(data) > MOST_BYTES:
        raise Unreadable(
            _("The file has more than %(limit)d MB. Divide it.") % {"limit": MOST_BYTES // 1_000_000}, "too_large"
        )
    if data.startswith(b"PK"):
        yield from workbook_sheets(data)
    else:
        _refuse_foreign(data)
        yield Sheet(list(_csv_lines(_decoded(data))))


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def _refuse_foreign(data: bytes) -> None:
    head = data[:512].lstrip(codecs.BOM_UTF8).lstrip().lower()
    if data.startswith(_OLE):
        raise Unreadable(
            _("This is an old XLS file, or one with a password. Save it as XLSX without a password."), "old_excel"
        )
    if data.startswith(b"%PDF"):
        raise Unreadable(_("This is a PDF. Send the table itself, as XLSX or CSV."), "foreign")
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"{\\rtf")):
        raise Unreadable(_("This is a web page or a text document, no table. Save it as XLSX or CSV."), "foreign")


def _decoded(data: bytes) -> str:
    """UTF-8, or what Chinese Excel saves: GB18030, or UTF-16 where its mark is there."""
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
        break
    raise Unreadable(_("This is no table: neither XLSX nor text in UTF-8 or GB18030."), "foreign")


def _csv_lines(text: str) -> Iterator[Line]:
    """Strict about quotation marks: one that is left open would swallow the rest of the file."""
    told = re.match(r"sep=(.)\r?\n", text, re.IGNORECASE)  # how Excel is told the separator
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text[told.end() :] if told else text, newline=""), delimiter=delimiter, strict=True)
    filled = 0
    try:
        for number, cells in enumerate(reader, start=2 if told else 1):
            line = Line(number, tuple(plain_text(cell) for cell in cells))
            filled += line.filled
            if filled > MOST_FILLED or number > MOST_RAW_ROWS:
                raise too_many_rows()
            if len(cells) > MOST_COLUMNS and any(cell.strip() for cell in cells[MOST_COLUMNS:]):
                raise too_many_columns()
            yield line
    except csv.Error as error:
        raise Unreadable(
            _('Line %(line)d: its quotation marks do not match. Write one inside a cell twice: "".')
            % {"line": reader.line_num},
            "quotes",
        ) from error


def _delimiter(text: str) -> str:
    """The one that cuts most rows of the beginning into the same number of cells, of two such the finer one."""

    def fit(mark: str) -> tuple[int, int]:
        beginning = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=mark)
        widths = Counter(len(cells) for cells in islice(beginning, 30) if len(cells) > 1)
        return max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(",;\t", key=fit)


# What a spreadsheet takes for the beginning of a formula, also in its full-width form. An apostrophe in front makes it
# text; one that stands there already gets a second one, so that reading takes off what writing put there.
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def plain_text(cell: str) -> str:
    text = cell if cell.strip() else ""
    return text[1:] if _GUARDED.match(text) else text
