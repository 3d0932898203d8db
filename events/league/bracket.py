"""Which teams of a knock-out are known so far, and what depends on what."""

from collections.abc import Hashable, Iterable, Mapping

from events.league.draws import Pairing
from events.league.games import Side
from events.league.sources import BestRunnerUp, Given, LoserOf, RankOf, Seed, Source, WinnerOf

SIDES: tuple[Side, Side] = ("home", "away")
Known = dict[tuple[int, Side], Hashable]


def resolve(
    matches: Iterable[Pairing],
    outcomes: Mapping[int, Side],
    tables: Mapping[tuple[str, int], Hashable],
    runners_up: Mapping[int, Hashable],
    seeds: Mapping[int, Hashable] | None = None,
) -> Known:
    """The teams that are known, by (number of the match, side).

    ``outcomes``: which side won, of the matches whose result is confirmed. ``tables``: the team by group and place, and
    ``runners_up`` the n-th best, as ``advancing`` tells them. A winner goes on only where the side it won from is known
    itself. Raises ValueError where matches feed each other in a circle.
    """
    return _Resolver({match.number: match for match in matches}, outcomes, tables, runners_up, seeds or {}).known()


class _Resolver:
    def __init__(
        self,
        matches: Mapping[int, Pairing],
        outcomes: Mapping[int, Side],
        tables: Mapping[tuple[str, int], Hashable],
        runners_up: Mapping[int, Hashable],
        seeds: Mapping[int, Hashable],
    ) -> None:
        self.matches, self.outcomes = matches, outcomes
        self.tables, self.runners_up, self.seeds = tables, runners_up, seeds
        self.found: dict[tuple[int, Side], Hashable | None] = {}
        self.asked: set[tuple[int, Side]] = set()

    def known(self) -> Known:
        sides = {(number, side): self.side(number, side) for number in self.matches for side in SIDES}
        return {key: team for key, team in sides.items() if team is not None}

    def side(self, number: int, side: Side) -> Hashable | None:
        key = (number, side)
        if key not in self.found:
            if key in self.asked:
                raise ValueError(f"Match {number} waits for itself.")
            self.asked.add(key)
            self.found[key] = self.team(getattr(self.matches[number], side))
        return self.found[key]

    def team(self, source: Source) -> Hashable | None:
        match source:
            case Given(team):
                return team
            case Seed(number):
                return self.seeds.get(number)
            case RankOf(group, place):
                return self.tables.get((group, place))
            case BestRunnerUp(number):
                return self.runners_up.get(number)
            case WinnerOf(number):
                return self.after(number, won=True)
            case LoserOf(number):
                return self.after(number, won=False)

    def after(self, number: int, won: bool) -> Hashable | None:
        """Who won or lost a match; None while it is open, or none of these matches."""
        winner = self.outcomes.get(number)
        if winner is None or number not in self.matches:
            return None
        return self.side(number, winner if won else other(winner))


def other(side: Side) -> Side:
    return "away" if side == "home" else "home"


def feeders(pairing: Pairing) -> set[int]:
    """The matches that a match waits for directly."""
    return {source.match for source in (pairing.home, pairing.away) if isinstance(source, WinnerOf | LoserOf)}


def dependants(matches: Iterable[Pairing], number: int) -> set[int]:
    """The later matches whose teams depend on a match, directly or through others."""
    return _onward(list(matches), {number}) - {number}


def dependants_of_group(matches: Iterable[Pairing], group: str) -> set[int]:
    """The matches whose teams depend on a group: on its places, or on the ranking of the runners-up."""
    matches = list(matches)
    fed = {match.number for match in matches for side in (match.home, match.away) if _is_of(side, group)}
    return _onward(matches, fed)


def _is_of(source: Source, group: str) -> bool:
    return isinstance(source, BestRunnerUp) or (isinstance(source, RankOf) and source.group == group)


def _onward(matches: list[Pairing], reached: set[int]) -> set[int]:
    while True:
        more = {match.number for match in matches if feeders(match) & reached} - reached
        if not more:
            return reached
        reached = reached | more


def changed(before: Known, after: Known) -> set[int]:
    """The matches of which a team is another one, or is no longer known: what a correction would upset.

    A correction is refused where one of these has begun. A side that was open and is known now is no such change.
    """
    return {number for (number, side), team in before.items() if after.get((number, side)) != team}
