from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from core.admin.base import ContentAdmin, ReadableRelatedFilter
from core.admin.lists import is_key
from media.admin.deleting import KeptWhileShown
from media.admin.form import Given, ImageForm, cut_anew, read_file
from media.admin.narrowing import NoAltFilter, UsedFilter
from media.admin.places import place_list, places_of, shown_by
from media.admin.uploading import upload
from media.models import Image
from organizers.admin import OwnOrganizer
from organizers.models import acts_for_all


@admin.register(Image)
class ImageAdmin(KeptWhileShown, OwnOrganizer, ContentAdmin):
    form = ImageForm
    change_form_template = "admin/media/image/form.html"
    list_display = ("thumbnail", "named", "shown_on", "missing", "public", "changed_on")
    list_display_links = ("thumbnail", "named")
    list_filter = (UsedFilter, "public", NoAltFilter, ("organizer", ReadableRelatedFilter))
    search_fields = ("alt", "caption", "credit")
    ordering = ("-updated_at", "pk")
    autocomplete_fields = ("organizer",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("alt", "caption")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("preview", "places")

    class Media:
        css: ClassVar[Any] = {"all": ["media/library.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(never_cache(self.upload_view))
        return [path("upload/", view, name="media_image_upload"), *super().get_urls()]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        return upload(self, request)

    # Writing

    def before_edit(self, request: HttpRequest) -> None:
        read_file(request)
        request.recut = cut_anew(self._editable(request), request)  # type: ignore[attr-defined]

    def _editable(self, request: HttpRequest) -> Image | None:
        """The picture of the page, before it is locked."""
        match = request.resolver_match
        key = unquote(match.kwargs.get("object_id", "")) if match else ""
        return Image.objects.editable_by(request.user).filter(pk=key).first() if is_key(Image, key) else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.given = Given(request.user, getattr(request, "recut", None), len(places_of(obj)) if obj else 0)
        if "organizer" in form.base_fields and not acts_for_all(request.user):
            form.base_fields["organizer"].required = True  # the district's own library is the staff's
        return form

    # Pages

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The picture stands first. Who may not change it sees it without the file: that has no address."""
        (title, first), *more = super().get_fieldsets(request, obj)
        if not self._edits(request, obj):
            top: tuple[str, ...] = ("preview",)
        elif obj is None:
            top, more = ("original", "again", "focal", "shown_file"), more[:1]
        else:
            top = ("focal", "original", "shown_file")
        return [(title, {**first, "fields": (*top, *first["fields"])}), *more]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the places that show each picture, as far as the user may know of them."""
        return super().get_queryset(request).prefetch_related(*shown_by(request.user))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        image = context.get("original")
        if image is not None and places_of(image):
            context["show_delete"] = False
            context["kept"] = self.has_delete_permission(request, image)
        return super().render_change_form(request, context, *args, **kwargs)

    # Where one is chosen

    def picker_thumbnail(self, row: Image) -> str:
        return row.address("4:3", 320)

    def picker_line(self, row: Image) -> str:
        return f"{row.credit} · {row.width} × {row.height}"

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
        more = f"{row.credit} · {row.width} × {row.height}"
        return format_html('{}<span class="m-more">{}</span>', row, more)

    @admin.display(description=_("shown on"))
    def shown_on(self, row: Image) -> int:
        return len(places_of(row))

    @admin.display(description=_("shown on"))
    def places(self, row: Image) -> SafeString | str:
        return place_list(places_of(row))
