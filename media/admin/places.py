"""Where a thing of the library is shown, as far as a user may know of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.admin.base import badge, change_url, readable
from media.models import Image, Shown, showing
from organizers.models import owned_by


def shown_by(user: Any, kind: type[Shown] = Image) -> list[Any]:
    """One query for each kind of place. Of a place that the user may not read nothing is told but that it is there, and
    that only to those whose picture it is: a picture that they read because the public does has no foreign drafts."""
    own = kind._base_manager.filter(owned_by(user))
    found = []
    for model, field in showing(kind):
        roots = readable(_root_of(model), user).filter(pk=OuterRef(f"{model.root_field}_id"))
        rows = model._base_manager.annotate(may_be_named=Exists(roots)).select_related(model.root_field)
        told = rows.filter(Q(may_be_named=True) | Q(**{f"{field}__in": own.values("pk")}))
        accessor = cast(Any, model._meta.get_field(field)).remote_field.get_accessor_name()
        found.append(Prefetch(accessor, told, to_attr=_name(model, field)))
    return found


def _root_of(model: Any) -> Any:
    return model._meta.get_field(model.root_field).related_model


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
    """Of a picture that was loaded with ``shown_by``; what shows it twice is one place."""
    rows = [row for model, field in showing(type(shown)) for row in getattr(shown, _name(model, field), [])]
    roots = {row.root: row.may_be_named for row in rows}
    return Places([root for root, known in roots.items() if known], sum(not known for known in roots.values()))


def used(kind: type[Shown] = Image) -> Q:
    """Pictures that something shows, whoever may read it."""
    rows = [model._base_manager.filter(**{field: OuterRef("pk")}) for model, field in showing(kind)]
    found = Q()
    for each in rows:
        found |= Q(Exists(each))
    return found


def unnamed(count: int) -> str:
    """How many places are kept from the reader, in words."""
    words = ngettext("%(count)d more place that you may not see.", "%(count)d more places that you may not see.", count)
    return words % {"count": count}


def state_of(root: Any) -> SafeString:
    if root.public:
        return badge("published", _("public"))
    return badge("draft", root.get_state_display() if hasattr(root, "state") else _("not public"))


def place_list(places: Places) -> SafeString | str:
    """Each place with its kind, a link and whether the public sees it."""
    lines = [
        format_html(
            '<li><span class="m-places__kind">{}</span> <a href="{}">{}</a> {}</li>',
            capfirst(root._meta.verbose_name),
            change_url(root),
            root,
            state_of(root),
        )
        for root in places.named
    ]
    if places.hidden:
        lines.append(format_html('<li class="m-places__more">{}</li>', unnamed(places.hidden)))
    return format_html('<ul class="m-places">{}</ul>', _joined(lines)) if lines else _("Nowhere yet.")


def _joined(lines: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((line,) for line in lines))
