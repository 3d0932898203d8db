"""Many pictures at once: what the page's requests are answered, and the file that is in the library already."""

import io
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from core.models import Act
from media.models import Image
from tests import factories
from tests.media.looking import look_together
from tests.pages import enter, errors, open_form, save, url

PAGE = "/admin/media/image/upload/"
WORDS = {"alt__zh-Hans": "塔", "credit": "Archive"}


def _file(content: bytes = b"", size: tuple[int, int] = (64, 48)) -> io.BytesIO:
    file = io.BytesIO(content or factories.picture_file(size).getvalue())
    file.name = "<img src=x onerror=alert(1)>.png"
    return file


def _photograph() -> bytes:
    """A JPEG with camera data: storing it re-encodes it."""
    picture = Pillow.radial_gradient("L").convert("RGB")
    exif = Pillow.Exif()
    exif[0x010F] = "Camera"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def _send(client: Client, file: Any = None, **fields: Any) -> tuple[int, Any]:
    posted = {**WORDS, "original": file or _file(), **fields}
    response = client.post(PAGE, {name: value for name, value in posted.items() if value is not None})
    return response.status_code, response.json()


def test_a_file_with_its_words_is_a_picture(cast: SimpleNamespace) -> None:
    more = {"caption__zh-Hans": "一座塔", "licence": "CC0-1.0", "source": "https://example.org/tower"}
    status, said = _send(enter(cast.staff), **more)
    image = Image.objects.get()
    assert (status, said) == (201, {"name": "塔", "url": url(image), "thumbnail": image.address("4:3", 320)})
    assert (image.alt, image.caption, image.credit) == ({"zh-Hans": "塔"}, {"zh-Hans": "一座塔"}, "Archive")
    assert (image.licence, image.source, image.organizer, image.focal) == (
        *("CC0-1.0", "https://example.org/tower", None),
        (0.5, 0.5),
    )
    assert "onerror" not in f"{image.original.name}{said}"
    assert list(Act.objects.values_list("verb", "by__username", "label")) == [("created", "staff", "塔")]


