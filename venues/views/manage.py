"""``manage/venues/{slug}/notices``, ``…/notices/{id}`` and ``…/live``."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView, answer, bring_to, check_version, checked, field_names, held, writes
from core.changes.edits import Edit, running
from core.changes.models import Act, locked, log
from core.publication import State
from venues.models import LiveStatus, Notice, NoticeVenue, Venue
from venues.serializers.manage import ManagedLive, ManagedNotice
from venues.views.live import REPORT

MOST = 100  # notices of a list, the newest


def venue_of(user: Any, slug: str) -> Venue:
    """A venue that the user speaks for; another one is not there."""
    row = Venue.objects.run_by(user).filter(slug=slug).first()
    if row is None:
        raise NotFound()
    return row


def shown(notice: Notice, user: Any) -> dict[str, Any]:
    rows = Notice.objects.prefetch_related("places__venue")
    return dict(ManagedNotice(rows.get(pk=notice.pk), context=context_of(user, [notice])).data)


def context_of(user: Any, notices: Iterable[Notice]) -> dict[str, Any]:
    """Which of the venues that these notices name the user speaks for."""
    own = Venue.objects.run_by(user).filter(noticed__notice__in=[notice.pk for notice in notices])
    return {"own": frozenset(own.values_list("pk", flat=True))}


class ManageNotices(ManageView):
    """The notices that name a venue, drafts included; a new one for it."""

    def get(self, request: Request, slug: str) -> Response:
        rows = Notice.objects.readable_by(request.user).filter(places__venue=venue_of(request.user, slug))
        newest = list(rows.prefetch_related("places__venue").order_by("-starts_at", "pk")[:MOST])
        context = context_of(request.user, newest)
        return Response({"results": ManagedNotice(newest, many=True, context=context).data})

    @writes
    def post(self, request: Request, slug: str) -> Response:
        venue = venue_of(request.user, slug)
        if not request.user.has_perm("venues.add_notice"):
            raise PermissionDenied()
        sent = ManagedNotice(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        notice = Notice(starts_at=_unit().moment)
        changed = sent.fill(notice, leave=frozenset({"state"}))
        checked(notice, self, sent.names())
        notice.save()
        NoticeVenue(notice=notice, venue=venue).save()
        _log(notice, Act.Verb.CREATED, request, changed)
        bring_to(_fresh(notice), sent.validated_data.get("state", State.DRAFT), request.user)
        address = reverse("manage-notice", args=[slug, notice.pk])
        return answer(shown(notice, request.user), 201, Location=address)


class ManageNotice(ManageView):
    """One of them. Deleting withdraws it; what never was public is gone."""

    def get(self, request: Request, slug: str, id: Any) -> Response:
        rows = Notice.objects.readable_by(request.user).filter(places__venue=venue_of(request.user, slug))
        notice = rows.filter(pk=id).first()
        if notice is None:
            raise NotFound()
        return answer(shown(notice, request.user))

    def _held(self, request: Request, slug: str, id: Any) -> Notice:
        """For a write: readable, locked, editable, and as the writer last saw it; in this order."""
        rows = Notice.objects.readable_by(request.user).filter(places__venue=venue_of(request.user, slug))
        notice: Notice = held(rows, pk=id)
        if not Notice.objects.editable_by(request.user).filter(pk=notice.pk).exists():
            raise PermissionDenied()
        check_version(request, notice.version, lambda: shown(notice, request.user))
        return notice

    @writes
    def patch(self, request: Request, slug: str, id: Any) -> Response:
        notice = self._held(request, slug, id)
        sent = ManagedNotice(notice, data=request.data, partial=True, context=context_of(request.user, [notice]))
        sent.is_valid(raise_exception=True)
        changed = sent.fill(notice, leave=frozenset({"state"}))
        if changed:
            checked(notice, self, sent.names())
            notice.save()
            _log(notice, Act.Verb.CHANGED, request, changed)
        bring_to(_fresh(notice), sent.validated_data.get("state", notice.state), request.user)
        return answer(shown(notice, request.user))

    put = patch

    @writes
    def delete(self, request: Request, slug: str, id: Any) -> Response:
        notice = self._held(request, slug, id)
        if notice.first_published_at is None:
            _log(notice, Act.Verb.DELETED, request, [])
            notice.delete()
        elif notice.state == State.PUBLISHED:
            bring_to(notice, State.WITHDRAWN, request.user)
        return Response(status=204)


def _fresh(notice: Notice) -> Notice:
    return Notice._base_manager.get(pk=notice.pk)


def _unit() -> Edit:
    unit = running()
    assert unit is not None  # inside ``@writes``
    return unit


def _log(notice: Notice, verb: Act.Verb, request: Request, changed: list[str]) -> None:
    log(_fresh(notice), verb, by=request.user, at=_unit().moment, fields=field_names(Notice, changed))


class ManageLive(ManageView):
    """The newest report on a venue. One that has expired says nothing more: a write begins anew, only its capacity
    stays. Without ``observed_at`` a write was observed now, without ``expires_at`` it holds for half an hour."""

    def get(self, request: Request, slug: str) -> Response:
        venue = venue_of(request.user, slug)
        if not request.user.has_perm("venues.view_livestatus"):
            raise PermissionDenied()
        return answer(dict(ManagedLive(_report(venue)).data))

    @writes
    def put(self, request: Request, slug: str) -> Response:
        now = timezone.now()
        venue = venue_of(request.user, slug)
        if not request.user.has_perm("venues.change_livestatus"):
            raise PermissionDenied()
        locked(Venue._base_manager.filter(pk=venue.pk)).get()  # two first reports wait for each other
        live = _report(venue)
        check_version(request, live.version, lambda: dict(ManagedLive(live).data))
        sent = ManagedLive(live, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        if live.pk is None or not live.is_valid(now):
            live.crowding, live.count, live.waiting_minutes = "", None, None
        live.observed_at, live.expires_at = now, None  # type: ignore[assignment]  # cleaning fills it
        sent.fill(live)
        live.observed_at, live.crowding = live.observed_at or now, live.crowding or ""
        checked(live, self, sent.names())
        live.report(request.user, now)
        return answer(dict(ManagedLive(live).data))


def _report(venue: Venue) -> LiveStatus:
    """The stored one, expired or not, or an empty one that nobody stored."""
    stored = LiveStatus.objects.filter(venue=venue).first()
    if stored is not None:
        return stored
    return LiveStatus(venue=venue, **dict.fromkeys(REPORT, None) | {"crowding": ""})
