"""Lists that continue where they stopped: a signed cursor holds the last row's key, never an offset.

A cursor also fixes the instant, the language, the datum and the other parameters, and lives 24 hours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.api.problems import BadRequest, FieldProblem, Gone

SALT = "core.api.keyset"
LIFETIME = 24 * 3600  # seconds

# The values of a row in the columns of its order.
RowKey = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Columns to sort by, ``-`` for descending; the last one is unique."""

    columns: tuple[str, ...]

    def page(self, parts: Sequence[QuerySet[Any]], after: RowKey | None, size: int) -> tuple[list[Any], RowKey | None]:
        """``size`` rows of the disjoint parts behind ``after``, and the key to go on from, or None at the end."""
        if after is not None:
            if tuple(after) != self.columns:  # issued by a build that sorted otherwise
                raise expired()
            behind = self._behind(list(after.values()))
            parts = [part.filter(behind) for part in parts]
        rows = [row for part in parts for row in part.order_by(*self.columns)[: size + 1]]
        if len(parts) > 1:
            rows = self._sorted(rows)[: size + 1]
        if len(rows) <= size:
            return rows, None
        last = rows[size - 1]
        return rows[:size], {column: _portable(getattr(last, column.lstrip("-"))) for column in self.columns}

    def _sorted(self, rows: list[Any]) -> list[Any]:
        """By the last column first: Python's sort keeps the order of equals."""
        for column in reversed(self.columns):
            rows = sorted(rows, key=attrgetter(column.lstrip("-")), reverse=column.startswith("-"))
        return rows

    def _behind(self, after: Sequence[Any]) -> Q:
        """Rows after the key: ``a > x or (a = x and b > y)``, with ``a >= x`` in front for the index."""
        condition = Q()
        for column, value in reversed(list(zip(self.columns, after, strict=True))):
            name, verb = column.lstrip("-"), "lt" if column.startswith("-") else "gt"
            further = Q(**{f"{name}__{verb}": value})
            condition = further | (Q(**{name: value}) & condition) if condition else further
        first = self.columns[0]
        bound = Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": after[0]})
        return bound & condition


def _portable(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def write_cursor(**content: Any) -> str:
    return signing.dumps(content, salt=SALT, compress=True)


def expired() -> Gone:
    message = _("This list has expired. Start it again from its first page.")
    return Gone(FieldProblem("cursor", "cursor_expired", message))


def read_cursor(text: str, path: str) -> dict[str, Any]:
    """What ``write_cursor`` held. 400 for a forged one or one of another list, 410 for one that is too old."""
    try:
        content = signing.loads(text, salt=SALT, max_age=LIFETIME)
        if content["path"] == path:
            return content
    except signing.SignatureExpired as error:
        raise expired() from error
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        pass  # what is wrong with a forged cursor is nobody's business
    message = _("This is no cursor of this list. Use the address in “next” as it is.")
    raise BadRequest([FieldProblem("cursor", "invalid", message)])
