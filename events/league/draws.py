"""Who meets whom: all against all, groups out of pots, and a knock-out from seeds."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.league.games import T
from events.league.ranking import stable
from events.league.sources import LoserOf, Seed, Source, WinnerOf

E = TypeVar("E")


def round_robin(teams: Sequence[T], legs: int = 1) -> list[list[tuple[T, T]]]:
    """Rounds of (home, away) in which each meets each once per leg; with an odd number one team a round has a bye.

    The circle method: in round r the teams r + i and r - i meet, counted round a circle; with an even number one team
    stands outside and meets team r. Who is home goes by i, so that a team's games are home and away in turn: over a leg
    its homes and aways differ by 1 at most, by 0 with an odd number of teams. Every second leg is the one before with
    home and away changed, so over two legs they are equal. Raises ValidationError where a team is named twice.
    """
    _once(teams)
    if len(teams) < 2:
        return []
    outside, circle = (teams[-1:], teams[:-1]) if len(teams) % 2 == 0 else (teams[:0], teams)
    leg = [_round(circle, outside, number) for number in range(len(circle))]
    mirrored = [[(away, home) for home, away in games] for games in leg]
    return [list(games) for number in range(legs) for games in (mirrored if number % 2 else leg)]


def _round(circle: Sequence[T], outside: Sequence[T], number: int) -> list[tuple[T, T]]:
    size = len(circle)
    games = []
    for team in outside:
        games.append((circle[number], team) if number % 2 else (team, circle[number]))
    for step in range(1, (size + 1) // 2):
        ahead, behind = circle[(number + step) % size], circle[(number - step) % size]
        games.append((ahead, behind) if step % 2 else (behind, ahead))
    return games


def _once(teams: Sequence[T]) -> None:
    seen = set()
    for team in teams:
        if team in seen:
            raise ValidationError(_("“%(team)s” is named twice. Leave it out once.") % {"team": team}, code="repeated")
        seen.add(team)


def groups(teams: Sequence[T], count: int, seeds: Sequence[T], random: Random) -> list[list[T]]:
    """A draw into groups whose sizes differ by 1 at most; the first groups are the larger ones.

    ``seeds``: some of the teams, the best first. The first ``count`` of them are drawn into different groups, then the
    next ``count``, and so on; then all others. A random generator of the same seed draws the same again, in whatever
    order the teams are given. In a group seeds stand first, then teams in the order drawn.
    """
    _once(teams)
    _once(seeds)
    if not 1 <= count <= len(teams):
        message = _("%(teams)d teams do not make %(count)d groups. Choose from 1 to %(teams)d.")
        raise ValidationError(message % {"teams": len(teams), "count": count}, code="count")
    if strangers := [team for team in seeds if team not in teams]:
        message = _("“%(team)s” is seeded, but is not among the teams. Add it, or take it off the seeds.")
        raise ValidationError(message % {"team": strangers[0]}, code="unknown")
    least, more = divmod(len(teams), count)
    sizes = [least + 1] * more + [least] * (count - more)
    drawn: list[list[T]] = [[] for _size in sizes]
    for start in range(0, len(seeds), count):
        pot = stable(seeds[start : start + count])
        free = [number for number, size in enumerate(sizes) if len(drawn[number]) < size]
        for team, number in zip(random.sample(pot, len(pot)), random.sample(free, len(pot)), strict=True):
            drawn[number].append(team)
    others = stable(team for team in teams if team not in seeds)
    places = [number for number, size in enumerate(sizes) for _place in range(size - len(drawn[number]))]
    for team, number in zip(random.sample(others, len(others)), places, strict=True):
        drawn[number].append(team)
    return drawn


@dataclass(frozen=True)
class Pairing:
    """A match of a knock-out. ``field``: how many teams a full round of it has: 16, 8, 4 the semi-finals, 2 the final;
    the match for the third place has the final's."""

    number: int
    round: int
    field: int
    home: Source
    away: Source
    third_place: bool = False


