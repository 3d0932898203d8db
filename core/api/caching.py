"""Conditional and cached answers. What an answer depends on is in its ETag; the same ETag means the same bytes."""

import hashlib
import re
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse

from core.clock import minute

Stored = tuple[bytes, str]


def weak_etag(revision: int, language: str, moment: datetime) -> str:
    """``W/"revision-language-build-minute"``, the minute counted from the epoch.

    It is the one that the clock shows, or the one until which the answer holds: what will appear at a set time takes
    no number before it does, and yet ``valid_until`` changes with it.
    """
    language = language if language != "*" else "all"
    return f'W/"{revision}-{language}-{settings.BUILD}-{int(minute(moment).timestamp()) // 60}"'


def matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110, section 13.1.2: weak comparison with a list. ``*`` matches nothing: whether there is anything at the
    address is not known before the content is read."""
    opaque = etag.removeprefix("W/")
    return any(known.removeprefix("W/") == opaque for known in re.findall(r'(?:W/)?"[^"]*"', if_none_match))


def cache_control(clock: datetime | None, now: datetime) -> str:
    """Where the clock shows, an answer ends with its minute."""
    if clock is None:
        return "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
    left = max(0, int((minute(clock) + timedelta(minutes=1) - now).total_seconds()))
    return f"public, max-age={left}, stale-if-error=300"


def _key(etag: str, target: str) -> str:
    return "answer:" + hashlib.sha256(f"{etag} {target}".encode()).hexdigest()


def stored_answer(etag: str, target: str) -> HttpResponse | None:
    found: Stored | None = cache.get(_key(etag, target)) if settings.ANSWER_CACHE_SECONDS else None
    return HttpResponse(found[0], content_type=found[1]) if found else None


def store_answer(etag: str, target: str, body: bytes, content_type: str) -> None:
    if settings.ANSWER_CACHE_SECONDS:
        cache.set(_key(etag, target), (body, content_type), settings.ANSWER_CACHE_SECONDS)
