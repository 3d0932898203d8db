"""The filters of ``/venues``."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.api.filters import (
    ParsedFilter,
    PlaceFilterSet,
    choice_filter,
    flag_filter,
    one_of,
    parse_instant,
    slug_filter,
)
from core.api.problems import BadRequest, FieldProblem
from venues.models import Kind
from venues.opening import open_at


class VenueFilters(PlaceFilterSet):
    kind = choice_filter(Kind.values, field_name="venue_kind")
    parent = slug_filter(field_name="parent", about="Parts of these venues.")
    organizer = slug_filter(field_name="organizer", about="Run by these organizers.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    open_at = ParsedFilter(
        parse=parse_instant,
        method="filter_open_at",
        schema={"type": "string", "format": "date-time"},
        about="Open at this instant, without booking; unknown hours never match.",
    )
    open_now = ParsedFilter(
        parse=one_of(["true"]),
        method="filter_open_now",
        schema={"type": "string", "enum": ["true"]},
        about="Open at the minute of the answer. “Not open” cannot be asked for: unknown hours are neither.",
    )
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.form.cleaned_data.get("open_at") and self.form.cleaned_data.get("open_now"):
            raise BadRequest([FieldProblem("open_at", "contradiction", _("Give either `open_at` or `open_now`."))])
        return super().filter_queryset(queryset)

    def filter_open_at(self, queryset: QuerySet[Any], name: str, value: datetime) -> QuerySet[Any]:
        return open_at(queryset, value, self.ask.moment)

    def filter_open_now(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return open_at(queryset, self.ask.moment, self.ask.moment)
