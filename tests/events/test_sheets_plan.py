"""What a sheet does to an event's draft, row by row, and that it is all written or nothing."""

import io
import time
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import Workbook

from core.changes.edits import edit
from core.models import Act
from events.models import EventVenue, ImportColumns, Slot, SlotParticipant
from events.sheets.columns import all_fields, field_name, known_names, normal
from events.sheets.doors import import_slots, read_table, remember_columns
from events.sheets.tables import Unreadable
from events.sheets.values import CHOICES, read_choice
from tests import factories
from tests.factories import at, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    """A league of May 2026 in a museum with two courts and in a park; a slot at 18:00 on the first, Reds and Blues."""
    museum = factories.venue(slug="museum", name=text("工业博物馆", en="Industrial Museum"))
    park = factories.venue(slug="park", name=text("红梅公园", en="Park"))
    factories.venue(slug="elsewhere", name=text("别处", en="Elsewhere"))
    event = factories.league(venues=[museum, park], organizer=factories.organizer(slug="league"))
    courts = [factories.space(museum, slug=f"court-{n}", name=text(f"{n}号场", en=f"Court {n}")) for n in (1, 2)]
    teams = [
        factories.participant(slug=slug, name=text(name, en=english))
        for slug, name, english in (("reds", "红队", "Reds"), ("blues", "蓝队", "Blues"), ("greens", "绿队", "Greens"))
    ]
    slot = factories.slot(
        event, at(2026, 5, 1, 18), ends_at=at(2026, 5, 1, 20), title=text("开幕战", en="Opening"), venue=museum,
        space=courts[0], capacity=300,
    )  # fmt: skip
    for place, role in enumerate(("home", "away")):
        factories.takes_part(slot, teams[place], role=role, billing=place + 1)
    return SimpleNamespace(event=event, museum=museum, park=park, courts=courts, teams=teams, slot=slot)


def sheet(*rows: str) -> bytes:
    """``sheet("date|title", "2026-05-01|Opening")``."""
    return "\n".join(row.replace(",", "，").replace("|", ",") for row in rows).encode()


@pytest.fixture
def dry(scene: SimpleNamespace) -> Callable[..., Any]:
    """``dry("date|title", "…")``: what the sheet would do."""
    return lambda *rows, **how: import_slots(scene.event, sheet(*rows), None, dry_run=True, **how)


@pytest.fixture
def take(scene: SimpleNamespace) -> Callable[..., Any]:
    return lambda *rows, **how: import_slots(scene.event, sheet(*rows), None, dry_run=False, **how)


def states(report: Any) -> list[str]:
    return [row["state"] for row in report["rows"]]


def wrong(report: Any) -> list[tuple[int, str, str]]:
    """(row, column, code) of all that is wrong."""
    return [(row["row"], error["column"], error["code"]) for row in report["rows"] for error in row["errors"]]


def changes(report: Any) -> list[tuple[str, str, str]]:
    return [tuple(each.values()) for row in report["rows"] for each in row["changes"]]


def stored(scene: SimpleNamespace) -> dict[str, Any]:
    """The draft as the tables hold it."""
    fields = [field.name for field in Slot._meta.fields]
    who = SlotParticipant.objects.values_list("slot__uid", "participant__slug", "role", "billing").order_by("pk")
    return {"slots": list(scene.event.slots.values_list(*fields).order_by("pk")), "who": list(who)}


# Which slot a row is


def test_row_is_new_changed_or_unchanged(dry: Any, scene: SimpleNamespace) -> None:
    report = dry(
        "uid|date|start|end|title|title en|space",
        f"{scene.slot.uid}|2026-05-01|18:00|20:00|开幕战|Opening|1号场",
        "|2026-05-02|18:00|20:00|第二场|Second|Court 2",
    )
    assert (states(report), report["counts"]) == (
        ["unchanged", "new"],
        {"new": 1, "changed": 0, "unchanged": 1, "wrong": 0, "left": 0},
    )
    assert [row["uid"] for row in report["rows"]] == [str(scene.slot.uid), None]
    moved = dry("uid|date|start|title", f"{scene.slot.uid}|2026-05-02|19:00|揭幕战")
    assert (states(moved), changes(moved)) == (
        ["changed"],
        [
            ("start", "2026-05-01 18:00", "2026-05-02 19:00"),
            ("end", "2026-05-01 20:00", "2026-05-02 21:00"),
            ("title.zh-Hans", "开幕战", "揭幕战"),
        ],
    )


