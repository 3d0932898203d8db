"""Accessibility as facts: known, or unknown and never counted as yes; a table in the admin whose rows are all there."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.models import Act
from tests import factories
from tests.factories import text
from tests.pages import enter, errors, open_form, read_form, save, url
from tests.venues.test_api import slugs
from venues.models import AccessFact, Fact, Venue

pytestmark = pytest.mark.django_db

UNKNOWN = {"value": "unknown", "note": None, "checked_on": None}


def fact(venue: Venue, name: str, value: str = "yes", **fields: Any) -> AccessFact:
    row = AccessFact(venue=venue, fact=name, value=value, **fields)
    row.full_clean()
    row.save()
    return row


def test_accessibility_names_every_fact_and_what_nobody_entered_is_unknown(get: Any) -> None:
    venue = factories.venue(slug="museum")
    fact(venue, "lift", note=text("货梯", en="Goods lift"), checked_on="2026-05-01")
    fact(venue, "parking", "no")
    expected = dict.fromkeys(Fact.values, UNKNOWN)
    expected |= {
        "lift": {"value": "yes", "note": "Goods lift", "checked_on": "2026-05-01"},
        "parking": {"value": "no", "note": None, "checked_on": None},
    }
    assert get("venues/museum", lang="en")["accessibility"] == expected
    assert get("venues", lang="en")["results"][0]["accessibility"] == expected
    assert get("venues/museum", lang="*")["accessibility"]["lift"]["note"] == {
        "zh-Hans": "货梯",
        "zh-Hant": "貨梯",
        "en": "Goods lift",
    }
    german = get("venues/museum", lang="de")
    assert german["fallbacks"] == {"accessibility.lift.note": "en"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("step_free", ["both", "step-free"]),
        ("lift", ["both"]),
        ("step_free,lift", ["both"]),
        ("lift,step_free,lift", ["both"]),
        ("parking", []),
        ("quiet_hours", []),
    ],
)
def test_access_means_all_of_and_unknown_is_never_yes(get: Any, asked: str, found: list[str]) -> None:
    both, one = factories.venue(slug="both"), factories.venue(slug="step-free")
    fact(both, "step_free")
    fact(both, "lift")
    fact(one, "step_free")
    fact(one, "lift", "no")
    fact(one, "parking", "unknown", note=text("没人知道"))
    factories.venue(slug="nothing-known")
    assert sorted(slugs(get, access=asked)) == found
    assert sorted(slugs(get, "venues.geojson", access=asked)) == found


def test_access_of_an_event_needs_every_public_venue_of_it(get: Any) -> None:
    ready, other = factories.venue(), factories.venue()
    for name in ("step_free", "lift"):
        fact(ready, name)
    fact(other, "lift")
    factories.event(slug="ready", venues=[ready])
    factories.event(slug="half", venues=[ready, other])
    factories.event(slug="nowhere", venues=[])
    assert slugs(get, "events", access="step_free,lift") == ["ready"]
    assert sorted(slugs(get, "events", access="lift")) == ["half", "ready"]
    assert slugs(get, "events.geojson", access="step_free") == ["ready"]
    assert slugs(get, "events", access="parking") == []


def test_access_of_a_slot_is_its_venues(get: Any) -> None:
    ready, other = factories.venue(), factories.venue()
    fact(ready, "lift")
    event = factories.event(venues=[ready, other])
    wanted = factories.slot(event, venue=ready)
    factories.slot(event, venue=other)
    factories.slot(event)
    factories.release(event)
    assert [row["uid"] for row in get("slots", access="lift")["results"]] == [str(wanted.uid)]


def test_facts_count_as_the_venues_change(get: Any) -> None:
    venue = factories.venue(slug="museum")
    before = factories.revision()
    row = fact(venue, "lift")
    assert factories.feed()["venue", "museum"] == (before + 1, False)
    row.delete()
    assert factories.feed()["venue", "museum"] == (before + 2, False)
    venue.refresh_from_db()
    assert venue.version == 3


@pytest.mark.usefixtures("english")
def test_fact_is_entered_once(get: Any) -> None:
    venue = factories.venue()
    fact(venue, "lift")
    with pytest.raises(ValidationError) as caught:
        fact(venue, "lift", "no")
    assert caught.value.messages == ["The venue has this fact already."]
    with pytest.raises(ValidationError) as caught:
        fact(venue, "ramp")
    assert set(caught.value.message_dict) == {"fact"}


@pytest.fixture
def browser(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


def stored(venue: Venue) -> dict[str, tuple[str, dict[str, str], Any]]:
    rows = AccessFact.objects.filter(venue=venue).order_by("fact")
    return {row.fact: (row.value, row.note, row.checked_on and row.checked_on.isoformat()) for row in rows}


def test_admin_shows_every_fact_and_stores_only_what_says_something(browser: Any) -> None:
    venue = factories.venue(published=False)
    form = open_form(browser, url(venue))
    assert {form[f"access_facts-{name}-value"] for name in Fact.values} == {"unknown"}
    entered = {
        "access_facts-lift-value": "yes",
        "access_facts-lift-checked_on": "2026-05-01",
        "access_facts-parking-note__en": "Nobody knows",
    }
    assert errors(save(browser, url(venue), form, **entered)) == {}
    assert stored(venue) == {
        "lift": ("yes", {}, "2026-05-01"),
        "parking": ("unknown", {"en": "Nobody knows"}, None),
    }
    form = open_form(browser, url(venue))
    assert form["access_facts-lift-value"] == "yes"
    save(browser, url(venue), form, **{"access_facts-lift-value": "unknown", "access_facts-lift-checked_on": ""})
    assert stored(venue) == {"parking": ("unknown", {"en": "Nobody knows"}, None)}
    assert [act.fields for act in Act.objects.filter(verb="changed")] == [["accessibility"], ["accessibility"]]


def test_admin_unchanged_facts_write_nothing(browser: Any) -> None:
    venue = factories.venue()
    fact(venue, "lift")
    before = factories.revision()
    save(browser, url(venue), open_form(browser, url(venue)))
    venue.refresh_from_db()
    assert (factories.revision(), venue.version) == (before, 2)


def test_admin_two_editors_of_one_fact_that_was_never_entered(browser: Any) -> None:
    venue = factories.venue(published=False)
    second = enter(factories.user("second", "content-staff"))
    page = open_form(browser, url(venue))
    theirs = {"access_facts-lift-value": "yes", "access_facts-lift-note__en": "Goods lift"}
    save(browser, url(venue), page, **theirs)

    mine = {"access_facts-lift-note__de": "Lastenaufzug", "access_facts-parking-value": "no"}
    assert errors(save(second, url(venue), page, **mine)) == {}
    assert stored(venue) == {
        "lift": ("yes", {"en": "Goods lift", "de": "Lastenaufzug"}, None),
        "parking": ("no", {}, None),
    }
    refused = save(second, url(venue), page, **{"access_facts-lift-value": "no"})
    assert errors(refused) == {
        "access_facts-lift-value": [
            "Somebody else changed this to “yes”. Yours is still here: save again to keep it.",
        ]
    }
    save(second, url(venue), read_form(refused))
    assert stored(venue)["lift"] == ("no", {"en": "Goods lift", "de": "Lastenaufzug"}, None)


def test_admin_a_reader_sees_the_stored_facts(cast: SimpleNamespace) -> None:
    venue = factories.venue()
    fact(venue, "lift", note=text("货梯", en="Goods lift"))
    page = enter(cast.reviewer).get(url(venue)).content.decode()
    assert "lift: yes" in page
    assert "Goods lift" in page
    assert "access_facts-lift" not in page
    assert "quiet hours" not in page


def test_preview_tells_what_is_known(browser: Any) -> None:
    venue = factories.venue(published=False)
    fact(venue, "lift", note=text("货梯", en="Goods lift"))
    page = browser.get(url(venue, "preview"), {"lang": "en"}).content.decode()
    assert '<dt>Lift</dt><dd class="lines">yes · Goods lift</dd>' in page
    assert "<dt>Quiet hours</dt>" not in page
