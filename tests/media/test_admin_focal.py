"""The focal point in the admin: moved beside or without a new file, merged between two editors, refused by name."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from media.models import Image
from media.preparing import recut
from media.renditions import crop_box
from media.storages import StoreUnavailable, originals, renditions
from media.turns import BUSY
from tests import factories
from tests.pages import enter, errors, open_form, read_form, save, url

SIZE = (400, 300)


def _file(size: tuple[int, int] = SIZE) -> io.BytesIO:
    file = io.BytesIO(factories.picture_file(size).getvalue())
    file.name = "picture.png"
    return file


def _halves() -> io.BytesIO:
    """Red on the left, blue on the right, three times as wide as high."""
    picture = Pillow.new("RGB", (900, 300), "red")
    picture.paste("blue", (450, 0, 900, 300))
    file = io.BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    file.name = "halves.png"
    return file


def _stored(image: Image) -> Image:
    return Image.objects.get(pk=image.pk)


def _move(client: Any, image: Image, x: str, y: str, **more: Any) -> Any:
    return save(client, url(image), open_form(client, url(image)), focal_x=x, focal_y=y, **more)


def _middle_of(image: Image, ratio: str = "1:1") -> Any:
    path = next(row.path for row in image.renditions.filter(retired_at=None) if row.spec.startswith(f"{ratio}/"))
    with renditions().open(path) as file, Pillow.open(file) as picture:
        return picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))


def test_the_picture_is_cut_around_the_point_that_was_saved(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    words = {"alt__zh-Hans": "红与蓝", "credit": "Archive", "original": _halves(), "focal_x": "0.2", "focal_y": "0.5"}
    assert errors(save(staff, url(Image, "add"), open_form(staff, url(Image, "add")), **words)) == {}
    image = Image.objects.get()
    assert image.focal == (0.2, 0.5)
    red, _green, blue = _middle_of(image)
    assert (red > 200, blue < 50) == (True, True)
    before = image.address("1:1")
    assert errors(_move(staff, image, "0.85", "0.5")) == {}
    image = _stored(image)
    red, _green, blue = _middle_of(image)
    assert (image.focal, red < 50, blue > 200) == ((0.85, 0.5), True, True)
    assert image.address("1:1") != before
    assert crop_box((900, 300), (1, 1), image.focal) == (600, 0, 900, 300)


def test_a_form_that_moves_nothing_cuts_nothing(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.admin.form.recut", None)
    image = factories.image(focal=(0.3, 0.4))
    staff = enter(cast.staff)
    assert errors(save(staff, url(image), open_form(staff, url(image)), credit="Other")) == {}
    assert (_stored(image).focal, _stored(image).credit) == ((0.3, 0.4), "Other")
    assert errors(_move(staff, image, "0.30", ".4")) == {}


@pytest.mark.parametrize("posted", ["nan", "inf", "-inf", "1e999", "2", "-0.1", "middle", "0,5", "٠.٥.", "0x1"])
def test_what_is_no_share_is_refused_by_its_name(posted: str, cast: SimpleNamespace) -> None:
    image = factories.image(focal=(0.3, 0.4))
    staff = enter(cast.staff)
    refused = _move(staff, image, "0.5", posted)
    assert errors(refused) == {"focal": ["Focal point, down: write a number from 0 to 1, for example 0.5."]}
    assert read_form(refused)["focal_y"] == posted
    refused = _move(staff, image, posted, "0.5")
    assert errors(refused) == {"focal": ["Focal point, across: write a number from 0 to 1, for example 0.5."]}
    assert errors(_move(staff, image, "", "0.5")) == errors(refused)
    assert _stored(image).focal == (0.3, 0.4)


def test_nothing_written_is_the_middle(cast: SimpleNamespace) -> None:
    image = factories.image(focal=(0.3, 0.4))
    assert errors(_move(enter(cast.staff), image, "", " ")) == {}
    assert _stored(image).focal == (0.5, 0.5)


@pytest.mark.parametrize("moved", [{}, {"focal_x": "0.9", "focal_y": "0.1"}])
def test_a_new_file_starts_in_the_middle_unless_its_point_was_set(moved: Any, cast: SimpleNamespace) -> None:
    image = factories.image(focal=(0.3, 0.4))
    staff = enter(cast.staff)
    form = open_form(staff, url(image))
    assert errors(save(staff, url(image), form, original=_file(), **moved)) == {}
    found = _stored(image)
    assert (found.width, found.height) == SIZE
    assert found.focal == ((0.9, 0.1) if moved else (0.5, 0.5))
    assert {row.focal for row in found.renditions.filter(retired_at=None)} == {found.focal}


def test_two_editors_who_moved_the_point_decide(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image(SIZE)
    form = open_form(second, url(image))
    assert errors(_move(first, image, "0.1", "0.2")) == {}
    refused = save(second, url(image), form, focal_x="0.8", credit="Second")
    assert errors(refused) == {
        "focal": ["Somebody else changed this to “10 % across, 20 % down”. Yours is still here: save again to keep it."]
    }
    assert (_stored(image).focal, _stored(image).credit) == ((0.1, 0.2), "Illustration")
    again = read_form(refused)
    assert (again["focal_x"], again["focal_y"], again["initial-focal_x"]) == ("0.8", "0.5", "0.1")
    assert errors(save(second, url(image), again)) == {}
    assert (_stored(image).focal, _stored(image).credit) == ((0.8, 0.5), "Second")


def test_the_others_point_stays_where_mine_did_not_move(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image(SIZE)
    form = open_form(second, url(image))
    assert errors(_move(first, image, "0.1", "0.2")) == {}
    assert errors(save(second, url(image), form, credit="Second")) == {}
    assert (_stored(image).focal, _stored(image).credit) == ((0.1, 0.2), "Second")


def test_a_point_on_a_picture_that_was_replaced_meanwhile_is_set_anew(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image(focal=(0.3, 0.4))
    form = open_form(second, url(image))
    assert errors(save(first, url(image), open_form(first, url(image)), original=_file())) == {}
    refused = save(second, url(image), form, focal_x="0.8", credit="Second")
    said = ["Somebody else changed this to “50 % across, 50 % down”. Yours is still here: save again to keep it."]
    assert errors(refused) == {"focal": said}
    assert (_stored(image).focal, _stored(image).width) == ((0.5, 0.5), SIZE[0])


def test_a_point_is_not_kept_for_another_picture_with_the_same_point(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image()
    form, other_form = open_form(second, url(image)), open_form(first, url(image))

    def replaced(*args: Any, **options: Any) -> Any:
        """Another editor commits while this one's picture is being cut."""
        read = recut(*args, **options)
        assert save(first, url(image), other_form, original=_file()).status_code == 302
        return read

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("media.admin.form.recut", replaced)
        refused = save(second, url(image), form, focal_x="0.8")
    said = ["Somebody else put another picture here. Look at it, then set its focal point."]
    assert errors(refused) == {"focal": said}
    assert read_form(refused)["focal_x"] == "0.5"
    assert errors(save(second, url(image), read_form(refused), focal_x="0.7")) == {}
    assert (_stored(image).focal, _stored(image).width) == ((0.7, 0.5), SIZE[0])


