"""Tokens: how a member gets one, what it opens, how it ends, and that none opens more than it was made for."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.test import Client

from core.changes.edits import edit
from core.changes.models import root_models
from core.models import User
from events.models import Event
from organizers.models import Membership, Organizer, Role, Token, acts_for_all
from organizers.rights import rights_of
from tests import factories
from tests.asking import send, wrong
from tests.factories import at
from venues.models import LiveStatus, Notice, Venue

NOON = at(2026, 5, 1, 12)
MANAGE = "/api/v1/manage"
PASSWORD = "a-long-enough-password"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Any, settings: Any) -> SimpleNamespace:
    clock(NOON)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_FAILURE_LIMIT = 3
    return cast


def log_in(user: Any, expect: int = 200, **fields: Any) -> Any:
    if user.pk and not user.password:
        user.set_password(PASSWORD)
        user.save()
    body = {"username": user.username, "password": PASSWORD, **fields}
    return send(None, "post", f"{MANAGE}/login", body, expect)


# Logging in


def test_login_gives_a_token_that_opens_the_manage_api(stage: Any) -> None:
    response = log_in(stage.publisher, name="results desk")
    made = response.json()
    assert {name: made[name] for name in ("token_type", "expires_at")} == {
        "token_type": "Bearer",
        "expires_at": "2026-05-31T12:00:00+08:00",
    }
    secret = made["token"]
    assert set(made) == {"token", "token_type", "expires_at", "me"}
    assert send(secret, "get", f"{MANAGE}/me").json() == made["me"]
    assert made["me"]["token"] == {
        "name": "results desk",
        "scope": "write",
        "organizer": None,
        "created_at": "2026-05-01T12:00:00+08:00",
        "expires_at": "2026-05-31T12:00:00+08:00",
    }
    assert (len(secret), dict(response.cookies), Session.objects.count()) == (64, {}, 0)


def test_login_stores_no_secret_and_writes_none_to_the_logs(stage: Any, caplog: Any) -> None:
    secret = log_in(stage.publisher).json()["token"]
    send(secret, "get", f"{MANAGE}/me")
    send(secret[:-1], "get", f"{MANAGE}/me", expect=401)
    send(secret, "post", f"{MANAGE}/login", {"username": "x", "password": PASSWORD}, 401)
    row = Token.objects.get()
    assert (row.token_key, len(row.digest)) == (secret[:15], 128)
    assert secret not in str([vars(row), list(AccessAttempt.objects.values()), list(AccessLog.objects.values())])
    assert secret[:-1] not in caplog.text
    assert PASSWORD not in caplog.text + str(list(AccessAttempt.objects.values()))
    assert (str(row), row.beginning) == (row.beginning, f"{secret[:6]}…")


def test_login_needs_no_csrf_token_even_beside_a_session(stage: Any) -> None:
    log_in(stage.editor)
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.staff, backend="django.contrib.auth.backends.ModelBackend")
    made = send(client, "post", f"{MANAGE}/login", {"username": "editor", "password": PASSWORD}).json()
    assert made["me"]["user"]["username"] == "editor"


def test_login_makes_the_token_that_was_asked_for(stage: Any) -> None:
    asked = {"name": "site", "organizer": "ours", "scope": "read", "expires_in": 3600}
    made = log_in(stage.staff, **asked).json()
    row = Token.objects.get()
    assert (row.name, row.organizer, row.scope, row.expiry) == ("site", stage.ours, "read", NOON + timedelta(hours=1))
    assert made["expires_at"] == "2026-05-01T13:00:00+08:00"


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"password": ""}, [("password", "blank")]),
    ({"password": "x" * 1001}, [("password", "max_length")]),
    ({"username": None}, [("username", "null")]),
    ({"colour": "red"}, [("colour", "unknown")]),
    ({"scope": "all"}, [("scope", "invalid_choice")]),
    ({"organizer": "theirs"}, [("organizer", "unknown")]),
    ({"organizer": "nothing"}, [("organizer", "unknown")]),
    ({"expires_in": 59}, [("expires_in", "min_value")]),
    ({"expires_in": 30 * 86400 + 1}, [("expires_in", "max_value")]),
    ({"expires_in": "soon"}, [("expires_in", "invalid")]),
    ({"name": "x" * 81}, [("name", "max_length")]),
]


def test_login_names_what_it_cannot_make(stage: Any) -> None:
    for fields, expected in BAD:
        assert wrong(log_in(stage.editor, 400, **fields)) == expected, fields
    assert not Token.objects.exists()


def test_login_tells_nobody_why_it_failed(stage: Any) -> None:
    gone = factories.member("gone", stage.ours, "editor")
    gone.is_active = False
    log_in(stage.editor)
    answers = [
        log_in(gone, 401),
        log_in(User(username="unknown"), 401),
        log_in(stage.editor, 401, password="wrong"),
        log_in(stage.editor, 401, password=f"{PASSWORD} "),
    ]
    assert len({answer.content for answer in answers}) == 1
    assert (wrong(answers[0]), answers[0]["WWW-Authenticate"]) == ([("", "wrong_credentials")], "Bearer")


def test_login_checks_a_password_for_an_unknown_user_too(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as for a known one, so that the time tells nothing."""
    hashed: list[str] = []
    encode = "django.contrib.auth.hashers.MD5PasswordHasher.encode"
    monkeypatch.setattr(encode, lambda _self, password, salt: hashed.append(password) or f"md5${salt}$x")
    log_in(User(username="unknown"), 401)
    assert hashed == [PASSWORD]


