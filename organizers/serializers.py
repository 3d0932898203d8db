from typing import Any

from rest_framework import serializers

from core.api.serializers import Item, Later, LinkShape, Reference, Translated, TranslatedHtml
from core.facts import CONTACT_KINDS


class OrganizerItem(Item):
    slug = serializers.CharField()
    name = Translated()
    summary = Translated()
    description = Translated()
    description_html = TranslatedHtml(source="description")
    image = Later()
    images = Later()
    contacts: Any = LinkShape(many=True)
    links: Any = LinkShape(many=True, source="web_links")
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()


class OrganizerReference(Reference):
    def item_class(self) -> type[Item]:
        return OrganizerItem


def split_links(rows: list[Any]) -> None:
    """Sets ``contacts`` and ``web_links`` from the prefetched links."""
    for row in rows:
        links = list(row.links.all())
        row.contacts = [link for link in links if link.kind in CONTACT_KINDS]
        row.web_links = [link for link in links if link.kind not in CONTACT_KINDS]
