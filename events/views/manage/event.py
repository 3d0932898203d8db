"""``manage/events``, ``manage/events/{slug}`` and what publication does with one."""

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.ask import single_values
from core.api.filters import Parameter, comma_list, one_of, parse_slug, read_parameters
from core.api.keyset import Order, read_cursor, write_cursor
from core.api.manage import (
    InConflict,
    ManageView,
    answer,
    check_version,
    checked,
    field_names,
    rule_problems,
    sent_object,
    writes,
)
from core.api.managed import OnVersion
from core.api.problems import BadRequest, FieldProblem
from core.changes.models import Act, log
from core.publication import ALLOWED, State, Verb, act
from core.translations import languages
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
from organizers.models import Organizer

LIMIT, MOST = 20, 100


def parse_limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise ValidationError(_("Give a whole number from 1 to %(most)d."), code="out_of_range", params={"most": MOST})
    return int(text)


FILTERS: dict[str, Parameter] = {
    "state": Parameter(comma_list(one_of(State.values)), {"type": "string"}),
    "organizer": Parameter(comma_list(parse_slug), {"type": "string"}),
    "q": Parameter(str, {"type": "string"}),
    "limit": Parameter(parse_limit, {"type": "integer"}),
}
ORDER = Order(("-first_day", "pk"))


class ManageEvents(ManageView):
    """The events that the user works on, drafts included, the latest first; a new one."""

    parameters = frozenset({*FILTERS, "cursor"})

    def get(self, request: Request) -> Response:
        params, after = self._asked(request)
        asked = read_parameters(params, FILTERS)
        rows = _filtered(Event.objects.readable_by(request.user).select_related("organizer", "season"), asked)
        page, key = ORDER.page([rows], after, asked.get("limit", LIMIT))
        following = None
        if key is not None:
            cursor = write_cursor(path=request.path, params=params, after=key)
            following = f"{settings.PUBLIC_ORIGIN}{request.path}?cursor={cursor}"
        return Response({"results": shown_events(page, request.user), "next": following})

    def _asked(self, request: Request) -> tuple[dict[str, str], Any]:
        """The parameters, and where to go on; a cursor holds them all but the language."""
        params = single_values(request._request.GET)
        params.pop("lang", None)
        if "cursor" not in params:
            return params, None
        others = sorted(set(params) - {"cursor"})
        if others:
            message = _("The cursor holds all other parameters. Use the address in “next” as it is.")
            raise BadRequest(FieldProblem(name, "with_cursor", message) for name in others)
        issued = read_cursor(params["cursor"], request.path)
        return issued["params"], issued["after"]

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
            event.organizer = _only_organizer(request.user)
        checked(event, self, sent.names())
        event.save()
        changed = [*field_names(Event, changed), *write_lists(event, _lists(sent))]
        _log(event, Act.Verb.CREATED, request, changed)
        address = reverse("manage-event", args=[event.slug])
        return answer(shown_event(event, request.user), 201, Location=address)


def _filtered(rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    if "state" in asked:
        rows = rows.filter(state__in=asked["state"])
    if "organizer" in asked:
        rows = rows.filter(organizer__slug__in=asked["organizer"])
    if text := asked.get("q"):
        found = Q(slug__icontains=text)
        for tag in languages():
            found |= Q(**{f"title__{tag}__icontains": text})
        rows = rows.filter(found)
    return rows


def _only_organizer(user: Any) -> Organizer:
    """Where there is one that the user acts for, nobody has to say it."""
    found = list(Organizer.objects.acted_for_by(user).order_by("slug")[:2])
    if len(found) != 1:
        message = _("Say whose event it is: you act for several organizers.")
        raise BadRequest([FieldProblem("organizer", "required", message)])
    return found[0]


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


class ActShape(OnVersion):
    note = serializers.CharField(allow_blank=True, max_length=1000, default="")


class RejectShape(OnVersion):
    reason = serializers.CharField(max_length=1000)


class ManageEventAct(ManageView):
    """One act of publication; its route says which."""

    verb: ClassVar[Verb] = Verb.SUBMIT

    @writes
    def post(self, request: Request, slug: str) -> Response:
        word, states = ALLOWED[self.verb]
        event = held_event(request, slug, [word])
        check_version(request, event.version, lambda: shown_event(event, request.user))
        sent = RejectShape(data=request.data) if self.verb is Verb.REJECT else ActShape(data=request.data)
        sent.is_valid(raise_exception=True)
        if event.state not in states:
            message = _("It is in the state “%(state)s”, and this act does not start from there.")
            raise InConflict([FieldProblem("state", "state", message % {"state": event.state})])
        note = sent.validated_data.get("reason") or sent.validated_data.get("note", "")
        try:
            act(event, self.verb, by=request.user, note=note)
        except ValidationError as error:
            problems = rule_problems(error, self.language)
            if any(each.code == "own_text" for each in problems):
                raise PermissionDenied(str(problems[0].detail)) from error
            raise InConflict(problems) from error
        return answer(shown_event(event, request.user))
