"""Short links, ``/s/{code}``, and their QR codes for a poster, a ticket, a label beside a machine."""

import io
from datetime import datetime
from functools import lru_cache
from typing import Any

import segno
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from core.api.language import speaking
from core.changes.models import Change, root_models
from core.changes.ticks import revision_at
from core.pages.answers import POLICY, Missing, missing_page, page_language
from core.translations import match_tag

MODULE = 32  # pixels of a module: 10 cm wide at 300 dots per inch
LINK_LASTS = "public, max-age=300"
PICTURE_LASTS = "public, max-age=86400"


def short_url(code: str) -> str:
    return f"{settings.PUBLIC_ORIGIN}/s/{code}"


def qr(code: str) -> segno.QRCode:
    """Of the short link; a quarter of it may be worn off."""
    return segno.make_qr(short_url(code), error="q", boost_error=False)


@lru_cache(maxsize=1024)
def _inline(url: str) -> str:
    return drawn(url)


def drawn(url: str) -> str:
    """The QR code of an address of ours, to stand in a page."""
    return segno.make_qr(url, error="m").svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None)


def qr_inline(code: str) -> str:
    return _inline(short_url(code))


def target(code: str, now: datetime) -> str:
    """The path of the page behind a code. Raises Missing. One query; a second look only where time may have told."""
    kind, key, deleted = _known(code) or ("", "", True)
    if deleted and revision_at(now):
        kind, key, deleted = _known(code) or ("", "", True)
    model = root_models().get(kind)
    if model is None or not model.folder:
        raise Missing(404)
    if deleted:
        raise Missing(410)
    return f"/{model.folder}/{key}/"


def _known(code: str) -> tuple[str, str, bool] | None:
    rows = Change.objects.filter(code=code.lower()).order_by("deleted", "pk")
    return rows.values_list("kind", "key", "deleted").first()


@method_decorator([csrf_exempt, csp(POLICY)], name="dispatch")
class ShortLink(View):
    """What every ``/s/{code}`` shares: the code is looked up, in whatever case it was typed."""

    http_method_names = ["get", "head", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        language = page_language(request)
        with speaking(language):
            try:
                return super().dispatch(request, *args, **names)
            except Missing as missing:
                return missing_page(language, missing.status)

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """302 and not 301: a page may be taken down and come back, and a browser keeps a 301 for ever."""
        wanted = match_tag(request.GET.get("lang", ""))
        path = target(code, timezone.now())
        response = HttpResponseRedirect(f"{path}?lang={wanted}" if wanted else path)
        response["Cache-Control"] = LINK_LASTS
        return response


class QrSvg(ShortLink):
    """The QR code as a drawing, for print."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        target(code, timezone.now())
        out = io.BytesIO()
        qr(code.lower()).save(out, kind="svg", scale=10, border=4, light="#fff", xmldecl=False, svgclass=None)
        return _file(out.getvalue(), "image/svg+xml", f"{code.lower()}.svg")


class QrPng(ShortLink):
    """The QR code as a picture, for print."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        target(code, timezone.now())
        out = io.BytesIO()
        qr(code.lower()).save(out, kind="png", scale=MODULE, border=4)
        return _file(out.getvalue(), "image/png", f"{code.lower()}.png")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = PICTURE_LASTS
    return response
