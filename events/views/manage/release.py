"""``manage/events/{slug}/release``, ``…/releases``, ``…/restore``: what a release would do, and the doing of it."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.ask import single_values
from core.api.filters import Parameter, comma_list, read_parameters
from core.api.language import EVERY, speaking
from core.api.manage import (
    ManageView,
    VersionMissing,
    answer,
    check_version,
    has_version,
    rule_language,
    writes,
)
from core.translations import default_language
from events.conflicts import conflicts_in
from events.differences import diff
from events.freezing import plan
from events.models import Event, Release
from events.releases import publish
from events.restoring import restore
from events.serializers.manage_acts import ReleaseShape, RestoreShape
from events.serializers.manage_event import shown_event
from events.serializers.manage_release import conflict_shape, difference_shape, release_shape
from events.views.manage.base import EDITS_AND_SHOWS, SHOWS, event_of, held_event, ruled

MOST = 100  # releases of a list, the newest


def parse_uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValidationError(_("Not the uid of a slot."), code="invalid") from error


PREVIEW: dict[str, Parameter] = {"only": Parameter(comma_list(parse_uid), {"type": "string"})}


class ManageRelease(ManageView):
    """What is wrong with the draft, and how it differs from what is out; a POST releases it. ``only``: these slots."""

    parameters = frozenset(PREVIEW)

    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        only = read_parameters(single_values(request._request.GET), PREVIEW).get("only")
        with ruled(self, slots="only"):
            planned = plan(event, only)
        tag = default_language() if self.language == EVERY else self.language
        with speaking(rule_language(self.language)):
            conflicts = [conflict_shape(each, tag) for each in conflicts_in(planned, timezone.now())]
            differences = [difference_shape(each, tag) for each in diff(planned.now, planned.then)]
        shown = {
            "event": {"slug": event.slug},
            "version": event.version,
            "draft": event.version,
            "release": event.release_number,
            "conflicts": conflicts,
            "differences": differences,
        }
        return answer(shown)

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug, SHOWS)
        sent = ReleaseShape(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        if has_version(request):
            check_version(request, event.version, lambda: shown_event(event, request.user))
        elif asked["expected_draft"] is None:
            raise VersionMissing()
        with ruled(self, slots="only"):
            release = publish(
                event,
                by=request.user,
                note=asked["note"],
                only=asked["only"],
                accept=asked["accept"],
                expected_draft=asked["expected_draft"],
            )
        return answer(_made(release), 201)


def _made(release: Release) -> dict[str, Any]:
    version = Event._base_manager.values_list("version", flat=True).get(pk=release.event_id)
    return {"version": version, **release_shape(release, release.changes.count())}


class ManageReleases(ManageView):
    """The releases of an event, the newest first."""

    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        rows = event.releases.select_related("by").annotate(counted=Count("changes")).order_by("-number")
        return Response({"results": [release_shape(row, row.counted) for row in rows[:MOST]]})


class ManageRestore(ManageView):
    """An older release's schedule again, under a new number."""

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug, EDITS_AND_SHOWS)
        check_version(request, event.version, lambda: shown_event(event, request.user))
        sent = RestoreShape(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        with ruled(self):
            release = restore(event, asked["release"], request.user, asked["note"], accept=asked["accept"])
        return answer(_made(release), 201)
