"""Which text is shown for a language, and by what it is sorted."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from core.fields import TranslatedField
from core.translations import (
    clean_text,
    complete,
    fallback_chain,
    match_accept_language,
    match_tag,
    missing_languages,
    one_line,
    resolve,
    sort_key,
)

ALL = ("zh-Hans", "zh-Hant", "en", "de")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh_TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-mo", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("ZH-HANS-CN", "zh-Hans"),
        ("zh-yue", "zh-Hans"),
        ("de-AT", "de"),
        ("EN", "en"),
        (" en_gb ", "en"),
        ("xx", None),
        ("english", None),
        ("", None),
        ("-", None),
    ],
)
def test_translations_match_the_longest_prefix(wanted: str, expected: str | None) -> None:
    assert match_tag(wanted) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.2, de;q=0.8", "de"),
        ("en;q=0.5,de;q=0.5", "en"),
        ("fr, zh-TW;q=0.3", "zh-Hant"),
        ("fr, *;q=0.1", "zh-Hans"),
        ("en;q=0, de;q=0.1", "de"),
        ("en;Q=0.1, de;q=1.000", "de"),
        ("en;q=2, de;q=x", None),
        ("fr", None),
        ("", None),
        (",,;q=1,", None),
        ("de-" * 2000, "de"),
    ],
)
def test_translations_read_accept_language_by_weight(header: str, expected: str | None) -> None:
    assert match_accept_language(header) == expected


@given(header=st.text())
def test_translations_survive_any_accept_language(header: str) -> None:
    assert match_accept_language(header) in (None, *ALL)


def test_translations_derive_traditional_characters_and_count_them() -> None:
    value = {"zh-Hans": "中国工业博物馆"}
    assert resolve(value, "zh-Hant") == ("中國工業博物館", "zh-Hant")
    assert complete(value) == {"zh-Hans": "中国工业博物馆", "zh-Hant": "中國工業博物館"}
    assert missing_languages([value]) == ["en", "de"]


def test_translations_stored_override_wins_over_the_derived_text() -> None:
    value = {"zh-Hans": "软件园", "zh-Hant": "軟體園區"}
    assert resolve(value, "zh-Hant") == ("軟體園區", "zh-Hant")
    assert complete(value)["zh-Hant"] == "軟體園區"


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("de", ("de", "en", "zh-Hans", "zh-Hant")),
        ("en", ("en", "zh-Hans", "zh-Hant", "de")),
        ("zh-Hant", ("zh-Hant", "zh-Hans", "en", "de")),
        ("zh-Hans", ("zh-Hans", "zh-Hant", "en", "de")),
    ],
)
def test_translations_fall_back_to_the_sister_then_english(tag: str, chain: tuple[str, ...]) -> None:
    assert fallback_chain(tag, ALL) == chain


@pytest.mark.parametrize(
    ("value", "tag", "expected"),
    [
        ({"zh-Hans": "馆", "en": "Hall"}, "de", ("Hall", "en")),
        ({"zh-Hans": "馆"}, "de", ("馆", "zh-Hans")),
        ({"zh-Hant": "館"}, "zh-Hans", ("館", "zh-Hant")),
        ({"de": "Halle"}, "zh-Hant", ("Halle", "de")),
        ({"en": ""}, "en", ("", None)),
        ({}, "en", ("", None)),
        (None, "en", ("", None)),
    ],
)
def test_translations_say_which_language_is_shown(value: Any, tag: str, expected: tuple[str, str | None]) -> None:
    assert resolve(value, tag) == expected


@pytest.mark.parametrize(
    ("text", "pinyin", "key"),
    [
        ("中国工业博物馆", "", "zhongguogongyebowuguan"),
        ("重庆路", "chongqinglu", "chongqinglu"),
        ("Straße Köln", "", "strassekoln"),
        ("1905 文创园", "", "1905wenchuangyuan"),
        ("Z-1", "", "z1"),
        ("", "", ""),
    ],
)
def test_translations_sort_by_what_is_spoken(text: str, pinyin: str, key: str) -> None:
    assert sort_key(text, pinyin) == key


@given(text=st.text())
def test_translations_sort_key_holds_only_what_all_collations_agree_on(text: str) -> None:
    key = sort_key(text)
    assert set(key) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert len(key) <= 100


def test_translations_cleaning_trims_and_drops_what_is_empty() -> None:
    assert clean_text({"zh-Hans": " 馆\r\n二 ", "en": "  ", "de": None}) == {"zh-Hans": "馆\n二"}
    assert clean_text(None) == {}


@pytest.mark.parametrize(
    ("entered", "several_lines", "one"),
    [
        ("馆\u2028二", "馆\n二", "馆 二"),
        ("a\r\n\r\n  b\x0bc", "a\n\n  b\nc", "a b c"),
        ("Game\u202e 2:75", "Game 2:75", "Game 2:75"),
        ("a\x1bb\tc", "ab\tc", "ab c"),
        ("\u2067\n", "", ""),
        ("👩\u200d🔧 क्\u200dष", "👩\u200d🔧 क्\u200dष", "👩\u200d🔧 क्\u200dष"),  # joiners are part of their words
    ],
)
def test_text_loses_what_nobody_sees_and_a_title_its_lines(entered: str, several_lines: str, one: str) -> None:
    found = {"zh-Hans": several_lines} if several_lines else {}
    assert clean_text({"zh-Hans": entered}) == found
    assert one_line(several_lines) == one
    title = TranslatedField(blank=True).clean({"zh-Hans": entered}, None)
    assert title == ({"zh-Hans": one} if one else {})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"fr": "musée"}, "unknown_language"),
        ({"en": 5}, "invalid"),
        ("Museum", "invalid"),
        ({"en": "a\x00b"}, "null_characters_not_allowed"),
    ],
)
def test_translations_cleaning_refuses_what_is_no_translated_text(value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean_text(value)
    assert caught.value.error_list[0].code == code
