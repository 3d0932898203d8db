from core.api.filters import StrictFilterSet


class OrganizerFilters(StrictFilterSet):
    """Organizers are few: only ``updated_after``."""
