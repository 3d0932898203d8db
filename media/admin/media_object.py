"""Audio and documents in the admin: the upload, the words that belong to it, where it is shown."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin.base import ReadableRelatedFilter
from core.translations import label, languages
from media.admin.file_form import FileForm, read_file
from media.admin.narrowing import UsedFilter
from media.admin.shown import ShownAdmin, with_more
from media.models import MediaKind, MediaObject
from media.page_words import NAMES, clock, language_words, pages_words, size_words
from media.storages import own_url
from media.uploads import take


class TagInput(forms.TextInput):
    """A text with the content's languages to choose from."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        choices = f"{(attrs or {}).get('id') or f'id_{name}'}_tags"
        shown = super().render(name, value, {**(attrs or {}), "list": choices}, renderer)
        known = format_html_join("", '<option value="{}">{}</option>', ((tag, label(tag)) for tag in languages()))
        return format_html('{}<datalist id="{}">{}</datalist>', shown, choices, known)


class MediaForm(FileForm):
    file_field = "file"
    replace_label = _("Replace the file")

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".mp3,.m4a,.pdf,audio/mpeg,audio/mp4,application/pdf"})
    )

    class Meta:
        model = MediaObject
        fields = ("file", "title", "language", "transcript", "credit", "licence", "source", "organizer")
        widgets: ClassVar[Any] = {"language": TagInput(attrs={"size": 12, "spellcheck": "false"})}

    def limits(self) -> str:
        words = gettext(
            "Sound as MP3 or M4A (AAC), up to %(sound)d MB and %(minutes)d minutes; a document as PDF, up to "
            "%(document)d MB and %(pages)d pages. Position, author and scripts are removed."
        )
        return words % {
            "sound": settings.AUDIO_MAX_BYTES // 10**6,
            "minutes": settings.AUDIO_MAX_SECONDS // 60,
            "document": settings.DOCUMENT_MAX_BYTES // 10**6,
            "pages": settings.DOCUMENT_MAX_PAGES,
        }

    def take(self, found: Any) -> None:
        self.instance.set_file(found)

    def clean_file(self) -> Any:
        return self.picked_up()


@admin.register(MediaObject)
class MediaAdmin(ShownAdmin):
    form = MediaForm
    list_display = ("named", "shown_on", "missing", "public", "changed_on")
    list_filter = (UsedFilter, "media_kind", "public", ("organizer", ReadableRelatedFilter))
    search_fields = ("title", "transcript", "credit")
    fieldsets: ClassVar[Any] = [
        (None, {"fields": ("title", "language", "transcript")}),
        (_("Rights"), {"fields": ("credit", "licence", "source", "organizer")}),
        (_("Where it is shown"), {"fields": ("places",)}),
    ]
    readonly_fields = ("player", "facts", "places")
    tops: ClassVar[Any] = {
        "add": ("file", "again", "shown_file"),
        "change": ("player", "facts", "file", "shown_file"),
        "read": ("player", "facts"),
    }

    def read_posted(self, request: HttpRequest, row: MediaObject | None) -> None:
        read_file(request, "file", take)

    def save_model(self, request: HttpRequest, obj: MediaObject, form: Any, change: bool) -> None:
        """Whoever writes the words hears of a missing transcript before whoever wants to show the track."""
        super().save_model(request, obj, form, change)
        if "transcript" in obj.missing_words():
            told = gettext("It has no transcript in %(language)s yet: what is published cannot show it before.")
            self.message_user(request, told % {"language": label(obj.own_language)}, messages.WARNING)

    def picker_line(self, row: MediaObject) -> str:
        return told(row)

    @admin.display(description=_("listen or read"))
    def player(self, row: MediaObject) -> SafeString | str:
        if not row.file:
            return "–"
        address = own_url(str(row.file.name))  # a CDN would not get a draft
        if row.media_kind == MediaKind.AUDIO:
            return format_html('<audio class="m-player" controls preload="metadata" src="{}"></audio>', address)
        return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', address, _("Open the PDF"))

    @admin.display(description=_("length and size"))
    def facts(self, row: MediaObject) -> str:
        return facts(row)

    @admin.display(description=_("title"))
    def named(self, row: MediaObject) -> SafeString:
        return with_more(row, f"{length_words(row)} · {language_words(row.language)}")


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
