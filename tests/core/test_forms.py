"""The two fields of our own: translated text and positions."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms import Form
from django.utils import translation

from core.admin.merging import PlacedForm
from core.forms import PositionField, TranslatedFormField, TranslatedWidget, write_pair
from core.geo import Datum, Point, from_wgs84
from tests import factories
from venues.models import Venue

PLACE = Point(41.809, 123.354)


class Names(Form):
    name = TranslatedFormField(max_length=20)
    summary = TranslatedFormField(required=False, multiline=True)
    text = TranslatedFormField(required=False, markdown=True)


def _html(value: Any, field: str = "name") -> str:
    with translation.override("en"):
        return str(Names(initial={field: value})[field])


def test_every_language_has_an_input_of_its_own() -> None:
    html = _html({"zh-Hans": "馆", "en": "Hall"})
    for tag in ("zh-Hans", "zh-Hant", "en", "de"):
        assert f'name="name__{tag}" id="id_name__{tag}" lang="{tag}"' in html
    assert ('value="馆"' in html, 'value="Hall"' in html) == (True, True)


def test_a_language_without_text_is_marked_as_missing() -> None:
    html = _html({"zh-Hans": "馆", "en": "Hall"})
    assert html.count("(missing)") == 1
    assert 'Deutsch <span class="x-translated__state">(missing)</span>' in html


def test_a_derived_text_is_a_placeholder_and_not_a_value() -> None:
    html = _html({"zh-Hans": "中国工业博物馆"})
    assert 'id="id_name__zh-Hant" lang="zh-Hant" value="" placeholder="中國工業博物館"' in html
    assert 'placeholder="中國' not in _html({"zh-Hans": "中国", "zh-Hant": "中華"})


def test_long_text_gets_a_textarea_and_markdown_a_hint() -> None:
    assert ("<textarea" in _html({}), "Markdown" in _html({})) == (False, False)
    assert ("<textarea" in _html({}, "summary"), "Markdown" in _html({}, "summary")) == (True, False)
    assert ("<textarea" in _html({}, "text"), "Markdown" in _html({}, "text")) == (True, True)


def test_text_is_escaped() -> None:
    html = _html({"zh-Hans": '"><script>', "en": "</textarea>"}) + _html({"en": "</textarea><b>"}, "summary")
    assert ("<script>" in html, "<b>" in html) == (False, False)


def _posted(**texts: str) -> Names:
    return Names({f"name__{tag.replace('_', '-')}": text for tag, text in texts.items()})


def test_posted_text_is_one_object_without_empty_languages() -> None:
    form = _posted(zh_Hans=" 馆 ", en="Hall", de="")
    assert form.is_valid()
    assert form.cleaned_data == {"name": {"zh-Hans": "馆", "en": "Hall"}, "summary": {}, "text": {}}


def test_the_default_language_is_required() -> None:
    with translation.override("en"):
        assert _posted(en="Hall").errors["name"] == ["Write this in 简体中文: the other languages fall back to it."]


def test_a_null_character_is_refused() -> None:
    with translation.override("en"):
        assert _posted(zh_Hans="馆\x00").errors["name"] == ["Null characters are not allowed."]


def test_too_long_a_text_is_refused_by_its_language() -> None:
    venue = Venue(slug="hall", name={"zh-Hans": "馆", "de": "x" * 121})
    with pytest.raises(ValidationError) as refused:
        venue.clean_fields()
    with translation.override("en"):
        messages = refused.value.message_dict
    assert messages == {"name": ["Deutsch: at most 120 characters; this has 121."]}


@pytest.mark.parametrize(
    ("initial", "data", "changed"),
    [
        ('{"zh-Hans": "馆"}', {"zh-Hans": " 馆"}, False),
        ({"zh-Hans": "一\n二"}, {"zh-Hans": "一\r\n二"}, False),
        ({"zh-Hans": "馆"}, {"zh-Hans": "馆", "en": "Hall"}, True),
        ({"zh-Hans": "馆", "en": "Hall"}, {"zh-Hans": "馆"}, True),
        (None, {}, False),
        ("no JSON", {}, True),
        ({"zh-Hans": "馆"}, {"zh-Hans": "馆\x00"}, True),
    ],
)
def test_a_change_is_one_of_the_text(initial: Any, data: Any, changed: bool) -> None:
    assert TranslatedFormField().has_changed(initial, data) is changed


def test_a_form_without_the_field_omits_it() -> None:
    assert TranslatedWidget().value_omitted_from_data({"other": "1"}, {}, "name") is True
    assert TranslatedWidget().value_omitted_from_data({"name__de": ""}, {}, "name") is False


# Positions


READ_AS_PLACE = [
    "41.809, 123.354",
    "41.809，123.354",
    "41.809、123.354",
    "41.809 123.354",
    "41.809;123.354",
    "４１．８０９，１２３．３５４",
    "123.354, 41.809",
    "41.809N, 123.354E",
    "123.354E 41.809N",
    "N41.809 E123.354",
    "E123.354,N41.809",
    "北纬41.809°，东经123.354°",
    "東經123.354 北緯41.809",
    "  +41.8090,\t123.3540 ",
]


@pytest.mark.parametrize("text", READ_AS_PLACE)
def test_a_position_is_read_however_it_was_copied(text: str) -> None:
    assert PositionField().clean([text, "wgs84"]) == PLACE


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("-33.9, 18.4", Point(-33.9, 18.4)),
        ("33.9S 18.4W", Point(-33.9, -18.4)),
        ("\u221233.9, 18.4", Point(-33.9, 18.4)),
        ("0, 0", Point(0, 0)),
    ],
)
def test_a_position_may_lie_anywhere(text: str, point: Point) -> None:
    assert PositionField().clean([text, ""]) == point


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_position_in_a_chinese_datum_is_converted(datum: Datum) -> None:
    pasted = from_wgs84(PLACE, datum)
    read = PositionField().clean([f"{pasted.lat:.7f}, {pasted.lng:.7f}", str(datum)])
    assert (round(read.lat, 6), round(read.lng, 6)) == (PLACE.lat, PLACE.lng)
    assert abs(pasted.lat - PLACE.lat) > 0.001


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("here", "invalid"),
        ("41.809", "invalid"),
        ("41.809, 123.354, 7", "invalid"),
        ("41°48'32\", 123°21'14\"", "invalid"),
        ("41.8N, 123.3N", "invalid"),
        ("41.8E, 123.3W", "invalid"),
        ("91, 181", "out_of_range"),
        ("123.354N, 41.809E", "out_of_range"),
        ("nan, 1", "invalid"),
        ("1e1, 1", "invalid"),
    ],
)
def test_an_unreadable_position_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        PositionField().clean([text, "wgs84"])
    assert [error.code for error in refused.value.error_list] == [code]


def test_an_unknown_datum_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        PositionField().clean(["41.8, 123.3", "mars"])
    assert [error.code for error in refused.value.error_list] == ["invalid_choice"]


def test_no_position_is_none() -> None:
    assert PositionField(required=False).clean(["", "gcj02"]) is None


def test_a_written_pair_reads_the_same() -> None:
    for point in (PLACE, Point(-0.0, 0.0), Point(-33.9000001, 18.4)):
        assert PositionField().clean([write_pair(point), ""]) == point


def test_the_placed_form_stores_wgs84(db: None) -> None:
    venue = factories.venue(published=False, lat=None, lng=None)
    pasted = from_wgs84(PLACE, Datum.GCJ02)

    class VenueForm(PlacedForm):
        class Meta:
            model = Venue
            fields = ("postcode",)

    data = {"position_0": f"{pasted.lat}, {pasted.lng}", "position_1": "gcj02", "postcode": ""}
    form = VenueForm(data, instance=venue)
    assert form.is_valid(), form.errors
    assert (round(form.instance.lat, 6), round(form.instance.lng, 6)) == (PLACE.lat, PLACE.lng)
