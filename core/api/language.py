"""Which language an answer is in, and the words of its messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils import translation

from core.translations import default_language, match_accept_language, match_tag, to_traditional

EVERY = "*"


def asked_language(params: Any, accept_language: str) -> str:
    """``?lang=`` wins, else ``Accept-Language``, else the default; ``*`` asks for all. Never fails."""
    wanted = params.get("lang", "")
    if wanted:
        return EVERY if wanted == EVERY else match_tag(wanted) or default_language()
    return match_accept_language(accept_language) or default_language()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Django's own language for the messages of an answer in ``tag``: its script's sister, else English."""
    spoken = {name.lower() for name, _label in settings.LANGUAGES}
    if tag == EVERY:
        tag = default_language()
    chosen = "zh-hans" if tag.startswith("zh") else tag.lower()
    with translation.override(chosen if chosen in spoken else "en"):
        yield


def in_script(text: str, tag: str) -> str:
    """Messages exist in simplified characters; a reader of traditional ones gets them converted."""
    return to_traditional(text) if tag == "zh-Hant" else text
