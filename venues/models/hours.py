"""Opening hours as they are entered: rules and exceptions; and as they are asked for: ``OpenInterval``.

What a day's rules and exceptions come to is ``venues.opening_hours``; these rows are its input and its output.
"""

import re
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.changes.edits import Edit, Key
from core.changes.models import Child
from core.fields import TranslatedField
from venues.closures import Closure
from venues.models.calendar import Holiday
from venues.models.notice import Notice
from venues.models.venue import Space, Venue, followers
from venues.opening_hours import ANY_DAY, DayKind, Rule, SpecialHours, State
from venues.spans import SpansField, check_needed, read_spans, spans_text

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTH_AND_DAY = r"\A[0-9]{2}-[0-9]{2}\Z"
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Service(models.TextChoices):
    """What of a venue is open: its halls and cafés may keep hours of their own."""

    MAIN = "main", _("main entrance")
    TICKET_OFFICE = "ticket_office", _("ticket office")
    HALL = "hall", _("hall")
    CAFE = "cafe", _("café or restaurant")
    SHOP = "shop", _("shop")
    OTHER = "other", _("other service")


STATES = [
    (State.OPEN.value, pgettext_lazy("opening hours", "open")),  # tickets are open and closed in other words
    (State.CLOSED.value, pgettext_lazy("opening hours", "closed")),
    (State.BY_BOOKING.value, _("by booking only")),
    (State.EXIT_ONLY.value, _("exit only")),
]

DAY_KINDS = [
    (ANY_DAY, _("any day")),
    (DayKind.ORDINARY.value, _("ordinary day")),
    (DayKind.HOLIDAY.value, _("public holiday")),
    (DayKind.MAKE_UP_WORKDAY.value, _("make-up working day")),
    *[(holiday.value, holiday.label) for holiday in Holiday],
]


def check_month_day(text: str) -> None:
    """``MM-DD``, a day that some year has."""
    if not re.fullmatch(MONTH_AND_DAY, text):
        return  # the validator before this one says so
    month, day = (int(part) for part in text.split("-"))
    if not (1 <= month <= 12 and 1 <= day <= LENGTHS[month - 1]):
        raise ValidationError(_("There is no such day: %(text)s."), code="no_such_day", params={"text": text})


MONTH_DAY: list[Any] = [RegexValidator(MONTH_AND_DAY, _("Write month and day as 11-15.")), check_month_day]


class Hours(Child):
    """What rules and exceptions have alike."""

    root_field = "venue"

    service = models.CharField(_("of what"), max_length=16, choices=Service, default=Service.MAIN)
    # RESTRICT: a space goes only together with its venue, never from under its hours.
    space = models.ForeignKey(
        Space,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("which hall or room"),
        help_text=_("Only for hours that one of the venue's spaces has for itself."),
    )
    state = models.CharField(
        pgettext_lazy("opening hours", "state"), max_length=12, choices=STATES, default=State.OPEN.value
    )
    spans = SpansField(
        _("hours"),
        help_text=_("9:00-16:30 (16:00): the last entry in brackets; past midnight 18:00-25:30; several with commas."),
    )

    class Meta(Child.Meta):
        abstract = True

    venue: Any
    venue_id: int
    space_id: int | None

    def touches(self) -> Iterable[Key]:
        yield self.venue.key
        yield from followers(self.venue)

    def clean(self) -> None:
        super().clean()
        check_needed(self.state, self.spans or [])
        if self.space_id and self.venue_id and self.space is not None and self.space.venue_id != self.venue_id:
            raise ValidationError({"space": _("This is a space of another venue.")})


class HoursRule(Hours):
    """The hours of certain days of the week, of a season, of a kind of day."""

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="hours_rules", verbose_name=_("venue"))
    monday = models.BooleanField(_("Mon"), default=True)
    tuesday = models.BooleanField(_("Tue"), default=True)
    wednesday = models.BooleanField(_("Wed"), default=True)
    thursday = models.BooleanField(_("Thu"), default=True)
    friday = models.BooleanField(_("Fri"), default=True)
    saturday = models.BooleanField(_("Sat"), default=True)
    sunday = models.BooleanField(_("Sun"), default=True)
    season_from = models.CharField(
        _("season from"), max_length=5, blank=True, validators=MONTH_DAY, help_text=_("Month and day: 11-15.")
    )
    season_to = models.CharField(
        _("season to"),
        max_length=5,
        blank=True,
        validators=MONTH_DAY,
        help_text=_("Inclusive; before the first day it goes on over New Year: 11-15 to 03-14."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("Inclusive."))
    day_kind = models.CharField(
        _("kind of day"),
        max_length=16,
        choices=DAY_KINDS,
        default=ANY_DAY,
        help_text=_("A rule for public holidays beats one for any day."),
    )
    priority = models.SmallIntegerField(
        _("priority"), default=0, help_text=_("Where several rules fit a day, the highest holds. Mostly 0 will do.")
    )
    note = TranslatedField(_("note"), blank=True, max_length=200)

    class Meta(Hours.Meta):
        ordering = ["service", "-priority", "pk"]
        verbose_name = _("rule of the opening hours")
        verbose_name_plural = _("rules of the opening hours")

    def __str__(self) -> str:
        hours = spans_text(read_spans(self.spans)) or str(self.get_state_display())
        return f"{self.get_service_display()}: {hours}"

    @property
    def weekdays(self) -> frozenset[int]:
        return frozenset(place for place, name in enumerate(WEEKDAYS) if getattr(self, name))

    def clean(self) -> None:
        super().clean()
        if not self.weekdays:
            raise ValidationError(_("Choose at least one day of the week."))
        if bool(self.season_from) != bool(self.season_to):
            missing = "season_to" if self.season_from else "season_from"
            raise ValidationError({missing: _("A season has a first and a last day.")})
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("This is before the first day.")})

    def rule(self) -> Rule:
        """As the resolver takes it."""
        season = (_month_day(self.season_from), _month_day(self.season_to)) if self.season_from else None
        return Rule(
            state=State(self.state),
            spans=read_spans(self.spans),
            weekdays=self.weekdays,
            season=season,
            valid=(self.valid_from, self.valid_to),
            kind=self.day_kind,
            priority=self.priority,
            note=self.note or None,
        )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


