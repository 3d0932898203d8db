"""``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header) on the POSTs of the manage API.

Only answers of success are kept, for 24 hours: what was refused, or broke, left nothing behind, so that its key is
free and the same request, or a corrected one, may come again. The same key with another body, at another address or
from a token with another limit is 422; while the first request works, 409. Users do not share keys.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.problems import BadRequest, FieldProblem
from core.api.renderers import OrjsonRenderer
from core.idempotency import IdempotentAnswer, KeyTaken, take_key

HEADER = "Idempotency-Key"
# The draft's quoted string, or the same without its quotes, as most clients send it.
PLAIN = r"[!#-\[\]-~]"  # visible ASCII but for quotes and backslashes
KEY = re.compile(rf'"({PLAIN}{{1,255}})"|({PLAIN}{{1,255}})')
KEPT_HEADERS = ("Location", "ETag", "Content-Language")


class KeyReused(exceptions.APIException):
    status_code = 422
    default_detail = _("This key was used for another request. Send a new key, or the very same request.")

    def __init__(self) -> None:
        super().__init__()
        self.problems = [FieldProblem(HEADER, "key_reused", self.detail)]


class InFlight(exceptions.APIException):
    status_code = 409
    default_detail = _("The first request with this key is not done yet. Ask again with the same key.")
    wait = 1  # second

    def __init__(self) -> None:
        super().__init__()
        self.problems = [FieldProblem(HEADER, "in_flight", self.detail)]


def sent_key(request: Request) -> str | None:
    """Raises BadRequest."""
    sent = request.headers.get(HEADER)
    if sent is None or request.method != "POST":
        return None
    found = KEY.fullmatch(sent)
    if found is None:
        message = _("Send 1 to 255 visible ASCII characters, a UUID for example.")
        raise BadRequest([FieldProblem(HEADER, "invalid", message)])
    return found[1] or found[2]


def is_form(request: Request) -> bool:
    return str(request.content_type).lower().startswith("multipart/form-data")


def fingerprint(request: Request) -> str:
    """Of all that makes two requests the same. Of a form its parts: the boundary between them is new each time."""
    user: Any = request.user
    form: Any = request.data
    parts = [str(each).encode() for each in (request.method, request.get_full_path(), user.limited_to)]
    if is_form(request):
        for name, values in form.lists():
            for value in values:
                parts += [name.encode(), *_parts_of(value)]
    else:
        parts.append(request._request.body)
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


def _parts_of(value: Any) -> list[bytes]:
    if not isinstance(value, UploadedFile):
        return [str(value).encode()]
    digest = sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [str(value.name).encode(), digest.digest()]


def take(request: Request, moment: datetime) -> IdempotentAnswer | None:
    """The row of the request's key, if it has one: finished, or to be filled.

    Raises BadRequest, KeyReused, InFlight.
    """
    key = sent_key(request)
    if key is None:
        return None
    user: Any = request.user
    mark = fingerprint(request)
    try:
        row = take_key(user.pk, key, mark, moment)
    except KeyTaken as error:
        raise InFlight() from error
    if row.fingerprint != mark:
        raise KeyReused()
    return row


@contextmanager
def freed_unless_kept(row: IdempotentAnswer | None) -> Iterator[None]:
    """Around the unit of work: whatever ends it without a committed answer frees the key."""
    committed = False
    try:
        yield
        committed = True
    except KeyTaken as error:
        raise InFlight() from error
    finally:
        if row is not None and not (committed and row.status):
            row.free()


def keep(row: IdempotentAnswer, response: Response, language: str) -> None:
    """Inside the unit of work. Answers that are no success are not kept; of one that tells a secret, which is told
    once, ``response.kept`` is kept instead."""
    if response.status_code >= 400:
        return
    headers = {"Content-Language": language, **{name: str(value) for name, value in response.items()}}
    body = OrjsonRenderer().render(getattr(response, "kept", response.data))
    row.keep(response.status_code, {name: headers[name] for name in KEPT_HEADERS if name in headers}, body)


def replayed(row: IdempotentAnswer) -> HttpResponse:
    """The same bytes once more."""
    response = HttpResponse(bytes(row.body), status=row.status, content_type=OrjsonRenderer.media_type)
    if not row.body:
        del response["Content-Type"]
    for name, value in {**row.headers, "Idempotent-Replayed": "true"}.items():
        response[name] = value
    return response
