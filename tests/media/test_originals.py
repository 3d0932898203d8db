"""What becomes of an uploaded picture: its bytes decide, nothing but pixels stays, and nothing dangerous gets in."""

import io
import struct
import time
import zlib
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageOps

from media.originals import read_original

RED, BLUE = (200, 30, 30), (30, 30, 200)


def file(picture: Pillow.Image, kind: str, **options: Any) -> io.BytesIO:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out


def halves() -> Pillow.Image:
    """Red on the left, blue on the right."""
    picture = Pillow.new("RGB", (40, 20), RED)
    picture.paste(BLUE, (20, 0, 40, 20))
    return picture


def opened(content: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(content))


def near(one: Any, other: Any) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


def png_header(width: int, height: int) -> io.BytesIO:
    """A PNG of a few bytes that claims to be large."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "mime", "extension"),
    [("JPEG", "image/jpeg", "jpg"), ("PNG", "image/png", "png"), ("WEBP", "image/webp", "webp")],
)
def test_original_keeps_its_type_and_its_pixels(kind: str, mime: str, extension: str) -> None:
    original = read_original(file(halves(), kind))
    assert (original.mime, original.extension, original.width, original.height) == (mime, extension, 40, 20)
    picture = opened(original.content)
    assert picture.format == kind
    assert near(picture.convert("RGB").getpixel((5, 10)), RED)
    assert near(picture.convert("RGB").getpixel((35, 10)), BLUE)
    assert read_original(file(halves(), kind)).sha256 == original.sha256


def test_original_loses_position_and_stands_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned by a quarter: the camera was held upright
    exif[0x010E] = "a description with a name"
    exif.get_ifd(0x8825).update({1: "N", 2: (41.0, 48.0, 0.0), 3: "E", 4: (123.0, 21.0, 0.0)})
    raw = file(halves(), "JPEG", exif=exif, comment=b"a secret comment")
    assert b"a description" in raw.getvalue()
    original = read_original(raw)
    assert (original.width, original.height) == (20, 40)
    picture = opened(original.content)
    assert dict(picture.getexif()) == {}
    assert b"a description" not in original.content
    assert b"a secret comment" not in original.content
    assert near(picture.getpixel((10, 5)), RED)
    assert near(picture.getpixel((10, 35)), BLUE)


def test_original_png_loses_its_texts() -> None:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "somebody")
    original = read_original(file(halves(), "PNG", pnginfo=texts))
    assert b"somebody" not in original.content


def test_original_keeps_transparency() -> None:
    picture = Pillow.new("RGBA", (10, 10), (0, 0, 0, 0))
    for kind in ("PNG", "WEBP"):
        kept = opened(read_original(file(picture, kind)).content).convert("RGBA")
        assert kept.getpixel((5, 5))[3] == 0


def test_original_in_printers_colours_becomes_rgb() -> None:
    original = read_original(file(Pillow.new("CMYK", (10, 10), (0, 255, 255, 0)), "JPEG"))
    picture = opened(original.content)
    assert picture.mode == "RGB"
    assert near(picture.getpixel((5, 5)), (255, 0, 0))


def test_original_grey_and_palette_pictures_are_read() -> None:
    assert opened(read_original(file(Pillow.new("L", (8, 8), 90), "JPEG")).content).mode == "L"
    palette = halves().convert("P", palette=Pillow.Palette.ADAPTIVE)
    shown = opened(read_original(file(palette, "PNG")).content).convert("RGB")
    assert near(shown.getpixel((5, 10)), RED)


def test_original_ignores_what_is_hidden_behind_the_pixels() -> None:
    raw = file(halves(), "JPEG")
    raw.seek(0, io.SEEK_END)
    raw.write(b"<script>alert(1)</script>")
    assert b"<script>" not in read_original(raw).content


def test_original_of_a_phone_that_hides_a_second_picture_is_the_first_one() -> None:
    stored = read_original(file(halves(), "MPO", save_all=True, append_images=[Pillow.new("RGB", (40, 20), "blue")]))
    assert (stored.mime, stored.extension, stored.width) == ("image/jpeg", "jpg", 40)
    with Pillow.open(io.BytesIO(stored.content)) as shown:
        assert (shown.format, getattr(shown, "n_frames", 1)) == ("JPEG", 1)


def test_original_whose_metadata_break_the_decoder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a forged EXIF block does: ``bad operand type for abs()``."""
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda _picture: abs("x"))  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as caught:
        read_original(file(halves(), "WEBP"))
    assert caught.value.code == "unreadable"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def animated(kind: str) -> io.BytesIO:
    return file(halves(), kind, save_all=True, append_images=[halves().transpose(Pillow.Transpose.ROTATE_180)])


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: io.BytesIO(), "empty"),
        (lambda: io.BytesIO(b"no picture"), "unreadable"),
        (lambda: io.BytesIO(SVG), "unreadable"),
        (lambda: file(halves(), "GIF"), "unreadable"),
        (lambda: file(halves(), "BMP"), "unreadable"),
        (lambda: file(halves(), "TIFF"), "unreadable"),
        (lambda: io.BytesIO(file(halves(), "JPEG").getvalue()[:200]), "unreadable"),
        (lambda: io.BytesIO(file(halves(), "PNG").getvalue()[:60]), "unreadable"),
        (lambda: io.BytesIO(file(halves(), "WEBP").getvalue()[:40]), "unreadable"),
        (lambda: animated("WEBP"), "animated"),
        (lambda: animated("PNG"), "animated"),
        (lambda: png_header(20_000, 20_000), "pixels"),
        (lambda: png_header(2**31 - 1, 2**31 - 1), "pixels"),
        (lambda: png_header(10_000, 5_001), "pixels"),
        (lambda: png_header(0, 10), "unreadable"),
    ],
)
def test_original_of_another_kind_is_refused(make: Any, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(ValidationError) as caught:
        read_original(make())
    assert caught.value.code == code
    assert time.monotonic() - began < 1


def test_original_has_a_limit_of_bytes(settings: Any) -> None:
    raw = file(halves(), "PNG")
    settings.IMAGE_MAX_BYTES = len(raw.getvalue())
    assert read_original(raw).width == 40
    settings.IMAGE_MAX_BYTES -= 1
    with pytest.raises(ValidationError) as caught:
        read_original(raw)
    assert caught.value.code == "bytes"
