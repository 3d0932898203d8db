"""Every door of the admin, tried by a member of ``ours`` on what belongs to ``theirs``: drafts and published rows."""

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.changes.edits import edit
from core.models import Act
from core.publication import State
from events.models import Event, EventImage, EventLink, EventVenue, Participant, Slot
from media.models import Image, MediaObject
from organizers.models import Organizer
from tests import factories, factories_media
from tests.pages import enter, errors, open_form, save, url
from venues.models import Venue

SECRET = "Verschlusssache"  # in every name that belongs to the others


@pytest.fixture(scope="module")
def stored(kept: None) -> SimpleNamespace:
    """``ours`` and ``theirs`` with a draft and a published event each, a private picture and a hidden venue."""
    cast = factories.cast()
    with edit():
        word = factories.text(f"{SECRET}名", en=SECRET, de=SECRET)
        hall = factories.venue(slug="hall", name=factories.text("大厅", en="Hall"))
        hidden = factories.venue(published=False, slug="hidden", name=word)
        season = factories.event(organizer=cast.theirs, event_kind="season", title=word, published=False)
        theirs = factories.event(organizer=cast.theirs, title=word, venues=[hall], slug="their-cup")
        draft = factories.event(organizer=cast.theirs, title=word, published=False, season=season, slug="their-draft")
        slot = factories.slot(draft, title=word)
        picture = factories.image(organizer=cast.theirs, alt=word, credit=SECRET)
        factories.shown(picture, draft)
        track = factories_media.audio(organizer=cast.theirs, title=word, transcript=word, credit=SECRET)
        factories_media.placed(track, draft)
        EventLink(event=draft, kind="website", value=f"https://{SECRET}.example").save()
        EventVenue(event=draft, venue=hidden).save()
        other = factories.organizer(published=False, slug="third", name=word)
        ours = factories.event(
            organizer=cast.ours, published=False, slug="our-draft", title=factories.text("我们", en="Our")
        )
        out = factories.event(
            organizer=cast.ours, slug="our-cup", title=factories.text("杯", en="Our cup"), venues=[hall]
        )
    return SimpleNamespace(
        cast=cast, hall=hall, hidden=hidden, season=season, theirs=theirs, draft=draft, slot=slot, picture=picture,
        other=other, ours=ours, out=out, space=factories.space(hidden, name=word), our_slot=factories.slot(ours),
    )  # fmt: skip


@pytest.fixture
def scene(stored: SimpleNamespace, db: None) -> SimpleNamespace:
    """The same rows for every test, as the first one found them."""
    return deepcopy(stored)


@pytest.fixture
def member(scene: SimpleNamespace) -> Client:
    return enter(scene.cast.publisher)


@pytest.fixture
def editor(scene: SimpleNamespace) -> Client:
    return enter(scene.cast.editor)


def _page(client: Client, address: str, **params: Any) -> str:
    response = client.get(address, params)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def _gone(response: Any) -> None:
    """What a row that does not exist answers: back to the first page."""
    assert (response.status_code, response.headers.get("Location")) == (302, "/admin/")


# Lists


def test_list_shows_and_counts_only_ones_own(member: Client) -> None:
    response = member.get(url(Event, "changelist"))
    assert {event.slug for event in response.context["cl"].result_list} == {"our-draft", "our-cup"}
    assert response.context["cl"].result_count == 2
    assert SECRET not in response.content.decode()


def test_search_finds_only_ones_own(member: Client) -> None:
    for model in (Event, Slot, Image, Venue):
        response = member.get(url(model, "changelist"), {"q": SECRET})
        assert list(response.context["cl"].result_list) == [], model


def test_filters_name_only_ones_own(member: Client) -> None:
    for model in (Event, Slot, Image, Venue):
        html = _page(member, url(model, "changelist"))
        assert SECRET not in html, model
        assert "their" not in html, model


def test_filters_by_a_foreign_row_find_nothing_foreign(member: Client, scene: SimpleNamespace) -> None:
    theirs = scene.cast.theirs.pk
    for model, params in (
        (Event, {"organizer__id__exact": theirs}),
        (Event, {"season__id__exact": scene.season.pk}),
        (Slot, {"event__id__exact": scene.draft.pk}),
        (Image, {"organizer__id__exact": theirs}),
    ):
        response = member.get(url(model, "changelist"), params)
        shown = {str(row) for row in response.context["cl"].result_list}
        assert shown <= {"我们", "杯", str(scene.our_slot)}, params
        assert SECRET not in response.content.decode(), params


