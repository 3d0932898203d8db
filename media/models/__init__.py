"""The library: pictures (``image``), audio and documents (``media_object``), and what shows them (``showing``)."""

from media.models.image import PICTURE, Image, Placement, Rendition, original_path
from media.models.media_object import MediaFile, MediaKind, MediaObject, MediaPlacement
from media.models.showing import Showing, Shown, ShownQuerySet, showing

__all__ = [
    "PICTURE",
    "Image",
    "MediaFile",
    "MediaKind",
    "MediaObject",
    "MediaPlacement",
    "Placement",
    "Rendition",
    "Showing",
    "Shown",
    "ShownQuerySet",
    "original_path",
    "showing",
]
