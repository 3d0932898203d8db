"""Two editors have the same page open. Whatever either wrote is kept, or shown before anything is lost."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from core.changes.records import current
from core.models import Act
from events.models import Event, Slot
from organizers.models import Organizer
from tests import factories
from tests.pages import enter, errors, open_form, read_form, said, save, url
from venues.models import Designation, Space, Venue


@pytest.fixture
def second(cast: SimpleNamespace) -> Any:
    """Another browser: the second editor, a colleague of ``staff``."""
    return enter(factories.user("second", "content-staff"))


@pytest.fixture
def first(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


def _venue(**fields: Any) -> Venue:
    names = factories.text("铸造馆", en="Foundry", de="Gießerei")
    return factories.venue(published=False, slug="foundry", name=names, **fields)


def _office() -> Organizer:
    """The smallest page of a root: what holds for all roots is tried on it."""
    names = factories.text("铸造馆", en="Foundry", de="Gießerei")
    return factories.organizer(published=False, slug="office", name=names)


def _both(first: Any, second: Any, row: Any, theirs: dict[str, Any], mine: dict[str, Any]) -> Any:
    """Both have the same page open, the first one saves, then the second; returns what the second one sees."""
    page = url(row)
    form = open_form(first, page)
    assert errors(save(first, page, form, **theirs)) == {}
    return save(second, page, form, **mine)


def test_different_fields_are_both_kept_and_a_message_names_the_first_editor(first: Any, second: Any) -> None:
    office = _office()
    response = _both(first, second, office, {"name_pinyin": "yi"}, {"verified_on": "2026-05-01"})
    office.refresh_from_db()
    assert (office.name_pinyin, office.verified_on, office.name["en"]) == ("yi", date(2026, 5, 1), "Foundry")
    assert said(response)[0] == "warning: staff saved this meanwhile (Pinyin); both changes are kept."


def test_two_languages_of_one_text_are_both_kept(first: Any, second: Any) -> None:
    office = _office()
    response = _both(first, second, office, {"name__en": "Foundry Hall"}, {"name__de": "Gießhalle"})
    office.refresh_from_db()
    assert office.name == {"zh-Hans": "铸造馆", "en": "Foundry Hall", "de": "Gießhalle"}
    assert errors(response) == {}


def test_a_removed_language_and_an_added_one_are_both_kept(first: Any, second: Any) -> None:
    office = _office()
    _both(first, second, office, {"name__en": ""}, {"name__zh-Hant": "鑄造展館"})
    office.refresh_from_db()
    assert office.name == {"zh-Hans": "铸造馆", "zh-Hant": "鑄造展館", "de": "Gießerei"}


def test_the_same_language_is_a_conflict_that_shows_both_and_the_second_save_wins(first: Any, second: Any) -> None:
    office = _office()
    theirs = {"name__en": "Foundry Hall", "name__de": "Gießhalle", "summary__en": "Theirs"}
    mine = {"name__en": "The Foundry", "name__zh-Hans": "铸造博物馆", "name_pinyin": "yi"}
    refused = _both(first, second, office, theirs, mine)
    assert errors(refused) == {
        "name": ["Somebody else changed this to “English: Foundry Hall”. Yours is still here: save again to keep it."]
    }
    assert refused.context["conflict"]["by"].username == "staff"
    assert "Name</span>" in refused.content.decode()
    office.refresh_from_db()
    assert (office.name["en"], office.name_pinyin) == ("Foundry Hall", "")  # nothing of the second one's is stored yet

    form = read_form(refused)
    assert (form["name__en"], form["name__zh-Hans"], form["name__de"]) == ("The Foundry", "铸造博物馆", "Gießhalle")
    assert (form["name_pinyin"], form["summary__en"]) == ("yi", "Theirs")
    assert errors(save(second, url(office), form)) == {}
    office.refresh_from_db()
    assert office.name == {"zh-Hans": "铸造博物馆", "en": "The Foundry", "de": "Gießhalle"}
    assert (office.name_pinyin, office.summary) == ("yi", {"en": "Theirs"})


def test_the_second_one_may_take_the_others_value(first: Any, second: Any) -> None:
    office = _office()
    refused = _both(first, second, office, {"name_pinyin": "yi"}, {"name_pinyin": "er", "sample": "on"})
    form = read_form(refused)
    save(second, url(office), form, name_pinyin="yi")
    office.refresh_from_db()
    assert (office.name_pinyin, office.sample) == ("yi", True)


def test_a_third_save_in_between_is_a_conflict_again(first: Any, second: Any) -> None:
    office = _office()
    refused = _both(first, second, office, {"name_pinyin": "yi"}, {"name_pinyin": "er"})
    save(first, url(office), open_form(first, url(office)), name_pinyin="san")
    again = save(second, url(office), read_form(refused))
    assert errors(again) == {
        "name_pinyin": ["Somebody else changed this to “san”. Yours is still here: save again to keep it."]
    }
    save(second, url(office), read_form(again))
    office.refresh_from_db()
    assert office.name_pinyin == "er"


def test_both_made_the_same_change_is_no_conflict(first: Any, second: Any) -> None:
    office = _office()
    response = _both(first, second, office, {"name_pinyin": "yi"}, {"name_pinyin": "yi", "verified_on": "2026-05-01"})
    office.refresh_from_db()
    assert (errors(response), office.name_pinyin, office.verified_on) == ({}, "yi", date(2026, 5, 1))


# Every kind of field: what the first one makes of it, the second one, and how the page words the first one's.
FIELDS: dict[str, Any] = {
    "postcode": ({"postcode": "110021"}, {"postcode": "110099"}, "110021"),
    "venue_kind": ({"venue_kind": "plant"}, {"venue_kind": "park"}, "working plant"),
    "indoor": ({"indoor": "true"}, {"indoor": "false"}, "Yes"),
    "founded": ({"founded": "1934"}, {"founded": "1939"}, "1934"),
    "verified_on": ({"verified_on": "2026-05-01"}, {"verified_on": "2026-05-02"}, "May 1, 2026"),
    "appear_at": (
        {"appear_at_0": "2026-05-01", "appear_at_1": "10:00:00"},
        {"appear_at_0": "2026-05-02", "appear_at_1": "11:00:00"},
        "May 1, 2026, 10 a.m.",
    ),
    "position": ({"position_0": "41.81, 123.37"}, {"position_0": "41.82, 123.38"}, "41.81, 123.37"),
    "doubts": ({"doubts": "eins\nzwei"}, {"doubts": "eins\ndrei"}, "eins\r\nzwei"),
}
THEIRS = {part: value for theirs, _mine, _shown in FIELDS.values() for part, value in theirs.items()}
MINE = {part: value for _theirs, mine, _shown in FIELDS.values() for part, value in mine.items()}


def _values(venue: Venue) -> dict[str, Any]:
    venue.refresh_from_db()
    return {name: venue.point if name == "position" else getattr(venue, name) for name in FIELDS}


def test_every_kind_of_field_can_be_in_conflict(first: Any, second: Any) -> None:
    venue = _venue(doubts="eins")
    refused = _both(first, second, venue, THEIRS, MINE)
    assert errors(refused) == {
        name: [f"Somebody else changed this to “{shown}”. Yours is still here: save again to keep it."]
        for name, (_theirs, _mine, shown) in FIELDS.items()
    }
    stored = _values(venue)
    form = read_form(refused)
    assert {part: form[part].replace("\r\n", "\n") for part in MINE} == MINE
    assert errors(save(second, url(venue), form)) == {}
    settled = _values(venue)
    assert {name for name in FIELDS if settled[name] != stored[name]} == set(FIELDS)


@pytest.mark.parametrize("names", [["position", "venue_kind"], ["appear_at", "indoor", "doubts"]])
def test_fields_in_conflict_take_no_other_with_them(names: list[str], first: Any, second: Any) -> None:
    venue = _venue(doubts="eins")
    mine = {part: value for name in names for part, value in FIELDS[name][1].items()}
    refused = _both(first, second, venue, THEIRS, {**mine, "osm": "way/7"})
    assert set(errors(refused)) == set(names)
    stored = _values(venue)
    assert errors(save(second, url(venue), read_form(refused))) == {}
    settled = _values(venue)
    assert {name for name in FIELDS if settled[name] != stored[name]} == set(names)
    assert venue.osm == "way/7"


def test_every_kind_of_field_takes_what_the_other_stored(first: Any, second: Any) -> None:
    venue = _venue(doubts="eins")
    untouched = _values(venue)
    assert errors(_both(first, second, venue, THEIRS, {"osm": "way/7"})) == {}
    stored = _values(venue)
    assert {name for name in FIELDS if stored[name] != untouched[name]} == set(FIELDS)
    assert [stored["postcode"], stored["founded"], stored["indoor"], venue.osm] == ["110021", 1934, True, "way/7"]


def test_what_was_typed_survives_an_error_elsewhere(first: Any) -> None:
    venue = _venue(doubts="eins")
    untouched = _values(venue)
    refused = save(first, url(venue), open_form(first, url(venue)), **THEIRS, osm="nonsense")
    assert list(errors(refused)) == ["osm"]
    assert errors(save(first, url(venue), read_form(refused), osm="way/7")) == {}
    typed = _values(venue)
    assert {name for name in FIELDS if typed[name] != untouched[name]} == set(FIELDS)


def test_a_checkbox_and_a_foreign_key_are_merged(first: Any, second: Any, cast: SimpleNamespace) -> None:
    park = factories.venue(slug="park", name=factories.text("公园", en="Park"))
    venue = _venue()
    _both(first, second, venue, {"approximate": "on"}, {"parent": str(park.pk)})
    venue.refresh_from_db()
    assert (venue.approximate, venue.parent) == (True, park)
    refused = _both(
        first, second, venue, {"parent": "", "approximate": None}, {"parent": str(venue.parent_id), "sample": "on"}
    )
    venue.refresh_from_db()
    assert (errors(refused), venue.parent, venue.approximate, venue.sample) == ({}, None, False, True)


def test_a_foreign_key_in_conflict_names_the_others_choice(first: Any, second: Any) -> None:
    one, two = (factories.venue(slug=slug, name=factories.text(slug)) for slug in ("one", "two"))
    venue = _venue()
    refused = _both(first, second, venue, {"parent": str(one.pk)}, {"parent": str(two.pk)})
    assert errors(refused) == {
        "parent": ["Somebody else changed this to “one”. Yours is still here: save again to keep it."]
    }
    save(second, url(venue), read_form(refused))
    venue.refresh_from_db()
    assert venue.parent == two


def test_text_stored_with_other_line_ends_is_no_conflict(first: Any) -> None:
    venue = _venue(doubts="eins\nzwei")
    response = save(first, url(venue), open_form(first, url(venue)), doubts="eins\nzwei\ndrei")
    venue.refresh_from_db()
    assert (errors(response), venue.doubts.split()) == ({}, ["eins", "zwei", "drei"])


def test_a_time_stored_to_the_microsecond_is_no_conflict(first: Any) -> None:
    event = factories.event(published=False)
    moment = factories.at(2026, 5, 1, 18).replace(microsecond=123456)
    slot = factories.slot(event, starts_at=moment)
    response = save(first, url(slot), open_form(first, url(slot)), starts_at_1="19:00:00")
    slot.refresh_from_db()
    assert (errors(response), slot.starts_at) == ({}, factories.at(2026, 5, 1, 19))


def test_a_stale_form_without_a_change_writes_nothing(first: Any, second: Any) -> None:
    office = factories.organizer(slug="office")
    page = url(office)
    form = open_form(second, page)
    save(first, page, open_form(first, page), name_pinyin="yi")
    before = (current().number, Act.objects.count(), Organizer.objects.get(slug="office").version)
    save(second, page, form)
    assert (current().number, Act.objects.count(), Organizer.objects.get(slug="office").version) == before


def test_a_forged_version_is_no_error(first: Any) -> None:
    office = _office()
    form = open_form(first, url(office))
    for forged in ("", "²", "abc", "9" * 30, "-1"):
        response = save(first, url(office), form, shown_version=forged, name_pinyin="yi")
        assert (response.status_code, errors(response)) == (302, {})
        form = open_form(first, url(office))


# Rows of the page


@pytest.fixture
def schedule(cast: SimpleNamespace) -> Event:
    event = factories.event(published=False, organizer=cast.ours, slug="cup")
    for hour in (10, 12):
        titles = factories.text(f"{hour}点", en=f"At {hour}")
        factories.slot(event, starts_at=factories.at(2026, 5, 1, hour), title=titles)
    return event


def _slots(event: Event) -> list[tuple[str, int, str]]:
    rows = Slot.objects.filter(event=event).order_by("pk")
    return [(slot.title["en"], factories.local_hour(slot.starts_at), slot.status) for slot in rows]


def test_two_rows_changed_by_two_editors_are_both_kept(first: Any, second: Any, schedule: Event) -> None:
    theirs, mine = {"slots-0-title__en": "Opening"}, {"slots-1-starts_at_1": "13:00:00"}
    response = _both(first, second, schedule, theirs, mine)
    assert errors(response) == {}
    assert _slots(schedule) == [("Opening", 10, "scheduled"), ("At 12", 13, "scheduled")]
    assert said(response)[0] == "warning: staff saved this meanwhile (slot); both changes are kept."


def test_two_fields_of_one_row_are_both_kept(first: Any, second: Any, schedule: Event) -> None:
    theirs, mine = {"slots-0-title__en": "Opening"}, {"slots-0-title__de": "Eröffnung", "slots-0-status": "tentative"}
    assert errors(_both(first, second, schedule, theirs, mine)) == {}
    slot = Slot.objects.earliest("pk")
    assert (slot.title, slot.status) == ({"zh-Hans": "10点", "en": "Opening", "de": "Eröffnung"}, "tentative")


def test_one_field_of_one_row_is_a_conflict_and_the_second_save_wins(first: Any, second: Any, schedule: Event) -> None:
    theirs = {"slots-0-starts_at_1": "10:30:00", "slots-1-status": "cancelled"}
    mine = {"slots-0-starts_at_1": "11:00:00", "slots-1-title__en": "Final", "doubts": "ask"}
    refused = _both(first, second, schedule, theirs, mine)
    assert errors(refused) == {
        "slots-0-starts_at": [
            "Somebody else changed this to “May 1, 2026, 10:30 a.m.”. Yours is still here: save again to keep it."
        ]
    }
    assert errors(save(second, url(schedule), read_form(refused))) == {}
    assert _slots(schedule) == [("At 10", 11, "scheduled"), ("Final", 12, "cancelled")]
    schedule.refresh_from_db()
    assert schedule.doubts == "ask"


def test_a_row_that_the_other_deleted_goes_when_nothing_was_typed_into_it(
    first: Any, second: Any, schedule: Event
) -> None:
    response = _both(first, second, schedule, {"slots-0-DELETE": "on"}, {"slots-1-title__en": "Final"})
    assert errors(response) == {}
    assert _slots(schedule) == [("Final", 12, "scheduled")]


def test_a_row_that_the_other_deleted_comes_back_as_a_new_one_with_what_was_typed(
    first: Any, second: Any, schedule: Event
) -> None:
    mine = {"slots-0-title__en": "Opening", "slots-1-title__en": "Final"}
    refused = _both(first, second, schedule, {"slots-0-DELETE": "on"}, mine)
    assert errors(refused) == {
        "slots-1": ["Somebody else deleted this row. What you wrote is kept as a new one: save again, or remove it."]
    }
    assert _slots(schedule) == [("At 12", 12, "scheduled")]
    assert errors(save(second, url(schedule), read_form(refused))) == {}
    assert _slots(schedule) == [("Final", 12, "scheduled"), ("Opening", 10, "scheduled")]


def test_a_row_that_both_deleted_is_gone(first: Any, second: Any, schedule: Event) -> None:
    response = _both(first, second, schedule, {"slots-0-DELETE": "on"}, {"slots-0-DELETE": "on"})
    assert errors(response) == {}
    assert _slots(schedule) == [("At 12", 12, "scheduled")]


def test_a_row_that_the_other_changed_is_looked_at_before_it_is_deleted(
    first: Any, second: Any, schedule: Event
) -> None:
    refused = _both(first, second, schedule, {"slots-0-title__en": "Opening"}, {"slots-0-DELETE": "on"})
    assert errors(refused) == {"slots-0": ["Somebody else changed this row (Title). Look at it, then delete it again."]}
    assert _slots(schedule) == [("Opening", 10, "scheduled"), ("At 12", 12, "scheduled")]
    form = read_form(refused)
    assert (form["slots-0-title__en"], "slots-0-DELETE" in form) == ("Opening", False)
    assert errors(save(second, url(schedule), form, **{"slots-0-DELETE": "on"})) == {}
    assert _slots(schedule) == [("At 12", 12, "scheduled")]


def test_rows_added_by_both_are_both_kept(first: Any, second: Any) -> None:
    venue = _venue()
    new = {"spaces-TOTAL_FORMS": "1", "spaces-0-slug": "court-1", "spaces-0-name__zh-Hans": "一号"}
    other = {"spaces-TOTAL_FORMS": "1", "spaces-0-slug": "court-2", "spaces-0-name__zh-Hans": "二号"}
    assert errors(_both(first, second, venue, new, other)) == {}
    assert sorted(Space.objects.values_list("slug", flat=True)) == ["court-1", "court-2"]


def test_a_checkbox_and_a_number_of_one_row_are_both_kept(first: Any, second: Any) -> None:
    venue = _venue()
    factories.space(venue, slug="court", capacity=100)
    theirs, mine = {"spaces-0-parallel_use": "on"}, {"spaces-0-capacity": "250"}
    assert errors(_both(first, second, venue, theirs, mine)) == {}
    assert list(Space.objects.values_list("parallel_use", "capacity")) == [(True, 250)]


def test_a_row_of_texts_is_merged_by_language(first: Any, second: Any) -> None:
    venue = _venue()
    Designation(venue=venue, title=factories.text("遗产"), issuer=factories.text("部")).save()
    theirs, mine = {"designations-0-title__en": "Heritage"}, {"designations-0-title__de": "Erbe"}
    assert errors(_both(first, second, venue, theirs, mine)) == {}
    assert Designation.objects.get().title == {"zh-Hans": "遗产", "en": "Heritage", "de": "Erbe"}


def test_slots_own_page_and_the_events_page_are_merged(first: Any, second: Any, schedule: Event) -> None:
    slot = Slot.objects.earliest("pk")
    form = open_form(second, url(schedule))
    assert errors(save(first, url(slot), open_form(first, url(slot)), title__en="Opening")) == {}
    response = save(second, url(schedule), form, **{"slots-0-title__de": "Eröffnung"})
    assert errors(response) == {}
    slot.refresh_from_db()
    assert slot.title == {"zh-Hans": "10点", "en": "Opening", "de": "Eröffnung"}


def test_the_date_of_a_run_is_merged_with_its_status(first: Any, second: Any, schedule: Event) -> None:
    theirs, mine = {"slots-0-through": "2026-05-03"}, {"slots-0-status": "tentative"}
    assert errors(_both(first, second, schedule, theirs, mine)) == {}
    slot = Slot.objects.earliest("pk")
    assert (slot.through, slot.status) == (date(2026, 5, 3), "tentative")
