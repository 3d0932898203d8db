"""Which column of a sheet is which field: by the names that the columns have, in Chinese and English, and by what an
organizer chose for names that nobody foresaw."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl.utils import get_column_letter

from core.translations import default_language, label, languages
from events.models import Slot
from events.sheets.tables import HEADER_WITHIN, MOST_COLUMNS, Flaw, Line, Sheet, Unreadable

# In the order of an export. ``title.en`` is the title in English.
PLAIN = ("uid", "kind", "date", "start", "end", "on_date", "through", "precision", "timing", "status")
PLACES = ("venue", "space")
REST = ("participants", "home", "away", "capacity")
TEXTS = ("title", "status_note", "place_name")

# Other names under which a field is found, beside those that its export has. What may mean two fields is in neither.
SYNONYMS = {
    "uid": "uuid",
    "kind": "type 类别 种类",
    "title": "name 标题 题目 场次名称 赛事名称",
    "date": "day startdate eventdate 日子 开始日期 比赛日期 举办日期 活动日期",
    "start": "starts startsat startstime starttime begin begins from time 开始 时间 起始时间 比赛时间 开赛时间",
    "end": "ends endsat endtime until to 结束 终止时间",
    "on_date": "ondate onday countsto",
    "through": "lastdate lastday enddate 结束日期 最后日期",
    "precision": "时间精度",
    "timing": "时间方式",
    "status": "",
    "venue": "hall 馆 举办场馆 比赛场馆",
    "space": "court field stage room 球场 舞台 赛场 场地名称",
    "participants": "teams players lineup 参赛队 参赛队伍 参赛者 对阵双方 参赛双方",
    "home": "hometeam 主场 主场球队",
    "away": "awayteam guest 客场 客场球队",
    "capacity": "seats 人数 容量",
    "status_note": "statusnote 状态说明 状态备注",
    "place_name": "place placename 地点说明",
}
# Words for a language in the name of a column, beside its tag and its own name.
LANGUAGE_WORDS = {
    "zh-Hans": "zh cn chinese 中文 中 简体 汉语",
    "zh-Hant": "tw hk 繁体 繁体中文 正體 繁中",
    "en": "english eng 英文 英语 英",
    "de": "german ger 德文 德语 德",
}

_NAMES = {
    "kind": "slot_kind",
    "start": "starts_at",
    "end": "ends_at",
    **{name: name for name in ("on_date", "through", "precision", "timing", "status", "venue", "space", "capacity")},
    **{name: name for name in TEXTS},
}


def field_name(field: str) -> str:
    """What the admin calls a field, in the language that is spoken: ``"Title (English)"``."""
    base, _dot, tag = field.partition(".")
    own = {
        "uid": "UID",
        "date": pgettext("column of a sheet", "date"),
        "start": pgettext("column of a sheet", "start"),
        "end": pgettext("column of a sheet", "end"),
        "participants": _("participants"),
        "home": pgettext("column of a sheet", "home"),
        "away": pgettext("column of a sheet", "away"),
    }
    name = own.get(base) or str(Slot._meta.get_field(_NAMES[base]).verbose_name)  # type: ignore[union-attr]
    return capfirst(name) if tag in ("", default_language()) else f"{capfirst(name)} ({label(tag)})"


@cache
def all_fields() -> tuple[str, ...]:
    """Every field that a column can be, in the order in which they are offered."""
    texts = {base: [f"{base}.{tag}" for tag in languages()] for base in TEXTS}
    return ("uid", "kind", *texts["title"], *PLAIN[2:], *texts["status_note"], *PLACES, *texts["place_name"], *REST)


def normal(header: str) -> str:
    """A column's name without what differs by hand: ``"Title (en)"`` and ``"title_EN"`` -> ``"titleen"``."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    return "".join(char for char in plain if char.isalnum())


@cache
def known_names() -> dict[str, str]:
    """Normal name -> field."""
    return names_of(all_fields(), SYNONYMS, field_name)


def names_of(fields: Iterable[str], synonyms: Mapping[str, str], word: Callable[[str], str]) -> dict[str, str]:
    """The normal names of fields: their own, those that people use too, and what the admin calls them."""
    found: dict[str, str] = {}
    for field in fields:
        base, _dot, tag = field.partition(".")
        words = {base, *synonyms.get(base, "").split()}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                words.add(word(base))
        for each in words:
            for name in _in_language(normal(each), tag) if tag else [normal(each)]:
                found.setdefault(name, field)
    return found


@dataclass(frozen=True)
class Fields:
    """What the columns of one kind of sheet can be: in the order in which they are offered, by name, in words."""

    all: Callable[[], tuple[str, ...]]
    names: Callable[[], Mapping[str, str]]
    word: Callable[[str], str]


SLOT_FIELDS = Fields(all_fields, known_names, field_name)


