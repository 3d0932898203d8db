"""Publication through the admin: the bar's acts, the bulk acts, what the log says, and what a save costs."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from core.changes import edits
from core.models import Act
from core.publication import State
from events.models import Event
from organizers.models import Organizer
from tests import factories
from tests.pages import enter, errors, open_form, read_form, said, save, url
from venues.models import Space, Venue


def _act(client: Any, row: Any, verb: str, note: str = "") -> list[str]:
    """What the next page would say of it."""
    response = client.post(url(row, "act"), {"_verb": verb, "note": note})
    client.cookies.pop("messages", None)  # as if it had been said
    return said(response)


def _verbs(client: Any, row: Any) -> list[str]:
    publication = client.get(url(row)).context["publication"]
    return [str(button["name"]) for button in publication["verbs"] if "name" in button]


def _log(row: Any) -> list[tuple[str, str, str, list[str]]]:
    acts = Act.objects.filter(kind=row.kind, object_id=str(row.pk)).order_by("pk")
    return [(act.verb, str(act.by), act.note, act.fields) for act in acts]


def _made(client: Any) -> Organizer:
    """A draft that the client's user wrote in the admin: the smallest page of what is published."""
    form = open_form(client, url(Organizer, "add"))
    assert errors(save(client, url(Organizer, "add"), form, **{"name__zh-Hans": "铸造馆", "slug": "foundry"})) == {}
    return Organizer.objects.get(slug="foundry")


def test_a_text_goes_from_draft_to_public_by_two_people(cast: SimpleNamespace, get: Any) -> None:
    staff, reviewer = enter(cast.staff), enter(cast.reviewer)
    office = _made(staff)
    assert _verbs(staff, office) == ["submit"]
    assert _act(staff, office, "submit", "please") == ["success: “铸造馆” is now: in review."]
    assert _verbs(staff, office) == []
    assert _verbs(reviewer, office) == ["approve", "reject"]
    assert _act(reviewer, office, "approve") == ["success: “铸造馆” is approved: 1 of 1."]
    assert _verbs(reviewer, office) == ["reject", "publish"]
    assert _verbs(staff, office) == ["publish"]
    get("organizers/foundry", expect=404)
    assert _act(staff, office, "publish") == ["success: “铸造馆” is now: published."]
    assert get("organizers/foundry")["name"] == "铸造馆"
    assert _verbs(staff, office) == ["withdraw"]
    assert _log(office) == [
        ("created", "staff", "", []),
        ("submitted", "staff", "please", []),
        ("approved", "reviewer", "", []),
        ("published", "staff", "", []),
    ]


def test_nobody_approves_their_own_text(cast: SimpleNamespace) -> None:
    both = factories.user("both", "content-staff", is_superuser=True)
    office = _made(enter(both))
    _act(enter(both), office, "submit")
    assert "approve" not in _verbs(enter(both), office)
    assert enter(both).post(url(office, "act"), {"_verb": "approve"}).status_code == 403
    assert [verb for verb, *_rest in _log(office)] == ["created", "submitted"]


def test_sending_back_needs_a_note(cast: SimpleNamespace) -> None:
    staff, reviewer = enter(cast.staff), enter(cast.reviewer)
    office = _made(staff)
    _act(staff, office, "submit")
    assert _act(reviewer, office, "reject", " ") == ["error: Say in the note what has to change."]
    office.refresh_from_db()
    assert office.state == State.IN_REVIEW
    assert _act(reviewer, office, "reject", "Address?") == ["success: “铸造馆” is now: draft."]
    assert _log(office)[-1] == ("rejected", "reviewer", "Address?", [])


def test_an_edit_voids_the_approval(cast: SimpleNamespace) -> None:
    staff, reviewer = enter(cast.staff), enter(cast.reviewer)
    office = _made(staff)
    _act(staff, office, "submit")
    _act(reviewer, office, "approve")
    save(staff, url(office), open_form(staff, url(office)), name_pinyin="zhuzaoguan")
    assert _verbs(staff, office) == []
    assert _log(office)[-1] == ("changed", "staff", "", ["Pinyin"])


def test_an_edit_on_a_slots_own_page_is_an_edit_of_the_event(cast: SimpleNamespace) -> None:
    editor, publisher = enter(cast.editor), enter(cast.publisher)
    event = factories.event(published=False, organizer=cast.ours)
    slot = factories.slot(event)
    _act(editor, event, "submit")
    _act(publisher, event, "approve")
    assert "publish" in _verbs(publisher, event)
    save(editor, url(slot), open_form(editor, url(slot)), title__en="Another")
    assert "publish" not in _verbs(publisher, event)
    assert _log(event)[-1] == ("changed", "editor", "", ["slot"])


