"""Where a thing of the library is shown, as far as a user may know of it."""

from typing import Any, cast

from django.db.models import Prefetch

from core.admin.base import readable
from media.models import Image, Shown, showing


def shown_by(user: Any, kind: type[Shown] = Image) -> list[Any]:
    """One query for each kind of place."""
    found = []
    for model, field in showing(kind):
        roots = readable(model._meta.get_field(model.root_field).related_model, user)  # type: ignore[arg-type]
        rows = model._base_manager.filter(**{f"{model.root_field}__in": roots}).select_related(model.root_field)
        accessor = cast(Any, model._meta.get_field(field)).remote_field.get_accessor_name()
        found.append(Prefetch(accessor, rows, to_attr=f"shown_by_{model._meta.model_name}_{field}"))
    return found


def roots(shown: Shown) -> list[Any]:
    names = [f"shown_by_{model._meta.model_name}_{field}" for model, field in showing(type(shown))]
    return list(dict.fromkeys(row.root for name in names for row in getattr(shown, name, [])))
