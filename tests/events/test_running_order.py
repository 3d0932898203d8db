"""The running order as a table of evenings. No table is read."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils.timezone import localtime

from events.models import OPERATIONAL, Event, ReleasedSlot
from events.running_order import Evening, running_order
from tests.factories import at, text
from venues.models import Space, Venue

FRIDAY, SATURDAY = date(2026, 5, 1), date(2026, 5, 2)
FESTIVAL = Event(pk=1, slug="festival", title=text("音乐节"), starts_on=FRIDAY, ends_on=SATURDAY)
CONCERT = Event(pk=2, slug="concert", title=text("演唱会"), starts_on=FRIDAY, ends_on=FRIDAY)
PARK, HALL = Venue(pk=1, slug="park", name=text("公园")), Venue(pk=2, slug="hall", name=text("厅"))
MAIN, SMALL = Space(pk=1, venue=PARK, name=text("主舞台")), Space(pk=2, venue=PARK, name=text("小舞台"))


def moment(words: str, day: date = FRIDAY) -> datetime:
    """``"25:30"`` is half past one in the night that follows."""
    hours, minutes = map(int, words.split(":"))
    return at(day.year, day.month, day.day) + timedelta(hours=hours, minutes=minutes)


def slot(title: str, times: str = "", day: date = FRIDAY, **fields: Any) -> ReleasedSlot:
    """``slot("A", "19:00-20:00")``: a set on the main stage."""
    start, _dash, end = times.partition("-")
    values: dict[str, Any] = {"event": FESTIVAL, "slot_kind": "set", "space": MAIN, **fields}
    values.setdefault("venue", values["space"].venue if values["space"] else None)
    row = ReleasedSlot(uid=uuid.uuid5(uuid.NAMESPACE_DNS, title), title=text(title), **values)
    row.starts_at = moment(start, day) if start else None
    row.ends_at = moment(end, day) if end else None
    row.operational = row.slot_kind in OPERATIONAL
    row.derive_times(row.event)
    return row


def aside(kind: str, times: str, **fields: Any) -> ReleasedSlot:
    return slot(kind, times, slot_kind=kind, **fields)


def house(kind: str, times: str, **fields: Any) -> ReleasedSlot:
    """Of the whole venue."""
    return aside(kind, times, space=None, **{"venue": PARK, **fields})


def hhmm(row: ReleasedSlot | None) -> str:
    return f"{localtime(row.starts_at):%H:%M}" if row and row.starts_at else ""


def told(evenings: list[Evening]) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Of each evening its date, and of each stage its name, its doors, what is on with the minutes of the changeover
    before it (``~`` where nobody planned it), its curfew."""

    def line(entry: Any) -> str:
        found = entry.changeover
        before = f"({found.minutes}{'' if found.slot else '~'}) " if found else ""
        return before + entry.slot.title["zh-Hans"]

    def stage(each: Any) -> tuple[str, str, str, str]:
        place = each.row.space or each.row.venue
        name = place.name["zh-Hans"] if place else each.row.place_name.get("zh-Hans", "–")
        return name, hhmm(each.doors), ", ".join(map(line, each.entries)), hhmm(each.curfew)

    return [(str(evening.date), [stage(each) for each in evening.stages]) for evening in evenings]


