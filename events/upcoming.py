"""What is next in an event, and whether it begins at another time than was announced."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.clock import district_day
from events.models import Event, Precision, ReleasedSlot, SlotStatus

ON = (SlotStatus.SCHEDULED, SlotStatus.TENTATIVE)


def load_upcoming(events: Collection[Any], moment: datetime) -> None:
    """Sets ``next_slot``, the one that starts next, else one that goes on, and ``rescheduled``.

    An event is rescheduled where a slot of its first day once had another start; a league is not because one match of
    many was moved. Three queries however many events.
    """
    pks = [event.pk for event in events]
    chosen = dict(_next_slots(pks, moment))
    slots = ReleasedSlot._base_manager.in_bulk([pk for pk in chosen.values() if pk])
    moved = set(_moved_beginnings(pks))
    for event in events:
        event.next_slot = slots.get(chosen.get(event.pk))
        event.rescheduled = event.pk in moved


def _next_slots(pks: list[int], moment: datetime) -> QuerySet[Any, Any]:
    on = ReleasedSlot.objects.visible().program().filter(event=OuterRef("pk"), status__in=ON)
    known = on.exclude(precision=Precision.TBA)
    coming = known.filter(sort_start__gte=moment).order_by("sort_start", "uid")
    going_on = known.filter(last_day__gte=district_day(moment), sort_start__lt=moment, sort_end__gt=moment)
    first = Coalesce(
        Subquery(coming.values("pk")[:1]), Subquery(going_on.order_by("-sort_start", "uid").values("pk")[:1])
    )
    return Event._base_manager.filter(pk__in=pks).annotate(chosen=first).values_list("pk", "chosen")


def _moved_beginnings(pks: list[int]) -> QuerySet[Any, Any]:
    rows = ReleasedSlot.objects.visible().program().filter(event__in=pks, status__in=ON, previous_start__isnull=False)
    begins = rows.filter(day=F("event__slots_from"), last_day__gte=F("event__slots_from"))
    return begins.exclude(previous_start=F("starts_at")).values_list("event", flat=True)