def test_lookups_across_relations_are_refused(member: Client) -> None:
    for lookup in ("organizer__slug", "organizer__memberships__user__password__startswith", "season__title__en"):
        response = member.get(url(Event, "changelist"), {lookup: "a"})
        assert response.status_code == 400, lookup


def test_dates_of_the_list_are_only_ones_own(member: Client, scene: SimpleNamespace) -> None:
    scene.draft.starts_on = scene.draft.ends_on = factories.at(1987, 3, 4).date()
    scene.draft.save()
    assert "1987" not in _page(member, url(Event, "changelist"))
    shown = member.get(url(Event, "changelist"), {"starts_on__year": "1987"})
    assert list(shown.context["cl"].result_list) == []


# Pages of one row


def test_forms_do_not_open(member: Client, scene: SimpleNamespace) -> None:
    for row in (scene.draft, scene.theirs, scene.slot, scene.picture, scene.hidden):
        _gone(member.get(url(row)))
        _gone(member.get(url(row), {"_popup": "1", "_to_field": "id"}))


def test_forms_cannot_be_posted(member: Client, scene: SimpleNamespace) -> None:
    staff = enter(scene.cast.staff)
    for row in (scene.draft, scene.theirs):
        form = open_form(staff, url(row))
        response = member.post(url(row), {**form, "title__en": "Taken over", "_save": "1"})
        _gone(response)
        row.refresh_from_db()
        assert row.title["en"] == SECRET


def test_rows_of_a_foreign_event_cannot_be_taken_over(member: Client, scene: SimpleNamespace) -> None:
    """A formset of one's own event, with the ids of rows of the other's."""
    rows = {
        "slots": scene.slot,
        "placements": EventImage.objects.get(event=scene.draft),
        "links": EventLink.objects.get(event=scene.draft),
        "event_venues": EventVenue.objects.get(event=scene.draft),
    }
    opened = open_form(member, url(scene.ours))
    for prefix, row in rows.items():
        counts = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1"}
        form = {**opened, **counts, f"{prefix}-0-id": str(row.pk)}
        for change in ({f"{prefix}-0-DELETE": "on"}, {f"{prefix}-0-title__en": "Mine", f"{prefix}-0-value": "Mine"}):
            response = save(member, url(scene.ours), form, **change)
            assert SECRET not in response.content.decode()
            kept = type(row)._base_manager.get(pk=row.pk)
            assert (kept.event_id, str(kept)) == (scene.draft.pk, str(row)), prefix
    assert Slot.objects.filter(event=scene.draft).count() == 1


def test_deletion_does_not_open_and_does_nothing(member: Client, scene: SimpleNamespace) -> None:
    for row in (scene.draft, scene.theirs, scene.slot, scene.picture):
        _gone(member.get(url(row, "delete")))
        _gone(member.post(url(row, "delete"), {"post": "yes"}))
        assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_deleting_ones_own_names_nothing_foreign_that_needs_it(member: Client, scene: SimpleNamespace) -> None:
    """Staff put a foreign draft into a season of ours."""
    season = factories.event(organizer=scene.cast.ours, event_kind="season", published=False)
    scene.draft.season = season
    scene.draft.save()
    selected = {"action": "delete_selected", "_selected_action": str(season.pk)}
    for html in (
        _page(member, url(season, "delete")),
        member.post(url(season, "delete"), {"post": "yes"}).content.decode(),
        member.post(url(Event, "changelist"), selected).content.decode(),
    ):
        assert SECRET not in html
        assert "Records that you may not see need it." in html
    assert Event.objects.filter(pk=season.pk).exists()
    assert SECRET in _page(enter(scene.cast.staff), url(season, "delete"))


def test_history_does_not_open(member: Client, scene: SimpleNamespace) -> None:
    for row in (scene.draft, scene.theirs, scene.slot, scene.picture):
        _gone(member.get(url(row, "history")))


def test_preview_is_forbidden(member: Client, scene: SimpleNamespace) -> None:
    for row in (scene.draft, scene.theirs, scene.hidden):
        assert member.get(url(row, "preview")).status_code == 403


