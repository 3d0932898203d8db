"""The stored intervals: kept in step with what is entered, carried on, and one opinion with the resolver."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from core.changes.edits import edit
from core.clock import district_day
from tests import factories
from tests.factories import at, text
from tests.venues.test_opening import NOW, museum, short, told
from venues.checks import opening_hours_are_carried_on
from venues.intervals import BACK
from venues.models import CalendarDay, HoursException, HoursRule, OpenInterval, Venue
from venues.opening import load_opening, open_at
from venues.opening_hours import State, intervals
from venues.timetables import MAIN, load_calendar, load_timetables

__all__ = ["museum"]  # the fixture


pytestmark = pytest.mark.django_db

# Changes


def revision_of(write: Callable[[], Any]) -> int:
    before = factories.revision()
    write()
    return factories.revision() - before


def test_hours_that_change_take_a_number_and_are_told_anew(get: Any, museum: Venue) -> None:
    def hours() -> list[str]:
        return told(get("venues/museum/hours", to="2026-10-04"))

    rule = HoursRule.objects.get(venue=museum, tuesday=True)
    rule.spans = [{"opens": "10:00", "closes": "15:00", "last_entry": None}]
    assert revision_of(rule.save) == 1
    assert (hours(), short(get("venues/museum")["opening"])) == (
        ["10-04 open 10:00-15:00 rule holiday"],
        "open closes 15:00 next 15:00",
    )
    assert revision_of(lambda: factories.closed(museum, date(2026, 10, 4))) == 1
    assert (hours(), short(get("venues/museum")["opening"])) == (
        ["10-04 closed exception holiday"],
        "closed next 10-05 09:00",
    )
    assert revision_of(HoursException.objects.get(first=date(2026, 10, 4)).delete) == 1
    assert hours() == ["10-04 open 10:00-15:00 rule holiday"]


def test_a_day_of_the_calendar_changes_every_venue_with_rules(get: Any, museum: Venue) -> None:
    factories.venue(slug="other")
    day = CalendarDay.objects.get(date=date(2026, 10, 5))
    before = factories.feed()
    assert revision_of(day.delete) == 1
    after = factories.feed()
    assert {key for key in after if after[key] != before[key]} == {("venue", "museum")}
    assert told(get("venues/museum/hours", from_="2026-10-05", to="2026-10-05")) == ["10-05 closed rule ordinary"]
    assert get("venues", open_at="2026-10-05T10:00:00+08:00")["results"] == []


def test_a_hall_that_follows_its_museum_opens_and_closes_with_it(get: Any, museum: Venue) -> None:
    hall = factories.venue(slug="hall", parent=museum, follows_parent=True)
    room = factories.venue(slug="room", parent=hall, follows_parent=True)
    assert [short(get(f"venues/{slug}")["opening"]) for slug in ("hall", "room")] == [
        "open closes 16:30 entry 16:00 next 16:30"
    ] * 2
    before = factories.feed()
    factories.closed(museum, date(2026, 10, 4))
    after = factories.feed()
    assert {key for key in after if after[key] != before.get(key)} == {
        ("venue", "museum"),
        ("venue", "hall"),
        ("venue", "room"),
    }
    assert short(get("venues/room")["opening"]) == "closed next 10-05 09:00"
    hall.follows_parent = False
    hall.save()
    assert [short(get(f"venues/{slug}")["opening"]) for slug in ("hall", "room")] == ["unknown", "unknown"]
    assert room.follows_parent


def test_only_what_is_part_of_something_can_follow_it() -> None:
    with pytest.raises(ValidationError) as caught:
        Venue(name=text("馆"), slug="x", follows_parent=True).full_clean()
    assert list(caught.value.message_dict) == ["follows_parent"]


def rows_of(venue: Venue) -> list[tuple[Any, ...]]:
    names = ("day", "state", "opens_at", "closes_at", "last_entry_at", "until")
    return list(OpenInterval.objects.filter(venue=venue).order_by("day", "opens_at").values_list(*names))


def test_intervals_reach_from_three_days_ago_to_as_far_as_is_set(museum: Venue, settings: Any) -> None:
    settings.HOURS_DAYS_AHEAD = 400
    museum.save()
    days = [row[0] for row in rows_of(museum)]
    today = district_day(NOW)
    assert (days[0], days[-1]) == (today - timedelta(days=BACK), today + timedelta(days=400))
    assert len(days) == len(set(days)) == BACK + 400 + 1


def test_a_save_that_changes_nothing_of_the_hours_leaves_the_intervals_alone(museum: Venue) -> None:
    before = set(OpenInterval.objects.values_list("pk", flat=True))
    museum.refresh_from_db()
    museum.postcode = "110021"
    museum.save()
    assert set(OpenInterval.objects.values_list("pk", flat=True)) == before
    factories.closed(museum, date(2026, 10, 24))
    assert len(before - set(OpenInterval.objects.values_list("pk", flat=True))) == 1  # that day's, and no other


def test_the_nightly_command_carries_the_intervals_on(clock: Any, museum: Venue) -> None:
    factories.venue(slug="nothing-entered")
    number = factories.revision()

    def run() -> str:
        out = StringIO()
        call_command("refresh_hours", stdout=out)
        return out.getvalue()

    assert run() == "Opening hours of 2 venues: 0 carried on.\n"
    clock(NOW + timedelta(days=31))
    (warning,) = opening_hours_are_carried_on(databases=["default"])
    assert (warning.id, "refresh_hours" in str(warning.hint)) == ("venues.W002", True)
    assert run() == "Opening hours of 2 venues: 1 carried on.\n"
    assert opening_hours_are_carried_on(databases=["default"]) == []
    days = [row[0] for row in rows_of(museum)]
    assert (days[0], days[-1]) == (date(2026, 11, 1), date(2026, 12, 19))
    assert factories.revision() == number  # nobody's answer changed


# Who is right: the stored intervals, the resolver, and a phone without a network


def random_venues(seed: int, count: int) -> list[Venue]:
    draw = random.Random(seed)
    with edit():
        venues = [factories.venue(slug=f"random-{seed}-{number}") for number in range(count)]
        for venue in venues:
            for _rule in range(draw.randint(0, 4)):
                random_rule(draw, venue)
            for _exception in range(draw.randint(0, 2)):
                first = date(2026, 9, 25) + timedelta(days=draw.randint(0, 20))
                spans = draw.choice(["", "10:00-15:00 (14:30)", "20:00-30:00"])
                values = {"spans": spans} if spans else {}
                factories.closed(venue, first, first + timedelta(days=draw.randint(0, 5)), **values)
    return venues


def random_rule(draw: random.Random, venue: Venue) -> None:
    opens = draw.randint(0, 23 * 60)
    closes = min(opens + draw.randint(1, 40 * 60), 48 * 60)
    state = draw.choice(["open", "open", "open", "by_booking", "exit_only", "closed"])
    factories.hours(
        venue,
        "" if state == "closed" else f"{_clock(opens)}-{_clock(closes)}",
        draw.choice(["mon-sun", "mon-fri", "sat-sun", "mon", "wed-thu"]),
        state=state,
        day_kind=draw.choice(["any", "any", "holiday", "make_up_workday", "national_day", "ordinary"]),
        priority=draw.choice([0, 0, 1]),
        **draw.choice([{}, {}, {"season_from": "10-01", "season_to": "03-14"}, {"valid_to": date(2026, 10, 3)}]),
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def resolved_open(venues: list[Venue], moment: datetime) -> dict[str, bool]:
    """By the resolver alone."""
    day = timezone.localtime(moment).date()
    days = [day - timedelta(days=back) for back in range(3)]
    calendar, tables = load_calendar(days[-1], days[0]), load_timetables(venues)
    zone = timezone.get_default_timezone()
    return {
        venue.slug: any(
            span.state is State.OPEN and span.opens_at <= moment < span.closes_at
            for each in days
            for span in intervals(tables[venue.pk][MAIN].day(each, calendar), zone)
        )
        for venue in venues
    }


def phone_says(answer: dict[str, Any], moment: datetime) -> bool:
    """Open now, from nothing but the answer of /hours: what a client without a network does."""
    here = moment.replace(tzinfo=None)
    for day in answer["results"]:
        midnight = datetime.fromisoformat(day["date"])
        for span in day["spans"]:
            opens, closes = (
                midnight + timedelta(hours=int(span[name][:2]), minutes=int(span[name][3:]))
                for name in ("opens", "closes")
            )
            if span["state"] == "open" and opens <= here < closes:
                return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_intervals_resolver_and_phone_agree(get: Any, clock: Any, seed: int) -> None:
    clock(NOW)
    factories.calendar(2026)
    venues = random_venues(seed, 8)
    draw = random.Random(seed)
    moments = [NOW + timedelta(minutes=draw.randint(-24 * 60, 12 * 24 * 60)) for _each in range(40)]
    names = ",".join(venue.slug for venue in venues)
    answers = {
        each["venue"]["slug"]: each
        for each in get("hours", venues=names, from_="2026-09-30", to="2026-10-20")["results"]
    }
    for moment in moments:
        expected = resolved_open(venues, moment)
        found = set(open_at(Venue.objects.all(), moment, NOW).values_list("slug", flat=True))
        assert {slug: slug in found for slug in expected} == expected, moment
        local = timezone.localtime(moment)
        assert {slug: phone_says(answer, local) for slug, answer in answers.items()} == expected, moment
        far = NOW - timedelta(days=900)  # asked from so long ago that no interval can be trusted
        assert set(open_at(Venue.objects.visible(), moment, far).values_list("slug", flat=True)) == found


@pytest.mark.parametrize("seed", range(4))
def test_next_change_is_the_first_minute_that_is_otherwise(clock: Any, seed: int) -> None:
    clock(NOW)
    factories.calendar(2026)
    venues = random_venues(seed, 6)
    draw = random.Random(seed)
    for moment in [NOW + timedelta(minutes=draw.randint(0, 5 * 24 * 60)) for _each in range(3)]:
        load_opening(venues, moment)
        for venue in venues:
            opening: Any = venue.opening  # type: ignore[attr-defined]
            if opening.state is State.OPEN and opening.closes_at:
                before, after = opening.closes_at - timedelta(minutes=1), opening.closes_at
                assert [resolved_open([venue], each)[venue.slug] for each in (moment, before, after)] == [
                    True,
                    True,
                    False,
                ]
            assert (opening.state is State.OPEN) is resolved_open([venue], moment)[venue.slug]


def test_without_a_calendar_answers_still_come_and_are_provisional(get: Any, clock: Any) -> None:
    clock(at(2027, 5, 1, 10))
    factories.museum()
    shown = get("venues/museum/hours", to="2027-05-08")
    assert {day["source"] for day in shown["results"]} == {"provisional"}
    assert {day["day_kind"] for day in shown["results"]} == {"ordinary"}
    assert short(get("venues/museum")["opening"]) == "open closes 16:30 entry 16:00 next 16:30"
    assert [code["code"] for code in shown["osm"]["unsaid"]] == ["calendar", "day_kinds", "last_entry"]
