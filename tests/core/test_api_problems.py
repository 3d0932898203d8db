"""Problems (RFC 9457): their shape, their language, and that a fault of ours is one too."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import OperationalError
from django.test import Client
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.changes.models import Change
from core.publication import Verb, act
from tests import factories
from tourism import api_v1
from tourism.urls import handler400, handler404, handler500

__all__ = ["handler400", "handler404", "handler500"]  # this module is the test's URLconf


class Broken(APIView):
    error: Exception = RuntimeError("the secret cause")

    def get(self, request: Request) -> Response:
        raise self.error


class Child(serializers.Serializer[Any]):
    number = serializers.IntegerField()


class Form(serializers.Serializer[Any]):
    name = serializers.CharField()
    children = Child(many=True)


class Parsing(APIView):
    def post(self, request: Request) -> Response:
        form = Form(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(form.data)


urlpatterns = [
    path("api/v1/broken", Broken.as_view()),
    path("api/v1/locked", Broken.as_view(error=OperationalError("database is locked"))),
    path("api/v1/suspicious", Broken.as_view(error=SuspiciousOperation("the secret cause"))),
    path("api/v1/denied", Broken.as_view(error=PermissionDenied())),
    path("api/v1/invalid", Broken.as_view(error=ValidationError(["One thing.", "Another."]))),
    path("api/v1/parsing", Parsing.as_view()),
    path("api/v1/", include(api_v1)),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def lenient(client: Client) -> Iterator[Client]:
    """A client that gets the 500 and not the exception, without its traceback in the test's output."""
    client.raise_request_exception = False
    logging.disable(logging.CRITICAL)
    yield client
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("name", "status", "title", "detail"),
    [
        ("broken", 500, "Server error", "Something broke on our side. It has been logged."),
        ("locked", 503, "Unavailable", "The service is busy. Try again in a few seconds."),
        ("suspicious", 400, "Bad request", "The request cannot be answered as it is."),
        ("denied", 403, "Not allowed", "You do not have permission to perform this action."),
    ],
)
def test_problem_of_a_view_that_fails(lenient: Client, name: str, status: int, title: str, detail: str) -> None:
    response = lenient.get(f"/api/v1/{name}", {"lang": "en"})
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert response.json() == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [],
    }
    assert response.get("Retry-After") == ("5" if status == 503 else None)
    assert response["Content-Language"] == "en"
    assert "Accept-Language" in response["Vary"]


def test_problem_of_a_locked_database_behind_a_public_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_moment: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("core.api.views.revision_at", locked)
    response = client.get("/api/v1/venues", {"lang": "en"})
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "5", "no-store")
    assert "ETag" not in response


@pytest.mark.parametrize(
    ("body", "kind", "status", "errors"),
    [
        (b"{no json", "application/json", 400, []),
        (b"\xff\xfe", "application/json", 400, []),
        (b"", "application/json", 400, [("name", "required"), ("children", "required")]),
        (b"[]", "application/json", 400, [("", "invalid")]),
        (b"name=x", "text/plain", 415, []),
        (
            b'{"name": "", "children": [{"number": 1}, {"number": "x"}]}',
            "application/json",
            400,
            [("name", "blank"), ("children.1.number", "invalid")],
        ),
        (b'{"name": "a\\u0000", "children": []}', "application/json", 400, [("name", "null_characters_not_allowed")]),
    ],
)
def test_problem_of_a_body(client: Client, body: bytes, kind: str, status: int, errors: list[tuple[str, str]]) -> None:
    response = client.post("/api/v1/parsing", body, content_type=kind, headers={"accept-language": "en"})
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == errors


def test_problem_of_a_models_rules_lists_each_message(client: Client) -> None:
    problem = client.get("/api/v1/invalid").json()
    assert [(error["field"], error["detail"]) for error in problem["errors"]] == [("", "One thing."), ("", "Another.")]


