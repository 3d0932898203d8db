"""Limits by address: who counts as one client, and what they are told."""

import time
from typing import Any

import pytest
from django.test import Client, RequestFactory

from core.api.throttling import client_address, network_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two requests a minute, and ten seconds of this minute gone."""
    settings.API_REQUESTS_PER_MINUTE = 2
    now = time.time() // 60 * 60 + 10
    monkeypatch.setattr("core.api.throttling.time.time", lambda: now)


def statuses(client: Client, *addresses: str, **headers: str) -> list[int]:
    return [client.get("/api/v1/venues", REMOTE_ADDR=each, headers=headers).status_code for each in addresses]


def test_throttle_refuses_with_a_problem_that_says_when(client: Client) -> None:
    first = client.get("/api/v1/venues")
    assert (first["RateLimit-Policy"], first["RateLimit"]) == ('"address";q=2;w=60', '"address";r=1;t=51')
    client.get("/api/v1/events")
    response = client.get("/api/v1/venues", {"lang": "en"})
    assert (response.status_code, response["Content-Type"]) == (429, "application/problem+json")
    assert response["Retry-After"] == "51"
    assert (response["RateLimit-Policy"], response["RateLimit"]) == ('"address";q=2;w=60', '"address";r=0;t=51')
    problem = response.json()
    assert (problem["status"], problem["title"]) == (429, "Too many requests")
    assert problem["errors"] == []
    assert "ETag" not in response


def test_throttle_starts_again_with_the_minute(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert statuses(client, *["192.0.2.1"] * 3) == [200, 200, 429]
    later = time.time() // 60 * 60 + 70
    monkeypatch.setattr("core.api.throttling.time.time", lambda: later)
    assert statuses(client, "192.0.2.1") == [200]


def test_throttle_lets_304_pass(client: Client) -> None:
    known = client.get("/api/v1/venues")["ETag"]
    for _again in range(5):
        assert client.get("/api/v1/venues", headers={"if-none-match": known}).status_code == 304


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8:1:2::1]:4711", "2001:db8:1:2::/64"),
    ],
)
def test_throttle_counts_an_ipv6_network_as_one(address: str, counted: str) -> None:
    assert network_of(address) == counted


def test_throttle_counts_addresses_apart_and_networks_together(client: Client) -> None:
    assert statuses(client, "192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1") == [200, 200, 200, 429]
    assert statuses(client, "2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1") == [200, 200, 429, 200]
    assert statuses(client, "::ffff:192.0.2.2", "192.0.2.2") == [200, 429]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "6.6.6.6,5.5.5.5,203.0.113.9,10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "", "10.0.0.1"),
    ],
)
def test_throttle_believes_only_trusted_proxies(settings: Any, proxies: int, forwarded: str, expected: str) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers=headers)) == expected


def test_throttle_is_not_fooled_by_a_spoofed_header(client: Client, settings: Any) -> None:
    def tries(hops: str) -> list[int]:
        return [statuses(client, "10.0.0.1", **{"x-forwarded-for": f"6.6.6.{n}{hops}"})[0] for n in range(3)]

    assert tries("") == [200, 200, 429]
    settings.TRUSTED_PROXIES = 1
    assert tries(", 203.0.113.1") == [200, 200, 429]
    settings.TRUSTED_PROXIES = 2
    assert tries(", 203.0.113.2, 10.0.0.2") == [200, 200, 429]


def test_throttle_survives_a_forwarded_header_full_of_nonsense(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    for hop in ("x" * 400, "a b\tc", "", ",,,", "1.2.3.4:5678"):
        assert statuses(client, "10.0.0.1", **{"x-forwarded-for": hop}) == [200]
