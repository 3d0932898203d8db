"""A picture's rows and files over its life: uploaded, cut anew, replaced, given AVIF, deleted, cleared away."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.changes.edits import edit
from core.publication import Verb, act
from media import filing, preparing
from media.filing import make_avif
from media.models import Image, Rendition
from media.originals import read_original
from media.preparing import STORE_AWAY, prepare, recut
from media.storages import StoreUnavailable, WholeFiles, originals, put, renditions
from media.turns import turn
from tests import factories
from tests.factories import feed, picture_file, revision, text
from venues.models import VenueImage

pytestmark = pytest.mark.django_db

SIZE = (90, 60)


@pytest.fixture
def store(tmp_path: Path, settings: Any) -> Path:
    """An empty one."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def shown() -> Image:
    image = factories.image(size=SIZE)
    factories.shown(image, factories.venue(slug="hall"))
    image.refresh_from_db()
    return image


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def current(image: Image) -> dict[str, str]:
    return {row.spec: row.path for row in image.renditions.filter(retired_at=None)}


def status(client: Client, path: str) -> int:
    response = client.get(f"/uploads/{path}")
    if response.streaming:
        b"".join(response)
    return response.status_code


def run(name: str, *args: str) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out)
    return out.getvalue()


# Writing


def test_a_saved_picture_has_a_row_and_a_file_of_each_rendition(store: Path) -> None:
    image = factories.image(size=SIZE)
    rows = list(image.renditions.order_by("pk"))
    assert [(row.spec, row.width, row.height, row.mime) for row in rows] == [
        ("16:9/90/webp", 90, 51, "image/webp"),
        ("4:3/80/webp", 80, 60, "image/webp"),
        ("1:1/60/webp", 60, 60, "image/webp"),
        ("original/90/webp", 90, 60, "image/webp"),
        ("5:4/75/jpeg", 75, 60, "image/jpeg"),
    ]
    assert files(store) == {image.original.name, *(row.path for row in rows)}
    assert all((store / row.path).stat().st_size == row.bytes for row in rows)
    assert {row.source for row in rows} == {image.sha256}


def test_a_rendition_is_there_once(shown: Image) -> None:
    row: Any = shown.renditions.first()
    row.pk = None
    with pytest.raises(IntegrityError, match=r"rendition_once|UNIQUE"), transaction.atomic():
        row.save()
    row.retired_at = timezone.now()
    row.save()


def test_a_write_that_fails_leaves_files_that_nothing_names(store: Path, clock: Any) -> None:
    def write() -> None:
        with edit():
            factories.image(size=SIZE)
            raise ValidationError("used twice")

    with pytest.raises(ValidationError, match="used twice"):
        write()
    assert (Image.objects.count(), Rendition.objects.count(), len(files(store))) == (0, 0, 6)
    clock(timezone.now() + timedelta(days=2))
    assert "6 orphans" in run("orphans", "--remove")
    assert files(store) == set()


def test_a_row_read_before_the_picture_was_replaced_does_not_bring_the_old_one_back(shown: Image) -> None:
    stale = Image.objects.get(pk=shown.pk)
    shown.set_picture(prepare(picture_file((30, 30)), (0.2, 0.8)))
    shown.save()
    stale.alt = text("新的说明")
    stale.save()
    found = Image.objects.get(pk=shown.pk)
    assert (found.alt, found.width, found.focal, found.files) == (text("新的说明"), 30, (0.2, 0.8), shown.files)


def test_work_on_pictures_is_done_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    held = []
    monkeypatch.setattr(
        preparing, "read_original", lambda file: held.append(preparing._one.locked()) or read_original(file)
    )
    prepare(picture_file())
    assert (held, preparing._one.locked()) == ([True], False)


def test_nobody_waits_long_for_their_turn() -> None:
    lock = threading.Lock()
    with turn(lock, 0.01):
        with pytest.raises(ValidationError) as refused, turn(lock, 0.01):
            pass
        assert (refused.value.code, lock.locked()) == ("busy", True)
    assert not lock.locked()


