"""Several choices in their order: a select for each place."""

from collections.abc import Mapping
from typing import Any

from django import forms


def _listed(value: Any) -> list[str]:
    """Of a list, of what its selects posted, or of what the hidden first value holds."""
    parts = value.split(",") if isinstance(value, str) else value or []
    return [part for part in parts if part]


class OrderWidget(forms.MultiWidget):
    use_fieldset = True

    def decompress(self, value: Any) -> list[Any]:
        listed = _listed(value)
        return [*listed, *[""] * (len(self.widgets) - len(listed))]


class HiddenOrder(forms.HiddenInput):
    def format_value(self, value: Any) -> str:
        return ",".join(_listed(value))


class OrderField(forms.MultiValueField):
    """A list of names. ``words``: name -> what it is called; ``places``: how many may be chosen."""

    hidden_widget = HiddenOrder

    def __init__(self, *, words: Mapping[str, Any], places: int, **kwargs: Any) -> None:
        choices = [("", "–"), *words.items()]
        fields = [forms.ChoiceField(choices=choices, required=False) for _place in range(places)]
        widget = OrderWidget([forms.Select(choices=choices) for _place in range(places)])
        super().__init__(fields=fields, widget=widget, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[Any]) -> list[str]:
        return _listed(data_list)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _listed(initial) != _listed(data)
