"""When a slot is, from the cells of its row, and the cells of a row from when its slot is.

Three columns say it together: ``date``, ``start``, ``end``. A column that the sheet lacks leaves its part as it is; a
slot that is moved keeps its length where no end is given.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.models import Precision, Slot
from events.sheets.moments import DAY, Said, local, to_instant

Cells = Mapping[str, Said | None]
TIMED = (Precision.EXACT, Precision.NOT_BEFORE)


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: ValidationError(message, code=code)})


def slot_times(cells: Cells, before: Slot) -> dict[str, Any]:
    """``starts_at``, ``ends_at``, ``on_date`` and ``precision`` of a slot that was ``before``, a new one empty.

    ``cells`` has an entry for each of the columns ``date``, ``start``, ``end``, ``on_date`` that is there, None where
    the cell is empty. Raises ValidationError by field.
    """
    starts_at, day = _start(cells, before)
    values: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": _end(cells, before, starts_at),
        "on_date": _on_date(cells, before, starts_at, day),
    }
    same = (starts_at, values["on_date"]) == (before.starts_at, before.on_date)
    kept = same and not before._state.adding
    values["precision"] = before.precision if kept else implied_precision(starts_at, values["on_date"], before)
    return values


def implied_precision(starts_at: datetime | None, on_date: date | None, before: Slot | None = None) -> str:
    """What needs no word: with a time it is exact, else only the date is known, else nothing."""
    if starts_at is not None:
        return before.precision if before is not None and before.precision in TIMED else Precision.EXACT
    return Precision.DATE if on_date is not None else Precision.TBA


def _start(cells: Cells, before: Slot) -> tuple[datetime | None, date | None]:
    """The start, or else the mere day."""
    was = local(before.starts_at) if before.starts_at else None
    if "date" not in cells and "start" not in cells:
        return before.starts_at, None if was else before.on_date
    said_day, said = cells.get("date"), cells.get("start")
    if said_day is not None and said_day.day is None and said_day.instant is None:
        raise _wrong("date", _("Only a time stands here: write the day."), "no_day")
    if said is not None and said.instant is not None:
        return said.instant, None
    if said_day is not None and said_day.instant is not None:
        return said_day.instant, None
    day = _day(cells, said_day, said, was, before)
    clock = _clock(cells, said_day, said, was)
    if clock is None:
        return None, day
    if day is None:
        raise _wrong("date", _("The day is missing."), "no_day")
    return _instant("start", day, clock, before.starts_at), None


def _day(cells: Cells, said_day: Said | None, said: Said | None, was: datetime | None, before: Slot) -> date | None:
    days = {each.day for each in (said_day, said) if each is not None and each.day is not None}
    if len(days) > 1:
        raise _wrong("start", _("The date and the start name different days."), "two_days")
    if days:
        return days.pop()
    if "date" in cells:
        return None
    return was.date() if was else before.on_date


def _clock(cells: Cells, said_day: Said | None, said: Said | None, was: datetime | None) -> timedelta | None:
    in_date = said_day.clock if said_day is not None else None
    if said is not None and said.clock is not None:
        if in_date not in (None, said.clock):
            raise _wrong("date", _("The date and the start name different times."), "two_times")
        return said.clock
    if in_date is not None or "start" in cells or was is None:
        return in_date
    return was - datetime.combine(was.date(), datetime.min.time())


def _instant(field: str, day: date, clock: timedelta, before: datetime | None) -> datetime:
    """Where the district's clock shows the same as before, the same instant: an hour may come twice in autumn."""
    naive = datetime.combine(day, datetime.min.time()) + clock
    if before is not None and local(before) == naive:
        return before
    try:
        return to_instant(naive)
    except ValidationError as error:
        raise ValidationError({field: error}) from error


def _end(cells: Cells, before: Slot, starts_at: datetime | None) -> datetime | None:
    said, start = cells.get("end"), cells.get("start")
    if said is None:
        until = start.until if start is not None else None
        if until is None:
            return _kept_end(before, starts_at) if "end" not in cells else None
        said = Said(clock=until)
    if said.instant is not None:
        return said.instant
    if said.clock is None:
        raise _wrong("end", _("Only a day stands here: write the time too."), "no_time")
    if said.day is not None:
        return _instant("end", said.day, said.clock, before.ends_at)
    if starts_at is None:
        raise _wrong("end", _("There is an end and no start. Write both, or neither."), "no_start")
    began, clock = local(starts_at), said.clock
    day = began.date()
    if start is not None and start.clock is not None and start.clock >= DAY:
        day -= DAY  # both count on from the day of the row
    if datetime.combine(day, datetime.min.time()) + clock < began:
        clock += DAY  # past midnight
    return _instant("end", day, clock, before.ends_at)


def _kept_end(before: Slot, starts_at: datetime | None) -> datetime | None:
    if before.ends_at is None or before.starts_at is None or starts_at is None:
        return None if starts_at is None else before.ends_at
    return starts_at + (before.ends_at - before.starts_at)


def _on_date(cells: Cells, before: Slot, starts_at: datetime | None, day: date | None) -> date | None:
    """The mere day; or, beside a start, the day that it counts to."""
    said = cells.get("on_date")
    if said is not None and said.day is None:
        raise _wrong("on_date", _("Write a day."), "no_day")
    counted = said.day if said is not None else None
    if starts_at is None:
        if day is not None and counted not in (None, day):
            raise _wrong("on_date", _("The date and the day it counts to differ."), "two_days")
        return day or counted
    if "on_date" in cells:
        return counted
    was = before.starts_at
    return before.on_date if was is not None and local(was).date() == local(starts_at).date() else None


# The other way round


def written_start(slot: Slot) -> tuple[date | None, timedelta | None]:
    """The cells ``date`` and ``start``."""
    if slot.starts_at is None:
        return slot.on_date, None
    naive = local(slot.starts_at)
    return naive.date(), naive - datetime.combine(naive.date(), datetime.min.time())


def written_end(slot: Slot) -> timedelta | datetime | None:
    """The cell ``end``: a clock time within a day of the start, else day and time."""
    if slot.ends_at is None:
        return None
    end = local(slot.ends_at)
    if slot.starts_at is not None and timedelta() < end - local(slot.starts_at) < DAY:
        return end - datetime.combine(end.date(), datetime.min.time())
    return end
