from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ContentAdmin, ReadableRelatedFilter, change_url
from core.admin.merging import RootForm, ShownField
from media.admin.places import roots, shown_by
from media.models import Image
from media.preparing import Prepared, prepare
from organizers.admin import OwnOrganizer
from organizers.models import acts_for_all


class ImageForm(RootForm):
    """The file has been read before the unit of work opened; here its result is only picked up."""

    original = forms.FileField(
        label=_("picture"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG or WebP, up to 20 MB. Position and camera data are removed."),
    )

    shown_file = ShownField()

    class Meta:
        model = Image
        fields = ("original", "alt", "caption", "credit", "licence", "source", "organizer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_file"].initial = self.instance.sha256
        self.fields["shown_file"].show_hidden_initial = False

    def _check_replaced(self, read: Prepared) -> None:
        """A picture that somebody else put here meanwhile is seen before it is replaced."""
        shown, stored = self.data.get(self.add_prefix("shown_file")), self.instance.sha256
        if self.instance._state.adding or shown in (None, stored) or read.sha256 == stored:
            return
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("shown_file")] = stored
        self.data = data
        raise ValidationError(
            _("Somebody else put another picture here. Look at it; to replace it, choose your file again."),
            code="conflict",
        )

    def clean_original(self) -> Any:
        read: Prepared | ValidationError | None = getattr(self.cleaned_data["original"], "prepared", None)
        if isinstance(read, ValidationError):
            raise read
        if read is not None:
            self._check_replaced(read)
            self.instance.set_picture(read)
        return self.instance.original


@admin.register(Image)
class ImageAdmin(OwnOrganizer, ContentAdmin):
    form = ImageForm
    list_display = ("thumbnail", "__str__", "credit", "size", "shown_on", "missing", "public", "changed_on")
    list_display_links = ("thumbnail", "__str__")
    list_filter = ("public", ("organizer", ReadableRelatedFilter))
    search_fields = ("alt", "caption", "credit")
    ordering = ("-updated_at", "pk")
    autocomplete_fields = ("organizer",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("preview", "original", "shown_file", "alt", "caption")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("preview", "places")

    def before_edit(self, request: HttpRequest) -> None:
        file = request.FILES.get("original")
        if file is None:
            return
        try:
            file.prepared = prepare(file)  # type: ignore[attr-defined]
        except ValidationError as error:
            file.prepared = error  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "organizer" in form.base_fields and not acts_for_all(request.user):
            form.base_fields["organizer"].required = True  # the district's own library is the staff's
        return form

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may not change the picture sees it, without the name of the file: that has no address."""
        shown = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return shown
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name != "original"]})
            for title, options in shown
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the places that show each picture, as far as the user may know of them."""
        return super().get_queryset(request).prefetch_related(*shown_by(request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not any(obj.placements()))

    @admin.display(description=_("picture"))
    def thumbnail(self, row: Image) -> SafeString | str:
        return format_html('<img class="thumb" src="{}" alt="" loading="lazy">', row.address(width=320))

    @admin.display(description=_("preview"))
    def preview(self, row: Image) -> SafeString | str:
        if not row.files:
            return "–"
        return format_html('<img class="preview" src="{}" alt="{}">', row.address(width=1280), str(row))

    @admin.display(description=_("size"))
    def size(self, row: Image) -> str:
        return f"{row.width} × {row.height}"

    @admin.display(description=_("shown on"))
    def shown_on(self, row: Image) -> int:
        return len(roots(row))

    @admin.display(description=_("shown on"))
    def places(self, row: Image) -> SafeString | str:
        places = format_html_join("", '<li><a href="{}">{}</a></li>', ((change_url(root), root) for root in roots(row)))
        return format_html("<ul>{}</ul>", places) if places else "–"
