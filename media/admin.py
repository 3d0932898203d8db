from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentAdmin, ReadableRelatedFilter, TabularRows, change_url
from core.admin.merging import RootForm
from media.models import Image, Placement
from media.originals import Original, read_original
from organizers.models import acts_for_all


class ImageForm(RootForm):
    """The file has been read before the unit of work opened; here its result is only picked up."""

    original = forms.FileField(
        label=_("picture"), help_text=_("JPEG, PNG or WebP, up to 20 MB. Position and camera data are removed.")
    )

    class Meta:
        model = Image
        fields = ("original", "alt", "caption", "credit", "licence", "source", "organizer")

    def clean_original(self) -> Any:
        read: Original | ValidationError | None = getattr(self.cleaned_data["original"], "read_original", None)
        if isinstance(read, ValidationError):
            raise read
        if read is not None:
            self.instance.set_original(read)
        return self.instance.original


@admin.register(Image)
class ImageAdmin(ContentAdmin):
    form = ImageForm
    list_display = ("thumbnail", "__str__", "credit", "size", "shown_on", "missing", "public", "updated_at")
    list_display_links = ("thumbnail", "__str__")
    list_filter = ("public", ("organizer", ReadableRelatedFilter))
    search_fields = ("alt", "caption", "credit")
    ordering = ("-updated_at", "pk")
    autocomplete_fields = ("organizer",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("preview", "original", "alt", "caption")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("preview", "places")

    def before_edit(self, request: HttpRequest) -> None:
        file = request.FILES.get("original")
        if file is None:
            return
        try:
            file.read_original = read_original(file)  # type: ignore[attr-defined]
        except ValidationError as error:
            file.read_original = error  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "organizer" in form.base_fields and not acts_for_all(request.user):
            form.base_fields["organizer"].required = True  # the district's own library is the staff's
        return form

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not any(obj.placements()))

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Image) -> SafeString | str:
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', row.original.url)

    @admin.display(description=_("preview"))
    def preview(self, row: Image) -> SafeString | str:
        if not row.original:
            return "–"
        return format_html('<img class="preview" src="{}" alt="{}">', row.original.url, str(row))

    @admin.display(description=_("size"))
    def size(self, row: Image) -> str:
        return f"{row.width} × {row.height}"

    @admin.display(description=_("shown on"))
    def shown_on(self, row: Image) -> int:
        return len(list(row.placements()))

    @admin.display(description=_("shown on"))
    def places(self, row: Image) -> SafeString | str:
        places = format_html_join(
            "", '<li><a href="{}">{}</a></li>', ((change_url(each.root), each.root) for each in row.placements())
        )
        return format_html("<ul>{}</ul>", places) if places else "–"


class PictureRows(TabularRows):
    """The pictures of a venue or an event, in order, with a thumbnail each."""

    fields = ("thumbnail", "image", "position")
    readonly_fields = ("thumbnail",)
    autocomplete_fields = ("image",)

    @admin.display(description=_("preview"))
    def thumbnail(self, row: Placement) -> SafeString | str:
        if not row.pk:
            return "–"
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', row.image.original.url)
