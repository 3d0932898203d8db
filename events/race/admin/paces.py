"""A pace as runners write it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

PACE = re.compile(r"(?:([0-9]{1,2})[:′'])?([0-9]{1,4})[\"″]?")


class PaceField(forms.Field):
    """``5:30`` is 330 seconds per kilometre; plain seconds are taken too."""

    widget = forms.TextInput(attrs={"placeholder": "5:30", "size": "6", "maxlength": "10"})

    def to_python(self, value: Any) -> Any:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        found = PACE.fullmatch(text)
        if found is None or (found[1] and int(found[2]) > 59):
            raise ValidationError(_("Write minutes and seconds per kilometre: 5:30."), code="invalid")
        return int(found[1] or 0) * 60 + int(found[2])

    def prepare_value(self, value: Any) -> Any:
        return write_pace(value) if isinstance(value, int) else value


def write_pace(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02}"


def pace_field(db_field: models.Field[Any, Any]) -> PaceField:
    """The form field of a model's seconds per kilometre."""
    label: Any = db_field.verbose_name
    return PaceField(label=label, required=False, help_text=db_field.help_text)
