"""Where a side of a match comes from before its team is known, as it is stored, and what it may name.

A source is one of ``{"winner_of": uid}``, ``{"loser_of": uid}``, ``{"group": slug, "place": 1}`` and
``{"runner_up": 1}``, the n-th of those who come right behind the places that go on, ranked across the groups.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.translations import Text

K = TypeVar("K", str, int)
Source = Mapping[str, Any]

OF_MATCHES = ("winner_of", "loser_of")
KEYS = (frozenset({"winner_of"}), frozenset({"loser_of"}), frozenset({"group", "place"}), frozenset({"runner_up"}))
LAST_PLACE = 99


@dataclass(frozen=True)
class Ground:
    """What the sources of an event may name: its matches, ``uid`` -> number, and its groups, slug -> name.

    ``place``: that of the runners-up in their groups.
    """

    matches: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)
    place: int = 2


def check_source(source: Any, ground: Ground) -> None:
    """Raises ValidationError, code ``source``."""
    if not isinstance(source, dict) or frozenset(source) not in KEYS:
        raise _refuse(_("Name one of: winner_of, loser_of, group with place, runner_up."))
    for name in OF_MATCHES:
        if name in source and (not isinstance(source[name], str) or source[name] not in ground.matches):
            raise _refuse(_("The event has no match “%(uid)s”.") % {"uid": source[name]})
    if "group" in source:
        if not isinstance(source["group"], str) or source["group"] not in ground.groups:
            raise _refuse(_("The event has no group “%(group)s”.") % {"group": source["group"]})
        _check_place(source["place"], LAST_PLACE)
    if "runner_up" in source:
        _check_place(source["runner_up"], max(len(ground.groups), 1))


def _refuse(message: str) -> ValidationError:
    return ValidationError(message, code="source")


def _check_place(value: Any, last: int) -> None:
    if type(value) is not int or not 1 <= value <= last:
        raise _refuse(_("Places count from 1 to %(last)d here.") % {"last": last})


def feeder(source: Source | None) -> str | None:
    """The ``uid`` of the match that a source waits for, if it is one."""
    return next((source[name] for name in OF_MATCHES if name in source), None) if source else None


def circle_in(feeders: Mapping[K, Iterable[K]]) -> list[K]:
    """Matches of which each waits for the next one and the last for the first; empty where there are none."""
    try:
        TopologicalSorter(feeders).prepare()
    except CycleError as error:
        circle: list[K] = error.args[1][1:]
        return circle
    return []


def as_uid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
