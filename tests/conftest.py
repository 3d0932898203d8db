"""What every test can ask for: a client, a fixed cast of users, a clock that stands still where it is told to."""

import gc
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.template.base import Template
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django.utils import translation

from tests import database, factories


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Answers and counters of one test are not another's."""
    cache.clear()
    yield
    cache.clear()


WIDGETS = ("django/forms/", "admin/widgets/", "admin/includes/", "core/widgets/")


@pytest.fixture(scope="session", autouse=True)
def _quiet_widgets(django_test_environment: None) -> Iterator[None]:
    """The test client keeps the context of every template; a form has a thousand widgets, and no test asks for one."""
    noted = Template._render

    def render(template: Template, context: Any) -> Any:
        if (template.name or "").startswith(WIDGETS):
            return template.nodelist.render(context)
        return noted(template, context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    database.prepare()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        database.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: database.restart())
        yield


@pytest.fixture(scope="session")
def uploads(tmp_path_factory: Any) -> Path:
    """One folder for all: files are named by their content."""
    return Path(tmp_path_factory.mktemp("uploads"))


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a fixture of a whole file writes after asking for this stays for all its tests; each undoes what it adds."""
    with django_db_blocker.unblock():
        atomics = TestCase._enter_atomics()  # type: ignore[attr-defined]
        try:
            yield
        finally:
            TestCase._rollback_atomics(atomics)  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _files(uploads: Path) -> Iterator[None]:
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # as they lie in the tree
    with override_settings(MEDIA_ROOT=uploads, STORAGES=settings.STORAGES | {"staticfiles": static}):
        yield


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """``get("venues", near="41.8,123.36")``: the API's answer, 200 expected, as JSON."""

    def fetch(path: str, expect: int = 200, **params: Any) -> Any:
        params = {name.rstrip("_"): value for name, value in params.items()}  # from_ -> from
        response = client.get(f"/api/v1/{path}", params)
        assert response.status_code == expect, response.content.decode()[:2000]
        return response.json() if response.content else None

    return fetch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """``clock(at(2026, 5, 1, 18))`` stops the time of requests and writes there."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return stop


@pytest.fixture
def english() -> Iterator[None]:
    """Messages as the sources have them."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: Any) -> SimpleNamespace:
    return factories.cast()


def pytest_collection_finish() -> None:
    """What stands now (Django, the tests) stands until the end: the collector need not walk it again and again."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
