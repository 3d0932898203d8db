"""A file that comes again: what is stored of it has the same bytes, and so the same SHA-256."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from media.models import Shown


def same_things(kind: type[Shown], sha256: str, user: Any) -> QuerySet[Any]:
    """What the library has of that file already, as far as the user may know of it.

    Who asks is the only one to take in these bytes until their unit of work ends: the second of two who send them at
    once finds what the first one made. A lock that nothing else takes; on SQLite the transaction itself is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
    rows: QuerySet[Any] = kind._base_manager.readable_by(user)
    return rows.filter(sha256=sha256).order_by("pk")
