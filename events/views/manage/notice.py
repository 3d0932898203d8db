"""``manage/slots/{uid}/notice``: what visitors of a slot must know now. Live at once, in no release."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import InConflict, ManageView, answer, check_version, checked, writes
from core.api.problems import BadRequest, FieldProblem
from core.changes.models import Act, log
from core.translations import show
from events.models import Event, ReleasedSlot, Slot, SlotNotice
from events.serializers.manage_notice import ManagedSlotNotice
from events.views.manage.base import SHOWS, held_event, unit
from venues.models import Severity


def event_with(user: Any, uid: UUID) -> Event:
    """The event of a slot, drafted or out, that the user works on."""
    rows = Event.objects.readable_by(user)
    for slots in (ReleasedSlot.objects.current(), Slot.objects.all()):
        found: Event | None = rows.filter(pk__in=slots.filter(uid=uid).values("event")).first()
        if found is not None:
            return found
    raise NotFound()


def shown(notice: SlotNotice) -> dict[str, Any]:
    return dict(ManagedSlotNotice(notice).data)


def _notice(event: Event, uid: UUID) -> SlotNotice:
    """The stored one, in force or not, or an empty one that nobody stored."""
    stored = SlotNotice.objects.filter(uid=uid).first()
    return stored or SlotNotice(event=event, uid=uid)


class ManageSlotNotice(ManageView):
    """One that is over says nothing more: a write begins anew, only the version goes on. Deleting ends it now."""

    def get(self, request: Request, uid: UUID) -> Response:
        return answer(shown(_notice(event_with(request.user, uid), uid)))

    def _held(self, request: Request, uid: UUID) -> SlotNotice:
        """For a write: its event is locked, so that two first notices wait for each other."""
        event = held_event(request, event_with(request.user, uid).slug, SHOWS)
        if not event.released_slots.current().filter(uid=uid).exists():
            message = _("Visitors do not know this slot yet. Release it first.")
            raise InConflict([FieldProblem("", "unreleased", message)])
        notice = _notice(event, uid)
        check_version(request, notice.version, lambda: shown(notice))
        return notice

    @writes
    def put(self, request: Request, uid: UUID) -> Response:
        notice = self._held(request, uid)
        if notice.over:
            notice.text, notice.until, notice.severity = {}, None, Severity.MODERATE
        sent = ManagedSlotNotice(notice, data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        if sent.fill(notice) or notice.pk is None:
            if notice.is_over(unit().moment):
                raise BadRequest([FieldProblem("until", "over", _("This is over already. Enter a later time."))])
            checked(notice, self, sent.names())
            self._save(request, notice, show(notice.text))
        return answer(shown(notice))

    patch = put

    @writes
    def delete(self, request: Request, uid: UUID) -> Response:
        notice = self._held(request, uid)
        if notice.pk is None:
            raise NotFound()
        if not notice.over:
            notice.until = unit().moment
            self._save(request, notice, "–")
        return Response(status=204)

    def _save(self, request: Request, notice: SlotNotice, note: str) -> None:
        notice.save()
        log(notice.event, Act.Verb.CHANGED, by=request.user, at=unit().moment, note=note, fields=["notice on a slot"])
