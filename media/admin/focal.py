"""The focal point in a form: two numbers that always do, and a picture to click where there are scripts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from media.renditions import CENTRE, RATIOS, SHARE_RATIO

NAME = "focal"
AXES = (_("across"), _("down"))
# A ten-thousandth of the longest side that is taken (16,383) is two pixels.
DECIMALS = 4


class Point(NamedTuple):
    """Shares of the width and the height, as people read them."""

    x: float
    y: float

    def __str__(self) -> str:
        params = {"x": f"{self.x * 100:g}", "y": f"{self.y * 100:g}"}
        return gettext("%(x)s %% across, %(y)s %% down") % params


class FocalWidget(forms.MultiWidget):
    """Posts ``focal_x`` and ``focal_y``. ``picture`` is what the form shows: address, width and height of the original;
    empty where none is stored yet."""

    template_name = "media/widgets/focal.html"
    use_fieldset = True
    picture: Mapping[str, Any]

    class Media:
        css = {"all": ["media/library.css"]}
        js = ["media/focal.js"]

    def __init__(self, attrs: Any = None, widget: type[forms.Widget] = forms.NumberInput) -> None:
        super().__init__({"x": widget(), "y": widget()}, attrs)
        self.picture = {}

    def decompress(self, value: Any) -> list[Any]:
        return list(value or CENTRE)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, list(value) if isinstance(value, tuple) else value, attrs)
        widget = context["widget"]
        if not self.is_hidden:
            for part, axis in zip(widget["subwidgets"], AXES, strict=True):
                part["attrs"] |= {"min": "0", "max": "1", "step": "0.01", "inputmode": "decimal"}
                part["axis"] = axis
            widget["picture"] = self.picture
            widget["ratios"] = [*RATIOS, SHARE_RATIO]
        return context


class FocalHidden(FocalWidget):
    """Carries the point that the form first showed."""

    template_name = "django/forms/widgets/multiwidget.html"

    class Media:
        extend = False

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, forms.HiddenInput)


class FocalField(forms.Field):
    """A :class:`Point`; nothing written is the middle. Raises ValidationError, code ``focal``, naming the axis."""

    widget = FocalWidget
    hidden_widget = FocalHidden

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def clean(self, value: Any) -> Point:
        return read_point(value) or Point(*CENTRE)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.clean(initial) != self.clean(data)
        except ValidationError:
            return True


def read_point(value: Any) -> Point | None:
    """The point in two texts or numbers, None where both are empty."""
    parts = ["" if part is None else str(part).strip() for part in value or ("", "")]
    if not any(parts):
        return None
    return Point(*(_number(part, axis) for part, axis in zip(parts, AXES, strict=True)))


def _number(text: str, axis: Any) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1
    if not 0 <= number <= 1:  # nor is NaN, nor an infinity
        raise ValidationError(
            _("Focal point, %(axis)s: write a number from 0 to 1, for example 0.5."),
            code="focal",
            params={"axis": axis},
        )
    return abs(round(number, DECIMALS))  # without the sign of -0


def moved_to(data: Any) -> Point | None:
    """Where a posted form moves the point that it first showed; None where it stays, or where it cannot be read."""
    first, posted = (
        FocalHidden().value_from_datadict(data, MultiValueDict(), name) for name in (f"initial-{NAME}", NAME)
    )
    field = FocalField()
    try:
        return field.clean(posted) if field.has_changed(first, posted) else None
    except ValidationError:
        return None
