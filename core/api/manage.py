"""The base of ``/api/v1/manage/``: the only routes that write, that depend on who asks, and that show drafts.

Who asks is told by a token (``Authorization: Bearer …``, see ``core.api.tokens``) or by the admin's session, which
needs Django's CSRF token in writes. A view finds the user in ``request.user`` and asks the querysets' vocabulary
(``readable_by``, ``editable_by``, ``acted_for_by``) with that very object: it carries the limit of its token, which a
user read from the database again has not. A token for reading never reaches a handler that writes.

How a view uses this base::

    class ManageThings(ManageView):
        def get(self, request, slug): ...          # rows by ``readable_by(request.user)``; what is not there is 404

        @writes                                    # every handler that changes something
        def post(self, request, slug):
            sent = ManagedThing(data=request.data, partial=True)
            sent.is_valid(raise_exception=True)    # ... then save, log, and
            return answer(shown(thing), 201, Location=address)

        @writes
        def patch(self, request, slug):
            thing = held(Thing.objects.readable_by(request.user), slug=slug)
            check_version(request, thing.version, lambda: shown(thing))

        put = patch                                # mini-programs have no PATCH

``@writes`` runs the handler in one unit of work: whatever it refuses leaves nothing behind. On POST it also honours
``Idempotency-Key``: the answer of success is kept in the same transaction, and told again for 24 hours (see
``core.api.idempotency``); of an answer that tells a secret, ``response.kept`` is kept instead. A write carries the
version that it was made from, as a strong ``If-Match`` or as ``version`` in the body (``check_version``), so that the
second of two editors is shown what the first one did. What is not sent stays as it is, with PUT as with PATCH.

A view that takes files says ``parser_classes = (Parts, StrictJson)`` and ``most_bytes``, the longest body it takes.
Slow work on it happens before the unit of work opens: ``@writes_after(look)`` calls ``look(view, request, **names)``
first, under the request's ``Idempotency-Key``, and gives the handler what it returns as ``ready``. Nothing is locked
then: ``look`` checks rights before it works, and the handler checks them again.
"""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import islice
from typing import Any, ClassVar, NoReturn, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import idempotency
from core.api.ask import refuse_unknown, single_values
from core.api.language import message_language, speaking
from core.api.problems import MOST_PROBLEMS, BadRequest, FieldProblem, language_of
from core.api.renderers import OneAnswer
from core.api.throttling import AddressThrottle, ClientThrottle
from core.api.tokens import BearerToken, MayWrite
from core.changes.edits import edit
from core.changes.models import locked
from core.publication import ALLOWED, Published, State, Verb, act, verbs_for

Handler = Callable[..., Any]


class Stale(exceptions.APIException):
    """412, with the object as it stands now."""

    status_code = 412
    default_detail = _("Somebody changed this since you read it. Look at “current”, and send its version.")

    def __init__(self, current: dict[str, Any]) -> None:
        self.more = {"current": current}
        super().__init__()


class VersionMissing(exceptions.APIException):
    status_code = 428
    default_detail = _('Say which version you changed: as If-Match: "3", or as “version” in the body.')


class InConflict(exceptions.APIException):
    """409: the request can be read, and is at odds with how things stand. ``more`` are further keys of the problem."""

    status_code = 409

    def __init__(self, problems: Iterable[FieldProblem], **more: Any) -> None:
        self.problems = list(islice(problems, MOST_PROBLEMS))
        self.more = more
        super().__init__(" ".join(dict.fromkeys(str(each.detail) for each in self.problems[:3])))


class TooLarge(exceptions.APIException):
    status_code = 413
    default_detail = _("This is too large.")


class AdminSession(SessionAuthentication):
    """Whoever is logged in to the admin, with the CSRF token in writes."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"

    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(
                _("The CSRF token is missing or wrong. Send the cookie “csrftoken” in the header X-CSRFToken.")
            ) from error


class LoggedIn(BasePermission):
    message = _("Log in first.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user is not None and request.user.is_active


class StrictJson(JSONParser):
    """An object of JSON whose texts every database can hold."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        try:
            found = super().parse(stream, media_type, parser_context)
            check_texts(found)
        except RecursionError as error:
            raise exceptions.ParseError(_("This is nested too deeply.")) from error
        if not isinstance(found, dict):
            raise exceptions.ParseError(_("Send a JSON object."))
        return found


