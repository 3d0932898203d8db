"""Exhibits: a machine, where it worked, what became of it, and its story."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, chunks
from core.changes.models import Child, locked
from core.facts import SortKey, write_sort_keys
from core.fields import TranslatedField
from core.markdown import validate_markdown
from core.publication import PublishedQuerySet, State
from core.slugs import Named
from core.translations import show
from media.models import Image, MediaPlacement, Placement, Showing
from organizers.models import acts_for_all
from venues.models.hours import WEEKDAYS
from venues.models.venue import YEAR, Space, Venue

NOT_PUBLISHED = _("The exhibit is published and this venue is not. Publish it first.")


class Condition(models.TextChoices):
    ON_DISPLAY = "on_display", _("on display")
    RUNNING = "running", _("shown running")
    UNDER_RESTORATION = "under_restoration", _("under restoration")
    IN_STORE = "in_store", _("in store")
    ON_LOAN = "on_loan", _("on loan")
    UNKNOWN = "unknown", _("unknown")


class ExhibitQuerySet(PublishedQuerySet):
    def _staff_only(self, user: Any, verb: str) -> Self:
        return super()._staff_only(user, verb) if acts_for_all(user) else self.none()

    def at_venues(self, slugs: list[str]) -> Self:
        """At one of these venues or in a part of it, as far as these are public."""
        named = Venue.objects.visible().filter(slug__in=slugs)
        return self.filter(Q(venue__in=named) | Q(venue__public=True, venue__parent__in=named))


class Exhibit(Named):
    """A thing to see at a venue. It is published after its venue, and withdrawn before it."""

    kind = "exhibit"

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="exhibits", verbose_name=_("venue"))
    space = models.ForeignKey(
        Space, models.PROTECT, null=True, blank=True, related_name="exhibits", verbose_name=_("space")
    )
    name = TranslatedField(_("name"), max_length=120)
    name_pinyin = models.CharField(
        _("pinyin"),
        max_length=200,
        blank=True,
        help_text=_("Only where the automatic spelling is wrong; lists are sorted by it."),
    )
    summary = TranslatedField(
        _("summary"), blank=True, max_length=300, multiline=True, help_text=_("One or two sentences for lists.")
    )
    story = TranslatedField(_("story"), blank=True, markdown=True, validators=[validate_markdown])
    maker = TranslatedField(_("maker"), blank=True, max_length=160)
    made = models.PositiveSmallIntegerField(_("year made"), null=True, blank=True, validators=YEAR)
    made_approximate = models.BooleanField(
        _("year is approximate"), default=False, help_text=_("Around that year; nobody knows it exactly.")
    )
    worked_at = TranslatedField(_("where it worked"), blank=True, max_length=200)
    in_service_from = models.PositiveSmallIntegerField(_("in service from"), null=True, blank=True, validators=YEAR)
    in_service_to = models.PositiveSmallIntegerField(_("in service until"), null=True, blank=True, validators=YEAR)
    condition = models.CharField(_("condition"), max_length=18, choices=Condition, default=Condition.UNKNOWN)
    demonstrations = TranslatedField(
        _("demonstrations in words"), blank=True, max_length=300, help_text=_("When it is shown running, and by whom.")
    )
    inventory_number = models.CharField(_("inventory number"), max_length=60, blank=True)
    verified_on = models.DateField(
        _("verified on"),
        null=True,
        blank=True,
        help_text=_("When somebody last checked these facts. Empty: unverified."),
    )
    doubts = models.TextField(
        _("doubts and sources"), blank=True, help_text=_("For colleagues; never shown in public.")
    )
    sample = models.BooleanField(_("demonstration data"), default=False)

    objects = ExhibitQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Named.Meta):
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        permissions = [("publish_exhibit", "Can publish exhibits"), ("review_exhibit", "Can review exhibits")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(in_service_from=None)
                | models.Q(in_service_to=None)
                | models.Q(in_service_to__gte=models.F("in_service_from")),
                name="exhibit_service_in_order",
                violation_error_message=_("It went out of service before it began."),
            )
        ]
        # For the public's lists, and so of public rows only: SQLite uses no index whose first column is a bare boolean.
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="exhibit_updated", condition=models.Q(public=True)),
            models.Index(fields=["appear_at"], name="exhibit_appears", condition=models.Q(appear_at__isnull=False)),
            models.Index(fields=["vanish_at"], name="exhibit_vanishes", condition=models.Q(vanish_at__isnull=False)),
        ]

    def clean(self) -> None:
        super().clean()
        if self.space and self.space.venue_id != self.venue_id:
            raise ValidationError({"space": _("This space is in another venue.")})
        first, last = self.in_service_from, self.in_service_to
        if first is not None and last is not None and last < first:
            raise ValidationError({"in_service_to": _("It went out of service before it began.")})
        if self.made_approximate and self.made is None:
            raise ValidationError({"made": _("Enter the year that it was made around.")})
        if self.venue_id and self.state == State.PUBLISHED and self.venue.state != State.PUBLISHED:
            raise ValidationError({"venue": NOT_PUBLISHED})

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        """Looks again under the venue's lock: it may have been withdrawn since ``clean``."""
        prepared = super().prepare(before, unit)
        venue = locked(Venue._base_manager.filter(pk=self.venue_id)).get()
        if self.state == State.PUBLISHED and venue.state != State.PUBLISHED:
            raise ValidationError({"venue": NOT_PUBLISHED})
        return prepared

    def check_publish(self) -> Iterable[ValidationError]:
        # Locked, so that it is not withdrawn between this look and the commit.
        venue = locked(Venue._base_manager.filter(pk=self.venue_id)).get()
        if venue.state != State.PUBLISHED:
            yield ValidationError(_("Publish its venue “%(venue)s” first.") % {"venue": venue})

    @classmethod
    def settle(cls, keys: list[str], unit: Edit) -> None:
        for part in chunks(keys):
            write_sort_keys(ExhibitSortKey, "exhibit", cls._base_manager.filter(slug__in=part))


