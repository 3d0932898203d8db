"""The table of a group: computed from its results each time, never stored.

The classification of FIBA (Official Basketball Rules, appendix D) and those of football, told apart by data only
(``rules.py``). Neither the order of the results nor that of the teams matters. A group may be unfinished: what was
played counts, and who is equal then shares the place (D.1.3).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic

from events.league.games import Figures, Line, Played, T, figures_of, lines_of
from events.league.ranking import TieBreak, Value, parted, ratio, stable
from events.league.rules import AGAIN, HEAD_TO_HEAD, LOT, UNDECIDED, Rules

MEASURES: Mapping[str, Callable[[Figures], Value]] = {
    "points": lambda figures: figures.points,
    "difference": lambda figures: figures.difference,
    "scored": lambda figures: figures.scored,
    "ratio": lambda figures: ratio(figures.scored, figures.conceded),
    "wins": lambda figures: figures.won,
}


@dataclass(frozen=True)
class Row(Generic[T]):
    """A team's line. ``points`` include the ``adjustment``; ``forfeits`` are among the lost.

    ``tie_break`` tells what decided the place where points did not: each rule that parted the team from another one of
    equal points, with the team's value by it, in the order in which they were asked. It is empty where points alone
    decided, and ends with ``("undecided", None)`` where the team still shares its rank.
    """

    rank: int
    team: T
    played: int
    won: int
    drawn: int
    lost: int
    forfeits: int
    scored: int
    conceded: int
    points: int
    adjustment: int = 0
    tie_break: tuple[TieBreak, ...] = ()

    @property
    def difference(self) -> int:
        return self.scored - self.conceded

    @property
    def is_decided(self) -> bool:
        """Whether nobody shares the rank."""
        return (UNDECIDED, None) not in self.tie_break


def standings(
    teams: Sequence[T],
    played: Iterable[Played[T]],
    rules: Rules,
    adjustments: Mapping[T, int] | None = None,
    lots: Mapping[T, int] | None = None,
) -> list[Row[T]]:
    """The table, best first; teams that share a rank stand in the order of their keys.

    ``adjustments`` are points added or, below zero, taken away. ``lots`` are the numbers drawn. Raises ValueError for
    results that cannot be: see ``lines_of``.
    """
    lines = lines_of(teams, played, rules)
    adjustments = adjustments or {}
    if strangers := [team for team in adjustments if team not in lines]:
        raise ValueError(f"{strangers[0]!r} has an adjustment, but is not in the group.")
    figures = {team: figures_of(lines[team], rules) for team in lines}
    points: dict[T, Value] = {team: figures[team].points + adjustments.get(team, 0) for team in lines}
    ties = _Ties(lines, figures, rules, lots or {})
    rows: list[Row[T]] = []
    for equal in parted(lines, points):
        for shared in ties.parted(equal):
            rank = len(rows) + 1
            rows += [
                row_of(rank, team, figures[team], adjustments.get(team, 0), tuple(ties.told[team]))
                for team in stable(shared)
            ]
    return rows


def row_of(rank: int, team: T, figures: Figures, adjustment: int, tie_break: tuple[TieBreak, ...]) -> Row[T]:
    return Row(
        rank=rank,
        team=team,
        played=figures.played,
        won=figures.won,
        drawn=figures.drawn,
        lost=figures.lost,
        forfeits=figures.forfeits,
        scored=figures.scored,
        conceded=figures.conceded,
        points=figures.points + adjustment,
        adjustment=adjustment,
        tie_break=tie_break,
    )


class _Ties(Generic[T]):
    """Parts teams of equal points by the tie-breaks, and remembers what decided."""

    def __init__(
        self, lines: Mapping[T, list[Line[T]]], figures: Mapping[T, Figures], rules: Rules, lots: Mapping[T, int]
    ) -> None:
        self.lines, self.figures, self.rules, self.lots = lines, figures, rules, lots
        self.told: dict[T, list[TieBreak]] = defaultdict(list)

    def parted(self, tied: list[T], start: int = 0, between: frozenset[T] = frozenset()) -> list[list[T]]:
        """Sets of teams, the best first; more than one team in a set: nothing decides between them.

        ``start``: the first rule to ask. ``between``: whose games among each other the head-to-head rules before it
        looked at; empty where the rule before was none of these.
        """
        if len(tied) == 1:
            return [tied]
        for place, rule in enumerate(self.rules.tie_breaks[start:], start):
            if rule == AGAIN:
                if len(tied) < len(between):
                    return self.parted(tied)
                continue
            between = (between or frozenset(tied)) if rule.startswith(HEAD_TO_HEAD) else frozenset()
            values = self._values(tied, rule, between)
            sets = parted(tied, values, lowest_first=rule == LOT)
            if len(sets) > 1:
                for team in tied:
                    self.told[team].append((rule, values[team]))
                onward = (0, frozenset[T]()) if self.rules.restart else (place + 1, between)
                return [shared for equal in sets for shared in self.parted(equal, *onward)]
        for team in tied:
            self.told[team].append((UNDECIDED, None))
        return [tied]

    def _values(self, tied: list[T], rule: str, between: frozenset[T]) -> dict[T, Value]:
        if rule == LOT:
            drawn = all(team in self.lots for team in tied)
            return {team: self.lots[team] if drawn else 0 for team in tied}
        measure = MEASURES[rule.removeprefix(HEAD_TO_HEAD)]
        if not between:
            return {team: measure(self.figures[team]) for team in tied}
        games = {team: [line for line in self.lines[team] if line.opponent in between] for team in tied}
        return {team: measure(figures_of(games[team], self.rules)) for team in tied}


@dataclass(frozen=True)
class GroupTable(Generic[T]):
    """A group with its table. ``final``: no game of it is open, and all its results are confirmed."""

    name: str
    rows: tuple[Row[T], ...]
    played: tuple[Played[T], ...]
    final: bool


def group_table(
    name: str,
    teams: Sequence[T],
    played: Iterable[Played[T]],
    rules: Rules,
    final: bool,
    adjustments: Mapping[T, int] | None = None,
    lots: Mapping[T, int] | None = None,
) -> GroupTable[T]:
    results = tuple(played)
    return GroupTable(name, tuple(standings(teams, results, rules, adjustments, lots)), results, final)