class Parts(MultiPartParser):
    """A form with files, its texts as strict as those of JSON."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        found = super().parse(stream, media_type, parser_context)
        check_texts(dict(found.data.lists()))
        return found


def check_texts(value: Any) -> None:
    """Raises ParseError where a text is one that not every database can hold."""
    if isinstance(value, str):
        if "\x00" in value or re.search("[\ud800-\udfff]", value):
            raise exceptions.ParseError(_("A text contains a NUL character or half of a surrogate pair."))
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_texts(name)
            check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            check_texts(inner)


class JsonOnly(OneAnswer):
    """One representation out; in, what says that it is JSON."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)


class ManageView(APIView):
    authentication_classes = (BearerToken, AdminSession)
    permission_classes = (LoggedIn, MayWrite)
    throttle_classes = (ClientThrottle,)
    content_negotiation_class = JsonOnly
    parser_classes: Any = (StrictJson,)
    metadata_class = None
    schema = None  # the description of the API is of what is public
    # The longest body that is read; None is the setting's.
    most_bytes: ClassVar[int | None] = None
    # Whether a token that may only read reaches the handlers of writes.
    for_read_tokens: ClassVar[bool] = False
    # What its addresses may ask beside the language.
    parameters: ClassVar[frozenset[str]] = frozenset()
    rate_limit: AddressThrottle | None = None
    language: str

    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        self.language = language_of(request)
        with speaking(self.language):
            return super().dispatch(request, *args, **names)

    def initial(self, request: Request, *args: Any, **names: Any) -> None:
        self._check_length(request)
        super().initial(request, *args, **names)
        refuse_unknown(single_values(request._request.GET), {"lang", *self.parameters})

    def _check_length(self, request: Request) -> None:
        """Before anything reads the body: the check of the CSRF token does."""
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        most = self.most_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if length.isascii() and length.isdigit() and int(length) > most:
            raise TooLarge()

    def perform_authentication(self, request: Request) -> None:
        """Who is refused is counted too, by address."""
        try:
            super().perform_authentication(request)
        finally:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Done before."""

    def permission_denied(self, request: Request, message: Any = None, code: str | None = None) -> NoReturn:
        if request.user is None:
            raise exceptions.NotAuthenticated(message)
        raise exceptions.PermissionDenied(message)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        if not response.has_header("Content-Language"):
            response["Content-Language"] = message_language(self.language)
        if self.rate_limit is not None:
            for name, value in self.rate_limit.headers().items():
                response[name] = value
        return response


def writes(handler: Handler) -> Handler:
    """Runs a handler in one unit of work, as an act of who asks; a POST with a key only once. Rules that refuse it name
    the fields."""

    @wraps(handler)
    def run(view: ManageView, request: Request, **names: Any) -> HttpResponseBase:
        return _written(view, request, names, handler)

    return run


def writes_after(look: Handler) -> Callable[[Handler], Handler]:
    """As ``writes``, with work before the unit of work opens: what ``look`` returns is the handler's ``ready``."""

    def decorated(handler: Handler) -> Handler:
        @wraps(handler)
        def run(view: ManageView, request: Request, **names: Any) -> HttpResponseBase:
            return _written(view, request, names, handler, look)

        return run

    return decorated


def _written(
    view: ManageView, request: Request, names: dict[str, Any], handler: Handler, look: Handler | None = None
) -> HttpResponseBase:
    read_body(request)
    known = idempotency.take(request, timezone.now())
    if known is not None and known.status:
        return idempotency.replayed(known)
    try:
        with idempotency.freed_unless_kept(known):
            if look is not None:
                names = {**names, "ready": look(view, request, **names)}
            with edit(by=request.user):
                response: HttpResponseBase = handler(view, request, **names)
                if known is not None:
                    idempotency.keep(known, cast(Response, response), message_language(view.language))
                return response
    except ValidationError as error:
        raise BadRequest(rule_problems(error, view.language)) from error


def read_body(request: Request) -> None:
    """A body that cannot be read is refused before anything is locked."""
    try:
        if not idempotency.is_form(request):  # its files lie on the disk
            request._request.body  # noqa: B018  # up to the limit of the settings, which parsers know nothing of
        request.data  # noqa: B018
    except RequestDataTooBig as error:
        raise TooLarge() from error