@pytest.mark.parametrize(("field", "value"), [("alt", {"en": "Tower"}), ("alt", {}), ("credit", " ")])
def test_no_picture_is_saved_without_its_words(shown: Image, field: str, value: Any) -> None:
    setattr(shown, field, value)
    with pytest.raises(ValidationError) as caught:
        shown.save()
    assert [(name, error[0].code) for name, error in caught.value.error_dict.items()] == [(field, f"{field}_required")]


@pytest.mark.parametrize("kind", ["venue", "event", "exhibit", "route"])
@pytest.mark.parametrize(("field", "value"), [("alt", {"en": "Tower"}), ("credit", "")])
def test_nothing_is_published_with_a_picture_without_its_words(
    kind: str, field: str, value: Any, settings: Any
) -> None:
    """As after the main language was changed, or from before the words were asked for."""
    settings.REVIEWS_REQUIRED = 0
    stops = {"stops": [factories.venue(), factories.venue()]} if kind == "route" else {}
    row = getattr(factories, kind)(published=False, **stops)
    image = factories.image(alt={"zh-Hans": "塔", "en": "Tower"})
    factories.shown(image, row)
    with edit():
        Image._base_manager.filter(pk=image.pk).stamp(**{field: value})
    with pytest.raises(ValidationError) as caught:
        act(row, Verb.PUBLISH, by=None)
    assert [error.code for error in caught.value.error_list] == [f"picture_{field}"]
    assert "Tower" in caught.value.messages[0] or "塔" in caught.value.messages[0]
    with edit():
        Image._base_manager.filter(pk=image.pk).stamp(**{field: getattr(image, field)})
    act(row, Verb.PUBLISH, by=None)


# Another focal point, another file


def test_moving_the_focal_point_makes_new_files_at_once_and_removes_the_old_later(
    store: Path, client: Client, get: Any, clock: Any
) -> None:
    image = factories.image(size=SIZE)
    with edit():  # two halves: another cut is another file
        image.set_picture(prepare(halves()))
        image.save()
    factories.shown(image, factories.venue(slug="hall"))
    before, number = current(image), revision()
    image.refresh_from_db()
    image.set_picture(recut(image, (0.0, 0.5)))
    image.save()
    after = current(image)
    moved = {spec for spec, path in before.items() if after[spec] != path}
    assert moved == {"4:3/80/webp", "1:1/60/webp", "5:4/75/jpeg"}
    assert get(f"images/{image.pk}")["focal"] == {"x": 0.0, "y": 0.5}
    urls = {
        each["url"].removeprefix("https://tiexi.example/uploads/")
        for each in get("venues/hall")["images"][0]["renditions"]
    }
    assert urls == {path for spec, path in after.items() if spec != "5:4/75/jpeg"}
    assert feed()["image", str(image.pk)] == feed()["venue", "hall"] == (number + 1, False)
    # Answers from before are still shown somewhere, and name these:
    assert {status(client, path) for path in (*before.values(), *after.values())} == {200}
    clock(timezone.now() + timedelta(days=1, hours=23))
    said = run("orphans", "--remove").splitlines()
    waiting = Rendition.objects.exclude(retired_at=None).count()
    assert waiting >= len(moved)
    assert said[-1] == f"{waiting} more were replaced less than two days ago: answers may still name them."
    assert {status(client, path) for path in before.values()} == {200}
    clock(timezone.now() + timedelta(hours=2))
    run("orphans", "--remove")
    assert {spec for spec, path in before.items() if status(client, path) == 404} == moved
    assert {status(client, path) for path in after.values()} == {200}


def halves() -> io.BytesIO:
    """Dark on the left, light on the right."""
    from PIL import Image as Pillow

    picture = Pillow.new("RGB", SIZE, (20, 20, 60))
    picture.paste((230, 220, 180), (45, 0, 90, 60))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out


def test_a_focal_point_that_comes_back_has_its_files_again(store: Path, clock: Any) -> None:
    image = factories.image(size=SIZE)
    first = current(image)
    for focal in ((0.0, 0.0), (0.5, 0.5)):
        image.set_picture(recut(image, focal))
        image.save()
    assert current(image) == first
    clock(timezone.now() + timedelta(days=3))
    run("orphans", "--remove")
    assert (current(image), image.renditions.count()) == (first, len(first))
    assert set(first.values()) <= files(store)


