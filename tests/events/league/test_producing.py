"""What is refused when a season is made, and what is not obvious about it: nothing is written by half."""

from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.models import Act
from events.league.drawing import draw_groups, drawn, stage_of
from events.league.entrants import Field
from events.league.models import Entry, Group, Match, Stage, StageKind
from events.league.producing import group_matches, knock_out, make_group_matches, make_knock_out, take_back
from events.models import Event, Slot
from tests import factories, factories_teams
from tests import factories_league as league
from tests.factories import at, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _spring(clock: Any, english: None) -> None:
    clock(at(2026, 4, 1, 12))


def entered(count: int, seeds: int = 0, **fields: Any) -> Event:
    """A cup with so many teams in no group."""
    with edit():
        event = factories.league(slug="cup", **fields)
        for number in range(1, count + 1):
            team = factories_teams.team(slug=f"t{number:02}", organizer=event.organizer)
            factories_teams.entry(event, team, seed=number if number <= seeds else None)
    return event


def groups_of(event: Event) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for entry in Entry.objects.filter(event=event).exclude(group=None).select_related("group", "team"):
        found.setdefault(entry.group.slug, set()).add(entry.team.slug)
    return found


def refused(error: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    """By field."""
    return {name: [str(each.code) for each in errors] for name, errors in error.value.error_dict.items()}


def draw(event: Event, count: int, number: int = 7) -> Any:
    return draw_groups(event, stage_of(event, StageKind.GROUPS), count, number, None)


# The draw


def test_draw_makes_the_stage_and_the_groups_that_lack_and_tells_the_number() -> None:
    event = entered(7, seeds=3)
    draw(event, 3)
    assert sorted(map(len, groups_of(event).values())) == [2, 2, 3]
    assert all(len(slugs & {"t01", "t02", "t03"}) == 1 for slugs in groups_of(event).values())
    group = Group.objects.get(slug="b")
    assert (group.name, group.stage.slug, group.stage.name["en"]) == (
        {"zh-Hans": "B组", "en": "Group B", "de": "Gruppe B"},
        "groups",
        "Group stage",
    )
    act = Act.objects.get(kind="event", fields=["groups"])
    assert act.note.startswith("Drawn with the number 7: 7 teams, 3 of them seeded, into 3 groups.\nA组: ")


def test_draw_with_the_same_number_is_the_same_whoever_was_entered_first() -> None:
    event = entered(9, seeds=2)
    draw(event, 3)
    first = groups_of(event)
    with edit():
        other = factories.league(slug="other")
        for number in (5, 9, 1, 7, 3, 2, 8, 6, 4):
            team = Entry.objects.get(team__slug=f"t{number:02}").team
            factories_teams.entry(other, team, seed=number if number <= 2 else None)
    draw(other, 3)
    assert groups_of(other) == first
    draw(event, 3, 8)
    assert groups_of(event) != first


def test_draw_again_uses_the_groups_that_are_there_and_leaves_out_who_has_withdrawn() -> None:
    event = entered(6)
    draw(event, 2)
    keys = set(Group.objects.values_list("pk", flat=True))
    with edit():
        gone = Entry.objects.get(team__slug="t01")
        gone.withdrawn = True
        gone.save()
    draw(event, 2)
    assert set(Group.objects.values_list("pk", flat=True)) == keys
    assert set.union(*groups_of(event).values()) == {"t02", "t03", "t04", "t05", "t06"}


def finals_with_groups(event: Event) -> Stage:
    stage = stage_of(event, StageKind.KNOCK_OUT)
    stage.save()
    return stage


def test_draw_is_refused_by_name() -> None:
    event = entered(4)
    with pytest.raises(ValidationError) as few:
        draw(event, 5)
    assert refused(few) == {"count": ["count"]}
    with pytest.raises(ValidationError) as number:
        draw(event, 2, -1)
    assert refused(number) == {"number": ["number"]}
    with pytest.raises(ValidationError) as kind:
        draw_groups(event, finals_with_groups(event), 2, 7, None)
    assert refused(kind) == {"stage": ["kind"]}
    draw(event, 2)
    with pytest.raises(ValidationError) as fewer:
        draw(event, 1)
    assert "has 2 groups" in fewer.value.messages[0]
    make_group_matches(stage_of(event, StageKind.GROUPS))
    before = groups_of(event)
    with pytest.raises(ValidationError) as made:
        draw(event, 2, 8)
    assert (refused(made), made.value.messages) == (
        {"stage": ["has_matches"]},
        ["“小组赛” has 2 matches already. Delete them first."],
    )
    assert groups_of(event) == before


def test_draw_takes_no_team_out_of_another_stage() -> None:
    event = entered(4)
    draw(event, 2)
    with edit():
        second = Stage(event=event, slug="second", name=text("第二阶段"), kind="groups", position=5)
        second.save()
    with pytest.raises(ValidationError) as error:
        draw_groups(event, second, 2, 7, None)
    assert refused(error) == {"stage": ["elsewhere"]}


def test_draw_of_more_teams_costs_no_more_queries() -> None:
    event, costs = entered(4), []
    draw(event, 2)
    for number in (8, 9):
        with CaptureQueriesContext(connection) as queries:
            draw(event, 2, number)
        costs.append(len(queries))
        with edit():
            for _more in range(8):
                factories_teams.entry(event, factories_teams.team(organizer=event.organizer))
    assert costs[1] == costs[0]


# Matches of groups


def test_group_matches_are_all_against_all_without_a_slot_for_a_bye() -> None:
    cup = league.cup({"a": "steel press mill", "b": "forge crane anvil lathe"})
    stage = cup.groups["a"].stage
    made = make_group_matches(stage, legs=2)
    pairs = Counter(frozenset((match.home.team.slug, match.away.team.slug)) for match in made.matches)
    assert (len(pairs), set(pairs.values())) == (9, {2})
    of_a = list(Match.objects.filter(group__slug="a"))
    assert {(match.round, match.leg) for match in of_a} == {(1, 1), (2, 1), (3, 1), (4, 2), (5, 2), (6, 2)}
    assert [match.number for match in Match.objects.order_by("number")] == list(range(1, 19))
    slot = Slot.objects.get(match__number=1)
    assert (slot.slot_kind, slot.precision, slot.starts_at, slot.detail["match"]["group"]["slug"]) == (
        *("match", "tba", None, "a"),
    )


def test_group_matches_go_on_counting_and_know_nobody_who_has_withdrawn() -> None:
    cup = league.cup({"a": "steel press mill"})
    league.write(cup, league.match(cup, None, None, number=7))
    with edit():
        gone = cup.entries["mill"]
        gone.withdrawn = True
        gone.save()
    made = make_group_matches(cup.groups["a"].stage)
    (match,) = made.matches
    assert (match.number, {match.home.team.slug, match.away.team.slug}) == (8, {"steel", "press"})


def test_group_matches_are_refused_by_name_and_write_nothing() -> None:
    cup = league.cup({"a": "steel press", "b": "mill"})
    stage = cup.groups["a"].stage
    with pytest.raises(ValidationError) as alone:
        make_group_matches(stage)
    assert alone.value.messages == ["“B组” needs two teams or more."]
    assert not Slot.objects.exists()
    with pytest.raises(ValidationError) as legs:
        make_group_matches(stage, legs=5)
    assert refused(legs) == {"legs": ["legs"]}
    with pytest.raises(ValidationError) as bare:
        make_group_matches(stage_of(entered_elsewhere(), StageKind.GROUPS))
    assert refused(bare) == {"stage": ["no_groups"]}
    assert not Stage.objects.filter(event__slug="bare").exists()


def entered_elsewhere() -> Event:
    return factories.league(slug="bare")


def test_a_title_too_long_is_told_with_short_names() -> None:
    cup = league.cup({"a": "steel press"})
    with edit():
        for slug in ("steel", "press"):
            team = cup.entries[slug].team
            team.name, team.short_name = text("长" * 120), text(slug)
            team.save()
    (match,) = group_matches(Stage.objects.get(kind="groups")).matches
    assert match.slot.title["zh-Hans"] in ("A组 第1轮 steel – press", "A组 第1轮 press – steel")


# Knock-outs


def sides(match: Match) -> list[Any]:
    return [
        getattr(match, side).team.slug if getattr(match, side) else getattr(match, f"{side}_source")
        for side in ("home", "away")
    ]


def test_knock_out_from_groups_follows_the_rules_and_keeps_groups_apart() -> None:
    cup = league.cup({"a": "steel press", "b": "mill forge"}, advance=2)
    made = make_knock_out(cup.finals, Field.GROUPS, third_place=True)
    assert [sides(match) for match in made.matches[:2]] == [
        [{"group": "a", "place": 1}, {"group": "b", "place": 2}],
        [{"group": "b", "place": 1}, {"group": "a", "place": 2}],
    ]
    third, final = made.matches[2:]
    uids = [str(match.slot.uid) for match in made.matches[:2]]
    assert sides(third) == [{"loser_of": uid} for uid in uids]
    assert sides(final) == [{"winner_of": uid} for uid in uids]
    assert [match.slot.title["en"] for match in made.matches] == [
        *("Semi-final, match 1", "Semi-final, match 2", "Third place", "Final"),
    ]


def test_knock_out_of_seeds_gives_the_best_a_bye() -> None:
    event = entered(7, seeds=6)
    made = make_knock_out(stage_of(event, StageKind.KNOCK_OUT), Field.SEEDS)
    first = [match for match in made.matches if match.round == 1]
    assert [sides(match) for match in first] == [["t04", "t05"], ["t03", "t06"]]
    assert [match.round_name["en"] for match in made.matches] == [
        *("Quarter-final", "Quarter-final", "Semi-final", "Semi-final", "Final"),
    ]
    assert sides(made.matches[2])[0] == "t01"
    assert made.matches[2].slot.title["en"] == "Semi-final, match 1"
    names = [Entry.objects.get(team__slug=slug).team.name["en"] for slug in ("t04", "t05")]
    assert first[0].slot.title["en"] == f"Quarter-final: {names[0]} – {names[1]}"


def test_knock_out_of_all_teams_draws_whoever_is_not_seeded() -> None:
    event = entered(6, seeds=2)
    stage = stage_of(event, StageKind.KNOCK_OUT)
    with pytest.raises(ValidationError) as without:
        knock_out(stage, Field.ENTRIES)
    assert refused(without) == {"number": ["required"]}
    made = make_knock_out(stage, Field.ENTRIES, seed_number=5)
    again = Act.objects.get(kind="event", fields=["matches"]).note
    assert again.endswith("Lots were drawn with the number 5.")
    field = {side for match in made.matches for side in sides(match) if isinstance(side, str)}
    assert field == {f"t0{number}" for number in range(1, 7)}


def test_knock_out_is_refused_by_name() -> None:
    event = entered(3, seeds=1)
    stage = stage_of(event, StageKind.KNOCK_OUT)
    for of, how, expected in [
        (Field.SEEDS, {}, {"size": ["size"]}),
        (Field.SEEDS, {"size": 2}, {"size": ["size"]}),
        (Field.GROUPS, {}, {"of": ["nobody"]}),
        (Field.ENTRIES, {"seed_number": 1, "third_place": True}, {"third_place": ["size"]}),
    ]:
        with pytest.raises(ValidationError) as error:
            make_knock_out(stage, of, **how)
        assert refused(error) == expected
    assert not Stage.objects.exists()


def test_knock_out_of_places_that_a_group_has_not_is_refused() -> None:
    cup = league.cup({"a": "steel press mill", "b": "forge"}, advance=2)
    with pytest.raises(ValidationError) as error:
        make_knock_out(cup.finals, Field.GROUPS)
    assert error.value.messages == ["“B组” has 1 teams, and 2 places advance."]


# Taken back


def test_matches_that_nobody_knows_are_taken_back_with_their_slots() -> None:
    cup = league.cup({"a": "steel press", "b": "mill forge"}, advance=1)
    stage = cup.groups["a"].stage
    make_group_matches(stage)
    make_knock_out(cup.finals, Field.GROUPS)
    stage = Stage.objects.get(pk=stage.pk)
    assert take_back(stage) == 2
    assert [match.number for match in Match.objects.all()] == [3]
    assert Slot.objects.count() == 1
    make_group_matches(Stage.objects.get(pk=stage.pk))
    factories.release(cup.event)
    with pytest.raises(ValidationError) as error:
        take_back(Stage.objects.get(pk=stage.pk))
    assert refused(error) == {"stage": ["released"]}
    assert Match.objects.count() == 3


def test_making_matches_costs_the_same_queries_for_more_of_them() -> None:
    costs = []
    for slugs in ("steel press mill", "forge crane anvil lathe drill bench"):
        cup = league.cup({"a": slugs}, slug=f"cup-{len(slugs)}")
        stage = cup.groups["a"].stage
        with CaptureQueriesContext(connection) as queries:
            make_group_matches(stage)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_preview_writes_nothing() -> None:
    event = entered(4, seeds=2)
    drawn(event, stage_of(event, StageKind.GROUPS), 2, 7)
    knock_out(stage_of(event, StageKind.KNOCK_OUT), Field.SEEDS)
    assert (Stage.objects.count(), Group.objects.count(), Slot.objects.count()) == (0, 0, 0)
