"""The places of a thing of the library, as its pages write them."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.admin.base import badge, change_url
from media.places import Places


def unnamed(count: int) -> str:
    """How many places are kept from the reader, in words."""
    words = ngettext("%(count)d more place that you may not see.", "%(count)d more places that you may not see.", count)
    return words % {"count": count}


def state_of(root: Any) -> SafeString:
    if root.public:
        return badge("published", _("public"))
    return badge("draft", root.get_state_display() if hasattr(root, "state") else _("not public"))


def place_list(places: Places) -> SafeString | str:
    """Each place with its kind, a link and whether the public sees it."""
    lines = [
        format_html(
            '<li><span class="m-places__kind">{}</span> <a href="{}">{}</a> {}</li>',
            capfirst(root._meta.verbose_name),
            change_url(root),
            root,
            state_of(root),
        )
        for root in places.named
    ]
    if places.hidden:
        lines.append(format_html('<li class="m-places__more">{}</li>', unnamed(places.hidden)))
    if not lines:
        return _("Nowhere yet.")
    return format_html('<ul class="m-places">{}</ul>', format_html_join("", "{}", ((line,) for line in lines)))
