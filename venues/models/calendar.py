"""Public holidays and make-up working days (调休): what the day of the week does not tell."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Key
from core.changes.models import Tracked, TrackedQuerySet

SATURDAY = 5


class DayKind(models.TextChoices):
    HOLIDAY = "holiday", _("public holiday")
    MAKE_UP_WORKDAY = "make_up_workday", _("make-up working day")


class Holiday(models.TextChoices):
    """The holidays of the State Council's regulation on public holidays and commemoration days."""

    NEW_YEAR = "new_year", _("New Year's Day")
    SPRING_FESTIVAL = "spring_festival", _("Spring Festival")
    TOMB_SWEEPING = "tomb_sweeping", _("Tomb-Sweeping Day")
    LABOUR_DAY = "labour_day", _("Labour Day")
    DRAGON_BOAT = "dragon_boat", _("Dragon Boat Festival")
    MID_AUTUMN = "mid_autumn", _("Mid-Autumn Festival")
    NATIONAL_DAY = "national_day", _("National Day")
    OTHER = "other", _("another holiday")


# Every year's list has days of these, each by itself: where one is missing, the list is not complete.
NEVER_MISSING = frozenset({Holiday.NEW_YEAR, Holiday.SPRING_FESTIVAL, Holiday.LABOUR_DAY, Holiday.NATIONAL_DAY})


def known_years(holidays: Iterable[tuple[int, str]]) -> frozenset[int]:
    """The years whose list is complete, from the year and the holiday of each official day."""
    found: dict[int, set[str]] = defaultdict(set)
    for year, holiday in holidays:
        found[year].add(holiday)
    return frozenset(year for year, names in found.items() if names >= NEVER_MISSING)


class CalendarDayQuerySet(TrackedQuerySet["CalendarDay"]):
    def known_years(self) -> frozenset[int]:
        """The years whose official list is here. In any other the kind of a day is a guess."""
        return known_years(self.filter(official=True).values_list("date__year", "holiday").distinct())


class CalendarDay(Tracked):
    """One such day of a year. A day without a row is what its weekday says."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind of day"), max_length=16, choices=DayKind)
    holiday = models.CharField(
        _("holiday"),
        max_length=16,
        choices=Holiday,
        help_text=_("The holiday it belongs to; for a working day, the one that it makes up for."),
    )
    official = models.BooleanField(
        _("official"),
        default=True,
        help_text=_("From the State Council's list for the year. Untick it for a day that is only expected."),
    )

    objects = CalendarDayQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Tracked.Meta):
        ordering = ["date"]
        verbose_name = _("day of the holiday calendar")
        verbose_name_plural = _("holiday calendar")

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.get_kind_display()}"

    def touches(self) -> Iterable[Key]:
        """Every venue whose answer tells the kind of a day with its hours, and those that follow one."""
        venues = apps.get_model("venues", "Venue")._base_manager
        entered = Q(hours_rules__isnull=False) | Q(hours_exceptions__isnull=False) | Q(follows_parent=True)
        found = venues.filter(entered)
        return [Key("venue", slug) for slug in found.order_by().values_list("slug", flat=True).distinct()]

    @classmethod
    def touched_by(cls, rows: Iterable[Self]) -> set[Key]:
        """The same for each of them."""
        return {key for row in list(rows)[:1] for key in row.touches()}

    def clean(self) -> None:
        super().clean()
        if self.date and self.kind == DayKind.MAKE_UP_WORKDAY and self.date.weekday() < SATURDAY:
            raise ValidationError({"kind": _("This is a weekday, a working day anyway: only weekends are made up.")})


def missing_years(today: date) -> list[int]:
    """The years whose list should be here and is not: this one, and from October on the next.

    The State Council publishes a year's list late in the year before.
    """
    wanted = [today.year, *([today.year + 1] if today.month >= 10 else [])]
    known: Any = CalendarDay.objects.known_years()
    return [year for year in wanted if year not in known]
