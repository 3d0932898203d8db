"""Exhibits: public with their venue, their pictures public with them, their story in every language."""

from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from core.changes.edits import edit
from media.models import Image
from tests import factories
from tests.factories import at, public, text, withdrawn
from tests.pages import enter, errors, open_form, said, save, url
from tests.test_leaks import force
from tests.venues.test_api import slugs
from venues.models import Demonstration, Exhibit, ThenAndNow

pytestmark = pytest.mark.django_db

BRIEF = {"id", "alt", "color", "placeholder", "urls"}


def full(**fields: Any) -> Exhibit:
    hall = factories.venue(slug="hall", name=text("铸造馆", en="Foundry", de="Gießerei"))
    values: dict[str, Any] = {
        "slug": "furnace",
        "name": text("化铁炉", en="Furnace", de="Ofen"),
        "summary": text("老炉子", en="An old furnace", de="Ein alter Ofen"),
        "story": text("**五十年**", en="**Fifty years**", de="**Fünfzig Jahre**"),
        "maker": text("某厂", en="A works", de="Ein Werk"),
        "made": 1956,
        "made_approximate": True,
        "worked_at": text("铸造车间", en="Casting hall", de="Gießhalle"),
        "in_service_from": 1957,
        "in_service_to": 2007,
        "condition": "running",
        "demonstrations": text("周二、周六"),
        "inventory_number": "F-1",
        "verified_on": "2026-05-01",
        "doubts": "never shown",
    }
    space = factories.space(hall, slug="bay", name=text("东跨", en="East bay", de="Osthalle"))
    return factories.exhibit(**values | {"venue": hall, "space": space} | fields)


def test_exhibit_in_every_detail(get: Any) -> None:
    exhibit = full()
    now = factories.image(alt=text("如今", en="Now", de="Heute"))
    factories.shown(now, exhibit)
    then = factories.image(credit="Archive", alt=text("当年", en="Then", de="Damals"))
    factories.pair(
        exhibit, then=then, now=now, caption=text("同一视角", en="The same view"), year_then=1958, year_now=2025
    )
    Demonstration(exhibit=exhibit, starts=time(14), minutes=20, **dict.fromkeys(["monday", "friday"], False)).save()
    shown = get("exhibits/furnace", lang="de")
    (pair,), (image,) = shown.pop("then_and_now"), shown.pop("images")
    assert set(shown.pop("image")) == BRIEF
    assert shown.pop("updated_at")
    assert shown == {
        "slug": "furnace",
        "name": "Ofen",
        "summary": "Ein alter Ofen",
        "story": "**Fünfzig Jahre**",
        "story_html": "<p><strong>Fünfzig Jahre</strong></p>",
        "venue": {"slug": "hall", "name": "Gießerei", "image": None},
        "space": {"slug": "bay", "name": "Osthalle"},
        "maker": "Ein Werk",
        "made": {"year": 1956, "approximate": True},
        "worked_at": "Gießhalle",
        "in_service": {"from": 1957, "to": 2007},
        "condition": "running",
        "demonstrations": {
            "text": "周二、周六",
            "times": [
                {
                    "weekdays": ["tuesday", "wednesday", "thursday", "saturday", "sunday"],
                    "starts": "14:00",
                    "minutes": 20,
                }
            ],
        },
        "inventory_number": "F-1",
        "audio": [],
        "documents": [],
        "verified_on": "2026-05-01",
        "sample": False,
        "share_url": None,
        "code": None,
        "languages": ["zh-Hans", "zh-Hant"],
        "fallbacks": {"demonstrations.text": "zh-Hans", "then_and_now.0.caption": "en"},
    }
    assert set(image) >= {"credit", "renditions"}
    assert (pair["then"]["id"], pair["then"]["alt"], pair["then"]["credit"]) == (str(then.pk), "Damals", "Archive")
    assert (pair["caption"], pair["year_then"], pair["year_now"]) == ("The same view", 1958, 2025)


def test_exhibit_of_which_nothing_is_known_has_the_same_keys(get: Any) -> None:
    full()
    factories.exhibit(slug="bare")
    bare = get("exhibits/bare")
    assert set(bare) == set(get("exhibits/furnace")) == {*get("exhibits")["results"][0], "audio", "documents"}
    assert (bare["made"], bare["in_service"]) == ({"year": None, "approximate": False}, {"from": None, "to": None})
    assert (bare["condition"], bare["space"], bare["then_and_now"]) == ("unknown", None, [])
    assert bare["demonstrations"] == {"text": None, "times": []}


