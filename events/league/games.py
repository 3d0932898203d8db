"""A game that counts, and what it is worth to each of the two teams."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Literal, TypeVar

from events.league.rules import Rules

T = TypeVar("T", bound=Hashable)
Side = Literal["home", "away"]


@dataclass(frozen=True)
class Played(Generic[T]):
    """A result; teams are named by any hashable key. A void game is none.

    ``forfeited_by``: who did not appear or refused to play (FIBA article 20), perhaps both. ``defaulted_by``: who had
    too few players left (article 21). The scores are then what the board showed, 0 to 0 where nothing was played.
    """

    home: T
    away: T
    home_score: int = 0
    away_score: int = 0
    forfeited_by: Literal["home", "away", "both"] | None = None
    defaulted_by: Side | None = None

    def __post_init__(self) -> None:
        if self.home == self.away:
            raise ValueError(f"{self.home!r} plays against itself.")
        if self.home_score < 0 or self.away_score < 0:
            raise ValueError(f"{self.home!r} against {self.away!r}: a score is below zero.")
        if self.forfeited_by and self.defaulted_by:
            raise ValueError(f"{self.home!r} against {self.away!r}: lost by forfeit or by default, not both.")


class Outcome(StrEnum):
    WON = "won"
    DRAWN = "drawn"
    LOST = "lost"
    FORFEITED = "forfeited"


@dataclass(frozen=True)
class Line(Generic[T]):
    """One game as one of its teams sees it."""

    opponent: T
    scored: int
    conceded: int
    outcome: Outcome

    @property
    def is_lost(self) -> bool:
        return self.outcome in (Outcome.LOST, Outcome.FORFEITED)


def lines_of(teams: Sequence[T], played: Iterable[Played[T]], rules: Rules) -> dict[T, list[Line[T]]]:
    """The games of each team. Raises ValueError for a team named twice or unknown, and for a draw where none can be."""
    lines: dict[T, list[Line[T]]] = {team: [] for team in teams}
    if len(lines) < len(teams):
        raise ValueError(f"A team is in the group twice: {list(teams)!r}.")
    for game in played:
        for team in (game.home, game.away):
            if team not in lines:
                raise ValueError(f"{team!r} has a result, but is not in the group.")
        home_score, away_score = final_score(game, rules)
        home, away = outcomes(game, home_score - away_score)
        lines[game.home].append(Line(game.away, home_score, away_score, home))
        lines[game.away].append(Line(game.home, away_score, home_score, away))
    return lines


def final_score(game: Played[T], rules: Rules) -> tuple[int, int]:
    """The score that counts, home first."""
    lost_by = game.forfeited_by or game.defaulted_by
    if lost_by is None:
        if rules.draw is None and game.home_score == game.away_score:
            raise ValueError(f"{game.home!r} against {game.away!r}: by these rules no game ends level.")
        return game.home_score, game.away_score
    if lost_by == "both":
        return 0, 0
    lead = (game.away_score - game.home_score) * (1 if lost_by == "home" else -1)
    if game.defaulted_by:
        awarded, stands = rules.default_score, lead > 0
    else:
        awarded, stands = rules.forfeit_score, rules.forfeit_keeps_better and lead > rules.forfeit_score
    if stands:
        return game.home_score, game.away_score
    return (0, awarded) if lost_by == "home" else (awarded, 0)


def outcomes(game: Played[T], lead: int) -> tuple[Outcome, Outcome]:
    """What the game is to home and away. ``lead``: the home team's, in the score that counts."""
    if game.forfeited_by == "both":
        return Outcome.FORFEITED, Outcome.FORFEITED
    if lost_by := game.forfeited_by or game.defaulted_by:
        loss = Outcome.FORFEITED if game.forfeited_by else Outcome.LOST
        return (loss, Outcome.WON) if lost_by == "home" else (Outcome.WON, loss)
    if lead == 0:
        return Outcome.DRAWN, Outcome.DRAWN
    return (Outcome.WON, Outcome.LOST) if lead > 0 else (Outcome.LOST, Outcome.WON)


@dataclass(frozen=True)
class Figures:
    """Sums over games. ``forfeits`` are among the lost."""

    played: int
    won: int
    drawn: int
    lost: int
    forfeits: int
    scored: int
    conceded: int
    points: int

    @property
    def difference(self) -> int:
        return self.scored - self.conceded


def figures_of(lines: Iterable[Line[T]], rules: Rules) -> Figures:
    lines = list(lines)
    worth = {
        Outcome.WON: rules.win,
        Outcome.DRAWN: rules.draw or 0,
        Outcome.LOST: rules.loss,
        Outcome.FORFEITED: rules.forfeit,
    }
    return Figures(
        played=len(lines),
        won=sum(line.outcome == Outcome.WON for line in lines),
        drawn=sum(line.outcome == Outcome.DRAWN for line in lines),
        lost=sum(line.is_lost for line in lines),
        forfeits=sum(line.outcome == Outcome.FORFEITED for line in lines),
        scored=sum(line.scored for line in lines),
        conceded=sum(line.conceded for line in lines),
        points=sum(worth[line.outcome] for line in lines),
    )
