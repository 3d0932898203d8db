"""Teams for search engines: schema.org's ``SportsTeam``, with what it plays."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.facts import LinkKind
from core.pages.markup import Node, image_urls, told, whole_url
from events.league.models import Team
from events.models import ReleasedSlot
from events.structured import start_of, sub_event


def team_node(team: Team, item: Mapping[str, Any], slots: Iterable[ReleasedSlot], tag: str, about: str) -> Node:
    """``memberOf`` is who looks after it; ``event`` what it plays, so far as that has a date."""
    images, organizer, company = image_urls(item), item["organizer"], item["company"]
    pages = [link["value"] for link in item["links"] if link["kind"] in (LinkKind.WEBSITE, LinkKind.VIDEO)]
    return told(
        {
            "@type": "SportsTeam",
            "@id": team.share_url,
            "url": team.share_url,
            "name": item["name"],
            "alternateName": item["short_name"],
            "description": about,
            "logo": whole_url(item),
            "image": images,
            "foundingDate": str(team.founded) if team.founded else None,
            "parentOrganization": company and {"@type": "Organization", "name": company},
            "memberOf": organizer and {"@type": "SportsOrganization", "name": organizer["name"]},
            "sameAs": pages,
            "event": [sub_event(slot, tag) for slot in slots if start_of(slot)],
        }
    )
