"""``/``: what the API has to offer."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from rest_framework import serializers

from core.api.ask import Ask
from core.api.views import PublicView
from core.geo import Datum, Point, from_wgs84
from core.translations import default_language, label, languages

ENDPOINTS = (
    *("venues", "venue-map", "exhibits", "routes", "events", "event-map", "slots", "teams", "organizers"),
    *("notices", "live", "schema", "docs"),
)


class EntrySerializer(serializers.Serializer[Any]):
    """The shape of ``/``."""

    name = serializers.CharField(help_text="The district.")
    time_zone = serializers.CharField(help_text="IANA time zone.")
    position = serializers.JSONField()
    revision = serializers.IntegerField(help_text="The content revision.")
    languages = serializers.ListField(child=serializers.DictField())
    default_language = serializers.CharField()
    coords = serializers.ListField(child=serializers.CharField())
    endpoints = serializers.DictField(child=serializers.URLField())


class Entry(PublicView):
    """Endpoints, languages, datums, the content revision and the district."""

    common = frozenset({"lang", "coords"})
    schema_serializer = EntrySerializer

    def answer(self, ask: Ask, **names: Any) -> dict[str, Any]:
        centre = from_wgs84(Point(*settings.DISTRICT_POSITION), ask.datum)
        return {
            "name": settings.DISTRICT_NAME,
            "time_zone": settings.TIME_ZONE,
            "position": {
                "lat": round(centre.lat, 7),
                "lng": round(centre.lng, 7),
                "coords": str(ask.datum),
                "approximate": True,
            },
            "revision": ask.revision,
            "languages": [{"tag": tag, "name": label(tag)} for tag in languages()],
            "default_language": default_language(),
            "coords": [str(datum) for datum in Datum],
            "endpoints": {name.replace("-", "_"): f"{settings.PUBLIC_ORIGIN}{reverse(name)}" for name in ENDPOINTS},
        }
