"""The rows of a page. A new one comes last; two editors: a row that one deleted, and one that the other changed."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.forms import BaseInlineFormSet, IntegerField
from django.forms.formsets import DELETION_FIELD_NAME, INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.admin.merging import MergingForm

ORDER = "position"  # of rows that stand in an order of the editors'
LAST = 32_767  # what the column holds


class MergingFormSet(BaseInlineFormSet):
    """Rows that another editor deleted meanwhile come back as new ones where something was typed into them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.returned: list[int] = []
        if self.is_bound and not self.save_as_new and self.management_form.is_valid():
            self._take_out_lost_rows()

    @cached_property
    def empty_form(self) -> Any:
        """The pattern of a new row; Django makes it anew each of the five times that a page looks at it."""
        return super().empty_form

    def add_fields(self, form: Any, index: int | None) -> None:
        """A new row has no order yet: it comes last, unless its editor writes one."""
        super().add_fields(form, index)
        field = form.fields.get(ORDER)
        if not isinstance(field, IntegerField):
            return
        field.widget.attrs |= {"aria-label": field.label, "data-earlier": _("Move up"), "data-later": _("Move down")}
        if form.instance._state.adding:
            form.initial[ORDER] = field.initial = None
            field.required = False
            field.widget.attrs["placeholder"] = _("last")

    def _take_out_lost_rows(self) -> None:
        key: Any = cast(Any, self.model)._meta.pk
        first, total = self.initial_form_count(), self.total_form_count()
        lost = {index: pk for index in range(min(first, total)) if (pk := self._lost_pk(index)) is not None}
        if not lost:
            return
        kept = [index for index in range(first) if index not in lost]
        typed = [index for index, pk in lost.items() if self._was_typed_into(index, pk)]
        self.data = data = renumbered(self.data, self.prefix or "", [*kept, *typed, *range(first, total)])
        self.returned = list(range(len(kept), len(kept) + len(typed)))
        for place in self.returned:
            data[f"{self.add_prefix(place)}-{key.name}"] = ""
        data[f"{self.prefix}-{INITIAL_FORM_COUNT}"] = str(len(kept))
        data[f"{self.prefix}-{TOTAL_FORM_COUNT}"] = str(len(kept) + len(typed) + total - first)
        del self.management_form  # read anew from the new data

    def _lost_pk(self, index: int) -> Any:
        """The key of a posted row that is none of the object's, or None."""
        key: Any = cast(Any, self.model)._meta.pk
        try:
            pk = key.to_python(self.data.get(f"{self.add_prefix(index)}-{key.name}") or None)
        except ValidationError:
            return None
        return pk if pk is not None and self._existing_object(pk) is None else None  # type: ignore[attr-defined]

    def _was_typed_into(self, index: int, pk: Any) -> bool:
        prefix = self.add_prefix(index)
        if self.data.get(f"{prefix}-{DELETION_FIELD_NAME}"):
            return False
        model: Any = self.model
        row = model(pk=pk)
        row._state.adding = False  # its form then reads what it first showed
        return bool(self.form(self.data, prefix=prefix, instance=row).changed_data)

    def clean(self) -> None:
        super().clean()
        for place in self.returned:
            message = _(
                "Somebody else deleted this row. What you wrote is kept as a new one: save again, or remove it."
            )
            self.forms[place].add_error(None, ValidationError(message, code="deleted"))
        for form in self.initial_forms:
            if isinstance(form, MergingForm) and self._should_delete_form(form):  # type: ignore[attr-defined]
                self._look_before_deleting(form)
        self._put_new_rows_last()

    def _put_new_rows_last(self) -> None:
        """In the order in which they stand on the page, behind all that have one."""
        new = [form for form in self.extra_forms if ORDER in form.fields and form.has_changed()]
        waiting = [form for form in new if form.cleaned_data.get(ORDER) is None and ORDER not in form.errors]
        if waiting:
            stored = [row.position for row in self.get_queryset()]
            written = [form.cleaned_data.get(ORDER) for form in self.forms if form.is_valid()]
            last = max([-1, *stored, *(place for place in written if place is not None)])
            for form in waiting:
                last = min(last + 1, LAST)
                form.instance.position = last

    def _look_before_deleting(self, form: MergingForm) -> None:
        theirs = [name for name in form.remembered() if form.others_changed(name)]
        if not theirs:
            return
        form.show_stored(form.changed_data)
        cast(QueryDict, form.data).pop(form.add_prefix(DELETION_FIELD_NAME), None)
        form.cleaned_data[DELETION_FIELD_NAME] = False
        names = ", ".join(str(form.fields[name].label or name) for name in theirs)
        message = _("Somebody else changed this row (%(names)s). Look at it, then delete it again.")
        form.add_error(None, ValidationError(message, code="conflict", params={"names": names}))


def renumbered(data: Any, prefix: str, order: Iterable[int]) -> Any:
    """A copy of posted rows with only those of ``order``, numbered from zero."""
    pattern = re.compile(rf"(initial-)?{re.escape(prefix)}-([0-9]{{1,9}})-(.+)")
    fresh = data.copy()
    rows: dict[int, list[tuple[str, str, str]]] = {}
    for key in data:
        if found := pattern.fullmatch(key):
            rows.setdefault(int(found[2]), []).append((key, found[1] or "", found[3]))
            del fresh[key]
    for place, index in enumerate(order):
        for key, initial, name in rows.get(index, []):
            fresh.setlist(f"{initial}{prefix}-{place}-{name}", data.getlist(key))
    return fresh
