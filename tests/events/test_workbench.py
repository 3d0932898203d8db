"""The workbench of a schedule without its script: the day, the table, acts on several slots, what is unreleased."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events import bulk
from events.models import Event, Slot
from events.releases import forget_draft
from events.series import apply
from events.sheets.doors import import_slots
from tests import factories
from tests.factories import at, league, revision, text
from tests.pages import enter, open_form, read_form, said, save, url

NOW = at(2026, 4, 1, 12)
DAY = "?day=2026-05-01"


@pytest.fixture
def scene(cast: SimpleNamespace, clock: Callable[[Any], None], english: None) -> SimpleNamespace:
    """A released match on the first court, a draft on the second, one without a date; all seen by a publisher."""
    clock(NOW)
    with edit():
        hall = factories.venue(slug="hall", name=text("馆"))
        one, two = (factories.space(hall, name=text(name)) for name in ("一号场", "二号场"))
        event = league(organizer=cast.ours, venues=[hall], slug="cup")
        match = factories.slot(event, at(2026, 5, 1, 10), title=text("揭幕战"), ends_at=at(2026, 5, 1, 11))
        match.venue, match.space = hall, one
        match.save()
    factories.release(event)
    with edit():
        draft = factories.slot(event, at(2026, 5, 1, 10), title=text("<b>第二场"), venue=hall, space=two)
        final = factories.slot(event, title=text("决赛"), precision="tba")
    rows = {"event": event, "hall": hall, "one": one, "two": two, "match": match, "draft": draft, "final": final}
    return SimpleNamespace(**rows, cast=cast, publisher=enter(cast.publisher), page=url(event, "schedule") + DAY)


def cells(slot: Slot) -> tuple[Any, ...]:
    slot.refresh_from_db()
    return (slot.starts_at, slot.ends_at, slot.on_date, slot.precision, str(slot.space), slot.status)


def place(space: Any) -> str:
    return f"{space.venue_id}-{space.pk}"


def act(scene: SimpleNamespace, name: str, *slots: Slot, **values: Any) -> Any:
    form = open_form(scene.publisher, scene.page)
    return scene.publisher.post(
        scene.page, {**form, "row": [], **values, "chosen": [str(each.uid) for each in slots], "_act": name}
    )


def put(scene: SimpleNamespace, slot: Slot, page: str | None = None, **values: Any) -> Any:
    """Posts the table with these cells of one row."""
    page = page or scene.page
    form = open_form(scene.publisher, page)
    form["row"] = str(slot.uid)
    return save(scene.publisher, page, form, **{f"{slot.uid}-{name}": value for name, value in values.items()})


def problems(response: Any) -> dict[str, list[str]]:
    """By cell."""
    (found,) = response.context["page"].typed.errors.values()
    return dict(found)


# What is shown


def test_a_day_shows_its_slots_where_they_take_place_and_what_is_unreleased(scene: SimpleNamespace) -> None:
    response = scene.publisher.get(scene.page)
    page, html = response.context["page"], response.content.decode()
    columns = {each["name"]: [(block["title"], block["change"]) for block in each["blocks"]] for each in page.columns}
    assert columns == {"一号场": [("揭幕战", "")], "二号场": [("<b>第二场", "added")]}
    assert [block["title"] for block in page.waiting] == ["决赛"]
    assert [(each["asked"], each["count"], each["unreleased"]) for each in page.days] == [
        ("2026-05-01", 2, 1),
        ("none", 1, 1),
    ]
    assert (page.unreleased, "&lt;b&gt;第二场" in html, "<b>第二场" in html) == (2, True, False)
    assert ' style="' not in html  # the policy of the site would drop it


def test_a_clash_is_marked_on_both_slots_with_its_reason(scene: SimpleNamespace) -> None:
    put(scene, scene.draft, place=place(scene.one))
    page = scene.publisher.get(scene.page).context["page"]
    blocks = {block["title"]: block for column in page.columns for block in column["blocks"]}
    (clash,) = page.clashes
    assert {title: (block["level"], block["clashes"]) for title, block in blocks.items()} == {
        "揭幕战": ("warn", [clash["id"]]),
        "<b>第二场": ("warn", [clash["id"]]),
    }
    assert {(block["lane"], block["lanes"]) for block in blocks.values()} == {(0, 2), (1, 2)}
    told = clash["message"]
    assert (told.startswith("“一号场” is used twice"), "“揭幕战”" in told, "“<b>第二场”" in told) == (True, True, True)
    assert [each["level"] for each in page.days] == ["warn", ""]
    assert (page.blocking, page.warnings) == (0, 1)


@pytest.mark.parametrize("day", ["", "none", "2030-01-01", "x", "0001-01-01", "9999-12-31", "2026-13-01", "%00"])
def test_any_day_that_an_address_names_is_shown(scene: SimpleNamespace, day: str) -> None:
    response = scene.publisher.get(f"{url(scene.event, 'schedule')}?day={day}")
    shown = {"none": None, "2030-01-01": "2030-01-01"}.get(day, "2026-05-01")
    page = response.context["page"]
    assert (response.status_code, page.day and page.day.isoformat()) == (200, shown)


def test_who_may_only_read_sees_a_table_without_fields(scene: SimpleNamespace) -> None:
    html = enter(scene.cast.editor).get(scene.page).content.decode()  # the event is published
    assert ("揭幕战" in html, f"{scene.match.uid}-start" in html, "data-save" in html) == (True, False, False)


def test_a_day_costs_the_same_queries_however_many_slots_it_has(scene: SimpleNamespace) -> None:
    costs = []
    for count in (0, 12):
        with edit():
            for hour in range(count):
                row = factories.slot(scene.event, at(2026, 5, 1, 8 + hour), venue=scene.hall, space=scene.one)
                factories.takes_part(row, factories.participant())
        with CaptureQueriesContext(connection) as queries:
            scene.publisher.get(scene.page)
        costs.append(len(queries))
    assert costs[1] - costs[0] <= 3  # participants, of this event and of others


# The table


def test_rows_are_saved_as_drafts_and_nothing_public_changes(scene: SimpleNamespace) -> None:
    number, event = revision(), Event.objects.get(pk=scene.event.pk)
    response = put(scene, scene.match, date="2026-05-02", start="22:30", end="24:30", place=place(scene.two))
    assert said(response) == ["success: 1 slot is saved as a draft."]
    moved = (at(2026, 5, 2, 22, 30), at(2026, 5, 3, 0, 30), None, "exact", "二号场", "scheduled")
    assert cells(scene.match) == moved
    after = Event.objects.get(pk=scene.event.pk)
    assert (revision(), after.updated_at, after.version > event.version) == (number, event.updated_at, True)
    assert put(scene, scene.draft).status_code == 302  # nothing typed
    shown = scene.publisher.get(url(scene.event, "schedule") + "?day=2026-05-02").context["page"]
    (row,) = shown.table
    assert (row["cells"].start, row["cells"].end) == ("22:30", "24:30")
    assert row["change_words"] == (
        "Time: 2026-05-02 22:30–2026-05-03 00:30; before: 2026-05-01 10:00–11:00. "
        "Place: 馆 · 二号场; before: 馆 · 一号场."
    )


def test_a_slot_gets_a_date_then_a_time_and_loses_them_again(scene: SimpleNamespace) -> None:
    undated = url(scene.event, "schedule") + "?day=none"
    put(scene, scene.final, undated, date="2026-05-01")
    assert cells(scene.final)[:4] == (None, None, at(2026, 5, 1).date(), "date")
    put(scene, scene.final, start="9", status="tentative")
    assert cells(scene.final) == (at(2026, 5, 1, 9), None, None, "exact", "None", "tentative")
    put(scene, scene.final, start="")
    assert cells(scene.final)[:4] == (None, None, at(2026, 5, 1).date(), "date")
    put(scene, scene.final, date="")
    assert cells(scene.final)[:4] == (None, None, None, "tba")


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"end": "09:00"}, {"end": ["The end is not after the start. Past midnight write it like 24:30."]}),
        ({"start": "x"}, {"start": ["“x” is no time. Write it like 19:30."]}),
        ({"start": "24:10"}, {"start": ["A start after midnight is entered with the next date."]}),
        ({"start": ""}, {"start": ["Enter the start too, or clear the end."]}),
        ({"date": "1.5.26"}, {"date": ["Enter the date like 2026-05-01."]}),
        ({"date": "9999-01-01"}, {"date": ["Enter the date like 2026-05-01."]}),
        ({"date": ""}, {"date": ["Enter the date."]}),
        ({"place": "7-7"}, {"place": ["The event has no such place. Reload its schedule."]}),
        ({"status": "cancelled"}, {"status": ["Choose a status that is offered."]}),
    ],
)
def test_a_wrong_row_is_told_why_and_nothing_is_saved(
    scene: SimpleNamespace, values: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    before = cells(scene.match)
    response = put(scene, scene.match, **values)
    assert (problems(response), cells(scene.match)) == (wrong, before)
    form = read_form(response)
    assert {name: form[f"{scene.match.uid}-{name}"] for name in values if name not in ("place", "status")} == {
        name: value for name, value in values.items() if name not in ("place", "status")
    }


def test_rows_are_saved_all_or_none(scene: SimpleNamespace) -> None:
    form = open_form(scene.publisher, scene.page)
    form |= {f"{scene.match.uid}-end": "09:00", f"{scene.draft.uid}-start": "15:00"}
    rows = [str(scene.match.uid), str(scene.draft.uid)]
    response = scene.publisher.post(scene.page, {**form, "row": rows, "_save": "1"})
    assert list(response.context["page"].typed.errors) == [scene.match.uid]
    assert read_form(response)[f"{scene.draft.uid}-start"] == "15:00"
    assert cells(scene.draft)[0] == at(2026, 5, 1, 10)


def test_two_editors_of_a_row_keep_what_each_changed_and_decide_where_both_did(scene: SimpleNamespace) -> None:
    form = {**open_form(scene.publisher, scene.page), "row": str(scene.match.uid)}
    put(scene, scene.match, place=place(scene.two))
    response = save(scene.publisher, scene.page, form, **{f"{scene.match.uid}-start": "10:30"})
    assert said(response)[-1:] == ["warning: Somebody else changed the same rows; both changes are kept."]
    assert cells(scene.match)[:1] + cells(scene.match)[4:5] == (at(2026, 5, 1, 10, 30), "二号场")
    stale = {**form, f"{scene.match.uid}-start": "10:45", f"{scene.match.uid}-place": place(scene.two)}
    response = save(scene.publisher, scene.page, stale)
    assert problems(response) == {
        "start": ["Somebody else changed this to “10:30”. Yours is still here: save again to keep it."]
    }
    again = {**read_form(response), "row": str(scene.match.uid)}
    assert save(scene.publisher, scene.page, again).status_code == 302
    assert cells(scene.match)[0] == at(2026, 5, 1, 10, 45)


def test_a_row_that_somebody_deleted_meanwhile_is_told(scene: SimpleNamespace) -> None:
    form = open_form(scene.publisher, scene.page)
    form |= {f"{scene.draft.uid}-start": "15:00", f"{scene.match.uid}-start": "09:00"}
    rows = [str(scene.draft.uid), str(scene.match.uid)]
    scene.draft.delete()
    response = scene.publisher.post(scene.page, {**form, "row": rows, "_save": "1"})
    assert said(response) == ["warning: Somebody else deleted slots that you changed: 1. The others are still below."]
    assert read_form(response)[f"{scene.match.uid}-start"] == "09:00"
    for odd in ({"row": "x"}, {"_act": "x"}):
        assert scene.publisher.post(scene.page, odd).status_code == 400


# Acts on several slots


def test_drafts_are_shifted_moved_and_copied_together(scene: SimpleNamespace) -> None:
    assert said(act(scene, "shift", scene.match, scene.draft, minutes="-15")) == [
        "success: Done with 2 slots, as drafts."
    ]
    assert said(act(scene, "move", scene.match, to=place(scene.two))) == ["success: Done with 1 slot, as a draft."]
    assert cells(scene.match)[0::4] == (at(2026, 5, 1, 9, 45), "二号场")
    assert said(act(scene, "copy", scene.match, scene.draft, dates="2026-05-08，2026-05-15")) == [
        "success: Done with 4 slots, as drafts."
    ]
    assert scene.event.slots.count() == 7


def test_calling_off_what_is_out_is_released_at_once(scene: SimpleNamespace) -> None:
    response = act(scene, "cancel", scene.match, scene.draft, **{"reason__zh-Hans": "大雨"})
    assert said(response) == ["success: Done with 2 slots, and released at once as number 2."]
    assert list(scene.event.released_slots.current().values_list("status", "status_note")) == [
        ("cancelled", {"zh-Hans": "大雨"})
    ]
    assert said(act(scene, "reinstate", scene.match)) == [
        "success: Done with 1 slot, and released at once as number 3."
    ]
    assert said(act(scene, "remove", scene.draft)) == ["success: Done with 1 slot, as a draft."]
    assert said(act(scene, "remove", scene.match)) == ["success: Done with 1 slot, and released at once as number 4."]
    assert list(scene.event.released_slots.current()) == []


def test_reinstating_into_a_clash_asks_for_the_warning(scene: SimpleNamespace) -> None:
    act(scene, "cancel", scene.match, **{"reason__zh-Hans": "大雨"})
    factories.slot(scene.event, at(2026, 5, 1, 10), venue=scene.hall, space=scene.one)
    factories.release(scene.event)
    response = act(scene, "reinstate", scene.match)
    (warning,) = response.context["warned"]["conflicts"]
    assert response.context["bulk"].non_field_errors() == [warning.message]
    assert said(act(scene, "reinstate", scene.match, accept=warning.id)) == [
        "success: Done with 1 slot, and released at once as number 4."
    ]


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("shift", {"minutes": "0"}, {"minutes": ["Shift by at least one minute, and by a year at most."]}),
        ("shift", {"minutes": "x"}, {"minutes": ["Enter a whole number."]}),
        ("move", {"to": ""}, {"to": ["Choose a place."]}),
        ("copy", {"dates": "8 May"}, {"dates": ["“8” is no date. Write it like 2026-05-01."]}),
        ("copy", {"dates": ""}, {"dates": ["Enter at least one date."]}),
        (
            "cancel",
            {"reason__en": "Rain"},
            {"reason": ["Give the reason, at least in 简体中文: visitors read it."]},
        ),
    ],
)
def test_an_act_that_is_refused_says_why_beside_its_part(
    scene: SimpleNamespace, name: str, values: dict[str, str], wrong: dict[str, list[str]]
) -> None:
    response = act(scene, name, scene.match, **values)
    assert response.context["bulk"].errors == wrong
    assert response.context["page"].typed.chosen == {str(scene.match.uid)}


def test_an_act_needs_ticked_slots_and_a_saved_table(scene: SimpleNamespace) -> None:
    assert act(scene, "shift", minutes="5").context["bulk"].non_field_errors() == ["Choose at least one slot."]
    typed = {"row": str(scene.match.uid), f"{scene.match.uid}-start": "09:00"}
    response = act(scene, "shift", scene.match, minutes="5", **typed)
    assert response.context["bulk"].non_field_errors() == [
        "There are changed rows in the table. Save them first, or undo them."
    ]
    assert read_form(response)[f"{scene.match.uid}-start"] == "09:00"


def test_an_editor_of_a_draft_event_calls_off_only_what_is_not_out(scene: SimpleNamespace) -> None:
    event = league(organizer=scene.cast.ours, published=False)
    out = factories.slot(event, at(2026, 5, 1, 10))
    factories.release(event)
    kept = factories.slot(event, at(2026, 5, 1, 12))
    theirs = SimpleNamespace(publisher=enter(scene.cast.editor), page=url(event, "schedule") + DAY)
    assert act(theirs, "remove", out).context["bulk"].non_field_errors() == [
        "Visitors know these slots: only who may publish the event can do this."
    ]
    hidden = act(theirs, "remove", *[kept] * 500, out)  # more than one query names
    assert hidden.context["bulk"].non_field_errors() == [
        "Visitors know these slots: only who may publish the event can do this."
    ]
    assert said(act(theirs, "remove", kept)) == ["success: Done with 1 slot, as a draft."]


# What is unreleased, in the list of events


def since(event: Event) -> Any:
    event.refresh_from_db()
    return event.draft_changed_at, str(event.draft_changed_by)


def test_the_list_tells_since_when_and_by_whom_something_is_unreleased(
    scene: SimpleNamespace, clock: Callable[[Any], None]
) -> None:
    put(scene, scene.match, start="10:30")
    assert since(scene.event) == (NOW, "publisher")
    other = league(organizer=scene.cast.ours)
    shown = scene.publisher.get("/admin/events/event/", {"unreleased": "yes"}).context["cl"]
    assert [row.pk for row in shown.result_list] == [scene.event.pk]
    shown = scene.publisher.get("/admin/events/event/", {"unreleased": "no"}).context["cl"]
    assert [row.pk for row in shown.result_list] == [other.pk]
    factories.release(scene.event, only=[scene.match.uid])
    assert since(scene.event) == (NOW, "publisher")  # the others wait
    factories.release(scene.event)
    assert since(scene.event) == (None, "None")


def test_what_was_changed_and_changed_back_is_not_unreleased(scene: SimpleNamespace) -> None:
    factories.release(scene.event)
    put(scene, scene.match, start="10:30")
    assert since(scene.event)[0] == NOW
    put(scene, scene.match, start="10:00")
    scene.publisher.get(scene.page)
    assert since(scene.event)[0] is None
    scene.draft.delete()
    assert since(scene.event)[0] == NOW
    assert [each["title"] for each in scene.publisher.get(scene.page).context["page"].gone] == ["<b>第二场"]


@pytest.mark.parametrize(
    "write",
    [
        lambda scene, by: bulk.shift(scene.event, [scene.match.uid], 15, by),
        lambda scene, by: bulk.copy_to(scene.event, [scene.match.uid], [at(2026, 5, 8).date()], by),
        lambda scene, by: bulk.remove(scene.event, [scene.draft.uid], by),
        lambda scene, by: apply(factories.series(scene.event, "fri", "10:00"), by),
        lambda scene, by: import_slots(scene.event, "标题,日期\n新场,2026-05-09\n".encode(), by, dry_run=False),
    ],
)
def test_every_way_to_change_drafts_tells_that_something_is_unreleased(scene: SimpleNamespace, write: Any) -> None:
    with edit():
        scene.event.refresh_from_db()
        forget_draft(scene.event)
    write(scene, scene.cast.staff)
    assert since(scene.event) == (NOW, "staff")
