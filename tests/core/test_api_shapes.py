"""The shapes of the contract, key by key: none is missing, none conditional; trimming and embedding keep the rest."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.changes.edits import edit
from events.models import EventLink, EventTag
from media.renditions import RATIOS
from organizers.models import OrganizerLink
from tests import factories
from tests.factories import text
from venues.models import Designation, VenueLink, VenueTag

pytestmark = pytest.mark.django_db


def keys(words: str) -> set[str]:
    return set(words.split())


EVERY_ITEM = keys("languages fallbacks share_url code updated_at")

# The contract's keys, then what was added to them.
VENUE = EVERY_ITEM | keys(
    """slug kind status name summary description parent address directions position distance opening price indoor
    accessibility visit_rules designations contacts links image images organizer tags external_ids founded opened
    verified_on"""
)
VENUE |= keys("description_html hours_text spaces sample notices")
EVENT = EVERY_ITEM | keys(
    """slug kind title summary description starts_on ends_on next_slot event_status rescheduled status_note booking
    price ages accessibility venue venues organizer season image images links tags release verified_on sample"""
)
EVENT |= keys("description_html date_precision indoor distance contacts")
SLOT = keys(
    """uid event kind audience title day starts_at ends_at timing through precision status status_note phase
    previous_start sequence place distance participants match result notice booking sample updated_at"""
)
SLOT |= EVERY_ITEM | keys("capacity wave cutoff closure")
ORGANIZER = EVERY_ITEM | keys(
    "slug name summary description description_html image images contacts links verified_on sample"
)
FULL_IMAGE = keys("id alt credit licence caption placeholder color focal renditions share_image")
BRIEF_IMAGE = keys("id alt color placeholder urls")
IMAGE = EVERY_ITEM | FULL_IMAGE
REFERENCE = keys("slug name image")
# What details have, and lists have not.
OF_DETAILS = {"venues": keys("audio documents"), "events": keys("audio documents")}

PARTS: dict[str, set[str]] = {
    "address": keys("street district city postcode text"),
    "position": keys("lat lng coords approximate"),
    "price": keys("kind min max currency note concessions"),
    "booking": keys("status opens_at closes_at url mini_program real_name_required accepted_documents documents note"),
    "ages": keys("min max note"),
    "place": keys("name address position venue space"),
}


@pytest.fixture
def world() -> SimpleNamespace:
    """One full object of each kind and a bare one."""
    with edit():
        organizer = factories.organizer(slug="organizer")
        OrganizerLink(organizer=organizer, kind="phone", value="+86 24 8888 0000").save()
        OrganizerLink(organizer=organizer, value="https://organizer.example").save()
        parent = factories.venue(slug="museum")
        venue = factories.venue(slug="hall", parent=parent, organizer=organizer, wikidata="Q1", summary=text("简介"))
        Designation(venue=venue, issuer=text("国"), title=text("遗产"), level="AAAA", year=2017).save()
        VenueLink(venue=venue, kind="wechat", value="cim-1905", label=text("公众号")).save()
        VenueLink(venue=venue, value="https://cim.example").save()
        VenueTag(venue=venue, tag=factories.tag(slug="heritage", name=text("遗产"))).save()
        space = factories.space(venue, slug="court")
        season = factories.event(slug="season", event_kind="season", organizer=organizer)
        event = factories.event(
            slug="cup",
            season=season,
            organizer=organizer,
            venues=[venue],
            mini_program_app_id="wx1",
            mini_program_path="pages/cup",
            booking_url="https://tickets.example/cup",
        )
        EventLink(event=event, value="https://cup.example").save()
        EventTag(event=event, tag=factories.tag()).save()
        image = factories.image(caption=text("说明"), licence="CC-BY-4.0")
        for owner in (parent, venue, season, event):
            factories.shown(image, owner)
        slot = factories.slot(event, venue=venue, space=space)
        factories.takes_part(slot, factories.participant(slug="team"), role="home")
        factories.release(event)
        factories.venue(slug="bare", lat=None, lng=None)
        bare = factories.event(slug="bare", organizer=organizer, starts_on=None, ends_on=None)
        bare_slot = factories.slot(bare, precision="tba", starts_at=None)
        factories.release(bare)
    return SimpleNamespace(slot=slot, bare_slot=bare_slot, image=image)


def every(get: Any, world: SimpleNamespace, what: str) -> list[Any]:
    """The same kind of object in lists and details, full and bare."""
    if what == "slots":
        details = [get(f"slots/{slot.uid}") for slot in (world.slot, world.bare_slot)]
    elif what == "organizers":
        details = [get("organizers/organizer")]
    else:
        full = {"venues": "hall", "events": "cup"}[what]
        details = [get(f"{what}/{full}"), get(f"{what}/bare")]
    listed = get(what, from_="2020-01-01")["results"] if what in ("events", "slots") else get(what)["results"]
    assert listed
    return details + listed


def test_shape_has_exactly_its_keys_everywhere(get: Any, world: Any) -> None:
    for what, expected in {"venues": VENUE, "events": EVENT, "slots": SLOT, "organizers": ORGANIZER}.items():
        for shown in every(get, world, what):
            assert set(shown) - OF_DETAILS.get(what, set()) == expected
            for name in PARTS.keys() & expected:
                if name == "position" and shown["slug"] == "bare":
                    assert shown[name] is None
                elif not (what == "slots" and name == "booking" and shown["booking"] is None):
                    assert set(shown[name]) == PARTS[name], name


def test_shape_of_details_has_more_keys_than_that_of_lists(get: Any, world: Any) -> None:
    for what, expected in {"venues": VENUE, "events": EVENT}.items():
        slug, params = {"venues": "hall", "events": "cup"}[what], {"from_": "2020-01-01"} if what == "events" else {}
        assert set(get(f"{what}/{slug}")) == expected | OF_DETAILS[what]
        assert {frozenset(row) for row in get(what, **params)["results"]} == {frozenset(expected)}


def test_shape_of_a_venue_in_detail(get: Any, world: Any) -> None:
    shown = get("venues/hall")
    assert set(shown["parent"]) == set(shown["organizer"]) == REFERENCE
    assert shown["parent"]["slug"] == "museum"
    assert set(shown["parent"]["image"]) == set(shown["image"]) == BRIEF_IMAGE
    assert [set(image) for image in shown["images"]] == [FULL_IMAGE]
    assert shown["image"]["urls"] == {
        ratio: {str(width): url for width, _height, url in world.image.sizes(ratio)} for ratio in RATIOS
    }
    assert shown["designations"] == [
        {"issuer": "国", "title": "遗产", "level": "AAAA", "year": 2017, "source": ""},
    ]
    assert shown["contacts"] == [{"kind": "wechat", "value": "cim-1905", "label": "公众号"}]
    assert shown["links"] == [{"kind": "website", "value": "https://cim.example", "label": None}]
    assert shown["tags"] == [{"slug": "heritage", "name": "遗产"}]
    assert [set(space) for space in shown["spaces"]] == [keys("slug name capacity")]
    assert shown["external_ids"] == {"wikidata": "Q1"}
    assert shown["distance"] is None


def test_shape_of_unknown_things_is_null(get: Any, world: Any) -> None:
    venue = get("venues/bare")
    for name in "summary parent position distance indoor image organizer founded verified_on".split():
        assert venue[name] is None, name
    assert (venue["images"], venue["designations"], venue["links"], venue["tags"]) == ([], [], [], [])
    assert venue["price"] == {
        "kind": "unknown",
        "min": None,
        "max": None,
        "currency": "CNY",
        "note": None,
        "concessions": None,
    }
    event = get("events/bare")
    for name in "starts_on ends_on venue season image next_slot accessibility".split():
        assert event[name] is None, name
    assert event["venues"] == []
    assert event["booking"]["mini_program"] is None
    slot = get(f"slots/{world.bare_slot.uid}")
    for name in "day starts_at ends_at through previous_start match result wave cutoff closure notice".split():
        assert slot[name] is None, name
    assert slot["booking"] == event["booking"]
    assert slot["place"] == {"name": None, "address": None, "position": None, "venue": None, "space": None}


def test_shape_of_an_event_in_detail(get: Any, world: Any) -> None:
    shown = get("events/cup")
    for name in ("venue", "organizer", "season"):
        assert set(shown[name]) == REFERENCE, name
    assert [reference["slug"] for reference in shown["venues"]] == ["hall"]
    assert shown["booking"]["mini_program"] == {"app_id": "wx1", "path": "pages/cup"}
    assert shown["booking"]["url"] == "https://tickets.example/cup"
    assert set(shown["season"]["image"]) == BRIEF_IMAGE


def test_shape_of_a_slot_in_detail(get: Any, world: Any) -> None:
    shown = get(f"slots/{world.slot.uid}")
    assert set(shown["event"]) == set(shown["place"]["venue"]) == REFERENCE
    assert set(shown["place"]["space"]) == keys("slug name")
    assert set(shown["place"]["position"]) == PARTS["position"]
    (who,) = shown["participants"]
    assert {**who, "name": ""} == {"role": "home", "name": "", "slug": "team", "billing": 1, "url": None}
    assert shown["audience"] == "program"


def test_shape_of_images(get: Any, world: Any) -> None:
    shown = get(f"images/{world.image.pk}")
    assert set(shown) == IMAGE
    assert [set(rendition) for rendition in shown["renditions"]] == [keys("ratio width height url type")] * 4
    assert (shown["licence"], shown["caption"]) == ("CC-BY-4.0", "说明")
    assert [set(image) for image in get("venues", limit=100, parent="museum")["results"][0]["images"]] == [BRIEF_IMAGE]


EMBEDDED = [
    ("venues", "hall", "parent", VENUE),
    ("venues", "hall", "organizer", ORGANIZER),
    ("events", "cup", "venue", VENUE),
    ("events", "cup", "venues", VENUE),
    ("events", "cup", "organizer", ORGANIZER),
    ("events", "cup", "season", EVENT),
    ("slots", "", "event", EVENT),
]


def test_shape_include_adds_keys_to_a_reference(get: Any, world: Any) -> None:
    for what, slug, include, expected in EMBEDDED:
        one = slug or str(world.slot.uid)
        listed = [row for row in get(what, include=include)["results"] if one in (row.get("slug"), row.get("uid"))]
        assert len(listed) == 1
        for shown in (get(f"{what}/{one}", include=include), *listed):
            embedded = shown[include]
            for item in embedded if isinstance(embedded, list) else [embedded]:
                assert set(item) == expected | REFERENCE, (what, include)
                for name in ("parent", "organizer", "season", "venue"):
                    assert set(item.get(name) or REFERENCE) == REFERENCE, f"{name}: one level, no more"


def test_shape_include_images_gives_lists_the_full_ones(get: Any, world: Any) -> None:
    for what in ("venues", "events"):
        for row in get(what, include="images")["results"]:
            assert all(set(image) == FULL_IMAGE for image in row["images"])
            assert set(row["image"] or BRIEF_IMAGE) == BRIEF_IMAGE


def test_shape_include_slots_embeds_the_agenda(get: Any, world: Any) -> None:
    (listed,) = (row for row in get("events", include="slots")["results"] if row["slug"] == "cup")
    for shown, more in ((get("events/cup", include="slots"), OF_DETAILS["events"]), (listed, set())):
        assert set(shown) == EVENT | {"slots"} | more
        assert [(set(slot), slot["uid"]) for slot in shown["slots"]] == [(SLOT, str(world.slot.uid))]
        assert set(shown["slots"][0]["event"]) == REFERENCE
    assert get("events/season", include="slots")["slots"] == []


def test_shape_include_slots_is_cut_to_the_first_of_each_event(get: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.views.event.MOST_SLOTS", 2)
    start = timezone.now() + timedelta(days=1)
    for slug in ("cup", "fair"):
        event = factories.event(slug=slug)
        for hours in (3, 1, 2):
            factories.slot(event, start + timedelta(hours=hours), title={"zh-Hans": f"{slug}-{hours}"})
        factories.release(event)
    shown = {row["slug"]: [slot["title"] for slot in row["slots"]] for row in get("events", include="slots")["results"]}
    assert shown == {"cup": ["cup-1", "cup-2"], "fair": ["fair-1", "fair-2"]}


TRIMMED: list[tuple[str, dict[str, str], str]] = [
    ("venues/hall", {"fields": "name"}, "slug name"),
    ("venues/hall", {"fields": "name,opening"}, "slug name opening"),
    ("venues/hall", {"fields": " name , slug "}, "slug name"),
    ("venues/hall", {"fields": "image", "include": "parent"}, "slug image parent"),
    ("events/cup", {"fields": "title,booking"}, "slug title booking"),
    ("events/cup", {"fields": "title", "include": "slots"}, "slug title slots"),
    ("events/cup", {"fields": "slots", "include": "slots"}, "slug slots"),
    ("organizers/organizer", {"fields": "links,fallbacks"}, "slug links fallbacks"),
]


def test_shape_fields_keep_what_is_named_and_the_key(get: Any, world: Any) -> None:
    for path, params, expected in TRIMMED:
        assert set(get(path, **params)) == keys(expected), params
        for row in get(path.split("/")[0], **params)["results"]:
            assert set(row) == keys(expected), params


def test_shape_fields_trim_slots_and_images_too(get: Any, world: Any) -> None:
    for row in get("slots", fields="title")["results"]:
        assert set(row) == {"uid", "title"}
    assert set(get(f"images/{world.image.pk}", fields="alt")) == {"id", "alt"}


def test_shape_fields_do_not_change_what_languages_says(get: Any) -> None:
    factories.venue(slug="hall", name=text("馆", en="Hall", de="Halle"), summary=text("简介"))
    whole = get("venues/hall", lang="de")
    assert whole["languages"] == ["zh-Hans", "zh-Hant"]
    trimmed = get("venues/hall", lang="de", fields="name,languages,fallbacks")
    assert trimmed == {"slug": "hall", "name": "Halle", "languages": ["zh-Hans", "zh-Hant"], "fallbacks": {}}
    assert get("venues/hall", lang="de", fields="summary,fallbacks")["fallbacks"] == {"summary": "zh-Hans"}


def test_shape_languages_are_the_same_in_lists_and_details(get: Any) -> None:
    venue = factories.venue(slug="hall", name=text("馆", en="Hall", de="Halle"))
    factories.shown(factories.image(alt=text("图", en="Hall"), caption=text("说明")), venue)
    everything = ["zh-Hans", "zh-Hant", "en", "de"]
    assert get("venues/hall")["languages"] == everything
    assert get("venues")["results"][0]["languages"] == everything
    assert get("venues", include="images")["results"][0]["languages"] == everything


def test_shape_unknown_names_are_refused(client: Client, world: Any) -> None:
    for path in ("venues", "venues/hall", "events", "events/cup", "slots", "organizers"):
        for name in ("fields", "include"):
            for value in ("nonsense", "slug,nonsense", "", ",", "parent.name", "slots.title"):
                response = client.get(f"/api/v1/{path}", {name: value})
                fields = [error["field"] for error in response.json()["errors"]]
                assert (response.status_code, fields) == (400, [name]), (path, name, value)
