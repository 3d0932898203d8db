"""Who meets whom."""

from collections import Counter
from itertools import combinations
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from events.league.draws import Pairing, apart, entered, groups, knock_out, round_robin, seed_places
from events.league.sources import BestRunnerUp, Given, LoserOf, RankOf, Seed, WinnerOf

quiet = settings(max_examples=100, deadline=None, database=None)


def test_round_robin_of_four() -> None:
    assert round_robin("ABCD") == [
        [("D", "A"), ("B", "C")],
        [("B", "D"), ("C", "A")],
        [("D", "C"), ("A", "B")],
    ]


def test_round_robin_of_three_gives_each_a_bye() -> None:
    assert round_robin("ABC") == [[("B", "C")], [("C", "A")], [("A", "B")]]


def test_round_robin_of_nobody_has_no_round() -> None:
    assert (round_robin([]), round_robin(["A"]), round_robin("AB", legs=0)) == ([], [], [])


@quiet
@given(st.integers(2, 21), st.integers(1, 4))
def test_round_robin_pairs_each_with_each_once_a_leg(size: int, legs: int) -> None:
    rounds = round_robin(range(size), legs)
    assert len(rounds) == legs * (size - 1 if size % 2 == 0 else size)
    met = Counter(frozenset(game) for games in rounds for game in games)
    assert met == dict.fromkeys(map(frozenset, combinations(range(size), 2)), legs)
    for games in rounds:
        playing = [team for game in games for team in game]
        assert len(playing) == len(set(playing)) == size - size % 2


@quiet
@given(st.integers(2, 21), st.integers(1, 4))
def test_round_robin_balances_home_and_away(size: int, legs: int) -> None:
    games = [game for games in round_robin(range(size), legs) for game in games]
    at_home, away = (Counter(game[side] for game in games) for side in (0, 1))
    apart = {abs(at_home[team] - away[team]) for team in range(size)}
    assert apart == ({0} if legs % 2 == 0 or size % 2 else {1})


@quiet
@given(st.integers(3, 21))
def test_round_robin_plays_home_and_away_in_turn(size: int) -> None:
    """Nobody is at home, or away, three times on end."""
    for team in range(size):
        games = [game for games in round_robin(range(size)) for game in games if team in game]
        at_home = "".join("HA"[game.index(team)] for game in games)
        assert "HHH" not in at_home
        assert "AAA" not in at_home


