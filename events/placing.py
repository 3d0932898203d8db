"""Time and place of a draft slot as somebody drags it or writes it into a row of a table.

A place is named by a key: ``"3-7"`` is a space of a venue, ``"3-"`` the venue itself, ``""`` none of our venues.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, Self

from django.core import signing
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from events import drafts
from events.models import Event, Precision, Slot, Timing
from events.models.slots import SlotTimes
from venues.models import Space, Venue

PLACED = ("starts_at", "ends_at", "on_date", "through", "precision", "timing", "venue", "space", "place_name", "status")
MOMENTS = ("starts_at", "ends_at")
DATES = ("on_date", "through")
SALT = "events.placing"


class Place(NamedTuple):
    venue: Venue | None
    space: Space | None

    @property
    def key(self) -> str:
        return f"{self.venue.pk}-{self.space.pk if self.space else ''}" if self.venue else ""

    def __str__(self) -> str:
        return " · ".join(str(each) for each in self if each is not None)


def place_of(row: SlotTimes) -> Place:
    return Place(row.venue, row.space)


def places_of(event: Event) -> dict[str, Place]:
    """Where a slot of the event can be, by key: its venues in their order, each with its spaces."""
    links = event.event_venues.select_related("venue").order_by("position", "pk")
    venues = [link.venue for link in links]
    spaces: dict[int, list[Space]] = {venue.pk: [] for venue in venues}
    for space in Space._base_manager.filter(venue__in=venues).order_by("pk"):
        spaces[space.venue_id].append(space)
    found = [Place(venue, space) for venue in venues for space in (None, *spaces[venue.pk])]
    return {place.key: place for place in found}


@dataclass(frozen=True)
class Cells:
    """A slot's time and place as a row of a table has them; ``end`` past midnight goes on counting: ``24:30``."""

    date: str = ""
    start: str = ""
    end: str = ""
    place: str = ""
    status: str = ""

    @classmethod
    def of(cls, row: SlotTimes) -> Self:
        starts = timezone.localtime(row.starts_at) if row.starts_at else None
        day = starts.date() if starts else row.on_date
        return cls(
            day.isoformat() if day else "",
            f"{starts:%H:%M}" if starts else "",
            clock_text(minutes_after(starts.date(), row.ends_at)) if starts and row.ends_at else "",
            place_of(row).key,
            row.status,
        )

    @classmethod
    def read(cls, text: str) -> Self:
        """What ``str`` wrote; what cannot be read is as nothing."""
        parts = text.split("|")
        return cls(*parts) if len(parts) == len(fields(cls)) else cls()

    def __str__(self) -> str:
        return "|".join(getattr(self, field.name) for field in fields(self))


def minutes_after(day: date, moment: datetime) -> int:
    """On the district's clocks, from that day's midnight."""
    local = timezone.localtime(moment)
    return (local.date() - day).days * 1440 + local.hour * 60 + local.minute


def clock_text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def read_clock(text: str) -> int:
    """Minutes from ``9``, ``9:30``, ``0930``, ``24:30``. Raises ValidationError."""
    plain = text.strip().replace("：", ":").replace(".", ":")
    hours, colon, minutes = plain.partition(":")
    if not colon and len(plain) > 2:
        hours, minutes = plain[:-2], plain[-2:]
    parts = (hours, minutes or "00")
    if not all(part.isascii() and part.isdigit() and len(part) <= 2 for part in parts) or int(parts[1]) > 59:
        raise ValidationError(_("“%(text)s” is no time. Write it like 19:30.") % {"text": text[:20]})
    return int(parts[0]) * 60 + int(parts[1])


def moment_at(day: date, minutes: int) -> datetime:
    """The instant of a time on the district's clocks. Raises ValidationError where they skip it or show it twice."""
    try:
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
        moment: datetime = from_current_timezone(wall)
    except OverflowError as error:
        raise ValidationError(_("Enter a year between 1000 and 2999.")) from error
    return moment


