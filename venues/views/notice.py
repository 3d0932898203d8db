"""``/notices`` and ``/notices/{id}``.

Neither shows the clock: a notice is begun, and ended, by the tick, which takes a number (``Notice.begun``). So every
telephone may ask each minute, and is told 304 until something changes.
"""

from typing import Any, ClassVar

from django.db.models import QuerySet

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.views import DetailView, ListView
from venues.concerns import load_concerns
from venues.filters import NoticeFilters
from venues.models import Notice
from venues.serializers.notice import NoticeItem


def notices() -> QuerySet[Any]:
    return Notice.objects.visible().by_urgency().prefetch_related("places__venue")


class NoticeList(ListView):
    """Urgent notices in force, the gravest first."""

    serializer_class = NoticeItem
    filterset_class = NoticeFilters
    orders: ClassVar[dict[str, Order]] = {
        "severity": Order(("-urgency", "starts_at", "pk")),
        "start": Order(("starts_at", "pk")),
        "-updated": Order(("-updated_at", "-pk")),
    }

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return notices()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_concerns(rows)


class NoticeDetail(DetailView):
    """One notice, also when it is only announced."""

    lookup = "id"
    serializer_class = NoticeItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return notices()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_concerns(rows)
