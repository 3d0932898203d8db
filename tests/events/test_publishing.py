"""Publishing chosen slots, publishing at once, and publishing that breaks in the middle."""

import os
import signal
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from events import conflicts, releases
from events.conflicts import Conflict, Level
from events.models import Release, ReleasedSlot, Slot, SlotChange
from events.releases import Refused, publish
from tests import factories
from tests.core.test_changes_writers import races, threads
from tests.factories import at, feed, league, revision, text

EVENING = at(2026, 5, 1, 19)
HOUR = timedelta(hours=1)


def change(slot: Slot, **fields: Any) -> None:
    slot.refresh_from_db()
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()


def out() -> dict[Any, Any]:
    """The public schedule, by title."""
    rows = ReleasedSlot.objects.visible()
    return {row.title["zh-Hans"]: (row.starts_at, row.status, row.sequence) for row in rows}


def everything() -> list[Any]:
    """All that a release writes."""
    rows = [list(model.objects.order_by("pk").values_list()) for model in (ReleasedSlot, Release, SlotChange)]
    return [revision(), feed(), *rows]


# Chosen slots


@pytest.mark.django_db
def test_only_ships_the_chosen_slots_and_no_other_draft() -> None:
    event = league()
    first = factories.slot(event, EVENING, title=text("一"))
    second = factories.slot(event, EVENING + 3 * HOUR, title=text("二"))
    factories.release(event)
    change(first, starts_at=EVENING + HOUR)
    change(second, title=text("二改"))
    factories.slot(event, EVENING + 6 * HOUR, title=text("三"))
    made = factories.release(event, only=[first.uid])
    assert out() == {"一": (EVENING + HOUR, "scheduled", 1), "二": (EVENING + 3 * HOUR, "scheduled", 0)}
    assert list(made.changes.values_list("uid", "kinds")) == [(first.uid, ["retimed"])]
    rest = factories.release(event)
    assert set(out()) == {"一", "二改", "三"}
    assert sorted(kinds for _uid, kinds in rest.changes.values_list("uid", "kinds")) == [["added"], ["retitled"]]


@pytest.mark.django_db
def test_only_takes_out_a_slot_whose_draft_is_gone() -> None:
    event = league()
    gone, stays = (factories.slot(event, EVENING, title=text(name)) for name in "一二")
    factories.release(event)
    uid = gone.uid
    gone.delete()
    change(stays, title=text("改"))
    factories.release(event, only=[uid])
    assert set(out()) == {"二"}
    assert feed()["slot", str(uid)] == (revision(), True)


@pytest.mark.django_db
def test_only_names_slots_of_the_event() -> None:
    event, other = league(), league()
    factories.slot(event, EVENING)
    foreign = factories.slot(other, EVENING)
    for uid in (foreign.uid, uuid4()):
        with pytest.raises(ValidationError) as caught:
            publish(event, None, only=[uid])
        assert (caught.value.code, str(uid) in caught.value.messages[0]) == ("no_such_slot", True)
    assert out() == {}


@pytest.mark.django_db
def test_a_fault_of_another_draft_keeps_no_urgent_fix_back() -> None:
    event = league()
    urgent, broken = factories.slot(event, EVENING, title=text("急")), factories.slot(event, EVENING, title=text("错"))
    broken.ends_at = EVENING - HOUR
    broken.save()  # past the form
    with pytest.raises(Refused) as caught:
        publish(event, None)
    assert [each.kind for each in caught.value.conflicts if each.level == Level.BLOCK] == ["times_ends_at"]
    factories.release(event, only=[urgent.uid])
    assert set(out()) == {"急"}


@pytest.mark.django_db
def test_a_fault_of_what_is_out_keeps_no_urgent_fix_back() -> None:
    event = league()
    late, urgent = factories.slot(event, at(2026, 5, 20, 19)), factories.slot(event, EVENING, title=text("急"))
    factories.release(event)
    event.ends_on = date(2026, 5, 10)  # and now the late one lies outside
    event.save()
    change(urgent, title=text("改"))
    with pytest.raises(Refused) as caught:
        publish(event, None)
    assert [(each.kind, each.slots[0].uid) for each in caught.value.conflicts] == [("outside_event", late.uid)]
    assert publish(event, None, only=[urgent.uid]).number == 2


@pytest.mark.django_db
def test_slot_that_was_taken_out_and_returns_goes_on_counting() -> None:
    """A calendar that kept it compares the sequence numbers."""
    event = league()
    slot = factories.slot(event, EVENING, title=text("一"))
    factories.release(event)
    fields = {name: getattr(slot, name) for name in ("uid", "title", "starts_at", "slot_kind")}
    slot.delete()
    factories.release(event)
    factories.slot(event, **fields)
    made = factories.release(event)
    assert out() == {"一": (EVENING, "scheduled", 1)}
    assert list(made.changes.values_list("kinds", flat=True)) == [["added"]]


# Warnings, and the draft that was looked at


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(planned: Any, moment: Any) -> list[Conflict]:
        return [Conflict("far", Level.WARN, (row,), "far away") for row in planned.then.values()]

    monkeypatch.setattr(releases, "conflicts_in", warn)
    monkeypatch.setattr(conflicts, "conflicts_in", warn)