def _in_language(word: str, tag: str) -> Iterable[str]:
    if tag == default_language():
        yield word
    for language in {tag, label(tag), *LANGUAGE_WORDS.get(tag, "").split()}:
        yield word + normal(language)
        yield normal(language) + word


@dataclass(frozen=True)
class Column:
    """``field`` is "" for a column that is left out, and None where nobody has said what it is."""

    index: int
    header: str
    field: str | None
    samples: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return str(get_column_letter(self.index + 1))

    @property
    def name(self) -> str:
        return self.header or self.letter


@dataclass(frozen=True)
class Table:
    """The sheet that is read, from its header on."""

    sheet: Sheet
    header: int
    columns: list[Column]
    lines: list[Line]
    fields: Fields = SLOT_FIELDS

    @property
    def unknown(self) -> list[Column]:
        return [column for column in self.columns if column.field is None]

    @property
    def by_field(self) -> dict[str, Column]:
        return {column.field: column for column in self.columns if column.field}

    def doubled(self) -> list[str]:
        """The fields that several columns claim."""
        counts = Counter(column.field for column in self.columns if column.field)
        return [field for field, count in counts.items() if count > 1]


def find_table(
    sheets: Iterable[Sheet],
    remembered: Mapping[str, str],
    chosen: Mapping[int, str | None],
    fields: Fields = SLOT_FIELDS,
) -> Table:
    """The first sheet that has a row of known names, else the first one with anything in it.

    ``remembered`` are an organizer's fields by normal name, ``chosen`` fields by the column's place, from 0; both win
    over the names. Raises Unreadable where there is nothing.
    """
    names = {**fields.names(), **remembered}
    first: Sheet | None = None
    for sheet in sheets:
        header = _header(sheet, names)
        if header is not None:
            return _table(sheet, header, names, chosen, fields)
        if first is None and any(line.filled for line in sheet.lines):
            first = sheet
    if first is None:
        raise Unreadable(_("The file is empty."), "empty")
    header = next(place for place, line in enumerate(first.lines) if line.filled)
    return _table(first, header, names, chosen, fields)


def _header(sheet: Sheet, names: Mapping[str, str]) -> int | None:
    """The first row in which two columns are known."""
    for place, line in enumerate(sheet.lines[:HEADER_WITHIN]):
        known = {names.get(normal(cell)) for cell in line.cells if isinstance(cell, str)} - {None, ""}
        if len(known) >= 2:
            return place
    return None


def _table(
    sheet: Sheet, header: int, names: Mapping[str, str], chosen: Mapping[int, str | None], fields: Fields
) -> Table:
    lines = [line for line in sheet.lines[header + 1 :] if line.filled]
    width = max((len(line.cells) for line in [sheet.lines[header], *lines]), default=0)
    columns = []
    for index in range(min(width, MOST_COLUMNS)):
        cells = sheet.lines[header].cells
        text = cells[index] if index < len(cells) else ""
        name = "" if isinstance(text, Flaw) else str(text).strip()
        samples = _samples(lines, index)
        if name or samples:
            field = chosen[index] if index in chosen else names.get(normal(name))
            columns.append(Column(index, name, _valid(field, fields), samples))
    return Table(sheet, sheet.lines[header].number, columns, lines, fields)


def _valid(field: str | None, fields: Fields) -> str | None:
    """A field that was remembered and is no more, like one in a language that was taken away, is unknown again."""
    return field if field is None or field == "" or field in fields.all() else None


def _samples(lines: Iterable[Line], index: int) -> tuple[str, ...]:
    """The first values of a column, by which people know it."""
    found: dict[str, None] = {}
    for line in lines:
        cell = line.cells[index] if index < len(line.cells) else ""
        if cell != "" and not isinstance(cell, Flaw):
            found.setdefault(str(cell)[:40])
        if len(found) == 3:
            break
    return tuple(found)


def check_columns(table: Table) -> list[ValidationError]:
    """What keeps the table as a whole from being taken."""
    problems = []
    for field in table.doubled():
        names = ", ".join(column.name for column in table.columns if column.field == field)
        message = _("Several columns are matched with “%(field)s”: %(columns)s. Keep one, and leave out the others.")
        problems.append(
            ValidationError(message % {"field": table.fields.word(field), "columns": names}, code="doubled_column")
        )
    if table.unknown:
        names = ", ".join(column.name for column in table.unknown)
        message = _("Nobody has said what these columns are: %(columns)s. Match them with fields, or leave them out.")
        problems.append(ValidationError(message % {"columns": names}, code="unknown_column"))
    if not table.by_field:
        message = _("No column is matched with a field.")
        problems.append(ValidationError(message, code="no_column"))
    elif not table.lines:
        problems.append(ValidationError(_("There is no row below the names of the columns."), code="no_row"))
    return problems
