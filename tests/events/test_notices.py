"""Notices that are about events: what the public reads, what takes a number, and who names them."""

from typing import Any

import pytest
from django.test import Client

from core.changes.edits import edit
from events.models import Event, NoticeEvent
from tests import factories
from tests.pages import enter, errors, open_form, save, url
from venues.models import Notice

pytestmark = pytest.mark.django_db


def about(*events: Event, **fields: Any) -> Notice:
    notice = factories.notice(**fields)
    with edit():
        for event in events:
            NoticeEvent(notice=notice, event=event).save()
    notice.refresh_from_db()
    return notice


def test_notice_names_its_public_events_and_is_not_the_districts(get: Any) -> None:
    shown, hidden = factories.event(slug="match"), factories.event(published=False)
    about(shown, hidden)
    (row,) = get("notices", lang="en")["results"]
    reference = {"slug": "match", "name": shown.title["en"], "image": None}
    assert (row["events"], row["venues"], row["district_wide"]) == ([reference], [], False)


def test_notice_takes_a_number_when_its_event_goes_and_a_draft_is_silent() -> None:
    event = factories.event(slug="match")
    notice = about(event)
    key = ("notice", str(notice.pk))
    before = factories.feed()[key]
    event.refresh_from_db()
    factories.withdrawn(event)
    assert factories.feed()[key] > before
    draft = factories.event(published=False)
    number = factories.revision()
    about(draft, published=False)
    assert factories.revision() == number


def test_notices_cost_the_same_with_one_event_and_with_three(client: Client, django_assert_num_queries: Any) -> None:
    about(factories.event())
    client.get("/api/v1/notices")  # the tick
    with django_assert_num_queries(5):  # counter, notices, places, events, their pictures
        client.get("/api/v1/notices?lang=en")
    about(factories.event(), factories.event())
    with django_assert_num_queries(5):
        client.get("/api/v1/notices?lang=de")


def test_admin_list_says_what_a_notice_is_about(cast: Any) -> None:
    about(factories.event(title=factories.text("球赛")), factories.event(published=False), venues=[])
    factories.notice()
    text = enter(cast.staff, "en").get(url(Notice, "changelist")).content.decode()
    assert [f'field-about">{words}<' in text for words in ("球赛, –", "the whole district")] == [True, True]


def test_admin_names_an_event_and_a_member_only_their_own(cast: Any) -> None:
    event = factories.event(slug="match", organizer=cast.ours)
    strange = factories.event(slug="strange")
    notice = about(strange, venues=[factories.venue(organizer=cast.ours)])
    member = enter(cast.publisher)
    form = open_form(member, url(notice))
    assert (form["concerned-TOTAL_FORMS"], str(strange) in member.get(url(notice)).content.decode()) == ("0", False)
    typed = {"concerned-TOTAL_FORMS": "1", "concerned-0-event": str(strange.pk)}
    assert errors(save(member, url(notice), form, **typed)) != {}
    typed["concerned-0-event"] = str(event.pk)
    assert errors(save(member, url(notice), open_form(member, url(notice)), **typed)) == {}
    assert set(NoticeEvent.objects.values_list("event__slug", flat=True)) == {"match", "strange"}
