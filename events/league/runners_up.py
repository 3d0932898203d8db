"""The runners-up of groups of different size, ranked against each other by a rule that is data.

| name | more is better, unless it says otherwise |
|---|---|
| ``points_per_game`` | points in the table, adjustment included, divided by games |
| ``wins_per_game`` | games won, divided by games |
| ``difference_per_game`` | scored less conceded, divided by games |
| ``scored_per_game`` | scored, divided by games |
| ``lost_ratio`` | scored divided by conceded in the games that a team lost |
| ``lot`` | the number drawn; the lower is better. Asked only where all who are equal have drawn |

``lost_ratio`` is the rule of a league of companies of 2025 with groups of four and of five: the ratio of points scored
to points conceded in the game lost; where a team lost two or more, the mean of their ratios. Who lost none ranks before
all others. A game lost by forfeit counts with its score, so that its ratio is 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from events.league.games import Figures, Line, T, figures_of, lines_of
from events.league.ranking import TieBreak, Value, parted
from events.league.rules import LOT, UNDECIDED, Rules
from events.league.standings import GroupTable, Row, row_of

PER_GAME = "_per_game"
LOST_RATIO = "lost_ratio"
ORDERS = ("points_per_game", "wins_per_game", "difference_per_game", "scored_per_game", LOST_RATIO, LOT)


@dataclass(frozen=True)
class RunnerUp(Generic[T]):
    """A runner-up among the others. ``row`` holds its rank there, the figures of the games that counted for it, and in
    ``tie_break`` each rule that parted it from another one."""

    group: str
    row: Row[T]


@dataclass(frozen=True)
class _Record(Generic[T]):
    group: str
    team: T
    lines: list[Line[T]]
    figures: Figures
    adjustment: int

    def value(self, rule: str) -> Value:
        if rule == LOST_RATIO:
            return lost_ratio(self.lines)
        figures = self.figures
        sums = {
            "points": figures.points + self.adjustment,
            "wins": figures.won,
            "difference": figures.difference,
            "scored": figures.scored,
        }
        return Fraction(sums[rule.removesuffix(PER_GAME)], figures.played or 1)

    def ranked(self, rank: int, tie_break: tuple[TieBreak, ...]) -> RunnerUp[T]:
        return RunnerUp(self.group, row_of(rank, self.team, self.figures, self.adjustment, tie_break))


def lost_ratio(lines: Iterable[Line[T]]) -> Value:
    """The mean, over the games lost, of scored divided by conceded; None where none was lost."""
    ratios = [Fraction(line.scored, line.conceded or 1) for line in lines if line.is_lost]
    return sum(ratios, Fraction(0)) / len(ratios) if ratios else None


def rank_runners_up(
    tables: Sequence[GroupTable[T]],
    rules: Rules,
    order: Sequence[str],
    place: int = 2,
    against_last_counts: bool = True,
    lots: Mapping[T, int] | None = None,
) -> list[RunnerUp[T]]:
    """The teams at ``place`` of all groups that have one, best first; those that share a rank in the order of groups.

    Without ``against_last_counts``, results against teams that stand below the size of the smallest group do not count,
    so that all are measured by equally many opponents. What is asked of unfinished groups is what the answer would be
    if they ended now.
    """
    smallest = min((len(table.rows) for table in tables), default=0)
    records = {
        table.rows[place - 1].team: _record(table, rules, place, None if against_last_counts else smallest)
        for table in sorted(tables, key=lambda table: table.name)
        if len(table.rows) >= place
    }
    told: dict[T, list[TieBreak]] = {team: [] for team in records}
    ranked: list[RunnerUp[T]] = []
    for shared in _parted(list(records), records, order, lots or {}, told):
        rank = len(ranked) + 1
        ranked += [records[team].ranked(rank, tuple(told[team])) for team in shared]
    return ranked


def _record(table: GroupTable[T], rules: Rules, place: int, down_to: int | None) -> _Record[T]:
    row = table.rows[place - 1]
    counted = {each.team for each in table.rows[:down_to]}
    lines = lines_of([each.team for each in table.rows], table.played, rules)[row.team]
    lines = [line for line in lines if line.opponent in counted]
    return _Record(table.name, row.team, lines, figures_of(lines, rules), row.adjustment)


def _parted(
    tied: list[T],
    records: Mapping[T, _Record[T]],
    order: Sequence[str],
    lots: Mapping[T, int],
    told: dict[T, list[TieBreak]],
) -> list[list[T]]:
    if len(tied) < 2:
        return [tied] if tied else []
    for place, rule in enumerate(order):
        if rule == LOT and not all(team in lots for team in tied):
            continue
        values: dict[T, Value] = {team: lots[team] if rule == LOT else records[team].value(rule) for team in tied}
        sets = parted(tied, values, lowest_first=rule == LOT)
        if len(sets) > 1:
            for team in tied:
                told[team].append((rule, values[team]))
            rest = order[place + 1 :]
            return [shared for equal in sets for shared in _parted(equal, records, rest, lots, told)]
    for team in tied:
        told[team].append((UNDECIDED, None))
    return [tied]
