"""Where a side of a match comes from before its team is known: a seed, another match, a place in a group."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Seed:
    """The n-th of the field, 1 the best."""

    number: int


@dataclass(frozen=True)
class Given:
    """A team that is known from the start."""

    team: Hashable


@dataclass(frozen=True, order=True)
class WinnerOf:
    match: int


@dataclass(frozen=True, order=True)
class LoserOf:
    match: int


@dataclass(frozen=True, order=True)
class RankOf:
    """Who has this place in a group, 1 the first."""

    group: str
    place: int


@dataclass(frozen=True, order=True)
class BestRunnerUp:
    """The n-th of the runners-up of all groups, 1 the best."""

    number: int


Source = Seed | Given | WinnerOf | LoserOf | RankOf | BestRunnerUp
