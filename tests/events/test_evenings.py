"""``/events/{slug}/running-order`` and the evenings on the page of an event."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from events.models import ReleasedSlot, Slot, SlotNotice
from tests import factories
from tests.events.test_running_order import FRIDAY, SATURDAY, moment
from tests.factories import at, text
from tests.people import checked

pytestmark = pytest.mark.django_db


# The answer


@pytest.fixture
def festival(clock: Any) -> Any:
    """A park with two stages; Friday with doors, two sets, a changeover and a headliner to be announced; Saturday."""
    clock(at(2026, 4, 1, 12))
    with edit():
        park = factories.venue(slug="park", name=text("公园", en="Park"))
        main = factories.space(park, slug="main", name=text("主舞台", en="Main stage"))
        event = factories.event(
            slug="festival", event_kind="festival", title=text("音乐节", en="Festival"), venues=[park],
            starts_on=FRIDAY, ends_on=SATURDAY,
        )  # fmt: skip
        band = factories.participant(slug="band", kind="act", name=text("示例乐队", en="Band"), url="https://b.example")

        def add(title: str, times: str, day: date = FRIDAY, **fields: Any) -> Slot:
            start, _dash, end = times.partition("-")
            place = {"venue": park, "space": main}
            moments = {"ends_at": moment(end, day) if end else None, **place, "slot_kind": "set", **fields}
            return factories.slot(event, moment(start, day), title=text(title), **moments)

        add("入场", "18:00", slot_kind="doors", space=None)
        factories.takes_part(add("甲", "19:00-19:40"), band, role="support", billing=2)
        add("换场", "19:40-20:00", slot_kind="changeover")
        add("乙", "25:00-26:00")
        tba: dict[str, Any] = {"precision": "tba", "venue": park, "slot_kind": "set"}
        factories.slot(event, on_date=FRIDAY, title=text("大"), space=main, **tba)
        add("散场", "27:00", slot_kind="curfew", space=None)
        add("丙", "20:00-21:00", SATURDAY)
        factories.slot(event, title=text("神秘"), **tba)
    factories.release(event)
    return event


def brief(answer: Any) -> Any:
    return [
        (
            evening["date"],
            [
                (
                    each["place"]["space"] and each["place"]["space"]["slug"],
                    each["doors_at"],
                    [item["slot"]["title"] for item in each["items"]],
                    each["curfew_at"],
                )
                for each in evening["stages"]
            ],
        )
        for evening in answer["days"]
    ]


FRIDAYS = (
    "2026-05-01",
    [("main", "2026-05-01T18:00:00+08:00", ["甲", "乙", "大"], "2026-05-02T03:00:00+08:00")],
)
SATURDAYS = ("2026-05-02", [("main", None, ["丙"], None)])
SOME_DAY = (None, [(None, None, ["神秘"], None)])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2026, 4, 1, 12), [FRIDAYS, SOME_DAY]),
        (at(2026, 5, 2, 3, 59), [FRIDAYS, SOME_DAY]),  # the night of Friday
        (at(2026, 5, 2, 4), [SATURDAYS, SOME_DAY]),
        (at(2026, 6, 1, 12), [SATURDAYS, SOME_DAY]),
    ],
)
def test_order_is_that_of_the_evening_that_is_on_or_comes_next(
    get: Any, festival: Any, clock: Any, now: datetime, expected: Any
) -> None:
    clock(now)
    answer = get("events/festival/running-order")
    assert brief(answer) == expected
    assert (answer["dates"], answer["release"]) == (["2026-05-01", "2026-05-02"], 1)


def test_order_of_the_days_that_are_asked_for(get: Any, festival: Any) -> None:
    assert brief(get("events/festival/running-order", day="2026-05-02,2026-05-01")) == [FRIDAYS, SATURDAYS]
    assert brief(get("events/festival/running-order", day="2026-05-03")) == [("2026-05-03", [])]


def test_order_tells_who_plays_and_what_is_between(get: Any, festival: Any) -> None:
    answer = get("events/festival/running-order", day="2026-05-01", lang="en")
    (stage,) = answer["days"][0]["stages"]
    first, second, last = stage["items"]
    assert stage["place"]["venue"]["name"] == "Park"
    assert first["slot"]["participants"] == [
        {"role": "support", "name": "Band", "slug": "band", "billing": 2, "url": "https://b.example"}
    ]
    changeover = ReleasedSlot.objects.get(slot_kind="changeover")
    assert (first["changeover"], last["changeover"]) == (None, None)
    assert second["changeover"] == {
        "uid": str(changeover.uid),
        "starts_at": "2026-05-01T19:40:00+08:00",
        "minutes": 20,
    }
    assert (last["slot"]["precision"], last["slot"]["starts_at"], last["slot"]["day"]) == ("tba", None, "2026-05-01")
    assert stage["fallbacks"] == {"doors.title": "zh-Hans", "curfew.title": "zh-Hans"}
    assert first["slot"]["fallbacks"] == {"title": "zh-Hans"}
    assert (stage["doors"]["title"], stage["doors"]["starts_at"]) == ("入场", stage["doors_at"])


def test_order_shows_what_is_cancelled_as_cancelled(get: Any, festival: Any) -> None:
    second = Slot.objects.get(starts_at=moment("25:00"))
    second.status, second.status_note = "cancelled", text("雨")
    second.save()
    factories.release(festival)
    (evening,) = get("events/festival/running-order", day="2026-05-01")["days"]
    shown = [(item["slot"]["title"], item["slot"]["status"]) for item in evening["stages"][0]["items"]]
    assert shown == [("甲", "scheduled"), ("换场", "scheduled"), ("乙", "cancelled"), ("大", "scheduled")]


@pytest.mark.parametrize(
    ("params", "problem"),
    [
        ({"day": "tonight"}, ("day", "invalid")),
        ({"day": "2026-05-01,"}, ("day", "invalid")),
        ({"day": ""}, ("day", "required")),
        ({"day": ",".join(["2026-05-01"] * 51)}, ("day", "too_many")),
        ({"date": "2026-05-01"}, ("date", "unknown")),
    ],
)
def test_order_refuses_what_it_cannot_read(
    get: Any, festival: Any, params: dict[str, str], problem: tuple[str, str]
) -> None:
    (error,) = get("events/festival/running-order", expect=400, **params)["errors"]
    assert (error["field"], error["code"]) == problem


def test_order_before_the_first_release_is_empty_and_of_a_hidden_event_not_there(get: Any, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    factories.slot(factories.event(slug="new"), at(2026, 5, 1, 19))
    answer = get("events/new/running-order")
    assert (answer["release"], answer["dates"], answer["days"]) == (None, [], [])
    get("events/none/running-order", expect=404)


def test_order_holds_for_a_minute(client: Client, festival: Any, clock: Any) -> None:
    path = "/api/v1/events/festival/running-order"
    etags = []
    for now in (at(2026, 5, 1, 19, 1), at(2026, 5, 1, 19, 1) + timedelta(seconds=59), at(2026, 5, 1, 19, 2)):
        clock(now)
        etags.append(client.get(path)["ETag"])
    assert (etags[0] == etags[1], etags[1] == etags[2]) == (True, False)
    assert client.get(path, headers={"if-none-match": etags[2]}).status_code == 304


def test_order_costs_the_same_for_one_slot_and_for_many(client: Client, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    costs = []
    for size in (1, 9):
        with edit():
            venues = [factories.venue() for _ in range(size)]
            event = factories.league(slug=f"night-{size}", venues=venues)
            for venue in venues:
                factories.shown(factories.image(), venue)
                place = {"venue": venue, "space": factories.space(venue)}
                factories.takes_part(factories.slot(event, at(2026, 5, 1, 19), **place), factories.participant())
                factories.slot(event, at(2026, 5, 1, 18), slot_kind="doors", **place)
        factories.release(event)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/events/night-{size}/running-order").status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 10


# The page


def evening_of(client: Client, tag: str = "en", path: str = "/events/festival/") -> Any:
    return checked(client.get(path, {"lang": tag}))


def test_page_tells_the_evenings_stage_by_stage(client: Client, festival: Any) -> None:
    page = evening_of(client)
    assert [text for level, text in page.headings if level == "h3"] == [
        "Friday, 1 May 2026",
        "Saturday, 2 May 2026",
        "Dates to be announced",
    ]
    begin = page.texts.index("Running order")
    assert page.texts[begin : page.texts.index("Saturday, 2 May 2026", begin)] == [
        *("Running order", "Friday, 1 May 2026", "Park", "·", "Main stage"),
        *("18:00", "入场", "19:00–19:40", "甲", "Band", "Support"),
        *("Changeover, 20 min", "01:00–02:00", "Sat, 2 May", "乙"),
        *("to be announced", "大", "03:00", "Sat, 2 May", "散场"),
    ]
    assert [(each["href"], each["rel"]) for each in page.of("a") if "b.example" in each["href"]] == [
        ("https://b.example", "noopener nofollow")
    ]


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("zh-Hans", ["演出顺序", "换场，20 分钟", "示例乐队"]),
        ("zh-Hant", ["演出順序", "換場，20 分鐘", "示例樂隊"]),
        ("de", ["Ablauf", "Umbau, 20 Min.", "Vorprogramm"]),
    ],
)
def test_page_tells_the_evenings_in_every_language(client: Client, festival: Any, tag: str, words: list[str]) -> None:
    assert [word for word in words if word not in evening_of(client, tag).texts] == []


def test_page_shows_the_evenings_to_come_and_once_over_those_that_were(
    client: Client, festival: Any, clock: Any
) -> None:
    found = {}
    for day, hour in ((2, 3), (2, 4), (9, 12)):
        clock(at(2026, 5, day, hour))
        headings = [text for level, text in evening_of(client).headings if level == "h3"]
        found[day, hour] = [text for text in headings if "May" in text]
    assert found == {
        (2, 3): ["Friday, 1 May 2026", "Saturday, 2 May 2026"],
        (2, 4): ["Saturday, 2 May 2026"],
        (9, 12): ["Friday, 1 May 2026", "Saturday, 2 May 2026"],
    }


def test_page_tells_what_is_live_about_doors_and_sets(client: Client, festival: Any) -> None:
    for kind, words in (("doors", "Gate B"), ("set", "Ten minutes late")):
        slot = ReleasedSlot.objects.filter(slot_kind=kind).order_by("sort_start").first()
        assert slot is not None
        SlotNotice(event=festival, uid=slot.uid, text=text("通知", en=words)).save()
    assert {"Gate B", "Ten minutes late"} <= set(evening_of(client).texts)


def test_page_links_only_to_the_web(client: Client, festival: Any) -> None:
    with edit():
        row = ReleasedSlot.objects.exclude(participants=[]).get()
        frozen = [{**row.participants[0], "url": "javascript:alert(1)"}]
        ReleasedSlot._base_manager.filter(pk=row.pk).stamp(participants=frozen)
    page = evening_of(client)
    assert ("Band" in page.texts, [each for each in page.of("a") if "javascript" in each["href"]]) == (True, [])


def test_page_tells_machines_when_the_doors_of_a_single_evening_open(client: Client, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    with edit():
        event = factories.event(slug="night", event_kind="concert", starts_on=FRIDAY, ends_on=FRIDAY)
        factories.slot(event, moment("18:00"), slot_kind="doors", title=text("入场"))
        factories.slot(event, moment("19:00"), slot_kind="set")
    factories.release(event)
    (node,) = evening_of(client, path="/events/night/").data
    assert (node["doorTime"], node["startDate"]) == ("2026-05-01T18:00:00+08:00", "2026-05-01T19:00:00+08:00")


def test_page_of_matches_keeps_its_programme(client: Client, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    with edit():
        event = factories.event(slug="cup", starts_on=FRIDAY, ends_on=FRIDAY)
        factories.slot(event, moment("18:00"), slot_kind="doors", title=text("入场"))
        factories.slot(event, moment("19:00"), slot_kind="match")
    factories.release(event)
    texts = evening_of(client, path="/events/cup/").texts
    assert ("Programme" in texts, "Running order" in texts, "入场" in texts) == (True, False, False)


def test_page_costs_the_same_for_one_stage_and_for_many(client: Client, clock: Any) -> None:
    clock(at(2026, 4, 1, 12))
    costs = []
    for size in (1, 5):
        with edit():
            venues = [factories.venue() for _ in range(size)]
            event = factories.event(slug=f"night-{size}", starts_on=FRIDAY, ends_on=FRIDAY, venues=venues)
            for venue in venues:
                factories.shown(factories.image(), venue)
                place = {"venue": venue, "space": factories.space(venue), "slot_kind": "set"}
                factories.takes_part(factories.slot(event, moment("19:00"), **place), factories.participant())
        factories.release(event)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/events/night-{size}/").status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 27