def test_login_locks_a_guesser_out_of_the_api_and_the_admin(stage: Any, clock: Any) -> None:
    clock(datetime.now(UTC))  # axes reads the clock by itself
    log_in(stage.editor)
    for expect in (401, 401, 429):
        log_in(stage.editor, expect, password="wrong")
    refused = log_in(stage.editor, 429)
    assert (refused["Retry-After"], refused["Content-Language"], Token.objects.count()) == ("1800", "en", 1)
    form = {"username": "editor", "password": PASSWORD}
    assert Client().post("/admin/login/", form).status_code == 429
    send(Client(REMOTE_ADDR="192.0.2.2"), "post", f"{MANAGE}/login", form)


def test_login_forgets_the_wrong_passwords_before_it_and_is_logged(stage: Any) -> None:
    for _round in range(2):
        for _try in range(2):
            log_in(User(username="editor"), 401, password="wrong")
        log_in(stage.editor)
    logged = AccessLog.objects.filter(username="editor", path_info=f"{MANAGE}/login")
    assert logged.count() == 2
    stage.editor.refresh_from_db()
    assert stage.editor.last_login == NOON


def test_login_needs_an_organizer_to_act_for(stage: Any) -> None:
    assert wrong(log_in(stage.nobody, 403)) == [("", "no_organizer")]
    send(None, "get", f"{MANAGE}/login", expect=405)


# What is told


def test_me_says_what_may_be_done_for_each_organizer(stage: Any, settings: Any) -> None:
    factories.organizer(slug="third")
    Membership.objects.create(user=stage.publisher, organizer=stage.theirs, role=Role.EDITOR)
    found = send(stage.publisher, "get", f"{MANAGE}/me").json()
    told = {each["slug"]: (each["role"], each["rights"]["event"]) for each in found["organizers"]}
    assert told == {
        "ours": ("publisher", ["read", "create", "edit", "publish", "review"]),
        "theirs": ("editor", ["read", "create", "edit"]),
    }
    assert found["organizers"][0]["name"] == stage.ours.name
    rest = {name: found[name] for name in ("user", "acts_for_all", "token", "languages", "default_language", "limits")}
    assert rest == {
        "user": {"username": "publisher", "name": ""},
        "acts_for_all": False,
        "token": None,
        "languages": ["zh-Hans", "zh-Hant", "en", "de"],
        "default_language": "zh-Hans",
        "limits": {
            "requests_per_minute": 1_000_000,
            "body_bytes": 2_500_000,
            "image_bytes": settings.IMAGE_MAX_BYTES,
            "image_pixels": settings.IMAGE_MAX_PIXELS,
            "token_days": 30,
            "idempotency_key_hours": 24,
        },
    }
    assert found["expires_at"] == "2026-05-02T00:00:00+08:00"  # the session's end


