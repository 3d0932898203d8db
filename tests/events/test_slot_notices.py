"""A notice on a slot is live: visitors read it at once, no release holds it, and it ends by the clock."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import Event, ReleasedSlot, SlotNotice
from tests import factories
from tests.factories import at, feed, league, revision, text
from tests.pages import enter

pytestmark = pytest.mark.django_db

NOW = at(2026, 5, 1, 18)
LATE = text("推迟三十分钟", en="Starts 30 minutes late", de="Beginnt 30 Minuten später")


@pytest.fixture
def cup(clock: Any) -> SimpleNamespace:
    """A released match of this evening, and another."""
    clock(NOW)
    event = league(slug="cup")
    final = factories.slot(event, at(2026, 5, 1, 19), title=text("决赛", en="Final"))
    third = factories.slot(event, at(2026, 5, 1, 17), title=text("季军赛", en="Third place"))
    factories.release(event)
    return SimpleNamespace(event=event, final=final, third=third)


def notice(cup: SimpleNamespace, **fields: Any) -> SlotNotice:
    made = SlotNotice(event=cup.event, uid=cup.final.uid, text=LATE, **fields)
    made.full_clean()
    made.save()
    return made


def told(answer: dict[str, Any]) -> str | None:
    return answer["notice"] and answer["notice"]["text"]


def test_notice_shows_wherever_its_slot_does(cup: Any, get: Any) -> None:
    version, before = Event.objects.get().version, revision()
    notice(cup, severity="severe", until=NOW + timedelta(hours=3))
    assert (revision(), feed()["slot", str(cup.final.uid)]) == (before + 1, (before + 1, False))
    assert feed()["slot", str(cup.third.uid)][0] == feed()["event", "cup"][0] == before
    assert Event.objects.get().version == version  # who edits the schedule is not disturbed
    shown = get(f"slots/{cup.final.uid}", lang="en")
    assert shown["notice"] == {
        "severity": "severe",
        "text": "Starts 30 minutes late",
        "until": "2026-05-01T21:00:00+08:00",
        "updated_at": "2026-05-01T18:00:00+08:00",
    }
    assert get(f"slots/{cup.third.uid}")["notice"] is None
    lists = [
        get("slots", lang="en")["results"],
        get("events", include="slots", lang="en")["results"][0]["slots"],
        get("events/cup/schedule", lang="en")["days"][0]["slots"],
        [each["after"] for each in get("events/cup/changes", since=0, lang="en")["changes"]],
    ]
    assert [[told(slot) for slot in slots] for slots in lists] == [[None, "Starts 30 minutes late"]] * 4


def test_notice_is_on_the_pages_and_in_the_calendar(cup: Any, client: Client) -> None:
    notice(cup, severity="severe")
    for path in (f"slots/{cup.final.uid}/", "events/cup/"):
        page = client.get(f"/{path}", {"lang": "de"}).content.decode()
        assert (path, "Beginnt 30 Minuten später" in page) == (path, True)
    assert "notice--grave" in client.get(f"/slots/{cup.final.uid}/").content.decode()
    assert "Minuten" not in client.get(f"/slots/{cup.third.uid}/", {"lang": "de"}).content.decode()
    for name in ("events/cup.ics", f"slots/{cup.final.uid}.ics"):
        file = client.get(f"/api/v1/{name}", {"lang": "en"}).content.decode().replace("\r\n ", "")
        assert file.count("DESCRIPTION:Starts 30 minutes late\\n") == 1
        assert "LAST-MODIFIED:20260501T100000Z" in file


def test_notice_ends_by_the_clock_with_a_number_of_its_own(cup: Any, get: Any, clock: Any) -> None:
    made = notice(cup, until=NOW + timedelta(minutes=30))
    assert told(get(f"slots/{cup.final.uid}", lang="en")) == "Starts 30 minutes late"
    before = revision()
    clock(NOW + timedelta(minutes=29))
    get("events/cup")
    assert revision() == before
    clock(NOW + timedelta(minutes=30))
    assert get(f"slots/{cup.final.uid}")["notice"] is None
    assert (revision(), feed()["slot", str(cup.final.uid)]) == (before + 1, (before + 1, False))
    made.refresh_from_db()
    assert (made.over, made.version) == (True, 1)


def test_notice_follows_its_slot_into_the_next_release(cup: Any, get: Any) -> None:
    notice(cup)
    cup.final.starts_at += timedelta(hours=1)
    cup.final.save()
    factories.release(cup.event)
    (change,) = get("events/cup/changes", since=1, lang="en")["changes"]
    assert (told(change["before"]), told(change["after"])) == (None, "Starts 30 minutes late")


def test_notice_of_a_hidden_event_takes_no_number(cup: Any) -> None:
    factories.withdrawn(cup.event)
    before = revision()
    notice(cup)
    assert revision() == before


def test_notice_goes_with_its_event(cup: Any) -> None:
    notice(cup)
    before = revision()
    SlotNotice.objects.get().delete()
    assert (revision(), SlotNotice.objects.count()) == (before + 1, 0)


def test_notice_costs_one_query_however_many_slots(cup: Any, client: Client) -> None:
    costs = []
    for count in (1, 6):
        with edit():
            for number in range(count):
                factories.slot(cup.event, at(2026, 5, 2, 8 + number))
            factories.release(cup.event)
        for row in ReleasedSlot.objects.current().exclude(uid__in=SlotNotice.objects.values("uid")):
            SlotNotice(event=cup.event, uid=row.uid, text=LATE).save()
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/slots").status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


# In the admin


@pytest.fixture
def own(cast: SimpleNamespace, cup: SimpleNamespace) -> SimpleNamespace:
    """The cup belongs to ``ours``."""
    cup.event.organizer = cast.ours
    cup.event.save()
    cast.final = cup.final
    return cast


def posted(who: Any, uid: Any, **fields: Any) -> Any:
    values = {"uid": uid, "severity": "severe", "text__zh-Hans": "推迟", "until_0": "", "until_1": "", **fields}
    return enter(who).post("/admin/events/slotnotice/add/", values)


def test_notice_is_written_in_the_admin_from_the_list_of_slots(own: Any, get: Any) -> None:
    browser = enter(own.publisher)
    address = f"/admin/events/slotnotice/add/?uid={own.final.uid}"
    assert address in browser.get("/admin/events/slot/").content.decode()
    assert f'value="{own.final.uid}"' in browser.get(address).content.decode()
    assert posted(own.publisher, own.final.uid).status_code == 302
    assert get(f"slots/{own.final.uid}")["notice"]["text"] == "推迟"
    made = SlotNotice.objects.get()
    page = f"/admin/events/slotnotice/{made.pk}/change/"
    assert page in browser.get("/admin/events/slot/").content.decode()
    page_of_list = browser.get("/admin/events/slotnotice/").content.decode()
    assert "2026-05-01 19:00" in page_of_list
    ended = {"severity": "severe", "text__zh-Hans": "推迟", "until_0": "2026-05-01", "until_1": "17:00"}
    assert browser.post(page, ended).status_code == 302
    assert get(f"slots/{own.final.uid}")["notice"] is None


def test_notice_in_the_admin_is_for_publishers_of_the_event(own: Any) -> None:
    draft = factories.slot(own.final.event, at(2026, 5, 3, 9))
    for who, uid in [(own.editor, own.final.uid), (own.stranger, own.final.uid), (own.publisher, draft.uid)]:
        assert posted(who, uid).status_code == 200
    assert posted(own.publisher, "no-uid").status_code == 200
    assert not SlotNotice.objects.exists()