def test_exhibits_by_venue_condition_and_order(get: Any, clock: Any) -> None:
    clock(at(2026, 5, 1, 12))
    hall, other = factories.venue(slug="hall"), factories.venue(slug="other")
    factories.exhibit(slug="lathe", venue=hall, name=text("车床", en="Lathe"), condition="on_display")
    clock(at(2026, 5, 1, 13))
    factories.exhibit(slug="hammer", venue=hall, name=text("汽锤", en="Steam hammer"), condition="in_store")
    factories.exhibit(slug="press", venue=other, name=text("压力机", en="Press"))
    factories.exhibit(slug="draft", venue=other, published=False)
    assert slugs(get, "exhibits", lang="en") == ["lathe", "press", "hammer"]
    assert slugs(get, "exhibits", lang="zh-Hans") == ["lathe", "hammer", "press"]
    assert slugs(get, "exhibits", venue="hall", order="-updated") == ["hammer", "lathe"]
    assert slugs(get, "exhibits", venue="other") == ["press"]
    assert sorted(slugs(get, "exhibits", venue="hall,other")) == ["hammer", "lathe", "press"]
    assert sorted(slugs(get, "exhibits", condition="on_display,in_store")) == ["hammer", "lathe"]
    assert sorted(slugs(get, "exhibits", updated_after="2026-05-01T12:00:00+08:00")) == ["hammer", "press"]


def test_exhibit_can_embed_its_venue(get: Any) -> None:
    full()
    hall = {name: value for name, value in get("venues/hall").items() if name not in ("audio", "documents")}
    assert get("exhibits/furnace", include="venue")["venue"] == hall | {
        "image": None,
        "parent": None,
        "organizer": None,
    }


def test_exhibit_is_not_published_before_its_venue() -> None:
    hall = factories.venue(published=False, name=text("铸造馆", en="Foundry"))
    exhibit = factories.exhibit(published=False, venue=hall)
    with pytest.raises(ValidationError) as caught:
        public(exhibit)
    assert [f"{hall}" in message for message in caught.value.messages] == [True]
    public(hall)
    assert public(exhibit).public


def test_venue_with_public_exhibits_is_not_withdrawn() -> None:
    exhibit = factories.exhibit()
    with pytest.raises(ValidationError) as caught:
        withdrawn(exhibit.venue)
    assert len(caught.value.messages) == 1
    withdrawn(exhibit)
    assert withdrawn(exhibit.venue).state == "withdrawn"


def test_public_exhibit_does_not_move_to_a_draft_venue() -> None:
    exhibit, draft = factories.exhibit(), factories.venue(published=False)
    exhibit.venue = draft
    with pytest.raises(ValidationError) as caught:
        exhibit.full_clean()
    assert set(caught.value.message_dict) == {"venue"}
    with pytest.raises(ValidationError):
        exhibit.save()
    exhibit.refresh_from_db()
    assert exhibit.venue_id != draft.pk


def test_exhibit_of_a_hidden_venue_does_not_tell_of_it(get: Any) -> None:
    full()
    hidden = factories.venue(slug="hidden", published=False)
    space = factories.space(hidden, slug="secret")
    force(Exhibit.objects.get(), venue=hidden, space=space)
    shown = get("exhibits/furnace")
    assert (shown["venue"], shown["space"]) == (None, None)
    assert slugs(get, "exhibits", venue="hidden") == []


def test_exhibit_takes_a_number_when_it_changes_and_a_draft_is_silent() -> None:
    before = factories.revision()
    exhibit = factories.exhibit(slug="lathe", venue=factories.venue(slug="hall"), published=False)
    assert factories.revision() == before + 1  # the venue's
    public(exhibit)
    factories.pair(exhibit)
    assert factories.feed()["exhibit", "lathe"] == (before + 3, False)
    assert factories.feed()["venue", "hall"] == (before + 1, False)
    withdrawn(exhibit)
    assert factories.feed()["exhibit", "lathe"] == (before + 4, True)


def shown_to_all(client: Client, image: Image) -> bool:
    image.refresh_from_db()
    file = client.get(f"/uploads/{image.renditions.first().path}")
    if file.streaming:
        b"".join(file.streaming_content)  # type: ignore[arg-type]  # read to its end, which closes it
    answers = (client.get(f"/api/v1/images/{image.pk}"), file)
    assert {answer.status_code == 200 for answer in answers} == {image.public}
    return image.public


