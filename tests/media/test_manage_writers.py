"""Two writers at once: a picture that is placed while it is deleted, and one that is sent twice."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core.models import Act
from media.models import Image
from tests import factories
from tests.asking import send, wrong
from tests.core.test_changes_writers import race, races, threads
from tests.factories import text
from tests.media.looking import look_together
from tests.media.test_manage_images import ROOT, SAID, png
from tests.pages import enter, url

pytestmark = pytest.mark.django_db(transaction=True)


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
