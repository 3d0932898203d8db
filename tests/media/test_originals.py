"""What becomes of an uploaded picture: its bytes decide, nothing but pixels stays, and nothing dangerous gets in."""

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from media.originals import read_original
from media.renditions import render

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


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_header(width: int, height: int) -> io.BytesIO:
    """A PNG of a few bytes that claims to be large."""
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


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True, "exact": True})])
def test_original_loses_what_was_wiped_out(kind: str, options: dict[str, Any]) -> None:
    """Under what is wholly transparent a program leaves the colours that were there."""
    picture = Pillow.new("RGBA", (320, 240), (200, 30, 30, 0))
    picture.paste((0, 120, 0, 255), (0, 0, 160, 240))
    uploaded = file(picture, kind, **options)
    assert opened(uploaded.getvalue()).getpixel((300, 200)) == (200, 30, 30, 0)
    original = read_original(uploaded)
    files = [original.content, *(piece.content for piece in render(original.content, kinds=("webp", "avif")).pieces)]
    shown = [opened(content).convert("RGBA") for content in files]
    pixels: list[Any] = [each.getpixel((each.width - 2, each.height - 2)) for each in shown]
    hidden = [pixel for pixel in pixels if pixel[3] == 0]
    assert len(hidden) > 4
    assert max(pixel[0] for pixel in hidden) < 90
    seen: Any = shown[0].getpixel((20, 20))
    assert all(abs(a - b) <= 3 for a, b in zip(seen, (0, 120, 0, 255), strict=True))


def test_original_in_printers_colours_becomes_rgb() -> None:
    original = read_original(file(Pillow.new("CMYK", (10, 10), (0, 255, 255, 0)), "JPEG"))
    picture = opened(original.content)
    assert picture.mode == "RGB"
    assert near(picture.getpixel((5, 5)), (255, 0, 0))


def png(mode: int, depth: int, body: bytes, size: tuple[int, int], *more: bytes) -> io.BytesIO:
    """A PNG of raw rows, in colour types and depths that Pillow reads and does not write."""
    head = struct.pack(">IIBBBBB", *size, depth, mode, 0, 0, 0)
    parts = [chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(body)), chunk(b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def rows(pixel: bytes) -> bytes:
    """Four rows of four such pixels."""
    return (b"\x00" + pixel * 4) * 4


def see_through_palette() -> io.BytesIO:
    palette = Pillow.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 20, 30])
    palette.putpixel((0, 0), 0)
    return file(palette, "PNG", transparency=0)


