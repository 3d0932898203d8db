"""Venues in answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import (
    Code,
    Distance,
    Feature,
    Item,
    LinkShape,
    Position,
    Price,
    Reference,
    Shape,
    ShareUrl,
    TagShape,
    Translated,
    TranslatedHtml,
)
from core.translations import languages, resolve
from media.media_objects import WithMedia
from media.serializers import Picture, Pictures
from organizers.serializers import OrganizerReference
from venues.models import Venue
from venues.serializers.opening import OpeningShape
from venues.serializers.venue_notices import NoticeBrief
from venues.serializers.visiting import Accessibility, VisitRulesShape


def address_text(venue: Venue) -> dict[str, str]:
    """One line in each language of its parts: from the large to the small in Chinese, from the small in others."""
    parts = [venue.street, venue.district, venue.city]
    tags = [known for known in languages() if any(part.get(known) for part in parts)]
    lines = {}
    for known in tags:
        shown = [resolve(part, known)[0] for part in parts]
        lines[known] = "".join(reversed(shown)) if known.startswith("zh") else ", ".join(text for text in shown if text)
    return lines


class Address(Shape):
    street = Translated()
    district = Translated()
    city = Translated()
    postcode = serializers.CharField()
    text: Any = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "object", "null"]})
    def get_text(self, venue: Venue) -> Any:
        words = self.context["words"]
        with words.quote():  # it is made of parts that have been counted
            return words.text(address_text(venue), "text")


class DesignationShape(Shape):
    issuer = Translated()
    title = Translated()
    level = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # hides the field's own attribute, on purpose


class SpaceShape(Shape):
    slug = serializers.CharField()
    name = Translated()
    capacity = serializers.IntegerField(allow_null=True)


class VenueReference(Reference):
    """Another venue by name, with its first picture."""

    image = Picture()

    def item_class(self) -> type[Item]:
        return VenueItem


class VenueItem(Item):
    slug = serializers.CharField()
    kind = serializers.CharField(source="venue_kind")
    status = serializers.CharField()
    name = Translated()
    summary = Translated()
    description = Translated(help_text="Markdown without HTML.")
    description_html = TranslatedHtml(source="description", help_text="The same as sanitised HTML.")
    parent = VenueReference()
    address = Address(source="*")
    directions = Translated()
    position = Position()
    distance = Distance()
    opening = OpeningShape()
    notices: Any = NoticeBrief(
        many=True, source="shown_notices", help_text="Those that name it: in force, or announced."
    )
    hours_text = Translated(help_text="Weekly opening hours in words.")
    price = Price(source="*")
    indoor = serializers.BooleanField(allow_null=True)
    accessibility = Accessibility(source="*")
    visit_rules = VisitRulesShape(source="*", allow_null=True)
    designations: Any = DesignationShape(many=True)
    spaces: Any = SpaceShape(many=True)
    contacts: Any = LinkShape(many=True)
    links: Any = LinkShape(many=True, source="web_links")
    image = Picture()
    images = Pictures()
    organizer = OrganizerReference()
    tags: Any = TagShape(many=True, source="tagging")
    external_ids: Any = serializers.SerializerMethodField()
    founded = serializers.IntegerField(allow_null=True)
    opened = serializers.IntegerField(allow_null=True)
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = ShareUrl()
    code = Code()
    updated_at = serializers.DateTimeField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_external_ids(self, venue: Venue) -> dict[str, str]:
        return {name: value for name in ("wikidata", "osm", "amap") if (value := getattr(venue, name))}


class VenueDetailItem(WithMedia, VenueItem):
    """With what one hears and reads there."""


class VenueProperties(Item):
    slug = serializers.CharField()
    kind = serializers.CharField(source="venue_kind")
    status = serializers.CharField()
    name = Translated()
    summary = Translated()
    approximate = serializers.BooleanField()
    price_kind = serializers.CharField()
    indoor = serializers.BooleanField(allow_null=True)
    image = Picture()
    updated_at = serializers.DateTimeField()


class VenueFeature(Feature):
    """A venue as a point."""

    properties = VenueProperties()

    def places_of(self, row: Venue) -> list[Venue]:
        return [row]
