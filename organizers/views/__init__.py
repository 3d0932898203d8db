"""``/organizers`` and ``/organizers/{slug}``."""

from typing import Any, ClassVar

from django.db.models import QuerySet

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.views import DetailView, ListView
from organizers.filters import OrganizerFilters
from organizers.models import Organizer
from organizers.serializers import OrganizerItem, split_links


def organizers() -> QuerySet[Any]:
    return Organizer.objects.visible().prefetch_related("links")


class OrganizerList(ListView):
    """Who is behind the events."""

    serializer_class = OrganizerItem
    filterset_class = OrganizerFilters
    orders: ClassVar[dict[str, Order]] = {"name": Order(("sort_key", "pk")), "-updated": Order(("-updated_at", "-pk"))}

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return organizers()

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        return queryset.by_name(ask.sort_language) if order == "name" else queryset  # type: ignore[attr-defined]

    def load(self, rows: list[Any], ask: Ask) -> None:
        split_links(rows)


class OrganizerDetail(DetailView):
    """One organizer."""

    serializer_class = OrganizerItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return organizers()

    def load(self, rows: list[Any], ask: Ask) -> None:
        split_links(rows)
