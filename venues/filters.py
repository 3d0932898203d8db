"""The filters of ``/venues`` and ``/routes``."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.api.filters import (
    Parameter,
    PlaceFilterSet,
    choice_filter,
    flag_filter,
    parse_instant,
    slug_filter,
)
from venues.models import Kind


class VenueFilters(PlaceFilterSet):
    kind = choice_filter(Kind.values, field_name="venue_kind")
    parent = slug_filter(field_name="parent", about="Parts of these venues.")
    organizer = slug_filter(field_name="organizer", about="Run by these organizers.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")


class RouteFilters(PlaceFilterSet):
    """``near`` and ``bbox`` mean any of the stops."""

    venue = slug_filter(method="filter_venue", about="Routes that stop at one of these venues.")
    organizer = slug_filter(field_name="organizer", about="Of these organizers.")

    def filter_venue(self, queryset: Any, name: str, value: list[str]) -> Any:
        return queryset.at_venues(value)


def parse_start(text: str) -> datetime:
    start = parse_instant(text)
    if not datetime(2000, 1, 1, tzinfo=UTC) <= start < datetime(2100, 1, 1, tzinfo=UTC):
        raise ValidationError(_("Give a time between the years 2000 and 2100."), code="out_of_range")
    return start


START: Mapping[str, Parameter] = {
    "start": Parameter(
        parse_start,
        {"type": "string", "format": "date-time"},
        "When the tour begins: each stop then says when one arrives and whether it is open.",
    )
}
