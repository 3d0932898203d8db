"""Pictures in answers: the brief shape in lists, the full one on details; and loading them, one query per kind."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from core.api.serializers import Item, Later, Shape, ShapeList, Translated
from media.models import Image, Placement
from media.renditions import path_of
from media.storages import public_url


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


class Known(serializers.CharField):
    """Null as long as it has not been found out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None


class BriefImage(Shape):
    """A picture in a list: its addresses by ratio and width."""

    id = serializers.UUIDField()
    alt = Translated()
    color = Known(help_text="Dominant colour, `#rrggbb`.")
    placeholder = Known(help_text="BlurHash.")
    urls: Any = serializers.SerializerMethodField(
        help_text="WebP, by ratio (`16:9`, `4:3`, `1:1`, `original`) and width in pixels."
    )

    @extend_schema_field(
        {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}}}
    )
    def get_urls(self, image: Image) -> dict[str, dict[str, str]]:
        return image.urls


class Rendition(serializers.Serializer[Any]):
    ratio = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.URLField()
    type = serializers.CharField()


class Focal(serializers.Serializer[Any]):
    x = serializers.FloatField()
    y = serializers.FloatField()


class FullImage(Shape):
    id = serializers.UUIDField()
    alt = Translated()
    credit = serializers.CharField()
    licence = serializers.CharField()
    caption = Translated()
    placeholder = Known(help_text="BlurHash.")
    color = Known(help_text="Dominant colour, `#rrggbb`.")
    focal: Any = serializers.SerializerMethodField(
        help_text="What every cut keeps in view: shares of width and height, from the upper left corner."
    )
    renditions: Any = serializers.SerializerMethodField(help_text="WebP; AVIF as soon as it is made.")
    share_image: Any = serializers.SerializerMethodField(help_text="JPEG, 5:4, for messengers.")

    @extend_schema_field(Focal)
    def get_focal(self, image: Image) -> dict[str, float]:
        return {"x": image.focal_x, "y": image.focal_y}

    @extend_schema_field(Rendition(many=True))
    def get_renditions(self, image: Image) -> list[dict[str, Any]]:
        return renditions_of(image, "webp") + renditions_of(image, "avif")

    @extend_schema_field(Rendition(allow_null=True))
    def get_share_image(self, image: Image) -> dict[str, Any] | None:
        return next(iter(renditions_of(image, "jpeg")), None)


def renditions_of(image: Image, kind: str, address: Callable[[str], str] = public_url) -> list[dict[str, Any]]:
    return [
        {
            "ratio": ratio,
            "width": width,
            "height": height,
            "url": address(path_of(name, kind)),
            "type": f"image/{kind}",
        }
        for ratio, width, height, name in image.files.get(kind, ())
    ]


class ImageItem(Item, FullImage):
    """A picture has no page for people: they see it where it is shown."""

    name_of_key = "id"

    share_url = Later(help_text="Null: a picture has no page of its own.")
    code = Later(help_text="Null, as `share_url`.")
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
