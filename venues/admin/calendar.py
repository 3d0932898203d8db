from django.contrib import admin
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentAdmin
from core.admin.merging import MergingForm
from venues.models import CalendarDay


@admin.register(CalendarDay)
class CalendarDayAdmin(ContentAdmin):
    """The list of a year is seeded by a command; what the government changes later is corrected here."""

    form = MergingForm
    list_display = ("date", "weekday", "kind", "holiday", "official")
    list_filter = ("kind", "holiday", "official")
    date_hierarchy = "date"
    ordering = ("-date",)
    fields = ("date", "kind", "holiday", "official")

    @admin.display(description=_("weekday"), ordering="date")
    def weekday(self, row: CalendarDay) -> str:
        return date_format(row.date, "l")
