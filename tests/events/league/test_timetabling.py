"""Matches into cells: never a clash, and a reason for whatever does not fit."""

from datetime import datetime, timedelta
from graphlib import CycleError
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.league.bracket import feeders
from events.league.draws import groups, knock_out, round_robin
from events.league.timetabling import Cell, Fixture, Reason, Terms, Timetable, timetable

MONDAY = datetime(2025, 5, 12)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SPACES = ("makeone-1", "makeone-2", "gym")
ONE_HOUR = Terms(length=HOUR)


def cell(day: int, hour: float, space: str = "gym") -> Cell:
    return Cell(MONDAY + day * DAY + hour * HOUR, space)


def evenings(days: int, hours: tuple[float, ...] = (18, 19.5), spaces: tuple[str, ...] = SPACES) -> list[Cell]:
    """Cells on Mondays to Fridays, so many evenings on end."""
    found = [day for day in range(2 * days) if day % 7 < 5][:days]
    return [cell(day, hour, space) for day in found for hour in hours for space in spaces]


def faults(made: Timetable, fixtures: list[Fixture], cells: list[Cell], terms: Terms) -> list[str]:
    """What is wrong with a timetable, found by comparing each with each."""
    by_key = {each.key: each for each in fixtures}
    found = [f"{key}: no such cell" for key, at in made.placed.items() if at not in cells]
    for key, at in made.placed.items():
        fixture = by_key[key]
        if fixture.spaces is not None and at.space not in fixture.spaces:
            found.append(f"{key}: space")
        for feeder in fixture.after:
            before = made.placed.get(feeder)
            if before is None or before.start + terms.length + terms.rest > at.start:
                found.append(f"{key}: before {feeder}")
            elif terms.one_a_day and before.start.date() == at.start.date():
                found.append(f"{key}: on the day of {feeder}")
        for other, there in made.placed.items():
            if other == key:
                continue
            gap = abs(at.start - there.start)
            if at.space == there.space and gap < terms.length:
                found.append(f"{key} and {other}: space twice")
            if set(fixture.participants).intersection(by_key[other].participants):
                if gap < terms.length + terms.rest:
                    found.append(f"{key} and {other}: rest")
                if terms.one_a_day and at.start.date() == there.start.date():
                    found.append(f"{key} and {other}: one a day")
    return found


def group_stage(seed: int = 2025) -> list[Fixture]:
    """42 teams in ten groups, single round robin: 68 games, round by round."""
    teams = [f"team-{number:02}" for number in range(42)]
    drawn = groups(teams, 10, teams[:8], Random(seed))
    rounds = [round_robin(group) for group in drawn]
    return [
        Fixture(f"{'ABCDEFGHIJ'[group]}{number + 1} {home} {away}", (home, away))
        for number in range(5)
        for group, of_group in enumerate(rounds)
        for home, away in (of_group[number] if number < len(of_group) else [])
    ]


# Evenings, what the teams are spared.
SEASONS = [
    (12, Terms(HOUR * 1.25)),
    (12, Terms(HOUR * 1.25, one_a_day=True)),
    (15, Terms(HOUR * 1.25, rest=20 * HOUR, one_a_day=True)),
    (15, Terms(HOUR * 1.25, rest=40 * HOUR, one_a_day=True)),
]


@pytest.mark.parametrize(("days", "terms"), SEASONS)
def test_timetable_of_42_teams_in_three_spaces(days: int, terms: Terms) -> None:
    """Two games an evening in each of three spaces: 72 cells at least for 68 games."""
    fixtures, cells = group_stage(), evenings(days)
    assert len(fixtures) == 68
    made = timetable(fixtures, cells, terms)
    assert (len(made.placed), made.left) == (68, {})
    assert faults(made, fixtures, cells, terms) == []


def test_timetable_of_a_knock_out_keeps_the_order_of_rounds() -> None:
    """Sixteen teams on two days in two spaces: eight games on the first day, eight on the second."""
    matches = [game for games in knock_out(16, third_place=True) for game in games]
    fixtures = [
        Fixture(game.number, (game.home, game.away), tuple(sorted(feeders(game)))) for game in reversed(matches)
    ]
    cells = [cell(day, 8.5 + 1.5 * turn, space) for day in (0, 1) for turn in range(4) for space in ("gym", "hall")]
    made = timetable(fixtures, cells, Terms(HOUR, rest=HOUR / 2))
    assert made.left == {}
    assert faults(made, fixtures, cells, Terms(HOUR, rest=HOUR / 2)) == []
    assert {made.placed[number].start.date() for number in range(1, 9)} == {MONDAY.date()}


