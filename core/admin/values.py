"""The values of forms, compared and put into words: what the merging of two editors' work needs."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext as _

from core.forms import TranslatedWidget, write_pair
from core.geo import Point
from core.translations import Text, languages

# What posts its name once for each of several values.
SEVERAL = (forms.CheckboxSelectMultiple, forms.SelectMultiple, forms.MultipleHiddenInput)


def posted(widget: forms.Widget, name: str, value: Any) -> dict[str, Any]:
    """What a browser would post for a widget that shows ``value``: a text for each name, or a list of several."""
    if isinstance(widget, TranslatedWidget):
        return {f"{name}__{tag}": text for tag, text in (value or {}).items()}
    if isinstance(widget, forms.MultiWidget):
        several: Any = widget
        pairs = zip(several.widgets, several.widgets_names, several.decompress(value), strict=True)
        return {key: text for part, suffix, each in pairs for key, text in posted(part, name + suffix, each).items()}
    if isinstance(widget, forms.CheckboxInput):
        return {name: "on"} if value else {}
    if isinstance(widget, SEVERAL):
        return {name: [str(each) for each in value]} if value else {}
    shown = widget.format_value(value) if hasattr(widget, "format_value") else value
    if isinstance(shown, list):
        shown = shown[0] if shown else ""
    return {name: "" if shown is None else str(shown)}


def post_over(data: QueryDict, widget: forms.Widget, name: str, value: Any) -> None:
    """Makes ``data`` what was posted for a widget that shows ``value``, without what the old one left."""
    fresh = posted(widget, name, value)
    for key in list(data):
        if key in fresh or key == name or key.startswith(f"{name}__"):
            data.pop(key)
    for key, each in fresh.items():
        data.setlist(key, each if isinstance(each, list) else [each])


def same_lines(value: Any) -> Any:
    """Browsers post every line's end as CR LF."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def merge_texts(first: Text, mine: Text, stored: Text) -> tuple[dict[str, str], list[str]]:
    """What two editors made of one text, and the languages that both changed; there mine stays."""
    merged, clashes = {}, []
    for tag in languages():
        shown, my_text, their_text = first.get(tag, ""), mine.get(tag, ""), stored.get(tag, "")
        if their_text not in (shown, my_text) and my_text != shown:
            clashes.append(tag)
        text = their_text if my_text == shown else my_text
        if text:
            merged[tag] = text
    return merged, clashes


def readable_value(field: forms.Field, value: Any) -> str:
    """A field's stored value as its page words it."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        value = field.queryset.filter(pk=value).first()
    elif isinstance(field, forms.MultipleChoiceField):
        choices: Any = field.choices
        value = ", ".join(str(word) for key, word in choices if key in (value or ()))
    elif isinstance(field.widget, forms.Select | forms.RadioSelect):  # also the three states of a null boolean
        shown = field.widget.format_value(value)
        value = next((word for key, word in field.widget.choices if str(key) in shown), value)
    elif isinstance(value, bool):
        value = _("Yes") if value else _("No")
    elif isinstance(value, Point):
        value = write_pair(value)
    elif isinstance(value, datetime):
        value = localize(timezone.localtime(value))
    elif isinstance(value, date):
        value = localize(value)
    return "–" if value in (None, "") else str(value)
