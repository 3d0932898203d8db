"""The district's days. A day begins at 04:00, so that a concert's last set belongs to the evening it began."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

DAY_BEGINS = timedelta(hours=4)


def district_day(moment: datetime) -> date:
    return (timezone.localtime(moment) - DAY_BEGINS).date()


def day_begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())) + DAY_BEGINS


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
