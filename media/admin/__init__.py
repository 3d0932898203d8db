"""The library in the admin."""

from media.admin.image import ImageAdmin
from media.admin.rows import PictureRows

__all__ = ["ImageAdmin", "PictureRows"]
