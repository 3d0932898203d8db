"""The scorer's page behind its link, and the same form in the admin."""

import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.changes.edits import edit
from core.changes.models import acts_of
from core.logs import WithoutKeys
from events.league.links import make_link, revoke
from events.league.models import Result, ScorerLink
from events.releases import hold
from tests import factories_league as league
from tests.factories import at
from tests.pages import enter, read_form, said
from tests.people import Page

pytestmark = pytest.mark.django_db

BEFORE = at(2026, 5, 2, 9)


@pytest.fixture
def court(cast: SimpleNamespace, clock: Any) -> SimpleNamespace:
    """A link for matches 1 and 3 of four teams' cup."""
    clock(BEFORE)
    cup = league.cup_of_four(event={"organizer": cast.ours})
    with edit() as unit:
        uids = [cup.uids[1], cup.uids[3]]
        link, secret = make_link(
            hold(cup.event), "Court 2", uids, BEFORE + timedelta(days=1), cast.publisher, unit.moment
        )
    return SimpleNamespace(cup=cup, link=link, home=f"/score/{secret}/", cast=cast)


def page_of(court: Any, number: int) -> str:
    return f"{court.home}{court.cup.uids[number]}/"


def browser(language: str = "en") -> Client:
    return Client(headers={"accept-language": language}, enforce_csrf_checks=True)


def post(client: Client, path: str, **changes: Any) -> Any:
    """Opens the form, changes it, posts it."""
    opened = client.get(path)
    return client.post(path, {**read_form(opened), **changes}, headers={"referer": f"http://testserver{path}"})


def whole(response: Any) -> Page:
    page = Page(response.content.decode())
    assert page.open == []
    assert page.of("script") == []
    return page


# The page behind a link


def test_the_list_shows_its_matches_and_no_others(court: Any) -> None:
    response = browser().get(court.home)
    page = whole(response)
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"
    assert "form-action 'self'" in response["Content-Security-Policy"]
    assert page.meta("robots") == "noindex, nofollow"
    assert {each["href"] for each in page.of("a") if court.home in each["href"]} == {
        page_of(court, 1),
        page_of(court, 3),
    }
    assert all(each["href"].startswith(("/", "#")) for each in page.of("a"))
    for words in ("Court 2", "Steel", "Press", "Enter the result", "Group B, place 2", "Waits for its teams"):
        assert words in page.text
    assert "Forge" not in page.text


@pytest.mark.parametrize(("language", "words"), [("zh-TW", "录入比分"), ("de", "Enter the result")])
def test_the_page_speaks_chinese_or_english(court: Any, language: str, words: str) -> None:
    assert words in whole(browser(language).get(court.home)).text


def test_a_result_is_entered_by_periods_and_is_public_at_once(court: Any, get: Any) -> None:
    client = browser()
    scores = {"p1_home": "20", "p1_away": "18", "p2_home": "15", "p2_away": "17"}
    answer = post(client, page_of(court, 1), state="provisional", **scores)
    assert (answer.status_code, answer["Location"]) == (302, f"{court.home}?saved=1")
    assert "Match 1 is saved." in whole(client.get(answer["Location"])).text
    shown = get(f"slots/{court.cup.uids[1]}")["result"]
    assert (shown["state"], shown["score"], len(shown["periods"])) == ("provisional", {"home": 35, "away": 35}, 2)
    scores |= {"p3_home": "10", "p3_away": "10", "p4_home": "10", "p4_away": "10", "p5_home": "9", "p5_away": "4"}
    answer = post(client, page_of(court, 1), state="confirmed", home="", away="", **scores)
    assert answer.status_code == 302
    stored = Result.objects.get()
    assert (stored.home_score, stored.away_score, stored.overtimes, stored.state) == (64, 59, 1, "confirmed")
    assert (stored.entered_by, stored.scorer) == (None, "Court 2")
    assert ScorerLink.objects.get().used_at == BEFORE
    act = acts_of(court.cup.event).first()
    assert act is not None
    assert (act.by, act.note.endswith("(Court 2)")) == (None, True)
    assert "Steel" in whole(client.get(court.home)).text


