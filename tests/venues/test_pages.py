"""The pages of venues and routes: what people read, what search engines and messengers are told."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.changes.edits import edit
from core.translations import to_traditional
from tests import factories
from tests.factories import at, text
from tests.people import checked
from venues.models import AccessFact, Designation, VenueLink, VisitRules

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example"
NOON = at(2026, 5, 6, 12)  # a Wednesday
TAGS = ["zh-Hans", "zh-Hant", "en", "de"]
UGLY = "Foundry </script><script>alert(1)</script> & <b>Sons</b>"


@pytest.fixture(scope="module")
def scene(kept: None) -> SimpleNamespace:
    with edit(moment=NOON):
        museum = factories.museum(
            name=text("工业博物馆", en="Industrial Museum", de="Industriemuseum"),
            summary=text("化铁炉还在。", en="The cupola still stands."),
            description=text("## 展厅\n\n很大。", de="## Hallen\n\nGroß."),
            street=text("卫工街14号", en="14 Weigong Street"),
            district=text("铁西区", en="Tiexi"),
            city=text("沈阳市", en="Shenyang"),
            postcode="110000",
            approximate=True,
            price_kind="free",
            wikidata="Q1",
            verified_on=date(2026, 4, 1),
        )
        image = factories.image(alt=text("炉", en="Furnace"), licence="CC-BY-4.0")
        factories.shown(image, museum)
        factories.shown(factories.image(), museum, position=1)
        AccessFact(venue=museum, fact="lift", value="yes", note=text("东门", en="East gate")).save()
        AccessFact(venue=museum, fact="hearing_loop", value="no").save()
        VisitRules(venue=museum, age_min=6, photography="no_flash", clothing=text("平底鞋", en="Flat shoes")).save()
        Designation(venue=museum, issuer=text("国家"), title=text("工业遗产"), year=2018).save()
        VenueLink(venue=museum, kind="phone", value="+86 24 8888 0000").save()
        VenueLink(venue=museum, value="https://cim.example").save()
        hall = factories.venue(slug="hall", parent=museum, name=text("铸造馆", en=UGLY), lat=None, lng=None)
        factories.notice(venues=[museum], severity="severe", title=text("停电", en="Power cut"))
        factories.event(slug="cup", venues=[museum], starts_on=date(2026, 5, 7), ends_on=date(2026, 5, 9))
        factories.event(slug="secret", published=False, venues=[museum], starts_on=date(2026, 5, 7))
        stops = [{"venue": museum, "minutes": 90, "mode": "walk", "distance": 850, "way_minutes": 12}, hall]
        route = factories.route(slug="tour", name=text("一日游", en="Day out"), stops=stops)
    return SimpleNamespace(museum=museum, hall=hall, image=image, route=route)


@pytest.fixture(autouse=True)
def _noon(clock: Any) -> None:
    clock(NOON)


def test_page_tells_whether_the_museum_is_open(client: Client, scene: SimpleNamespace, clock: Any) -> None:
    told = {}
    for hour in (8, 12, 16, 20):
        clock(at(2026, 5, 6, hour, 10))
        page = checked(client.get("/venues/museum/", {"lang": "en"}))
        told[hour] = next(each for each in page.texts if each.startswith(("Open", "Closed,")))
    assert told == {
        8: "Closed, opens at 09:00",
        12: "Open until 16:30, last entry 16:00",
        16: "Open until 16:30, but the last entry was at 16:00",
        20: "Closed, opens on Thursday at 09:00",
    }


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (
            "zh-Hans",
            ["博物馆", "开放至 16:30，16:00 停止入场", "免费", "电梯", "须年满 6 岁。", "沈阳市铁西区卫工街14号"],
        ),
        (
            "zh-Hant",
            ["博物館", "開放至 16:30，16:00 停止入場", "免費", "電梯", "須年滿 6 歲。", "瀋陽市鐵西區衛工街14號"],
        ),
        ("en", ["Museum", "Open until 16:30, last entry 16:00", "Free", "Lift", "14 Weigong Street, Tiexi, Shenyang"]),
        ("de", ["Museum", "Geöffnet bis 16:30, letzter Einlass 16:00", "Kostenlos", "Aufzug", "Groß."]),
    ],
)
def test_page_speaks_every_language(client: Client, scene: SimpleNamespace, tag: str, words: list[str]) -> None:
    page = checked(client.get("/venues/museum/", {"lang": tag}))
    assert [word for word in words if word not in page.texts] == []
    assert page.of("html")[0]["lang"] == tag
    assert page.links("canonical") == {"": f"{SITE}/venues/museum/?lang={tag}"}
    assert page.links("alternate") == {each: f"{SITE}/venues/museum/?lang={each}" for each in TAGS} | {
        "x-default": f"{SITE}/venues/museum/"
    }
    switch = [(each["hreflang"], each.get("aria-current")) for each in page.of("a") if "hreflang" in each]
    assert switch == [(each, "true" if each == tag else None) for each in TAGS]


def test_page_in_traditional_characters_has_none_of_the_simplified_ones(client: Client, scene: SimpleNamespace) -> None:
    page = checked(client.get("/venues/museum/", {"lang": "zh-Hant"}))
    others = {"简体中文"}  # a language is named in itself
    assert [each for each in page.texts if to_traditional(each) != each and each not in others] == []


def test_page_marks_what_is_in_another_language(client: Client, scene: SimpleNamespace) -> None:
    page = checked(client.get("/venues/museum/", {"lang": "de"}))
    summary = next(attrs for tag, attrs in page.elements if attrs.get("class") == "summary")
    assert summary == {"class": "summary", "lang": "en"}
    assert {each.get("lang") for each in page.of("h1")} == {None}
    assert page.of("span")[0] == {"lang": "zh-Hans"}  # the district's name
    chinese = checked(client.get("/venues/museum/", {"lang": "zh-Hant"}))
    assert [tag for tag, attrs in chinese.elements if attrs.get("lang") == "zh-Hans"] == ["a"]  # the language switch


def test_page_language_follows_the_parameter_then_the_browser(client: Client, scene: SimpleNamespace) -> None:
    def language(asked: str = "", header: str = "") -> tuple[str, str]:
        headers = {"accept-language": header} if header else {}
        response = client.get("/venues/museum/", {"lang": asked} if asked else {}, headers=headers)
        assert response["Vary"] == "Accept-Language"
        return response["Content-Language"], checked(response).of("html")[0]["lang"]

    assert language() == ("zh-Hans", "zh-Hans")
    assert language(header="de-AT,en;q=0.5") == ("de", "de")
    assert language("zh-TW", "de") == ("zh-Hant", "zh-Hant")
    assert language("*") == language("xx") == ("zh-Hans", "zh-Hans")


def test_page_ignores_what_messengers_append(client: Client, scene: SimpleNamespace) -> None:
    plain = client.get("/venues/museum/")
    odd = client.get("/venues/museum/?fbclid=1&fbclid=2&from=singlemessage&isappinstalled=0&x=%00&lang=")
    assert (odd.status_code, odd.content) == (200, plain.content)


def test_page_is_conditional_and_nobodys(client: Client, scene: SimpleNamespace, clock: Any) -> None:
    first = client.get("/venues/museum/", {"lang": "en"})
    assert first["Cache-Control"] == "public, max-age=60, stale-if-error=300"
    assert ("Set-Cookie" in first, first["X-Frame-Options"]) == (False, "DENY")
    policy = dict(part.strip().split(" ", 1) for part in first["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert ("script-src" in policy, policy["style-src"]) == (False, "'self'")
    known = {"if-none-match": first["ETag"]}
    with CaptureQueriesContext(connection) as queries:
        again = client.get("/venues/museum/", {"lang": "en"}, headers=known)
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)
    assert client.get("/venues/museum/", {"lang": "de"}, headers=known).status_code == 200
    clock(at(2026, 5, 6, 12, 1))
    assert client.get("/venues/museum/", {"lang": "en"}, headers=known).status_code == 200


def test_page_is_stored_once_for_all_parameters(client: Client, scene: SimpleNamespace, settings: Any) -> None:
    settings.ANSWER_CACHE_SECONDS = 600
    first = client.get("/venues/museum/", {"utm_source": "a"})
    with CaptureQueriesContext(connection) as queries:
        second = client.get("/venues/museum/", {"utm_source": "b"})
    assert (second.content, len(queries)) == (first.content, 1)


def test_page_tells_too_many_visitors_to_wait(client: Client, scene: SimpleNamespace, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    statuses = [client.get("/venues/museum/", {"lang": "de"}).status_code for _number in range(2)]
    response = client.get("/venues/museum/", {"lang": "de"})
    assert (statuses, response.status_code, int(response["Retry-After"]) <= 61) == ([200, 429], 429, True)
    assert "Zu viele Aufrufe auf einmal" in response.content.decode()


def test_page_shows_what_happens_there_and_no_draft(client: Client, scene: SimpleNamespace) -> None:
    page = checked(client.get("/venues/museum/", {"lang": "en"}))
    assert [each["href"] for each in page.of("a") if each.get("class") == "tile"] == ["/events/cup/?lang=en"]
    assert "7 May 2026 – 9 May 2026" in page.texts
    assert "secret" not in client.get("/venues/museum/").content.decode()
    assert page.headings == [
        ("h1", "Industrial Museum"),
        *(("h2", each) for each in ("Opening hours", "Admission", "Getting there", "Contact", "Accessibility")),
        ("h2", "What’s on here"),
        ("h2", "About"),
        ("h2", "展厅"),
        *(("h2", each) for each in ("Before your visit", "Recognition", "Pictures", "Share this page")),
    ]


def test_page_has_the_words_of_a_shared_link(client: Client, scene: SimpleNamespace) -> None:
    page = checked(client.get("/venues/museum/", {"lang": "en"}))
    ((width, _height, picture),) = scene.image.sizes("5:4", "jpeg")
    found = {each: page.meta(each) for each in ("og:title", "og:description", "og:url", "og:image", "og:image:width")}
    assert found == {
        "og:title": "Industrial Museum",
        "og:description": "The cupola still stands.",
        "og:url": f"{SITE}/venues/museum/?lang=en",
        "og:image": picture,
        "og:image:width": str(width),
    }
    assert (page.meta("og:locale"), page.meta("og:image:alt")) == ("en_GB", "Furnace")
    assert [each["content"] for each in page.of("meta") if each.get("property") == "og:locale:alternate"] == [
        *("zh_CN", "zh_TW", "de_DE")
    ]
    assert (page.meta("twitter:card"), page.meta("description")) == ("summary_large_image", "The cupola still stands.")
    assert f"{SITE}/s/{scene.museum.code}" in [each["href"] for each in page.of("a")]
    assert [each["aria-label"] for each in page.of("div") if each.get("role") == "img"] == ["QR code of this page"]


def test_page_tells_machines_of_the_museum(client: Client, scene: SimpleNamespace) -> None:
    (node,) = checked(client.get("/venues/museum/", {"lang": "en"})).data
    page = f"{SITE}/venues/museum/"
    hours = {"@type": "OpeningHoursSpecification", "opens": "09:00", "closes": "16:30"}
    images = node.pop("image")
    assert (len(images), images[:3]) == (6, [scene.image.address(ratio, 1920) for ratio in ("16:9", "4:3", "1:1")])
    assert node == {
        "@context": "https://schema.org",
        "@type": ["Museum", "TouristAttraction"],
        "@id": page,
        "url": page,
        "name": "Industrial Museum",
        "description": "The cupola still stands.",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": "14 Weigong Street, Tiexi",
            "addressLocality": "Shenyang",
            "postalCode": "110000",
        },
        "geo": {"@type": "GeoCoordinates", "latitude": 41.8, "longitude": 123.36},
        "telephone": "+86 24 8888 0000",
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "opens": "00:00",
                "closes": "00:00",
                "description": "Closed on Mondays",
                "dayOfWeek": ["Monday"],
            },
            {**hours, "dayOfWeek": ["Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]},
        ],
        "publicAccess": True,
        "isAccessibleForFree": True,
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": "Lift", "value": True},
            {"@type": "LocationFeatureSpecification", "name": "Hearing loop", "value": False},
        ],
        "sameAs": ["https://cim.example", "https://www.wikidata.org/entity/Q1"],
    }


def test_page_of_a_bare_hall_says_what_is_known(client: Client, scene: SimpleNamespace) -> None:
    """No picture, no position, no hours, no address; and a name that would break out of a script."""
    page = checked(client.get("/venues/hall/", {"lang": "en"}))
    assert (page.meta("og:title"), page.meta("twitter:card"), page.meta("og:image")) == (UGLY, "summary", None)
    assert page.headings == [("h1", UGLY), ("h2", "Share this page")]
    assert "Opening hours are not known" in page.texts
    place, crumbs = page.data
    assert place == {
        "@context": "https://schema.org",
        "@type": ["Museum", "TouristAttraction"],
        "@id": f"{SITE}/venues/hall/",
        "url": f"{SITE}/venues/hall/",
        "name": UGLY,
        "containedInPlace": {"@type": "Place", "name": "Industrial Museum", "url": f"{SITE}/venues/museum/"},
        "publicAccess": True,
    }
    assert [(each["position"], each["name"], each["item"]) for each in crumbs["itemListElement"]] == [
        (1, "Industrial Museum", f"{SITE}/venues/museum/"),
        (2, UGLY, f"{SITE}/venues/hall/"),
    ]
    assert "alert(1)</script>" not in client.get("/venues/hall/", {"lang": "en"}).content.decode()


def test_page_of_a_route_leads_from_stop_to_stop(client: Client, scene: SimpleNamespace) -> None:
    page = checked(client.get("/routes/tour/", {"lang": "en"}))
    assert [each["href"] for each in page.of("a") if each["href"].startswith("/venues")] == [
        *("/venues/museum/?lang=en", "/venues/hall/?lang=en")
    ]
    assert "↓ On foot · 850 m · 12 min" in page.texts
    (node,) = page.data
    assert (node["@type"], node["name"], node["itinerary"]["numberOfItems"]) == ("TouristTrip", "Day out", 2)
    assert [each["item"]["url"] for each in node["itinerary"]["itemListElement"]] == [
        *(f"{SITE}/venues/museum/", f"{SITE}/venues/hall/")
    ]


@pytest.mark.parametrize("debug", [False, True])
def test_page_that_is_not_there_is_a_page_for_people(
    client: Client, scene: SimpleNamespace, settings: Any, debug: bool
) -> None:
    settings.DEBUG = debug
    for path in ("/venues/nix/", "/venues/", "/venues/a/b/", "/slots/123/", "/events/大/", "/routes/Tour/", "/s/"):
        response = client.get(path, {"lang": "en"})
        assert (path, response.status_code) == (path, 404)
        assert "There is nothing here" in response.content.decode()
    assert client.get("/venues/museum")["Location"] == "/venues/museum/"


def test_page_costs_as_many_queries_with_much_as_with_little(client: Client, scene: SimpleNamespace) -> None:
    def cost(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    before = {path: cost(path) for path in ("/venues/museum/", "/routes/tour/")}
    with edit():
        for _number in range(3):
            other = factories.venue()
            factories.shown(factories.image(), scene.museum, position=5)
            factories.shown(factories.image(), other)
            factories.event(venues=[scene.museum], starts_on=date(2026, 5, 8))
            factories.notice(venues=[scene.museum])
            scene.route.stops.create(venue=other, position=9)
    assert {path: cost(path) for path in before} == before
    assert max(before.values()) <= 30
