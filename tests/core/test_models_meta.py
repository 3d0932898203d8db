"""What the unit of work needs of every model, read from the models themselves."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from core.changes.models import Child, Root, Tracked, TrackedQuerySet, root_models

OURS = [model for model in apps.get_models() if not model.__module__.startswith(("django.", "axes."))]
TRACKED = [model for model in OURS if issubclass(model, Tracked)]


def references(model: type[models.Model]) -> Iterator[Any]:
    return (field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey))


def named(model: type[models.Model]) -> str:
    return model._meta.label


def test_the_models_read_here_are_all_of_ours() -> None:
    assert {model._meta.app_label for model in OURS} == {
        *("core", "organizers", "media", "venues", "events", "league", "race"),
    }
    assert {model.kind for model in root_models().values()} == {
        "organizer",
        "image",
        "media",
        "venue",
        "exhibit",
        "route",
        "event",
        "slot",
        "notice",
        "team",
    }


@pytest.mark.parametrize("model", TRACKED, ids=named)
def test_tracked_model_refuses_bulk_writes_in_every_manager(model: Any) -> None:
    assert model._meta.base_manager_name == "objects"
    for manager in (*model._meta.managers, model._base_manager, model._default_manager):
        assert isinstance(manager.all(), TrackedQuerySet)


@pytest.mark.parametrize("model", TRACKED, ids=named)
def test_no_automatic_many_to_many_touches_tracked_content(model: Any) -> None:
    assert [field.name for field in model._meta.get_fields() if field.many_to_many] == []


def top(model: Any) -> Any:
    """The root that a child hangs on, over drafts that hang on drafts."""
    while issubclass(model, Child):
        model = model._meta.get_field(model.root_field).related_model
    return model


@pytest.mark.parametrize("model", TRACKED, ids=named)
def test_cascade_goes_to_the_root_only(model: Any) -> None:
    """Elsewhere a deletion would take rows that nobody touched with it, or write them behind the unit of work.

    A row of one root that another of its rows names is restricted: both may go, but only with the root.
    """
    own = {model.root_field} if issubclass(model, Child) else set()
    # A released slot is a root with an address of its own, and part of its event all the same.
    own |= {"event"} if model.__name__ == "ReleasedSlot" else set()
    found = {field.name: field.remote_field.on_delete for field in references(model)}
    siblings = {
        field.name
        for field in references(model)
        if issubclass(model, Child)
        and issubclass(field.related_model, Child)
        and top(field.related_model) is top(model)
    }
    expected = {
        name: models.CASCADE if name in own else models.RESTRICT if name in siblings else models.PROTECT
        for name in found
    }
    assert found == expected
    assert own <= set(found)


@pytest.mark.parametrize("model", OURS, ids=named)
def test_what_points_at_tracked_content_protects_it_or_is_derived_from_it(model: Any) -> None:
    """Rows that show nowhere by themselves may go with what they belong to."""
    if model in TRACKED:
        return
    cascading = {
        field.name
        for field in references(model)
        if issubclass(field.related_model, Tracked) and field.remote_field.on_delete is not models.PROTECT
    }
    allowed = {
        "media.Rendition": {"image"},
        "media.MediaFile": {"media"},
        "venues.VenueSortKey": {"venue"},
        "venues.OpenInterval": {"venue"},
        "venues.ExhibitSortKey": {"exhibit"},
        "venues.RouteSortKey": {"route"},
        "venues.LiveStatus": {"venue"},
        "events.ImportColumns": {"organizer"},
        "events.ImportFile": {"event"},
        "league.ScorerLink": {"event"},
        "league.TeamSortKey": {"team"},
        "race.ClosureNotice": {"event"},
        "organizers.OrganizerSortKey": {"organizer"},
        "organizers.Membership": {"organizer"},
        "organizers.Token": {"organizer"},
    }
    assert cascading == allowed.get(model._meta.label, set())


@pytest.mark.parametrize("model", [model for model in TRACKED if issubclass(model, Child)], ids=named)
def test_child_names_a_root_that_it_cannot_be_without(model: Any) -> None:
    field = model._meta.get_field(model.root_field)
    assert not field.null
    parent = field.related_model
    # The parent is a root, or a draft below one.
    assert issubclass(parent, Root) or (model.draft and parent.draft)


@pytest.mark.parametrize("model", [model for model in TRACKED if issubclass(model, Root)], ids=named)
def test_root_can_be_found_by_its_key(model: Any) -> None:
    field = model._meta.get_field(model.key_field)
    unique = {tuple(each.fields) for each in model._meta.constraints if isinstance(each, models.UniqueConstraint)}
    assert field.unique or (model.key_field,) in unique
    assert not field.null