class ExhibitSortKey(SortKey):
    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="sort_keys")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exhibit", "language"], name="exhibit_sort_key_once")]
        # A list in one language, in order.
        indexes = [models.Index(fields=["language", "key", "exhibit"], name="exhibit_by_name")]


class ExhibitImage(Placement):
    root_field = "exhibit"
    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="placements")

    class Meta(Placement.Meta):
        constraints = [models.UniqueConstraint(fields=["exhibit", "image"], name="exhibit_image_once")]


class ExhibitMedia(MediaPlacement):
    root_field = "exhibit"
    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="media_placements")

    class Meta(MediaPlacement.Meta):
        constraints = [models.UniqueConstraint(fields=["exhibit", "media"], name="exhibit_media_once")]


class ThenAndNow(Showing):
    """Two pictures of the same view."""

    root_field = "exhibit"
    shown_fields = ("then", "now")

    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="then_and_now")
    then = models.ForeignKey(Image, models.PROTECT, related_name="then_of", verbose_name=_("then"))
    now = models.ForeignKey(Image, models.PROTECT, related_name="now_of", verbose_name=_("now"))
    caption = TranslatedField(_("caption"), blank=True, max_length=300)
    year_then = models.PositiveSmallIntegerField(_("year then"), null=True, blank=True, validators=YEAR)
    year_now = models.PositiveSmallIntegerField(_("year now"), null=True, blank=True, validators=YEAR)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Showing.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("then and now")
        verbose_name_plural = _("then and now")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(then=models.F("now")),
                name="then_is_not_now",
                violation_error_message=_("These are the same picture."),
            )
        ]

    def __str__(self) -> str:
        return show(self.caption) or f"{self.year_then or '?'} – {self.year_now or '?'}"

    def clean(self) -> None:
        super().clean()
        if self.then_id and self.then_id == self.now_id:
            raise ValidationError({"now": _("These are the same picture.")})
        if self.year_then and self.year_now and self.year_now < self.year_then:
            raise ValidationError({"year_now": _("This is before the year of the other picture.")})


class Demonstration(Child):
    """A time at which it is shown running, on certain days of the week."""

    root_field = "exhibit"

    exhibit = models.ForeignKey(Exhibit, models.CASCADE, related_name="demonstration_times")
    starts = models.TimeField(_("starts"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    monday = models.BooleanField(_("Mon"), default=True)
    tuesday = models.BooleanField(_("Tue"), default=True)
    wednesday = models.BooleanField(_("Wed"), default=True)
    thursday = models.BooleanField(_("Thu"), default=True)
    friday = models.BooleanField(_("Fri"), default=True)
    saturday = models.BooleanField(_("Sat"), default=True)
    sunday = models.BooleanField(_("Sun"), default=True)

    class Meta(Child.Meta):
        ordering = ["starts", "pk"]
        verbose_name = _("time of a demonstration")
        verbose_name_plural = _("times of demonstrations")

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}"

    @property
    def weekdays(self) -> list[str]:
        return [name for name in WEEKDAYS if getattr(self, name)]

    def clean(self) -> None:
        super().clean()
        if not self.weekdays:
            raise ValidationError(_("Choose at least one day of the week."))
