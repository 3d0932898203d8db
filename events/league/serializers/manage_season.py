"""What the acts take that make a season, and what they answer: what is written, or with ``dry_run`` what would be."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import Count, Day, OnVersion, Strict, slug_in
from events.league.drawing import LAST_NUMBER, Draw
from events.league.entrants import Field
from events.league.models import Entry, Match, Side, StageKind
from events.league.producing import Made
from events.league.scheduling import Scheduled, Windows
from events.models import Event, Slot
from events.placing import places_of
from events.serializers.manage_acts import Uids
from events.times import parse_times
from venues.models.hours import WEEKDAYS

MOST_PLACES = 200
MOST_MINUTES = 60 * 24 * 30


class SeasonShape(OnVersion):
    """``stage``: without it the event's first one of that kind, which is made where there is none."""

    dry_run = serializers.BooleanField(default=False)


class DrawShape(SeasonShape):
    """``number``: what the draw is repeated with; without it one is chosen, and answered."""

    stage = serializers.CharField(max_length=40, default="")
    count = serializers.IntegerField(min_value=1, max_value=26)
    number = Count(max_value=LAST_NUMBER, default=None)


class MatchesShape(SeasonShape):
    """Of groups ``legs``; of a knock-out the others."""

    stage = serializers.CharField(max_length=40, default="")
    kind = serializers.ChoiceField(choices=StageKind.choices)
    legs = serializers.IntegerField(min_value=1, max_value=99, default=1)
    of = serializers.ChoiceField(choices=Field.choices, default=Field.GROUPS)
    size = Count(default=None)
    third_place = serializers.BooleanField(default=False)
    number = Count(max_value=LAST_NUMBER, default=None)


class PlaceShape(Strict):
    venue = serializers.CharField(max_length=80)
    space = serializers.CharField(max_length=80, allow_null=True, default=None)

    def to_internal_value(self, data: Any) -> Any:
        """Each by its slug, as itself or as it is shown."""
        if isinstance(data, dict):
            data = {name: slug_in(value) if isinstance(value, dict) else value for name, value in data.items()}
        return super().to_internal_value(data)


class Weekday(serializers.ChoiceField):
    def __init__(self) -> None:
        super().__init__(choices=WEEKDAYS)


class TimetableShape(SeasonShape):
    """``slots``: these, or null: every match without a date. ``times``: starts, ``"25:30"`` for half past one at night;
    ``length`` and ``rest`` in minutes."""

    slots = Uids(allow_null=True, default=None)
    first = Day()
    last = Day()
    weekdays = serializers.ListField(child=Weekday(), default=list(WEEKDAYS), max_length=7)
    times = serializers.ListField(child=serializers.CharField(max_length=5), allow_empty=False, max_length=48)
    spaces: Any = PlaceShape(many=True, max_length=MOST_PLACES)  # type: ignore[call-arg]
    length = serializers.IntegerField(min_value=1, max_value=24 * 60)
    rest = serializers.IntegerField(min_value=0, max_value=MOST_MINUTES, default=0)
    one_a_day = serializers.BooleanField(default=False)

    def validate_times(self, sent: list[str]) -> tuple[int, ...]:
        try:
            times = parse_times(",".join(sent))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages, code="invalid") from error
        if any(time.end is not None for time in times):
            raise serializers.ValidationError(_("Send starts only: “length” says how long a match takes."), "invalid")
        return tuple(time.start for time in times)


def windows_of(asked: dict[str, Any]) -> Windows:
    weekdays = frozenset(WEEKDAYS.index(name) for name in asked["weekdays"])
    return Windows(asked["first"], asked["last"], weekdays, asked["times"])


def keys_of(event: Event, places: list[dict[str, Any]]) -> list[str]:
    """As ``placing`` names places. Raises ValidationError, by field."""
    known = {
        (place.venue.slug, place.space.slug if place.space else None): key
        for key, place in places_of(event).items()
        if place.venue
    }
    found = []
    for number, each in enumerate(places):
        key = known.get((each["venue"], each["space"]))
        if key is None:
            message = _("The event has no such place.")
            raise ValidationError({f"spaces.{number}": ValidationError(message, code="unknown")})
        found.append(key)
    return found


# Answers


def draw_shape(seen: Draw) -> dict[str, Any]:
    return {
        "number": seen.number,
        "groups": [
            {"slug": group.slug, "name": group.name, "entries": [_entry(entry) for entry in entries]}
            for group, entries in seen.groups
        ],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {"team": {"slug": entry.team.slug}, "seed": entry.seed}


def made_shape(made: Made) -> dict[str, Any]:
    """A side is ``{"team": slug}``, or where it comes from."""
    return {"number": made.number, "matches": [_match(match) for match in made.matches]}


def _match(match: Match) -> dict[str, Any]:
    sides = {}
    for side in Side.values:
        entry = getattr(match, side)
        sides[side] = {"team": entry.team.slug} if entry else getattr(match, f"{side}_source")
    return {
        "uid": str(match.slot.uid),
        "number": match.number,
        "title": match.slot.title,
        "round": {"number": match.round, "name": match.round_name},
        "group": {"slug": match.group.slug} if match.group else None,
        "leg": match.leg,
        **sides,
    }


def timetable_shape(seen: Scheduled) -> dict[str, Any]:
    """``why``: of how many of the ``free`` times in all places each reason kept a match."""
    return {
        "free": seen.free,
        "placed": [_placed(slot) for slot in seen.placed],
        "left": [
            {"uid": str(slot.uid), "title": slot.title, "why": {reason.value: count for reason, count in why.items()}}
            for slot, why in seen.left
        ],
    }


def _placed(slot: Slot) -> dict[str, Any]:
    time = serializers.DateTimeField().to_representation
    return {
        "uid": str(slot.uid),
        "title": slot.title,
        "starts_at": slot.starts_at and time(slot.starts_at),
        "ends_at": slot.ends_at and time(slot.ends_at),
        "venue": {"slug": slot.venue.slug} if slot.venue else None,
        "space": {"slug": slot.space.slug} if slot.space else None,
    }
