"""``manage/images``, ``manage/images/{id}`` and ``manage/images/{id}/file``.

A picture is read, cut and stored before the unit of work opens; whoever may not write it, or sends what rules refuse,
is told so before that.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.filters import Parameter, parse_flag, read_parameters
from core.api.keyset import Order
from core.api.language import speaking
from core.api.manage import (
    InConflict,
    ManageView,
    Parts,
    answer,
    check_version,
    checked,
    field_names,
    held,
    rule_language,
    rule_problems,
    sent_object,
    writes,
    writes_after,
)
from core.api.manage_roots import FILTERS, ManageList
from core.api.problems import BadRequest, FieldProblem, Unavailable
from core.changes.edits import running
from core.changes.models import Act, log
from core.translations import languages
from media.manage.shapes import ManagedImage, form_of, image_choices, shown_image, shown_images
from media.models import PICTURE, Image
from media.preparing import STORE_AWAY, Prepared, prepare, recut
from media.renditions import CENTRE
from media.same import same_things
from media.storages import StoreUnavailable
from media.turns import BUSY, PATIENCE
from organizers.models import acts_for_all
from organizers.views.owners import only_organizer

FRAME = 100_000  # bytes of a form around its file, texts included
FOCAL = ("focal_x", "focal_y")
MAY_NOT = _("You may not change this picture: it is not yours, or something shows it that you may not change.")
AWAY = {"store": STORE_AWAY, "busy": BUSY}
LOST = _("The file of this picture is lost or damaged. Send it again: as “file” to …/file.")


class ManageImages(ManageList):
    """The pictures that the user may choose, the latest first; a new one, as a form with the part ``file``."""

    filters: ClassVar[Mapping[str, Parameter]] = {
        **{name: FILTERS[name] for name in ("organizer", "q", "limit")},
        "used": Parameter(parse_flag, {"type": "boolean"}),
    }
    parameters = frozenset({*filters, "cursor"})
    order = Order(("-updated_at", "pk"))
    parser_classes = (Parts,)
    most_bytes = settings.IMAGE_MAX_BYTES + FRAME

    def rows(self, user: Any) -> QuerySet[Any]:
        return Image.objects.readable_by(user)

    def shown(self, rows: Iterable[Any], user: Any) -> list[dict[str, Any]]:
        return shown_images(rows, user)

    def filtered(self, rows: Any, asked: Mapping[str, Any]) -> QuerySet[Any]:
        if "organizer" in asked:
            rows = rows.filter(organizer__slug__in=asked["organizer"])
        if "used" in asked:
            rows = rows.used() if asked["used"] else rows.unused()
        if text := asked.get("q"):
            found = Q(credit__icontains=text)
            for tag in languages():
                found |= Q(**{f"alt__{tag}__icontains": text}) | Q(**{f"caption__{tag}__icontains": text})
            rows = rows.filter(found)
        return rows

    def _look(self, request: Request) -> Prepared:
        if not request.user.has_perm("media.add_image"):
            raise PermissionDenied()
        file, fields = form_of(request)
        _again(fields)
        image, _changed = self._described(request, fields)
        with about_file(self):
            return prepare(file, image.focal)

    def _described(self, request: Request, fields: dict[str, Any]) -> tuple[Image, list[str]]:
        """What is said of the picture, by the rules. Raises BadRequest."""
        sent, image = shape_of(None, request, fields), Image()
        changed = sent.fill(image)
        if image.organizer_id is None and not acts_for_all(request.user):
            image.organizer = only_organizer(request.user)
        checked(image, self, sent.names(), exclude=PICTURE)
        return image, changed

    @writes_after(_look)
    def post(self, request: Request, ready: Prepared) -> Response:
        _file, fields = form_of(request)
        again = _again(fields)
        image, changed = self._described(request, fields)
        known = list(same_things(Image, ready.sha256, request.user)[:1])
        if known and not again:
            message = _("This picture is in the library already: use it, or send “duplicate” as “true”.")
            existing = shown_image(known[0], request.user)
            raise InConflict([FieldProblem("file", "duplicate", message)], existing=existing)
        image.set_picture(ready)
        image.save()
        _log(image, Act.Verb.CREATED, request, field_names(Image, changed))
        address = reverse("manage-image", args=[image.pk])
        return answer(shown_image(image, request.user), 201, Location=address)


class ManageImage(ManageView):
    def get(self, request: Request, id: UUID) -> Response:
        return answer(shown_image(image_of(request, id), request.user))

    def _look(self, request: Request, id: UUID) -> Prepared | None:
        """Another focal point is another cut of everything."""
        image = seen(request, image_of(request, id))
        sent = shape_of(image, request, sent_object(request))
        focal = tuple(sent.validated_data.get(name, getattr(image, name)) for name in FOCAL)
        if focal == image.focal:
            return None
        try:
            return recut(image, focal, patience=PATIENCE)
        except ValidationError as error:
            raise Unavailable(BUSY) from error
        except StoreUnavailable as error:
            raise Unavailable(STORE_AWAY) from error
        except OSError as error:  # no file, or none that Pillow can read
            raise InConflict([FieldProblem("focal", "lost", LOST)]) from error

    @writes_after(_look)
    def patch(self, request: Request, id: UUID, ready: Prepared | None) -> Response:
        image = seen(request, held_image(request, id))
        sent = shape_of(image, request, sent_object(request))
        changed = sent.fill(image, leave=FOCAL)
        if image.organizer_id is None and "organizer" in changed and not acts_for_all(request.user):
            message = _("Say whose it is: the district's own library is the staff's.")
            raise BadRequest([FieldProblem("organizer", "required", message)])
        if ready is not None:
            image.set_picture(ready)
            changed += FOCAL
        if changed:
            checked(image, self, sent.names(), exclude=PICTURE)
            image.save()
            check_editable(request, image)  # also as it is now, with another organizer perhaps
            _log(image, Act.Verb.CHANGED, request, field_names(Image, changed))
        return answer(shown_image(image, request.user))

    put = patch

    @writes
    def delete(self, request: Request, id: UUID) -> Response:
        image = seen(request, held_image(request, id))
        if not request.user.has_perm("media.delete_image"):
            raise PermissionDenied()
        _log(image, Act.Verb.DELETED, request, [])
        try:
            image.delete()
        except ProtectedError as error:  # or somebody placed it since the request came
            raise in_use(image, request.user) from error
        return Response(status=204)


class ManageImageFile(ManageView):
    """Another file for a picture, as the part ``file`` of a form; it stays where it is shown. ``focal`` may come along,
    else the middle. POST does the same: ``uploadFile`` of mini-programs knows nothing else."""

    parser_classes = (Parts,)
    most_bytes = settings.IMAGE_MAX_BYTES + FRAME

    def _look(self, request: Request, id: UUID) -> Prepared:
        image = seen(request, image_of(request, id))
        file, fields = form_of(request)
        others = set(fields) - {"focal", "version"}
        if others:
            raise BadRequest(FieldProblem(name, "unknown", _("There is no such field.")) for name in sorted(others))
        sent = shape_of(image, request, fields)
        across, down = (sent.validated_data.get(name, middle) for name, middle in zip(FOCAL, CENTRE, strict=True))
        with about_file(self):
            return prepare(file, (across, down))

    @writes_after(_look)
    def put(self, request: Request, id: UUID, ready: Prepared) -> Response:
        image = seen(request, held_image(request, id))
        if (image.sha256, image.focal) != (ready.sha256, ready.focal):
            image.set_picture(ready)
            image.save()
            _log(image, Act.Verb.CHANGED, request, field_names(Image, ["original"]))
        return answer(shown_image(image, request.user))

    post = put


def image_of(request: Request, key: UUID) -> Image:
    """Another one than the user may read is not there. Raises NotFound, PermissionDenied."""
    row = Image.objects.readable_by(request.user).filter(pk=key).first()
    if row is None:
        raise NotFound()
    return row


def held_image(request: Request, key: UUID) -> Image:
    found: Image = held(Image.objects.readable_by(request.user), pk=key)
    return found


def seen(request: Request, image: Image) -> Image:
    """For a write: the user's to change, and as the user last saw it. Raises PermissionDenied, Stale and its kin."""
    check_editable(request, image)
    check_version(request, image.version, lambda: shown_image(image, request.user))
    return image


