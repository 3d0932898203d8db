"""``/teams``, ``/teams/{slug}`` and its calendar."""

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import QuerySet, prefetch_related_objects

from core.api.ask import Ask
from core.api.keyset import Order
from core.api.views import DetailView, ListView
from core.translations import show
from events.league.appearances import fixtures_of, results_of
from events.league.filters import TeamFilters
from events.league.models import Entry, Team, TeamImage
from events.league.serializers.team import TeamDetailItem, TeamItem
from events.models import Event, EventImage, ReleasedSlot
from events.views.calendar import SlotsCalendar
from events.views.slot import load_slots
from media.serializers import load_pictures
from organizers.serializers import split_links


def teams() -> QuerySet[Any]:
    return Team.objects.visible().select_related("organizer").prefetch_related("links")


def load_teams(rows: list[Any], ask: Ask) -> None:
    """What teams show of others: pictures, links, the events that they are in; one query for each."""
    load_pictures(TeamImage, rows)
    split_links(rows)
    load_entered(rows)
    if "organizer" in ask.include:
        organizers = [row.organizer for row in rows]
        prefetch_related_objects(organizers, "links")
        split_links(organizers)


def load_entered(rows: list[Any]) -> None:
    """Sets ``shown_events``, the public ones with their pictures: two queries for all teams."""
    by_team: dict[int, list[Event]] = defaultdict(list)
    entries = Entry._base_manager.filter(team__in=rows, event__public=True).select_related("event")
    for entry in entries.order_by("-event__first_day", "event"):
        by_team[entry.team_id].append(entry.event)
    for row in rows:
        row.shown_events = by_team[row.pk]
    load_pictures(EventImage, [event for found in by_team.values() for event in found])


def load_appearances(team: Any, ask: Ask) -> None:
    """Sets ``shown_fixtures`` and ``shown_results``."""
    team.shown_fixtures, team.shown_results = fixtures_of(team, ask.moment), results_of(team, ask.moment)
    load_slots([*team.shown_fixtures, *team.shown_results], ask.alone())


class TeamList(ListView):
    """Who plays in the district's leagues and cups."""

    serializer_class = TeamItem
    filterset_class = TeamFilters
    orders: ClassVar[dict[str, Order]] = {"name": Order(("sort_key", "pk")), "-updated": Order(("-updated_at", "-pk"))}
    includes = frozenset({"organizer", "images"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return teams()

    def ordered(self, queryset: QuerySet[Any], order: str, ask: Ask) -> QuerySet[Any]:
        return queryset.by_name(ask.sort_language) if order == "name" else queryset  # type: ignore[attr-defined]

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_teams(rows, ask)


class TeamDetail(DetailView):
    """One team, with its fixtures and results."""

    serializer_class = TeamDetailItem
    includes = TeamList.includes
    clock_fields = frozenset({"fixtures", "results"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return teams()

    def load(self, rows: list[Any], ask: Ask) -> None:
        load_teams(rows, ask)
        for row in rows:
            load_appearances(row, ask)


class TeamCalendar(SlotsCalendar):
    """What a team plays as iCalendar, from 90 days back."""

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Team.objects.visible()

    def answer(self, ask: Ask, **names: Any) -> bytes:
        team = self.found(ask, names)
        found, cut = self.entries(ask, ReleasedSlot.objects.visible().with_participants([team.slug]))
        about = "\n".join(filter(None, [show(team.summary, ask.sort_language), cut]))
        return self.written(ask, found, show(team.name, ask.sort_language), about, team.page_path)
