"""``manage/slots/{uid}/booking``: where the booking of a slot is not its event's. Live at once, in no release."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import InConflict, ManageView, answer, check_version, checked, writes
from core.api.problems import FieldProblem
from core.changes.models import Act, log
from events.models import Event, SlotBooking
from events.serializers.manage_booking import ManagedSlotBooking
from events.views.manage.base import SHOWS, held_event, unit
from events.views.manage.notice import event_with

EMPTY: dict[str, Any] = {"status": "", "opens_at": None, "closes_at": None, "url": ""}


def shown(booking: SlotBooking) -> dict[str, Any]:
    return dict(ManagedSlotBooking(booking, context={"moment": timezone.now()}).data)


def _booking(event: Event, uid: UUID) -> SlotBooking:
    """The stored one, or an empty one that nobody stored."""
    stored = SlotBooking.objects.select_related("event").filter(uid=uid).first()
    return stored or SlotBooking(event=event, uid=uid)


class ManageSlotBooking(ManageView):
    """Deleting leaves all to the event again; the version goes on."""

    def get(self, request: Request, uid: UUID) -> Response:
        return answer(shown(_booking(event_with(request.user, uid), uid)))

    def _held(self, request: Request, uid: UUID) -> SlotBooking:
        """For a write: its event is locked, so that two first bookings wait for each other."""
        event = held_event(request, event_with(request.user, uid).slug, SHOWS)
        if not event.released_slots.current().filter(uid=uid).exists():
            message = _("Visitors do not know this slot yet. Release it first.")
            raise InConflict([FieldProblem("", "unreleased", message)])
        booking = _booking(event, uid)
        check_version(request, booking.version, lambda: shown(booking))
        return booking

    @writes
    def put(self, request: Request, uid: UUID) -> Response:
        booking = self._held(request, uid)
        sent = ManagedSlotBooking(booking, data=request.data, partial=True, context={"moment": unit().moment})
        sent.is_valid(raise_exception=True)
        if sent.fill(booking) or booking.pk is None:
            checked(booking, self, sent.names())
            self._save(request, booking, str(booking))
        return answer(shown(booking))

    patch = put

    @writes
    def delete(self, request: Request, uid: UUID) -> Response:
        booking = self._held(request, uid)
        if booking.pk is None:
            raise NotFound()
        if any(getattr(booking, name) != value for name, value in EMPTY.items()):
            for name, value in EMPTY.items():
                setattr(booking, name, value)
            self._save(request, booking, "–")
        return Response(status=204)

    def _save(self, request: Request, booking: SlotBooking, note: str) -> None:
        booking.save()
        log(booking.event, Act.Verb.CHANGED, by=request.user, at=unit().moment, note=note, fields=["booking of a slot"])
