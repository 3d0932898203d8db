"""A road closure that cuts off venues tells their visitors: a notice that follows what is out, and no draft."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.models import Act
from events.bulk import cancel
from events.models import Slot
from events.race.models import Closure, ClosureNotice, ClosureVenue
from events.restoring import restore
from tests import factories
from tests.events.race import scenes
from tests.events.race.scenes import race
from tests.factories import at, text, withdrawn
from venues.models import HoursException, Notice, NoticeVenue

pytestmark = pytest.mark.django_db

NOW = at(2026, 5, 20, 12)


@pytest.fixture(autouse=True)
def _before_the_race(clock: Callable[[Any], None]) -> None:
    clock(NOW)


def notices(get: Any, **params: Any) -> list[Any]:
    found: list[Any] = get("notices", coming="true", **params)["results"]
    return found


def change(slot: Slot, **fields: Any) -> None:
    slot.refresh_from_db()
    for name, value in fields.items():
        setattr(slot, name, value)
    slot.save()


def test_closure_tells_the_visitors_of_a_venue_that_it_cuts_off(get: Any) -> None:
    made = race()
    (shown,) = notices(get, lang="en")
    assert {name: shown[name] for name in ("kind", "severity", "title", "text")} == {
        "kind": "transport",
        "severity": "moderate",
        "title": "North Road closed",
        "text": "The road is closed because of “Run”: Saturday, 23 May 2026, 07:00–11:00.\nDetour",
    }
    assert (shown["starts_at"][:16], shown["ends_at"][:16]) == ("2026-05-23T07:00", "2026-05-23T11:00")
    assert [venue["slug"] for venue in shown["venues"]] == ["hall"]
    assert [event["slug"] for event in shown["events"]] == ["run"]
    assert [each["title"] for each in get("venues/hall", lang="de")["notices"]] == ["Nordstraße gesperrt"]
    assert notices(get, lang="de")[0]["text"].startswith("Die Straße ist wegen „Run“ gesperrt: Samstag, 23. Mai 2026")
    assert notices(get, lang="zh-Hant")[0]["text"].startswith("因“鐵馬”，道路封閉")
    assert set(Notice.objects.get().text) == {"zh-Hans", "en", "de"}
    assert ClosureNotice.objects.get().uid == made.closed.uid


def test_closure_is_told_in_the_unit_of_work_of_its_release(get: Any) -> None:
    made = race(published=False)
    factories.public(made.event)
    assert notices(get) == []
    number = factories.revision()
    cast = factories.user("releaser", is_superuser=True)
    factories.release(made.event, by=cast)
    assert factories.revision() == number + 1
    feed = factories.feed()
    notice = Notice.objects.get()
    assert {feed[key][0] for key in (("notice", str(notice.pk)), ("venue", "hall"), ("event", "run"))} == {number + 1}
    assert {act.by for act in Act.objects.filter(kind="notice")} == {cast}


def test_closure_of_an_event_that_is_not_public_is_told_when_it_is(get: Any) -> None:
    made = race(published=False)
    factories.release(made.event)
    assert (notices(get), Notice.objects.count()) == ([], 0)
    factories.public(made.event)
    assert len(notices(get)) == 1
    withdrawn(made.event)
    assert notices(get) == []
    factories.public(made.event)
    assert len(notices(get)) == Notice.objects.count() == 1


def test_closure_of_an_event_that_appears_later_is_told_then(get: Any, clock: Callable[[Any], None]) -> None:
    made = race(published=False, appear_at=at(2026, 5, 21))
    factories.release(made.event)
    factories.public(made.event)
    assert notices(get) == []
    clock(at(2026, 5, 21, 1))
    assert len(notices(get)) == 1


def test_closure_is_told_once_and_again_only_where_it_changed(get: Any) -> None:
    made = race()
    before = Notice.objects.get()
    change(made.first, starts_at=at(*scenes.DAY, 8))
    factories.release(made.event)
    made.event.refresh_from_db()
    made.event.summary = text("新")
    made.event.save()
    after = Notice.objects.get()
    assert (after.version, after.updated_at) == (before.version, before.updated_at)


def test_notice_follows_later_releases_and_keeps_its_address(get: Any) -> None:
    made = race()
    first = Notice.objects.get().pk
    second = factories.venue(slug="second")
    change(made.closed, starts_at=at(*scenes.DAY, 6), title=text("南路封闭", en="South Road closed"))
    scenes.saved(ClosureVenue(closure=Closure.objects.get(), venue=second))
    ClosureVenue.objects.get(venue=made.hall).delete()
    assert notices(get, lang="en")[0]["title"] == "North Road closed"
    factories.release(made.event)
    (shown,) = notices(get, lang="en")
    assert (shown["id"], shown["title"], shown["starts_at"][11:16]) == (str(first), "South Road closed", "06:00")
    assert [venue["slug"] for venue in shown["venues"]] == ["second"]
    assert get("venues/hall")["notices"] == []


@pytest.mark.parametrize("how", ["cancelled", "postponed", "tba", "taken out", "no venue"])
def test_notice_is_withdrawn_with_its_closure(get: Any, how: str) -> None:
    made = race()
    if how in ("cancelled", "postponed"):
        change(made.closed, status=how)
    elif how == "tba":
        change(made.closed, precision="tba", starts_at=None, ends_at=None)
    elif how == "taken out":
        Slot.objects.get(pk=made.closed.pk).delete()
    else:
        ClosureVenue.objects.get().delete()
    assert len(notices(get)) == 1
    factories.release(made.event)
    assert (notices(get), Notice.objects.get().state) == ([], "withdrawn")
    get(f"notices/{Notice.objects.get().pk}", expect=410)
    restore(made.event, 1, by=None)
    assert len(notices(get)) == Notice.objects.count() == 1


def test_notice_is_withdrawn_when_the_whole_event_is_called_off(get: Any) -> None:
    made = race()
    cancel(made.event, "all", by=None, reason=text("暴雨", en="Storm"))
    assert notices(get) == []


def test_closure_that_is_over_is_told_to_nobody(get: Any, clock: Callable[[Any], None]) -> None:
    clock(at(2026, 5, 23, 12))
    race()
    assert Notice.objects.count() == 0


def test_notice_ends_with_the_closure(get: Any, clock: Callable[[Any], None]) -> None:
    race()
    clock(at(2026, 5, 23, 11, 1))
    assert (notices(get), get("venues/hall")["notices"]) == ([], [])


def test_closure_without_venues_is_told_to_nobody(get: Any) -> None:
    with edit():
        event = factories.league(slug="run", event_kind="race")
        scenes.closure(event, course=scenes.course(event), from_km=1, to_km=2)
        factories.release(event)
    assert Notice.objects.count() == 0


def test_notice_names_no_venue_that_is_not_published(get: Any) -> None:
    made = race()
    hidden = factories.venue(published=False, slug="hidden")
    scenes.saved(ClosureVenue(closure=Closure.objects.get(), venue=hidden))
    factories.release(made.event)
    assert [row.venue for row in NoticeVenue.objects.all()] == [made.hall]


def test_what_an_editor_changes_in_the_notice_stays_until_the_closure_changes(get: Any) -> None:
    made = race()
    notice = Notice.objects.get()
    notice.title = text("请走地铁", en="Take the metro")
    notice.save()
    made.event.refresh_from_db()
    made.event.summary = text("新")
    made.event.save()
    change(made.first, starts_at=at(*scenes.DAY, 8))
    factories.release(made.event)
    assert notices(get, lang="en")[0]["title"] == "Take the metro"
    change(made.closed, ends_at=at(*scenes.DAY, 12))
    factories.release(made.event)
    assert notices(get, lang="en")[0]["title"] == "North Road closed"


# Whether the venue is open


def hours(get: Any) -> Any:
    (day,) = get("venues/hall/hours", **{"from": "2026-05-23", "to": "2026-05-23"})["results"]
    return day["state"], [(span["opens"], span["closes"]) for span in day["spans"]], day["source"]


def test_detour_leaves_the_opening_hours_as_they_are(get: Any) -> None:
    with edit():
        made = race()
        factories.hours(made.hall, "9:00-16:30")
    assert hours(get) == ("open", [("09:00", "16:30")], "provisional")
    assert HoursException.objects.count() == 0


def test_closure_that_nobody_gets_through_closes_the_venue_as_long(get: Any) -> None:
    made = race()
    factories.hours(made.hall, "9:00-16:30")
    closed = Closure.objects.get()
    closed.shuts = True
    closed.save()
    assert hours(get) == ("open", [("09:00", "16:30")], "provisional")
    factories.release(made.event)
    assert hours(get) == ("open", [("11:00", "16:30")], "exception")
    (shown,) = notices(get)
    assert (shown["kind"], shown["severity"]) == ("closure", "severe")
    opened = [venue["slug"] for venue in get("venues", open_at="2026-05-23T10:00:00+08:00")["results"]]
    assert opened == []
    change(made.closed, status="cancelled")
    factories.release(made.event)
    assert hours(get) == ("open", [("09:00", "16:30")], "provisional")
    closed.refresh_from_db()
    closed.shuts = False
    closed.save()
    change(made.closed, status="scheduled")
    factories.release(made.event)
    assert (notices(get)[0]["kind"], hours(get)[2]) == ("transport", "provisional")


def test_release_of_an_event_without_closures_asks_for_notices_once(client: Client) -> None:
    """What every release pays for this."""
    event = factories.league()
    factories.slot(event, at(2026, 5, 23, 9))
    with CaptureQueriesContext(connection) as queries:
        factories.release(event)
    asked = [each["sql"] for each in queries if "race_closurenotice" in each["sql"]]
    assert len(asked) == 1
