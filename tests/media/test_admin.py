"""Pictures in the admin: what is refused and why, and two editors on one picture."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image as Pillow

from media.models import Image
from tests import factories
from tests.pages import enter, errors, open_form, read_form, save, url


def _file(content: bytes, name: str = "picture.png") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def _png(size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    return _file(factories.picture_file(size).getvalue())


def _animated() -> io.BytesIO:
    out = io.BytesIO()
    frames = [Pillow.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    return _file(out.getvalue(), "moving.webp")


def _may_edit(image: Image, *users: Any) -> list[bool]:
    return [Image.objects.filter(pk=image.pk).editable_by(user).exists() for user in users]


def test_a_picture_is_edited_by_who_may_edit_everything_that_shows_it(cast: SimpleNamespace) -> None:
    who = (cast.staff, cast.publisher, cast.editor, cast.stranger)
    image = factories.image(organizer=cast.ours)
    assert _may_edit(image, *who) == [True, True, True, False]
    factories.shown(image, factories.event(organizer=cast.ours, published=False))
    assert _may_edit(image, *who) == [True, True, True, False]
    factories.shown(image, factories.event(organizer=cast.ours))
    assert _may_edit(image, *who) == [True, True, False, False]
    placement = factories.shown(image, factories.venue())
    assert _may_edit(image, *who) == [True, False, False, False]
    placement.delete()
    assert _may_edit(image, *who) == [True, True, False, False]
    factories.shown(image, factories.event(organizer=cast.theirs, published=False))
    assert _may_edit(image, *who) == [True, False, False, False]
    page = enter(cast.editor).get(url(image))
    assert (page.status_code, 'name="alt__en"' in page.content.decode()) == (200, False)


BAD = {
    "empty": (lambda: _file(b""), ["The submitted file is empty."]),
    "text": (lambda: _file(b"<svg onload=alert(1)>"), ["SVG files are not taken. Save it as JPEG, PNG or WebP."]),
    "other": (lambda: _file(b"no picture"), ["This is no readable JPEG, PNG or WebP picture."]),
    "broken": (
        lambda: _file(_png().getvalue()[:60]),
        ["The picture is damaged or ends too early. Send the file again, or save it anew."],
    ),
    "animated": (_animated, ["Animated pictures are not shown. Upload a still one."]),
    "pixels": (lambda: _png((200, 100)), ["The picture has more than 0 million pixels. Save it smaller."]),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_name(kind: str, cast: SimpleNamespace, settings: Any) -> None:
    settings.IMAGE_MAX_PIXELS = 10_000
    make, said = BAD[kind]
    staff = enter(cast.staff)
    fields = {"alt__zh-Hans": "塔", "credit": "Archive", "original": make()}
    response = save(staff, url(Image, "add"), open_form(staff, url(Image, "add")), **fields)
    assert errors(response) == {"original": said}
    assert read_form(response)["alt__zh-Hans"] == "塔"
    assert Image.objects.count() == 0


def test_alternative_text_credit_and_file_are_required(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    response = save(staff, url(Image, "add"), open_form(staff, url(Image, "add")))
    assert errors(response) == {
        "original": ["This field is required."],
        "alt": ["Write this in 简体中文: the other languages fall back to it."],
        "credit": ["This field is required."],
    }


def test_a_member_uploads_for_their_organizer_only(cast: SimpleNamespace) -> None:
    member = enter(cast.editor)
    form = open_form(member, url(Image, "add"))
    fields = {"alt__zh-Hans": "塔", "credit": "Archive"}
    refused = save(member, url(Image, "add"), form, **fields, original=_png(), organizer="")
    assert errors(refused) == {"organizer": ["This field is required."]}
    assert errors(save(member, url(Image, "add"), form, **fields, original=_png())) == {}
    assert Image.objects.get().organizer == cast.ours


def test_a_picture_replaced_by_another_editor_is_seen_before_it_is_replaced_again(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image()
    page = url(image)
    form = open_form(second, page)
    assert errors(save(first, page, open_form(first, page), original=_png((20, 10)))) == {}
    refused = save(second, page, form, original=_png((30, 10)), credit="Second")
    assert errors(refused) == {
        "original": ["Somebody else put another file here. Look at it; to replace it, choose your file again."]
    }
    image.refresh_from_db()
    assert (image.width, image.credit) == (20, "Illustration")
    assert errors(save(second, page, read_form(refused), original=_png((30, 10)))) == {}
    image.refresh_from_db()
    assert (image.width, image.credit) == (30, "Second")


def test_a_new_credit_beside_anothers_new_file_is_no_conflict(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image()
    page = url(image)
    form = open_form(second, page)
    save(first, page, open_form(first, page), original=_png((20, 10)))
    assert errors(save(second, page, form, credit="Second")) == {}
    image.refresh_from_db()
    assert (image.width, image.credit) == (20, "Second")
