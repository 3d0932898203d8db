"""The manage API as a client asks it."""

from typing import Any

from django.test import Client

from tests.pages import enter


def send(who: Any, verb: str, path: str, body: Any = None, expect: int = 200, **headers: str) -> Any:
    """``who``: a user (with a session), the secret of a token, None, or a client. Checks what every answer must be."""
    sent = {"accept-language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if isinstance(who, str):
        sent["authorization"] = f"Bearer {who}"
    client = who if isinstance(who, Client) else Client() if isinstance(who, str) else enter(who)
    options: dict[str, Any] = {"data": "" if body is None else body, "content_type": "application/json"}
    call = getattr(client, verb)
    response = call(path, headers=sent, **(options if verb != "get" else {}))
    assert response.status_code == expect, response.content.decode()[:1000]
    assert response["Cache-Control"] == "no-store"
    if expect >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == expect
    return response


def wrong(response: Any) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for each in response.json()["errors"]]
