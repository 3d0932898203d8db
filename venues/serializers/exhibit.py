"""Exhibits in answers."""

from typing import Any

from rest_framework import serializers

from core.api.serializers import Item, Later, Quoted, Shape, Translated, TranslatedHtml
from media.media_objects import WithMedia
from media.serializers import FullImage, Picture, Pictures
from venues.models import Condition, Exhibit
from venues.serializers.venue import VenueReference


class SpaceOfExhibit(Quoted):
    slug = serializers.CharField()
    name = Translated()


class MadeShape(Shape):
    year = serializers.IntegerField(source="made", allow_null=True)
    approximate = serializers.BooleanField(source="made_approximate")


class ServiceShape(Shape):
    """``from`` is a keyword of Python."""

    to = serializers.IntegerField(source="in_service_to", allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.IntegerField(source="in_service_from", allow_null=True), **super().get_fields()}


class DemonstrationTime(Shape):
    weekdays = serializers.ListField(child=serializers.CharField(), help_text="`monday` to `sunday`.")
    starts = serializers.TimeField(format="%H:%M")
    minutes = serializers.IntegerField(allow_null=True)


class DemonstrationsShape(Shape):
    text = Translated(source="demonstrations")
    times: Any = DemonstrationTime(many=True, source="demonstration_times")


class PairImage(Quoted, FullImage):
    pass


class ThenAndNowShape(Shape):
    then = PairImage()
    now = PairImage()
    caption = Translated()
    year_then = serializers.IntegerField(allow_null=True)
    year_now = serializers.IntegerField(allow_null=True)


class ExhibitItem(Item):
    slug = serializers.CharField()
    name = Translated()
    summary = Translated()
    story = Translated(help_text="Markdown without HTML.")
    story_html = TranslatedHtml(source="story", help_text="The same as sanitised HTML.")
    venue = VenueReference()
    space: Any = SpaceOfExhibit(allow_null=True)
    maker = Translated()
    made = MadeShape(source="*")
    worked_at = Translated()
    in_service = ServiceShape(source="*")
    condition = serializers.ChoiceField(choices=Condition.choices)
    demonstrations = DemonstrationsShape(source="*")
    inventory_number = serializers.CharField()
    image = Picture()
    images = Pictures()
    then_and_now: Any = ThenAndNowShape(many=True, source="shown_pairs")
    verified_on = serializers.DateField(allow_null=True)
    sample = serializers.BooleanField()
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Exhibit) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if "space" in shown and not instance.venue.public:  # a space without its public venue says nothing
            shown["space"] = None
        return shown


class ExhibitDetailItem(WithMedia, ExhibitItem):
    """With its guide tracks and leaflets."""
