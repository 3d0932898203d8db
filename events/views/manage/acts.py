"""Acts on many slots of one event: ``…/cancel``, ``…/shift`` and their sisters, ``…/duplicate``."""

from typing import Any, ClassVar

from django.urls import reverse
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import ManageView, answer, check_version, sent_object, writes
from core.api.managed import OnVersion, slugs_in
from core.api.problems import BadRequest, FieldProblem
from events import bulk
from events.copying import copy_event
from events.models import Event, Release
from events.serializers.manage_acts import (
    CallOffShape,
    CopyShape,
    DuplicateShape,
    MoveShape,
    ReinstateShape,
    RemoveShape,
    ShiftShape,
)
from events.serializers.manage_event import shown_event
from events.serializers.manage_slot import NO_SUCH_SPACE
from events.views.manage.base import EDITS, EDITS_AND_SHOWS, Before, event_of, held_event, ruled
from venues.models import Space, Venue

Values = dict[str, Any]


class SlotsAct(ManageView):
    """An act that happens to all of the slots or to none; made from a version of the event."""

    words: ClassVar[tuple[str, ...]] = EDITS
    shape: ClassVar[type[OnVersion]]

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug, self.words)
        check_version(request, event.version, lambda: shown_event(event, request.user))
        sent = self.shape(data=request.data, context=self.context(event))
        sent.is_valid(raise_exception=True)
        before = Before(event)
        with ruled(self):
            release = self.do(event, sent.validated_data)
        return answer(before.told(release))

    def context(self, event: Event) -> Values:
        return {}

    def do(self, event: Event, asked: Values) -> Release | None:
        """Returns the release that it made, if any."""
        raise NotImplementedError(f"{type(self).__name__} does nothing")


class CallOff(SlotsAct):
    """Off, with a reason; what visitors know is released at once."""

    words = EDITS_AND_SHOWS
    shape = CallOffShape


class ManageCancel(CallOff):
    def do(self, event: Event, asked: Values) -> Release | None:
        return bulk.cancel(event, asked["slots"], asked["reason"], self.request.user)


class ManagePostpone(CallOff):
    def do(self, event: Event, asked: Values) -> Release | None:
        return bulk.postpone(event, asked["slots"], asked["reason"], self.request.user)


class ManageReinstate(SlotsAct):
    words = EDITS_AND_SHOWS
    shape = ReinstateShape

    def do(self, event: Event, asked: Values) -> Release | None:
        return bulk.reinstate(event, asked["slots"], self.request.user, accept=asked["accept"])


class ManageRemove(SlotsAct):
    """By force: where visitors knew the slots, tombstones stay."""

    words = EDITS_AND_SHOWS
    shape = RemoveShape

    def do(self, event: Event, asked: Values) -> Release | None:
        return bulk.remove(event, asked["slots"], self.request.user, asked["note"])


class ManageShift(SlotsAct):
    shape = ShiftShape

    def do(self, event: Event, asked: Values) -> None:
        bulk.shift(event, asked["slots"], asked["minutes"], self.request.user)


class ManageMove(SlotsAct):
    shape = MoveShape

    def context(self, event: Event) -> Values:
        """The event's own venues, public or not."""
        own = Venue.objects.filter(event_venues__event=event)
        named = own.filter(slug__in=slugs_in([sent_object(self.request).get("venue")]))
        return {"choices": {"venues": {row.slug: row for row in named}}}

    def do(self, event: Event, asked: Values) -> None:
        space = None
        if asked["space"] is not None:
            space = Space.objects.filter(venue=asked["venue"], slug=asked["space"]).first()
            if space is None:
                raise BadRequest([FieldProblem("space", "unknown", NO_SUCH_SPACE)])
        bulk.move(event, asked["slots"], asked["venue"], space, self.request.user)


class ManageCopy(SlotsAct):
    """To other dates, the first day among the slots to each of them."""

    shape = CopyShape

    def do(self, event: Event, asked: Values) -> None:
        bulk.copy_to(event, asked["slots"], asked["dates"], self.request.user)


class ManageDuplicate(ManageView):
    """The whole event as a new draft on new dates."""

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        if not request.user.has_perm("events.add_event"):
            raise PermissionDenied()
        sent = DuplicateShape(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = dict(sent.validated_data)
        with ruled(self):
            made = copy_event(event, asked.pop("first_day"), asked.pop("keep"), by=request.user, **asked)
        address = reverse("manage-event", args=[made.slug])
        return answer(shown_event(made, request.user), 201, Location=address)
