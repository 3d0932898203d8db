"""``Idempotency-Key``: a POST that is sent twice is done once."""

import threading
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.client import encode_multipart
from rest_framework.request import Request
from rest_framework.response import Response

from core.api import idempotency
from core.api.manage import ManageView, Parts, StrictJson, writes
from core.idempotency import IdempotentAnswer
from core.models import Act
from tests import factories
from tests.asking import send, wrong
from tests.core.test_changes_writers import races, threads, wait
from tests.factories import at
from tests.pages import enter
from venues.models import Notice
from venues.views.manage import ManageNotices

NOON = at(2026, 5, 1, 12)
PATH = "/api/v1/manage/venues/museum/notices"
BODY = {"title": {"zh-Hans": "大雪闭馆"}, "state": "published"}
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Any) -> SimpleNamespace:
    clock(NOON)
    cast.museum = factories.venue(slug="museum", organizer=cast.ours)
    return cast


def post(who: Any, body: Any = BODY, expect: int = 201, path: str = PATH, **headers: str) -> Any:
    return send(who, "post", path, body, expect, **{"idempotency_key": KEY, **headers})


def reserved(user: Any, moment: datetime, mark: str = "") -> IdempotentAnswer:
    """As a request leaves it that is not done yet."""
    return IdempotentAnswer.objects.create(user=user, key=KEY, fingerprint=mark, created_at=moment)


def mark_of(user: Any) -> str:
    """The fingerprint of the request that ``post`` makes."""
    post(user)
    found = IdempotentAnswer.objects.get(user=user).fingerprint
    IdempotentAnswer.objects.all().delete()
    Notice.objects.get().delete()
    return found


pytestmark = pytest.mark.django_db


