"""What a race adds to its slots: written into the draft, frozen by a release, brought back with an older one."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.details import detail_of
from events.freezing import has_unreleased
from events.models import ReleasedSlot, Slot
from events.race.details import write_details
from events.race.models import Closure, ClosureVenue, Course, Cutoff, Wave
from events.restoring import restore
from tests import factories
from tests.events.race import scenes
from tests.events.race.scenes import race
from tests.factories import at, text

pytestmark = pytest.mark.django_db


def draft(slot: Slot, name: str) -> Any:
    return detail_of(Slot.objects.get(pk=slot.pk), name)


def out(slot: Slot, name: str) -> Any:
    row = ReleasedSlot.objects.current().filter(uid=slot.uid).first()
    return None if row is None else detail_of(row, name)


def version(slot: Slot) -> int:
    return int(Slot.objects.values_list("version", flat=True).get(pk=slot.pk))


def test_a_row_beside_the_slot_changes_the_draft_and_nothing_that_is_out() -> None:
    made = race()
    before, event = version(made.first), made.event.version
    number = factories.revision()
    row = Wave.objects.get(slot=made.first)
    row.size = 400
    row.save()
    assert (draft(made.first, "wave")["size"], out(made.first, "wave")["size"]) == (400, 500)
    assert version(made.first) == before + 1
    made.event.refresh_from_db()
    assert made.event.version > event
    assert made.event.draft_changed_at is not None
    assert factories.revision() == number
    factories.release(made.event)
    assert out(made.first, "wave")["size"] == 400


def test_a_row_that_is_deleted_or_moved_leaves_nothing_behind() -> None:
    made = race()
    Cutoff.objects.get().delete()
    assert Slot.objects.get(pk=made.cut.pk).detail is None
    ClosureVenue.objects.get().delete()
    assert draft(made.closed, "closure")["venues"] == []
    other = factories.slot(made.event, at(*scenes.DAY, 9), slot_kind="wave")
    row = Wave.objects.get(slot=made.second)
    row.slot = other
    row.save()
    assert (draft(made.second, "wave"), draft(other, "wave")["bibs"]["prefix"]) == (None, "B")


def test_what_others_wrote_into_the_detail_stays() -> None:
    made = race()
    slot = Slot.objects.get(pk=made.first.pk)
    slot.detail = {**(slot.detail or {}), "placeholders": []}
    slot.save()
    row = Wave.objects.get(slot=slot)
    row.size = 1
    row.save()
    assert set(Slot.objects.get(pk=slot.pk).detail or {}) == {"placeholders", "wave"}
    row.delete()
    assert Slot.objects.get(pk=slot.pk).detail == {"placeholders": []}


def test_a_course_of_another_name_is_named_so_in_the_next_release() -> None:
    made = race()
    number = factories.revision()
    half = Course.objects.get()
    half.name = text("半马", en="Half marathon")
    half.save()
    assert factories.revision() == number + 1
    assert draft(made.first, "wave")["course"]["name"]["en"] == "Half marathon"
    assert out(made.first, "wave")["course"]["name"]["en"] == "Half"
    made.event.refresh_from_db()
    assert made.event.draft_changed_at is not None
    factories.release(made.event)
    assert {
        out(slot, name)["course"]["name"]["en"] for slot, name in ((made.cut, "cutoff"), (made.closed, "closure"))
    } == {"Half marathon"}


def test_details_of_many_slots_cost_as_many_statements_as_of_one() -> None:
    made = race()
    with edit():
        for _number in range(4):
            scenes.wave(made.half, 9)

    def cost(slots: Any) -> int:
        with edit() as unit:
            Wave._base_manager.filter(slot__in=slots).stamp(size=len(slots))
            with CaptureQueriesContext(connection) as queries:
                write_details(Slot.objects.filter(pk__in=slots), unit)
        return len(queries)

    pks = list(Slot.objects.filter(slot_kind="wave").values_list("pk", flat=True))
    assert cost(pks[:1]) == cost(pks) < 10
    assert {draft(slot, "wave")["size"] for slot in Slot.objects.filter(pk__in=pks)} == {len(pks)}


def test_an_older_release_brings_the_rows_back() -> None:
    made = race()
    with edit():
        second = factories.venue(slug="second")
        Wave.objects.get(slot=made.first).delete()
        row = Wave.objects.get(slot=made.second)
        row.size = 7
        row.save()
        cut = Cutoff.objects.get()
        cut.km = 9
        cut.save()
        closed = Closure.objects.get()
        closed.shuts, closed.from_km = True, 1
        closed.save()
        scenes.saved(ClosureVenue(closure=closed, venue=second))
        ClosureVenue.objects.get(venue=made.hall).delete()
        extra = scenes.wave(made.half, 10)
    factories.release(made.event)
    restore(made.event, 1, by=None)
    first = Wave.objects.get(slot=made.first)
    assert (first.course, first.bib_prefix, first.bib_from, first.bib_to, first.size) == (made.half, "A", 1, 500, 500)
    back = Wave.objects.get(slot=made.second)
    assert (back.pk, back.size, back.pace_from, back.pace_to) == (row.pk, None, 300, 510)
    assert float(Cutoff.objects.get().km) == 8
    closed.refresh_from_db()
    assert (closed.shuts, float(closed.from_km or 0), float(closed.to_km or 0)) == (False, 2, 6)
    assert [each.venue for each in ClosureVenue.objects.all()] == [made.hall]
    assert not Slot.objects.filter(pk=extra.pk).exists()
    assert not has_unreleased(made.event)


def test_an_older_release_without_the_row_takes_it_out() -> None:
    with edit():
        event = factories.league(slug="run", event_kind="race")
        half = scenes.course(event)
        slot = factories.slot(event, at(*scenes.DAY, 9), slot_kind="wave")
        factories.release(event)
        scenes.saved(Wave(slot=slot, course=half))
        factories.release(event)
    restore(event, 1, by=None)
    assert (Wave.objects.count(), Slot.objects.get(pk=slot.pk).detail) == (0, None)
    restore(event, 2, by=None)
    assert Wave.objects.get().course == half


def test_an_older_release_of_a_course_that_is_gone_has_no_row() -> None:
    made = race()
    with edit():
        for slot in (made.first, made.second, made.cut, made.closed):
            Slot.objects.get(pk=slot.pk).delete()
        made.half.delete()
    factories.release(made.event)
    restore(made.event, 1, by=None)
    assert not any(model.objects.exists() for model in (Wave, Cutoff, Closure))
    assert out(made.first, "wave")["size"] == 500  # what was released is as it was


def test_restoring_costs_the_same_for_many_slots() -> None:
    def cost(count: int) -> int:
        with edit():
            event = factories.league(event_kind="race")
            half = scenes.course(event)
            for number in range(count):
                scenes.wave(half, 9, size=number + 1)
                scenes.closure(event, [factories.venue()], course=half, from_km=1, to_km=2)
            factories.release(event)
            for row in Wave.objects.filter(course=half):
                row.size = 99
                row.save()
            factories.release(event)
        with CaptureQueriesContext(connection) as queries:
            restore(event, 1, by=None)
        return len(queries)

    cost(1)
    few, many = cost(2), cost(6)
    assert many <= few + 1
