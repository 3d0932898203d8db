"""Answers for the routes that no view serves."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views import defaults

from core.api.problems import problem_response


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if is_api(request):
        return problem_response(request, 400, _("The request cannot be read."))
    return defaults.bad_request(request, exception)  # type: ignore[arg-type]


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if is_api(request):
        return problem_response(request, 404, _("There is nothing at this address."))
    response = defaults.page_not_found(request, exception)
    response["Cache-Control"] = "no-store"  # a picture has its address before it is public; caches keep a 404 a while
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return problem_response(request, 500, _("Something broke on our side. It has been logged."))
    return defaults.server_error(request)


def locked_out(request: HttpRequest, wait: timedelta) -> HttpResponse:
    """After too many wrong passwords, whether this one is right or wrong."""
    response = problem_response(request, 429, _("Too many attempts with a wrong password. Try again later."))
    response["Retry-After"] = str(round(wait.total_seconds()))
    return response
