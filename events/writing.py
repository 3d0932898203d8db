"""The lists that belong to an event, brought to what an editor wants: rows that stay keep their keys."""

from collections.abc import Mapping
from typing import Any

from core.changes.lists import write_chosen, write_links
from events.models import Event, EventImage, EventLink, EventTag, EventVenue


def write_lists(event: Event, wanted: Mapping[str, list[Any]]) -> list[str]:
    """``{"venues": [...], "images": [...], "tags": [...], "links": [{"kind", "value", "label"}]}``: those given are
    made so. Returns which changed. Raises ValidationError with keys like ``links.0.value``."""
    writers = {"venues": _write_venues, "images": _write_images, "tags": _write_tags, "links": _write_links}
    return [name for name, rows in wanted.items() if writers[name](event, rows)]


def _write_venues(event: Event, venues: list[Any]) -> bool:
    return write_chosen(EventVenue, "venue", event, venues, "venues")


def _write_images(event: Event, images: list[Any]) -> bool:
    return write_chosen(EventImage, "image", event, images, "images")


def _write_tags(event: Event, tags: list[Any]) -> bool:
    return write_chosen(EventTag, "tag", event, tags, "tags", ordered=False)


def _write_links(event: Event, links: list[Any]) -> bool:
    return write_links(EventLink, event, links)