def test_key_makes_a_repeated_post_the_first_ones_answer(stage: Any) -> None:
    first = post(stage.publisher)
    acts = Act.objects.count()
    again = post(stage.publisher)
    assert again.content == first.content
    told = ("Location", "ETag", "Content-Type", "Content-Language", "Cache-Control")
    assert {name: again[name] for name in told} == {name: first[name] for name in told}
    assert (again["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
    assert (Notice.objects.count(), Act.objects.count()) == (1, acts)
    post(stage.publisher, idempotency_key=f'"{KEY}"')  # as the draft writes it
    assert Notice.objects.count() == 1


def test_key_is_told_the_stored_answer_whatever_happened_since(stage: Any) -> None:
    first = post(stage.publisher).json()
    send(stage.publisher, "patch", f"{PATH}/{first['id']}", {"severity": "minor", "version": first["version"]})
    assert post(stage.publisher).json() == first


def test_key_of_another_request_is_refused(stage: Any) -> None:
    factories.venue(slug="other", organizer=stage.ours)
    post(stage.publisher)
    for path, body in (
        (PATH, {**BODY, "state": "draft"}),
        (PATH.replace("museum", "other"), BODY),
        (f"{PATH}?lang=de", BODY),
    ):
        refused = post(stage.publisher, body, 422, path)
        assert wrong(refused) == [("Idempotency-Key", "key_reused")]
    assert Notice.objects.count() == 1


def test_key_is_each_users_own(stage: Any) -> None:
    first, second = post(stage.publisher).json(), post(stage.staff).json()
    assert first["id"] != second["id"]
    assert set(IdempotentAnswer.objects.values_list("user", "key")) == {
        (stage.publisher.pk, KEY),
        (stage.staff.pk, KEY),
    }


def test_key_is_one_for_the_session_and_the_tokens_of_a_user_but_not_across_their_limits(stage: Any) -> None:
    first = post(stage.publisher)
    assert post(factories.token(stage.publisher)).content == first.content
    limited = factories.token(stage.publisher, organizer=stage.ours)
    assert wrong(post(limited, expect=422)) == [("Idempotency-Key", "key_reused")]
    assert wrong(post(factories.token(stage.publisher, scope="read"), expect=403)) == [("", "read_only_token")]
    post(Client(), expect=401)


def test_key_without_an_answer_is_in_flight_for_a_minute(stage: Any, clock: Any) -> None:
    mark = mark_of(stage.publisher)
    reserved(stage.publisher, NOON, mark)
    clock(NOON + timedelta(seconds=59))
    refused = post(stage.publisher, expect=409)
    assert (wrong(refused), refused["Retry-After"]) == ([("Idempotency-Key", "in_flight")], "1")
    assert wrong(post(stage.publisher, {**BODY, "state": "draft"}, 422)) == [("Idempotency-Key", "key_reused")]
    assert not Notice.objects.exists()
    clock(NOON + timedelta(seconds=60))  # the process that took it is dead
    post(stage.publisher)
    assert post(stage.publisher)["Idempotent-Replayed"] == "true"
    assert Notice.objects.count() == 1


def test_key_is_kept_for_a_day(stage: Any, clock: Any) -> None:
    first = post(stage.publisher).json()
    clock(NOON + timedelta(hours=24) - timedelta(seconds=1))
    assert post(stage.publisher).json() == first
    clock(NOON + timedelta(hours=24))
    assert post(stage.publisher).json()["id"] != first["id"]


def test_key_of_what_was_refused_is_free_again(stage: Any) -> None:
    post(stage.publisher, {}, 400)
    post(stage.publisher, {"title": "x"}, 400)
    post(stage.reviewer, expect=403)
    post(stage.stranger, expect=404)
    post(stage.publisher, path=PATH.replace("museum", "nothing"), expect=404)
    assert not IdempotentAnswer.objects.exists()
    post(stage.publisher)


def test_key_of_a_crash_is_free_again_and_the_work_is_undone(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(stage.publisher)
    client.raise_request_exception = False
    for broken in ("venues.views.manage.answer", "core.api.idempotency.keep"):
        with monkeypatch.context() as patch:
            patch.setattr(broken, lambda *_args, **_kwargs: 1 / 0)
            assert post(client, expect=500)
        assert (Notice.objects.count(), IdempotentAnswer.objects.count()) == (0, 0), broken
    post(client)
    assert (Notice.objects.count(), IdempotentAnswer.objects.get().status) == (1, 201)


def test_key_that_was_taken_over_undoes_the_slower_work(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keep = idempotency.keep

    def late(row: IdempotentAnswer, *rest: Any) -> None:
        IdempotentAnswer.objects.filter(pk=row.pk).delete()  # by a request that waited for a minute
        keep(row, *rest)

    monkeypatch.setattr(idempotency, "keep", late)
    assert wrong(post(stage.publisher, expect=409)) == [("Idempotency-Key", "in_flight")]
    assert not Notice.objects.exists()


@pytest.mark.parametrize("key", ["", '""', "a b", "x" * 256, '"open', "schlüssel"])
def test_key_that_is_none_is_refused(stage: Any, key: str) -> None:
    assert wrong(post(stage.publisher, expect=400, idempotency_key=key)) == [("Idempotency-Key", "invalid")]


def test_key_counts_on_posts_only(stage: Any) -> None:
    made = post(stage.publisher).json()
    send(stage.publisher, "get", PATH, idempotency_key=KEY)
    change = {"severity": "minor", "version": made["version"]}
    send(stage.publisher, "patch", f"{PATH}/{made['id']}", change, idempotency_key=KEY)
    send(stage.publisher, "patch", f"{PATH}/{made['id']}", change, 412, idempotency_key=KEY)


def test_key_of_a_log_in_keeps_no_token(stage: Any) -> None:
    post(None, {"username": "publisher", "password": "wrong"}, 401, "/api/v1/manage/login")
    secret = factories.token(stage.publisher)
    post(secret, {}, 204, "/api/v1/manage/logout")
    assert not IdempotentAnswer.objects.exists()


# Forms with files: tried on a view that counts what it is sent.


class Counting(ManageView):
    """Answers with the number of the request, so that a replay can be told from a second run."""

    parser_classes = (Parts, StrictJson)
    most_bytes = 10_000_000
    runs = 0

    @writes
    def post(self, request: Request) -> Response:
        type(self).runs += 1
        sent: Any = request.data
        return Response({"run": self.runs, "size": sent["file"].size, "kind": sent["kind"]}, status=201)


def run(secret: str, content: bytes, *, boundary: str = "first", key: str = KEY, **fields: str) -> tuple[int, bool]:
    """Sends a form; the status, and whether the answer is an earlier one."""
    file = SimpleUploadedFile(fields.get("name", "a.csv"), content)
    body = encode_multipart(boundary, {"kind": fields.get("kind", "slots"), "file": file})
    headers = {"authorization": f"Bearer {secret}", "idempotency-key": key}
    kind = f"multipart/form-data; boundary={boundary}"
    request = RequestFactory().post("/api/v1/manage/count", body, content_type=kind, headers=headers)
    response = Counting.as_view()(request)
    request.close()
    return response.status_code, response.has_header("Idempotent-Replayed")


def test_key_of_a_form_looks_into_its_files_and_not_at_its_boundary(stage: Any) -> None:
    secret, big = factories.token(stage.publisher), b"x" * 4_000_000
    assert run(secret, big) == (201, False)
    assert run(secret, big, boundary="second") == (201, True)
    assert run(secret, big[:-1] + b"y") == (422, False)
    assert run(secret, big, kind="teams") == (422, False)
    assert run(secret, big, name="b.csv") == (422, False)
    assert run(secret, b"x" * 10_000_001, key="other") == (413, False)
    assert run(secret, b"x", kind="a\x00b", key="other") == (400, False)
    assert Counting.runs == 1


# At once


def test_every_post_of_the_manage_api_takes_keys_but_those_that_answer_with_a_secret() -> None:
    from tourism.api_manage import urlpatterns

    views: dict[str, Any] = {str(each.name): each.callback.cls for each in urlpatterns}  # type: ignore[union-attr]
    # An import reads its file before it locks anything, and then writes.
    posts = {name: getattr(view, "write", view.post) for name, view in views.items() if hasattr(view, "post")}
    assert {name for name, handler in posts.items() if not hasattr(handler, "__wrapped__")} == {
        "manage-login",
        "manage-logout",
    }
    assert ManageNotices.post in posts.values()


@pytest.mark.django_db(transaction=True)
@races
def test_key_of_a_request_that_still_works_makes_the_second_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    cast = factories.cast()
    factories.venue(slug="museum", organizer=cast.ours)
    secret, inside, go = factories.token(cast.publisher), threading.Event(), threading.Event()
    made: list[Any] = []

    def slow(*_args: Any, **_kwargs: Any) -> None:
        inside.set()
        wait(go)

    with threads() as crew, monkeypatch.context() as patch:
        patch.setattr("venues.views.manage.checked", slow)
        crew.start(lambda: made.append(post(secret).json()))
        wait(inside)
        post(secret, expect=409)
        assert not Notice.objects.exists()
        go.set()
    assert crew.errors == []
    assert post(secret).json() == made[0]
    assert [str(row.pk) for row in Notice.objects.all()] == [made[0]["id"]]


@pytest.mark.django_db(transaction=True)
def test_key_sent_by_many_at_once_is_done_once() -> None:
    cast = factories.cast()
    factories.venue(slug="museum", organizer=cast.ours)
    secret, together, found = factories.token(cast.publisher), threading.Barrier(6), []

    def ask() -> None:
        together.wait(20)
        headers = {"authorization": f"Bearer {secret}", "idempotency-key": KEY}
        response = Client().post(PATH, BODY, content_type="application/json", headers=headers)
        found.append((response.status_code, response.content if response.status_code == 201 else b""))

    with threads() as crew:
        for _number in range(6):
            crew.start(ask)
    assert crew.errors == []
    assert {status for status, _content in found} <= {201, 409}
    assert len({content for status, content in found if status == 201}) == 1
    assert Notice.objects.count() == 1
    assert connection.in_atomic_block is False
