"""What pages say of prices, ages, days and ways, as tables."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from core.pages import words
from core.pages.markup import inexact_day, script, told
from core.pages.words import Foreign, marked

PRICE: dict[str, Any] = {"kind": "paid", "min": None, "max": None, "currency": "CNY"}


@pytest.mark.parametrize(
    ("language", "price", "text"),
    [
        ("en", {"min": 3500}, "CN¥35"),
        ("zh-hans", {"min": 3500, "max": 8050}, "¥35–¥80.50"),
        ("de", {"min": 3550, "max": 3550}, "CN¥35,50"),
        ("en", {"min": 500, "currency": "JPY"}, "JPY 500"),
        ("en", {}, "With a ticket"),
        ("en", {"kind": "free"}, "Free"),
        ("en", {"kind": "partly_free", "max": 2000}, "Partly free · CN¥20"),
        ("en", {"kind": "unknown"}, ""),
    ],
)
def test_price_in_words(language: str, price: dict[str, Any], text: str) -> None:
    with override(language):
        assert words.price_words({**PRICE, **price}) == text


@pytest.mark.parametrize(
    ("least", "most", "text"),
    [
        (None, None, ""),
        (0, None, "All ages"),
        (6, None, "From age 6"),
        (6, 12, "Ages 6 to 12"),
        (None, 12, "Up to age 12"),
    ],
)
def test_ages_in_words(english: None, least: int | None, most: int | None, text: str) -> None:
    assert words.ages_words({"min": least, "max": most}) == text


MAY, JULY = date(2026, 5, 1), date(2026, 7, 31)


@pytest.mark.parametrize(
    ("language", "first", "last", "precision", "text"),
    [
        ("en", MAY, MAY, "day", "Friday, 1 May 2026"),
        ("en", MAY, None, "day", "Friday, 1 May 2026"),
        ("de", MAY, JULY, "day", "1. Mai 2026 – 31. Juli 2026"),
        ("zh-hans", MAY, JULY, "month", "2026年5月 – 2026年7月"),
        ("en", MAY, JULY, "year", "2026"),
        ("en", None, None, "day", ""),
    ],
)
def test_days_in_words(language: str, first: date | None, last: date | None, precision: str, text: str) -> None:
    with override(language):
        assert words.days_words(first, last, precision) == text


def test_ways_in_words() -> None:
    with override("de"):
        assert [words.distance_words(metres) for metres in (850, 1000, 12340)] == ["850 m", "1,0 km", "12,3 km"]
        assert [words.duration_words(minutes) for minutes in (0, 45, 60, 90)] == [
            "0 Min.",
            "45 Min.",
            "1 Std.",
            "1 Std. 30 Min.",
        ]


def test_marked_texts_know_their_language_and_embedded_items_their_own() -> None:
    item = {
        "name": "Halle",
        "tags": [{"name": "heritage"}],
        "event": {"title": "杯", "fallbacks": {"title": "zh-Hans"}},
        "fallbacks": {"tags.0.name": "en"},
    }
    found = marked(item, "de", "de")
    assert found == {"name": "Halle", "tags": [{"name": "heritage"}], "event": {"title": "杯"}}
    tongues = [
        getattr(each, "lang", None) for each in (found["name"], found["tags"][0]["name"], found["event"]["title"])
    ]
    assert tongues == [None, "en", "zh-Hans"]
    french = marked({"name": "Salle", "fallbacks": {}}, "fr", "en")["name"]  # whose labels are English
    assert isinstance(french, Foreign)
    assert french.lang == "fr"


def test_script_cannot_be_left_from_inside() -> None:
    text = str(script({"name": "</script><!-- & \u2028"}))
    assert text.removeprefix('<script type="application/ld+json">').removesuffix("</script>") == (
        '{"@context": "https://schema.org", "name": "\\u003C/script\\u003E\\u003C!-- \\u0026 \\u2028"}'
    )


def test_what_is_not_known_is_not_told() -> None:
    assert told({"a": None, "b": "", "c": [], "d": False, "e": 0}) == {"d": False, "e": 0}
    assert [inexact_day(MAY, each) for each in ("day", "month", "year")] == ["2026-05-01", "2026-05", "2026"]
