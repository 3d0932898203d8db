"""A season from one file, by somebody whose columns nobody foresaw, in a real browser."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from core.changes.edits import edit
from tests import factories
from tests.factories import at, text
from tests.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _season(uid: str, *rows: list[Any]) -> dict[str, Any]:
    book = Workbook()
    book.active.append(["UID", "日期", "开始时间", "名称", "赛场名"])
    for row in ([uid, "2026-05-01", "18:30", "开幕战", "1号场"], *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return {"name": "赛季.xlsx", "mimeType": "application/octet-stream", "buffer": file.getvalue()}


def _fits(page: Any) -> bool:
    found = []
    for width in (768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        found.append(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
    return all(found)


def test_season_is_imported(site: Any, open_page: Any, complaints: list[str]) -> None:
    with edit():
        museum = factories.venue(name=text("工业博物馆"))
        factories.space(museum, name=text("1号场"))
    event = factories.league(title=text("工人联赛"), venues=[museum])
    slot = factories.slot(event, at(2026, 5, 1, 18), title=text("开幕战"), venue=museum)
    page = open_page()
    page.goto(url(event))
    page.get_by_role("link", name="导入").click()
    wrong = ["", "5月2日", "25:61", "第二场", "1号场"]
    page.set_input_files("#id_file", _season(str(slot.uid), wrong))
    page.get_by_role("button", name="查看各行").click()
    assert (page.locator(".i-open").count(), _fits(page)) == (1, True)
    page.get_by_label("赛场名").select_option("space")
    page.get_by_role("button", name="确定对应").click()
    assert "25:61" in page.locator(".i-problems").inner_text()
    assert (page.locator("button[value=apply]").is_disabled(), _fits(page)) == (True, True)
    page.get_by_role("button", name="换一个文件").click()
    page.set_input_files("#id_file", _season(str(slot.uid), [*wrong[:2], "下午6点半", *wrong[3:]]))
    page.get_by_role("button", name="查看各行").click()
    page.locator(".i-state").first.wait_for()
    assert page.locator(".i-state").all_inner_texts() == ["变更", "新增"]
    page.get_by_role("button", name="导入 2 行").click()
    page.wait_for_selector(".messagelist .success")
    starts = list(event.slots.order_by("starts_at").values_list("starts_at", "space__name__zh-Hans"))
    assert starts == [(at(2026, 5, 1, 18, 30), "1号场"), (at(2026, 5, 2, 18, 30), "1号场")]
    assert complaints == []