def test_timetable_with_one_match_a_day_puts_a_fed_match_on_a_later_day() -> None:
    fixtures = [Fixture("final", (), after=("semi",)), Fixture("semi", ("A", "B"))]
    cells = [cell(0, 10), cell(0, 20), cell(1, 10)]
    terms = Terms(HOUR, one_a_day=True)
    assert timetable(fixtures, cells, terms).placed == {"semi": cell(0, 10), "final": cell(1, 10)}
    assert timetable(fixtures, cells, ONE_HOUR).placed == {"semi": cell(0, 10), "final": cell(0, 20)}


def test_timetable_is_the_same_for_cells_in_any_order() -> None:
    fixtures, cells = group_stage(), evenings(13)
    shuffled = Random(1).sample(cells, len(cells))
    assert timetable(fixtures, shuffled, ONE_HOUR) == timetable(fixtures, cells, ONE_HOUR)


def test_timetable_moves_a_match_for_one_that_fits_nowhere_else() -> None:
    """The opening takes the hall first; the other match may be played only there."""
    fixtures = [
        Fixture("AB", ("A", "B"), after=()),
        Fixture("CD", ("C", "D"), after=("AB",)),
        Fixture("EF", ("E", "F"), spaces=frozenset({"hall"})),
    ]
    cells = [cell(0, 10, "hall"), cell(0, 10.5, "gym"), cell(0, 12, "gym")]
    made = timetable(fixtures, cells, ONE_HOUR)
    assert made.placed == {"EF": cell(0, 10, "hall"), "AB": cell(0, 10.5, "gym"), "CD": cell(0, 12, "gym")}


def test_timetable_gives_up_a_search_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    fixtures = [Fixture("AB", ("A", "B")), Fixture("EF", ("E", "F"), spaces=frozenset({"hall"}))]
    cells = [cell(0, 9, "gym"), cell(0, 9, "hall")]
    fixtures[0] = Fixture("AB", ("A", "B"), after=("CD",))
    fixtures += [Fixture("CD", ("C", "D")), Fixture("GH", ("G", "H"))]
    cells += [cell(0, 11, "hall")]
    monkeypatch.setattr("events.league.timetabling.MOST_TRIES", 0)
    made = timetable(fixtures, cells, ONE_HOUR)
    assert (len(made.placed), faults(made, fixtures, cells, ONE_HOUR)) == (3, [])
    assert [bool(why) for why in made.left.values()] == [True]


def test_timetable_gives_few_spaces_first_to_those_who_have_no_other() -> None:
    fixtures = [
        Fixture("AB", ("A", "B"), spaces=frozenset({"hall", "gym"})),
        Fixture("CD", ("C", "D"), spaces=frozenset({"gym", "yard"})),
        Fixture("EF", ("E", "F"), spaces=frozenset({"hall"})),
    ]
    cells = [cell(0, 10, "hall"), cell(0, 11, "gym"), cell(0, 12, "yard")]
    made = timetable(fixtures, cells, ONE_HOUR)
    assert made.placed == {"EF": cells[0], "AB": cells[1], "CD": cells[2]}


def test_timetable_plays_in_the_order_given() -> None:
    """Round by round: on each of three days two games of six teams."""
    fixtures = [Fixture(game, game) for games in round_robin("ABCD") for game in games]
    cells = [cell(day, hour) for day in range(3) for hour in (18, 19)]
    assert list(timetable(fixtures, cells, Terms(HOUR, one_a_day=True)).placed) == [each.key for each in fixtures]


def test_timetable_keeps_what_is_fixed_and_works_around_it() -> None:
    fixtures = [Fixture("AB", ("A", "B")), Fixture("AC", ("A", "C")), Fixture("DE", ("D", "E"))]
    cells = [cell(0, 10), cell(0, 11), cell(0, 12)]
    made = timetable(fixtures, cells, Terms(HOUR, rest=HOUR), fixed={"AC": cell(0, 10)})
    assert made.placed == {"AC": cell(0, 10), "DE": cell(0, 11), "AB": cell(0, 12)}


def test_timetable_never_moves_what_is_fixed() -> None:
    fixtures = [Fixture("AB", ("A", "B")), Fixture("CD", ("C", "D"), spaces=frozenset({"hall"}))]
    cells = [cell(0, 10, "hall"), cell(0, 10, "gym")]
    made = timetable(fixtures, cells, ONE_HOUR, fixed={"AB": cells[0]})
    assert (made.placed, made.left) == ({"AB": cells[0]}, {"CD": {Reason.TAKEN: 1, Reason.SPACE: 1}})


def test_timetable_uses_one_of_overlapping_cells() -> None:
    fixtures = [Fixture("AB", ("A", "B")), Fixture("CD", ("C", "D"))]
    made = timetable(fixtures, [cell(0, 10), cell(0, 10.5)], ONE_HOUR)
    assert (made.placed, made.left) == ({"AB": cell(0, 10)}, {"CD": {Reason.TAKEN: 2}})


