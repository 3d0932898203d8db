"""``manage.py seed_calendar``: the public holidays and make-up working days that the library knows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from chinese_calendar.constants import holidays, workdays
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.changes.edits import edit
from venues.models import CalendarDay, Holiday
from venues.models.calendar import DayKind

NAMES = {
    "New Year's Day": Holiday.NEW_YEAR,
    "Spring Festival": Holiday.SPRING_FESTIVAL,
    "Tomb-sweeping Day": Holiday.TOMB_SWEEPING,
    "Labour Day": Holiday.LABOUR_DAY,
    "Dragon Boat Festival": Holiday.DRAGON_BOAT,
    "Mid-autumn Festival": Holiday.MID_AUTUMN,
    "National Day": Holiday.NATIONAL_DAY,
}
KNOWN = sorted({day.year for day in holidays})


class Command(BaseCommand):
    help = "Adds the days that the holiday calendar lacks; what is there stays as its editors made it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("years", nargs="*", type=int, help="default: last year and all later ones that are known")

    def handle(self, *args: Any, **options: Any) -> None:
        years = options["years"] or [year for year in KNOWN if year >= timezone.localdate().year - 1]
        unknown = [str(year) for year in years if year not in KNOWN]
        if unknown:
            raise CommandError(
                f"chinesecalendar knows {KNOWN[0]} to {KNOWN[-1]}, and not {', '.join(unknown)}. "
                "Upgrade it, or enter the days in the admin once the State Council has published them."
            )
        with edit():
            there = set(CalendarDay.objects.filter(date__year__in=years).values_list("date", flat=True))
            fresh = [row for row in _days(set(years)) if row.date not in there]
            CalendarDay.objects.insert(fresh)
        told = ", ".join(str(year) for year in years) or "no year"
        self.stdout.write(f"Holiday calendar ({told}): {len(fresh)} days new.")


def _days(years: set[int]) -> Iterator[CalendarDay]:
    """Only what the weekday does not tell: the library also lists ordinary days of some early years."""
    for kind, days in ((DayKind.HOLIDAY, holidays), (DayKind.MAKE_UP_WORKDAY, workdays)):
        for day, name in days.items():
            if day.year in years and not (kind is DayKind.MAKE_UP_WORKDAY and _is_weekday(day)):
                yield CalendarDay(date=day, kind=kind, holiday=NAMES.get(name, Holiday.OTHER))


def _is_weekday(day: date) -> bool:
    return day.weekday() < 5
