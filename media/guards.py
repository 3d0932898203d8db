"""What is published shows no picture without its words: an alternative text in the main language, and a credit."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.publication import Published, Verb, register_guard
from core.translations import default_language, label
from media.models import Image, showing

MISSING = {
    "alt": _("The picture “%(picture)s” has no alternative text in %(language)s. Write it, or take the picture off."),
    "credit": _("The picture “%(picture)s” has no credit. Write whom to name for it, or take the picture off."),
}


def register() -> None:
    """For every kind of content that shows pictures."""
    for root in {_root_of(model) for model, _field in showing()}:
        if issubclass(root, Published):
            register_guard(root.kind, Verb.PUBLISH, pictures_have_their_words)


def pictures_have_their_words(row: Any) -> Iterable[ValidationError]:
    for image in pictures_on(row):
        for field in image.missing_words():
            params = {"picture": str(image), "language": label(default_language())}
            yield ValidationError(MISSING[field], code=f"picture_{field}", params=params)


def pictures_on(row: Any) -> list[Image]:
    places = [(model, field) for model, field in showing() if isinstance(row, _root_of(model))]
    shown = [Q(pk__in=model._base_manager.filter(**{model.root_field: row}).values(field)) for model, field in places]
    return list(Image.objects.filter(reduce(or_, shown)).order_by("pk")) if shown else []


def _root_of(model: Any) -> Any:
    return model._meta.get_field(model.root_field).related_model
