"""Pictures in answers: the brief shape in lists, the full one on details; and loading them, one query per kind."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.functional import cached_property
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from core.api.serializers import Item, Later, Shape, ShapeList, Translated
from media.models import Image, Placement


def picture_url(image: Image) -> str:
    return f"{settings.PUBLIC_ORIGIN}{image.original.url}"


def load_pictures(model: type[Placement], owners: Iterable[Any]) -> None:
    """Sets ``pictures`` on each owner: its public pictures in order, with one query for all owners."""
    by_owner: dict[Any, list[Any]] = defaultdict(list)
    for owner in owners:
        by_owner[owner.pk].append(owner)
        owner.pictures = []
    rows = model._base_manager.filter(image__public=True, **{f"{model.root_field}__in": list(by_owner)})
    for row in rows.select_related("image").order_by("position", "pk"):
        for owner in by_owner[getattr(row, f"{model.root_field}_id")]:
            owner.pictures.append(row.image)


class BriefImage(Shape):
    """A picture in a list: its addresses by ratio and width."""

    id = serializers.UUIDField()
    alt = Translated()
    color = Later(help_text="Dominant colour.")
    placeholder = Later(help_text="BlurHash.")
    urls: Any = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "object"}})
    def get_urls(self, image: Image) -> dict[str, dict[str, str]]:
        return {"original": {str(image.width): picture_url(image)}}


class Rendition(serializers.Serializer[Any]):
    ratio = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.URLField()
    type = serializers.CharField()


class FullImage(Shape):
    id = serializers.UUIDField()
    alt = Translated()
    credit = serializers.CharField()
    licence = serializers.CharField()
    caption = Translated()
    placeholder = Later(help_text="BlurHash.")
    color = Later(help_text="Dominant colour.")
    focal = Later(help_text="Focal point.")
    renditions: Any = serializers.SerializerMethodField()

    @extend_schema_field(Rendition(many=True))
    def get_renditions(self, image: Image) -> list[dict[str, Any]]:
        return [
            {
                "ratio": "original",
                "width": image.width,
                "height": image.height,
                "url": picture_url(image),
                "type": image.mime,
            }
        ]


class ImageItem(Item, FullImage):
    name_of_key = "id"

    share_image = Later()
    share_url = Later()
    code = Later()
    updated_at = serializers.DateTimeField()


class Picture(BriefImage):
    """The first picture, for lists: null where there is none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="pictures", allow_null=True, **kwargs)

    def to_representation(self, instance: Any) -> Any:
        with self.context["words"].quote():
            return super().to_representation(instance[0]) if instance else None


AnyImage = PolymorphicProxySerializer(
    component_name="AnyImage", serializers=[BriefImage, FullImage], resource_type_field_name=None, many=True
)


@extend_schema_field(AnyImage)
class Pictures(serializers.Field[Any, Any, Any, Any]):
    """All pictures: full on a detail or with ``include=images``, else brief."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="pictures", **kwargs)

    @cached_property
    def shapes(self) -> ShapeList:
        brief = self.context.get("listing", True) and "images" not in self.context["ask"].include
        shapes = ShapeList(child=BriefImage() if brief else FullImage(), context=self.context)
        shapes.field_name = self.field_name
        return shapes

    def to_representation(self, images: list[Image]) -> Any:
        with self.context["words"].quote():
            return self.shapes.to_representation(images)
