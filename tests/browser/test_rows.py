"""The rows of a page in a real browser: moved by buttons, last when they are new; what is not saved is asked for."""

from typing import Any

import pytest

from tests import factories
from tests.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = "#links-group tr.dynamic-links"


def _rows(page: Any) -> list[tuple[str, ...]]:
    """Each row as it stands on the page: its link, its order, the number of its names."""
    values = """rows => rows.map(row => [row.querySelector("[name$=-value]").value,
        row.querySelector("[name$=-position]").value, row.querySelector("[name$=-value]").name.split("-")[1]])"""
    return [tuple(each) for each in page.locator(ROWS).evaluate_all(values)]


def _add(page: Any, address: str) -> None:
    page.locator("#links-group .add-row a").click()
    page.locator(ROWS).last.locator("[name$=-value]").fill(address)


def _move(page: Any, row: int, button: str) -> None:
    page.locator(ROWS).nth(row).get_by_role("button", name=button).click()


def test_rows_are_moved_and_a_page_with_changes_is_not_left_by_chance(open_page: Any, complaints: list[str]) -> None:
    office = factories.organizer(published=False)
    for name in "ab":
        office.links.create(value=f"https://{name}.example")
    page, asked = open_page(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(url(office))
    page.locator("h1").click()  # nobody is asked who touched nothing on the page
    page.click(".breadcrumbs a >> nth=-1")
    page.wait_for_selector("#result_list")
    page.goto(url(office))
    _add(page, "https://c.example")
    _add(page, "https://d.example")
    page.click(".breadcrumbs a >> nth=-1")
    page.wait_for_timeout(50)
    assert (asked, page.url.endswith(url(office))) == (["beforeunload"], True)
    for row in (3, 2):
        _move(page, row, "上移")
    _move(page, 0, "下移")
    found = [("https://d.example", "0", "3"), ("https://a.example", "1", "0"), ("https://b.example", "2", "1")]
    assert _rows(page) == [*found, ("https://c.example", "3", "2")]
    assert page.locator(ROWS).first.get_by_role("button", name="上移").is_disabled()
    page.locator(ROWS).last.locator(".inline-deletelink").click()
    page.wait_for_function(f"document.querySelector('{ROWS} [name$=-value]').name === 'links-2-value'")
    assert _rows(page) == [("https://d.example", "0", "2"), *found[1:]]
    page.click("input[name=_continue]")
    page.wait_for_selector(".messagelist")
    assert [link.value for link in office.links.order_by("position")] == [row[0] for row in found]
    assert (asked, complaints) == (["beforeunload"], [])
