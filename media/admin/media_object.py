"""Audio and documents in the admin: the upload, the words that belong to it, where it is shown."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter, change_url
from core.translations import label, languages
from media.admin.shown import FileForm, ShownAdmin
from media.models import MediaKind, MediaObject
from media.page_words import NAMES, clock, language_words, pages_words, size_words
from media.storages import own_url
from media.uploads import Kept, take


class TagInput(forms.TextInput):
    """A text with the content's languages to choose from."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices = f"{(attrs or {}).get('id') or f'id_{name}'}_tags"
        shown = super().render(name, value, {**(attrs or {}), "list": choices}, renderer)
        known = format_html_join("", '<option value="{}">{}</option>', ((tag, label(tag)) for tag in languages()))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, choices, known)


class MediaForm(FileForm):
    """The file has been read before the unit of work opened; here its result is only picked up."""

    file = forms.FileField(
        label=_("file"), widget=forms.FileInput(attrs={"accept": ".mp3,.m4a,.pdf,audio/mpeg,audio/mp4,application/pdf"})
    )
    replaced_message = _("Somebody else put another file here. Look at it; to replace it, choose your file again.")

    class Meta:
        model = MediaObject
        fields = ("file", "title", "language", "transcript", "credit", "licence", "source", "organizer")
        widgets: ClassVar[Any] = {"language": TagInput(attrs={"size": 12, "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:  # not where it is only read
            self.fields["file"].help_text = _(
                "Sound as MP3 or M4A (AAC), up to %(sound)d MB and %(minutes)d minutes; a document as PDF, up to "
                "%(document)d MB and %(pages)d pages. Position, author and scripts are removed."
            ) % {
                "sound": settings.AUDIO_MAX_BYTES // 10**6,
                "minutes": settings.AUDIO_MAX_SECONDS // 60,
                "document": settings.DOCUMENT_MAX_BYTES // 10**6,
                "pages": settings.DOCUMENT_MAX_PAGES,
            }

    def clean_file(self) -> Any:
        read: Kept | ValidationError | None = getattr(self.cleaned_data["file"], "kept", None)
        if isinstance(read, ValidationError):
            raise read
        if read is not None:
            self.check_replaced(read.sha256)
            self.instance.set_file(read)
        return self.instance.file


@admin.register(MediaObject)
class MediaAdmin(ShownAdmin):
    form = MediaForm
    list_display = ("__str__", "spoken", "length", "shown_on", "missing", "public", "changed_on")
    list_filter = ("media_kind", "public", ("organizer", ReadableRelatedFilter))
    search_fields = ("title", "transcript", "credit")
    ordering = ("-updated_at", "pk")
    autocomplete_fields = ("organizer",)
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("player", "facts", "file", "shown_file", "title", "language", "transcript")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("player", "facts", "places")

    def before_edit(self, request: HttpRequest) -> None:
        file = request.FILES.get("file")
        if file is None:
            return
        try:
            file.kept = take(file)  # type: ignore[attr-defined]
        except ValidationError as error:
            file.kept = error  # type: ignore[attr-defined]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is only read has no file to choose; what is new has nothing yet to play."""
        left_out = {"player", "facts"} if obj is None else set()
        if obj is not None and not self.has_change_permission(request, obj):
            left_out = {"file"}
        return [
            (title, {**options, "fields": [name for name in options["fields"] if name not in left_out]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def save_model(self, request: HttpRequest, obj: MediaObject, form: Any, change: bool) -> None:
        """Says where the same file is in the library already: one is enough, put in several places."""
        super().save_model(request, obj, form, change)
        if "file" in form.changed_data:
            twin = self.readable_rows(request).filter(sha256=obj.sha256).exclude(pk=obj.pk).first()
            if twin is not None:
                told = _("The same file is in the library already: {}.")
                link = format_html('<a href="{}">{}</a>', change_url(twin), twin)
                self.message_user(request, format_html(str(told), link), messages.WARNING)

    def picker_line(self, row: MediaObject) -> str:
        return told(row)

    @admin.display(description=_("listen or read"))
    def player(self, row: MediaObject) -> SafeString | str:
        if not row.file:
            return "–"
        address = own_url(str(row.file.name))  # a CDN would not get a draft
        if row.media_kind == MediaKind.AUDIO:
            return format_html('<audio controls preload="metadata" src="{}"></audio>', address)
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, _("Open the PDF"))

    @admin.display(description=_("length and size"))
    def facts(self, row: MediaObject) -> str:
        return facts(row)

    @admin.display(description=_("length"))
    def length(self, row: MediaObject) -> SafeString:
        return format_html('<span class="nowrap">{}</span>', length_words(row))

    @admin.display(description=_("language"), ordering="language")
    def spoken(self, row: MediaObject) -> str:
        return language_words(row.language)


def length_words(row: MediaObject) -> str:
    """``MP3 · 2:05``, ``PDF · 4 pages``."""
    long = clock(row.duration) if row.duration else pages_words(row.pages or 0)
    return f"{NAMES[row.mime]} · {long}"


def facts(row: MediaObject) -> str:
    """``MP3 · 2:05 · 1.9 MB``, ``PDF · 4 pages · 320 KB``."""
    return f"{length_words(row)} · {size_words(row.bytes)}" if row.file else "–"


def told(row: MediaObject) -> str:
    """``English · MP3 · 2:05 · 1.9 MB``: what tells tracks of the same title apart."""
    return f"{language_words(row.language)} · {facts(row)}"