TBA: dict[str, Any] = {"precision": "tba"}
CASES: list[tuple[str, list[ReleasedSlot], list[tuple[str, list[tuple[str, str, str, str]]]]]] = [
    ("nothing", [], []),
    (
        "a festival's day ends at four",
        [slot("夜", "25:00-27:59"), slot("晚", "22:00-23:00"), slot("晨", "28:00-29:00")],
        [("2026-05-01", [("主舞台", "", "晚, 夜", "")]), ("2026-05-02", [("主舞台", "", "晨", "")])],
    ),
    (
        "two stages in the order in which they begin",
        [slot("A", "19:00-20:00"), slot("B", "18:00-19:00", space=SMALL), slot("C", "20:00-21:00", space=SMALL)],
        [("2026-05-01", [("小舞台", "", "B, (60~) C", ""), ("主舞台", "", "A", "")])],
    ),
    (
        "doors and curfew of the stage",
        [aside("curfew", "23:00"), slot("A", "19:00-20:00"), aside("doors", "18:00")],
        [("2026-05-01", [("主舞台", "18:00", "A", "23:00")])],
    ),
    (
        "those of the venue are of every stage that has none of its own",
        [
            slot("A", "19:00-20:00"),
            slot("B", "19:30-20:00", space=SMALL),
            house("doors", "17:00"),
            aside("doors", "18:30", space=SMALL),
            house("curfew", "24:00"),
        ],
        [("2026-05-01", [("主舞台", "17:00", "A", "00:00"), ("小舞台", "18:30", "B", "00:00")])],
    ),
    (
        "those of no place are of every stage",
        [
            slot("A", "19:00-20:00"),
            slot("B", "19:30-20:00", space=None, venue=HALL),
            aside("doors", "18:00", space=None),
        ],
        [("2026-05-01", [("主舞台", "18:00", "A", ""), ("厅", "18:00", "B", "")])],
    ),
    (
        "those of another venue are not",
        [slot("A", "19:00-20:00"), aside("doors", "18:00", space=None, venue=HALL)],
        [("2026-05-01", [("主舞台", "", "A", ""), ("厅", "18:00", "", "")])],
    ),
    (
        "doors of a place in words",
        [
            slot("A", "19:00-20:00", space=None, place_name=text("河边")),
            aside("doors", "18:00", space=None, place_name=text("河边")),
        ],
        [("2026-05-01", [("河边", "18:00", "A", "")])],
    ),
    (
        "the doors of the afternoon and of the evening",
        [
            aside("doors", "14:00"),
            slot("A", "15:00-17:00"),
            slot("doors 2", "19:00", slot_kind="doors"),
            slot("B", "20:00-22:00"),
        ],
        [("2026-05-01", [("主舞台", "14:00", "A, doors 2, B", "")])],
    ),
    (
        "a changeover that was planned, one that follows, none after a break",
        [
            slot("A", "18:00-18:30"),
            aside("changeover", "18:30-18:50"),
            slot("B", "18:50-19:30"),
            slot("C", "19:45-20:30"),
            aside("break", "20:30-21:00"),
            slot("D", "21:00-22:00"),
            slot("E", "22:00-23:00"),
        ],
        [("2026-05-01", [("主舞台", "", "A, (20) B, (15~) C, break, D, (0~) E", "")])],
    ),
    (
        "a changeover without an end lasts until the set",
        [slot("A", "18:00-18:30"), aside("changeover", "18:35"), slot("B", "19:00-20:00")],
        [("2026-05-01", [("主舞台", "", "A, (25) B", "")])],
    ),
    (
        "a changeover before nothing stands by itself",
        [slot("A", "18:00-18:30"), aside("changeover", "18:30-18:50"), slot("B", space=MAIN, on_date=FRIDAY, **TBA)],
        [("2026-05-01", [("主舞台", "", "A, changeover, B", "")])],
    ),
    (
        "after an afternoon nobody rebuilds for hours; of an end that is not known nothing follows",
        [slot("A", "14:00-16:00"), slot("B", "20:00"), slot("C", "21:00-22:00")],
        [("2026-05-01", [("主舞台", "", "A, B, C", "")])],
    ),
    (
        "a set that begins not before its time",
        [slot("A", "18:00-19:00"), slot("B", "19:30-20:30", precision="not_before")],
        [("2026-05-01", [("主舞台", "", "A, B", "")])],
    ),
    (
        "a headliner to be announced ends the evening, of one day's event also without its date and its stage",
        [
            slot("大", on_date=None, space=None, event=CONCERT, **TBA),
            slot("A", "18:00-19:00", event=CONCERT),
            slot("日", precision="date", on_date=FRIDAY, event=CONCERT),
        ],
        [("2026-05-01", [("主舞台", "", "A, 日, 大", "")])],
    ),
    (
        "of several days it is of none",
        [slot("大", **TBA), slot("A", "18:00-19:00"), slot("B", "18:00-19:00", SATURDAY)],
        [
            ("2026-05-01", [("主舞台", "", "A", "")]),
            ("2026-05-02", [("主舞台", "", "B", "")]),
            ("None", [("主舞台", "", "大", "")]),
        ],
    ),
    (
        "with two stages what has none is on neither",
        [slot("A", "18:00-19:00"), slot("B", "19:00-20:00", space=SMALL), slot("C", "20:00-21:00", space=None)],
        [("2026-05-01", [("主舞台", "", "A", ""), ("小舞台", "", "B", ""), ("–", "", "C", "")])],
    ),
    (
        "what is cancelled or postponed stays in its place, and nothing follows from it",
        [
            slot("A", "18:00-19:00"),
            slot("B", "19:20-20:00", status="cancelled"),
            slot("C", "20:00-20:30", status="postponed"),
            slot("D", "19:30-20:30", status="tentative"),
            aside("doors", "17:00", status="cancelled"),
        ],
        [("2026-05-01", [("主舞台", "", "doors, A, B, (30~) D, C", "")])],
    ),
    (
        "roads are told elsewhere",
        [slot("A", "18:00-19:00"), aside("closure", "17:00-23:00"), aside("cutoff", "20:00")],
        [("2026-05-01", [("主舞台", "", "A", "")])],
    ),
    (
        "two that overlap: the gap is that after the later end",
        [slot("A", "18:00-20:00"), slot("B", "18:30-19:00"), slot("C", "20:10-21:00")],
        [("2026-05-01", [("主舞台", "", "A, B, (10~) C", "")])],
    ),
]


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_running_order_is(rows: list[ReleasedSlot], expected: Any) -> None:
    assert told(running_order(rows)) == expected


def test_running_order_has_a_run_on_each_day_that_is_asked_for() -> None:
    show = slot("展", "10:00-18:00", through=SATURDAY, slot_kind="exhibition")
    evening = slot("A", "19:00-20:00", SATURDAY)
    assert told(running_order([show, evening], [SATURDAY])) == [("2026-05-02", [("主舞台", "", "展, A", "")])]
    assert told(running_order([show, evening], [FRIDAY, SATURDAY]))[0] == ("2026-05-01", [("主舞台", "", "展", "")])