def test_me_of_a_limited_token_names_one_organizer_and_what_it_may(stage: Any) -> None:
    secret = factories.token(stage.staff, organizer=stage.theirs, scope="read")
    found = send(secret, "get", f"{MANAGE}/me").json()
    assert (found["acts_for_all"], found["token"]["organizer"]) == (False, {"slug": "theirs"})
    assert [(each["slug"], each["role"]) for each in found["organizers"]] == [("theirs", "staff")]
    assert set(map(tuple, found["organizers"][0]["rights"].values())) == {("read",)}


def test_me_costs_the_same_with_many_organizers(stage: Any, django_assert_num_queries: Any) -> None:
    secret = factories.token(stage.staff)
    for _number in range(5):
        factories.organizer()
    with django_assert_num_queries(4):  # the token, two for permissions, the organizers
        assert len(send(secret, "get", f"{MANAGE}/me").json()["organizers"]) == 7


STATES = ("draft", "published")


@pytest.mark.parametrize("who", ["editor", "publisher", "staff", "reviewer", "superuser"])
def test_rights_say_what_the_querysets_do(who: str, stage: Any) -> None:
    """Of an own draft; published rows are an editor's to read only."""
    user = getattr(stage, who)
    venue = factories.venue(organizer=stage.ours)
    rows = {
        "event": Event.objects.filter(pk=factories.event(published=False, organizer=stage.ours).pk),
        "notice": Notice.objects.filter(pk=factories.notice(published=False, venues=[venue]).pk),
        "live": LiveStatus.objects.filter(pk=factories.live(venue).pk),
    }
    words = {"read": "readable_by", "edit": "editable_by", "publish": "publishable_by", "review": "reviewable_by"}
    own = Membership.objects.filter(user=user).first()
    told = rights_of(user, Role(own.role) if own else None)
    for limit in (None, stage.ours.pk):
        user.limited_to = limit
        found = {
            kind: [right for right, word in words.items() if hasattr(row, word) and getattr(row, word)(user).exists()]
            for kind, row in rows.items()
        }
        assert found == {kind: [right for right in told[kind] if right in words] for kind in rows}, limit


# How a token ends


def test_token_ends_with_its_time(stage: Any, clock: Any) -> None:
    secret = factories.token(stage.editor)
    assert [Token.objects.get().works(NOON + timedelta(days=days)) for days in (0, 29, 30)] == [True, True, False]
    clock(NOON + timedelta(days=30) - timedelta(seconds=1))
    send(secret, "get", f"{MANAGE}/me")
    assert Token.objects.get().expiry == NOON + timedelta(days=30)  # use does not prolong it
    clock(NOON + timedelta(days=30))
    refused = send(secret, "get", f"{MANAGE}/me", expect=401)
    assert refused["WWW-Authenticate"] == "Bearer"


def test_token_ends_with_its_user_and_with_the_membership(stage: Any) -> None:
    Membership.objects.create(user=stage.editor, organizer=stage.theirs, role=Role.EDITOR)
    free, ours, theirs = (factories.token(stage.editor, organizer=each) for each in (None, stage.ours, stage.theirs))

    def work() -> list[int]:
        return [
            Client().get(f"{MANAGE}/me", headers={"authorization": f"Bearer {each}"}).status_code
            for each in (free, ours, theirs)
        ]

    assert work() == [200, 200, 200]
    Membership.objects.filter(user=stage.editor, organizer=stage.ours).delete()
    assert work() == [200, 401, 200]
    assert [each["slug"] for each in send(free, "get", f"{MANAGE}/me").json()["organizers"]] == ["theirs"]
    Membership.objects.filter(user=stage.editor).delete()
    assert work() == [401, 401, 401]
    Membership.objects.create(user=stage.editor, organizer=stage.ours, role=Role.EDITOR)
    stage.editor.is_active = False
    stage.editor.save()
    assert work() == [401, 401, 401]


