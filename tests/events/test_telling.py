"""The e-mail about a release, through the front door of the queue."""

from smtplib import SMTPServerDisconnected
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from huey.contrib.djhuey import HUEY

from events.models import Event, Release
from events.telling import ATTEMPTS, tell_members
from tests import factories
from tests.factories import at, league, text

pytestmark = pytest.mark.django_db

EVENING = at(2026, 5, 1, 19)


@pytest.fixture
def cup(cast: SimpleNamespace) -> Event:
    for user in (cast.editor, cast.publisher, cast.stranger):
        user.email = f"{user.username}@example.cn"
        user.save()
    return league(slug="cup", organizer=cast.ours, title=text("厂BA", en="Factory BA"))


@pytest.fixture
def committing(django_capture_on_commit_callbacks: Any) -> Any:
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_release_tells_the_members_once_what_changed(cup: Event, cast: Any, committing: Any) -> None:
    match = factories.slot(cup, EVENING, title=text("决赛"))
    with committing():
        factories.release(cup)
    mail.outbox.clear()
    match.starts_at = at(2026, 5, 2, 20)
    match.status_note = text("雨")
    match.save()
    with committing():
        factories.release(cup, by=cast.publisher, note="下雨改期")
    (message,) = mail.outbox
    assert sorted(message.bcc) == ["editor@example.cn", "publisher@example.cn"]
    assert message.subject == "厂BA：日程发布第 2 版"
    assert message.body.splitlines() == [
        "publisher 发布了“厂BA”的日程，编号 2。变更的时段：1 个。",
        "",
        "• 决赛",
        "  时间：2026-05-02 20:00；原为 2026-05-01 19:00。",
        "",
        "备注：下雨改期",
        "",
        f"{settings.PUBLIC_ORIGIN}/admin/events/event/{cup.pk}/change/",
    ]


def test_refused_release_tells_nobody(cup: Event, committing: Any) -> None:
    with committing(), pytest.raises(ValidationError):
        factories.release(cup)
    assert mail.outbox == []


def test_nobody_with_an_address_gets_no_mail(committing: Any) -> None:
    event = league()
    factories.slot(event, EVENING)
    with committing():
        factories.release(event)
    assert mail.outbox == []


def test_member_who_left_or_is_locked_gets_no_mail(cup: Event, cast: Any, committing: Any) -> None:
    cast.editor.is_active = False
    cast.editor.save()
    cast.ours.memberships.filter(user=cast.publisher).delete()
    factories.slot(cup, EVENING)
    with committing():
        factories.release(cup)
    assert mail.outbox == []


def test_mail_server_that_is_away_undoes_no_release_and_is_asked_again(
    cup: Event, committing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: Any) -> int:
        raise SMTPServerDisconnected("away")

    factories.slot(cup, EVENING)
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", away)
        with committing():
            factories.release(cup)
        assert (Release.objects.count(), mail.outbox, HUEY.scheduled_count()) == (1, [], 1)
        with pytest.raises(SMTPServerDisconnected):
            tell_members.func(Release.objects.get().pk, ATTEMPTS)
    (waiting,) = HUEY.scheduled()
    HUEY.flush()
    HUEY.execute(waiting, waiting.eta)
    assert [message.subject for message in mail.outbox] == ["厂BA：日程发布第 1 版"]


def test_long_difference_is_cut_and_counted(cup: Event, committing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.telling.MOST_TOLD", 2)
    for _ in range(5):
        factories.slot(cup, EVENING)
    with committing():
        factories.release(cup)
    (message,) = mail.outbox
    assert message.body.count("•") == 2
    assert "……另有 3 项。" in message.body
