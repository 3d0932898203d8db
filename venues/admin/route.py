from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows, TabularRows
from core.admin.lists import is_number
from core.admin.merging import RootForm, ShownField
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin, pictures_of
from core.api.ask import Ask
from core.geo import Point
from core.translations import default_language
from media.admin import PictureRows
from venues.gpx import Line, read_gpx
from venues.lines import Landmark, check_place
from venues.models import Route, RouteImage, RouteLink, RouteStop, RouteTag, Venue
from venues.serializers.route import RouteItem
from venues.views.route import load_routes


class RouteForm(RootForm):
    """The file has been read before the unit of work opened; here its line is compared with the stops."""

    gpx = forms.FileField(
        label=_("replace the line"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".gpx,application/gpx+xml"}),
        help_text=_(
            "A GPX file in WGS-84 with one track or route, up to 5 MB; without one the line leads from stop to stop."
        ),
    )
    remove_line = forms.BooleanField(
        label=_("remove the line"),
        required=False,
        help_text=_("The line then leads straight from stop to stop again."),
    )

    shown_line = ShownField()

    class Meta:
        model = Route
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("remove_line", "shown_line"):  # an order and a mark: no values that two editors could merge
            if name in self.fields:
                self.fields[name].show_hidden_initial = False
        if "shown_line" in self.fields:
            self.fields["shown_line"].initial = self.instance.line_mark

    def clean_gpx(self) -> Line | None:
        file = self.cleaned_data["gpx"]
        read: Line | ValidationError | None = getattr(file, "read_line", None)
        if isinstance(read, ValidationError):
            raise read
        if read is not None:
            check_place(read.points, self._landmarks(), Point(*settings.DISTRICT_POSITION))
        return read

    def _landmarks(self) -> list[Landmark]:
        """The stops as they are posted beside the file."""
        chosen = [
            value
            for name, value in self.data.items()
            if name.startswith("stops-") and name.endswith("-venue") and is_number(value)
            if not self.data.get(f"{name.removesuffix('venue')}DELETE")
        ]
        venues = Venue._base_manager.filter(pk__in=chosen)
        return [Landmark(venue.point, not venue.approximate) for venue in venues if venue.point]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("gpx") and cleaned.get("remove_line"):
            self.add_error("remove_line", _("You have chosen a new line too. Untick this, or take the file out."))
        for name in ("gpx", "remove_line"):
            if cleaned.get(name) and self._is_other_line():
                self.add_error(
                    name, _("Somebody else changed the line. Look at it; if yours shall hold, give it again.")
                )
        return cleaned

    def _is_other_line(self) -> bool:
        """Whether the form showed another line than the stored one; the next time it shows that one."""
        shown, stored = self.data.get(self.add_prefix("shown_line")), self.instance.line_mark
        if self.instance._state.adding or shown in (None, stored):
            return False
        self.data = data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_line")] = stored
        return True

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.cleaned_data.get("gpx"):
            self.instance.set_line(self.cleaned_data["gpx"])
        elif self.cleaned_data.get("remove_line"):
            self.instance.set_line(None)


class StopRows(StackedRows):
    model = RouteStop
    fields = (("venue", "position", "minutes"), "note", ("mode", "distance", "way_minutes"))
    autocomplete_fields = ("venue",)


class PictureOfRoute(PictureRows):
    model = RouteImage


class LinkRows(TabularRows):
    model = RouteLink
    fields = ("kind", "value", "label", "position")


class TagRows(TabularRows):
    model = RouteTag
    fields = ("tag",)
    autocomplete_fields = ("tag",)


@admin.register(Route)
class RouteAdmin(PublishedAdmin):
    form = RouteForm
    serializer_class = RouteItem
    list_display = ("__str__", "stop_count", "has_line", "state_badge", "missing", "sample", "changed_on")
    list_filter = ("state", "sample", ("organizer", ReadableRelatedFilter))
    search_fields = ("slug", "name", "name_pinyin", "summary")
    autocomplete_fields = ("organizer",)
    readonly_fields = ("line_shown",)
    inlines: ClassVar[Any] = [StopRows, PictureOfRoute, LinkRows, TagRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", "summary", "description")}),
        (_("The line on the map"), {"fields": ("line_shown", "gpx", "remove_line", "shown_line")}),
        (
            _("Belongs to, sources and lists"),
            {"fields": ("organizer", "verified_on", "doubts", "sample", "slug", "name_pinyin")},
        ),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def readable_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Route.objects.readable_by(request.user).by_name(default_language())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("sort_key", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(stops_there=Count("stops", distinct=True))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only read the page has no file to choose."""
        sections = super().get_fieldsets(request, obj)
        if self._edits(request, obj):
            return sections
        unseen = {"gpx", "remove_line", "shown_line"}
        return [
            (title, {**options, "fields": tuple(name for name in options["fields"] if name not in unseen)})
            for title, options in sections
        ]

    def before_edit(self, request: HttpRequest) -> None:
        file: Any = request.FILES.get("gpx")
        if file is None:
            return
        try:
            file.read_line = read_gpx(file)
        except ValidationError as error:
            file.read_line = error

    def load_preview(self, row: Any, ask: Ask) -> None:
        load_routes([row], ask)
        row.pictures = pictures_of(row.placements.select_related("image"))

    @admin.display(description=_("stops"), ordering="stops_there")
    def stop_count(self, row: Any) -> int:
        return int(row.stops_there)

    @admin.display(description=_("own line"), boolean=True)
    def has_line(self, row: Route) -> bool:
        return row.line_points > 0

    @admin.display(description=_("line now"))
    def line_shown(self, row: Route) -> str:
        if not row.line_points:
            return gettext("Derived: it leads straight from stop to stop.")
        words = ngettext("Uploaded: %(count)d point.", "Uploaded: %(count)d points.", row.line_points)
        climbed = gettext("%(metres)d m of climbing.") % {"metres": row.line_ascent} if row.line_ascent else ""
        return " ".join(part for part in (words % {"count": row.line_points}, climbed) if part)
