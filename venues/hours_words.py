"""Opening hours in the words of the reader: days, spans, and when a timetable holds."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.translations import default_language, match_tag, show
from venues.entered import Head
from venues.models.calendar import Holiday
from venues.models.hours import DAY_KINDS, STATES, Service
from venues.models.venue import Space
from venues.opening_hours import ANY_DAY, DAY, Day, DayKind, Source, Span, State
from venues.spans import clock

# The reason of a holiday arrangement, ready to be changed.
REASONS: dict[str, dict[str, str]] = {
    Holiday.NEW_YEAR: {"zh-Hans": "元旦假期", "en": "New Year’s Day holiday", "de": "Neujahr"},
    Holiday.SPRING_FESTIVAL: {"zh-Hans": "春节假期", "en": "Spring Festival holiday", "de": "Chinesisches Neujahr"},
    Holiday.TOMB_SWEEPING: {"zh-Hans": "清明节假期", "en": "Tomb-Sweeping Day holiday", "de": "Totengedenkfest"},
    Holiday.LABOUR_DAY: {"zh-Hans": "劳动节假期", "en": "Labour Day holiday", "de": "Tag der Arbeit"},
    Holiday.DRAGON_BOAT: {"zh-Hans": "端午节假期", "en": "Dragon Boat Festival holiday", "de": "Drachenbootfest"},
    Holiday.MID_AUTUMN: {"zh-Hans": "中秋节假期", "en": "Mid-Autumn Festival holiday", "de": "Mondfest"},
    Holiday.NATIONAL_DAY: {"zh-Hans": "国庆节假期", "en": "National Day holiday", "de": "Nationalfeiertag"},
    Holiday.OTHER: {"zh-Hans": "公共假期", "en": "Public holiday", "de": "Feiertag"},
}


def reader_tag() -> str:
    """The content's language for the language of the page."""
    return match_tag(get_language() or "") or default_language()


def text(value: Any) -> str:
    """A translated text as its reader reads it."""
    return show(value, reader_tag()) if value else ""


def state_words(state: str) -> str:
    words = dict(STATES)
    return str(words[state]) if state in words else _("nothing entered")


def time_words(minutes: int) -> str:
    """``25:30`` as the clock shows it."""
    if minutes <= DAY:
        return clock(minutes)
    return _("%(time)s next day") % {"time": clock(minutes - DAY)}


def span_words(span: Span) -> str:
    words = f"{time_words(span.opens)}–{time_words(span.closes)}"
    if span.last_entry is None:
        return words
    return _("%(span)s (last entry %(time)s)") % {"span": words, "time": time_words(span.last_entry)}


def hours_words(state: str, spans: Iterable[Span]) -> str:
    """``"open 09:00–16:30 (last entry 16:00)"``."""
    told = _(", ").join(span_words(span) for span in spans)
    return f"{state_words(state)} {told}".strip()


def day_words(day: Day) -> str:
    return hours_words(day.state, day.spans)


def source_words(day: Day) -> str:
    """Why it is so, without the reason that is written: that is for visitors. Empty where nothing is entered: the hours
    say so."""
    return {
        Source.EXCEPTION: _("exception"),
        Source.RULE: _("timetable"),
        Source.PROVISIONAL: _("timetable; provisional, the year’s holidays are not entered"),
        Source.NONE: _("not operating") if day.state is State.CLOSED else "",
    }[day.source]


def kind_words(kind: DayKind, holiday: str) -> str:
    """``"public holiday (National Day)"``; empty for an ordinary day."""
    if kind is DayKind.ORDINARY:
        return ""
    label = dict(DAY_KINDS)[kind.value]
    known = dict(Holiday.choices).get(holiday)
    return f"{label} ({known})" if known else str(label)


def short_date(day: date, year: int | None = None) -> str:
    """``10-01`` in the year that is shown, otherwise with its year."""
    return day.strftime("%m-%d") if day.year == year else day.isoformat()


def run_list(runs: Iterable[tuple[date, date]], year: int | None = None, most: int = 6) -> list[str]:
    """``["10-01 – 10-07", "10-09"]``; of many only the first ones."""
    told = [
        short_date(first, year) if first == last else f"{short_date(first, year)} – {short_date(last, year)}"
        for first, last in runs
    ]
    return [*told[:most], *(["…"] if len(told) > most else [])]


def run_words(runs: Iterable[tuple[date, date]]) -> str:
    return _(", ").join(run_list(runs))


def long_date(day: date) -> str:
    """With its weekday, as a sentence names it."""
    return f"{date_format(day, 'l')} {date_format(day, 'DATE_FORMAT')}"


def desk_words(service: str, space: Space | None = None) -> str:
    """``"hall: Foundry"``."""
    label = str(dict(Service.choices)[service])
    return f"{label}: {text(space.name)}" if space else label


def head_words(head: Head) -> list[str]:
    """When a timetable holds, in parts; empty for one that always does."""
    parts = [str(dict(DAY_KINDS)[head.day_kind])] if head.day_kind != ANY_DAY else []
    if head.season_from:
        parts.append(_("every year %(first)s – %(last)s") % {"first": head.season_from, "last": head.season_to})
    if head.valid_from or head.valid_to:
        first, last = (day.isoformat() if day else "…" for day in (head.valid_from, head.valid_to))
        parts.append(f"{first} – {last}")
    if head.priority:
        parts.append(_("priority %(number)d") % {"number": head.priority})
    return parts
