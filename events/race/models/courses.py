"""The courses of a race, what is along them, and who may run. Changing them is live, as the event's texts are; when it
starts and which roads are closed are slots, and shown once they are released."""

from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, ensure_edit
from core.changes.models import Child
from core.fields import TranslatedField
from core.geo import Point
from core.slugs import validate_slug
from core.translations import show
from events.models import Event, Slot
from events.race.details import write_details
from events.race.lines import Recorded, Way, check_length
from events.race.querysets import OfEventQuerySet
from venues.lines import mark_of

LONGEST = 1_000_000  # metres
PACES = [MinValueValidator(60), MaxValueValidator(3600)]
OLDEST = 120

KM = Decimal(1000)


def km_words(km: Decimal) -> str:
    """``21.098``, ``5``."""
    return f"{float(km):g}"


class Certified(models.TextChoices):
    UNKNOWN = "unknown", _("unknown")
    YES = "yes", _("certified")
    NO = "no", _("not certified")


class Course(Child):
    """A distance that is run. Without a line it is known by its length alone."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="courses", verbose_name=_("event"))
    slug = models.CharField(
        _("name in URLs"), max_length=40, validators=[validate_slug], help_text=_("half-marathon, fun-run, 10-km")
    )
    name = TranslatedField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    distance = models.PositiveIntegerField(
        _("metres"),
        validators=[MinValueValidator(100), MaxValueValidator(LONGEST)],
        help_text=_("As measured, or as announced: 21098 for a half marathon."),
    )
    certified = models.CharField(_("certified"), max_length=8, choices=Certified, default=Certified.UNKNOWN)
    certified_by = models.CharField(
        _("certified by"), max_length=80, blank=True, help_text=_("World Athletics, AIMS, CAA …, with its grade.")
    )
    limit = models.PositiveIntegerField(_("most runners"), null=True, blank=True, validators=[MinValueValidator(1)])
    age_min = models.PositiveSmallIntegerField(
        _("from age"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(OLDEST)],
        help_text=_("Where it differs from the event's."),
    )
    cutoff_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From the last start. A cut-off at a clock time is a slot."),
    )
    fastest_pace = models.PositiveSmallIntegerField(
        _("fastest pace, seconds per km"),
        null=True,
        blank=True,
        validators=PACES,
        help_text=_("Of the first runner: spectators are told when to be there."),
    )
    slowest_pace = models.PositiveSmallIntegerField(
        _("slowest pace, seconds per km"),
        null=True,
        blank=True,
        validators=PACES,
        help_text=_("Of the last runner. Empty: whoever just makes the time limit."),
    )
    note = TranslatedField(_("note"), blank=True, multiline=True, max_length=1000)
    # Of an uploaded file: [[lng, lat, height?], …] in WGS-84, and what was measured on the whole recording, in metres.
    line = models.JSONField(default=list, blank=True, editable=False)
    line_length = models.PositiveIntegerField(null=True, editable=False)
    gain = models.PositiveIntegerField(null=True, editable=False)
    loss = models.PositiveIntegerField(null=True, editable=False)
    lowest = models.IntegerField(null=True, editable=False)
    highest = models.IntegerField(null=True, editable=False)
    approximate = models.BooleanField(
        _("the line is approximate"),
        default=False,
        help_text=_("Drawn by hand, or not confirmed: apps say so, and nobody finds the way by it."),
    )
    sample = models.BooleanField(_("demonstration data"), default=False)

    objects = OfEventQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["position", "pk"]
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "slug"],
                name="course_once",
                violation_error_message=_("Another course of the event has this name in URLs."),
            )
        ]

    def __str__(self) -> str:
        return show(self.name) or self.slug

    @property
    def version(self) -> int:
        """Its event's."""
        return self.event.version

    @property
    def km(self) -> Decimal:
        return Decimal(self.distance) / KM

    @property
    def reference(self) -> dict[str, Any]:
        """As released slots hold it."""
        return {"slug": self.slug, "name": self.name}

    @property
    def way(self) -> Way | None:
        return Way(self.line, self.distance) if self.line else None

    @property
    def line_mark(self) -> str:
        return mark_of(self.line)

    def set_line(self, line: Recorded | None) -> None:
        self.line = [list(point) for point in line.points] if line else []
        self.line_length = line.length if line else None
        for name in ("gain", "loss", "lowest", "highest"):
            setattr(self, name, getattr(line, name) if line else None)

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.certified_by and self.certified != Certified.YES:
            wrong["certified_by"] = _("Choose “certified” too, or clear this.")
        if self.fastest_pace and self.slowest_pace and self.slowest_pace < self.fastest_pace:
            wrong["slowest_pace"] = _("This is faster than the fastest pace. More seconds are slower.")
        if self.line_length and self.distance:
            try:
                check_length(self.line_length, self.distance)
            except ValidationError as error:
                wrong["distance"] = error
        if self.pk and self.distance:
            wrong |= self._clean_extent()
        if wrong:
            raise ValidationError(wrong)
        self._clean_slug()

    def _clean_extent(self) -> dict[str, Any]:
        beyond = self.points.filter(km__gt=self.km).first()
        if beyond is None:
            return {}
        message = _("“%(point)s” is at kilometre %(km)s, behind the end. Move it first.")
        return {"distance": message % {"point": beyond, "km": km_words(beyond.km)}}

    def _clean_slug(self) -> None:
        if self.pk and self.event.first_published_at is not None:
            known = type(self)._base_manager.filter(pk=self.pk).values_list("slug", flat=True).first()
            if known and known != self.slug:
                raise ValidationError(
                    {"slug": _("Apps know this as “%(slug)s” since it was published. Keep that.") % {"slug": known}}
                )

    def finish(self, before: Self | None, unit: Edit) -> None:
        """The drafts that name it name it as it is called now."""
        super().finish(before, unit)
        if before is not None and before.reference != self.reference:
            write_details(Slot.objects.filter(event=self.event_id), unit)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """With its points, which only the event's end would take otherwise."""
        with ensure_edit():
            for row in self.points.order_by("pk"):
                row.delete()
            return super().delete(*args, **kwargs)


