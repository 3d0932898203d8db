"""The times of a slot: what contradicts itself, which days it covers, where it sorts, how far it is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from events.models import ReleasedSlot, Slot
from tests import factories
from tests.factories import at, league, text

pytestmark = pytest.mark.django_db

EVENING = at(2026, 5, 1, 19)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[datetime], None]) -> None:
    clock(at(2026, 4, 1, 12))


def shown(slot: Slot) -> ReleasedSlot:
    return ReleasedSlot.objects.visible().get(uid=slot.uid)


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({"starts_at": None}, {"starts_at"}),
    ({"starts_at": None, "precision": "not_before"}, {"starts_at"}),
    ({"precision": "date", "on_date": date(2026, 5, 1)}, {"precision"}),
    ({"precision": "tba"}, {"precision"}),
    ({"starts_at": None, "precision": "date"}, {"on_date"}),
    ({"ends_at": EVENING}, {"ends_at"}),
    ({"on_date": date(2026, 5, 9)}, {"on_date"}),
    ({"through": date(2026, 4, 30)}, {"through"}),
]


@pytest.mark.parametrize(("fields", "wrong"), WRONG, ids=[str(number) for number in range(len(WRONG))])
def test_times_of_a_slot_that_cannot_be(fields: dict[str, Any], wrong: set[str]) -> None:
    slot = Slot(event=league(), title=text("场"), **{"starts_at": EVENING, **fields})
    with pytest.raises(ValidationError) as caught:
        slot.full_clean()
    assert set(caught.value.message_dict) == wrong


def test_space_of_another_venue_is_refused() -> None:
    venue, other = factories.venue(), factories.venue()
    slot = Slot(event=league(), title=text("场"), starts_at=EVENING, venue=venue, space=factories.space(other))
    with pytest.raises(ValidationError) as caught:
        slot.full_clean()
    assert set(caught.value.message_dict) == {"space"}


# Days


MAY = {day: date(2026, 5, day) for day in range(1, 32)}
# What is entered; then the day, the last day, the start and the end it is sorted and matched by.
DAYS: dict[str, tuple[dict[str, Any], date, date, datetime, datetime]] = {
    "an evening": ({"starts_at": EVENING, "ends_at": EVENING + 2 * HOUR}, MAY[1], MAY[1], EVENING, EVENING + 2 * HOUR),
    "no end counts as two hours": ({"starts_at": EVENING}, MAY[1], MAY[1], EVENING, EVENING + 2 * HOUR),
    "a start past midnight belongs to the evening": (
        {"starts_at": at(2026, 5, 2, 1)},
        MAY[1],
        MAY[1],
        at(2026, 5, 2, 1),
        at(2026, 5, 2, 3),
    ),
    "an end past midnight too": (
        {"starts_at": EVENING, "ends_at": at(2026, 5, 2, 2)},
        MAY[1],
        MAY[1],
        EVENING,
        at(2026, 5, 2, 2),
    ),
    "the day ends at four": (
        {"starts_at": EVENING, "ends_at": at(2026, 5, 2, 4)},
        MAY[1],
        MAY[1],
        EVENING,
        at(2026, 5, 2, 4),
    ),
    "a minute more is the next day": (
        {"starts_at": EVENING, "ends_at": at(2026, 5, 2, 4, 1)},
        MAY[1],
        MAY[2],
        EVENING,
        at(2026, 5, 2, 4, 1),
    ),
    "four in the morning begins the day": (
        {"starts_at": at(2026, 5, 2, 4)},
        MAY[2],
        MAY[2],
        at(2026, 5, 2, 4),
        at(2026, 5, 2, 6),
    ),
    "unless the editor says which day": (
        {"starts_at": at(2026, 5, 2, 1), "on_date": MAY[2]},
        MAY[2],
        MAY[2],
        at(2026, 5, 2, 1),
        at(2026, 5, 2, 3),
    ),
    "a night and a day": (
        {"starts_at": EVENING, "ends_at": at(2026, 5, 3, 12)},
        MAY[1],
        MAY[3],
        EVENING,
        at(2026, 5, 3, 12),
    ),
    "a mere date": (
        {"precision": "date", "on_date": MAY[1]},
        MAY[1],
        MAY[1],
        at(2026, 5, 1),
        at(2026, 5, 2, 4),
    ),
    "a run of dates": (
        {"precision": "date", "on_date": MAY[1], "through": MAY[10]},
        MAY[1],
        MAY[10],
        at(2026, 5, 1),
        at(2026, 5, 11, 4),
    ),
    "a run with an hour goes on after its first day": (
        {"starts_at": at(2026, 5, 1, 10), "ends_at": at(2026, 5, 1, 18), "through": MAY[10], "timing": "venue_hours"},
        MAY[1],
        MAY[10],
        at(2026, 5, 1, 10),
        at(2026, 5, 11, 4),
    ),
    "a run that ends at an hour": (
        {"starts_at": at(2026, 5, 1, 10), "ends_at": at(2026, 5, 3, 18), "through": MAY[3]},
        MAY[1],
        MAY[3],
        at(2026, 5, 1, 10),
        at(2026, 5, 3, 18),
    ),
    "all day": (
        {"starts_at": at(2026, 5, 1, 10), "timing": "all_day"},
        MAY[1],
        MAY[1],
        at(2026, 5, 1, 10),
        at(2026, 5, 2, 4),
    ),
    "to be announced, within the event": (
        {"precision": "tba"},
        MAY[1],
        MAY[31],
        at(2026, 6, 1),
        at(2026, 6, 1),
    ),
}


@pytest.mark.parametrize("case", DAYS)
def test_slot_knows_its_days_and_its_place_in_the_order(case: str) -> None:
    fields, day, last_day, sort_start, sort_end = DAYS[case]
    event = league()
    slot = factories.slot(event, **fields)
    factories.release(event)
    for row in (Slot.objects.get(pk=slot.pk), shown(slot)):
        assert (row.day, row.last_day, row.sort_start, row.sort_end) == (day, last_day, sort_start, sort_end)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "day", "last_day"),
    [
        (MAY[1], MAY[3], MAY[1], MAY[3]),
        (MAY[1], None, MAY[1], date(9999, 1, 1)),
        (None, None, date(9999, 1, 1), date(9999, 1, 1)),
    ],
)
def test_tba_lies_somewhere_in_the_event(starts_on: Any, ends_on: Any, day: date, last_day: date) -> None:
    slot = factories.slot(league(starts_on=starts_on, ends_on=ends_on), precision="tba")
    assert (slot.day, slot.last_day) == (day, last_day)


PHASES: list[tuple[dict[str, Any], datetime, str]] = [
    ({"starts_at": EVENING}, EVENING - HOUR, "upcoming"),
    ({"starts_at": EVENING}, EVENING, "running"),
    ({"starts_at": EVENING}, EVENING + 2 * HOUR, "finished"),
    ({"starts_at": EVENING, "status": "cancelled"}, EVENING, "unknown"),
    ({"starts_at": EVENING, "status": "postponed"}, EVENING, "unknown"),
    ({"starts_at": EVENING, "timing": "venue_hours"}, EVENING, "unknown"),
    ({"starts_at": EVENING, "through": MAY[3]}, at(2026, 5, 2, 3), "unknown"),
    ({"starts_at": EVENING, "timing": "all_day"}, EVENING + 5 * HOUR, "running"),
    ({"precision": "date", "on_date": MAY[1]}, EVENING, "unknown"),
    ({"precision": "date", "on_date": MAY[1]}, at(2026, 5, 2, 4), "finished"),
    ({"precision": "tba"}, EVENING, "unknown"),
]


@pytest.mark.parametrize(("fields", "moment", "phase"), PHASES, ids=[str(number) for number in range(len(PHASES))])
def test_phase_is_told_where_an_hour_is_known(fields: dict[str, Any], moment: datetime, phase: str) -> None:
    event = league()
    slot = factories.slot(event, **fields)
    factories.release(event)
    assert shown(slot).phase_at(moment) == phase
