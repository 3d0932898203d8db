"""Time passes without a write: what appears, vanishes, opens or closes by the clock, and the day that turns."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.changes.edits import edit
from core.changes.models import Change, ContentRevision
from core.changes.records import current
from core.changes.ticks import revision_at, tick
from core.clock import day_begins, district_day
from events.models import Event, ReleasedSlot
from tests import factories
from tests.factories import at, feed, revision
from venues.models import Venue

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
HOUR = timedelta(hours=1)
DAY_ENDS = at(2026, 5, 2, 4)

Counted = Callable[[int], Any]


@pytest.fixture(autouse=True)
def _noon(clock: Callable[[datetime], None]) -> None:
    """Everything below is written at noon of the first of May."""
    clock(NOON)


def next_due() -> datetime | None:
    return current().next_due


def public(row: Any) -> bool:
    return type(row)._base_manager.get(pk=row.pk).public


# The day


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (at(2026, 5, 2, 3, 59), "2026-05-01"),
        (at(2026, 5, 2, 4), "2026-05-02"),
        (at(2026, 5, 2), "2026-05-01"),
        (at(2026, 1, 1, 3), "2025-12-31"),
    ],
)
def test_district_day_begins_at_four(moment: datetime, day: str) -> None:
    assert district_day(moment).isoformat() == day
    assert day_begins(district_day(moment)) <= moment < day_begins(district_day(moment) + timedelta(days=1))


def test_day_turn_takes_a_number_even_with_nothing_else() -> None:
    factories.venue()
    before, known = revision(), feed()
    assert next_due() == DAY_ENDS
    assert tick(DAY_ENDS - timedelta(seconds=1)) is None
    assert tick(DAY_ENDS) == before + 1
    assert feed() == known
    assert next_due() == DAY_ENDS + timedelta(days=1)
    assert tick(DAY_ENDS + HOUR) is None
    assert revision() == before + 1


def test_several_days_that_nobody_asked_take_one_number() -> None:
    factories.venue()
    before = revision()
    assert tick(DAY_ENDS + timedelta(days=9)) == before + 1
    assert ContentRevision.objects.get().day.isoformat() == "2026-05-11"


def test_write_after_the_turn_leaves_it_to_the_tick() -> None:
    factories.venue()
    before = revision()
    with edit(moment=DAY_ENDS + HOUR):
        factories.venue(published=False).save()
    assert (revision(), next_due()) == (before, DAY_ENDS)
    assert tick(DAY_ENDS + HOUR) == before + 1


def test_clock_does_not_run_backwards() -> None:
    factories.venue()
    tick(DAY_ENDS)
    before = revision()
    assert tick(NOON) is None
    assert (revision(), ContentRevision.objects.get().day.isoformat()) == (before, "2026-05-02")


# What appears and vanishes


def test_venue_appears_and_vanishes_at_its_times() -> None:
    venue = factories.venue(appear_at=NOON + HOUR, vanish_at=NOON + 2 * HOUR)
    key, before = ("venue", venue.slug), revision()
    assert (public(venue), feed(), next_due()) == (False, {}, NOON + HOUR)
    assert tick(NOON + HOUR - timedelta(microseconds=1)) is None
    assert tick(NOON + HOUR) == before + 1
    assert (public(venue), feed(), next_due()) == (True, {key: (before + 1, False)}, NOON + 2 * HOUR)
    assert tick(NOON + 2 * HOUR) == before + 2
    assert (public(venue), feed(), next_due()) == (False, {key: (before + 2, True)}, DAY_ENDS)


def test_what_a_tick_changes_says_when_but_is_no_editors_change() -> None:
    venue = factories.venue(appear_at=NOON + HOUR)
    version = Venue.objects.get(pk=venue.pk).version
    tick(NOON + HOUR)
    stored = Venue.objects.get(pk=venue.pk)
    assert (stored.version, stored.updated_at) == (version, NOON + HOUR)


def test_event_that_appears_takes_its_slots_and_pictures_with_it() -> None:
    event, image = factories.event(appear_at=NOON + HOUR), factories.image()
    factories.shown(image, event)
    slot = factories.slot(event, NOON + 3 * HOUR)
    factories.release(event)
    assert [*ReleasedSlot.objects.visible()] == []
    before = revision()
    assert tick(NOON + HOUR) == before + 1
    appeared = {("event", event.slug), ("slot", str(slot.uid)), ("image", str(image.pk))}
    assert {key for key, change in feed().items() if change == (before + 1, False)} == appeared
    assert [row.uid for row in ReleasedSlot.objects.visible()] == [slot.uid]
    assert public(image)


def test_event_that_vanishes_buries_its_slots_and_pictures() -> None:
    event, image = factories.event(vanish_at=NOON + HOUR), factories.image()
    factories.shown(image, event)
    slot = factories.slot(event, NOON + 3 * HOUR)
    factories.release(event)
    number = tick(NOON + HOUR)
    gone = {("event", event.slug), ("slot", str(slot.uid)), ("image", str(image.pk))}
    assert {key for key, change in feed().items() if change == (number, True)} == gone
    assert [*ReleasedSlot.objects.visible()] == []


def test_draft_with_a_time_to_appear_stays_a_draft() -> None:
    venue = factories.venue(published=False, appear_at=NOON + HOUR)
    factories.venue()
    assert next_due() == DAY_ENDS
    assert tick(NOON + HOUR) is None
    assert (public(venue), ("venue", venue.slug) in feed()) == (False, False)


def test_withdrawn_row_is_not_brought_back_by_its_time() -> None:
    venue = factories.venue(appear_at=NOON + HOUR)
    factories.withdrawn(venue)
    tick(NOON + HOUR)
    assert (public(venue), feed(), next_due()) == (False, {}, DAY_ENDS)


def test_vanished_rows_leave_nothing_due(clock: Callable[[datetime], None]) -> None:
    """What has come and gone lies behind for good: else every request would tick."""
    factories.venue(appear_at=NOON + HOUR, vanish_at=NOON + 2 * HOUR)
    assert tick(NOON + 3 * HOUR) is None  # nobody asked while it was to be seen
    assert next_due() == DAY_ENDS
    clock(NOON + 3 * HOUR)
    factories.venue(published=False)
    assert (feed(), next_due()) == ({}, DAY_ENDS)


def test_row_saved_while_time_passed_is_still_caught_up() -> None:
    """A unit of work counts as done when it began; what fell due meanwhile is due at once."""
    venue = factories.venue(appear_at=NOON + HOUR)
    with edit(moment=NOON + HOUR - timedelta(seconds=5)):
        Venue.objects.get(pk=venue.pk).save()
    assert (public(venue), next_due()) == (False, NOON + HOUR)
    assert revision_at(NOON + HOUR).number == revision() == feed()["venue", venue.slug][0]
    assert public(venue)


def test_time_taken_back_costs_one_tick_that_finds_nothing() -> None:
    venue = factories.venue(appear_at=NOON + HOUR)
    venue.appear_at = NOON + 5 * HOUR
    venue.save()
    assert tick(NOON + HOUR) is None
    assert (public(venue), next_due()) == (False, NOON + 5 * HOUR)


def test_nearest_moment_of_all_content_is_the_next() -> None:
    factories.event(appear_at=NOON + 5 * HOUR)
    factories.venue(vanish_at=NOON + 3 * HOUR)
    factories.organizer(appear_at=NOON + 4 * HOUR)
    assert next_due() == NOON + 3 * HOUR
    tick(NOON + 3 * HOUR)
    assert next_due() == NOON + 4 * HOUR


# Booking


WINDOW = {"booking_opens_at": NOON + HOUR, "booking_closes_at": NOON + 2 * HOUR}


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("open", ["not_yet", "open", "closed"]),
        ("waitlist", ["not_yet", "waitlist", "closed"]),
        ("sold_out", ["not_yet", "sold_out", "closed"]),
        ("closed", ["closed", "closed", "closed"]),
        ("not_needed", ["not_needed", "not_needed", "not_needed"]),
        ("walk_in", ["walk_in", "walk_in", "walk_in"]),
        ("unknown", ["unknown", "unknown", "unknown"]),
    ],
)
def test_booking_follows_its_window(chosen: str, told: list[str]) -> None:
    event = factories.event(booking_status=chosen, **WINDOW)
    before, seen = revision(), [Event.objects.get(pk=event.pk).booking_now]
    for moment in (NOON + HOUR, NOON + 2 * HOUR):
        tick(moment)
        seen.append(Event.objects.get(pk=event.pk).booking_now)
    assert seen == told
    turns = len(set(told)) - 1
    assert feed()["event", event.slug] == (before + turns, False)
    assert next_due() == DAY_ENDS


def test_booking_of_a_draft_turns_without_a_number_and_makes_nothing_due() -> None:
    before, due = revision(), next_due()
    event = factories.event(published=False, booking_status="open", **WINDOW)
    assert next_due() in (due, DAY_ENDS)
    assert tick(NOON + HOUR) is None
    assert Event.objects.get(pk=event.pk).booking_now == "open"
    assert (revision() - before, next_due()) == (1, DAY_ENDS)  # the number is the organizer's


def test_booking_window_that_was_slept_through_is_closed() -> None:
    event = factories.event(booking_status="open", **WINDOW)
    before = revision()
    assert tick(NOON + 3 * HOUR) == before + 1
    assert Event.objects.get(pk=event.pk).booking_now == "closed"


# Who asks


def test_revision_costs_one_query_while_nothing_is_due(django_assert_num_queries: Counted) -> None:
    factories.venue()
    known = current()
    with django_assert_num_queries(1):
        assert revision_at(DAY_ENDS - timedelta(seconds=1)) == known


def test_revision_ticks_where_something_is_overdue(django_assert_num_queries: Counted) -> None:
    venue = factories.venue(appear_at=NOON + HOUR)
    before = revision()
    now = revision_at(NOON + HOUR)
    assert (now.number, now.at, now.next_due) == (before + 1, NOON + HOUR, DAY_ENDS)
    assert public(venue)
    with django_assert_num_queries(1):
        assert revision_at(NOON + HOUR) == now


def test_revision_of_an_empty_site_is_zero(django_assert_num_queries: Counted) -> None:
    with django_assert_num_queries(1):
        assert revision_at(NOON) == (0, None, None)
    assert not ContentRevision.objects.exists()
    assert not Change.objects.exists()
