"""Who is in a competition."""

from typing import Any

from django.db.models import F, QuerySet

from events.league.models import Entry
from events.models import Event


def entries_of(event: Event) -> QuerySet[Any]:
    """With their teams: by group, who has none last; then by seed, and as they were entered."""
    rows: QuerySet[Any] = Entry._base_manager.filter(event=event).select_related("team", "group")
    order = (F(name).asc(nulls_last=True) for name in ("group__position", "group", "seed"))
    return rows.order_by(*order, "pk")
