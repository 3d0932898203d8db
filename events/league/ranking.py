"""Values that rank teams, exact: fractions are compared as fractions and rounded only where they are shown."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

T = TypeVar("T")
# None is "no number, and better than any": a ratio to nothing conceded, or of no lost game.
Value = int | Fraction | None
# Which rule decided, and the team's value by it.
TieBreak = tuple[str, Value]


def parted(teams: Iterable[T], values: Mapping[T, Value], lowest_first: bool = False) -> list[list[T]]:
    """The teams in sets of equal value, the best set first."""
    sets: dict[Value, list[T]] = {}
    for team in teams:
        sets.setdefault(values[team], []).append(team)
    return [sets[value] for value in sorted(sets, key=_strength, reverse=not lowest_first)]


def _strength(value: Value) -> tuple[bool, int | Fraction]:
    return (True, 0) if value is None else (False, value)


def ratio(scored: int, conceded: int) -> Value:
    """Scored divided by conceded; 0 where there was neither."""
    if conceded:
        return Fraction(scored, conceded)
    return None if scored else Fraction(0)


def shown(value: Value) -> int | float | None:
    """The value as a table prints it: whole, or with four decimals."""
    return round(float(value), 4) if isinstance(value, Fraction) else value


def stable(teams: Iterable[T]) -> list[T]:
    """Teams that share a place, in an order that does not depend on how they came in."""
    return sorted(teams, key=str)
