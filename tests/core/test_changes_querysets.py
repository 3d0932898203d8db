"""What would pass by the unit of work is refused, through whichever door."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.apps import apps

from core.changes.edits import ForeignTransaction, edit
from core.changes.models import Tracked
from core.models import Tag
from media.models import Image
from tests import factories
from tests.factories import feed, revision, text
from venues.models import Space, Venue

pytestmark = pytest.mark.django_db

TRACKED = [model for model in apps.get_models() if issubclass(model, Tracked)]


def awaited(call: Callable[[], Any]) -> Any:
    async def wait() -> Any:
        return await call()

    return async_to_sync(wait)()


WRITES: dict[str, Callable[[Any], Any]] = {
    "update": lambda rows: rows.update(pk=1),
    "delete": lambda rows: rows.delete(),
    "bulk_create": lambda rows: rows.bulk_create([]),
    "bulk_update": lambda rows: rows.bulk_update([], ["pk"]),
    "aupdate": lambda rows: awaited(lambda: rows.aupdate(pk=1)),
    "adelete": lambda rows: awaited(lambda: rows.adelete()),
    "abulk_create": lambda rows: awaited(lambda: rows.abulk_create([])),
    "abulk_update": lambda rows: awaited(lambda: rows.abulk_update([], ["pk"])),
}


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_every_door_of_a_tracked_model_refuses(model: Any) -> None:
    doors = [model.objects, model.objects.all(), model._base_manager, model._base_manager.filter(pk=None)]
    for door in [*doors, model._default_manager]:
        for name, write in WRITES.items():
            with pytest.raises(TypeError, match=rf"{model.__name__}\.objects\.{name}\(\) would change content"):
                write(door)


def test_related_managers_refuse_too() -> None:
    venue = factories.venue()
    factories.space(venue)
    before, known = revision(), feed()
    for door in (venue.spaces, venue.spaces.all(), venue.parts):
        for write in WRITES.values():
            with pytest.raises(TypeError, match="would change content without a revision"):
                write(door)
    assert (revision(), feed(), Space.objects.count()) == (before, known, 1)


def test_related_managers_refuse_to_take_rows_over() -> None:
    parent, part = factories.venue(), factories.venue()
    part.parent = parent
    part.save()
    spare = factories.space(part)
    refused: list[Callable[[], Any]] = [
        lambda: parent.spaces.add(spare),
        lambda: parent.parts.clear(),
        lambda: parent.parts.remove(part),
        lambda: parent.parts.set([]),
    ]
    for act in refused:
        with pytest.raises(TypeError, match="would change content without a revision"), edit():
            act()
    assert Venue.objects.get(pk=part.pk).parent == parent
    assert Space.objects.get(pk=spare.pk).venue == part


def test_writes_through_save_are_open_and_numbered() -> None:
    venue, before = factories.venue(), revision()
    venue.spaces.create(slug="hall", name=text("厅"))
    assert feed()["venue", venue.slug] == (before + 1, False)
    with pytest.raises(ForeignTransaction):  # Django opens a transaction of its own here
        Space.objects.update_or_create(venue=venue, slug="hall", defaults={"capacity": 80})
    with edit():
        Space.objects.update_or_create(venue=venue, slug="hall", defaults={"capacity": 80})
        Space.objects.get_or_create(venue=venue, slug="court", defaults={"name": text("场")})
    assert feed()["venue", venue.slug] == (before + 2, False)


def test_async_save_is_numbered_like_any_other() -> None:
    venue, before = factories.venue(), revision()
    async_to_sync(venue.asave)()
    assert feed()["venue", venue.slug] == (before + 1, False)


@pytest.mark.parametrize("model", [Venue, Image, Tag, Space])
def test_derived_columns_are_written_inside_a_unit_only(model: Any) -> None:
    with pytest.raises(TypeError, match=r"objects\.stamp\(\)"):
        model.objects.all().stamp(pk=1)
    with pytest.raises(TypeError, match=r"objects\.insert\(\)"):
        model.objects.insert([])
    with pytest.raises(TypeError, match=r"objects\.rewrite\(\)"):
        model.objects.rewrite([], ["pk"])


def test_many_new_rows_are_numbered_as_by_their_own_saves() -> None:
    venue, before = factories.venue(), revision()
    with edit():
        Space.objects.insert([Space(venue=venue, slug=f"s-{n}", name=text("厅")) for n in range(3)])
    assert (revision(), feed()["venue", venue.slug]) == (before + 1, (before + 1, False))
    assert Space.objects.count() == 3


def test_many_changed_rows_are_numbered_as_by_their_own_saves() -> None:
    venue = factories.venue()
    spaces = [factories.space(venue) for _n in range(3)]
    before = revision()
    for space in spaces:
        space.name, space.capacity = text("厅"), 9
    with edit():
        Space.objects.rewrite(spaces, ["name"])
    assert (revision(), feed()["venue", venue.slug]) == (before + 1, (before + 1, False))
    assert list(Space.objects.values_list("name", "capacity")) == [(text("厅"), None)] * 3
