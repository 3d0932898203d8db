"""One slot dragged: what the script posts and is answered. Lanes, cells and merging as tables."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.changes.edits import edit
from core.changes.models import Act
from events.lanes import lanes
from events.models import Event, Slot
from events.placing import Cells, moment_at, read_clock
from events.rearranging import merge
from tests import factories
from tests.factories import at, league, revision, text
from tests.pages import enter, url

NOW = at(2026, 4, 1, 12)


@pytest.fixture
def scene(cast: SimpleNamespace, clock: Callable[[Any], None], english: None) -> SimpleNamespace:
    clock(NOW)
    with edit():
        hall = factories.venue(slug="hall", name=text("馆"))
        one, two = (factories.space(hall, name=text(name)) for name in ("一号场", "二号场"))
        event = league(organizer=cast.ours, venues=[hall])
        where = {"venue": hall, "ends_at": at(2026, 5, 1, 11)}
        match = factories.slot(event, at(2026, 5, 1, 10), title=text("<i>揭幕战"), space=one, **where)
        other = factories.slot(event, at(2026, 5, 1, 10), title=text("第二场"), space=two, **where)
    return SimpleNamespace(event=event, one=one, two=two, match=match, other=other, cast=cast)


def drag(
    scene: SimpleNamespace, slot: Any, who: str = "publisher", expect: int = 200, event: Any = None, **sent: str
) -> Any:
    """What the script posts; ``was`` and ``seen`` as the page shows them now."""
    event = event or scene.event
    sent = {
        "seen": str(Event.objects.get(pk=event.pk).version),
        "was": str(Cells.of(Slot.objects.get(pk=slot.pk))),
        **sent,
    }
    address = f"{url(event, 'schedule')}slots/{slot.uid}/?day=2026-05-01"
    response = enter(getattr(scene.cast, who)).post(address, sent, content_type="application/json")
    assert response.status_code == expect, response.content.decode()[:500]
    return response.json() if response["Content-Type"] == "application/json" else None


def where(slot: Slot) -> tuple[Any, ...]:
    slot.refresh_from_db()
    return (slot.starts_at, slot.ends_at, slot.space)


def to(space: Any, start: str, end: str, date: str = "2026-05-01") -> dict[str, str]:
    return {"date": date, "start": start, "end": end, "place": f"{space.venue_id}-{space.pk}" if space else ""}


def test_a_drag_moves_the_draft_says_what_clashes_and_can_be_taken_back(scene: SimpleNamespace) -> None:
    number, before = revision(), where(scene.other)
    answer = drag(scene, scene.other, **to(scene.one, "10:30", "11:30"))
    assert where(scene.other) == (at(2026, 5, 1, 10, 30), at(2026, 5, 1, 11, 30), scene.one)
    assert answer["said"] == "第二场 (2026-05-01 10:30): 馆 · 一号场"
    (why,) = answer["why"]
    assert ("<i>揭幕战" in why, "<i>" in answer["board"], "&lt;i&gt;揭幕战" in answer["board"]) == (True, False, True)
    assert answer["board"].count("b-slot--warn") == 2
    assert f'id="row-{scene.other.uid}"' in answer["rows"]
    back = drag(scene, scene.other, undo=answer["undo"])
    assert (where(scene.other), back["why"]) == (before, [])
    assert (revision(), list(scene.event.released_slots.all())) == (number, [])
    acts = Act.objects.filter(object_id=str(scene.event.pk), by=scene.cast.publisher)
    assert set(acts.values_list("verb", "fields__0")) == {("changed", "slots")}


def test_undo_gives_back_what_a_time_took_away(scene: SimpleNamespace) -> None:
    tba = factories.slot(scene.event, precision="tba", place_name=text("广场"))
    answer = drag(scene, tba, **to(scene.one, "09:00", ""))
    assert (where(tba), tba.precision, tba.place_name) == ((at(2026, 5, 1, 9), None, scene.one), "exact", {})
    drag(scene, tba, undo=answer["undo"])
    assert (where(tba), tba.precision, tba.place_name) == ((None, None, None), "tba", text("广场"))
    run = factories.slot(scene.event, at(2026, 5, 2, 9), through=at(2026, 5, 4).date())
    answer = drag(scene, run, **to(None, "09:00", "", date="2026-05-03"))
    run.refresh_from_db()
    assert (run.starts_at, run.through) == (at(2026, 5, 3, 9), at(2026, 5, 5).date())
    drag(scene, run, undo=answer["undo"])
    run.refresh_from_db()
    assert (run.starts_at, run.through) == (at(2026, 5, 2, 9), at(2026, 5, 4).date())


def test_what_somebody_else_moved_meanwhile_stays_and_is_shown(scene: SimpleNamespace) -> None:
    seen = {"was": str(Cells.of(scene.match)), "seen": str(Event.objects.get(pk=scene.event.pk).version)}
    first = drag(scene, scene.match, **to(scene.one, "12:00", "13:00"))
    answer = drag(scene, scene.match, expect=409, **{**to(scene.one, "14:00", "15:00"), **seen})
    assert answer["said"] == "Somebody else has changed this slot meanwhile. It stays as it is now; try again."
    assert ("2026-05-01|12:00|13:00|" in answer["board"], where(scene.match)[0]) == (True, at(2026, 5, 1, 12))
    place = drag(scene, scene.match, **{**to(scene.two, "10:00", "11:00"), **seen})  # another cell: both are kept
    assert where(scene.match) == (at(2026, 5, 1, 12), at(2026, 5, 1, 13), scene.two)
    assert place["said"].endswith("Somebody else changed the schedule meanwhile; it is shown as it is now.")
    stale = drag(scene, scene.match, expect=409, undo=first["undo"], was=first["was"])
    assert stale["said"] == "Somebody else has changed this slot since. It stays as it is now."


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"start": "11:00", "end": "11:00"}, "The end is not after the start. Past midnight write it like 24:30."),
        ({"start": "11:00", "end": "10:00"}, "The end is not after the start. Past midnight write it like 24:30."),
        ({"start": "x"}, "“x” is no time. Write it like 19:30."),
        ({"date": "2026-02-30"}, "Enter the date like 2026-05-01."),
        ({"place": "0-0"}, "The event has no such place. Reload its schedule."),
        ({"undo": "x"}, "There is nothing to undo here. Reload the schedule."),
    ],
)
def test_a_bad_move_is_refused_and_nothing_is_written(scene: SimpleNamespace, sent: dict[str, str], said: str) -> None:
    before = where(scene.match)
    answer = drag(scene, scene.match, expect=400, **{**to(scene.one, "10:00", "11:00"), **sent})
    assert (answer["said"], where(scene.match)) == (said, before)


def test_undo_of_another_slot_is_refused(scene: SimpleNamespace) -> None:
    answer = drag(scene, scene.other, **to(scene.two, "12:00", "13:00"))
    drag(scene, scene.match, expect=400, undo=answer["undo"])


def test_a_time_that_the_clocks_skip_is_refused(scene: SimpleNamespace) -> None:
    with timezone.override("Europe/Berlin"), pytest.raises(ValidationError):
        moment_at(at(2026, 3, 29).date(), 150)


def test_only_who_may_edit_the_event_moves_its_own_slots(scene: SimpleNamespace) -> None:
    for who in ("editor", "stranger", "reviewer", "nobody"):  # the event is published: no editor's any more
        drag(scene, scene.match, who, expect=403, **to(scene.one, "12:00", "13:00"))
    foreign = factories.slot(league(organizer=scene.cast.theirs), at(2026, 5, 1, 10))
    drag(scene, foreign, expect=404, **to(scene.one, "12:00", "13:00"))
    assert (where(scene.match)[0], where(foreign)[0]) == (at(2026, 5, 1, 10), at(2026, 5, 1, 10))


def test_a_move_comes_from_the_site_itself_and_is_json(scene: SimpleNamespace) -> None:
    address = f"{url(scene.event, 'schedule')}slots/{scene.match.uid}/"
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(scene.cast.publisher, backend="django.contrib.auth.backends.ModelBackend")
    body = json.dumps({"was": str(Cells.of(scene.match)), **to(scene.one, "12:00", "13:00")})
    assert strict.post(address, body, content_type="application/json").status_code == 403
    page = strict.get(url(scene.event, "schedule")).content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    headers = {"X-CSRFToken": token}
    assert strict.post(address, body, content_type="application/json", headers=headers).status_code == 200
    for odd in ("", "[]", '{"seen": 1}', "\x00", "[" * 100_000):
        assert strict.post(address, odd, content_type="application/json", headers=headers).status_code == 400, odd[:20]


def test_a_move_costs_the_same_queries_however_many_slots_there_are(scene: SimpleNamespace) -> None:
    costs = []
    for count in (0, 12):
        with edit():
            for hour in range(count):
                factories.slot(scene.event, at(2026, 5, 1, 8 + hour), venue=scene.one.venue)
        with CaptureQueriesContext(connection) as queries:
            drag(scene, scene.match, **to(scene.one, f"1{count // 6}:05", "15:00"))
        costs.append(len(queries))
    assert costs[0] == costs[1]


# As tables


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        ([], []),
        ([(0, 10)], [(0, 1)]),
        ([(0, 10), (10, 20)], [(0, 1), (0, 1)]),
        ([(0, 10), (5, 15)], [(0, 2), (1, 2)]),
        ([(0, 30), (5, 10), (10, 20), (30, 40)], [(0, 2), (1, 2), (1, 2), (0, 1)]),
        ([(5, 15), (0, 10), (8, 9)], [(1, 3), (0, 3), (2, 3)]),
    ],
)
def test_lanes_share_the_column_where_slots_overlap(spans: Any, found: Any) -> None:
    assert lanes(spans) == found


@pytest.mark.parametrize(
    ("written", "minutes"), [("9", 540), ("09:05", 545), ("0930", 570), ("9.30", 570), ("24:30", 1470), ("：5", None)]
)
def test_clock_is_read_as_people_write_it(written: str, minutes: int | None) -> None:
    if minutes is None:
        with pytest.raises(ValidationError):
            read_clock(written)
    else:
        assert read_clock(written) == minutes


def test_cells_read_back_what_they_wrote_and_nothing_else() -> None:
    cells = Cells("2026-05-01", "10:00", "24:30", "3-7", "scheduled")
    assert (Cells.read(str(cells)), Cells.read("x|y"), Cells.read("")) == (cells, Cells(), Cells())


A = Cells("2026-05-01", "10:00", "11:00", "1-1", "scheduled")
LATER = Cells("2026-05-01", "12:00", "13:00", "1-1", "scheduled")
AWAY = Cells("2026-05-01", "10:00", "11:00", "1-2", "scheduled")
LONGER = Cells("2026-05-01", "10:00", "11:30", "1-1", "scheduled")


@pytest.mark.parametrize(
    ("mine", "theirs", "merged", "clash"),
    [
        (LATER, A, LATER, []),
        (A, LATER, LATER, []),
        (LATER, AWAY, Cells("2026-05-01", "12:00", "13:00", "1-2", "scheduled"), []),
        (LATER, LATER, LATER, []),
        (LATER, LONGER, LATER, ["date", "start", "end"]),
    ],
)
def test_merging_keeps_both_where_they_changed_different_things(
    mine: Cells, theirs: Cells, merged: Cells, clash: list[str]
) -> None:
    assert merge(mine, A, theirs) == (merged, clash)