@pytest.mark.parametrize(
    ("header", "row", "state"),
    [
        ("date|start|title|space", "2026-05-01|18:00|开幕战|1号场", "unchanged"),
        ("date|start|title", "2026-05-01|18:00|开幕战", "unchanged"),
        ("date|start|title en", "2026-05-01|18:00|Opening", "unchanged"),
        ("date|start|title|end", "2026-05-01|18:00|开幕战|21:00", "changed"),
        ("date|start|title|space", "2026-05-01|18:00|开幕战|2号场", "new"),
        ("date|start|title", "2026-05-01|18:30|开幕战", "new"),
        ("date|start|title", "2026-05-01|18:00|另一场", "new"),
    ],
)
def test_row_without_uid_is_the_slot_with_its_start_space_and_title(
    dry: Any, header: str, row: str, state: str
) -> None:
    assert states(dry(header, row)) == [state]


def test_slots_that_are_not_in_the_sheet_stay(take: Any, scene: SimpleNamespace) -> None:
    report = take("date|start|title", "2026-05-02|18:00|第二场")
    assert (report["applied"], report["counts"]["left"]) == (True, 1)
    assert scene.event.slots.filter(uid=report["rows"][0]["uid"]).exists()
    assert sorted(slot.title["zh-Hans"] for slot in scene.event.slots.all()) == ["开幕战", "第二场"]


def test_two_rows_for_one_slot_are_both_wrong(dry: Any, scene: SimpleNamespace) -> None:
    uid = scene.slot.uid
    by_uid = dry("uid|capacity", f"{uid}|1", f"{uid}|2")
    assert wrong(by_uid) == [(2, "uid", "double"), (3, "uid", "double")]
    assert "row 3" in by_uid["rows"][0]["errors"][0]["detail"]
    by_key = dry("date|start|title", "2026-05-02|18:00|x", "2026-05-03|18:00|x", "2026-05-02|18:00|x")
    assert wrong(by_key) == [(2, "", "double"), (4, "", "double")]
    both = dry("uid|date|start|title", f"{uid}|2026-05-03|18:00|x", "|2026-05-01|18:00|开幕战")
    assert [code for _row, _column, code in wrong(both)] == ["double", "double"]


def test_uid_of_another_event_or_of_none_is_wrong(dry: Any) -> None:
    with edit():
        other = factories.slot(factories.league())
    header = "uid|date|start|title"
    for uid, code in ((other.uid, "unknown_uid"), (uuid4(), "unknown_uid"), ("7", "no_uid")):
        report = dry(header, f"{uid}|2026-05-02|18:00|x")
        assert (wrong(report), report["rows"][0]["uid"]) == ([(2, "uid", code)], None)


def test_slots_that_only_a_uid_tells_apart_need_it(dry: Any, scene: SimpleNamespace) -> None:
    twins = [factories.slot(scene.event, at(2026, 5, 9, 10), title=text("双胞胎")) for _index in range(2)]
    header = "uid|date|start|title"
    assert wrong(dry(header, "|2026-05-09|10:00|双胞胎")) == [(2, "", "ambiguous")]
    rows = [f"{twin.uid}|2026-05-09|10:00|双胞胎" for twin in twins]
    assert states(dry(header, *rows)) == ["unchanged", "unchanged"]


# What a cell says


