"""The filters of ``/venues``."""

from core.api.filters import PlaceFilterSet, choice_filter, flag_filter, slug_filter
from venues.models import Kind


class VenueFilters(PlaceFilterSet):
    kind = choice_filter(Kind.values, field_name="venue_kind")
    parent = slug_filter(field_name="parent", about="Parts of these venues.")
    organizer = slug_filter(field_name="organizer", about="Run by these organizers.")
    free = flag_filter(method="filter_free", about="Free of charge; unknown prices match neither value.")
    indoor = flag_filter(field_name="indoor", about="Unknown matches neither value.")
