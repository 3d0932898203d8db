"""Accessibility as facts: each is known to be so, known not to be so, or unknown, which is how all begin.

The names follow OpenStreetMap (``toilets:wheelchair``, ``hearing_loop``, ``tactile_paving``) and schema.org's
``amenityFeature`` where those have one.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.models import Child
from core.fields import TranslatedField
from venues.models.venue import Venue


class Fact(models.TextChoices):
    STEP_FREE = "step_free", _("step-free entrance")
    LIFT = "lift", _("lift")
    ACCESSIBLE_TOILET = "accessible_toilet", _("accessible toilet")
    PARKING = "parking", _("accessible parking")
    WHEELCHAIR_LOAN = "wheelchair_loan", _("wheelchairs to borrow")
    TACTILE_GUIDANCE = "tactile_guidance", _("tactile guidance")
    HEARING_LOOP = "hearing_loop", _("hearing loop")
    SIGN_LANGUAGE_TOURS = "sign_language_tours", _("tours in sign language")
    STROLLERS = "strollers", _("suitable for pushchairs")
    QUIET_HOURS = "quiet_hours", _("quiet hours")


class Answer(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNKNOWN = "unknown", _("unknown")


class AccessFact(Child):
    """One fact about a venue. No row: unknown."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="access_facts")
    fact = models.CharField(_("fact"), max_length=20, choices=Fact)
    value = models.CharField(_("answer"), max_length=7, choices=Answer, default=Answer.UNKNOWN)
    note = TranslatedField(_("note"), blank=True, max_length=200)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("accessibility")
        verbose_name_plural = _("accessibility")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "fact"],
                name="access_fact_once",
                violation_error_message=_("The venue has this fact already."),
            )
        ]
        indexes = [
            # Who has a lift: unknown never counts as yes.
            models.Index(fields=["fact", "venue"], name="access_fact_is_so", condition=models.Q(value="yes"))
        ]

    def __str__(self) -> str:
        return f"{self.get_fact_display()}: {self.get_value_display()}"
