"""The vocabulary of venues: who sees which, and where they are."""

from datetime import date, timedelta
from typing import Any, Self

from core.geo import Box, Point
from core.nearby import in_box, with_distance, within
from core.publication import PublishedQuerySet
from organizers.models import acts_for_all

FACTS_LAST = timedelta(days=365)  # then somebody should look at them again


class VenueQuerySet(PublishedQuerySet):
    def readable_by(self, user: Any) -> Self:
        """Content staff see drafts; an organizer's member chooses among what is public."""
        if not user.is_active:
            return self.none()
        return self if acts_for_all(user) and user.has_perm("venues.view_venue") else self.visible()

    def _staff_only(self, user: Any, verb: str) -> Self:
        return super()._staff_only(user, verb) if acts_for_all(user) else self.none()

    def aged(self, today: date) -> Self:
        """Whose facts were verified, but too long ago."""
        return self.filter(verified_on__lt=today - FACTS_LAST)

    def in_box(self, box: Box) -> Self:
        return self.filter(in_box(box))

    def near(self, point: Point, radius: float) -> Self:
        """Within ``radius`` metres, each row with its squared distance as ``distance2``."""
        return within(with_distance(self, point), point, radius)
