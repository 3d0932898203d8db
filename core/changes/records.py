"""Numbering: turns the touched objects of a unit of work into change records. Runs last, under the counter's lock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Change, ContentRevision, root_models, settlers
from core.clock import day_begins, district_day
from core.short_codes import short_code


class Now(NamedTuple):
    """The content revision, when it was taken, and when time alone will change it next."""

    number: int
    at: datetime | None
    next_due: datetime | None


def current() -> Now:
    """One query."""
    row = ContentRevision.objects.values_list("number", "at", "next_due").first()
    return Now(*row) if row else Now(0, None, None)


def lock_counter(moment: datetime) -> ContentRevision:
    day = district_day(moment)
    rows = ContentRevision.objects.select_for_update()
    counter = rows.filter(pk=1).first()
    if counter is None:
        ContentRevision.objects.bulk_create(
            [ContentRevision(pk=1, at=moment, day=day, next_due=day_begins(day + timedelta(days=1)))],
            ignore_conflicts=True,
        )
        counter = rows.get(pk=1)
    return counter


def finish(unit: Edit) -> None:
    """Settles what the unit of work touched, then numbers it."""
    models = root_models()
    settled: set[Key] = set()
    while fresh := {
        kind: new
        for kind, keys in unit.touched().items()
        if (new := sorted(key for key in keys if Key(kind, key) not in settled))
    }:  # settling may touch more: an event's publication its slots, a venue's its pictures
        for kind in sorted(fresh, key=list(models).index):
            settled.update(Key(kind, key) for key in fresh[kind])
            models[kind].settle(fresh[kind], unit)
            for settler in settlers(kind):
                settler(fresh[kind], unit)
    if settled or unit.is_tick or unit.shown():
        unit.revision = record(unit, unit.touched())


def record(unit: Edit, touched: dict[str, set[str]], *, due: datetime | None = None) -> int | None:
    """Writes the change records and returns the number they took, or None where nothing public changed.

    ``due`` is when the next tick is to look, where that is not to be asked of the models.
    """
    counter = lock_counter(unit.moment)
    number = counter.number + 1
    for kind, key in (key for shown in unit.shown() for key in shown()):
        touched.setdefault(kind, set()).add(key)
    rows = [row for kind, keys in touched.items() for part in chunks(keys) for row in _changes(kind, part, number)]
    day = district_day(unit.moment)
    day_turned = unit.is_tick and day > counter.day
    if day_turned:
        counter.day = day
    if rows or day_turned:
        counter.number = number
        counter.at = unit.moment
    if due is not None:
        counter.next_due = due
    elif unit.is_tick:
        counter.next_due = _next_due(unit.moment, root_models(), day_begins(counter.day + timedelta(days=1)))
    else:  # what was not touched is due when it was; being told too early costs one tick that finds nothing
        counter.next_due = _next_due(unit.moment, touched, counter.next_due)
    counter.save()
    Change.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["revision", "deleted"],
    )
    return number if rows or day_turned else None


def _changes(kind: str, keys: list[str], number: int) -> list[Change]:
    model = root_models()[kind]
    name = f"{model.key_field}__in"
    public = {
        str(key)
        for key in model._base_manager.filter(public=True, **{name: keys}).values_list(model.key_field, flat=True)
    }
    known = dict(Change.objects.filter(kind=kind, key__in=keys).values_list("key", "deleted"))
    gone = {key for key in keys if key not in public and known.get(key) is False}
    return [
        Change(kind=kind, key=key, code=short_code(kind, key), revision=number, deleted=key in gone)
        for key in keys
        if key in public or key in gone
    ]


def _next_due(moment: datetime, kinds: Iterable[str], latest: datetime) -> datetime:
    moments = (root_models()[kind].next_due(moment) for kind in kinds)
    return min([latest, *(due for due in moments if due is not None)])


def touch_all(moment: datetime) -> int:
    """Numbers every public object anew, and buries those that are public no more.

    For data migrations, which bypass tracking: call it last, inside the migration's own transaction. It reads no more
    of the models than their keys and ``public``, for tables and columns of later migrations may not be there yet; the
    first request ticks.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("touch_all() belongs inside the transaction whose writes it announces.")
    there = set(connection.introspection.table_names())
    touched = {
        kind: {str(key) for key in model._base_manager.values_list(model.key_field, flat=True)}
        for kind, model in root_models().items()
        if model._meta.db_table in there
    }
    for kind, key in Change.objects.filter(kind__in=touched).values_list("kind", "key"):
        touched[kind].add(key)
    record(Edit(moment, None), touched, due=moment)
    return current().number
