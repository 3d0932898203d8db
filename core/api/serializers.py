"""Shapes of answers: translated text with its fallbacks, references, positions, trimming.

Every top-level item says into which languages it is fully translated and, field by field, which language is shown
where the asked one is missing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.utils.functional import cached_property
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.ask import Ask
from core.api.language import EVERY
from core.geo import Datum, Point, from_wgs84
from core.markdown import to_html
from core.translations import complete, languages, resolve


class Words:
    """Resolves text for one answer and keeps the account of the item being written."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.path = ""
        self.fallbacks: dict[str, str] = {}
        self.full: set[str] | None = None
        self.quoting = False

    def text(self, value: Mapping[str, str] | None, name: str, render: Any = None) -> Any:
        """The text to show under ``name``; every language at once for ``lang=*``; None where nothing is written."""
        if not value:
            return {} if self.language == EVERY else None
        if not self.quoting:
            known = set(complete(value))
            self.full = known if self.full is None else self.full & known
        if self.language == EVERY:
            return {tag: render(text) if render else text for tag, text in complete(value).items()}
        text, shown = resolve(value, self.language)
        if shown != self.language and shown is not None:
            self.fallbacks[self.path + name] = shown
        return render(text) if render else text

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        outer, self.path = self.path, f"{self.path}{name}." if name else self.path
        try:
            yield
        finally:
            self.path = outer

    @contextmanager
    def quote(self) -> Iterator[None]:
        """Another object's name: its translations say nothing about this item's."""
        outer, self.quoting = self.quoting, True
        try:
            yield
        finally:
            self.quoting = outer

    @contextmanager
    def item(self) -> Iterator[None]:
        outer = self.path, self.fallbacks, self.full, self.quoting
        self.path, self.fallbacks, self.full, self.quoting = "", {}, None, False
        try:
            yield
        finally:
            self.path, self.fallbacks, self.full, self.quoting = outer


class ShapeList(serializers.ListSerializer[Any]):
    """A list inside an item: paths of fallbacks carry the index."""

    def to_representation(self, data: Any) -> list[Any]:
        words: Words = self.context["words"]
        rows = data.all() if hasattr(data, "all") else data
        child: Any = self.child
        found = []
        for index, row in enumerate(rows):
            with words.inside(f"{self.field_name}.{index}" if self.field_name else ""):
                found.append(child.to_representation(row))
        return found


class Shape(serializers.Serializer[Any]):
    """A part of an item."""

    class Meta:
        list_serializer_class = ShapeList

    def to_representation(self, instance: Any) -> dict[str, Any]:
        with self.context["words"].inside(self.field_name or ""):
            return super().to_representation(instance)


class Item(Shape):
    """A top-level object: it carries ``languages`` and ``fallbacks``, and can be trimmed by ``fields``."""

    name_of_key = "slug"

    languages = serializers.ListField(child=serializers.CharField(), help_text="Tags it is fully translated into.")
    fallbacks = serializers.DictField(
        child=serializers.CharField(), help_text="Field -> language really shown, where the asked one is missing."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        if self.kept and "languages" not in self.kept:  # what tells the languages of an item is all of it
            return {name: field for name, field in fields.items() if name in self.kept}
        return fields

    @cached_property
    def kept(self) -> frozenset[str]:
        """The keys that ``fields`` leaves, empty for all; what ``include`` asks for is kept too."""
        ask: Ask | None = self.context.get("ask")
        return ask.fields | ask.include | {self.name_of_key} if ask and ask.fields else frozenset()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        words: Words = self.context["words"]
        with words.item():
            shown: dict[str, Any] = {}
            for name, field in self.fields.items():
                if name not in ("languages", "fallbacks"):
                    value = field.get_attribute(instance)
                    shown[name] = None if value is None else field.to_representation(value)
            if "languages" in self.fields:
                full = words.full
                shown["languages"] = [tag for tag in languages() if full is None or tag in full]
            if "fallbacks" in self.fields:
                shown["fallbacks"] = words.fallbacks
        return self._trimmed(shown) if self.kept else shown

    def _trimmed(self, shown: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in shown.items() if name in self.kept}
        if "fallbacks" in kept:
            kept["fallbacks"] = {path: tag for path, tag in kept["fallbacks"].items() if path.split(".")[0] in kept}
        return kept


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object"}, {"type": "null"}]})
class Translated(serializers.Field[Any, Any, Any, Any]):
    """A text in the asked language; with ``lang=*`` an object of all, keyed by tag."""

    render: Any = None

    def to_representation(self, value: Mapping[str, str]) -> Any:
        return self.context["words"].text(value, self.field_name, self.render)


class TranslatedHtml(Translated):
    """The sanitised HTML of a Markdown text."""

    render = staticmethod(to_html)


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "lat": {"type": "number"},
            "lng": {"type": "number"},
            "coords": {"type": "string", "enum": [str(datum) for datum in Datum]},
            "approximate": {"type": "boolean"},
        },
        "required": ["lat", "lng", "coords", "approximate"],
    }
)
class Position(serializers.Field[Any, Any, Any, Any]):
    """A row's ``lat``, ``lng`` and ``approximate`` in the asked datum, seven decimals (a centimetre)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, row: Any) -> dict[str, Any] | None:
        point: Point | None = row.point
        if point is None:
            return None
        datum = self.context["ask"].datum
        shown = from_wgs84(point, datum)
        return {
            "lat": round(shown.lat, 7),
            "lng": round(shown.lng, 7),
            "coords": str(datum),
            "approximate": row.approximate,
        }


@extend_schema_field({"type": ["integer", "null"]})
class Distance(serializers.Field[Any, Any, Any, Any]):
    """Metres from ``near``, or null without it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, row: Any) -> int | None:
        squared = getattr(row, "distance2", None)
        return None if squared is None else round(squared**0.5)