class PointKind(models.TextChoices):
    START = "start", _("start")
    FINISH = "finish", _("finish")
    AID = "aid", _("drinks and food")
    TOILET = "toilet", _("toilets")
    MEDICAL = "medical", _("first aid")
    TIMING = "timing", _("timing mat")
    SPECTATOR = "spectator", _("good place to watch")


class CoursePoint(Child):
    """Something along a course. Its place follows from its kilometre and the line."""

    root_field = "event"

    # The course's own, set by it: a child is found by its root.
    event = models.ForeignKey(Event, models.CASCADE, related_name="course_points", editable=False)
    course = models.ForeignKey(Course, models.RESTRICT, related_name="points", verbose_name=_("course"))
    kind = models.CharField(_("kind"), max_length=10, choices=PointKind)
    km = models.DecimalField(_("kilometre"), max_digits=6, decimal_places=3, validators=[MinValueValidator(Decimal(0))])
    name = TranslatedField(_("name"), blank=True, max_length=80, help_text=_("Where it is: gate of the museum."))
    note = TranslatedField(_("note"), blank=True, max_length=300)

    objects = OfEventQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["km", "pk"]
        verbose_name = _("point along the course")
        verbose_name_plural = _("points along the course")

    def __str__(self) -> str:
        return show(self.name) or str(self.get_kind_display())

    def clean(self) -> None:
        super().clean()
        course = getattr(self, "course", None)
        if self.km is not None and course is not None and course.distance and self.km > course.km:
            message = _("The course ends at kilometre %(km)s. Enter no more.")
            raise ValidationError({"km": message % {"km": km_words(course.km)}})

    def enter(self, unit: Edit) -> None:
        self.event = self.course.event
        super().enter(unit)

    def point(self, way: Way | None) -> Point | None:
        return way.point(float(self.km)) if way else None


class Certificate(models.TextChoices):
    UNKNOWN = "unknown", _("unknown")
    NOT_NEEDED = "not_needed", _("not needed")
    RECOMMENDED = "recommended", _("recommended")
    REQUIRED = "required", _("required")


class Eligibility(Child):
    """Who may run and what they bring. Ages, documents and the way to enter are the event's own."""

    root_field = "event"

    event = models.OneToOneField(Event, models.CASCADE, related_name="eligibility", verbose_name=_("event"))
    limit = models.PositiveIntegerField(
        _("most runners"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Of all courses together."),
    )
    guardian_under = models.PositiveSmallIntegerField(
        _("guardian's statement under age"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(OLDEST)],
        help_text=_("Who is younger brings a statement that a guardian has signed."),
    )
    medical_certificate = models.CharField(
        _("medical certificate"), max_length=12, choices=Certificate, default=Certificate.UNKNOWN
    )
    bring = TranslatedField(_("what to bring"), blank=True, multiline=True, max_length=1000)
    note = TranslatedField(_("note"), blank=True, multiline=True, max_length=1000)

    objects = OfEventQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        verbose_name = _("conditions of entry")
        verbose_name_plural = _("conditions of entry")

    def __str__(self) -> str:
        return str(self.event)
