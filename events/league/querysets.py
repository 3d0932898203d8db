"""The vocabulary of teams: who works on them is their organizer's to say; where they play, the competitions'."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from organizers.querysets import OwnedQuerySet


class TeamQuerySet(OwnedQuerySet):
    def entered_in(self, slugs: list[str]) -> Self:
        """Teams that are in one of these competitions, as far as their events are public."""
        return self.filter(Exists(self._entries().filter(event__slug__in=slugs)))

    def playing(self, sports: list[str]) -> Self:
        """Teams that are in a public competition of one of these sports."""
        return self.filter(Exists(self._entries().filter(event__competition__sport__in=sports)))

    def _entries(self) -> Any:
        return apps.get_model("league", "Entry")._base_manager.filter(team=OuterRef("pk"), event__public=True)
