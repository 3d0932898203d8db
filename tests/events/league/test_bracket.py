"""Which teams of a knock-out are known, and what depends on what."""

import pytest

from events.league.bracket import changed, dependants, dependants_of_group, feeders, resolve
from events.league.draws import Pairing, entered, knock_out
from events.league.sources import BestRunnerUp, Given, RankOf, Seed, WinnerOf

# Semi-finals 1 and 2, third place 3, final 4.
FOUR = [
    game
    for games in entered(
        knock_out(4, third_place=True), [RankOf("A", 1), RankOf("B", 1), BestRunnerUp(1), RankOf("A", 2)]
    )
    for game in games
]
TABLES = {("A", 1): "a1", ("A", 2): "a2", ("B", 1): "b1"}


def test_resolve_before_anything_is_known() -> None:
    assert resolve(FOUR, {}, {}, {}) == {}


def test_resolve_knows_places_of_final_groups() -> None:
    assert resolve(FOUR, {}, {("A", 1): "a1", ("A", 2): "a2"}, {}) == {(1, "home"): "a1", (1, "away"): "a2"}


def test_resolve_follows_winners_and_losers_through_rounds() -> None:
    known = resolve(FOUR, {1: "away", 2: "home", 4: "home"}, TABLES, {1: "b2"})
    assert known == {
        (1, "home"): "a1",
        (1, "away"): "a2",
        (2, "home"): "b1",
        (2, "away"): "b2",
        (3, "home"): "a1",
        (3, "away"): "b2",
        (4, "home"): "a2",
        (4, "away"): "b1",
    }


def test_resolve_names_no_winner_of_a_side_that_is_not_known() -> None:
    """The best runner-up won match 2; who that is, is open. The loser is known."""
    known = resolve(FOUR, {2: "away"}, TABLES, {})
    assert (4, "away") not in known
    assert known[(3, "away")] == "b1"


def test_resolve_takes_seeds_and_given_teams_and_leaves_foreign_matches_open() -> None:
    matches = [Pairing(5, 1, 2, Seed(1), Given("guest")), Pairing(6, 2, 2, WinnerOf(99), WinnerOf(5))]
    assert resolve(matches, {5: "away", 99: "home"}, {}, {}, seeds={1: "best"}) == {
        (5, "home"): "best",
        (5, "away"): "guest",
        (6, "away"): "guest",
    }


def test_resolve_refuses_matches_that_wait_for_each_other() -> None:
    circle = [Pairing(1, 1, 2, WinnerOf(2), Seed(1)), Pairing(2, 1, 2, WinnerOf(1), Seed(2))]
    with pytest.raises(ValueError, match="waits for itself"):
        resolve(circle, {1: "home", 2: "home"}, {}, {})


@pytest.mark.parametrize("size", [2, 5, 16, 23])
def test_resolve_finds_the_champion_of_any_field(size: int) -> None:
    matches = [game for games in knock_out(size) for game in games]
    seeds = {number: f"seed-{number}" for number in range(1, size + 1)}
    known = resolve(matches, {game.number: "away" for game in matches}, {}, {}, seeds)
    assert len(known) == 2 * (size - 1)
    losers = {known[(game.number, "home")] for game in matches}
    assert set(seeds.values()) - losers == {known[(matches[-1].number, "away")]}


def test_feeders_are_the_matches_a_match_waits_for() -> None:
    assert [feeders(game) for game in FOUR] == [set(), set(), {1, 2}, {1, 2}]


def test_dependants_go_on_to_the_final() -> None:
    matches = [game for games in knock_out(16) for game in games]
    assert dependants(matches, 3) == {10, 13, 15}
    assert dependants(matches, 14) == {15}
    assert dependants(matches, 15) == set()
    assert dependants(FOUR, 1) == {3, 4}


def test_dependants_of_a_group_have_its_places_or_the_runners_up() -> None:
    entries = [RankOf("A", 1), RankOf("B", 1), RankOf("C", 1), RankOf("D", 1)]
    matches = [game for games in entered(knock_out(4), entries) for game in games]
    assert dependants_of_group(matches, "A") == {1, 3}
    assert dependants_of_group(matches, "B") == {2, 3}
    assert dependants_of_group(matches, "E") == set()
    assert dependants_of_group(FOUR, "E") == {2, 3, 4}


def test_changed_names_the_matches_that_a_correction_upsets() -> None:
    before = resolve(FOUR, {1: "home"}, TABLES, {})
    assert changed(before, resolve(FOUR, {1: "away"}, TABLES, {})) == {3, 4}
    assert changed(before, resolve(FOUR, {}, TABLES, {})) == {3, 4}
    assert changed(before, resolve(FOUR, {1: "home", 2: "home"}, TABLES, {1: "b2"})) == set()
    assert changed(before, resolve(FOUR, {1: "home"}, TABLES | {("A", 2): "a3"}, {})) == {1, 3}
