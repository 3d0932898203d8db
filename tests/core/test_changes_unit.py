"""The unit of work: where it begins and ends, what it remembers, and what it numbers."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet

from core.changes.edits import ForeignTransaction, Key, edit, running
from core.changes.models import Change, ContentRevision
from core.changes.records import current, touch_all
from core.checks import atomic_requests_are_off
from events.models import Event, EventImage
from tests import factories
from tests.factories import feed, revision, text
from venues.models import Space, Venue, VenueImage

pytestmark = pytest.mark.django_db


def rename(venue: Venue, word: str) -> None:
    venue.name = text(word)
    venue.save()


def rename_and_fail(venue: Venue) -> None:
    with edit() as unit:
        rename(venue, "不")
        assert unit.touched()["venue"] >= {venue.slug}
        raise ZeroDivisionError


# Where it begins and ends


@pytest.mark.django_db(transaction=True)
def test_edit_commits_when_the_outermost_one_ends() -> None:
    venue = factories.venue()
    with edit():
        with edit():
            rename(venue, "内")
        assert transaction.get_connection().in_atomic_block
    assert not transaction.get_connection().in_atomic_block
    assert Venue.objects.get(pk=venue.pk).name == {"zh-Hans": "内"}


@pytest.mark.django_db(transaction=True)
def test_edit_refuses_a_foreign_transaction_with_a_hint() -> None:
    with transaction.atomic(), pytest.raises(ForeignTransaction, match=r"Wrap the outermost block in `with edit\(\):`"):
        edit().__enter__()
    assert running() is None


@pytest.mark.django_db(transaction=True)
def test_save_and_delete_inside_a_foreign_transaction_are_refused() -> None:
    venue = factories.venue()
    for write in (venue.save, venue.delete):
        with pytest.raises(ForeignTransaction), transaction.atomic():
            write()
    assert Venue.objects.get(pk=venue.pk).version == venue.version


@pytest.mark.django_db(transaction=True)
def test_save_outside_any_unit_opens_its_own() -> None:
    venue = factories.venue()
    before = revision()
    rename(venue, "新名")
    assert revision() == before + 1
    assert running() is None


def test_atomic_inside_a_unit_is_an_ordinary_savepoint() -> None:
    venue, before = factories.venue(), revision()
    with edit(), transaction.atomic():
        rename(venue, "新名")
    assert feed()["venue", venue.slug] == (before + 1, False)


def test_nested_edit_is_a_savepoint_of_the_same_unit() -> None:
    first, second = factories.venue(), factories.venue()
    before = revision()
    with edit() as outer:
        rename(first, "一")
        with edit() as inner:
            rename(second, "二")
        assert inner is outer
    assert outer.revision == before + 1
    assert feed()["venue", first.slug] == feed()["venue", second.slug] == (before + 1, False)


def test_rolled_back_savepoint_forgets_its_touch() -> None:
    venue = factories.venue(name=text("旧名"))
    before, known = revision(), feed()
    with edit() as unit:
        with pytest.raises(ZeroDivisionError):
            rename_and_fail(venue)
        assert unit.touched() == {}
    assert unit.revision is None
    assert (revision(), feed()) == (before, known)
    assert Venue.objects.get(pk=venue.pk).name == {"zh-Hans": "旧名"}


def test_savepoint_that_stays_is_numbered_beside_one_that_is_rolled_back() -> None:
    kept, lost = factories.venue(), factories.venue()
    before, known = revision(), feed()
    with edit():
        rename(kept, "留")
        with pytest.raises(ZeroDivisionError):
            rename_and_fail(lost)
    assert feed() == known | {("venue", kept.slug): (before + 1, False)}


@pytest.mark.django_db(transaction=True)
def test_failure_leaves_no_number_and_no_change() -> None:
    venue = factories.venue()
    before, known = revision(), feed()
    with pytest.raises(ZeroDivisionError):
        rename_and_fail(venue)
    assert (revision(), feed(), running()) == (before, known, None)
    assert Venue.objects.get(pk=venue.pk).name != {"zh-Hans": "不"}


@pytest.mark.django_db(transaction=True)
def test_failure_while_numbering_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    venue = factories.venue()
    before = revision()

    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("core.changes.records._told", broken)
    with pytest.raises(ZeroDivisionError):
        rename(venue, "不")
    assert revision() == before
    assert Venue.objects.get(pk=venue.pk).name != {"zh-Hans": "不"}


# What is touched


def test_slug_change_of_a_draft_touches_both_names_and_takes_no_number() -> None:
    venue = factories.venue(published=False, slug="old-name")
    before = revision()
    with edit() as unit:
        venue.slug = "new-name"
        venue.save()
        assert unit.touched() == {"venue": {"old-name", "new-name"}}
    assert unit.revision is None
    assert revision() == before


def test_slug_change_of_public_content_buries_the_old_name() -> None:
    venue = factories.venue(slug="old-name")
    before = revision()
    venue.slug = "new-name"
    venue.save()
    assert feed()["venue", "old-name"] == (before + 1, True)
    assert feed()["venue", "new-name"] == (before + 1, False)


def test_child_moved_between_roots_changes_both() -> None:
    source, target = factories.venue(), factories.venue()
    space = factories.space(source)
    before, versions = revision(), [Venue.objects.get(pk=each.pk).version for each in (source, target)]
    space.venue = target
    space.save()
    assert feed()["venue", source.slug] == feed()["venue", target.slug] == (before + 1, False)
    assert [Venue.objects.get(pk=each.pk).version for each in (source, target)] == [v + 1 for v in versions]


def test_deleting_a_child_touches_the_root_that_the_database_knows() -> None:
    source, other = factories.venue(), factories.venue()
    space = factories.space(source)
    before = revision()
    known_other = feed()["venue", other.slug]
    space.venue = other  # never saved
    space.delete()
    assert feed()["venue", source.slug] == (before + 1, False)
    assert feed()["venue", other.slug] == known_other


def test_picture_touches_all_that_shows_it() -> None:
    venue, event, image = factories.venue(), factories.event(), factories.image()
    draft = factories.venue(published=False)
    for owner in (venue, event, draft):
        factories.shown(image, owner)
    before, known = revision(), feed()
    image.alt = text("新的说明")
    image.save()
    number = before + 1
    assert feed() == known | {
        ("image", str(image.pk)): (number, False),
        ("venue", venue.slug): (number, False),
        ("event", event.slug): (number, False),
    }


def test_picture_is_public_exactly_while_something_public_shows_it() -> None:
    image, venue = factories.image(), factories.venue(published=False)
    key = ("image", str(image.pk))
    placement = factories.shown(image, venue)
    assert (type(image).objects.get(pk=image.pk).public, key in feed()) == (False, False)
    factories.public(venue)
    assert (type(image).objects.get(pk=image.pk).public, feed()[key]) == (True, (revision(), False))
    placement.delete()
    assert (type(image).objects.get(pk=image.pk).public, feed()[key]) == (False, (revision(), True))


def test_picture_exchanged_in_its_place_touches_the_old_and_the_new_one() -> None:
    old, new, venue = factories.image(), factories.image(), factories.venue()
    placement = factories.shown(old, venue)
    before = revision()
    placement.image = new
    placement.save()
    assert feed()["image", str(old.pk)] == (before + 1, True)
    assert feed()["image", str(new.pk)] == (before + 1, False)


def test_event_that_becomes_public_touches_its_slots() -> None:
    event = factories.event(published=False)
    slots = [factories.slot(event), factories.slot(event)]
    factories.release(event)
    keys = {("slot", str(slot.uid)) for slot in slots}
    assert keys & set(feed()) == set()
    factories.public(event)
    assert {key: feed()[key] for key in keys} == dict.fromkeys(keys, (revision(), False))


def test_event_that_is_withdrawn_buries_its_slots() -> None:
    event = factories.event()
    slot = factories.slot(event)
    factories.release(event)
    factories.withdrawn(event)
    assert feed()["event", event.slug] == feed()["slot", str(slot.uid)] == (revision(), True)


# Drafts


DRAFT_MOVES = ["create", "save", "translate", "add child", "add picture", "move slot", "name picture", "delete"]


@pytest.mark.parametrize("what", [*DRAFT_MOVES, "add public picture", "take public picture out"])
def test_drafts_take_no_number(what: str) -> None:
    factories.venue()
    venue, event = factories.venue(published=False), factories.event(published=False)
    image, slot = factories.image(), factories.slot(event)
    factories.shown(image, event)
    factories.shown(shown := factories.image(), factories.venue())
    before, known = revision(), feed()
    moves: dict[str, Any] = {
        "create": lambda: factories.venue(published=False),
        "save": lambda: venue.save(),
        "translate": lambda: rename(venue, "新"),
        "add child": lambda: factories.space(venue),
        "add picture": lambda: factories.shown(image, venue),
        "add public picture": lambda: factories.shown(shown, event),
        "take public picture out": lambda: factories.shown(shown, event).delete(),
        "move slot": lambda: slot.save(),
        "name picture": lambda: image.save(),
        "delete": lambda: venue.delete(),
    }
    moves[what]()
    assert (revision(), feed()) == (before, known)


def test_draft_slots_of_a_public_event_change_nothing_that_is_public() -> None:
    event = factories.event()
    before, shown = revision(), Event.objects.values("updated_at", "public").get(pk=event.pk)
    version = Event.objects.get(pk=event.pk).version
    slot = factories.slot(event)
    factories.takes_part(slot, factories.participant())
    slot.delete()
    assert revision() == before
    assert Event.objects.values("updated_at", "public").get(pk=event.pk) == shown
    assert Event.objects.get(pk=event.pk).version == version + 3  # the second editor is told all the same


def test_publication_decides_over_the_record() -> None:
    venue = factories.venue(published=False)
    key = ("venue", venue.slug)
    assert key not in feed()
    factories.public(venue)
    assert feed()[key] == (revision(), False)
    factories.withdrawn(venue)
    assert feed()[key] == (revision(), True)
    buried = revision()
    rename(Venue.objects.get(pk=venue.pk), "撤回之后")
    assert (revision(), feed()[key]) == (buried, (buried, True))
    factories.public(venue)
    assert feed()[key] == (buried + 1, False)


def test_deleting_public_content_buries_it_and_its_pictures() -> None:
    venue, image = factories.venue(), factories.image()
    factories.shown(image, venue)
    factories.space(venue)
    Venue.objects.get(pk=venue.pk).delete()
    assert feed() == {("venue", venue.slug): (revision(), True), ("image", str(image.pk)): (revision(), True)}
    assert (Space.objects.count(), VenueImage.objects.count(), EventImage.objects.count()) == (0, 0, 0)


def test_touch_keeps_only_what_the_unit_itself_touched() -> None:
    with edit() as first:
        first.touch(Key("venue", "a"))
        assert first.touched() == {"venue": {"a"}}
    with edit() as second:
        assert second.touched() == {}


# Around it


def test_system_check_refuses_atomic_requests(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert atomic_requests_are_off() == []
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    (error,) = atomic_requests_are_off()
    assert error.id == "core.E001"
    assert "unit of work" in str(error.hint)


@pytest.mark.django_db(transaction=True)
def test_touch_all_announces_what_a_migration_wrote_past_the_unit_of_work() -> None:
    kept, hidden = factories.venue(), factories.venue()
    draft = factories.venue(published=False)
    before = revision()
    moment = ContentRevision.objects.get().at
    with transaction.atomic():
        # Django's own queryset, as a migration's historical model has it
        QuerySet(Venue).filter(pk=hidden.pk).update(public=False, state="withdrawn")
        assert touch_all(moment) == before + 1
    assert current().next_due == moment  # the first request looks what is due
    assert feed() == {("venue", kept.slug): (before + 1, False), ("venue", hidden.slug): (before + 1, True)}
    assert not Change.objects.filter(key=draft.slug).exists()


@pytest.mark.django_db(transaction=True)
def test_touch_all_refuses_to_run_outside_a_transaction() -> None:
    factories.venue()
    before = revision()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        touch_all(ContentRevision.objects.get().at)
    assert revision() == before
