"""Translated text for people who may read a page and not change it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

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


def reader(field: TranslatedField) -> Callable[[Any], Any]:
    """A column for the admin's read-only sections; they take functions beside names."""

    def read(row: Any) -> SafeString | str:
        return all_languages(getattr(row, field.name))

    read.__name__ = field.name
    read.short_description = field.verbose_name  # type: ignore[attr-defined]
    return read


def position(row: Any) -> SafeString | str:
    if row.point is None:
        return "–"
    return format_html("{}, {} (WGS-84)", f"{row.point.lat:.6f}", f"{row.point.lng:.6f}")


def reading_sections(sections: Any, model: type[Model]) -> list[Any]:
    """The same sections with functions where a name would show JSON or nothing."""
    own = {field.name: reader(field) for field in model._meta.get_fields() if isinstance(field, TranslatedField)}
    return [
        (name, {**options, "fields": [_swap(each, own) for each in options["fields"]]}) for name, options in sections
    ]


def _swap(entry: Any, own: dict[str, Any]) -> Any:
    if isinstance(entry, list | tuple):
        return tuple(_swap(each, own) for each in entry)
    return position if entry == "position" else own.get(entry, entry)
