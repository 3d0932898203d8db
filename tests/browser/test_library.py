"""The picture library at work, in a real browser: five files at once, a focal point by a click, the cuts beforehand."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from media.models import Image
from media.renditions import RATIOS, SHARE_RATIO, crop_box
from media.storages import renditions
from tests import factories
from tests.pages import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

UPLOAD = "/admin/media/image/upload/"
SHAPES: dict[str, Any] = {**RATIOS, SHARE_RATIO: (5, 4)}
# Chromium itself reports each answer that refuses something, in the console.
ANSWERED = "Failed to load resource: the server responded with a status of "


def _scene(size: tuple[int, int], color: str) -> Pillow.Image:
    """Plain, with a white square of a tenth of the height at 80 % across, 25 % down."""
    picture = Pillow.new("RGB", size, color)
    side = size[1] // 10
    left, top = int(size[0] * 0.8) - side // 2, int(size[1] * 0.25) - side // 2
    picture.paste("white", (left, top, left + side, top + side))
    return picture


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Five files; one of them is no picture, and one has a name that no page may take for HTML."""
    made = {}
    for name, size, color in (
        ("north.jpg", (900, 600), "darkred"),
        ("kiln.png", (600, 900), "darkgreen"),
        ("hall.webp", (1000, 400), "darkblue"),
        ("<img src=x onerror=alert(1)>.jpg", (640, 480), "purple"),
    ):
        made[name] = tmp_path / name
        _scene(size, color).save(made[name])
    made["notes.jpg"] = tmp_path / "notes.jpg"
    made["notes.jpg"].write_bytes(b"GIF89a, and no JPEG")
    return made


def _complaints(found: list[str]) -> list[str]:
    return [each for each in found if ANSWERED not in each]


def _cards(page: Any, state: str = "") -> Any:
    return page.locator(f'.m-card[data-state="{state}"]' if state else ".m-card")


def _wait_for(page: Any, state: str, count: int) -> None:
    _cards(page, state).nth(count - 1).wait_for(timeout=60_000)
    assert _cards(page, state).count() == count


def _write(page: Any, *alts: str) -> None:
    for place, alt in enumerate(alts):
        page.locator(".m-card input[name=alt]").nth(place).fill(alt)


def _open_upload(page: Any) -> None:
    page.goto(UPLOAD)
    page.fill("#id_credit", "Archive")


def _boxes(page: Any) -> dict[str, tuple[int, ...]]:
    cuts = page.locator(".m-focal__cut canvas").evaluate_all(
        "all => all.map((cut) => [cut.dataset.ratio, cut.dataset.box])"
    )
    return {ratio: tuple(int(number) for number in box.split(",")) for ratio, box in cuts}


def _expected(size: tuple[int, int], focal: tuple[float, float]) -> dict[str, tuple[int, ...]]:
    return {name: crop_box(size, ratio, focal) for name, ratio in SHAPES.items()}


def _point(page: Any) -> tuple[float, float]:
    return float(page.input_value("#id_focal_0")), float(page.input_value("#id_focal_1"))


def _click(page: Any, x: float, y: float) -> None:
    box = page.locator(".m-focal__picture").bounding_box()
    page.locator(".m-focal__picture").click(position={"x": box["width"] * x, "y": box["height"] * y})


def _save(page: Any) -> None:
    page.click("input[name=_continue]")
    page.wait_for_load_state()


