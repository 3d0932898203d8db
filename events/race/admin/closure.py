from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, TabularRows
from core.admin.rows import MergingFormSet
from events.admin.parts import PartOfEventAdmin
from events.models import Slot, SlotKind
from events.race.drawing import line_svg
from events.race.models import Closure, ClosureVenue, Course
from events.race.nearby import venues_near
from events.race.reading import read_line
from venues.admin.line_form import LINE_FIELDS, LineForm, gpx_field, read_posted, without_line_fields
from venues.models import Venue


class ClosureForm(LineForm):
    gpx = gpx_field(_("A GPX file in WGS-84 with what is closed. Without one it is the stretch of the course."))
    remove_line = forms.BooleanField(
        label=_("remove the line"), required=False, help_text=_("It is then the stretch of the course again.")
    )
    add_near = forms.BooleanField(
        label=_("add these venues"), required=False, help_text=_("All that lie so near are named as cut off.")
    )

    class Meta:
        model = Closure
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "add_near" in self.fields:  # an order, and no value
            self.fields["add_near"].show_hidden_initial = False


class ClosureVenueFormSet(MergingFormSet):
    user: ClassVar[Any] = None

    def clean(self) -> None:
        """A venue counts as closed only where whoever speaks for it says so."""
        super().clean()
        if not self.instance.shuts:
            return
        kept = [form for form in self.forms if form.cleaned_data and not self._should_delete_form(form)]  # type: ignore[attr-defined]
        named = {form.cleaned_data["venue"].pk for form in kept if form.cleaned_data.get("venue")}
        strange = Venue.objects.filter(pk__in=named - own_venues(self.user, named)).first()
        if strange is not None:
            raise ValidationError(
                _(
                    "You do not run “%(venue)s”, and so cannot close it. Untick “nobody can reach these venues”: its "
                    "visitors are then told of a detour."
                ),
                code="not_yours",
                params={"venue": strange},
            )


def own_venues(user: Any, among: Any) -> set[int]:
    return set(Venue.objects.run_by(user).filter(pk__in=among).values_list("pk", flat=True))


class VenueRows(TabularRows):
    model = ClosureVenue
    formset = ClosureVenueFormSet
    fields = ("venue",)
    autocomplete_fields = ("venue",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        return formset


@admin.register(Closure)
class ClosureAdmin(PartOfEventAdmin):
    """What a slot of the kind “road closure” closes, and whom it cuts off."""

    form = ClosureForm
    list_display = ("__str__", "day", "course", "stretch", "shuts", "event")
    list_filter = ("shuts", ("slot__event", ReadableRelatedFilter))
    list_select_related = ("slot__event", "course")
    search_fields = ("slot__title", "slot__event__slug")
    ordering = ("-slot__sort_start", "pk")
    readonly_fields = ("line_shown", "near")
    inlines: ClassVar[Any] = [VenueRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("slot", ("course", "from_km", "to_km"), "note")}),
        (_("A line of its own"), {"fields": ("line_shown", *LINE_FIELDS, "is_area")}),
        (_("Venues that are cut off"), {"fields": ("near", "add_near", "shuts")}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else (*fields, "slot")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        own = Slot.objects.editable_by(request.user)
        if "slot" in form.base_fields:
            form.base_fields["slot"].queryset = own.filter(slot_kind=SlotKind.CLOSURE, closure=None)
        if "course" in form.base_fields:
            events: Any = [obj.slot.event_id] if obj else own.values("event")
            form.base_fields["course"].queryset = Course.objects.filter(event__in=events)
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        if self._edits(request, obj):
            return sections
        return [
            (title, {**options, "fields": tuple(name for name in options["fields"] if name != "add_near")})
            for title, options in without_line_fields(sections)
        ]

    def before_edit(self, request: HttpRequest) -> None:
        read_posted(request, read_line)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if not form.cleaned_data.get("add_near"):
            return
        closure: Closure = form.instance
        near = [venue for venue, _metres in venues_near(closure.shape(), is_area=closure.is_area)]
        allowed = own_venues(request.user, [venue.pk for venue in near]) if closure.shuts else None
        there = set(ClosureVenue.objects.filter(closure=closure).values_list("venue", flat=True))
        for venue in near:
            if venue.pk not in there and (allowed is None or venue.pk in allowed):
                ClosureVenue(closure=closure, venue=venue).save()

    @admin.display(description=_("event"), ordering="slot__event")
    def event(self, row: Closure) -> str:
        return str(row.slot.event)

    @admin.display(description=_("day"), ordering="slot__sort_start")
    def day(self, row: Closure) -> str:
        return row.slot.day.isoformat()

    @admin.display(description=_("kilometres"))
    def stretch(self, row: Closure) -> str:
        if row.from_km is None or row.to_km is None:
            return "–"
        return f"{float(row.from_km):g}–{float(row.to_km):g}"

    @admin.display(description=_("what is closed"))
    def line_shown(self, row: Closure) -> SafeString | str:
        shape = row.shape() if row.pk else []
        if not shape:
            return gettext("Nothing is drawn yet: give the kilometres of a course with a line, or a file.")
        closed = [*shape, shape[0]] if row.is_area else shape
        told = gettext("A line of its own.") if row.line else gettext("The stretch of the course.")
        return format_html('{}<div class="x-drawing">{}</div>', told, line_svg(closed, [], str(row)))

    @admin.display(description=_("venues within 300 metres"))
    def near(self, row: Closure) -> SafeString | str:
        found = venues_near(row.shape(), is_area=row.is_area) if row.pk else []
        told = gettext("%(venue)s: %(metres)d m")
        words = [
            told % {"venue": venue, "metres": metres} + (f" ({gettext('approximate')})" if venue.approximate else "")
            for venue, metres in found
        ]
        return format_html_join(SafeString("<br>"), "{}", ((each,) for each in words)) or "–"
