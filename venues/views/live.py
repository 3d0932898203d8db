"""``/live``: crowding and waiting, the one public answer outside the content revision."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.ask import Ask, read_datum, refuse_unknown, single_values
from core.api.caching import matches
from core.api.filters import STRINGS, Parameter, comma_list, parse_slug, read_parameters
from core.api.views import PublicView
from media.serializers import load_pictures
from venues.models import Crowding, LiveStatus, Venue, VenueImage
from venues.serializers.venue import VenueReference

MOST = 200  # reports in an answer that names no venue, the newest
SECONDS = 15
REPORT = ("crowding", "count", "capacity", "waiting_minutes", "observed_at", "expires_at")


class LiveShape(serializers.Serializer[Any]):
    """One venue; everything is null where no report holds."""

    venue = VenueReference()
    crowding = serializers.ChoiceField(choices=Crowding.choices, allow_null=True)
    count = serializers.IntegerField(allow_null=True, help_text="People inside.")
    capacity = serializers.IntegerField(allow_null=True)
    waiting_minutes = serializers.IntegerField(allow_null=True)
    observed_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


class LiveAnswer(serializers.Serializer[Any]):
    results: Any = LiveShape(many=True)
    valid_until = serializers.DateTimeField(allow_null=True, help_text="When the first of these reports expires.")


class Live(PublicView):
    """How crowded venues are now. A report expires by itself, and the venue is unknown again.

    Without ``venues``, those with a report that holds. A venue that is not public is not there.
    """

    common: ClassVar[frozenset[str]] = frozenset({"lang"})
    parameters: ClassVar[dict[str, Parameter]] = {
        "venues": Parameter(comma_list(parse_slug), STRINGS, "Of these venues, up to 50.")
    }
    schema_serializer = LiveAnswer

    def _get(self, request: Request, now: datetime, names: dict[str, Any]) -> HttpResponse:
        """Past the revision and the stored answers, which know nothing of reports: the ETag is made of the answer."""
        params = single_values(request._request.GET)
        refuse_unknown(params, self.known_parameters())
        values = read_parameters(params, self.parameters)
        APIView.check_throttles(self, request)
        ask = Ask(self.language, read_datum({}), now, None, 0, request.path, params)
        renderer: Any = self.renderer_classes[0]()
        body = renderer.render(self.answer(ask, venues=values.get("venues")))
        etag = f'W/"live-{hashlib.sha256(body).hexdigest()[:20]}"'
        response: HttpResponse
        if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(body, content_type="application/json")
        response = self._with_headers(response, etag, None, now)
        response["Cache-Control"] = f"public, max-age={SECONDS}"
        return response

    def answer(self, ask: Ask, **names: Any) -> dict[str, Any]:
        rows = live_rows(names["venues"], ask.moment)
        ends = [row["expires_at"] for row in rows if row["expires_at"]]
        shown = LiveShape(rows, many=True, context=self.context(ask)).data
        return {"results": shown, "valid_until": timezone.localtime(min(ends)).isoformat() if ends else None}


def live_rows(slugs: list[str] | None, moment: datetime) -> list[dict[str, Any]]:
    """Public venues with what the report says that holds then: in the order in which they are named, else by slug."""
    reports = LiveStatus.objects.valid(moment).filter(venue__public=True)
    if slugs is not None:
        reports = reports.filter(venue__slug__in=slugs)
    known = {report.venue_id: report for report in reports.order_by("-observed_at", "pk")[:MOST]}
    venues = Venue.objects.visible()
    if slugs is None:
        chosen = list(venues.filter(pk__in=known).order_by("slug"))
    else:
        found = {venue.slug: venue for venue in venues.filter(slug__in=slugs)}
        chosen = [found[slug] for slug in dict.fromkeys(slugs) if slug in found]
    load_pictures(VenueImage, chosen)
    return [{"venue": venue, **told(known.get(venue.pk))} for venue in chosen]


def told(report: LiveStatus | None) -> dict[str, Any]:
    """What is known now; nothing where there is no report."""
    return {name: None if report is None else _known(getattr(report, name)) for name in REPORT}


def _known(value: Any) -> Any:
    return None if value == "" else value