def test_five_are_uploaded_and_one_is_cut_around_the_point_that_was_clicked(
    open_page: Any, files: dict[str, Path], complaints: list[str]
) -> None:
    page = open_page()
    page.goto(url(Image, "changelist"))
    page.click(f'.object-tools a[href="{UPLOAD}"]')
    page.wait_for_selector("#upload:not([hidden])")  # the script has begun
    page.set_input_files("#upload_files", list(files.values()))
    shown = page.locator(".m-card__file").all_inner_texts()
    assert [text.partition(" · ")[0] for text in shown] == list(files)
    page.click("#upload_all")
    assert page.evaluate("document.activeElement.id") == "id_credit"
    page.fill("#id_credit", "Archive")
    _write(page, "北楼", "窑炉", "", "大厅", "笔记")
    page.click("#upload_all")
    page.wait_for_selector('.m-card[data-state="refused"]')
    _wait_for(page, "done", 3)
    said = _cards(page, "refused").locator(".m-card__said").inner_text()
    assert said == "不接受 GIF 文件。请存为 JPEG、PNG 或 WebP。"
    assert page.evaluate("document.activeElement.closest('.m-card').dataset.state") == "new"  # what lacks its words
    page.locator(".m-card input[name=alt]").nth(2).fill("车间")
    page.keyboard.press("Enter")
    page.click("#upload_all")
    _wait_for(page, "done", 4)
    assert sorted(str(row) for row in Image.objects.all()) == sorted(["北楼", "窑炉", "车间", "大厅"])
    _cards(page, "done").locator("img").nth(3).wait_for()  # the thumbnails of the server

    image = next(row for row in Image.objects.all() if str(row) == "北楼")
    page.goto(_cards(page, "done").locator("a.m-card__link").first.get_attribute("href"))
    page.wait_for_selector(".m-focal__mark:visible")
    assert _boxes(page) == _expected((900, 600), (0.5, 0.5))
    _click(page, 0.8, 0.25)
    point = _point(page)
    assert (abs(point[0] - 0.8) < 0.01, abs(point[1] - 0.25) < 0.01) == (True, True)
    assert _boxes(page) == _expected((900, 600), point)
    previewed = {ratio: _white(_canvas(page, ratio)) for ratio in SHAPES}
    _save(page)
    image = Image.objects.get(pk=image.pk)
    assert image.focal == point
    for ratio in SHAPES:
        x, y = _white(_served(image, ratio))
        assert (ratio, abs(x - previewed[ratio][0]) < 0.01, abs(y - previewed[ratio][1]) < 0.01) == (ratio, True, True)
    assert abs(_white(_served(image, "1:1"))[0] - 0.7) < 0.02  # as far to the middle as the right edge allows
    assert _complaints(complaints) == []


def _canvas(page: Any, ratio: str) -> Pillow.Image:
    """What the page draws of a cut."""
    import base64

    text = page.locator(f'canvas[data-ratio="{ratio}"]').evaluate("cut => cut.toDataURL()")
    return Pillow.open(io.BytesIO(base64.b64decode(text.partition(",")[2])))


def _served(image: Image, ratio: str) -> Pillow.Image:
    rows = image.renditions.filter(retired_at=None, spec__startswith=f"{ratio}/").order_by("-width")
    with renditions().open(rows[0].path) as file:
        return Pillow.open(io.BytesIO(file.read()))


def _white(picture: Pillow.Image) -> tuple[float, float]:
    """The middle of what is white, as shares."""
    box = picture.convert("L").point(lambda value: 255 if value > 180 else 0).getbbox()
    assert box is not None
    return (box[0] + box[2]) / 2 / picture.width, (box[1] + box[3]) / 2 / picture.height


@pytest.mark.parametrize("size", [(901, 601), (333, 1000), (64, 48)])
def test_the_cuts_are_where_the_server_will_cut(size: tuple[int, int], open_page: Any, complaints: list[str]) -> None:
    image = factories.image(size, focal=(0.123, 0.9))
    page = open_page()
    page.goto(url(image))
    page.wait_for_selector(".m-focal__mark:visible")
    assert _boxes(page) == _expected(size, (0.123, 0.9))
    for x, y in ((0, 0), (1, 1), (0.5, 0.5), (0.333, 0.667), (0.25, 0.75), (0.005, 0.995), (0.471, 0.629)):
        page.fill("#id_focal_0", str(x))
        page.fill("#id_focal_1", str(y))
        assert _boxes(page) == _expected(size, (x, y))
    page.fill("#id_focal_0", "7")  # what is no share moves nothing
    assert _boxes(page) == _expected(size, (0.471, 0.629))
    assert complaints == []


