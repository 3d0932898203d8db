"""A schedule as a file by the manage API: told row by row, taken as a whole or not at all, given back unchanged."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from core.changes.edits import edit
from events.models import Event, ImportColumns, Slot
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, league
from tests.pages import enter

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/events/cup"
CSV = "title,start,end,venue\nDerby,2026-05-02 19:00,21:00,hall\nFinal,2026-05-03 19:00,,hall\n"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    clock(at(2026, 5, 1, 12))
    with edit():
        cast.cup = league(slug="cup", organizer=cast.ours, published=False, venues=[factories.venue(slug="hall")])
    return cast


def posted(who: Any, body: Any, query: str = "", expect: int = 200, kind: str = "text/csv", **headers: str) -> Any:
    client = Client() if isinstance(who, str) else enter(who)
    sent = {"accept-language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if isinstance(who, str):
        sent["authorization"] = f"Bearer {who}"
    kind = MULTIPART_CONTENT if isinstance(body, dict) else kind
    response = client.post(f"{ROOT}/import{query}", body, content_type=kind, headers=sent)
    assert response.status_code == expect, response.content.decode()[:1500]
    assert response["Cache-Control"] == "no-store"
    return response


def version() -> str:
    return f'"{Event.objects.get(slug="cup").version}"'


def test_manage_import_tells_first_and_takes_then(stage: Any) -> None:
    token = factories.token(stage.editor)
    told = posted(token, CSV, "?dry_run=true&kind=slots").json()
    assert (told["dry_run"], told["applied"], told["counts"]["new"]) == (True, False, 2)
    assert [(row["row"], row["state"], row["errors"]) for row in told["rows"]] == [(2, "new", []), (3, "new", [])]
    assert not Slot.objects.exists()
    done = posted(token, CSV, f"?plan={told['plan']}").json()
    assert (done["applied"], done["version"]) == (True, Event.objects.get().version)
    assert list(Slot.objects.values_list("title__zh-Hans", "venue__slug")) == [("Derby", "hall"), ("Final", "hall")]
    again = posted(token, CSV, if_match=version()).json()
    assert (again["counts"]["unchanged"], Slot.objects.count()) == (2, 2)


def test_manage_import_of_a_form_remembers_its_columns(stage: Any) -> None:
    table = CSV.replace("title", "Was").encode()
    file = SimpleUploadedFile("season.csv", table)
    columns = json.dumps({"Was": "title.zh-Hans"})
    done = posted(stage.editor, {"file": file, "columns": columns}, if_match=version()).json()
    assert (done["applied"], Slot.objects.count()) == (True, 2)
    assert ImportColumns.objects.get().mapping == {"was": "title.zh-Hans"}
    assert posted(stage.editor, table, "?dry_run=true").json()["counts"]["unchanged"] == 2


def test_manage_import_explains_wrong_rows_and_takes_none(stage: Any) -> None:
    table = CSV + "Third,2026-02-30,,hall\nFourth,2026-05-04 10:00,09:00,nowhere\n"
    refused = posted(stage.editor, table, expect=400, if_match=version())
    assert refused["Content-Type"] == "application/problem+json"
    assert [field for field, _code in wrong(refused)][:1] == ["file"]
    assert {field.split(".")[1] for field, _code in wrong(refused) if field.startswith("rows.")} == {"4", "5"}
    states = [row["state"] for row in refused.json()["report"]["rows"]]
    assert (states, Slot.objects.exists()) == (["new", "new", "wrong", "wrong"], False)


def test_manage_import_says_what_it_was_made_from(stage: Any) -> None:
    told = posted(stage.editor, CSV, "?dry_run=true").json()
    posted(stage.editor, CSV, expect=428)
    seen = version()
    factories.slot(stage.cup, at(2026, 5, 2, 19), title={"zh-Hans": "Derby"}, venue=stage.cup.event_venues.get().venue)
    assert wrong(posted(stage.editor, CSV, f"?plan={told['plan']}", 409)) == [("file", "stale")]
    stale = posted(stage.editor, CSV, expect=412, if_match=seen).json()
    assert stale["current"]["unreleased"] == 1
    assert Slot.objects.count() == 1


def test_manage_import_happens_once_with_a_key(stage: Any) -> None:
    keep = {"if_match": version(), "idempotency_key": "file"}
    first, again = (posted(stage.editor, CSV, **keep) for _try in range(2))
    assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
    posted(stage.editor, CSV + "x,,,\n", expect=422, **keep)


UNREADABLE: list[tuple[Any, str, int, list[tuple[str, str]]]] = [
    (b"", "?dry_run=true", 400, []),
    (b"\x00\x01", "?dry_run=true", 400, []),
    ({"other": "x"}, "?dry_run=true", 400, [("other", "unknown"), ("file", "required")]),
    ({"file": "no file"}, "?dry_run=true", 400, [("file", "required")]),
    (CSV, "?kind=players", 400, [("kind", "invalid_choice")]),
    (CSV, "?dry_run=maybe", 400, [("dry_run", "invalid_choice")]),
    (CSV, "?colour=red", 400, [("colour", "unknown")]),
]


def test_manage_import_refuses_what_it_cannot_read(stage: Any) -> None:
    for body, query, status, expected in UNREADABLE:
        found = wrong(posted(stage.editor, body, query, status))
        assert (body, found if expected else found[0][0]) == (body, expected or "file")
    for columns in ("[]", "{", '{"Was": "colour"}', '{"Was": 5}'):
        body = {"file": SimpleUploadedFile("a.csv", CSV.encode()), "columns": columns}
        assert wrong(posted(stage.editor, body, "?dry_run=true", 400)) == [("columns", "invalid")]
    posted(stage.editor, "{}", expect=415, kind="application/json")
    posted(stage.editor, b"x" * 6_000_000, expect=413)


def test_manage_import_is_for_editors(stage: Any) -> None:
    posted(stage.stranger, CSV, "?dry_run=true", 404)
    posted(stage.reviewer, CSV, "?dry_run=true", 403)
    posted(factories.token(stage.editor, scope="read"), CSV, "?dry_run=true", 403)
    factories.public(stage.cup)
    posted(stage.editor, CSV, "?dry_run=true", 403)
    posted(stage.publisher, CSV, "?dry_run=true")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_manage_export_comes_back_unchanged(stage: Any, kind: str) -> None:
    posted(stage.editor, CSV, if_match=version())
    file = send(stage.reviewer, "get", f"{ROOT}/export?format={kind}")
    assert file["Content-Disposition"] == f'attachment; filename="cup.{kind}"'
    assert (file["Content-Type"].split(";")[0], file["ETag"]) == ({"xlsx": XLSX, "csv": "text/csv"}[kind], version())
    told = posted(stage.editor, file.content, "?dry_run=true", kind=file["Content-Type"].split(";")[0]).json()
    assert (told["counts"]["unchanged"], told["counts"]["new"], told["counts"]["changed"]) == (2, 0, 0)


def test_manage_export_knows_two_formats(stage: Any) -> None:
    assert send(stage.editor, "get", f"{ROOT}/export")["Content-Type"] == XLSX
    assert wrong(send(stage.editor, "get", f"{ROOT}/export?format=pdf", expect=400)) == [("format", "invalid_choice")]
    send(stage.stranger, "get", f"{ROOT}/export", expect=404)
    headers = {}
    for tag in ("de", "en", "zh-Hans"):
        file = send(stage.editor, "get", f"{ROOT}/export?format=csv&lang={tag}")
        headers[tag] = file.content.decode("utf-8-sig").splitlines()[0].split(",")[:3]
    assert headers == {
        "de": ["UID", "Kind", "Title"],
        "en": ["UID", "Kind", "Title"],
        "zh-Hans": ["UID", "类型", "名称"],
    }
