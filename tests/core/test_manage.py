"""The frame of ``/api/v1/manage/``, tried on the notices and reports of a venue."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import Act
from tests import factories
from tests.asking import send, wrong
from tests.factories import at, revision, text
from tests.pages import enter
from venues.models import HoursException, LiveStatus, Notice

pytestmark = pytest.mark.django_db

NOON = at(2026, 5, 1, 12)
ROOT = "/api/v1/manage/venues/museum"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Any) -> SimpleNamespace:
    """The cast, and a museum that ``ours`` runs."""
    clock(NOON)
    cast.museum = factories.venue(slug="museum", organizer=cast.ours)
    return cast


def posted(stage: SimpleNamespace, **fields: Any) -> dict[str, Any]:
    body = {"title": {"zh-Hans": "大雪闭馆", "en": "Closed"}, "kind": "closure", "state": "published", **fields}
    return send(stage.publisher, "post", f"{ROOT}/notices", body, 201).json()


# Who


@pytest.mark.parametrize(("tag", "title"), [("en", "Not logged in"), ("de", "Nicht angemeldet"), ("zh-Hans", "未登录")])
def test_manage_asks_to_log_in_in_the_asked_language(stage: Any, tag: str, title: str) -> None:
    response = Client().get(f"{ROOT}/notices", headers={"accept-language": tag})
    problem = response.json()
    assert (response.status_code, problem["status"], response["Content-Language"]) == (401, 401, tag)
    assert (problem["title"], response["WWW-Authenticate"]) == (title, "Bearer")
    assert response["Cache-Control"] == "no-store"


def test_manage_takes_writes_only_with_the_csrf_token(stage: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.staff, backend="django.contrib.auth.backends.ModelBackend")
    body = {"title": {"zh-Hans": "闭馆"}}
    problem = send(client, "post", f"{ROOT}/notices", body, 403).json()
    assert "X-CSRFToken" in problem["detail"]
    assert not Notice.objects.exists()
    client.get("/admin/")
    client.get("/admin/password_change/")  # a page with a form sets the cookie
    send(client, "post", f"{ROOT}/notices", body, 201, x_csrftoken=client.cookies["csrftoken"].value)
    assert Notice.objects.count() == 1


def test_manage_hides_what_is_strangers(stage: Any) -> None:
    made = posted(stage)
    mine = f"{ROOT}/notices/{made['id']}"
    for who in (stage.stranger, stage.nobody):
        for path in (f"{ROOT}/notices", mine, f"{ROOT}/live"):
            send(who, "get", path, expect=404)
        send(who, "post", f"{ROOT}/notices", {}, 404)
        send(who, "patch", mine, {"version": made["version"]}, 404)
        send(who, "delete", mine, {"version": made["version"]}, 404)
        send(who, "put", f"{ROOT}/live", {"version": 0}, 404)
    other = factories.venue(slug="other", organizer=stage.ours)
    send(stage.publisher, "get", f"/api/v1/manage/venues/{other.slug}/notices/{made['id']}", expect=404)
    send(stage.publisher, "get", "/api/v1/manage/venues/nothing/notices", expect=404)


def test_manage_tells_the_reader_that_he_may_not_write(stage: Any) -> None:
    made = posted(stage)
    mine = f"{ROOT}/notices/{made['id']}"
    for who in (stage.reviewer, stage.editor):
        send(who, "get", mine)
        send(who, "patch", mine, {"severity": "minor", "version": made["version"]}, 403)
        send(who, "delete", mine, {"version": made["version"]}, 403)
    send(stage.reviewer, "post", f"{ROOT}/notices", {}, 403)
    send(stage.reviewer, "put", f"{ROOT}/live", {"version": 0}, 403)
    assert Notice.objects.get().severity == "moderate"


def test_manage_shows_an_organizers_own_draft_venue(stage: Any) -> None:
    factories.venue(slug="new", organizer=stage.ours, published=False)
    assert send(stage.editor, "get", "/api/v1/manage/venues/new/notices").json() == {"results": []}


# A notice from its first draft to its end


def test_manage_notice_in_its_whole_shape(stage: Any) -> None:
    response = send(
        stage.publisher,
        "post",
        f"{ROOT}/notices",
        {"title": {"zh-Hans": "大雪闭馆"}, "ends_at": "2026-05-02T12:00:00+08:00", "starts_at": "2026-05-01T04:00:00Z"},
        201,
    )
    made = response.json()
    key, version = made.pop("id"), made.pop("version")
    assert response["Location"] == f"{ROOT}/notices/{key}"
    assert response["ETag"] == f'"{version}"'
    assert made == {
        "kind": "other",
        "severity": "moderate",
        "title": {"zh-Hans": "大雪闭馆"},
        "text": {},
        "starts_at": "2026-05-01T12:00:00+08:00",
        "ends_at": "2026-05-02T12:00:00+08:00",
        "state": "draft",
        "public": False,
        "venues": [{"slug": "museum"}],
        "updated_at": "2026-05-01T12:00:00+08:00",
        "derived": {"title": {"zh-Hant": "大雪閉館"}},
    }
    assert send(stage.editor, "get", f"{ROOT}/notices").json()["results"] == [made | {"id": key, "version": version}]
    assert send(stage.editor, "get", f"{ROOT}/notices/{key}").json() == made | {"id": key, "version": version}


def test_manage_publishes_in_one_step_and_says_who_did_what(stage: Any, get: Any) -> None:
    made = posted(stage)
    assert (made["state"], made["public"]) == ("published", True)
    assert [row["id"] for row in get("notices")["results"]] == [made["id"]]
    assert HoursException.objects.get().entered_by == stage.publisher
    acts = Act.objects.filter(kind="notice").order_by("pk").values_list("verb", "by__username", "fields")
    assert list(acts) == [("created", "publisher", ["kind", "headline"]), ("published", "publisher", [])]


def test_manage_editor_submits_and_publisher_publishes(stage: Any) -> None:
    body = {"title": {"zh-Hans": "闭馆"}}
    send(stage.editor, "post", f"{ROOT}/notices", {**body, "state": "published"}, 403)
    assert not Notice.objects.exists()  # what is refused leaves nothing behind
    made = send(stage.editor, "post", f"{ROOT}/notices", {**body, "state": "in_review"}, 201).json()
    path = f"{ROOT}/notices/{made['id']}"
    done = send(stage.publisher, "patch", path, {"state": "published"}, if_match=f'"{made["version"]}"').json()
    assert (done["state"], done["version"] > made["version"]) == ("published", True)
    refused = send(stage.publisher, "patch", path, {"state": "draft", "version": done["version"]}, 400)
    assert wrong(refused) == [("state", "state")]


@pytest.mark.parametrize("verb", ["patch", "put"])
def test_manage_write_merges_what_was_sent(stage: Any, verb: str, get: Any) -> None:
    made = posted(stage, text={"zh-Hans": "请改日", "en": "Come again", "de": "Später"})
    path, before = f"{ROOT}/notices/{made['id']}", revision()
    body = {"text": {"en": "Come tomorrow", "de": None}, "severity": "severe", "version": made["version"]}
    done = send(stage.publisher, verb, path, body).json()
    assert done["text"] == {"zh-Hans": "请改日", "en": "Come tomorrow"}
    assert (done["title"], done["severity"], done["version"]) == (made["title"], "severe", made["version"] + 1)
    assert revision() == before + 1
    assert get("notices", lang="en")["results"][0]["text"] == "Come tomorrow"
    act = Act.objects.filter(kind="notice").first()
    assert act is not None
    assert (act.verb, act.fields, act.version) == ("changed", ["severity", "text"], done["version"])
    removed = send(stage.publisher, verb, path, {"text": None, "ends_at": None, "version": done["version"]}).json()
    assert (removed["text"], removed["ends_at"]) == ({}, None)


def test_manage_write_of_what_was_read_changes_nothing(stage: Any) -> None:
    made = posted(stage)
    before = revision()
    again = send(stage.publisher, "put", f"{ROOT}/notices/{made['id']}", made).json()
    assert (again, revision()) == (made, before)
    assert "zh-Hant" not in Notice.objects.get().title


def test_manage_write_carries_the_version_it_was_made_from(stage: Any) -> None:
    made = posted(stage)
    path, version = f"{ROOT}/notices/{made['id']}", made["version"]
    change = {"severity": "minor"}
    send(stage.publisher, "patch", path, change, 428)
    send(stage.publisher, "delete", path, None, 428)
    for header in (f'W/"{version}"', f'"{version + 1}"', "*", f'"{version - 1}", W/"{version}"', "nonsense"):
        stale = send(stage.publisher, "patch", path, change, 412, if_match=header).json()
        assert stale["current"] == made
    assert wrong(send(stage.publisher, "patch", path, {**change, "version": "3"}, 400)) == [("version", "invalid")]
    assert wrong(send(stage.publisher, "patch", path, {**change, "version": True}, 400)) == [("version", "invalid")]
    send(stage.publisher, "patch", path, {**change, "version": version - 1}, 412)
    assert Notice.objects.get().severity == "moderate"
    done = send(stage.publisher, "patch", path, change, if_match=f'"0", "{version}"')
    assert done["ETag"] == f'"{done.json()["version"]}"'
    send(stage.publisher, "patch", path, change, 412, if_match=f'"{version}"')


def test_manage_delete_withdraws_what_was_public_and_gives_the_hours_back(stage: Any, get: Any) -> None:
    made = posted(stage)
    path = f"{ROOT}/notices/{made['id']}"
    send(stage.publisher, "delete", path, expect=204, if_match=f'"{made["version"]}"')
    assert (Notice.objects.get().state, HoursException.objects.count()) == ("withdrawn", 0)
    get(f"notices/{made['id']}", expect=410)
    now = send(stage.publisher, "get", path).json()
    send(stage.publisher, "delete", path, {"version": now["version"]}, 204)
    draft = posted(stage, state="draft")
    send(stage.editor, "delete", f"{ROOT}/notices/{draft['id']}", {"version": draft["version"]}, 204)
    assert [str(row.pk) for row in Notice.objects.all()] == [made["id"]]
    last = Act.objects.filter(kind="notice").first()
    assert last is not None
    assert (last.verb, last.object_id) == ("deleted", draft["id"])


# What cannot be written


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"colour": "red"}, [("colour", "unknown")]),
    ({"public": False}, [("public", "read_only")]),
    ({"venues": [{"slug": "other"}]}, [("venues", "read_only")]),
    ({"derived": {"title": {"zh-Hant": "x"}}}, [("derived", "read_only")]),
    ({"kind": "storm"}, [("kind", "invalid_choice")]),
    ({"kind": None}, [("kind", "null")]),
    ({"title": "闭馆"}, [("title", "invalid")]),
    ({"title": None}, [("title", "required")]),
    ({"title": {"en": "Closed", "zh-Hans": ""}}, [("title", "required")]),
    ({"title": {"fr": "Fermé"}}, [("title", "unknown_language")]),
    ({"title": {"en": 5}}, [("title", "invalid")]),
    ({"title": {"zh-Hans": "长" * 121}}, [("title", "max_length")]),
    ({"starts_at": "2026-05-01T12:00:00"}, [("starts_at", "invalid")]),
    ({"starts_at": None}, [("starts_at", "null")]),
    ({"starts_at": 5}, [("starts_at", "invalid")]),
    ({"starts_at": "0001-01-01T00:00:00+00:00"}, [("starts_at", "invalid")]),
    ({"ends_at": "2026-04-01T12:00:00+08:00"}, [("ends_at", "invalid")]),
    ({"state": "gone"}, [("state", "invalid_choice")]),
    ({"kind": "storm", "colour": "red"}, [("kind", "invalid_choice"), ("colour", "unknown")]),
]


def test_manage_names_what_cannot_be_written(stage: Any) -> None:
    made, client = posted(stage), enter(stage.publisher)
    before, path = revision(), f"{ROOT}/notices/{made['id']}"
    for body, expected in BAD:
        assert wrong(send(client, "patch", path, {**body, "version": made["version"]}, 400)) == expected, body
    assert send(client, "get", path).json() == made
    assert revision() == before


def test_manage_rules_speak_a_language_that_the_reader_knows(stage: Any) -> None:
    body = {"title": {"en": "Closed"}}
    spoken = {
        tag: send(stage.publisher, "post", f"{ROOT}/notices?lang={tag}", body, 400).json()["errors"][0]["detail"]
        for tag in ("en", "de", "zh-Hans", "zh-Hant")
    }
    assert spoken["de"] == spoken["en"] == "Write this in 简体中文: the other languages fall back to it."
    assert "语言" in spoken["zh-Hans"]
    assert "語言" in spoken["zh-Hant"]


UNREADABLE: list[tuple[bytes, str, int]] = [
    (b"{", "application/json", 400),
    (b"[]", "application/json", 400),
    (b'"x"', "application/json", 400),
    (b'{"title": {"en": "\\ud800"}}', "application/json", 400),
    (b'{"title": {"en": "a\\u0000"}}', "application/json", 400),
    (b'{"starts_at": NaN}', "application/json", 400),
    (b"[" * 100_000, "application/json", 400),
    (b"\xff\xfe", "application/json", 400),
    (b"title=x", "application/x-www-form-urlencoded", 415),
    (b'{"title": "' + b"x" * 2_600_000 + b'"}', "application/json", 413),
]


def test_manage_refuses_a_body_that_it_cannot_read(stage: Any) -> None:
    client = enter(stage.publisher)
    for raw, kind, status in UNREADABLE:
        response = client.post(f"{ROOT}/notices", raw, content_type=kind)
        found = (response.status_code, response["Content-Type"])
        assert found == (status, "application/problem+json"), raw[:40]
    assert not Notice.objects.exists()


def test_manage_refuses_other_verbs_and_parameters(stage: Any) -> None:
    send(stage.staff, "put", f"{ROOT}/notices", {}, 405)
    send(stage.staff, "post", f"{ROOT}/live", {}, 405)
    send(stage.staff, "options", f"{ROOT}/live", {}, 405)
    assert wrong(send(stage.staff, "get", f"{ROOT}/notices?limit=5", expect=400)) == [("limit", "unknown")]
    assert send(stage.staff, "get", f"{ROOT}/notices/nothing", expect=404)


def test_manage_answers_no_other_origin(stage: Any) -> None:
    response = enter(stage.staff).get(f"{ROOT}/notices", headers={"origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in response


def test_manage_list_costs_the_same_with_one_and_with_three(stage: Any) -> None:
    client, costs = enter(stage.editor), []
    for count in (1, 2):
        for _number in range(count):
            factories.notice(venues=[stage.museum])
        with CaptureQueriesContext(connection) as queries:
            send(client, "get", f"{ROOT}/notices")
        costs.append(len(queries))
    assert costs[0] == costs[1]


# Reports


def test_manage_report_is_entered_and_read_again(stage: Any, get: Any) -> None:
    empty = send(stage.editor, "get", f"{ROOT}/live").json()
    nothing = dict.fromkeys(("crowding", "count", "capacity", "waiting_minutes", "observed_at", "expires_at"))
    assert empty == {"venue": {"slug": "museum"}, **nothing, "version": 0, "derived": {}}
    before = revision()
    send(stage.editor, "put", f"{ROOT}/live", {"crowding": "high"}, 428)
    made = send(stage.editor, "put", f"{ROOT}/live", {"crowding": "high", "capacity": 900}, if_match='"0"').json()
    assert made == {
        **empty,
        "crowding": "high",
        "capacity": 900,
        "observed_at": "2026-05-01T12:00:00+08:00",
        "expires_at": "2026-05-01T12:30:00+08:00",
        "version": 1,
    }
    assert send(stage.staff, "get", f"{ROOT}/live").json() == made
    assert send(stage.staff, "put", f"{ROOT}/live", {"count": 3, "version": 0}, 412).json()["current"] == made
    assert get("live")["results"][0]["crowding"] == "high"
    assert (LiveStatus.objects.get().reported_by, revision()) == (stage.editor, before)


def test_manage_report_merges_into_one_that_holds_and_begins_anew_after(stage: Any, clock: Any) -> None:
    first = {"crowding": "high", "count": 700, "capacity": 900, "waiting_minutes": 20, "version": 0}
    send(stage.editor, "put", f"{ROOT}/live", first)
    merged = send(stage.editor, "put", f"{ROOT}/live", {"count": 650, "version": 1}).json()
    assert [merged[name] for name in ("crowding", "count", "waiting_minutes")] == ["high", 650, 20]
    clock(at(2026, 5, 1, 18))
    anew = send(stage.editor, "put", f"{ROOT}/live", {"waiting_minutes": 5, "version": 2}).json()
    told = [anew[name] for name in ("crowding", "count", "capacity", "waiting_minutes", "observed_at")]
    assert told == [None, None, 900, 5, "2026-05-01T18:00:00+08:00"]


BAD_REPORTS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"crowding": "packed"}, [("crowding", "invalid_choice")]),
    ({"count": -1}, [("count", "min_value")]),
    ({"count": 10**30}, [("count", "max_value")]),
    ({"observed_at": "2026-05-01T12:06:00+08:00"}, [("observed_at", "invalid")]),
    ({"expires_at": "2026-05-01T11:00:00+08:00"}, [("expires_at", "invalid")]),
    ({"venue": {"slug": "other"}}, [("venue", "read_only")]),
    ({"speed": 5}, [("speed", "unknown")]),
]


def test_manage_refuses_a_report_that_makes_no_sense(stage: Any) -> None:
    client = enter(stage.editor)
    for body, expected in BAD_REPORTS:
        assert wrong(send(client, "put", f"{ROOT}/live", {**body, "version": 0}, 400)) == expected, body
    assert not LiveStatus.objects.exists()


def test_manage_notice_names_are_those_of_the_api(stage: Any) -> None:
    notice = factories.notice(venues=[stage.museum], notice_kind="weather", title=text("雨"))
    assert send(stage.editor, "get", f"{ROOT}/notices/{notice.pk}").json()["kind"] == "weather"
