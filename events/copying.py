"""Last year's event again: a draft with its texts, pictures, places and slots, moved to new dates."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.changes.edits import edit
from core.changes.models import Act, Child, locked, log
from core.translations import Text
from events import drafts
from events.freezing import draft_slots
from events.models import Event, EventImage, EventLink, EventTag, EventVenue, Kind

# What holds of the new event as of the old one; its state, its status and its booking begin anew.
TOLD = """
    event_kind organizer title summary description date_precision indoor ages_min ages_max ages_note sample
    price_kind price_min price_max currency price_note concessions
    booking_url mini_program_app_id mini_program_path real_name_required accepted_documents documents booking_note
""".split()
PARTS: tuple[type[Child], ...] = (EventVenue, EventImage, EventLink, EventTag)


class Keep(models.TextChoices):
    """What stays of a date that is moved to another year."""

    WEEKDAY = (
        "weekday",
        gettext_lazy("the weekday: a Friday becomes a Friday, counted from the week of the new first day"),
    )
    DATE = "date", gettext_lazy("the distance: every date as many days after the first as it was")


def copy_event(
    event: Event,
    first_day: date,
    keep: Keep | str,
    *,
    by: Any,
    slug: str = "",
    title: Text | None = None,
    participants: bool = False,
) -> Event:
    """A draft like ``event`` whose first day becomes ``first_day``, or with ``weekday`` the same weekday of that week.

    Its slots are scheduled and unreleased, and of no series; who takes part is copied where that is asked for.
    Raises ValidationError, by field.
    """
    with edit(by=by) as unit:
        source = locked(Event._base_manager.filter(pk=event.pk)).get()
        slots = list(draft_slots(source))
        delta = _delta(source, [slot.day for slot in slots if slot.starts_at or slot.on_date], first_day, Keep(keep))
        made = _event(source, delta, slug, title)
        made.full_clean()
        made.save()
        for model in PARTS:
            _copy_rows(model, source, made)
        copies = [(slot, drafts.copied(slot, event=made)) for slot in slots]
        dated = [target for _slot, target in copies if target.starts_at or target.on_date]
        drafts.all_or_none(dated, lambda slot: drafts.move_in_time(slot, delta))
        drafts.add(made, [target for _slot, target in copies], unit)
        if participants:
            drafts.copy_participants(copies)
        made.refresh_from_db()
        log(made, Act.Verb.CREATED, by=by, at=unit.moment, note=_("Copied from %(slug)s") % {"slug": source.slug})
    return made


def _delta(source: Event, days: list[date], first_day: date, keep: Keep) -> timedelta:
    if not 1000 <= first_day.year <= 2999:
        raise ValidationError({"first_day": _("Enter a year between 1000 and 2999.")})
    old = source.starts_on or min(days, default=None)
    if old is None:
        raise ValidationError({"first_day": _("The event has no date to count from. Enter its first day.")})
    if keep is Keep.DATE:
        return first_day - old
    return _monday(first_day) - _monday(old)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _event(source: Event, delta: timedelta, slug: str, title: Text | None) -> Event:
    made = Event(slug=slug, **{name: getattr(source, name) for name in TOLD})
    made.starts_on = source.starts_on and source.starts_on + delta
    made.ends_on = source.ends_on and source.ends_on + delta
    if title is not None:
        made.title = title
    made.season = _season(source, made)
    made.doubts = _("Copied from %(slug)s: check dates, prices and booking.") % {"slug": source.slug}
    return made


def _season(source: Event, made: Event) -> Event | None:
    """Last year's season is not this year's: kept only where the new dates lie in it."""
    season = source.season
    if season is None or made.event_kind == Kind.SEASON or not (season.starts_on and season.ends_on and made.starts_on):
        return None
    return season if season.starts_on <= made.starts_on <= season.ends_on else None


def _copy_rows(model: Any, source: Event, made: Event) -> None:
    for row in model._base_manager.filter(event=source).order_by("pk"):
        row.pk, row._state.adding, row.event = None, True, made
        row.full_clean(validate_unique=False)
        row.save()
