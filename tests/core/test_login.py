"""Logging in to the admin: a guesser is locked out, and nobody else with it."""

from typing import Any

import pytest
from django.conf import settings as shipped
from django.test import Client

from tests import factories

PASSWORD = "a-long-enough-password"
LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def _three(db: None, settings: Any) -> None:
    """Three wrong guesses, by accounts whose passwords are cheap to check."""
    settings.AXES_FAILURE_LIMIT = 3
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for name in ("staff", "other"):
        user = factories.user(name)
        user.set_password(PASSWORD)
        user.save()


def log_in(client: Client, name: str = "staff", *, password: str = PASSWORD, to: str = "", **meta: Any) -> Any:
    return client.post(LOGIN, {"username": name, "password": password, "next": to}, **meta)


def test_the_right_password_opens_the_admin(client: Client) -> None:
    response = log_in(client)
    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_guesser_is_locked_out_and_the_right_password_is_too(client: Client) -> None:
    assert [log_in(client, password="wrong").status_code for _try in range(3)] == [200, 200, 429]
    refused = log_in(client)
    assert (refused.status_code, "30 分钟" in refused.content.decode()) == (429, True)
    assert client.get("/admin/").status_code == 302


def test_others_and_other_addresses_are_not_locked_out_with_it() -> None:
    for _try in range(3):
        log_in(Client(), password="wrong")
    assert log_in(Client(), name="other").status_code == 302
    assert log_in(Client(), REMOTE_ADDR="192.0.2.2").status_code == 302


def test_behind_a_proxy_the_visitors_address_counts(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    for _try in range(3):
        log_in(Client(), password="wrong", HTTP_X_FORWARDED_FOR="203.0.113.66")
    assert log_in(Client(), HTTP_X_FORWARDED_FOR="203.0.113.66").status_code == 429
    assert log_in(Client(), HTTP_X_FORWARDED_FOR="198.51.100.1").status_code == 302
    assert log_in(Client(), HTTP_X_FORWARDED_FOR="unknown").status_code == 302


def test_a_log_in_forgets_the_guesses_before_it(client: Client) -> None:
    for _round in range(2):
        assert [log_in(client, password="wrong").status_code for _try in range(2)] == [200, 200]
        assert log_in(client).status_code == 302
        client.post("/admin/logout/")


def test_a_log_in_leads_to_no_other_site(client: Client) -> None:
    for to in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert log_in(client, to=to)["Location"] == "/admin/"
        client.post("/admin/logout/")


def test_accounts_that_are_not_active_or_no_staff_stay_outside(client: Client) -> None:
    for name, fields in {"gone": {"is_active": False}, "visitor": {"is_staff": False}}.items():
        user = factories.user(name, **fields)
        user.set_password(PASSWORD)
        user.save()
        assert log_in(client, name=name).status_code == 200
        assert client.get("/admin/").status_code == 302


def test_the_session_is_for_the_browser_alone() -> None:
    assert (shipped.SESSION_COOKIE_HTTPONLY, shipped.SESSION_COOKIE_SAMESITE) == (True, "Lax")
