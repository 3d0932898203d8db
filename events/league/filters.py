"""The filters of ``/teams``."""

from typing import Any

from core.api.filters import StrictFilterSet, choice_filter, slug_filter
from events.league.models import Sport


class TeamFilters(StrictFilterSet):
    event = slug_filter(method="filter_event", about="Teams that are in one of these competitions.")
    organizer = slug_filter(field_name="organizer", about="Looked after by these organizers.")
    sport = choice_filter(
        Sport.values, method="filter_sport", about="Teams that are in a competition of one of these sports."
    )

    def filter_event(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.entered_in(value)

    def filter_sport(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.playing(value)
