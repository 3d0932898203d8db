"""Whether a venue is open, its hours by date, and hours that cannot be: through the API and the models."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.changes.edits import edit
from tests import factories
from tests.factories import at, text
from venues.models import CalendarDay, HoursException, HoursRule, Venue
from venues.opening_hours import DayKind
from venues.spans import write_spans

pytestmark = pytest.mark.django_db

NOW = at(2026, 10, 4, 10)  # a Sunday in the National Day holiday


@pytest.fixture
def museum(clock: Callable[[Any], None]) -> Venue:
    clock(NOW)
    factories.calendar(2025, 2026)
    return factories.museum()


def short(opening: dict[str, Any]) -> str:
    """``"open closes 16:30 entry 16:00 next 16:30"``, with the date where it is not today's."""

    def told(word: str, name: str) -> str:
        if opening[name] is None:
            return ""
        moment = datetime.fromisoformat(opening[name])
        here = datetime.fromisoformat(opening["evaluated_at"])
        return f"{word} {moment:%H:%M}" if moment.date() == here.date() else f"{word} {moment:%m-%d %H:%M}"

    parts = [opening["state"], told("closes", "closes_at"), told("entry", "last_entry_at")]
    return " ".join(part for part in [*parts, told("next", "next_change_at")] if part)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(2026, 10, 4, 8, 59), "closed next 09:00"),
        (at(2026, 10, 4, 9), "open closes 16:30 entry 16:00 next 16:30"),
        (
            at(2026, 10, 4, 16, 15),
            "open closes 16:30 entry 16:00 next 16:30",
        ),  # too late to get in
        (at(2026, 10, 4, 16, 30), "closed next 10-05 09:00"),  # the next day is a Monday, and a holiday
        (at(2026, 10, 5, 9), "open closes 16:30 entry 16:00 next 16:30"),
        (at(2026, 10, 11, 20), "closed next 10-13 09:00"),  # over an ordinary Monday
        (at(2026, 10, 12, 10), "closed next 10-13 09:00"),
    ],
)
def test_opening_of_the_museum(get: Any, clock: Any, museum: Venue, moment: datetime, expected: str) -> None:
    clock(moment)
    assert short(get("venues/museum")["opening"]) == expected
    assert [venue["slug"] for venue in get("venues", open_now="true")["results"]] == (
        ["museum"] if expected.startswith("open") else []
    )


def test_opening_has_the_shape_of_the_contract(get: Any, museum: Venue) -> None:
    assert get("venues/museum", lang="en")["opening"] == {
        "state": "open",
        "evaluated_at": "2026-10-04T10:00:00+08:00",
        "closes_at": "2026-10-04T16:30:00+08:00",
        "last_entry_at": "2026-10-04T16:00:00+08:00",
        "next_change_at": "2026-10-04T16:30:00+08:00",
        "today": [{"opens": "09:00", "last_entry": "16:00", "closes": "16:30", "state": "open"}],
        "note": None,
    }


def test_opening_says_why_in_the_asked_language(get: Any, clock: Any, museum: Venue) -> None:
    clock(at(2026, 10, 12, 10))
    assert get("venues/museum", lang="en")["opening"]["note"] == "Closed on Mondays"
    german = get("venues/museum", lang="de")
    assert (german["opening"]["note"], german["fallbacks"]["opening.note"]) == ("Closed on Mondays", "en")


