"""Conflicts as the publisher is told of them: with other events, stored hours and holidays, and once only."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.changes.edits import edit
from events.conflicts import find_conflicts
from events.models import Event, Slot, SlotParticipant
from events.releases import Refused, publish
from tests import factories
from tests.factories import at, league, text

pytestmark = pytest.mark.django_db

NOW = at(2026, 4, 1, 12)
EVENING = at(2026, 5, 2, 19)
HOUR = timedelta(hours=1)
MARK = "zqxhidden"


@pytest.fixture(scope="module", autouse=True)
def stage(kept: None) -> SimpleNamespace:
    """A hall with a court, two organizers, a team; our event has a match at seven with the team, in the court."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: NOW)
        hall, team = factories.venue(slug="hall"), factories.participant(slug="eagles", name=text("鹰队"))
        court = factories.space(hall, slug="court", name=text("一号场"))
        ours, theirs = factories.organizer(slug="ours"), factories.organizer(slug="theirs")
        event = league(slug="league", organizer=ours, venues=[hall], title=text("联赛"))
        made = SimpleNamespace(hall=hall, court=court, team=team, ours=ours, theirs=theirs, event=event)
        made.match = match(made, event)
    return made


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def match(stage: SimpleNamespace, event: Event, **fields: Any) -> Slot:
    """From seven to eight in the court."""
    place = {"venue": stage.hall, "space": stage.court}
    made = factories.slot(event, **{"starts_at": EVENING, "ends_at": EVENING + HOUR, **place, **fields})
    factories.takes_part(made, stage.team)
    return made