def rule_language(tag: str) -> str:
    """Rules are written for the admin, whose words exist in Chinese and English; to others they speak English."""
    return tag if message_language(tag).startswith("zh") else "en"


def rule_problems(error: ValidationError, tag: str, names: dict[str, str] | None = None) -> list[FieldProblem]:
    """What a model's rules said, by field, once where two of them say the same; ``names`` are those of the API where it
    has others."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
    with speaking(rule_language(tag)):
        told = [
            ((names or {}).get(field, field).replace("__all__", ""), str(each.code or "invalid"), message)
            for field, errors in by_field.items()
            for each in errors
            for message in each.messages
        ]
        return [FieldProblem(*each) for each in dict.fromkeys(told)]


def checked(row: Model, view: ManageView, names: dict[str, str], *, exclude: Iterable[str] = ()) -> None:
    """The rules that the admin's forms use too. Raises BadRequest."""
    try:
        row.full_clean(exclude=list(exclude))
    except ValidationError as error:
        raise BadRequest(rule_problems(error, view.language, names)) from error


def sent_object(request: Request) -> dict[str, Any]:
    """The body, which ``StrictJson`` has made sure of."""
    found: Any = request.data
    return found


def has_version(request: Request) -> bool:
    return "If-Match" in request.headers or "version" in request.data


def sent_version(request: Request) -> list[str]:
    """The versions that a write says it was made from. Raises VersionMissing, BadRequest."""
    header = request.headers.get("If-Match")
    if header is not None:
        return re.findall(r'(?<![/\w])"([0-9]{1,9})"', header)  # strong ones: W/"3" is none
    if not has_version(request):
        raise VersionMissing()
    version = sent_object(request)["version"]
    if idempotency.is_form(request) and re.fullmatch("[0-9]{1,9}", str(version)):  # forms know texts alone
        return [str(int(version))]
    if isinstance(version, bool) or not isinstance(version, int):
        raise BadRequest([FieldProblem("version", "invalid", _("Give the version as a whole number."))])
    return [str(version)]


def check_version(request: Request, version: int, current: Callable[[], dict[str, Any]]) -> None:
    """Of a row that is locked already. Raises Stale with what ``current`` says."""
    if str(version) not in sent_version(request):
        raise Stale(current())


def held(rows: Any, **key: Any) -> Any:
    """The row among those that the user may read, locked until the write ends. Raises NotFound, also where another
    write deleted it while this one waited for the lock."""
    found = rows.filter(**key).first()
    row = locked(type(found)._base_manager.filter(pk=found.pk)).first() if found else None
    if row is None:
        raise exceptions.NotFound()
    return row


def answer(shown: dict[str, Any], status: int = 200, **headers: str) -> Response:
    """The object with its version as a strong ETag, to be sent back as If-Match."""
    return Response(shown, status=status, headers={"ETag": f'"{shown["version"]}"', **headers})


STEPS: dict[str, Verb] = {
    State.IN_REVIEW: Verb.SUBMIT,
    State.PUBLISHED: Verb.PUBLISH,
    State.WITHDRAWN: Verb.WITHDRAW,
}


def bring_to(row: Published, state: str, by: Any) -> Published:
    """The act of publication that leads to a state; nothing where the row is there already.

    Raises PermissionDenied where the user may not do it, BadRequest where no act leads there, ValidationError where a
    rule forbids it.
    """
    if row.state == state:
        return row
    verb = STEPS.get(state)
    if verb is None or row.state not in ALLOWED[verb][1]:
        message = _("From “%(from)s” nothing leads to “%(to)s”.") % {"from": row.state, "to": state}
        raise BadRequest([FieldProblem("state", "state", message)])
    if verb not in verbs_for(row, by):
        raise exceptions.PermissionDenied(_("You may not take this step: %(verb)s.") % {"verb": verb.value})
    return act(row, verb, by=by)


def field_names(model: type[Model], names: Iterable[str]) -> list[str]:
    """As the log keeps them: in English."""
    with translation.override(None):
        return [str(getattr(model._meta.get_field(name), "verbose_name", name)) for name in names]