def test_what_is_forbidden_is_said_on_a_page_that_leads_back(member: Client) -> None:
    page = member.get(url(Organizer, "add"), headers={"accept-language": "en"})
    assert page.status_code == 403
    shown = page.content.decode()
    assert "<h1>You may not do this</h1>" in shown
    assert f'<a class="x-button" href="{reverse("admin:index")}">' in shown


def test_acts_are_forbidden(member: Client, scene: SimpleNamespace) -> None:
    before = Act.objects.count()
    for row in (scene.draft, scene.theirs, scene.hidden, scene.other):
        for verb in ("submit", "approve", "reject", "publish", "withdraw", "release"):
            assert member.post(url(row, "act"), {"_verb": verb, "note": "x"}).status_code == 403, (row, verb)
    assert Act.objects.count() == before
    states = Event._base_manager.filter(pk__in=[scene.draft.pk, scene.theirs.pk]).order_by("slug")
    assert list(states.values_list("state", flat=True)) == [State.PUBLISHED, State.DRAFT]


def test_an_unreadable_number_is_no_error(member: Client) -> None:
    for number in ("²", "x", "9" * 30, "0"):
        for page in ("act", "preview"):
            address = reverse(f"admin:events_event_{page}", args=[number])
            assert member.post(address).status_code == 403, number


def test_bulk_acts_leave_posted_foreign_rows_alone(member: Client, scene: SimpleNamespace) -> None:
    selected = [str(row.pk) for row in (scene.draft, scene.theirs)]
    for action in ("submit_selected", "publish_selected", "withdraw_selected", "delete_selected"):
        posted = {"action": action, "_selected_action": selected, "post": "yes"}
        response = member.post(url(Event, "changelist"), posted, follow=True)
        assert SECRET not in response.content.decode(), action
    found = dict(Event._base_manager.filter(organizer=scene.cast.theirs).values_list("slug", "state"))
    assert (found["their-draft"], found["their-cup"]) == (State.DRAFT, State.PUBLISHED)
    selected = [str(scene.slot.pk)]
    member.post(url(Slot, "changelist"), {"action": "delete_selected", "_selected_action": selected, "post": "yes"})
    assert Slot.objects.filter(pk=scene.slot.pk).exists()


def test_save_as_new_copies_nothing_of_a_foreign_event(member: Client, scene: SimpleNamespace) -> None:
    form = open_form(enter(scene.cast.staff), url(scene.draft))
    response = member.post(url(scene.draft), {**form, "_saveasnew": "1"})
    assert response.status_code == 200  # refused: their organizer, season and venue are no choice here
    assert Event._base_manager.filter(organizer=scene.cast.theirs).count() == 3
    assert Event._base_manager.filter(organizer=scene.cast.ours).count() == 2


# Choices


AUTOCOMPLETES = [
    ("events", "event", "organizer"),
    ("events", "event", "season"),
    ("events", "slot", "event"),
    ("events", "slot", "venue"),
    ("events", "eventvenue", "venue"),
    ("events", "eventimage", "image"),
    ("events", "slotparticipant", "participant"),
    ("events", "eventtag", "tag"),
    ("venues", "venue", "parent"),
    ("venues", "venue", "organizer"),
    ("venues", "venueimage", "image"),
    ("media", "image", "organizer"),
    ("media", "mediaobject", "organizer"),
    ("events", "eventmedia", "media"),
    ("venues", "venuemedia", "media"),
    ("organizers", "membership", "user"),
    ("organizers", "membership", "organizer"),
    ("core", "act", "by"),
]


OFFERED = {
    "season": set(),
    "event": {"我们", "杯"},
    "venue": {"大厅"},
    "parent": {"大厅"},
    "image": set(),
    "media": set(),
}


def test_autocomplete_offers_nothing_foreign(member: Client) -> None:
    for app, model, field in AUTOCOMPLETES:
        params = {"app_label": app, "model_name": model, "field_name": field, "term": ""}
        response = member.get("/admin/autocomplete/", params)
        refused = field in ("organizer", "user", "by")  # rows of no list that a member may open
        assert response.status_code == (403 if refused else 200), params
        if not refused:
            assert {row["text"] for row in response.json()["results"]} == OFFERED.get(field, set()), params
            assert SECRET not in response.content.decode(), params


