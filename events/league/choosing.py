"""Teams by what people call them."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from events.league.models import Entry, Team
from events.models import Event
from events.sheets.values import Names, the_one


class Roster:
    """Teams to choose from: by their slug, or by their name in any language. One query."""

    def __init__(self, teams: Iterable[Team]) -> None:
        self.names = Names(teams)

    @classmethod
    def of(cls, event: Event, user: Any) -> Self:
        """Whom the user may enter, and whoever is entered already."""
        entered = Entry._base_manager.filter(event=event).values("team")
        mine = Team.objects.choosable_by(user).values("pk")
        return cls(Team.objects.filter(Q(pk__in=mine) | Q(pk__in=entered)).order_by("slug"))

    def find(self, text: str) -> Team:
        """Raises ValidationError with what may have been meant."""
        found = self.names.find(text)
        if not found:
            names = ", ".join(self.names.like(text)) if len(text) < 80 else ""
            alike = _(" (is it %(names)s?)") % {"names": names} if names else ""
            message = _("“%(name)s” is no team%(alike)s. Add it under “Teams” first, or correct the name.")
            raise ValidationError(message % {"name": text[:80], "alike": alike}, code="unknown_team")
        return the_one(found, text)

    def write(self, team: Team) -> str:
        """The name where it says which team is meant, else the slug."""
        return str(team) if self.names.find(str(team)) == [team] else team.slug

    def all(self) -> list[str]:
        return sorted(self.write(team) for team in self.names.rows)
