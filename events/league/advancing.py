"""Who goes on from the groups: the first of each, and the best runners-up. Told only where it is certain."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Generic, Self

from django.utils.translation import gettext as _

from events.league.games import T
from events.league.reading import read, refuse
from events.league.rules import Rules
from events.league.runners_up import ORDERS, RunnerUp, rank_runners_up
from events.league.standings import GroupTable, Row


@dataclass(frozen=True)
class Advance:
    """The first ``first`` of each group go on, and of the teams right behind them the best ``runners_up``.

    These are ranked by ``order`` (``runners_up.py``). ``against_last_counts``: whether results against the last of the
    larger groups count among them. 0 and 0: nobody goes on, as in a league without a final round.
    """

    first: int = 1
    runners_up: int = 0
    order: tuple[str, ...] = ("points_per_game", "difference_per_game", "scored_per_game", "lot")
    against_last_counts: bool = True

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises ValidationError that names the field and the remedy."""
        rule = cls(**read(cls, data, {"order": ORDERS}))
        for name in ("first", "runners_up"):
            if getattr(rule, name) < 0:
                raise refuse(name, _("Enter 0 or more."), "invalid")
        return rule

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"order": list(self.order)}

    @property
    def place(self) -> int:
        """The place in its group of a team that may go on as one of the best."""
        return self.first + 1


@dataclass(frozen=True)
class Advancing(Generic[T]):
    """What is certain.

    ``places``: by group and place, the team of each decided place of a final group, also below the line.
    ``best``: the n-th of the ranked runners-up, once all groups are final; also below the line.
    ``runners_up``: their ranking, provisional until then; empty where none goes on.
    ``advances``: the teams that go on. ``lots_needed``: in final groups, teams between which only a lot decides.
    """

    places: dict[tuple[str, int], T] = field(default_factory=dict)
    best: dict[int, T] = field(default_factory=dict)
    runners_up: tuple[RunnerUp[T], ...] = ()
    advances: frozenset[T] = frozenset()
    lots_needed: tuple[tuple[T, ...], ...] = ()


def advancing(
    tables: Sequence[GroupTable[T]], rules: Rules, advance: Advance, lots: Mapping[T, int] | None = None
) -> Advancing[T]:
    """Who goes on, as far as it is certain. ``lots`` are those drawn between runners-up of several groups."""
    final = sorted((table for table in tables if table.final), key=lambda table: table.name)
    places = {(table.name, row.rank): row.team for table in final for row in table.rows if row.is_decided}
    through = {row.team for table in final for row in _above(table.rows, advance.first)}
    lines = _lines(tables, advance)
    needed = [tie for table in final for tie in _ties(table.rows, lines)]
    if not advance.runners_up:
        return Advancing(places, advances=frozenset(through), lots_needed=tuple(needed))
    order = (rules, advance.order, advance.place, advance.against_last_counts, lots)
    ranked = rank_runners_up(tables, *order)
    best: dict[int, T] = {}
    if len(final) == len(tables) and not needed:
        rows = [each.row for each in ranked]
        best = {row.rank: row.team for row in rows if row.is_decided}
        through |= {row.team for row in _above(rows, advance.runners_up)}
        needed += _ties(rows, set(range(1, advance.runners_up + 1)))
    return Advancing(places, best, tuple(ranked), frozenset(through), tuple(needed))


def _lines(tables: Sequence[GroupTable[T]], advance: Advance) -> set[int]:
    """After which places of a group something changes: who has which place in the next stage, and what counts there."""
    lines = set(range(1, advance.first + 1))
    if advance.runners_up:
        lines.add(advance.place)
        if not advance.against_last_counts:
            lines.add(min(len(each.rows) for each in tables))
    return lines


def _sets(rows: Sequence[Row[T]]) -> list[list[Row[T]]]:
    """The rows by rank."""
    return [[row for row in rows if row.rank == rank] for rank in sorted({row.rank for row in rows})]


def _above(rows: Sequence[Row[T]], line: int) -> list[Row[T]]:
    """The rows that are above the line however the lots among them may fall."""
    return [row for shared in _sets(rows) for row in shared if row.rank + len(shared) - 1 <= line]


def _ties(rows: Sequence[Row[T]], lines: set[int]) -> list[tuple[T, ...]]:
    """Teams that share a rank, on both sides of a line that is drawn after one of these places."""
    return [
        tuple(row.team for row in shared)
        for shared in _sets(rows)
        if lines.intersection(range(shared[0].rank, shared[0].rank + len(shared) - 1))
    ]
