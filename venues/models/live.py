"""How full a venue is now, as somebody at its door reports it. Not content: no number, no feed, only ``/live``."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organizers.models import acts_for_all
from venues.models.venue import Venue

# How long a report holds where nobody says otherwise, and how long it may at most.
LASTS = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
# The clocks of a telephone and of the server differ.
AHEAD = timedelta(minutes=5)


class Crowding(models.TextChoices):
    """In plain words: the ``OccupancyStatus`` of GTFS Realtime counts seats, and a venue has none; ``full`` is its."""

    LOW = "low", _("quiet")
    MODERATE = "moderate", _("moderately busy")
    HIGH = "high", _("crowded")
    FULL = "full", _("full, nobody is let in")


class LiveStatusQuerySet(models.QuerySet["LiveStatus"]):
    def valid(self, moment: datetime) -> Self:
        """Reports that hold then; any other says nothing."""
        return self.filter(expires_at__gt=moment)

    def readable_by(self, user: Any) -> Self:
        return self._of(user, "view")

    def editable_by(self, user: Any) -> Self:
        return self._of(user, "change")

    def _of(self, user: Any, verb: str) -> Self:
        """Content staff report on every venue; members, editors too, on those that their organizer runs."""
        if not user.has_perm(f"venues.{verb}_livestatus"):
            return self.none()
        return self if acts_for_all(user) else self.filter(venue__in=Venue.objects.run_by(user).values("pk"))


class LiveStatus(models.Model):
    """The newest report on a venue; a new one overwrites it."""

    venue = models.OneToOneField(Venue, models.CASCADE, related_name="live", verbose_name=_("venue"))
    crowding = models.CharField(_("crowding"), max_length=12, choices=Crowding, blank=True)
    count = models.PositiveIntegerField(
        _("people inside"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    capacity = models.PositiveIntegerField(
        _("room for"), null=True, blank=True, validators=[MaxValueValidator(1_000_000)]
    )
    waiting_minutes = models.PositiveSmallIntegerField(
        _("waiting time in minutes"), null=True, blank=True, validators=[MaxValueValidator(1440)]
    )
    observed_at = models.DateTimeField(_("observed at"), default=timezone.now)
    expires_at = models.DateTimeField(
        _("holds until"), blank=True, help_text=_("Empty: half an hour. After that it is unknown again.")
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("reported by"),
    )
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    objects = LiveStatusQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_at", "pk"]
        verbose_name = _("live status")
        verbose_name_plural = _("live status")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("observed_at")),
                name="live_status_holds_for_a_while",
                violation_error_message=_("It would end before it was observed."),
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="live_status_valid")]

    def __str__(self) -> str:
        return str(self.venue)

    def is_valid(self, moment: datetime) -> bool:
        return self.expires_at > moment

    def clean_fields(self, exclude: Any = None) -> None:
        if self.observed_at is not None and not 2000 <= self.observed_at.year < 2200:
            raise ValidationError({"observed_at": _("Enter when it was seen.")})
        if self.expires_at is None and self.observed_at is not None:
            self.expires_at = self.observed_at + LASTS
        super().clean_fields(exclude)

    def clean(self) -> None:
        super().clean()
        if self.observed_at and self.expires_at:
            if self.expires_at <= self.observed_at:
                raise ValidationError({"expires_at": _("It would end before it was observed.")})
            if self.expires_at - self.observed_at > LONGEST:
                raise ValidationError({"expires_at": _("A report holds for a day at most.")})

    def report(self, by: Any, now: datetime) -> None:
        """Saves it as a report that this user makes now. Raises ValidationError where it tells the future."""
        if self.observed_at > now + AHEAD:
            raise ValidationError({"observed_at": _("This lies ahead: enter when it was seen.")})
        self.reported_by, self.version = by, self.version + 1
        self.save()
