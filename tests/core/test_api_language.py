"""One language per answer, chosen as the contract says; what is shown in another one is named, field by field."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import text
from venues.models import Designation

pytestmark = pytest.mark.django_db

MUSEUM = {"zh-Hans": "中国工业博物馆", "en": "China Industrial Museum"}


@pytest.fixture
def museum() -> Any:
    return factories.venue(slug="museum", name=MUSEUM)


@pytest.mark.parametrize(
    ("lang", "accept", "expected"),
    [
        (None, None, "zh-Hans"),
        ("zh", None, "zh-Hans"),
        ("zh-CN", None, "zh-Hans"),
        ("zh_TW", None, "zh-Hant"),
        ("zh-HK", None, "zh-Hant"),
        ("zh-Hant-HK", None, "zh-Hant"),
        ("de-AT", None, "de"),
        ("EN", None, "en"),
        ("xx", None, "zh-Hans"),
        ("xx", "de", "zh-Hans"),  # ?lang= wins, also one that is not known
        ("en", "de", "en"),
        ("", "de", "de"),
        (None, "de-CH, en;q=0.9", "de"),
        (None, "en;q=0.4, de;q=0.6", "de"),
        (None, "fr, *", "zh-Hans"),
        (None, "fr", "zh-Hans"),
    ],
)
def test_language_is_asked_for_accepted_or_the_default(
    client: Client, museum: Any, lang: str | None, accept: str | None, expected: str
) -> None:
    params = {} if lang is None else {"lang": lang}
    headers = {} if accept is None else {"accept-language": accept}
    response = client.get("/api/v1/venues/museum", params, headers=headers)
    assert (response.status_code, response["Content-Language"]) == (200, expected)
    assert "accept-language" in response["Vary"].lower()
    shown = {"zh-Hans": MUSEUM["zh-Hans"], "zh-Hant": "中國工業博物館", "en": MUSEUM["en"], "de": MUSEUM["en"]}
    assert response.json()["name"] == shown[expected]


def test_language_derived_characters_are_no_fallback(get: Any, museum: Any) -> None:
    shown = get("venues/museum", lang="zh-Hant")
    assert shown["name"] == "中國工業博物館"
    assert shown["fallbacks"] == {}
    assert shown["languages"] == ["zh-Hans", "zh-Hant", "en"]


def test_language_stored_traditional_text_wins(get: Any) -> None:
    factories.venue(slug="park", name=text("软件园", zh_Hant="軟體園區"))
    assert get("venues/park", lang="zh-Hant")["name"] == "軟體園區"


def test_language_fallbacks_name_every_field_by_its_path(get: Any) -> None:
    parent = factories.venue(slug="parent", name=MUSEUM)
    organizer = factories.organizer(name=text("区文旅局", de="Kulturamt"))
    venue = factories.venue(
        slug="hall",
        name=text("铸造馆", en="Foundry Hall", de="Gießereihalle"),
        summary=text("简介", en="Short"),
        description=text("正文"),
        price_note=text("周一免费", en="Free on Mondays"),
        street=text("卫工北街14号", en="14 Weigong North Street", de="Weigong-Nordstraße 14"),
        parent=parent,
        organizer=organizer,
    )
    Designation(venue=venue, issuer=text("国家", en="State", de="Staat"), title=text("遗产", en="Heritage")).save()
    factories.space(venue, name=text("一号厅", de="Saal 1"))
    shown = get("venues/hall", lang="de")
    assert shown["name"] == "Gießereihalle"
    assert shown["fallbacks"] == {
        "summary": "en",
        "description": "zh-Hans",
        "description_html": "zh-Hans",
        "price.note": "en",
        "designations.0.title": "en",
        "parent.name": "en",
    }
    assert shown["designations"][0]["title"] == "Heritage"
    assert shown["languages"] == ["zh-Hans", "zh-Hant"]  # "en" has no description and no space
    assert get("venues/hall", lang="en")["fallbacks"] == {
        "description": "zh-Hans",
        "description_html": "zh-Hans",
        "spaces.0.name": "zh-Hans",
        "organizer.name": "zh-Hans",
    }


def test_language_of_what_an_item_refers_to_is_not_its_own(get: Any) -> None:
    chinese = text("只有中文")
    organizer = factories.organizer(name=chinese)
    season = factories.event(slug="season", event_kind="season", title=chinese, organizer=organizer)
    venue = factories.venue(slug="hall", name=chinese)
    factories.space(venue, slug="court", name=chinese)
    event = factories.event(slug="cup", season=season, organizer=organizer, venues=[venue])
    factories.shown(factories.image(alt=chinese), event)
    slot = factories.slot(event, venue=venue, space=venue.spaces.get(), title=text("决赛", en="Final", de="Finale"))
    factories.takes_part(slot, factories.participant(name=chinese))
    factories.release(event)
    everything = ["zh-Hans", "zh-Hant", "en", "de"]
    shown = get("events/cup", lang="en")
    assert shown["languages"] == everything
    assert shown["fallbacks"] == {
        "venue.name": "zh-Hans",
        "venues.0.name": "zh-Hans",
        "organizer.name": "zh-Hans",
        "season.name": "zh-Hans",
        "image.alt": "zh-Hans",
        "images.0.alt": "zh-Hans",
    }
    shown = get("slots", lang="en")["results"][0]
    assert shown["languages"] == everything
    assert shown["fallbacks"] == {
        "event.image.alt": "zh-Hans",
        "place.name": "zh-Hans",
        "place.venue.name": "zh-Hans",
        "place.space.name": "zh-Hans",
        "participants.0.name": "zh-Hans",
    }


def test_language_embedded_item_keeps_an_account_of_its_own(get: Any) -> None:
    venue = factories.venue(name=MUSEUM, summary=text("简介"))
    factories.event(slug="cup", venues=[venue])
    shown = get("events/cup", lang="de", include="venue")
    assert shown["fallbacks"] == {"venue.name": "en", "venues.0.name": "en", "organizer.name": "en"}
    assert shown["venue"]["fallbacks"] == {"name": "en", "summary": "zh-Hans"}
    assert shown["venue"]["languages"] == ["zh-Hans", "zh-Hant"]


def test_language_star_gives_every_text_as_an_object(client: Client) -> None:
    venue = factories.venue(
        slug="hall", name=MUSEUM, description=text("**旧厂**", en="**Old works**"), street=text("街")
    )
    Designation(venue=venue, issuer=text("国"), title=text("遗产")).save()
    response = client.get("/api/v1/venues/hall", {"lang": "*"})
    shown = response.json()
    assert "Content-Language" not in response
    assert shown["name"] == {**MUSEUM, "zh-Hant": "中國工業博物館"}
    assert shown["description_html"] == {
        "zh-Hans": "<p><strong>旧厂</strong></p>",
        "zh-Hant": "<p><strong>舊廠</strong></p>",
        "en": "<p><strong>Old works</strong></p>",
    }
    assert shown["designations"][0]["title"] == {"zh-Hans": "遗产", "zh-Hant": "遺產"}
    assert shown["address"]["text"] == {"zh-Hans": "街", "zh-Hant": "街"}
    assert shown["summary"] == {}
    assert shown["price"]["note"] == {}
    assert shown["fallbacks"] == {}
    assert shown["languages"] == ["zh-Hans", "zh-Hant"]


def test_language_decides_the_order_by_name(get: Any) -> None:
    factories.venue(slug="works", name=text("阿房厂", en="Zinc Works"))
    factories.venue(slug="park", name=text("中心公园", en="Abbey Park"))
    factories.venue(slug="mall", name=text("铁西城", en="Mall"))

    def slugs(lang: str) -> list[str]:
        return [row["slug"] for row in get("venues", lang=lang, order="name")["results"]]

    assert slugs("zh-Hans") == ["works", "mall", "park"]  # afangchang, tiexicheng, zhongxin…
    assert slugs("zh-Hant") == ["works", "mall", "park"]
    assert slugs("en") == ["park", "mall", "works"]
    assert slugs("*") == slugs("zh-Hans")


def test_language_order_follows_an_editors_pinyin(get: Any) -> None:
    factories.venue(slug="road", name=text("重庆路", en="A Road"), name_pinyin="chongqinglu")  # not zhongqinglu
    factories.venue(slug="hall", name=text("东方厅", en="B Hall"))
    assert [row["slug"] for row in get("venues", order="name")["results"]] == ["road", "hall"]
    assert [row["slug"] for row in get("venues", order="name", lang="en")["results"]] == ["road", "hall"]


def test_language_address_is_one_line_from_large_to_small_or_back(get: Any) -> None:
    factories.venue(
        slug="hall",
        street=text("卫工北街14号", en="14 Weigong North Street"),
        district=text("铁西区", en="Tiexi"),
        city=text("沈阳市", en="Shenyang"),
    )
    assert get("venues/hall")["address"]["text"] == "沈阳市铁西区卫工北街14号"
    assert get("venues/hall", lang="en")["address"]["text"] == "14 Weigong North Street, Tiexi, Shenyang"
    shown = get("venues/hall", lang="zh-Hant")
    assert shown["address"]["text"] == "瀋陽市鐵西區衛工北街14號"
    assert shown["fallbacks"] == {}
