"""Audio and documents on pages for people, and what these tell search engines of them."""

from collections.abc import Mapping
from typing import Any

from django.conf.locale import LANG_INFO
from django.utils.formats import number_format
from django.utils.translation import ngettext

from core.pages.markup import Node, told
from core.translations import label, match_tag

NAMES = {"audio/mpeg": "MP3", "audio/mp4": "M4A", "application/pdf": "PDF"}


def clock(seconds: float) -> str:
    """``2:05``, ``1:02:05``: whole seconds, as a player shows them."""
    minutes, rest = divmod(max(1, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size_words(size: int) -> str:
    """``1.2 MB``; ``85 KB`` below a tenth of one."""
    if size < 100_000:
        return f"{max(1, round(size / 1000))} KB"
    return f"{number_format(size / 1_000_000, decimal_pos=1)} MB"


def pages_words(count: int) -> str:
    return ngettext("%(count)d page", "%(count)d pages", count) % {"count": count}


def language_words(tag: str) -> str:
    """Its name in itself: ``English`` for ``en-GB``, ``français``; the tag of a language that Django does not know."""
    known = match_tag(tag)
    return label(known) if known else LANG_INFO.get(tag.split("-")[0], {}).get("name_local", tag)


def media_on_page(item: Mapping[str, Any]) -> dict[str, Any]:
    """``tracks`` and ``leaflets`` for the template, of an item that has both lists."""
    return {
        "tracks": [_with_facts(each) for each in item["audio"]],
        "leaflets": [_with_facts(each) for each in item["documents"]],
    }


def _with_facts(shown: Mapping[str, Any]) -> dict[str, Any]:
    facts = [language_words(shown["language"]), NAMES[shown["type"]]]
    if "duration" in shown:
        facts.append(clock(shown["duration"]))
    else:
        facts.append(pages_words(shown["pages"]))
    facts.append(size_words(shown["size"]))
    return {**shown, "facts": " · ".join(facts)}


def media_nodes(item: Mapping[str, Any]) -> list[Node]:
    """schema.org's AudioObject and DigitalDocument, for ``subjectOf``: a place or an event is no work itself."""
    return [media_node(each) for each in (*item.get("audio", ()), *item.get("documents", ()))]


def media_node(shown: Mapping[str, Any]) -> Node:
    audio = "duration" in shown
    return told(
        {
            "@type": "AudioObject" if audio else "DigitalDocument",
            "name": shown["title"],
            "contentUrl" if audio else "url": shown["url"],
            "encodingFormat": shown["type"],
            "inLanguage": shown["language"],
            "duration": iso_duration(shown["duration"]) if audio else None,
            "contentSize": str(shown["size"]) if audio else None,
            "creditText": shown["credit"],
        }
    )


def iso_duration(seconds: float) -> str:
    """ISO 8601: ``PT2M5S``."""
    minutes, rest = divmod(max(1, round(seconds)), 60)
    return f"PT{minutes}M{rest}S" if minutes else f"PT{rest}S"
