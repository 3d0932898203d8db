"""iCalendar as text: escaping, folding by octets, instants and the time zone, read back by another's parser."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from core.contentlines import component, folded, instant, line, text, timezone, transitions

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a, b; c", "a\\, b\\; c"),
        ("C:\\New", "C:\\\\New"),
        ("one\r\ntwo\rthree\nfour", "one\\ntwo\\nthree\\nfour"),
        ("a\u2028b\u2029c\x85d\x0be", "a\\nb\\nc\\nd\\ne"),
        ("\x00a\x07b\x1bc\x7fd\x9fe", "abcde"),
        ("half \ud83d gone", "half  gone"),
        ("tab\tstays: “quoted”", "tab\tstays: “quoted”"),
        ("\nEND:VEVENT\r\nBEGIN:VALARM", "\\nEND:VEVENT\\nBEGIN:VALARM"),
        ("", ""),
    ],
)
def test_contentlines_text_cannot_end_its_line(written: str, expected: str) -> None:
    assert text(written) == expected


@pytest.mark.parametrize("char", ["a", "é", "馆", "🏭"])
def test_contentlines_fold_by_octets_and_cut_no_character(char: str) -> None:
    for length in (0, 1, *range(15, 80), 148, 149, 150, 700):
        content = "X:" + "a" * (length % 4) + char * length
        pieces = folded(content).split(b"\r\n")
        assert [len(piece) for piece in pieces if len(piece) > 75] == []
        assert {piece[:1] for piece in pieces[1:]} <= {b" "}
        assert "".join([pieces[0].decode(), *(piece[1:].decode() for piece in pieces[1:])]) == content
        assert len(pieces) <= -(-len(content.encode()) // (75 - len(char.encode())))  # as full as characters allow


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), min_size=1))
def test_contentlines_any_text_comes_back(value: str) -> None:
    file = b"\r\n".join(component("VCALENDAR", [line("X-NOTE", text(value))]))
    unfolded = file.replace(b"\r\n ", b"").decode()
    (found,) = [each for each in unfolded.split("\r\n") if each.startswith("X-NOTE:")]
    written = found.removeprefix("X-NOTE:")
    assert written.replace("\\\\", "\0").replace("\\,", ",").replace("\\;", ";").replace("\0", "\\") == value


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        (datetime(2026, 5, 1, 11, tzinfo=UTC), SHANGHAI, b"DTSTART;TZID=Asia/Shanghai:20260501T190000"),
        (datetime(2026, 7, 1, 11, tzinfo=UTC), BERLIN, b"DTSTART;TZID=Europe/Berlin:20260701T130000"),
        # Half past two comes twice in that night: the second one has only its UTC time to itself.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN, b"DTSTART;TZID=Europe/Berlin:20261025T023000"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, b"DTSTART:20261025T013000Z"),
        (datetime(900, 1, 1, 0, 0, tzinfo=UTC), ZoneInfo("UTC"), b"DTSTART;TZID=UTC:09000101T000000"),
    ],
)
def test_contentlines_instant_in_the_zones_time(moment: datetime, zone: ZoneInfo, expected: bytes) -> None:
    assert instant("DTSTART", moment, zone) == expected


def test_contentlines_timezone_tells_onsets_in_the_time_that_ends() -> None:
    assert b"\r\n".join(timezone(BERLIN, 2026, 2026)).decode().split("\r\n") == [
        *("BEGIN:VTIMEZONE", "TZID:Europe/Berlin"),
        *("BEGIN:STANDARD", "DTSTART:20250101T010000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100"),
        *("TZNAME:CET", "END:STANDARD"),
        *("BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200"),
        *("TZNAME:CEST", "RDATE:20260329T020000,20270328T020000", "END:DAYLIGHT"),
        *("BEGIN:STANDARD", "DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"),
        *("TZNAME:CET", "RDATE:20261025T030000,20271031T030000", "END:STANDARD"),
        "END:VTIMEZONE",
    ]


ZONES = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]


@pytest.mark.parametrize("name", [*ZONES, "Asia/Shanghai", "UTC"])
def test_contentlines_timezone_read_back_is_the_zone(name: str) -> None:
    """By a reader that builds the zone from the component alone, hour by hour around each change."""
    zone = ZoneInfo(name)
    file = b"\r\n".join(component("VCALENDAR", list(timezone(zone, 2026, 2027))))
    (read,) = Calendar.from_ical(file).timezones
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
