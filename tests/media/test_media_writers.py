"""Two writers at once: what is published never lacks its transcript, whoever comes first; nor does it lose a picture
that is deleted; and the same file is taken once."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core.models import Act
from media.models import Image
from tests import factories
from tests.asking import send, wrong
from tests.core.test_changes_writers import race, races, threads
from tests.factories import text
from tests.factories_media import audio, placed
from tests.media.looking import look_together
from tests.media.test_manage_images import ROOT, SAID, png
from tests.pages import enter, errors, open_form, save, url

pytestmark = pytest.mark.django_db(transaction=True)


@races
@pytest.mark.parametrize("publishes_first", [True, False])
def test_a_transcript_does_not_go_while_its_venue_is_published(publishes_first: bool) -> None:
    media, venue = audio(), factories.venue(published=False)
    placed(media, venue)
    media.transcript = {}
    acts: list[Callable[[], Any]] = [lambda: factories.public(venue), media.save]
    wrong = race(*(acts if publishes_first else acts[::-1]))
    assert [type(each) for each in wrong] == [ValidationError]
    media.refresh_from_db()
    venue.refresh_from_db()
    assert (venue.public, bool(media.transcript)) == (publishes_first, publishes_first)


@races
@pytest.mark.parametrize("places_first", [True, False])
def test_a_transcript_does_not_go_while_its_track_is_put_on_something_public(places_first: bool) -> None:
    media, venue = audio(), factories.venue()
    media.transcript = {}
    acts: list[Callable[[], Any]] = [lambda: placed(type(media).objects.get(pk=media.pk), venue), media.save]
    wrong = race(*(acts if places_first else acts[::-1]))
    assert [type(each) for each in wrong] == [ValidationError]
    media.refresh_from_db()
    assert (venue.media_placements.count(), bool(media.transcript)) == (int(places_first), places_first)


@races
@pytest.mark.parametrize("public", [True, False])
def test_a_picture_that_is_placed_while_it_is_deleted_stays(public: bool, cast: SimpleNamespace) -> None:
    """The other one has the counter, and has yet to commit."""
    image, plan = factories.image(), factories.event(slug="plan", title=text("计划"), published=public)
    sent = {"version": image.version}
    answers: list[Any] = []

    def delete() -> None:
        answers.append(send(cast.staff, "delete", f"{ROOT}/{image.pk}", sent, 409))

    assert race(lambda: factories.shown(image, plan), delete, numbered=True) == []
    (refused,) = answers
    assert wrong(refused) == [("", "in_use")]
    assert [place["slug"] for place in refused.json()["places"]] == ["plan"]
    assert (Image.objects.count(), Act.objects.filter(kind="image").count()) == (1, 0)


@races
def test_the_admin_names_where_it_is_placed_meanwhile(cast: SimpleNamespace) -> None:
    image, plan = factories.image(), factories.event(title=text("计划"), published=False)
    staff, pages = enter(cast.staff), []

    def delete() -> None:
        pages.append(staff.post(url(image, "delete"), {"post": "yes"}).content.decode())

    assert race(lambda: factories.shown(image, plan), delete, numbered=True) == []
    assert ("计划" in pages[0], Image.objects.count()) == (True, 1)


@races
@pytest.mark.parametrize("numbered", [True, False])
@pytest.mark.parametrize("kind", ["image", "media"])
def test_what_is_deleted_while_it_is_placed_is_no_choice(kind: str, numbered: bool, cast: SimpleNamespace) -> None:
    """References are checked at the commit: the form is looked at anew then, and names the field."""
    row, plan, staff = factories.image() if kind == "image" else audio(), factories.event(), enter(cast.staff)
    section = "placements" if kind == "image" else "media_placements"
    fields = {f"{section}-0-{kind}": str(row.pk), f"{section}-0-position": "0", f"{section}-TOTAL_FORMS": "1"}
    form, answers = open_form(staff, url(plan)), []

    def place() -> None:
        answers.append(errors(save(staff, url(plan), form, **fields)))

    assert race(row.delete, place, numbered=numbered) == []
    said = ["Select a valid choice. That choice is not one of the available choices."]
    assert answers == [{f"{section}-0-{kind}": said}]


@races
def test_a_picture_that_two_delete_at_once_is_gone_for_the_second(cast: SimpleNamespace) -> None:
    image, staff = factories.image(), enter(cast.staff)
    path, sent = f"{ROOT}/{image.pk}", {"version": image.version}
    assert race(image.delete, lambda: send(staff, "delete", path, sent, 404)) == []


@races
def test_many_are_deleted_while_one_of_them_is_edited(cast: SimpleNamespace) -> None:
    """The deletion of the first takes the counter, which the editor of the second waits for."""
    images = sorted((factories.image() for _number in range(2)), key=lambda image: image.pk)
    chosen = {"action": "delete_selected", ACTION_CHECKBOX_NAME: [str(image.pk) for image in images], "post": "yes"}
    staff, answers = enter(cast.staff), []

    def delete() -> None:
        answers.append(staff.post(url(Image, "changelist"), chosen).status_code)

    assert race(images[1].save, delete) == []
    assert (answers, Image.objects.count()) == ([302], 0)


def test_a_picture_that_is_sent_twice_at_once_is_one(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    look_together(monkeypatch, "media.manage.views")
    answers: list[int] = []

    def post() -> None:
        body = encode_multipart(BOUNDARY, {**SAID, "file": png()})
        answers.append(enter(cast.staff).generic("POST", ROOT, body, MULTIPART_CONTENT).status_code)

    with threads() as crew:
        crew.start(post)
        crew.start(post)
    assert (crew.errors, sorted(answers), Image.objects.count()) == ([], [201, 409], 1)