def put(slot: Slot, starts_at: datetime | None, ends_at: datetime | None, on_date: date | None) -> None:
    """Gives a draft its time: a start, or a date, or neither yet. Raises ValidationError."""
    if starts_at is not None:
        if slot.starts_at is not None:
            drafts.move_in_time(slot, starts_at - slot.starts_at)
        else:
            slot.starts_at, slot.on_date, slot.timing = starts_at, None, Timing.TIMED
            slot.precision = Precision.EXACT
        slot.ends_at = ends_at
        return
    before = _date_of(slot)
    if slot.through and before and on_date:
        slot.through += on_date - before
    slot.starts_at = slot.ends_at = None
    slot.on_date, slot.precision = on_date, Precision.DATE if on_date else Precision.TBA


def _date_of(slot: Slot) -> date | None:
    return timezone.localtime(slot.starts_at).date() if slot.starts_at else slot.on_date


def put_at(slot: Slot, key: str, places: dict[str, Place]) -> None:
    """Raises ValidationError where the event has no such place. A place in words stays where no venue takes over."""
    if key == place_of(slot).key:
        return
    if key and key not in places:
        raise ValidationError(_("The event has no such place. Reload its schedule."))
    slot.venue, slot.space = places[key] if key else (None, None)
    if key:
        slot.place_name = {}


def write_cells(slot: Slot, cells: Cells, places: dict[str, Place]) -> None:
    """Raises ValidationError, by cell."""
    starts, ends, on_date = _times(cells)
    before = Cells.of(slot)
    if (cells.date, cells.start, cells.end) != (before.date, before.start, before.end):
        _by_cell("start", lambda: put(slot, starts, ends, on_date))
    _by_cell("place", lambda: put_at(slot, cells.place, places))
    slot.status = cells.status


def _times(cells: Cells) -> tuple[datetime | None, datetime | None, date | None]:
    day = _by_cell("date", lambda: _read_date(cells.date))
    if day is None and (cells.start or cells.end):
        raise ValidationError({"date": _("Enter the date.")})
    if not cells.start:
        if cells.end:
            raise ValidationError({"start": _("Enter the start too, or clear the end.")})
        return None, None, day
    assert day is not None
    starts = _by_cell("start", lambda: moment_at(day, _of_day(read_clock(cells.start))))
    ends = _by_cell("end", lambda: moment_at(day, read_clock(cells.end)) if cells.end else None)
    if ends is not None and ends <= starts:
        raise ValidationError({"end": _("The end is not after the start. Past midnight write it like 24:30.")})
    return starts, ends, None


def _of_day(minutes: int) -> int:
    if minutes >= 1440:
        raise ValidationError(_("A start after midnight is entered with the next date."))
    return minutes


def _read_date(text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1000 <= day.year <= 2999:
        raise ValidationError(_("Enter the date like 2026-05-01."))
    return day


def _by_cell(cell: str, read: Any) -> Any:
    try:
        return read()
    except ValidationError as error:
        raise ValidationError({cell: error.messages}) from error


def check_one(event: Event, slot: Slot) -> None:
    """Derives its times and checks it. Raises ValidationError, by field."""
    slot.derive_times(event)
    slot.full_clean(exclude=drafts.FOUND, validate_unique=False, validate_constraints=False)


# Taking a step back


def remember(slot: Slot) -> str:
    """The slot's time and place, signed, so that they can be handed back as they were."""
    values: dict[str, Any] = {name: getattr(slot, name) for name in PLACED if name not in ("venue", "space")}
    values |= {name: values[name] and values[name].isoformat() for name in (*MOMENTS, *DATES)}
    return signing.dumps({**values, "uid": str(slot.uid), "place": place_of(slot).key}, salt=SALT, compress=True)


def recall(slot: Slot, kept: str, places: dict[str, Place]) -> None:
    """Raises ValidationError where this is nothing that was remembered of the slot."""
    try:
        values = signing.loads(kept, salt=SALT)
    except signing.BadSignature:
        values = {}
    if values.pop("uid", None) != str(slot.uid):
        raise ValidationError(_("There is nothing to undo here. Reload the schedule."))
    put_at(slot, values.pop("place"), places)
    for name in MOMENTS:
        values[name] = values[name] and parse_datetime(values[name])
    for name in DATES:
        values[name] = values[name] and parse_date(values[name])
    for name, value in values.items():
        setattr(slot, name, value)
