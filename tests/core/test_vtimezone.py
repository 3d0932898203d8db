"""The time zone of a calendar, read back by readers that build it from the component alone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from core.vtimezone import transitions, vtimezone

BERLIN = ZoneInfo("Europe/Berlin")


def test_vtimezone_tells_onsets_in_the_time_that_ends() -> None:
    assert vtimezone(BERLIN, 2026, 2026).to_ical(sorted=False).decode().split("\r\n") == [
        *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin"),
        *("BEGIN:STANDARD", "DTSTART:20250101T010000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100"),
        *("TZNAME:CET", "END:STANDARD"),
        *("BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
        *("TZNAME:CEST", "RDATE:20260329T020000,20270328T020000", "END:DAYLIGHT"),
        *("BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"),
        *("TZNAME:CET", "RDATE:20261025T030000,20271031T030000", "END:STANDARD"),
        *("END:VTIMEZONE", ""),
    ]


ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]


@pytest.mark.parametrize("name", [*ZONES, "Asia/Shanghai", "UTC"])
def test_vtimezone_read_back_is_the_zone(name: str) -> None:
    """By a reader that builds the zone from the component alone, hour by hour around each change."""
    zone = ZoneInfo(name)
    made = Calendar()
    made.add_component(vtimezone(zone, 2026, 2027))
    (read,) = Calendar.from_ical(made.to_ical()).timezones
    built = read.to_tz(lookup_tzid=False)
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    changes = [moment for moment, _before, _after in transitions(zone, start, end)]
    assert (len(changes) > 0) == (name not in ("Asia/Shanghai", "Asia/Kathmandu", "UTC"))
    for moment in [start, *changes]:
        for hours in range(-4, 5):
            # In the zone's own time, as a reader meets it; not in the hour that is skipped or comes twice.
            there = (moment + timedelta(hours=hours)).astimezone(zone)
            if abs(hours) > 1:
                assert there.replace(tzinfo=built).utcoffset() == there.utcoffset(), (name, there)
