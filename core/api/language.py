"""Which language an answer is in, and the words of its messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import translation

from core.translations import default_language, languages, match_accept_language, match_tag, to_traditional

EVERY = "*"

# Messages are written in these beside Chinese: English in the code, the others in `locale/`.
SPOKEN = ("en", "de")


def asked_language(params: Any, accept_language: str) -> str:
    """``?lang=`` wins, else ``Accept-Language``, else the default; ``*`` asks for all. Never fails."""
    wanted = params.get("lang", "")
    if wanted:
        return EVERY if wanted == EVERY else match_tag(wanted) or default_language()
    return match_accept_language(accept_language) or default_language()


def message_language(tag: str) -> str:
    """The tag that messages to a reader of ``tag`` are really in: itself where it is spoken, else English."""
    tag = default_language() if tag == EVERY else tag
    return tag if tag.startswith("zh") or tag in SPOKEN else "en"


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Django's own language for the messages of an answer in ``tag``."""
    chosen = message_language(tag)
    with translation.override("zh-hans" if chosen.startswith("zh") else chosen.lower()):
        yield


def in_script(text: str, tag: str) -> str:
    """Messages exist in simplified characters; a reader of traditional ones gets them converted."""
    return to_traditional(text) if tag == "zh-Hant" else text


def in_every_language(label: Any) -> dict[str, str]:
    """A label of ours as a translated text; ``zh-Hant`` is derived from it as from any."""
    spoken = [tag for tag in languages() if message_language(tag) == tag and tag != "zh-Hant"]
    found = {}
    for tag in spoken:
        with speaking(tag):
            found[tag] = str(label)
    return found
