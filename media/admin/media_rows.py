"""The section of audio and documents on the page of a venue, an exhibit, an event or a route."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import TabularRows
from media.admin.media_object import told
from media.models import MediaPlacement


class MediaRows(TabularRows):
    """In order; closed as long as there is none."""

    fields = ("media", "facts", "position")
    readonly_fields = ("facts",)
    autocomplete_fields = ("media",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        used = obj is not None and obj.media_placements.exists()
        self.classes = () if used else ("collapse",)
        return super().get_formset(request, obj, **kwargs)

    @admin.display(description=_("length and size"))
    def facts(self, row: MediaPlacement) -> SafeString:
        """Filled by ``core/picker.js`` as soon as one is chosen."""
        return format_html('<span data-picker-line="media">{}</span>', told(row.media) if row.pk else "–")