@extend_schema_field({"type": ["null", "object", "array", "string", "number", "boolean"]})
class Later(serializers.Field[Any, Any, Any, Any]):
    """A key of the contract that is not known yet: null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, row: Any) -> None:
        return None


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {
            "type": {"type": "string", "enum": ["Point", "MultiPoint"]},
            "coordinates": {"type": "array", "description": "Longitude, latitude; of a MultiPoint a list of such."},
        },
        "required": ["type", "coordinates"],
    }
)
class Geometry(serializers.JSONField):
    """RFC 7946, section 3.1; null for what has no position."""


class Feature(serializers.Serializer[Any]):
    """RFC 7946, section 3.2. A subclass adds ``properties``, an item, and says where the row is."""

    type = serializers.ChoiceField(choices=["Feature"])
    id = serializers.CharField(source="slug")
    geometry = Geometry()

    def places_of(self, row: Any) -> list[Any]:
        """The rows with a position that the feature is drawn at."""
        raise NotImplementedError(f"{type(self).__name__} does not say where it is")

    def to_representation(self, row: Any) -> dict[str, Any]:
        points = [[place.lng, place.lat] for place in self.places_of(row) if place.point is not None]
        several = len(points) > 1
        geometry = (
            {"type": "MultiPoint" if several else "Point", "coordinates": points if several else points[0]}
            if points
            else None
        )
        properties = self.fields["properties"].to_representation(row)
        return {"type": "Feature", "id": row.slug, "geometry": geometry, "properties": properties}


class ShareUrl(serializers.URLField):
    """The page for people."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            help_text="Its page for people; in the reader's language, or with `?lang=` in another.", **kwargs
        )


class Code(serializers.CharField):
    """The short link's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text="`/s/{code}` leads to its page.", **kwargs)


class Price(Shape):
    kind = serializers.CharField(source="price_kind")
    min = serializers.IntegerField(source="price_min", allow_null=True)
    max = serializers.IntegerField(source="price_max", allow_null=True)
    currency = serializers.CharField()
    note = Translated(source="price_note")
    concessions = Translated()


class LinkShape(Shape):
    kind = serializers.CharField()
    value = serializers.CharField()
    label = Translated()  # type: ignore[assignment]  # a shape's fields hide the class's own attributes


class Quoted(Shape):
    """Another object in a few words."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        with self.context["words"].quote():
            return super().to_representation(instance)


class TagShape(Quoted):
    slug = serializers.CharField(source="tag.slug")
    name = Translated(source="tag.name")


class Reference(Shape):
    """``{"slug", "name", "image"}``. Null where the object is not public; ``include`` adds the whole item's keys."""

    slug = serializers.CharField()
    name = Translated()
    image: Any = Later()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_null": True, **kwargs})

    def item_class(self) -> type[Item] | None:
        """What ``include`` embeds; a method, because shapes refer to each other."""
        return None

    @property
    def include_name(self) -> str:
        """What ``include`` calls it: its own key, or that of the list it stands in."""
        return str(self.field_name or getattr(self.parent, "field_name", ""))

    @cached_property
    def embedded(self) -> Item | None:
        kind = self.item_class()
        if kind is None or self.include_name not in self.context["ask"].include:
            return None
        return kind(context={**self.context, "ask": self.context["ask"].alone()})

    def to_representation(self, instance: Any) -> Any:
        if not instance.public:
            return None
        with self.context["words"].quote():
            shown = super().to_representation(instance)
        return shown if self.embedded is None else shown | self.embedded.to_representation(instance)
