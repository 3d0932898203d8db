"""Slots as their editors see and send them: the draft, with what of it visitors do not know yet."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, Day, EveryLanguage, Instant, ManagedShape, SlugOf, Strict, slug_in, slugs_in
from events.drafts import parts
from events.freezing import draft_slots
from events.lineups import Entry
from events.models import Event, Participant, Precision, Slot, SlotKind, SlotStatus, Timing
from events.unreleased import unreleased
from venues.models import Space, Venue

MOST_PARTICIPANTS = 200
NO_SUCH_SPACE = _("The slot's venue has no space with this slug.")


class ManagedEntry(Strict):
    """Who takes part. Without ``billing`` it is the place in the list, without ``role`` there is none."""

    slug = serializers.CharField(source="participant.slug", max_length=80)
    role = serializers.CharField(max_length=20, allow_blank=True)
    billing = serializers.IntegerField(min_value=1, max_value=10_000)

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        if "participant" not in sent:
            raise serializers.ValidationError({"slug": self.fields["slug"].error_messages["required"]}, code="required")
        found = self.context["choices"]["participants"].get(sent["participant"]["slug"])
        if found is None:
            raise serializers.ValidationError({"slug": _("There is no such participant.")}, code="unknown")
        return {**sent, "participant": found}


class SpaceOf(SlugOf):
    """A space of the slot's venue, which may be sent beside it: ``ManagedSlot.validate`` finds it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("spaces", **kwargs)

    def to_internal_value(self, data: Any) -> str:
        return slug_in(data)


class Placed(ManagedShape):
    """What takes place in a venue, and perhaps in a space of it."""

    venue = SlugOf("venues", allow_null=True)
    space = SpaceOf(allow_null=True)
    place_name = EveryLanguage()

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {**sent, "space": self._space(sent)} if sent.get("space") is not None else sent

    def _space(self, sent: Mapping[str, Any]) -> Space:
        row: Any = self.instance
        venue, slug = sent.get("venue", row.venue), sent["space"]
        if row.space is not None and row.space.slug == slug and row.space.venue_id == (venue and venue.pk):
            return row.space
        found: Space | None = self.context["choices"]["spaces"].get((venue and venue.pk, slug))
        if found is None:
            text = NO_SUCH_SPACE if venue else _("Name its venue too.")
            raise serializers.ValidationError({"space": text}, code="unknown")
        return found


class ManagedSlot(Placed):
    """``released``: it is out; ``changes``: how the draft differs from that. ``day`` follows from its times."""

    told = frozenset({"version", "released", "changes"})

    uid = serializers.UUIDField(read_only=True)
    event: Any = serializers.SerializerMethodField()
    kind = serializers.ChoiceField(choices=SlotKind.choices, source="slot_kind")
    title = EveryLanguage()
    day: Any = serializers.SerializerMethodField()
    starts_at = Instant(allow_null=True)
    ends_at = Instant(allow_null=True)
    on_date = Day(allow_null=True)
    through = Day(allow_null=True)
    timing = serializers.ChoiceField(choices=Timing.choices)
    precision = serializers.ChoiceField(choices=Precision.choices)
    status = serializers.ChoiceField(choices=SlotStatus.choices)
    status_note = EveryLanguage()
    participants: Any = ManagedEntry(many=True, source="participations", max_length=MOST_PARTICIPANTS)  # type: ignore[call-arg]
    capacity = Count()
    sample = serializers.BooleanField()
    series = serializers.IntegerField(source="series_id", read_only=True)
    released: Any = serializers.SerializerMethodField()
    changes: Any = serializers.SerializerMethodField()

    def get_event(self, slot: Slot) -> dict[str, str]:
        return {"slug": self.context["event"].slug}

    def get_day(self, slot: Slot) -> str | None:
        unknown = slot.starts_at is None and slot.on_date is None
        return None if unknown else slot.day.isoformat()

    def get_released(self, slot: Slot) -> bool:
        return slot.uid in self.context["unreleased"].out

    def get_changes(self, slot: Slot) -> list[str]:
        return [kind.value for kind in self.context["unreleased"].changes.get(slot.uid, ())]

    def validate_participants(self, sent: list[dict[str, Any]]) -> list[Entry]:
        found = [
            Entry(each["participant"], each.get("role", ""), each.get("billing", place))
            for place, each in enumerate(sent, start=1)
        ]
        if len({each.participant.pk for each in found}) < len(found):
            raise serializers.ValidationError(_("Somebody is named twice. Leave one of them out."), code="repeated")
        return found


def slot_choices(user: Any, items: Iterable[Any]) -> dict[str, dict[Any, Any]]:
    """What the user may choose, of the slugs that these slots name: three queries however many slots."""
    rows = [item for item in items if isinstance(item, Mapping)]
    people = [each for row in rows if isinstance(row.get("participants"), list) for each in row["participants"]]
    venues, spaces = (slugs_in(row.get(name) for row in rows) for name in ("venue", "space"))
    return {
        "venues": _found(Venue.objects.readable_by(user), venues),
        "participants": _found(Participant.objects.all(), slugs_in(people)),
        "spaces": {
            (row.venue_id, row.slug): row
            for part in parts(sorted(spaces))
            for row in Space.objects.readable_by(user).filter(slug__in=part)
        },
    }


def _found(rows: Any, slugs: Collection[str]) -> dict[str, Any]:
    return {row.slug: row for part in parts(sorted(slugs)) for row in rows.filter(slug__in=part)}


def shown_slots(event: Event, uids: Collection[UUID] | None = None) -> list[dict[str, Any]]:
    """Drafts of an event in order of time: all, or these. The same number of queries for each 500."""
    if uids is None:
        return _shown(event, list(draft_slots(event)), None)
    rows = [slot for part in parts(list(uids)) for slot in draft_slots(event).filter(uid__in=part)]
    return _shown(event, sorted(rows, key=lambda slot: (slot.sort_start, slot.pk)), uids)


def _shown(event: Event, rows: list[Slot], uids: Collection[UUID] | None) -> list[dict[str, Any]]:
    context = {"event": event, "unreleased": unreleased([event], uids)[event.pk]}
    return [dict(each) for each in ManagedSlot(rows, many=True, context=context).data]