def change(slot: Slot, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()


def told(event: Event, moment: datetime = NOW) -> list[tuple[str, str, list[Any]]]:
    found = find_conflicts(event, moment)
    return [(each.kind, each.level.value, [row.uid for row in each.slots]) for each in found]


def both(kind: str, one: Slot, other: Slot, level: str = "warn") -> tuple[str, str, list[Any]]:
    return kind, level, [one.uid, other.uid]


# Other events


@pytest.mark.parametrize("owner", ["ours", "theirs"])
def test_conflicts_with_another_events_released_slot(stage: SimpleNamespace, owner: str) -> None:
    other = league(organizer=getattr(stage, owner), venues=[stage.hall], title=text("音乐节"))
    theirs = match(stage, other, title=text("夜场"))
    factories.release(other)
    expected = [both(kind, stage.match, theirs) for kind in ("participant_twice", "space_twice")]
    assert told(stage.event) == expected
    assert all("“夜场” of “音乐节”" in each.message for each in _in_english(stage.event))
    factories.withdrawn(other)
    assert told(stage.event) == []


def _in_english(event: Event) -> Any:
    with translation.override("en"):
        return find_conflicts(event, NOW)


STATES = ["draft", "released draft", "public, not released", "appears later"]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("owner", ["ours", "theirs"])
def test_conflicts_with_drafts_are_told_to_their_own_organizer_only(
    stage: SimpleNamespace, owner: str, state: str
) -> None:
    window = {"appear_at": NOW + HOUR} if state == "appears later" else {}
    published = state in ("public, not released", "appears later")
    mine = getattr(stage, owner)
    other = league(published=published, organizer=mine, venues=[stage.hall], title=text(MARK), **window)
    hidden = match(stage, other, title=text(MARK))
    if state in ("released draft", "appears later"):
        factories.release(other)
    expected = [both(kind, stage.match, hidden) for kind in ("participant_twice", "space_twice")]
    assert told(stage.event) == (expected if owner == "ours" else [])
    assert (MARK in repr(find_conflicts(stage.event, NOW))) == (owner == "ours")


def test_conflicts_with_a_strangers_changed_draft_are_with_what_is_out(stage: SimpleNamespace) -> None:
    other = league(organizer=stage.theirs, venues=[stage.hall])
    theirs = match(stage, other, starts_at=EVENING + 4 * HOUR, ends_at=EVENING + 5 * HOUR)
    factories.release(other)
    change(theirs, starts_at=EVENING, ends_at=EVENING + HOUR, title=text(MARK))
    assert told(stage.event) == []


def test_conflicts_with_an_own_changed_draft_are_with_both(stage: SimpleNamespace) -> None:
    other = league(organizer=stage.ours, venues=[stage.hall])
    one = match(stage, other, starts_at=EVENING + HOUR / 2)
    factories.release(other)
    change(one, title=text("改名"))
    space = both("space_twice", stage.match, one)
    assert [each for each in told(stage.event) if each[0] == "space_twice"] == [space]
    change(one, starts_at=EVENING - HOUR / 2, ends_at=EVENING + HOUR / 4)
    assert [each for each in told(stage.event) if each[0] == "space_twice"] == [space, space]
    change(one, starts_at=EVENING + 4 * HOUR, ends_at=EVENING + 5 * HOUR)
    assert [each for each in told(stage.event) if each[0] == "space_twice"] == [space]


@pytest.mark.parametrize("status", ["cancelled", "postponed"])
def test_conflicts_with_what_does_not_take_place_are_none(stage: SimpleNamespace, status: str) -> None:
    other = league(organizer=stage.ours, venues=[stage.hall])
    match(stage, other, status=status)
    off = league(organizer=stage.ours, venues=[stage.hall], status=status)
    match(stage, off)
    match(stage, stage.event, status=status)
    factories.release(other)
    factories.release(off)
    assert told(stage.event) == []


def test_conflicts_with_anothers_closure_at_the_whole_park(stage: SimpleNamespace) -> None:
    park = factories.venue()
    wing = factories.venue(parent=park)
    event, race = league(venues=[wing]), league(venues=[park])
    inside = factories.slot(event, EVENING, venue=wing)
    road = factories.slot(race, EVENING - HOUR, slot_kind="closure", venue=park)
    factories.release(event)
    factories.release(race)
    assert (told(event), told(race)) == ([both("road_closed", inside, road)], [both("road_closed", road, inside)])


# Hours and holidays


def test_conflicts_with_hours_stored_and_resolved_are_the_same(stage: SimpleNamespace) -> None:
    """Far ahead no hours are stored."""
    museum = factories.museum()
    kinds = []
    for year in (2026, 2029):
        event = league(venues=[museum], starts_on=date(year, 5, 1), ends_on=date(year, 5, 31))
        for hour in (10, 16, 20):
            start = at(year, 5, 9 if year == 2026 else 8, hour)  # a Saturday; a Tuesday
            factories.slot(event, start, venue=museum, ends_at=start + HOUR)
        kinds.append([(each.kind, len(each.slots)) for each in find_conflicts(event, NOW)])
    assert kinds == [[("outside_hours", 1), ("outside_hours", 1)]] * 2


def test_conflicts_tell_of_holidays(stage: SimpleNamespace) -> None:
    factories.calendar(2026)
    start = at(2026, 5, 1, 10)
    event = league()
    slots = [factories.slot(event, start + n * HOUR) for n in range(3)]
    factories.slot(event, at(2026, 5, 20, 10))
    assert told(event) == [("holiday", "warn", [slot.uid for slot in slots])]


def test_conflicts_speak_chinese(stage: SimpleNamespace) -> None:
    match(stage, stage.event, title=text("决赛"), starts_at=EVENING + HOUR / 2)
    stage.match.refresh_from_db()
    change(stage.match, title=text("热身赛"))
    with translation.override("zh-hans"):
        first = find_conflicts(stage.event, NOW)[0]
    assert first.message == (
        "“鹰队”不能同时出现在两处：“热身赛”（2026-05-02 19:00–20:00）与“决赛”（2026-05-02 19:30–20:00）。"
        "请移动其中之一，或调整参与者。"
    )


# Releasing in spite of them


def refusal(event: Event, **how: Any) -> list[tuple[str, bool]]:
    with pytest.raises(Refused) as caught:
        publish(event, by=None, **how)
    return [(each.kind, each.accepted) for each in caught.value.conflicts]


def test_accepted_warning_is_not_asked_about_again(stage: SimpleNamespace) -> None:
    event = league(venues=[stage.hall])
    one, other = (factories.slot(event, EVENING, venue=stage.hall, space=stage.court) for _ in range(2))
    assert refusal(event) == [("space_twice", False)]
    (warned,) = find_conflicts(event, NOW)
    assert publish(event, by=None, accept=[warned.id]).accepted == [
        {"id": warned.id, "kind": "space_twice", "slots": [str(row.uid) for row in warned.slots]}
    ]
    assert [(each.id, each.accepted) for each in find_conflicts(event, NOW)] == [(warned.id, True)]
    change(one, title=text("改名"))
    assert [row["id"] for row in publish(event, by=None).accepted] == [warned.id]
    factories.slot(event, EVENING + 24 * HOUR)
    assert [row["id"] for row in publish(event, by=None).accepted] == [warned.id]
    change(one, starts_at=EVENING + HOUR)  # another clash
    assert refusal(event) == [("space_twice", False)]
    change(one, starts_at=EVENING + 3 * HOUR)
    assert publish(event, by=None).accepted == []
    change(one, starts_at=EVENING)  # the first clash again, and long forgotten
    assert refusal(event) == [("space_twice", False)]
    assert other.is_released()


def test_blocking_conflict_is_never_accepted(stage: SimpleNamespace) -> None:
    match(stage, stage.event)
    found = find_conflicts(stage.event, NOW)
    accept = [each.id for each in found]
    assert refusal(stage.event, accept=accept) == [("participant_twice", False), ("space_twice", False)]
    assert not stage.match.is_released()


def test_urgent_fix_is_not_kept_back_by_another_draft(stage: SimpleNamespace) -> None:
    publish(stage.event, by=None)
    clash = match(stage, stage.event)
    change(stage.match, title=text("改名"))
    assert refusal(stage.event) == [("participant_twice", False), ("space_twice", False)]
    assert publish(stage.event, by=None, only=[stage.match.uid]).number == 2
    assert not clash.is_released()


# The cost


def test_conflicts_cost_the_same_for_few_slots_and_for_many(stage: SimpleNamespace) -> None:
    hall = factories.venue()
    factories.hours(hall)
    other = league(organizer=stage.ours, venues=[stage.hall])
    match(stage, other)
    costs = []
    for size in (3, 30):
        event = league(organizer=stage.ours, venues=[hall, stage.hall])
        with edit():
            starts = [EVENING + n * HOUR for n in range(size)]
            slots = [Slot(event=event, title=text("场"), starts_at=at, ends_at=at + HOUR) for at in starts]
            for number, slot in enumerate(slots):
                slot.venue, slot.space = (hall, None) if number % 2 else (stage.hall, stage.court)
                slot.derive_times(event)
            Slot.objects.insert(slots)
            SlotParticipant.objects.insert([SlotParticipant(slot=slot, participant=stage.team) for slot in slots])
        with CaptureQueriesContext(connection) as captured:
            find_conflicts(event, NOW)
        costs.append(len(captured))
        factories.withdrawn(event)  # it is none of the next one's neighbours
    assert costs[0] == costs[1] <= 20