def test_a_forfeit_and_taking_back(court: Any) -> None:
    client = browser()
    answer = post(client, page_of(court, 1), state="forfeit")
    assert (answer.status_code, "Say which side forfeited" in answer.content.decode()) == (400, True)
    assert post(client, page_of(court, 1), state="forfeit", forfeited_by="away").status_code == 302
    assert Result.objects.get().winner == "home"
    assert post(client, page_of(court, 1), state="none").status_code == 302
    assert Result.objects.get().state == "none"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"home": "70", "away": ""}, "Enter the points of this side; 0 if it made none."),
        ({"home": "-1", "away": "3"}, "greater than or equal to 0"),
        ({"home": "x", "away": "3"}, "Enter a whole number."),
        (
            {"home": "70", "away": "60", "p1_home": "20", "p1_away": "18"},
            "The periods come to 20:18, the score says 70:60.",
        ),
        ({"p1_home": "20"}, "Enter the points of both sides; 0 if it made none."),
        ({"p2_home": "20", "p2_away": "1"}, "Enter this one too: later ones are filled in."),
        (
            {"p1_home": "9", "p1_away": "9", "p5_home": "2", "p5_away": "1"},
            "There is overtime: enter all periods before it.",
        ),
        ({"home": "70", "away": "70"}, "By these rules no match ends level."),
        ({"state": "void", "home": "1", "away": "2"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_is_shown_and_what_was_entered_stays(court: Any, sent: Any, words: str) -> None:
    answer = post(browser(), page_of(court, 1), **{"state": "confirmed", **sent})
    page = whole(answer)
    assert (answer.status_code, words in page.text, "Not saved yet" in page.text) == (400, True, True)
    form = read_form(answer)
    assert {name: form[name] for name in sent if name != "state"} == {n: v for n, v in sent.items() if n != "state"}
    assert Result.objects.count() == 0


def test_the_second_of_two_scorers_is_shown_the_first_and_may_go_on(court: Any) -> None:
    client = browser()
    opened = read_form(client.get(page_of(court, 1)))
    league.enter(court.cup, 1, 70, 60)
    sent = {**opened, "state": "confirmed", "home": "71", "away": "60"}
    answer = client.post(page_of(court, 1), sent)
    page = whole(answer)
    assert (answer.status_code, "Somebody entered this result meanwhile" in page.text, "70:60" in page.text) == (
        409,
        True,
        True,
    )
    form = read_form(answer)
    assert (form["home"], form["version"]) == ("71", "1")
    assert (
        client.post(page_of(court, 1), {**form, "csrfmiddlewaretoken": form["csrfmiddlewaretoken"]}).status_code == 302
    )
    assert Result.objects.get().home_score == 71


def test_a_placeholder_is_refused_on_the_page_too(court: Any) -> None:
    answer = post(browser(), page_of(court, 3), state="confirmed", home="70", away="60")
    assert (answer.status_code, "It is not known yet who plays." in whole(answer).text) == (400, True)
    assert Result.objects.count() == 0


def test_matches_of_other_courts_and_unknown_links_are_not_there(court: Any) -> None:
    client = browser()
    client.get(court.home)
    for path in (
        page_of(court, 2),
        f"{court.home}{uuid4()}/",
        "/score/nothing/",
        "/score/",
        f"/score/nothing/{uuid4()}/",
    ):
        response = client.get(path)
        assert (path, response.status_code) == (path, 404)
        assert "There is nothing here" in response.content.decode()


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_link_that_is_over_answers_410_also_to_a_form_that_is_open(court: Any, clock: Any, how: str) -> None:
    client = browser()
    form = read_form(client.get(page_of(court, 1)))
    if how == "expired":
        clock(BEFORE + timedelta(days=1))
    else:
        with edit() as unit:
            revoke(court.link, None, unit.moment)
    for response in (client.get(court.home), client.post(page_of(court, 1), {**form, "home": "70", "away": "60"})):
        assert (response.status_code, response["Cache-Control"]) == (410, "no-store")
        assert "This link is no longer open" in whole(response).text
    assert Result.objects.count() == 0


def test_a_form_of_another_site_is_refused(court: Any) -> None:
    sent = {"state": "confirmed", "home": "70", "away": "60", "version": "0"}
    assert browser().post(page_of(court, 1), sent).status_code == 403
    assert Result.objects.count() == 0


def test_the_page_is_counted_like_the_rest(court: Any) -> None:
    cache.clear()
    with override_settings(API_REQUESTS_PER_MINUTE=1):
        assert [browser().get(court.home).status_code for _ in range(2)] == [200, 429]


def test_the_list_costs_the_same_for_few_matches_and_for_many(court: Any) -> None:
    def cost(count: int) -> int:
        ScorerLink.objects.update(uids=[str(uid) for uid in list(court.cup.uids.values())[:count]])
        with CaptureQueriesContext(connection) as queries:
            assert browser().get(court.home).status_code == 200
        return len(queries)

    assert cost(1) == cost(6)


# In the admin


def results(court: Any, number: int | None = None) -> str:
    if number is None:
        return reverse("admin:events_event_results", args=[court.cup.event.pk])
    return reverse("admin:events_event_result", args=[court.cup.event.pk, court.cup.uids[number]])


def test_staff_enter_a_result_from_the_page_of_the_event(court: Any) -> None:
    client = enter(court.cast.publisher)
    event_page = client.get(reverse("admin:events_event_change", args=[court.cup.event.pk])).content.decode()
    assert results(court) in event_page
    listed = client.get(results(court)).content.decode()
    assert all(str(uid) in listed for uid in court.cup.uids.values())
    form = read_form(client.get(results(court, 1)))
    answer = client.post(results(court, 1), {**form, "state": "confirmed", "home": "70", "away": "60", "note": "补录"})
    assert (answer.status_code, said(answer)) == (302, ["success: Match 1 is saved. Everybody can see it now."])
    stored = Result.objects.get()
    assert (stored.entered_by, stored.note, stored.scorer) == (court.cast.publisher, {"zh-Hans": "补录"}, "")
    form = read_form(client.get(results(court, 1)))
    assert form["note"] == "补录"
    client.post(results(court, 1), {**form, "state": "void", "note": ""})
    assert (Result.objects.get().state, Result.objects.get().note) == ("void", {})


def test_only_those_who_publish_the_event_come_here(court: Any) -> None:
    for who, expected in (("editor", 403), ("stranger", 403), ("nobody", 403), ("publisher", 200), ("staff", 200)):
        client = enter(getattr(court.cast, who))
        for path in (results(court), results(court, 1)):
            assert (who, path, client.get(path).status_code) == (who, path, expected)
    editors = enter(court.cast.editor)
    assert (
        results(court)
        not in editors.get(reverse("admin:events_event_change", args=[court.cup.event.pk])).content.decode()
    )
    assert enter(court.cast.publisher).get(results(court) + f"{uuid4()}/").status_code == 404


def test_staff_make_a_link_and_close_it(court: Any) -> None:
    client = enter(court.cast.publisher)
    sent = {"_link": "1", "label": "Court 1", "expires_at": "2026-05-03T18:00", "slots": [str(court.cup.uids[2])]}
    made = client.post(results(court), sent)
    assert made.status_code == 200
    address = made.context["made"]
    assert address.startswith(f"{settings.PUBLIC_ORIGIN}/score/")
    assert "<svg" in made.content.decode()
    assert "Match 2" in whole(browser().get(address.removeprefix(settings.PUBLIC_ORIGIN))).text
    assert address not in client.get(results(court)).content.decode()
    link = ScorerLink.objects.get(label="Court 1")
    assert (link.created_by, link.expires_at) == (court.cast.publisher, at(2026, 5, 3, 18))
    closed = client.post(results(court), {"_revoke": str(link.pk)})
    assert said(closed) == ["success: The link “Court 1” is closed."]
    assert browser().get(address.removeprefix(settings.PUBLIC_ORIGIN)).status_code == 410
    assert client.post(results(court), {"_revoke": "0"}).status_code == 404
    assert client.post(results(court), {"_revoke": "x"}).status_code == 404


def test_a_link_that_cannot_be_is_refused_with_what_was_ticked(court: Any) -> None:
    client = enter(court.cast.publisher)
    sent = {"_link": "1", "label": "Court 1", "expires_at": "2027-05-03T18:00", "slots": [str(court.cup.uids[2])]}
    refused = client.post(results(court), sent)
    body = refused.content.decode()
    assert "Enter a time within the next 90 days." in body
    assert f'value="{court.cup.uids[2]}" form="link_form" checked' in body
    nothing = client.post(results(court), {**sent, "expires_at": "2026-05-03T18:00", "slots": []}).content.decode()
    assert "Choose matches of this event, one at least." in nothing
    assert client.post(results(court), {**sent, "slots": ["x"]}).status_code == 400
    assert ScorerLink.objects.count() == 1


def test_the_log_keeps_no_scorers_address() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", "/score/a-Key_1/7ac3/"), None
    )
    handlers: Any = settings.LOGGING["handlers"]
    assert handlers["console"]["filters"] == ["keys"]
    assert WithoutKeys().filter(record)
    assert record.getMessage() == "Gone: /score/…/7ac3/"
