"""A competition as its editors see and send it: its rules, stages, groups and entries.

It belongs to its event and has the event's version. A list that is sent is the whole list, in its order; one that is
not stays as it is.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, EveryLanguage, ManagedShape, SlugOf, Strict, slug_in
from core.slugs import validate_slug
from events.league.entries import entries_of
from events.league.models import Competition, Group, Sport, Stage, StageKind
from events.models import Event

MOST = 500  # entries
SMALL = 32_767  # what a small column of every database holds


class Named(serializers.Field[Any, Any, Any, Any]):
    """A stage or a group of the same competition, by its slug: shown as ``{"slug"}``, sent so or as the slug alone."""

    def to_representation(self, row: Any) -> dict[str, str]:
        return {"slug": row.slug}

    def to_internal_value(self, data: Any) -> str:
        slug = slug_in(data)
        if not slug:
            raise serializers.ValidationError(_("Name it by its slug."), code="invalid")
        return slug


class Part(Strict):
    """Of a list. What is not sent of a row that is there stays as it is; but what names it must be sent."""

    key = "slug"

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        if self.key not in sent:
            raise serializers.ValidationError({self.key: self.error_messages["required"]}, code="required")
        return sent


class ManagedStage(Part):
    slug = serializers.CharField(max_length=40, validators=[validate_slug])
    name: Any = EveryLanguage()
    kind = serializers.ChoiceField(choices=StageKind.choices)


class ManagedGroup(Part):
    slug = serializers.CharField(max_length=40, validators=[validate_slug])
    name: Any = EveryLanguage()
    stage = Named()


class ManagedEntry(Part):
    key = "team"

    team = SlugOf("teams")
    group = Named(allow_null=True)
    seed = Count(min_value=1, max_value=SMALL)
    adjustment = serializers.IntegerField(min_value=-999, max_value=999)
    adjustment_reason: Any = EveryLanguage()
    lot = Count(max_value=SMALL)
    withdrawn = serializers.BooleanField()


class ManagedCompetition(ManagedShape):
    """``rules`` are those of the table, ``{}`` for what is usual in the sport; ``runners_up`` how runners-up of several
    groups are ranked."""

    sport = serializers.ChoiceField(choices=Sport.choices)
    rules = serializers.JSONField()
    advance = Count(max_value=SMALL, allow_null=False)
    best_runners_up = Count(max_value=SMALL, allow_null=False)
    runners_up = serializers.JSONField()
    note = EveryLanguage()
    stages: Any = ManagedStage(many=True, source="its_stages", max_length=50)  # type: ignore[call-arg]
    groups: Any = ManagedGroup(many=True, source="its_groups", max_length=100)  # type: ignore[call-arg]
    entries: Any = ManagedEntry(many=True, source="its_entries", max_length=MOST)  # type: ignore[call-arg]


LISTS = ("its_stages", "its_groups", "its_entries")


def load_competition(event: Event) -> Any:
    """The event's competition, stored or not, with its lists and the event's version; four queries."""
    found: Any = Competition.objects.filter(event=event).first() or Competition(event=event)
    found.version = event.version
    found.its_stages = list(Stage.objects.filter(event=event))
    found.its_groups = list(Group.objects.filter(event=event).select_related("stage"))
    found.its_entries = list(entries_of(event))
    return found


def shown_competition(event: Event) -> dict[str, Any]:
    event.refresh_from_db(fields=["version"])
    shown: Mapping[str, Any] = ManagedCompetition(load_competition(event)).data
    return {"event": {"slug": event.slug}, **shown}
