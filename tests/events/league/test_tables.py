"""``/events/{slug}/standings`` and ``/bracket``: from what is released and confirmed, and nothing else."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.league.models import Entry, Stage
from tests import factories
from tests import factories_league as league
from tests.factories import at, text

pytestmark = pytest.mark.django_db

BEFORE = at(2026, 4, 1, 12)


@pytest.fixture(autouse=True)
def _spring(clock: Any) -> None:
    clock(BEFORE)


def table(shown: Any, group: str) -> list[tuple[Any, ...]]:
    (found,) = [each for each in shown["groups"] if each["slug"] == group]
    return [
        (row["rank"], row["team"]["slug"], row["played"], row["for"], row["against"], row["points"], row["advances"])
        for row in found["rows"]
    ]


def triple(**rules: Any) -> Any:
    """A group of three and one of two, all of their matches released; one of each goes on, and the best second."""
    cup = league.cup({"a": "steel press mill", "b": "forge crane"}, **{"advance": 1, "best_runners_up": 1, **rules})
    with edit():
        pairs = [("steel", "press", "a"), ("press", "mill", "a"), ("mill", "steel", "a"), ("forge", "crane", "b")]
        league.write(cup, *(league.match(cup, home, away, group) for home, away, group in pairs))
    factories.release(cup.event)
    return cup


def test_standings_count_confirmed_results_of_released_matches(get: Any) -> None:
    cup = triple()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 66, 65, state="provisional")
    league.write(cup, league.match(cup, "steel", "mill", "a"))  # a draft
    shown = get("events/cup/standings", lang="en")
    assert table(shown, "a") == [
        (1, "steel", 1, 70, 60, 2, None),
        (2, "press", 1, 60, 70, 1, None),
        (3, "mill", 0, 0, 0, 0, None),
    ]
    assert (shown["event"]["slug"], shown["final"], [each["final"] for each in shown["groups"]]) == (
        "cup",
        False,
        [False, False],
    )
    row = shown["groups"][0]["rows"][0]
    assert set(row) == {
        *("rank", "team", "played", "won", "drawn", "lost", "forfeits", "for", "against", "difference", "points"),
        *("adjustment", "adjustment_reason", "tie_break", "advances"),
    }
    assert row["team"] == {"slug": "steel", "name": "Steel", "image": None}
    assert [(each["rank"], each["group"]["slug"], each["advances"]) for each in shown["runners_up"]] == [
        (1, "a", None),
        (2, "b", None),
    ]
    assert shown["as_of"].endswith("+08:00")


def test_standings_say_who_goes_on_once_it_is_certain(get: Any) -> None:
    cup = triple()
    for number, (home, away) in enumerate([(70, 60), (66, 65), (50, 80)], start=1):
        league.enter(cup, number, home, away)
    shown = get("events/cup/standings")
    assert [(row[1], row[6]) for row in table(shown, "a")] == [("steel", True), ("press", None), ("mill", False)]
    assert [row[6] for row in table(shown, "b")] == [None, None]
    league.enter(cup, 4, 60, 70)
    shown = get("events/cup/standings")
    assert [(row[1], row[6]) for row in table(shown, "b")] == [("crane", True), ("forge", False)]
    assert shown["final"]
    assert [(row["rank"], row["team"]["slug"], row["advances"]) for row in shown["runners_up"]] == [
        (1, "press", True),
        (2, "forge", False),
    ]


def test_standings_tell_what_decided_a_place_and_why_points_were_taken(get: Any) -> None:
    cup = triple(best_runners_up=0)
    for number, (home, away) in enumerate([(70, 60), (66, 60), (61, 60)], start=1):
        league.enter(cup, number, home, away)
    entry = cup.entries["crane"]
    entry.adjustment, entry.adjustment_reason = -1, text("弃权处罚", en="Did not appear")
    entry.save()
    shown = get("events/cup/standings", lang="en")
    rows = shown["groups"][0]["rows"]
    assert [(row["team"]["slug"], row["tie_break"]) for row in rows] == [
        ("steel", [{"rule": "head_to_head_difference", "value": 9.0}]),
        ("press", [{"rule": "head_to_head_difference", "value": -4.0}]),
        ("mill", [{"rule": "head_to_head_difference", "value": -5.0}]),
    ]
    crane = next(row for row in shown["groups"][1]["rows"] if row["team"]["slug"] == "crane")
    assert (crane["points"], crane["adjustment"], crane["adjustment_reason"]) == (-1, -1, "Did not appear")
    assert rows[0]["adjustment_reason"] is None
    assert shown["runners_up"] == []


def test_standings_say_by_which_rules(get: Any) -> None:
    triple(note=text("单循环", en="Single round robin"))
    rules = get("events/cup/standings", lang="en")["rules"]
    assert (rules["sport"], rules["text"], rules["table"]["win"], rules["advance"]["runners_up"]) == (
        "basketball",
        "Single round robin",
        2,
        1,
    )
    assert rules["words"][0] == "Points: 2 for a win, 1 for a loss, 0 for a match lost by forfeit."
    assert rules["words"][-1].startswith("So do the best 1 of those in place 2, ranked by: points for each game;")
    german = get("events/cup/standings", lang="de")["rules"]["words"]
    assert german[0].startswith("Punkte: 2 für einen Sieg")


def test_standings_of_one_stage_and_wrong_ones(get: Any) -> None:
    cup = triple()
    second = Stage(event=cup.event, slug="second", name=text("二"), position=2)
    second.save()
    assert [each["slug"] for each in get("events/cup/standings", stage="groups")["groups"]] == ["a", "b"]
    assert get("events/cup/standings", stage="second")["groups"] == []
    problem = get("events/cup/standings", expect=400, stage="third")
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [("stage", "invalid_choice")]
    get("events/cup/standings", expect=400, nonsense="1")


@pytest.mark.parametrize("page", ["standings", "bracket"])
def test_an_event_without_a_competition_has_neither(get: Any, page: str) -> None:
    factories.event(slug="fair")
    league.cup({"a": "steel press"}, slug="hidden", event={"published": False})
    problem = get(f"events/fair/{page}", expect=404, lang="en")
    assert problem["detail"] == "Nothing is played out in this event: it has no tables and no bracket."
    get(f"events/hidden/{page}", expect=404)


def test_a_result_changes_the_etags_of_tables_and_bracket(client: Client) -> None:
    cup = league.cup_of_four()
    paths = ("/api/v1/events/cup/standings", "/api/v1/events/cup/bracket")
    before = [client.get(path)["ETag"] for path in paths]
    assert [
        client.get(path, headers={"if-none-match": tag}).status_code for path, tag in zip(paths, before, strict=True)
    ] == [304, 304]
    league.enter(cup, 1, 70, 60)
    after = [client.get(path, headers={"if-none-match": tag}) for path, tag in zip(paths, before, strict=True)]
    assert [answer.status_code for answer in after] == [200, 200]
    assert after[0].json()["groups"][0]["rows"][0]["team"]["slug"] == "steel"


def test_bracket_shows_the_rounds_and_who_has_reached_them(get: Any) -> None:
    cup = league.cup_of_four()
    league.enter(cup, 1, 70, 60)
    league.enter(cup, 2, 55, 50)
    league.enter(cup, 3, 66, 65)
    shown = get("events/cup/bracket", lang="en")
    assert [(each["number"], each["name"], len(each["matches"])) for each in shown["rounds"]] == [
        (1, "半决赛", 2),
        (2, "Final", 1),
        (2, "Third place", 1),
    ]
    semi, final = shown["rounds"][0]["matches"][0], shown["rounds"][1]["matches"][0]
    assert (semi["result"]["winner"], [each["slug"] for each in semi["participants"]]) == ("home", ["steel", "forge"])
    assert [(each["slug"], each["name"]) for each in final["participants"]] == [
        ("steel", "Steel"),
        (None, "Winner of match 4"),
    ]
    assert final["event"]["slug"] == "cup"
    assert shown["rounds"][0]["stage"]["slug"] == "finals"
    assert get("events/cup/bracket", stage="groups")["rounds"] == []


def test_drafts_never_show_in_tables_or_bracket(client: Client) -> None:
    cup = league.cup({"a": "steel press", "b": "mill"})
    hidden = text("zqxhidden")
    with edit():
        rows = [league.match(cup, "steel", "press", "a"), league.match(cup, "steel", "mill", round_name=hidden)]
        league.write(cup, *rows)
    for page in ("standings", "bracket"):
        body = client.get(f"/api/v1/events/cup/{page}", {"lang": "*"}).content.decode()
        assert "zqxhidden" not in body
        assert str(cup.uids[1]) not in body


def test_a_team_that_left_stays_in_the_table_as_the_schedule_names_it(get: Any) -> None:
    cup = triple()
    league.enter(cup, 1, 70, 60)
    with edit():
        for slot in cup.event.slots.all():
            slot.match.delete()
        Entry.objects.get(team__slug="press").delete()
    rows = get("events/cup/standings", lang="en")["groups"][0]["rows"]
    assert [(row["team"]["slug"], row["team"]["name"]) for row in rows][:2] == [("steel", "Steel"), ("press", "Press")]


def test_void_and_cancelled_matches_hold_no_table_open(get: Any) -> None:
    cup = triple()
    league.enter(cup, 4, state="void")
    shown = get("events/cup/standings")
    assert [each["final"] for each in shown["groups"]] == [False, True]
    league.enter(cup, 1, state="forfeit", forfeited_by="away")
    row = next(row for row in get("events/cup/standings")["groups"][0]["rows"] if row["team"]["slug"] == "press")
    assert (row["forfeits"], row["lost"], row["points"], row["against"]) == (1, 1, 0, 20)


def test_results_that_cannot_be_by_new_rules_are_left_out(get: Any) -> None:
    cup = triple(sport="football")
    league.enter(cup, 1, 2, 2)
    assert get("events/cup/standings")["groups"][0]["rows"][0]["drawn"] == 1
    competition = cup.event.competition
    competition.sport = "basketball"
    competition.save()
    shown = get("events/cup/standings")["groups"][0]
    assert (shown["final"], [row["played"] for row in shown["rows"]]) == (False, [0, 0, 0])


@pytest.mark.parametrize("page", ["standings", "bracket"])
def test_tables_cost_the_same_for_few_matches_and_for_many(client: Client, page: str) -> None:
    def cost(slug: str, teams: int) -> int:
        names = [f"{slug}-{number}" for number in range(teams)]
        cup = league.cup({"a": " ".join(names)}, slug=slug)
        with edit():
            pairs = list(zip(names[::2], names[1::2], strict=True))
            grouped = [league.match(cup, home, away, "a") for home, away in pairs]
            league.write(cup, *grouped, *(league.match(cup, home, away) for home, away in pairs))
        factories.release(cup.event)
        league.enter(cup, 1, 70, 60)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/events/{slug}/{page}").status_code == 200
        return len(queries)

    assert cost("few", 2) == cost("many", 8)
