"""The admin's page of tokens: everybody's own, made and ended there, never shown again."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages

from organizers.models import Token
from tests import factories
from tests.asking import send
from tests.factories import at
from tests.pages import enter, errors, url

NOON = at(2026, 5, 1, 12)
ADD, LIST = "/admin/organizers/token/add/", "/admin/organizers/token/"


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Any) -> SimpleNamespace:
    clock(NOON)
    return cast


def made(user: Any, **fields: Any) -> Any:
    form = {"name": "site", "organizer": "", "scope": "write", "days": "30", **fields}
    return enter(user).post(ADD, form)


def test_token_page_shows_the_secret_once_and_on_no_other_page(stage: Any) -> None:
    response = made(stage.editor, organizer=stage.ours.pk, scope="read", days="7")
    secret = response.context["secret"]
    assert (response.status_code, response.content.decode().count(secret)) == (200, 1)
    assert "no-store" in response["Cache-Control"]
    assert list(get_messages(response.wsgi_request)) == []
    row = Token.objects.get()
    assert (row.user, row.organizer, row.scope, row.expiry) == (
        stage.editor,
        stage.ours,
        "read",
        NOON + timedelta(days=7),
    )
    assert send(secret, "get", "/api/v1/manage/me").json()["token"]["name"] == "site"
    client = enter(stage.editor)
    for page in (LIST, url(row), url(row, "history"), "/admin/"):
        shown = client.get(page).content.decode()
        assert (secret in shown, row.digest in shown) == (False, False), page
    assert row.beginning in client.get(LIST).content.decode()
    assert LogEntry.objects.get().object_repr == "site"


def test_token_page_takes_only_what_its_user_may(stage: Any) -> None:
    assert set(errors(made(stage.editor, organizer=stage.theirs.pk))) == {"organizer"}
    assert set(errors(made(stage.editor, scope="all"))) == {"scope"}
    for days in ("0", "31", "", "1e3"):
        assert set(errors(made(stage.editor, days=days))) == {"days"}, days
    assert not Token.objects.exists()
    made(stage.staff, organizer=stage.theirs.pk)
    assert Token.objects.get().organizer == stage.theirs


def test_token_page_lists_and_ends_ones_own_and_everybodys_for_a_superuser(stage: Any) -> None:
    secrets = {who: factories.token(getattr(stage, who), name=who) for who in ("editor", "publisher", "superuser")}
    rows = {row.name: row for row in Token.objects.all()}

    def listed(user: Any) -> set[str]:
        return {row.name for row in enter(user).get(LIST).context["cl"].result_list}

    assert (listed(stage.editor), listed(stage.staff)) == ({"editor"}, set())
    assert listed(stage.superuser) == {"editor", "publisher", "superuser"}
    enter(stage.editor).post(url(rows["publisher"], "delete"), {"post": "yes"})
    send(secrets["publisher"], "get", "/api/v1/manage/me")
    enter(stage.editor).post(url(rows["editor"], "delete"), {"post": "yes"})
    send(secrets["editor"], "get", "/api/v1/manage/me", expect=401)
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows.values()], "post": "yes"}
    enter(stage.publisher).post(LIST, chosen)
    assert {row.name for row in Token.objects.all()} == {"superuser"}
    enter(stage.superuser).post(LIST, chosen)
    assert not Token.objects.exists()


def test_token_page_speaks_chinese(stage: Any) -> None:
    client = enter(stage.editor, "zh-hans")
    form = {"name": "", "organizer": "", "scope": "read", "days": "1"}
    assert "令牌" in client.get(ADD).content.decode()
    assert "只显示这一次" in client.post(ADD, form).content.decode()
