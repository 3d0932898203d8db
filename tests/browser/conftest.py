"""One Chromium for the session, one page for each test; whatever the page complains about fails the test."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from core.models import User
from tests import factories
from tests.pages import enter
from tests.skipping import chromium

PASSWORD = "a-long-enough-password"


@pytest.fixture(scope="package")
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
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow one is not what is tried
    for name in ("staff", "second"):
        user = factories.user(name, "content-staff")
        user.set_password(PASSWORD)
        user.save()
    return live_server


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture(scope="package")
def windows(browser: Any) -> dict[str, Any]:
    """One for each user of the tests: what a page needs is fetched once."""
    return {}


@pytest.fixture
def open_page(browser: Any, windows: Any, site: Any, settings: Any, complaints: list[str]) -> Iterator[Any]:
    """``open_page("staff")``: a window with that user logged in; ``open_page("")``: with nobody."""
    pages = []

    def start(username: str = "staff") -> Any:
        if username not in windows:
            shape = {"width": 1280, "height": 900}
            windows[username] = browser.new_context(base_url=site.url, locale="zh-CN", viewport=shape)
        if username:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(username), "url": site.url}
            windows[username].add_cookies([cookie])
        page = windows[username].new_page()
        pages.append(page)
        page.set_default_timeout(10_000)
        page.on("console", lambda said: _note(said, page, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield start
    for page in pages:
        page.evaluate("localStorage.clear(), sessionStorage.clear()")
        page.context.clear_cookies()
        page.close()


def _note(said: Any, page: Any, complaints: list[str]) -> None:
    if said.type in ("error", "warning"):
        complaints.append(f"{page.url}: {said.text}")


def _session(username: str) -> str:
    """The key of a new session of that user, as a log-in leaves it in the browser."""
    client = enter(User.objects.get(username=username))
    return str(client.session.session_key)