def test_the_mark_is_moved_by_keys_and_by_dragging(open_page: Any, complaints: list[str]) -> None:
    image = factories.image((900, 600))
    page = open_page()
    page.goto(url(image))
    page.wait_for_selector(".m-focal__mark:visible")
    mark = page.locator(".m-focal__mark")
    mark.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowUp", "Shift+ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert _point(page) == (0.61, 0.59)
    assert (mark.get_attribute("role"), mark.get_attribute("aria-valuetext")) == ("slider", "横向 61%，纵向 59%")
    for _time in range(12):
        page.keyboard.press("Shift+ArrowRight")
    assert _point(page) == (1, 0.59)
    for key in ("Home", "PageUp"):
        page.keyboard.press(key)
    assert _point(page) == (0, 0.49)
    box = page.locator(".m-focal__picture").bounding_box()
    mark.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5, steps=4)
    page.mouse.up()
    x, y = _point(page)
    assert (abs(x - 0.25) < 0.01, abs(y - 0.5) < 0.01) == (True, True)
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click(".breadcrumbs a >> nth=-1")
    page.locator(".m-focal__middle").click()
    assert (asked, _point(page)) == (["beforeunload"], (0.5, 0.5))
    _save(page)
    image.refresh_from_db()
    assert image.focal == (0.5, 0.5)
    assert complaints == []


def test_a_new_picture_is_shown_and_pointed_at_before_it_is_sent(
    open_page: Any, files: dict[str, Path], complaints: list[str]
) -> None:
    image = factories.image(focal=(0.1, 0.1))
    page = open_page()
    page.goto(url(image))
    page.set_input_files("#id_original", files["hall.webp"])
    page.wait_for_selector(".m-focal canvas.m-focal__image:visible")
    assert (_point(page), _boxes(page)) == ((0.5, 0.5), _expected((1000, 400), (0.5, 0.5)))
    _click(page, 0.8, 0.25)
    point = _point(page)
    page.set_input_files("#id_original", [])  # not that one after all
    assert _point(page) == (0.1, 0.1)
    page.set_input_files("#id_original", files["hall.webp"])
    page.wait_for_selector(".m-focal canvas.m-focal__image:visible")
    _click(page, 0.8, 0.25)
    _save(page)
    image.refresh_from_db()
    assert ((image.width, image.height), image.focal) == ((1000, 400), point)
    page.goto(url(Image, "add"))
    assert page.locator(".field-focal").is_hidden()
    page.set_input_files("#id_original", files["notes.jpg"])
    page.wait_for_selector(".m-focal__said:visible")
    assert page.locator(".m-focal__said").inner_text() == "浏览器无法预览此文件，保存时会告知能否使用。"
    assert complaints == []


def _drop(page: Any, *paths: Path) -> None:
    """Files dropped on the page beside the zone."""
    import base64

    sent = [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    transfer = page.evaluate_handle(
        """(sent) => {
            const transfer = new DataTransfer();
            for (const [name, text] of sent) {
                transfer.items.add(new File([Uint8Array.from(atob(text), (char) => char.charCodeAt(0))], name));
            }
            return transfer;
        }""",
        sent,
    )
    page.dispatch_event("h1", "drop", {"dataTransfer": transfer})


def test_files_are_dropped_and_what_is_there_already_is_said(
    open_page: Any, files: dict[str, Path], complaints: list[str]
) -> None:
    page = open_page()
    _open_upload(page)
    _drop(page, files["north.jpg"], files["kiln.png"], files["north.jpg"])
    page.wait_for_selector('.m-card[data-state="twice"]')
    assert _cards(page, "twice").locator(".m-card__said").inner_text() == "与这个文件相同： north.jpg"
    _write(page, "北楼", "窑炉")
    page.click("#upload_all")
    _wait_for(page, "done", 2)
    assert Image.objects.count() == 2
    _open_upload(page)
    _drop(page, files["north.jpg"])
    _write(page, "又一张")
    page.click("#upload_all")
    page.wait_for_selector('.m-card[data-state="same"]')
    link = _cards(page, "same").locator(".m-card__said a")
    assert (link.inner_text(), Image.objects.count()) == ("北楼", 2)
    assert link.get_attribute("href") == url(next(row for row in Image.objects.all() if str(row) == "北楼"))
    page.click(".m-card [data-do=again]")
    page.wait_for_selector('.m-card[data-state="done"]')
    assert sorted(str(row) for row in Image.objects.all()) == sorted(["北楼", "窑炉", "又一张"])
    assert _complaints(complaints) == []


def test_a_file_that_is_too_large_is_told_before_it_is_sent(
    open_page: Any, files: dict[str, Path], settings: Any, complaints: list[str]
) -> None:
    settings.IMAGE_MAX_BYTES = 1_000_000
    large = files["north.jpg"].with_name("large.jpg")
    large.write_bytes(bytes(1_230_000))
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    _open_upload(page)
    page.set_input_files("#upload_files", [large])
    said = _cards(page, "large").locator(".m-card__said").inner_text()
    assert not page.locator(".m-card input[name=alt]").is_visible()  # nobody writes words for what is not sent
    assert said == "文件有 1.3 MB，上限为 1 MB。请压缩后再上传。"
    assert (page.locator("#upload_all").is_disabled(), "POST" in asked) == (True, False)
    page.goto(url(Image, "add"))
    page.set_input_files("#id_original", [large])
    assert page.locator(".m-focal__said").inner_text() == said
    assert complaints == []


def test_who_is_logged_out_midway_loses_nothing(
    open_page: Any, files: dict[str, Path], site: Any, settings: Any, complaints: list[str]
) -> None:
    from tests.browser.conftest import _session

    page = open_page()
    _open_upload(page)
    page.set_input_files("#upload_files", [files["north.jpg"], files["kiln.png"], files["hall.webp"]])
    _write(page, "北楼", "窑炉", "大厅")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.click("#upload_all")
    page.wait_for_selector("#upload_out:visible")
    _wait_for(page, "new", 3)
    assert Image.objects.count() == 0
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session("staff"), "url": site.url}
    token = {"name": settings.CSRF_COOKIE_NAME, "value": "b" * 32, "url": site.url}  # as a log-in changes it
    page.context.add_cookies([cookie, token])
    page.click("#upload_all")
    _wait_for(page, "done", 3)
    assert (page.locator("#upload_out").is_hidden(), Image.objects.count()) == (True, 3)
    assert _complaints(complaints) == []


