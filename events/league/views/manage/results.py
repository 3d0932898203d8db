"""``manage/slots/{uid}/result``: live at once; ``manage/events/{slug}/scorer-links``: who enters them at the court."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.language import speaking
from core.api.manage import InConflict, ManageView, answer, check_version, rule_language, rule_problems, writes
from core.api.problems import BadRequest
from events.league.links import address_of, make_link, revoke
from events.league.models import ScorerLink
from events.league.results import AT_ODDS, record, result_of
from events.league.serializers.manage import ManagedResult, SentLink, shown_link, shown_result
from events.models import Event
from events.views.manage.base import SHOWS, check_rights, event_of, held_event, unit
from events.views.manage.notice import event_with

# What the API calls the fields of a result.
NAMES = {"home_score": "score.home", "away_score": "score.away"}


class ManageResult(ManageView):
    """Each result has a version of its own, 0 before the first: two courts never collide."""

    def get(self, request: Request, uid: UUID) -> Response:
        return answer(shown_result(result_of(event_with(request.user, uid), uid)))

    @writes
    def put(self, request: Request, uid: UUID) -> Response:
        event = held_event(request, event_with(request.user, uid).slug, SHOWS)
        result = result_of(event, uid)
        check_version(request, result.version, lambda: shown_result(result))
        sent = ManagedResult(result, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        try:
            with speaking(rule_language(self.language)):
                made = record(event, uid, sent.validated_data, request.user, result.version)
        except ValidationError as error:
            problems = rule_problems(error, self.language, NAMES)
            if any(each.code in AT_ODDS for each in problems):
                raise InConflict(problems) from error
            raise BadRequest(problems) from error
        return answer(shown_result(made))

    patch = put


class ManageScorerLinks(ManageView):
    """The address of a new link is told once."""

    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        check_rights(request, event, SHOWS)
        return Response({"results": [shown_link(link) for link in ScorerLink.objects.filter(event=event)]})

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug, SHOWS)
        sent = SentLink(data=request.data)
        sent.is_valid(raise_exception=True)
        values: dict[str, Any] = sent.validated_data
        link, secret = make_link(
            event, values["label"], values["slots"], values["expires_at"], request.user, unit().moment
        )
        where = reverse("manage-scorer-link", args=[slug, link.pk])
        response = Response({**shown_link(link), "address": address_of(secret)}, 201, headers={"Location": where})
        response.kept = {**shown_link(link), "address": None}  # type: ignore[attr-defined]
        return response


class ManageScorerLink(ManageView):
    """Deleting it closes it at once; it stays in the list."""

    def get(self, request: Request, slug: str, id: int) -> Response:
        event = event_of(request.user, slug)
        check_rights(request, event, SHOWS)
        return Response(shown_link(link_of(event, id)))

    @writes
    def delete(self, request: Request, slug: str, id: int) -> Response:
        event = held_event(request, slug, SHOWS)
        revoke(link_of(event, id), request.user, unit().moment)
        return Response(status=204)


def link_of(event: Event, id: int) -> ScorerLink:
    found = ScorerLink.objects.select_related("event").filter(event=event, pk=id).first() if id < 2**63 else None
    if found is None:
        raise NotFound()
    return found
