"""Admin addresses and posts that no page of ours makes: each is answered by a page, none by an error."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from core.models import Act, Tag
from events.models import Event, Slot
from media.models import Image
from tests import factories
from tests.pages import enter, errors, open_form, save, url
from venues.models import Venue

LONG = "9" * 5000


@pytest.fixture
def staff(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Event, {"starts_on__year": "9999"}),
        (Event, {"starts_on__year": "9999", "starts_on__month": "12"}),
        (Event, {"starts_on__year": "9" * 25}),
        (Event, {"starts_on__year": "x"}),
        (Slot, {"day__year": "9999"}),
        (Slot, {"event__id__exact": LONG}),
        (Act, {"at__year": "9999"}),
        (Act, {"at__year": "1"}),
        (Venue, {"q": "word " * 1000}),
        (Venue, {"q": "\x00"}),
        (Event, {"p": LONG}),
        (Event, {"o": "99.-99.x"}),
    ],
)
def test_a_list_takes_any_address(model: Any, query: dict[str, str], staff: Any) -> None:
    factories.slot(factories.event())
    response = staff.get(url(model, "changelist"), query)
    assert response.status_code in (200, 302)
    assert response.status_code == 200 or response["Location"].endswith("?e=1")


@pytest.mark.parametrize("number", [LONG, "x", "²", "-1"])
def test_a_page_of_no_row_is_no_error(number: str, staff: Any) -> None:
    for page in ("change", "history", "delete", "preview", "act"):
        address = reverse(f"admin:events_event_{page}", args=[number])
        assert staff.get(address).status_code in (302, 403, 405), page
        assert staff.post(address).status_code in (302, 403), page


KEYS = ["abc", LONG, "9" * 25, "\x00", "²", "-1"]


def test_bulk_acts_on_no_row_are_refused(staff: Any) -> None:
    for model in (Event, Slot, Venue, Image, Tag):
        for chosen in KEYS:
            posted = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
            assert staff.post(url(model, "changelist"), posted).status_code in (200, 302, 400), (model, chosen)


def test_a_choice_that_is_no_row_is_an_error_of_its_field(staff: Any) -> None:
    for address, names in {
        url(Slot, "add"): ("event", "venue", "space"),
        url(Venue, "add"): ("parent", "organizer"),
    }.items():
        form = open_form(staff, address)
        for key in KEYS:
            refused = errors(save(staff, address, form, **dict.fromkeys(names, key)))
            assert set(names) <= set(refused), (address, key)


def test_a_choice_of_a_row_that_is_no_row_is_an_error_of_its_field(staff: Any) -> None:
    event = factories.event(published=False)
    form = open_form(staff, url(event))
    for key in KEYS:
        rows = {"event_venues-TOTAL_FORMS": "1", "event_venues-0-venue": key, "event_venues-0-position": "0"}
        rows |= {"placements-TOTAL_FORMS": "1", "placements-0-image": key, "placements-0-position": "0"}
        refused = errors(save(staff, url(event), form, organizer=key, season=key, **rows))
        assert set(refused) == {"event_venues-0-venue", "placements-0-image", "organizer", "season"}, key


def test_a_day_at_the_end_of_the_calendar_is_an_error_of_its_field(staff: Any) -> None:
    event = factories.event(published=False)
    slot = factories.slot(event)
    text = ["Enter a year between 1000 and 2999."]
    pages = {
        url(slot): (("on_date", "through"), ("starts_at",)),
        url(event): (("starts_on", "ends_on"), ("appear_at", "booking_opens_at")),
    }
    for address, (days, times) in pages.items():
        form = open_form(staff, address) | {f"{name}_1": "23:30" for name in times}
        for day in ("0001-01-01", "9999-12-31", "0999-12-31", "3000-01-01"):
            typed = dict.fromkeys([*days, *(f"{name}_0" for name in times)], day)
            assert errors(save(staff, address, form, **typed)) == dict.fromkeys([*days, *times], text), day
