"""What a file is read into: sheets of rows of values, and why a file as a whole is refused."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 5_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
HEADER_WITHIN = 20  # rows: titles and remarks may stand above the names of the columns
MOST_FILLED = MOST_ROWS + HEADER_WITHIN
# Rows that have a format and nothing in them are skipped, up to here.
MOST_RAW_ROWS = 4 * MOST_ROWS


class Unreadable(ValidationError):
    """The file as a whole cannot be taken."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message, code=code)


@dataclass(frozen=True)
class Flaw:
    """In the place of a value that cannot be read: why."""

    message: str
    code: str


# A clock time is the time since midnight. An empty cell is "".
Value = str | int | float | bool | date | datetime | timedelta | Flaw


@dataclass(frozen=True)
class Line:
    """One row; ``number`` as the spreadsheet counts, from 1."""

    number: int
    cells: tuple[Value, ...]
    hidden: bool = False

    @property
    def filled(self) -> bool:
        return any(cell != "" for cell in self.cells)


@dataclass(frozen=True)
class Sheet:
    """``others`` are the visible sheets of the same file; ``epoch`` is the day that a plain number counts from."""

    lines: list[Line]
    name: str = ""
    others: tuple[str, ...] = ()
    epoch: date | None = None


def too_many_rows() -> Unreadable:
    return Unreadable(
        _("The table has more than %(limit)d rows (also empty ones with a format count). Divide it.")
        % {"limit": MOST_ROWS},
        "too_many_rows",
    )


def too_many_columns() -> Unreadable:
    return Unreadable(
        _("The table has more than %(limit)d columns. Delete those that are not needed.") % {"limit": MOST_COLUMNS},
        "too_many_columns",
    )
