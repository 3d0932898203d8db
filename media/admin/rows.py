"""The section of pictures on the page of a venue, an event and whatever else shows some."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.admin.base import TabularRows
from media.models import Placement


class PictureRows(TabularRows):
    """The pictures of a venue or an event, in order, with a thumbnail each."""

    fields = ("thumbnail", "image", "position")
    readonly_fields = ("thumbnail",)
    autocomplete_fields = ("image",)

    @admin.display(description=_("preview"))
    def thumbnail(self, row: Placement) -> SafeString:
        """Filled by ``core/picker.js`` as soon as one is chosen."""
        picture: SafeString | str = "–"
        if row.pk:
            picture = format_html('<img class="thumb" src="{}" alt="" loading="lazy">', row.image.address("4:3", 320))
        return format_html('<span data-picker-thumbnail="image">{}</span>', picture)
