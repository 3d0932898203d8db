"""Runners-up of groups of different size, and who goes on from the groups. Worked examples."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.league.advancing import Advance, Advancing, advancing
from events.league.games import Line, Outcome
from events.league.ranking import Value, shown
from events.league.rules import FIBA
from events.league.runners_up import lost_ratio, rank_runners_up
from events.league.standings import GroupTable, group_table
from tests.events.league.games import games, teams_of

LEAGUE_2025 = Advance(first=1, runners_up=2, order=("lost_ratio", "lot"))
UNDECIDED = ("undecided", None)

# Five teams: the runner-up A2 lost one game, 60 to 80.
GROUP_A = """
A1 A2 80:60
A1 A3 70:60
A1 A4 70:60
A1 A5 70:60
A2 A3 75:60
A2 A4 75:60
A2 A5 80:60
A3 A4 70:60
A3 A5 70:60
A4 A5 70:60
"""
# Four teams: the runner-up B2 lost one game, 70 to 80.
GROUP_B = """
B1 B2 80:70
B1 B3 80:60
B1 B4 90:50
B2 B3 80:70
B2 B4 70:60
B3 B4 65:60
"""
# Four teams of which three won one game: the runner-up C2 lost two games, 50 to 80 and 63 to 70.
GROUP_C = """
C1 C2 80:50
C3 C2 70:63
C2 C4 90:60
C1 C3 80:70
C1 C4 80:70
C4 C3 72:70
"""
# Four teams: the runner-up D2 lost none, but missed the game against D1.
GROUP_D = """
D1 D2 0:0 forfeited_by=away
D2 D3 80:60
D2 D4 80:60
D1 D3 70:60
D1 D4 70:60
D3 D4 66:60
"""


def group(name: str, text: str, final: bool = True, **given: dict[str, int]) -> GroupTable[str]:
    played = games(text)
    return group_table(name, teams_of(played), played, FIBA, final, **given)


TABLES = [group("A", GROUP_A), group("B", GROUP_B), group("C", GROUP_C), group("D", GROUP_D)]


def line(scored: int, conceded: int) -> Line[str]:
    return Line("X", scored, conceded, Outcome.WON if scored > conceded else Outcome.LOST)


RATIOS: list[tuple[list[Line[str]], Value]] = [
    ([], None),
    ([line(70, 60), line(80, 70)], None),
    ([line(60, 80)], Fraction(3, 4)),
    ([line(90, 10), line(60, 80)], Fraction(3, 4)),
    # The mean of 0.625 and 0.9, not 113 to 150.
    ([line(50, 80), line(63, 70)], Fraction(61, 80)),
    ([line(66, 70), line(1, 3), line(2, 3)], (Fraction(66, 70) + 1) / 3),
    ([Line("X", 0, 20, Outcome.FORFEITED)], Fraction(0)),
    ([Line("X", 0, 0, Outcome.FORFEITED)], Fraction(0)),
]


@pytest.mark.parametrize(("lines", "expected"), RATIOS)
def test_lost_ratio_is_the_mean_of_the_games_lost(lines: list[Line[str]], expected: Value) -> None:
    assert lost_ratio(lines) == expected


def test_runners_up_of_2025_rank_by_the_ratio_in_the_games_they_lost() -> None:
    """The rule as the league published it in 2025; the results are a worked example, because its own are not public."""
    ranked = rank_runners_up(TABLES, FIBA, ("lost_ratio", "lot"))
    assert [(each.row.rank, each.group, each.row.team) for each in ranked] == [
        (1, "B", "B2"),
        (2, "C", "C2"),
        (3, "A", "A2"),
        (4, "D", "D2"),
    ]
    values = [each.row.tie_break for each in ranked]
    assert values == [
        (("lost_ratio", Fraction(70, 80)),),
        (("lost_ratio", Fraction(61, 80)),),
        (("lost_ratio", Fraction(3, 4)),),
        (("lost_ratio", Fraction(0)),),
    ]
    assert [shown(each[0][1]) for each in values] == [0.875, 0.7625, 0.75, 0.0]


def test_runners_up_without_a_lost_game_rank_first() -> None:
    """In an unfinished group: as if it ended now."""
    unfinished = group("E", "E1 E3 80:60\nE1 E4 70:60\nE2 E3 70:60\nE2 E4 70:69", final=False)
    ranked = rank_runners_up([*TABLES, unfinished], FIBA, ("lost_ratio",))
    assert (ranked[0].row.team, ranked[0].row.tie_break) == ("E2", (("lost_ratio", None),))


def test_runners_up_rank_by_points_difference_and_score_of_a_game() -> None:
    """Three games against four: 7 of 4 games are 1.75 points each, 5 of 3 are 1.67."""
    ranked = rank_runners_up(TABLES, FIBA, ("points_per_game", "difference_per_game", "scored_per_game"))
    assert [each.row.team for each in ranked] == ["A2", "B2", "D2", "C2"]
    assert ranked[0].row.tie_break == (("points_per_game", Fraction(7, 4)),)
    assert ranked[1].row.tie_break == (("points_per_game", Fraction(5, 3)),)
    # C2 and D2 have 4 points of 3 games each; only then is the difference asked.
    assert ranked[2].row.tie_break == (("points_per_game", Fraction(4, 3)), ("difference_per_game", Fraction(20, 3)))
    assert [shown(value) for _rule, value in ranked[3].row.tie_break] == [1.3333, -2.3333]


def test_runners_up_may_leave_out_results_against_the_last_of_larger_groups() -> None:
    ranked = rank_runners_up(TABLES, FIBA, ("difference_per_game",), against_last_counts=False)
    of_a = next(each.row for each in ranked if each.group == "A")
    assert (of_a.played, of_a.won, of_a.points) == (3, 2, 5)
    assert (of_a.scored, of_a.conceded) == (60 + 75 + 75, 80 + 60 + 60)
    of_b = next(each.row for each in ranked if each.group == "B")
    assert of_b.played == 3


def test_runners_up_count_an_adjustment_among_the_points() -> None:
    tables = [group("A", GROUP_A, adjustments={"A2": -1, "A3": -3, "A4": -3, "A5": -3}), TABLES[1]]
    ranked = rank_runners_up(tables, FIBA, ("points_per_game",))
    assert [(each.row.team, each.row.points) for each in ranked] == [("B2", 5), ("A2", 6)]


def test_runners_up_that_are_equal_share_a_rank_until_a_lot() -> None:
    twin = group("T", GROUP_B.replace("B", "T"))
    ranked = rank_runners_up([twin, TABLES[1]], FIBA, ("lost_ratio", "lot"))
    assert [(each.row.rank, each.row.team, each.row.tie_break) for each in ranked] == [
        (1, "B2", (UNDECIDED,)),
        (1, "T2", (UNDECIDED,)),
    ]
    ranked = rank_runners_up([twin, TABLES[1]], FIBA, ("lost_ratio", "lot"), lots={"B2": 2, "T2": 1})
    assert [(each.row.rank, each.row.team, each.row.tie_break) for each in ranked] == [
        (1, "T2", (("lot", 1),)),
        (2, "B2", (("lot", 2),)),
    ]


@settings(max_examples=30, deadline=None, database=None)
@given(st.permutations(TABLES))
def test_runners_up_never_depend_on_the_order_of_groups(tables: list[GroupTable[str]]) -> None:
    order = ("points_per_game", "lost_ratio", "lot")
    assert rank_runners_up(tables, FIBA, order) == rank_runners_up(TABLES, FIBA, order)


def test_advancing_of_final_groups() -> None:
    found = advancing(TABLES, FIBA, LEAGUE_2025)
    assert found.advances == {"A1", "B1", "C1", "D1", "B2", "C2"}
    assert found.best == {1: "B2", 2: "C2", 3: "A2", 4: "D2"}
    assert found.places[("A", 5)] == "A5"
    assert len(found.places) == 17
    assert found.lots_needed == ()


def test_advancing_tells_nothing_of_a_group_that_is_not_final_and_nothing_of_the_best_before_all_are() -> None:
    tables = [group("A", GROUP_A, final=False), *TABLES[1:]]
    found = advancing(tables, FIBA, LEAGUE_2025)
    assert found.advances == {"B1", "C1", "D1"}
    assert {name for name, _place in found.places} == {"B", "C", "D"}
    assert found.best == {}
    assert [each.row.team for each in found.runners_up] == ["B2", "C2", "A2", "D2"]


def test_advancing_of_a_league_without_a_next_round_has_places_only() -> None:
    found = advancing(TABLES, FIBA, Advance(first=0))
    assert (found.advances, found.runners_up, len(found.places)) == (frozenset(), (), 17)


def test_advancing_of_a_first_place_that_needs_a_lot_names_the_teams() -> None:
    equal = "\n".join(["E1 E2 70:60", "E2 E3 70:60", "E3 E1 70:60"])
    tables = [group("E", equal), TABLES[1]]
    found = advancing(tables, FIBA, Advance(first=1))
    assert (found.advances, found.lots_needed) == ({"B1"}, (("E1", "E2", "E3"),))
    assert ("E", 1) not in found.places
    # With three going on it is certain who, though not in which place.
    found = advancing(tables, FIBA, Advance(first=3))
    assert found.advances == {"E1", "E2", "E3", "B1", "B2", "B3"}
    assert found.lots_needed == (("E1", "E2", "E3"),)
    drawn = group("E", equal, lots={"E1": 3, "E2": 1, "E3": 2})
    found = advancing([drawn, TABLES[1]], FIBA, Advance(first=1))
    assert found == Advancing(
        places={("E", 1): "E2", ("E", 2): "E3", ("E", 3): "E1"}
        | {("B", place): team for place, team in enumerate(["B1", "B2", "B3", "B4"], 1)},
        advances=frozenset({"E2", "B1"}),
    )


def test_advancing_of_runners_up_that_need_a_lot_names_them_where_it_decides() -> None:
    tables = [TABLES[1], group("T", GROUP_B.replace("B", "T"))]
    one = Advance(first=1, runners_up=1, order=("lost_ratio", "lot"))
    found = advancing(tables, FIBA, one)
    assert (found.advances, found.best, found.lots_needed) == ({"B1", "T1"}, {}, (("B2", "T2"),))
    found = advancing(tables, FIBA, one, lots={"B2": 2, "T2": 1})
    assert (found.advances, found.best, found.lots_needed) == ({"B1", "T1", "T2"}, {1: "T2", 2: "B2"}, ())
    two = Advance(first=1, runners_up=2, order=("lost_ratio", "lot"))
    assert advancing(tables, FIBA, two).advances == {"B1", "T1", "B2", "T2"}


def test_advancing_waits_for_the_lot_between_the_last_where_results_against_them_do_not_count() -> None:
    """A4 and A5 are equal: against which of them A2's result does not count is open."""
    text = GROUP_A.replace("A4 A5 70:60", "A4 A5 70:70 forfeited_by=both").replace("A2 A5 80:60", "A2 A5 75:60")
    tables = [group("A", text), TABLES[1]]
    rule = Advance(first=1, runners_up=1, order=("difference_per_game",), against_last_counts=False)
    found = advancing(tables, FIBA, rule)
    assert (found.lots_needed, found.best) == ((("A4", "A5"),), {})
    found = advancing(tables, FIBA, Advance(first=1, runners_up=1, order=("difference_per_game",)))
    assert (found.lots_needed, found.best) == ((), {1: "A2", 2: "B2"})


def test_advancing_waits_for_the_lot_between_runners_up_of_a_group() -> None:
    """E2, E3 and E4 are equal behind E1: which of them is compared with B2 is not known."""
    equal = "E1 E2 70:60\nE1 E3 70:60\nE1 E4 70:60\nE2 E3 70:60\nE3 E4 70:60\nE4 E2 70:60"
    found = advancing([group("E", equal), TABLES[1]], FIBA, Advance(first=1, runners_up=1, order=("lost_ratio",)))
    assert (found.advances, found.best) == ({"E1", "B1"}, {})
    assert found.lots_needed == (("E2", "E3", "E4"),)
