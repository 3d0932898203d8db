"""From the tables to the resolver: the rules and exceptions of venues, the holiday calendar, days resolved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from venues.closures import Closure, cut
from venues.models.calendar import CalendarDay, known_years
from venues.models.hours import HoursException, HoursRule, Service
from venues.models.venue import OperatingStatus, Venue
from venues.opening_hours import Calendar, Day, DayKind, Rule, Source, SpecialHours, State, resolve


class Desk(NamedTuple):
    """What of a venue keeps hours: a service, and the space where one has hours of its own."""

    service: str
    space: int | None = None


LEVELS = 5  # of venues within venues that follow each other; a ring, which no form lets through, ends too

MAIN = Desk(Service.MAIN.value)


@dataclass(frozen=True)
class Timetable:
    """All that is entered for one desk of a venue. A venue that does not operate is closed, whatever is entered."""

    rules: tuple[Rule, ...] = ()
    exceptions: tuple[SpecialHours, ...] = ()
    operating: bool = True
    closures: tuple[Closure, ...] = ()

    def day(self, day: date, calendar: Calendar) -> Day:
        if self.operating:
            return cut(resolve(day, self.rules, self.exceptions, calendar), self.closures)
        return Day(day, State.CLOSED, (), Source.NONE, calendar.kind(day)[0])

    def days(self, first: date, last: date, calendar: Calendar) -> Iterator[Day]:
        return (self.day(day, calendar) for day in dates(first, last))

    def __bool__(self) -> bool:
        return bool(self.rules or self.exceptions or self.closures or not self.operating)


def dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def load_calendar(first: date, last: date) -> Calendar:
    """One query."""
    rows = CalendarDay.objects.filter(date__range=(date(first.year, 1, 1), date(last.year, 12, 31)))
    found = list(rows.values_list("date", "kind", "holiday", "official"))
    days = {day: (DayKind(kind), holiday) for day, kind, holiday, _official in found}
    return Calendar(days, known_years((day.year, holiday) for day, _kind, holiday, official in found if official))


def load_timetables(venues: Iterable[Venue]) -> dict[int, dict[Desk, Timetable]]:
    """By the venues' primary keys. Two queries, and one for each level of venues that follow another's hours.

    A closure is of a whole venue, so of all its desks, and of every venue that follows its hours.
    """
    venues = list(venues)
    chains = hours_chains(venues)
    resting = _resting(venues, chains)
    sources = {pk: chain[-1] for pk, chain in chains.items()}
    rules: dict[tuple[int, Desk], list[Rule]] = defaultdict(list)
    exceptions: dict[tuple[int, Desk], list[SpecialHours]] = defaultdict(list)
    closures: dict[int, list[Closure]] = defaultdict(list)
    owners, all_above = set(sources.values()), {pk for chain in chains.values() for pk in chain}
    for rule in HoursRule._base_manager.filter(venue__in=owners).order_by("pk"):
        rules[rule.venue_id, Desk(rule.service, rule.space_id)].append(rule.rule())
    for special in HoursException._base_manager.filter(venue__in=all_above).order_by("pk"):
        if special.notice_id is not None:
            closures[special.venue_id].append(special.closure())
        elif special.venue_id in owners:
            exceptions[special.venue_id, Desk(special.service, special.space_id)].append(special.special())
    desks: dict[int, set[Desk]] = defaultdict(lambda: {MAIN})
    for owner, desk in {*rules, *exceptions}:
        desks[owner].add(desk)
    return {
        venue.pk: {
            desk: Timetable(
                tuple(rules[sources[venue.pk], desk]),
                tuple(exceptions[sources[venue.pk], desk]),
                resting.isdisjoint(chains[venue.pk]),
                tuple(closure for pk in chains[venue.pk] for closure in closures[pk]),
            )
            for desk in desks[sources[venue.pk]]
        }
        for venue in venues
    }


def _resting(venues: list[Venue], chains: dict[int, list[int]]) -> set[int]:
    """Which of them do not operate; a query only where some follow others."""
    own = {venue.pk for venue in venues if venue.status != OperatingStatus.OPERATING}
    above = {pk for chain in chains.values() for pk in chain} - {venue.pk for venue in venues}
    rows = Venue._base_manager.filter(pk__in=above).exclude(status=OperatingStatus.OPERATING)
    return own | (set(rows.values_list("pk", flat=True)) if above else set())


def hours_chains(venues: Iterable[Venue]) -> dict[int, list[int]]:
    """Each venue with those above whose hours it follows; the last of them is the one whose hours it keeps. A query
    for each level followed."""
    chains = {venue.pk: [venue.pk] for venue in venues}
    following = {venue.pk: venue.parent_id for venue in venues if venue.follows_parent and venue.parent_id}
    for _level in range(LEVELS):
        if not following:
            break
        for pk, parent in following.items():
            chains[pk].append(parent)
        above = Venue._base_manager.filter(pk__in=set(following.values()), follows_parent=True, parent__isnull=False)
        parents: dict[int, int] = dict(above.values_list("pk", "parent"))
        following = {pk: parents[parent] for pk, parent in following.items() if parent in parents}
    return chains


def main_timetables(venues: Iterable[Venue]) -> dict[int, Timetable]:
    return {pk: desks[MAIN] for pk, desks in load_timetables(venues).items()}
