"""The lists that belong to an event, brought to what an editor wants: rows that stay keep their keys."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from events.models import Event, EventImage, EventLink, EventTag, EventVenue


def write_lists(event: Event, wanted: Mapping[str, list[Any]]) -> list[str]:
    """``{"venues": [...], "images": [...], "tags": [...], "links": [{"kind", "value", "label"}]}``: those given are
    made so. Returns which changed. Raises ValidationError with keys like ``links.0.value``."""
    writers = {"venues": _write_venues, "images": _write_images, "tags": _write_tags, "links": _write_links}
    return [name for name, rows in wanted.items() if writers[name](event, rows)]


def _write_venues(event: Event, venues: list[Any]) -> bool:
    return _write_chosen(EventVenue, "venue", event, venues, "venues")


def _write_images(event: Event, images: list[Any]) -> bool:
    return _write_chosen(EventImage, "image", event, images, "images")


def _write_tags(event: Event, tags: list[Any]) -> bool:
    return _write_chosen(EventTag, "tag", event, tags, "tags", ordered=False)


def _write_chosen(model: Any, name: str, event: Event, wanted: list[Any], field: str, *, ordered: bool = True) -> bool:
    """Rows that join the event with another object; ``name`` is its foreign key."""
    there = {getattr(row, f"{name}_id"): row for row in model.objects.filter(event=event)}
    changed = False
    for place, other in enumerate(wanted):
        row = there.pop(other.pk, None)
        if row is None:
            row = model(event=event, **{name: other})
        elif not ordered or row.position == place:
            continue
        if ordered:
            row.position = place
        _save(row, f"{field}.{place}", own=(name,))
        changed = True
    return _delete(there.values()) or changed


def _write_links(event: Event, wanted: list[dict[str, Any]]) -> bool:
    there = list(EventLink.objects.filter(event=event))
    changed = False
    for place, values in enumerate(wanted):
        row = there[place] if place < len(there) else EventLink(event=event)
        values = {"kind": row.kind, "value": "", "label": {}, **values, "position": place}
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            _save(row, f"links.{place}", own=())
            changed = True
    return _delete(there[len(wanted) :]) or changed


def _delete(rows: Iterable[Any]) -> bool:
    gone = list(rows)
    for row in gone:
        row.delete()
    return bool(gone)


def _save(row: Any, field: str, own: tuple[str, ...]) -> None:
    """Its errors are about ``field`` of the event; those of the fields ``own`` about it as a whole."""
    try:
        row.full_clean()
        row.save()
    except ValidationError as error:
        whole = (NON_FIELD_ERRORS, "event", *own)
        found: dict[str, list[Any]] = {}
        for name, errors in error.update_error_dict({}).items():
            found.setdefault(field if name in whole else f"{field}.{name}", []).extend(errors)
        raise ValidationError(found) from error
