"""What is published shows nothing of the library without its words: pictures need an alternative text in the main
language and a credit, tracks a transcript in their own language."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.changes.models import locked
from core.publication import Published, Verb, register_guard
from core.translations import default_language, label
from media.models import Image, MediaObject, Shown, showing

KINDS: tuple[type[Shown], ...] = (Image, MediaObject)
MISSING = {
    ("image", "alt"): _(
        "The picture “%(picture)s” has no alternative text in %(language)s. Write it, or take the picture off."
    ),
    ("image", "credit"): _(
        "The picture “%(picture)s” has no credit. Write whom to name for it, or take the picture off."
    ),
    ("media", "title"): _("The file “%(media)s” has no title in %(language)s. Write it, or take the file off."),
    ("media", "credit"): _("The file “%(media)s” has no credit. Write whom to name for it, or take the file off."),
    ("media", "transcript"): _(
        "The track “%(media)s” has no transcript in %(language)s. Write it, or take the track off."
    ),
}


def register() -> None:
    """For every kind of content that shows things of the library."""
    for root in {_root_of(model) for kind in KINDS for model, _field in showing(kind)}:
        if issubclass(root, Published):
            register_guard(root.kind, Verb.PUBLISH, all_have_their_words)


def all_have_their_words(row: Any) -> Iterable[ValidationError]:
    for kind in KINDS:
        for shown in shown_on(row, kind):
            name = "picture" if kind is Image else shown.kind
            for field in shown.missing_words():
                language = shown.own_language if field == "transcript" else default_language()
                params = {name: str(shown), "language": label(language)}
                yield ValidationError(MISSING[shown.kind, field], code=f"{name}_{field}", params=params)


def shown_on(row: Any, kind: type[Shown]) -> list[Any]:
    """Tracks are locked: a draft may lose its transcript, and none shall between this look and the commit."""
    places = [(model, field) for model, field in showing(kind) if isinstance(row, _root_of(model))]
    shown = [Q(pk__in=model._base_manager.filter(**{model.root_field: row}).values(field)) for model, field in places]
    if not shown:
        return []
    rows = kind._base_manager.filter(reduce(or_, shown)).order_by("pk")
    return list(locked(rows) if kind is MediaObject else rows)


def _root_of(model: Any) -> Any:
    return model._meta.get_field(model.root_field).related_model
