"""Tables of groups: published ones, and worked examples where no published one is known to us."""

from dataclasses import replace
from typing import Any

import pytest

from events.league.games import Played
from events.league.rules import FIBA, FOOTBALL, UEFA, Rules
from events.league.standings import Row, standings
from tests.events.league.games import games, teams_of

UNDECIDED = ("undecided", None)

# FIBA, Official Basketball Rules, appendix D.2.1 (example 1).
FIBA_EXAMPLE_1 = """
A B 100:55
A C 90:85
A D 75:80
B C 100:95
B D 80:75
C D 60:55
"""
# FIBA, Official Basketball Rules, appendix D.2.2 (example 2).
FIBA_EXAMPLE_2 = """
A B 100:55
A C 90:85
A D 120:75
B C 100:85
B D 75:80
C D 65:55
"""
# Olympic Games 2016, men's basketball, group B (FIBA; BNS, 2016-08-13, for the table after four rounds). Four teams
# with three wins each. The score of Nigeria against Croatia is from memory; it decides nothing but the sums.
RIO_FOUR_ROUNDS = """
CRO ESP 72:70
BRA LTU 76:82
NGR ARG 66:94
ESP BRA 65:66
LTU NGR 89:80
CRO ARG 82:90
ESP NGR 96:87
LTU ARG 81:73
BRA CRO 76:80
LTU ESP 59:109
ARG BRA 111:107
"""
RIO = f"""{RIO_FOUR_ROUNDS.rstrip()}
NGR CRO 90:76
NGR BRA 69:86
ESP ARG 92:73
CRO LTU 90:81
"""
# World Championship 2010, men's basketball, group D: Spain, New Zealand and France with three wins each, and each with
# one against another. Final order as published by FIBA. The games of Canada and Lebanon, which decide nothing here, are
# partly from memory.
IZMIR = """
LTU NZL 92:79
LIB CAN 81:71
FRA ESP 72:66
LTU CAN 70:68
FRA LIB 86:59
ESP NZL 101:84
LTU ESP 76:73
NZL LIB 108:76
FRA CAN 68:63
ESP LIB 91:57
NZL CAN 71:61
LTU FRA 69:55
LTU LIB 84:66
NZL FRA 82:70
ESP CAN 89:67
"""
# UEFA Euro 2004, group C: three draws between three teams, decided by goals scored in them.
EURO_2004_C = """
DEN ITA 0:0
SWE BUL 5:0
BUL DEN 0:2
ITA SWE 1:1
ITA BUL 2:1
DEN SWE 2:2
"""
# UEFA Euro 2024, group E: four teams with four points.
EURO_2024_E = """
ROU UKR 3:0
BEL SVK 0:1
SVK UKR 1:2
BEL ROU 2:0
SVK ROU 1:1
UKR BEL 0:0
"""
# FIFA World Cup 1994, group E: four teams with four points and a difference of 0.
WORLD_CUP_1994_E = """
ITA IRL 0:1
NOR MEX 1:0
ITA NOR 1:0
MEX IRL 2:1
ITA MEX 1:1
IRL NOR 0:0
"""
# FIFA World Cup 2018, group B: decided by goals scored.
WORLD_CUP_2018_B = """
MAR IRN 0:1
POR ESP 3:3
POR MAR 1:0
IRN ESP 0:1
IRN POR 1:1
ESP MAR 2:2
"""
# FIFA World Cup 2018, group H: Japan before Senegal by the cards alone, which the rules kept here leave to a lot.
WORLD_CUP_2018_H = """
COL JPN 1:2
POL SEN 1:2
JPN SEN 2:2
POL COL 0:3
JPN POL 0:1
SEN COL 0:1
"""
# FIFA World Cup 2022, group E: decided by difference.
WORLD_CUP_2022_E = """
GER JPN 1:2
ESP CRC 7:0
JPN CRC 0:1
ESP GER 1:1
JPN ESP 2:1
CRC GER 2:4
"""


def table(text: str, rules: Rules, **given: Any) -> list[Row[str]]:
    played = games(text)
    return standings(teams_of(played), played, rules, **given)


def order(rows: list[Row[str]]) -> str:
    """``1 CRO 8, 2 ESP 8``: rank, team, points."""
    return ", ".join(f"{row.rank} {row.team} {row.points}" for row in rows)


