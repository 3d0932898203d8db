"""Rolling back: an older release again, under a new number; drafts follow unless somebody is working on them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.changes.models import acts_of
from events.bulk import cancel, remove
from events.freezing import plan
from events.models import Event, Participant, Release, ReleasedSlot, Slot
from events.releases import Refused
from events.restoring import restore
from tests import factories
from tests.factories import at, league, revision, text

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
EVENING = at(2026, 5, 1, 19)


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[Any], None]) -> None:
    clock(at(2026, 4, 1, 12))


@pytest.fixture
def cup() -> Event:
    """Released once, with three games."""
    event = league(slug="cup")
    for day in range(3):
        factories.slot(event, EVENING + day * timedelta(days=1), title=text(f"第{day + 1}场"))
    factories.release(event, "first")
    return event


def games(event: Event) -> list[Slot]:
    return list(event.slots.order_by("title__zh-Hans"))


def change(slot: Slot, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.full_clean()
    slot.save()


def out(event: Event) -> dict[str, tuple[Any, ...]]:
    rows = event.released_slots.current().order_by("title__zh-Hans")
    return {row.title["zh-Hans"]: (row.starts_at, row.status, row.sequence, row.version) for row in rows}


def unreleased(event: Event) -> set[str]:
    """The slots whose drafts a release would still change."""
    planned = plan(event)
    return {row.title["zh-Hans"] for row in [*planned.fresh, *planned.replaced]}


def everything() -> tuple[Any, ...]:
    drafts = Slot.objects.order_by("pk").values_list("pk", "title", "starts_at", "status")
    return list(drafts), Release.objects.count(), list(ReleasedSlot.objects.values_list("pk", "until")), revision()


def test_restored_release_is_a_new_one_that_goes_on_counting(cup: Event) -> None:
    first, second, _third = games(cup)
    change(first, starts_at=EVENING + HOUR)
    factories.release(cup)
    change(first, starts_at=EVENING + 2 * HOUR)
    change(second, title=text("第2场改"))
    factories.release(cup)
    anna, before = factories.user("anna"), revision()
    made = restore(cup, 1, anna, "back")
    assert (made.number, made.by, made.note, revision()) == (4, anna, "back", before + 1)
    day = timedelta(days=1)
    assert out(cup) == {
        "第1场": (EVENING, "scheduled", 3, 4),
        "第2场": (EVENING + day, "scheduled", 0, 3),
        "第3场": (EVENING + 2 * day, "scheduled", 0, 1),
    }
    row = cup.released_slots.current().get(uid=first.uid)
    assert row.previous_start == EVENING + 2 * HOUR
    kinds = {str(each.uid): each.kinds for each in made.changes.all()}
    assert kinds == {str(first.uid): ["retimed"], str(second.uid): ["retitled"]}
    act = acts_of(cup).first()
    cup.refresh_from_db()
    assert act is not None
    assert (act.verb, act.by, act.note, act.version, cup.release_number) == ("released", anna, "back", cup.version, 4)


def test_drafts_without_changes_of_their_own_follow(cup: Event) -> None:
    first, second, third = games(cup)
    change(first, starts_at=EVENING + HOUR, venue=None, capacity=5)
    third.delete()
    new = factories.slot(cup, EVENING, title=text("第4场"))
    factories.release(cup)
    assert list(out(cup)) == ["第1场", "第2场", "第4场"]
    restore(cup, 1, None)
    assert list(out(cup)) == ["第1场", "第2场", "第3场"]
    assert unreleased(cup) == set()
    found = {slot.uid: (slot.title["zh-Hans"], slot.starts_at, slot.capacity, slot.day.day) for slot in cup.slots.all()}
    assert found == {
        first.uid: ("第1场", EVENING, None, 1),
        second.uid: ("第2场", second.starts_at, None, 2),
        third.uid: ("第3场", third.starts_at, None, 3),  # there again, known by the same name
    }
    assert new.uid not in found
    assert out(cup)["第3场"][2:] == (1, 2)
    restore(cup, 2, None)
    assert (list(out(cup)), unreleased(cup)) == (["第1场", "第2场", "第4场"], set())


def test_drafts_with_unreleased_changes_stay_as_they_are(cup: Event) -> None:
    first, second, third = games(cup)
    for each in (first, second):
        change(each, starts_at=each.starts_at + HOUR)
    factories.release(cup)
    change(first, title=text("第1场改"))
    new = factories.slot(cup, EVENING, title=text("第4场"))
    third.delete()
    restore(cup, 1, None)
    assert {slot.uid: (slot.title["zh-Hans"], slot.starts_at) for slot in cup.slots.all()} == {
        first.uid: ("第1场改", EVENING + HOUR),
        second.uid: ("第2场", EVENING + timedelta(days=1)),
        new.uid: ("第4场", EVENING),
    }
    assert unreleased(cup) == {"第1场", "第1场改", "第3场", "第4场"}


def test_restored_slots_have_who_took_part_then(cup: Event) -> None:
    slot, second, _third = games(cup)
    eagles, foxes = (factories.participant(slug=slug, name=text(slug)) for slug in ("eagles", "foxes"))
    home = factories.takes_part(slot, eagles, role="home", billing=2)
    factories.takes_part(second, eagles)
    factories.release(cup)
    home.delete()
    factories.takes_part(slot, foxes, role="away", billing=1)
    second.participations.get().delete()
    factories.release(cup)
    eagles.delete()
    restore(cup, 2, None)
    rows = slot.participations.values_list("participant__slug", "participant__name", "role", "billing")
    assert list(rows) == [("eagles", text("eagles"), "home", 2)]
    assert (second.participations.count(), Participant.objects.count(), unreleased(cup)) == (1, 2, set())
    restore(cup, 1, None)
    assert (slot.participations.count(), second.participations.count(), unreleased(cup)) == (0, 0, set())


def test_what_was_called_off_or_taken_out_comes_back(cup: Event) -> None:
    first, second, _third = games(cup)
    cancel(cup, [first.uid], text("雨"), None)
    remove(cup, [second.uid], None)
    restore(cup, 1, None)
    assert {name: row[1:] for name, row in out(cup).items()} == {
        "第1场": ("scheduled", 2, 3),
        "第2场": ("scheduled", 1, 2),
        "第3场": ("scheduled", 0, 1),
    }
    assert (unreleased(cup), Slot.objects.get(uid=first.uid).status) == (set(), "scheduled")


@pytest.mark.parametrize(("number", "code"), [(1, "unchanged"), (2, "no_such_release"), (0, "no_such_release")])
def test_restoring_what_is_out_or_was_never_there_is_refused(cup: Event, number: int, code: str) -> None:
    other = league()
    for _release in range(2):  # release 2 is another event's
        factories.slot(other, EVENING)
        factories.release(other)
    before = everything()
    with pytest.raises(ValidationError) as caught:
        restore(cup, number, None)
    assert ([error.code for error in caught.value.error_list], everything()) == ([code], before)


def test_restoring_what_clashes_by_now_is_refused_whole(cup: Event) -> None:
    arena = factories.venue()
    place = factories.EventVenue(event=cup, venue=arena)
    place.save()
    first = games(cup)[0]
    change(first, venue=arena)
    factories.release(cup)
    change(first, venue=None)
    factories.release(cup)
    place.delete()
    before = everything()
    with pytest.raises(Refused) as caught:
        restore(cup, 2, None)
    assert ([each.kind for each in caught.value.conflicts], everything()) == (["foreign_venue"], before)
