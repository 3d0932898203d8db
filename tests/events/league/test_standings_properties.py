"""What holds of every table, however the results come in."""

from itertools import combinations
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.league.games import Played
from events.league.rules import FIBA, FOOTBALL, PRESETS, Rules
from events.league.standings import Row, standings

quiet = settings(max_examples=150, deadline=None, database=None)
FAULTS: list[dict[str, Any]] = [{}] * 8 + [
    {"forfeited_by": "home"},
    {"forfeited_by": "away"},
    {"forfeited_by": "both"},
    {"defaulted_by": "away"},
]


@st.composite
def seasons(draw: Any) -> tuple[list[str], list[Played[str]], Rules, dict[str, int], dict[str, int]]:
    """Two to six teams, some of their games with low scores, so that many are equal; one or two legs."""
    teams = [f"team-{letter}" for letter in "abcdef"[: draw(st.integers(2, 6))]]
    rules = PRESETS[draw(st.sampled_from(sorted(PRESETS)))]
    pairs = list(combinations(teams, 2)) * draw(st.integers(1, 2))
    played = []
    for home, away in draw(st.lists(st.sampled_from(pairs), max_size=len(pairs), unique_by=id)):
        scores = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
        if rules.draw is None and scores[0] == scores[1]:
            scores = (scores[0] + 1, scores[1])
        played.append(Played(home, away, *scores, **draw(st.sampled_from(FAULTS))))
    adjustments = draw(st.dictionaries(st.sampled_from(teams), st.integers(-2, 2)))
    numbers = draw(st.permutations(range(len(teams))))
    lots = dict(zip(teams, numbers, strict=True)) if draw(st.booleans()) else {}
    return teams, played, rules, adjustments, lots


@quiet
@given(seasons(), st.data())
def test_standings_never_depend_on_the_order_of_teams_or_results(season: Any, data: Any) -> None:
    teams, played, rules, adjustments, lots = season
    shuffled = data.draw(st.permutations(teams)), data.draw(st.permutations(played))
    assert standings(*shuffled, rules, adjustments, lots) == standings(teams, played, rules, adjustments, lots)


def anonymous(rows: list[Row[Any]], names: dict[str, Any]) -> dict[Any, Any]:
    return {names[row.team]: (row.rank, row.points, row.tie_break) for row in rows}


@quiet
@given(seasons(), st.data())
def test_standings_never_depend_on_what_the_teams_are_called(season: Any, data: Any) -> None:
    teams, played, rules, adjustments, lots = season
    names = dict(zip(teams, data.draw(st.permutations(range(len(teams)))), strict=True))
    renamed = [
        Played(
            names[game.home], names[game.away], game.home_score, game.away_score, game.forfeited_by, game.defaulted_by
        )
        for game in played
    ]
    rows = standings(
        sorted(names.values()),
        renamed,
        rules,
        {names[team]: number for team, number in adjustments.items()},
        {names[team]: number for team, number in lots.items()},
    )
    expected = anonymous(standings(teams, played, rules, adjustments, lots), names)
    assert {row.team: (row.rank, row.points, row.tie_break) for row in rows} == expected


@quiet
@given(seasons())
def test_standings_add_up_and_are_in_order(season: Any) -> None:
    teams, played, rules, adjustments, lots = season
    rows = standings(teams, played, rules, adjustments, lots)
    assert sorted(row.team for row in rows) == teams
    assert sum(row.scored for row in rows) == sum(row.conceded for row in rows)
    assert sum(row.played for row in rows) == 2 * len(played)
    assert all(row.played == row.won + row.drawn + row.lost and row.forfeits <= row.lost for row in rows)
    assert [row.points for row in rows] == sorted((row.points for row in rows), reverse=True)
    for place, row in enumerate(rows, 1):
        sharing = [each for each in rows if each.rank == row.rank]
        assert row.rank <= place < row.rank + len(sharing)
        assert row.is_decided == (len(sharing) == 1)
        assert len({each.points for each in sharing}) == 1
        alone = [each.points for each in rows].count(row.points) == 1
        assert alone == (row.tie_break == ())
    if lots:
        assert all(row.is_decided for row in rows)


@quiet
@given(seasons())
def test_standings_of_two_equal_teams_that_met_follow_their_game(season: Any) -> None:
    """By FIBA, two teams alone on their points stand as the game between them ended."""
    teams, played, _rules, _adjustments, _lots = season
    decisive = [game for game in played if game.home_score != game.away_score or game.forfeited_by]
    rows = standings(teams, decisive, FIBA)
    for one, two in combinations(rows, 2):
        if [row.points for row in rows].count(one.points) != 2 or one.points != two.points:
            continue
        between = standings(
            [one.team, two.team], [game for game in decisive if {game.home, game.away} == {one.team, two.team}], FIBA
        )
        if between[0].points != between[1].points:
            assert between[0].team == one.team


@quiet
@given(seasons())
def test_standings_of_football_follow_difference_then_goals(season: Any) -> None:
    teams, played, _rules, _adjustments, lots = season
    rows = standings(teams, played, FOOTBALL, lots=lots)
    keys = [(row.points, row.difference, row.scored) for row in rows]
    assert keys == sorted(keys, reverse=True)
