"""Translated text: one JSON object per field, keyed by BCP 47 tag.

A value is ``{"zh-Hans": "中国工业博物馆", "en": "China Industrial Museum"}``. Which tags exist is the
setting ``CONTENT_LANGUAGES``; its first tag is the default, the one an editor must fill. ``zh-Hant`` is
derived from ``zh-Hans`` by OpenCC at render unless a value of its own is stored: it then counts as
translated, and is never written back.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import opencc
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from core.pinyin import syllables

Text = Mapping[str, str]

# Each language is named in itself, as on a language switch.
LABELS = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English", "de": "Deutsch"}

# Where a region decides the script (RFC 4647 lookup would not find these by cutting the tag's end).
CHINESE_REGIONS = {
    "zh": "zh-Hans",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-my": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
}

_converter = SimpleLazyObject(lambda: opencc.OpenCC("s2tw"))


def languages() -> list[str]:
    """The content's languages, the default first."""
    return list(settings.CONTENT_LANGUAGES)


def default_language() -> str:
    return settings.CONTENT_LANGUAGES[0]


def label(tag: str) -> str:
    return LABELS.get(tag, tag)


@lru_cache(maxsize=8192)
def to_traditional(text: str) -> str:
    return _converter.convert(text)


def derived(value: Text) -> dict[str, str]:
    """What is shown without being stored: ``zh-Hant`` where only ``zh-Hans`` was written."""
    if value.get("zh-Hans") and not value.get("zh-Hant") and "zh-Hant" in settings.CONTENT_LANGUAGES:
        return {"zh-Hant": to_traditional(value["zh-Hans"])}
    return {}


def complete(value: Text) -> dict[str, str]:
    """Stored and derived text together, in the order of the languages."""
    known = {**derived(value), **value}
    return {tag: known[tag] for tag in settings.CONTENT_LANGUAGES if known.get(tag)}


@lru_cache(maxsize=64)
def fallback_chain(tag: str, available: tuple[str, ...]) -> tuple[str, ...]:
    """The languages to try, best first: the asked one, its sister script, English, then the rest in order."""
    primary = tag.split("-")[0]
    sisters = [other for other in available if other.split("-")[0] == primary and other != tag]
    english = ["en"] if "en" in available and primary != "en" else []
    return tuple(dict.fromkeys([tag, *sisters, *english, *available]))


def resolve(value: Text | None, tag: str) -> tuple[str, str | None]:
    """The text to show for a language, and the language it is really in; ``("", None)`` where nothing is written."""
    if not value:
        return "", None
    text = value.get(tag)
    if text:
        return text, tag
    if tag == "zh-Hant" and value.get("zh-Hans"):
        return to_traditional(value["zh-Hans"]), tag
    for other in fallback_chain(tag, tuple(settings.CONTENT_LANGUAGES)):
        if value.get(other):
            return value[other], other
    return "", None


def show(value: Text | None, tag: str | None = None) -> str:
    return resolve(value, tag or default_language())[0]


def match_tag(wanted: str) -> str | None:
    """The supported tag for one a client asked for (RFC 4647 lookup, case-free, ``_`` as ``-``), or None."""
    tag = wanted.strip().replace("_", "-").lower()
    supported = {known.lower(): known for known in settings.CONTENT_LANGUAGES}
    while tag:
        if tag in supported:
            return supported[tag]
        if CHINESE_REGIONS.get(tag) in settings.CONTENT_LANGUAGES:
            return CHINESE_REGIONS[tag]
        tag = tag.rpartition("-")[0]
    return None


def match_accept_language(header: str) -> str | None:
    """The best supported tag of an ``Accept-Language`` header (RFC 9110, section 12.5.4), or None."""
    wanted: list[tuple[float, int, str]] = []
    for position, part in enumerate(header[:1000].split(",")):
        tag, _sep, quality = part.strip().partition(";")
        found = re.fullmatch(r"\s*[qQ]=([01](?:\.[0-9]{0,3})?)\s*", quality) if quality else None
        weight = float(found.group(1)) if found else (0.0 if quality else 1.0)
        if tag and weight > 0:
            wanted.append((-weight, position, tag))
    for _weight, _position, tag in sorted(wanted):
        matched = default_language() if tag == "*" else match_tag(tag)
        if matched:
            return matched
    return None


def sort_key(text: str, pinyin: str = "") -> str:
    """A key of ``[0-9a-z]`` only, so that every database's collation agrees on the order.

    Chinese is spelled in pinyin (``pinyin``, an editor's spelling, wins where the reading is ambiguous: 长白岛);
    Latin letters lose their accents; any other script keeps its code points' order.
    """
    spelled = pinyin or "".join(syllables(text))
    key = []
    for char in unicodedata.normalize("NFKD", spelled).lower().replace("ß", "ss"):
        if char.isascii():
            key.append(char if char.isalnum() else "")
        elif char.isalpha():
            key.append(f"{ord(char):06x}")
    return "".join(key)[:100]


# Controls that no text needs: all but the tabulator and the line feed (Unicode's Cc), and what turns the direction of
# the text after it (UAX #9: embeddings, overrides, isolates), by which a title could rewrite what stands beside it.
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    return " ".join(line for part in text.replace("\t", " ").split("\n") if (line := part.strip()))


def plain_line(text: str) -> str:
    """What one was asked for that is the same in all languages: in one line, without what nobody sees."""
    return one_line(UNSEEN.sub("", "\n".join(text.splitlines())))


def clean_text(value: Any) -> dict[str, str]:
    """A stored value from what was entered: known tags, strings, no empty ones. Raises ValidationError."""
    if not value:
        return {}
    if not isinstance(value, Mapping):
        raise ValidationError(_("Enter an object with one text per language."), code="invalid")
    unknown = sorted(set(value) - set(settings.CONTENT_LANGUAGES))
    if unknown:
        raise ValidationError(
            _("Unknown language: %(tags)s. Known: %(known)s."),
            code="unknown_language",
            params={"tags": ", ".join(unknown), "known": ", ".join(settings.CONTENT_LANGUAGES)},
        )
    cleaned = {}
    for tag, text in value.items():
        if text is not None and not isinstance(text, str):
            raise ValidationError(_("The text in %(tag)s is not a string."), code="invalid", params={"tag": tag})
        ProhibitNullCharactersValidator()(text or "")
        text = UNSEEN.sub("", "\n".join((text or "").splitlines())).strip()
        if text:
            cleaned[tag] = text
    return cleaned


def missing_languages(values: Iterable[Text]) -> list[str]:
    """The languages in which any of these texts, written somewhere, is neither stored nor derived."""
    written = [complete(value) for value in values if value]
    return [tag for tag in settings.CONTENT_LANGUAGES if any(tag not in value for value in written)]
