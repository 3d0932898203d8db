"""Opening hours in OpenStreetMap's words and in schema.org's, and what others' readers make of them."""

import random
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import translation
from opening_hours import OpeningHours

from venues.closures import Closure
from venues.notations import Window, openstreetmap, schema_org
from venues.opening_hours import DAY, Calendar, DayKind, Rule, Span, SpecialHours, State
from venues.spans import parse_spans
from venues.timetables import Timetable

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
CALENDAR = Calendar(
    {date(2026, 10, day): (DayKind.HOLIDAY, "national_day") for day in range(1, 8)}
    | {date(2026, 10, 10): (DayKind.MAKE_UP_WORKDAY, "national_day")},
    frozenset({2026}),
)
REST = frozenset(range(1, 7))
MONDAY = frozenset({0})


def rule(spans: str = "", **fields: Any) -> Rule:
    return Rule(**{"state": State.OPEN if spans else State.CLOSED, "spans": parse_spans(spans), **fields})


def window(*rules: Rule, exceptions: Any = (), first: date = FIRST, last: date = LAST) -> Window:
    return Window(Timetable(rules, tuple(exceptions)), CALENDAR, first, last, "en")


MUSEUM = (
    rule("9:00-16:30", weekdays=REST),
    rule(weekdays=MONDAY, note={"en": "Closed on Mondays"}),
    rule("9:00-16:30", weekdays=MONDAY, kind=DayKind.HOLIDAY),
)
RENOVATION = SpecialHours(date(2026, 11, 3), date(2026, 11, 5), reason={"en": 'New "roof"'})


ALWAYS = rule("9-17")
SUMMER = rule("9-20", season=((6, 1), (8, 31)))
WINTER = rule("10-15", season=((11, 15), (3, 14)))
OLD = rule("9-17", valid=(None, date(2026, 12, 31)))
NEW = rule("9-18", valid=(date(2027, 1, 1), None))
OVER = rule("1-2", valid=(None, date(2026, 8, 31)))
BAR = (rule("18-25:30", weekdays=frozenset({4, 5})), rule(weekdays=frozenset({0, 1, 2, 3, 6})))


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((), None),
        ((ALWAYS,), "Mo-Su 09:00-17:00"),
        (
            (rule("9-12, 13-17", weekdays=frozenset({0, 2, 4, 5})),),
            "Mo-Su unknown; Mo,We,Fr,Sa 09:00-12:00,13:00-17:00",
        ),
        ((ALWAYS, SUMMER), "Mo-Su 09:00-17:00; Jun 01-Aug 31 Mo-Su 09:00-20:00"),
        ((ALWAYS, WINTER), "Mo-Su 09:00-17:00; Nov 15-Mar 14 Mo-Su 10:00-15:00"),
        ((ALWAYS, NEW), "Mo-Su 09:00-17:00; 2027 Jan 01+ Mo-Su 09:00-18:00"),
        ((OLD, NEW), "2026 Sep 01-2026 Dec 31 Mo-Su 09:00-17:00; 2027 Jan 01+ Mo-Su 09:00-18:00"),
        ((ALWAYS, OVER), "Mo-Su 09:00-17:00"),
        (BAR, "Mo-Th,Su off, Fr,Sa 18:00-25:30"),
        (MUSEUM, 'Tu-Su 09:00-16:30; Mo off "Closed on Mondays"; 2026 Oct 05 09:00-16:30'),
        ((rule(state=State.BY_BOOKING),), 'Mo-Su unknown "by appointment"'),
        ((rule("9-17", state=State.BY_BOOKING),), 'Mo-Su 09:00-17:00 unknown "by appointment"'),
        ((ALWAYS, rule("17-18", state=State.EXIT_ONLY)), "Mo-Su 09:00-17:00"),
    ],
)
def test_hours_in_the_words_of_openstreetmap(rules: Any, expected: str | None) -> None:
    assert openstreetmap(window(*rules))[0] == expected