PUBLISHED = [
    (FIBA_EXAMPLE_1, FIBA, "1 A 5, 2 B 5, 3 C 4, 4 D 4"),
    (FIBA_EXAMPLE_2, FIBA, "1 A 6, 2 B 4, 3 C 4, 4 D 4"),
    (RIO, FIBA, "1 CRO 8, 2 ESP 8, 3 LTU 8, 4 ARG 8, 5 BRA 7, 6 NGR 6"),
    (RIO_FOUR_ROUNDS, FIBA, "1 LTU 7, 2 ARG 7, 3 ESP 6, 4 CRO 5, 5 BRA 5, 6 NGR 3"),
    (IZMIR, FIBA, "1 LTU 10, 2 ESP 8, 3 NZL 8, 4 FRA 8, 5 LIB 6, 6 CAN 5"),
    (EURO_2004_C, UEFA, "1 SWE 5, 2 DEN 5, 3 ITA 5, 4 BUL 0"),
    (EURO_2024_E, UEFA, "1 ROU 4, 2 BEL 4, 3 SVK 4, 4 UKR 4"),
    (WORLD_CUP_1994_E, FOOTBALL, "1 MEX 4, 2 IRL 4, 3 ITA 4, 4 NOR 4"),
    (WORLD_CUP_2018_B, FOOTBALL, "1 ESP 5, 2 POR 5, 3 IRN 4, 4 MAR 1"),
    (WORLD_CUP_2018_H, FOOTBALL, "1 COL 6, 2 JPN 4, 2 SEN 4, 4 POL 3"),
    (WORLD_CUP_2022_E, FOOTBALL, "1 JPN 6, 2 ESP 4, 3 GER 4, 4 CRC 3"),
]


@pytest.mark.parametrize(("text", "rules", "expected"), PUBLISHED)
def test_standings_of_published_groups(text: str, rules: Rules, expected: str) -> None:
    assert order(table(text, rules)) == expected


def tie_breaks(rows: list[Row[str]]) -> dict[str, list[tuple[str, object]]]:
    return {row.team: list(row.tie_break) for row in rows if row.tie_break}


def test_standings_tell_what_decided_between_two() -> None:
    """Example 1: A won against B, and C against D; the better difference of A in all games is not asked."""
    won, lost = ("head_to_head_points", 2), ("head_to_head_points", 1)
    assert tie_breaks(table(FIBA_EXAMPLE_1, FIBA)) == {"A": [won], "B": [lost], "C": [won], "D": [lost]}


def test_standings_tell_that_a_difference_between_three_starts_again_for_two() -> None:
    """Example 2: B is ahead by the games among three, then C and D are looked at alone: D.1.4."""
    assert tie_breaks(table(FIBA_EXAMPLE_2, FIBA)) == {
        "B": [("head_to_head_difference", 10)],
        "C": [("head_to_head_difference", -5), ("head_to_head_points", 2)],
        "D": [("head_to_head_difference", -5), ("head_to_head_points", 1)],
    }


def test_standings_of_four_equal_teams_start_again_twice() -> None:
    rows = table(RIO, FIBA)
    assert tie_breaks(rows) == {
        "CRO": [("head_to_head_points", 5), ("head_to_head_points", 2)],
        "ESP": [("head_to_head_points", 5), ("head_to_head_points", 1)],
        "LTU": [("head_to_head_points", 4), ("head_to_head_points", 2)],
        "ARG": [("head_to_head_points", 4), ("head_to_head_points", 1)],
    }
    # Without starting again, Spain's 50 points against Lithuania would count against Croatia.
    unlike = table(RIO, replace(FIBA, restart=False))
    assert order(unlike).startswith("1 ESP 8, 2 CRO 8, 3 ARG 8, 4 LTU 8")


def test_standings_of_three_equal_teams_by_their_difference() -> None:
    assert tie_breaks(table(IZMIR, FIBA)) == {
        "ESP": [("head_to_head_difference", 11)],
        "NZL": [("head_to_head_difference", -5)],
        "FRA": [("head_to_head_difference", -6)],
    }


