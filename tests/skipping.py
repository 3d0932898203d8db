"""Tests that a machine cannot run are skipped with the reason; a complete run lets none pass unseen.

A pytest plugin, named in pyproject.toml. ``CI=true`` or ``REQUIRE_ALL=1`` makes a run complete: then every skipped
test fails it, but for those marked ``postgres`` on SQLite, which the run on PostgreSQL has.
"""

import os
import shutil
from collections.abc import Mapping
from typing import Any

import pytest


def chromium() -> str | None:
    """The browser of the ``browser`` tests; the one without a window of its own starts and draws faster."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)


def on_postgres() -> bool:
    from django.db import connection

    return connection.vendor == "postgresql"


def must_be_complete(environ: Mapping[str, str]) -> bool:
    return environ.get("CI") == "true" or environ.get("REQUIRE_ALL") == "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    no_browser = pytest.mark.skip(reason="needs Chromium: install it, or set CHROMIUM=/path/to/chromium")
    no_postgres = pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL; `make check` does")
    for item in items:
        if item.get_closest_marker("browser") and not chromium():
            item.add_marker(no_browser)
        if item.get_closest_marker("postgres") and not on_postgres():
            item.add_marker(no_postgres)
    # What takes longest begins first, so that the processes of a run end together: the browser, then the longest files.
    sizes = {path: path.stat().st_size for path in {item.path for item in items}}
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, -sizes[item.path], item.path))


def unexcused(reports: list[Any], *, postgres: bool) -> list[str]:
    """The skipped tests that a complete run does not allow."""
    return [report.nodeid for report in reports if postgres or "postgres" not in getattr(report, "keywords", {})]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or not must_be_complete(os.environ):
        return  # a worker of xdist leaves the count to its controller
    missing = unexcused(reporter.stats.get("skipped", []), postgres=on_postgres())
    if missing and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter.line("")
        reporter.section("a complete run skips nothing", red=True)
        reporter.line("\n".join(["Skipped:", *missing]))
