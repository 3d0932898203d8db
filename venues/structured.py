"""Venues and routes for search engines: schema.org's ``Place`` and ``TouristTrip``."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.pages.markup import Node, image_urls, told
from core.translations import resolve
from media.page_words import media_nodes
from venues.models import Answer, Venue
from venues.models.venue import Kind, OperatingStatus
from venues.notations import Window, schema_org
from venues.serializers.venue import address_text

TYPES: dict[str, list[str]] = {
    Kind.MUSEUM: ["Museum", "TouristAttraction"],
    Kind.CULTURE_PARK: ["TouristAttraction"],
    Kind.SPORTS: ["SportsActivityLocation"],
    Kind.PLANT: ["TouristAttraction"],
    Kind.PARK: ["Park", "TouristAttraction"],
    Kind.SHOPPING: ["ShoppingCenter"],
    Kind.STREET: ["TouristAttraction"],
    Kind.STAGE: ["EventVenue"],
    Kind.HALL: ["TouristAttraction"],
    Kind.OTHER: ["Place"],
}


def venue_types(venue: Venue) -> str | list[str]:
    types = TYPES[venue.venue_kind]
    return types if len(types) > 1 else types[0]


def address_node(venue: Venue, tag: str) -> Node | None:
    """Only what is entered: a search engine would rather have no country than a wrong one."""
    street, district, city = (resolve(part, tag)[0] for part in (venue.street, venue.district, venue.city))
    before = [district, street] if tag.startswith("zh") else [street, district]
    joined = ("" if tag.startswith("zh") else ", ").join(part for part in before if part)
    node = told({"streetAddress": joined, "addressLocality": city, "postalCode": venue.postcode})
    return {"@type": "PostalAddress", **node} if node else None


def geo_node(venue: Venue) -> Node | None:
    """To a hundred metres where nobody has stood there."""
    if venue.point is None:
        return None
    digits = 3 if venue.approximate else 7
    return {
        "@type": "GeoCoordinates",
        "latitude": round(venue.point.lat, digits),
        "longitude": round(venue.point.lng, digits),
    }


def place_node(venue: Venue, tag: str, name: str = "") -> Node:
    """A public venue where something takes place; ``name`` where a room of it is meant."""
    return told(
        {
            "@type": "Place",
            "name": name or resolve(venue.name, tag)[0],
            "address": address_node(venue, tag) or resolve(address_text(venue), tag)[0] or None,
            "geo": geo_node(venue),
            "url": venue.share_url,
        }
    )


def amenities(accessibility: Mapping[str, Any], names: Mapping[str, Any]) -> list[Node]:
    """What is known to be so, and what is known not to be."""
    return [
        {
            "@type": "LocationFeatureSpecification",
            "name": str(names[fact]),
            "value": each["value"] == Answer.YES,
        }
        for fact, each in accessibility.items()
        if each["value"] != Answer.UNKNOWN
    ]


def same_as(item: Mapping[str, Any]) -> list[str]:
    known = item["external_ids"]
    found = [link["value"] for link in item["links"] if link["kind"] in ("website", "video", "map")]
    if "wikidata" in known:
        found.append(f"https://www.wikidata.org/entity/{known['wikidata']}")
    if "osm" in known:
        found.append(f"https://www.openstreetmap.org/{known['osm']}")
    return found


def venue_node(venue: Venue, item: Mapping[str, Any], window: Window, features: list[Node], about: str) -> Node:
    weekly, special, _unsaid = schema_org(window)
    phones = [link["value"] for link in item["contacts"] if link["kind"] == "phone"]
    free = {"free": True, "partly_free": False, "paid": False}.get(venue.price_kind)
    parent = item["parent"]
    return told(
        {
            "@type": venue_types(venue),
            "@id": venue.share_url,
            "url": venue.share_url,
            "name": item["name"],
            "description": about,
            "image": image_urls(item),
            "address": address_node(venue, window.language),
            "geo": geo_node(venue),
            "telephone": phones[0] if phones else None,
            "containedInPlace": parent and {"@type": "Place", "name": parent["name"], "url": parent_url(venue)},
            "openingHoursSpecification": weekly,
            "specialOpeningHoursSpecification": special,
            "publicAccess": venue.status == OperatingStatus.OPERATING,
            "isAccessibleForFree": free,
            "amenityFeature": features,
            "sameAs": same_as(item),
            "subjectOf": media_nodes(item),
        }
    )


def parent_url(venue: Venue) -> str:
    assert venue.parent is not None  # the item names a parent
    return venue.parent.share_url


def route_node(route: Any, item: Mapping[str, Any], venues: Iterable[Venue], tag: str, about: str) -> Node:
    places = [
        {"@type": "ListItem", "position": position, "item": place_node(venue, tag)}
        for position, venue in enumerate(venues, start=1)
    ]
    organizer = item["organizer"]
    return told(
        {
            "@type": "TouristTrip",
            "@id": route.share_url,
            "url": route.share_url,
            "name": item["name"],
            "description": about,
            "image": image_urls(item),
            "itinerary": {"@type": "ItemList", "numberOfItems": len(places), "itemListElement": places},
            "subjectOf": media_nodes(item),
            "provider": organizer and {"@type": "Organization", "name": organizer["name"]},
        }
    )
