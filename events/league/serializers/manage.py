"""Results and scorers' links as those who enter and make them see and send them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.api.managed import EveryLanguage, Instant, ManagedPart, ManagedShape, Strict
from events.league.links import LONGEST, MOST_MATCHES
from events.league.models import Result, ResultState, ScorerLink, Side
from events.league.models.results import MOST_PERIODS, MOST_POINTS


class Points(serializers.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_POINTS, **kwargs)


class ManagedScore(ManagedPart):
    home = Points(source="home_score", allow_null=True)
    away = Points(source="away_score", allow_null=True)


class Periods(serializers.Field[Any, Any, Any, Any]):
    """``[{"home": 20, "away": 18}, …]``; overtimes last."""

    def to_representation(self, value: list[list[int]]) -> list[dict[str, int]]:
        return [{"home": home, "away": away} for home, away in value]

    def to_internal_value(self, data: Any) -> list[list[int]]:
        pairs: list[Any] = data if isinstance(data, list) and len(data) <= MOST_PERIODS else [None]
        if not all(self._is_pair(each) for each in pairs):
            raise serializers.ValidationError(_("Send a list of periods, each with “home” and “away”."), code="invalid")
        return [[each["home"], each["away"]] for each in pairs]

    def _is_pair(self, each: Any) -> bool:
        if not isinstance(each, Mapping) or set(each) != {"home", "away"}:
            return False
        return all(type(value) is int and 0 <= value <= MOST_POINTS for value in each.values())


class SideOrNone(serializers.ChoiceField):
    """Stored as an empty text where it is neither."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Side.choices, allow_null=True, **kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return "" if data is None else super().run_validation(data)


class ManagedResult(ManagedShape):
    """What came of a match; ``{"state": "none"}`` takes it back."""

    told = frozenset({"version", "winner", "updated_at", "scorer"})

    uid = serializers.UUIDField(read_only=True)
    state = serializers.ChoiceField(choices=ResultState.choices)
    score = ManagedScore()
    periods = Periods()
    overtimes = serializers.IntegerField(min_value=0, max_value=MOST_PERIODS)
    winner = serializers.CharField(read_only=True, allow_null=True)
    forfeited_by = SideOrNone()
    decided_for = SideOrNone()
    note = EveryLanguage()
    scorer = serializers.CharField(read_only=True)
    updated_at = serializers.DateTimeField(read_only=True, allow_null=True)


def shown_result(result: Result) -> dict[str, Any]:
    return dict(ManagedResult(result).data)


class SentLink(Strict):
    label: Any = serializers.CharField(max_length=80)
    slots = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_MATCHES)
    expires_at = Instant(help_text=f"At most {LONGEST.days} days ahead.")


def shown_link(link: ScorerLink) -> dict[str, Any]:
    """Without its address, which only its maker was told."""
    time = serializers.DateTimeField().to_representation

    def at(moment: Any) -> Any:
        return None if moment is None else time(moment)

    return {
        "id": link.pk,
        "label": link.label,
        "slots": link.uids,
        "expires_at": at(link.expires_at),
        "revoked_at": at(link.revoked_at),
        "used_at": at(link.used_at),
        "created_at": at(link.created_at),
    }
