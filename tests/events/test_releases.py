"""Releases: what the public sees of a schedule is what was released, and each release tells what it changed."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.changes.models import acts_of
from events.freezing import draft_rows
from events.models import Event, Release, ReleasedSlot, Slot, SlotParticipant
from events.releases import publish
from tests import factories
from tests.factories import at, feed, league, revision, text

pytestmark = pytest.mark.django_db

EVENING = at(2026, 5, 1, 19)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[datetime], None]) -> None:
    clock(at(2026, 4, 1, 12))


def change(slot: Slot, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()


def shown(slot: Slot) -> ReleasedSlot:
    return ReleasedSlot.objects.visible().get(uid=slot.uid)


def agenda() -> list[tuple[Any, ...]]:
    """All that the public could read, in order."""
    fields = ("uid", "title", "starts_at", "ends_at", "status", "venue", "participants", "release__number", "pk")
    return list(ReleasedSlot.objects.visible().order_by("pk").values_list(*fields))


def refused(event: Event) -> list[tuple[str | None, str]]:
    """Tries to release; checks that nothing was written; returns the problems."""
    before = (revision(), feed(), agenda(), Release.objects.count(), acts_of(event).count())
    with pytest.raises(ValidationError) as caught:
        factories.release(event)
    assert (revision(), feed(), agenda(), Release.objects.count(), acts_of(event).count()) == before
    return [(error.code, " ".join(error.messages)) for error in caught.value.error_list]


# Freezing


def test_release_freezes_the_draft() -> None:
    venue, user = factories.venue(), factories.user("anna")
    event = league(venues=[venue])
    court = factories.space(venue)
    slot = factories.slot(event, EVENING, ends_at=EVENING + HOUR, venue=venue, space=court, title=text("决赛"))
    factories.takes_part(slot, factories.participant(slug="eagles", name=text("鹰队")), role="home", billing=2)
    factories.takes_part(slot, factories.participant(slug="foxes", name=text("狐队")), role="away", billing=1)
    made = publish(event, by=user, note="first")
    row = shown(slot)
    assert (made.number, made.by, made.note, made.at) == (1, user, "first", at(2026, 4, 1, 12))
    assert (row.title, row.starts_at, row.ends_at, row.venue, row.space) == (
        {"zh-Hans": "决赛"},
        EVENING,
        EVENING + HOUR,
        venue,
        court,
    )
    assert (row.day, row.sequence, row.previous_start, row.release, row.until) == (EVENING.date(), 0, None, made, None)
    assert [(each["slug"], each["name"], each["role"]) for each in row.participants] == [
        ("foxes", {"zh-Hans": "狐队"}, "away"),
        ("eagles", {"zh-Hans": "鹰队"}, "home"),
    ]
    assert next((each.verb, each.by, each.note) for each in acts_of(event)) == ("released", user, "first")


def test_public_rows_do_not_follow_the_draft() -> None:
    venue = factories.venue()
    event = league(venues=[venue])
    slots = [factories.slot(event, EVENING) for _ in range(4)]
    someone = factories.participant()
    part = factories.takes_part(slots[3], someone)
    factories.release(event)
    before, number, known = agenda(), revision(), feed()
    change(slots[0], title=text("改名"), starts_at=EVENING + HOUR)
    change(slots[1], status="cancelled", venue=venue)
    slots[2].delete()
    part.delete()
    someone.name = text("改名")
    someone.save()
    factories.slot(event, EVENING)
    assert (agenda(), revision(), feed()) == (before, number, known)


def test_release_of_a_draft_event_shows_nothing_until_it_is_published() -> None:
    event = league(published=False)
    slot = factories.slot(event, EVENING)
    factories.release(event)
    assert (agenda(), ("slot", str(slot.uid)) in feed()) == ([], False)
    factories.public(event)
    assert [row[0] for row in agenda()] == [slot.uid]
    factories.withdrawn(event)
    assert (agenda(), feed()["slot", str(slot.uid)]) == ([], (revision(), True))


def test_release_takes_one_number_for_all_that_it_changed() -> None:
    event, other = league(), league()
    slots = [factories.slot(event, EVENING) for _ in range(3)]
    before = revision()
    factories.release(event)
    stamped = {key for key, entry in feed().items() if entry == (before + 1, False)}
    assert revision() == before + 1
    assert stamped == {event.key} | {("slot", str(slot.uid)) for slot in slots}
    assert other.key not in stamped


# The next release


def test_unchanged_rows_keep_their_row() -> None:
    event = league()
    same, moved = factories.slot(event, EVENING), factories.slot(event, EVENING)
    factories.release(event)
    rows = {slot.pk: shown(slot).pk for slot in (same, moved)}
    number = feed()["slot", str(same.uid)]
    change(moved, starts_at=EVENING + HOUR)
    second = factories.release(event)
    assert (shown(same).pk, feed()["slot", str(same.uid)]) == (rows[same.pk], number)
    assert (shown(moved).pk != rows[moved.pk], shown(moved).release) == (True, second)
    old = ReleasedSlot.objects.get(pk=rows[moved.pk])
    assert (old.until, old.public, old.starts_at) == (second, False, EVENING)


def test_nothing_changed_makes_no_release() -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    factories.release(event)
    change(slot, title=slot.title)  # saved, and the same
    assert [code for code, _message in refused(event)] == ["unchanged"]


def test_empty_schedule_makes_no_first_release() -> None:
    assert [code for code, _message in refused(league())] == ["unchanged"]


SEQUENCE: list[tuple[str, Any, int]] = [
    ("starts_at", EVENING + HOUR, 1),
    ("ends_at", EVENING + 3 * HOUR, 1),
    ("through", date(2026, 5, 3), 1),
    ("timing", "venue_hours", 1),
    ("precision", "not_before", 1),
    ("status", "cancelled", 1),
    ("place_name", text("广场"), 1),
    ("title", text("改名"), 0),
    ("status_note", text("雨"), 0),
    ("slot_kind", "show", 0),
    ("sample", True, 0),
]


@pytest.mark.parametrize(("field", "value", "rises"), SEQUENCE, ids=[field for field, *_ in SEQUENCE])
def test_sequence_rises_with_time_place_and_status_only(field: str, value: Any, rises: int) -> None:
    event = league()
    slot = factories.slot(event, EVENING, ends_at=EVENING + 2 * HOUR)
    factories.release(event)
    before = shown(slot)
    change(slot, **{field: value})
    factories.release(event)
    after = shown(slot)
    assert (after.pk != before.pk, getattr(after, field)) == (True, value)
    assert (after.sequence, after.version) == (rises, before.version + 1)


def test_sequence_rises_with_the_venue_and_the_space() -> None:
    venue = factories.venue()
    event = league(venues=[venue])
    slot, court = factories.slot(event, EVENING), factories.space(venue)
    factories.release(event)
    seen = [shown(slot).sequence]
    for fields in ({"venue": venue}, {"space": court}, {"space": None}):
        change(slot, **fields)
        factories.release(event)
        seen.append(shown(slot).sequence)
    assert seen == [0, 1, 2, 3]


def test_line_up_gives_a_new_row_with_the_same_sequence() -> None:
    event = league()
    slot, band = factories.slot(event, EVENING), factories.participant(name=text("乐队"))
    factories.release(event)
    first = shown(slot)
    factories.takes_part(slot, band, role="headliner")
    factories.release(event)
    second = shown(slot)
    band.name = text("新乐队")
    band.save()
    factories.release(event)
    third = shown(slot)
    assert len({first.pk, second.pk, third.pk}) == 3
    assert [row.sequence for row in (first, second, third)] == [0, 0, 0]
    assert [[each["name"]["zh-Hans"] for each in row.participants] for row in (first, second, third)] == [
        [],
        ["乐队"],
        ["新乐队"],
    ]


def test_previous_start_is_kept_until_the_next_move() -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    factories.release(event)
    seen = [shown(slot).previous_start]
    steps: list[dict[str, Any]] = [
        {"starts_at": EVENING + HOUR},
        {"title": text("改名")},
        {"status": "cancelled"},
        {"starts_at": EVENING + 2 * HOUR},
    ]
    for fields in steps:
        change(slot, **fields)
        factories.release(event)
        seen.append(shown(slot).previous_start)
    assert seen == [None, EVENING, EVENING, EVENING, EVENING + HOUR]


def test_removed_draft_takes_its_row_and_leaves_a_tombstone() -> None:
    event = league()
    gone, stays = factories.slot(event, EVENING), factories.slot(event, EVENING)
    factories.release(event)
    gone.delete()
    second = factories.release(event)
    assert [row[0] for row in agenda()] == [stays.uid]
    assert feed()["slot", str(gone.uid)] == (revision(), True)
    old = ReleasedSlot.objects.get(uid=gone.uid)
    assert (old.until, old.public) == (second, False)


def test_schedule_that_is_emptied_is_a_release_too() -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    factories.release(event)
    slot.delete()
    assert factories.release(event).number == 2
    assert agenda() == []


def test_cancelled_slot_stays_listed() -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    factories.release(event)
    change(slot, status="cancelled")
    factories.release(event)
    assert (shown(slot).status, feed()["slot", str(slot.uid)]) == ("cancelled", (revision(), False))


# What is refused


def test_slot_at_a_venue_that_is_not_the_events_is_refused() -> None:
    event, elsewhere = league(venues=[factories.venue()]), factories.venue()
    factories.slot(event, EVENING)
    factories.slot(event, EVENING, venue=elsewhere, title=text("决赛"))
    ((code, message),) = refused(event)
    assert (code, "决赛" in message, str(elsewhere) in message) == ("foreign_venue", True, True)


def test_tba_in_an_event_that_is_over_is_refused(clock: Callable[[datetime], None]) -> None:
    event = league()
    factories.slot(event, precision="tba", title=text("颁奖"))
    clock(at(2026, 6, 1, 12))
    ((code, message),) = refused(event)
    assert (code, "颁奖" in message) == ("announced_too_late", True)


@pytest.mark.parametrize("ends_on", [date(2026, 6, 30), None])
def test_tba_is_measured_by_the_event_as_it_now_is(ends_on: date | None, clock: Callable[[datetime], None]) -> None:
    """An event that was prolonged, or has no known end, is not over."""
    event = league()
    slot = factories.slot(event, precision="tba")
    event.ends_on = ends_on
    event.save()
    clock(at(2026, 6, 1, 12))
    factories.release(event)
    assert shown(slot).last_day == (ends_on or date(9999, 1, 1))


def test_prolonged_event_moves_its_tba_slots_with_the_next_release() -> None:
    event = league()
    slot = factories.slot(event, precision="tba")
    factories.release(event)
    event.ends_on = date(2026, 6, 30)
    event.save()
    assert shown(slot).last_day == date(2026, 5, 31)
    factories.release(event)
    assert (shown(slot).last_day, shown(slot).sequence) == (date(2026, 6, 30), 0)


def test_draft_whose_times_contradict_each_other_is_refused() -> None:
    event = league()
    slot = factories.slot(event, EVENING, title=text("决赛"))
    slot.ends_at = EVENING - HOUR
    slot.save()  # past the form
    ((code, message),) = refused(event)
    assert (code, "决赛" in message, "2026-05-01" in message) == ("times_ends_at", True, True)


def test_all_problems_are_told_at_once() -> None:
    event, elsewhere = league(), factories.venue()
    for _ in range(2):
        factories.slot(event, EVENING, venue=elsewhere)
    assert [code for code, _message in refused(event)] == ["foreign_venue", "foreign_venue"]


# The cost


def statements(act: Callable[[], Any]) -> int:
    """How many, without the inserts: SQLite takes a thousand values in one, so that fifty rows need two."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].startswith("INSERT") for query in captured)


def test_release_costs_the_same_for_few_slots_and_for_many() -> None:
    venue, band = factories.venue(), factories.participant()
    other = league(venues=[venue])  # what else is on is read too
    factories.takes_part(factories.slot(other, EVENING, venue=venue), band)
    factories.release(other)
    costs = []
    for size in (5, 50):
        event = league(venues=[venue])
        with edit():
            starts = [EVENING + 3 * n * HOUR for n in range(size)]
            slots = [Slot(event=event, title=text(str(at)), starts_at=at, venue=venue) for at in starts]
            for slot in slots:
                slot.derive_times(event)
            Slot.objects.insert(slots)
            SlotParticipant.objects.insert([SlotParticipant(slot=slot, participant=band) for slot in slots])
        first = statements(lambda event=event: factories.release(event))  # type: ignore[misc]
        with edit():
            for slot in slots:
                Slot._base_manager.filter(pk=slot.pk).stamp(title=text("改名"))
        costs.append((first, statements(lambda event=event: factories.release(event))))  # type: ignore[misc]
        assert len(draft_rows(event)) == size
    assert costs[0] == costs[1]
    assert ReleasedSlot.objects.visible().count() == 56
