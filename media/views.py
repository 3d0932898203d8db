"""``/images/{id}``, and the files of the originals."""

import mimetypes
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest

from core.api.ask import Ask
from core.api.views import DetailView
from media.models import Image
from media.serializers import ImageItem


class ImageDetail(DetailView):
    """One picture with its credit, licence and renditions."""

    lookup = "id"
    serializer_class = ImageItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Image.objects.visible()


def original(request: HttpRequest, path: str) -> FileResponse:
    """The file of a picture: to the public while it is public, to those who may read it in the admin at any time."""
    user = getattr(request, "user", None)
    images = Image.objects.filter(original=path)
    allowed = images.visible().exists() or (user is not None and user.is_staff and images.readable_by(user).exists())
    if not allowed or not default_storage.exists(path):
        raise Http404
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    response = FileResponse(default_storage.open(path), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    # Named by content: the bytes at this address never change. Private while not public.
    public = images.visible().exists()
    response["Cache-Control"] = "public, max-age=86400" if public else "private, no-store"
    return response
