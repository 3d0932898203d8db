"""Pictures by the manage API: sent as forms, described, cut anew, replaced, deleted."""

import io
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext
from PIL import Image as Pillow

from core.changes.models import acts_of
from media.manage import views
from media.models import Image
from media.preparing import prepare, recut
from media.storages import StoreUnavailable, originals, put
from media.turns import BUSY
from tests import factories, factories_teams
from tests.asking import send, wrong
from tests.factories import at, revision, text
from tests.pages import enter
from venues.models import VenueImage

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/manage/images"
SITE = "https://tiexi.example/uploads/"
ALT = '{"zh-Hans": "水塔", "en": "Water tower"}'
SAID = {"alt": ALT, "credit": "Archive"}


@pytest.fixture
def stage(cast: SimpleNamespace, clock: Callable[[Any], None]) -> SimpleNamespace:
    clock(at(2026, 5, 1, 12))
    return cast


def png(color: Any = (10, 20, 30), size: tuple[int, int] = (90, 60)) -> io.BytesIO:
    file = factories.picture_file(size, color=color)
    file.name = "../holiday.png"
    return file


def named(content: bytes, name: str = "x.jpg") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def form(who: Any, path: str, fields: dict[str, Any], expect: int = 201, verb: str = "post", **headers: str) -> Any:
    """As ``send``, with the parts of a form."""
    sent = {"accept-language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if isinstance(who, str):
        sent["authorization"] = f"Bearer {who}"
    client = Client() if isinstance(who, str) else enter(who)
    body = encode_multipart(BOUNDARY, fields)
    response = client.generic(verb.upper(), path, body, MULTIPART_CONTENT, headers=sent)
    assert response.status_code == expect, response.content.decode()[:1000]
    assert response["Cache-Control"] == "no-store"
    return response


def made(who: Any, color: Any = (10, 20, 30), **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = form(who, ROOT, {**SAID, "file": png(color), **fields}).json()
    return found


def keys(who: Any, query: str = "") -> list[str]:
    return [row["id"] for row in send(who, "get", f"{ROOT}{query}").json()["results"]]


def status(client: Client, url: str, **headers: str) -> int:
    response = client.get(url.removeprefix("https://tiexi.example"), headers=headers)
    if response.streaming:
        b"".join(response)
    return response.status_code


# Sending


def test_an_image_in_its_whole_shape(stage: Any) -> None:
    more = {
        "caption": '{"de": "Der Turm"}',
        "licence": "CC-BY-4.0",
        "source": "https://archive.example/1",
        "focal": '{"x": 0.25, "y": 1}',
    }
    response = form(stage.editor, ROOT, {**SAID, "file": png(), **more})
    shown = response.json()
    assert (response["Location"], response["ETag"]) == (f"{ROOT}/{shown['id']}", f'"{shown["version"]}"')
    renditions, share = shown.pop("renditions"), shown.pop("share_image")
    image = Image.objects.get()
    assert shown == {
        "id": str(image.pk),
        "version": image.version,
        "derived": {"alt": {"zh-Hant": "水塔"}},
        "alt": {"zh-Hans": "水塔", "en": "Water tower"},
        "caption": {"de": "Der Turm"},
        "credit": "Archive",
        "licence": "CC-BY-4.0",
        "source": "https://archive.example/1",
        "organizer": {"slug": "ours"},
        "focal": {"x": 0.25, "y": 1.0},
        "public": False,
        "mime": "image/png",
        "width": 90,
        "height": 60,
        "color": "#0a141e",
        "placeholder": image.placeholder,
        "places": [],
        "rights": ["edit", "delete"],
        "updated_at": "2026-05-01T12:00:00+08:00",
    }
    assert {each["url"] for each in (*renditions, share)} == {SITE + row.path for row in image.renditions.all()}
    assert next((each["ratio"], each["width"], each["type"]) for each in renditions) == ("16:9", 90, "image/webp")
    assert send(stage.editor, "get", response["Location"]).json() == {
        **shown,
        "renditions": renditions,
        "share_image": share,
    }
    assert [(act.verb, act.by) for act in acts_of(image)] == [("created", stage.editor)]


def test_an_image_from_a_mini_program_is_one_file_and_texts(stage: Any) -> None:
    secret = factories.token(stage.editor)
    shown = form(secret, ROOT, {**SAID, "file": png(), "organizer": ""}).json()
    assert shown["organizer"] == {"slug": "ours"}
    client = Client()
    url = shown["renditions"][0]["url"]
    assert [
        status(client, url),
        status(client, url, authorization=f"Bearer {secret}"),
        status(client, url, authorization="Bearer nonsense"),
        status(client, url, authorization=f"Bearer {factories.token(stage.stranger)}"),
    ] == [404, 200, 404, 404]


def test_a_credit_is_one_line_and_turns_no_text_beside_it(stage: Any) -> None:
    odd = {"credit": "Ar\u202echive\r\nof\u0007 iron", "licence": "CC\x85-BY"}
    shown = form(stage.editor, ROOT, {**SAID, **odd, "file": png()}).json()
    assert (shown["credit"], shown["licence"]) == ("Archive of iron", "CC -BY")
    sent = {"credit": "\u202e", "version": shown["version"]}
    refused = send(stage.editor, "patch", f"{ROOT}/{shown['id']}", sent, 400)
    assert wrong(refused) == [("credit", "blank")]


def test_where_and_with_what_a_picture_was_taken_is_gone(stage: Any) -> None:
    out = io.BytesIO()
    picture = Pillow.new("RGB", (40, 30), "navy")
    exif = picture.getexif()
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 48.0, 0.0)})
    exif[0x010F] = "Camera"
    picture.save(out, "JPEG", exif=exif)
    form(stage.editor, ROOT, {**SAID, "file": named(out.getvalue())})
    with originals().open(str(Image.objects.get().original.name)) as file, Pillow.open(file) as kept:
        assert dict(kept.getexif()) == {}


