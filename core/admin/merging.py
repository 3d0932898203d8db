"""Two editors on one form: what each changed is kept, and where both changed the same field the second one decides.

Every field carries the value the form first showed (Django's ``show_hidden_initial``). When it comes back, three
values are at hand: that first one, the one posted, the one stored now. Untouched fields take what is stored;
a field that both changed is an error which shows the other's value, and saving again settles it.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.changes.models import acts_of
from core.forms import PositionField, TranslatedWidget
from core.translations import show


def posted(widget: forms.Widget, name: str, value: Any) -> dict[str, str]:
    """What a browser would post for a widget that shows ``value``."""
    if isinstance(widget, TranslatedWidget):
        return {f"{name}__{tag}": text for tag, text in (value or {}).items()}
    if isinstance(widget, forms.MultiWidget):
        parts = widget.decompress(value)
        pairs = zip(widget.widgets, widget.widgets_names, parts, strict=True)
        return {key: text for part, suffix, each in pairs for key, text in posted(part, name + suffix, each).items()}
    if isinstance(widget, forms.CheckboxInput):
        return {name: "on"} if value else {}
    shown = widget.format_value(value) if hasattr(widget, "format_value") else value
    if isinstance(shown, list):
        shown = shown[0] if shown else ""
    return {name: "" if shown is None else str(shown)}


class MergingForm(forms.ModelForm):
    """The form of every content object and of its inline rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[str] = []
        for name, field in self.fields.items():
            field.show_hidden_initial = self.instance.pk is not None and not isinstance(field, forms.FileField)
            if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                self._keep_choice(name, field)

    def _keep_choice(self, name: str, field: forms.ModelChoiceField) -> None:
        """What is chosen already stays choosable, also for a user who could not have chosen it."""
        chosen = self.initial.get(name)
        if chosen is not None and field.queryset is not None:
            known = field.queryset.values("pk")
            field.queryset = field.queryset.model._base_manager.filter(Q(pk__in=known) | Q(pk=chosen))

    def stored_value(self, name: str) -> Any:
        """The value as the database holds it now, as the form field takes it."""
        return self.initial.get(name)

    def cleaned_stored(self, name: str) -> Any:
        return getattr(self.instance, name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is None:
            return cleaned
        changed = set(self.changed_data)
        for name, field in self.fields.items():
            if not field.show_hidden_initial:
                continue
            if name not in changed:
                if name in cleaned:
                    cleaned[name] = self.cleaned_stored(name)
            elif self._both_changed(name, field):
                self.conflicts.append(name)
        if self.conflicts:
            self._show_stored(changed)
        return cleaned

    def _first_shown(self, name: str, field: forms.Field) -> Any:
        return self._widget_data_value(field.hidden_widget(), self.add_initial_prefix(name))  # type: ignore[attr-defined]

    def _both_changed(self, name: str, field: forms.Field) -> bool:
        stored = self.stored_value(name)
        mine = self._widget_data_value(field.widget, self.add_prefix(name))  # type: ignore[attr-defined]
        return field.has_changed(stored, self._first_shown(name, field)) and field.has_changed(stored, mine)

    def _show_stored(self, changed: set[str]) -> None:
        """Prepares the second try: stored values where nothing was typed, and a fresh first value everywhere."""
        data = self.data.copy()
        for name, field in self.fields.items():
            if not field.show_hidden_initial:
                continue
            stored = self.stored_value(name)
            data.update(posted_over(data, field.hidden_widget(), self.add_initial_prefix(name), stored))
            if name not in changed:
                data.update(posted_over(data, field.widget, self.add_prefix(name), stored))
        self.data = data
        for name in self.conflicts:
            message = _(
                "Somebody else changed this meanwhile to “%(value)s”. Yours is still here: save again to keep it."
            )
            shown = Truncator(str(_readable(self.stored_value(name)))).chars(300)
            self.add_error(name, ValidationError(message, code="conflict", params={"value": shown}))

    @property
    def changed_data(self) -> list[str]:  # type: ignore[override]
        """Not cached once bound data is replaced; otherwise as Django has it."""
        return [name for name, bound in self._bound_items() if bound._has_changed()]  # type: ignore[attr-defined]


def posted_over(data: Any, widget: forms.Widget, name: str, value: Any) -> dict[str, str]:
    """The posted values for a widget, after removing what the old ones left."""
    fresh = posted(widget, name, value)
    for key in [key for key in data if key == name or key.startswith((f"{name}__", f"{name}_"))]:
        if key in fresh or key == name or key.startswith(f"{name}__"):
            data.pop(key)
    return fresh


def _readable(value: Any) -> Any:
    return show(value) if isinstance(value, dict) else value


class RootForm(MergingForm):
    """The form of a root: it knows which version it showed."""

    shown_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shown_version"].initial = self.instance.version
        self.fields["shown_version"].show_hidden_initial = False

    def is_stale(self) -> bool:
        """Whether somebody saved since this form was shown."""
        if self.instance.pk is None or not self.is_bound:
            return False
        shown = self.data.get(self.add_prefix("shown_version"), "")
        return shown.isdigit() and int(shown) != self.instance.version

    def others_acts(self) -> Any:
        """What others did since this form was shown, newest first."""
        shown = self.data.get(self.add_prefix("shown_version"), "")
        return (
            acts_of(self.instance).filter(version__gt=int(shown)) if shown.isdigit() else acts_of(self.instance).none()
        )


class PlacedForm(RootForm):
    """A root with a position: one field for the pair, in any datum."""

    position = PositionField(label=_("position"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["position"] = self.instance.point

    def cleaned_stored(self, name: str) -> Any:
        return self.instance.point if name == "position" else super().cleaned_stored(name)

    def _post_clean(self) -> None:
        if "position" in self.cleaned_data:
            point = self.cleaned_data["position"]
            self.instance.lat, self.instance.lng = (point.lat, point.lng) if point else (None, None)
        super()._post_clean()  # type: ignore[misc]