@pytest.mark.django_db
def test_warnings_are_accepted_one_by_one_and_kept_with_the_release(warned: None) -> None:
    event = league()
    slots = [factories.slot(event, EVENING), factories.slot(event, EVENING + HOUR)]
    found = conflicts.find_conflicts(event, EVENING)
    with pytest.raises(Refused) as caught:
        publish(event, None, accept=[found[0].id])
    assert caught.value.messages == ["far away"]
    assert [each.id for each in caught.value.conflicts] == [each.id for each in found]
    made = publish(event, None, accept=[each.id for each in found])
    assert made.accepted == [
        {"id": each.id, "kind": "far", "slots": [str(slot.uid)]} for each, slot in zip(found, slots, strict=True)
    ]


@pytest.mark.django_db
def test_accepted_warning_is_a_new_one_once_the_slot_has_moved(warned: None) -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    (before,) = conflicts.find_conflicts(event, EVENING)
    change(slot, title=text("改名"))
    (renamed,) = conflicts.find_conflicts(event, EVENING)
    change(slot, starts_at=EVENING + HOUR)
    (moved,) = conflicts.find_conflicts(event, EVENING)
    assert (before.id == renamed.id, before.id == moved.id) == (True, False)


@pytest.mark.django_db
def test_draft_that_is_no_longer_what_was_looked_at_is_not_released() -> None:
    event = league()
    slot = factories.slot(event, EVENING)
    event.refresh_from_db()
    seen = event.version
    change(slot, title=text("改名"))
    with pytest.raises(ValidationError) as caught:
        publish(event, None, expected_draft=seen)
    assert (caught.value.code, out()) == ("stale", {})
    event.refresh_from_db()
    assert publish(event, None, expected_draft=event.version).number == 1


# A fault at every step


class Stop(Exception):
    pass


def at_statement(number: int, act: Callable[[], None]) -> Any:
    """Does ``act`` instead of the statement with that number. The end of a test's savepoint stands for the commit."""
    count = 0

    def watch(execute: Any, sql: str, *args: Any) -> Any:
        nonlocal count
        count += not sql.startswith("RELEASE SAVEPOINT")
        if count == number:
            act()
        return execute(sql, *args)

    return connection.execute_wrapper(watch)


def scene() -> Any:
    """An event with a release and with drafts that change, add, cancel and take out."""
    event = league()
    slots = [factories.slot(event, EVENING + n * HOUR, title=text(str(n))) for n in range(4)]
    factories.release(event)
    change(slots[0], starts_at=EVENING - HOUR)
    change(slots[1], status="cancelled")
    slots[2].delete()
    factories.slot(event, EVENING, title=text("新"))
    event.refresh_from_db()
    return event


def fail() -> None:
    raise Stop


@pytest.mark.django_db
def test_an_exception_at_any_statement_leaves_the_old_release_whole() -> None:
    event = scene()
    before, step = everything(), 0
    while True:
        step += 1
        try:
            with at_statement(step, fail):
                factories.release(event)
        except Stop:
            assert everything() == before, step
        else:
            break
    assert step > 15
    assert set(out()) == {"0", "1", "3", "新"}


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_at_any_statement_leaves_the_old_release_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "announce", lambda release: None)  # it asks more, after the commit
    event = scene()
    before, step, killed = everything(), 0, True
    while killed:
        step += 4
        connections.close_all()  # a child must not inherit them
        child = os.fork()
        if not child:
            with at_statement(step, die):
                factories.release(event)
            os._exit(0)
        killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        if killed:
            assert everything() == before, step
    assert step > 15
    assert set(out()) == {"0", "1", "3", "新"}


# Many publishers


@races
@pytest.mark.django_db(transaction=True)
def test_fifty_publishers_at_once_number_without_a_gap() -> None:
    """Each ships a slot of its own; every release holds exactly one change."""
    event = league()
    slots = [factories.slot(event, EVENING + n * HOUR, title=text(str(n))) for n in range(50)]
    start = threading.Barrier(50, timeout=60)

    def ship(slot: Slot) -> None:
        start.wait()
        factories.release(event, only=[slot.uid])

    with threads() as crew:
        for slot in slots:
            crew.start(lambda slot=slot: ship(slot))  # type: ignore[misc]
    assert crew.errors == []
    made = Release.objects.order_by("number")
    assert [release.number for release in made] == list(range(1, 51))
    shipped = [list(release.changes.values_list("uid", "kinds")) for release in made]
    assert sorted(str(uid) for ((uid, _kinds),) in shipped) == sorted(str(slot.uid) for slot in slots)
    event.refresh_from_db()
    assert (event.release_number, len(out())) == (50, 50)


@races
@pytest.mark.django_db(transaction=True)
def test_two_publishers_of_one_draft_one_wins_and_the_other_is_told() -> None:
    event = league()
    factories.slot(event, EVENING)
    event.refresh_from_db()
    start = threading.Barrier(2, timeout=20)

    def ship() -> None:
        start.wait()
        publish(event, None, expected_draft=event.version)

    with threads() as crew:
        for _ in range(2):
            crew.start(ship)
    (error,) = crew.errors
    assert (isinstance(error, ValidationError), getattr(error, "code", "")) == (True, "stale")
    assert Release.objects.count() == 1