def test_a_focal_point_lies_inside_the_picture(shown: Image) -> None:
    shown.focal_x = 1.2
    with pytest.raises(ValidationError) as caught:
        shown.full_clean()
    assert set(caught.value.error_dict) == {"focal_x"}
    with edit(), pytest.raises(IntegrityError), transaction.atomic():
        Image._base_manager.filter(pk=shown.pk).stamp(focal_y=-0.1)


def test_replacing_the_picture_keeps_its_places_and_its_address(shown: Image, client: Client, get: Any) -> None:
    old, places = current(shown), list(VenueImage.objects.values_list("pk", "image"))
    original = shown.original.name
    shown.set_picture(prepare(picture_file((60, 90))))
    shown.save()
    assert list(VenueImage.objects.values_list("pk", "image")) == places
    found = get(f"images/{shown.pk}")
    assert {(each["width"], each["height"]) for each in found["renditions"] if each["ratio"] == "original"} == {
        (60, 90)
    }
    assert (get("venues/hall")["image"]["id"], shown.original.name != original) == (str(shown.pk), True)
    assert {status(client, path) for path in old.values()} == {200}


def test_a_deleted_pictures_files_are_removed_and_shared_ones_stay(store: Path, clock: Any) -> None:
    one, two, three = (factories.image(size=SIZE, color=color) for color in ((9, 9, 9), (9, 9, 9), (200, 9, 9)))
    assert one.original.name == two.original.name != three.original.name
    one.delete()
    three.delete()
    kept = {two.original.name, *current(two).values()}
    assert len(files(store)) == 12
    assert run("orphans").endswith("0 orphans (0.0 MB) to remove with --remove.\n")  # too young
    clock(timezone.now() + timedelta(days=2))
    listed = run("orphans")
    assert (len(listed.splitlines()), files(store) > kept) == (7, True)
    assert run("orphans", "--remove").splitlines()[:-1] == listed.splitlines()[:-1]
    assert files(store) == kept


def test_an_orphan_that_is_uploaded_again_meanwhile_stays(store: Path, clock: Any) -> None:
    prepared = prepare(picture_file(SIZE, color=(7, 7, 7)))
    clock(timezone.now() + timedelta(days=2))
    from media.orphans import find_orphans

    first, *_others = find_orphans(timezone.now())
    image = Image(alt=text("塔"), credit="Archive")
    image.set_picture(prepared)
    image.save()
    assert (first.remove(timezone.now()), first.path in files(store)) == (False, True)


