"""``/images/{id}`` and the files: public while something public shows the picture; the original has no address."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from core.publication import Verb, act
from media.models import Image
from media.storages import renditions
from tests import factories
from tests.factories import text

pytestmark = pytest.mark.django_db

SITE = "https://tiexi.example/uploads"


def file_of(client: Client, image: Any, **headers: str) -> tuple[int, bytes]:
    """The answer about its first rendition."""
    response = client.get(f"/uploads/{image.renditions.order_by('pk')[0].path}", headers=headers)
    return response.status_code, b"".join(response) if response.streaming else response.content


def public_image(**fields: Any) -> Image:
    image = factories.image(**fields)
    factories.shown(image, factories.venue())
    return image


def test_image_is_public_while_something_public_shows_it(client: Client, get: Any) -> None:
    image = factories.image(alt=text("车间", en="Workshop"), credit="Archive", licence="CC0-1.0")
    get(f"images/{image.pk}", expect=404)
    assert file_of(client, image)[0] == 404
    venue = factories.venue()
    placement = factories.shown(image, venue)
    shown = get(f"images/{image.pk}", lang="en")
    assert (shown["alt"], shown["credit"], shown["licence"]) == ("Workshop", "Archive", "CC0-1.0")
    assert shown["languages"] == ["zh-Hans", "zh-Hant", "en"]
    with renditions().open(image.renditions.order_by("pk")[0].path) as stored:
        assert file_of(client, image) == (200, stored.read())
    placement.delete()
    get(f"images/{image.pk}", expect=410)
    assert file_of(client, image)[0] == 404


def test_image_tells_its_renditions(get: Any) -> None:
    image = public_image(size=(800, 600), color=(200, 80, 40), focal=(0.25, 0.5))
    shown = get(f"images/{image.pk}")
    found = [(each["ratio"], each["width"], each["height"], each["type"]) for each in shown["renditions"]]
    assert found == [
        *(("16:9", width, height, "image/webp") for width, height in ((320, 180), (640, 360), (800, 450))),
        *(("4:3", width, height, "image/webp") for width, height in ((320, 240), (640, 480), (800, 600))),
        *(("1:1", width, width, "image/webp") for width in (320, 600)),
        *(("original", width, height, "image/webp") for width, height in ((320, 240), (640, 480), (800, 600))),
    ]
    assert {each["url"] for each in shown["renditions"]} == {
        f"{SITE}/{row.path}" for row in image.renditions.exclude(mime="image/jpeg")
    }
    share = image.renditions.get(mime="image/jpeg")
    assert shown["share_image"] == {
        "ratio": "5:4",
        "width": 750,
        "height": 600,
        "url": f"{SITE}/{share.path}",
        "type": "image/jpeg",
    }
    assert shown["focal"] == {"x": 0.25, "y": 0.5}
    assert (shown["color"], len(shown["placeholder"])) == ("#c85028", 28)
    assert (shown["share_url"], shown["code"]) == (None, None)


def test_image_in_a_list_has_its_addresses_by_ratio_and_width(get: Any) -> None:
    image = factories.image(size=(800, 600), color=(200, 80, 40))
    factories.shown(image, factories.venue(slug="hall"))
    (venue,) = get("venues")["results"]
    assert {ratio: list(urls) for ratio, urls in venue["image"]["urls"].items()} == {
        "16:9": ["320", "640", "800"],
        "4:3": ["320", "640", "800"],
        "1:1": ["320", "600"],
        "original": ["320", "640", "800"],
    }
    assert venue["image"]["urls"]["1:1"]["320"] == f"{SITE}/{image.renditions.get(spec='1:1/320/webp').path}"
    assert (venue["image"]["color"], venue["image"]["placeholder"]) == ("#c85028", image.placeholder)
    assert venue["images"] == [venue["image"]]


def test_image_without_renditions_yet_tells_none(get: Any) -> None:
    """As one of an installation from before there were any, until the command has made them."""
    image = Image(alt=text("老照片"), credit="Archive", original="originals/00/old.jpg", sha256="0" * 64)
    image.save()
    factories.shown(image, factories.venue(slug="hall"))
    shown = get(f"images/{image.pk}")
    assert (shown["renditions"], shown["share_image"], shown["color"], shown["placeholder"]) == ([], None, None, None)
    assert get("venues/hall")["image"]["urls"] == {}
    assert image.address() == ""


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


@pytest.mark.parametrize(("kind", "mime"), [("webp", "image/webp"), ("jpeg", "image/jpeg")])
def test_image_file_says_what_it_is_and_may_be_kept(client: Client, kind: str, mime: str) -> None:
    path = public_image().renditions.filter(spec__endswith=kind).first().path
    response = client.get(f"/uploads/{path}")
    headers = ("Content-Type", "X-Content-Type-Options", "Cache-Control", "Content-Disposition", "Accept-Ranges")
    assert [response[name] for name in headers] == [
        *(mime, "nosniff", "public, max-age=31536000, immutable", "inline", "bytes")
    ]
    assert int(response["Content-Length"]) == len(b"".join(response))
    assert ("Set-Cookie" in response, "Vary" in response) == (False, False)
    again = client.get(f"/uploads/{path}", headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content, again["Cache-Control"]) == (304, b"", response["Cache-Control"])


def test_image_file_that_the_store_has_lost_is_not_found(client: Client) -> None:
    image = public_image(color=(1, 2, 3))
    renditions().delete(image.renditions.order_by("pk")[0].path)
    assert file_of(client, image)[0] == 404


def test_image_file_is_only_read(client: Client) -> None:
    path = public_image().renditions.first().path
    assert [getattr(client, verb)(f"/uploads/{path}").status_code for verb in ("post", "put", "delete")] == [405] * 3
    response = client.head(f"/uploads/{path}")
    assert (response.status_code, b"".join(response)) == (200, b"")


PARTS = [
    ("bytes=0-0", 206, lambda all: all[:1]),
    ("bytes=2-5", 206, lambda all: all[2:6]),
    ("bytes=10-", 206, lambda all: all[10:]),
    ("bytes=-7", 206, lambda all: all[-7:]),
    ("bytes=-999999", 206, lambda all: all),
    ("bytes=5-999999", 206, lambda all: all[5:]),
    ("bytes=999999-", 416, lambda _all: b""),
    ("bytes=-0", 416, lambda _all: b""),
    ("bytes=5-2", 200, lambda all: all),
    ("bytes=0-1,4-5", 200, lambda all: all),
    ("bytes=-", 200, lambda all: all),
    ("lines=0-1", 200, lambda all: all),
    ("bytes=a-b", 200, lambda all: all),
]


@pytest.mark.parametrize(("asked", "status", "part"), PARTS, ids=[asked for asked, _status, _part in PARTS])
def test_image_file_comes_in_parts(client: Client, asked: str, status: int, part: Any) -> None:
    image = public_image()
    _status, whole = file_of(client, image)
    assert file_of(client, image, range=asked) == (status, part(whole))


@pytest.mark.parametrize("asked", [f"bytes={'9' * 5000}-", f"bytes=-{'9' * 5000}", f"bytes=0-{'9' * 5000}"])
def test_a_number_that_no_file_has_asks_for_the_whole(client: Client, asked: str) -> None:
    image = public_image()
    assert file_of(client, image, range=asked) == file_of(client, image)


def test_a_part_says_which_and_is_only_of_the_file_it_began_with(client: Client) -> None:
    image = public_image()
    path = f"/uploads/{image.renditions.order_by('pk')[0].path}"
    size = len(file_of(client, image)[1])
    response = client.get(path, headers={"range": "bytes=2-5"})
    assert (response["Content-Range"], response["Content-Length"]) == (f"bytes 2-5/{size}", "4")
    assert len(b"".join(response)) == 4
    beyond = client.get(path, headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{size}")
    assert beyond["Cache-Control"] == "no-store"  # else a cache would give it to all
    assert file_of(client, image, **{"range": "bytes=2-5", "if-range": response["ETag"]})[0] == 206
    assert file_of(client, image, **{"range": "bytes=2-5", "if-range": '"other"'})[0] == 200


def test_image_file_of_a_draft_is_for_those_who_may_read_it(client: Client, cast: Any) -> None:
    image = factories.image(organizer=cast.ours)
    for user in (cast.stranger, cast.nobody):
        client.force_login(user)
        assert file_of(client, image)[0] == 404
    client.force_login(cast.editor)
    response = client.get(f"/uploads/{image.renditions.first().path}")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(response)


def test_the_original_has_no_address(client: Client, cast: Any) -> None:
    image = public_image()
    assert default_storage.exists(image.original.name)
    client.force_login(cast.superuser)
    assert client.get(f"/uploads/{image.original.name}").status_code == 404
    with pytest.raises(ValueError, match="Originals are private"):
        image.original.url  # noqa: B018


@pytest.mark.parametrize(
    "path",
    [
        *("nothing.png", "originals/", "../settings.py", "..%2f..%2fmanage.py", "a%00b.png", "%ff", "x" * 3000),
        *("/etc/passwd", "renditions/", "renditions/../originals/x.png", "renditions/ab/..%2f..%2fmanage.py"),
        *(f"renditions/ab/{'a' * 32}.webp", f"renditions/ab/{'a' * 32}.png", f"renditions/ab/{'A' * 32}.webp"),
        *(f"renditions/ab/{'a' * 32}.webp%0a", f"renditions/ab/{'a' * 31}%00.webp", f"renditions//{'a' * 32}.webp"),
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
    assert (shown["image"]["alt"], shown["image"]["id"]) == ("一", str(first.pk))
