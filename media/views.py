"""``/images/{id}``, and the files of the originals."""

import mimetypes
import re
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest

from core.api.ask import Ask
from core.api.views import DetailView
from media.models import Image, ImageQuerySet
from media.serializers import ImageItem

PATH = r"[A-Za-z0-9._/-]{1,100}"


class ImageDetail(DetailView):
    """One picture with its credit, licence and renditions."""

    lookup = "id"
    serializer_class = ImageItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Image.objects.visible()


def original(request: HttpRequest, path: str) -> FileResponse:
    """The file of a picture: to the public while it is public, to those who may read it in the admin at any time."""
    if not re.fullmatch(PATH, path):  # also keeps from the database what it cannot compare
        raise Http404
    images = Image.objects.filter(original=path)
    public = images.visible().exists()
    if not (public or _may_preview(request, images)) or not default_storage.exists(path):
        raise Http404
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    # Named by content: the bytes at this address never change. Private while not public.
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    return response


def _may_preview(request: HttpRequest, images: ImageQuerySet) -> bool:
    return request.user.is_staff and images.readable_by(request.user).exists()