def test_empty_cell_clears_and_a_column_that_is_not_there_leaves(take: Any, scene: SimpleNamespace) -> None:
    uid = scene.slot.uid
    take("uid|end|title en|capacity|space|participants|status", f"{uid}||||||")
    slot = scene.event.slots.get(uid=uid)
    assert (slot.ends_at, slot.title, slot.capacity, slot.space, slot.venue, slot.status, slot.slot_kind) == (
        None,
        {"zh-Hans": "开幕战"},
        None,
        None,
        scene.museum,
        "scheduled",
        "match",
    )
    assert list(slot.participations.all()) == []


def test_new_slot_has_all_that_its_row_says(take: Any, scene: SimpleNamespace) -> None:
    take(
        "类型|标题|英文标题|日期|开始|结束|状态|状态说明|场馆|场地|名额|主队|客队",
        "比赛|决赛|Final|2026年5月30日|晚上7点|21:30|暂定|待确认|INDUSTRIAL  museum|court-2|５００|绿队|Reds",
    )
    slot = scene.event.slots.get(title__en="Final")
    assert (slot.slot_kind, slot.title, slot.starts_at, slot.ends_at, slot.precision) == (
        "match",
        {"zh-Hans": "决赛", "en": "Final"},
        at(2026, 5, 30, 19),
        at(2026, 5, 30, 21, 30),
        "exact",
    )
    assert (slot.status, slot.status_note, slot.venue, slot.space, slot.capacity, slot.day) == (
        "tentative",
        {"zh-Hans": "待确认"},
        scene.museum,
        scene.courts[1],
        500,
        date(2026, 5, 30),
    )
    who = slot.participations.values_list("participant__slug", "role", "billing")
    assert list(who) == [("greens", "home", 1), ("reds", "away", 2)]


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("kind", "xyz", "no_choice"),
        ("status", "maybe", "no_choice"),
        ("start", "25:61", "no_such_time"),
        ("date", "2026-02-30", "no_such_day"),
        ("end", "soon", "no_moment"),
        ("end", "18:00", "invalid"),
        ("through", "2026-04-01", "invalid"),
        ("capacity", "many", "no_number"),
        ("capacity", "-3", "no_number"),
        ("venue", "Elsewhere", "unknown_venue"),
        ("space", "Court 9", "unknown_space"),
        ("participants", "Purples", "unknown_participant"),
        ("participants", "Reds; 红队", "twice"),
        ("participants", "Reds;" * 101, "too_many"),
        ("start", "1" * 5000, "no_moment"),
        ("participants", "a role that goes on and on: Reds", "long_role"),
        ("home", "Purples", "unknown_participant"),
        ("title", "x" * 161, "max_length"),
        ("title", "", "required"),
        ("precision", "tba", "invalid"),
        ("uid", "x", "no_uid"),
    ],
)
def test_wrong_cell_is_named_with_its_column(
    dry: Any, scene: SimpleNamespace, field: str, cell: str, code: str
) -> None:
    row = {"date": "2026-05-02", "start": "18:00", "title": "第二场", "venue": "museum", field: cell}
    report = dry("|".join(row), "|".join(row.values()))
    assert wrong(report) == [(2, field, code)]
    assert report["rows"][0]["errors"][0]["detail"]


def test_row_names_all_that_is_wrong_with_it(dry: Any) -> None:
    report = dry("date|start|title|venue|capacity", "2026-13-01|18:00||nowhere|x")
    assert wrong(report) == [
        (2, "date", "no_such_day"),
        (2, "venue", "unknown_venue"),
        (2, "capacity", "no_number"),
    ]


def test_unknown_participant_is_wrong_with_names_that_may_be_meant(dry: Any) -> None:
    report = dry("date|start|title|participants", "2026-05-02|18:00|x|home: Blue; away: Reds")
    assert "is it blues?" in report["rows"][0]["errors"][0]["detail"]


def test_name_that_several_have_is_the_one_of_this_event_or_wrong(dry: Any, scene: SimpleNamespace) -> None:
    factories.participant(slug="reds-2", name=text("红队"))
    for slug in ("greens-2", "greens-3"):
        factories.participant(slug=slug, name=text("青队"))
    header = "date|start|title|participants"
    assert states(dry(header, "2026-05-02|18:00|x|红队")) == ["new"]
    assert wrong(dry(header, "2026-05-02|18:00|x|青队")) == [(2, "participants", "ambiguous")]
    assert states(dry(header, "2026-05-02|18:00|x|greens-3")) == ["new"]


