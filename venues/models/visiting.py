"""What a visitor has to keep to, above all in a working plant: ages, clothing, photography, health, a running line.

Everything is unknown until it is entered: a minimum age of 0 says that all ages are admitted, an empty one nothing.
"""

import re
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.changes.models import Child
from core.facts import validate_phone
from core.fields import TranslatedField
from core.translations import show
from venues.models.venue import Venue
from venues.production import LineRunning, Period

AGE = [MaxValueValidator(120)]
HEIGHT = [MinValueValidator(30), MaxValueValidator(250)]

# RFC 5646, as far as anybody names a spoken language with it: language, script, region, variants.
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*", re.I)


def canonical_tag(text: str) -> str:
    """``"ZH-hans-cn"`` -> ``"zh-Hans-CN"`` (RFC 5646, section 2.1.1). Raises ValidationError."""
    if len(text) > 35 or not LANGUAGE_TAG.fullmatch(text):
        raise ValidationError(
            _("“%(tag)s” is no language tag. Write zh-Hans, en, de."), code="invalid", params={"tag": text[:40]}
        )
    first, *rest = text.lower().split("-")
    return "-".join([first, *(part.title() if len(part) == 4 and part.isalpha() else _region(part) for part in rest)])


def _region(part: str) -> str:
    return part.upper() if len(part) == 2 else part


def split_tags(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;，；、]+", text) if part]


def validate_languages(text: str) -> None:
    for part in split_tags(text):
        canonical_tag(part)


class Photography(models.TextChoices):
    ALLOWED = "allowed", _("allowed")
    NO_FLASH = "no_flash", _("without flash")
    ASK = "ask", _("ask the staff")
    FORBIDDEN = "forbidden", _("forbidden")


