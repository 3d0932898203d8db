"""``manage/events``, ``manage/events/{slug}`` and what publication does with one."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.keyset import Order
from core.api.manage import (
    ManageView,
    answer,
    check_version,
    checked,
    field_names,
    sent_object,
    writes,
)
from core.api.manage_roots import ManageAct, ManageList
from core.changes.models import Act, log
from events.models import Event
from events.serializers.manage_event import (
    LISTS,
    ManagedEvent,
    event_choices,
    load_lists,
    shown_event,
    shown_events,
)
from events.views.manage.base import EDITS, check_rights, event_of, held_event, unit
from events.writing import write_lists
from organizers.views.owners import only_organizer


class ManageEvents(ManageList):
    """The events that the user works on, drafts included, the latest first; a new one."""

    order = Order(("-first_day", "pk"))
    name_field = "title"

    def rows(self, user: Any) -> QuerySet[Any]:
        return Event.objects.readable_by(user).select_related("organizer", "season")

    def shown(self, rows: Iterable[Any], user: Any) -> list[dict[str, Any]]:
        return shown_events(rows, user)

    @writes
    def post(self, request: Request) -> Response:
        if not request.user.has_perm("events.add_event"):
            raise PermissionDenied()
        sent = ManagedEvent(
            data=request.data, partial=True, context={"choices": event_choices(request.user, sent_object(request))}
        )
        sent.is_valid(raise_exception=True)
        event = Event()
        changed = sent.fill(event, leave=LISTS)
        if event.organizer_id is None:
            event.organizer = only_organizer(request.user)
        checked(event, self, sent.names())
        event.save()
        changed = [*field_names(Event, changed), *write_lists(event, _lists(sent))]
        _log(event, Act.Verb.CREATED, request, changed)
        address = reverse("manage-event", args=[event.slug])
        return answer(shown_event(event, request.user), 201, Location=address)


def _lists(sent: ManagedEvent) -> dict[str, list[Any]]:
    names = sent.names()
    return {names[name]: sent.validated_data[name] for name in LISTS if name in sent.validated_data}


def _log(event: Event, verb: Act.Verb, request: Request, changed: list[str]) -> None:
    log(Event._base_manager.get(pk=event.pk), verb, by=request.user, at=unit().moment, fields=changed)


class ManageEvent(ManageView):
    def get(self, request: Request, slug: str) -> Response:
        return answer(shown_event(event_of(request.user, slug), request.user))

    @writes
    def patch(self, request: Request, slug: str) -> Response:
        event = held_event(request, slug)
        check_version(request, event.version, lambda: shown_event(event, request.user))
        load_lists([event])
        choices = event_choices(request.user, sent_object(request), event)
        sent = ManagedEvent(event, data=request.data, partial=True, context={"choices": choices})
        sent.is_valid(raise_exception=True)
        changed = field_names(Event, sent.fill(event, leave=LISTS))
        if changed:
            checked(event, self, sent.names())
            event.save()
            check_rights(request, event, EDITS)  # also as it is now, with another organizer perhaps
        changed += write_lists(event, _lists(sent))
        if changed:
            _log(event, Act.Verb.CHANGED, request, changed)
        return answer(shown_event(event, request.user))

    put = patch


class ManageEventAct(ManageAct):
    def held(self, request: Request, slug: str, word: str) -> Event:
        return held_event(request, slug, [word])

    def shown(self, row: Any, user: Any) -> dict[str, Any]:
        return shown_event(row, user)