def test_an_exception_in_the_words_of_openstreetmap_is_a_date_with_its_reason() -> None:
    text, _unsaid = openstreetmap(window(ALWAYS, exceptions=[RENOVATION]))
    assert text == "Mo-Su 09:00-17:00; 2026 Nov 03-2026 Nov 05 off \"New 'roof'\""


def spec(days: str, opens: str, closes: str, **more: str) -> dict[str, Any]:
    names = {name[:2]: name for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")}
    on = {"dayOfWeek": [names[day] for day in days.split()]} if days else {}
    return {"@type": "OpeningHoursSpecification", "opens": opens, "closes": closes, **on, **more}


def test_hours_of_the_museum_in_the_words_of_schema_org() -> None:
    weekly, special, lacking = schema_org(window(*MUSEUM, exceptions=[RENOVATION]))
    assert weekly == [
        spec("Mo", "00:00", "00:00", description="Closed on Mondays"),
        spec("Tu We Th Fr Sa Su", "09:00", "16:30"),
    ]
    assert special == [
        spec("", "09:00", "16:30", validFrom="2026-10-05", validThrough="2026-10-05"),
        spec("", "00:00", "00:00", description="New 'roof'", validFrom="2026-11-03", validThrough="2026-11-05"),
    ]
    assert [each["code"] for each in lacking] == ["calendar", "day_kinds"]


def test_a_season_in_the_words_of_schema_org_is_a_validity() -> None:
    weekly, special, lacking = schema_org(window(rule("9-17"), rule("9-20", season=((6, 1), (8, 31)))))
    every = "Mo Tu We Th Fr Sa Su"
    assert weekly == [
        spec(every, "09:00", "17:00", validFrom="2026-09-01", validThrough="2027-05-31"),
        spec(every, "09:00", "20:00", validFrom="2027-06-01", validThrough="2027-08-31"),
    ]
    assert (special, lacking) == ([], [])


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ((rule("9-17 (16:30)"),), {"last_entry"}),
        ((rule("9-17"), rule("17-18", state=State.EXIT_ONLY)), {"exit_only"}),
        ((rule("9-17", weekdays=MONDAY),), {"unknown"}),
        ((rule("9-17", state=State.BY_BOOKING),), {"by_booking"}),
        ((rule("0-30"),), {"over_24_hours"}),
        ((rule("9-17"), rule("9-12", kind="national_day")), {"calendar", "day_kinds"}),
    ],
)
def test_what_schema_org_cannot_say_is_named(rules: Any, codes: set[str]) -> None:
    _weekly, _special, lacking = schema_org(window(*rules))
    assert {each["code"] for each in lacking} == codes
    assert all(each["detail"] for each in lacking)


def test_a_closure_of_a_part_of_an_unknown_day_is_named() -> None:
    snow = Closure(datetime(2026, 11, 27, 12), datetime(2026, 11, 27, 20), {"en": "Snow"})
    shown = Window(Timetable(closures=(snow,)), CALENDAR, FIRST, LAST, "en")
    text, lacking = openstreetmap(shown)
    assert (text, [each["code"] for each in lacking]) == (
        'Mo-Su unknown; 2026 Nov 27 unknown "Snow"',
        ["closed_part"],
    )
    _weekly, _special, lacking = schema_org(shown)
    assert [each["code"] for each in lacking] == ["closed_part", "unknown"]


def test_the_day_kinds_of_a_window_that_the_calendar_knows_lack_nothing_more() -> None:
    with translation.override("en"):
        _text, lacking = openstreetmap(window(*MUSEUM, last=date(2026, 12, 31)))
    assert lacking == [
        {
            "code": "day_kinds",
            "detail": "Rules for public holidays and make-up working days are written as dates, up to 2026-12-31.",
        }
    ]


def test_every_year_of_a_window_that_the_calendar_lacks_is_named() -> None:
    with translation.override("en"):
        _text, lacking = openstreetmap(window(*MUSEUM, first=date(2025, 12, 1), last=date(2026, 12, 31)))
        _text, more = openstreetmap(window(*MUSEUM, first=date(2025, 12, 31), last=date(2027, 1, 1)))
    told = [each["detail"] for each in [*lacking, *more] if each["code"] == "calendar"]
    years = ["2025", "2025, 2027"]
    assert told == [f"The public holidays of {year} are not entered." for year in years]


