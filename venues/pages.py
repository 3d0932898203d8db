"""``/venues/{slug}/`` and ``/routes/{slug}/``: the pages for people."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

from django.db.models import QuerySet

from core.api.ask import Ask
from core.clock import district_day
from core.pages.markup import Node, breadcrumbs
from core.pages.views import ObjectPage, description_of
from core.pages.words import distance_words, duration_words, price_words, short_day
from core.translations import resolve
from media.media_objects import load_media
from media.page_words import media_on_page
from venues.itineraries import distance, duration
from venues.models import Answer, RouteMedia, Venue, VenueMedia
from venues.notations import Window
from venues.opening_hours import State
from venues.page_words import (
    ACCESS,
    HAZARDS,
    KINDS,
    PHOTOGRAPHY,
    ROUTE,
    checked_words,
    entry_words,
    hours_words,
    opening_line,
    visit_lines,
    way_words,
)
from venues.serializers.route import RouteDetailItem
from venues.serializers.venue import VenueDetailItem
from venues.structured import amenities, route_node, venue_node
from venues.timetables import Timetable, load_calendar, main_timetables
from venues.views.route import CHILDREN as ROUTE_CHILDREN
from venues.views.route import load_routes, routes
from venues.views.venue import CHILDREN, load_venues, venues

WEEK = 7
GRAVE = frozenset({"extreme", "severe"})

# What higher floors show on the page of a venue: what takes place there. Each returns what it adds for the template.
Section = Callable[[Venue, Ask], dict[str, Any]]
_sections: list[Section] = []


def register_section(section: Section) -> None:
    if section not in _sections:
        _sections.append(section)


class HoursLine(NamedTuple):
    """A day of the week to come, in words."""

    day: str
    hours: str
    entry: str
    reason: str
    tone: str  # a class of the style sheet: today, off


class VenuePage(ObjectPage):
    """A venue: whether it is open, how to get there, what one should know before."""

    serializer_class = VenueDetailItem
    template = "pages/venue.html"

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return venues().prefetch_related(*CHILDREN)

    def load(self, row: Any, ask: Ask) -> None:
        load_venues([row], ask)
        load_media(VenueMedia, [row], ask)

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        window = year_of(main_timetables([row])[row.pk], district_day(ask.moment), ask.language)
        node = venue_node(row, item, window, amenities(item["accessibility"], ACCESS), description_of(item))
        crumbs = [(item["parent"]["name"], row.parent)] if item["parent"] else []
        found = {
            "kind": KINDS[row.venue_kind],
            "state": opening_line(row.status, row.opening),
            "grave": GRAVE,
            "hours": week_lines(window) if window.table else [],
            "price": price_words(item["price"]),
            "maps": map_links(row, item["name"]),
            "checked": checked_words(row.verified_on),
            **contacts(item),
            **media_on_page(item),
            **before_a_visit(item),
            **trail(row, item["name"], crumbs, node),
        }
        for section in _sections:
            found |= section(row, ask)
        return found


def year_of(table: Timetable, today: date, language: str) -> Window:
    last = today + timedelta(days=365)
    return Window(table, load_calendar(today, last), today, last, language)


def week_lines(window: Window) -> list[HoursLine]:
    """From today on; the reasons in the reader's language, but for one that every day has: it stands above."""
    days = [day for day in window.resolved if day.date >= window.first][:WEEK]
    same = all(day.reason == days[0].reason for day in days)
    return [
        HoursLine(
            short_day(day.date),
            hours_words(day),
            entry_words(day),
            resolve(day.reason, window.language)[0] if day.reason and not same else "",
            " ".join(
                [
                    *(["today"] if day.date == window.first else []),
                    *(["off"] if day.state in (State.CLOSED, State.UNKNOWN) else []),
                ]
            ),
        )
        for day in days
    ]


def map_links(venue: Venue, name: str) -> list[tuple[str, str]]:
    """Where to look up the way; both take WGS-84."""
    if venue.point is None:
        return []
    lat, lng = round(venue.point.lat, 6), round(venue.point.lng, 6)
    amap = f"https://uri.amap.com/marker?position={lng},{lat}&name={quote(name)}&coordinate=wgs84"
    osm = f"https://www.openstreetmap.org/?mlat={lat}&mlon={lng}#map=17/{lat}/{lng}"
    return [("amap", amap), ("osm", osm)]


def contacts(item: dict[str, Any]) -> dict[str, Any]:
    """Telephones as links of their own; the rest as it is."""
    phones = [
        {**each, "dial": "".join(char for char in each["value"] if char in "+0123456789")}
        for each in item["contacts"]
        if each["kind"] == "phone"
    ]
    return {"phones": phones, "contacts": [each for each in item["contacts"] if each["kind"] != "phone"]}


def before_a_visit(item: dict[str, Any]) -> dict[str, Any]:
    """What is known of access and rules; what is not known is left out, never told as a no."""
    access = [
        {**each, "name": ACCESS[fact], "yes": each["value"] == Answer.YES}
        for fact, each in item["accessibility"].items()
        if each["value"] != Answer.UNKNOWN
    ]
    rules = item["visit_rules"]
    if rules is None:
        return {"access": access}
    areas = [{**each, "words": PHOTOGRAPHY[each["rule"]]} for each in rules["photography"]["areas"]]
    warnings = [{**each, "name": HAZARDS[each["kind"]]} for each in rules["warnings"]]
    texts = [rules[name] for name in ("clothing", "provided", "documents", "bags", "note") if rules[name]]
    texts += [text for text in (rules["photography"]["note"], rules["booking"]["how"]) if text]
    return {"access": access, "visit": visit_lines(rules), "texts": texts, "areas": areas, "warnings": warnings}


def trail(row: Any, name: str, above: list[tuple[str, Any]], node: Node | None) -> dict[str, Any]:
    """The way from the top, for people and for machines, which get the page's own node with it."""
    data = [node] if node else []
    if above:
        steps = [*((str(each), parent.share_url) for each, parent in above), (str(name), row.share_url)]
        data.append(breadcrumbs(steps))
    return {"crumbs": [{"name": each, "path": parent.page_path} for each, parent in above], "data": data}


class RoutePage(ObjectPage):
    """A route: its stops in order, and the ways between them."""

    serializer_class = RouteDetailItem
    template = "pages/route.html"

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return routes().prefetch_related(*ROUTE_CHILDREN)

    def load(self, row: Any, ask: Ask) -> None:
        load_routes([row], ask)
        load_media(RouteMedia, [row], ask)

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        minutes, metres = duration(row.shown_stops), distance(row.shown_stops)
        shown_venues = [stop.venue for stop in row.shown_stops if stop.venue]
        node = route_node(row, item, shown_venues, ask.language, description_of(item))
        return {
            "kind": ROUTE,
            "duration": "" if minutes is None else duration_words(minutes),
            "distance": "" if metres is None else distance_words(metres),
            "stops": [
                {
                    **stop,
                    "stay": "" if stop["minutes"] is None else duration_words(stop["minutes"]),
                    "way": way_words(stop["to_next"]) if stop["to_next"] else "",
                    "path": shown.venue.page_path if shown.venue else "",
                }
                for stop, shown in zip(item["stops"], row.shown_stops, strict=True)
            ],
            "has_line": item["line"] is not None,
            "checked": checked_words(row.verified_on),
            **media_on_page(item),
            "data": [node],
        }
