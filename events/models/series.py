"""A series: on which days and at which times slots are made, and what they are like. ``events.series`` makes them."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.models import Child
from core.fields import TranslatedField
from core.translations import show
from events.models.event import Event
from events.models.slots import SlotKind
from events.querysets import SlotQuerySet
from events.times import DatesField, Time, TimesField, read_times
from venues.models import Space, Venue
from venues.models.hours import WEEKDAYS

MOST_DAYS = 1100  # three years


class HolidayRule(models.TextChoices):
    """What a public holiday makes of a day. A make-up working day is none: it is what its weekday says."""

    ORDINARY = "ordinary", _("like any other day")
    ALSO = "also", _("also on public holidays")
    NOT = "not", _("not on public holidays")


class Series(Child):
    """After the Schedule of schema.org: ``byDay``, ``startTime``, ``startDate``, ``endDate``, ``exceptDate``."""

    root_field = "event"
    draft = True

    event = models.ForeignKey(Event, models.CASCADE, related_name="series", verbose_name=_("event"))
    monday = models.BooleanField(_("Mon"), default=False)
    tuesday = models.BooleanField(_("Tue"), default=False)
    wednesday = models.BooleanField(_("Wed"), default=False)
    thursday = models.BooleanField(_("Thu"), default=False)
    friday = models.BooleanField(_("Fri"), default=False)
    saturday = models.BooleanField(_("Sat"), default=False)
    sunday = models.BooleanField(_("Sun"), default=False)
    holidays = models.CharField(
        _("public holidays"),
        max_length=8,
        choices=HolidayRule,
        default=HolidayRule.ORDINARY,
        help_text=_("A make-up working day counts as the weekday that it is."),
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    times = TimesField(
        _("times"),
        help_text=_(
            "10:00-11:30, 14:00: several with commas, the end may be left out; past midnight 18:00-25:30. "
            "Empty: only the date is known."
        ),
    )
    extra_dates = DatesField(
        _("extra dates"), help_text=_("Whatever weekday they are: 2025-05-01, 2025-05-03..2025-05-05.")
    )
    excluded_dates = DatesField(_("excluded dates"), help_text=_("Nothing takes place on these."))
    slot_kind = models.CharField(_("kind"), max_length=12, choices=SlotKind, default=SlotKind.SESSION)
    title = TranslatedField(_("title"), max_length=160)
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("venue"))
    space = models.ForeignKey(Space, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("space"))
    place_name = TranslatedField(
        _("place in words"), blank=True, max_length=160, help_text=_("Where it is none of our venues.")
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("How many people there is room for; empty where nobody counts.")
    )
    # The occurrences that it has made: one whose slot is gone was taken out by hand, and is not made again.
    made = models.JSONField(default=list, editable=False)

    objects = SlotQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["first", "pk"]
        verbose_name = _("series")
        verbose_name_plural = _("series of slots")

    def __str__(self) -> str:
        return show(self.title)

    @property
    def weekdays(self) -> frozenset[int]:
        """0 is Monday."""
        return frozenset(place for place, name in enumerate(WEEKDAYS) if getattr(self, name))

    def day_times(self) -> list[Time]:
        return read_times(self.times)

    def extra(self) -> set[date]:
        return {date.fromisoformat(day) for day in self.extra_dates}

    def excluded(self) -> set[date]:
        return {date.fromisoformat(day) for day in self.excluded_dates}

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.first and self.last:
            if self.last < self.first:
                wrong["last"] = _("This is before the first day.")
            elif (self.last - self.first).days >= MOST_DAYS:
                wrong["last"] = _("A series lasts three years at most. Enter an earlier day.")
        if not self.weekdays and not self.extra_dates and self.holidays != HolidayRule.ALSO:
            wrong["monday"] = _("Choose at least one day of the week, or enter extra dates.")
        if both := sorted(_texts(self.extra_dates) & _texts(self.excluded_dates)):
            text = _("Both extra and excluded: %(dates)s. Take them out of one of the two.")
            wrong["excluded_dates"] = text % {"dates": ", ".join(both)}
        if self.space and self.space.venue_id != self.venue_id:
            wrong["space"] = _("This space is in another venue.")
        if wrong:
            raise ValidationError(wrong)


def _texts(value: Any) -> set[str]:
    """Of a list that may hold anything: the field itself has refused the rest."""
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
