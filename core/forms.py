"""Form fields for translated text and for a position. Their look: ``templates/core/widgets``, ``static/core``."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.geo import Datum, Point, to_wgs84
from core.translations import clean_text, default_language, derived, label, languages
from core.widgets import attributes


class TranslatedHiddenWidget(forms.HiddenInput):
    """Carries what the form first showed, so that two editors' changes can be told apart."""

    def format_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value or {}, ensure_ascii=False, sort_keys=True)


def _of_language(attrs: dict[str, Any], tag: str) -> dict[str, Any]:
    """The attributes of one language's input. The help text has the id of the label's target: the default language."""
    own = {name: value for name, value in attrs.items() if name != "id"}
    if tag != default_language():
        own.pop("required", None)
    if "aria-describedby" in own:
        own["aria-describedby"] += f" {attrs.get('id', '')}__{default_language()}_helptext"
    return own


class TranslatedWidget(forms.Widget):
    """One input per language behind tabs; a language without text is marked, a derived one is shown as derived.

    Posts ``<name>__<tag>`` for each tag.
    """

    template_name = "core/widgets/translated.html"

    class Media:
        css = {"all": ["core/widgets.css"]}
        js = ["core/translated.js"]

    def __init__(self, attrs: Any = None, *, multiline: bool = False, markdown: bool = False) -> None:
        super().__init__(attrs)
        self.multiline = multiline
        self.markdown = markdown

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        value = value if isinstance(value, Mapping) else {}
        automatic = derived(value)
        context["widget"]["multiline"] = self.multiline
        context["widget"]["markdown"] = self.markdown
        context["widget"]["default"] = default_language()
        context["widget"]["languages"] = [
            {
                "tag": tag,
                "label": label(tag),
                "name": f"{name}__{tag}",
                "id": f"{context['widget']['attrs'].get('id', name)}__{tag}",
                "value": value.get(tag, ""),
                "derived": automatic.get(tag, ""),
                "missing": not value.get(tag) and tag not in automatic,
                "attrs": attributes(_of_language(context["widget"]["attrs"], tag)),
            }
            for tag in languages()
        ]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {tag: data[f"{name}__{tag}"] for tag in languages() if data.get(f"{name}__{tag}")}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}__{tag}" in data for tag in languages())

    def id_for_label(self, id_: str) -> str:
        return f"{id_}__{default_language()}" if id_ else id_


class TranslatedFormField(forms.Field):
    widget = TranslatedWidget
    hidden_widget = TranslatedHiddenWidget

    def __init__(
        self,
        *,
        max_length: int | None = None,
        multiline: bool = False,
        markdown: bool = False,
        **kwargs: Any,
    ) -> None:
        self.max_length = max_length
        kwargs.setdefault("widget", TranslatedWidget(multiline=multiline or markdown, markdown=markdown))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dict[str, str]:
        if isinstance(value, str):  # the hidden first value comes back as JSON
            try:
                value = json.loads(value)
            except ValueError as error:
                raise ValidationError(_("Enter an object with one text per language."), code="invalid") from error
        return clean_text(value)

    def validate(self, value: Any) -> None:
        if self.required and default_language() not in value:
            raise ValidationError(
                _("Write this in %(language)s: the other languages fall back to it."),
                code="required",
                params={"language": label(default_language())},
            )

    def read(self, value: Any) -> dict[str, str]:
        """The text, or none where it cannot be read."""
        try:
            return self.to_python(value)
        except ValidationError:
            return {}

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


# Two positions equal to 7 decimals (about a centimetre) are the same one.
POSITION_DECIMALS = 7

DATUMS = [
    (Datum.WGS84.value, _("WGS-84 (GPS)")),
    (Datum.GCJ02.value, _("GCJ-02 (AMap, Tencent Maps)")),
    (Datum.BD09.value, _("BD-09 (Baidu Maps)")),
]

_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_HEMISPHERES = {"北纬": "N", "南纬": "S", "东经": "E", "西经": "W", "北緯": "N", "南緯": "S", "東經": "E", "西經": "W"}
# "41.809N 123.354E" and the plain pair; then "N41.809 E123.354".
_LETTER_AFTER = re.compile(
    rf"{_NUMBER}\s*°?(?:\s*([NSEW]))?(?:\s*[,;、]\s*|\s+|(?<=[NSEW°])){_NUMBER}\s*°?(?:\s*([NSEW]))?"
)
_LETTER_BEFORE = re.compile(rf"([NSEW])\s*{_NUMBER}\s*°?(?:[\s,;、]+|(?=[NSEW]))(?:([NSEW])\s*)?{_NUMBER}\s*°?")


def _two_numbers(text: str) -> tuple[float, str, float, str]:
    """The two numbers with the letters that name their hemispheres, in the order in which they were written."""
    text = unicodedata.normalize("NFKC", text).strip().upper().replace("\u2212", "-")  # ， and full-width digits
    for words, letter in _HEMISPHERES.items():
        text = text.replace(words, letter)
    if found := _LETTER_AFTER.fullmatch(text):
        return float(found[1]), found[2] or "", float(found[3]), found[4] or ""
    if found := _LETTER_BEFORE.fullmatch(text):
        return float(found[2]), found[1], float(found[4]), found[3] or ""
    raise ValidationError(
        _("This is not a position. Write latitude and longitude in decimal degrees, for example: 41.809, 123.354"),
        code="invalid",
    )


