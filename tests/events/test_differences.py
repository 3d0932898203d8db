"""What became of a slot, told by its row before and after: a table of cases, without a database."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.differences import diff, kinds_of
from events.freezing import COMPARED
from events.models import ReleasedSlot
from tests.factories import at, text

START = at(2026, 5, 1, 18)
HOUR = timedelta(hours=1)


def row(uid: UUID | None = None, **fields: Any) -> ReleasedSlot:
    league = SimpleNamespace(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 31))
    values = {"title": text("半决赛"), "starts_at": START, "ends_at": START + HOUR, "venue_id": 1, **fields}
    made = ReleasedSlot(uid=uid or uuid4(), **values)
    made.derive_times(league)  # type: ignore[arg-type]
    return made


TEAM = {"slug": "eagles", "kind": "team", "name": text("鹰队"), "role": "home", "billing": 1}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("nothing", {}, {}, []),
    ("a later start", {}, {"starts_at": START - HOUR}, ["retimed"]),
    ("only the end", {}, {"ends_at": START + 2 * HOUR}, ["retimed"]),
    ("an end that was open", {"ends_at": None}, {}, ["retimed"]),
    ("not before instead of exact", {}, {"precision": "not_before"}, ["retimed"]),
    ("a longer run", {}, {"through": date(2026, 5, 3)}, ["retimed"]),
    ("while the venue is open", {}, {"timing": "venue_hours"}, ["retimed"]),
    ("another venue", {}, {"venue_id": 2}, ["moved"]),
    ("another court", {}, {"space_id": 3}, ["moved"]),
    ("a place in words", {}, {"place_name": text("广场")}, ["moved"]),
    ("a title", {}, {"title": text("决赛")}, ["retitled"]),
    ("one more language", {}, {"title": text("半决赛", en="Semi-final")}, ["retitled"]),
    ("a team", {}, {"participants": [TEAM]}, ["lineup"]),
    ("a role", {"participants": [TEAM]}, {"participants": [{**TEAM, "role": "away"}]}, ["lineup"]),
    ("called off", {}, {"status": "cancelled"}, ["cancelled"]),
    ("put off", {}, {"status": "postponed"}, ["postponed"]),
    ("put off, then called off", {"status": "postponed"}, {"status": "cancelled"}, ["cancelled"]),
    ("on again", {"status": "cancelled"}, {}, ["reinstated"]),
    ("on again, another day", {"status": "postponed"}, {"starts_at": START - HOUR}, ["retimed", "reinstated"]),
    ("not sure", {}, {"status": "tentative"}, ["updated"]),
    ("sure", {"status": "tentative"}, {}, ["updated"]),
    ("a reason", {}, {"status_note": text("雨")}, ["updated"]),
    ("a kind", {}, {"slot_kind": "show"}, ["updated"]),
    ("more places", {}, {"capacity": 300}, ["updated"]),
    (
        "all at once",
        {},
        {
            "starts_at": START - HOUR,
            "venue_id": 2,
            "title": text("决赛"),
            "participants": [TEAM],
            "status": "cancelled",
        },
        ["retimed", "moved", "retitled", "lineup", "cancelled"],
    ),
]


@pytest.mark.parametrize(("before", "after", "kinds"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_kinds_of_a_change(before: dict[str, Any], after: dict[str, Any], kinds: list[str]) -> None:
    assert [str(kind) for kind in kinds_of(row(**before), row(**after))] == kinds


def test_kinds_of_what_comes_and_goes() -> None:
    assert (kinds_of(None, row()), kinds_of(row(), None), kinds_of(None, None)) == (("added",), ("removed",), ())
    assert kinds_of(None, row(status="cancelled")) == ("added", "cancelled")


def test_every_frozen_field_makes_a_difference() -> None:
    others: dict[str, Any] = {
        "slot_kind": "show",
        "title": text("另"),
        "starts_at": START - HOUR,
        "ends_at": None,
        "on_date": date(2026, 4, 30),
        "through": date(2026, 5, 2),
        "precision": "not_before",
        "timing": "all_day",
        "status": "tentative",
        "status_note": text("注"),
        "venue_id": 9,
        "space_id": 9,
        "place_name": text("另"),
        "capacity": 1,
        "sample": True,
        "detail": {"match": {"number": 2}},
        "participants": [TEAM],
    }
    derived = {"day", "last_day", "sort_start", "sort_end", "is_run"}
    assert set(others) | derived == set(COMPARED)
    assert {name for name, value in others.items() if not kinds_of(row(), row(**{name: value}))} == set()


def test_diff_is_in_order_of_time_and_leaves_out_what_is_the_same() -> None:
    late, early, gone, stays = (uuid4() for _ in range(4))
    old = {late: row(late), gone: row(gone, starts_at=START - 2 * HOUR), stays: row(stays)}
    new = {
        late: row(late, starts_at=START + HOUR, ends_at=None),
        early: row(early, starts_at=START - HOUR),
        stays: row(stays),
    }
    found = diff(old, new)
    assert [(each.uid, each.kinds) for each in found] == [
        (gone, ("removed",)),
        (early, ("added",)),
        (late, ("retimed",)),
    ]
    assert [(each.before, each.after) for each in found] == [
        (old[gone], None),
        (None, new[early]),
        (old[late], new[late]),
    ]
