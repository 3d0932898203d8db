"""When runners pass, as tables: by pace and wave, held back by cut-offs and the time limit, over a stretch."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.race.passing import Cut, Passing, Running, Start, passing, slowest_pace, window
from tests.factories import at

GUN, SECOND = at(2026, 10, 3, 8, 30), at(2026, 10, 3, 8, 40)
TWO = [Start(GUN, 180, 480), Start(SECOND, 300, 510)]


def clock(passed: Passing) -> list[str | None]:
    return [moment and f"{moment.astimezone(GUN.tzinfo):%H:%M}" for moment in (passed.first, passed.last)]


CASES: list[tuple[str, Running, float, list[str | None]]] = [
    ("the start", Running(TWO), 0, ["08:30", "08:40"]),
    ("by pace", Running(TWO), 10, ["09:00", "10:05"]),
    ("rounded outwards", Running([Start(GUN, 185, 485)]), 1, ["08:33", "08:39"]),
    ("a fraction", Running([Start(GUN, 180, 480)]), 0.5, ["08:31", "08:34"]),
    ("the second wave overtakes", Running([Start(GUN, 360, 400), Start(SECOND, 180, 200)]), 10, ["09:10", "09:37"]),
    ("no start", Running([]), 5, [None, None]),
    ("no pace", Running([Start(GUN)]), 5, [None, None]),
    ("no pace at the start", Running([Start(GUN)]), 0, ["08:30", "08:30"]),
    ("one wave without a pace", Running([Start(GUN, 180, 480), Start(SECOND)]), 5, [None, None]),
    ("only the fastest is known", Running([Start(GUN, 180)]), 10, ["09:00", None]),
    ("only the slowest is known", Running([Start(GUN, None, 480)]), 10, [None, "09:50"]),
    ("a cut-off ahead holds nobody back", Running(TWO, [Cut(10.1, at(2026, 10, 3, 9, 30))]), 10, ["09:00", "10:05"]),
    ("a cut-off here", Running(TWO, [Cut(10, at(2026, 10, 3, 9, 30))]), 10, ["09:00", "09:30"]),
    ("behind a cut-off", Running(TWO, [Cut(8, at(2026, 10, 3, 9, 30))]), 10, ["09:00", "09:47"]),
    (
        "the strictest of two",
        Running(TWO, [Cut(4, at(2026, 10, 3, 9)), Cut(8, at(2026, 10, 3, 9, 30))]),
        10,
        ["09:00", "09:47"],
    ),
    ("a cut-off that nobody meets", Running(TWO, [Cut(5, at(2026, 10, 3, 11))]), 10, ["09:00", "10:05"]),
    ("a cut-off that nobody can make", Running(TWO, [Cut(10, at(2026, 10, 3, 8, 31))]), 10, ["09:00", "09:00"]),
    ("the limit, from the last start", Running(TWO, (), timedelta(hours=1)), 10, ["09:00", "09:40"]),
    ("a limit that is far away", Running(TWO, (), timedelta(hours=9)), 10, ["09:00", "10:05"]),
]


@pytest.mark.parametrize(("running", "km", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_passing_at_a_kilometre(running: Running, km: float, expected: list[str | None]) -> None:
    assert clock(passing(running, km)) == expected


@pytest.mark.parametrize(
    ("from_km", "to_km", "expected"),
    [(0, 21.0975, ["08:30", "11:40"]), (5, 10, ["08:45", "10:05"]), (5, 5, ["08:45", "09:23"])],
)
def test_passing_over_a_stretch_begins_with_the_first_and_ends_with_the_last(
    from_km: float, to_km: float, expected: list[str]
) -> None:
    assert clock(window(Running(TWO), from_km, to_km)) == expected


@pytest.mark.parametrize(("minutes", "metres", "pace"), [(180, 21_098, 512), (60, 6_000, 600), (30, 5_000, 360)])
def test_passing_slowest_pace_just_makes_the_limit(minutes: int, metres: int, pace: int) -> None:
    assert slowest_pace(timedelta(minutes=minutes), metres) == pace


MINUTES = st.integers(0, 600).map(lambda minutes: GUN + timedelta(minutes=minutes))
STARTS: Any = st.lists(
    st.builds(
        lambda at, one, other: Start(at, min(one, other), max(one, other)), MINUTES, *[st.integers(60, 3600)] * 2
    ),
    min_size=1,
    max_size=4,
)
CUTS: Any = st.lists(st.builds(Cut, st.floats(0, 42), MINUTES), max_size=3)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(starts=STARTS, cuts=CUTS, kms=st.tuples(st.floats(0, 42), st.floats(0, 42)))
def test_passing_is_never_earlier_further_on_and_first_is_never_behind_last(
    starts: list[Start], cuts: list[Cut], kms: tuple[float, float]
) -> None:
    near, far = (passing(Running(starts, cuts), km) for km in sorted(kms))

    def known(*moments: datetime | None) -> list[datetime]:
        return [moment for moment in moments if moment is not None]

    assert known(near.first, far.first) == sorted(known(near.first, far.first))
    for each in (near, far):
        assert known(each.first, each.last) == sorted(known(each.first, each.last))
        assert len(known(each.first, each.last)) == 2
