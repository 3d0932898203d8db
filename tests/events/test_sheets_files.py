"""What a file is, by its bytes; what is read of it, and what is refused whole."""

import io
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.xml import DEFUSEDXML

from events.sheets import tables
from events.sheets.reading import guarded, plain_text, sheets_in
from events.sheets.tables import Flaw, Sheet, Unreadable
from events.sheets.workbooks import escape, unescape

pytestmark = pytest.mark.usefixtures("english")


def read(data: bytes) -> list[tuple[Any, ...]]:
    """The rows of the first sheet."""
    return [line.cells for line in next(sheets_in(data)).lines]


def refused(data: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        list(sheets_in(data))
    return str(error.value.code)


# CSV


@pytest.mark.parametrize(
    "data",
    [
        "日期,标题\n5月1日,开幕战\n".encode(),
        "日期,标题\n5月1日,开幕战".encode("utf-8-sig"),
        "日期,标题\r\n5月1日,开幕战\r\n".encode("gb18030"),
        "日期\t标题\n5月1日\t开幕战\n".encode("utf-16"),
        "日期;标题\n5月1日;开幕战\n".encode(),
        "日期\t标题\n5月1日\t开幕战\n".encode("gb18030"),
        'sep=;\n日期;"标题"\n5月1日;"开幕战"\n'.encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16 with tabs", "semicolons", "gb18030 with tabs", "sep="],
)
def test_csv_is_read_in_every_encoding_and_with_every_separator(data: bytes) -> None:
    assert read(data) == [("日期", "标题"), ("5月1日", "开幕战")]


def test_csv_separator_is_what_cuts_every_row_alike() -> None:
    rows = ["2026 season; spring; summer", "date,title,teams", "2026-05-01,a,home: A; away: B; guest: C; D; E"]
    assert [len(cells) for cells in read("\n".join(rows).encode())] == [1, 3, 3]
    assert [len(cells) for cells in read(b"a;b\n1,5;2,5\n3,5;4,5\n")] == [2, 2, 2]
    assert read(b"title\nOpening, at last\n")[0] == ("title",)


def test_csv_keeps_what_stands_in_quotation_marks() -> None:
    assert read(b'a,b\n"x, ""y""\nz", 1 \n,\n') == [("a", "b"), ('x, "y"\nz', " 1 "), ("", "")]


def test_csv_counts_rows_as_a_spreadsheet_does() -> None:
    lines = next(sheets_in(b'a,b\n"1\n2",3\n\n4,5\n')).lines
    assert [(line.number, line.filled) for line in lines] == [(1, True), (2, True), (3, False), (4, True)]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "'=1", "''=1", "'", "''", "'x", "x", ""]
)
def test_guard_of_formulas_is_taken_off_again(text: str) -> None:
    assert plain_text(guarded(text)) == text
    assert guarded(text)[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝"}


# What is no table


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_DOT_", "."), data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (OLE, "old_excel"),
        (b"%PDF-1.7\n\x00\x01", "foreign"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "foreign"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><a/>', "foreign"),
        (b"{\\rtf1 text}", "foreign"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "foreign"),
        (b"a,b\n1,\x002\n", "foreign"),
        (b"\xff\xff\xff\xff,\x80\x00", "foreign"),
        (archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_DOT_xml=b"<a/>"), "foreign"),
        (archive(word__document_DOT_xml=b"<a/>"), "foreign"),
        (archive(), "foreign"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b'a,b\n"1,2\n3,4\n', "quotes"),
        (b'a,b\n"1"2,3\n', "quotes"),
        (b"a,b\n" + b"1,2\n" * 5100, "too_many_rows"),
        (b"a,b\n" + b"\n" * 30_000, "too_many_rows"),
        (b"a" + b",b" * 100, "too_many_columns"),
        (b"a" * 5_000_001, "too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_whole_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == code


# XLSX

SHEET = "xl/worksheets/sheet1.xml"


def workbook(fill: Callable[[Any], Any], book: Workbook | None = None) -> bytes:
    book = book or Workbook()
    fill(book.active)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table(*rows: Any) -> bytes:
    return workbook(lambda sheet: [sheet.append(row) for row in rows])


def test_xlsx_gives_values_as_excel_means_them() -> None:
    day, moment, night = date(2026, 5, 1), datetime(2026, 5, 1, 18, 20), timedelta(hours=24, minutes=30)
    data = table(["标题", 2026, 1.5, True, None, "  "], [day, clock(18), moment, night, datetime(2026, 5, 1)])
    assert read(data) == [("标题", 2026, 1.5, True), (day, timedelta(hours=18), moment, night, day)]


@pytest.mark.parametrize("epoch", [datetime(1899, 12, 30), datetime(1904, 1, 1)])
def test_xlsx_counts_days_from_where_its_workbook_does(epoch: datetime) -> None:
    book = Workbook()
    book.epoch = epoch
    row = [date(2026, 5, 1), clock(0), datetime(2026, 5, 1, 23, 59, 59)]
    sheet = next(sheets_in(workbook(lambda sheet: sheet.append(row), book)))
    assert (sheet.lines[0].cells, sheet.epoch) == ((row[0], timedelta(), row[2]), epoch.date())


def test_xlsx_reads_a_clock_that_goes_on_past_midnight_whatever_its_format() -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = 1 + 0.5 / 24
        sheet["A1"].number_format = "hh:mm"
        sheet["B1"] = 1.5 / 24
        sheet["B1"].number_format = "hh:mm"

    assert read(workbook(fill)) == [(timedelta(hours=24, minutes=30), timedelta(hours=1, minutes=30))]


def test_xlsx_formula_is_its_value_and_without_one_it_is_wrong() -> None:
    plain = table(["a", "b"], ["x", "=1+1"])
    cells = read(plain)[1]
    assert (cells[0], cells[1].code, "paste values" in cells[1].message) == ("x", "formula", True)
    counted = _changed(plain, SHEET, b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
    assert read(counted)[1] == ("x", 2)


def test_xlsx_error_of_the_spreadsheet_is_wrong() -> None:
    assert [cell.code for cell in read(table(["#N/A", "#REF!"]))[0]] == ["formula", "formula"]


def test_xlsx_cells_merged_down_hold_their_value_in_each_row_and_merged_across_are_wrong() -> None:
    def fill(sheet: Any) -> None:
        for row in (
            ["日期", "标题", "备注"],
            ["5月1日", "一", ""],
            [None, "二", ""],
            ["休息日", None, None],
            ["5月3日", "三"],
        ):
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("A4:C4")
        sheet.merge_cells("C5:C900")

    rows = read(workbook(fill))
    assert [rows[0], rows[1], rows[2], rows[4]] == [
        ("日期", "标题", "备注"),
        ("5月1日", "一"),
        ("5月1日", "二"),
        ("5月3日", "三"),
    ]
    assert [cell.code if isinstance(cell, Flaw) else cell for cell in rows[3]] == ["merged"] * 3


def test_xlsx_hidden_sheets_are_left_out_and_hidden_rows_are_told() -> None:
    book = Workbook()
    book.active.sheet_state = "hidden"
    for name in ("赛程", "说明"):
        sheet = book.create_sheet(name)
        sheet.append(["a"])
        sheet.append(["b"])
        sheet.row_dimensions[2].hidden = True
    sheets = list(sheets_in(workbook(lambda sheet: sheet.append(["secret"]), book)))
    assert [(sheet.name, sheet.others) for sheet in sheets] == [("赛程", ("说明",)), ("说明", ("赛程",))]
    assert [line.hidden for line in sheets[0].lines] == [False, True]


def test_xlsx_believes_no_size_that_a_sheet_claims() -> None:
    data = table(["a", "b"], ["c", "d"])
    for claim in (b'ref="A1"', b'ref="A1:XFD1048576"'):
        assert read(_changed(data, SHEET, b'ref="A1:B2"', claim)) == [("a", "b"), ("c", "d")]


STRINGS = "xl/sharedStrings.xml"


def shared(strings: bytes) -> bytes:
    """A workbook as Excel saves it: the texts in a list of their own, the cell A1 with the first one."""
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'" /></Types>'
    data = _changed(table([1]), "[Content_Types].xml", b"</Types>", override)
    data = _changed(data, SHEET, b'<c r="A1" t="n"><v>1</v>', b'<c r="A1" t="s"><v>0</v>')
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a") as made:
        space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        made.writestr(STRINGS, b"<sst " + space + b">" + strings + b"</sst>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("strings", "text"),
    [
        ("<si><t>开幕战</t></si>", "开幕战"),
        ("<si><r><t>开幕</t></r><r><rPr><b/></rPr><t>战</t></r><rPh sb='0' eb='2'><t>kai mu</t></rPh></si>", "开幕战"),
        ("<si><t>a_x000D_\nb</t></si>", "a\r\nb"),
        ("<si><t>=1+1</t></si>", "=1+1"),
        ("<si><t></t></si>", ""),
    ],
)
def test_xlsx_texts_from_excels_own_list(strings: str, text: str) -> None:
    assert read(shared(strings.encode())) == [(text,) if text else ()]


@pytest.mark.parametrize("text", ["_x0007_", "_x005F_", "\x07bell", "a\rb", "a\nb\tc", "_x_", "\x0b_x0007_\uffff", ""])
def test_xlsx_text_with_what_xml_cannot_hold_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert not set(escape(text)) & set("\x07\x0b\r\uffff")


def _changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The same workbook with a part of one of its files replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part.filename)
            if part.filename == name:
                assert old in content, content
                content = content.replace(old, new)
            target.writestr(part.filename, content)
    return file.getvalue()


# Bombs and lies

CELL = b'<c r="A1" t="inlineStr"><is><t>a</t></is></c>'


def rows_xml(count: int) -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(2, count + 2))
    return b"</row>" + rows + b'<row r="%d">' % (count + 2)


def test_xlsx_reads_through_defusedxml() -> None:
    assert DEFUSEDXML is True


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"</row>", rows_xml(5_100) + b"</row>", "too_many_rows"),
        (b"</row>", b"</row>" + b"<row/>" * 20_001, "too_many_rows"),
        (b'r="1"', b'r="1048576"', "too_many_rows"),
        (b'r="A1"', b'r="XFD1"', "too_many_columns"),
        (b"</row>", b'</row><row r="1"><c><v>2</v></c></row>', "damaged"),
        (b"</row>", b'<c r="A1"><v>2</v></c></row>', "damaged"),
        (b"</sheetData>", b"", "damaged"),
        (b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A1:CV20000"/>' * 2, "damaged"),
        (b'r="A1"', b'r="1A"', "damaged"),
    ],
)  # fmt: skip
def test_xlsx_sheet_that_is_too_large_or_out_of_order_is_refused(old: bytes, new: bytes, code: str) -> None:
    assert refused(_changed(table(["a"]), SHEET, old, new)) == code


