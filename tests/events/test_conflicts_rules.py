"""What each rule of conflicts finds, and the near miss that it lets be. No table is read."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from events.conflicts import conflicts_of
from events.conflicts.found import Conflict
from events.conflicts.hours import Hours
from events.conflicts.places import TAKES_NO_SPACE, TAKES_SPACE_WITH
from events.conflicts.scene import Scene, takes_place
from events.models import OPERATIONAL, Event, ReleasedSlot
from tests.factories import at, text
from venues.closures import Closure
from venues.models import Space, Venue
from venues.opening_hours import Calendar, DayKind, Rule, Span, SpecialHours, State
from venues.timetables import Timetable

pytestmark = pytest.mark.usefixtures("english")

NOW = at(2026, 4, 1, 12)
MAY = {"starts_on": date(2026, 5, 1), "ends_on": date(2026, 5, 31)}
LEAGUE = Event(pk=1, slug="league", title=text("联赛"), **MAY)
OTHER = Event(pk=2, slug="other", title=text("音乐节"), **MAY)

PARK = Venue(pk=1, slug="park", name=text("公园"), lat=41.80, lng=123.36)
GYM = Venue(pk=2, slug="gym", name=text("体育馆"), lat=41.80, lng=123.36)  # at the park
FAR = Venue(pk=3, slug="far", name=text("远方"), lat=41.89, lng=123.36)  # ten kilometres to the north
WING = Venue(pk=4, slug="wing", name=text("侧厅"), parent=PARK)
LOST = Venue(pk=5, slug="lost", name=text("某处"))
COURT = Space(pk=1, venue=PARK, name=text("一号场"), capacity=100)
LAWN = Space(pk=2, venue=PARK, name=text("草坪"), parallel_use=True)
FAR_COURT = Space(pk=3, venue=FAR, name=text("远场"))


def hour(number: float, day: int = 2) -> datetime:
    """Of the second of May, a Saturday."""
    return at(2026, 5, 1) + timedelta(days=day - 1, hours=number)


def slot(start: float | None, end: float | None = None, day: int = 2, **fields: Any) -> ReleasedSlot:
    """A session in the park; ``team`` or ``who`` takes part."""
    who = [*fields.pop("who", []), *(team(name) for name in fields.pop("teams", []))]
    values = {"title": text("场次"), "event": LEAGUE, "slot_kind": "session", "venue": PARK, **fields}
    row = ReleasedSlot(uid=uuid.uuid4(), participants=who, **values)
    row.starts_at = None if start is None else hour(start, day)
    row.ends_at = None if end is None else hour(end, day)
    row.operational = row.slot_kind in OPERATIONAL
    row.derive_times(row.event)
    return row


def theirs(*args: Any, **fields: Any) -> ReleasedSlot:
    return slot(*args, event=OTHER, **fields)


def team(slug: str, **fields: Any) -> dict[str, Any]:
    return {"slug": slug, "kind": "team", "name": text(f"{slug}队"), "role": "", "billing": 1, **fields}


def person(slug: str, **fields: Any) -> dict[str, Any]:
    return team(slug, kind="person", **fields)


def conflicts(*rows: ReleasedSlot, moment: datetime = NOW, event: Event = LEAGUE, **world: Any) -> list[Conflict]:
    own = [row for row in rows if row.event is event and takes_place(row)]
    others = [row for row in rows if row.event is not event]
    return conflicts_of(Scene(event, moment, frozenset({1, 2, 3, 4, 5}), own, others, **world))


def kinds(found: Iterable[Conflict]) -> list[tuple[str, str, int]]:
    return sorted((each.kind, each.level.value, len(each.slots)) for each in found)


TWICE = ("participant_twice", "block", 2)
ELSEWHERE = ("participant_twice", "warn", 2)
SPACE = ("space_twice", "warn", 2)
REST = ("short_rest", "warn", 2)
WAY = ("far_apart", "warn", 2)
OUTSIDE = ("outside_event", "block", 1)
ITSELF = ("against_itself", "block", 1)
EARLY = ("before_doors", "warn", 2)
LATE = ("after_curfew", "warn", 2)
REBUILT = ("changeover_overlaps", "warn", 2)
HOST = person("h")
HURRIED = ("short_changeover", "warn", 2)
CUT_OFF = ("road_closed", "warn", 2)
CUT_OFF_TWO = ("road_closed", "warn", 3)
FULL = ("over_capacity", "warn", 2)

NINTH, TWELFTH = date(2026, 5, 9), date(2026, 5, 12)


def in_court(*args: Any, **fields: Any) -> ReleasedSlot:
    return slot(*args, **{"space": COURT, **fields})


def on_lawn(*args: Any, **fields: Any) -> ReleasedSlot:
    return slot(*args, **{"space": LAWN, **fields})


def doors(*args: Any) -> ReleasedSlot:
    return in_court(*args, slot_kind="doors")


def act(*args: Any, **fields: Any) -> ReleasedSlot:
    """A set in the court."""
    return in_court(*args, **{"slot_kind": "set", **fields})


def curfew(*args: Any, **fields: Any) -> ReleasedSlot:
    return slot(*args, **{"slot_kind": "curfew", "space": COURT, **fields})


def changeover(*args: Any) -> ReleasedSlot:
    return in_court(*args, slot_kind="changeover")


def match(*args: Any, **fields: Any) -> ReleasedSlot:
    return slot(*args, **{"slot_kind": "match", "teams": ["a"], **fields})


def their_match(*args: Any) -> ReleasedSlot:
    return match(*args, event=OTHER)


def road() -> ReleasedSlot:
    return slot(8, 12, slot_kind="closure")


CASES: list[tuple[str, list[ReleasedSlot], list[tuple[str, str, int]]]] = [
    # The stage
    ("a set after the doors", [act(19, 20), doors(18)], []),
    ("a set with the doors", [act(18, 20), doors(18)], []),
    ("a set before the doors", [act(17.5, 20), doors(18)], [EARLY]),
    ("a set between two openings of the doors", [act(15, 17), doors(14), doors(18)], []),
    ("a set before the doors of the next day", [act(19, 20), in_court(18, day=3, slot_kind="doors")], []),
    ("a set before the doors of the whole venue", [act(17, 20), slot(18, slot_kind="doors")], [EARLY]),
    ("a set before the doors of another space", [act(17, 20), on_lawn(18, slot_kind="doors")], []),
    ("a tour before the doors", [in_court(10, 11, slot_kind="tour"), act(19, 20), doors(18)], []),
    ("a set before doors that stay shut", [act(17, 20), in_court(18, slot_kind="doors", status="cancelled")], []),
    ("a set until the curfew", [act(21, 23), curfew(23)], []),
    ("a set over the curfew", [act(21, 23.25), curfew(23)], [LATE]),
    ("a set at the curfew, its end not known", [act(23), curfew(23)], [LATE]),
    ("a set before the curfew, its end not known", [act(22.5), curfew(23)], []),
    ("a set at two at night, with the curfew at one", [act(26, 27), curfew(25)], [LATE]),
    ("a set at nine, with last night's curfew", [act(21, 22), curfew(25, day=1)], []),
    ("the stage's own curfew goes before the venue's", [act(22, 24), curfew(24.5), curfew(23, space=None)], []),
    ("a set that is over the curfew, called off", [act(22, 24, status="cancelled"), curfew(23)], []),
    ("a set during the changeover", [act(18, 19.25), changeover(19, 19.5), act(19.5, 21)], [REBUILT]),
    ("a set that begins in the changeover", [act(18, 19), changeover(19, 19.5), act(19.25, 21)], [REBUILT]),
    ("a changeover between", [act(18, 19), changeover(19, 19.1), act(19.1, 21)], []),
    ("a changeover without an end", [act(18, 19), changeover(19), act(19.1, 21)], []),
    ("no time to change over", [act(18, 19), act(19, 20)], [HURRIED]),
    ("nine minutes to change over", [act(18, 19, teams=["a"]), act(19.15, 20, teams=["b"])], [HURRIED]),
    ("ten minutes to change over", [act(18, 19), act(19 + 1 / 6, 20)], []),
    ("the same act goes on", [act(18, 19, who=[HOST]), act(19, 20, who=[HOST])], []),
    ("after an end that nobody knows", [act(18), act(20, 21)], []),
    ("a set after a speech", [act(18, 19, slot_kind="ceremony"), act(19, 20)], []),
    # Times
    ("end before the start", [slot(19, 18)], [("times_ends_at", "block", 1)]),
    ("end at the start", [slot(19, 19)], [("times_ends_at", "block", 1)]),
    ("end after the start", [slot(19, 20)], []),
    ("no end", [slot(19)], []),
    ("cancelled does not count", [slot(19, 18, status="cancelled")], []),
    # The event's days
    ("the day before", [slot(19, 20, day=0)], [OUTSIDE]),
    ("the day after", [slot(19 + 24, 20 + 24, day=31)], [OUTSIDE]),
    ("first and last day", [slot(0.5, 1, on_date=date(2026, 5, 1), day=1), slot(22, 23, day=31)], []),
    ("after midnight belongs to the evening", [slot(25, 26, day=31)], []),
    ("a last night until six", [slot(23, 30, day=31)], []),
    ("a last night until the afternoon", [slot(23, 37, day=31)], [OUTSIDE]),
    ("a run beyond the event", [slot(9, 17, through=date(2026, 6, 1))], [OUTSIDE]),
    ("a run within", [slot(9, 17, through=date(2026, 5, 31))], []),
    ("a mere date outside", [slot(None, precision="date", on_date=date(2026, 4, 30))], [OUTSIDE]),
    ("a road closed on the eve", [slot(20, 23, day=0, slot_kind="closure")], []),
    ("a road closed two days ahead", [slot(20, 23, day=-1, slot_kind="closure")], [OUTSIDE]),
    ("to be announced is inside", [slot(None, precision="tba")], []),
    # Against itself
    ("one team twice", [slot(9, 10, teams=["a", "a"])], [ITSELF]),
    ("two teams of one name", [slot(9, 10, who=[team("a"), team("b", name=text("A 队"))])], [ITSELF]),
    ("two persons of one name", [slot(9, 10, who=[person("a"), person("b", name=text("a队"))])], []),
    ("two teams", [slot(9, 10, teams=["a", "b"])], []),
    # In two places at once
    ("a team twice", [slot(9, 10, teams=["a"]), slot(9.5, 11, teams=["a"], venue=GYM)], [TWICE]),
    ("both teams twice is one conflict", [slot(9, 10, teams=["a", "b"]), slot(9, 10, teams=["b", "a"])], [TWICE]),
    ("one ends as the other starts", [slot(9, 10, teams=["a"]), slot(10, 11, teams=["a"])], []),
    ("another team", [slot(9, 10, teams=["a"]), slot(9, 10, teams=["b"])], []),
    ("no end counts two hours", [slot(9, teams=["a"]), slot(10.5, 12, teams=["a"])], [TWICE]),
    ("two hours later", [slot(9, teams=["a"]), slot(11, 12, teams=["a"])], []),
    ("one is cancelled", [slot(9, 10, teams=["a"]), slot(9, 10, teams=["a"], status="cancelled")], []),
    ("one is postponed", [slot(9, 10, teams=["a"]), slot(9, 10, teams=["a"], status="postponed")], []),
    ("one is tentative", [slot(9, 10, teams=["a"]), slot(9, 10, teams=["a"], status="tentative")], [TWICE]),
    ("another event's slot", [slot(9, 10, teams=["a"]), theirs(9, 10, teams=["a"])], [ELSEWHERE]),
    ("two slots of another event", [theirs(9, 10, teams=["a"]), theirs(9, 10, teams=["a"])], []),
    ("a host in one hall", [in_court(9, 12, who=[HOST]), on_lawn(10, 11, who=[HOST])], [TWICE]),
    ("a host on one lawn", [on_lawn(9, 12, who=[HOST]), on_lawn(10, 11, who=[HOST])], []),
    ("a team on one lawn", [on_lawn(9, 12, teams=["a"]), on_lawn(10, 11, teams=["a"])], [TWICE]),
    ("all day is no clock time", [slot(9, 10, teams=["a"]), slot(8, timing="all_day", teams=["a"])], []),
    ("in the doors' time", [slot(9, 10, teams=["a"]), slot(9, 10, teams=["a"], slot_kind="doors")], []),
    ("a daily run", [slot(9, 10, teams=["a"], through=NINTH), slot(9, 10, teams=["a"], day=8)], [TWICE]),
    ("between a run's hours", [slot(9, 10, teams=["a"], through=NINTH), slot(11, 12, teams=["a"], day=8)], []),
    # Spaces
    ("a space twice", [in_court(9, 10), in_court(9.5, 11)], [SPACE]),
    ("one after the other", [in_court(9, 10), in_court(10, 11)], []),
    ("parallel use", [on_lawn(9, 10), on_lawn(9, 10)], []),
    ("another space", [in_court(9, 10), slot(9, 10, space=FAR_COURT, venue=FAR)], []),
    ("the venue without a space", [in_court(9, 10), slot(9, 10)], []),
    ("across events", [in_court(9, 10), theirs(9.5, 11, space=COURT)], [SPACE]),
    ("only other events", [theirs(9, 10, space=COURT), theirs(9, 10, space=COURT)], []),
    ("doors and break of a set", [in_court(18, 22), doors(18, 19), in_court(20, 21, slot_kind="break")], []),
    ("doors against another event", [doors(18, 19), theirs(18, 20, space=COURT)], [SPACE]),
    ("another event's doors", [in_court(18, 19), theirs(18, 20, space=COURT, slot_kind="doors")], [SPACE]),
    ("a changeover and another event", [changeover(18, 19), theirs(18, 20, space=COURT)], [SPACE]),
    ("a curfew takes no space", [in_court(20, 21, slot_kind="curfew"), theirs(18, 22, space=COURT)], []),
    ("doors without an end", [in_court(18, 19), theirs(17.5, space=COURT, slot_kind="doors")], []),
    ("a set without an end", [in_court(18, 19), theirs(17.5, space=COURT)], [SPACE]),
    ("a cut-off takes no space", [in_court(18, 19), theirs(18, 20, space=COURT, slot_kind="cutoff")], []),
    ("all day", [in_court(9, 10), in_court(8, timing="all_day")], [SPACE]),
    ("the night before all day", [in_court(22, 26, day=1), in_court(8, timing="all_day")], []),
    ("an exhibition in the hall", [in_court(9, 10), in_court(8, timing="venue_hours")], []),
    ("a mere date", [in_court(9, 10), in_court(None, precision="date", on_date=date(2026, 5, 2))], []),
    ("two runs", [in_court(9, 10, through=NINTH), in_court(9.5, 11, day=5, through=TWELFTH)], [SPACE]),
    ("two runs in turn", [in_court(9, 10, through=NINTH), in_court(10, 11, day=5, through=TWELFTH)], []),
    # Rest and ways
    ("short rest", [match(9, 10), match(10.5, 11)], [REST]),
    ("enough rest", [match(9, 10), match(11, 12)], []),
    ("a ceremony needs no rest", [match(9, 10), slot(10, 11, teams=["a"], slot_kind="ceremony")], []),
    ("rest within another event", [match(9, 10), their_match(10, 11)], [REST]),
    ("a long way", [slot(9, 10, teams=["a"]), slot(10.5, 11, teams=["a"], venue=FAR)], [WAY]),
    ("a long way, and the time", [slot(9, 10, teams=["a"]), slot(10.75, 11, teams=["a"], venue=FAR)], []),
    ("a longer way than rest", [match(9, 10), match(10.2, 11, venue=FAR)], [REST]),
    ("next door", [slot(9, 10, teams=["a"]), slot(10, 11, teams=["a"], venue=GYM)], []),
    ("where nobody knows", [slot(9, 10, teams=["a"]), slot(10, 11, teams=["a"], venue=LOST)], []),
    # Road closures
    ("a closure at a venue in use", [road(), slot(9, 10)], [CUT_OFF]),
    ("a closure of another event", [theirs(8, 12, slot_kind="closure"), slot(9, 10)], [CUT_OFF]),
    ("a closure for another event", [road(), theirs(9, 10)], [CUT_OFF]),
    ("a closure at the whole", [road(), slot(9, 10, venue=WING)], [CUT_OFF]),
    ("a closure of two slots", [road(), slot(9, 10), slot(10, 11)], [CUT_OFF_TWO]),
    ("a closure over an exhibition", [road(), theirs(1, timing="venue_hours", through=NINTH)], [CUT_OFF]),
    ("an open road", [road(), slot(12, 13)], []),
    ("a closure elsewhere", [road(), slot(9, 10, venue=FAR)], []),
    ("the race itself", [road(), slot(9, 10, slot_kind="wave")], []),
    ("another race", [road(), theirs(9, 10, slot_kind="wave")], [CUT_OFF]),
    ("two closures", [road(), road()], []),
    # Places
    ("more than the space holds", [in_court(9, capacity=101), in_court(12, capacity=101)], [FULL]),
    ("as many as it holds", [in_court(9, 10, capacity=100)], []),
    ("nobody knows how many it holds", [slot(9, 10, venue=FAR, space=FAR_COURT, capacity=1000)], []),
    ("nobody counts", [in_court(9, 10)], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[name for name, *_ in CASES])
def test_conflicts_of_slots(rows: list[ReleasedSlot], expected: list[tuple[str, str, int]]) -> None:
    assert kinds(conflicts(*rows)) == expected


def test_conflicts_venue_that_is_not_the_events() -> None:
    elsewhere = Venue(pk=9, slug="elsewhere", name=text("别处"))
    (found,) = conflicts(slot(9, 10, venue=elsewhere))
    assert (found.kind, found.level, "别处" in found.message) == ("foreign_venue", "block", True)


def test_conflicts_dates_known_to_the_month_bound_nothing() -> None:
    vague = Event(pk=1, slug="league", title=text("联赛"), date_precision="month", **MAY)
    open_ended = Event(pk=1, slug="league", title=text("联赛"), starts_on=MAY["starts_on"])
    late = {"day": 31 + 9, "event": vague}
    assert kinds(conflicts(slot(9, 10, **late), event=vague)) == []
    assert kinds(conflicts(slot(9, 10, **{**late, "event": open_ended}), event=open_ended)) == []
    assert kinds(conflicts(slot(9, 10, day=-9, event=open_ended), event=open_ended)) == [OUTSIDE]


def test_conflicts_of_what_is_over_warn_no_more() -> None:
    rows = [in_court(9, 10, teams=["a"]), in_court(9.5, 11, teams=["a"]), theirs(9, 11, space=COURT)]
    seen = [kinds(conflicts(*rows, moment=moment)) for moment in (hour(9.9), hour(10), hour(11))]
    assert seen == [[TWICE, SPACE, SPACE, SPACE], [SPACE], []]


def test_conflicts_name_both_slots_and_the_other_event() -> None:
    found = conflicts(
        in_court(9, 10, title=text("决赛")), theirs(9.5, 25.5, space=COURT, title=text("夜场"), place_name=text("厅"))
    )
    assert [each.message for each in found] == [
        "“一号场” is used twice: “决赛” (2026-05-02 09:00–10:00) and “夜场” of “音乐节” (2026-05-02 09:30–01:30). "
        "Move one of them, or have the space marked for parallel use."
    ]


def test_conflicts_tell_who_and_how_long() -> None:
    both = {"teams": ["a", "b"]}
    (rest,) = conflicts(match(9, 10, title=text("甲"), **both), match(10.5, 11, title=text("乙"), **both))
    (way,) = conflicts(slot(9, 10, teams=["a"]), slot(10.25, 11, teams=["a"], venue=FAR))
    assert rest.message == (
        "“a队”, “b队”: only 30 min of rest between “甲” (2026-05-02 09:00–10:00) and “乙” (2026-05-02 10:30–11:00). "
        "Leave at least 60 min."
    )
    assert "15 min from the end of" in way.message
    assert "10.0 km away; about 40 min are needed" in way.message


# Opening hours

NINE_TO_FIVE = Rule(spans=(Span(540, 720), Span(780, 1020, 960)), weekdays=frozenset(range(1, 7)))
MONDAYS = Rule(State.CLOSED, weekdays=frozenset({0}), note=text("周一闭馆"))
OPEN = Timetable((NINE_TO_FIVE, MONDAYS))  # nine to twelve, one to five (four), closed on Mondays


def with_hours(*rows: ReleasedSlot, table: Timetable = OPEN) -> list[Conflict]:
    return conflicts(*rows, hours=Hours(tables={PARK.pk: table}))


CLOSED = ("venue_closed", "warn", 1)
BREAK = ("venue_break", "warn", 1)
LAST_ENTRY = ("last_entry", "warn", 1)
AFTER_HOURS = ("outside_hours", "warn", 1)

HOURS: list[tuple[str, ReleasedSlot, list[tuple[str, str, int]]]] = [
    ("within the hours", slot(9, 12), []),
    ("until the end", slot(13, 17), []),
    ("without an end", slot(15.9), []),
    ("before it opens", slot(8.5, 10), [AFTER_HOURS]),
    ("beyond its closing", slot(15, 17.5), [AFTER_HOURS]),
    ("in the evening", slot(19, 21), [AFTER_HOURS]),
    ("in the break", slot(12, 13), [BREAK]),
    ("over the break", slot(11, 14), [BREAK]),
    ("at the last entry", slot(16, 17), []),
    ("after the last entry", slot(16.25, 17), [LAST_ENTRY]),
    ("on a Monday", slot(10, 11, day=4), [CLOSED]),
    ("on a Monday, all day", slot(8, day=4, timing="all_day"), [CLOSED]),
    ("on a Monday, while it is open", slot(8, day=4, timing="venue_hours"), [CLOSED]),
    ("on a Monday, at no known time", slot(None, precision="date", on_date=date(2026, 5, 4)), [CLOSED]),
    ("on a Sunday, while it is open", slot(8, day=3, timing="venue_hours"), []),
    ("doors before it opens", slot(8, 9, slot_kind="doors"), []),
    ("every day but Mondays", slot(10, 11, through=date(2026, 5, 9)), []),
    ("every evening", slot(19, 20, through=date(2026, 5, 9)), [AFTER_HOURS]),
    ("where nobody entered hours", slot(3, 4, venue=GYM), []),
    ("at a venue of nobody's", slot(3, 4, venue=None, place_name=text("路口")), []),
]


@pytest.mark.parametrize(("row", "expected"), [case[1:] for case in HOURS], ids=[name for name, *_ in HOURS])
def test_conflicts_with_opening_hours(row: ReleasedSlot, expected: list[tuple[str, str, int]]) -> None:
    assert kinds(with_hours(row)) == expected


NIGHT = Timetable((Rule(spans=(Span(18 * 60, 26 * 60),)),))
ALWAYS = Timetable((Rule(spans=(Span(0, 24 * 60),)),))
AGREED = Timetable((Rule(State.BY_BOOKING),))
WAY_OUT = Timetable((Rule(spans=(Span(540, 960),)), Rule(State.EXIT_ONLY, (Span(960, 1020),))))
RESTING = Timetable(operating=False)
NOTICE = Timetable(closures=(Closure(datetime(2026, 5, 2, 10), datetime(2026, 5, 2, 12), text("检修")),))
SPECIAL = Timetable((NINE_TO_FIVE,), (SpecialHours(date(2026, 5, 2), date(2026, 5, 2), reason=text("检修")),))

TABLES: list[tuple[str, Timetable, ReleasedSlot, list[tuple[str, str, int]]]] = [
    ("past midnight", NIGHT, slot(23, 26), []),
    ("after midnight", NIGHT, slot(24.5, 25.5), []),
    ("past the closing at night", NIGHT, slot(25, 27), [AFTER_HOURS]),
    ("over a midnight that is none", ALWAYS, slot(22, 27), []),
    ("by booking, hours agreed on", AGREED, slot(3, 4), []),
    ("when only the way out is open", WAY_OUT, slot(16.25, 17), [LAST_ENTRY]),
    ("until only the way out is open", WAY_OUT, slot(15, 17), []),
    ("a venue that does not operate", RESTING, slot(10, 11), [CLOSED]),
    ("a notice closes it", NOTICE, slot(11, 13), [CLOSED]),
    ("after the notice", NOTICE, slot(12, 13), []),
    ("an exception closes it", SPECIAL, slot(10, 11), [CLOSED]),
]


@pytest.mark.parametrize(("table", "row", "expected"), [case[1:] for case in TABLES], ids=[name for name, *_ in TABLES])
def test_conflicts_with_odd_hours(table: Timetable, row: ReleasedSlot, expected: list[tuple[str, str, int]]) -> None:
    assert kinds(with_hours(row, table=table)) == expected


def test_conflicts_with_the_same_hours_are_one() -> None:
    evenings = [slot(19, 21, day=day, title=text(f"夜{day}")) for day in (2, 3, 5, 6, 7)]
    found = with_hours(*evenings, slot(20, 21), slot(10, 11, day=4))
    assert kinds(found) == [("outside_hours", "warn", 1), ("outside_hours", "warn", 5), CLOSED]
    assert [each.message for each in found if len(each.slots) == 5 or each.kind == "venue_closed"] == [
        "“公园” is closed then, it is open 09:00–12:00, 13:00–17:00: “夜2” (2026-05-02 19:00–21:00), "
        "“夜3” (2026-05-03 19:00–21:00), “夜5” (2026-05-05 19:00–21:00) and 2 more. "
        "Move them, or agree with the venue.",
        "“公园” is closed on 2026-05-04 (周一闭馆): “场次” (2026-05-04 10:00–11:00). "
        "Choose another day or venue, or agree with the venue.",
    ]


# What is not known in time, and days that are none like the others


def test_conflicts_warn_of_what_is_unannounced_from_48_hours_ahead() -> None:
    some_day = slot(None, precision="date", on_date=date(2026, 5, 9))
    fair = slot(None, precision="date", on_date=date(2026, 5, 9), timing="all_day")
    rows = [slot(None, precision="tba"), some_day, fair, slot(9, 10, precision="not_before")]
    moments = [at(2026, 4, 29, 3), at(2026, 4, 29, 4), at(2026, 5, 7, 4), at(2026, 5, 10, 4)]
    told = [[each.slots[0].precision for each in conflicts(*rows, moment=moment)] for moment in moments]
    assert told == [[], ["tba"], ["tba", "date"], ["tba"]]


def test_conflicts_of_holidays_are_one_a_day() -> None:
    days = {
        date(2026, 5, 4): (DayKind.HOLIDAY, "labour_day"),
        date(2026, 5, 9): (DayKind.MAKE_UP_WORKDAY, "labour_day"),
    }
    rows = [slot(9, 10, day=day, title=text(f"{day}日")) for day in (4, 4, 5, 9)]
    run = slot(9, 10, day=4, through=date(2026, 5, 9))
    found = conflicts(*rows, run, slot(8, 9, day=4, slot_kind="doors"), calendar=Calendar(days))
    assert [(each.kind, len(each.slots), each.message) for each in found] == [
        (
            "holiday",
            2,
            "2026-05-04 is a public holiday (Labour Day): “4日” (2026-05-04 09:00–10:00), "
            "“4日” (2026-05-04 09:00–10:00). Move them, or leave them as they are.",
        ),
        (
            "make_up_workday",
            1,
            "2026-05-09 is a working day that makes up for a holiday (Labour Day): “9日” (2026-05-09 09:00–10:00). "
            "Move them, or leave them as they are.",
        ),
    ]


# What a conflict is called


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [act(17.5, 20), doors(18)],
            "Doors open at 18:00 only: “场次” (2026-05-02 17:30–20:00). "
            "Open them earlier, or move what is before them.",
        ),
        (
            [act(26, 27), curfew(25)],
            "The curfew is at 01:00: “场次” (2026-05-03 02:00–03:00). End earlier, or agree on a later curfew.",
        ),
        (
            [act(18, 19.25), changeover(19, 19.5)],
            "“场次” (2026-05-02 18:00–19:15) is on during the changeover of 30 min (“场次” (2026-05-02 19:00–19:30)). "
            "Move the set, or shorten the changeover.",
        ),
        (
            [act(18, 19), act(19, 20)],
            "Less than 10 min to change over: “场次” (2026-05-02 18:00–19:00), “场次” (2026-05-02 19:00–20:00). Leave "
            "more time, or leave it as it is where nobody has to rebuild the stage.",
        ),
    ],
)
def test_conflict_on_the_stage_names_the_slots_and_the_remedy(rows: list[ReleasedSlot], message: str) -> None:
    assert [each.message for each in conflicts(*rows)] == [message]


def test_conflict_id_changes_with_times_and_places_only() -> None:
    def told(**fields: Any) -> str:
        one, other = in_court(9, 10), in_court(9, 10)
        one.uid, other.uid = uuid.UUID(int=1), uuid.UUID(int=2)
        for name, value in fields.items():
            setattr(one, name, value)
        one.derive_times(LEAGUE)
        (found,) = conflicts(one, other)
        return found.id

    same = [told(), told(title=text("改名"))]
    assert len({*same, told(starts_at=hour(9.5)), told(ends_at=hour(9.5))}) == 3


def test_conflict_id_of_a_fact_holds_for_the_next_slot() -> None:
    def told(*slots: ReleasedSlot) -> set[str]:
        return {each.id for each in with_hours(*slots)}

    assert told(slot(19, 21)) == told(slot(19, 21), slot(19, 21, day=3))
    assert told(slot(19, 21)) != told(slot(19, 22))


def test_conflicts_of_ten_thousand_slots_at_once_come_to_an_end() -> None:
    rows = [in_court(9, 10, teams=["a"]) for _ in range(300)]
    assert kinds(conflicts(*rows)) == [TWICE] * 200 + [SPACE] * 200


def test_space_every_operational_kind_takes_space_with_the_program_or_none() -> None:
    assert TAKES_SPACE_WITH | TAKES_NO_SPACE == OPERATIONAL
    assert TAKES_SPACE_WITH.isdisjoint(TAKES_NO_SPACE)