MODES: list[tuple[str, Any, str, Any]] = [
    ("grey JPEG", lambda: file(Pillow.new("L", (4, 4), 90), "JPEG"), "RGB", (90, 90, 90)),
    ("black and white", lambda: file(Pillow.new("1", (4, 4), 1), "PNG"), "RGB", (255, 255, 255)),
    ("palette", lambda: file(Pillow.new("P", (4, 4)).convert("P"), "PNG"), "RGB", (0, 0, 0)),
    ("palette with a hole", see_through_palette, "RGBA", (10, 20, 30, 255)),
    ("grey with alpha", lambda: png(4, 8, rows(b"\x5a\x80"), (4, 4)), "RGBA", (90, 90, 90, 128)),
    ("opaque alpha", lambda: png(4, 8, rows(b"\x5a\xff"), (4, 4)), "RGB", (90, 90, 90)),
    ("16 bits of grey", lambda: png(0, 16, rows(b"\x5a\x00"), (4, 4)), "RGB", (90, 90, 90)),
    ("16 bits of colour", lambda: png(2, 16, rows(b"\x5a\x00\x28\x00\xff\xff"), (4, 4)), "RGB", (90, 40, 255)),
    ("16 bits with alpha", lambda: png(6, 16, rows(b"\x5a\x00" * 3 + b"\x80\x00"), (4, 4)), "RGBA", (90, 90, 90, 128)),
    (
        "one colour that is none",
        lambda: png(2, 8, rows(b"\x5a\x5a\x5a"), (4, 4), chunk(b"tRNS", b"\0\1\0\1\0\1")),
        "RGB",
        (90, 90, 90),
    ),
    ("CMYK", lambda: file(Pillow.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG"), "RGB", (254, 0, 0)),
]


@pytest.mark.parametrize(("make", "mode", "pixel"), [row[1:] for row in MODES], ids=[row[0] for row in MODES])
def test_original_is_rgb_of_eight_bits_or_rgba(make: Any, mode: str, pixel: tuple[int, ...]) -> None:
    shown = opened(read_original(make()).content)
    found: Any = shown.getpixel((1, 1))
    assert shown.mode == mode
    assert all(abs(a - b) <= 2 for a, b in zip(found, pixel, strict=True)), found


def profile(primaries: tuple[int, ...]) -> bytes:
    """A profile of a wide colour space: sRGB's own, with columns that are its primaries exchanged."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack(">I", plain[128:132])[0]
    table = {plain[at : at + 4]: at for at in range(132, 132 + 12 * count, 12)}
    bent = bytearray(plain)
    names = [b"rXYZ", b"gXYZ", b"bXYZ"]
    for name, taken in zip(names, primaries, strict=True):
        bent[table[name] + 4 : table[name] + 12] = plain[table[names[taken]] + 4 : table[names[taken]] + 12]
    said = plain.find("sRGB".encode("utf-16-be"))
    bent[said : said + 8] = "wide".encode("utf-16-be")
    return bytes(bent)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_original_is_in_srgb_whatever_it_came_in(kind: str) -> None:
    """With the profile red means green: so shows whoever knows of profiles, and so it is kept, without one."""
    raw = file(Pillow.new("RGB", (16, 16), (200, 0, 0)), kind, icc_profile=profile((1, 0, 2)))
    shown = opened(read_original(raw).content)
    assert "icc_profile" not in shown.info
    assert near(shown.convert("RGB").getpixel((8, 8)), (0, 200, 0))


def test_original_with_alpha_is_in_srgb_too() -> None:
    raw = file(Pillow.new("RGBA", (16, 16), (200, 0, 0, 128)), "PNG", icc_profile=profile((1, 0, 2)))
    red, green, blue, alpha = opened(read_original(raw).content).getpixel((8, 8))  # type: ignore[misc]
    assert near((red, green, blue, alpha), (0, 200, 0, 128))


@pytest.mark.parametrize("broken", [b"no profile", profile((1, 0, 2))[:200], b"\0" * 4000])
def test_original_with_a_broken_profile_is_taken_as_srgb(broken: bytes) -> None:
    shown = opened(read_original(file(halves(), "PNG", icc_profile=broken)).content)
    assert near(shown.getpixel((5, 10)), RED)


def test_original_whose_profile_may_take_any_time_is_taken_as_srgb() -> None:
    """Ten thousand steps in 80 KB took minutes. Here the copyright says that it is such a chain."""
    bent = bytearray(profile((1, 0, 2)))
    at = bent.index(b"cprt")
    (place,) = struct.unpack_from(">I", bent, at + 4)
    bent[place : place + 4] = b"mpet"
    raw = file(Pillow.new("RGB", (16, 16), (200, 0, 0)), "JPEG", icc_profile=bytes(bent))
    assert near(opened(read_original(raw).content).getpixel((8, 8)), (200, 0, 0))


def test_original_with_a_profile_of_another_kind_of_picture_is_taken_as_srgb() -> None:
    raw = file(Pillow.new("L", (8, 8), 90), "JPEG", icc_profile=profile((1, 0, 2)))
    assert near(opened(read_original(raw).content).getpixel((4, 4)), (90, 90, 90))


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("evil.html", "<script>alert(1)</script>")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script></html>", archive()], ids=["HTML", "ZIP"])
def test_original_loses_what_stands_behind_the_pixels(kind: str, tail: bytes) -> None:
    """A file that is two things at once is one of them afterwards."""
    content = read_original(io.BytesIO(file(halves(), kind).getvalue() + tail)).content
    assert (opened(content).format, b"<script>" in content) == (kind, False)
    assert not zipfile.is_zipfile(io.BytesIO(content))


def test_original_of_a_camera_loses_serial_number_thumbnail_and_xmp() -> None:
    exif = Pillow.Exif()
    exif.get_ifd(0x8769).update({0xA431: "SERIAL-4711", 0x927C: b"MAKER-NOTE"})
    thumbnail = file(Pillow.new("RGB", (16, 16), "red"), "JPEG").getvalue()
    raw = file(halves(), "JPEG", exif=exif, xmp=b"<x:xmpmeta>XMP-SECRET</x:xmpmeta>").getvalue()
    app13 = b"\xff\xed" + struct.pack(">H", len(thumbnail) + 2 + 8) + b"IPTC-SEC" + thumbnail
    raw = raw[:2] + app13 + raw[2:]
    secrets = (b"SERIAL-4711", b"MAKER-NOTE", b"XMP-SECRET", b"IPTC-SEC", thumbnail)
    assert [secret in raw for secret in secrets] == [True] * 5
    content = read_original(io.BytesIO(raw)).content
    assert [secret in content for secret in secrets] == [False] * 5


def test_original_of_a_phone_that_hides_a_second_picture_is_the_first_one() -> None:
    stored = read_original(file(halves(), "MPO", save_all=True, append_images=[Pillow.new("RGB", (40, 20), "blue")]))
    assert (stored.mime, stored.extension, stored.width) == ("image/jpeg", "jpg", 40)
    with Pillow.open(io.BytesIO(stored.content)) as shown:
        assert (shown.format, getattr(shown, "n_frames", 1)) == ("JPEG", 1)


def exif(*tags: tuple[int, int, bytes], head: bytes = b"II*\0") -> bytes:
    """Tags with the number of their type and a value of four bytes."""
    held = b"".join(struct.pack("<HHI4s", tag, kind, 1, value) for tag, kind, value in tags)
    return b"Exif\0\0" + head + struct.pack("<IH", 8, len(tags)) + held + bytes(4)


TURNED = (0x0112, 3, b"\6\0\0\0")
ODD_EXIF = {
    "a width in letters": (exif((0x0100, 2, b"abc\0"), TURNED), (20, 40)),
    "a width below nothing": (exif((0x0100, 9, b"\xff\xff\xff\xff"), TURNED), (20, 40)),
    "a resolution that is no number": (exif((0x011A, 11, struct.pack("<f", float("nan"))), TURNED), (20, 40)),
    "a head that is none": (exif(TURNED, head=b"XX*\0"), (40, 20)),
    "a head of another format": (exif(TURNED, head=b"II+\0"), (40, 20)),
    "an orientation that is none": (exif((0x0112, 3, b"\x09\0\0\0")), (40, 20)),
}


@pytest.mark.parametrize("case", ODD_EXIF)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_original_whose_exif_is_odd_is_taken_and_stands_as_it_says(kind: str, case: str) -> None:
    """What is thrown away anyway is no reason to refuse a picture."""
    told, size = ODD_EXIF[case]
    stored = read_original(file(halves(), kind, exif=told))
    assert (stored.width, stored.height) == size


def test_original_that_cannot_be_turned_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageOps, "exif_transpose", lambda _picture, **_options: abs("x"))  # type: ignore[arg-type]
    with pytest.raises(ValidationError) as caught:
        read_original(file(halves(), "WEBP"))
    assert caught.value.code == "damaged"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def animated(kind: str) -> io.BytesIO:
    return file(halves(), kind, save_all=True, append_images=[halves().transpose(Pillow.Transpose.ROTATE_180)])


def cut(kind: str, size: int) -> io.BytesIO:
    """The beginning of a file whose picture goes on."""
    noisy = Pillow.effect_noise((200, 200), 90).convert("RGB")
    return io.BytesIO(file(noisy, kind).getvalue()[:size])


def webp_header(width: int, height: int) -> io.BytesIO:
    """A lossless WebP of a few pixels that claims to be large."""
    raw = bytearray(file(halves(), "WEBP", lossless=True).getvalue())
    raw[21:25] = struct.pack("<I", width - 1 | height - 1 << 14)
    return io.BytesIO(raw)


def boxes(brand: bytes) -> io.BytesIO:
    return io.BytesIO(struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0mif1" + brand + b"\0" * 99)


def many_scans() -> io.BytesIO:
    """A progressive JPEG that asks for its pixels to be walked over hundreds of times, in few bytes."""
    raw = file(halves(), "JPEG", progressive=True).getvalue()
    last = raw.rindex(b"\xff\xda")
    return io.BytesIO(raw[:-2] + raw[last:-2] * 500 + raw[-2:])


def many_segments(segment: bytes) -> io.BytesIO:
    raw = file(halves(), "JPEG").getvalue()
    return io.BytesIO(raw[:2] + segment * 1100 + raw[2:])


REFUSED = [
    ("nothing", lambda: io.BytesIO(), "empty"),
    ("text", lambda: io.BytesIO(b"no picture"), "unreadable"),
    ("SVG", lambda: io.BytesIO(SVG), "kind"),
    ("SVG with a declaration", lambda: io.BytesIO(b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG), "kind"),
    ("GIF", lambda: file(halves(), "GIF"), "kind"),
    ("animated GIF", lambda: animated("GIF"), "kind"),
    ("BMP", lambda: file(halves(), "BMP"), "kind"),
    ("TIFF", lambda: file(halves(), "TIFF"), "kind"),
    ("AVIF", lambda: file(halves(), "AVIF"), "kind"),
    ("HEIC", lambda: boxes(b"heic"), "kind"),
    ("PDF", lambda: io.BytesIO(b"%PDF-1.7"), "kind"),
    ("HTML before a JPEG", lambda: io.BytesIO(b"<html>" + file(halves(), "JPEG").getvalue()), "kind"),
    ("cut in its head", lambda: cut("JPEG", 100), "unreadable"),
    ("cut JPEG", lambda: cut("JPEG", 5000), "damaged"),
    ("cut PNG", lambda: cut("PNG", 5000), "damaged"),
    ("cut WebP", lambda: cut("WEBP", 5000), "unreadable"),
    ("animated WebP", lambda: animated("WEBP"), "animated"),
    ("animated PNG", lambda: animated("PNG"), "animated"),
    ("bomb", lambda: png_header(20_000, 20_000), "pixels"),
    ("larger than anything", lambda: png_header(2**31 - 1, 2**31 - 1), "pixels"),
    ("just too large", lambda: png_header(10_000, 5_001), "pixels"),
    ("a WebP just too large", lambda: webp_header(5_000, 5_001), "pixels"),
    ("a WebP just not too large", lambda: webp_header(5_000, 5_000), "damaged"),
    ("too long", lambda: png_header(20_000, 2), "side"),
    ("no width", lambda: png_header(0, 10), "unreadable"),
    ("many scans", many_scans, "time"),
    ("many segments", lambda: many_segments(b"\xff\xe1\0\x09Exif\0\0x"), "time"),
    ("many segments behind a marker without length", lambda: many_segments(b"\xff\xf0\xff\xef\0\2"), "time"),
]


@pytest.mark.parametrize(("make", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_original_of_another_kind_is_refused(make: Any, code: str) -> None:
    began = time.monotonic()
    with pytest.raises(ValidationError) as caught:
        read_original(make())
    assert caught.value.code == code
    assert time.monotonic() - began < 1


def test_original_that_is_refused_for_its_kind_is_told_what_would_do(english: None) -> None:
    def told(raw: io.BytesIO) -> list[str]:
        with pytest.raises(ValidationError) as caught:
            read_original(raw)
        return caught.value.messages

    assert told(file(halves(), "GIF")) == ["GIF files are not taken. Save it as JPEG, PNG or WebP."]
    assert told(webp_header(6_000, 6_000)) == [
        "A WebP picture has 25 million pixels at most. Save it smaller, or as JPEG."
    ]
    assert told(boxes(b"mif1")) == ["HEIC files are not taken. On the phone choose “Most compatible”, or save as JPEG."]


def test_original_is_not_read_for_longer_than_the_limit(settings: Any) -> None:
    settings.IMAGE_MAX_SECONDS = -1  # over before it has begun
    for kind in ("JPEG", "PNG"):
        with pytest.raises(ValidationError) as caught:
            read_original(file(halves(), kind))
        assert caught.value.code == "time"


BOMB = """
import io, json, resource, struct, sys, time, zlib
import django
from django.conf import settings
settings.configure(IMAGE_MAX_BYTES=20_000_000, IMAGE_MAX_PIXELS=50_000_000, IMAGE_MAX_SECONDS=10, USE_I18N=False)
from django.core.exceptions import ValidationError
from media.originals import read_original
def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
raw = io.BytesIO(open(sys.argv[1], "rb").read())
before, began = peak(), time.monotonic()
try:
    read_original(raw)
    code = None
except ValidationError as error:
    code = error.code
print(json.dumps([code, time.monotonic() - began, (peak() - before) / 1000, peak() / 1000]))
"""


def test_a_bomb_is_refused_without_being_decoded(tmp_path: Path) -> None:
    """20,000 by 20,000 black pixels in a real PNG of half a megabyte; decoded they would take 1.6 GB."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    part = squeeze.compress(bytes((1 + 20_000 * 3) * 100)) + squeeze.flush(zlib.Z_FULL_FLUSH)  # a hundred rows
    check = struct.pack(">HH", (1 + 20_000 * 3) * 20_000 % 65_521, 1)  # Adler-32 of so many zeros
    body = b"\x78\xda" + part * 200 + b"\x03\x00" + check
    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    bomb = tmp_path / "bomb.png"
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    bomb.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)
    asked = [sys.executable, "-c", BOMB, str(bomb)]
    code, seconds, grown, peak = json.loads(subprocess.run(asked, capture_output=True, check=True, text=True).stdout)
    assert code == "pixels"
    assert seconds < 1
    assert grown < 20
    assert peak < 100


def test_original_has_a_limit_of_bytes(settings: Any) -> None:
    raw = file(halves(), "PNG")
    settings.IMAGE_MAX_BYTES = len(raw.getvalue())
    assert read_original(raw).width == 40
    settings.IMAGE_MAX_BYTES -= 1
    with pytest.raises(ValidationError) as caught:
        read_original(raw)
    assert caught.value.code == "bytes"
