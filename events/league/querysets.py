"""The vocabulary of teams: who works on them is their organizer's to say; where they play, the competitions'."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from core.changes.models import TrackedQuerySet
from events.models import Event
from organizers.querysets import OwnedQuerySet


class TeamQuerySet(OwnedQuerySet):
    def entered_in(self, slugs: list[str]) -> Self:
        """Teams that are in one of these competitions, as far as their events are public."""
        return self.filter(Exists(self._entries().filter(event__slug__in=slugs)))

    def playing(self, sports: list[str]) -> Self:
        """Teams that are in a public competition of one of these sports."""
        return self.filter(Exists(self._entries().filter(event__competition__sport__in=sports)))

    def choosable_by(self, user: Any) -> Self:
        """Whom the user may enter in a competition: whoever is public, and the teams that they work on."""
        return self.filter(Q(public=True) | Q(pk__in=self.readable_by(user).values("pk")))

    def _entries(self) -> Any:
        return apps.get_model("league", "Entry")._base_manager.filter(team=OuterRef("pk"), event__public=True)


class PartQuerySet(TrackedQuerySet[Any]):
    """The rules, stages, groups and entries of an event: whoever works on the event."""

    def readable_by(self, user: Any) -> Self:
        return self.filter(event__in=Event._base_manager.all().readable_by(user))

    def editable_by(self, user: Any) -> Self:
        return self.filter(event__in=Event._base_manager.all().editable_by(user))