def test_standings_of_uefa_ask_goals_among_all_who_were_equal_before_they_ask_again() -> None:
    """Belgium won against Romania; but the three criteria are asked of all four teams first (article 20 a to d)."""
    assert tie_breaks(table(EURO_2024_E, UEFA)) == {
        "ROU": [("head_to_head_difference", 1), ("head_to_head_scored", 4)],
        "BEL": [("head_to_head_difference", 1), ("head_to_head_scored", 2)],
        "SVK": [("head_to_head_difference", 0)],
        "UKR": [("head_to_head_difference", -2)],
    }
    assert order(table(EURO_2024_E, replace(UEFA, restart=True))).startswith("1 BEL 4, 2 ROU 4")


def test_standings_of_uefa_ask_again_among_those_still_equal() -> None:
    """A worked example by article 20 d: B and C are equal in the games of three, and B won the one between them."""
    text = """
    B C 1:0
    A B 2:1
    C A 2:1
    A D 1:0
    B D 1:0
    C D 5:0
    """
    rows = table(text, UEFA)
    assert order(rows) == "1 A 6, 2 B 6, 3 C 6, 4 D 0"
    assert tie_breaks(rows) == {
        "A": [("head_to_head_scored", 3)],
        "B": [("head_to_head_scored", 2), ("head_to_head_points", 3)],
        "C": [("head_to_head_scored", 2), ("head_to_head_points", 0)],
    }
    without = tuple(name for name in UEFA.tie_breaks if name != "head_to_head_again")
    assert order(table(text, replace(UEFA, tie_breaks=without))) == "1 A 6, 2 C 6, 3 B 6, 4 D 0"


def test_standings_of_all_equal_by_difference_and_goals_ask_head_to_head() -> None:
    assert tie_breaks(table(WORLD_CUP_1994_E, FOOTBALL)) == {
        "MEX": [("scored", 3)],
        "IRL": [("scored", 2), ("head_to_head_points", 3)],
        "ITA": [("scored", 2), ("head_to_head_points", 0)],
        "NOR": [("scored", 1)],
    }


def test_standings_share_a_place_until_the_lot_is_drawn() -> None:
    rows = table(WORLD_CUP_2018_H, FOOTBALL)
    assert tie_breaks(rows) == {"JPN": [UNDECIDED], "SEN": [UNDECIDED]}
    assert [row.is_decided for row in rows] == [True, False, False, True]
    one_missing = table(WORLD_CUP_2018_H, FOOTBALL, lots={"SEN": 1})
    assert tie_breaks(one_missing) == {"JPN": [UNDECIDED], "SEN": [UNDECIDED]}
    rows = table(WORLD_CUP_2018_H, FOOTBALL, lots={"SEN": 2, "JPN": 1, "COL": 3})
    assert order(rows) == "1 COL 6, 2 JPN 4, 3 SEN 4, 4 POL 3"
    assert tie_breaks(rows) == {"JPN": [("lot", 1)], "SEN": [("lot", 2)]}


def test_standings_of_an_unfinished_group_rank_by_what_was_played() -> None:
    """Croatia has a game less than Brazil and the same points: the game between them counts."""
    rows = {row.team: row for row in table(RIO_FOUR_ROUNDS, FIBA)}
    assert (rows["CRO"].played, rows["BRA"].played) == (3, 4)
    assert rows["CRO"].tie_break == (("head_to_head_points", 2),)
    lithuania = rows["LTU"]
    assert (lithuania.won, lithuania.lost, lithuania.scored, lithuania.conceded) == (3, 1, 311, 338)
    assert lithuania.difference == -27


def test_standings_before_the_first_game_share_the_first_place() -> None:
    rows = standings(["B", "A", "C"], [], FIBA)
    assert order(rows) == "1 A 0, 1 B 0, 1 C 0"
    assert {row.tie_break for row in rows} == {(UNDECIDED,)}
    assert standings([], [], FIBA) == []
    assert standings(["A"], [], FIBA)[0].tie_break == ()


def test_standings_of_a_forfeit_give_no_point_and_twenty_to_nothing() -> None:
    """A worked example by articles 20.2 and D.1.1: C won as often as B and has no point for the game it missed."""
    text = """
    A B 70:60
    A C 0:0 forfeited_by=away
    B C 60:80
    B D 75:70
    C D 50:61
    A D 66:64
    """
    rows = table(text, FIBA)
    assert order(rows) == "1 A 6, 2 B 4, 3 D 4, 4 C 3"
    first, last = rows[0], rows[-1]
    assert (first.won, first.forfeits, first.scored) == (3, 0, 70 + 20 + 66)
    assert (last.won, last.lost, last.forfeits, last.scored, last.conceded) == (1, 2, 1, 130, 20 + 60 + 61)