@pytest.mark.parametrize(
    ("rules", "moment", "expected"),
    [
        ([], at(2026, 10, 4, 10), "unknown"),
        ([{"spans": "18:00-25:30 (25:00)"}], at(2026, 10, 5, 1), "open closes 01:30 entry 01:00 next 01:30"),
        ([{"spans": "18:00-25:30"}], at(2026, 10, 5, 1, 30), "closed next 18:00"),
        ([{"spans": "0-24"}], at(2026, 10, 5, 1), "open"),  # always: nobody knows of a change
        ([{"spans": "0-24", "days": "mon-fri"}], at(2026, 10, 7, 1), "open closes 10-10 00:00 next 10-10 00:00"),
        ([{"spans": "9-12, 13-17"}], at(2026, 10, 5, 12, 30), "closed next 13:00"),
        ([{"spans": "", "state": "by_booking"}], at(2026, 10, 5, 12), "by_booking"),
        ([{"spans": "9-17", "state": "by_booking"}], at(2026, 10, 5, 12), "by_booking closes 17:00 next 17:00"),
        (
            [{"spans": "9-17", "state": "by_booking"}, {"spans": "13-15"}],
            at(2026, 10, 5, 12),
            "by_booking closes 17:00 next 13:00",  # when everybody may walk in
        ),
        ([{"spans": "9-17", "state": "exit_only"}], at(2026, 10, 5, 12), "closed"),
        (
            [{"spans": "9-17"}, {"spans": "17-18", "state": "exit_only"}],
            at(2026, 10, 5, 17, 30),
            "closed next 10-06 09:00",
        ),
        ([{"spans": "9-17", "service": "cafe"}], at(2026, 10, 5, 12), "unknown"),  # a café's are not the venue's
        ([{"spans": "9-17", "valid_from": date(2026, 11, 1)}], at(2026, 10, 5, 12), "unknown next 11-01 09:00"),
    ],
)
def test_opening_of_other_hours(get: Any, clock: Any, rules: list[Any], moment: datetime, expected: str) -> None:
    clock(moment)
    venue = factories.venue(slug="place")
    for rule in rules:
        factories.hours(venue, **rule)
    assert short(get("venues/place")["opening"]) == expected


def test_opening_of_what_does_not_operate_is_closed(get: Any, museum: Venue) -> None:
    museum.status = "renovation"
    museum.save()
    shown = get("venues/museum/hours", from_="2026-10-04", to="2026-10-04")["results"]
    assert [(day["state"], day["source"]) for day in shown] == [("closed", "none")]
    assert short(get("venues/museum")["opening"]) == "closed"


# /hours


def told(answer: dict[str, Any]) -> list[str]:
    """``["10-05 open 09:00-16:30/16:00 rule holiday"]``."""
    lines = []
    for day in answer["results"]:
        spans = [
            f"{each['opens']}-{each['closes']}" + (f"/{each['last_entry']}" if each["last_entry"] else "")
            for each in day["spans"]
        ]
        lines.append(" ".join([day["date"][5:], day["state"], *spans, day["source"], day["day_kind"]]))
    return lines


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-10", "10-10 open 09:00-16:30/16:00 rule make_up_workday"),
        ("2026-10-12", "10-12 closed rule ordinary"),
        ("2026-01-01", "01-01 open 09:00-18:30/18:00 exception holiday"),
        ("2026-02-28", "02-28 open 09:00-16:30/16:00 rule make_up_workday"),
        ("2026-10-05", "10-05 open 09:00-16:30/16:00 rule holiday"),
        ("2027-10-04", "10-04 closed provisional ordinary"),
        ("9999-12-31", "12-31 open 09:00-16:30/16:00 provisional ordinary"),
        ("0001-01-01", "01-01 closed provisional ordinary"),
    ],
)
def test_hours_of_the_museum(get: Any, museum: Venue, day: str, expected: str) -> None:
    assert told(get("venues/museum/hours", from_=day, to=day)) == [expected]
    (several,) = get("hours", venues="museum", from_=day, to=day)["results"]
    assert told(several) == [expected]


def test_hours_by_default_are_of_a_week_from_today(get: Any, museum: Venue) -> None:
    shown = get("venues/museum/hours", lang="en")
    assert {name: shown[name] for name in ("from", "to", "service", "space")} == {
        "from": "2026-10-04",
        "to": "2026-10-10",
        "service": "main",
        "space": None,
    }
    assert shown["venue"] == {"slug": "museum", "name": shown["venue"]["name"], "image": None}
    assert len(shown["results"]) == 7
    assert get("venues/museum/hours", from_="9999-12-30")["to"] == "9999-12-31"


def test_hours_of_a_desk_of_its_own(get: Any, museum: Venue) -> None:
    hall = factories.space(museum, slug="foundry")
    factories.hours(museum, "10-15", service="hall", space=hall)
    factories.hours(museum, "8-22", service="cafe")
    shown = get("venues/museum/hours", from_="2026-10-12", to="2026-10-12", service="hall", space="foundry")
    assert told(shown) == ["10-12 open 10:00-15:00 rule ordinary"]
    assert shown["services"] == [
        {"service": "cafe", "space": None},
        {"service": "hall", "space": "foundry"},
        {"service": "main", "space": None},
    ]
    assert told(get("venues/museum/hours", to="2026-10-04", service="shop")) == ["10-04 unknown none holiday"]


