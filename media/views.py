"""``/images/{id}``, and the files of the renditions. The originals have no address."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from rest_framework.exceptions import AuthenticationFailed

from core.api.ask import Ask
from core.api.tokens import BearerToken
from core.api.views import DetailView
from media.models import Image, Rendition
from media.ranges import file_answer
from media.renditions import ENDINGS
from media.serializers import ImageItem
from media.storages import renditions

# Made by us and by nobody else: what has another form is not looked for, in the store least of all.
RENDITION = rf"renditions/[0-9a-f]{{2}}/[0-9a-f]{{32}}\.(?:{'|'.join(ENDINGS.values())})"
MIMES = {ending: f"image/{kind}" for kind, ending in ENDINGS.items()}


class ImageDetail(DetailView):
    """One picture with its credit, licence and renditions."""

    lookup = "id"
    serializer_class = ImageItem

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return Image.objects.visible()


@require_safe
def rendition(request: HttpRequest, path: str) -> HttpResponseBase:
    """The file: to the public while a picture that it was made of is public, at any time to those who may read that
    picture in the admin or with a token. Named by content: the bytes at this address never change."""
    images = Image.objects.filter(pk__in=Rendition.objects.filter(path=path).values("image"))
    if images.visible().exists():
        cache = "public, max-age=31536000, immutable"
    elif (user := _editor(request)) is not None and images.readable_by(user).exists():
        cache = "private, no-store"
    else:
        raise Http404
    return file_answer(request, renditions(), path, MIMES[path.rpartition(".")[2]], cache)


def _editor(request: HttpRequest) -> Any:
    """Who is logged in to the admin, or holds the token that comes along."""
    try:
        found = BearerToken().authenticate(request)  # type: ignore[arg-type] # reads a header, which both kinds have
    except AuthenticationFailed:
        return None
    if found is not None:
        return found[0]
    return request.user if request.user.is_staff else None
