"""Dates and clock times as people write them, in Chinese, ISO, and as a spreadsheet stores them.

A day may go on past midnight: 24:30 is half past midnight of the next day.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from events.sheets.tables import Flaw, Value

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LATEST = 30 * HOUR  # of a clock that counts on past midnight
FIRST_YEAR, LAST_YEAR = 1900, 2199


@dataclass(frozen=True)
class Said:
    """What one cell says of when: a day, a clock time, from when to when, or an instant with its offset."""

    day: date | None = None
    clock: timedelta | None = None
    until: timedelta | None = None
    instant: datetime | None = None


@dataclass(frozen=True)
class Span:
    """The days in which a date without a year lies: those of the event."""

    first: date | None = None
    last: date | None = None


def read_moment(value: Value, span: Span, epoch: date | None = None) -> Said | None:
    """What a cell says, None where it is empty. ``epoch``: what plain numbers count from; None: they are no dates.

    Raises ValidationError.
    """
    if isinstance(value, Flaw):
        raise ValidationError(value.message, code=value.code)
    if isinstance(value, timedelta):
        return Said(clock=_checked_clock(value, value))
    if isinstance(value, datetime):
        return Said(_checked_day(value.date(), value), _since_midnight(value))
    if isinstance(value, date):
        return Said(_checked_day(value, value))
    if isinstance(value, str):
        if len(value) > 80:
            raise no_moment(value)
        return _from_text(value, span) if value.strip() else None
    return _from_number(value, epoch)


def no_moment(value: object, code: str = "no_moment") -> ValidationError:
    message = _("“%(value)s” is no date or time. Write 2026-05-01, 18:00 or 2026-05-01 18:00.")
    return ValidationError(message % {"value": str(value)[:60]}, code=code)


def _from_number(value: int | float | bool, epoch: date | None) -> Said:
    """A spreadsheet's own number: whole days, a part of a day, or both. 20260501 is a date too."""
    if isinstance(value, bool) or value < 0:
        raise no_moment(value)
    if value == int(value) and 19_000_101 <= value <= 21_991_231:
        return Said(_day(value, str(int(value))[:4], str(int(value))[4:6], str(int(value))[6:]))
    if epoch is None:
        raise no_moment(value)
    days, part = divmod(value, 1)
    clock = timedelta(seconds=round(part * 86_400))
    if value < LATEST / DAY and part:
        return Said(clock=_checked_clock(clock + int(days) * DAY, value))
    if not 30_000 <= days <= 80_000:  # from 1982 to 2119, or four years later
        raise no_moment(value)
    return Said(epoch + int(days) * DAY, clock if part else None)


# Text. What is written in full-width characters is made plain first.

_DATE = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|号)?"
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_WEEKDAY = re.compile(r"[(\[]?\s*(?:周|星期|礼拜)([一二三四五六日天])\s*[)\]]?")
_PART = r"(上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|晚间|晚|am|pm|a\.m\.|p\.m\.)"
_CLOCK = re.compile(
    rf"{_PART}?\s*(\d{{1,2}})\s*"
    r"(?::(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?|[点时]\s*(?:(\d{1,2})分?|(半)|整)?)?"
    rf"\s*{_PART}?"
)
_DASH = re.compile(r"\s*(?:-{1,2}|~|–|—{1,2}|至|到)\s*")
_OFFSET = re.compile(r"(\d{4}-\d{2}-\d{2})[t ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)\s?(z|[+-]\d{2}:?\d{2})")


