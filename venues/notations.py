"""Opening hours in the notations of others: OpenStreetMap's ``opening_hours`` and schema.org.

Both are written for a window of dates. The weekly hours become rules, and each date on which these would say something
else than the resolver becomes a rule of its own; so within the window the notation says what we say. What it has no
words for is named by a code, with a sentence for people.

OpenStreetMap: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. A rule after a semicolon replaces
what earlier ones say of a day, and cuts off what the night before left; one after a comma adds to it.
schema.org: https://schema.org/OpeningHoursSpecification, read as search engines do: opens and closes both at 00:00 is
closed, and what closes before it opens closes the next day.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import groupby
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.translations import resolve as in_language
from venues.opening_hours import ANY_DAY, DAY, Calendar, Day, Rule, State, in_season, rank, resolve
from venues.spans import clock
from venues.timetables import Timetable, dates

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BY_APPOINTMENT = "by appointment"


class Hours(NamedTuple):
    """What a notation can tell days apart by."""

    state: State
    spans: tuple[tuple[int, int, State], ...] = ()
    comment: str = ""


NOTHING = Hours(State.UNKNOWN)


class Line(NamedTuple):
    """A rule of the notation: the days it is for, as text and as a question, and what it says of them."""

    selector: str
    fits: Callable[[date], bool]
    hours: Hours


@dataclass(frozen=True)
class Segment:
    """Dates on which the same rules are in force, and the week they make."""

    first: date
    last: date
    week: tuple[Hours, ...]


@dataclass(frozen=True)
class Window:
    """The days that a notation is written for, resolved."""

    table: Timetable
    calendar: Calendar
    first: date
    last: date
    language: str

    @cached_property
    def resolved(self) -> list[Day]:
        """From two days before, for what their nights leave."""
        first = date.fromordinal(max(self.first.toordinal() - 2, 1))
        return list(self.table.days(first, self.last, self.calendar))

    @cached_property
    def hours(self) -> dict[date, Hours]:
        return {day.date: self.told(day) for day in self.resolved}

    def told(self, day: Day) -> Hours:
        comment = in_language(day.reason, self.language)[0] if day.reason else ""
        spans = tuple((span.opens, span.closes, span.state) for span in day.spans if span.state is not State.EXIT_ONLY)
        state = State.CLOSED if day.spans and not spans else day.state
        return Hours(state, spans, comment.replace('"', "'"))

    def all(self) -> dict[date, Hours]:
        return {day: hours for day, hours in self.hours.items() if day >= self.first}

    @property
    def base(self) -> list[Rule]:
        """The rules that a notation can say without naming dates: for any kind of day, in or after the window."""
        return sorted(
            (
                rule
                for rule in self.table.rules
                if rule.kind == ANY_DAY
                and rule.state is not State.EXIT_ONLY
                and not (rule.valid[1] and rule.valid[1] < self.first)
            ),
            key=rank,
        )


def unsaid(window: Window, *codes: str) -> list[dict[str, str]]:
    """The codes, and those that every notation lacks words for, each with its sentence."""
    spans = [span for day in window.resolved for span in day.spans]
    unknown_years = [
        str(year) for year in range(window.first.year, window.last.year + 1) if year not in window.calendar.years
    ]
    if any(span.last_entry is not None for span in spans):
        codes += ("last_entry",)
    if any(span.state is State.EXIT_ONLY for span in spans):
        codes += ("exit_only",)
    if any(day.closed for day in window.resolved):
        codes += ("closed_part",)
    if any(rule.kind != ANY_DAY for rule in window.table.rules):
        codes += ("day_kinds",)
        if unknown_years:
            codes += ("calendar",)
    sentences = {
        "last_entry": _("The last entry has no words here."),
        "exit_only": _("Times at which one may only leave count as closed."),
        "closed_part": _("What a closure takes of a day whose hours are not known is left out."),
        "day_kinds": _("Rules for public holidays and make-up working days are written as dates, up to %(last)s."),
        "calendar": _("The public holidays of %(years)s are not entered."),
        "unknown": _("Days of which nothing is known are left out."),
        "by_booking": _("Hours by booking only are told in the description."),
        "over_24_hours": _("What is open for more than a day closes, in this notation, on the next day."),
    }
    known = {"last": window.last.isoformat(), "years": ", ".join(unknown_years)}
    return [{"code": code, "detail": sentences[code] % known} for code in sorted(set(codes))]


def segments(window: Window, days: dict[date, Hours]) -> list[Segment]:
    """The window cut where a season or a validity begins or ends; of each weekday what it says most often there."""
    rules = window.base

    def in_force(day: date) -> tuple[bool, ...]:
        return tuple(_in_force(rule, day) for rule in rules)

    found = []
    for _rules, group in groupby(days, key=in_force):
        part = list(group)
        week = []
        for weekday in range(7):
            same = Counter(days[day] for day in part if day.weekday() == weekday)
            week.append(same.most_common(1)[0][0] if same else Hours(State.UNKNOWN))
        found.append(Segment(part[0], part[-1], tuple(week)))
    return found


def _in_force(rule: Rule, day: date) -> bool:
    first, last = rule.valid
    season = rule.season is None or in_season(day, *rule.season)
    return season and (first is None or first <= day) and (last is None or day <= last)


def by_weekdays(week: Iterable[Hours]) -> Iterator[tuple[list[int], Hours]]:
    """Weekdays with the same hours, together."""
    found: dict[Hours, list[int]] = {}
    for weekday, hours in enumerate(week):
        found.setdefault(hours, []).append(weekday)
    return ((weekdays, hours) for hours, weekdays in found.items())


def runs(days: Iterable[date], key: Callable[[date], Any]) -> Iterator[tuple[date, date]]:
    """First and last of each row of dates that follow each other and have the same key."""
    start = before = None
    for day in days:
        if start is None or before is None or day - before > timedelta(days=1) or key(day) != key(start):
            if start is not None and before is not None:
                yield start, before
            start = day
        before = day
    if start is not None and before is not None:
        yield start, before


# OpenStreetMap


def openstreetmap(window: Window) -> tuple[str | None, list[dict[str, str]]]:
    """The text, None where nothing is entered, and what it does not say."""
    days = window.all()
    if set(days.values()) == {NOTHING}:
        return None, []
    lines = [_line(rule, window) for rule in window.base if not (rule.season and rule.valid != (None, None))]
    separator = "; "
    if any(closes > DAY for hours in days.values() for _opens, closes, _state in hours.spans):
        once = all(sum(line.fits(day) for line in lines) == 1 and _said(lines, day) == days[day] for day in days)
        if once:
            separator = ", "  # no day is spoken of twice, and the night before is left alone
        else:
            days = _cut_at_midnight(window)
            lines = _dated_lines(segments(window, days))
    if any(_said(lines, day) is None for day in days):
        lines.insert(0, Line("Mo-Su", lambda day: True, Hours(State.UNKNOWN)))
    wrong = [day for day, hours in days.items() if _said(lines, day) != hours]
    texts = [_osm_rule(line.selector, line.hours) for line in lines]
    texts += [_osm_rule(_osm_dates(first, last), days[first]) for first, last in runs(wrong, days.__getitem__)]
    return separator.join(texts), unsaid(window)


def _said(lines: list[Line], day: date) -> Hours | None:
    """What the last rule for a day says, as after semicolons."""
    return next((line.hours for line in reversed(lines) if line.fits(day)), None)


def _line(rule: Rule, window: Window) -> Line:
    weekdays = _osm_weekdays(sorted(rule.weekdays))
    first, last = rule.valid
    period = ""
    if rule.season:
        period = "-".join(dict.fromkeys(f"{MONTHS[month - 1]} {day:02}" for month, day in rule.season)) + " "
    elif first or last:
        begins = first or window.first
        period = (_osm_dates(begins, last) if last else f"{_osm_date(begins)}+") + " "
    alone = resolve(window.first, [Rule(rule.state, rule.spans, note=rule.note)], [], window.calendar)
    return Line(period + weekdays, partial(_fits, rule), window.told(alone))


def _fits(rule: Rule, day: date) -> bool:
    return day.weekday() in rule.weekdays and _in_force(rule, day)


def _dated_lines(parts: list[Segment]) -> list[Line]:
    return [
        Line(
            (_osm_dates(part.first, part.last) + " " if len(parts) > 1 else "") + _osm_weekdays(weekdays),
            partial(_in_part, part, frozenset(weekdays)),
            hours,
        )
        for part in parts
        for weekdays, hours in by_weekdays(part.week)
    ]


def _in_part(part: Segment, weekdays: frozenset[int], day: date) -> bool:
    return part.first <= day <= part.last and day.weekday() in weekdays


def _cut_at_midnight(window: Window) -> dict[date, Hours]:
    """Each date with what the nights before leave of it, and its own hours up to midnight."""
    own = window.hours
    found = {}
    for day in dates(window.first, window.last):
        spans = []
        for back in (2, 1, 0):
            begin = back * DAY
            before = date.fromordinal(max(day.toordinal() - back, 1))
            for opens, closes, state in own.get(before, NOTHING).spans if before < day or not back else ():
                if closes > begin and opens < begin + DAY:
                    spans.append((max(opens - begin, 0), min(closes - begin, DAY), state))
        hours = own[day]
        state = State.OPEN if spans and hours.state in (State.CLOSED, State.UNKNOWN) else hours.state
        found[day] = Hours(state, tuple(sorted(spans)), hours.comment)
    return found


def _osm_rule(selector: str, hours: Hours) -> str:
    comment = f' "{hours.comment}"' if hours.comment else ""
    if not hours.spans:
        if hours.state is State.BY_BOOKING:
            return f'{selector} unknown "{hours.comment or BY_APPOINTMENT}"'
        return f"{selector} {'off' if hours.state is State.CLOSED else 'unknown'}{comment}"
    parts = []
    for state, modifier in ((State.OPEN, comment), (State.BY_BOOKING, f' unknown "{hours.comment or BY_APPOINTMENT}"')):
        times = ",".join(f"{clock(opens)}-{clock(closes)}" for opens, closes, each in hours.spans if each is state)
        if times:
            parts.append(f"{selector} {times}{modifier}")
    return ", ".join(parts)


def _osm_weekdays(weekdays: list[int]) -> str:
    """``[1, 2, 3, 6]`` -> ``"Tu-Th,Su"``."""
    parts = []
    for _place, group in groupby(enumerate(weekdays), key=lambda pair: pair[1] - pair[0]):
        part = [weekday for _index, weekday in group]
        ends = [WEEKDAYS[part[0]], WEEKDAYS[part[-1]]]
        parts.append(ends[0] if len(part) == 1 else "-".join(ends) if len(part) > 2 else ",".join(ends))
    return ",".join(parts)


def _osm_date(day: date) -> str:
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"


def _osm_dates(first: date, last: date) -> str:
    return _osm_date(first) if first == last else f"{_osm_date(first)}-{_osm_date(last)}"


# schema.org

Specification = dict[str, Any]
# For a date of which nothing is known, in a week of which something is.
NO_WORDS: Specification = {"@type": "OpeningHoursSpecification", "description": "opening hours unknown"}


def schema_org(window: Window) -> tuple[list[Specification], list[Specification], list[dict[str, str]]]:
    """``openingHoursSpecification``, ``specialOpeningHoursSpecification``, and what they do not say."""
    days = window.all()
    parts = segments(window, days)
    weekly: list[Specification] = []
    said: dict[date, Hours] = {}
    for part in parts:
        validity = _validity(part.first, part.last) if len(parts) > 1 else {}
        for weekdays, hours in by_weekdays(part.week):
            on = {"dayOfWeek": [DAY_NAMES[weekday] for weekday in weekdays]}
            weekly += [{**each, **on, **validity} for each in _specifications(hours)]
        said |= {day: part.week[day.weekday()] for day in dates(part.first, part.last)}
    wrong = [day for day, hours in days.items() if said[day] != hours]
    special = [
        {**each, **_validity(first, last)}
        for first, last in runs(wrong, days.__getitem__)
        for each in _specifications(days[first]) or [NO_WORDS]
    ]
    return weekly, special, unsaid(window, *_schema_org_lacks(days.values()))


def _validity(first: date, last: date) -> Specification:
    return {"validFrom": first.isoformat(), "validThrough": last.isoformat()}


def _schema_org_lacks(hours: Iterable[Hours]) -> Iterator[str]:
    for each in hours:
        if each.state is State.UNKNOWN:
            yield "unknown"
        if each.state is State.BY_BOOKING or any(state is State.BY_BOOKING for _opens, _closes, state in each.spans):
            yield "by_booking"
        if any(closes - opens > DAY for opens, closes, _state in each.spans):
            yield "over_24_hours"


def _specifications(hours: Hours) -> list[Specification]:
    """None for a day of which nothing is known."""
    if hours.state is State.UNKNOWN:
        return []
    return [_specification(*span, hours.comment) for span in hours.spans or ((0, 0, hours.state),)]


def _specification(opens: int, closes: int, state: State, comment: str) -> Specification:
    words = [comment, BY_APPOINTMENT if state is State.BY_BOOKING else ""]
    description = "; ".join(word for word in words if word)
    return {
        "@type": "OpeningHoursSpecification",
        "opens": clock(opens),
        "closes": _schema_time(opens, closes),
        **({"description": description} if description else {}),
    }


def _schema_time(opens: int, closes: int) -> str:
    """The time of day at which it closes; the whole day ends at 23:59, as search engines want it."""
    if closes == DAY or closes - opens >= DAY:
        return "23:59"
    return clock(closes % DAY)
