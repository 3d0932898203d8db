"""``/venues``, ``/venues/{slug}``, ``/venues.geojson``."""

from typing import Any, ClassVar

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.renderers import GeoJsonRenderer
from core.api.views import DetailView, GeoListView, ListView
from media.media_objects import load_media
from media.serializers import load_pictures
from organizers.serializers import split_links
from venues.filters import VenueFilters
from venues.models import Venue, VenueImage, VenueMedia, VenueTag
from venues.opening import load_opening
from venues.serializers.venue import VenueDetailItem, VenueFeature, VenueItem
from venues.serializers.venue_notices import load_notices
from venues.serializers.visiting import VISITING

ORDERS = {
    "name": Order(("sort_key", "pk")),
    "distance": Order(("distance2", "pk")),
    "-updated": Order(("-updated_at", "-pk")),
}
CHILDREN = (
    "designations",
    "spaces",
    "links",
    Prefetch("tagging", VenueTag._base_manager.select_related("tag").order_by("tag__slug")),
    *VISITING,
)


def venues() -> QuerySet[Any]:
    return Venue.objects.visible().select_related("parent", "organizer")


def load_venues(rows: list[Venue], ask: Ask) -> None:
    """Pictures of the venues and of what they are part of, and the notices about them, in one query each; whether they
    are open, in two."""
    load_pictures(VenueImage, [*rows, *(row.parent for row in rows if row.parent)])
    load_notices(rows)
    split_links(rows)
    load_opening(rows, ask.moment)


class VenueList(ListView):
    """The district's venues."""

    serializer_class = VenueItem
    filterset_class = VenueFilters
    clock_fields = frozenset({"opening"})
    orders: ClassVar[dict[str, Order]] = ORDERS
    includes = frozenset({"parent", "organizer", "images"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return venues().prefetch_related(*CHILDREN)

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        return queryset.by_name(ask.sort_language) if order == "name" else queryset  # type: ignore[attr-defined]

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_venues(rows, ask)
        load_embedded(rows, ask)


def load_embedded(rows: list[Any], ask: Ask) -> None:
    """What ``include`` adds: the rest of the parents and organizers."""
    if "parent" in ask.include:
        parents = [row.parent for row in rows if row.parent]
        prefetch_related_objects(parents, "organizer", "parent", *CHILDREN)
        load_venues(parents, ask)
    if "organizer" in ask.include:
        organizers = [row.organizer for row in rows if row.organizer]
        prefetch_related_objects(organizers, "links")
        split_links(organizers)


class VenueDetail(DetailView):
    """One venue."""

    serializer_class = VenueDetailItem
    clock_fields = VenueList.clock_fields
    includes = VenueList.includes

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return venues().prefetch_related(*CHILDREN)

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_venues(rows, ask)
        load_media(VenueMedia, rows, ask)
        load_embedded(rows, ask)


class VenueMap(GeoListView):
    """The venues as GeoJSON."""

    renderer_classes = (GeoJsonRenderer,)
    serializer_class = VenueFeature  # type: ignore[assignment]
    filterset_class = VenueFilters
    orders: ClassVar[dict[str, Order]] = {"-updated": Order(("-updated_at", "-pk")), "distance": ORDERS["distance"]}

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return venues()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_pictures(VenueImage, rows)
