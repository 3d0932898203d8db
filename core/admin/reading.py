"""What people see who may read a page and not change it: translated text, and only the names that they may read."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.fields import TranslatedField
from core.translations import Text, complete, label


def all_languages(value: Text) -> SafeString | str:
    """Every language of a text below the other."""
    lines = format_html_join(
        "",
        '<div class="x-reading"><span class="badge">{}</span> <span lang="{}">{}</span></div>',
        ((label(tag), tag, text) for tag, text in complete(value).items()),
    )
    return lines or "–"


@dataclass(frozen=True)
class Reading:
    """A field's place in the admin's read-only sections, which take functions beside names."""

    field: Any
    user: Any

    @property
    def __name__(self) -> str:
        return str(self.field.name)

    @property
    def short_description(self) -> Any:
        return self.field.verbose_name

    def __call__(self, row: Any) -> SafeString | str:
        value = getattr(row, self.field.name)
        return self.name_of(value) if isinstance(self.field, ForeignKey) else all_languages(value)

    def name_of(self, other: Any) -> str:
        """The other row's name where the public or the user may know it."""
        if other is None:
            return "–"
        rows: Any = type(other)._default_manager.filter(pk=other.pk)
        known = getattr(other, "public", True) or rows.readable_by(self.user).exists()
        return str(other) if known else "–"


def without_notes(sections: list[Any]) -> list[Any]:
    """Without what colleagues write for each other."""
    return [
        (title, {**options, "fields": tuple(name for name in options["fields"] if name != "doubts")})
        for title, options in sections
    ]


@admin.display(description=_("position"))
def position(row: Any) -> SafeString | str:
    if row.point is None:
        return "–"
    return format_html("{}, {} (WGS-84)", f"{row.point.lat:.6f}", f"{row.point.lng:.6f}")


def reading_sections(sections: Any, model: type[Model], user: Any) -> list[Any]:
    """The same sections with functions where a name would show JSON, nothing or too much."""
    own: dict[str, Any] = {
        field.name: Reading(field, user)
        for field in model._meta.get_fields()
        if isinstance(field, TranslatedField | ForeignKey)
    }
    if hasattr(model, "point"):  # elsewhere a position is a place in an order
        own["position"] = position
    return [
        (name, {**options, "fields": [_swap(each, own) for each in options["fields"]]}) for name, options in sections
    ]


def _swap(entry: Any, own: dict[str, Any]) -> Any:
    if isinstance(entry, list | tuple):
        return tuple(_swap(each, own) for each in entry)
    return own.get(entry, entry)