AB, AC, CD = Fixture("AB", ("A", "B")), Fixture("AC", ("A", "C")), Fixture("CD", ("C", "D"))
# Fixtures, cells, terms, and for how many cells which reason comes first.
LEFT: list[tuple[list[Fixture], list[Cell], Terms, dict[str, dict[Reason, int]]]] = [
    ([AB], [], ONE_HOUR, {"AB": {}}),
    ([AB, CD], [cell(0, 10)], ONE_HOUR, {"CD": {Reason.TAKEN: 1}}),
    ([AB, AC], [cell(0, 10), cell(0, 10, "hall")], ONE_HOUR, {"AC": {Reason.TAKEN: 1, Reason.REST: 1}}),
    ([AB, AC], [cell(0, 10), cell(0, 12)], Terms(HOUR, one_a_day=True), {"AC": {Reason.TAKEN: 1, Reason.SAME_DAY: 1}}),
    (
        [Fixture("X", ("A",), spaces=frozenset({"hall"}))],
        [cell(0, 10), cell(0, 12)],
        ONE_HOUR,
        {"X": {Reason.SPACE: 2}},
    ),
    (
        [AB, Fixture("X", (), after=("AB",))],
        [cell(0, 10), cell(0, 10, "hall")],
        ONE_HOUR,
        {"X": {Reason.TAKEN: 1, Reason.ORDER: 1}},
    ),
    (
        [Fixture("X", (), spaces=frozenset()), Fixture("Y", (), after=("X",))],
        [cell(0, 10)],
        ONE_HOUR,
        {"X": {Reason.SPACE: 1}, "Y": {Reason.FEEDER: 1}},
    ),
]


@pytest.mark.parametrize(("fixtures", "cells", "terms", "left"), LEFT)
def test_timetable_tells_why_a_match_is_left(
    fixtures: list[Fixture], cells: list[Cell], terms: Terms, left: dict[str, dict[Reason, int]]
) -> None:
    assert timetable(fixtures, cells, terms).left == left


@pytest.mark.parametrize(
    ("fixtures", "fixed", "message"),
    [
        ([AB, AB], {}, "Two fixtures have the same key"),
        ([AB], {"XY": cell(0, 10)}, "There is no fixture 'XY'"),
        ([Fixture("X", (), after=("Y",))], {}, "There is no fixture 'Y'"),
    ],
)
def test_timetable_refuses_what_cannot_be(fixtures: list[Fixture], fixed: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        timetable(fixtures, [], ONE_HOUR, fixed)


def test_timetable_refuses_matches_that_feed_each_other() -> None:
    with pytest.raises(CycleError):
        timetable([Fixture("X", (), after=("Y",)), Fixture("Y", (), after=("X",))], [], ONE_HOUR)


@st.composite
def problems(draw: Any) -> tuple[list[Fixture], list[Cell], Terms]:
    """Up to twelve matches of six teams, some fed by earlier ones, into cells of which some overlap."""
    fixtures = []
    for number in range(draw(st.integers(1, 12))):
        pair = draw(st.lists(st.sampled_from("ABCDEF"), min_size=2, max_size=2, unique=True))
        after = draw(st.sets(st.integers(0, number - 1), max_size=2)) if number else set()
        spaces = draw(st.sampled_from([None, None, frozenset({"gym"}), frozenset({"gym", "hall"})]))
        fixtures.append(Fixture(number, tuple(pair), tuple(sorted(after)), spaces))
    places = st.tuples(st.integers(0, 3), st.sampled_from([10, 10.5, 11, 12, 14]), st.sampled_from(["gym", "hall"]))
    cells = [cell(*place) for place in draw(st.lists(places, max_size=16))]
    rest = draw(st.sampled_from([0, 1, 20]))
    return fixtures, cells, Terms(HOUR, rest=rest * HOUR, one_a_day=draw(st.booleans()))


@settings(max_examples=200, deadline=None, database=None)
@given(problems())
def test_timetable_never_has_a_clash(problem: tuple[list[Fixture], list[Cell], Terms]) -> None:
    fixtures, cells, terms = problem
    made = timetable(fixtures, cells, terms)
    assert faults(made, fixtures, cells, terms) == []
    assert sorted([*made.placed, *made.left]) == list(range(len(fixtures)))
    assert {sum(reasons.values()) for reasons in made.left.values()} <= {len(set(cells))}
    assert made == timetable(fixtures, cells, terms)


@settings(max_examples=100, deadline=None, database=None)
@given(problems())
def test_timetable_leaves_no_cell_that_would_do(problem: tuple[list[Fixture], list[Cell], Terms]) -> None:
    fixtures, cells, terms = problem
    made = timetable(fixtures, cells, terms)
    for key in made.left:
        for free in cells:
            assert faults(Timetable(made.placed | {key: free}), fixtures, cells, terms) != []
