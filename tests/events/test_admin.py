"""The pages of an event and of its slots in the admin."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from core.changes.edits import edit
from events import admin
from events.models import Event, EventVenue, Slot
from tests import factories
from tests.pages import enter, errors, open_form, read_form, save, url


@pytest.fixture
def staff(cast: SimpleNamespace) -> Any:
    return enter(cast.staff)


@pytest.fixture
def event(cast: SimpleNamespace) -> Event:
    return factories.event(published=False, organizer=cast.ours)


def _slots(event: Event, count: int, **fields: Any) -> None:
    with edit():
        for _index in range(count):
            factories.slot(event, **fields)


def test_a_long_schedule_is_edited_in_the_list_of_its_slots(
    staff: Any, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "SLOTS_ON_PAGE", 2)
    slots = f"{url(Slot, 'changelist')}?event__id__exact={event.pk}"
    _slots(event, 2)
    page = staff.get(url(event))
    assert ("slots-0-status" in read_form(page), escape(slots) in page.content.decode()) == (True, True)
    _slots(event, 1)
    page = staff.get(url(event))
    assert [name for name in read_form(page) if name.startswith("slots-")] == []
    assert (escape(slots) in page.content.decode(), "3 slots: too many" in page.content.decode()) == (True, True)
    assert errors(save(staff, url(event), read_form(page), doubts="ask")) == {}
    event.refresh_from_db()
    assert (event.doubts, event.slots.count()) == ("ask", 3)
    assert staff.get(slots).context["cl"].result_count == 3


def test_a_form_shown_with_its_slots_is_taken_with_them_however_many_there_are_by_now(
    staff: Any, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "SLOTS_ON_PAGE", 2)
    _slots(event, 2)
    form = open_form(staff, url(event))
    _slots(event, 1)
    assert errors(save(staff, url(event), form, **{"slots-1-title__en": "Final"})) == {}
    assert sorted(slot.title["en"] == "Final" for slot in event.slots.all()) == [False, False, True]


def test_a_form_shown_without_slots_leaves_them_alone_however_few_there_are_by_now(
    staff: Any, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin, "SLOTS_ON_PAGE", 2)
    _slots(event, 3)
    form = open_form(staff, url(event))
    event.slots.earliest("pk").delete()
    assert errors(save(staff, url(event), form, doubts="ask")) == {}
    event.refresh_from_db()
    assert (event.doubts, event.slots.count()) == ("ask", 2)


def test_a_slot_added_from_an_events_list_belongs_to_that_event(staff: Any, event: Event) -> None:
    shown = staff.get(url(Slot, "add"), {"_changelist_filters": f"event__id__exact={event.pk}"})
    assert read_form(shown)["event"] == str(event.pk)
    for filters in ("", "event__id__exact=x", "event__id__exact=999999", "%00"):
        assert staff.get(url(Slot, "add"), {"_changelist_filters": filters}).status_code == 200


def test_a_released_slot_stays_with_its_event(staff: Any, cast: SimpleNamespace) -> None:
    first, second = (factories.event(organizer=cast.ours) for _index in range(2))
    slot = factories.slot(first)
    factories.release(first)
    refused = errors(save(staff, url(slot), open_form(staff, url(slot)), event=str(second.pk)))
    assert refused == {"event": [f"It has been released with “{first}”: cancel it there, and add a new one here."]}
    slot.event = second
    with pytest.raises(ValidationError):
        slot.save()
    draft = factories.slot(first)
    assert errors(save(staff, url(draft), open_form(staff, url(draft)), event=str(second.pk))) == {}
    assert second.slots.count() == 1


def test_a_schedule_whose_last_draft_is_gone_can_still_be_released(staff: Any, cast: SimpleNamespace) -> None:
    event = factories.event(organizer=cast.ours)
    slot = factories.slot(event)
    factories.release(event)
    slot.delete()
    shown = staff.get(url(event)).context["publication"]["verbs"]
    assert url(event, "schedule_release") in [button.get("url") for button in shown]
    page = url(event, "schedule_release")
    save(staff, page, open_form(staff, page), "_publish")
    assert list(event.released_slots.current()) == []


def test_rows_refused_as_a_whole_are_shown_open(staff: Any, cast: SimpleNamespace) -> None:
    event = factories.event(organizer=cast.ours)
    factories.slot(event)
    factories.release(event)
    page = staff.get(url(event))
    refused = save(staff, url(event), read_form(page), **{"slots-0-DELETE": "on"})
    closed = [
        [section.formset.prefix for section in shown.context["inline_admin_formsets"] if section.is_collapsible]
        for shown in (page, refused)
    ]
    assert ("slots" in closed[0], "slots" in closed[1]) == (True, False)


def test_what_a_write_finds_untrue_under_its_locks_is_checked_again(
    staff: Any, event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when somebody withdraws a venue between the check of the form and the write."""
    rows = {"event_venues-TOTAL_FORMS": "1", "event_venues-0-venue": str(factories.venue().pk)}
    form = open_form(staff, url(event)) | rows | {"event_venues-0-position": "0"}
    checks: list[EventVenue] = []

    def found(_row: EventVenue, *_args: Any) -> None:
        monkeypatch.setattr(EventVenue, "clean", refuse)
        raise ValidationError("It has been withdrawn.")

    def refuse(row: EventVenue) -> None:
        checks.append(row)
        raise ValidationError({"venue": "It has been withdrawn."})

    monkeypatch.setattr(EventVenue, "prepare", found)
    response = save(staff, url(event), form, doubts="ask")
    assert errors(response) == {"event_venues-0-venue": ["It has been withdrawn."]}
    event.refresh_from_db()
    assert (event.doubts, len(checks), read_form(response)["doubts"]) == ("", 1, "ask")


@pytest.mark.parametrize("value", ["", "x", "²", "-1", "999999", "9" * 30, "\x00"])
def test_an_address_that_names_no_row_is_no_error(staff: Any, value: str) -> None:
    names = ("event", "venue", "space")
    shown = staff.get(url(Slot, "add"), dict.fromkeys([*names, "title", "starts_at", "on_date"], value))
    assert (shown.status_code, [read_form(shown).get(name, "") for name in names]) == (200, [""] * 3)


def test_a_row_that_is_not_touched_costs_a_save_few_queries(staff: Any, event: Event) -> None:
    venue = factories.venue()
    place = {"venue": venue, "space": factories.space(venue)}
    costs = []
    for count in (2, 4):
        _slots(event, count, **place)
        form = open_form(staff, url(event))
        with CaptureQueriesContext(connection) as queries:
            assert errors(save(staff, url(event), form, doubts=f"{count}")) == {}
        costs.append(len(queries))
    assert (costs[1] - costs[0]) / 4 <= 5  # its own key, and the two it names: found, and valid
