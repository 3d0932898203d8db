"""Loads the themed routes, behind the venues that they lead through."""

from collections.abc import Iterable

from organizers.models import Organizer
from tourism.demo.records import Record, add_children, checked, find, make_public, take, telling
from venues.models import Route, RouteImage, RouteLink, RouteStop, RouteTag, Venue

FIELDS = "slug name name_pinyin summary description verified_on doubts sample".split()


def load_routes(records: Iterable[Record]) -> int:
    """Returns how many were new."""
    fresh = [record for record in records if not Route.objects.filter(slug=record["slug"]).exists()]
    for record in fresh:
        _route(record)
    return len(fresh)


def _route(record: Record) -> None:
    name = f"route {record['slug']}"
    organizer = record.get("organizer")
    with telling(name):
        route = checked(
            name,
            Route,
            organizer=find(name, "organizer", Organizer, organizer) if organizer else None,
            **take(record, *FIELDS),
        )
        for order, each in enumerate(record["stops"]):
            way = each["to_next"] or {}
            checked(
                f"{name} stop {each['venue']}",
                RouteStop,
                route=route,
                position=order,
                venue=find(name, "stops", Venue, each["venue"]),
                mode=way.get("mode") or "",
                distance=way.get("distance"),
                way_minutes=way.get("minutes"),
                **take(each, "minutes", "note"),
            )
        add_children(name, {"route": route}, record, RouteLink, RouteTag, RouteImage)
        make_public(route)