def knock_out(size: int, third_place: bool = False, first: int = 1) -> list[list[Pairing]]:
    """The rounds of a knock-out of ``size`` seeds by the usual places: 1 meets 16, 8 meets 9, and 1 and 2 can meet only
    in the final. Where the field is no power of two, the best seeds have a bye in the first round.

    Matches are numbered through from ``first``; the last one is the final. The side with the better seed is at home.
    """
    if size < 2:
        raise ValidationError(_("A knock-out needs two teams or more."), code="size")
    if third_place and size < 4:
        raise ValidationError(_("A match for the third place needs four teams or more."), code="size")
    places = seed_places(size)
    field, number = len(places), first
    sides: list[Source | None] = [Seed(place) if place <= size else None for place in places]
    rounds: list[list[Pairing]] = []
    while len(sides) > 1:
        games: list[Pairing] = []
        ahead: list[Source | None] = []
        if third_place and field == 2:
            one, two = (LoserOf(game.number) for game in rounds[-1])
            games.append(Pairing(number, len(rounds) + 1, field, one, two, third_place=True))
        for home, away in zip(sides[::2], sides[1::2], strict=True):
            if home is None or away is None:
                ahead.append(home or away)
                continue
            games.append(Pairing(number + len(games), len(rounds) + 1, field, home, away))
            ahead.append(WinnerOf(games[-1].number))
        rounds.append(games)
        sides, field, number = ahead, field // 2, number + len(games)
    return rounds


def seed_places(size: int) -> list[int]:
    """The seeds down the draw, for eight 1, 8, 4, 5, 2, 7, 3, 6: as many as the next power of two, so some are byes."""
    places = [1]
    while len(places) < size:
        places = [place for seed in places for place in (seed, 2 * len(places) + 1 - seed)]
    return places


def entered(rounds: Sequence[Sequence[Pairing]], entries: Sequence[Source]) -> list[list[Pairing]]:
    """The same rounds with the n-th entry in the place of the n-th seed."""

    def side(source: Source) -> Source:
        return entries[source.number - 1] if isinstance(source, Seed) else source

    return [[replace(game, home=side(game.home), away=side(game.away)) for game in games] for games in rounds]


def apart(entries: Sequence[E], group: Callable[[E], Hashable | None]) -> list[E]:
    """The entries, the best seed first, moved so that teams of one group do not meet in the first round.

    Only the lower seed of a pair moves, to as near a place as can be. No more pairs of one group remain than must.
    ``group`` is None where it is not known: such an entry may meet anybody.
    """
    places = seed_places(len(entries))
    pairs = [(places[n], places[n + 1]) for n in range(0, len(places), 2)]
    own = {better - 1: worse - 1 for better, worse in sorted(pairs) if worse <= len(entries)}
    wanted = {
        better: [low for low in own.values() if not _of_one_group(group(entries[better]), group(entries[low]))]
        for better in own
    }
    seated = {low: better for better, low in own.items() if low in wanted[better]}  # whom each low seed meets
    for better in own:
        if better not in seated.values():
            _seat(better, own, wanted, seated, set())
    left = [low for low in own.values() if low not in seated]
    seated |= dict(zip(left, [better for better in own if better not in seated.values()], strict=True))
    moved = list(entries)
    for low, better in seated.items():
        moved[own[better]] = entries[low]
    return moved


def _of_one_group(one: Hashable | None, other: Hashable | None) -> bool:
    return one is not None and one == other


def _seat(
    better: int, own: dict[int, int], wanted: dict[int, list[int]], seated: dict[int, int], tried: set[int]
) -> bool:
    """Finds an opponent for a better seed, if need be by finding another one for whom it takes it from."""
    for low in sorted(wanted[better], key=lambda low: (abs(low - own[better]), low)):
        if low not in tried:
            tried.add(low)
            if low not in seated or _seat(seated[low], own, wanted, seated, tried):
                seated[low] = better
                return True
    return False