def read_pair(text: str) -> Point:
    """The place that ``"41.809, 123.354"`` names, in whatever datum it was meant.

    Letters (N, S, E, W, 北纬, 东经) decide which number is which. Without them latitude comes first, unless the first
    number cannot be one: then the pair is read as longitude, latitude, the order of the Chinese map services' APIs.
    """
    first, first_letter, second, second_letter = _two_numbers(text)
    first_is_lng = first_letter in ("E", "W") if first_letter else second_letter in ("N", "S")
    if first_letter and second_letter and first_is_lng == (second_letter in ("E", "W")):
        raise ValidationError(
            _("Both numbers are marked as the same axis. Mark one with N or S and the other with E or W."),
            code="invalid",
        )
    first = -first if first_letter in ("S", "W") else first
    second = -second if second_letter in ("S", "W") else second
    if not first_letter and not second_letter:
        first_is_lng = abs(first) > 90 >= abs(second)
    lat, lng = (second, first) if first_is_lng else (first, second)
    try:
        return Point(lat, lng)
    except ValueError as error:
        raise ValidationError(
            _(
                "This was read as latitude %(lat)s, longitude %(lng)s, and there is no such place: latitude ends "
                "at 90, longitude at 180. Write latitude first, for example: 41.809, 123.354"
            ),
            code="out_of_range",
            params={"lat": f"{lat:g}", "lng": f"{lng:g}"},
        ) from error


def write_pair(point: Point) -> str:
    """``"41.809, 123.354"``: what :func:`read_pair` reads."""
    numbers = (f"{number:.{POSITION_DECIMALS}f}".rstrip("0").rstrip(".") for number in (point.lat, point.lng))
    return ", ".join("0" if number == "-0" else number for number in numbers)


def position_parts(value: Any) -> list[str]:
    """What the widget shows for a ``Point``, a pair of numbers (both WGS-84) or None; a posted list stays as it is."""
    if isinstance(value, list):
        return value
    if not value:
        return ["", Datum.WGS84.value]
    point = value if isinstance(value, Point) else Point(float(value[0]), float(value[1]))
    return [write_pair(point), Datum.WGS84.value]


class PositionWidget(forms.MultiWidget):
    """A pair as text, the datum it is in, and a map that shows both and can be clicked.

    The text is always enough; the map needs JavaScript and, for streets, the setting ``MAP_TILES``.
    """

    template_name = "core/widgets/position.html"
    use_fieldset = False

    class Media:
        css = {"all": ["core/vendor/leaflet/leaflet.css", "core/widgets.css"]}
        js = ["core/vendor/leaflet/leaflet.js", "core/position.js"]

    def __init__(self, attrs: Any = None, widgets: Sequence[forms.Widget] | None = None) -> None:
        text = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "41.809, 123.354"})
        super().__init__(widgets or [text, forms.Select(choices=DATUMS)], attrs)

    def decompress(self, value: Any) -> list[str]:
        return position_parts(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, position_parts(value), attrs)  # MultiWidget takes a tuple for the parts
        widget = context["widget"]
        if self.is_hidden:
            return context
        base = widget["attrs"].get("id", name)
        text, datum = widget["subwidgets"]
        described = text["attrs"].get("aria-describedby", "")
        text["attrs"]["aria-describedby"] = f"{described} {base}_0_helptext {base}_said".strip()
        datum["attrs"].pop("aria-describedby", None)
        datum["attrs"].pop("required", None)
        widget["map"] = {
            "tiles": getattr(settings, "MAP_TILES", ""),
            "attribution": getattr(settings, "MAP_TILES_ATTRIBUTION", ""),
            "outline": json.dumps([list(corner) for corner in getattr(settings, "DISTRICT_OUTLINE", [])]),
            "centre": json.dumps(list(getattr(settings, "DISTRICT_POSITION", (41.8, 123.35)))),
        }
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class PositionHiddenWidget(PositionWidget):
    """Carries the position that the form first showed."""

    template_name = "django/forms/widgets/multiwidget.html"

    class Media:
        extend = False

    def __init__(self, attrs: Any = None) -> None:
        super().__init__(attrs, widgets=[forms.HiddenInput(), forms.HiddenInput()])


class PositionField(forms.MultiValueField):
    """A position as :class:`core.geo.Point` in WGS-84, or None. Takes GCJ-02 and BD-09, and converts them."""

    widget = PositionWidget
    hidden_widget = PositionHiddenWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields=[forms.CharField(max_length=100), forms.ChoiceField(choices=DATUMS, required=False)], **kwargs
        )

    def clean(self, value: Any) -> Point | None:
        if isinstance(value, list) and len(value) == 2:  # an empty datum is the default one, not a missing part
            value = [value[0], value[1] or Datum.WGS84.value]
        cleaned: Point | None = super().clean(value)
        return cleaned

    def compress(self, data_list: Any) -> Point | None:
        if not data_list or not data_list[0]:
            return None
        point = to_wgs84(read_pair(data_list[0]), Datum(data_list[1] or Datum.WGS84))
        return Point(round(point.lat, POSITION_DECIMALS), round(point.lng, POSITION_DECIMALS))

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        try:
            return self.compress(position_parts(initial)) != self.compress(data)
        except (ValidationError, ValueError):  # unreadable text, unknown datum
            return True
