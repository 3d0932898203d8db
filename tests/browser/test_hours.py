"""The opening hours of the museum, entered by somebody who does it for the first time, in a real browser."""

from datetime import date
from typing import Any

import pytest

from core.changes.edits import edit
from tests import factories
from tests.pages import url
from venues.models import CalendarDay, HoursException, HoursRule, Venue
from venues.models.hours import WEEKDAYS
from venues.spans import read_spans, spans_text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def museum(site: Any) -> Venue:
    with edit():
        CalendarDay(date=date(2026, 1, 1), kind="holiday", holiday="new_year").save()
    return factories.venue(slug="museum", name=factories.text("工业博物馆", en="Industrial Museum"))


def _stored(venue: Venue) -> list[tuple[str, str, str]]:
    return [
        (
            "".join(str(place + 1) for place, name in enumerate(WEEKDAYS) if getattr(rule, name)),
            rule.day_kind,
            spans_text(read_spans(rule.spans)) or rule.state,
        )
        for rule in HoursRule.objects.filter(venue=venue).order_by("pk")
    ]


def _fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def _grid_fits(page: Any) -> bool:
    """With the column for a second span, which is the widest."""
    page.locator("[data-show-more]").first.click()
    return bool(
        page.evaluate(
            "(grid => grid.getBoundingClientRect().right <= grid.closest('form').getBoundingClientRect().right + 1)"
            "(document.querySelector('.h-week .h-grid'))"
        )
    )


def _enter_week(page: Any) -> None:
    """Tuesday's hours as one types them, copied down; Mondays closed."""
    form = page.locator("#week_new")
    form.locator("[data-cell=opens][data-day='1']").fill("9")
    form.locator("[data-cell=closes][data-day='1']").fill("1630")
    form.locator("[data-cell=last][data-day='1']").fill("16")
    form.locator("button[value='copy-1-23456']").click()
    assert form.locator("[data-cell=closes][data-day='6']").input_value() == "16:30"
    form.locator("[data-cell=state][data-day='0']").select_option("closed")
    form.locator("button[value=mondays]").click()
    page.wait_for_selector(".messagelist .success")


def _enter_extension(page: Any) -> None:
    """From the day in the calendar of the year."""
    page.locator(".h-day[href*='day=2026-01-01']").click()
    page.wait_for_selector("#exception[open]")
    assert page.input_value("#id_x-first") == "2026-01-01"
    page.fill("#id_x-spans", "9:00-18:30 (18:00)")
    page.fill("#id_x-reason__zh-Hans", "元旦延长开放")
    page.locator("#exception button[value=save]").last.click()
    page.wait_for_selector(".messagelist .success")


def test_a_museum_with_closed_mondays_and_a_long_holiday_is_entered_in_a_few_clicks(
    open_page: Any, site: Any, museum: Venue, complaints: list[str]
) -> None:
    page = open_page()
    page.goto(f"{url(museum, 'hours')}?year=2026")
    _enter_week(page)
    hours = "09:00-16:30 (16:00)"
    assert _stored(museum) == [("1", "any", "closed"), ("234567", "any", hours), ("1", "holiday", hours)]
    _enter_extension(page)
    row = HoursException.objects.get()
    assert (str(row.first), str(row.last), spans_text(read_spans(row.spans)), str(row.entered_by)) == (
        "2026-01-01",
        "2026-01-01",
        "09:00-18:30 (18:00)",
        "staff",
    )
    first = page.locator(".h-day[href*='day=2026-01-01']")
    assert "h-day--exception" in first.get_attribute("class")
    assert ("09:00–18:30" in first.inner_text(), "元旦延长开放" in first.inner_text()) == (True, True)
    assert "h-day--closed" in page.locator(".h-day[href*='day=2026-01-05']").get_attribute("class")
    for width, language in [(1280, "zh-hans"), (768, "zh-hans"), (768, "en"), (1280, "en")]:
        page.set_viewport_size({"width": width, "height": 900})
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site.url}])
        page.goto(f"{url(museum, 'hours')}?year=2026")
        assert (page.locator("html").get_attribute("lang"), _fits(page), _grid_fits(page)) == (language, True, True)
    page.locator(".h-day[href*='day=2026-01-05']").focus()
    page.keyboard.press("ArrowRight")  # the year is one stop of the Tab key
    assert "day=2026-01-06" in page.evaluate("document.activeElement.href")
    assert complaints == []


def test_many_venues_are_arranged_and_a_pasted_day_is_spread(
    open_page: Any, museum: Venue, complaints: list[str]
) -> None:
    factories.hours(museum)
    page = open_page()
    page.goto(url(museum, "hours"))
    sunday = page.locator(".h-week").first.locator("[data-day='6']")
    sunday.nth(1).fill("9-12, 13-17 (16:30)")
    sunday.nth(1).press("Tab")
    assert [sunday.nth(place).input_value() for place in range(5)] == ["open", "09:00", "12:00", "", "13-17 (16:30)"]
    page.on("dialog", lambda asked: asked.accept())
    page.goto("/admin/venues/venue/holiday-hours/")
    page.fill("#id_first", "2026-10-01")
    page.select_option("#id_state", "closed")
    page.fill("#id_reason__zh-Hans", "国庆节")
    page.click("button[value=choose-all]")
    page.locator(".submit-row button[value=preview]").click()
    page.wait_for_selector(".h-preview")
    page.click("button[value=apply]")
    page.wait_for_selector(".messagelist .success")
    assert list(HoursException.objects.values_list("venue__slug", "state")) == [("museum", "closed")]
    assert complaints == []
