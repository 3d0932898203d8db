"""The database of the tests: with the groups, as after an installation, and the same after each test.

SQLite's waits for no disk. It begins as a copy of one that has been migrated, which is kept in ``var/tests`` under the
fingerprint of all migrations; a complete run (``tests/skipping.py``) copies none and migrates, as an installation does.
"""

import hashlib
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.db import connection, transaction
from django.db.backends.signals import connection_created

from tests.environment import VAR
from tests.skipping import must_be_complete
from tourism.groups import create_groups

_begun = sqlite3.connect(":memory:", check_same_thread=False)


@cache
def _place() -> Path:
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(path.read_bytes())
    return VAR / f"migrated-{digest.hexdigest()[:16]}.sqlite3"


def _is_for_it() -> bool:
    """Whether the connection is to the database of the tests, and that is SQLite's."""
    database = connection.settings_dict
    is_theirs = database["NAME"] == database["TEST"]["NAME"]
    return connection.vendor == "sqlite" and is_theirs and not must_be_complete(os.environ)


def _copy(**_sent: Any) -> None:
    if _is_for_it() and _place().exists():
        connection_created.disconnect(_copy)
        with closing(sqlite3.connect(_place())) as stored:
            stored.backup(connection.connection)


def prepare() -> None:
    """Before Django connects for the first time, to migrate: it then finds nothing to do."""
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;"
        connection_created.connect(_copy)


def start() -> None:
    """After the migrations."""
    connection_created.disconnect(_copy)
    _keep()
    create_groups()
    if connection.vendor == "sqlite":
        connection.connection.backup(_begun)
    else:
        with connection.cursor() as cursor:
            copies = [f"CREATE TABLE begun.{table} AS TABLE {table}" for table in _filled(cursor)]
            cursor.execute("; ".join(["DROP SCHEMA IF EXISTS begun CASCADE", "CREATE SCHEMA begun", *copies]))


def restart() -> None:
    """After a test that has committed what it wrote: all as it was when the tests began."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        _begun.backup(connection.connection)
        return
    # Django's flush truncates every table, which makes new files for each. Foreign keys are looked at in the end.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'begun'")
        begun = [name for (name,) in cursor.fetchall()]
        gone = [f"DELETE FROM {table}" for table in _filled(cursor)]
        back = [f"INSERT INTO {table} TABLE begun.{table}" for table in begun]
        cursor.execute("; ".join([*gone, *back]))


def _filled(cursor: Any) -> list[str]:
    """The tables that have rows."""
    cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
    asked = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for (name,) in cursor.fetchall())
    cursor.execute(" UNION ALL ".join(asked))
    return [name for (name,) in cursor.fetchall()]


def _keep() -> None:
    """Stores the database as it stands, instead of those of other migrations."""
    if not _is_for_it() or _place().exists():
        return
    for old in VAR.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    unfinished = VAR / f"migrating-{os.getpid()}.sqlite3"
    with closing(sqlite3.connect(unfinished)) as stored:
        connection.connection.backup(stored)
    unfinished.replace(_place())
