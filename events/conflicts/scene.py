"""What the rules look at: the slots of a planned release, what else is on at that time, hours and holidays.

Read at once, in the same number of queries for three slots and for ten thousand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from core.publication import State
from events.conflicts.hours import Hours, load_hours
from events.conflicts.sweep import Use, clocked
from events.freezing import WHEN, WHERE, frozen, placed
from events.models import Event, EventStatus, Precision, ReleasedSlot, Slot, SlotKind, SlotStatus
from venues.opening_hours import Calendar
from venues.timetables import load_calendar

# So far before the first slot and after the last one another event's slot may matter: a team has to get there.
AROUND = timedelta(hours=6)


@dataclass(frozen=True)
class Scene:
    """``rows`` take place; ``coming`` of them are not over; ``others`` are the slots of other events around them.

    ``planned``: all that the release would hold, what is called off too.
    """

    event: Event
    moment: datetime
    venues: frozenset[int]  # the event's own
    rows: list[ReleasedSlot]
    others: list[ReleasedSlot] = field(default_factory=list)
    calendar: Calendar = field(default_factory=Calendar)
    hours: Hours = field(default_factory=Hours)
    planned: list[ReleasedSlot] = field(default_factory=list)

    @cached_property
    def coming(self) -> list[ReleasedSlot]:
        return [row for row in self.rows if row.sort_end > self.moment]

    @cached_property
    def uses(self) -> list[Use]:
        """The times of those that have a clock time."""
        return [use for row in self.coming if (use := clocked(row))]

    @cached_property
    def other_uses(self) -> list[Use]:
        return [use for row in self.others if (use := clocked(row))]


def load_scene(event: Event, rows: Iterable[ReleasedSlot], moment: datetime) -> Scene:
    venues = frozenset(event.event_venues.values_list("venue", flat=True))
    planned = list(rows)
    rows = [row for row in planned if takes_place(row)]
    dated = [row for row in rows if row.sort_end > moment and row.precision != TBA]
    if not dated:
        return Scene(event, moment, venues, rows, planned=planned)
    days = min(row.day for row in dated), max(row.last_day for row in dated)
    calendar = load_calendar(*days)
    at = {row.venue_id: row.venue for row in dated if row.venue}
    hours = load_hours(at.values(), days, moment, calendar)
    return Scene(event, moment, venues, rows, load_others(event, dated, moment), calendar, hours, planned)


TAKE_PLACE = frozenset({SlotStatus.SCHEDULED, SlotStatus.TENTATIVE})
TBA = Precision.TBA.value


def takes_place(row: ReleasedSlot) -> bool:
    return row.status in TAKE_PLACE


def load_others(event: Event, rows: list[ReleasedSlot], moment: datetime) -> list[ReleasedSlot]:
    """The slots of other events at the time of these: what is public, and all drafts of the same organizer, whose
    members read the event's conflicts. Another organizer's drafts are nobody's business here."""
    begin = max(min(row.sort_start for row in rows) - AROUND, moment)
    end = max(row.sort_end for row in rows) + AROUND
    held = Q(event__status=EventStatus.SCHEDULED, sort_end__gt=begin, sort_start__lt=end)
    held &= Q(status__in=TAKE_PLACE) & ~Q(precision=Precision.TBA)
    public = ReleasedSlot.objects.visible().current().exclude(event=event.pk).filter(held)
    out = placed(public.filter(_meeting(rows)).order_by("sort_start", "uid"))
    drafts = Slot._base_manager.filter(held, event__organizer=event.organizer_id).exclude(event=event.pk)
    others = [*out, *_otherwise(drafts.exclude(event__state=State.WITHDRAWN).order_by("sort_start", "pk"), out)]
    events = Event._base_manager.in_bulk({row.event_id for row in others})
    for row in others:
        row.event = events[row.event_id]
    return others


def _meeting(rows: list[ReleasedSlot]) -> Q:
    """Others that may meet these: in a space of theirs, with somebody of theirs, or cut off by a closure."""
    venues = {row.venue_id: row.venue for row in rows if row.venue}
    places = {pk for venue in venues.values() for pk in (venue.pk, venue.parent_id) if pk}
    found = Q(space__in={row.space_id for row in rows if row.space_id})
    found |= Q(slot_kind=SlotKind.CLOSURE, venue__in=places)
    closed = {row.venue_id for row in rows if row.slot_kind == SlotKind.CLOSURE and row.venue_id}
    if closed:
        found |= Q(venue__in=closed) | Q(venue__parent__in=closed)
    # Who takes part lies in a list that no index reads: of those with anybody, the rules look at the names.
    return found | ~Q(participants=[]) if any(row.participants for row in rows) else found


def _otherwise(drafts: QuerySet[Slot], out: list[ReleasedSlot]) -> Iterator[ReleasedSlot]:
    """The drafts that are not out with the same time, place and people already."""
    known = {row.uid: _facts(row) for row in out}
    return (row for row in frozen(drafts) if known.get(row.uid) != _facts(row))


def _facts(row: ReleasedSlot) -> tuple[object, ...]:
    people = tuple(each["slug"] for each in row.participants)
    return (*(getattr(row, name) for name in (*WHEN, *WHERE, "slot_kind")), people)
