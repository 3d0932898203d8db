"""``/images/{id}`` and the files of the originals: public while something public shows them."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from core.publication import Verb, act
from tests import factories
from tests.factories import text

pytestmark = pytest.mark.django_db


def file_of(client: Client, image: Any, **headers: str) -> tuple[int, bytes]:
    response = client.get(f"/uploads/{image.original.name}", headers=headers)
    return response.status_code, b"".join(response) if response.status_code == 200 else b""


def test_image_is_public_while_something_public_shows_it(client: Client, get: Any) -> None:
    image = factories.image(alt=text("车间", en="Workshop"), credit="Archive", licence="CC0-1.0")
    get(f"images/{image.pk}", expect=404)
    assert file_of(client, image)[0] == 404
    venue = factories.venue()
    placement = factories.shown(image, venue)
    shown = get(f"images/{image.pk}", lang="en")
    assert (shown["alt"], shown["credit"], shown["licence"]) == ("Workshop", "Archive", "CC0-1.0")
    assert shown["languages"] == ["zh-Hans", "zh-Hant", "en"]
    (rendition,) = shown["renditions"]
    assert rendition == {
        "ratio": "original",
        "width": 64,
        "height": 48,
        "url": f"https://tiexi.example/uploads/{image.original.name}",
        "type": "image/png",
    }
    with default_storage.open(image.original.name) as stored:
        assert file_of(client, image) == (200, stored.read())
    placement.delete()
    get(f"images/{image.pk}", expect=410)
    assert file_of(client, image)[0] == 404


def test_image_shown_by_two_stays_public_until_the_last_goes(client: Client, get: Any) -> None:
    image, venue, event = factories.image(), factories.venue(), factories.event()
    factories.shown(image, venue)
    factories.shown(image, event)
    act(venue, Verb.WITHDRAW, by=None)
    assert get(f"images/{image.pk}")["id"] == str(image.pk)
    event.refresh_from_db()
    act(event, Verb.WITHDRAW, by=None)
    get(f"images/{image.pk}", expect=410)
    assert file_of(client, image)[0] == 404


def test_image_file_says_what_it_is_and_may_be_kept(client: Client) -> None:
    image = factories.image()
    factories.shown(image, factories.venue())
    response = client.get(f"/uploads/{image.original.name}")
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, max-age=86400"
    assert response["Content-Disposition"] == "inline"
    response.close()


def test_image_file_of_a_draft_is_for_those_who_may_read_it(client: Client, cast: Any) -> None:
    image = factories.image(organizer=cast.ours)
    client.force_login(cast.stranger)
    assert file_of(client, image)[0] == 404
    client.force_login(cast.nobody)
    assert file_of(client, image)[0] == 404
    client.force_login(cast.editor)
    response = client.get(f"/uploads/{image.original.name}")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    response.close()


@pytest.mark.parametrize(
    "path",
    [
        "nothing.png",
        "originals/",
        "../settings.py",
        "..%2f..%2fmanage.py",
        "a%00b.png",
        "%ff",
        "x" * 3000,
        "/etc/passwd",
    ],
)
def test_image_file_of_any_other_path_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/uploads/{path}").status_code == 404


def test_images_keep_their_order_and_the_first_stands_for_all(get: Any) -> None:
    venue = factories.venue(slug="hall")
    last, first = factories.image(alt=text("二")), factories.image(alt=text("一"))
    factories.shown(last, venue, position=2)
    factories.shown(first, venue, position=1)
    shown = get("venues/hall")
    assert [image["alt"] for image in shown["images"]] == ["一", "二"]
    assert shown["image"]["alt"] == "一"
    assert shown["image"]["urls"] == {"original": {"64": f"https://tiexi.example/uploads/{first.original.name}"}}
