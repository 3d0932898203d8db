"""``/routes``, ``/routes/{slug}``, ``/routes/{slug}.gpx``."""

from typing import Any, ClassVar

from django.db.models import QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.api.filters import read_parameters
from core.api.keyset import Order
from core.api.renderers import GpxRenderer
from core.api.views import DetailView, ListView
from core.translations import show
from media.media_objects import load_media
from media.serializers import load_pictures
from organizers.serializers import split_links
from venues.filters import START, RouteFilters
from venues.gpx import Written, write_gpx
from venues.itineraries import load_stops, load_visits, shown_line
from venues.models import Route, RouteImage, RouteMedia, VenueImage
from venues.serializers.route import RouteDetailItem, RouteItem
from venues.views.venue import CHILDREN as VENUE_CHILDREN
from venues.views.venue import load_venues

CHILDREN = ("links", "tagging__tag")


def routes() -> QuerySet[Any]:
    return Route.objects.visible().select_related("organizer")


def load_routes(rows: list[Any], ask: Ask) -> None:
    """What routes show beside their columns, one query per kind."""
    venues = load_stops(rows)
    load_pictures(RouteImage, rows)
    load_pictures(VenueImage, venues)
    split_links(rows)
    if "stops" in ask.include:
        prefetch_related_objects(venues, "parent", "organizer", *VENUE_CHILDREN)
        load_venues(venues, ask)
    if "organizer" in ask.include:
        organizers = [row.organizer for row in rows if row.organizer]
        prefetch_related_objects(organizers, "links")
        split_links(organizers)
    start = read_parameters(ask.params, START).get("start")
    if start is not None:
        load_visits(rows, start)


class RouteList(ListView):
    """Themed tours."""

    serializer_class = RouteItem
    filterset_class = RouteFilters
    parameters = START
    orders: ClassVar[dict[str, Order]] = {
        "name": Order(("sort_key", "pk")),
        "distance": Order(("distance2", "pk")),
        "-updated": Order(("-updated_at", "-pk")),
    }
    includes = frozenset({"stops", "organizer", "images"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return routes().defer("line").prefetch_related(*CHILDREN)

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        return queryset.by_name(ask.sort_language) if order == "name" else queryset  # type: ignore[attr-defined]

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_routes(rows, ask)


class RouteDetail(DetailView):
    """One tour, with its line."""

    serializer_class = RouteDetailItem
    parameters = START
    includes = RouteList.includes

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return routes().prefetch_related(*CHILDREN)

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_routes(rows, ask)
        load_media(RouteMedia, rows, ask)


class RouteGpx(DetailView):
    """The tour as GPX 1.1, always in WGS-84."""

    renderer_classes = (GpxRenderer,)
    plain_schema: ClassVar[dict[str, Any] | None] = {"type": "string"}
    common: ClassVar[frozenset[str]] = frozenset({"lang"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Route.objects.visible()

    def answer(self, ask: Ask, **names: Any) -> bytes:
        route = self.found(ask, names)
        load_stops([route])
        line = shown_line(route, whole=True)
        tag = ask.sort_language
        return write_gpx(
            Written(
                name=show(route.name, tag),
                summary=show(route.summary, tag),
                changed_at=route.updated_at,
                stops=[
                    (stop.point, show(stop.venue.name, tag), show(stop.note, tag))
                    for stop in route.shown_stops
                    if stop.point
                ],
                line=line.coordinates if line and line.coordinates else [],
                derived=line is None or line.derived,
            )
        )