def test_column_for_one_role_leaves_the_others(take: Any, scene: SimpleNamespace) -> None:
    uid = scene.slot.uid
    report = take("uid|away", f"{uid}|Greens")
    assert changes(report) == [("participants", "home: 红队; away: 蓝队", "home: 红队; away: 绿队")]
    who = SlotParticipant.objects.filter(slot__uid=uid).values_list("participant__slug", "role").order_by("billing")
    assert list(who) == [("reds", "home"), ("greens", "away")]


def test_line_up_is_written_whatever_it_was(take: Any, scene: SimpleNamespace) -> None:
    uid = scene.slot.uid
    found = []
    for cell in ("home: Blues; away: Reds", "Greens; home: Reds", "", "主队: 绿队；客队：蓝队"):
        take("uid|participants", f"{uid}|{cell}")
        who = SlotParticipant.objects.filter(slot__uid=uid).order_by("billing")
        found.append(list(who.values_list("participant__slug", "role", "billing")))
    assert found == [
        [("blues", "home", 1), ("reds", "away", 2)],
        [("greens", "", 1), ("reds", "home", 2)],
        [],
        [("greens", "home", 1), ("blues", "away", 2)],
    ]


def test_changed_rows_have_their_derived_columns(take: Any, scene: SimpleNamespace) -> None:
    uid = scene.slot.uid
    take("uid|date|start|end|status|title en", f"{uid}|2026-05-09|23:00|1:00|postponed|Moved")
    slot = scene.event.slots.get(uid=uid)
    assert (slot.day, slot.last_day, slot.sort_start, slot.sort_end) == (
        date(2026, 5, 9),
        date(2026, 5, 9),
        at(2026, 5, 9, 23),
        at(2026, 5, 10, 1),
    )
    assert (slot.status, slot.title, slot.venue) == ("postponed", {"zh-Hans": "开幕战", "en": "Moved"}, scene.museum)


def test_space_alone_says_the_venue(take: Any, scene: SimpleNamespace) -> None:
    take("date|start|title|space", "2026-05-02|18:00|第二场|2号场")
    slot = scene.event.slots.get(space=scene.courts[1])
    assert slot.venue == scene.museum


def test_rows_without_anything_that_counts_are_passed_over(dry: Any) -> None:
    report = dry(
        "2026 season|", "", "date|start|title|remark", "2026-05-02|18:00|x|", "|||by the office",
        columns={"remark": ""},
    )  # fmt: skip
    assert [(row["row"], row["state"]) for row in report["rows"]] == [(4, "new")]


def test_title_that_excel_made_a_date_of_is_wrong(scene: SimpleNamespace) -> None:
    book = Workbook()
    book.active.append(["date", "start", "title"])
    book.active.append([date(2026, 5, 2), "18:00", date(2026, 5, 1)])
    file = io.BytesIO()
    book.save(file)
    assert wrong(import_slots(scene.event, file.getvalue(), None, dry_run=True)) == [(2, "title", "date_for_text")]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [("入场", "doors"), ("Doors open", "doors"), ("换场", "changeover"), ("换台", "changeover"), ("散场", "curfew")],
)
def test_kinds_of_a_stage_are_known_by_their_names(cell: str, kind: str) -> None:
    assert read_choice("kind", cell) == kind


# Columns


