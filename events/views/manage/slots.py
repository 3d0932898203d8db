"""``manage/events/{slug}/slots`` and ``manage/slots/{uid}``: the draft schedule, one slot or many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.manage import (
    InConflict,
    ManageView,
    VersionMissing,
    answer,
    check_version,
    rule_problems,
    sent_object,
    writes,
)
from core.api.problems import BadRequest, FieldProblem, flat_problems
from events import drafts
from events.freezing import draft_slots
from events.lineups import same_lineup, write_lineups
from events.models import Event, Slot
from events.serializers.manage_slot import ManagedSlot, shown_slots, slot_choices
from events.unreleased import Unreleased
from events.views.manage.base import event_of, held_event, unit

MOST = drafts.MOST_SLOTS
LINE_UP = "participations"


class StaleSlots(exceptions.APIException):
    """412 that names the slots which others changed, each as it stands now."""

    status_code = 412
    default_detail = _("Somebody changed some of these slots since you read them. Look at “current”.")

    def __init__(self, problems: list[FieldProblem], current: list[dict[str, Any]]) -> None:
        super().__init__()
        self.problems, self.more = problems, {"current": current}


class VersionsMissing(VersionMissing):
    default_detail = _("Say of each slot which version you changed, as its “version”.")

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__()
        self.problems = problems


@dataclass
class Item:
    """One slot as it was sent, at its place in the request: ``slots.3.`` before the names of its fields."""

    slot: Slot
    sent: Any
    path: str
    shape: ManagedSlot | None = None
    fields: tuple[str, ...] = ()  # of the model, that are no more what they were
    changed: bool = False


def read_items(view: ManageView, event: Event, items: Iterable[Item]) -> None:
    """Fills the slots with what was sent, all of them checked. Raises BadRequest with everything that is wrong."""
    rows = list(items)
    choices = slot_choices(view.request.user, [item.sent for item in rows])
    context = {"event": event, "choices": choices, "unreleased": Unreleased()}
    problems = [problem for item in rows for problem in _read(view, event, item, context)]
    if problems:
        raise BadRequest(problems)


def _read(view: ManageView, event: Event, item: Item, context: dict[str, Any]) -> list[FieldProblem]:
    shape = ManagedSlot(item.slot, data=item.sent, partial=True, context=context)
    if not shape.is_valid():
        return [_within(item.path, each) for each in flat_problems(shape.errors)]
    item.shape = shape
    item.fields = tuple(shape.fill(item.slot, leave=(LINE_UP,)))
    item.changed = bool(item.fields) or item.slot.pk is None
    if item.slot.pk is not None and LINE_UP in shape.validated_data:
        item.changed |= not same_lineup(item.slot, shape.validated_data[LINE_UP])
    try:
        drafts.check_one(event, item.slot)
    except ValidationError as error:
        return [
            _within(item.path, FieldProblem(shape.names().get(each.field, each.field), each.code, each.detail))
            for each in rule_problems(error, view.language)
        ]
    return []


def _within(path: str, problem: FieldProblem) -> FieldProblem:
    return FieldProblem(f"{path}{problem.field}".rstrip("."), problem.code, problem.detail)


def write_items(event: Event, items: Iterable[Item], by: Any) -> None:
    """Stores those that changed, in few statements; the version of each rises."""
    rows = [item for item in items if item.changed]
    if not rows:
        return
    new = [item.slot for item in rows if item.slot.pk is None]
    fields = {name for item in rows for name in item.fields}
    drafts.rewrite(event, [item.slot for item in rows if item.slot.pk is not None], sorted(fields), unit())
    drafts.add(event, new, unit())
    shapes = [(item.slot, item.shape.validated_data) for item in rows if item.shape is not None]
    write_lineups((slot, data[LINE_UP]) for slot, data in shapes if LINE_UP in data)
    drafts.note_change(event, "slots", unit(), by=by)


class ManageSlots(ManageView):
    """The whole draft schedule of an event. A POST adds, a PATCH changes those that it names and no other."""

    def get(self, request: Request, slug: str) -> Response:
        event = event_of(request.user, slug)
        return answer(_schedule(event, shown_slots(event)))

    @writes
    def post(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        if "slots" not in request.data:
            item = Item(Slot(event=event), request.data, "")
            self._add(request, event, [item])
            (shown,) = shown_slots(event, [item.slot.uid])
            return answer(shown, 201, Location=reverse("manage-slot", args=[item.slot.uid]))
        items = [Item(Slot(event=event), sent, path) for path, sent in sent_slots(request)]
        self._add(request, event, items)
        return answer(_schedule(event, _in_order(event, items)), 201)

    def _add(self, request: Request, event: Event, items: list[Item]) -> None:
        read_items(self, event, items)
        write_items(event, items, request.user)

    @writes
    def patch(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        items = _known(event, sent_slots(request))
        _check_versions(event, items)
        read_items(self, event, items)
        write_items(event, items, request.user)
        return answer(_schedule(event, _in_order(event, items)))

    put = patch


def _schedule(event: Event, slots: list[dict[str, Any]]) -> dict[str, Any]:
    event.refresh_from_db(fields=["version"])
    return {
        "event": {"slug": event.slug},
        "version": event.version,
        "release": event.release_number,
        "slots": slots,
    }


def _in_order(event: Event, items: list[Item]) -> list[dict[str, Any]]:
    """As they were sent."""
    by_uid = {shown["uid"]: shown for shown in shown_slots(event, [item.slot.uid for item in items])}
    return [by_uid[str(item.slot.uid)] for item in items]


def sent_slots(request: Request) -> list[tuple[str, Any]]:
    """``{"slots": [...]}`` as pairs of path and slot. Raises BadRequest."""
    problems = [FieldProblem(name, "unknown", _("There is no such field.")) for name in request.data if name != "slots"]
    slots = sent_object(request).get("slots")
    if not isinstance(slots, list) or not slots:
        problems.append(FieldProblem("slots", "invalid", _("Send a list of slots.")))
    elif len(slots) > MOST:
        message = _("At most %(most)d slots at once. Send the others in another request.") % {"most": MOST}
        problems.append(FieldProblem("slots", "too_many", message))
    if problems:
        raise BadRequest(problems)
    return [(f"slots.{place}.", sent) for place, sent in enumerate(slots or ())]


def _known(event: Event, sent: list[tuple[str, Any]]) -> list[Item]:
    """Each with the draft that its ``uid`` names."""
    uids = [_uid_of(each) for _path, each in sent]
    wanted = {uid for uid in uids if uid is not None}
    rows = {row.uid: row for part in drafts.parts(list(wanted)) for row in draft_slots(event).filter(uid__in=part)}
    problems = []
    for place, (path, _each) in enumerate(sent):
        uid = uids[place]
        if uid is None or uid not in rows:
            problems.append(FieldProblem(f"{path}uid", "no_such_slot", _("The event has no slot with this uid.")))
        elif uid in uids[:place]:
            problems.append(FieldProblem(f"{path}uid", "repeated", _("This slot is there twice. Send it once.")))
    if problems:
        raise BadRequest(problems)
    return [Item(rows[uid], each, path) for uid, (path, each) in zip(uids, sent, strict=True) if uid is not None]


def _uid_of(sent: Any) -> UUID | None:
    try:
        return UUID(sent["uid"]) if isinstance(sent, Mapping) and isinstance(sent.get("uid"), str) else None
    except ValueError:
        return None


def _check_versions(event: Event, items: list[Item]) -> None:
    """Raises VersionsMissing, BadRequest or StaleSlots, each with all the slots that it is about."""
    absent = [item for item in items if "version" not in item.sent]
    if absent:
        message = VersionsMissing.default_detail
        raise VersionsMissing([FieldProblem(f"{item.path}version", "required", message) for item in absent])
    strange = [item for item in items if type(item.sent["version"]) is not int]
    if strange:
        message = _("Give the version as a whole number.")
        raise BadRequest(FieldProblem(f"{item.path}version", "invalid", message) for item in strange)
    stale = [item for item in items if item.sent["version"] != item.slot.version]
    if stale:
        problems = [FieldProblem(f"{item.path}version", "stale", StaleSlots.default_detail) for item in stale]
        raise StaleSlots(problems, _in_order(event, stale))


class ManageSlot(ManageView):
    """One slot of the draft, with a version of its own."""

    def _seen(self, request: Request, uid: UUID) -> Slot:
        slot: Slot | None = Slot.objects.readable_by(request.user).select_related("event").filter(uid=uid).first()
        if slot is None:
            raise NotFound()
        return slot

    def get(self, request: Request, uid: UUID) -> Response:
        return answer(_one(self._seen(request, uid).event, uid))

    def _held(self, request: Request, uid: UUID) -> tuple[Event, Slot]:
        """For a write, and as the writer last saw it."""
        event = held_event(request, self._seen(request, uid).event.slug)
        slot = draft_slots(event).filter(uid=uid).first()
        if slot is None:  # taken out meanwhile
            raise NotFound()
        check_version(request, slot.version, lambda: _one(event, uid))
        return event, slot

    @writes
    def patch(self, request: Request, uid: UUID) -> Response:
        event, slot = self._held(request, uid)
        item = Item(slot, request.data, "")
        read_items(self, event, [item])
        write_items(event, [item], request.user)
        return answer(_one(event, uid))

    put = patch

    @writes
    def delete(self, request: Request, uid: UUID) -> Response:
        event, slot = self._held(request, uid)
        if slot.is_released():
            message = _(
                "Visitors know this slot. Cancel it, so that they are told; or take it out by force with “remove”."
            )
            raise InConflict([FieldProblem("", "released", message)])
        slot.delete()
        drafts.note_change(event, "slots", unit(), by=request.user, note=drafts.named(slot))
        return Response(status=204)


def _one(event: Event, uid: UUID) -> dict[str, Any]:
    (shown,) = shown_slots(event, [uid])
    return shown
