"""What is made of a picture: which cuts in which sizes, around which point; pixels in, bytes out."""

import io
from typing import Any

import blurhash
import pytest
from PIL import Image as Pillow

from media.renditions import CENTRE, RATIOS, crop_box, render, wanted, widths_within

RED, BLUE, GREEN = (200, 30, 30), (30, 30, 200), (30, 160, 60)


def content(picture: Pillow.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def thirds(size: tuple[int, int] = (900, 300)) -> bytes:
    """Red, blue, green from left to right; upright from top to bottom."""
    picture = Pillow.new("RGB", size, BLUE)
    width, height = size
    if width >= height:
        picture.paste(RED, (0, 0, width // 3, height))
        picture.paste(GREEN, (width - width // 3, 0, width, height))
    else:
        picture.paste(RED, (0, 0, width, height // 3))
        picture.paste(GREEN, (0, height - height // 3, width, height))
    return content(picture)


def opened(raw: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(raw))


def near(one: Any, other: Any, most: int = 25) -> bool:
    return all(abs(a - b) < most for a, b in zip(one, other, strict=True))


BOXES = [
    ((1600, 900), (16, 9), CENTRE, (0, 0, 1600, 900)),
    ((4000, 3000), (16, 9), CENTRE, (0, 375, 4000, 2625)),
    ((4000, 3000), (16, 9), (0.5, 0.0), (0, 0, 4000, 2250)),
    ((4000, 3000), (16, 9), (0.5, 1.0), (0, 750, 4000, 3000)),
    ((4000, 3000), (16, 9), (0.5, 0.4), (0, 75, 4000, 2325)),
    ((4000, 3000), (1, 1), CENTRE, (500, 0, 3500, 3000)),
    ((4000, 3000), (1, 1), (0.0, 0.9), (0, 0, 3000, 3000)),
    ((4000, 3000), (1, 1), (0.4, 0.9), (100, 0, 3100, 3000)),
    ((3000, 4000), (4, 3), (0.5, 0.9), (0, 1750, 3000, 4000)),
    ((4000, 3000), (4, 3), (0.1, 0.1), (0, 0, 4000, 3000)),
    ((4000, 3000), None, (0.1, 0.1), (0, 0, 4000, 3000)),
    ((1, 1), (16, 9), CENTRE, (0, 0, 1, 1)),
    ((1000, 2), (1, 1), (1.0, 1.0), (998, 0, 1000, 2)),
]


@pytest.mark.parametrize(("size", "ratio", "focal", "box"), BOXES)
def test_a_cut_is_as_large_as_it_fits_and_near_the_focal_point(size: Any, ratio: Any, focal: Any, box: Any) -> None:
    assert crop_box(size, ratio, focal) == box


WIDTHS = [
    (4000, [320, 640, 1280, 1920]),
    (1920, [320, 640, 1280, 1920]),
    (1919, [320, 640, 1280, 1919]),
    (700, [320, 640, 700]),
    (320, [320]),
    (64, [64]),
]


@pytest.mark.parametrize(("most", "widths"), WIDTHS)
def test_a_smaller_cut_gets_its_own_width(most: int, widths: list[int]) -> None:
    assert widths_within(most) == widths


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1, 1), (2000, 10), (10, 2000), (321, 320), (16_383, 9)])
def test_nothing_is_larger_than_the_original(size: tuple[int, int]) -> None:
    found = wanted(size, ("webp", "avif", "jpeg"))
    assert {spec.ratio for spec in found} == {*RATIOS, "5:4"}
    for (left, top, right, bottom), (width, height) in found.values():
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert 1 <= width <= right - left
        assert 1 <= height <= bottom - top


def test_every_file_is_what_its_name_says_and_nothing_but_pixels() -> None:
    rendered = render(thirds(), kinds=("webp", "avif", "jpeg"))
    assert [str(piece.spec) for piece in rendered.pieces] == [
        *("16:9/320/webp", "16:9/533/webp", "4:3/320/webp", "4:3/400/webp", "1:1/300/webp"),
        *("original/320/webp", "original/640/webp", "original/900/webp"),
        *("16:9/320/avif", "16:9/533/avif", "4:3/320/avif", "4:3/400/avif", "1:1/300/avif"),
        *("original/320/avif", "original/640/avif", "original/900/avif"),
        "5:4/375/jpeg",
    ]
    for piece in rendered.pieces:
        shown = opened(piece.content)
        assert (shown.format or "").lower() == piece.spec.kind
        assert shown.size == (piece.spec.width, piece.height)
        assert {"exif", "icc_profile", "xmp"} & set(shown.info) == set()
        assert piece.path == f"renditions/{piece.name[:2]}/{piece.name}.{piece.path.rpartition('.')[2]}"


@pytest.mark.parametrize(
    ("size", "focal", "seen"),
    [
        ((900, 300), (0.0, 0.5), RED),
        ((900, 300), (0.5, 0.5), BLUE),
        ((900, 300), (1.0, 0.5), GREEN),
        ((300, 900), (0.5, 0.1), RED),
        ((300, 900), (0.5, 0.9), GREEN),
    ],
)
def test_the_focal_point_stays_in_view(size: Any, focal: Any, seen: Any) -> None:
    pieces = {str(piece.spec): piece for piece in render(thirds(size), focal).pieces}
    square = opened(pieces["1:1/300/webp"].content)
    assert near(square.convert("RGB").getpixel((150, 150)), seen)
    whole = opened(pieces[f"original/{min(size[0], 320)}/webp"].content).convert("RGB")
    ends = [(4, 4), (whole.width - 4, whole.height - 4)]
    assert [near(whole.getpixel(end), colour) for end, colour in zip(ends, (RED, GREEN), strict=True)] == [True, True]


def test_the_same_picture_gives_the_same_files() -> None:
    first, again, moved = (render(thirds(), focal) for focal in (CENTRE, CENTRE, (0.0, 0.5)))
    assert first == again
    same = {piece.spec for piece in first.pieces} & {piece.spec for piece in moved.pieces}
    kept = {piece.spec.ratio for piece in first.pieces if piece in moved.pieces}
    assert (len(same), kept) == (9, {"original"})


def test_what_shows_through_is_kept_and_white_in_a_jpeg() -> None:
    hole = Pillow.new("RGBA", (400, 400), (*RED, 255))
    hole.paste((0, 0, 0, 0), (100, 100, 300, 300))
    pieces = {str(piece.spec): opened(piece.content) for piece in render(content(hole)).pieces}
    square = pieces["1:1/320/webp"]
    assert [square.getpixel(at)[3] for at in ((160, 160), (10, 10))] == [0, 255]  # type: ignore[index]
    assert near(pieces["5:4/400/jpeg"].getpixel((200, 160)), (255, 255, 255))


def test_color_is_the_one_that_covers_most() -> None:
    picture = Pillow.new("RGB", (300, 200), (240, 240, 230))
    picture.paste((20, 60, 120), (0, 0, 200, 200))
    assert render(content(picture)).color == "#143c78"
    grey = Pillow.new("L", (50, 50), 128)
    assert render(content(grey)).color == "#808080"


@pytest.mark.parametrize(("size", "components"), [((900, 300), (4, 3)), ((300, 900), (3, 4)), ((64, 64), (4, 3))])
def test_placeholder_is_a_blurred_picture(size: Any, components: tuple[int, int]) -> None:
    made = render(thirds(size)).placeholder
    assert blurhash.components(made) == components
    decoded = blurhash.decode(made, 30, 30)
    first, last = decoded[2][2], decoded[27][27]
    if size == (64, 64):
        size = (900, 300)  # it lies too
    assert (first[0] > first[2], last[1] > last[0]) == (True, True)
