"""Rows of a root that are all on its page from the start: one for each fact, or the one row that there can be.

A form finds its row by its name and not by a key that was posted. Two editors who fill the same row, stored or not,
are therefore merged as on any other row. A row that says nothing is not stored.
"""

from typing import Any, ClassVar

from django.db.models import Model
from django.http import HttpRequest

from core.admin.base import ContentInline
from core.admin.rows import MergingFormSet


class FixedFormSet(MergingFormSet):
    """One form for each of ``names``, the values of ``name_field``; without these a single one."""

    name_field: ClassVar[str] = ""
    names: ClassVar[tuple[str, ...]] = ("only",)

    def total_form_count(self) -> int:
        return len(self.names)

    def initial_form_count(self) -> int:
        """None has its key posted."""
        return 0

    def add_prefix(self, index: Any) -> str:
        name = self.names[index] if isinstance(index, int) else index
        return f"{self.prefix}-{name}"

    def row(self, name: str) -> Model:
        """The stored row of that name, or a new one."""
        model: Any = self.model
        if not hasattr(self, "_stored"):
            rows = self.get_queryset() if self.instance.pk else ()
            self._stored = {getattr(row, self.name_field) if self.name_field else name: row for row in rows}
        return self._stored.get(name) or model(**{self.name_field: name} if self.name_field else {})

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, instance=self.row(self.names[i]), **kwargs)  # type: ignore[misc]
        for field in form.fields.values():
            field.show_hidden_initial = not field.disabled  # also of a row that is not stored yet
        return form

    def add_fields(self, form: Any, index: Any) -> None:
        super().add_fields(form, index)
        key = form.fields[self._pk_field.name]  # type: ignore[attr-defined]
        key.initial = None if form.instance._state.adding else form.instance.pk
        key.disabled = True

    def save_new_objects(self, commit: bool = True) -> list[Any]:
        """Writes each row that was changed, where it belongs in the account of the changes."""
        self.new_objects: list[Any] = []
        for form in self.forms:
            row = form.instance
            if not form.has_changed():
                continue
            if self.says_nothing(row, form):
                if not row._state.adding:
                    self.deleted_objects.append(row)
                    row.delete()
            elif row._state.adding:
                self.new_objects.append(self.save_new(form, commit=commit))
            else:
                self.changed_objects.append((form.save(commit=commit), form.changed_data))
        return self.new_objects

    def says_nothing(self, row: Model, form: Any) -> bool:
        model: Any = self.model
        blank = model()
        names = set(form._meta.fields) - {self.fk.name, self.name_field}  # Django adds the key of the root
        return all(getattr(row, name) == getattr(blank, name) for name in names)


class FixedRows(ContentInline):
    """The section of a page with such rows; who may only read the page sees those that are stored."""

    formset: type[FixedFormSet] = FixedFormSet
    template = "admin/fixed_rows.html"
    can_delete = False

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if not self._parent_allows(request, obj):
            kwargs["formset"] = MergingFormSet
        return super().get_formset(request, obj, **kwargs)