def test_columns_are_known_by_every_name_that_an_export_gives_them() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            named = {field: known_names().get(normal(field_name(field))) for field in all_fields()}
            assert named == {field: field for field in all_fields()}
            for choices in CHOICES.values():
                assert len({normal(str(label)) for label in choices.labels}) == len(choices.labels)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("日期", "date"),
        ("比赛日期", "date"),
        ("开始时间", "start"),
        ("Start time", "start"),
        ("starts_at", "start"),
        ("结束时间", "end"),
        ("标题", "title.zh-Hans"),
        ("标题（英文）", "title.en"),
        ("英文标题", "title.en"),
        ("title_en", "title.en"),
        ("Title [DE]", "title.de"),
        ("title.zh-Hant", "title.zh-Hant"),
        ("场馆", "venue"),
        ("场地", "space"),
        ("主队", "home"),
        ("客队", "away"),
        ("名额", "capacity"),
        ("ＵＩＤ", "uid"),
        ("地点", None),
        ("备注", None),
        ("", None),
    ],
)
def test_columns_are_known_in_chinese_and_english(header: str, field: str | None) -> None:
    assert known_names().get(normal(header)) == field


def test_unknown_column_is_refused_until_somebody_says_what_it_is(take: Any, scene: SimpleNamespace) -> None:
    rows = ("date|start|title|赛场名|remark", "2026-05-02|18:00|x|2号场|y")
    report = take(*rows)
    assert (report["applied"], report["errors"][0]["code"]) == (False, "unknown_column")
    assert [column["field"] for column in report["columns"]] == ["date", "start", "title.zh-Hans", None, None]
    assert take(*rows, columns={"赛场名": "space", "remark": ""})["applied"] is True


def test_columns_that_were_matched_are_remembered_for_the_organizer(dry: Any, scene: SimpleNamespace) -> None:
    rows = ("date|start|title|赛场名|remark", "2026-05-02|18:00|x|2号场|y")
    remember_columns(scene.event.organizer, read_table(scene.event, sheet(*rows), {3: "space", 4: ""}))
    assert ImportColumns.objects.get().mapping == {"赛场名": "space", "remark": ""}
    assert (dry(*rows)["errors"], states(dry(*rows))) == ([], ["new"])
    with edit():
        other = factories.league()
    assert import_slots(other, sheet(*rows), None, dry_run=True)["errors"][0]["code"] == "unknown_column"
    remember_columns(scene.event.organizer, read_table(scene.event, sheet("日期|标题", "x|y"), {0: "through"}))
    assert ImportColumns.objects.get().mapping == {"赛场名": "space", "remark": "", "日期": "through"}
    remember_columns(scene.event.organizer, read_table(scene.event, sheet("日期|标题", "x|y"), {0: "date"}))
    assert ImportColumns.objects.get().mapping == {"赛场名": "space", "remark": ""}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (("date|start|日期|title", "2026-05-02|18:00|2026-05-02|x"), "doubled_column"),
        (("date|start|title",), "no_row"),
        (("a|b", "1|2"), "unknown_column"),
    ],
)
def test_table_that_cannot_be_taken_as_a_whole_says_why(take: Any, rows: tuple[str, ...], code: str) -> None:
    report = take(*rows)
    assert (report["applied"], report["errors"][0]["code"]) == (False, code)


def test_table_without_rows_is_unreadable(take: Any) -> None:
    with pytest.raises(Unreadable):
        take("||", "||")


# All or nothing


def test_one_wrong_row_keeps_everything_back(take: Any, scene: SimpleNamespace) -> None:
    before = stored(scene)
    scene.event.refresh_from_db()
    version = scene.event.version
    rows = [f"2026-05-{day:02}|18:00|第{day}场" for day in range(2, 31)]
    report = take("date|start|title", *rows, "2026-05-31|25:61|x")
    assert (report["applied"], report["errors"][0]["code"], wrong(report)) == (
        False,
        "wrong_rows",
        [(31, "start", "no_such_time")],
    )
    scene.event.refresh_from_db()
    assert (stored(scene), scene.event.version) == (before, version)


