from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows
from core.admin.merging import MergingForm
from core.geo import Point
from events.admin.parts import PartOfEventAdmin
from events.admin.tools import register_tools
from events.models import Event, Kind
from events.race.admin.paces import pace_field
from events.race.admin.slot_rows import PACES
from events.race.drawing import Mark, line_svg, profile_svg
from events.race.models import Course, CoursePoint, Eligibility
from events.race.reading import landmarks_of, read_line
from venues.admin.line_form import LINE_FIELDS, LineForm, gpx_field, read_posted, without_line_fields
from venues.lines import Landmark


class CourseForm(LineForm):
    gpx = gpx_field(
        _(
            "A GPX file in WGS-84 with the track of this course alone, from the start to the finish, up to 5 MB. Its "
            "length may differ from the measured distance by 5 per cent."
        )
    )
    remove_line = forms.BooleanField(
        label=_("remove the line"), required=False, help_text=_("Apps then know the course by its length alone.")
    )

    class Meta:
        model = Course
        fields = "__all__"

    def landmarks(self) -> list[Landmark]:
        return landmarks_of(self.instance.event if self.instance.pk else self.cleaned_data.get("event"))


class PointRows(StackedRows):
    model = CoursePoint
    fields = (("kind", "km"), "name", "note")
    classes = ("collapse",)


class OwnPart(PartOfEventAdmin):
    """It stays with the event that it was made for."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "event")


@admin.register(Course)
class CourseAdmin(OwnPart):
    """Changes are live, as those of the event's texts are."""

    form = CourseForm
    list_display = ("__str__", "length", "has_line", "point_count", "event", "sample")
    list_filter = ("certified", "approximate", "sample", ("event", ReadableRelatedFilter))
    list_select_related = ("event",)
    search_fields = ("slug", "name", "event__slug")
    ordering = ("event", "position", "pk")
    autocomplete_fields = ("event",)
    readonly_fields = ("line_shown",)
    inlines: ClassVar[Any] = [PointRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("event", "name", ("slug", "position"), ("distance", "limit", "age_min"), "note")}),
        (_("The line on the map"), {"fields": ("line_shown", *LINE_FIELDS, "approximate")}),
        (
            _("When runners pass"),
            {
                "fields": (("fastest_pace", "slowest_pace", "cutoff_minutes"),),
                "description": _(
                    "With the start of each wave, a slot, this tells when the first and the last one pass."
                ),
            },
        ),
        (_("Certificate, sources"), {"fields": (("certified", "certified_by"), "sample")}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in PACES:
            return pace_field(db_field)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(points_there=Count("points"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        return sections if self._edits(request, obj) else without_line_fields(sections)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its points go with it, and keep nothing back."""
        deleted, counts, needed, _protected = super().get_deleted_objects(objs, request)
        collector = NestedObjects(using=router.db_for_write(Course), origin=objs)
        collector.collect(objs)
        others = [str(row) for row in collector.protected if not isinstance(row, CoursePoint)]
        kept = [str(row) for row in objs if not self.has_delete_permission(request, row)]
        return deleted, counts, needed, [*others, *kept]

    def before_edit(self, request: HttpRequest) -> None:
        read_posted(request, read_line)

    @admin.display(description=_("kilometres"), ordering="distance")
    def length(self, row: Course) -> str:
        return f"{row.distance / 1000:g}"

    @admin.display(description=_("own line"), boolean=True)
    def has_line(self, row: Course) -> bool:
        return row.line_length is not None

    @admin.display(description=_("points"), ordering="points_there")
    def point_count(self, row: Any) -> int:
        return int(row.points_there)

    @admin.display(description=_("line now"))
    def line_shown(self, row: Course) -> SafeString | str:
        if not row.line:
            return gettext("None: apps know the course by its length alone.")
        words = ngettext("Uploaded: %(count)d point.", "Uploaded: %(count)d points.", len(row.line))
        length = gettext("%(km)s km long.") % {"km": f"{(row.line_length or 0) / 1000:.2f}"}
        told = [words % {"count": len(row.line)}, length]
        if row.gain:
            told.append(gettext("%(metres)d m of climbing.") % {"metres": row.gain})
        return format_html('{}<div class="x-drawing">{}{}</div>', " ".join(told), *pictures(row))


def pictures(course: Course) -> tuple[SafeString, SafeString]:
    """The line with what is along it, and the heights."""
    way = course.way
    if way is None:
        return SafeString(""), SafeString("")
    marks = []
    for row in course.points.all():
        place: Point = way.point(float(row.km))
        marks.append(Mark(place.lng, place.lat, row.kind, f"{float(row.km):g} km · {row}"))
    name = str(course)
    return line_svg(course.line, marks, name), profile_svg(way.profile(), name)


@admin.register(Eligibility)
class EligibilityAdmin(OwnPart):
    form = MergingForm
    list_display = ("__str__", "limit", "guardian_under", "medical_certificate")
    list_filter = (("event", ReadableRelatedFilter),)
    list_select_related = ("event",)
    search_fields = ("event__slug", "event__title")
    ordering = ("pk",)
    autocomplete_fields = ("event",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("event", ("limit", "guardian_under", "medical_certificate"), "bring", "note")})
    ]


def tools_of(request: HttpRequest, event: Event) -> list[tuple[str, Any]]:
    """On the page of a race: its courses, and who may run."""
    if event.event_kind != Kind.RACE:
        return []
    count = Course.objects.filter(event=event).count()
    words = gettext("courses: %(count)d") % {"count": count}
    row = Eligibility.objects.filter(event=event).first()
    conditions = (
        reverse("admin:race_eligibility_change", args=[row.pk])
        if row
        else f"{reverse('admin:race_eligibility_add')}?event={event.pk}"
    )
    here = f"{reverse('admin:race_course_changelist')}?event__id__exact={event.pk}"
    return [(here, words), (conditions, gettext("conditions of entry"))]


register_tools(tools_of)
