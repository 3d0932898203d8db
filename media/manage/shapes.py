"""Pictures as their editors see and send them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

from core.api.manage import check_texts
from core.api.managed import EveryLanguage, ManagedPart, ManagedShape, SlugOf, slugs_in
from core.api.problems import BadRequest, FieldProblem
from media.models import Image
from media.places import places_of, shown_by
from media.serializers import renditions_of
from media.storages import own_url, public_url
from organizers.models import Organizer

# The fields of a form that are JSON, and how; the others are what they are.
OF_JSON = {
    "alt": '{"zh-Hans": "…", "en": "…"}',
    "caption": '{"zh-Hans": "…", "en": "…"}',
    "focal": '{"x": 0.5, "y": 0.3}',
}


class Share(serializers.FloatField):
    """A number from 0 to 1; of JSON, so that no text passes for one."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or not 0 <= data <= 1:  # NaN is neither
            raise serializers.ValidationError(_("Give a number from 0 to 1."), code="invalid")
        return float(data)


class ManagedFocal(ManagedPart):
    x = Share(source="focal_x")
    y = Share(source="focal_y")


class ManagedImage(ManagedShape):
    """``places``: what shows it, as far as the user may know; ``rights``: what the user may do. A picture that is not
    public has its files at this site: there a session of the admin gets them, or a token."""

    told = frozenset(
        {"version", "public", "mime", "width", "height", "color", "placeholder", "renditions", "share_image"}
        | {"places", "rights", "updated_at"}
    )

    id = serializers.UUIDField(read_only=True)
    alt = EveryLanguage()
    caption = EveryLanguage()
    credit = serializers.CharField(allow_blank=True, max_length=200)
    licence = serializers.CharField(allow_blank=True, max_length=80)
    source = serializers.CharField(allow_blank=True, max_length=200)  # type: ignore[assignment] # no attribute: a field
    organizer = SlugOf("organizers", allow_null=True)
    focal = ManagedFocal()
    public = serializers.BooleanField(read_only=True)
    mime = serializers.CharField(read_only=True)
    width = serializers.IntegerField(read_only=True)
    height = serializers.IntegerField(read_only=True)
    color = serializers.CharField(read_only=True)
    placeholder = serializers.CharField(read_only=True)
    renditions: Any = serializers.SerializerMethodField()
    share_image: Any = serializers.SerializerMethodField()
    places: Any = serializers.SerializerMethodField()
    rights: Any = serializers.ListField(child=serializers.CharField(), read_only=True)
    updated_at = serializers.DateTimeField(read_only=True)

    def get_renditions(self, image: Image) -> list[dict[str, Any]]:
        address = public_url if image.public else own_url
        return renditions_of(image, "webp", address) + renditions_of(image, "avif", address)

    def get_share_image(self, image: Image) -> dict[str, Any] | None:
        return next(iter(renditions_of(image, "jpeg", public_url if image.public else own_url)), None)

    def get_places(self, image: Image) -> list[dict[str, Any]]:
        return [
            {"kind": root.kind, root.key_field: root.key.key, "name": getattr(root, "name", None) or root.title}
            for root in places_of(image).named
        ]


def shown_images(images: Iterable[Any], user: Any) -> list[dict[str, Any]]:
    """The same number of queries however many pictures."""
    keys = [image.pk for image in images]
    found = Image.objects.filter(pk__in=keys).select_related("organizer")
    rows = found.prefetch_related(*shown_by(user, Image)).in_bulk()
    editable = set(Image.objects.filter(pk__in=keys).editable_by(user).values_list("pk", flat=True))
    used = set(Image.objects.filter(pk__in=keys).used().values_list("pk", flat=True))
    may_delete = user.has_perm("media.delete_image")
    shown = []
    for row in (cast(Any, rows[key]) for key in keys):
        deletes = may_delete and row.pk in editable and row.pk not in used
        row.rights = ["edit"] * (row.pk in editable) + ["delete"] * deletes
        shown.append(dict(ManagedImage(row).data))
    return shown


def shown_image(image: Image, user: Any) -> dict[str, Any]:
    (shown,) = shown_images([image], user)
    return shown


def image_choices(user: Any, sent: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The organizers that the user may choose of the one that was sent."""
    slugs = slugs_in([sent.get("organizer")])
    rows = Organizer.objects.acted_for_by(user).filter(slug__in=slugs) if slugs else ()
    return {"organizers": {row.slug: row for row in rows}}


def form_of(request: Request) -> tuple[UploadedFile, dict[str, Any]]:
    """The part ``file``, and the other fields as JSON would send them. ``alt``, ``caption`` and ``focal`` are JSON: a
    mini-program's ``uploadFile`` sends one file and texts. Raises BadRequest."""
    data: Any = request.data
    problems, fields = [], {}
    for name, values in data.lists() if isinstance(data, QueryDict) else ():  # no body at all is no form
        try:
            fields[name] = _value(name, values)
        except FieldProblem as problem:
            problems.append(problem)
    file = fields.pop("file", None)
    if not isinstance(file, UploadedFile) and not any(each.field == "file" for each in problems):
        message = _("Send the picture as the part “file” of a form (multipart/form-data).")
        problems.append(FieldProblem("file", "required", message))
    if problems:
        raise BadRequest(problems)
    return file, fields


def _value(name: str, values: list[Any]) -> Any:
    """Raises FieldProblem."""
    if len(values) > 1:
        raise FieldProblem(name, "repeated", _("This is there twice. Leave one of them out."))
    (value,) = values
    if isinstance(value, UploadedFile) and name != "file":
        raise FieldProblem(name, "invalid", _("This is no file. Send the picture as “file”, and texts as fields."))
    if name == "organizer" and not value:  # a form has no null
        return None
    if name not in OF_JSON:
        return value
    try:
        found = json.loads(value, parse_constant=_no_number)
        check_texts(found)
    except (ValueError, RecursionError) as error:
        message = _("This is no JSON. Send an object: %(example)s.")
        raise FieldProblem(name, "invalid", message % {"example": OF_JSON[name]}) from error
    return found


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)