def test_hours_of_several_venues_in_the_asked_order(get: Any, museum: Venue) -> None:
    other = factories.venue(slug="other")
    factories.venue(slug="draft", published=False)
    answer = get("hours", venues="other,draft,museum,nowhere", to="2026-10-04")
    assert [(each["venue"]["slug"], told(each)) for each in answer["results"]] == [
        (other.slug, ["10-04 unknown none holiday"]),
        ("museum", ["10-04 open 09:00-16:30/16:00 rule holiday"]),
    ]
    assert set(answer) == {"results", "next", "revision", "as_of", "valid_until"}


@pytest.mark.parametrize(
    ("path", "params", "field", "code"),
    [
        ("venues/museum/hours", {"from_": "2026-02-30"}, "from", "invalid"),
        ("venues/museum/hours", {"from_": "tomorrow"}, "from", "invalid"),
        ("venues/museum/hours", {"from_": "2026-10-04", "to": "2026-10-03"}, "to", "out_of_range"),
        ("venues/museum/hours", {"from_": "2026-01-01", "to": "2027-02-05"}, "to", "out_of_range"),
        ("venues/museum/hours", {"service": "sauna"}, "service", "invalid_choice"),
        ("venues/museum/hours", {"space": "Not a slug"}, "space", "invalid"),
        ("venues/museum/hours", {"venues": "museum"}, "venues", "unknown"),
        ("hours", {}, "venues", "required"),
        ("hours", {"venues": ""}, "venues", "required"),
        ("hours", {"venues": ",".join(["museum"] * 51)}, "venues", "too_many"),
        ("hours", {"venues": "museum", "from_": "2026-01-01", "to": "2026-03-02"}, "to", "out_of_range"),
        ("venues", {"open_at": "2026-10-04"}, "open_at", "invalid"),
        ("venues", {"open_at": "2026-10-04T10:00:00"}, "open_at", "invalid"),
        ("venues", {"open_now": "false"}, "open_now", "invalid_choice"),
        ("venues", {"open_now": "true", "open_at": "2026-10-04T10:00:00+08:00"}, "open_at", "contradiction"),
    ],
)
def test_hours_bad_parameters_are_named(get: Any, museum: Venue, path: str, params: Any, field: str, code: str) -> None:
    problem = get(path, expect=400, **params)
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]


def test_hours_of_400_days_and_of_60(get: Any, museum: Venue) -> None:
    assert len(get("venues/museum/hours", from_="2026-01-01", to="2027-02-04")["results"]) == 400
    (several,) = get("hours", venues="museum", from_="2026-01-01", to="2026-03-01")["results"]
    assert len(several["results"]) == 60


def test_hours_of_what_is_not_public_are_not_there(get: Any, clock: Any) -> None:
    clock(NOW)
    draft = factories.venue(slug="draft", published=False)
    factories.hours(draft)
    gone = factories.venue(slug="gone")
    factories.hours(gone)
    factories.withdrawn(gone)
    assert get("venues/draft/hours", expect=404)["status"] == 404
    assert get("venues/gone/hours", expect=410)["status"] == 410
    assert get("hours", venues="draft,gone")["results"] == []
    assert get("venues", open_now="true")["results"] == []
    assert get("venues", open_at="2030-01-01T10:00:00+08:00")["results"] == []


def test_hours_cost_the_same_for_one_venue_and_for_three(
    get: Any, museum: Venue, django_assert_num_queries: Any
) -> None:
    for number in range(2):
        factories.hours(factories.venue(slug=f"other-{number}"))
    get("venues")
    for venues in ("museum", "museum,other-0,other-1"):
        with django_assert_num_queries(6):  # counter, venues, pictures, calendar, rules, exceptions
            get("hours", venues=venues, to="2026-11-04")