ENTITIES = b"".join(
    [b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa">']
    + [b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 10) for step in range(9)]
    + [b"]>"]
)


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", STRINGS])
def test_xlsx_with_entities_is_refused_in_every_part(part: str) -> None:
    data = shared(b"<si><t>a</t></si>")
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        content = source.read(part)
    root = content.index(b"<", 2 if content.startswith(b"<?") else 0)
    evil = content[:root] + ENTITIES + content[root:].replace(b">", b">&j;", 1)
    assert refused(_changed(data, part, content, evil)) == "damaged"


def test_xlsx_with_a_million_rows_is_refused_at_once_and_in_little_memory() -> None:
    _quick(_changed(table(["a"]), SHEET, b"</row>", b"</row>" + b"<row/>" * 1_000_000), {"too_many_rows"})


def test_xlsx_zip_bomb_is_refused_at_once_and_in_little_memory() -> None:
    bomb = _changed(table(["a"]), SHEET, b"<sheetData>", b"<sheetData>" + b" " * 33_000_000)
    assert len(bomb) < 100_000
    _quick(bomb, {"too_large_unpacked"})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, b"<sheetData>", b"<sheetData>" + b"<a/>" * 4_100_000),
        (STRINGS, b"<si>", b"<si/>" * 500_000 + b"<si>"),
        ("xl/styles.xml", b"</cellXfs>", b"<xf/>" * 500_000 + b"</cellXfs>"),
    ],
)
def test_xlsx_of_nothing_but_tags_is_refused_at_once_and_in_little_memory(part: str, old: bytes, new: bytes) -> None:
    _quick(_changed(shared(b"<si><t>a</t></si>"), part, old, new), {"too_large_unpacked"})