def test_autocomplete_for_staff_finds_by_any_language(scene: SimpleNamespace) -> None:
    params = {"app_label": "events", "model_name": "event", "field_name": "organizer", "term": SECRET.lower()}
    response = enter(scene.cast.staff).get("/admin/autocomplete/", params)
    assert [row["text"] for row in response.json()["results"]] == [f"{SECRET}名"]


def test_forms_offer_no_foreign_names(member: Client, scene: SimpleNamespace) -> None:
    pages = [url(model, "add") for model in (Event, Slot, Image)]
    pages += [url(row) for row in (scene.ours, scene.our_slot)]
    for page in pages:
        assert SECRET not in _page(member, page), page


def test_a_foreign_row_named_in_the_address_is_not_shown(member: Client, scene: SimpleNamespace) -> None:
    """Django fills a form from the address; a number is easily guessed."""
    theirs = scene.cast.theirs
    for model, params in (
        (Event, {"organizer": scene.other.pk, "season": scene.season.pk}),
        (Slot, {"event": scene.draft.pk, "venue": scene.hidden.pk, "space": scene.space.pk}),
        (Image, {"organizer": scene.other.pk}),
    ):
        assert SECRET not in _page(member, url(model, "add"), **params), model
    assert str(theirs) not in _page(member, url(Event, "add"), organizer=theirs.pk)


def test_foreign_rows_cannot_be_posted_as_choices(member: Client, scene: SimpleNamespace) -> None:
    refused = ["Select a valid choice. That choice is not one of the available choices."]
    page = url(scene.ours)
    form = open_form(member, page)
    for field, row in (("organizer", scene.cast.theirs), ("season", scene.season)):
        response = save(member, page, form, **{field: str(row.pk)})
        assert errors(response) == {field: refused}
        assert SECRET not in response.content.decode()
    for prefix, field, row in (
        ("event_venues", "venue", scene.hidden),
        ("placements", "image", scene.picture),
        ("media_placements", "media", MediaObject.objects.get()),
    ):
        new = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-{field}": str(row.pk), f"{prefix}-0-position": "0"}
        response = save(member, page, form, **new)
        assert errors(response) == {f"{prefix}-0-{field}": refused}
        assert SECRET not in response.content.decode()
    slot = url(scene.our_slot)
    form = open_form(member, slot)
    for field, row in (("event", scene.draft), ("venue", scene.hidden), ("space", scene.space)):
        response = save(member, slot, form, **{field: str(row.pk)})
        assert errors(response)[field] == refused
    scene.ours.refresh_from_db()
    assert (scene.ours.organizer, scene.ours.season, scene.ours.event_venues.count()) == (scene.cast.ours, None, 0)


def test_a_new_event_can_only_be_ones_own(member: Client, scene: SimpleNamespace) -> None:
    form = open_form(member, url(Event, "add"))
    assert form["organizer"] == str(scene.cast.ours.pk)  # the only one is chosen already
    names = {"title__zh-Hans": "新", "event_kind": "cup"}
    refused = save(member, url(Event, "add"), form, organizer=str(scene.cast.theirs.pk), **names)
    assert list(errors(refused)) == ["organizer"]
    assert errors(save(member, url(Event, "add"), form, **names)) == {}
    assert Event._base_manager.latest("pk").organizer == scene.cast.ours


def test_a_staff_members_choice_stays_though_the_member_cannot_choose_it(scene: SimpleNamespace) -> None:
    scene.ours.season = scene.season
    scene.ours.save()
    client = enter(scene.cast.publisher)
    assert errors(save(client, url(scene.ours), open_form(client, url(scene.ours)), doubts="seen")) == {}
    scene.ours.refresh_from_db()
    assert (scene.ours.season, scene.ours.doubts) == (scene.season, "seen")


# Pictures


def test_a_private_picture_is_nobody_elses(member: Client, scene: SimpleNamespace) -> None:
    file = reverse("rendition", args=[scene.picture.renditions.first().path])
    assert member.get(file).status_code == 404
    assert Client().get(file).status_code == 404
    own = enter(scene.cast.stranger).get(file)
    assert (own.status_code, own["Cache-Control"]) == (200, "private, no-store")
    b"".join(own.streaming_content)


