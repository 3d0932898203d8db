"""Tables and brackets in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Shape, Translated
from events.league.page_words import rules_in_words
from events.league.serializers.team import EnteredTeam
from events.league.tables import Standings
from events.serializers import EventReference, SlotItem
from events.serializers.details import PartReference


class TieBreakShape(Shape):
    rule = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Null for a ratio to nothing, and where nothing decided.")


class TableRowShape(Shape):
    rank = serializers.IntegerField(source="row.rank")
    team = EnteredTeam()
    played = serializers.IntegerField(source="row.played")
    won = serializers.IntegerField(source="row.won")
    drawn = serializers.IntegerField(source="row.drawn")
    lost = serializers.IntegerField(source="row.lost")
    forfeits = serializers.IntegerField(source="row.forfeits", help_text="Among the lost.")
    difference = serializers.IntegerField(source="row.difference")
    points = serializers.IntegerField(source="row.points", help_text="With the adjustment.")
    adjustment = serializers.IntegerField(source="row.adjustment")
    adjustment_reason = Translated()
    tie_break: Any = TieBreakShape(many=True, help_text="What decided the place where points did not.")
    advances = serializers.BooleanField(allow_null=True, help_text="Null while that is open.")

    def get_fields(self) -> dict[str, Any]:
        """``for`` is a word of Python."""
        fields = super().get_fields()
        scored = {
            "for": serializers.IntegerField(source="row.scored"),
            "against": serializers.IntegerField(source="row.conceded"),
        }
        ordered: dict[str, Any] = {}
        for name, each in fields.items():
            if name == "difference":
                ordered |= scored
            ordered[name] = each
        return ordered


class RunnerUpShape(TableRowShape):
    group = PartReference()


class TableShape(Shape):
    slug = serializers.CharField(source="group.slug")
    name = Translated(source="group.name")
    stage = PartReference(source="group.stage")
    final = serializers.BooleanField(help_text="No match of it is open.")
    rows: Any = TableRowShape(many=True)


class RulesShape(Shape):
    sport = serializers.CharField(source="competition.sport")
    text = Translated(source="competition.note", help_text="As the organizer words them.")
    words: Any = serializers.SerializerMethodField()
    table: Any = serializers.SerializerMethodField(help_text="Points, and what decides where they are equal, in order.")
    advance: Any = serializers.SerializerMethodField(help_text="Who goes on.")

    def get_words(self, standings: Standings) -> list[str]:
        return rules_in_words(standings.rules, standings.advance, self.context["ask"].language)

    def get_table(self, standings: Standings) -> dict[str, Any]:
        return standings.rules.to_json()

    def get_advance(self, standings: Standings) -> dict[str, Any]:
        return standings.advance.to_json()


class StandingsItem(Shape):
    event = EventReference()
    rules: Any = RulesShape(source="*")
    as_of = serializers.DateTimeField()
    final = serializers.BooleanField()
    groups: Any = TableShape(many=True)
    runners_up: Any = RunnerUpShape(
        many=True, help_text="Ranked across the groups; empty where none of them goes on that way."
    )


class RoundShape(Shape):
    stage = PartReference()
    number = serializers.IntegerField()
    name = Translated()
    matches: Any = SlotItem(many=True)


class BracketItem(Shape):
    event = EventReference()
    rounds: Any = RoundShape(many=True)