OWN_WORDS = ("venue_id", "service", "space_id", "state", "spans", "first", "last", "reason")


class HoursException(Hours):
    """Other hours, or none, on a date or from one to another. It beats every rule; of several, the shortest wins.

    One with a ``notice`` follows from it and is written by nobody else (``venues.closing``): the venue is closed from
    one instant to another, and its first and its last day keep what that leaves of their hours.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="hours_exceptions", verbose_name=_("venue"))
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"), blank=True, help_text=_("Inclusive; empty: that one day."))
    reason = TranslatedField(
        _("reason"), max_length=200, help_text=_("What a visitor reads: public holiday, maintenance, heavy snow.")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered at"), editable=False)
    notice = models.ForeignKey(
        Notice,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="hours_exceptions",
        verbose_name=_("follows from the notice"),
    )
    closed_from = models.DateTimeField(_("closed from"), null=True, editable=False)
    closed_until = models.DateTimeField(_("closed until"), null=True, editable=False)

    class Meta(Hours.Meta):
        ordering = ["-first", "pk"]
        verbose_name = _("exception to the opening hours")
        verbose_name_plural = _("exceptions to the opening hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="hours_exception_in_order",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(notice=None, closed_from=None, closed_until=None)
                | models.Q(notice__isnull=False, closed_from__lt=models.F("closed_until")),
                name="hours_exception_of_notice_has_times",
            ),
            models.UniqueConstraint(fields=["notice", "venue"], name="hours_exception_once_per_notice"),
        ]

    def __str__(self) -> str:
        days = self.first.isoformat() if self.first == self.last else f"{self.first} – {self.last}"
        return f"{days}: {spans_text(read_spans(self.spans)) or self.get_state_display()}"

    def clean_fields(self, exclude: Any = None) -> None:
        if self.last is None:
            self.last = self.first
        super().clean_fields(exclude)

    def clean(self) -> None:
        super().clean()
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("The last day is before the first.")})
        self._check_is_own()

    def _check_is_own(self) -> None:
        """What follows from a notice is changed there, or there would be two truths."""
        stored = type(self)._base_manager.filter(pk=self.pk, notice__isnull=False).first() if self.pk else None
        if stored and any(getattr(self, name) != getattr(stored, name) for name in OWN_WORDS):
            raise ValidationError(
                _("This follows from the notice “%(notice)s”. Change the notice."),
                code="derived",
                params={"notice": stored.notice},
            )

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        if self.last is None:
            self.last = self.first
        if before is None:
            self.entered_by, self.entered_at = unit.by, unit.moment
        return super().prepare(before, unit)

    def special(self) -> SpecialHours:
        """As the resolver takes it."""
        return SpecialHours(
            first=self.first,
            last=self.last,
            state=State(self.state),
            spans=read_spans(self.spans),
            reason=self.reason or None,
            order=self.pk or 0,
        )

    def closure(self) -> Closure:
        """Of one that follows from a notice, as the resolver takes it."""
        assert self.closed_from is not None
        assert self.closed_until is not None
        return Closure(
            timezone.localtime(self.closed_from).replace(tzinfo=None),
            timezone.localtime(self.closed_until).replace(tzinfo=None),
            self.reason or None,
        )


class OpenInterval(models.Model):
    """One span of a day of a venue's main entrance, as instants; derived, from yesterday on for a rolling horizon.

    A day without spans of which something is known has one row without times, which says what and why.
    """

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="intervals")
    day = models.DateField()
    state = models.CharField(max_length=12)
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    last_entry_at = models.DateTimeField(null=True)
    # The end of the unbroken time in this state, over midnights and days; null: beyond the horizon.
    until = models.DateTimeField(null=True)
    note = models.JSONField(null=True)

    class Meta:
        indexes = [
            # Who is open at an instant: no span is longer than two days.
            models.Index(
                fields=["opens_at", "closes_at", "venue"], name="interval_open_at", condition=models.Q(state="open")
            ),
            # A venue's today, and its next opening.
            models.Index(fields=["venue", "day"], name="interval_of_day"),
            models.Index(
                fields=["venue", "opens_at"], name="interval_opens_next", condition=models.Q(opens_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"
