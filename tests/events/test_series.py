"""Series: which days a rule comes to, what editing it does to the slots that it made, and its pages in the admin."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.changes.models import acts_of
from events.models import Event, Series, Slot
from events.series import REASON, Fate, apply, end, occurrences, pairs, preview
from events.times import parse_dates, parse_times, time_text
from tests import factories
from tests.factories import at, league, revision, text
from tests.pages import enter, errors, open_form, read_form, said, save, url
from venues.opening_hours import Calendar, DayKind
from venues.timetables import load_calendar

pytestmark = pytest.mark.django_db

NOW = at(2026, 4, 1, 12)
HOLIDAY, WORKED = (DayKind.HOLIDAY, "labour_day"), (DayKind.MAKE_UP_WORKDAY, "labour_day")
# Labour Day 2026: Friday to Tuesday off, the Saturday after it is worked.
MAY = Calendar(
    {**{date(2026, 5, day): HOLIDAY for day in range(1, 6)}, date(2026, 5, 9): WORKED}, frozenset({2025, 2026})
)


@pytest.fixture(autouse=True)
def _spring(clock: Callable[[datetime], None]) -> None:
    clock(NOW)


def days(series: Series, calendar: Calendar = MAY) -> str:
    """``"05-01 05-02"``."""
    return " ".join(f"{when.date:%m-%d}" for when in occurrences(series, calendar))


def rows(event: Event) -> list[str]:
    """``"05-01 10:00 scheduled Fair"``."""
    found = []
    for slot in event.slots.order_by("day", "sort_start"):
        start = f" {factories.local_hour(slot.starts_at):02}:{slot.starts_at.minute:02}" if slot.starts_at else ""
        found.append(f"{slot.day:%m-%d}{start} {slot.status} {slot.title['en']}")
    return found


def uids(event: Event) -> dict[str, Any]:
    return {f"{slot.day:%m-%d}": slot.uid for slot in event.slots.all()}


def fates(seen: Any) -> dict[str, str]:
    return {line.key[5:]: line.fate.value for line in seen.lines}


def change(row: Any, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()


@pytest.fixture
def week() -> Event:
    """Friday to Tuesday."""
    return league(starts_on=date(2026, 5, 15), ends_on=date(2026, 5, 19))


@pytest.fixture
def tours(week: Event) -> Series:
    """Friday, Saturday and Sunday at ten."""
    made = factories.series(week, "fri sat sun", "10:00-11:00")
    apply(made, by=None)
    return made


# The rule


@pytest.mark.parametrize(
    ("weekdays", "fields", "expected"),
    [
        ("fri", {}, "05-01 05-08"),
        ("fri sat", {}, "05-01 05-02 05-08 05-09"),
        ("fri sat", {"holidays": "not"}, "05-08 05-09"),  # a worked Saturday is no holiday, and stays a Saturday
        ("fri", {"holidays": "also"}, "05-01 05-02 05-03 05-04 05-05 05-08"),
        ("", {"holidays": "also"}, "05-01 05-02 05-03 05-04 05-05"),
        ("wed", {"holidays": "not"}, "05-06"),
        ("wed", {"extra_dates": ["2026-05-07", "2026-06-01"]}, "05-06 05-07 06-01"),
        ("wed fri", {"excluded_dates": ["2026-05-01", "2026-05-06"]}, "05-08"),
        ("", {"holidays": "also", "excluded_dates": ["2026-05-02"]}, "05-01 05-03 05-04 05-05"),
        ("fri", {"holidays": "not", "extra_dates": ["2026-05-01"]}, "05-01 05-08"),  # what is named beats the rule
        ("fri", {"first": date(2026, 5, 2)}, "05-08"),
        ("fri", {"first": date(2026, 5, 8), "last": date(2026, 5, 8)}, "05-08"),
    ],
)
def test_series_comes_to_days(weekdays: str, fields: dict[str, Any], expected: str) -> None:
    event = league(starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 10))
    assert days(factories.series(event, weekdays, **fields)) == expected


def test_series_of_the_factory_fair_is_what_it_was() -> None:
    """Fridays, Saturdays, Sundays and public holidays; 27 April was a Sunday, though a worked one."""
    factories.calendar(2025)
    fair = league(starts_on=date(2025, 4, 18), ends_on=date(2025, 5, 5))
    series = factories.series(fair, "fri sat sun", holidays="also")
    april, may = "04-18 04-19 04-20 04-25 04-26 04-27", "05-01 05-02 05-03 05-04 05-05"
    calendar = load_calendar(series.first, series.last)
    assert days(series, calendar) == f"{april} {may}"
    assert calendar.kind(date(2025, 4, 27))[0] == DayKind.MAKE_UP_WORKDAY
    series.holidays = "not"
    assert days(series, calendar) == april
    series.holidays = "ordinary"
    assert days(series, calendar) == f"{april} 05-02 05-03 05-04"


def test_series_without_the_years_calendar_is_provisional() -> None:
    factories.calendar(2026)
    season = league(starts_on=date(2026, 12, 30), ends_on=date(2027, 1, 3))
    found = {
        rule: (preview(series, NOW).provisional, days(series, load_calendar(series.first, series.last)))
        for rule in ("ordinary", "also", "not")
        for series in [factories.series(season, "fri sat", holidays=rule)]
    }
    assert found == {"ordinary": ([], "01-01 01-02"), "also": ([2027], "01-01 01-02"), "not": ([2027], "01-01 01-02")}


@pytest.mark.parametrize(
    ("times", "starts", "ends", "on_date"),
    [
        ("10:00-11:30", at(2026, 5, 15, 10), at(2026, 5, 15, 11, 30), None),
        ("14:00", at(2026, 5, 15, 14), None, None),
        ("18:00-25:30", at(2026, 5, 15, 18), at(2026, 5, 16, 1, 30), None),
        ("25:00-26:00", at(2026, 5, 16, 1), at(2026, 5, 16, 2), None),
        ("3:30-5:00", at(2026, 5, 15, 3, 30), at(2026, 5, 15, 5), date(2026, 5, 15)),
        ("", None, None, date(2026, 5, 15)),
    ],
)
def test_series_makes_slots_of_its_day(week: Event, times: str, starts: Any, ends: Any, on_date: Any) -> None:
    apply(factories.series(week, "fri", times), by=None)
    slot = week.slots.get()
    assert (slot.starts_at, slot.ends_at, slot.on_date, slot.day) == (starts, ends, on_date, date(2026, 5, 15))


def test_series_gives_its_slots_what_it_says(week: Event) -> None:
    hall = factories.venue()
    space = factories.space(hall)
    series = factories.series(week, "sat", "10:00", venue=hall, space=space, capacity=20, place_name=text("门口"))
    seen = apply(series, by=None)
    slot = week.slots.get()
    assert (slot.slot_kind, slot.title, slot.venue, slot.space, slot.capacity, slot.place_name, slot.status) == (
        "market",
        series.title,
        hall,
        space,
        20,
        text("门口"),
        "scheduled",
    )
    assert (slot.series, fates(seen)) == (series, {"05-16 10:00": "added"})


WRONG: list[tuple[dict[str, Any], set[str]]] = [
    ({}, {"monday"}),
    ({"friday": True, "last": date(2026, 5, 1)}, {"last"}),
    ({"friday": True, "last": date(2036, 5, 1)}, {"last"}),
    ({"extra_dates": ["2026-05-02"], "excluded_dates": ["2026-05-02"]}, {"excluded_dates"}),
    ({"friday": True, "times": [{"starts": "10:00", "ends": "9:00"}]}, {"times"}),
    ({"friday": True, "times": ["10:00"]}, {"times"}),
    ({"friday": True, "times": {"starts": "10:00"}}, {"times"}),
    ({"friday": True, "extra_dates": [1]}, {"extra_dates"}),
    ({"friday": True, "extra_dates": [{}], "excluded_dates": 5}, {"extra_dates", "excluded_dates"}),
    ({"friday": True, "extra_dates": ["2026-02-30"]}, {"extra_dates"}),
    ({"friday": True, "title": {"en": "Fair"}}, {"title"}),
    ({"friday": True, "holidays": "perhaps"}, {"holidays"}),
]


@pytest.mark.parametrize(("fields", "names"), WRONG)
def test_series_that_is_wrong_says_where(week: Event, fields: dict[str, Any], names: set[str]) -> None:
    series = Series(event=week, **{"title": text("大集"), "first": week.starts_on, "last": week.ends_on, **fields})
    with pytest.raises(ValidationError) as caught:
        apply(series, by=None)
    assert (set(caught.value.error_dict), week.slots.count(), week.series.count()) == (names, 0, 0)


def test_series_too_long_for_one_act_is_refused_whole(week: Event) -> None:
    every = "mon tue wed thu fri sat sun"
    series = factories.series(week, every, "10:00, 12:00, 14:00", last=date(2027, 5, 15))
    with pytest.raises(ValidationError) as caught:
        apply(series, by=None)
    assert ([error.code for error in caught.value.error_list], week.slots.count()) == (["too_many"], 0)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", []),
        ("9-10:30", ["09:00-10:30"]),
        ("14:00, 9:30", ["09:30", "14:00"]),
        ("18：00—25：30、930", ["09:30", "18:00-25:30"]),
        ("10:00 至 11:00", ["10:00-11:00"]),
        ("27:59-48:00", ["27:59-48:00"]),
        ("28:00", "limits"),
        ("10:00-49:00", "limits"),
        ("11:00-10:00", "order"),
        ("10:00-10:00", "order"),
        ("10:00, 10:00-11:00", "twice"),
        ("soon", "invalid"),
        ("10:75", "invalid"),
        (", ".join(f"{hour}:{minute:02}" for hour in range(10) for minute in range(0, 50, 10)), "too_many"),
    ],
)
def test_times_are_read_as_typed(typed: str, read: Any) -> None:
    if isinstance(read, list):
        assert [time_text(time) for time in parse_times(typed)] == read
        return
    with pytest.raises(ValidationError) as caught:
        parse_times(typed)
    assert [error.code for error in caught.value.error_list] == [read]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("2026-05-02 2026-5-1", "01 02"),
        ("2026-05-01、2026/05/03, 2026.05.01", "01 03"),
        ("2026-05-01..2026-05-03", "01 02 03"),
        ("2026-05-01 至 2026-05-02", "01 02"),
        ("2026-05-01 ~ 2026-05-02, 2026-05-09", "01 02 09"),
        ("2026-05-03..2026-05-01", "order"),
        ("0001-05-03", "order"),
        ("2026-02-30", "invalid"),
        ("tomorrow", "invalid"),
        ("2026-01-01..2999-01-01", "too_many"),
    ],
)
def test_dates_are_read_as_typed(typed: str, read: str) -> None:
    try:
        found = " ".join(f"{day:%d}" for day in parse_dates(typed))
    except ValidationError as error:
        found = str(error.error_list[0].code)
    assert found == read


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (["05-15 10:00"], ["15 10:30"], {"05-15 10:00": 630}),
        (["05-15 10:00", "05-15 14:00"], ["15 13:00"], {"05-15 14:00": 780}),
        (["05-15 10:00", "05-15 14:00"], ["15 14:00", "15 15:00"], {"05-15 10:00": 900, "05-15 14:00": 840}),
        (["05-15"], ["15 10:00", "15 12:00"], {"05-15": 600}),  # its time has become known
        (["05-15"], ["15"], {"05-15": None}),
        (["05-15 10:00"], ["16 10:00"], {}),
    ],
)
def test_series_pairs_occurrences_of_a_day_by_the_nearest_start(week: Event, old: Any, new: Any, expected: Any) -> None:
    wanted = []
    for each in new:
        day, _space, start = each.partition(" ")
        day_of = date(2026, 5, int(day))
        wanted += occurrences(factories.series(week, "", start, extra_dates=[str(day_of)]), MAY)
    found = pairs([f"2026-{key}" for key in old], wanted)
    assert {key[5:]: when.start for key, when in found.items()} == expected


# Editing it


def test_series_edited_remakes_its_slots_and_keeps_their_names(week: Event, tours: Series) -> None:
    before = uids(week)
    change_to = {"times": [{"starts": "10:30", "ends": "12:00"}], "sunday": False, "monday": True}
    for name, value in change_to.items():
        setattr(tours, name, value)
    seen = apply(tours, by=None)
    assert fates(seen) == {
        "05-15 10:30": "changed",
        "05-16 10:30": "changed",
        "05-17 10:00": "removed",
        "05-18 10:30": "added",
    }
    assert rows(week) == [f"05-{day} 10:30 scheduled Fair" for day in (15, 16, 18)]
    after = uids(week)
    assert {day: after[day] == before.get(day) for day in after} == {"05-15": True, "05-16": True, "05-18": False}
    assert {line.fate for line in preview(tours, NOW).lines} == {Fate.SAME}


TOUCHES: dict[str, Callable[[Slot], Any]] = {
    "moved": lambda slot: change(slot, starts_at=slot.starts_at + timedelta(hours=3), ends_at=None),
    "on another day": lambda slot: change(slot, starts_at=at(2026, 5, 19, 10), ends_at=None),
    "retitled": lambda slot: change(slot, title=text("夜场", en="By night")),
    "cancelled": lambda slot: change(slot, status="cancelled", status_note=text("雨")),
    "in a hall": lambda slot: change(slot, venue=factories.venue()),
    "smaller": lambda slot: change(slot, capacity=5),
    "guided": lambda slot: factories.takes_part(slot, factories.participant()),
}


@pytest.mark.parametrize("how", TOUCHES)
def test_series_leaves_alone_what_was_changed_by_hand(week: Event, tours: Series, how: str) -> None:
    slot = week.slots.order_by("day")[0]
    TOUCHES[how](slot)
    kept = Slot.objects.filter(pk=slot.pk).values_list("starts_at", "title", "status", "venue", "capacity").get()
    tours.times = [{"starts": "10:30", "ends": None}]
    assert fates(apply(tours, by=None)) == {"05-15 10:30": "kept", "05-16 10:30": "changed", "05-17 10:30": "changed"}
    tours.friday = False
    assert fates(apply(tours, by=None))["05-15 10:30"] == "kept"
    stands = Slot.objects.filter(pk=slot.pk).values_list("starts_at", "title", "status", "venue", "capacity").get()
    assert (stands, week.slots.count()) == (kept, 3)
    tours.friday = True  # and the day is not filled a second time
    assert (fates(apply(tours, by=None))["05-15 10:30"], week.slots.count()) == ("kept", 3)


def test_a_slot_that_was_changed_back_is_the_series_own_again(week: Event, tours: Series) -> None:
    slot = week.slots.order_by("day")[0]
    title = slot.title
    change(slot, title=text("夜场"))
    change(slot, title=title)
    tours.times = [{"starts": "12:00", "ends": None}]
    assert set(fates(apply(tours, by=None)).values()) == {"changed"}


def test_what_was_deleted_by_hand_stays_away_until_it_is_wanted_again(week: Event, tours: Series) -> None:
    week.slots.order_by("day")[0].delete()
    tours.times = [{"starts": "10:30", "ends": None}]
    seen = apply(tours, by=None)
    assert (fates(seen)["05-15 10:30"], week.slots.count()) == ("left_out", 2)
    assert (fates(apply(tours, by=None))["05-15 10:30"], week.slots.count()) == ("left_out", 2)
    assert fates(apply(tours, by=None, again=True))["05-15 10:30"] == "added"
    assert (week.slots.count(), set(fates(apply(tours, by=None)).values())) == (3, {"same"})


def test_released_slots_that_fall_out_are_cancelled_and_come_back(week: Event, tours: Series) -> None:
    factories.release(week)
    sunday = week.slots.get(day=date(2026, 5, 17))
    tours.sunday = False
    assert fates(apply(tours, by=None, reason=text("停", en="Off")))["05-17 10:00"] == "cancelled"
    sunday.refresh_from_db()
    assert (sunday.status, sunday.status_note) == ("cancelled", text("停", en="Off"))
    assert fates(apply(tours, by=None))["05-17 10:00"] == "same"  # it keeps the reason that it was given
    tours.sunday = True
    assert fates(apply(tours, by=None))["05-17 10:00"] == "changed"
    sunday.refresh_from_db()
    assert (sunday.status, sunday.status_note) == ("scheduled", {})
    tours.sunday = False
    apply(tours, by=None)
    sunday.refresh_from_db()
    assert sunday.status_note == REASON


def test_what_is_over_stays_as_visitors_have_seen_it(
    week: Event, tours: Series, clock: Callable[[datetime], None]
) -> None:
    factories.release(week)
    clock(at(2026, 5, 16, 12))  # Friday's and Saturday's are over
    tours.times = [{"starts": "15:00", "ends": None}]
    tours.saturday = False
    assert fates(preview(tours, at(2026, 5, 16, 12))) == {
        "05-15 15:00": "over",
        "05-16 10:00": "over",
        "05-17 15:00": "changed",
    }
    apply(tours, by=None)
    assert rows(week) == [f"05-{day} scheduled Fair" for day in ("15 10:00", "16 10:00", "17 15:00")]


def test_series_makes_nothing_public_before_the_next_release(week: Event, tours: Series) -> None:
    factories.release(week)
    before = revision()
    tours.title = text("新", en="New")
    apply(tours, by=None)
    assert (revision(), {row.title["en"] for row in week.released_slots.current()}) == (before, {"Fair"})


def test_previewing_a_series_writes_nothing(week: Event, tours: Series) -> None:
    before = (rows(week), Event.objects.get(pk=week.pk).version, acts_of(week).count())
    tours.title = text("新", en="New")
    assert set(fates(preview(tours, NOW)).values()) == {"changed"}
    assert (rows(week), Event.objects.get(pk=week.pk).version, acts_of(week).count()) == before


def test_series_is_logged_and_raises_the_version_of_its_event(week: Event) -> None:
    anna, before = factories.user("anna"), week.version
    apply(factories.series(week, "fri", "10:00"), by=anna)
    act = acts_of(week).get()
    week.refresh_from_db()
    assert (act.verb, act.by, act.fields, act.version) == ("changed", anna, ["series"], week.version)
    assert week.version > before


@pytest.mark.parametrize("keep", [True, False])
def test_a_series_that_ends_lets_its_slots_go_or_takes_them_with_it(week: Event, tours: Series, keep: bool) -> None:
    factories.release(week)
    change(week.slots.get(day=date(2026, 5, 15)), title=text("夜场", en="By night"))
    tours.monday = True
    apply(tours, by=None)  # Monday's has not been released
    end(tours, by=None, keep=keep)
    friday, sunday = "05-15 10:00 scheduled By night", "05-17 10:00"
    expected = [friday, "05-16 10:00 scheduled Fair", f"{sunday} scheduled Fair", "05-18 10:00 scheduled Fair"]
    gone = [friday, "05-16 10:00 cancelled Fair", f"{sunday} cancelled Fair"]
    assert rows(week) == (expected if keep else gone)
    assert (week.series.count(), set(week.slots.values_list("series", "occurrence", "made"))) == (0, {(None, "", None)})


def test_an_event_goes_with_its_series(week: Event, tours: Series) -> None:
    week.delete()
    assert (Series.objects.count(), Slot.objects.count()) == (0, 0)


def test_a_slot_that_is_put_into_another_event_leaves_its_series(week: Event, tours: Series) -> None:
    slot = week.slots.order_by("day")[0]
    change(slot, event=league())
    assert (slot.series, slot.made, fates(preview(tours, NOW))["05-15 10:00"]) == (None, None, "left_out")


def test_series_takes_few_queries_however_many_slots(week: Event) -> None:
    def count(last: date) -> tuple[int, int]:
        event = league()
        series = factories.series(event, "mon tue wed thu fri sat sun", "10:00, 12:00", last=last)
        with CaptureQueriesContext(connection) as first:
            apply(series, by=None)
        series.times = [{"starts": "10:30", "ends": None}, {"starts": "12:30", "ends": None}]
        with CaptureQueriesContext(connection) as second:
            apply(series, by=None)
        return len(first), len(second)

    few, many = count(date(2026, 5, 2)), count(date(2026, 5, 9))
    assert few == many
    assert max(many) < 30


# Its pages in the admin


@pytest.fixture
def staff(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


def posted(page: Any, **more: str) -> dict[str, str]:
    """What the preview posts with one of its buttons."""
    return {**read_form(page, "preview_form"), **more}


def test_a_series_is_seen_before_it_is_made(staff: Any, week: Event, cast: SimpleNamespace) -> None:
    address = f"{url(Series, 'add')}?_changelist_filters=event__id__exact%3D{week.pk}"
    form = read_form(staff.get(address))
    assert (form["event"], form["first"], form["title__en"]) == (str(week.pk), "2026-05-15", week.title["en"])
    shown = save(staff, address, form, "_preview", saturday="on", times="10-11:30")
    assert (shown.context["page"].counts()[0]["count"], week.series.count(), week.slots.count()) == (1, 0, 0)
    assert "Saturday" in shown.content.decode()
    back = staff.post(address, posted(shown, _back="1"))
    assert (read_form(back)["times"], read_form(back)["saturday"], errors(back)) == ("10-11:30", "on", {})
    done = staff.post(address, posted(shown, _apply="1"))
    assert (done.status_code, said(done)) == (302, ["success: Done: added (1)."])
    slot = week.slots.get()
    assert (slot.day, slot.series, slot.ends_at) == (date(2026, 5, 16), week.series.get(), at(2026, 5, 16, 11, 30))
    assert [(act.verb, act.by, act.fields) for act in acts_of(week)] == [("changed", cast.staff, ["series"])]


def test_a_preview_of_what_somebody_has_changed_since_is_shown_again(staff: Any, week: Event, tours: Series) -> None:
    shown = save(staff, url(tours), open_form(staff, url(tours)), "_preview", times="12:00")
    change(week.slots.order_by("day")[0], title=text("夜场", en="By night"))
    again = staff.post(url(tours), posted(shown, _apply="1"))
    assert (again.context["stale"], rows(week)[1]) == (True, "05-16 10:00 scheduled Fair")
    assert staff.post(url(tours), posted(again, _apply="1")).status_code == 302
    assert [row[:11] for row in rows(week)] == ["05-15 10:00", "05-16 12:00", "05-17 12:00"]


def test_the_preview_asks_for_a_reason_and_for_what_was_deleted(staff: Any, week: Event, tours: Series) -> None:
    factories.release(week)
    week.slots.order_by("day")[0].delete()
    shown = save(staff, url(tours), open_form(staff, url(tours)), "_preview", sunday=None)
    form = posted(shown, _apply="1", again="on", reason__de="Abgesagt", reason__en="Off")
    assert form["reason__zh-Hans"] == REASON["zh-Hans"]
    long = staff.post(url(tours), {**form, "reason__de": "x" * 301})
    assert (list(long.context["choice"].errors), week.slots.count()) == (["reason"], 2)
    assert staff.post(url(tours), form).status_code == 302
    assert [row[:21] for row in rows(week)] == [
        "05-15 10:00 scheduled",
        "05-16 10:00 scheduled",
        "05-17 10:00 cancelled",
    ]
    assert week.slots.latest("day").status_note == {**REASON, "de": "Abgesagt", "en": "Off"}


def test_a_form_in_error_is_shown_and_nothing_previewed(staff: Any, week: Event, tours: Series) -> None:
    form = open_form(staff, url(tours))
    wrong = {"times": "soon", "extra_dates": "2026-02-30", "last": "2026-05-01"}
    assert set(errors(save(staff, url(tours), form, "_preview", **wrong))) == {"times", "extra_dates", "last"}
    every = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "on")
    times = ", ".join(f"{hour}:00" for hour in range(20))
    many = errors(save(staff, url(tours), form, "_preview", last="2027-05-01", times=times, **every))
    assert [len(messages) for messages in many.values()] == [1]
    assert "1000 at most" in many[""][0]


@pytest.mark.parametrize(("keep", "expected"), [("yes", 3), ("no", 0)])
def test_a_series_is_deleted_with_or_without_its_slots(
    staff: Any, week: Event, tours: Series, keep: str, expected: int
) -> None:
    page = staff.get(url(tours, "delete"))
    assert [each["count"] for each in page.context["page"].counts()] == [3]
    done = staff.post(url(tours, "delete"), {**read_form(page, "delete_form"), "keep": keep})
    assert (done.status_code, week.series.count(), week.slots.count()) == (302, 0, expected)
    assert staff.get(url(tours, "delete")).status_code == 302  # gone


def test_a_members_series_are_those_of_the_own_events(cast: SimpleNamespace, week: Event, tours: Series) -> None:
    own = league(organizer=cast.ours, published=False)
    apply(factories.series(own, "fri", "10:00"), by=None)
    editor = enter(cast.editor)
    assert [row.event for row in editor.get(url(Series, "changelist")).context["cl"].result_list] == [own]
    form = read_form(editor.get(url(Series, "add")))
    foreign = {"event": str(week.pk), "first": "2026-05-15", "last": "2026-05-16", "friday": "on"}
    refused = save(editor, url(Series, "add"), form, "_preview", **foreign, **{"title__zh-Hans": "集"})
    assert set(errors(refused)) == {"event"}


def test_the_page_of_an_event_leads_to_its_series(staff: Any, week: Event, tours: Series) -> None:
    page = staff.get(url(week)).content.decode()
    assert f"{url(Series, 'changelist')}?event__id__exact={week.pk}" in page
    assert "1 series of slots" in page