# What others read

SEASONS = [None, ((6, 1), (8, 31)), ((11, 15), (3, 14)), ((10, 5), (10, 5))]
VALIDITIES = [
    (None, None),
    (None, None),
    (date(2026, 10, 3), None),
    (None, date(2027, 2, 1)),
    (date(2026, 12, 1), date(2027, 3, 31)),
]
KINDS = ["any", "any", "any", "holiday", "national_day", "make_up_workday", "ordinary"]


def random_table(draw: random.Random, latest: int) -> Window:
    rules = []
    for _each in range(draw.randint(1, 4)):
        opens = draw.randint(0, 23 * 60)
        spans = (Span(opens, min(opens + draw.randint(1, 12 * 60), latest)),) if draw.random() < 0.8 else ()
        weekdays = frozenset(draw.sample(range(7), draw.randint(1, 7)))
        season, valid, kind = draw.choice(SEASONS), draw.choice(VALIDITIES), draw.choice(KINDS)
        state = State.OPEN if spans else State.CLOSED
        rules.append(Rule(state, spans, weekdays, season, valid, kind, draw.choice([0, 0, 1])))
    first = date(2026, 9, 20) + timedelta(days=draw.randint(0, 60))
    special = SpecialHours(first, first + timedelta(days=draw.randint(0, 4)), State.OPEN, (Span(600, 900),))
    return window(*rules, exceptions=draw.choice([[], [special]]))


def opened(shown: Window, moment: datetime) -> bool:
    for back in (0, 1, 2):
        day = moment.date() - timedelta(days=back)
        minutes = int((moment - datetime.combine(day, time())).total_seconds()) // 60
        if any(span.opens <= minutes < span.closes for span in shown.table.day(day, shown.calendar).spans):
            return True
    return False


def moments(draw: random.Random, count: int) -> list[datetime]:
    """Most of them around the holiday, where rules are thickest; none on the first days, which look back."""
    start = datetime(2026, 9, 4)
    spread = [draw.randint(0, 60 * 24 * 60) for _each in range(count)] + [
        draw.randint(0, 350 * 24 * 60) for _each in range(count)
    ]
    return [start + timedelta(minutes=minutes) for minutes in spread]


@pytest.mark.parametrize("latest", [DAY, 30 * 60])
@pytest.mark.parametrize("seed", range(12))
def test_a_reader_of_openstreetmap_that_others_wrote_agrees(seed: int, latest: int) -> None:
    draw = random.Random(seed)
    shown = random_table(draw, latest)
    text, _unsaid = openstreetmap(shown)
    if text is None:
        return
    read = OpeningHours(text)
    for moment in moments(draw, 60):
        assert read.is_open(moment) is opened(shown, moment), (moment, text)


def schema_org_says(weekly: list[Any], special: list[Any], moment: datetime) -> bool:
    """As search engines read it: what is special for a date replaces the week; the night before goes on."""
    for back in (0, 1):
        day = moment.date() - timedelta(days=back)
        here = [each for each in special if each["validFrom"] <= day.isoformat() <= each["validThrough"]]
        here = here or [
            each
            for each in weekly
            if day.strftime("%A") in each["dayOfWeek"]
            and each.get("validFrom", "0001") <= day.isoformat() <= each.get("validThrough", "9999")
        ]
        for each in here:
            if "opens" not in each:
                continue
            opens, closes = (60 * int(each[name][:2]) + int(each[name][3:]) for name in ("opens", "closes"))
            closes += DAY if closes < opens else 0
            minutes = int((moment - datetime.combine(day, time())).total_seconds()) // 60
            if opens <= minutes < closes + (each["closes"] == "23:59"):
                return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_a_reader_of_schema_org_agrees(seed: int) -> None:
    draw = random.Random(seed)
    shown = random_table(draw, 30 * 60)
    weekly, special, _unsaid = schema_org(shown)
    for moment in moments(draw, 60):
        assert schema_org_says(weekly, special, moment) is opened(shown, moment), (moment, weekly, special)