def test_xlsx_text_that_no_database_can_hold_is_wrong() -> None:
    assert [cell.code for cell in read(table(["_x0000_", "a_xD800_"]))[0]] == ["character", "character"]


def test_xlsx_whose_parts_lie_about_their_size_is_refused() -> None:
    honest = _changed(table(["a"]), SHEET, b"<sheetData>", b"<sheetData>" + b" " * 10_000_000)
    lying = _claiming(honest, 2_000)
    _quick(lying, {"damaged"})
    assert refused(_claiming(table(["a"]), 2_000_000_000)) == "too_large_unpacked"


def test_xlsx_with_too_many_parts_is_refused() -> None:
    file = io.BytesIO(table(["a"]))
    with zipfile.ZipFile(file, "a") as made:
        for number in range(1_001):
            made.writestr(f"xl/media/{number}.txt", b"")
    assert refused(file.getvalue()) == "too_large_unpacked"


@pytest.mark.parametrize("length", [30, 400, 2_000, -200, -30])
def test_xlsx_that_is_cut_off_is_refused(length: int) -> None:
    assert refused(table(["a", "b"])[:length]) == "damaged"


def test_xlsx_with_a_byte_changed_is_refused_or_read_and_never_breaks() -> None:
    data = table(["日期", "标题"], [date(2026, 5, 1), "一"])
    whole = read(data)
    found = set()
    for place in range(0, len(data), 97):
        broken = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        try:
            found.add("read" if read(broken) == whole else "misread")
        except Unreadable as error:
            found.add(error.code or "")
    assert {"read", "damaged"} <= found <= {"read", "damaged", "foreign", "too_large_unpacked"}


def _quick(data: bytes, codes: set[str]) -> None:
    """Refused within a second of processor time and 60 MB."""
    tracemalloc.start()
    began = time.process_time()
    try:
        assert refused(data) in codes
        assert time.process_time() - began < 2
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def _claiming(data: bytes, size: int) -> bytes:
    """The sheet's part claims another size, in the archive's directory."""
    place = data.index(b"PK\x01\x02")
    while not data[place + 46 :].startswith(SHEET.encode()):
        place = data.index(b"PK\x01\x02", place + 4)
    return data[: place + 24] + struct.pack("<L", size) + data[place + 28 :]


def test_sheet_limits_are_those_that_the_messages_name() -> None:
    assert (tables.MOST_ROWS, tables.MOST_COLUMNS, tables.MOST_BYTES) == (5_000, 100, 5_000_000)
    assert str(tables.too_many_rows().message).startswith("The table has more than 5000 rows")
    assert isinstance(next(sheets_in(b"a,b")), Sheet)
