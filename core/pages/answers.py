"""What pages, short links and site maps have in common: a language, a revision, conditional and cached answers."""

from datetime import datetime
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from core.api.ask import Ask
from core.api.caching import cache_control, matches, store_answer, stored_answer, weak_etag
from core.api.language import EVERY, message_language, speaking
from core.api.problems import language_of
from core.api.throttling import AddressThrottle
from core.changes.records import Now
from core.changes.ticks import revision_at
from core.clock import minute
from core.geo import Datum
from core.translations import default_language

# No script at all: the one that a page carries is data, which a browser does not run.
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF, settings.PUBLIC_ORIGIN],
    "media-src": [SELF, settings.PUBLIC_ORIGIN],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


class Missing(Exception):
    """There is no such page (404), or not any more (410)."""

    def __init__(self, status: int = 404) -> None:
        super().__init__(status)
        self.status = status


def page_language(request: HttpRequest) -> str:
    """As the API chooses it; a page is never in all languages at once."""
    asked = language_of(request)
    return default_language() if asked == EVERY else asked


@method_decorator([csrf_exempt, csp(POLICY)], name="dispatch")
class Answer(View):
    """A cacheable ``GET`` that ignores the parameters it does not know: messengers append their own."""

    http_method_names = ["get", "head", "options"]
    content_type = "text/html; charset=utf-8"
    # Whether the language shows, and whether the bytes are worth storing.
    speaks = True
    stores = True
    rate_limit: AddressThrottle | None = None
    language: str

    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        self.language = page_language(request) if self.speaks else default_language()
        with speaking(self.language):
            return super().dispatch(request, *args, **names)

    def get(self, request: HttpRequest, **names: Any) -> HttpResponse:
        try:
            return self._get(request, timezone.now(), names)
        except Missing as missing:
            return missing_page(self.language, missing.status)

    def _get(self, request: HttpRequest, now: datetime, names: dict[str, Any]) -> HttpResponse:
        content, clock = revision_at(now), minute(now)
        etag = weak_etag(content.number, self.language, clock)
        response: HttpResponse
        if matches(request.META.get("HTTP_IF_NONE_MATCH", ""), etag):
            response = HttpResponseNotModified()
        elif (stored := stored_answer(etag, request.path)) is not None:
            response = stored
        else:
            throttle = AddressThrottle()
            if not throttle.allow_request(request, self):
                return busy_page(self.language, throttle)
            body = self.body(self._ask(request, content, clock), **names).encode()
            response = HttpResponse(body, content_type=self.content_type)
            if self.stores:
                store_answer(etag, request.path, body, self.content_type)
        response["ETag"] = etag
        response["Cache-Control"] = cache_control(clock, now)
        return _spoken(response, self.language) if self.speaks else response

    def _ask(self, request: HttpRequest, content: Now, clock: datetime) -> Ask:
        return Ask(
            language=self.language,
            datum=Datum.WGS84,
            moment=clock,
            valid_until=None,
            revision=content.number,
            path=request.path,
            params={},
        )

    def body(self, ask: Ask, **names: Any) -> str:
        raise NotImplementedError(f"{type(self).__name__} says nothing")


def _spoken(response: HttpResponse, language: str) -> HttpResponse:
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    return response


def plain_page(language: str, status: int, title: str, text: str) -> HttpResponse:
    """A page about nothing in particular; no search engine keeps it."""
    context = {"tag": language, "html_lang": message_language(language), "heading": title, "text": text}
    response = HttpResponse(render_to_string("pages/missing.html", context), status=status)
    response["Cache-Control"] = "no-store"
    return _spoken(response, language)


def missing_page(language: str, status: int) -> HttpResponse:
    if status == 410:
        return plain_page(
            language, 410, _("This is no longer here"), _("It was public once and has been taken down by its editors.")
        )
    return plain_page(
        language, 404, _("There is nothing here"), _("The address may be mistyped, or the link may be incomplete.")
    )


def busy_page(language: str, throttle: AddressThrottle) -> HttpResponse:
    response = plain_page(
        language, 429, _("Too many visits at once"), _("Please try again in a minute. Nothing is wrong with the page.")
    )
    response["Retry-After"] = str(max(1, int(throttle.wait())))
    for name, value in throttle.headers().items():
        response[name] = value
    return response


@csrf_exempt
@csp(POLICY)
def nowhere(request: HttpRequest, **names: Any) -> HttpResponse:
    """Any other address under the folders of the pages, with DEBUG and without."""
    language = page_language(request)
    with speaking(language):
        return missing_page(language, 404)
