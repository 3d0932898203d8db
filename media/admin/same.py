"""A file that comes again: what is stored of it has the same bytes, and so the same SHA-256."""

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from media.models import Image


def same_pictures(sha256: str, user: Any) -> QuerySet[Image]:
    """The pictures of the library that are this one, as far as the user may know of them."""
    return Image.objects.filter(sha256=sha256).readable_by(user).order_by("pk")


def hold(sha256: str) -> None:
    """One new picture of those bytes at a time, until the unit of work ends: the second one then finds the first.

    A lock that nothing else takes. On SQLite the transaction itself is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
