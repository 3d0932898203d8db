"""The filters of ``/venues`` and ``/notices``."""

from typing import Any

from django.db.models import QuerySet

from core.api.filters import PlaceFilterSet, StrictFilterSet, choice_filter, flag_filter, slug_filter
from venues.models import Kind, NoticeKind, Severity


class VenueFilters(PlaceFilterSet):
    kind = choice_filter(Kind.values, field_name="venue_kind")
    parent = slug_filter(field_name="parent", about="Parts of these venues.")
    organizer = slug_filter(field_name="organizer", about="Run by these organizers.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")


class NoticeFilters(StrictFilterSet):
    venue = slug_filter(method="filter_venue", about="Those that name one of these venues.")
    kind = choice_filter(NoticeKind.values, field_name="notice_kind")
    severity = choice_filter(Severity.values)
    coming = flag_filter(method="filter_coming", about="`true`: also those that are announced and yet to begin.")

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        rows: Any = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["coming"] else rows.in_force()

    def filter_venue(self, queryset: Any, name: str, slugs: list[str]) -> QuerySet[Any]:
        return queryset.naming(slugs)

    def filter_coming(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:
        return queryset