def test_fault_in_the_middle_of_writing_leaves_nothing(
    take: Any, scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored(scene)

    def fail(*_args: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("events.sheets.upsert.write_lineups", fail)
    with pytest.raises(OSError, match="full"):
        take("uid|date|start|title", f"{scene.slot.uid}|2026-05-02|18:00|x", "|2026-05-03|18:00|y")
    assert stored(scene) == before


def test_plan_that_was_looked_at_is_the_plan_that_is_written(dry: Any, take: Any, scene: SimpleNamespace) -> None:
    rows = ("uid|capacity", f"{scene.slot.uid}|400")
    seen = dry(*rows)["plan"]
    scene.slot.refresh_from_db()
    with edit():
        scene.slot.capacity = 350
        scene.slot.save()
    refused = take(*rows, expected=seen)
    assert (refused["applied"], refused["errors"][0]["code"]) == (False, "stale")
    assert changes(refused) == [("capacity", "350", "400")]
    done = take(*rows, expected=refused["plan"])
    assert (done["applied"], scene.event.slots.get(uid=scene.slot.uid).capacity) == (True, 400)


def test_import_raises_the_version_and_is_in_the_log(take: Any, scene: SimpleNamespace) -> None:
    scene.event.refresh_from_db()
    version = scene.event.version
    report = take("date|start|title", "2026-05-02|18:00|第二场", name="season.csv")
    scene.event.refresh_from_db()
    assert (scene.event.version > version, report["version"]) == (True, scene.event.version)
    act = Act.objects.get(kind="event", object_id=str(scene.event.pk), verb="changed")
    assert (act.note, act.fields, act.version) == ("season.csv +1", ["slots"], scene.event.version)
    again = take("date|start|title", "2026-05-02|18:00|第二场")
    assert (again["applied"], again["counts"]["unchanged"], again["version"]) == (True, 1, scene.event.version)


def test_import_takes_no_number_of_the_public_content(take: Any) -> None:
    before = factories.revision()
    take("date|start|title", "2026-05-02|18:00|第二场")
    assert factories.revision() == before


def test_released_slot_keeps_its_uid_and_the_release_says_retimed(take: Any, scene: SimpleNamespace) -> None:
    factories.release(scene.event)
    take("uid|start", f"{scene.slot.uid}|19:00")
    release = factories.release(scene.event)
    change = release.changes.get()
    assert (change.uid, change.kinds) == (scene.slot.uid, ["retimed"])


# Many rows


def season(count: int) -> bytes:
    """An XLSX as an organizer makes it."""
    book = Workbook()
    sheet = book.active
    sheet.append(["日期", "开始时间", "结束时间", "标题", "英文标题", "场馆", "场地", "主队", "客队", "名额"])
    for number in range(count):
        day = date(2026, 5, 1) + timedelta(days=number % 30)
        hours = [f"{hour + number // 30 % 10}:00" for hour in (9, 10)]
        titles = [f"第{number}场", f"Game {number}"]
        sheet.append([day, *hours, *titles, "工业博物馆", "1号场", "红队", "Blues", 200])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_season_of_a_hundred_slots_is_taken_in_a_moment(scene: SimpleNamespace) -> None:
    data = season(100)
    began = time.perf_counter()
    report = import_slots(scene.event, data, None, dry_run=False)
    took = time.perf_counter() - began
    assert (report["applied"], report["counts"]["new"], scene.event.slots.count()) == (True, 100, 101)
    assert took < 2  # of the ten seconds that it may take


def test_plan_asks_the_same_number_of_questions_however_many_rows(scene: SimpleNamespace) -> None:
    import_slots(scene.event, season(40), None, dry_run=False)
    asked = []
    for count in (2, 60):
        with CaptureQueriesContext(connection) as queries:
            import_slots(scene.event, season(count), None, dry_run=True)
        asked.append(len(queries))
    assert (asked[0], asked[0]) == (asked[1], 6)


def test_new_rows_cost_few_statements(scene: SimpleNamespace) -> None:
    with CaptureQueriesContext(connection) as queries:
        import_slots(scene.event, season(60), None, dry_run=False)
    assert len(queries) < 25


def test_venue_of_an_older_slot_counts_though_the_event_has_it_no_more(dry: Any, scene: SimpleNamespace) -> None:
    EventVenue.objects.get(event=scene.event, venue=scene.museum).delete()
    assert states(dry("uid|venue|space", f"{scene.slot.uid}|museum|court-1")) == ["unchanged"]
