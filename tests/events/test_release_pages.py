"""Preview and publish, the releases that were made, and going back to one."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.edits import edit
from events.admin import releasing
from events.models import Release, ReleasedSlot, Slot
from tests import factories
from tests.factories import at, league, text
from tests.pages import enter, open_form, read_form, said, save, url

NOW = at(2026, 4, 1, 12)


@pytest.fixture
def scene(cast: SimpleNamespace, clock: Callable[[Any], None], english: None) -> SimpleNamespace:
    """Two drafts in two courts; a third is out already."""
    clock(NOW)
    with edit():
        hall = factories.venue(slug="hall", name=text("馆"))
        one, two = (factories.space(hall, name=text(name)) for name in ("一号场", "二号场"))
        event = league(organizer=cast.ours, venues=[hall], slug="cup")
        out = factories.slot(event, at(2026, 5, 1, 8), title=text("早场"), venue=hall, space=one)
    factories.release(event, note="第一版")
    with edit():
        late = factories.slot(event, at(2026, 5, 1, 18), title=text("晚场"), venue=hall, space=one)
        final = factories.slot(event, at(2026, 5, 2, 18), title=text("决赛"), venue=hall, space=two)
        move(out, starts_at=at(2026, 5, 1, 9))
    rows = {"event": event, "hall": hall, "one": one, "two": two, "out": out, "late": late, "final": final}
    return SimpleNamespace(**rows, publisher=enter(cast.publisher), cast=cast, page=url(event, "schedule_release"))


def move(slot: Slot, **fields: Any) -> None:
    slot.refresh_from_db()
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.save()


def publish(scene: SimpleNamespace, form: dict[str, str], ship: Any = None, **values: Any) -> Any:
    """Posts the form with these slots ticked; without: all that it lists."""
    page = scene.publisher.get(scene.page).context["lines"]
    listed = [str(each["uid"]) for each in page]
    ticked = listed if ship is None else [str(slot.uid) for slot in ship]
    return scene.publisher.post(scene.page, {**form, "listed": listed, "slots": ticked, **values, "_publish": "1"})


def out() -> dict[str, Any]:
    rows = ReleasedSlot.objects.visible()
    return {row.title["zh-Hans"]: row.starts_at for row in rows}


def test_the_preview_tells_the_difference_in_words(scene: SimpleNamespace) -> None:
    lines = scene.publisher.get(scene.page).context["lines"]
    assert [(each["title"], [str(kind["label"]) for kind in each["kinds"]], each["sentences"]) for each in lines] == [
        ("早场", ["retimed"], ["Time: 2026-05-01 09:00; before: 2026-05-01 08:00."]),
        ("晚场", ["added"], ["New: 2026-05-01 18:00, 馆 · 一号场."]),
        ("决赛", ["added"], ["New: 2026-05-02 18:00, 馆 · 二号场."]),
    ]


def test_publishing_says_the_number_and_the_way_to_what_changed(scene: SimpleNamespace) -> None:
    response = publish(scene, open_form(scene.publisher, scene.page), note="第二版")
    made = Release.objects.get(number=2)
    assert (made.note, made.by, made.changes.count()) == ("第二版", scene.cast.publisher, 3)
    (told,) = said(response)
    assert told.startswith("success: Release 2 is out. Changed slots: 3.")
    for address in ("/schedule/releases/2/", "/events/cup/", "/api/v1/events/cup/changes?since=1"):
        assert address in told
    assert "&lt;a" not in scene.publisher.get(response.url).content.decode()


def test_only_what_is_ticked_is_shipped(scene: SimpleNamespace) -> None:
    publish(scene, open_form(scene.publisher, scene.page), ship=[scene.out])
    assert out() == {"早场": at(2026, 5, 1, 9)}
    assert len(scene.publisher.get(scene.page).context["lines"]) == 2


def test_what_the_page_did_not_list_goes_along(scene: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "LISTED", 1)
    page = scene.publisher.get(scene.page)
    assert (len(page.context["lines"]), page.context["more"], page.context["chosen"]) == (1, 2, 3)
    publish(scene, read_form(page), ship=[])
    assert set(out()) == {"早场", "晚场", "决赛"}
    assert out()["早场"] == at(2026, 5, 1, 8)


def test_warnings_are_accepted_on_the_page_and_what_was_typed_stays(scene: SimpleNamespace) -> None:
    move(scene.late, starts_at=at(2026, 5, 1, 9, 30))
    response = publish(scene, open_form(scene.publisher, scene.page), note="雨天方案")
    (warning,) = response.context["warnings"]
    assert (response.context["not_accepted"], read_form(response)["note"], out()) == (
        True,
        "雨天方案",
        {"早场": at(2026, 5, 1, 8)},
    )
    publish(scene, read_form(response), accept=warning["id"])
    assert [each["id"] for each in Release.objects.get(number=2).accepted] == [warning["id"]]
    move(scene.final, title=text("总决赛"))
    shown = scene.publisher.get(scene.page).context
    assert ([each["id"] for each in shown["accepted"]], shown["warnings"]) == ([warning["id"]], [])
    past = scene.publisher.get(url(scene.event, "schedule") + "releases/2/")
    assert past.context["known"] == [{"kind": "a space is used twice", "slots": ["早场", "晚场"]}]


def test_warnings_that_were_shown_are_accepted_at_once(scene: SimpleNamespace) -> None:
    move(scene.late, starts_at=at(2026, 5, 1, 9, 30))
    form = open_form(scene.publisher, scene.page)
    publish(scene, form, warned="another", accept_all="1")
    assert Release.objects.count() == 1
    publish(scene, form, accept_all="1")
    assert len(Release.objects.get(number=2).accepted) == 1


def test_a_choice_is_checked_by_itself(scene: SimpleNamespace) -> None:
    move(scene.late, starts_at=at(2026, 5, 1, 9, 30))
    form = open_form(scene.publisher, scene.page)
    listed = [str(slot.uid) for slot in (scene.out, scene.late, scene.final)]
    looked = scene.publisher.post(scene.page, {**form, "listed": listed, "slots": listed[2:], "_look": "1"})
    assert (looked.context["warnings"], looked.context["chosen"]) == ([], 1)
    assert [each["ticked"] for each in looked.context["lines"]] == [False, False, True]


def test_what_blocks_is_named_with_the_way_to_it(scene: SimpleNamespace) -> None:
    move(scene.late, ends_at=at(2026, 5, 1, 17))
    response = publish(scene, open_form(scene.publisher, scene.page))
    (blocking,) = response.context["blocking"]
    assert [str(each["uid"]) for each in blocking["slots"]] == [str(scene.late.uid)]
    way = f"{url(scene.event, 'schedule')}?day=2026-05-01#row-{scene.late.uid}"
    assert (way in response.content.decode(), len(out())) == (True, 1)


def test_a_draft_that_changed_since_it_was_looked_at_is_shown_again(scene: SimpleNamespace) -> None:
    form = open_form(scene.publisher, scene.page)
    move(scene.final, title=text("总决赛"))
    response = publish(scene, form, note="第二版")
    assert response.context["errors"] == ["Somebody changed or released the schedule meanwhile. Look at it again."]
    assert (read_form(response)["note"], len(out())) == ("第二版", 1)
    assert publish(scene, read_form(response)).status_code == 302
    response = publish(scene, form)
    assert (response.context["total"], len(response.context["errors"])) == (0, 1)
    for odd in ("x", ""):
        assert publish(scene, form, seen=odd).status_code == 200
    assert scene.publisher.post(scene.page, {"listed": "x"}).status_code == 400


def test_only_publishers_publish_and_go_back(scene: SimpleNamespace) -> None:
    past = url(scene.event, "schedule") + "releases/1/"
    client = enter(scene.cast.editor)
    html = client.get(scene.page).content.decode()
    assert ("晚场" in html, 'name="_publish"' in html, client.get(past).status_code) == (True, False, 200)
    assert client.post(scene.page, {"_publish": "1"}).status_code == 403
    assert client.post(past).status_code == 403
    assert Release.objects.count() == 1


def test_going_back_releases_an_older_schedule_again(scene: SimpleNamespace) -> None:
    publish(scene, open_form(scene.publisher, scene.page))
    rows = scene.publisher.get(url(scene.event, "schedule_releases")).context["shown"].object_list
    assert [(row.number, row.note, row.count) for row in rows] == [(2, "", 3), (1, "第一版", 1)]
    past = url(scene.event, "schedule") + "releases/1/"
    page = scene.publisher.get(past)
    assert [each["title"] for each in page.context["lines"]] == ["早场"]
    assert [each["sentences"][0] for each in page.context["again"]["lines"]] == [
        "Time: 2026-05-01 08:00; before: 2026-05-01 09:00.",
        "Taken out; it was 2026-05-01 18:00, 馆 · 一号场.",
        "Taken out; it was 2026-05-02 18:00, 馆 · 二号场.",
    ]
    response = save(scene.publisher, past, read_form(page, "restore_form"), "_restore", note="回到第一版")
    assert said(response)[-1].startswith("success: Release 3 is out. Changed slots: 3.")
    assert (out(), Release.objects.get(number=3).note) == ({"早场": at(2026, 5, 1, 8)}, "回到第一版")
    stale = save(scene.publisher, past, read_form(page, "restore_form"), "_restore")
    assert (stale.status_code, len(stale.context["errors"]), Release.objects.count()) == (200, 1, 3)
    assert "again" not in scene.publisher.get(url(scene.event, "schedule") + "releases/3/").context
    assert scene.publisher.get(url(scene.event, "schedule") + "releases/9/").status_code == 404


def test_going_back_into_a_clash_asks_for_the_warning(scene: SimpleNamespace) -> None:
    publish(scene, open_form(scene.publisher, scene.page))
    other = league(organizer=scene.cast.ours, venues=[scene.hall])
    factories.slot(other, at(2026, 5, 1, 8), venue=scene.hall, space=scene.one, title=text("别的"))
    factories.release(other)
    past = url(scene.event, "schedule") + "releases/1/"
    form = read_form(scene.publisher.get(past), "restore_form")
    response = save(scene.publisher, past, form, "_restore", note="试试")
    (warning,) = response.context["warnings"]
    assert (response.context["not_accepted"], response.context["asked"].note) == (True, "试试")
    response = save(scene.publisher, past, form, "_restore", accept=warning["id"])
    assert (response.status_code, out()["早场"]) == (302, at(2026, 5, 1, 8))
