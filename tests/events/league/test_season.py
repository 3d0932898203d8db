"""A season: drawn, scheduled, played, sixteen qualified, and the bracket fills itself. First by thought alone, then as
an organizer makes it and visitors read it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from core.changes.edits import edit
from core.models import Act
from events.conflicts import find_conflicts
from events.league.advancing import Advance, Advancing, advancing
from events.league.bracket import changed, dependants_of_group, resolve
from events.league.drawing import draw_groups, stage_of
from events.league.draws import Pairing, apart, entered, groups, knock_out, round_robin
from events.league.entrants import Field
from events.league.games import Played, Side
from events.league.models import Competition, Match, StageKind
from events.league.producing import make_group_matches, make_knock_out
from events.league.results import record
from events.league.rules import FIBA
from events.league.scheduling import Windows, schedule
from events.league.sources import BestRunnerUp, RankOf, Source
from events.league.standings import GroupTable, group_table
from events.league.timetabling import Terms
from events.placing import places_of
from tests import factories, factories_teams
from tests.asking import send
from tests.factories import at, text

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


# As it is made and read

NUMBER = 20250507
NOW = at(2026, 4, 1, 12)


def strength(slug: str) -> int:
    """team-01 is the strongest; whoever is stronger wins, so that no two of a group are level."""
    return 43 - int(slug.removeprefix("team-"))


def score_of(home: str, away: str) -> dict[str, Any]:
    return {"home_score": 60 + strength(home), "away_score": 60 + strength(away)}


def begin() -> SimpleNamespace:
    """42 teams, eight of them seeded, and three courts."""
    with edit():
        ours = factories.organizer(slug="ours")
        publisher = factories.member("publisher", ours, "publisher")
        park = factories.venue(slug="park")
        courts = [factories.space(park, slug=f"court-{number}") for number in (1, 2, 3)]
        event = factories.league(slug="season", venues=[park], organizer=ours)
        rule = {"order": ["lost_ratio", "lot"]}
        Competition(event=event, advance=1, best_runners_up=6, runners_up=rule).save()
        for number in range(1, 43):
            team = factories_teams.team(
                slug=f"team-{number:02}", organizer=ours, name=text(f"{number}队", en=f"Team {number}")
            )
            factories_teams.entry(event, team, seed=number if number <= 8 else None)
    return SimpleNamespace(event=event, courts=courts, publisher=publisher)


def produce(season: SimpleNamespace) -> None:
    event = season.event
    season.draw = draw_groups(event, stage_of(event, StageKind.GROUPS), 10, NUMBER, season.publisher)
    make_group_matches(stage_of(event, StageKind.GROUPS), by=season.publisher)
    make_knock_out(stage_of(event, StageKind.KNOCK_OUT), Field.GROUPS, by=season.publisher, third_place=True)
    windows = Windows(date(2026, 5, 1), date(2026, 5, 31), frozenset(range(7)), (9 * 60, 11 * 60, 14 * 60, 19 * 60))
    courts = [key for key, place in places_of(event).items() if place.space]
    terms = Terms(timedelta(minutes=90), rest=timedelta(hours=1), one_a_day=True)
    season.timetable = schedule(event, None, windows, courts, terms, by=season.publisher)
    season.conflicts = find_conflicts(event, NOW)
    factories.release(event)
    related = ("slot", "group", "home__team", "away__team")
    season.matches = list(Match.objects.filter(slot__event=event).select_related(*related).order_by("number"))


def play_groups(season: SimpleNamespace) -> None:
    """Each result is entered as a scorer enters it; who goes on is decided with the last one."""
    for match in season.matches:
        if match.group:
            scores = score_of(match.home.team.slug, match.away.team.slug)
            record(season.event, match.slot.uid, {"state": "confirmed", **scores}, season.publisher, 0)


def play_finals(season: SimpleNamespace, client: Any) -> None:
    """Round by round, from what visitors are told; the first by the manage API."""
    for number in range(1, 5):
        rounds = client.get("/api/v1/events/season/bracket").json()["rounds"]
        for place, match in enumerate(
            match for each in rounds if each["number"] == number for match in each["matches"]
        ):
            sides = {each["role"]: each["slug"] for each in match["participants"]}
            scores = score_of(sides["home"], sides["away"])
            if number == 1 and place == 0:
                body = {"version": 0, "state": "confirmed", "score": dict(zip(sides, scores.values(), strict=True))}
                send(season.publisher, "put", f"/api/v1/manage/slots/{match['uid']}/result", body)
            else:
                record(season.event, UUID(match["uid"]), {"state": "confirmed", **scores}, season.publisher, 0)


@pytest.fixture(scope="module")
def played(kept: None) -> Iterator[SimpleNamespace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: NOW)
        season = begin()
        produce(season)
        client = Client()
        season.empty = client.get("/api/v1/events/season/bracket?lang=en").json()
        play_groups(season)
        season.standings = client.get("/api/v1/events/season/standings?lang=en").json()
        play_finals(season, client)
        season.bracket = client.get("/api/v1/events/season/bracket?lang=en").json()
        yield season


def test_season_is_drawn_with_seeds_apart_by_a_number_that_the_log_keeps(played: SimpleNamespace, db: None) -> None:
    drawn = {group.slug: [entry.team.slug for entry in entries] for group, entries in played.draw.groups}
    assert sorted(drawn) == list("abcdefghij")
    assert sorted(map(len, drawn.values())) == [4] * 8 + [5] * 2
    assert max(Counter(slug <= "team-08" for slug in slugs)[True] for slugs in drawn.values()) == 1
    slugs = [f"team-{number:02}" for number in range(1, 43)]
    assert groups(slugs, 10, slugs[:8], Random(NUMBER)) == list(drawn.values())
    note = Act.objects.filter(kind="event", fields=["groups"]).get().note
    assert str(NUMBER) in note
    assert all(f"{entry.team}" in note for _group, entries in played.draw.groups for entry in entries)


def test_season_is_scheduled_into_three_courts_without_a_clash(played: SimpleNamespace, db: None) -> None:
    placed = played.timetable.placed
    assert (len(placed), played.timetable.left, played.conflicts) == (84, [], [])
    assert {slot.space for slot in placed} == set(played.courts)
    assert max(Counter((slot.space, slot.starts_at) for slot in placed).values()) == 1
    by_uid = {slot.uid: slot for slot in placed}
    days = Counter(
        (team, by_uid[match.slot.uid].day)
        for match in played.matches
        if match.group
        for team in (match.home_id, match.away_id)
    )
    assert (len(days), max(days.values())) == (2 * 68, 1)


def test_season_matches_have_numbers_titles_and_rounds_in_every_language(played: SimpleNamespace, db: None) -> None:
    assert [match.number for match in played.matches] == list(range(1, 85))
    match = played.matches[0]
    home, away = (entry.team.slug.removeprefix("team-").lstrip("0") for entry in (match.home, match.away))
    assert match.slot.title == {
        "zh-Hans": f"A组 第1轮 {home}队 – {away}队",
        "en": f"Group A, Round 1: Team {home} – Team {away}",
        "de": f"Gruppe A, Runde 1: Team {home} – Team {away}",
    }
    names = {
        (each.round, each.round_name["zh-Hans"], each.round_name["de"]) for each in played.matches if not each.group
    }
    assert names == {
        (1, "1/8决赛", "Achtelfinale"),
        (2, "1/4决赛", "Viertelfinale"),
        (3, "半决赛", "Halbfinale"),
        (4, "三四名决赛", "Spiel um Platz 3"),
        (4, "决赛", "Finale"),
    }


def test_season_qualifies_ten_winners_and_the_six_best_runners_up(played: SimpleNamespace, db: None) -> None:
    drawn = {
        group.slug: sorted((entry.team.slug for entry in entries), key=strength, reverse=True)
        for group, entries in played.draw.groups
    }
    shown = {each["slug"]: each["rows"] for each in played.standings["groups"]}
    assert played.standings["final"] is True
    assert {slug: [row["team"]["slug"] for row in rows] for slug, rows in shown.items()} == drawn
    # The rule of 2025: the ratio of points scored to conceded in the game lost, which is that against the winner.
    ratios = {ahead[1]: (60 + strength(ahead[1])) / (60 + strength(ahead[0])) for ahead in drawn.values()}
    best = sorted(ratios, key=lambda slug: ratios[slug], reverse=True)
    ranked = [(row["team"]["slug"], row["advances"]) for row in played.standings["runners_up"]]
    assert ranked == [(slug, place < 6) for place, slug in enumerate(best)]
    advancing = {row["team"]["slug"] for rows in shown.values() for row in rows if row["advances"]}
    assert advancing == {ahead[0] for ahead in drawn.values()} | set(best[:6])


def people(match: Any) -> list[Any]:
    return [each["slug"] or each["name"] for each in match["participants"]]


def test_season_bracket_says_who_will_come_and_fills_itself(played: SimpleNamespace, db: None) -> None:
    first = played.empty["rounds"][0]
    assert first["name"] == "Round of 16"
    assert people(first["matches"][0]) == ["Group A, place 1", "No. 6 among all in place 2"]
    assert people(played.empty["rounds"][-1]["matches"][-1]) == ["Winner of match 81", "Winner of match 82"]
    qualified = {
        row["team"]["slug"] for group in played.standings["groups"] for row in group["rows"] if row["advances"]
    }
    assert {slug for match in played.bracket["rounds"][0]["matches"] for slug in people(match)} == qualified
    assert [len(each["matches"]) for each in played.bracket["rounds"]] == [8, 4, 2, 1, 1]
    known = [slug for each in played.bracket["rounds"] for match in each["matches"] for slug in people(match)]
    assert all(slug in qualified for slug in known)


def test_season_is_won_in_the_final(played: SimpleNamespace, db: None) -> None:
    final = played.bracket["rounds"][-1]["matches"][-1]
    winner = next(each["slug"] for each in final["participants"] if each["role"] == final["result"]["winner"])
    assert (final["match"]["number"], winner) == (84, "team-01")
    assert {match["result"]["state"] for each in played.bracket["rounds"] for match in each["matches"]} == {"confirmed"}