def test_token_of_staff_ends_with_their_group(stage: Any) -> None:
    secrets = [factories.token(stage.staff, organizer=each) for each in (None, stage.ours)]
    stage.staff.groups.clear()
    for secret in secrets:
        send(secret, "get", f"{MANAGE}/me", expect=401)


def test_token_goes_with_its_organizer(stage: Any) -> None:
    with edit():
        gone = factories.organizer(published=False)
    secret = factories.token(stage.staff, organizer=gone)
    with edit():
        gone.delete()
    send(secret, "get", f"{MANAGE}/me", expect=401)


def test_logout_ends_this_token_or_all_of_the_users(stage: Any) -> None:
    first, second, third = (factories.token(stage.editor) for _number in range(3))
    other = factories.token(stage.publisher)
    send(first, "post", f"{MANAGE}/logout", expect=204)
    send(first, "get", f"{MANAGE}/me", expect=401)
    send(second, "get", f"{MANAGE}/me")
    assert wrong(send(second, "post", f"{MANAGE}/logout", {"every": True}, 400)) == [("every", "unknown")]
    send(second, "post", f"{MANAGE}/logout", {"all": True}, 204)
    for secret in (second, third):
        send(secret, "get", f"{MANAGE}/me", expect=401)
    send(other, "get", f"{MANAGE}/me")


def test_logout_of_a_limited_token_ends_no_other(stage: Any) -> None:
    for limit in ({"scope": "read"}, {"organizer": stage.ours}):
        secret = factories.token(stage.editor, **limit)
        send(secret, "post", f"{MANAGE}/logout", {"all": True}, 403)
        send(secret, "post", f"{MANAGE}/logout", expect=204)
        send(secret, "get", f"{MANAGE}/me", expect=401)


def test_logout_ends_a_session_with_its_csrf_token(stage: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.editor, backend="django.contrib.auth.backends.ModelBackend")
    secret = factories.token(stage.editor)
    send(client, "post", f"{MANAGE}/logout", expect=403)
    client.get("/admin/password_change/")
    csrf = client.cookies["csrftoken"].value
    send(client, "post", f"{MANAGE}/logout", {}, 204, x_csrftoken=csrf)
    send(client, "get", f"{MANAGE}/me", expect=401)
    send(secret, "get", f"{MANAGE}/me")


# What a token opens


def test_token_opens_no_page_of_the_admin(stage: Any) -> None:
    secret = factories.token(stage.superuser)
    client = Client(headers={"authorization": f"Bearer {secret}"})
    for page in ("/admin/", "/admin/events/event/"):
        assert client.get(page).status_code == 302
    assert (dict(client.cookies), Session.objects.count()) == ({}, 0)


NO_TOKENS = ["Bearer", "Bearer ", "Bearer a b", "Bearer \xe9", "bearer {0}x", "Token {0}", "{0}"]


@pytest.mark.parametrize("header", NO_TOKENS)
def test_token_in_no_readable_form_is_none(stage: Any, header: str) -> None:
    secret = factories.token(stage.editor)
    send(None, "get", f"{MANAGE}/me", expect=401, authorization=header.format(secret))
    send(None, "get", f"{MANAGE}/me", authorization=f"bEARER  {secret}")


def test_token_writes_without_a_csrf_token_and_a_bad_one_not_even_with(stage: Any) -> None:
    factories.venue(slug="museum", organizer=stage.ours)
    path, body = f"{MANAGE}/venues/museum/live", {"crowding": "high", "version": 0}
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.staff, backend="django.contrib.auth.backends.ModelBackend")
    send(client, "put", path, body, 401, authorization="Bearer nothing")
    send(client, "put", path, body, authorization=f"Bearer {factories.token(stage.editor)}")
    assert LiveStatus.objects.get().reported_by == stage.editor


def test_token_for_reading_says_so_when_it_is_refused(stage: Any) -> None:
    factories.venue(slug="museum", organizer=stage.ours)
    secret = factories.token(stage.publisher, scope="read")
    path = f"{MANAGE}/venues/museum/notices"
    refused = send(secret, "post", path, {"title": {"zh-Hans": "闭馆"}}, 403)
    assert (wrong(refused), Notice.objects.count()) == ([("", "read_only_token")], 0)


