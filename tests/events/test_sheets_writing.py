"""The export: the same sheet that an import takes, safe in every spreadsheet; reading it back changes nothing."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from events.models import Event, Participant, Precision, Slot, SlotKind, SlotParticipant, SlotStatus, Timing
from events.sheets.columns import find_table
from events.sheets.doors import export_slots, import_slots
from events.sheets.planning import Plan, make_plan
from events.sheets.reading import sheets_in
from events.sheets.rows import Draft
from events.sheets.values import People, Places
from events.sheets.writing import write_draft
from tests import factories
from tests.factories import at, text
from venues.models import Space, Venue

MUSEUM = Venue(pk=1, slug="museum", name=text("=馆; 一:二", en="Hall"))
PARK = Venue(pk=2, slug="park", name=text("馆", en="hall"))
SPACES = [
    Space(pk=1, venue=MUSEUM, slug="a", name=text("场")),
    Space(pk=2, venue=MUSEUM, slug="b", name=text("场")),
    Space(pk=3, venue=PARK, slug="a", name=text("-1号")),
]
NAMES = ["红队", "红队", "home: Reds", "A; B", "=cmd|' /C calc'!A0", "away"]
TEAMS = [Participant(pk=pk, slug=f"team-{pk}", name=text(name)) for pk, name in enumerate(NAMES, start=1)]


def draft(*slots: Slot, lineups: Any = ()) -> Draft:
    """A draft that is in no database."""
    for pk, slot in enumerate(slots, start=1):
        slot.pk, slot._state.adding = pk, False
        lineup = lineups[pk - 1] if pk <= len(lineups) else []
        rows = [SlotParticipant(slot=slot, participant=who, role=role) for who, role in lineup]
        slot._prefetched_objects_cache = {"participations": rows}
    return Draft(Event(pk=1, event_kind="league"), list(slots), Places([MUSEUM, PARK], SPACES), People([], TEAMS))


def back(made: Draft, language: str, file_format: str) -> Plan:
    """The plan of reading again what was written."""
    data = write_draft(made, language, file_format)
    return make_plan(made.event, find_table(sheets_in(data), {}, {}), made)


def differences(plan: Plan) -> list[Any]:
    found = [(row.state, row.changes, row.problems) for row in plan.rows if row.state != "unchanged"]
    return [*found, *plan.problems, *plan.left]


EVERY_WAY = [(language, file_format) for language in ("zh-hans", "en") for file_format in ("csv", "xlsx")]

NASTY = """=1+1 +1 -1 @x '=1 ''@x ' " a,b;c _x0007_ _x005F_x0007_ #N/A TRUE 1.50 2026-05-01 ＝1 - – uid 日期""".split()
nasty = st.one_of(
    st.sampled_from([*NASTY, "a\tb", "a\nb", "a\rb", "\x07", " x", "x ", "\ufeffx", "\u2028"]),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=12),
)
stripped = nasty.map(lambda words: words.replace("\r\n", "\n").strip())
texts = st.dictionaries(st.sampled_from(["zh-Hans", "zh-Hant", "en", "de"]), stripped.filter(bool), max_size=4)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))
clocks = st.one_of(moments, moments.map(lambda moment: moment.replace(second=0, microsecond=0)))
lengths = st.one_of(st.none(), st.timedeltas(timedelta(minutes=-90), timedelta(days=3)), st.just(timedelta(hours=24)))
days = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2100, 1, 1)))


@st.composite
def slots(draw: Any) -> Slot:
    """Also such as no form would store: what is there already is not the sheet's to judge."""
    start = draw(st.one_of(st.none(), clocks))
    length = draw(lengths)
    space = draw(st.sampled_from([None, *SPACES]))
    return Slot(
        title=draw(texts),
        status_note=draw(texts),
        place_name=draw(texts),
        starts_at=start,
        ends_at=start + length if start and length else None,
        on_date=draw(days),
        through=draw(days),
        precision=draw(st.sampled_from(Precision.values)),
        timing=draw(st.sampled_from(Timing.values)),
        status=draw(st.sampled_from(SlotStatus.values)),
        slot_kind=draw(st.sampled_from(SlotKind.values)),
        venue=space.venue if space else draw(st.sampled_from([None, MUSEUM, PARK])),
        space=space,
        capacity=draw(st.one_of(st.none(), st.integers(0, 2**31 - 1))),
    )


lineup = st.lists(st.tuples(st.sampled_from(TEAMS), st.sampled_from(["", "home", "away", "a: b", "主队"])), max_size=3)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(slots(), lineup), min_size=1, max_size=4), st.sampled_from(EVERY_WAY))
def test_export_read_back_changes_nothing(pairs: list[tuple[Slot, Any]], way: tuple[str, str]) -> None:
    made = draft(*(slot for slot, _lineup in pairs), lineups=[lineup for _slot, lineup in pairs])
    assert differences(back(made, *way)) == []