def test_staff_may_send_for_the_district_and_members_for_their_own_only(stage: Any) -> None:
    assert made(stage.staff)["organizer"] is None
    assert made(stage.staff, (1, 1, 1), organizer="theirs")["organizer"] == {"slug": "theirs"}
    for slug in ("theirs", "nobody-at-all"):
        refused = form(stage.editor, ROOT, {**SAID, "file": png(), "organizer": slug}, 400)
        assert wrong(refused) == [("organizer", "unknown")]
    limited = factories.token(stage.staff, organizer=stage.theirs)
    refused = form(limited, ROOT, {**SAID, "file": png((2, 2, 2)), "organizer": "ours"}, 400)
    assert wrong(refused) == [("organizer", "unknown")]
    assert made(limited, (2, 2, 2))["organizer"] == {"slug": "theirs"}
    factories.Membership.objects.create(user=stage.editor, organizer=stage.theirs, role="editor")
    assert wrong(form(stage.editor, ROOT, {**SAID, "file": png((3, 3, 3))}, 400)) == [("organizer", "required")]


def test_who_may_not_send_makes_nobody_work(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "prepare", lambda *_args, **_options: pytest.fail("worked on a file"))
    monkeypatch.setattr(views, "recut", lambda *_args, **_options: pytest.fail("worked on a file"))
    image = factories.image(organizer=stage.theirs)
    read = factories.token(stage.editor, scope="read")
    refused = form(read, ROOT, {**SAID, "file": png()}, 403)
    assert wrong(refused) == [("", "read_only_token")]
    form(None, ROOT, {**SAID, "file": png()}, 401)
    for who, code in ((stage.nobody, 403), (stage.reviewer, 403)):
        form(who, ROOT, {**SAID, "file": png()}, code)
    for who, code in ((stage.editor, 404), (stage.reviewer, 403)):
        form(who, f"{ROOT}/{image.pk}/file", {"file": png(), "version": "1"}, code, "put")
        send(who, "patch", f"{ROOT}/{image.pk}", {"focal": {"x": 0.1}, "version": 1}, code)
    assert wrong(form(stage.editor, ROOT, {"file": png(), "alt": '{"en": "Tower"}'}, 400)) == [
        ("credit", "blank"),
        ("alt", "required"),
    ]
    form(stage.stranger, f"{ROOT}/{image.pk}/file", {"file": png(), "version": "7"}, 412, "put")
    form(stage.stranger, f"{ROOT}/{image.pk}/file", {"file": png()}, 428, "put")