def test_round_robin_returns_mirrored() -> None:
    rounds = round_robin("ABCDEF", legs=2)
    assert rounds[5:] == [[(away, home) for home, away in games] for games in rounds[:5]]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: round_robin("ABA"), "repeated"),
        (lambda: groups("ABAC", 2, "", Random(1)), "repeated"),
        (lambda: groups("ABC", 2, "AA", Random(1)), "repeated"),
        (lambda: groups("ABC", 4, "", Random(1)), "count"),
        (lambda: groups("ABC", 0, "", Random(1)), "count"),
        (lambda: groups("ABC", 2, "X", Random(1)), "unknown"),
        (lambda: knock_out(1), "size"),
        (lambda: knock_out(3, third_place=True), "size"),
    ],
)
def test_draws_refuse_by_name_what_cannot_be(call: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        call()
    assert refused.value.code == code


def test_groups_of_42_teams_in_ten() -> None:
    """The league of 2025: two groups of five and eight of four; eight seeds."""
    teams = [f"team-{number}" for number in range(42)]
    seeds = teams[:8]
    drawn = groups(teams, 10, seeds, Random(2025))
    assert [len(group) for group in drawn] == [5, 5, *[4] * 8]
    assert sorted(team for group in drawn for team in group) == sorted(teams)
    assert sorted(group[0] for group in drawn if group[0] in seeds) == seeds
    assert drawn == groups(teams[::-1], 10, seeds, Random(2025))
    assert drawn != groups(teams, 10, seeds, Random(2026))


@quiet
@given(st.integers(1, 40), st.data())
def test_groups_differ_by_one_and_keep_seeds_apart(size: int, data: Any) -> None:
    count = data.draw(st.integers(1, size))
    seeds = list(range(data.draw(st.integers(0, size))))
    drawn = groups(range(size), count, seeds, Random(data.draw(st.integers(0, 99))))
    sizes = [len(group) for group in drawn]
    assert sorted(sizes, reverse=True) == sizes
    assert max(sizes) - min(sizes) <= 1
    assert sorted(team for group in drawn for team in group) == list(range(size))
    for start in range(0, len(seeds), count):
        pot = set(seeds[start : start + count])
        assert max(len(pot.intersection(group)) for group in drawn) == 1


def test_groups_draw_every_team_into_every_group() -> None:
    found = {
        (team, number)
        for seed in range(60)
        for number, group in enumerate(groups("ABCD", 2, "A", Random(seed)))
        for team in group
    }
    assert found == {(team, number) for team in "ABCD" for number in (0, 1)}


def sides(games: list[Pairing]) -> list[tuple[Any, Any]]:
    return [(game.home, game.away) for game in games]


def seeded(*pairs: tuple[int, int]) -> list[tuple[Seed, Seed]]:
    return [(Seed(home), Seed(away)) for home, away in pairs]


def test_knock_out_of_sixteen_has_the_usual_places() -> None:
    first, second, third, final = knock_out(16)
    assert sides(first) == seeded((1, 16), (8, 9), (4, 13), (5, 12), (2, 15), (7, 10), (3, 14), (6, 11))
    assert sides(second)[0] == (WinnerOf(1), WinnerOf(2))
    assert [game.number for game in third] == [13, 14]
    assert final == [Pairing(15, 4, 2, WinnerOf(13), WinnerOf(14))]
    assert [games[0].field for games in (first, second, third, final)] == [16, 8, 4, 2]


def test_knock_out_of_six_gives_the_best_two_a_bye() -> None:
    first, second, last = knock_out(6, third_place=True, first=69)
    assert sides(first) == seeded((4, 5), (3, 6))
    assert sides(second) == [(Seed(1), WinnerOf(69)), (Seed(2), WinnerOf(70))]
    assert last == [
        Pairing(73, 3, 2, LoserOf(71), LoserOf(72), third_place=True),
        Pairing(74, 3, 2, WinnerOf(71), WinnerOf(72)),
    ]


@quiet
@given(st.integers(2, 70))
def test_knock_out_of_n_teams_has_n_less_one_matches(size: int) -> None:
    rounds = knock_out(size)
    games = [game for games in rounds for game in games]
    assert [game.number for game in games] == list(range(1, size))
    sources = [source for game in games for source in (game.home, game.away)]
    assert sorted(source.number for source in sources if isinstance(source, Seed)) == list(range(1, size + 1))
    assert sorted(source.match for source in sources if isinstance(source, WinnerOf)) == list(range(1, size - 1))
    assert len(rounds) == (size - 1).bit_length()


@quiet
@given(st.integers(2, 70))
def test_knock_out_lets_the_better_seeds_meet_as_late_as_can_be(size: int) -> None:
    """If the better always wins, the best 2, 4, 8 and so on are still in when so many are left; the home side wins."""
    winners: dict[int, int] = {}
    for games in knock_out(size):
        for game in games:
            home, away = (
                source.number if isinstance(source, Seed) else winners[source.match]  # type: ignore[union-attr]
                for source in (game.home, game.away)
            )
            assert home < away
            assert home + away == game.field + 1
            winners[game.number] = home
    assert winners[size - 1] == 1


def test_seed_places_are_one_more_than_the_round_together() -> None:
    assert seed_places(5) == [1, 8, 4, 5, 2, 7, 3, 6]


def test_entered_puts_places_of_groups_in_the_place_of_seeds() -> None:
    entries = [RankOf("A", 1), RankOf("B", 1), BestRunnerUp(1), Given("guest")]
    rounds = entered(knock_out(4), entries)
    assert sides(rounds[0]) == [(RankOf("A", 1), Given("guest")), (RankOf("B", 1), BestRunnerUp(1))]
    assert rounds[1] == knock_out(4)[1]


def met_first(entries: list[str]) -> list[str]:
    found = []
    for game in knock_out(len(entries))[0]:
        if isinstance(game.home, Seed) and isinstance(game.away, Seed):
            found.append(f"{entries[game.home.number - 1]}-{entries[game.away.number - 1]}")
    return found


def of_group(entry: str) -> str | None:
    return entry[0] if entry[0] != "?" else None


# Entries by seed, and the first round after teams of one group were moved apart. A1 is the first of group A.
APART = [
    ("A1 B1 A2 B2", "A1-B2 B1-A2"),
    ("A1 B1 B2 A2", "A1-B2 B1-A2"),
    ("A1 B1 C1 D1 D2 C2 B2 A2", "A1-B2 D1-C2 B1-A2 C1-D2"),
    ("A1 B1 C1 D1 E1 ?1 ?2 ?3", "A1-?3 D1-E1 B1-?2 C1-?1"),
    # Only A's are left: one pair remains, the others are apart.
    ("A1 B1 A2 A3", "A1-A3 B1-A2"),
    # The best two have a bye.
    ("A1 B1 C1 D1 D2 C2", "D1-C2 C1-D2"),
    ("A1 B1", "A1-B1"),
]


@pytest.mark.parametrize(("entries", "expected"), APART)
def test_apart_keeps_teams_of_one_group_from_meeting_in_the_first_round(entries: str, expected: str) -> None:
    assert met_first(apart(entries.split(), of_group)) == expected.split()


@quiet
@given(st.integers(2, 16), st.data())
def test_apart_leaves_no_more_pairs_of_a_group_than_must_be(size: int, data: Any) -> None:
    """Against every way of pairing the better seeds of the first round with the lower ones."""
    names = data.draw(st.lists(st.sampled_from("ABC?"), min_size=size, max_size=size))
    entries = [f"{name}{place}" for place, name in enumerate(names)]
    moved = apart(entries, of_group)
    assert sorted(moved) == sorted(entries)
    pairs = [pair.split("-") for pair in met_first(entries)]
    uppers = [home for home, _away in pairs]
    assert [place for place, entry in enumerate(entries) if entry in uppers and moved[place] != entry] == []
    clashes = sum(home[0] == away[0] != "?" for home, away in (pair.split("-") for pair in met_first(moved)))
    assert clashes == fewest(uppers, [away for _home, away in pairs])


def fewest(uppers: list[str], lowers: list[str]) -> int:
    """By the marriage theorem: a group lacks opponents where it has more teams on both sides than there are pairs."""
    lacking = [
        sum(each[0] == name for each in uppers) + sum(each[0] == name for each in lowers) - len(uppers)
        for name in "ABC"
    ]
    return max(0, *lacking)
