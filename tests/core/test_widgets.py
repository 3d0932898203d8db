"""What is put together without a template reads as Django's templates would have it."""

from typing import Any

import pytest
from django import forms
from django.contrib.admin.widgets import AdminRadioSelect
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from core.widgets import PLAIN, Renderer

ODD = '<b>"it\'s" & 馆'
CHOICES = [("", "–"), (1, ODD), (None, mark_safe("<i>1</i>")), (ODD, [("a", ODD), ("b", gettext_lazy("missing"))])]
ATTRS: list[dict[str, Any]] = [{}, {"required": True, "disabled": False, "data-x": ODD, "rows": 4, "title": ""}]


class Form(forms.Form):
    name = forms.CharField(label=ODD, help_text=ODD, widget=forms.TextInput(attrs=ATTRS[1]))
    text = forms.CharField(widget=forms.Textarea, required=False)
    number = forms.IntegerField(max_value=5)
    at = forms.SplitDateTimeField(label=gettext_lazy("missing"))
    address = forms.URLField(assume_scheme="https")
    mail = forms.EmailField()
    yes = forms.BooleanField()
    choice = forms.ChoiceField(choices=CHOICES)
    choices = forms.MultipleChoiceField(choices=CHOICES, widget=forms.SelectMultiple(attrs={"size": 3}))
    radio = forms.ChoiceField(choices=[("a", ODD)], widget=forms.RadioSelect(attrs={"class": "inline"}))
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    hidden = forms.CharField(widget=forms.HiddenInput)


def _without_gaps(html: str) -> str:
    return " ".join(html.split()).replace("> <", "><").replace(" </", "</").replace("> ", ">")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"name": ODD, "text": ODD, "number": "9", "mail": ODD, "choice": "1", "choices": ["1", "a"], "yes": "on"},
    ],
)
def test_widgets_forms_read_as_django_writes_them(data: Any) -> None:
    mine, django = (Form(data, renderer=renderer()) for renderer in (Renderer, DjangoTemplates))
    assert _without_gaps(mine.as_div()) == _without_gaps(django.as_div())
    assert 'value="&lt;b' in mine.as_div() or not data


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", ODD, 0, mark_safe("<&>"), gettext_lazy("missing"), True])
def test_widgets_take_every_value_and_attribute(value: Any, attrs: dict[str, Any]) -> None:
    choosing = (kind(choices=CHOICES) for kind in (forms.Select, forms.RadioSelect, AdminRadioSelect))
    for widget in (forms.TextInput(), forms.Textarea(), forms.HiddenInput(), *choosing):
        mine, django = (widget.render(ODD, value, attrs, renderer()) for renderer in (Renderer, DjangoTemplates))
        assert _without_gaps(mine) == _without_gaps(django)


def test_widgets_name_templates_that_django_has() -> None:
    for name in PLAIN:
        assert DjangoTemplates().get_template(name)
