"""``/venues/{slug}/hours`` and ``/hours?venues=``: resolved hours by date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from core.api.ask import Ask
from core.api.filters import STRINGS, Parameter, comma_list, one_of, parse_day, parse_slug, read_parameters
from core.api.problems import BadRequest, FieldProblem
from core.api.views import DetailView, PublicView
from core.clock import district_day
from media.serializers import load_pictures
from venues.models import Service, Space, Venue, VenueImage
from venues.notations import Window
from venues.opening_hours import Calendar, Day
from venues.serializers.hours import HoursItem, VenueHours
from venues.timetables import Desk, Timetable, load_calendar, load_timetables

DATE = {"type": "string", "format": "date"}

SPAN: dict[str, Parameter] = {
    "from": Parameter(parse_day, DATE, "First date, inclusive; default today."),
    "to": Parameter(parse_day, DATE, "Last date, inclusive; default six days after the first."),
    "service": Parameter(
        one_of(Service.values), {"type": "string", "enum": Service.values, "default": "main"}, "Of what in the venue."
    ),
    "space": Parameter(parse_slug, {"type": "string"}, "Of which of its spaces, where one keeps hours of its own."),
}


@dataclass(frozen=True)
class Hours:
    """What the answer about one venue is written from."""

    venue: Venue
    first: date
    last: date
    service: str
    space: str | None
    services: list[dict[str, Any]]
    days: list[Day]
    table: Timetable

    def window(self, language: str) -> Window:
        """What the notations are written for: a year from the first day, whichever last one was asked for."""
        year = date.fromordinal(min(self.first.toordinal() + 365, date.max.toordinal()))
        return Window(self.table, load_calendar(self.first, year), self.first, year, language)


def read_dates(values: dict[str, Any], ask: Ask, most: int) -> tuple[date, date]:
    """Raises BadRequest where they are out of order or too far apart."""
    first = values.get("from") or district_day(ask.moment)
    last = values.get("to") or date.fromordinal(min(first.toordinal() + 6, date.max.toordinal()))
    if last < first:
        raise BadRequest([FieldProblem("to", "out_of_range", _("`to` is before `from`."))])
    if (last - first).days >= most:
        message = _("At most %(most)d days at once: ask again from the day after the last one.") % {"most": most}
        raise BadRequest([FieldProblem("to", "out_of_range", message)])
    return first, last


def resolved(venues: Iterable[Venue], first: date, last: date, values: dict[str, Any]) -> list[Hours]:
    """The same number of queries however many venues and days."""
    venues = list(venues)
    calendar = load_calendar(first, last)
    tables = load_timetables(venues)
    named = {desk.space for desks in tables.values() for desk in desks if desk.space}
    spaces = dict(Space._base_manager.filter(pk__in=named).values_list("pk", "slug")) if named else {}
    wanted = (values.get("service", Service.MAIN.value), values.get("space"))
    return [_hours(venue, tables[venue.pk], spaces, wanted, (first, last), calendar) for venue in venues]


def _hours(
    venue: Venue,
    tables: dict[Desk, Timetable],
    spaces: dict[int, str],
    wanted: tuple[str, str | None],
    span: tuple[date, date],
    calendar: Calendar,
) -> Hours:
    names = {(desk.service, spaces[desk.space] if desk.space else None): table for desk, table in tables.items()}
    table = names.get(wanted, Timetable())
    known = [{"service": service, "space": space} for service, space in sorted(names, key=str)]
    return Hours(venue, *span, *wanted, known, list(table.days(*span, calendar)), table)


class VenueHoursView(DetailView):
    """The resolved hours of one venue, up to 400 days, with no more of the clock than the district's day."""

    serializer_class = VenueHours
    common: ClassVar[frozenset[str]] = frozenset({"lang", "fields"})
    parameters = SPAN
    most = 400

    def queryset(self, ask: Ask) -> Any:
        return Venue.objects.visible()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_pictures(VenueImage, rows)

    def shown(self, row: Any, ask: Ask) -> Hours:
        values = read_parameters(ask.params, SPAN)
        first, last = read_dates(values, ask, self.most)
        if "space" in values and not Space._base_manager.filter(venue=row, slug=values["space"]).exists():
            raise BadRequest([FieldProblem("space", "invalid_choice", _("Choose a space of this venue."))])
        (hours,) = resolved([row], first, last, values)
        return hours


class HoursView(PublicView):
    """The resolved hours of up to 50 venues, up to 60 days. A venue that is not public is not there."""

    serializer_class = HoursItem
    many = True
    common: ClassVar[frozenset[str]] = frozenset({"lang", "fields"})
    parameters: ClassVar[dict[str, Parameter]] = {
        "venues": Parameter(comma_list(parse_slug), STRINGS, "Of these venues; required."),
        **SPAN,
    }
    most = 60

    def answer(self, ask: Ask, **names: Any) -> Any:
        values = read_parameters(ask.params, self.parameters)
        if "venues" not in values:
            raise BadRequest([FieldProblem("venues", "required", _("Name up to 50 venues by their slugs."))])
        first, last = read_dates(values, ask, self.most)
        found = {venue.slug: venue for venue in Venue.objects.visible().filter(slug__in=values["venues"])}
        venues = [found[slug] for slug in dict.fromkeys(values["venues"]) if slug in found]
        load_pictures(VenueImage, venues)
        rows = resolved(venues, first, last, values)
        results = HoursItem(rows, many=True, context=self.context(ask, listing=True)).data
        return self.envelope(results, None, ask)
