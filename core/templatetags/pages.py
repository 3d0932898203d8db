"""Tags of the pages for people: our own words in the reader's script, other languages marked as such."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.pages import markup, pictures, views, words

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Any, text: Any) -> str:
    """``{% say _("Address") %}``, ``{% say sentence %}``: converted for readers of traditional characters."""
    return words.say(text, context["tag"])


@register.filter
def lang(text: Any) -> SafeString | str:
    """``<h1{{ item.name|lang }}>``: the attribute, where the text is in another language than the page."""
    return format_html(' lang="{}"', text.lang) if isinstance(text, words.Foreign) else ""


@register.filter
def host(url: str) -> str:
    """``https://www.tickets.example/cup`` -> ``tickets.example``: whose page a link leads to."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


@register.filter
def ld_json(node: Any) -> SafeString:
    return markup.script(node)


@register.filter
def drawn(svg: str) -> SafeString:
    """A QR code as it was drawn: by us, of our own address."""
    return mark_safe(svg)  # noqa: S308


@register.filter
def cleaned(html: str) -> SafeString:
    """What ``to_html`` has sanitised."""
    return mark_safe(html)  # noqa: S308


@register.filter
def cut(image: Any, ratio: str) -> dict[str, Any]:
    """``{% with made=image|cut:"4:3" %}``: what the picture element needs."""
    return pictures.sources(image, ratio)


@register.simple_tag
def site_name(tag: str) -> Any:
    return views.site_name(tag)
