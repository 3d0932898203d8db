"""Teams in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Code, Item, LinkShape, Quoted, Reference, ShareUrl, Translated
from events.league.appearances import MOST
from events.league.models import Team
from events.serializers import EventReference, SlotItem
from media.serializers import Picture, Pictures
from organizers.serializers import OrganizerReference


class TeamReference(Reference):
    """A team by its name, with its logo (``load_pictures(TeamImage, teams)``). Null where the team is not public."""

    image = Picture()

    def item_class(self) -> type[Item]:
        return TeamItem


class EnteredTeam(Quoted):
    """A team as a competition names it: what is entered in a public event has a name there, as in the schedule. Its
    logo shows, and its page is there, once the team itself is public."""

    slug = serializers.CharField()
    name = Translated()
    image = Picture()

    def to_representation(self, instance: Team) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown if instance.public else {**shown, "image": None}


class TeamItem(Item):
    slug = serializers.CharField()
    name = Translated()
    short_name = Translated(help_text="For tables and scoreboards.")
    company = Translated(help_text="Whose team it is.")
    summary = Translated()
    colours: Any = serializers.ListField(
        child=serializers.CharField(), help_text="None, one or two, as `#RRGGBB`; the first is the main one."
    )
    founded = serializers.IntegerField(allow_null=True, help_text="The year.")
    organizer = OrganizerReference()
    events: Any = EventReference(
        many=True, source="shown_events", help_text="The public events that it is entered in, the latest first."
    )
    image = Picture()
    images = Pictures()
    links: Any = LinkShape(many=True, source="web_links")
    contacts: Any = LinkShape(many=True)
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = ShareUrl()
    code = Code()
    updated_at = serializers.DateTimeField()


class TeamDetailItem(TeamItem):
    """With what it plays. ``/slots?participant=`` and ``/teams/{slug}.ics`` have all of it."""

    fixtures: Any = SlotItem(
        many=True,
        source="shown_fixtures",
        help_text=f"What is on and to come, of every event, the next first; at most {MOST}.",
    )
    results: Any = SlotItem(
        many=True,
        source="shown_results",
        help_text=f"What is over, the last first, `result` null where none is known; at most {MOST}.",
    )