def test_what_is_refused_is_named_in_the_users_language(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    required, large = ["This field is required."], "a" * 251
    main = ["Write this in 简体中文: the other languages fall back to it."]
    assert _send(staff, **{"alt__zh-Hans": "", "credit": " "}) == (400, {"errors": {"alt": main, "credit": required}})
    assert _send(staff, source="ftp:/x", **{"alt__zh-Hans": large}) == (
        400,
        {
            "errors": {
                "alt": ["简体中文: at most 250 characters; this has 251."],
                "source": ["Enter a valid URL."],
            }
        },
    )
    assert _send(staff, _file(b"GIF89a ...")) == (
        400,
        {"errors": {"original": ["GIF files are not taken. Save it as JPEG, PNG or WebP."]}},
    )
    response = enter(cast.staff, "zh-hans").post(PAGE, {**WORDS, "original": _file(b"GIF89a ...")})
    assert response.json() == {"errors": {"original": ["不接受 GIF 文件。请存为 JPEG、PNG 或 WebP。"]}}
    assert Image.objects.count() == 0


def test_one_file_comes_with_each_request(cast: SimpleNamespace) -> None:
    staff = enter(cast.staff)
    response = staff.post(PAGE, WORDS)
    assert (response.status_code, response.json()) == (400, {"errors": {"original": ["This field is required."]}})
    one = {"errors": {"original": ["Send one file with each request."]}}
    for several in ({"original": [_file(), _file()]}, {"original": _file(), "other": _file()}):
        response = Client.post(staff, PAGE, {**WORDS, **several})
        assert (response.status_code, response.json()) == (400, one)
    response = staff.post(PAGE, {**WORDS, "original": "a text"})
    assert (response.status_code, response.json()) == (400, {"errors": {"original": ["This field is required."]}})
    assert Image.objects.count() == 0


def test_no_pixel_is_looked_at_before_the_words_are_complete(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.admin.form.prepare", None)
    assert _send(enter(cast.staff), credit="")[0] == 400


def test_a_file_that_is_too_large_is_refused(cast: SimpleNamespace, settings: Any) -> None:
    settings.IMAGE_MAX_BYTES = 1_000_000
    large = {"errors": {"original": ["The file is larger than 1 MB. Save it smaller."]}}
    assert _send(enter(cast.staff), _file(b"\xff\xd8" + bytes(1_000_000))) == (400, large)


def test_a_member_uploads_for_their_own_organizers(cast: SimpleNamespace) -> None:
    member = enter(cast.editor)
    page = member.get(PAGE).content.decode()
    assert (f'<option value="{cast.ours.pk}" selected' in page, str(cast.theirs) in page) == (True, False)
    assert _send(member)[1] == {"errors": {"organizer": ["This field is required."]}}
    status, said = _send(member, organizer=cast.theirs.pk)
    assert (status, list(said["errors"])) == (400, ["organizer"])
    assert _send(member, organizer="nonsense")[0] == 400
    assert Image.objects.count() == 0
    assert _send(member, organizer=cast.ours.pk)[0] == 201
    assert Image.objects.get().organizer == cast.ours


def test_the_upload_is_for_those_who_may_add_pictures(cast: SimpleNamespace) -> None:
    reviewer = enter(cast.reviewer)
    assert (reviewer.get(PAGE).status_code, reviewer.post(PAGE, {**WORDS, "original": _file()}).status_code) == (
        403,
        403,
    )
    assert PAGE not in reviewer.get(url(Image, "changelist")).content.decode()
    assert PAGE in enter(cast.editor).get(url(Image, "changelist")).content.decode()
    gone = enter(None).post(PAGE, {**WORDS, "original": _file()})
    assert (gone.status_code, gone["Location"]) == (302, f"{reverse('admin:login')}?next={PAGE}")
    assert enter(cast.staff).put(PAGE).status_code == 405
    assert Image.objects.count() == 0


def test_a_request_without_the_token_of_the_page_is_refused(cast: SimpleNamespace) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.staff, backend="django.contrib.auth.backends.ModelBackend")

    def posted(**headers: str) -> int:
        response = browser.post(PAGE, {**WORDS, "original": _file()}, headers=headers)
        return int(response.status_code)

    assert posted() == 403
    page = browser.get(PAGE)
    form = page.content.decode().partition("upload_form")[2]
    assert (page.status_code, "csrfmiddlewaretoken" in form) == (200, False)
    assert posted(**{"X-CSRFToken": "x" * 32}) == 403
    assert Image.objects.count() == 0
    assert posted(**{"X-CSRFToken": page.cookies["csrftoken"].value}) == 201


def test_the_same_file_is_found_and_added_once_more_only_if_asked(cast: SimpleNamespace) -> None:
    staff, content = enter(cast.staff), _photograph()
    assert _send(staff, _file(content))[0] == 201
    image = Image.objects.get()
    assert image.original.size != len(content)
    known = {"name": "塔", "url": url(image), "thumbnail": image.address("4:3", 320)}
    assert _send(staff, _file(content)) == (409, {"same": [known]})
    assert Image.objects.count() == 1
    assert _send(staff, _file(content), again="on")[0] == 201
    assert Image.objects.filter(sha256=image.sha256).count() == 2


def test_the_add_page_shows_the_picture_that_is_there(cast: SimpleNamespace) -> None:
    staff, content = enter(cast.staff), _photograph()
    image = factories.image()
    page = url(Image, "add")
    assert errors(save(staff, page, open_form(staff, page), **WORDS, original=_file(content))) == {}
    there = Image.objects.exclude(pk=image.pk).get()
    refused = save(staff, page, open_form(staff, page), **WORDS, original=_file(content))
    said = "This file is in the library already. Use that one; or choose the file again, and tick “Add it anyway”."
    text = refused.content.decode()
    assert errors(refused) == {"original": [said]}
    assert (f'href="{url(there)}"' in text, there.address() in text, url(image) in text) == (True, True, False)
    assert '<input type="checkbox" name="again"' in text
    assert errors(save(staff, page, open_form(staff, page), **WORDS, original=_file(content), again="on")) == {}
    assert Image.objects.filter(sha256=there.sha256).count() == 2


def test_a_picture_that_the_user_may_not_read_is_not_told_of(cast: SimpleNamespace) -> None:
    member, content = enter(cast.editor), _photograph()
    assert _send(enter(cast.staff), _file(content), organizer=cast.theirs.pk, **{"alt__zh-Hans": "秘密"})[0] == 201
    assert _send(member, _file(content), organizer=cast.ours.pk)[0] == 201
    status, said = _send(member, _file(content), organizer=cast.ours.pk)
    assert (status, [each["name"] for each in said["same"]]) == (409, ["塔"])
    assert len(_send(enter(cast.staff), _file(content))[1]["same"]) == 2


def test_a_picture_is_replaced_by_one_that_is_there_too(cast: SimpleNamespace) -> None:
    """Only a new picture is compared: who replaces one has said which picture they mean."""
    staff, content = enter(cast.staff), _photograph()
    image = factories.image()
    assert _send(staff, _file(content))[0] == 201
    assert errors(save(staff, url(image), open_form(staff, url(image)), original=_file(content))) == {}
    assert Image.objects.values_list("sha256", flat=True).distinct().count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_once_is_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    clients, content = [enter(factories.user(name, "content-staff")) for name in ("one", "two")], _photograph()
    answers: list[int] = []
    look_together(monkeypatch, "media.admin.file_form")

    def send(client: Client) -> None:
        answers.append(_send(client, _file(content))[0])
        connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (sorted(answers), Image.objects.count()) == ([201, 409], 1)
