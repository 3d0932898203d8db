"""Numbering: turns the touched objects of a unit of work into change records. Runs last, under the counter's lock."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection

from core.changes.edits import Edit, Key, chunks
from core.changes.models import Change, ContentRevision, root_models, settlers
from core.changes.rows import insert_values
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
    rows = [row for kind, keys in touched.items() for part in chunks(keys) for row in _told(kind, part)]
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
    _write(rows, number)
    return number if rows or day_turned else None


class Told(NamedTuple):
    """What is to be told of an object: changed, or gone. ``stored`` is the key of its ``Change`` row, if it has one."""

    kind: str
    key: str
    deleted: bool
    stored: int | None


def _told(kind: str, keys: list[str]) -> list[Told]:
    model = root_models()[kind]
    name = f"{model.key_field}__in"
    public = {
        str(key)
        for key in model._base_manager.filter(public=True, **{name: keys}).values_list(model.key_field, flat=True)
    }
    rows = Change.objects.filter(kind=kind, key__in=keys).values_list("key", "pk", "deleted")
    stored, deleted = {}, {}
    for key, pk, gone in rows:
        stored[key], deleted[key] = pk, gone
    return [
        Told(kind, key, key not in public, stored.get(key))
        for key in keys
        if key in public or deleted.get(key) is False
    ]


def _write(rows: list[Told], number: int) -> None:
    """The counter is held, so nobody else writes any."""
    fresh = [(row.kind, row.key, short_code(row.kind, row.key), number, False) for row in rows if row.stored is None]
    insert_values(Change, ["kind", "key", "code", "revision", "deleted"], fresh)
    for deleted in (False, True):
        pks = [row.stored for row in rows if row.stored is not None and row.deleted is deleted]
        for part in chunks(pks):
            Change.objects.filter(pk__in=part).update(revision=number, deleted=deleted)


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
