"""A day of a schedule put in order in a real browser: by mouse, by keys, on a laptop and on a tablet."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.edits import edit
from events.models import ReleasedSlot, Slot
from tests import factories
from tests.factories import at, text
from tests.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = (2030, 5, 4)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(site: Any) -> SimpleNamespace:
    """Two courts; a match on each at ten, and a final without a time."""
    with edit():
        hall = factories.venue(slug="hall", name=text("体育馆", en="Hall"))
        one, two = (factories.space(hall, name=text(name)) for name in ("一号场", "二号场"))
        event = factories.event(venues=[hall], slug="cup", starts_on=at(*DAY).date(), ends_on=at(*DAY).date())
        places = {"venue": hall, "ends_at": at(*DAY, 11)}
        first = factories.slot(event, at(*DAY, 10), title=text("揭幕战"), space=one, **places)
        second = factories.slot(event, at(*DAY, 10), title=text("第二场"), space=two, **places)
        final = factories.slot(event, title=text("决赛"), precision="tba")
    return SimpleNamespace(event=event, first=first, second=second, final=final, one=one, two=two)


def _block(page: Any, slot: Slot) -> Any:
    return page.locator(f".b-slot[data-uid='{slot.uid}']")


def _drag(page: Any, slot: Slot, *, down: int = 0, to: Any = None, grip: bool = False) -> None:
    """``down`` in minutes; ``to`` the space into whose column."""
    block = _block(page, slot)
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + (box["height"] - 3 if grip else 20)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10, steps=3)
    if to is not None:
        column = page.locator(f"[data-column='{to.venue_id}-{to.pk}']").bounding_box()
        x = column["x"] + column["width"] / 2
    page.mouse.move(x, y + down * 1.2, steps=5)
    with page.expect_response("**/schedule/slots/**"):
        page.mouse.up()
    page.wait_for_selector("#bench:not([aria-busy])")


def _press(page: Any, slot: Slot, *keys: str) -> None:
    _block(page, slot).focus()
    for key in keys:
        page.keyboard.press(key)
    with page.expect_response("**/schedule/slots/**"):
        page.keyboard.press("Enter")
    page.wait_for_selector("#bench:not([aria-busy])")


def _stored(slot: Slot) -> tuple[Any, ...]:
    slot.refresh_from_db()
    return (slot.starts_at, slot.ends_at, slot.space)


def _fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_slot_is_dragged_into_a_clash_taken_back_and_released(
    open_page: Any, site: Any, scene: SimpleNamespace, complaints: list[str]
) -> None:
    page = open_page()
    page.goto(url(scene.event, "schedule"))
    assert page.locator(".b-counts").inner_text().split() == ["3", "处修改未发布"]
    _drag(page, scene.second, down=30, to=scene.one)
    assert _stored(scene.second) == (at(*DAY, 10, 30), at(*DAY, 11, 30), scene.one)
    assert page.locator(".b-slot--warn").count() == 2  # both are marked, and the reason is in words
    said = page.locator("#said").inner_text()
    assert ("“一号场”" in said, "“揭幕战”" in said, "“第二场”" in said) == (True, True, True)
    described = _block(page, scene.first).get_attribute("aria-describedby").split()[-1]
    assert page.locator(f"#{described} .b-clash__words").inner_text() in said
    with page.expect_response("**/schedule/slots/**"):
        page.click("[data-undo]")
    page.wait_for_selector("#bench:not([aria-busy])")
    assert _stored(scene.second) == (at(*DAY, 10), at(*DAY, 11), scene.two)
    assert page.locator(".b-slot--warn").count() == 0
    _drag(page, scene.second, down=25, grip=True)
    assert _stored(scene.second) == (at(*DAY, 10), at(*DAY, 11, 25), scene.two)
    row = page.locator(f"#row-{scene.second.uid}")
    assert row.locator("[name$=-end]").input_value() == "11:25"
    page.click(".b-state .x-button--primary")
    page.locator("[name=slots]").last.uncheck()  # the final
    page.fill("#id_note", "第一版")
    page.click("button[name=_publish]")
    page.wait_for_selector(".messagelist .success")
    assert "第 1 版" in page.locator(".messagelist .success").inner_text()
    assert set(ReleasedSlot.objects.values_list("uid", flat=True)) == {scene.first.uid, scene.second.uid}
    assert page.locator(".b-counts").inner_text().split() == ["1", "处修改未发布"]
    for width, language in [(768, "zh-hans"), (1280, "en"), (768, "en")]:
        page.set_viewport_size({"width": width, "height": 900})
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        for name in ("schedule", "schedule_release", "schedule_releases"):
            page.goto(url(scene.event, name))
            assert (name, page.locator("html").get_attribute("lang"), _fits(page)) == (name, language, True)
    assert complaints == []


def test_slots_are_moved_by_keys_alone_on_a_tablet(
    open_page: Any, scene: SimpleNamespace, complaints: list[str]
) -> None:
    page = open_page()
    page.set_viewport_size({"width": 768, "height": 1024})
    page.goto(url(scene.event, "schedule"))
    _press(page, scene.first, "ArrowDown", "ArrowDown", "Shift+ArrowDown", "ArrowRight", "Alt+ArrowDown")
    assert _stored(scene.first) == (at(*DAY, 11, 10), at(*DAY, 12, 15), scene.two)
    assert page.evaluate("document.activeElement.dataset.uid") == str(scene.first.uid)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert _stored(scene.first) == (at(*DAY, 11, 10), at(*DAY, 12, 15), scene.two)
    with page.expect_response("**/schedule/slots/**"):
        page.keyboard.press("Control+z")
    page.wait_for_selector("#bench:not([aria-busy])")
    assert _stored(scene.first) == (at(*DAY, 10), at(*DAY, 11), scene.one)
    _press(page, scene.final, "ArrowDown", "Shift+ArrowDown")  # from nowhere to eight, then to nine
    assert _stored(scene.final)[:2] == (at(*DAY, 9), None)
    page.fill(f"[name='{scene.final.uid}-end']", "10:30")
    page.click("button[name=_save]")
    page.wait_for_selector(".messagelist .success")
    assert _stored(scene.final)[1] == at(*DAY, 10, 30)
    assert complaints == []