def test_a_public_picture_does_not_tell_of_foreign_drafts(member: Client, scene: SimpleNamespace) -> None:
    """A picture of the district's library, on a public venue and on the others' draft."""
    library = factories.image(alt=factories.text("塔", en="Tower"))
    for place in (scene.hall, scene.draft, scene.hidden):
        factories.shown(library, place, position=5)
    page = member.get(url(library))
    html = page.content.decode()
    assert (page.status_code, SECRET in html, url(scene.hall) in html) == (200, False, True)
    listed = member.get(url(Image, "changelist"))
    assert [listed.context["cl"].model_admin.shown_on(row) for row in listed.context["cl"].result_list] == [1]
    staff = _page(enter(scene.cast.staff), url(library))
    assert (SECRET in staff, url(scene.draft) in staff) == (True, True)


# What is public may be read, and no more


def test_a_public_venue_keeps_its_colleagues_notes_to_itself(member: Client, scene: SimpleNamespace) -> None:
    hall = scene.hall
    hall.organizer = scene.other
    hall.doubts = f"{SECRET}, says the archive"
    hall.save()
    Act.objects.create(kind="venue", object_id=hall.pk, verb="rejected", at=hall.updated_at, note=f"{SECRET}!")
    html = _page(member, url(hall))
    assert SECRET not in html
    assert member.get(url(hall, "history")).status_code == 403
    assert f"{SECRET}!" in _page(enter(scene.cast.staff), url(hall))
    assert f"{SECRET}!" in _page(enter(scene.cast.reviewer), url(hall, "history"))
    assert f"{SECRET}, says the archive" in _page(enter(scene.cast.reviewer), url(hall))


def test_first_page_tells_of_ones_own_only(member: Client, scene: SimpleNamespace) -> None:
    Act.objects.create(kind="event", object_id=scene.draft.pk, verb="created", at=scene.draft.updated_at, label=SECRET)
    response = member.get("/admin/")
    cards = {card["title"]: (card["count"], card["detail"]) for card in response.context["cards"]}
    assert cards == {"Venues": (1, "public now; 0 drafts"), "Events": (1, "public now; 1 drafts")}
    assert (SECRET in response.content.decode(), list(response.context["acts"])) == (False, [])


# An editor writes drafts, a publisher everything of the organizer


def test_an_editor_changes_drafts_only(editor: Client, scene: SimpleNamespace) -> None:
    assert errors(save(editor, url(scene.ours), open_form(editor, url(scene.ours)), doubts="checked")) == {}
    scene.ours.refresh_from_db()
    assert scene.ours.doubts == "checked"
    publisher_form = open_form(enter(scene.cast.publisher), url(scene.out))
    page = editor.get(url(scene.out))
    assert (page.status_code, 'name="title__en"' in page.content.decode()) == (200, False)
    assert editor.post(url(scene.out), {**publisher_form, "doubts": "x", "_save": "1"}).status_code == 403
    assert editor.post(url(scene.out, "act"), {"_verb": "withdraw"}).status_code == 403
    scene.out.refresh_from_db()
    assert (scene.out.doubts, scene.out.state) == ("", State.PUBLISHED)


def test_an_editor_adds_no_slot_to_a_published_event(editor: Client, scene: SimpleNamespace) -> None:
    form = open_form(editor, url(Slot, "add"))
    response = save(editor, url(Slot, "add"), form, event=str(scene.out.pk), title__en="x")
    assert "event" in errors(response)
    assert Slot.objects.filter(event=scene.out).count() == 0


def test_a_publishers_edit_of_a_published_event_is_live_at_once(
    member: Client, scene: SimpleNamespace, get: Any
) -> None:
    before = factories.revision()
    assert errors(save(member, url(scene.out), open_form(member, url(scene.out)), title__en="Our grand cup")) == {}
    assert get("events/our-cup", lang="en")["title"] == "Our grand cup"
    assert factories.revision() == before + 1


def test_members_need_no_list_of_organizers_or_accounts(member: Client, scene: SimpleNamespace) -> None:
    for address in (url(Organizer, "changelist"), reverse("admin:core_user_changelist"), url(Organizer, "add")):
        assert member.get(address).status_code == 403
    assert member.get(url(Participant, "changelist")).status_code == 200
