"""A season by thought alone: drawn, played, sixteen qualified, and the bracket fills itself."""

from random import Random

from events.league.advancing import Advance, Advancing, advancing
from events.league.bracket import changed, dependants_of_group, resolve
from events.league.draws import Pairing, apart, entered, groups, knock_out, round_robin
from events.league.games import Played, Side
from events.league.rules import FIBA
from events.league.sources import BestRunnerUp, RankOf, Source
from events.league.standings import GroupTable, group_table

# The rule of 2025: ten winners and the six best runners-up.
RULE = Advance(first=1, runners_up=6, order=("lost_ratio", "lot"))
NAMES = "ABCDEFGHIJ"


def result(home: str, away: str, random: Random) -> Played[str]:
    home_score = random.randint(40, 90)
    return Played(home, away, home_score, home_score + random.choice([-12, -7, -3, 2, 5, 11]))


def played_groups(random: Random, final: bool) -> list[GroupTable[str]]:
    teams = [f"team-{number:02}" for number in range(42)]
    tables = []
    for name, drawn in zip(NAMES, groups(teams, 10, teams[:8], random), strict=True):
        rounds = round_robin(drawn)
        played = [result(home, away, random) for games in (rounds if final else rounds[:-1]) for home, away in games]
        lots = {team: place for place, team in enumerate(drawn)}
        tables.append(group_table(name, drawn, played, FIBA, final, lots=lots))
    return tables


def bracket() -> list[Pairing]:
    entries: list[Source] = [*(RankOf(name, 1) for name in NAMES), *(BestRunnerUp(number) for number in range(1, 7))]
    return [game for games in entered(knock_out(16, third_place=True, first=69), entries) for game in games]


def known(found: Advancing[str], outcomes: dict[int, Side]) -> dict[tuple[int, Side], object]:
    return dict(resolve(bracket(), outcomes, found.places, found.best))


def test_season_fills_the_bracket_from_groups_to_the_champion() -> None:
    random = Random(2025)
    tables = played_groups(random, final=True)
    assert sum(len(table.played) for table in tables) == 68
    found = advancing(tables, FIBA, RULE)
    assert (len(found.advances), found.lots_needed) == (16, ())
    first_round = known(found, {})
    assert len(first_round) == 16
    assert set(first_round.values()) == found.advances
    outcomes: dict[int, Side] = {game.number: random.choice(["home", "away"]) for game in bracket()}
    final = known(found, outcomes)
    assert len(final) == 2 * 16
    champion = final[(84, outcomes[84])]
    assert champion in found.advances


def test_season_before_the_groups_are_final_knows_nobody() -> None:
    found = advancing(played_groups(Random(2025), final=False), FIBA, RULE)
    assert (found.advances, found.places, found.best) == (frozenset(), {}, {})
    assert len(found.runners_up) == 10
    assert known(found, {}) == {}


def test_season_correction_of_a_group_upsets_only_what_depends_on_it() -> None:
    tables = played_groups(Random(2025), final=True)
    before = known(advancing(tables, FIBA, RULE), {})
    winner = tables[0].rows[0].team
    forfeited = [
        Played(game.home, game.away, forfeited_by="home" if game.home == winner else "away")
        if winner in (game.home, game.away)
        else game
        for game in tables[0].played
    ]
    corrected = group_table("A", [row.team for row in tables[0].rows], forfeited, FIBA, final=True)
    after = known(advancing([corrected, *tables[1:]], FIBA, RULE), {})
    assert 69 in changed(before, after)
    assert changed(before, after) <= dependants_of_group(bracket(), "A")


def test_season_can_keep_teams_of_a_group_apart_once_they_are_known() -> None:
    tables = played_groups(Random(7), final=True)
    found = advancing(tables, FIBA, RULE)
    of_group = {row.team: table.name for table in tables for row in table.rows}
    entries = [*(found.places[(name, 1)] for name in NAMES), *(found.best[number] for number in range(1, 7))]
    moved = apart(entries, of_group.get)
    assert sorted(moved) == sorted(found.advances)
    for better in range(8):
        assert of_group[moved[better]] != of_group[moved[15 - better]]
