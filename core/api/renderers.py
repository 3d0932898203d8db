"""JSON, fast; problems under their own media type."""

from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 (RFC 8259)

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data, option=orjson.OPT_NON_STR_KEYS)


class GeoJsonRenderer(OrjsonRenderer):
    media_type = "application/geo+json"
    format = "geojson"


class GpxRenderer(BaseRenderer):
    """Writes what is GPX already."""

    media_type = "application/gpx+xml"
    format = "gpx"
    charset = None

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data


class CalendarRenderer(BaseRenderer):
    """Writes what is iCalendar already."""

    media_type = "text/calendar"
    format = "ics"
    charset = "utf-8"

    def render(self, data: bytes, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return data


class ProblemRenderer(OrjsonRenderer):
    media_type = "application/problem+json"
    format = "problem"


class OneAnswer(BaseContentNegotiation):
    """Each route has one representation; an ``Accept`` that does not name it gets it all the same."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return next((parser for parser in parsers), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
