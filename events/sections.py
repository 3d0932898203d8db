"""What the floors above show on the pages of events and slots: each registers it when it starts."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from core.api.ask import Ask
from events.models import Event

# A part of an event's page: ``{"template": "pages/teams.html", …}``, which the template finds as ``section``; None
# where there is nothing to show. A constant number of queries.
Section = Callable[[Event, Ask], Mapping[str, Any] | None]
# The paths of the pages of those participants that have one, by their slugs. One query.
Pages = Callable[[Collection[str]], Mapping[str, str]]

_sections: list[Section] = []
_pages: list[Pages] = []


def register_section(section: Section) -> None:
    if section not in _sections:
        _sections.append(section)


def register_pages(pages: Pages) -> None:
    if pages not in _pages:
        _pages.append(pages)


def sections_of(event: Event, ask: Ask) -> list[Mapping[str, Any]]:
    found = (section(event, ask) for section in _sections)
    return [each for each in found if each is not None]


def pages_of(people: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Of the participants of slots, as these hold them."""
    slugs = {each["slug"] for each in people if each["slug"]}
    return {slug: path for pages in _pages for slug, path in pages(slugs).items()} if slugs else {}