WORDS = ("readable_by", "editable_by", "publishable_by", "reviewable_by", "run_by", "acted_for_by")


def _scene(stage: SimpleNamespace) -> None:
    """Drafts and published rows of both organizers, and of none."""
    with edit():
        for organizer in (stage.ours, stage.theirs):
            for published in (True, False):
                venue = factories.venue(published, organizer=organizer)
                event = factories.event(published, organizer=organizer)
                factories.slot(event)
                factories.notice(published, venues=[venue])
                factories.exhibit(published, venue=venue)
                factories.route(published, organizer=organizer, stops=[venue])
            factories.live(venue)
            factories.image(organizer=organizer)
        factories.venue(published=False)
        factories.image()


def _owner(row: Any) -> Any:
    """Whose a row is; None for nobody's and for what the public sees anyway."""
    if isinstance(row, Organizer):
        return row
    if isinstance(row, Notice):
        return row.places.get().venue.organizer
    for path in ("organizer", "event", "venue"):
        if hasattr(row, path):
            found = getattr(row, path)
            return found if path == "organizer" else _owner(found)
    return None


def _found(user: Any, limit: Any) -> dict[tuple[Any, str], set[Any]]:
    """Of every kind of rows, by every word of the vocabulary that it knows."""
    user.limited_to = limit
    models = [*root_models().values(), LiveStatus]
    every = [(model, word, model._default_manager.all()) for model in models for word in WORDS]
    return {(model, word): set(getattr(rows, word)(user)) for model, word, rows in every if hasattr(rows, word)}


def test_limit_takes_rows_away_and_adds_none(stage: Any) -> None:
    """With a limit a user finds a part of what they find without, and nothing that is not the organizer's, unless the
    public reads it anyway."""
    _scene(stage)
    for who in (stage.editor, stage.publisher, stage.stranger, stage.staff, stage.reviewer, stage.superuser):
        free, limited = _found(who, None), _found(who, stage.ours.pk)
        assert len(limited) > 20
        assert not acts_for_all(who)
        for (model, word), rows in limited.items():
            assert rows <= free[model, word], (who, model, word)
            strangers = {row for row in rows if _owner(row) != stage.ours}
            open_to_all = {row for row in strangers if word == "readable_by" and getattr(row, "public", False)}
            assert strangers == open_to_all, (who, model, word)


def test_limit_leaves_to_staff_what_is_the_organizers(stage: Any) -> None:
    _scene(stage)
    for who in (stage.staff, stage.superuser):
        who.limited_to = stage.ours.pk
        for word in ("readable_by", "editable_by", "publishable_by"):
            events = getattr(Event.objects.all(), word)(who)
            assert set(events) == set(Event.objects.filter(organizer=stage.ours)), word
        assert set(Venue.objects.run_by(who)) == set(Venue.objects.filter(organizer=stage.ours))


def test_limit_is_no_column_and_lasts_for_a_request_only(stage: Any) -> None:
    secret = factories.token(stage.staff, organizer=stage.ours)
    send(secret, "get", f"{MANAGE}/me")
    assert (User.objects.get(pk=stage.staff.pk).limited_to, stage.staff.limited_to) == (None, None)


# Counting


def test_manage_counts_by_token_by_user_and_by_address(stage: Any, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    first, second = factories.token(stage.editor), factories.token(stage.editor)
    for who, name in ((first, "token"), (second, "token"), (stage.editor, "user")):
        left = [send(who, "get", f"{MANAGE}/me")["RateLimit"].split(";")[:2] for _request in range(2)]
        assert left == [[f'"{name}"', "r=1"], [f'"{name}"', "r=0"]]
        refused = send(who, "get", f"{MANAGE}/me", expect=429)
        assert refused["RateLimit-Policy"] == f'"{name}";q=2;w=60'
        assert 1 <= int(refused["Retry-After"]) <= 61
    for expect in (401, 401, 429):
        assert send("guess", "get", f"{MANAGE}/me", expect=expect)["RateLimit"].startswith('"address"')
    send(None, "post", f"{MANAGE}/login", {}, 429)
