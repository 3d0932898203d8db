"""What happens to an uploaded file before it is stored: its bytes decide its type, and nothing but pixels stays.

Re-encoding drops GPS positions, serial numbers, thumbnails, XMP and whatever else was hidden behind the pixels. What is
kept is upright, in sRGB, eight bits a channel, RGB or, where something shows through, RGBA.
"""

import hashlib
import io
import re
import struct
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.JpegImagePlugin import MARKER

TYPES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
# What phones write beside a photograph (a depth map, a second exposure) makes Pillow call the JPEG an MPO.
FORMATS = [*TYPES, "MPO"]
MOST_SIDE = 16_383  # of a WebP
# A progressive JPEG has about ten scans. Each costs a walk over all pixels, however few bytes it has.
MOST_SCANS = 100
SCAN = b"\xff\xda"
# A photograph with a profile and a depth map has some hundred.
MOST_SEGMENTS = 1000
MARKER_BYTES = re.compile(rb"\xff[\x01-\xfe]")
# The decoder of WebP holds a picture five times over, those of JPEG and PNG hold it once.
WEBP_SHARE = 2
# What people try, by the first bytes, so that they are told more than "unreadable".
OTHERS = {
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
    b"%PDF": "PDF",
    b"<": "SVG",
    b"\xef\xbb\xbf<": "SVG",
}
BRANDS = {b"avif": "AVIF", b"avis": "AVIF", **dict.fromkeys((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "HEIC")}
# Where Pillow keeps Exif and XMP.
METADATA = ("exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
MOST_TAGS = 100  # that are read of a profile
# The colour space that a profile must speak of to be one of a picture in that mode.
SPACES = {"RGB": "RGB", "RGBA": "RGB", "CMYK": "CMYK", "L": "GRAY"}


@dataclass(frozen=True)
class Original:
    content: bytes
    mime: str
    extension: str
    width: int
    height: int

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def path(self) -> str:
        """Named by content; the name that a client sent is never used."""
        return f"originals/{self.sha256[:2]}/{self.sha256}.{self.extension}"


class TimeUpError(Exception):
    """Reading took longer than IMAGE_MAX_SECONDS."""


class _Timed(io.BytesIO):
    """Decoders read JPEG and PNG piece by piece; after the end of time they get no more."""

    until = float("inf")

    def read(self, size: int | None = -1, /) -> bytes:
        if time.monotonic() > self.until:
            raise TimeUpError
        return super().read(size)


def refuse(message: Any, code: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params=params)


def read_original(file: IO[bytes]) -> Original:
    """The picture, upright, in sRGB, without metadata. Raises ValidationError with what is wrong and what would do:
    ``empty``, ``bytes``, ``kind``, ``unreadable``, ``pixels``, ``side``, ``animated``, ``time``, ``damaged``."""
    file.seek(0)
    raw = file.read(settings.IMAGE_MAX_BYTES + 1)
    if not raw:
        raise refuse(_("The file is empty."), "empty")
    if len(raw) > settings.IMAGE_MAX_BYTES:
        raise refuse(
            _("The file is larger than %(limit)d MB. Save it smaller."),
            "bytes",
            limit=settings.IMAGE_MAX_BYTES // 10**6,
        )
    upright, kind = _decoded(raw)
    return _written(_plain(upright), kind)


def _decoded(raw: bytes) -> tuple[Pillow.Image, str]:
    """The picture, upright, and its type."""
    if _has_many_segments(raw):
        raise _too_long()
    source = _Timed(raw)
    source.until = time.monotonic() + settings.IMAGE_MAX_SECONDS
    with _opened(source) as picture:
        kind = "JPEG" if picture.format == "MPO" else picture.format or ""
        _check(picture, kind, raw)
        _set_upright(picture)
        return picture.copy() if kind == "WEBP" else picture, kind  # without its decoder, which holds it twice


@contextmanager
def _opened(source: _Timed) -> Iterator[Pillow.Image]:
    """Opens the file, which reads its head alone: nothing is decoded yet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            picture = Pillow.open(source, formats=FORMATS)
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except TimeUpError as error:
        raise _too_long() from error
    except Exception as error:  # decoders raise anything at all on forged bytes
        raise _not_a_picture(source.getbuffer()[:16].tobytes()) from error
    with picture:
        yield picture


def _has_many_segments(raw: bytes) -> bool:
    """Of a JPEG, before its first scan, as Pillow goes through them: it keeps each, and copies all Exif so far with
    each that has some. A file of 20 MB has room for five million."""
    place = 2
    for _segment in range(MOST_SEGMENTS if raw.startswith(b"\xff\xd8") else 0):
        found = MARKER_BYTES.search(raw, place)
        if found is None or found[0] == SCAN:
            return False
        place = found.end()
        _name, _said, reader = MARKER.get(int.from_bytes(found[0]), ("", "", None))
        if reader is not None:  # the others have no length
            place += max(2, int.from_bytes(raw[place : place + 2]))
    return raw.startswith(b"\xff\xd8")


def _not_a_picture(head: bytes) -> ValidationError:
    found = BRANDS.get(head[8:12]) if head[4:8] == b"ftyp" else None
    found = found or next((kind for magic, kind in OTHERS.items() if head.lstrip().startswith(magic)), None)
    if found == "HEIC":
        return refuse(_("HEIC files are not taken. On the phone choose “Most compatible”, or save as JPEG."), "kind")
    if found:
        return refuse(_("%(kind)s files are not taken. Save it as JPEG, PNG or WebP."), "kind", kind=found)
    return refuse(_("This is no readable JPEG, PNG or WebP picture."), "unreadable")


def _too_many_pixels(kind: str = "") -> ValidationError:
    if kind == "WEBP":
        message: Any = _("A WebP picture has %(limit)d million pixels at most. Save it smaller, or as JPEG.")
        return refuse(message, "pixels", limit=most_pixels(kind) // 10**6)
    limit = settings.IMAGE_MAX_PIXELS // 10**6
    return refuse(_("The picture has more than %(limit)d million pixels. Save it smaller."), "pixels", limit=limit)


def most_pixels(kind: str) -> int:
    return int(settings.IMAGE_MAX_PIXELS) // (WEBP_SHARE if kind == "WEBP" else 1)


def _too_long() -> ValidationError:
    return refuse(_("The picture takes too long to read. Save it anew, as a plain JPEG or PNG."), "time")


def _check(picture: Pillow.Image, kind: str, raw: bytes) -> None:
    """By what the file says of itself, before a single pixel is decoded."""
    if picture.width * picture.height > most_pixels(kind):
        raise _too_many_pixels(kind)
    if max(picture.size) > MOST_SIDE:
        raise refuse(_("A side of the picture is longer than %(limit)d pixels. Cut it."), "side", limit=MOST_SIDE)
    if kind == "JPEG" and raw.count(SCAN) > MOST_SCANS:
        raise _too_long()
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        raise refuse(_("Animated pictures are not shown. Upload a still one."), "animated")


def _set_upright(picture: Pillow.Image) -> None:
    try:
        picture.load()
        with suppress(Exception):  # Exif that cannot be read says nothing of how the picture stands
            picture.getexif()
        for name in METADATA:  # else they would be written anew without the orientation, as far as they can be
            picture.info.pop(name, None)
        ImageOps.exif_transpose(picture, in_place=True)  # a copy would take as much memory once more
    except TimeUpError as error:
        raise _too_long() from error
    except Exception as error:  # as above
        raise refuse(
            _("The picture is damaged or ends too early. Send the file again, or save it anew."), "damaged"
        ) from error


def _plain(picture: Pillow.Image) -> Pillow.Image:
    """RGB or RGBA, eight bits, in sRGB."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.point(lambda value: value / 256).convert("L")
    if picture.has_transparency_data:
        seen = picture if picture.mode == "RGBA" else picture.convert("RGBA")
        plain = _in_srgb(seen, picture.info.get("icc_profile"))
        return _without_hidden(plain) if plain.getchannel("A").getextrema() != (255, 255) else plain.convert("RGB")
    if picture.mode not in SPACES:
        picture = picture.convert("RGB")
    plain = _in_srgb(picture, picture.info.get("icc_profile"))
    return plain if plain.mode == "RGB" else plain.convert("RGB")


def _without_hidden(picture: Pillow.Image) -> Pillow.Image:
    """What was made wholly transparent is there still, a face that was wiped out perhaps: programs keep its colours."""
    hidden = picture.getchannel("A").point(lambda alpha: 0 if alpha else 255)
    picture.paste((0, 0, 0, 0), (0, 0), hidden)
    return picture


def _in_srgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """A profile that is broken, or one of another kind of picture, is as none: then sRGB is taken for granted."""
    if not profile or _has_steps(profile):
        return picture
    try:
        known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        own = (known.profile.profile_description or "").startswith("sRGB")
        if own or known.profile.xcolor_space.strip() != SPACES[picture.mode]:
            return picture
        if picture.mode in ("RGB", "RGBA"):  # a copy would take as much memory once more
            ImageCms.profileToProfile(picture, known, SRGB, inPlace=True)
            return picture
        return ImageCms.profileToProfile(picture, known, SRGB, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture


def _has_steps(profile: bytes) -> bool:
    """Whether a tag is a chain of any number of steps (ICC.1:2022, section 10.16): no camera writes one, and of those
    that fit into a file each costs seconds, then minutes, before the first pixel."""
    (count,) = struct.unpack_from(">I", profile.ljust(132, b"\0"), 128)
    places = (profile[at + 4 : at + 8] for at in range(132, 132 + 12 * min(count, MOST_TAGS), 12))
    return any(profile[at : at + 4] == b"mpet" for at in map(int.from_bytes, places))


def _written(picture: Pillow.Image, kind: str) -> Original:
    picture.info = {}
    out = io.BytesIO()
    options: dict[str, object] = (
        {"compress_level": 4} if kind == "PNG" else {"quality": 92}
    )  # 6: thrice as long for 8 %
    picture.save(out, kind, **options)
    mime, extension = TYPES[kind]
    return Original(out.getvalue(), mime, extension, picture.width, picture.height)
