"""The evenings of an event, read from what is out: which there are, and what is on."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q

from core.clock import district_day
from events.models import Event, Precision, ReleasedSlot, SlotKind
from events.running_order import ELSEWHERE, Evening, running_order

MOST_SHOWN = 4  # evenings on a page
STAGED = frozenset({SlotKind.SET, SlotKind.CHANGEOVER, SlotKind.CURFEW, SlotKind.DOORS})
SPORT = frozenset({SlotKind.MATCH, SlotKind.WAVE})
# To be announced, and on which day nobody knows.
UNDATED = Q(precision=Precision.TBA, on_date=None) & (Q(last_day__gt=F("day")) | Q(day=date(9999, 1, 1)))

Kinds = dict[date, set[str]]


def kinds_by_day(event: Event) -> Kinds:
    """The days on which something of the program begins, in order, and what kinds of slots there are. One query."""
    rows: Any = event.released_slots.current().exclude(UNDATED).exclude(slot_kind__in=ELSEWHERE)
    found: Kinds = defaultdict(set)
    program = set()
    for day, kind, operational in rows.order_by("day").values_list("day", "slot_kind", "operational").distinct():
        found[day].add(kind)
        if not operational:
            program.add(day)
    return {day: found[day] for day in found if day in program}


def next_evening(days: Collection[date], moment: datetime) -> list[date]:
    """The one that is on or comes next; once all are over, the last one."""
    today = district_day(moment)
    return [next((day for day in days if day >= today), max(days))] if days else []


def staged(kinds: Kinds, moment: datetime) -> list[date]:
    """The evenings of a stage that a page shows: those to come, or once all are over those that were last."""
    days = [day for day, known in kinds.items() if known & STAGED and not known & SPORT]
    coming = [day for day in days if day >= district_day(moment)]
    return coming[:MOST_SHOWN] if coming else days[-MOST_SHOWN:]


def evenings_of(event: Event, days: Collection[date], undated: bool = False) -> list[Evening]:
    """The evenings of these days, each of them, and ``undated`` what may be on any day. One query."""
    rows: Any = event.released_slots.current().select_related("venue", "space")
    wanted = Q(day__in=days) & ~UNDATED
    if days:
        wanted |= Q(through__isnull=False, day__lte=max(days), last_day__gte=min(days))
    found = running_order(rows.filter(wanted | UNDATED if undated else wanted), days)
    there = {evening.date: evening for evening in found}
    evenings = [there.get(day, Evening(day, [])) for day in sorted(set(days))]
    if undated and None in there:
        evenings.append(there[None])
    return evenings


def slots_in(evenings: Iterable[Evening]) -> list[ReleasedSlot]:
    """Those behind doors and changeovers too. What is on over days stands in each of its evenings once more."""
    found: list[ReleasedSlot | None] = []
    for stage in (stage for evening in evenings for stage in evening.stages):
        changes = (entry.changeover for entry in stage.entries)
        found += [stage.row, stage.doors, stage.curfew, *(entry.slot for entry in stage.entries)]
        found += [each.slot for each in changes if each is not None]
    return list({id(row): row for row in found if row is not None}.values())
