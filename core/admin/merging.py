"""Two editors on one form: what each changed is kept, and where both changed the same field the second one decides.

Every field carries the value the form first showed (Django's ``show_hidden_initial``). When it comes back, three
values are at hand: that first one, the one posted, the one stored now. Untouched fields take what is stored;
a field that both changed is an error which shows the other's value, and saving again settles it. Translated text is
merged language by language.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, UniqueConstraint
from django.forms.models import InlineForeignKeyField
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.admin.lists import is_key, no_key
from core.admin.values import merge_texts, post_over, readable_value, same_lines
from core.changes.models import Act, acts_of
from core.forms import PositionField, TranslatedFormField
from core.translations import Text, label


def sensible_year(day: date) -> None:
    if not 1000 <= day.year <= 2999:
        raise ValidationError(_("Enter a year between 1000 and 2999."), code="year")


class FirstShown(forms.BoundField):
    """A refused form shows again what it showed first; Django forgets it for fields with several inputs."""

    def _has_changed(self) -> bool:
        """Keys are compared as they stand: Django would read the row of each first one, in every row of a page."""
        if not (self.field.show_hidden_initial and isinstance(self.field, forms.ModelChoiceField)):
            return super()._has_changed()  # type: ignore[misc]
        first = self.form._widget_data_value(self.field.hidden_widget(), self.html_initial_name)  # type: ignore[attr-defined]
        return self.field.has_changed(first, self.data)

    def as_hidden(self, attrs: Any = None, only_initial: bool = False, **kwargs: Any) -> Any:
        if not (only_initial and self.form.is_bound):
            return super().as_hidden(attrs, only_initial=only_initial, **kwargs)
        widget = self.field.hidden_widget()
        value = self.form._widget_data_value(widget, self.html_initial_name)  # type: ignore[attr-defined]
        shown = {"id": self.html_initial_id, **(attrs or {})}
        return widget.render(self.html_initial_name, value, shown, self.form.renderer)


class MergingForm(forms.ModelForm):
    """The form of every content object and of its inline rows."""

    bound_field_class = FirstShown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        exists = self.instance.pk is not None and not self.instance._state.adding
        self.conflicts: dict[str, str] = {}  # name of the field -> what the other one made of it
        self.merged: dict[str, Text] = {}
        self._changed: tuple[Any, list[str]] | None = None  # the data, and the fields that it changes
        for name, field in self.fields.items():
            field.show_hidden_initial = exists and not isinstance(field, forms.FileField)
            if isinstance(field, forms.ModelChoiceField) and exists:
                self._keep_choice(name, field)
            if isinstance(field, forms.ModelChoiceField) and self.is_bound:
                self._tame_key(self.add_prefix(name), field)
            for part in (field, *getattr(field, "fields", ())):
                if isinstance(part, forms.DateField):  # before a day of the year 1 or 9999 is moved out of all years
                    part.validators = [*part.validators, sensible_year]

    def _tame_key(self, name: str, field: forms.ModelChoiceField) -> None:
        """What cannot be a key is read as one that no row has: Django's select breaks on it when it is shown again."""
        posted = self.data.get(name)
        if posted and field.queryset is not None and not is_key(field.queryset.model, posted):
            self.data = data = cast(QueryDict, self.data).copy()
            data[name] = no_key(field.queryset.model)

    def _keep_choice(self, name: str, field: forms.ModelChoiceField) -> None:
        """What is chosen already stays choosable, also for a user who could not have chosen it."""
        chosen = self.initial.get(name)
        if chosen is not None and field.queryset is not None:
            known = field.queryset.values("pk")
            field.queryset = field.queryset.model._base_manager.filter(Q(pk__in=known) | Q(pk=chosen))

    def stored_value(self, name: str) -> Any:
        """The value as the database holds it now, as the form field takes it."""
        return self.get_initial_for_field(self.fields[name], name)

    def cleaned_stored(self, name: str) -> Any:
        return getattr(self.instance, name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        changed = set(self.changed_data)
        for name in self.remembered():
            if name not in changed:
                self._take_stored(name, cleaned)
            elif name in cleaned and self.others_changed(name):
                self._merge(name, cleaned)
        if self.conflicts:
            self.show_stored(changed)
            for name, theirs in self.conflicts.items():
                message = _("Somebody else changed this to “%(value)s”. Yours is still here: save again to keep it.")
                self.add_error(name, ValidationError(message, code="conflict", params={"value": theirs}))
        return cleaned

    def _post_clean(self) -> None:
        """Django leaves out what is unique per object of the page: a row that another editor added meanwhile."""
        super()._post_clean()  # type: ignore[misc]
        owners = {name for name, field in self.fields.items() if isinstance(field, InlineForeignKeyField)}
        if not owners or self.errors or not self.has_changed():
            return
        for constraint in self._meta.model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and owners.intersection(constraint.fields):
                try:
                    constraint.validate(self._meta.model, self.instance)
                except ValidationError as error:
                    self._update_errors(error)  # type: ignore[attr-defined]

    def remembered(self) -> list[str]:
        """The fields whose first value came back with the form."""
        return [name for name, field in self.fields.items() if field.show_hidden_initial]

    def _take_stored(self, name: str, cleaned: dict[str, Any]) -> None:
        if name not in cleaned and self.others_changed(name):
            del self._errors[name]  # type: ignore[attr-defined] # about a value that nobody here typed
            cleaned[name] = self.cleaned_stored(name)
        elif name in cleaned:
            cleaned[name] = self.cleaned_stored(name)

    def _first_shown(self, name: str) -> Any:
        hidden = self.fields[name].hidden_widget()
        return same_lines(self._widget_data_value(hidden, self.add_initial_prefix(name)))  # type: ignore[attr-defined]

    def others_changed(self, name: str) -> bool:
        """Whether the field is stored otherwise than the form first showed it."""
        return self.fields[name].has_changed(same_lines(self.stored_value(name)), self._first_shown(name))

    def _merge(self, name: str, cleaned: dict[str, Any]) -> None:
        field, stored = self.fields[name], self.stored_value(name)
        if isinstance(field, TranslatedFormField):
            first = field.read(self._first_shown(name))
            self.merged[name], clashes = merge_texts(first, cleaned[name], stored or {})
            cleaned[name] = self.merged[name]
            theirs = " · ".join(f"{label(tag)}: {(stored or {}).get(tag) or '–'}" for tag in clashes)
        else:
            mine = self._widget_data_value(field.widget, self.add_prefix(name))  # type: ignore[attr-defined]
            clashes = [name] if field.has_changed(same_lines(stored), same_lines(mine)) else []
            theirs = readable_value(field, stored) if clashes else ""
        if clashes:
            self.conflicts[name] = Truncator(theirs).chars(300)

    def show_stored(self, changed: Iterable[str]) -> None:
        """Prepares the second try: stored values where nothing was typed, and a fresh first value everywhere.

        A field in error keeps its first value: it has not been compared with what the other one stored.
        """
        data = cast(QueryDict, self.data).copy()
        for name in self.remembered():
            field, stored = self.fields[name], self.stored_value(name)
            if name not in self.cleaned_data:
                continue
            post_over(data, field.hidden_widget(), self.add_initial_prefix(name), stored)
            if name in self.merged:
                post_over(data, field.widget, self.add_prefix(name), self.merged[name])
            elif name not in changed:
                post_over(data, field.widget, self.add_prefix(name), stored)
        self.data = data

    @property
    def changed_data(self) -> list[str]:
        """As Django has it, but kept only while the same data is bound: merging replaces it."""
        if self._changed is None or self._changed[0] is not self.data:
            names = [name for name, bound in self._bound_items() if bound._has_changed()]  # type: ignore[attr-defined]
            self._changed = (self.data, names)
        return self._changed[1]


class ShownField(forms.Field):
    """What the form showed of its object beside the fields; never a change by itself."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class RootForm(MergingForm):
    """The form of a root: it knows which version it showed."""

    shown_version = ShownField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_version"].initial = self.instance.version
        self.fields["shown_version"].show_hidden_initial = False

    def _version(self) -> int | None:
        shown = self.data.get(self.add_prefix("shown_version"), "")
        return int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 10 else None

    def is_stale(self) -> bool:
        """Whether somebody saved since this form was shown."""
        if self.instance._state.adding or not self.is_bound:
            return False
        return self._version() not in (None, self.instance.version)

    def others_acts(self) -> Any:
        """What was done since this form was shown, newest first."""
        shown = self._version()
        return Act.objects.none() if shown is None else acts_of(self.instance).filter(version__gt=shown)


class PlacedForm(RootForm):
    """A root with a position: one field for the pair, in any datum."""

    position = PositionField(label=_("Position"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["position"] = self.instance.point

    def cleaned_stored(self, name: str) -> Any:
        return self.instance.point if name == "position" else super().cleaned_stored(name)

    def _post_clean(self) -> None:
        if "position" in self.cleaned_data:
            point = self.cleaned_data["position"]
            self.instance.lat, self.instance.lng = (point.lat, point.lng) if point else (None, None)
        super()._post_clean()
