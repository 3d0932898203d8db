from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows, TabularRows
from core.admin.lists import is_number
from core.admin.merging import RootForm
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin, pictures_of
from core.api.ask import Ask
from core.translations import default_language
from media.admin import MediaRows, PictureRows
from media.media_objects import load_media
from venues.admin.line_form import LINE_FIELDS, LineForm, gpx_field, read_posted, without_line_fields
from venues.gpx import read_gpx
from venues.lines import Landmark
from venues.models import Route, RouteImage, RouteLink, RouteMedia, RouteStop, RouteTag, Venue
from venues.serializers.route import RouteDetailItem
from venues.views.route import load_routes


class RouteForm(LineForm, RootForm):
    """The file has been read before the unit of work opened; here its line is compared with the stops."""

    gpx = gpx_field(
        _("A GPX file in WGS-84 with one track or route, up to 5 MB; without one the line leads from stop to stop.")
    )
    remove_line = forms.BooleanField(
        label=_("remove the line"),
        required=False,
        help_text=_("The line then leads straight from stop to stop again."),
    )

    class Meta:
        model = Route
        fields = "__all__"

    def landmarks(self) -> list[Landmark]:
        """The stops as they are posted beside the file."""
        chosen = [
            value
            for name, value in self.data.items()
            if name.startswith("stops-") and name.endswith("-venue") and is_number(value)
            if not self.data.get(f"{name.removesuffix('venue')}DELETE")
        ]
        venues = Venue._base_manager.filter(pk__in=chosen)
        return [Landmark(venue.point, not venue.approximate) for venue in venues if venue.point]


class StopRows(StackedRows):
    model = RouteStop
    fields = (("venue", "position", "minutes"), "note", ("mode", "distance", "way_minutes"))
    autocomplete_fields = ("venue",)


class PictureOfRoute(PictureRows):
    model = RouteImage


class MediaOfRoute(MediaRows):
    model = RouteMedia


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
    serializer_class = RouteDetailItem
    list_display = ("__str__", "stop_count", "has_line", "state_badge", "missing", "sample", "changed_on")
    list_filter = ("state", "sample", ("organizer", ReadableRelatedFilter))
    search_fields = ("slug", "name", "name_pinyin", "summary")
    autocomplete_fields = ("organizer",)
    readonly_fields = ("line_shown",)
    inlines: ClassVar[Any] = [StopRows, PictureOfRoute, MediaOfRoute, LinkRows, TagRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", "summary", "description")}),
        (_("The line on the map"), {"fields": ("line_shown", *LINE_FIELDS)}),
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
        return sections if self._edits(request, obj) else without_line_fields(sections)

    def before_edit(self, request: HttpRequest) -> None:
        read_posted(request, read_gpx)

    def load_preview(self, row: Any, ask: Ask) -> None:
        load_routes([row], ask)
        load_media(RouteMedia, [row], ask, public_only=False)
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
