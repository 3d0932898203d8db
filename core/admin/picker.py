"""How rows look where one of them is chosen (Django's autocomplete): with a picture and a second line.

A ModelAdmin may have ``picker_line(row)``, what tells rows of the same name apart, and ``picker_thumbnail(row)``, the
address of a small picture in 4:3; either may be empty. The script is ``core/picker.js``.
"""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet

from core.admin.lists import is_key

PARTS = ("thumbnail", "line")


def is_shown(admin: ModelAdmin[Any]) -> bool:
    return any(hasattr(admin, f"picker_{part}") for part in PARTS)


def shown(admin: ModelAdmin[Any], row: Model) -> dict[str, str]:
    """``{"thumbnail": "/media/…", "line": "Archive · 900 × 600"}``, without what is empty."""
    found = {part: getattr(admin, f"picker_{part}")(row) for part in PARTS if hasattr(admin, f"picker_{part}")}
    return {part: str(told) for part, told in found.items() if told}


class PickerView(AutocompleteJsonView):
    """Django's answers with what shows each row; ``?id=`` asks for one alone, which a pop-up has just written."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()
        wanted = self.request.GET.get("id")
        if wanted is None:
            return rows
        return rows.filter(pk=wanted) if is_key(rows.model, wanted) else rows.none()

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), **shown(self.model_admin, obj)}


class PickerSelect(AutocompleteSelect):
    """Django's field that searches while one types; the chosen row carries what shows it as ``data-``."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)
        return {**attrs, "data-picker": True} if is_shown(self._other()) else attrs

    def optgroups(self, name: str, value: Any, attr: Any = None) -> list[Any]:
        """The chosen row alone, in one query, as Django has it; what is no key (odd posts) is no row."""
        field, rows = self.choices.field, self.choices.queryset.using(self.db)
        chosen = [str(each) for each in value if is_key(rows.model, str(each))]
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for row in rows.filter(pk__in=chosen) if chosen else ():
            key, label = field.prepare_value(row), field.label_from_instance(row)
            option = self.create_option(name, key, label, True, len(options))
            told = {f"data-{part}": text for part, text in shown(self._other(), row).items()}
            options.append({**option, "attrs": {**option["attrs"], **told}})
        return [(None, options, 0)]

    def _other(self) -> ModelAdmin[Any]:
        return self.admin_site.get_model_admin(self.field.remote_field.model)

    @property
    def media(self) -> forms.Media:
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "core/picker.js"])
