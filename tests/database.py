"""The database of the tests on SQLite: it waits for no disk, and begins as a copy of one that has been migrated.

That one is kept in ``var/tests`` under the fingerprint of all migrations. A complete run (``tests/skipping.py``)
copies none and migrates, as an installation does.
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
from django.db import connection
from django.db.backends.signals import connection_created

from tests.environment import VAR
from tests.skipping import must_be_complete


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


def keep() -> None:
    """Stores the database as it stands after the migrations, instead of those of other migrations."""
    connection_created.disconnect(_copy)
    if not _is_for_it() or _place().exists():
        return
    for old in VAR.glob("migrated-*.sqlite3"):
        old.unlink(missing_ok=True)
    unfinished = VAR / f"migrating-{os.getpid()}.sqlite3"
    with closing(sqlite3.connect(unfinished)) as stored:
        connection.connection.backup(stored)
    unfinished.replace(_place())
