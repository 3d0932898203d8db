"""One Chromium for the session, one page for each test; whatever the page complains about fails the test."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests import factories
from tests.skipping import chromium
from tourism.groups import create_groups

PASSWORD = "a-long-enough-password"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright's synchronous interface runs an event loop in this thread, where Django then refuses the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(transactional_db: None, live_server: Any, settings: Any) -> Any:
    """The live server, with a member of the content staff who can log in."""
    settings.PUBLIC_ORIGIN = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    create_groups()
    for name in ("staff", "second"):
        user = factories.user(name, "content-staff")
        user.set_password(PASSWORD)
        user.save()
    return live_server


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def open_page(browser: Any, site: Any, complaints: list[str]) -> Iterator[Any]:
    """``open_page("staff")``: a fresh window with that user logged in; ``open_page("")``: with nobody."""
    contexts = []

    def start(username: str = "staff") -> Any:
        context = browser.new_context(base_url=site.url, locale="zh-CN", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: _note(said, page, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if username:
            log_in(page, username)
        return page

    yield start
    for context in contexts:
        context.close()


def _note(said: Any, page: Any, complaints: list[str]) -> None:
    if said.type in ("error", "warning"):
        complaints.append(f"{page.url}: {said.text}")


def log_in(page: Any, username: str) -> None:
    page.goto("/admin/login/?next=/admin/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/")