HOURS = ((0, 1), (1, 2), (0, 0.5), (1, 24))


@pytest.mark.parametrize("way", EVERY_WAY)
def test_export_read_back_in_the_hour_that_comes_twice(way: tuple[str, str]) -> None:
    with override_settings(TIME_ZONE="Europe/Berlin"), timezone.override(None):
        first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30, and an hour later again
        spans = [(first + timedelta(hours=h), first + timedelta(hours=end)) for h, end in HOURS]
        made = draft(*(Slot(title=text("x"), starts_at=start, ends_at=end) for start, end in spans))
        assert differences(back(made, *way)) == []


DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    '=HYPERLINK("https://x.example")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_cell_is_a_formula(language: str) -> None:
    rows = [Slot(title={"zh-Hans": words, "en": f"'{words}"}, place_name={"de": words}) for words in DANGEROUS]
    made = draft(*rows, lineups=[[(TEAMS[4], "=role")]])
    text_file = write_draft(made, language, "csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text_file, newline="")) for cell in row]
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r＝")] == []
    book = load_workbook(io.BytesIO(write_draft(made, language, "xlsx")))
    kinds = {cell.data_type for row in book.active.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert kinds == {"s"}
    titled = [cell for row in book.active.iter_rows(min_row=2) for cell in row if cell.value in DANGEROUS]
    assert [cell.quotePrefix for cell in titled] == [True] * len(titled)


def test_export_has_one_row_for_each_slot_with_dates_as_dates() -> None:
    made = draft(
        Slot(
            slot_kind="match", title=text("一", en="One"), starts_at=at(2026, 5, 1, 18), ends_at=at(2026, 5, 2, 0, 30)
        ),
        Slot(slot_kind="show", title=text("二"), on_date=date(2026, 5, 2), precision="date", status="cancelled"),
    )
    uids = [str(slot.uid) for slot in made.slots]
    book = load_workbook(io.BytesIO(write_draft(made, "en", "xlsx")))
    rows = [
        dict(zip((c.value for c in book.active[1]), (c.value for c in row), strict=True))
        for row in book.active.iter_rows(min_row=2)
    ]
    assert rows == [
        {
            "UID": uids[0], "Kind": "match", "Title": "一", "Title (English)": "One", "Title (Deutsch)": None,
            "Date": datetime(2026, 5, 1), "Start": at(2026, 5, 1, 18).time(), "End": at(2026, 5, 1, 0, 30).time(),
            "Status": "scheduled", "Venue": None, "Space": None, "Participants": None, "Places": None,
        },
        {
            "UID": uids[1], "Kind": "show", "Title": "二", "Title (English)": None, "Title (Deutsch)": None,
            "Date": datetime(2026, 5, 2), "Start": None, "End": None,
            "Status": "cancelled", "Venue": None, "Space": None, "Participants": None, "Places": None,
        },
    ]  # fmt: skip
    lines = write_draft(made, "zh-hans", "csv").decode("utf-8-sig").splitlines()
    assert lines == [
        "UID,类型,名称,名称 (English),名称 (Deutsch),日期,开始时间,结束时间,状态,场馆,场地,参与者,名额",
        f"{uids[0]},比赛,一,One,,2026-05-01,18:00,00:30,如期举行,,,,",
        f"{uids[1]},演出,二,,,2026-05-02,,,已取消,,,,",
    ]


def test_export_of_an_empty_draft_is_a_sheet_to_fill_in() -> None:
    table = find_table(sheets_in(write_draft(draft(), "en", "xlsx")), {}, {})
    assert ([column.field for column in table.columns][:6], table.unknown, table.lines) == (
        ["uid", "kind", "title.zh-Hans", "title.en", "title.de", "date"],
        [],
        [],
    )


def test_columns_that_no_slot_needs_are_left_out_and_others_are_there() -> None:
    header = write_draft(draft(Slot(title=text("一"), timing="all_day", through=date(2026, 5, 3))), "en", "csv")
    assert {"Timing", "Last date of a run"} <= set(header.decode("utf-8-sig").splitlines()[0].split(","))


@pytest.mark.django_db
def test_stored_draft_read_back_changes_nothing_and_writes_nothing() -> None:
    museum = factories.venue()
    event = factories.league(venues=[museum])
    court = factories.space(museum)
    for number in range(3):
        slot = factories.slot(event, at(2026, 5, 1 + number, 18), venue=museum, space=court)
        factories.takes_part(slot, factories.participant(), role="home")
        factories.takes_part(slot, factories.participant(), role="away")
    event.refresh_from_db()
    version = event.version
    for language, file_format in EVERY_WAY:
        report = import_slots(event, export_slots(event, language, file_format), None, dry_run=False)
        assert (report["applied"], report["counts"]["unchanged"], report["version"]) == (True, 3, version)
