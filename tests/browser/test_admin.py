"""Staff at work, in a real browser."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from core.geo import Datum, Point, from_wgs84
from core.models import Act
from tests import factories
from tests.pages import url
from venues.models import Venue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLACE = Point(41.809, 123.354)


def _api(site: Any, path: str, etag: str = "") -> tuple[int, str, dict[str, Any]]:
    """Status, ETag and body, as an app would ask."""
    from urllib.error import HTTPError

    try:
        answer = urlopen(Request(f"{site.url}/api/v1/{path}", headers={"If-None-Match": etag} if etag else {}))
    except HTTPError as other:
        with other:
            return other.code, other.headers["ETag"], {}
    with answer:
        return answer.status, answer.headers["ETag"], json.load(answer)


def _venue(**fields: Any) -> Venue:
    names = factories.text("铸造馆", en="Foundry", de="Gießerei")
    return factories.venue(slug="foundry", name=names, **fields)


def _save(page: Any) -> None:
    page.click("input[name=_continue]")
    page.wait_for_load_state()


def _tab(page: Any, field: str, language: str) -> Any:
    return page.locator(f".field-{field} [role=tab][data-lang={language}]")


def test_a_name_changed_in_the_admin_is_in_the_api_at_once(open_page: Any, site: Any, complaints: list[str]) -> None:
    venue = _venue()
    status, etag, body = _api(site, "venues/foundry?lang=zh-Hans")
    assert (status, body["name"]) == (200, "铸造馆")
    assert _api(site, "venues/foundry?lang=zh-Hans", etag)[0] == 304
    page = open_page()
    page.goto(url(venue))
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    page.fill("#id_name__zh-Hans", "铸造博物馆")
    _save(page)
    assert page.locator("h1").inner_text() == "铸造博物馆"
    status, after, body = _api(site, "venues/foundry?lang=zh-Hans", etag)
    assert (status, body["name"], after != etag) == (200, "铸造博物馆", True)
    assert _api(site, "venues/foundry?lang=zh-Hans", after)[0] == 304
    assert complaints == []


def test_one_language_is_chosen_for_all_fields_and_marks_follow_the_typing(
    open_page: Any, complaints: list[str]
) -> None:
    venue = _venue(summary=factories.text("一句话。"))
    page = open_page()
    page.goto(url(venue))
    _tab(page, "name", "de").click()
    shown = page.locator(".x-translated__panel:visible")
    assert {shown.nth(index).get_attribute("data-lang") for index in range(shown.count())} == {"de"}
    german = _tab(page, "summary", "de")
    assert german.get_attribute("data-state") == "missing"
    page.fill("#id_summary__de", "Ein Satz.")
    assert german.get_attribute("data-state") == "written"
    page.fill("#id_summary__de", "")
    assert german.get_attribute("data-state") == "missing"
    assert _tab(page, "summary", "zh-Hant").get_attribute("data-state") == "derived"
    page.reload()
    assert _tab(page, "name", "de").get_attribute("aria-selected") == "true"  # and stays chosen
    german = _tab(page, "name", "de")
    german.focus()
    page.keyboard.press("ArrowLeft")
    assert _tab(page, "summary", "en").get_attribute("aria-selected") == "true"
    assert complaints == []


def test_a_pasted_position_says_how_it_is_read_and_is_stored_as_wgs84(open_page: Any, complaints: list[str]) -> None:
    venue = _venue(lat=None, lng=None)
    pasted = from_wgs84(PLACE, Datum.GCJ02)
    page = open_page()
    page.goto(url(venue))
    page.fill("#id_position_0", f"{pasted.lng:.6f},{pasted.lat:.6f}")
    page.select_option("#id_position_1", "gcj02")
    said = page.locator(".x-position__said").inner_text()
    assert ("41.809000, 123.354000" in said, "GCJ-02" in said) == (True, True)
    _save(page)
    venue.refresh_from_db()
    assert (round(venue.lat or 0, 5), round(venue.lng or 0, 5)) == (PLACE.lat, PLACE.lng)
    assert page.input_value("#id_position_1") == "wgs84"

    before = page.input_value("#id_position_0")
    page.locator(".x-position__map").click(position={"x": 300, "y": 100})
    after = page.input_value("#id_position_0")
    lat, lng = (float(part) for part in after.split(", "))
    assert after != before
    assert (abs(lat - PLACE.lat) < 0.1, abs(lng - PLACE.lng) < 0.1) == (True, True)
    _save(page)
    venue.refresh_from_db()
    assert (venue.lat, venue.lng) == (lat, lng)
    assert complaints == []


def test_the_second_editor_sees_what_the_first_one_wrote(open_page: Any, complaints: list[str]) -> None:
    venue = _venue()
    first, second = open_page("staff"), open_page("second")
    for page in (first, second):
        page.goto(url(venue))
        _tab(page, "name", "en").click()
    first.fill("#id_name__en", "Foundry Hall")
    _save(first)
    second.fill("#id_name__en", "The Foundry")
    second.fill("#id_postcode", "110021")
    _save(second)
    assert "staff" in second.locator(".x-notice--warn").inner_text()
    assert "Foundry Hall" in second.locator(".field-name .errorlist").inner_text()
    assert second.input_value("#id_name__en") == "The Foundry"
    venue.refresh_from_db()
    assert (venue.name["en"], venue.postcode) == ("Foundry Hall", "")
    _save(second)
    venue.refresh_from_db()
    assert (venue.name["en"], venue.postcode) == ("The Foundry", "110021")
    assert complaints == []


def test_a_text_is_submitted_for_review_by_a_click(open_page: Any, complaints: list[str]) -> None:
    venue = factories.venue(published=False)
    page = open_page()
    page.goto(url(venue))
    page.click("button[value=submit]")
    page.wait_for_selector(".publication-bar .badge--in_review")
    assert list(Act.objects.filter(kind="venue").values_list("verb", "by__username")) == [("submitted", "staff")]
    assert complaints == []


def test_pages_break_no_rule_of_their_own(open_page: Any, site: Any, complaints: list[str]) -> None:
    """No error, no warning and no violation of the content security policy on any kind of page."""
    venue = _venue(description=factories.text("馆", de="**Eisen**"))
    image = factories.image()
    factories.shown(image, venue)
    event = factories.event(venues=[venue], title=factories.text("杯", de="Pokal"))
    factories.slot(event, title=factories.text("决赛", de="Endspiel"))
    page = open_page("")
    page.goto("/admin/login/")
    fill_in(page)
    for address in ("/admin/", url(Venue, "changelist"), url(venue), url(event), url(image)):
        page.goto(address)
    page.goto(f"{url(event, 'preview')}?lang=de")
    text = page.locator("article.phone").inner_text()
    assert ("Pokal" in text, "Endspiel" in text) == (True, True)
    page.goto(f"{url(venue, 'preview')}?lang=de")
    assert page.locator("article.phone strong").inner_text() == "Eisen"
    page.goto("/api/v1/docs/")
    page.wait_for_selector(".opblock-tag, .opblock")
    assert complaints == []


def fill_in(page: Any) -> None:
    from tests.browser.conftest import PASSWORD

    page.fill("#id_username", "staff")
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/**")


def test_the_pages_speak_english_and_chinese_again(open_page: Any, complaints: list[str]) -> None:
    page = open_page()
    page.goto("/admin/")
    page.click(".x-language button[value=en]")
    page.wait_for_selector("html[lang=en]")
    assert page.locator("h1").first.inner_text() == "Overview"
    page.goto(url(Venue, "changelist"))
    assert page.locator("html").get_attribute("lang") == "en"
    page.click(".x-language button[value=zh-hans]")
    page.wait_for_selector("html[lang=zh-hans]")
    assert complaints == []
