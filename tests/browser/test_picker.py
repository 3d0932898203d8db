"""Choosing from the library on a venue's page, in a real browser: what is chosen is seen before and after."""

from typing import Any

import pytest

from media.models import Image
from tests import factories
from tests.factories import text
from tests.factories_media import audio
from tests.pages import url
from venues.models import VenueImage, VenueMedia

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACE = "x => { const box = x.getBoundingClientRect(); return [box.left, box.right, box.top, box.height]; }"
LIST = ".select2-container--open .select2-dropdown"
OPTION = ".select2-results__option .x-pick"


def _field(page: Any, name: str) -> Any:
    return page.locator(f"select[name={name}] + .select2 .select2-selection")


def _add_row(page: Any, group: str) -> None:
    section = page.locator(f"#{group}-group")
    if section.locator("summary").count() and section.locator("details[open]").count() == 0:
        section.locator("summary").click()
    section.locator(".add-row a").click()


def _open_list(page: Any, name: str, count: int) -> Any:
    _field(page, name).click()
    page.locator(OPTION).nth(count - 1).wait_for()
    assert page.locator(OPTION).count() == count
    return page.locator(OPTION)


def _save(page: Any) -> None:
    page.click("input[name=_continue]")
    page.wait_for_load_state()


def _loaded(page: Any, selector: str) -> str:
    """The address of a picture, once the browser has it."""
    page.wait_for_function(
        "s => { const x = document.querySelector(s); return x && x.naturalWidth > 0; }", arg=selector
    )
    return str(page.locator(selector).first.get_attribute("src"))


def test_a_picture_is_seen_while_it_is_chosen_and_placed(open_page: Any, complaints: list[str]) -> None:
    venue = factories.venue()
    kiln = factories.image((900, 600), "darkred", alt=text("窑炉"), credit="<b>Archive</b>")
    factories.image((600, 900), "darkblue", alt=text("<i>北楼</i>"))
    page = open_page()
    page.goto(url(venue))
    _add_row(page, "placements")
    found = _open_list(page, "placements-0-image", 2)
    assert found.all_inner_texts() == ["<i>北楼</i>\nIllustration · 600 × 900", "窑炉\n<b>Archive</b> · 900 × 600"]
    assert _loaded(page, f"{OPTION} img") == Image.objects.get(credit="Illustration").address("4:3", 320)
    found.nth(1).click()
    cell = "#placements-0 .field-thumbnail img"
    assert _loaded(page, cell) == kiln.address("4:3", 320)
    assert _field(page, "placements-0-image").inner_text().strip() == "窑炉\n<b>Archive</b> · 900 × 600"
    assert page.locator("#placements-1, #placements-empty .field-thumbnail img").count() == 0
    _save(page)
    assert VenueImage.objects.get(venue=venue).image == kiln
    assert _loaded(page, cell) == kiln.address("4:3", 320)
    _open_list(page, "placements-0-image", 2).nth(0).click()  # another one after all
    assert _loaded(page, cell) == Image.objects.get(credit="Illustration").address("4:3", 320)
    assert complaints == []


def test_one_of_two_tracks_of_the_same_title_is_chosen(open_page: Any, complaints: list[str]) -> None:
    venue = factories.venue()
    english = audio(title=text("蒸汽锤"), language="en", transcript=text("听", en="Listen"))
    audio(title=text("蒸汽锤"), language="zh-Hans")
    page = open_page()
    page.goto(url(venue))
    _add_row(page, "media_placements")
    found = _open_list(page, "media_placements-0-media", 2)
    assert found.all_inner_texts() == [
        "蒸汽锤\n简体中文 · MP3 · 0:01 · 1 KB",
        "蒸汽锤\nEnglish · MP3 · 0:01 · 1 KB",
    ]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    told = page.locator("#media_placements-0 .field-facts")
    assert told.inner_text().strip() == "English · MP3 · 0:01 · 1 KB"
    _save(page)
    assert VenueMedia.objects.get(venue=venue).media == english
    assert told.inner_text().strip() == "English · MP3 · 0:01 · 1 KB"
    assert complaints == []


def test_what_a_pop_up_wrote_is_seen_at_once(open_page: Any, complaints: list[str]) -> None:
    """As Django's pop-ups tell the page: by a key and a name."""
    venue, image = factories.venue(), factories.image((900, 600), alt=text("窑炉"), credit="Archive")
    page = open_page()
    page.goto(url(venue))
    _add_row(page, "placements")
    dismiss = """([act, ...told]) => {
        const win = {name: "id_placements-0-image__1", close() {}, location: {pathname: "/admin/media/image/add/"}};
        window[act](win, ...told);
    }"""
    page.evaluate(dismiss, ["dismissAddRelatedObjectPopup", str(image.pk), "窑炉"])
    assert _loaded(page, "#placements-0 .field-thumbnail img") == image.address("4:3", 320)
    field = _field(page, "placements-0-image")
    assert field.inner_text().strip() == "窑炉\nArchive · 900 × 600"
    image.credit, image.alt = "Museum", text("旧窑炉")
    image.save()
    page.evaluate(dismiss, ["dismissChangeRelatedObjectPopup", str(image.pk), "旧窑炉", str(image.pk)])
    field.get_by_text("Museum · 900 × 600").wait_for()
    assert field.inner_text().strip() == "旧窑炉\nMuseum · 900 × 600"
    _save(page)
    assert VenueImage.objects.get(venue=venue).image == image
    assert complaints == []


def test_the_list_stays_inside_of_a_narrow_window_and_the_field_keeps_its_size(
    open_page: Any, complaints: list[str]
) -> None:
    venue = factories.venue()
    factories.shown(factories.image((900, 600), credit="Archive of the machine works, third building"), venue)
    page = open_page()
    page.goto(url(venue))
    for name in ("placements-0-image", "parent"):
        field = _field(page, name)
        field.scroll_into_view_if_needed()
        before = field.evaluate(PLACE)
        field.focus()
        assert field.evaluate(PLACE) == before
        field.click()
        page.locator(LIST).wait_for()
        assert field.evaluate(PLACE) == before
        page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("placements-0-image", "parent"):
        _field(page, name).click()
        page.locator(".select2-results__option:not(.loading-results)").first.wait_for()
        left, right, _top, _height = page.locator(LIST).evaluate(PLACE)
        assert (left >= 0, right <= 390) == (True, True), (name, left, right)
        page.keyboard.press("Escape")
    assert complaints == []
