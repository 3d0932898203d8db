"""What a slot of a special kind has besides: the match, what came of it, who takes part."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Quoted, Shape, Translated
from venues.serializers.venue import VenueReference


class ParticipantShape(Quoted):
    role = serializers.CharField()
    name = Translated(help_text="Of a side that is not known yet, who it will be: “Winner of match 12”.")
    slug = serializers.CharField(allow_null=True, help_text="Null for a side that is not known yet.")
    billing = serializers.IntegerField()
    url = serializers.URLField(allow_null=True, default=None, help_text="A page of their own.")


class PartReference(Quoted):
    """A stage or a group of a competition, or a course of a race."""

    slug = serializers.CharField()
    name = Translated()


class FeedShape(Shape):
    """Where one who comes out of this match goes."""

    uid = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    side = serializers.ChoiceField(choices=["home", "away"])
    takes = serializers.ChoiceField(choices=["winner", "loser"])


class OfficialShape(Shape):
    role = serializers.CharField()
    name = serializers.CharField()


class MatchShape(Shape):
    stage = PartReference()
    group = PartReference(allow_null=True)
    round: Any = serializers.IntegerField(source="round.number", allow_null=True)
    round_name = Translated(source="round.name")
    number = serializers.IntegerField(allow_null=True, help_text="Of the match in its event.")
    leg = serializers.IntegerField(help_text="2 for the second match of the same two.")
    feeds: Any = FeedShape(many=True)
    officials: Any = OfficialShape(many=True)


class ScoreShape(Shape):
    home = serializers.IntegerField()
    away = serializers.IntegerField()


class ResultShape(Shape):
    """Live: it changes without a release."""

    state = serializers.ChoiceField(choices=["provisional", "confirmed", "forfeit", "void"])
    score = ScoreShape(allow_null=True)
    periods: Any = ScoreShape(many=True, help_text="Points of each period; overtimes last.")
    overtimes = serializers.IntegerField()
    winner = serializers.ChoiceField(
        choices=["home", "away"], allow_null=True, help_text="Null for a draw, or unknown."
    )
    forfeited_by = serializers.ChoiceField(choices=["home", "away"], allow_null=True)
    note = Translated()
    updated_at = serializers.DateTimeField()


class BibShape(Shape):
    prefix = serializers.CharField(help_text="A, for bibs like A0001; often empty.")
    first = serializers.IntegerField(source="from", allow_null=True)
    last = serializers.IntegerField(source="to", allow_null=True)


class PaceShape(Shape):
    """Seconds per kilometre."""

    fastest = serializers.IntegerField(allow_null=True)
    slowest = serializers.IntegerField(allow_null=True)


class WaveShape(Shape):
    """Who starts then."""

    course = PartReference()
    bibs = BibShape()
    pace = PaceShape()
    size = serializers.IntegerField(allow_null=True, help_text="Runners.")


class CutoffShape(Shape):
    """Who is not there by the slot's time is taken out of the race."""

    course = PartReference()
    km = serializers.FloatField()


class ClosureShape(Shape):
    """A road that is closed; its line and who passes when: `/events/{slug}/course`."""

    course = PartReference(allow_null=True)
    from_km = serializers.FloatField(allow_null=True)
    to_km = serializers.FloatField(allow_null=True)
    venues: Any = VenueReference(many=True, help_text="The public ones of those that it cuts off.")
    unreachable = serializers.BooleanField(
        source="shuts", help_text="Whether nobody gets to these venues; otherwise there is a detour."
    )
    note = Translated()
