"""What happens to an uploaded picture before it is stored: the bytes decide its type, and nothing but pixels stays.

Re-encoding drops GPS positions, serial numbers, thumbnails and whatever else was hidden behind the pixels.
"""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow
from PIL import ImageOps

TYPES = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
# What phones write beside a photograph (a depth map, a second exposure) makes Pillow call the JPEG an MPO.
FORMATS = [*TYPES, "MPO"]


@dataclass(frozen=True)
class Original:
    content: bytes
    mime: str
    extension: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def refuse(message: Any, code: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params=params)


def read_original(file: IO[bytes]) -> Original:
    """The picture, upright and without metadata. Raises ValidationError with what is wrong and what would do."""
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
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            return _read(raw)
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except ValidationError:
        raise
    except Exception as error:  # the decoders of metadata raise anything at all on forged bytes
        raise refuse(_("This is no readable JPEG, PNG or WebP picture."), "unreadable") from error


def _too_many_pixels() -> ValidationError:
    limit = settings.IMAGE_MAX_PIXELS // 10**6
    return refuse(_("The picture has more than %(limit)d million pixels. Save it smaller."), "pixels", limit=limit)


def _read(raw: bytes) -> Original:
    with Pillow.open(io.BytesIO(raw), formats=FORMATS) as picture:
        if picture.width * picture.height > settings.IMAGE_MAX_PIXELS:
            raise _too_many_pixels()
        kind = "JPEG" if picture.format == "MPO" else picture.format or ""
        if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:
            raise refuse(_("Animated pictures are not shown. Upload a still one."), "animated")
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if kind == "JPEG" and upright.mode not in ("RGB", "L"):
            upright = upright.convert("RGB")
        bare = upright.copy()
        bare.info = {key: upright.info[key] for key in ("transparency", "icc_profile") if key in upright.info}
        out = io.BytesIO()
        options: dict[str, object] = {} if kind == "PNG" else {"quality": 92}
        bare.save(out, kind, icc_profile=bare.info.get("icc_profile"), **options)
    mime, extension = TYPES[kind]
    return Original(out.getvalue(), mime, extension, bare.width, bare.height)
