from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, StackedRows, TabularRows
from core.admin.publishing import PUBLICATION_FIELDS, PublishedAdmin, pictures_of
from core.api.ask import Ask
from core.translations import default_language
from media.admin import MediaRows, PictureRows
from media.media_objects import load_media
from media.serializers import load_pictures
from venues.models import Condition, Demonstration, Exhibit, ExhibitImage, ExhibitMedia, ThenAndNow, VenueImage
from venues.models.hours import WEEKDAYS
from venues.serializers.exhibit import ExhibitDetailItem
from venues.views.exhibit import load_pairs


class PictureOfExhibit(PictureRows):
    model = ExhibitImage


class MediaOfExhibit(MediaRows):
    model = ExhibitMedia


class PairRows(StackedRows):
    model = ThenAndNow
    fields = (("then", "year_then"), ("now", "year_now"), "caption", "position")
    autocomplete_fields = ("then", "now")


class DemonstrationRows(TabularRows):
    model = Demonstration
    fields = ("starts", "minutes", *WEEKDAYS)


@admin.register(Exhibit)
class ExhibitAdmin(PublishedAdmin):
    serializer_class = ExhibitDetailItem
    list_display = ("thumbnail", "__str__", "venue", "condition", "state_badge", "missing", "changed_on")
    list_display_links = ("thumbnail", "__str__")
    list_filter = (
        "state",
        "condition",
        ("verified_on", admin.EmptyFieldListFilter),
        ("venue", ReadableRelatedFilter),
    )
    list_select_related = ("venue",)
    search_fields = ("slug", "name", "name_pinyin", "summary", "inventory_number")
    autocomplete_fields = ("venue",)
    inlines: ClassVar[Any] = [PictureOfExhibit, MediaOfExhibit, PairRows, DemonstrationRows]
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("name", ("venue", "space"), "summary", "story")}),
        (
            _("The machine"),
            {
                "fields": (
                    "maker",
                    ("made", "made_approximate"),
                    "worked_at",
                    ("in_service_from", "in_service_to"),
                    ("condition", "inventory_number"),
                    "demonstrations",
                )
            },
        ),
        (_("History and sources"), {"fields": ("verified_on", "doubts", "sample")}),
        (_("Belongs to, lists and registers"), {"fields": ("slug", "name_pinyin")}),
        (_("Time to appear and to vanish"), {"fields": PUBLICATION_FIELDS, "classes": ("collapse",)}),
    ]

    def readable_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Exhibit.objects.readable_by(request.user).by_name(default_language())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("sort_key", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        pictures = Prefetch("placements", ExhibitImage._base_manager.select_related("image").order_by("position", "pk"))
        return super().get_queryset(request).prefetch_related(pictures)

    def load_preview(self, row: Exhibit, ask: Ask) -> None:
        load_pictures(VenueImage, [row.venue])
        load_pairs([row], public_only=False)
        load_media(ExhibitMedia, [row], ask, public_only=False)
        row.pictures = pictures_of(row.placements.select_related("image"))  # type: ignore[attr-defined]

    def preview_lines(self, item: dict[str, Any]) -> list[tuple[Any, str]]:
        texts = {
            "maker": item["maker"],
            "worked_at": item["worked_at"],
            "demonstrations": item["demonstrations"]["text"],
        }
        found = [(Exhibit._meta.get_field(name).verbose_name, text) for name, text in texts.items() if text]  # type: ignore[union-attr]
        return [*found, (_("condition"), str(Condition(item["condition"]).label))]

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Exhibit) -> SafeString | str:
        first = next(iter(row.placements.all()), None)
        if first is None:
            return "–"
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', first.image.address(width=320))