def test_requests_beyond_the_limit_are_not_worked_on(stage: Any, settings: Any) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1
    secret = factories.token(stage.editor)
    form(secret, ROOT, {**SAID, "file": png()})
    assert "Retry-After" in form(secret, ROOT, {**SAID, "file": png((1, 2, 3))}, 429)


BAD = {
    "empty": (b"", "empty", "The file is empty."),
    "svg": (b"<svg/>", "kind", "SVG files are not taken. Save it as JPEG, PNG or WebP."),
    "heic": (b"\0\0\0\x18ftypheic", "kind", "HEIC files are not taken."),
    "text": (b"hello", "unreadable", "This is no readable JPEG, PNG or WebP picture."),
    "cut": (png().getvalue()[:60], "damaged", "The picture is damaged or ends too early."),
    "pixels": (png(size=(200, 100)).getvalue(), "pixels", "The picture has more than 0 million pixels."),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_name(kind: str, stage: Any, settings: Any) -> None:
    settings.IMAGE_MAX_PIXELS = 10_000
    content, code, said = BAD[kind]
    response = form(stage.editor, ROOT, {**SAID, "file": named(content)}, 400)
    assert wrong(response) == [("file", code)]
    assert response.json()["errors"][0]["detail"].startswith(said)
    assert Image.objects.count() == 0


@pytest.mark.parametrize(
    ("tag", "said"), [("zh-Hans", "请存为 JPEG"), ("zh-Hant", "請存為 JPEG"), ("de", "Save it as JPEG")]
)
def test_a_bad_file_is_refused_in_words_that_exist(tag: str, said: str, stage: Any) -> None:
    response = form(stage.editor, ROOT, {**SAID, "file": named(b"<svg/>")}, 400, accept_language=tag)
    assert said in response.json()["errors"][0]["detail"]


TWO = [named(png().getvalue(), "a.png"), named(png().getvalue(), "b.png")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"file": None}, [("file", "required")]),
        ({"file": "no file"}, [("file", "required")]),
        ({"file": TWO}, [("file", "repeated")]),
        ({"credit": ["a", "b"]}, [("credit", "repeated")]),
        ({"poster": named(b"x")}, [("poster", "invalid")]),
        ({"alt": named(b"x")}, [("alt", "invalid")]),
        ({"alt": "Tower"}, [("alt", "invalid")]),
        ({"alt": '"Tower"'}, [("alt", "invalid")]),
        ({"alt": '{"fr": "Tour"}'}, [("alt", "unknown_language")]),
        ({"alt": "[" * 100_000}, [("alt", "invalid")]),
        ({"alt": '{"zh-Hans": ' * 500 + "1" + "}" * 500}, [("alt", "invalid")]),
        ({"alt": json.dumps({"zh-Hans": "塔" * 251})}, [("alt", "max_length")]),
        ({"credit": "x" * 201}, [("credit", "max_length")]),
        ({"source": "javascript:alert(1)"}, [("source", "invalid")]),
        ({"focal": '{"x": NaN}'}, [("focal", "invalid")]),
        ({"focal": '{"x": Infinity}'}, [("focal", "invalid")]),
        ({"focal": '{"x": 1e999}'}, [("focal.x", "invalid")]),
        ({"focal": '{"x": "NaN", "y": -0.1}'}, [("focal.x", "invalid"), ("focal.y", "invalid")]),
        ({"focal": '{"x": true, "y": 1.0001}'}, [("focal.x", "invalid"), ("focal.y", "invalid")]),
        ({"focal": '{"x": 1' + "0" * 400 + "}"}, [("focal.x", "invalid")]),
        ({"focal": '{"z": 1}'}, [("focal.z", "unknown")]),
        ({"focal": "0.5"}, [("focal", "invalid")]),
        ({"colour": "red"}, [("colour", "unknown")]),
        ({"id": "8c2f2f0e-0000-4000-8000-000000000000"}, [("id", "read_only")]),
        ({"duplicate": "perhaps"}, [("duplicate", "invalid_choice")]),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, list) else ",".join(value),
)
def test_odd_forms_are_refused_by_field(fields: Any, expected: Any, stage: Any) -> None:
    sent = {**SAID, "file": png(), **fields}
    response = form(stage.editor, ROOT, {name: value for name, value in sent.items() if value is not None}, 400)
    assert wrong(response) == expected
    assert Image.objects.count() == 0


