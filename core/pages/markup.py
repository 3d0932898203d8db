"""What pages tell machines: JSON-LD in the form that Google documents.

https://developers.google.com/search/docs/appearance/structured-data
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core.pages.pictures import largest

Node = dict[str, Any]

# What Google asks for, so that it can show whichever fits.
SEARCHED = ("16:9", "4:3", "1:1")

# A script element ends at the first "</script", whatever stands around it; and "<!--" would hide its end.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def script(data: Node) -> SafeString:
    """The element. It is data: no browser runs it, and the policy of the pages lets it stand."""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above


def told(node: Mapping[str, Any]) -> Node:
    """Without what is not known: a search engine takes an empty value for a mistake."""
    return {name: value for name, value in node.items() if value is not None and value != "" and value != []}


def instant(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds")


def inexact_day(day: date, precision: str) -> str:
    """ISO 8601, no more exact than it is known: ``2026-05``."""
    return day.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def breadcrumbs(steps: Iterable[tuple[str, str]]) -> Node:
    """Names and addresses from the top; the last one is the page itself."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def image_urls(item: Mapping[str, Any]) -> list[str]:
    """The largest address of each picture in each ratio that search engines ask for, those of the first one first."""
    found = (largest(each, ratio) for each in item.get("images") or () for ratio in SEARCHED)
    return [cut["url"] for cut in found if cut]


def whole_url(item: Mapping[str, Any]) -> str | None:
    """The first picture uncut, as of a logo."""
    found = next((largest(each, "original") for each in item.get("images") or ()), None)
    return found["url"] if found else None