def test_an_orphan_that_another_process_removes_meanwhile_is_none(
    store: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(storage: Any, name: str) -> Any:
        found = get_modified_time(storage, name)
        (store / name).unlink()
        return found

    prepare(picture_file(SIZE, color=(8, 8, 8)))
    clock(timezone.now() + timedelta(days=2))
    get_modified_time = WholeFiles.get_modified_time
    monkeypatch.setattr(WholeFiles, "get_modified_time", slow)
    assert run("orphans", "--remove") == "0 replaced files, 0 orphans (0.0 MB) removed.\n"


def test_orphans_of_an_empty_store_are_none(store: Path) -> None:
    assert run("orphans") == "0 replaced files, 0 orphans (0.0 MB) to remove with --remove.\n"


def test_a_file_is_there_whole_or_not_at_all(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(renditions(), "renditions/ab/x.webp", b"first")
    put(renditions(), "renditions/ab/x.webp", b"second")
    monkeypatch.setattr(os, "replace", lambda *_paths: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(StoreUnavailable, match="no space left"):
        put(renditions(), "renditions/ab/x.webp", b"third")
    with pytest.raises(ValidationError, match=str(STORE_AWAY)):
        prepare(picture_file())
    assert files(store) == {"renditions/ab/x.webp"}
    assert (store / "renditions/ab/x.webp").read_bytes() == b"second"
    assert isinstance(originals(), WholeFiles)


# AVIF, by the queue


@pytest.fixture
def queue(settings: Any, django_capture_on_commit_callbacks: Any) -> Any:
    settings.AVIF_BY_QUEUE = True
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_avif_is_listed_as_soon_as_it_is_made(queue: Any, client: Client, get: Any) -> None:
    with queue() as waiting:
        image = factories.image(size=SIZE)
        factories.shown(image, factories.venue(slug="hall"))
        kinds = [each["type"] for each in get(f"images/{image.pk}")["renditions"]]
        assert kinds == ["image/webp"] * 4
        version, changed, number = image.version, image.updated_at, revision()
    assert len(waiting) >= 1
    image.refresh_from_db()
    shown = get(f"images/{image.pk}")
    assert [each["type"] for each in shown["renditions"]] == ["image/webp"] * 4 + ["image/avif"] * 4
    assert [each["type"] for each in get("venues/hall")["images"][0]["renditions"]][-1] == "image/avif"
    assert get("venues/hall")["image"]["urls"]["1:1"]["60"].endswith(".webp")
    assert (image.version, image.updated_at) == (version, changed)
    assert feed()["image", str(image.pk)] == feed()["venue", "hall"] == (number + 1, False)
    file = client.get(f"/uploads/{image.renditions.get(spec='1:1/60/avif').path}")
    assert (file["Content-Type"], b"ftypavif" in b"".join(file)) == ("image/avif", True)


def test_avif_of_a_draft_takes_no_number(queue: Any) -> None:
    number = revision()
    with queue():
        image = factories.image(size=SIZE)
    image.refresh_from_db()
    assert ("avif" in image.files, revision()) == (True, number)


def test_without_a_queue_nobody_waits_for_avif(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        image = factories.image(size=SIZE)
    image.refresh_from_db()
    assert set(image.files) == {"webp", "jpeg"}


def test_avif_asked_for_another_cut_or_a_deleted_picture_is_not_made(shown: Image) -> None:
    asked = (str(shown.pk), shown.sha256, *shown.focal)
    shown.set_picture(recut(shown, (0.0, 0.5)))
    shown.save()
    assert make_avif.call(*asked) == 0
    asked = (str(shown.pk), shown.sha256, *shown.focal)
    assert make_avif.call(*asked) == 4
    assert make_avif.call(str(factories.image().pk)[:-4] + "0000", *asked[1:]) == 0


def test_avif_that_was_made_while_the_picture_changed_is_dropped(shown: Image, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = (str(shown.pk), shown.sha256, *shown.focal)

    def meanwhile(image: Image, **options: Any) -> Any:
        made = recut(image, **options)
        shown.set_picture(prepare(picture_file((40, 40))))
        shown.save()
        return made

    monkeypatch.setattr(filing, "recut", meanwhile)
    assert make_avif.call(*asked) == 0
    shown.refresh_from_db()
    assert set(shown.files) == {"webp", "jpeg"}
    assert {row.mime for row in shown.renditions.all()} == {"image/webp", "image/jpeg"}


def test_another_alternative_text_keeps_avif_and_another_cut_drops_it(shown: Image) -> None:
    make_avif.call(str(shown.pk), shown.sha256, *shown.focal)
    shown.alt = text("新的说明")
    shown.save()
    assert set(shown.files) == {"webp", "jpeg", "avif"}
    shown.set_picture(recut(shown, (0.1, 0.1)))
    shown.save()
    assert (set(shown.files), {path[-4:] for path in current(shown).values()}) == ({"webp", "jpeg"}, {"webp", ".jpg"})


# The command


def old(**fields: Any) -> Image:
    """A picture of an installation that made no renditions."""
    image = factories.image(size=SIZE, **fields)
    with edit():
        Image._base_manager.filter(pk=image.pk).stamp(files={}, color="", placeholder="")
    image.renditions.all().delete()
    image.refresh_from_db()
    return image


def test_renditions_are_made_for_pictures_that_have_none(get: Any) -> None:
    ready, without = factories.image(size=SIZE), old()
    factories.shown(without, factories.venue(slug="hall"))
    number = revision()
    assert run("renditions", "--missing") == "1/1\n1 pictures, 5 renditions changed.\n"
    shown = get(f"images/{without.pk}")
    assert (len(shown["renditions"]), len(shown["placeholder"]), shown["color"][0]) == (4, 28, "#")
    assert (revision(), Rendition.objects.count()) == (number + 1, 10)
    assert run("renditions", "--missing") == "0 pictures, 0 renditions changed.\n"
    assert current(ready)


def test_renditions_made_anew_of_the_same_pictures_change_nothing(shown: Image) -> None:
    number, before = revision(), current(shown)
    renditions().delete(before["1:1/60/webp"])
    assert run("renditions") == "1/1\n1 pictures, 0 renditions changed.\n"
    assert (revision(), current(shown)) == (number, before)
    assert renditions().exists(before["1:1/60/webp"])


def test_renditions_made_otherwise_than_before_take_the_places_of_the_old(
    shown: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current(shown)
    monkeypatch.setattr("media.renditions.WIDTHS", (32, 640))
    assert run("renditions") == "1/1\n1 pictures, 9 renditions changed.\n"
    after = current(shown)
    assert set(after) - set(before) == {f"{ratio}/32/webp" for ratio in ("16:9", "4:3", "1:1", "original")}
    assert {spec: after[spec] for spec in before} == before
    shown.refresh_from_db()
    assert [width for width, _height, _url in shown.sizes("1:1")] == [32, 60]


def test_renditions_with_avif(shown: Image) -> None:
    assert run("renditions", "--missing", "--avif") == "1/1\n1 pictures, 4 renditions changed.\n"
    shown.refresh_from_db()
    assert set(shown.files) == {"webp", "jpeg", "avif"}
    assert run("renditions", "--missing", "--avif") == "0 pictures, 0 renditions changed.\n"
    avif = current(shown)["1:1/60/avif"]
    renditions().delete(avif)  # as where only the originals were kept: answers name it all the same
    assert run("renditions") == "1/1\n1 pictures, 0 renditions changed.\n"
    assert renditions().exists(avif)


def test_renditions_go_on_where_they_were_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    images = sorted((old() for _number in range(3)), key=lambda each: each.pk)
    stop = [images[1].pk]

    def stopped(image: Image, **options: Any) -> Any:
        if image.pk in stop:
            raise KeyboardInterrupt
        return recut(image, **options)

    monkeypatch.setattr("media.management.commands.renditions.recut", stopped)
    with pytest.raises(CommandError) as caught:
        run("renditions")
    assert str(caught.value) == f"Stopped after 1 pictures. Go on with --after {images[0].pk}."
    assert [image.renditions.count() for image in images] == [5, 0, 0]
    stop.clear()
    assert run("renditions", "--after", str(images[0].pk)).endswith("2 pictures, 10 renditions changed.\n")
    assert [image.renditions.count() for image in images] == [5, 5, 5]


def test_a_picture_whose_original_is_lost_is_named_and_the_others_are_made(store: Path) -> None:
    lost, broken, good = (old(color=color) for color in ((1, 1, 1), (2, 2, 2), (3, 3, 3)))
    (store / str(lost.original.name)).unlink()
    (store / str(broken.original.name)).write_bytes(b"no picture")
    with pytest.raises(CommandError) as caught:
        run("renditions")
    assert {str(lost.pk), str(broken.pk)} == {line.split()[0] for line in str(caught.value).splitlines()[1:]}
    assert [len(current(image)) for image in (lost, broken, good)] == [0, 0, 5]


def test_renditions_show_how_far_they_are_on_a_terminal(shown: Image) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    call_command("renditions", stdout=out)
    assert out.getvalue().startswith(f"\r[{'#' * 30}] 1/1\n")


# Reading


def test_pictures_cost_lists_no_query_of_their_own(get: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            get("venues", include="images")
        return len(asked)

    for _number in range(3):
        factories.shown(factories.image(size=SIZE), factories.venue())
    get("venues")
    few = queries()
    for venue in list(VenueImage.objects.select_related("venue")):
        factories.shown(factories.image(size=SIZE), venue.venue, position=1)
    assert queries() == few
