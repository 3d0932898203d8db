from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows, TabularRows
from core.admin.merging import PlacedForm
from core.admin.publishing import PUBLICATION_FIELDS, pictures_of
from core.api.ask import Ask
from core.clock import district_day
from core.translations import default_language, languages
from media.admin import MediaRows, PictureRows
from media.media_objects import load_media
from organizers.serializers import split_links
from venues.admin.holiday_hours import HolidayHoursAdmin
from venues.admin.list_filters import FactsFilter, HoursFilter, has_hours
from venues.admin.visiting import VISITING, visiting_lines
from venues.models import Designation, Space, Venue, VenueImage, VenueLink, VenueMedia, VenueTag
from venues.serializers.venue import VenueDetailItem
from venues.views.venue import load_venues


class PictureOfVenue(PictureRows):
    model = VenueImage


class MediaOfVenue(MediaRows):
    model = VenueMedia


class SpaceRows(TabularRows):
    model = Space
    fields = ("slug", "name", "capacity", "parallel_use")


class DesignationRows(StackedRows):
    model = Designation
    fields = ("title", "issuer", ("level", "year", "position"), "source")


class LinkRows(TabularRows):
    model = VenueLink
    fields = ("kind", "value", "label", "position")


class TagRows(TabularRows):
    model = VenueTag
    fields = ("tag",)
    autocomplete_fields = ("tag",)


@admin.register(Venue)
class VenueAdmin(HolidayHoursAdmin):
    form = PlacedForm
    change_form_template = "admin/venues/venue/form.html"
    change_list_template = "admin/venues/venue/list.html"
    serializer_class = VenueDetailItem
    list_display = (
        "thumbnail",
        "__str__",
        "venue_kind",
        "state_badge",
        "missing",
        "verified",
    )
    list_display_links = ("thumbnail", "__str__")
    list_filter = (
        "state",
        "venue_kind",
        "status",
        "price_kind",
        "indoor",
        FactsFilter,
        HoursFilter,
        ("parent", ReadableRelatedFilter),
        ("organizer", ReadableRelatedFilter),
    )
    search_fields = ("slug", "name", "name_pinyin", "summary", "street")
    autocomplete_fields = ("parent", "organizer")
    inlines: ClassVar[Any] = [PictureOfVenue, MediaOfVenue, *VISITING, DesignationRows, SpaceRows, LinkRows, TagRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", ("venue_kind", "status"), "summary", "description")}),
        (_("Where"), {"fields": ("position", "approximate", "street", "district", "city", "postcode", "directions")}),
        (_("Visiting"), {"fields": ("follows_parent", "hours_text", "indoor")}),
        (
            _("Price"),
            {"fields": ("price_kind", ("price_min", "price_max", "currency"), "price_note", "concessions")},
        ),
        (_("History and sources"), {"fields": (("founded", "opened"), "verified_on", "doubts", "sample")}),
        (
            _("Belongs to, lists and registers"),
            {"fields": ("parent", "organizer", "slug", "name_pinyin", ("wikidata", "osm", "amap"))},
        ),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def readable_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Venue.objects.readable_by(request.user).by_name(default_language())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("sort_key", "pk")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """What is called by the very words that were typed comes first: the museum before its halls."""
        found, several = super().get_search_results(request, queryset, search_term)
        words = search_term.strip()
        if not words:
            return found, several
        tags = languages()
        exact = Q(*((f"name__{tag}", words) for tag in tags), _connector=Q.OR)
        begins = Q(*((f"name__{tag}__startswith", words) for tag in tags), _connector=Q.OR)
        rank = Case(When(exact, then=0), When(begins, then=1), default=2)
        return found.order_by(rank, *self.get_ordering(request)), several

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pictures = Prefetch("placements", VenueImage._base_manager.select_related("image").order_by("position", "pk"))
        return super().get_queryset(request).annotate(has_hours=has_hours()).prefetch_related(pictures)

    def load_preview(self, row: Venue, ask: Ask) -> None:
        load_venues([row], ask)
        load_media(VenueMedia, [row], ask, public_only=False)
        split_links([row])
        row.pictures = pictures_of(row.placements.select_related("image"))  # type: ignore[attr-defined]

    @admin.display(description=_("missing"))
    def missing(self, row: Any) -> SafeString | str:
        """Also opening hours, with the way to them."""
        tags = super().missing(row)
        if row.has_hours:
            return tags
        link = '<a class="badge badge--missing" href="{}">{}</a> {}'
        return format_html(link, self._url("hours", row), _("hours"), tags)

    def preview_lines(self, item: dict[str, Any]) -> list[tuple[Any, str]]:
        return visiting_lines(item)

    @admin.display(description=_("verified on"), ordering="verified_on")
    def verified(self, row: Venue) -> SafeString | str:
        if row.verified_on is None:
            return "–"
        day = date_format(row.verified_on, "Y-m-d")
        if not row.is_aged(district_day(timezone.now())):
            return day
        old = '<span class="badge badge--missing" title="{}">{}<span class="visually-hidden"> {}</span></span>'
        return format_html(old, _("over a year ago"), day, _("over a year ago"))

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Venue) -> SafeString | str:
        first = next(iter(row.placements.all()), None)
        if first is None:
            return "–"
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', first.image.address(width=320))
