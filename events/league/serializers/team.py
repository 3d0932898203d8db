"""Teams in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Quoted, Reference, Translated
from events.league.models import Team
from media.serializers import Picture


class TeamReference(Reference):
    """A team by its name, with its logo (``load_pictures(TeamImage, teams)``). Null where the team is not public."""

    image = Picture()


class EnteredTeam(Quoted):
    """A team as a competition names it: what is entered in a public event has a name there, as in the schedule. Its
    logo shows, and its page is there, once the team itself is public."""

    slug = serializers.CharField()
    name = Translated()
    image = Picture()

    def to_representation(self, instance: Team) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown if instance.public else {**shown, "image": None}