class VisitRules(Child):
    """The rules of one venue. No row: nothing is known."""

    root_field = "venue"

    venue = models.OneToOneField(Venue, models.CASCADE, related_name="visit_rules")
    age_min = models.PositiveSmallIntegerField(
        _("minimum age"),
        null=True,
        blank=True,
        validators=AGE,
        help_text=_("0: all ages are admitted. Empty: unknown."),
    )
    accompanied_under = models.PositiveSmallIntegerField(
        _("with an adult if younger than"), null=True, blank=True, validators=AGE
    )
    height_min = models.PositiveSmallIntegerField(_("minimum height (cm)"), null=True, blank=True, validators=HEIGHT)
    group_min = models.PositiveSmallIntegerField(_("smallest group"), null=True, blank=True)
    group_max = models.PositiveSmallIntegerField(_("largest group"), null=True, blank=True)
    guide_languages = models.CharField(
        _("languages of the guides"),
        max_length=200,
        blank=True,
        validators=[validate_languages],
        help_text=_("Language tags: zh-Hans, en, de. Guides, audio guides and headsets count alike."),
    )
    clothing = TranslatedField(_("clothing and shoes"), blank=True, max_length=300, multiline=True)
    provided = TranslatedField(_("what is provided"), blank=True, max_length=300, multiline=True)
    documents = TranslatedField(_("documents to bring"), blank=True, max_length=300)
    booking_required = models.BooleanField(_("booking required"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("days in advance"), null=True, blank=True)
    booking_how = TranslatedField(_("how to book"), blank=True, max_length=500, multiline=True)
    booking_url = models.URLField(_("booking link"), max_length=500, blank=True)
    booking_phone = models.CharField(_("booking by telephone"), max_length=30, blank=True, validators=[validate_phone])
    lockers = models.BooleanField(_("lockers"), null=True, blank=True)
    bags = TranslatedField(_("note on bags"), blank=True, max_length=200)
    photography = models.CharField(
        _("photography"),
        max_length=9,
        choices=Photography,
        blank=True,
        help_text=_("The rule of the whole venue; areas with another one follow below. Empty: unknown."),
    )
    photography_note = TranslatedField(
        _("note on photography"), blank=True, max_length=200, help_text=_("Tripods, drones, publication.")
    )
    note = TranslatedField(_("other rules"), blank=True, max_length=500, multiline=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta(Child.Meta):
        verbose_name = _("visit rules")
        verbose_name_plural = _("visit rules")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group_min=None)
                | models.Q(group_max=None)
                | models.Q(group_max__gte=models.F("group_min")),
                name="visit_rules_group_in_order",
                violation_error_message=_("The largest group is smaller than the smallest."),
            )
        ]
        indexes = [
            # Who admits a child of eight.
            models.Index(
                fields=["age_min", "venue"], name="visit_rules_by_age", condition=models.Q(age_min__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def clean_fields(self, exclude: Any = None) -> None:
        super().clean_fields(exclude)
        self.guide_languages = ", ".join(
            dict.fromkeys(canonical_tag(part) for part in split_tags(self.guide_languages))
        )

    def clean(self) -> None:
        super().clean()
        if self.group_min and self.group_max is not None and self.group_max < self.group_min:
            raise ValidationError({"group_max": _("The largest group is smaller than the smallest.")})
        if None not in (self.age_min, self.accompanied_under) and self.accompanied_under < self.age_min:  # type: ignore[operator]
            raise ValidationError({"accompanied_under": _("Nobody that young is admitted.")})

    @property
    def languages(self) -> list[str]:
        return split_tags(self.guide_languages)


class PhotoArea(Child):
    """A part of the venue where another rule holds for photography."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="photo_areas")
    name = TranslatedField(_("area"), max_length=80)
    rule = models.CharField(_("photography"), max_length=9, choices=Photography)
    note = TranslatedField(_("note"), blank=True, max_length=200)

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("area with its own rule for photography")
        verbose_name_plural = _("areas with their own rules for photography")

    def __str__(self) -> str:
        return show(self.name)


class Hazard(models.TextChoices):
    PACEMAKER = "pacemaker", _("magnetic fields (pacemakers)")
    HEAT = "heat", _("heat")
    NOISE = "noise", _("noise")
    STROBE = "strobe", _("flashing lights")
    DUST = "dust", _("dust")
    FUMES = "fumes", _("fumes or strong smells")
    STAIRS = "stairs", _("many stairs")
    LONG_WALK = "long_walk", _("long way on foot")
    HEIGHTS = "heights", _("heights")
    OTHER = "other", _("other")


class HealthWarning(Child):
    """What some people's health does not stand."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="health_warnings")
    hazard = models.CharField(_("what"), max_length=10, choices=Hazard)
    decibels = models.PositiveSmallIntegerField(
        _("dB(A)"), null=True, blank=True, validators=[MinValueValidator(40), MaxValueValidator(140)]
    )
    note = TranslatedField(_("note"), blank=True, max_length=200)

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("medical warning")
        verbose_name_plural = _("medical warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "hazard"],
                name="health_warning_once",
                violation_error_message=_("The venue has this warning already."),
            ),
            models.CheckConstraint(
                condition=models.Q(decibels=None) | models.Q(hazard=Hazard.NOISE),
                name="health_warning_decibels_of_noise",
                violation_error_message=_("Only noise is measured in decibels."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_hazard_display())

    def clean(self) -> None:
        super().clean()
        if self.decibels is not None and self.hazard != Hazard.NOISE:
            raise ValidationError({"decibels": _("Only noise is measured in decibels.")})


RUNNING = [
    (LineRunning.YES.value, _("yes")),
    (LineRunning.NO.value, _("no")),
    (LineRunning.EXPECTED.value, _("expected")),
]


class ProductionPeriod(Child):
    """Whether the line runs from one date to another. Where several hold, the shortest wins, as for opening hours."""

    root_field = "venue"

    venue = models.ForeignKey(Venue, models.CASCADE, related_name="production")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"), blank=True, help_text=_("Inclusive; empty: that one day."))
    line_running = models.CharField(_("the line runs"), max_length=8, choices=RUNNING)
    note = TranslatedField(_("note"), blank=True, max_length=200)

    class Meta(Child.Meta):
        ordering = ["first", "pk"]
        verbose_name = _("period of the production calendar")
        verbose_name_plural = _("production calendar")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="production_period_in_order",
                violation_error_message=_("The last day is before the first."),
            )
        ]
        indexes = [models.Index(fields=["venue", "last"], name="production_coming")]

    def __str__(self) -> str:
        days = self.first.isoformat() if self.first == self.last else f"{self.first} – {self.last}"
        return f"{days}: {self.get_line_running_display()}"

    def clean_fields(self, exclude: Any = None) -> None:
        if self.last is None:
            self.last = self.first
        super().clean_fields(exclude)

    def clean(self) -> None:
        super().clean()
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("The last day is before the first.")})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        if self.last is None:
            self.last = self.first
        return super().prepare(before, unit)

    def period(self) -> Period:
        """As the resolver takes it."""
        return Period(self.first, self.last, LineRunning(self.line_running), self.note or None, self.pk or 0)
