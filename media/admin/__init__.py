"""The library in the admin."""

from media.admin.image import ImageAdmin
from media.admin.media_object import MediaAdmin
from media.admin.media_rows import MediaRows
from media.admin.rows import PictureRows

__all__ = ["ImageAdmin", "MediaAdmin", "MediaRows", "PictureRows"]
