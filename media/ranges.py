"""Files in answers, whole or a part of them (RFC 9110, section 14): players and downloads ask for parts."""

import logging
import re
from typing import IO

from django.core.files.storage import Storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core.api.problems import Unavailable, problem_response
from media.storages import StoreUnavailable

log = logging.getLogger("media.store")
# No file has more bytes than nineteen digits tell; and of numbers with thousands Python makes none.
ONE = re.compile(r"bytes=([0-9]{0,19})-([0-9]{0,19})")


class Unsatisfiable(Exception):
    """The part begins behind the end of the file."""


def asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one part that is asked for, or None: the whole file, as for what cannot be understood
    and for several parts at once. Raises Unsatisfiable."""
    found = ONE.fullmatch(header.replace(" ", ""))
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:  # the last so many bytes
        if int(last) == 0 or size == 0:
            raise Unsatisfiable
        return max(0, size - int(last)), size - 1
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return int(first), min(int(last), size - 1) if last else size - 1


class _Part:
    """So many bytes of an open file, from where it stands."""

    def __init__(self, file: IO[bytes], length: int) -> None:
        self.file, self.left = file, length

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(data)
        return data

    def close(self) -> None:
        self.file.close()


def file_answer(request: HttpRequest, storage: Storage, path: str, mime: str, cache: str) -> HttpResponseBase:
    """The stored file, or the part that the request asks for. ``cache`` is its Cache-Control. The name of a file is
    made of its content, so its ETag is too. Raises Http404 where the store does not have it; where it does not answer,
    503."""
    etag = f'"{path.rpartition("/")[2].partition(".")[0]}"'
    answer: HttpResponseBase
    if request.headers.get("If-None-Match") in (etag, f"W/{etag}", "*"):
        answer = HttpResponse(status=304)
    else:
        try:
            answer = _opened(request, storage, path, etag)
        except FileNotFoundError as error:
            raise Http404 from error
        except StoreUnavailable as error:
            log.error("%s cannot be read: %s", path, error)
            return _unavailable(request)
    if answer.status_code in (200, 206):
        answer["Content-Type"], answer["Content-Disposition"] = mime, "inline"
    # What a cache kept of a part that does not exist it would give to those who ask for the whole.
    answer["ETag"], answer["Cache-Control"] = etag, "no-store" if answer.status_code == 416 else cache
    answer["Accept-Ranges"], answer["X-Content-Type-Options"] = "bytes", "nosniff"
    return answer


def _unavailable(request: HttpRequest) -> HttpResponseBase:
    answer = problem_response(request, Unavailable.status_code, Unavailable.default_detail)
    answer["Retry-After"] = str(Unavailable.wait)
    return answer


def _opened(request: HttpRequest, storage: Storage, path: str, etag: str) -> HttpResponseBase:
    file = storage.open(path)
    size = file.size
    header = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        header = ""
    try:
        part = asked_part(header, size)
    except Unsatisfiable:
        file.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        return FileResponse(file)
    first, last = part
    file.seek(first)
    answer = FileResponse(_Part(file, last - first + 1), status=206)
    answer["Content-Range"], answer["Content-Length"] = f"bytes {first}-{last}/{size}", last - first + 1
    return answer
