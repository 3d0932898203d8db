"""System checks of the venues' own data."""

from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection
from django.utils import timezone

from venues.models.calendar import CalendarDay, missing_years


@register(Tags.database)
def holiday_calendar_is_there(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """Without a year's list nobody can say which of its days are holidays."""
    if not databases or CalendarDay._meta.db_table not in connection.introspection.table_names():
        return []
    return [
        Warning(
            f"The holiday calendar has no official days of {year}.",
            hint="Run `manage.py seed_calendar`; where that does not know the year yet, enter its days in the admin.",
            id="venues.W001",
        )
        for year in missing_years(timezone.localdate())
    ]
