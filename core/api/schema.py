"""The OpenAPI description, read off the views: their parameters, filters, shapes and problems."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from core.api.ask import Ask
from core.api.filters import ParsedFilter
from core.api.language import EVERY
from core.api.renderers import OrjsonRenderer
from core.api.views import GeoListView, ListView, PublicView
from core.geo import Datum
from core.translations import languages


class FieldProblemShape(serializers.Serializer[Any]):
    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors: Any = FieldProblemShape(many=True)


PROBLEMS = {400: "Bad parameter", 404: "Not found", 410: "Gone", 429: "Too many requests", 503: "Unavailable"}


def _query(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    parameter = {"in": "query", "name": name, "schema": schema, "description": about, "required": False}
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter


def _parameters(view: PublicView) -> list[dict[str, Any]]:
    known = set(view.known_parameters())
    names = {"type": "array", "items": {"type": "string"}}
    described = {
        "lang": _query(
            "lang", {"type": "string"}, f"One of {', '.join(languages())}, or `{EVERY}` for all; never refused."
        ),
        "coords": _query("coords", {"type": "string", "enum": [str(datum) for datum in Datum]}, "Datum in and out."),
        "fields": _query("fields", names, "Keep only these keys (and the item's own)."),
        "cursor": _query("cursor", {"type": "string"}, "From `next`; stands alone."),
    }
    if view.includes:
        embeds = {"type": "array", "items": {"type": "string", "enum": sorted(view.includes)}}
        described["include"] = _query("include", embeds, "Embed these, one level deep.")
    for name, own in view.parameters.items():
        described[name] = _query(name, own.schema, own.about)
    if isinstance(view, ListView):
        bounds = {"type": "integer", "minimum": 1, "maximum": view.most, "default": view.limit}
        described["limit"] = _query("limit", bounds, "Rows per page.")
        described["order"] = _query("order", {"type": "string", "enum": list(view.orders)}, "Order of the rows.")
    filters = getattr(view, "filterset_class", None)
    for name, each in filters.base_filters.items() if filters else ():
        if isinstance(each, ParsedFilter):
            described[name] = _query(name, each.schema, each.about)
    return [described[name] for name in sorted(known) if name in described]


class Schema(AutoSchema):
    def get_operation_id(self) -> str:
        name = type(self.view).__name__
        return name[0].lower() + name[1:]

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.split(".")[0]]

    def _get_parameters(self) -> list[dict[str, Any]]:
        own = _parameters(self.view) if isinstance(self.view, PublicView) else []
        return [*super()._get_parameters(), *own]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        if not isinstance(self.view, PublicView):
            return super()._get_response_bodies()
        responses = {"200": self._success(), "304": {"description": "Not modified"}}
        problem = self.resolve_serializer(Problem, "response").ref
        for status, about in PROBLEMS.items():
            if status == 404 and self.view.many:
                continue
            responses[str(status)] = {
                "description": about,
                "content": {"application/problem+json": {"schema": problem}},
            }
        return responses

    def _success(self) -> dict[str, Any]:
        view: Any = self.view
        if view.plain_schema:
            item = view.plain_schema
        else:
            shape = getattr(view, "schema_serializer", None) or view.serializer_class
            item = self.resolve_serializer(shape, "response").ref
        schema: dict[str, Any] = item
        if isinstance(view, GeoListView):
            schema = _envelope("features", item)
            schema["properties"]["type"] = {"const": "FeatureCollection"}
        elif view.many:
            schema = _envelope("results", item)
        kind = view.renderer_classes[0].media_type
        headers = {"ETag": {"schema": {"type": "string"}}, "Content-Language": {"schema": {"type": "string"}}}
        return {"description": "", "headers": headers, "content": {kind: {"schema": schema}}}


def _envelope(name: str, item: dict[str, Any]) -> dict[str, Any]:
    instant = {"type": "string", "format": "date-time"}
    return {
        "type": "object",
        "properties": {
            name: {"type": "array", "items": item},
            "next": {"type": ["string", "null"], "format": "uri"},
            "revision": {"type": "integer"},
            "as_of": instant,
            "valid_until": {**instant, "type": ["string", "null"]},
        },
        "required": [name, "next", "revision", "as_of", "valid_until"],
    }


class OpenApiRenderer(OrjsonRenderer):
    media_type = "application/vnd.oai.openapi+json"
    format = "openapi"


@cache
def _description(language: str) -> dict[str, Any]:
    """Read off once per process: the routes do not change while it runs."""
    return SchemaGenerator().get_schema(request=None, public=True)


@extend_schema_view(get=extend_schema(exclude=True))
class SchemaView(PublicView):
    """This description."""

    renderer_classes = (OpenApiRenderer,)
    common = frozenset({"lang"})

    def answer(self, ask: Ask, **names: Any) -> dict[str, Any]:
        return _description(ask.language)
