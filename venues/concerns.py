"""What a notice is about: venues, and what higher floors know of, which they register when they start."""

from collections.abc import Callable
from typing import Any

from media.serializers import load_pictures
from venues.models import VenueImage

Loader = Callable[[list[Any]], None]
_loaders: list[Loader] = []


def register_concerns(loader: Loader) -> None:
    """``loader`` is given notices with ``shown_events`` and ``district_wide``, and puts in what it knows."""
    if loader not in _loaders:
        _loaders.append(loader)


def load_concerns(notices: list[Any]) -> None:
    """Sets what a notice says of what it is about: the public part of it, with pictures."""
    for notice in notices:
        venues = [place.venue for place in notice.places.all()]
        notice.district_wide = not venues
        notice.shown_venues = [venue for venue in venues if venue.public]
        notice.shown_events = []
    load_pictures(VenueImage, [venue for notice in notices for venue in notice.shown_venues])
    for loader in _loaders:
        loader(notices)
