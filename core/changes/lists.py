"""The lists that belong to an object, brought to what an editor wants: rows that stay keep their keys."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


def write_chosen(model: Any, name: str, owner: Any, wanted: list[Any], field: str, *, ordered: bool = True) -> bool:
    """Rows that join the owner with another object; ``name`` is its foreign key, ``field`` what the list is called in
    errors. Returns whether anything changed. Raises ValidationError with keys like ``images.0``."""
    own = {model.root_field: owner}
    there = {getattr(row, f"{name}_id"): row for row in model.objects.filter(**own)}
    changed = False
    for place, other in enumerate(wanted):
        row = there.pop(other.pk, None)
        if row is None:
            row = model(**own, **{name: other})
        elif not ordered or row.position == place:
            continue
        if ordered:
            row.position = place
        save_row(row, f"{field}.{place}", own=(name,))
        changed = True
    return _delete(there.values()) or changed


def write_links(model: Any, owner: Any, wanted: list[dict[str, Any]]) -> bool:
    """``[{"kind", "value", "label"}]``, by their place. Raises ValidationError with keys like ``links.0.value``."""
    own = {model.root_field: owner}
    there = list(model.objects.filter(**own))
    changed = False
    for place, values in enumerate(wanted):
        row = there[place] if place < len(there) else model(**own)
        values = {"kind": row.kind, "value": "", "label": {}, **values, "position": place}
        if row.pk is None or any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            save_row(row, f"links.{place}", own=())
            changed = True
    return _delete(there[len(wanted) :]) or changed


def _delete(rows: Iterable[Any]) -> bool:
    gone = list(rows)
    for row in gone:
        row.delete()
    return bool(gone)


def save_row(row: Any, field: str, own: tuple[str, ...] = ()) -> None:
    """Its errors are about ``field`` of the owner; those of the fields ``own`` about it as a whole."""
    try:
        row.full_clean()
        row.save()
    except ValidationError as error:
        whole = (NON_FIELD_ERRORS, row.root_field, *own)
        found: dict[str, list[Any]] = {}
        for name, errors in error.update_error_dict({}).items():
            found.setdefault(field if name in whole else f"{field}.{name}", []).extend(errors)
        raise ValidationError(found) from error