def plain(text: str) -> str:
    """``"２０２６年５月１日　１８：００"`` -> ``"2026年5月1日 18:00"``."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip().lower()


def _from_text(text: str, span: Span) -> Said:
    written = plain(text)
    if found := _OFFSET.fullmatch(written):
        return Said(instant=_instant(text, found[0]))
    rest, weekday = _without_weekday(written)
    day, rest = _leading_day(text, rest, span)
    if weekday is not None and day is not None and day.weekday() != weekday:
        message = _("“%(value)s”: the day of the week is another. Correct one of them.")
        raise ValidationError(message % {"value": text}, code="weekday")
    if not rest:
        if day is None:
            raise no_moment(text)
        return Said(day)
    clocks = [_clock(text, part) for part in _DASH.split(rest)]
    if len(clocks) > 2:
        raise no_moment(text)
    return Said(day, clocks[0], clocks[1] if len(clocks) == 2 else None)


def _without_weekday(written: str) -> tuple[str, int | None]:
    found = _WEEKDAY.search(written)
    if not found:
        return written, None
    rest = f"{written[: found.start()]} {written[found.end() :]}"
    return re.sub(r"\s+", " ", rest).strip(), "一二三四五六日".index(found[1].replace("天", "日"))


def _leading_day(text: str, written: str, span: Span) -> tuple[date | None, str]:
    """The day that a text begins with, and what follows it."""
    if found := _GERMAN.match(written):
        return _day(text, found[3], found[2], found[1]), _rest(written, found)
    if found := re.match(r"(\d{4})(\d{2})(\d{2})(?!\d)", written):
        return _day(text, found[1], found[2], found[3]), _rest(written, found)
    found = re.match(_DATE, written)
    if not found:
        return None, written
    if found[1]:
        return _day(text, found[1], found[2], found[3]), _rest(written, found)
    if "月" not in found[0]:  # 5/1 may be May or January, and 9-11 a span of hours
        raise no_moment(text)
    return _day_of_event(text, found[2], found[3], span), _rest(written, found)


def _rest(written: str, found: re.Match[str]) -> str:
    rest = written[found.end() :]
    return rest.removeprefix("t").strip(" ,")


def _day(text: object, year: str, month: str, day: str) -> date:
    try:
        return _checked_day(date(int(year), int(month), int(day)), text)
    except ValueError as error:
        message = _("“%(value)s”: there is no such day in the calendar.")
        raise ValidationError(message % {"value": text}, code="no_such_day") from error


def _day_of_event(text: str, month: str, day: str, span: Span) -> date:
    """A date without a year is the event's, where its days leave no doubt."""
    fitting = []
    if span.first and span.last and (span.last.year - span.first.year) < 10:
        for year in range(span.first.year, span.last.year + 1):
            try:
                found = date(year, int(month), int(day))
            except ValueError:
                continue
            if span.first <= found <= span.last:
                fitting.append(found)
    if len(fitting) != 1:
        raise ValidationError(_("“%(value)s”: write the year too.") % {"value": text}, code="year")
    return fitting[0]


def _checked_day(day: date, text: object) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(_("“%(value)s”: this year cannot be meant.") % {"value": text}, code="year")
    return day


_NEXT_DAY = ("次日", "翌日")
_LATER = ("下午", "傍晚", "晚上", "晚间", "晚", "pm", "p.m.")


def _clock(text: str, written: str) -> timedelta:
    if written.startswith(_NEXT_DAY):
        return _checked_clock(_clock(text, written[2:].strip()) + DAY, text)
    found = _CLOCK.fullmatch(written)
    if not found or (found[1] and found[8]) or not (found[1] or found[8] or re.search("[:点时]", written)):
        raise no_moment(text)  # a mere number may be anything
    part = found[1] or found[8] or ""
    minute = int(found[3] or found[6] or (30 if found[7] else 0))
    second, micro = int(found[4] or 0), int((found[5] or "0").ljust(6, "0"))
    hour = _hour_of_day(int(found[2]), part)
    if hour is None or minute > 59 or second > 59:
        raise ValidationError(
            _("“%(value)s”: there is no such time. Past midnight, count on: 24:30.") % {"value": text},
            code="no_such_time",
        )
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)
    return _checked_clock(clock, text)


def _hour_of_day(hour: int, part: str) -> int | None:
    """``(6, "下午")`` -> 18; None where both do not go together (上午 15 点)."""
    if not part or (part in _LATER and 12 < hour <= 24):
        return hour
    if hour > 12:
        return None
    if part == "中午":
        return hour + 12 if hour < 3 else hour
    if part in ("pm", "p.m.", "下午", "傍晚"):
        return hour % 12 + 12
    if part in _LATER:  # 晚上 12 点 ends the evening, and 晚上 1 点 comes after it
        return hour + 12 if hour > 4 else hour + 24
    return hour % 12 if part in ("凌晨", "am", "a.m.") else hour


def _checked_clock(clock: timedelta, text: object) -> timedelta:
    if not timedelta() <= clock < LATEST:
        raise ValidationError(
            _("“%(value)s”: there is no such time. Past midnight, count on: 24:30.") % {"value": text},
            code="no_such_time",
        )
    return clock


def _since_midnight(value: datetime) -> timedelta:
    return value - datetime.combine(value.date(), time())


def _instant(text: str, written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written.replace(" ", "t", 1).replace(" ", "").upper())
    except ValueError as error:
        raise no_moment(text, "no_such_time") from error
    _checked_day(found.date(), text)
    return found


# From the district's clock to instants


def local(moment: datetime) -> datetime:
    """The district's clock at an instant, without the time zone."""
    return timezone.localtime(moment).replace(tzinfo=None)


def to_instant(naive: datetime) -> datetime:
    """The instant of a time on the district's clock. Raises ValidationError where the clock skips it."""
    moment = timezone.make_aware(naive)
    if local(moment.astimezone(UTC)) != naive:
        message = _("There is no %(time)s: the clocks are put forward then. Choose another time.")
        raise ValidationError(message % {"time": naive.isoformat(" ", "minutes")}, code="skipped_time")
    return moment