def check_editable(request: Request, image: Image) -> None:
    if not Image.objects.filter(pk=image.pk).editable_by(request.user).exists():
        raise PermissionDenied(MAY_NOT)


def shape_of(image: Image | None, request: Request, fields: dict[str, Any]) -> ManagedImage:
    choices = image_choices(request.user, fields)
    sent = ManagedImage(image, data=fields, partial=True, context={"choices": choices})
    sent.is_valid(raise_exception=True)
    return sent


@contextmanager
def about_file(view: ManageView) -> Iterator[None]:
    """What is wrong with the file, in words that exist. Raises BadRequest, Unavailable."""
    try:
        with speaking(rule_language(view.language)):
            yield
    except ValidationError as error:
        if (code := getattr(error, "code", "")) in AWAY:
            raise Unavailable(AWAY[code]) from error
        told = rule_problems(error, view.language)
        raise BadRequest(FieldProblem("file", each.code, each.detail) for each in told) from error


def in_use(image: Image, user: Any) -> InConflict:
    (shown,) = shown_images([image], user)
    message = _("The picture is shown somewhere. Take it off there first.")
    return InConflict([FieldProblem("", "in_use", message)], places=shown["places"])


def _again(fields: dict[str, Any]) -> bool:
    """Takes ``duplicate`` out of the fields."""
    word = {"duplicate": fields.pop("duplicate")} if "duplicate" in fields else {}
    return bool(read_parameters(word, {"duplicate": Parameter(parse_flag, {})}).get("duplicate"))


def _log(image: Image, verb: Act.Verb, request: Request, changed: list[str]) -> None:
    unit = running()
    assert unit is not None  # inside ``@writes``
    log(image, verb, by=request.user, at=unit.moment, fields=changed)
