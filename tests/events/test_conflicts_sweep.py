"""The walk along the clock finds the same pairs as comparing each with each."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from events.conflicts.sweep import Use, between, clocked, within
from events.models import Event, ReleasedSlot
from tests.factories import at

MONDAY = at(2026, 5, 4)
HOUR = timedelta(hours=1)
MAY = Event(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))
quiet = settings(max_examples=80, deadline=None, database=None)


@st.composite
def uses(draw: Any) -> Use:
    """From an hour to two days; every other one a run of some days."""
    start, length, days = draw(st.integers(0, 96)), draw(st.integers(1, 30)), draw(st.integers(0, 4))
    row = ReleasedSlot(starts_at=MONDAY + start * HOUR, ends_at=MONDAY + (start + length) * HOUR)
    row.derive_times(MAY)
    if days and length <= 20:
        row.through = row.day + timedelta(days=days)
        row.derive_times(MAY)
    use = clocked(row)
    assert use is not None
    return use


def hours_of(use: Use) -> set[int]:
    """All the hours that a slot takes, one by one."""
    starts = [use.start]
    while use.length is not None and starts[-1] + 24 * HOUR < use.end:
        starts.append(starts[-1] + 24 * HOUR)
    ends = [min(start + use.length, use.end) if use.length is not None else use.end for start in starts]
    return {
        (start - MONDAY) // HOUR + count
        for start, end in zip(starts, ends, strict=True)
        for count in range((end - start) // HOUR)
    }


def names(pairs: Any) -> list[frozenset[int]]:
    return sorted((frozenset((id(one), id(other))) for one, other in pairs), key=sorted)


@quiet
@given(st.lists(uses(), max_size=12))
def test_sweep_within_finds_each_pair_that_shares_an_hour_once(those: list[Use]) -> None:
    taken = [(use, hours_of(use)) for use in those]
    expected = [(one, two) for n, (one, here) in enumerate(taken) for two, there in taken[n + 1 :] if here & there]
    assert names(within(those)) == names(expected)


@quiet
@given(st.lists(uses(), max_size=8), st.lists(uses(), max_size=8))
def test_sweep_between_finds_each_pair_of_one_and_another(ones: list[Use], others: list[Use]) -> None:
    expected = [(one, two) for one in ones for two in others if hours_of(one) & hours_of(two)]
    found = list(between(ones, others))
    assert names(found) == names(expected)
    assert {id(one) for one, _other in found} <= {id(one) for one in ones}