@pytest.mark.parametrize("fields", [{"credit": "a\0b"}, {"alt": '{"zh-Hans": "a\\u0000b"}'}, {"alt": r'"\ud800"'}])
def test_texts_that_no_database_holds_are_refused(fields: Any, stage: Any) -> None:
    response = form(stage.editor, ROOT, {**SAID, "file": png(), **fields}, 400)
    assert "NUL" in response.json()["detail"]


def test_what_is_no_form_or_too_long_is_refused(stage: Any) -> None:
    refused = send(stage.editor, "post", ROOT, {"file": "x"}, 415)
    assert refused.json()["detail"] == "Send it with the Content-Type multipart/form-data."
    send(stage.editor, "put", f"{ROOT}/{factories.image(organizer=stage.ours).pk}/file", {}, 415)
    form(stage.editor, ROOT, {**SAID, "file": named(bytes(25_000_000))}, 413)
    form(stage.editor, ROOT, {"credit": "x" * 3_000_000, "file": png()}, 413)
    assert Image.objects.count() == 1


def test_a_session_sends_pictures_with_the_csrf_token(stage: Any) -> None:
    """Django has read the form by then, to look for its token there."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(ROOT, {**SAID, "file": png()}).status_code == 403
    client.get("/admin/")
    client.get("/admin/password_change/")  # a page with a form sets the cookie
    token = {"x-csrftoken": client.cookies["csrftoken"].value}
    assert client.post(ROOT, {**SAID, "credit": "a\0b", "file": png()}, headers=token).status_code == 400
    assert client.post(ROOT, {**SAID, "file": [png(), png()]}, headers=token).status_code == 400
    assert client.post(ROOT, {**SAID, "file": png()}, headers=token).status_code == 201


def test_a_form_that_breaks_off_is_refused(stage: Any) -> None:
    whole = encode_multipart(BOUNDARY, {**SAID, "file": png()})
    client = enter(stage.editor)
    for content, kind, expected in (
        (whole[: len(whole) // 2], MULTIPART_CONTENT, 400),
        (whole, "multipart/form-data", 400),
        (whole, "multipart/form-data; boundary=other", 400),
        (b"", MULTIPART_CONTENT, 400),
        (b"", "application/json", 400),
        (b"file=x", "application/x-www-form-urlencoded", 415),
        (png().getvalue(), "image/png", 415),
    ):
        response = client.generic("POST", ROOT, content, kind)
        assert (kind, response.status_code) == (kind, expected), response.content
    assert Image.objects.count() == 0


def test_a_store_that_is_away_is_unavailable(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_options: Any) -> None:
        raise StoreUnavailable("PutObject")

    image = factories.image(organizer=stage.ours)
    monkeypatch.setattr("media.preparing.put", away)
    monkeypatch.setattr(views, "recut", away)
    for response in (
        form(stage.editor, ROOT, {**SAID, "file": png()}, 503, idempotency_key="k"),
        send(stage.editor, "patch", f"{ROOT}/{image.pk}", {"focal": {"x": 0}, "version": image.version}, 503),
    ):
        assert response.json()["detail"].startswith("The file store does not answer.")
        assert response["Retry-After"] == "5"
    monkeypatch.undo()
    form(stage.editor, ROOT, {**SAID, "file": png()}, idempotency_key="k")
    assert Image.objects.count() == 2


# Sending once


def test_the_same_key_makes_one_picture_and_works_once(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    worked = []
    monkeypatch.setattr(views, "prepare", lambda *args: worked.append(1) or prepare(*args))
    fields = {**SAID, "file": png()}
    first = form(stage.editor, ROOT, fields, idempotency_key="one")
    fields["file"].seek(0)
    again = form(stage.editor, ROOT, fields, idempotency_key="one")
    assert (again["Idempotent-Replayed"], again.content) == ("true", first.content)
    assert (len(worked), Image.objects.count()) == (1, 1)
    other = form(stage.editor, ROOT, {**SAID, "file": png((9, 9, 9))}, 422, idempotency_key="one")
    assert wrong(other) == [("Idempotency-Key", "key_reused")]
    bad = form(stage.editor, ROOT, {**SAID, "file": named(b"x")}, 400, idempotency_key="two")
    assert wrong(bad) == [("file", "unreadable")]
    form(stage.editor, ROOT, {**SAID, "file": png((9, 9, 9))}, idempotency_key="two")


def test_work_on_a_file_is_done_before_the_unit_of_work(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.changes.edits import running

    seen = []
    monkeypatch.setattr(views, "prepare", lambda *args: seen.append(running()) or prepare(*args))
    monkeypatch.setattr(views, "recut", lambda *args, **more: seen.append(running()) or recut(*args, **more))
    shown = made(stage.editor)
    sent = {"version": shown["version"], "focal": {"x": 0}}
    shown = send(stage.editor, "patch", f"{ROOT}/{shown['id']}", sent).json()
    form(stage.editor, f"{ROOT}/{shown['id']}/file", {"file": png((4, 4, 4)), "version": str(shown["version"])}, 200)
    assert seen == [None, None, None]


def test_a_picture_that_is_there_already_is_told(stage: Any) -> None:
    first = made(stage.editor)
    refused = form(stage.editor, ROOT, {**SAID, "file": png()}, 409)
    assert wrong(refused) == [("file", "duplicate")]
    assert refused.json()["existing"] == first
    second = made(stage.editor, duplicate="true")
    assert second["id"] != first["id"]
    assert made(stage.stranger)["organizer"] == {"slug": "theirs"}  # who sees no other one is told of none


# Reading


def test_images_are_those_that_one_may_choose(stage: Any) -> None:
    ours, theirs = factories.image(organizer=stage.ours), factories.image(organizer=stage.theirs)
    district, public = factories.image(), factories.image(organizer=stage.theirs)
    factories.shown(public, factories.venue())
    everything = {str(image.pk) for image in (ours, theirs, district, public)}
    assert set(keys(stage.editor)) == {str(ours.pk), str(public.pk)}
    assert set(keys(stage.staff)) == everything
    assert keys(stage.nobody) == [str(public.pk)]
    assert set(keys(factories.token(stage.staff, organizer=stage.ours))) == {str(ours.pk), str(public.pk)}
    for image in (theirs, district):
        send(stage.editor, "get", f"{ROOT}/{image.pk}", expect=404)
    assert send(stage.editor, "get", f"{ROOT}/{public.pk}").json()["rights"] == []


def test_images_are_searched_filtered_and_paged(stage: Any) -> None:
    tower = factories.image(alt=text("塔", de="Wasserturm"), organizer=stage.ours)
    hall = factories.image(caption=text("老厂房"), organizer=stage.ours, credit="City archive")
    factories.shown(tower, factories.event(organizer=stage.ours, published=False))
    assert keys(stage.editor, "?q=wasser") == keys(stage.editor, "?used=true") == [str(tower.pk)]
    assert keys(stage.editor, "?q=老厂") == keys(stage.editor, "?q=city+arch") == [str(hall.pk)]
    assert keys(stage.editor, "?used=false&organizer=ours") == [str(hall.pk)]
    assert keys(stage.staff, "?organizer=theirs") == []
    first = send(stage.editor, "get", f"{ROOT}?limit=1").json()
    following = send(stage.editor, "get", first["next"].removeprefix("https://tiexi.example")).json()
    assert {row["id"] for row in (*first["results"], *following["results"])} == {str(tower.pk), str(hall.pk)}
    assert following["next"] is None
    assert keys(stage.editor, "?q=%25_") == []
    send(stage.editor, "get", f"{ROOT}?q=%00", expect=400)
    for query, problem in (("used=maybe", ("used", "invalid_choice")), ("state=draft", ("state", "unknown"))):
        assert wrong(send(stage.editor, "get", f"{ROOT}?{query}", expect=400)) == [problem]


def test_places_are_told_as_far_as_one_may_know(stage: Any) -> None:
    image = factories.image(organizer=stage.ours)
    factories.shown(image, factories.venue(slug="hall", name=text("馆", en="Hall")))
    factories.shown(image, factories.event(slug="plan", organizer=stage.theirs, published=False, title=text("计划")))
    hall = {"kind": "venue", "slug": "hall", "name": text("馆", en="Hall")}
    plan = {"kind": "event", "slug": "plan", "name": text("计划")}
    assert send(stage.editor, "get", f"{ROOT}/{image.pk}").json()["places"] == [hall]
    assert send(stage.staff, "get", f"{ROOT}/{image.pk}").json()["places"] == [plan, hall]


def test_a_list_costs_the_same_however_long(stage: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            send(client, "get", ROOT)
        return len(asked)

    client = enter(stage.editor)
    for _number in range(2):
        factories.shown(factories.image(organizer=stage.ours), factories.event(organizer=stage.ours))
    few = queries()
    for _number in range(3):
        factories.shown(factories.image(organizer=stage.ours), factories.event(organizer=stage.ours))
    assert queries() == few


def test_files_of_the_public_come_from_where_the_public_gets_them(stage: Any, settings: Any) -> None:
    settings.MEDIA_URL = "https://cdn.example/"
    draft, public = factories.image(organizer=stage.ours), factories.image(organizer=stage.ours)
    factories.shown(public, factories.venue())

    def first(image: Image) -> str:
        url: str = send(stage.editor, "get", f"{ROOT}/{image.pk}").json()["renditions"][0]["url"]
        return url

    assert first(draft).startswith(SITE)
    assert first(public).startswith("https://cdn.example/renditions/")


# Changing


def test_an_image_is_described_anew_by_who_saw_it(stage: Any) -> None:
    shown = made(stage.editor)
    path, sent = f"{ROOT}/{shown['id']}", {"alt": {"en": None, "de": "Turm"}, "credit": "Wang"}
    send(stage.editor, "patch", path, sent, 428)
    changed = send(stage.editor, "patch", path, {**sent, "version": shown["version"]})
    assert changed.json()["alt"] == {"zh-Hans": "水塔", "de": "Turm"}
    assert (changed.json()["credit"], changed["ETag"]) == ("Wang", f'"{shown["version"] + 1}"')
    stale = send(stage.editor, "put", path, {"credit": "Li"}, 412, if_match=f'"{shown["version"]}"')
    assert stale.json()["current"]["credit"] == "Wang"
    same = send(stage.editor, "put", path, changed.json())
    assert same.json() == changed.json()
    image = Image.objects.get()
    assert [(act.verb, sorted(act.fields)) for act in acts_of(image)] == [
        ("changed", ["alternative text", "credit"]),
        ("created", ["alternative text", "credit"]),
    ]
    version = {"version": image.version}
    for field in ({"alt": {"zh-Hans": ""}}, {"credit": ""}):
        (name,) = field
        assert wrong(send(stage.editor, "patch", path, {**version, **field}, 400))[0][0] == name
    assert wrong(send(stage.editor, "patch", path, {**version, "file": "x"}, 400)) == [("file", "unknown")]
    for slug in ("theirs", None):
        refused = send(stage.editor, "patch", path, {**version, "organizer": slug}, 400)
        assert [name for name, _code in wrong(refused)] == ["organizer"]
    moved = send(stage.staff, "patch", path, {**version, "organizer": {"slug": "theirs"}}).json()
    assert moved["organizer"] == {"slug": "theirs"}
    send(stage.editor, "get", path, expect=404)


def test_moving_the_focal_point_makes_other_files(stage: Any, client: Client) -> None:
    image = factories.image(size=(90, 60), organizer=stage.ours)
    out = io.BytesIO()
    halves = Pillow.new("RGB", (90, 60), (20, 20, 60))
    halves.paste((230, 220, 180), (45, 0, 90, 60))
    halves.save(out, "PNG")
    path = f"{ROOT}/{image.pk}"
    sent = {"file": named(out.getvalue(), "halves.png"), "version": str(image.version)}
    shown = form(stage.editor, f"{path}/file", sent, 200).json()
    venue = factories.venue(organizer=stage.ours)
    factories.shown(image, venue)
    number, shown = revision(), send(stage.publisher, "get", path).json()
    before = {each["ratio"]: each["url"] for each in shown["renditions"]}
    moved = send(stage.staff, "patch", path, {"version": shown["version"], "focal": {"x": 0}}).json()
    after = {each["ratio"]: each["url"] for each in moved["renditions"]}
    assert moved["focal"] == {"x": 0.0, "y": 0.5}
    assert {ratio for ratio, url in before.items() if after[ratio] != url} == {"4:3", "1:1"}
    assert revision() == number + 1
    assert {status(client, url) for url in (*before.values(), *after.values())} == {200}
    same = send(stage.staff, "patch", path, {"version": moved["version"], "focal": moved["focal"]}).json()
    assert same["version"] == moved["version"]
    original = str(Image.objects.get(pk=image.pk).original.name)
    for spoil in (lambda: put(originals(), original, b"no picture"), lambda: originals().delete(original)):
        spoil()
        lost = send(stage.staff, "patch", path, {"version": moved["version"], "focal": {"y": 0}}, 409)
        assert wrong(lost) == [("focal", "lost")]
    for focal in ({"x": 1.5}, {"x": "0.5"}, {"x": None}, 0.5, None):
        refused = send(stage.staff, "patch", path, {"version": moved["version"], "focal": focal}, 400)
        assert wrong(refused)[0][0].startswith("focal")


@pytest.mark.parametrize("verb", ["put", "post"])
def test_replacing_the_file_keeps_its_places(verb: str, stage: Any, get: Any) -> None:
    image = factories.image(size=(90, 60), organizer=stage.ours)
    factories.shown(image, factories.venue(slug="hall"))
    image.refresh_from_db()
    places = list(VenueImage.objects.values_list("pk", "image"))
    path = f"{ROOT}/{image.pk}/file"
    form(stage.staff, path, {"file": png(), "version": "0"}, 412, verb)
    form(stage.staff, path, {"file": png()}, 428, verb)
    refused = form(stage.staff, path, {"file": png(), "credit": "x", "version": str(image.version)}, 400, verb)
    assert wrong(refused) == [("credit", "unknown")]
    form(stage.editor, path, {"file": png(), "version": str(image.version)}, 403, verb)  # the district's hall shows it
    sent = {"file": png((7, 8, 9), (60, 90)), "focal": '{"x": 0, "y": 0}'}
    shown = form(stage.staff, path, sent, 200, verb, if_match=f'"{image.version}"').json()
    assert (shown["width"], shown["height"], shown["focal"]) == (60, 90, {"x": 0.0, "y": 0.0})
    assert shown["version"] == image.version + 1
    assert list(VenueImage.objects.values_list("pk", "image")) == places
    assert {each["url"] for each in get(f"images/{image.pk}")["renditions"]} == {
        each["url"] for each in shown["renditions"]
    }
    sent["file"].seek(0)
    again = form(stage.staff, path, {**sent, "version": str(shown["version"])}, 200, verb).json()
    assert again["version"] == shown["version"]


def test_an_image_is_deleted_only_where_nothing_shows_it(stage: Any) -> None:
    image = factories.image(organizer=stage.ours)
    plan = factories.event(slug="plan", organizer=stage.theirs, published=False, title=text("计划"))
    placement = factories.shown(image, factories.event(slug="ours", organizer=stage.ours, title=text("我们的")))
    hidden = factories.shown(image, plan)
    path = f"{ROOT}/{image.pk}"
    seen = send(stage.staff, "get", path).json()
    assert seen["rights"] == ["edit"]
    send(stage.publisher, "delete", path, {"version": seen["version"]}, 403)  # theirs shows it too
    refused = send(stage.staff, "delete", path, {"version": seen["version"]}, 409)
    assert wrong(refused) == [("", "in_use")]
    assert [place["slug"] for place in refused.json()["places"]] == ["ours", "plan"]
    hidden.delete()
    send(stage.publisher, "delete", path, expect=428)
    refused = send(stage.publisher, "delete", path, {"version": seen["version"]}, 409)
    assert [place["slug"] for place in refused.json()["places"]] == ["ours"]
    placement.delete()
    send(stage.stranger, "delete", path, {"version": seen["version"]}, 404)
    send(stage.publisher, "delete", path, {"version": 99}, 412)
    send(stage.publisher, "delete", path, {"version": send(stage.publisher, "get", path).json()["version"]}, 204)
    assert not Image.objects.exists()
    assert [act.verb for act in acts_of(image)] == ["deleted"]
    send(stage.publisher, "get", path, expect=404)


# Showing


@pytest.mark.parametrize("kind", ["events", "teams"])
def test_pictures_are_placed_in_order_by_who_may_read_them(kind: str, stage: Any) -> None:
    make = factories.event if kind == "events" else factories_teams.team
    row = make(slug="show", organizer=stage.ours, published=False)
    first, second = (made(stage.publisher, (number, 0, 0))["id"] for number in (1, 2))
    foreign = factories.image(organizer=stage.theirs)
    path = f"/api/v1/manage/{kind}/show"

    def change(**fields: Any) -> dict[str, Any]:
        row.refresh_from_db()
        found: dict[str, Any] = send(stage.publisher, "patch", path, {"version": row.version, **fields}).json()
        return found

    before = change(images=[{"id": second}, {"id": first}])
    assert before["images"] == [{"id": second}, {"id": first}]
    after = change(images=[first, {"id": second}])
    assert after["images"] == [{"id": first}, {"id": second}]
    assert after["version"] > before["version"]
    assert change(sample=False)["images"] == [{"id": first}, {"id": second}]
    row.refresh_from_db()
    for bad in (str(foreign.pk), "no-uuid", {"id": 7}, {}):
        refused = send(stage.publisher, "patch", path, {"version": row.version, "images": [first, bad]}, 400)
        assert wrong(refused) == [("images.1", "unknown")]
    places = send(stage.publisher, "get", f"{ROOT}/{first}").json()["places"]
    assert [place["slug"] for place in places] == ["show"]
    assert change(images=None)["images"] == []


def test_who_waits_too_long_for_their_turn_is_told_when_to_come_again(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*args: Any, **options: Any) -> None:
        raise ValidationError(BUSY, code="busy")

    image = factories.image(size=(90, 60), organizer=stage.ours)
    for name in ("prepare", "recut"):
        monkeypatch.setattr(views, name, busy)
    for told in (
        form(stage.editor, ROOT, {**SAID, "file": png()}, 503),
        send(stage.editor, "patch", f"{ROOT}/{image.pk}", {"focal": {"x": 0}, "version": image.version}, 503),
    ):
        assert told.json()["detail"] == "Other files are being worked on. Nothing was saved; try again in a minute."
        assert told["Retry-After"]
    assert Image.objects.count() == 1
