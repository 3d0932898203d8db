"""Dates and clock times as people write them, and what three columns together say of a slot."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone

from events.models import Slot
from events.sheets.moments import Said, Span, read_moment, to_instant
from events.sheets.tables import Flaw
from events.sheets.times import slot_times
from tests.factories import at

MAY = date(2026, 5, 1)  # a Friday
SPAN = Span(date(2026, 4, 1), date(2026, 9, 30))


def clock(hours: int, minutes: int = 0, seconds: float = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-01",
        "2026-5-1",
        "2026/5/1",
        "2026.5.1",
        "2026.05.01",
        "2026年5月1日",
        "2026年05月01号",
        "2026 年 5 月 1 日",
        "２０２６年５月１日",
        "２０２６／０５／０１",
        "20260501",
        "1.5.2026",
        "01. 05. 2026",
        " 2026-05-01 ",
        "2026-05-01（周五）",
        "2026年5月1日 星期五",
        "5月1日",
        "5月1日(周五)",
        date(2026, 5, 1),
        20260501,
        46143,
        46143.0,
    ],
)
def test_day_is_read_however_it_is_written(written: Any) -> None:
    assert read_moment(written, SPAN, date(1899, 12, 30)) == Said(MAY)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("18:00", clock(18)),
        ("9:05", clock(9, 5)),
        ("18：00", clock(18)),
        ("１８：３０", clock(18, 30)),
        ("18:00:30", clock(18, 0, 30)),
        ("18:00:30.25", clock(18, 0, 30.25)),
        ("18点", clock(18)),
        ("18时", clock(18)),
        ("18点30分", clock(18, 30)),
        ("18时30分", clock(18, 30)),
        ("18点半", clock(18, 30)),
        ("18点整", clock(18)),
        ("下午6:00", clock(18)),
        ("下午6点半", clock(18, 30)),
        ("下午 6 点", clock(18)),
        ("下午14:00", clock(14)),
        ("上午9:00", clock(9)),
        ("早上8点", clock(8)),
        ("中午12:00", clock(12)),
        ("中午1点", clock(13)),
        ("中午11点半", clock(11, 30)),
        ("凌晨1点", clock(1)),
        ("凌晨12:30", clock(0, 30)),
        ("晚上8点", clock(20)),
        ("晚8:00", clock(20)),
        ("晚上12点", clock(24)),
        ("晚上1点", clock(25)),
        ("6:30 PM", clock(18, 30)),
        ("6:30pm", clock(18, 30)),
        ("12:00 am", clock(0)),
        ("12 p.m.", clock(12)),
        ("24:30", clock(24, 30)),
        ("次日1:30", clock(25, 30)),
        ("00:00", clock(0)),
        (clock(18), clock(18)),
        (clock(24, 30), clock(24, 30)),
        (0.75, clock(18)),
        (1.0625, clock(25, 30)),
    ],
)
def test_clock_is_read_however_it_is_written(written: Any, expected: timedelta) -> None:
    assert read_moment(written, SPAN, date(1899, 12, 30)) == Said(clock=expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-05-01 18:00", Said(MAY, clock(18))),
        ("2026-05-01T18:00", Said(MAY, clock(18))),
        ("2026年5月1日 下午6点", Said(MAY, clock(18))),
        ("2026/5/1 周五 18:00", Said(MAY, clock(18))),
        ("5月1日晚上7点半", Said(MAY, clock(19, 30))),
        ("18:00-20:00", Said(clock=clock(18), until=clock(20))),
        ("18:00～20:00", Said(clock=clock(18), until=clock(20))),
        ("18:00—20:00", Said(clock=clock(18), until=clock(20))),
        ("18:00至次日1:00", Said(clock=clock(18), until=clock(25))),
        ("2026-05-01 18:00 - 20:00", Said(MAY, clock(18), clock(20))),
        (datetime(2026, 5, 1, 18), Said(MAY, clock(18))),
        (46143.75, Said(MAY, clock(18))),
        ("", None),
        ("　 ", None),
    ],
)
def test_day_and_clock_in_one_cell(written: Any, expected: Said | None) -> None:
    assert read_moment(written, SPAN, date(1899, 12, 30)) == expected


@pytest.mark.parametrize("written", ["2026-05-01T18:00+08:00", "2026-05-01 18:00:00 +0800", "2026-05-01T10:00Z"])
def test_instant_with_its_offset(written: str) -> None:
    found = read_moment(written, SPAN)
    assert found is not None
    assert found.instant == at(2026, 5, 1, 18)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("25:61", "no_such_time"),
        ("18:60", "no_such_time"),
        ("31:00", "no_such_time"),
        ("18:00:61", "no_such_time"),
        ("上午15:00", "no_such_time"),
        ("13:00 am", "no_such_time"),
        ("2026-05-01T18:61Z", "no_such_time"),
        (clock(31), "no_such_time"),
        ("2026-02-30", "no_such_day"),
        ("2026年13月1日", "no_such_day"),
        ("2026-05-00", "no_such_day"),
        ("20260231", "no_such_day"),
        ("2026-05-01 周六", "weekday"),
        ("0202-05-01", "year"),
        ("10月1日", "year"),
        ("05/01/2026", "no_moment"),
        ("5/1", "no_moment"),
        ("9-11", "no_moment"),
        ("18", "no_moment"),
        ("1830", "no_moment"),
        ("18:00-19:00-20:00", "no_moment"),
        ("TBA", "no_moment"),
        ("2026", "no_moment"),
        ("2026-05", "no_moment"),
        (18, "no_moment"),
        (-1, "no_moment"),
        (True, "no_moment"),
        (1e300, "no_moment"),
        (Flaw("why", "formula"), "formula"),
    ],
)
def test_what_is_no_moment_is_refused(written: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_moment(written, SPAN, date(1899, 12, 30))
    assert refused.value.code == code


def test_day_without_a_year_needs_an_event_that_leaves_no_doubt() -> None:
    winter = Span(date(2025, 11, 1), date(2026, 3, 31))
    assert read_moment("1月5日", winter) == Said(date(2026, 1, 5))
    assert read_moment("2月29日", Span(date(2027, 1, 1), date(2028, 12, 31))) == Said(date(2028, 2, 29))
    for span in (Span(), Span(date(2026, 1, 1), date(2027, 12, 31)), winter):
        with pytest.raises(ValidationError):
            read_moment("5月1日", span)


def test_plain_numbers_count_from_the_days_of_their_workbook() -> None:
    assert read_moment(46143 - 1462, SPAN, date(1904, 1, 1)) == Said(MAY)
    with pytest.raises(ValidationError):
        read_moment(46143, SPAN, None)


@pytest.mark.parametrize(
    ("zone", "naive", "skipped"),
    [
        ("Asia/Shanghai", datetime(2026, 3, 29, 2, 30), False),
        ("Europe/Berlin", datetime(2026, 3, 29, 2, 30), True),
        ("Europe/Berlin", datetime(2026, 3, 29, 3, 0), False),
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), False),
        ("America/New_York", datetime(2026, 3, 8, 2, 0), True),
    ],
)
def test_time_that_the_clocks_skip_does_not_exist(zone: str, naive: datetime, skipped: bool) -> None:
    with override_settings(TIME_ZONE=zone), timezone.override(None):
        if skipped:
            with pytest.raises(ValidationError) as refused:
                to_instant(naive)
            assert refused.value.code == "skipped_time"
        else:
            assert to_instant(naive).replace(tzinfo=None) == naive


# Three columns together. ``before`` is a slot of 1 May, 18:00 to 20:00.


def slot(**fields: Any) -> Slot:
    made = Slot(**{"starts_at": at(2026, 5, 1, 18), "ends_at": at(2026, 5, 1, 20), **fields})
    made._state.adding = False
    return made


def said(**cells: Any) -> dict[str, Said | None]:
    return {name: read_moment(value, SPAN) for name, value in cells.items()}


def times(before: Slot, **cells: Any) -> tuple[Any, ...]:
    return tuple(slot_times(said(**cells), before).values())


SECOND = {"date": "2026-05-02"}


@pytest.mark.parametrize(
    ("cells", "start", "end"),
    [
        (SECOND | {"start": "18:00", "end": "20:00"}, at(2026, 5, 2, 18), at(2026, 5, 2, 20)),
        (SECOND | {"start": "22:00", "end": "1:00"}, at(2026, 5, 2, 22), at(2026, 5, 3, 1)),
        (SECOND | {"start": "22:00", "end": "24:30"}, at(2026, 5, 2, 22), at(2026, 5, 3, 0, 30)),
        (SECOND | {"start": "24:30", "end": "25:30"}, at(2026, 5, 3, 0, 30), at(2026, 5, 3, 1, 30)),
        (SECOND | {"start": "24:30", "end": "1:30"}, at(2026, 5, 3, 0, 30), at(2026, 5, 3, 1, 30)),
        (SECOND | {"start": "18:00-19:30"}, at(2026, 5, 2, 18), at(2026, 5, 2, 19, 30)),
        ({"date": "2026-05-02 18:00", "end": "2026-05-04 12:00"}, at(2026, 5, 2, 18), at(2026, 5, 4, 12)),
        ({"start": "2026-05-02 18:00", "end": ""}, at(2026, 5, 2, 18), None),
        ({"start": "2026-05-02T10:00Z", "end": "2026-05-02T11:00Z"}, at(2026, 5, 2, 18), at(2026, 5, 2, 19)),
    ],
)
def test_columns_together_say_when_a_new_slot_is(cells: dict[str, str], start: datetime, end: datetime | None) -> None:
    assert times(Slot(), **cells) == (start, end, None, "exact")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (SECOND | {"start": "", "end": ""}, (None, None, date(2026, 5, 2), "date")),
        ({"date": "", "start": "", "end": ""}, (None, None, None, "tba")),
        (SECOND | {"start": "1:00", "on_date": "2026-05-02"}, (at(2026, 5, 2, 1), None, date(2026, 5, 2), "exact")),
    ],
)
def test_columns_together_say_how_exactly_a_new_slot_is_known(cells: dict[str, str], expected: tuple[Any, ...]) -> None:
    assert times(Slot(), **cells) == expected


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, (at(2026, 5, 1, 18), at(2026, 5, 1, 20), None, "not_before")),
        ({"start": "19:00"}, (at(2026, 5, 1, 19), at(2026, 5, 1, 21), None, "not_before")),
        ({"date": "2026-05-02"}, (at(2026, 5, 2, 18), at(2026, 5, 2, 20), None, "not_before")),
        ({"end": "21:00"}, (at(2026, 5, 1, 18), at(2026, 5, 1, 21), None, "not_before")),
        ({"end": ""}, (at(2026, 5, 1, 18), None, None, "not_before")),
        ({"start": ""}, (None, None, date(2026, 5, 1), "date")),
        ({"date": "", "start": ""}, (None, None, None, "tba")),
    ],
)
def test_column_that_the_sheet_lacks_leaves_its_part(cells: dict[str, str], expected: tuple[Any, ...]) -> None:
    assert times(slot(precision="not_before"), **cells) == expected


def test_counted_day_stays_while_the_slot_stays_on_its_day() -> None:
    night = slot(starts_at=at(2026, 5, 2, 1), ends_at=None, on_date=date(2026, 5, 2))
    assert times(night, date="2026-05-02", start="1:30")[2] == date(2026, 5, 2)
    assert times(night, date="2026-05-03", start="1:30")[2] is None
    assert times(night, on_date="")[2] is None


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"start": "18:00"}, "date", "no_day"),
        ({"date": "18:00"}, "date", "no_day"),
        ({"date": "2026-05-02", "start": "2026-05-03 18:00"}, "start", "two_days"),
        ({"date": "2026-05-02 17:00", "start": "18:00"}, "date", "two_times"),
        ({"date": "2026-05-02", "end": "18:00"}, "end", "no_start"),
        ({"date": "2026-05-02", "start": "18:00", "end": "2026-05-03"}, "end", "no_time"),
        ({"date": "2026-05-02", "start": "", "on_date": "2026-05-03"}, "on_date", "two_days"),
        ({"date": "2026-05-02", "start": "18:00", "on_date": "18:00"}, "on_date", "no_day"),
    ],
)
def test_columns_that_contradict_each_other_are_named(cells: dict[str, str], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        times(Slot(), **cells)
    found = refused.value.error_dict
    assert {name: [each.code for each in errors] for name, errors in found.items()} == {field: [code]}


def test_hour_that_comes_twice_in_autumn_is_left_as_it_was() -> None:
    with override_settings(TIME_ZONE="Europe/Berlin"), timezone.override(None):
        second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 2:30 for the second time
        before = Slot(starts_at=second, ends_at=second + timedelta(hours=1))
        assert times(before, date="2026-10-25", start="02:30", end="03:30")[:2] == (before.starts_at, before.ends_at)
