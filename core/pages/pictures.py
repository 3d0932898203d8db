"""Pictures on pages: the full shape of the API, as a browser wants it."""

from collections.abc import Mapping
from typing import Any

Picture = Mapping[str, Any]
# A browser takes the first type that it knows.
TYPES = ("image/avif", "image/webp")


def in_ratio(picture: Picture, ratio: str) -> list[dict[str, Any]]:
    return [each for each in picture["renditions"] if each["ratio"] == ratio]


def sources(picture: Picture, ratio: str) -> dict[str, Any]:
    """The element's: ``sets`` of type and ``srcset``; of the ``img`` the middle one, for browsers that know no sets."""
    cuts = in_ratio(picture, ratio)
    by_type = {kind: [each for each in cuts if each["type"] == kind] for kind in TYPES}
    plain = by_type["image/webp"]
    return {
        "sets": [
            (kind, ", ".join(f"{each['url']} {each['width']}w" for each in found))
            for kind, found in by_type.items()
            if found
        ],
        "img": plain[len(plain) // 2] if plain else None,
    }


def largest(picture: Picture, ratio: str) -> dict[str, Any] | None:
    """The largest WebP: search engines read it, and not all of them AVIF."""
    cuts = [each for each in in_ratio(picture, ratio) if each["type"] == "image/webp"]
    return max(cuts, key=lambda each: each["width"], default=None)
