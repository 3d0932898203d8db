"""The vocabulary of venues: who sees which, and where they are."""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Concat

from core.geo import Box, Point
from core.nearby import in_box, with_distance, within
from core.publication import PublishedQuerySet
from organizers.models import Role, acts_for_all, owned_by


def accessible(facts: list[str], venue: str) -> Any:
    """All these facts are known to be so of the venue that ``venue`` leads to; unknown never counts as yes."""
    found: Any = Q()
    for fact in facts:
        rows = apps.get_model("venues", "AccessFact")._base_manager.filter(fact=fact, value="yes")
        found &= Exists(rows.filter(venue=OuterRef(venue)))
    return found


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

    def run_by(self, user: Any, *roles: Role) -> Self:
        """The venues that a user speaks for, drafts included: all for content staff, else those that an organizer runs
        in which they have one of these roles (default: any)."""
        return self if acts_for_all(user) else self.filter(owned_by(user, *roles))

    def in_box(self, box: Box) -> Self:
        return self.filter(in_box(box))

    def accessible(self, facts: list[str]) -> Self:
        return self.filter(accessible(facts, "pk"))

    def guided_in(self, tags: list[str]) -> Self:
        """With guides in one of these languages, or in a dialect of it: ``zh`` finds ``zh-Hans`` (RFC 4647, 3.3.1)."""
        tagged = self.annotate(
            guides=Concat(Value(" "), F("visit_rules__guide_languages"), Value(","), output_field=CharField())
        )
        found = Q()
        for tag in tags:
            found |= Q(guides__icontains=f" {tag},") | Q(guides__icontains=f" {tag}-")
        return tagged.filter(found)

    def near(self, point: Point, radius: float) -> Self:
        """Within ``radius`` metres, each row with its squared distance as ``distance2``."""
        return within(with_distance(self, point), point, radius)
