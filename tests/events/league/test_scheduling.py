"""Drafts put into the calendar: around what has its time already, in this event and in others."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.changes.edits import edit
from core.models import Act
from events.conflicts import find_conflicts
from events.league.entrants import Field
from events.league.models import Stage
from events.league.producing import make_group_matches, make_knock_out
from events.league.scheduling import Scheduled, Windows, schedule, scheduled
from events.league.timetabling import Reason, Terms
from events.models import EventVenue, Slot
from tests import factories
from tests import factories_league as league
from tests.factories import at

pytestmark = pytest.mark.django_db

NOW = at(2026, 4, 1, 12)
EVERY_DAY = frozenset(range(7))
HOURLY = Terms(timedelta(minutes=60))


@pytest.fixture(autouse=True)
def _spring(clock: Any, english: None) -> None:
    clock(NOW)


def scene(groups: dict[str, str], courts: int = 1, **rules: Any) -> SimpleNamespace:
    """A cup whose group matches are made, in a hall with so many courts."""
    cup = league.cup(groups, **rules)
    with edit():
        cup.hall = factories.venue(slug="hall")
        EventVenue(event=cup.event, venue=cup.hall).save()
        cup.courts = [factories.space(cup.hall, slug=f"court-{number}") for number in range(1, courts + 1)]
    cup.stage = Stage.objects.get(event=cup.event, kind="groups")
    make_group_matches(cup.stage)
    cup.keys = [f"{cup.hall.pk}-{court.pk}" for court in cup.courts]
    return cup


def windows(times: str, first: int = 1, last: int = 1, **fields: Any) -> Windows:
    """``windows("10 11", 1, 3)``: days of May at whole hours."""
    hours = tuple(int(hour) * 60 for hour in times.split())
    return Windows(date(2026, 5, first), date(2026, 5, last), fields.get("weekdays", EVERY_DAY), hours)


def put(cup: SimpleNamespace, when: Windows, terms: Terms = HOURLY, **how: Any) -> Scheduled:
    return schedule(cup.event, how.get("uids"), when, how.get("spaces", cup.keys), terms)


def starts(found: Scheduled) -> list[str]:
    return [f"{timezone.localtime(slot.starts_at):%d %H:%M}" for slot in found.placed]


def test_matches_get_a_time_a_place_and_nothing_else() -> None:
    cup = scene({"a": "steel press mill"})
    found = put(cup, windows("10 12 14"))
    assert (starts(found), found.left, found.free) == (["01 10:00", "01 12:00", "01 14:00"], [], 3)
    slot = Slot.objects.get(match__number=1)
    assert (slot.starts_at, slot.ends_at, slot.precision, slot.on_date, slot.venue, slot.space, slot.status) == (
        *(at(2026, 5, 1, 10), at(2026, 5, 1, 11), "exact", None, cup.hall, cup.courts[0], "scheduled"),
    )
    note = Act.objects.filter(kind="event", fields=["slots"]).get().note
    assert note == "Put into the calendar: 3; without room: 0."
    assert find_conflicts(cup.event, NOW) == []


def test_a_preview_writes_nothing() -> None:
    cup = scene({"a": "steel press"})
    assert starts(scheduled(cup.event, None, windows("10"), cup.keys, HOURLY)) == ["01 10:00"]
    assert not Slot.objects.exclude(starts_at=None).exists()


def test_rest_days_and_nights_are_as_asked() -> None:
    cup = scene({"a": "steel press mill"}, courts=2)
    weekend = frozenset({5, 6})
    found = put(cup, windows("24 25", 1, 10, weekdays=weekend), Terms(timedelta(minutes=60), one_a_day=True))
    assert starts(found) == ["03 00:00", "04 00:00", "10 00:00"]
    assert [slot.day for slot in found.placed] == [date(2026, 5, 2), date(2026, 5, 3), date(2026, 5, 9)]


def test_what_finds_no_room_stays_as_it_was_and_says_why() -> None:
    cup = scene({"a": "steel press mill"})
    found = put(cup, windows("10 11"), Terms(timedelta(minutes=60), rest=timedelta(minutes=30)))
    assert starts(found) == ["01 10:00"]
    assert [why for _slot, why in found.left] == [{Reason.TAKEN: 1, Reason.REST: 1}] * 2
    assert Slot.objects.filter(precision="tba").count() == 2


# Around what is there


def test_drafts_with_a_time_stay_and_longer_ones_take_all_of_it() -> None:
    cup = scene({"a": "steel press mill"})
    with edit():
        opening = factories.slot(cup.event, at(2026, 5, 1, 10), ends_at=at(2026, 5, 1, 12, 30), slot_kind="ceremony")
        opening.venue, opening.space = cup.hall, cup.courts[0]
        opening.save()
    found = put(cup, windows("9 10 11 12 13 14"))
    assert (starts(found), found.free) == (["01 09:00", "01 13:00", "01 14:00"], 3)
    opening.refresh_from_db()
    assert opening.starts_at == at(2026, 5, 1, 10)


def test_a_team_that_plays_elsewhere_meanwhile_waits() -> None:
    cup = scene({"a": "steel press"})
    with edit():
        other = factories.slot(cup.event, at(2026, 5, 1, 9, 30), ends_at=at(2026, 5, 1, 12))
        factories.takes_part(other, cup.entries["steel"].team.participant)
    assert starts(put(cup, windows("9 10 11 12"))) == ["01 12:00"]


@pytest.mark.parametrize(
    ("whose", "released", "expected"),
    [("theirs", True, "01 11:00"), ("theirs", False, "01 10:00"), ("ours", False, "01 11:00")],
)
def test_other_events_count_as_far_as_conflicts_see_them(whose: str, released: bool, expected: str) -> None:
    cup = scene({"a": "steel press"})
    with edit():
        organizer = cup.event.organizer if whose == "ours" else factories.organizer()
        fair = factories.league(slug="fair", organizer=organizer, venues=[cup.hall])
        stand = factories.slot(fair, at(2026, 5, 1, 10), ends_at=at(2026, 5, 1, 11), slot_kind="market")
        stand.venue, stand.space = cup.hall, cup.courts[0]
        stand.save()
    if released:
        factories.release(fair)
    assert starts(put(cup, windows("10 11"))) == [expected]
    assert find_conflicts(cup.event, NOW) == []


def test_a_space_for_parallel_use_is_never_taken() -> None:
    cup = scene({"a": "steel press"})
    with edit():
        cup.courts[0].parallel_use = True
        cup.courts[0].save()
        show = factories.slot(cup.event, at(2026, 5, 1, 10), ends_at=at(2026, 5, 1, 11), slot_kind="show")
        show.venue, show.space = cup.hall, cup.courts[0]
        show.save()
    assert starts(put(cup, windows("10 11"))) == ["01 10:00"]


# What waits for what


def test_a_knock_out_waits_for_the_matches_that_decide_it() -> None:
    cup = scene({"a": "steel press", "b": "mill forge"}, courts=2, advance=2)
    make_knock_out(cup.finals, Field.GROUPS)
    found = put(cup, windows("10 11 12 13"))
    assert [(slot.match.number, timezone.localtime(slot.starts_at).hour) for slot in found.placed] == [
        *((1, 10), (2, 10), (3, 11), (4, 11), (5, 12)),
    ]


def test_a_match_whose_feeder_has_no_time_is_left() -> None:
    cup = scene({"a": "steel press", "b": "mill forge"}, advance=1)
    make_knock_out(cup.finals, Field.GROUPS)
    final = Slot.objects.get(match__number=3)
    found = put(cup, windows("10 11"), uids=[final.uid])
    assert [(slot.uid, why) for slot, why in found.left] == [(final.uid, {Reason.FEEDER: 2})]


def test_a_match_waits_for_a_day_of_which_only_the_date_is_known() -> None:
    cup = scene({"a": "steel press", "b": "mill forge"}, advance=1)
    make_knock_out(cup.finals, Field.GROUPS)
    with edit():
        for slot in Slot.objects.filter(match__number__in=(1, 2)):
            slot.precision, slot.on_date = "date", date(2026, 5, 2)
            slot.save()
    assert starts(put(cup, windows("10", 1, 4))) == ["03 10:00"]


def test_chosen_slots_are_put_elsewhere_though_they_have_a_time() -> None:
    cup = scene({"a": "steel press mill"})
    put(cup, windows("10 12 14"))
    second = Slot.objects.get(match__number=2)
    found = put(cup, windows("10 12 14 16"), uids=[second.uid])
    assert starts(found) == ["01 12:00"]
    with pytest.raises(ValidationError) as error:
        put(cup, windows("10"))
    assert error.value.code == "no_slots"


# Refused


def test_what_cannot_be_is_refused_by_field_and_writes_nothing() -> None:
    cup = scene({"a": "steel press"})
    ok: dict[str, Any] = {"when": windows("10"), "terms": HOURLY}
    for how, expected in [
        ({"when": windows("10", 2, 1)}, {"last"}),
        ({"when": windows("3")}, {"times"}),
        ({"when": windows("28")}, {"times"}),
        ({"when": windows("", weekdays=frozenset())}, {"times", "weekdays"}),
        ({"when": windows("10", weekdays=frozenset({0}))}, {"weekdays"}),
        ({"when": Windows(date(2026, 1, 1), date(2027, 3, 1), EVERY_DAY, (600,))}, {"last"}),
        ({"spaces": ["1-2-3"]}, {"spaces"}),
        ({"spaces": []}, {"spaces"}),
        ({"terms": Terms(timedelta(0))}, {"length"}),
        ({"terms": Terms(timedelta(minutes=60), rest=timedelta(days=31))}, {"rest"}),
    ]:
        with pytest.raises(ValidationError) as error:
            put(cup, **{**ok, **how})
        assert set(error.value.error_dict) == expected
    assert Slot.objects.get().starts_at is None


def test_too_many_cells_are_refused() -> None:
    cup = scene({"a": "steel press"})
    every = tuple(range(4 * 60, 28 * 60, 30))
    with pytest.raises(ValidationError) as error:
        put(cup, Windows(date(2026, 1, 1), date(2026, 12, 31), EVERY_DAY, every))
    assert "17520" in error.value.messages[0]


def test_a_schedule_of_more_matches_costs_the_same_queries() -> None:
    costs = []
    for slugs in ("steel press", "forge crane anvil lathe drill"):
        cup = scene({"a": slugs}, slug=f"cup-{len(slugs)}")
        with CaptureQueriesContext(connection) as queries:
            put(cup, windows("8 10 12 14 16 18", 1, 9))
        costs.append(len(queries))
        with edit():
            cup.hall.slug = f"hall-{len(slugs)}"
            cup.hall.save()
    assert costs[1] - costs[0] <= 1