def test_a_forged_act_is_forbidden(cast: SimpleNamespace) -> None:
    venue = factories.venue(published=False)
    for verb in ("publish", "approve", "release", "", "nonsense"):
        assert enter(cast.staff).post(url(venue, "act"), {"_verb": verb}).status_code == 403
    assert _log(venue) == []


def test_a_venue_with_public_events_is_not_withdrawn_and_the_page_says_why(cast: SimpleNamespace) -> None:
    venue = factories.venue(slug="hall")
    factories.event(title=factories.text("杯"), venues=[venue])
    assert _act(enter(cast.staff), venue, "withdraw") == [
        "error: Published events need it: 杯. Withdraw or move them first."
    ]
    venue.refresh_from_db()
    assert (venue.state, venue.public) == (State.PUBLISHED, True)


def test_the_bar_leads_a_publisher_to_the_release_of_the_schedule(cast: SimpleNamespace) -> None:
    event = factories.event(organizer=cast.ours)
    factories.slot(event)
    ways = {
        who: url(event, "schedule_release") in enter(getattr(cast, who)).get(url(event)).content.decode()
        for who in ("publisher", "editor")
    }
    assert ways == {"publisher": True, "editor": False}
    assert enter(cast.publisher).post(url(event, "act"), {"_verb": "release"}).status_code == 403
    assert event.releases.count() == 0


def test_a_released_slot_is_cancelled_and_not_deleted(cast: SimpleNamespace) -> None:
    publisher = enter(cast.publisher)
    event = factories.event(organizer=cast.ours)
    slot = factories.slot(event, title=factories.text("决赛"))
    factories.release(event)
    response = save(publisher, url(event), open_form(publisher, url(event)), **{"slots-0-DELETE": "on"})
    assert errors(response) == {
        "slots": ["“决赛” has been released: set it to cancelled instead, so that visitors are told."]
    }
    assert publisher.post(url(slot, "delete"), {"post": "yes"}).status_code == 403
    assert event.slots.count() == 1


def test_bulk_acts_do_what_is_allowed_and_name_what_is_not(cast: SimpleNamespace) -> None:
    draft = factories.venue(published=False, name=factories.text("草"))
    out = factories.venue(name=factories.text("开"))
    used = factories.venue(name=factories.text("用"))
    factories.event(title=factories.text("杯"), venues=[used])
    rows = [str(row.pk) for row in (draft, out, used)]
    posted = {"action": "withdraw_selected", "_selected_action": rows}
    response = enter(cast.staff).post(url(Venue, "changelist"), posted)
    assert said(response) == [
        "warning: “草”: you cannot do this now (draft).",
        "error: “用”: Published events need it: 杯. Withdraw or move them first.",
        "success: Withdraw: 1 done.",
    ]
    states = dict(Venue.objects.values_list("pk", "state"))
    assert states == {draft.pk: "draft", out.pk: "withdrawn", used.pk: "published"}


def test_bulk_submission_takes_one_log_line_each_and_no_number(cast: SimpleNamespace) -> None:
    rows = [factories.venue(published=False) for _ in range(3)]
    before = factories.revision()
    posted = {"action": "submit_selected", "_selected_action": [str(row.pk) for row in rows]}
    response = enter(cast.staff).post(url(Venue, "changelist"), posted)
    assert said(response) == ["success: Submit for review: 3 done."]
    assert [_log(row) for row in rows] == [[("submitted", "staff", "", [])]] * 3
    assert factories.revision() == before


def test_a_draft_is_deleted_and_logged(cast: SimpleNamespace) -> None:
    venue = factories.venue(published=False, slug="gone", name=factories.text("草"))
    pk = venue.pk
    enter(cast.staff).post(url(venue, "delete"), {"post": "yes"})
    assert not Venue.objects.filter(pk=pk).exists()
    acts = Act.objects.filter(kind="venue", object_id=str(pk)).values_list("verb", "by__username", "label")
    assert list(acts) == [("deleted", "staff", "草")]


def test_what_was_public_once_is_not_deleted_by_anybody(cast: SimpleNamespace) -> None:
    out, back = factories.venue(), factories.venue()
    factories.withdrawn(back)
    for row in (out, back):
        for user in (cast.staff, cast.superuser):
            assert enter(user).post(url(row, "delete"), {"post": "yes"}).status_code == 403
    posted = {"action": "delete_selected", "_selected_action": [str(out.pk), str(back.pk)], "post": "yes"}
    enter(cast.superuser).post(url(Venue, "changelist"), posted)
    assert Venue.objects.count() == 2


# What a save costs


