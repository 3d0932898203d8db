"""Many rows of one table in few statements, below the models: for what a release or a rebuild writes by the thousand.

``bulk_create()`` asks four functions about each value, which for ten thousand slots took most of the time of their
release. Here a column's values are prepared by the field alone, and plain ones not at all.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, models

MOST_ROWS = 500  # of one statement
MOST_COPIED = 5000  # at once: what a client holds of them beside the rows
# What a database takes as it is, in any column that does not hold JSON.
PLAIN = frozenset({str, int, bool, type(None)})


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Writes new rows of one model, whose key the database counts, and sets their keys.

    Values are taken as they stand: no ``pre_save`` of a field, no default of the database.
    """
    if not rows:
        return
    model = type(rows[0])
    names = [field.attname for field in model._meta.local_concrete_fields if not field.primary_key]
    keys = insert_values(model, names, [[row.__dict__[name] for name in names] for row in rows])
    for row, key in zip(rows, keys, strict=True):
        row.pk, row._state.adding, row._state.db = key, False, DEFAULT_DB_ALIAS


def insert_values(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Writes rows that are given as values of the columns ``names``, which are all but the key; returns their keys."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quoted = [database.ops.quote_name(field.column) for field in (model._meta.pk, *fields)]
    table = Table(database.ops.quote_name(model._meta.db_table), quoted[0], quoted[1:])
    write, most = (_copy, MOST_COPIED) if database.vendor == "postgresql" else (_insert, MOST_ROWS)
    keys: list[Any] = []
    with database.cursor() as cursor:
        for start in range(0, len(rows), most):
            columns = zip(*rows[start : start + most], strict=True)
            values = [_prepared(field, column, database) for field, column in zip(fields, columns, strict=True)]
            keys += write(cursor, table, list(zip(*values, strict=True)))
    return keys


class Table(NamedTuple):
    """Names as a statement takes them; all are the models' own."""

    name: str
    key: str
    columns: list[str]


def _insert(cursor: Any, table: Table, rows: Sequence[Sequence[Any]]) -> list[Any]:
    hole = f"({', '.join(['%s'] * len(table.columns))})"
    cursor.execute(
        f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES {', '.join([hole] * len(rows))} "  # noqa: S608
        f"RETURNING {table.key}",
        list(chain.from_iterable(rows)),
    )
    return [row[0] for row in cursor.fetchall()]


def _copy(cursor: Any, table: Table, rows: Sequence[Sequence[Any]]) -> list[Any]:
    """PostgreSQL's COPY: a statement with thousands of values takes its client longer to write than the rows."""
    sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
    cursor.execute(sequence, [table.name, table.key.strip('"'), len(rows)])
    keys = [row[0] for row in cursor.fetchall()]
    with cursor.copy(f"COPY {table.name} ({', '.join((table.key, *table.columns))}) FROM STDIN") as copy:
        for key, values in zip(keys, rows, strict=True):
            copy.write_row((key, *values))
    return keys


def _prepared(field: Any, values: Sequence[Any], database: Any) -> list[Any]:
    """One column as the database takes it; of values that come again, each is prepared once."""
    if isinstance(field, models.JSONField):
        return [field.get_db_prep_save(value, connection=database) for value in values]
    known = {
        value: field.get_db_prep_save(value, connection=database) for value in {*values} if type(value) not in PLAIN
    }
    return [known.get(value, value) for value in values]