def test_a_broken_connection_is_told_and_tried_again(
    open_page: Any, files: dict[str, Path], complaints: list[str]
) -> None:
    page = open_page()
    _open_upload(page)
    page.set_input_files("#upload_files", [files["north.jpg"], files["kiln.png"]])
    _write(page, "北楼", "窑炉")
    answers = [lambda route: route.abort(), lambda route: route.fulfill(status=502, body="bad gateway")]
    page.route(f"**{UPLOAD}", lambda route: answers.pop(0)(route))
    page.click("#upload_all")
    _wait_for(page, "refused", 2)
    said = _cards(page, "refused").locator(".m-card__said").all_inner_texts()
    assert sorted(said) == ["服务器未能接收（502），请重试。", "连接中断，请重试。"]
    page.unroute(f"**{UPLOAD}")
    page.locator("[data-do=retry]").first.click()
    page.wait_for_selector('.m-card[data-state="done"]')
    page.click("#upload_all")
    _wait_for(page, "done", 2)
    assert Image.objects.count() == 2
    assert [each for each in _complaints(complaints) if "ERR_FAILED" not in each] == []


# Takes every file at once, and notes how many travelled at a time.
SERVER = """() => {
    let running = 0;
    window.most = 0;
    window.XMLHttpRequest = class extends EventTarget {
        upload = new EventTarget();
        open() {}
        setRequestHeader() {}
        send(data) {
            running += 1;
            window.most = Math.max(window.most, running);
            setTimeout(() => {
                const answer = { name: data.get("alt__zh-Hans"), url: "/admin/", thumbnail: "/static/core/logo.svg" };
                [this.status, this.responseText] = [201, JSON.stringify(answer)];
                running -= 1;
                this.dispatchEvent(new Event("loadend"));
            });
        }
    };
}"""


def test_two_hundred_files_travel_two_at_a_time(open_page: Any, tmp_path: Path, complaints: list[str]) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(200)]
    for number, path in enumerate(paths):
        Pillow.new("RGB", (4, 4), (number, 255 - number, number // 2)).save(path)
    page = open_page()
    _open_upload(page)
    page.set_input_files("#upload_files", paths)
    page.locator(".m-card input[name=alt]").evaluate_all("all => all.forEach((each) => { each.value = '图'; })")
    page.evaluate(SERVER)
    page.click("#upload_all")
    _wait_for(page, "done", 200)
    assert (page.evaluate("window.most"), page.locator("#upload_all").is_disabled()) == (2, True)
    assert complaints == []