# Whose fault, the board, and the points and the score that count.
AWARDED = [
    (FIBA, {"forfeited_by": "home"}, (0, 0), (0, 2), (0, 20)),
    (FIBA, {"forfeited_by": "away"}, (40, 90), (2, 0), (20, 0)),
    (FIBA, {"forfeited_by": "away"}, (90, 40), (2, 0), (20, 0)),
    (FIBA, {"forfeited_by": "both"}, (0, 0), (0, 0), (0, 0)),
    # FIBA on Philippines v Australia, Asian Qualifiers 2019 (2018-07-02): lost by default, the score stands, 1 point.
    (FIBA, {"defaulted_by": "home"}, (53, 89), (1, 2), (53, 89)),
    # Article 21.2: the team that led at that time loses 0 to 2.
    (FIBA, {"defaulted_by": "away"}, (53, 89), (2, 1), (2, 0)),
    (FIBA, {"defaulted_by": "away"}, (44, 44), (2, 1), (2, 0)),
    (FOOTBALL, {"forfeited_by": "away"}, (1, 1), (3, 0), (3, 0)),
    (FOOTBALL, {"forfeited_by": "away"}, (5, 0), (3, 0), (5, 0)),
    (FOOTBALL, {"forfeited_by": "home"}, (5, 0), (0, 3), (0, 3)),
    (FOOTBALL, {}, (1, 1), (1, 1), (1, 1)),
]


@pytest.mark.parametrize(("rules", "fault", "board", "points", "score"), AWARDED)
def test_standings_of_games_not_won_by_playing(
    rules: Rules, fault: Any, board: tuple[int, int], points: tuple[int, int], score: tuple[int, int]
) -> None:
    rows = {row.team: row for row in standings(["A", "B"], [Played("A", "B", *board, **fault)], rules)}
    assert (rows["A"].points, rows["B"].points) == points
    assert (rows["A"].scored, rows["A"].conceded) == score
    assert (rows["B"].conceded, rows["B"].scored) == score


def test_standings_add_adjustments_to_the_points_only() -> None:
    rows = table(FIBA_EXAMPLE_1, FIBA, adjustments={"A": -1})
    assert order(rows) == "1 B 5, 2 A 4, 3 C 4, 4 D 4"
    assert [row.adjustment for row in rows] == [0, -1, 0, 0]
    # Each of A, C and D beat another one by 5: the games between them count as they were played.
    assert tie_breaks(rows)["A"] == [("head_to_head_scored", 165)]


def test_standings_by_goal_average_compare_exactly_and_nothing_conceded_is_best() -> None:
    rules = Rules(win=2, draw=1, loss=0, forfeit=0, tie_breaks=("ratio", "wins", "head_to_head_wins"))
    # 300000/299999 and 300001/300000 are equal in seven decimals.
    text = """
    A X 300000:299999
    B Y 300001:300000
    C Z 1:0
    """
    rows = table(text, rules)
    assert [row.team for row in rows[:3]] == ["C", "A", "B"]
    assert rows[0].tie_break == (("ratio", None),)


BAD: list[tuple[list[str], Any, dict[str, Any], str]] = [
    (["A", "A"], [], {}, "in the group twice"),
    (["A", "B"], [("A", "C", 1, 0)], {}, "'C' has a result, but is not in the group"),
    (["A", "B"], [("A", "B", 1, 1)], {}, "no game ends level"),
    (["A", "B"], [], {"adjustments": {"C": 1}}, "'C' has an adjustment"),
]


@pytest.mark.parametrize(("teams", "played", "given", "message"), BAD)
def test_standings_refuse_what_cannot_be(teams: list[str], played: Any, given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        standings(teams, [Played(*each) for each in played], FIBA, **given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"away": "A"}, "against itself"),
        ({"home_score": -1}, "below zero"),
        ({"forfeited_by": "home", "defaulted_by": "away"}, "not both"),
    ],
)
def test_played_refuses_what_cannot_be(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Played(**{"home": "A", "away": "B"} | given)
