"""Many drafts of one event at once: found, checked by the rules of one, written in few statements, or none of them.

The event is held by whoever calls this (``releases.hold``), inside a unit of work.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.changes.models import Act, log
from core.translations import Text, show
from events.freezing import DERIVED, draft_slots, refuse_unknown
from events.models import Event, Slot, SlotParticipant
from events.models.slots import SlotTimes

MOST_SLOTS = 1000  # that one act makes

# Of a slot's own rules none asks the database; its event, venue and space were found there.
FOUND = ("event", "venue", "space", "series", "uid")


def named(slot: SlotTimes) -> str:
    """``"Tour (2026-05-01 10:00)"``: several of a day may have one title."""
    at = f" {date_format(timezone.localtime(slot.starts_at), 'H:i')}" if slot.starts_at else ""
    return f"{show(slot.title)} ({slot.day.isoformat()}{at})"


def chosen(event: Event, uids: Collection[UUID]) -> list[Slot]:
    """These drafts in order of time, with all that freezing reads. Raises ValidationError where one is none."""
    found = {slot.uid: slot for slot in draft_slots(event)}
    refuse_unknown(uids, found)
    if not uids:
        raise ValidationError(_("Choose at least one slot."), code="no_slots")
    wanted = set(uids)
    return [slot for uid, slot in found.items() if uid in wanted]


def all_or_none(slots: Iterable[Slot], change: Callable[[Slot], None]) -> None:
    """Changes each of them; raises ValidationError that names all that cannot be changed, and why."""
    errors = []
    for slot in slots:
        name = named(slot)
        try:
            change(slot)
        except ValidationError as error:
            errors += [ValidationError(f"{name}: {message}", code="slot") for message in error.messages]
    if errors:
        raise ValidationError(errors)


def refuse_undated(slot: Slot) -> None:
    if slot.starts_at is None and slot.on_date is None:
        raise ValidationError(_("it is to be announced and has no date yet. Enter its date first."))


def move_in_time(slot: Slot, delta: timedelta) -> None:
    """Dates that are stored beside a start move as the date of the start does. Raises ValidationError."""
    refuse_undated(slot)
    try:
        _move(slot, delta)
        years = {value.year for value in (slot.starts_at, slot.ends_at, slot.on_date, slot.through) if value}
    except OverflowError:  # before the year 1, after the year 9999
        years = {0}
    if not all(1000 <= year <= 2999 for year in years):
        raise ValidationError(_("Enter a year between 1000 and 2999."))


def _move(slot: Slot, delta: timedelta) -> None:
    days = delta
    if slot.starts_at is not None:
        before, slot.starts_at = _local_date(slot.starts_at), slot.starts_at + delta
        days = _local_date(slot.starts_at) - before
    elif delta % timedelta(days=1):
        raise ValidationError(_("only its date is known. Shift it by whole days, of 1440 minutes each."))
    slot.ends_at = slot.ends_at and slot.ends_at + delta
    slot.on_date = slot.on_date and slot.on_date + days
    slot.through = slot.through and slot.through + days


def _local_date(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def refuse_too_many(count: int) -> None:
    if count > MOST_SLOTS:
        raise ValidationError(
            _("This would make %(count)d slots; at once it is %(most)d at most. Choose fewer days or times."),
            code="too_many",
            params={"count": count, "most": MOST_SLOTS},
        )


def check(event: Event, slots: Iterable[Slot]) -> None:
    """Derives the times of these drafts and checks them. Raises ValidationError that names each slot at fault."""
    errors = []
    for slot in slots:
        try:
            check_one(event, slot)
        except ValidationError as error:
            errors += [ValidationError(f"{named(slot)}: {words}", code="slot") for words in _words(error)]
    if errors:
        raise ValidationError(errors)


def check_one(event: Event, slot: Slot) -> None:
    """Raises ValidationError, by field."""
    slot.derive_times(event)
    slot.full_clean(exclude=FOUND, validate_unique=False, validate_constraints=False)


def _words(error: ValidationError) -> Iterable[str]:
    for name, messages in error.message_dict.items():
        if name == NON_FIELD_ERRORS:
            yield from messages
        else:
            label: Any = getattr(Slot._meta.get_field(name), "verbose_name", name)
            yield from (f"{label}: {message}" for message in messages)


def add(event: Event, slots: list[Slot], unit: Edit) -> list[Slot]:
    """Stores new drafts."""
    check(event, slots)
    if slots:
        slots[0].enter(unit)
        Slot.objects.insert(slots)
    return slots


def rewrite(event: Event, slots: list[Slot], names: Iterable[str], unit: Edit) -> list[Slot]:
    """Stores these fields of drafts, and what follows from them."""
    check(event, slots)
    if slots:
        slots[0].enter(unit)
        Slot.objects.rewrite(slots, [*names, *DERIVED])
    return slots


def drop(slots: list[Slot], unit: Edit) -> None:
    """Deletes drafts with their participants."""
    if slots:
        slots[0].enter(unit)
    for part in parts([slot.pk for slot in slots]):
        Slot.objects.filter(pk__in=part).drop()


def parts(keys: list[Any], size: int = 500) -> Iterator[list[Any]]:
    """Few enough for any database to name in one query."""
    return (keys[start : start + size] for start in range(0, len(keys), size))


def copied(slot: Slot, **values: Any) -> Slot:
    """A new draft like this one, unsaved: scheduled, of no series, and with a ``uid`` of its own."""
    row = Slot(**{field.attname: getattr(slot, field.attname) for field in Slot._meta.concrete_fields})
    fresh = Slot(event=slot.event)
    for name in ("id", "uid", "version", "status", "status_note", "detail"):
        setattr(row, name, getattr(fresh, name))
    row.leave_series()
    row._state.adding = True
    for name, value in {"event": slot.event, "venue": slot.venue, "space": slot.space, **values}.items():
        setattr(row, name, value)
    return row


def copy_participants(pairs: Iterable[tuple[Slot, Slot]]) -> None:
    """Those of each first slot, whose participations are loaded, for the second one, which is stored."""
    rows = [
        SlotParticipant(slot=target, participant_id=row.participant_id, role=row.role, billing=row.billing)
        for source, target in pairs
        for row in source.participations.all()
    ]
    SlotParticipant.objects.insert(rows)


def clean_reason(reason: Text) -> dict[str, str]:
    """A reason by language tag as a status note holds it. Raises ValidationError, by field."""
    try:
        cleaned: dict[str, str] = Slot._meta.get_field("status_note").clean(reason, None)
    except ValidationError as error:
        raise ValidationError({"reason": error}) from error
    return cleaned


def note_change(event: Event, what: str, unit: Edit, *, by: Any, note: str = "") -> None:
    """A line in the log of acts; ``what`` in English, as the log keeps the names of fields."""
    event.refresh_from_db(fields=["version"])  # its slots raised it
    log(event, Act.Verb.CHANGED, by=by, at=unit.moment, note=note, fields=[what])