def test_pictures_of_a_pair_are_public_while_the_exhibit_is(client: Client) -> None:
    exhibit = factories.exhibit(published=False)
    pair = factories.pair(exhibit)
    assert [shown_to_all(client, each) for each in (pair.then, pair.now)] == [False, False]
    exhibit = public(exhibit)
    assert [shown_to_all(client, each) for each in (pair.then, pair.now)] == [True, True]
    old, pair.then = pair.then, factories.image()
    pair.save()
    assert [shown_to_all(client, each) for each in (old, pair.then, pair.now)] == [False, True, True]
    factories.shown(pair.now, exhibit)
    pair.delete()
    assert [shown_to_all(client, each) for each in (pair.then, pair.now)] == [False, True]
    withdrawn(exhibit)
    assert not shown_to_all(client, pair.now)


def test_pair_shows_nothing_of_a_picture_that_is_not_public(get: Any) -> None:
    exhibit = factories.exhibit(slug="lathe")
    pair = factories.pair(exhibit)
    force(pair.now, public=False)
    assert get("exhibits/lathe")["then_and_now"] == []


def test_picture_that_a_pair_shows_is_not_the_members_to_edit(cast: SimpleNamespace) -> None:
    own = factories.image(organizer=cast.ours)
    mine = Image.objects.editable_by(cast.editor).filter(pk=own.pk)
    assert mine.exists()
    factories.pair(factories.exhibit(), now=own)
    assert not mine.exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"in_service_from": 1957, "in_service_to": 1956}, {"in_service_to"}),
        ({"made_approximate": True}, {"made"}),
        ({"made": 3000}, {"made"}),
        ({"condition": "broken"}, {"condition"}),
        ({"story": {"en": "<script>alert(1)</script>"}}, {"story"}),
        ({"name": {"en": "No Chinese"}}, {"name"}),
        ({"slug": "Not a slug"}, {"slug"}),
    ],
)
def test_exhibit_that_cannot_be_is_refused_by_name(fields: dict[str, Any], named: set[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        factories.exhibit(**fields)
    assert set(caught.value.message_dict) == named


def test_exhibit_stands_in_a_space_of_its_venue() -> None:
    with pytest.raises(ValidationError) as caught:
        factories.exhibit(space=factories.space(factories.venue()))
    assert set(caught.value.message_dict) == {"space"}


def test_pair_and_times_that_cannot_be_are_refused_by_name() -> None:
    exhibit, image = factories.exhibit(), factories.image()
    with pytest.raises(ValidationError) as caught:
        ThenAndNow(exhibit=exhibit, then=image, now=image, year_then=2000, year_now=1990).full_clean()
    assert set(caught.value.message_dict) == {"now"}
    with pytest.raises(ValidationError) as caught:
        ThenAndNow(exhibit=exhibit, then=image, now=factories.image(), year_then=2000, year_now=1990).full_clean()
    assert set(caught.value.message_dict) == {"year_now"}
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), False)
    with pytest.raises(ValidationError):
        Demonstration(exhibit=exhibit, starts=time(10), **days).full_clean()


def test_admin_exhibit_from_an_empty_page_to_the_public(cast: SimpleNamespace, client: Client, get: Any) -> None:
    hall = factories.venue(slug="hall")
    image = factories.image()
    browser = enter(cast.staff)
    form = open_form(browser, url(Exhibit, "add"))
    values = {"name__zh-Hans": "车床", "name__en": "Lathe", "venue": str(hall.pk), "condition": "on_display"}
    values |= {"placements-TOTAL_FORMS": "1", "placements-0-image": str(image.pk), "placements-0-position": "0"}
    assert errors(save(browser, url(Exhibit, "add"), form, **values)) == {}
    exhibit = Exhibit.objects.get()
    assert (exhibit.slug, exhibit.state, exhibit.public) == ("lathe", "draft", False)
    response = browser.post(url(exhibit, "act"), {"_verb": "submit"})
    assert "success: “车床” is now: in review." in said(response)
    exhibit.refresh_from_db()
    public(exhibit)
    assert get("exhibits/lathe")["image"]["id"] == str(image.pk)
    page = browser.get(url(exhibit, "preview"), {"lang": "en"}).content.decode()
    assert '<dt>Condition</dt><dd class="lines">on display</dd>' in page


def test_admin_picture_of_a_pair_names_the_exhibit_once(cast: SimpleNamespace) -> None:
    exhibit = factories.exhibit(name=text("车床", en="Lathe"))
    with edit():
        image = factories.pair(exhibit).now
        factories.shown(image, exhibit)
    page = enter(cast.staff).get(url(image)).content.decode()
    assert page.count(f'<a href="{url(exhibit)}">车床</a>') == 1
