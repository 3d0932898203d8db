"""Venues that a closed road may cut off."""

from collections.abc import Sequence
from typing import Any

from core.geo import Box
from core.nearby import in_box
from core.publication import State
from events.race.lines import metres_away
from venues.models import Venue
from venues.models.routes import bounds

REACH = 300.0  # metres
# A degree of latitude or longitude is this long at least where people run, up to 65 degrees from the equator.
SHORTEST_DEGREE = 46_000.0


def venues_near(line: Sequence[Any], *, is_area: bool = False, reach: float = REACH) -> list[tuple[Venue, int]]:
    """Published venues within ``reach`` metres of a line, or within an area, the nearest first; one query. Those whose
    position is approximate are as near as it says."""
    if len(line) < 2:
        return []
    west, south, east, north = bounds(line)
    wider = reach / SHORTEST_DEGREE
    box = Box(west - wider, south - wider, east + wider, north + wider)
    rows = Venue._base_manager.filter(in_box(box), state=State.PUBLISHED).order_by("pk")
    found = [(venue, metres_away(venue.point, line, area=is_area)) for venue in rows if venue.point]
    near = [(venue, round(metres)) for venue, metres in found if metres <= reach]
    return sorted(near, key=lambda each: (each[1], each[0].slug))