def test_a_new_file_wins_over_the_others_point_on_the_old_one(cast: SimpleNamespace) -> None:
    first, second = enter(cast.staff), enter(factories.user("second", "content-staff"))
    image = factories.image()
    form = open_form(second, url(image))
    assert errors(_move(first, image, "0.1", "0.2")) == {}
    assert errors(save(second, url(image), form, original=_file(), focal_x="0.7")) == {}
    assert (_stored(image).focal, _stored(image).width) == ((0.7, 0.5), SIZE[0])


def test_who_may_not_edit_a_picture_moves_nothing(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.admin.form.recut", None)
    image = factories.image(focal=(0.3, 0.4))
    factories.shown(image, factories.venue())
    staff, member = enter(cast.staff), enter(cast.editor)
    page = member.get(url(image))
    assert (page.status_code, b"focal_x" in page.content, b"m-focal" in page.content) == (200, False, False)
    form = open_form(staff, url(image))
    assert save(member, url(image), form, focal_x="0.9", focal_y="0.9").status_code == 403
    assert save(member, "/admin/media/image/nothing/change/", form, focal_x="0.9").status_code == 302
    assert _stored(image).focal == (0.3, 0.4)


def test_a_lost_original_is_said_and_the_words_are_saved_without_it(cast: SimpleNamespace) -> None:
    image = factories.image((33, 44))
    originals().delete(str(image.original.name))
    staff = enter(cast.staff)
    refused = _move(staff, image, "0.9", "0.9", credit="Other")
    said = "The original of this picture is lost or damaged: its focal point stays. Upload the picture anew."
    assert errors(refused) == {"focal": [said]}
    assert errors(save(staff, url(image), open_form(staff, url(image)), credit="Other")) == {}


@pytest.mark.parametrize("bad", ["file", "credit"])
def test_a_refused_form_shows_the_stored_picture_with_its_point(bad: str, cast: SimpleNamespace) -> None:
    """The scripts set the point of a new file to the middle; that must not become the old picture's."""
    image = factories.image((123, 45), focal=(0.3, 0.4))
    staff = enter(cast.staff)
    file = _file() if bad == "credit" else io.BytesIO(b"no picture")
    sent = {"credit": ""} if bad == "credit" else {"credit": "Other"}
    form = open_form(staff, url(image))
    refused = save(staff, url(image), form, original=file, focal_x="0.5", focal_y="0.5", **sent)
    page, again = refused.content.decode(), read_form(refused)
    assert list(errors(refused)) == ["original" if bad == "file" else "credit"]
    assert ('data-width="123"' in page, image.address(width=1280) in page) == (True, True)
    assert ("Choose the file again" in page) == (bad == "credit")
    assert (again["focal_x"], again["focal_y"]) == ("0.3", "0.4")
    assert errors(save(staff, url(image), again, credit="Other")) == {}
    assert (_stored(image).focal, _stored(image).width, _stored(image).credit) == ((0.3, 0.4), 123, "Other")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            StoreUnavailable("GetObject"),
            "The file store does not answer. Nothing was saved; try again in a few minutes.",
        ),
        (UnidentifiedImageError(), "The original of this picture is lost or damaged: its focal point stays."),
        (
            ValidationError(BUSY, code="busy"),
            "Other files are being worked on. Nothing was saved; try again in a minute.",
        ),
    ],
)
def test_a_cut_that_cannot_be_made_is_said(
    wrong: Exception, said: str, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise wrong

    monkeypatch.setattr("media.admin.form.recut", fail)
    image = factories.image(focal=(0.3, 0.4))
    (told,) = errors(_move(enter(cast.staff), image, "0.5", "0.5"))["focal"]
    assert told.startswith(said)
    assert _stored(image).focal == (0.3, 0.4)
