"""The holiday calendar: seeded, corrected, missed when a year is not there."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from tests import factories
from tests.pages import enter, errors, open_form, save, url
from venues.checks import holiday_calendar_is_there
from venues.models import CalendarDay
from venues.models.calendar import missing_years

pytestmark = pytest.mark.django_db


def seed(*years: int) -> str:
    out = StringIO()
    call_command("seed_calendar", *years, stdout=out)
    return out.getvalue()


def days(kind: str, year: int = 2026) -> dict[str, str]:
    rows = CalendarDay.objects.filter(kind=kind, date__year=year)
    return {f"{row.date:%m-%d}": row.holiday for row in rows}


def test_calendar_of_2026_is_the_governments() -> None:
    assert seed(2026) == "Holiday calendar (2026): 39 days new.\n"
    assert days("make_up_workday") == {
        "01-04": "new_year",
        "02-14": "spring_festival",
        "02-28": "spring_festival",
        "05-09": "labour_day",
        "09-20": "national_day",
        "10-10": "national_day",
    }
    holidays = days("holiday")
    assert (len(holidays), holidays["01-01"], holidays["02-17"]) == (33, "new_year", "spring_festival")
    assert [day for day, name in holidays.items() if name == "national_day"] == [f"10-0{day}" for day in range(1, 8)]
    assert set(CalendarDay.objects.values_list("official", flat=True)) == {True}


def test_calendar_seeded_twice_stays_as_its_editors_made_it() -> None:
    seed(2026)
    CalendarDay.objects.get(date=date(2026, 10, 7)).delete()
    expected = CalendarDay.objects.get(date=date(2026, 10, 6))
    expected.official = False
    expected.save()
    assert seed(2026) == "Holiday calendar (2026): 1 days new.\n"
    assert CalendarDay.objects.get(date=date(2026, 10, 6)).official is False


def test_calendar_by_default_is_of_last_year_and_all_known_later_ones(clock: Callable[[Any], None]) -> None:
    clock(factories.at(2026, 3, 1))
    assert seed().startswith("Holiday calendar (2025, 2026")
    clock(factories.at(2040, 3, 1))
    assert seed() == "Holiday calendar (no year): 0 days new.\n"


def test_calendar_of_a_year_that_the_library_lacks_is_refused_whole() -> None:
    with pytest.raises(CommandError, match="and not 2099"):
        seed(2026, 2099)
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (date(2026, 1, 1), []),
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), [2027]),
        (date(2026, 12, 31), [2027]),
        (date(2027, 1, 1), [2027]),
        (date(2027, 11, 1), [2027, 2028]),
    ],
)
def test_calendar_misses_the_next_year_from_october_on(today: date, missing: list[int]) -> None:
    seed(2026)
    CalendarDay.objects.create(date=date(2027, 10, 1), kind="holiday", holiday="national_day", official=False)
    assert missing_years(today) == missing


def test_calendar_that_is_missing_is_told_by_the_check(clock: Callable[[Any], None]) -> None:
    seed(2026)
    clock(factories.at(2026, 9, 30, 12))
    assert holiday_calendar_is_there(databases=["default"]) == []
    clock(factories.at(2026, 10, 1, 12))
    (warning,) = holiday_calendar_is_there(databases=["default"])
    assert (warning.id, warning.msg) == ("venues.W001", "The holiday calendar has no official days of 2027.")
    assert "seed_calendar" in str(warning.hint)
    assert holiday_calendar_is_there(databases=None) == []


def test_calendar_that_is_missing_is_told_on_the_first_page_to_who_can_enter_it(
    cast: SimpleNamespace, clock: Callable[[Any], None]
) -> None:
    clock(factories.at(2026, 11, 1, 12))
    seed(2026)

    def told(user: Any) -> list[str]:
        cards = enter(user).get("/admin/").context["cards"]
        return [str(card["title"]) for card in cards if "calendar" in str(card["title"])]

    assert told(cast.staff) == ["Holiday calendar 2027"]
    assert told(cast.reviewer) == told(cast.publisher) == []


def test_calendar_makes_up_for_weekends_only() -> None:
    wrong = CalendarDay(date=date(2026, 10, 9), kind="make_up_workday", holiday="national_day")
    with pytest.raises(ValidationError) as caught:
        wrong.full_clean()
    assert set(caught.value.message_dict) == {"kind"}
    CalendarDay(date=date(2026, 10, 10), kind="make_up_workday", holiday="national_day").full_clean()


def test_calendar_is_corrected_in_the_admin(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    typed = {"date": "2027-01-01", "kind": "holiday", "holiday": "new_year", "official": "on"}
    assert errors(save(staff, url(CalendarDay, "add"), open_form(staff, url(CalendarDay, "add")), **typed)) == {}
    again = errors(save(staff, url(CalendarDay, "add"), open_form(staff, url(CalendarDay, "add")), **typed))
    assert list(again) == ["date"]
    row = CalendarDay.objects.get()
    assert errors(save(staff, url(row), open_form(staff, url(row)), holiday="other", official=None)) == {}
    row.refresh_from_db()
    assert (row.holiday, row.official) == ("other", False)
    html = enter(cast.staff, "zh-hans").get(url(CalendarDay, "changelist")).content.decode()
    assert ("公众假日" in html or "法定节假日" in html, "星期五" in html) == (True, True)
