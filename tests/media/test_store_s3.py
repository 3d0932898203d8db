"""Pictures in an S3-compatible store: a real server on this machine, asked over HTTP."""

import io
import socket
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from moto.server import ThreadedMotoServer

from core.publication import Verb, act
from media.filing import make_avif
from media.models import Image
from media.preparing import prepare, recut
from media.storages import StoreUnavailable, WholeFiles, originals, put, renditions
from tests import factories
from tests.pages import enter, errors, open_form, read_form, save, url
from tests.tourism.test_load_demo import opening_files
from tourism import environment
from tourism.demo import loading
from venues.models import Venue

pytestmark = pytest.mark.django_db

SIZE = (90, 60)
KEPT = "public, max-age=31536000, immutable"
CDN = "https://cdn.example/pictures/"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    yield "{}:{}".format(*running.get_host_and_port())
    running.stop()


def use(settings: Any, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The settings as ``STORAGE_URL`` makes them."""
    monkeypatch.setenv("STORAGE_URL", address)
    settings.STORAGES = settings.STORAGES | environment.storages("STORAGE_URL")


class Store:
    def __init__(self, storage: Any) -> None:
        self.bucket = storage.bucket

    def names(self) -> set[str]:
        return {each.key for each in self.bucket.objects.all()}

    def told(self, name: str) -> tuple[str, str]:
        found = self.bucket.Object(name)
        return found.content_type, found.cache_control

    def open_to_all(self, name: str) -> bool:
        groups = [grant["Grantee"].get("URI", "") for grant in self.bucket.Object(name).Acl().grants]
        return any(group.endswith("/AllUsers") for group in groups)


buckets = iter(range(1000))


@pytest.fixture
def store(server: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Store:
    """An empty bucket."""
    use(settings, monkeypatch, f"s3://writer:s%2Fecret@{server}/pictures-{next(buckets)}/tiexi?tls=false")
    found = Store(renditions())
    found.bucket.create()
    return found


@pytest.fixture
def away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store behind a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    use(settings, monkeypatch, f"s3://writer:hunter2@127.0.0.1:{port}/pictures?tls=false")


def public_image(**fields: Any) -> Image:
    image = factories.image(size=SIZE, **fields)
    factories.shown(image, factories.venue(slug="hall"))
    image.refresh_from_db()
    return image


def first(image: Image) -> str:
    path: str = image.renditions.order_by("pk")[0].path
    return path


def body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def run(name: str, *args: str) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


def upload(who: Any, **fields: Any) -> Any:
    page, client = url(Image, "add"), enter(who)
    file = factories.picture_file(SIZE)
    file.name = "holiday.png"
    return save(
        client, page, open_form(client, page), **{"alt__zh-Hans": "塔", "credit": "Archive", "original": file, **fields}
    )


# What lies there


def test_an_upload_in_the_admin_becomes_objects_with_type_and_cache_headers(store: Store, cast: Any) -> None:
    assert errors(upload(cast.staff)) == {}
    image = Image.objects.get()
    rows = {f"tiexi/{row.path}": row.mime for row in image.renditions.all()}
    original = f"tiexi/{image.original.name}"
    assert store.names() == {original, *rows}
    assert image.original.name == f"originals/{image.sha256[:2]}/{image.sha256}.png"
    assert store.told(original) == ("image/png", "private, no-store")
    assert {name: store.told(name) for name in rows} == {name: (mime, KEPT) for name, mime in rows.items()}
    assert not any(store.open_to_all(name) for name in store.names())
    assert not originals().open_to_all(image.original.name)  # type: ignore[attr-defined]


def test_an_upload_by_the_api_is_changed_replaced_and_read_again(store: Store, cast: SimpleNamespace) -> None:
    def sent(path: str, **fields: Any) -> Any:
        file = factories.picture_file(SIZE, color=(fields.pop("red"), 0, 0))
        file.name = "tower.png"
        client = enter(cast.editor)
        return client.post(path, {**fields, "file": file}).json()

    image = sent("/api/v1/manage/images", alt='{"zh-Hans": "塔"}', credit="Archive", red=1)
    path = f"/api/v1/manage/images/{image['id']}"
    assert len(store.names()) == 6
    moved = enter(cast.editor).patch(
        path, {"focal": {"x": 0.1}, "version": image["version"]}, content_type="application/json"
    )
    assert moved.json()["focal"] == {"x": 0.1, "y": 0.5}
    replaced = sent(f"{path}/file", version=str(moved.json()["version"]), red=2)
    url = replaced["renditions"][0]["url"].removeprefix("https://tiexi.example")
    assert body(enter(cast.editor).get(url))[8:12] == b"WEBP"
    assert enter(cast.stranger).get(url).status_code == 404


def test_renditions_are_open_to_all_only_where_the_setting_says_so(
    server: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(settings, monkeypatch, f"s3://writer:secret@{server}/open-pictures?tls=false&acl=public-read")
    store = Store(renditions())
    store.bucket.create()
    image = factories.image(size=SIZE)
    assert [store.open_to_all(name) for name in (image.original.name, first(image))] == [False, True]


def test_writing_the_same_file_again_keeps_its_name(store: Store) -> None:
    first, second = (prepare(factories.picture_file(SIZE, color=(9, 9, 9))) for _time in range(2))
    assert first == second
    assert len(store.names()) == 6
    assert renditions().size(first.pieces[0].path) == first.pieces[0].bytes


def test_what_is_missing_is_a_file_not_found(store: Store) -> None:
    storage = renditions()
    for ask in (storage.open, storage.size, storage.get_modified_time):
        with pytest.raises(FileNotFoundError):
            ask("renditions/aa/none.webp")
    assert storage.exists("renditions/aa/none.webp") is False
    assert storage.listdir("renditions") == ([], [])
    storage.delete("renditions/aa/none.webp")


def test_originals_have_no_address(store: Store) -> None:
    for storage in (originals(), renditions()):
        with pytest.raises(ValueError, match="public_url"):
            storage.url("originals/aa/x.png")


def test_a_file_is_read_in_parts_without_the_rest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytes(range(256)) * 4096
    put(renditions(), "renditions/long.bin", content)
    asked: list[Any] = []
    with renditions().open("renditions/long.bin") as file:
        reader = file.file
        ask = reader._ask
        monkeypatch.setattr(reader, "_ask", lambda **more: asked.append(more) or ask(**more))
        assert (file.size, file.read(10), asked) == (len(content), content[:10], [])
        file.seek(1_000_000)
        assert (file.read(5), file.read(5)) == (content[1_000_000:1_000_005], content[1_000_005:1_000_010])
        file.seek(-4, io.SEEK_END)
        assert (file.read(), file.read()) == (content[-4:], b"")
        file.seek(0)
        assert b"".join(file.chunks(100_000)) == content
    assert asked == [{"Range": "bytes=1000000-"}, {"Range": f"bytes={len(content) - 4}-"}, {"Range": "bytes=0-"}]


# What is shown


def test_renditions_are_streamed_out_of_the_store_whole_and_in_parts(store: Store, client: Client) -> None:
    image = public_image()
    path = first(image)
    whole = client.get(f"/uploads/{path}")
    content = body(whole)
    assert (whole.status_code, whole["Content-Type"], whole["Cache-Control"]) == (200, "image/webp", KEPT)
    assert (int(whole["Content-Length"]), content[8:12]) == (len(content), b"WEBP")
    part = client.get(f"/uploads/{path}", headers={"range": "bytes=4-11"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 4-11/{len(content)}")
    assert body(part) == content[4:12]
    assert client.get(f"/uploads/{path}", headers={"range": "bytes=999999-"}).status_code == 416
    head = client.head(f"/uploads/{path}")
    assert (head.status_code, head["Content-Length"], body(head)) == (200, str(len(content)), b"")
    assert client.get(f"/uploads/{image.original.name}").status_code == 404


def test_a_withdrawn_picture_is_gone_at_once(store: Store, client: Client) -> None:
    image = public_image()
    body(client.get(f"/uploads/{first(image)}"))
    (placement,) = image.placements()
    act(Venue.objects.get(pk=placement.root.pk), Verb.WITHDRAW, by=None)
    assert client.get(f"/uploads/{first(image)}").status_code == 404


def test_a_rendition_that_the_store_has_lost_is_not_found(store: Store, client: Client) -> None:
    image = public_image()
    renditions().delete(first(image))
    assert client.get(f"/uploads/{first(image)}").status_code == 404


def test_answers_name_the_address_of_the_setting_and_editors_see_their_own(
    store: Store, settings: Any, get: Any, client: Client, cast: SimpleNamespace
) -> None:
    settings.MEDIA_URL = CDN
    image = public_image()
    paths = {row.path for row in image.renditions.all()}
    shown = get(f"images/{image.pk}")
    urls = {each["url"] for each in (*shown["renditions"], shown["share_image"])}
    assert urls == {CDN + path for path in paths}
    assert get("venues/hall")["image"]["urls"]["1:1"]["60"].startswith(CDN)
    page = client.get("/venues/hall/").content.decode()
    assert page.count(CDN) >= 3
    assert "https://tiexi.example/uploads/" not in page
    assert image.address().startswith("https://tiexi.example/uploads/")  # a CDN would not get what is a draft
    listed = enter(cast.staff).get(url(Image, "changelist")).content.decode()
    assert 'src="https://tiexi.example/uploads/renditions/' in listed
    assert not any(image.sha256 in each for each in (str(shown), page, listed))


# What happens to them later


def test_a_picture_over_its_life(store: Store, client: Client, get: Any, clock: Any) -> None:
    image = public_image()
    old = first(image)
    assert make_avif.call(str(image.pk), image.sha256, *image.focal) == 4
    assert sum(name.endswith(".avif") for name in store.names()) == 4
    image.refresh_from_db()
    image.set_picture(recut(image, (0.0, 0.5)))
    image.save()
    image.set_picture(prepare(factories.picture_file((60, 90), color=(1, 2, 3))))
    image.save()
    assert body(client.get(f"/uploads/{old}"))
    count = len(store.names())
    assert "0 orphans" in run("orphans")
    clock(timezone.now() + timedelta(days=3))
    assert run("orphans", "--remove").endswith(" removed.\n")
    assert len(store.names()) < count
    assert store.names() == {
        f"tiexi/{name}" for name in (image.original.name, *image.renditions.values_list("path", flat=True))
    }
    assert client.get(f"/uploads/{old}").status_code == 404
    for placement in list(image.placements()):
        placement.delete()
    image.delete()
    clock(timezone.now() + timedelta(days=3))
    run("orphans", "--remove")
    assert store.names() == set()


def test_renditions_are_made_anew_and_a_lost_original_is_named(store: Store) -> None:
    good, lost = public_image(), factories.image(size=SIZE, color=(2, 2, 2))
    originals().delete(str(lost.original.name))
    renditions().delete(first(good))
    with pytest.raises(CommandError) as caught:
        run("renditions")
    assert [line.split()[0] for line in str(caught.value).splitlines()[1:]] == [str(lost.pk)]
    assert renditions().exists(first(good))


def test_the_demonstration_is_loaded_into_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    files = opening_files()
    monkeypatch.setattr(loading, "read", lambda name: files[name.removesuffix(".yaml")])
    monkeypatch.setattr("tourism.management.commands.load_demo.read_events", lambda: list(files["events"]))
    small = iter(range(1, 200))
    monkeypatch.setattr(
        loading, "prepare", lambda file: prepare(factories.picture_file(SIZE, color=(next(small), 0, 0)))
    )
    run("load_demo")
    rows = list(Image.objects.prefetch_related("renditions"))
    named = {row.original.name for row in rows} | {each.path for row in rows for each in row.renditions.all()}
    assert len(rows) > 1
    assert store.names() == {f"tiexi/{name}" for name in named}


# A store that is away


def test_an_upload_to_a_store_that_is_away_is_told_in_the_form_and_writes_nothing(away: None, cast: Any) -> None:
    response = upload(cast.staff)
    assert errors(response) == {
        "original": ["The file store does not answer. Nothing was saved; try again in a few minutes."]
    }
    assert read_form(response)["alt__zh-Hans"] == "塔"
    assert Image.objects.count() == 0


def test_a_file_of_a_store_that_is_away_is_unavailable(
    store: Store, client: Client, request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture
) -> None:
    path = first(public_image())
    request.getfixturevalue("away")
    response = client.get(f"/uploads/{path}", headers={"accept-language": "en"})
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert (response["Cache-Control"], response["Retry-After"]) == ("no-store", "5")
    assert response.json()["detail"] == "The service is busy. Try again in a few seconds."
    assert [record.getMessage() for record in caplog.records if record.name == "media.store"] == [
        f"{path} cannot be read: EndpointConnectionError"
    ]
    assert "hunter2" not in caplog.text


def test_a_store_that_says_nothing_is_not_waited_for(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.objects.READ", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        use(settings, monkeypatch, f"s3://writer:secret@127.0.0.1:{silent.getsockname()[1]}/pictures?tls=false")
        with pytest.raises(StoreUnavailable, match="ReadTimeoutError"):
            renditions().open("renditions/aa/x.webp")


def test_commands_say_that_the_store_is_away(away: None) -> None:
    with pytest.raises(CommandError, match="The store does not answer"):
        run("orphans")
    with pytest.raises(CommandError, match="originals: A file cannot be written"):
        run("try_store")


# Trying it


def test_try_store_leaves_nothing_behind(store: Store, server: str) -> None:
    assert run("try_store") == f"Files can be written, read and removed in http://{server}.\n"
    assert store.names() == set()


def test_try_store_finds_a_bucket_that_is_missing_or_open(
    store: Store, server: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    private, public = settings.STORAGES["default"], settings.STORAGES["renditions"]
    opened = {**private, "OPTIONS": {**private["OPTIONS"], "default_acl": "public-read"}}
    settings.STORAGES = {**settings.STORAGES, "default": opened, "renditions": public}
    with pytest.raises(CommandError, match="originals: Everybody can read the originals"):
        run("try_store")
    assert store.names() == set()
    use(settings, monkeypatch, f"s3://writer:secret@{server}/nowhere-at-all?tls=false")
    with pytest.raises(CommandError, match="originals: A file cannot be written: PutObject: NoSuchBucket"):
        run("try_store")


def test_try_store_tries_a_folder_too(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    assert run("try_store") == f"Files can be written, read and removed in {tmp_path}.\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_try_store_says_which_step_failed(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that may write and read, and not delete."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(WholeFiles, "delete", lambda *_args: (_ for _ in ()).throw(StoreUnavailable("AccessDenied")))
    with pytest.raises(CommandError, match="originals: A file cannot be removed: AccessDenied"):
        run("try_store")
