"""System checks of the venues' own data."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection
from django.db.models import Min, Model
from django.utils import timezone

from venues.intervals import reach
from venues.models import CalendarDay, Venue
from venues.models.calendar import missing_years


@register(Tags.database)
def holiday_calendar_is_there(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Without a year's list nobody can say which of its days are holidays."""
    if not databases or not _has_column(CalendarDay, "date"):
        return []
    return [
        Warning(
            f"The holiday calendar has no official days of {year}.",
            hint="Run `manage.py seed_calendar`; where that does not know the year yet, enter its days in the admin.",
            id="venues.W001",
        )
        for year in missing_years(timezone.localdate())
    ]


@register(Tags.database)
def opening_hours_are_carried_on(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Who is open when is stored for a year and a bit; somebody has to carry it on."""
    if not databases or not _has_column(Venue, "hours_through"):
        return []
    last = Venue._base_manager.aggregate(last=Min("hours_through"))["last"]
    if last is None or last >= reach(timezone.now())[1]:
        return []
    return [
        Warning(
            f"The stored opening hours end on {last}: filters by opening hours will soon miss venues.",
            hint="Run `manage.py refresh_hours` once a night.",
            id="venues.W002",
        )
    ]


def _has_column(model: type[Model], name: str) -> bool:
    """Checks also run before the migrations."""
    table = model._meta.db_table
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        return name in [column.name for column in connection.introspection.get_table_description(cursor, table)]
