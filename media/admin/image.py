from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.admin.base import ReadableRelatedFilter
from media.admin.file_form import read_file
from media.admin.form import ImageForm, cut_anew, read_picture
from media.admin.narrowing import NoAltFilter, UsedFilter
from media.admin.shown import ShownAdmin, with_more
from media.admin.uploading import upload
from media.models import Image


@admin.register(Image)
class ImageAdmin(ShownAdmin):
    form = ImageForm
    list_display = ("thumbnail", "named", "shown_on", "missing", "public", "changed_on")
    list_display_links = ("thumbnail", "named")
    list_filter = (UsedFilter, "public", NoAltFilter, ("organizer", ReadableRelatedFilter))
    search_fields = ("alt", "caption", "credit")
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("alt", "caption")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("preview", "places")
    tops: ClassVar[Any] = {  # the original has no address for those who may not change it
        "add": ("original", "again", "focal", "shown_file"),
        "change": ("focal", "original", "shown_file"),
        "read": ("preview",),
    }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(self.upload_view))
        return [path("upload/", view, name="media_image_upload"), *super().get_urls()]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        return upload(self, request)

    # Writing

    def read_posted(self, request: HttpRequest, row: Image | None) -> None:
        read_file(request, "original", read_picture(request))
        request.recut = cut_anew(row, request)  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.recut = getattr(request, "recut", None)
        return form

    # Where one is chosen

    def picker_thumbnail(self, row: Image) -> str:
        return row.address("4:3", 320)

    def picker_line(self, row: Image) -> str:
        return facts(row)

    # Columns

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Image) -> SafeString | str:
        return format_html('<img class="thumb m-thumb" src="{}" alt="" loading="lazy">', row.address("4:3", 320))

    @admin.display(description=_("preview"))
    def preview(self, row: Image) -> SafeString | str:
        if not row.files:
            return "–"
        return format_html('<img class="preview" src="{}" alt="{}">', row.address(width=1280), str(row))

    @admin.display(description=_("alternative text"))
    def named(self, row: Image) -> SafeString:
        return with_more(row, facts(row))


def facts(row: Image) -> str:
    """``Archive · 1600 × 1200``."""
    return f"{row.credit} · {row.width} × {row.height}"
