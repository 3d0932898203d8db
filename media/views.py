"""``/images/{id}`` and ``/media/{id}``, and the files that answers name. The originals of pictures have no address."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed

from core.api.ask import Ask
from core.api.tokens import BearerToken
from core.api.views import DetailView
from core.translations import show
from media.media_objects import MediaItem
from media.models import Image, MediaFile, MediaObject, Rendition, ShownQuerySet
from media.ranges import file_answer
from media.renditions import ENDINGS
from media.serializers import ImageItem
from media.storages import renditions
from media.uploads import ENDINGS as FILE_TYPES

# Made by us and by nobody else: what has another form is not looked for, in the store least of all.
RENDITION = rf"renditions/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.(?:{'|'.join(ENDINGS.values())})"
FILE = rf"files/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.(?:{'|'.join(FILE_TYPES)})"
# With `sandbox`, or a word on styles, older Chromes show an empty page for the PDF. What acts is out of the file.
DOCUMENT_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
SOUND_POLICY = "default-src 'none'; media-src 'self'"
# What some file system takes for a sign of its own, and control characters.
NO_NAME = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
MIMES = {ending: f"image/{kind}" for kind, ending in ENDINGS.items()}


class ImageDetail(DetailView):
    """One picture with its credit, licence and renditions."""

    lookup = "id"
    serializer_class = ImageItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Image.objects.visible()


class MediaDetail(DetailView):
    """One track or document, for a client that kept its id."""

    lookup = "id"
    serializer_class = MediaItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return MediaObject.objects.visible()


@require_safe
def rendition(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file: to the public while a picture that it was made of is public."""
    images = Image.objects.filter(pk__in=Rendition.objects.filter(path=path).values("image"))
    _shown, cache = _asked(request, images)
    return file_answer(request, renditions(), path, MIMES[path.rpartition(".")[2]], cache)


@require_safe
def media_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A track or document: to the public while it is public. It is called by its title when somebody saves it."""
    rows = MediaObject.objects.filter(pk__in=MediaFile.objects.filter(path=path).values("media"))
    media, cache = _asked(request, rows)
    ending = path.rpartition(".")[2]
    answer = file_answer(request, renditions(), path, FILE_TYPES[ending], cache)
    if answer.has_header("Content-Disposition"):
        name = f"{_file_name(media)}.{ending}"
        answer["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    answer["Content-Security-Policy"] = DOCUMENT_POLICY if ending == "pdf" else SOUND_POLICY
    return answer


def _asked(request: HttpRequest, rows: ShownQuerySet) -> tuple[Any, str]:
    """Whose file it is, and how long it may be kept: to the public while one of them is public, to those who may read
    one in the admin or with a token at any time. Named by content: the bytes at an address never change."""
    if found := rows.visible().first():
        return found, "public, max-age=31536000, immutable"
    editor = _editor(request)
    if editor is not None and (own := rows.readable_by(editor).first()):
        return own, "private, no-store"
    raise Http404


def _file_name(media: MediaObject) -> str:
    """Its title in its own language, without what no file may be called."""
    title = show(media.title, media.own_language)
    return NO_NAME.sub(" ", title).strip(" .")[:80] or media.media_kind


def _editor(request: HttpRequest) -> Any:
    """Who is logged in to the admin, or holds the token that comes along."""
    try:
        found = BearerToken().authenticate(request)  # type: ignore[arg-type] # reads a header, which both kinds have
    except AuthenticationFailed:
        return None
    if found is not None:
        return found[0]
    return request.user if request.user.is_staff else None
