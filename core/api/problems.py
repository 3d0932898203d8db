"""Errors as RFC 9457 problems, in the asked language, naming the field and the remedy."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.api.language import asked_language, in_script, message_language, speaking
from core.api.renderers import ProblemRenderer

TITLES = {
    400: _("Bad request"),
    401: _("Not logged in"),
    403: _("Not allowed"),
    404: _("Not found"),
    405: _("Method not allowed"),
    409: _("Conflict"),
    410: _("Gone"),
    412: _("Precondition failed"),
    413: _("Too large"),
    415: _("Unsupported media type"),
    422: _("Unprocessable content"),
    428: _("Precondition required"),
    429: _("Too many requests"),
    500: _("Server error"),
    503: _("Unavailable"),
}


MOST_PROBLEMS = 20  # of one request: an answer is not made longer by more nonsense


class FieldProblem(Exception):
    """One thing wrong with one field of a request."""

    def __init__(self, field: str, code: str, detail: Any) -> None:
        super().__init__(field, code)
        self.field, self.code, self.detail = field, code, detail


class BadRequest(exceptions.APIException):
    """400 with everything that is wrong, field by field."""

    status_code = 400

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = list(islice(problems, MOST_PROBLEMS))
        super().__init__(_("The request cannot be answered as it is."))


class Gone(exceptions.APIException):
    status_code = 410
    default_detail = _("This was public once and has been taken down.")

    def __init__(self, problem: FieldProblem | None = None, tombstone: dict[str, Any] | None = None) -> None:
        self.problems = [problem] if problem else []
        self.more = {"tombstone": tombstone} if tombstone else {}
        super().__init__(problem.detail if problem else None)


def problem(status: int, detail: Any, tag: str, problems: Iterable[FieldProblem] = ()) -> dict[str, Any]:
    title = str(TITLES.get(status, HTTPStatus(status).phrase))
    return {
        "type": "about:blank",
        "title": in_script(title, tag),
        "status": status,
        "detail": in_script(str(detail), tag),
        "errors": [
            {"field": each.field, "code": each.code, "detail": in_script(str(each.detail), tag)} for each in problems
        ],
    }


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, SuspiciousOperation):  # too many parameters, a foreign host: the message is for the log
        return BadRequest([])
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, OperationalError):  # the database is away or locked: the client may try again
        return Unavailable()
    if isinstance(error, DjangoValidationError):
        return exceptions.ValidationError(error.messages)
    return None


class Unavailable(exceptions.APIException):
    status_code = 503
    default_detail = _("The service is busy. Try again in a few seconds.")
    wait = 5


def flat_problems(detail: Any, field: str = "") -> Iterable[FieldProblem]:
    """DRF's nested details as a flat list, nested fields joined by dots."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from flat_problems(inner, ".".join(part for part in (field, own) if part))
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from flat_problems(inner, f"{field}.{index}" if isinstance(inner, dict) else field)
    else:
        yield FieldProblem(field, getattr(detail, "code", "invalid"), detail)


def language_of(request: Any) -> str:
    params: Mapping[str, str]
    try:
        params = request.GET
    except SuspiciousOperation:  # too many parameters to read
        params = {}
    return asked_language(params, request.META.get("HTTP_ACCEPT_LANGUAGE", ""))


def _with_headers(response: HttpResponseBase, tag: str) -> None:
    response["Content-Language"] = message_language(tag)
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept-Language"])


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. What is no known problem goes on to Django and ends as a 500 problem."""
    request = context["request"]
    tag = getattr(context.get("view"), "language", None) or language_of(request)
    with speaking(tag):
        known = _as_api_exception(error)
        if known is None:
            return None
        if isinstance(known, exceptions.ValidationError):
            problems: list[FieldProblem] = list(flat_problems(known.detail))
            detail: Any = _("The request cannot be answered as it is.")
        else:
            problems = getattr(known, "problems", [])
            detail = _other_type(context) if known.status_code == 415 else known.detail
        body = problem(known.status_code, detail, tag, problems) | getattr(known, "more", {})
    response = Response(body, status=known.status_code)
    request.accepted_renderer = ProblemRenderer()
    request.accepted_media_type = ProblemRenderer.media_type
    if wait := getattr(known, "wait", None):
        response["Retry-After"] = str(max(1, int(wait)))
    if scheme := getattr(known, "auth_header", None):  # which 401 must name (RFC 9110, section 11.6.1)
        response["WWW-Authenticate"] = scheme
    _with_headers(response, tag)
    return response


def _other_type(context: Mapping[str, Any]) -> str:
    types = dict.fromkeys(parser.media_type for parser in context["view"].parser_classes)
    return gettext("Send it with the Content-Type %(types)s.") % {"types": ", ".join(types)}


def problem_response(request: HttpRequest, status: int, detail: Any) -> HttpResponse:
    """A problem outside of any view: an unknown route, a broken request, a fault of ours."""
    tag = language_of(request)
    with speaking(tag):
        body = ProblemRenderer().render(problem(status, detail, tag))
    response = HttpResponse(body, status=status, content_type=ProblemRenderer.media_type)
    _with_headers(response, tag)
    return response
