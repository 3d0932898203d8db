"""What stands beside the slots of a race: drafts like them, whose ``detail`` holds what releases freeze."""

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, ensure_edit
from core.changes.models import Child
from core.fields import TranslatedField
from events.models import Event, Slot, SlotKind
from events.querysets import DraftQuerySet
from events.race.details import write_details
from events.race.lines import Recorded
from events.race.models.courses import PACES, Course, km_words
from events.race.querysets import OnSlotQuerySet
from venues.lines import mark_of
from venues.models import Venue

LOWEST_KM = [MinValueValidator(Decimal(0))]


class OnSlot(Child):
    """One to one with a slot of one kind."""

    root_field = "slot"
    draft = True
    slot_kind: ClassVar[str]
    slot: Any  # each has its own, with a name for the way back
    slot_id: Any

    objects = OnSlotQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        abstract = True

    def __str__(self) -> str:
        return str(self.slot)

    @property
    def root(self) -> Event:
        return self.slot.event

    def detail(self) -> dict[str, Any]:
        """As the slot holds it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what a slot holds of it")

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        slot, course = getattr(self, "slot", None), getattr(self, "course", None)
        if slot is not None and slot.slot_kind != self.slot_kind:
            wrong[NON_FIELD_ERRORS] = _("This belongs to a slot of the kind “%(kind)s”.") % {
                "kind": SlotKind(self.slot_kind).label
            }
        if slot is not None and course is not None and course.event_id != slot.event_id:
            wrong["course"] = _("This course is another event's.")
        if wrong:
            raise ValidationError(wrong)

    def finish(self, before: Self | None, unit: Edit) -> None:
        super().finish(before, unit)
        moved = [] if before is None else [before.slot_id]
        write_details(Slot.objects.filter(pk__in=[self.slot_id, *moved]), unit)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with ensure_edit() as unit:
            slot = self.slot_id
            done = super().delete(*args, **kwargs)
            write_details(Slot.objects.filter(pk=slot), unit)
            return done


def check_km(course: Course, values: dict[str, Decimal | None]) -> dict[str, Any]:
    """What lies beyond the course, by field."""
    message = _("The course ends at kilometre %(km)s. Enter no more.")
    return {
        name: message % {"km": km_words(course.km)} for name, km in values.items() if km is not None and km > course.km
    }


class Wave(OnSlot):
    """Who starts then."""

    slot_kind = SlotKind.WAVE

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="wave", verbose_name=_("slot"))
    course = models.ForeignKey(Course, models.RESTRICT, related_name="waves", verbose_name=_("course"))
    bib_prefix = models.CharField(
        _("letters before the bib numbers"), max_length=4, blank=True, help_text=_("A, for bibs like A0001.")
    )
    bib_from = models.PositiveIntegerField(_("bibs from"), null=True, blank=True)
    bib_to = models.PositiveIntegerField(_("bibs to"), null=True, blank=True)
    pace_from = models.PositiveSmallIntegerField(
        _("fastest pace, seconds per km"), null=True, blank=True, validators=PACES, help_text=_("Of this wave.")
    )
    pace_to = models.PositiveSmallIntegerField(
        _("slowest pace, seconds per km"), null=True, blank=True, validators=PACES, help_text=_("Of this wave.")
    )
    size = models.PositiveIntegerField(_("runners"), null=True, blank=True, validators=[MinValueValidator(1)])

    class Meta(OnSlot.Meta):
        verbose_name = _("wave")
        verbose_name_plural = _("waves")

    def detail(self) -> dict[str, Any]:
        return {
            "course": self.course.reference,
            "bibs": {"prefix": self.bib_prefix, "from": self.bib_from, "to": self.bib_to},
            "pace": {"fastest": self.pace_from, "slowest": self.pace_to},
            "size": self.size,
        }

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        first, last = self.bib_from, self.bib_to
        if (first is None) != (last is None):
            wrong["bib_to" if last is None else "bib_from"] = _("Enter the first and the last bib, or neither.")
        if first is not None and last is not None and last < first:
            wrong["bib_to"] = _("The last bib is below the first one.")
        if self.pace_from and self.pace_to and self.pace_to < self.pace_from:
            wrong["pace_to"] = _("This is faster than the fastest pace. More seconds are slower.")
        if not wrong and (other := self._shared()):
            message = _("“%(wave)s” has some of these bibs: %(first)d to %(last)d. A bib starts once.")
            wrong["bib_from"] = message % {"wave": other, "first": other.bib_from, "last": other.bib_to}
        if wrong:
            raise ValidationError(wrong)

    def _shared(self) -> "Wave | None":
        """Another wave of the event with one of these bibs."""
        if self.bib_from is None or getattr(self, "slot", None) is None:
            return None
        others = Wave.objects.filter(slot__event=self.slot.event_id, bib_prefix=self.bib_prefix).exclude(pk=self.pk)
        found: Wave | None = others.filter(bib_from__lte=self.bib_to, bib_to__gte=self.bib_from).first()
        return found


class Cutoff(OnSlot):
    """Who is not there by the slot's time is taken out of the race."""

    slot_kind = SlotKind.CUTOFF

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="cutoff", verbose_name=_("slot"))
    course = models.ForeignKey(Course, models.RESTRICT, related_name="cutoffs", verbose_name=_("course"))
    km = models.DecimalField(_("kilometre"), max_digits=6, decimal_places=3, validators=LOWEST_KM)

    class Meta(OnSlot.Meta):
        verbose_name = _("cut-off")
        verbose_name_plural = _("cut-offs")

    def detail(self) -> dict[str, Any]:
        return {"course": self.course.reference, "km": float(self.km)}

    def clean(self) -> None:
        super().clean()
        course = getattr(self, "course", None)
        if course is not None and (wrong := check_km(course, {"km": self.km})):
            raise ValidationError(wrong)