# Bad input, as the forms and the loader see it


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"spans": "16:30-9:00"}, ["spans"]),
        ({"spans": "9:00-16:30 (17:00)"}, ["spans"]),
        ({"spans": "9:00-12:00, 11:00-15:00"}, ["spans"]),
        ({"spans": "9:00-49:00"}, ["spans"]),
        ({"spans": [{"opens": "9", "closes": "10"}]}, ["spans"]),
        ({"spans": {"opens": "09:00"}}, ["spans"]),
        ({"spans": [], "state": "open"}, ["spans"]),
        ({"state": "closed"}, ["spans"]),
        ({"season_from": "11-01", "season_to": "02-30"}, ["season_to"]),
        ({"season_from": "13-01", "season_to": "02-01"}, ["season_from"]),
        ({"season_from": "1-1", "season_to": "02-01"}, ["season_from"]),
        ({"season_from": "11-01"}, ["season_to"]),
        ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, ["valid_to"]),
        (
            dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), False),
            ["__all__"],
        ),
        ({"day_kind": "birthday"}, ["day_kind"]),
    ],
)
def test_rules_that_cannot_be_are_refused_by_name(fields: dict[str, Any], names: list[str]) -> None:
    venue = factories.venue()
    try:
        if isinstance(fields.get("spans"), str):
            fields = {**fields, "spans": write_spans(factories.parse_spans(fields["spans"]))}
        HoursRule(venue=venue, **{"spans": [{"opens": "09:00", "closes": "17:00"}], **fields}).full_clean()
    except ValidationError as error:
        found = list(error.message_dict) if hasattr(error, "error_dict") else ["spans"]
        assert found == names
    else:
        pytest.fail("It was taken.")


def test_exceptions_that_cannot_be_are_refused_by_name() -> None:
    venue, other = factories.venue(), factories.venue()
    wrong = HoursException(
        venue=venue, first=date(2026, 1, 2), last=date(2026, 1, 1), state="closed", reason=text("检修")
    )
    with pytest.raises(ValidationError) as caught:
        wrong.full_clean()
    assert "last" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        HoursException(venue=venue, first=date(2026, 1, 1), state="closed").full_clean()
    assert list(caught.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError) as caught:
        HoursRule(venue=venue, state="closed", space=factories.space(other)).full_clean()
    assert list(caught.value.message_dict) == ["space"]


def test_an_exception_knows_who_entered_it_and_when(cast: Any, clock: Any) -> None:
    clock(NOW)
    venue = factories.venue()
    with edit(by=cast.staff):
        made = factories.closed(venue, date(2026, 1, 1))
    made.refresh_from_db()
    assert (made.entered_by, made.entered_at, made.last) == (cast.staff, NOW, date(2026, 1, 1))
    with edit(by=cast.superuser):
        made.save()
    assert HoursException.objects.get().entered_by == cast.staff


def test_kinds_of_day_are_the_calendars() -> None:
    assert [kind.value for kind in DayKind] == ["ordinary", "holiday", "make_up_workday"]


# What once went wrong


def test_a_blank_in_a_list_of_fields_does_not_hide_the_clock(client: Any, clock: Any, museum: Venue) -> None:
    tags = set()
    for minute in (29, 31):
        clock(at(2026, 10, 4, 16, minute))
        for params in ("fields=name,%20opening", "fields=opening&include=%20parent"):
            response = client.get(f"/api/v1/venues/museum?{params}")
            assert response["Cache-Control"] == "public, max-age=60, stale-if-error=300"
            tags.add((minute, response["ETag"], response.json()["opening"]["state"]))
    assert {(minute, state) for minute, _tag, state in tags} == {(29, "open"), (31, "closed")}
    assert len({tag for _minute, tag, _state in tags}) == 2


def test_a_hall_rests_with_the_museum_it_follows(get: Any, museum: Venue) -> None:
    factories.venue(slug="hall", parent=museum, follows_parent=True)
    museum.refresh_from_db()
    museum.status = "renovation"
    museum.save()
    assert short(get("venues/hall")["opening"]) == "closed"
    assert get("venues", open_now="true")["results"] == []


def test_the_ends_of_the_calendar_are_no_errors_of_ours(get: Any, museum: Venue) -> None:
    late = factories.venue(slug="late")
    factories.hours(late, "18:00-25:30")
    factories.hours(late, "20:00-26:00", "fri", priority=1)
    assert get("venues", expect=400, open_at="9999-12-31T20:00:00Z")["errors"][0]["field"] == "open_at"
    for day in ("0001-01-01", "0001-01-02", "9999-12-31"):
        assert get("venues/late/hours", from_=day, to=day)["results"][0]["state"] == "open"


def test_one_holiday_does_not_make_a_year_known(get: Any, museum: Venue) -> None:
    CalendarDay(date=date(2027, 1, 1), kind="holiday", holiday="new_year").save()
    (day,) = get("venues/museum/hours", from_="2027-10-01", to="2027-10-01")["results"]
    assert day["source"] == "provisional"


def test_a_space_that_is_none_of_the_venues_is_refused(get: Any, museum: Venue) -> None:
    problem = get("venues/museum/hours", expect=400, space="sauna")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("space", "invalid_choice")]
