"""What every test can ask for: a client, a fixed cast of users, a clock that stands still where it is told to."""

from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests import factories
from tourism.groups import create_groups


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Answers and counters of one test are not another's."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _uploads(tmp_path_factory: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "uploads"  # one for all: files are named by their content
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


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
def cast(db: Any) -> SimpleNamespace:
    """Staff, a reviewer, an editor and a publisher of ``ours``, an editor of ``theirs``, somebody without rights."""
    create_groups()
    ours = factories.organizer(slug="ours")
    theirs = factories.organizer(slug="theirs")
    return SimpleNamespace(
        ours=ours,
        theirs=theirs,
        superuser=factories.user("root", is_superuser=True),
        staff=factories.user("staff", "content-staff"),
        reviewer=factories.user("reviewer", "reviewers"),
        editor=factories.member("editor", ours, "editor"),
        publisher=factories.member("publisher", ours, "publisher"),
        stranger=factories.member("stranger", theirs, "publisher"),
        nobody=factories.user("nobody"),
    )