def test_problem_of_what_was_public_once_carries_its_tombstone(client: Client) -> None:
    venue = factories.venue(slug="gone")
    act(venue, Verb.WITHDRAW, by=None)
    response = client.get("/api/v1/venues/gone", {"lang": "en"})
    problem = response.json()
    assert (response.status_code, problem["detail"]) == (410, "This was public once and has been taken down.")
    revision = Change.objects.get(kind="venue", key="gone").revision
    assert problem["tombstone"] == {"kind": "venue", "key": "gone", "revision": revision, "deleted": True}


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nonsense", "/api/v2/venues", "/api/v1/venues/a/b"])
@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.urls("tourism.urls")
def test_problem_of_a_route_that_does_not_exist(settings: Any, path: str, debug: bool) -> None:
    settings.DEBUG = debug
    strict = Client(enforce_csrf_checks=True)
    for verb in ("get", "post", "put", "patch", "delete"):
        response = getattr(strict, verb)(path)
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
        assert response.json()["status"] == 404


@pytest.fixture
def catalogue(tmp_path: Path, settings: Any) -> None:
    """A catalogue of three messages: what it says is nobody's business here, only whom it is said to."""
    sources = [
        "Bad request",
        "The request cannot be answered as it is.",
        "Unknown parameter. Known here: %(names)s.",
        "There is nothing at this address.",
    ]
    for name, translations in {
        "zh_Hans": ["请求错误", "无法处理该请求。", "未知参数。可用参数：%(names)s。", "这个地址没有内容。"],
        "de": ["Fehler", "Das geht nicht.", "Unbekannt. Bekannt sind: %(names)s.", "Hier ist nichts."],
    }.items():
        folder = tmp_path / "locale" / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        messages = polib.POFile()
        messages.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
        for source, translated in zip(sources, translations, strict=True):
            messages.append(polib.POEntry(msgid=source, msgstr=translated))
        messages.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path / "locale")]


@pytest.mark.parametrize(
    ("query", "accept", "title", "detail", "language"),
    [
        ("", "", "请求错误", "无法处理该请求。", "zh-Hans"),
        ("lang=zh-CN", "en", "请求错误", "无法处理该请求。", "zh-Hans"),
        ("lang=zh-HK", "", "請求錯誤", "無法處理該請求。", "zh-Hant"),
        ("lang=en", "", "Bad request", "The request cannot be answered as it is.", "en"),
        ("", "en-GB", "Bad request", "The request cannot be answered as it is.", "en"),
        ("lang=de", "", "Fehler", "Das geht nicht.", "de"),
        ("lang=*", "", "请求错误", "无法处理该请求。", "zh-Hans"),
        ("lang=xx", "", "请求错误", "无法处理该请求。", "zh-Hans"),
    ],
)
def test_problem_speaks_the_asked_language(
    client: Client, catalogue: None, query: str, accept: str, title: str, detail: str, language: str
) -> None:
    response = client.get(f"/api/v1/venues?nonsense=1&{query}", headers={"accept-language": accept})
    problem = response.json()
    assert (problem["title"], problem["detail"], response["Content-Language"]) == (title, detail, language)
    known = "access, age, bbox, coords, cursor, fields, free, include, indoor, kind, lang, language_of_guide, limit, "
    known += "near, open_at, open_now, order, organizer, parent, photography, "
    hints = {
        "zh-Hans": f"未知参数。可用参数：{known}radius, updated_after。",
        "zh-Hant": f"未知參數。可用參數：{known}radius, updated_after。",
        "de": f"Unbekannt. Bekannt sind: {known}radius, updated_after.",
        "en": f"Unknown parameter. Known here: {known}radius, updated_after.",
    }
    assert problem["errors"] == [{"field": "nonsense", "code": "unknown", "detail": hints[language]}]


@pytest.mark.parametrize(
    ("lang", "detail"),
    [
        ("zh-Hans", "这个地址没有内容。"),
        ("zh-TW", "這個地址沒有內容。"),
        ("de", "Hier ist nichts."),
        ("en", "There is nothing"),
    ],
)
def test_problem_of_an_unknown_route_speaks_it_too(client: Client, catalogue: None, lang: str, detail: str) -> None:
    problem = client.get("/api/v1/nothing", {"lang": lang}).json()
    assert problem["detail"].startswith(detail)


@pytest.mark.parametrize("address", ["venues", "schema/"])
@pytest.mark.parametrize(
    ("lang", "detail"), [("zh-CN", "方法 “POST” 不被允许。"), ("en", 'Method "POST" not allowed.')]
)
def test_problem_of_a_method_speaks_it_too(client: Client, address: str, lang: str, detail: str) -> None:
    problem = client.post(f"/api/v1/{address}?lang={lang}").json()
    assert (problem["status"], problem["detail"]) == (405, detail)