class Closure(OnSlot):
    """A road that is closed: a stretch of a course, or a line or an area of its own."""

    slot_kind = SlotKind.CLOSURE

    slot = models.OneToOneField(Slot, models.CASCADE, related_name="closure", verbose_name=_("slot"))
    course = models.ForeignKey(
        Course, models.RESTRICT, null=True, blank=True, related_name="closures", verbose_name=_("course")
    )
    from_km = models.DecimalField(
        _("from kilometre"), max_digits=6, decimal_places=3, null=True, blank=True, validators=LOWEST_KM
    )
    to_km = models.DecimalField(
        _("to kilometre"), max_digits=6, decimal_places=3, null=True, blank=True, validators=LOWEST_KM
    )
    # [[lng, lat], …] in WGS-84; empty: the stretch of the course.
    line = models.JSONField(default=list, blank=True, editable=False)
    is_area = models.BooleanField(
        _("the line encloses an area"), default=False, help_text=_("All roads within it are closed.")
    )
    shuts = models.BooleanField(
        _("nobody can reach these venues"),
        default=False,
        help_text=_("They then count as closed as long as the road is. Otherwise visitors are told of a detour."),
    )
    note = TranslatedField(
        _("note for visitors"), blank=True, multiline=True, max_length=1000, help_text=_("How one gets there then.")
    )

    class Meta(OnSlot.Meta):
        verbose_name = _("road closure")
        verbose_name_plural = _("road closures")

    def detail(self) -> dict[str, Any]:
        return {
            "course": self.course.reference if self.course else None,
            "from_km": None if self.from_km is None else float(self.from_km),
            "to_km": None if self.to_km is None else float(self.to_km),
            "line": self.line,
            "is_area": self.is_area and bool(self.line),
            "venues": sorted(row.venue.slug for row in self.venues.all()),
            "shuts": self.shuts,
            "note": self.note,
        }

    @property
    def line_mark(self) -> str:
        return mark_of(self.line)

    def set_line(self, line: Recorded | None) -> None:
        self.line = [list(point[:2]) for point in line.points] if line else []

    def shape(self) -> list[Any]:
        """The points of what is closed, as far as they are known."""
        if self.line:
            return list(self.line)
        way = self.course.way if self.course else None
        if way is None or self.from_km is None or self.to_km is None:
            return []
        return [list(point) for point in way.stretch(float(self.from_km), float(self.to_km))]

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        first, last = self.from_km, self.to_km
        if (first is None) != (last is None):
            wrong["to_km" if last is None else "from_km"] = _("Enter both kilometres, or neither.")
        elif first is not None and last is not None and last <= first:
            wrong["to_km"] = _("The stretch ends where it begins, or before. Enter more.")
        if self.course is None and first is not None:
            wrong["course"] = _("Say of which course these kilometres are.")
        if self.course is not None and self.course.distance:
            wrong |= check_km(self.course, {"from_km": first, "to_km": last})
        if self.is_area and len(self.line) < 3:
            wrong["is_area"] = _("An area needs a line of three points or more. Upload it.")
        if wrong:
            raise ValidationError(wrong)


class ClosureVenue(Child):
    """A venue that a closure cuts off."""

    root_field = "closure"
    draft = True

    closure = models.ForeignKey(Closure, models.CASCADE, related_name="venues", verbose_name=_("road closure"))
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+", verbose_name=_("venue"))

    objects = DraftQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("venue that is cut off")
        verbose_name_plural = _("venues that are cut off")
        constraints = [
            models.UniqueConstraint(
                fields=["closure", "venue"],
                name="closure_venue_once",
                violation_error_message=_("The closure names this venue already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.venue)

    @property
    def root(self) -> Event:
        return self.closure.slot.event

    def finish(self, before: Self | None, unit: Edit) -> None:
        super().finish(before, unit)
        closures = {self.closure_id, *([] if before is None else [before.closure_id])}
        write_details(Slot.objects.filter(closure__in=closures), unit)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with ensure_edit() as unit:
            closure = self.closure_id
            done = super().delete(*args, **kwargs)
            write_details(Slot.objects.filter(closure=closure), unit)
            return done