def test_a_save_with_rows_and_translations_takes_one_number(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    venue = factories.venue(slug="hall")
    before, version = factories.revision(), venue.version
    rows = {"spaces-TOTAL_FORMS": "2"}
    for index in (0, 1):
        rows |= {f"spaces-{index}-slug": f"court-{index}", f"spaces-{index}-name__zh-Hans": f"{index}号"}
    rows |= {"links-TOTAL_FORMS": "1", "links-0-kind": "website", "links-0-position": "0"}
    rows |= {"links-0-value": "https://hall.example", "links-0-label__en": "Site"}
    changes = {"name__en": "Hall", "name__de": "Halle", "summary__en": "A hall."}
    assert errors(save(staff, url(venue), open_form(staff, url(venue)), **changes, **rows)) == {}
    assert factories.revision() == before + 1
    assert factories.feed()["venue", "hall"] == (before + 1, False)
    venue.refresh_from_db()
    assert (venue.version, Space.objects.count()) == (version + 4, 2)
    assert _log(venue)[-1] == ("changed", "staff", "", ["Name", "Summary", "space", "link or contact"])


def test_a_save_without_a_change_writes_nothing(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    event = factories.event(venues=[factories.venue()])
    factories.slot(event)
    rows = [event, event.organizer, factories.venue(lat=41.80312345, lng=123.35512345), factories.image()]
    for row in rows:
        stored = type(row)._base_manager.values().get(pk=row.pk)
        before = (factories.revision(), Act.objects.count())
        assert errors(save(staff, url(row), open_form(staff, url(row)))) == {}
        assert type(row)._base_manager.values().get(pk=row.pk) == stored
        assert (factories.revision(), Act.objects.count()) == before


def test_a_refused_form_takes_no_number_and_stores_nothing(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    venue = factories.venue(slug="hall")
    before = (factories.revision(), Act.objects.count(), Venue.objects.values().get())
    refused = save(staff, url(venue), open_form(staff, url(venue)), postcode="110021", osm="nonsense")
    assert errors(refused) == {"osm": ["An OpenStreetMap id looks like way/123456."]}
    assert (factories.revision(), Act.objects.count(), Venue.objects.values().get()) == before
    assert read_form(refused)["postcode"] == "110021"


def test_a_refused_row_leaves_the_root_as_it_was(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    venue = factories.venue(slug="hall")
    before = (factories.revision(), Act.objects.count(), Venue.objects.values().get())
    rows = {"links-TOTAL_FORMS": "1", "links-0-kind": "website", "links-0-value": "no address", "links-0-position": "0"}
    refused = save(staff, url(venue), open_form(staff, url(venue)), postcode="110021", **rows)
    assert list(errors(refused)) == ["links-0-value"]
    assert (factories.revision(), Act.objects.count(), Venue.objects.values().get()) == before


def test_an_exception_in_the_middle_of_a_save_leaves_nothing(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = enter(cast.staff)
    venue = factories.venue(slug="hall")
    form = open_form(staff, url(venue))
    before = (factories.revision(), Act.objects.count(), Venue.objects.values().get())

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("core.admin.logged.log", broken)
    rows = {"spaces-TOTAL_FORMS": "1", "spaces-0-slug": "court", "spaces-0-name__zh-Hans": "一号"}
    with pytest.raises(RuntimeError, match="the log is full"):
        save(staff, url(venue), form, postcode="110021", **rows)
    assert (factories.revision(), Act.objects.count(), Venue.objects.values().get()) == before
    assert Space.objects.count() == 0


def test_pages_that_are_read_open_no_unit_of_work(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    staff = enter(cast.staff)
    event = factories.event()
    factories.slot(event)
    pages = [url(model, "changelist") for model in (Venue, Event, Organizer)]
    pages += [url(event, page) for page in ("change", "delete", "history", "preview")] + [url(Event, "add"), "/admin/"]
    opened: list[Any] = []
    monkeypatch.setattr(edits.Edit, "__init__", lambda *args, **kwargs: opened.append(args))
    assert {staff.get(page).status_code for page in pages} <= {200, 403}
    assert opened == []


def test_a_picture_is_decoded_before_the_transaction_opens(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from media.admin import form as admin
    from media.models import Image

    seen = []
    outside = len(connection.atomic_blocks)
    decode = admin.prepare

    def watched(*given: Any) -> Any:
        seen.append(len(connection.atomic_blocks) - outside)
        return decode(*given)

    monkeypatch.setattr(admin, "prepare", watched)
    staff = enter(cast.staff)
    file = factories.picture_file()
    file.name = "tower.png"
    form = open_form(staff, url(Image, "add"))
    fields = {"alt__zh-Hans": "塔", "credit": "Archive", "original": file}
    assert errors(save(staff, url(Image, "add"), form, **fields)) == {}
    assert (seen, Image.objects.get().alt) == ([0], {"zh-Hans": "塔"})
