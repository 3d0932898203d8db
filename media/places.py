"""Where a thing of the library is shown, as far as a user may know of it."""

from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, OuterRef, Prefetch, Q

from media.models import Shown, showing
from organizers.models import owned_by


def shown_by(user: Any, kind: type[Shown]) -> list[Any]:
    """One query for each kind of place. Of a place that the user may not read nothing is told but that it is there, and
    that only to those whose thing it is: what they read because the public does has no foreign drafts."""
    own = kind._base_manager.filter(owned_by(user))
    found = []
    for model, field in showing(kind):
        root: Any = model._meta.get_field(model.root_field).related_model
        readable = root._default_manager.readable_by(user).filter(pk=OuterRef(f"{model.root_field}_id"))
        rows = model._base_manager.annotate(may_be_named=Exists(readable)).select_related(model.root_field)
        told = rows.filter(Q(may_be_named=True) | Q(**{f"{field}__in": own.values("pk")}))
        accessor = cast(Any, model._meta.get_field(field)).remote_field.get_accessor_name()
        found.append(Prefetch(accessor, told, to_attr=_name(model, field)))
    return found


def _name(model: Any, field: str) -> str:
    return f"shown_by_{model._meta.model_name}_{field}"


@dataclass(frozen=True)
class Places:
    """``named`` is what the user may read; ``hidden`` counts the rest of what they are told of."""

    named: list[Any]
    hidden: int

    def __len__(self) -> int:
        return len(self.named) + self.hidden


def places_of(shown: Shown) -> Places:
    """Of a thing that was loaded with ``shown_by``; what shows it twice is one place."""
    rows = [row for model, field in showing(type(shown)) for row in getattr(shown, _name(model, field), [])]
    roots = {row.root: row.may_be_named for row in rows}
    return Places([root for root, known in roots.items() if known], sum(not known for known in roots.values()))
