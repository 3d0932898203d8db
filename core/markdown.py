"""Formatted text: Markdown without raw HTML, links to the web only; shown as HTML that needs no second look."""

from functools import lru_cache
from html.parser import HTMLParser

import nh3
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt

from core.translations import Text, label

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "a",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "code",
    "pre",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "hr",
}
SCHEMES = {"http", "https", "mailto", "tel"}


@lru_cache(maxsize=4096)
def to_html(text: str) -> str:
    """Sanitised HTML of a Markdown text. Raw HTML in it is shown as the characters it is made of."""
    return nh3.clean(
        _markdown.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="nofollow noopener"
    ).strip()


class _TagFinder(HTMLParser):
    """Finds real tags, and not a “<” in a sentence or in code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


def validate_markdown(value: Text) -> None:
    """Refuses raw HTML, and links that lead elsewhere than to the web, an address or a number."""
    for tag, text in value.items():
        prose = [token for token in _markdown.parse(text) if token.type == "inline"]
        for token in prose:
            finder = _TagFinder()
            finder.feed("".join(child.content for child in token.children or [] if child.type == "text"))
            if finder.tags:
                raise ValidationError(
                    _("%(language)s: write Markdown, not HTML (found <%(tag)s>)."),
                    code="html",
                    params={"language": label(tag), "tag": finder.tags[0]},
                )
        if "](javascript:" in text.lower().replace(" ", "") or "](data:" in text.lower().replace(" ", ""):
            raise ValidationError(
                _("%(language)s: a link may lead to http, https, mailto or tel."),
                code="scheme",
                params={"language": label(tag)},
            )
