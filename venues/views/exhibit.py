"""``/exhibits`` and ``/exhibits/{slug}``."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.views import DetailView, ListView
from media.media_objects import load_media
from media.serializers import load_pictures
from venues.filters import ExhibitFilters
from venues.models import Exhibit, ExhibitImage, ExhibitMedia, ThenAndNow, VenueImage
from venues.serializers.exhibit import ExhibitDetailItem, ExhibitItem
from venues.views.venue import CHILDREN, load_venues


def exhibits() -> QuerySet[Any]:
    return Exhibit.objects.visible().select_related("venue", "space").prefetch_related("demonstration_times")


def load_exhibits(rows: list[Any], ask: Ask) -> None:
    """Pictures and pairs of the exhibits, pictures of their venues: one query for each."""
    load_pictures(ExhibitImage, rows)
    load_pictures(VenueImage, [row.venue for row in rows])
    load_pairs(rows, public_only=True)
    if "venue" in ask.include:
        venues = [row.venue for row in rows]
        prefetch_related_objects(venues, "parent", "organizer", *CHILDREN)
        load_venues(venues, ask)


def load_pairs(rows: list[Any], *, public_only: bool) -> None:
    """Sets ``shown_pairs``: a pair is shown where both its pictures are."""
    pairs = ThenAndNow._base_manager.filter(exhibit__in=rows).select_related("then", "now")
    if public_only:
        pairs = pairs.filter(then__public=True, now__public=True)
    by_exhibit: dict[int, list[ThenAndNow]] = defaultdict(list)
    for pair in pairs.order_by("position", "pk"):
        by_exhibit[pair.exhibit_id].append(pair)
    for row in rows:
        row.shown_pairs = by_exhibit[row.pk]


class ExhibitList(ListView):
    """What there is to see at the venues: machines and their stories."""

    serializer_class = ExhibitItem
    filterset_class = ExhibitFilters
    orders: ClassVar[dict[str, Order]] = {"name": Order(("sort_key", "pk")), "-updated": Order(("-updated_at", "-pk"))}
    includes = frozenset({"venue", "images"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return exhibits()

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        return queryset.by_name(ask.sort_language) if order == "name" else queryset  # type: ignore[attr-defined]

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_exhibits(rows, ask)


class ExhibitDetail(DetailView):
    """One exhibit."""

    serializer_class = ExhibitDetailItem
    includes = ExhibitList.includes

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return exhibits()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_exhibits(rows, ask)
        load_media(ExhibitMedia, rows, ask)
