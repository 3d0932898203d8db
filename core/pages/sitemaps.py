"""``/robots.txt`` and ``/sitemap.xml``: where a search engine starts (https://www.sitemaps.org/protocol.html).

The index names files of one kind each; a file holds each page once for every language, with all languages named.
"""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from core.api.ask import Ask
from core.changes.models import Root, root_models
from core.pages.answers import Answer, Missing
from core.pages.views import in_language
from core.translations import languages

OBJECTS = 2000  # of one file; with each language an address of its own, far below the limit of 50,000 and of 50 MB
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def with_pages() -> dict[str, type[Root]]:
    """The kinds that have pages, by their folders."""
    return {model.folder: model for model in root_models().values() if model.folder}


class Robots(Answer):
    content_type = "text/plain; charset=utf-8"
    speaks = False

    def body(self, ask: Ask, **names: Any) -> str:
        closed = "".join(f"Disallow: {path}\n" for path in ("/admin/", "/api/v1/manage/"))
        return f"User-agent: *\n{closed}Sitemap: {settings.PUBLIC_ORIGIN}{reverse('sitemap')}\n"


class SitemapIndex(Answer):
    content_type = "application/xml; charset=utf-8"
    speaks = False

    def body(self, ask: Ask, **names: Any) -> str:
        """One query for each kind."""
        lines = []
        for folder, model in with_pages().items():
            count = model._base_manager.filter(public=True).count()
            for number in range(1, -(-count // OBJECTS) + 1):
                path = reverse("sitemap-part", kwargs={"folder": folder, "number": number})
                lines.append(f"<sitemap><loc>{settings.PUBLIC_ORIGIN}{path}</loc></sitemap>\n")
        return f'{HEAD}<sitemapindex xmlns="{SITEMAPS}">\n{"".join(lines)}</sitemapindex>\n'


class SitemapPart(Answer):
    content_type = "application/xml; charset=utf-8"
    speaks = False
    stores = False  # megabytes

    def body(self, ask: Ask, **names: Any) -> str:
        """One query."""
        model, number = with_pages().get(names["folder"]), names["number"]
        if model is None or not 1 <= number <= 100_000:
            raise Missing()
        rows = model._base_manager.filter(public=True).order_by("pk").values_list(model.key_field, "updated_at")
        urls = [
            _urls(f"{settings.PUBLIC_ORIGIN}/{model.folder}/{key}/", timezone.localtime(changed).isoformat())
            for key, changed in rows[(number - 1) * OBJECTS : number * OBJECTS]
        ]
        if not urls:
            raise Missing()
        return f'{HEAD}<urlset xmlns="{SITEMAPS}" xmlns:xhtml="{XHTML}">\n{"".join(urls)}</urlset>\n'


def _urls(page: str, changed: str) -> str:
    """A page in all its languages, each of which names all the others."""
    addresses = {tag: escape(in_language(page, tag)) for tag in languages()}
    named = {**addresses, "x-default": escape(page)}
    links = "".join(f'<xhtml:link rel="alternate" hreflang="{tag}" href="{url}"/>' for tag, url in named.items())
    return "".join(f"<url><loc>{url}</loc><lastmod>{changed}</lastmod>{links}</url>\n" for url in addresses.values())
