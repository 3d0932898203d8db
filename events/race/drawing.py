"""A course as a small picture: its line seen from above, and its heights. SVG of its own, without anything from outside
and without styles, which the pages' policy forbids."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from venues.lines import plane

WIDE, HIGH, EDGE = 480.0, 300.0, 14.0
PROFILE_HIGH = 110.0
LEAST_SPAN = 20.0  # metres of height that fill the picture: a flat course looks flat


class Mark(NamedTuple):
    """A place on the line. ``tone`` decides its colour: start, finish, spectator, other."""

    lng: float
    lat: float
    tone: str
    words: str


COLOURS = {"start": "#2e7d32", "finish": "#b71c1c", "spectator": "#1565c0"}


def line_svg(line: Sequence[Any], marks: Iterable[Mark], label: str) -> SafeString:
    """North is up; metres are as long in every direction."""
    marks = list(marks)
    vertices: list[Any] = [*line, *((mark.lng, mark.lat) for mark in marks)]
    places = plane(vertices, vertices[0])
    east, north = [place[0] for place in places], [place[1] for place in places]
    wide, high = max(east) - min(east), max(north) - min(north)
    scale = min((WIDE - 2 * EDGE) / (wide or 1), (HIGH - 2 * EDGE) / (high or 1))
    height = round(high * scale + 2 * EDGE)
    left = (WIDE - wide * scale) / 2
    drawn = [
        (round(left + (place[0] - min(east)) * scale, 1), round(EDGE + (max(north) - place[1]) * scale, 1))
        for place in places
    ]
    path = " ".join(f"{x},{y}" for x, y in drawn[: len(line)])
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="#fff" stroke-width="1.5"><title>{}</title></circle>',
        (
            (x, y, 6 if mark.tone in COLOURS else 4, COLOURS.get(mark.tone, "#616161"), mark.words)
            for (x, y), mark in zip(drawn[len(line) :], marks, strict=True)
        ),
    )
    return format_html(
        '<svg class="course-line" viewBox="0 0 {} {}" role="img" aria-label="{}" width="100%">'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="3" stroke-linejoin="round"/>{}</svg>',
        round(WIDE),
        height,
        label,
        path,
        dots,
    )


def profile_svg(profile: Sequence[Sequence[float]], label: str) -> SafeString:
    """Kilometres to the right, heights upwards; the lowest and the highest are written beside it."""
    if len(profile) < 2:
        return SafeString("")
    heights = [height for _km, height in profile]
    low, top = min(heights), max(heights)
    span = max(top - low, LEAST_SPAN)
    base, room = PROFILE_HIGH - 22, PROFILE_HIGH - 40
    whole = profile[-1][0]
    drawn = [
        (round(EDGE + km / whole * (WIDE - 2 * EDGE), 1), round(base - (height - low) / span * room, 1))
        for km, height in profile
    ]
    path = " ".join(f"{x},{y}" for x, y in drawn)
    return format_html(
        '<svg class="course-profile" viewBox="0 0 {} {}" role="img" aria-label="{}" width="100%">'
        '<polygon points="{},{} {} {},{}" fill="currentColor" fill-opacity="0.15"/>'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2"/>{}</svg>',
        round(WIDE),
        round(PROFILE_HIGH),
        label,
        round(EDGE),
        round(base),
        path,
        round(WIDE - EDGE),
        round(base),
        path,
        _scale(low, top, whole),
    )


def _scale(low: float, top: float, whole: float) -> SafeString:
    """The highest and the lowest metres, and the length in kilometres."""
    return format_html(
        '<text x="{}" y="12" font-size="12" fill="currentColor">{} m</text>'
        '<text x="{}" y="{}" font-size="12" fill="currentColor">{} m</text>'
        '<text x="{}" y="{}" font-size="12" fill="currentColor" text-anchor="end">{} km</text>',
        round(EDGE),
        round(top),
        round(EDGE),
        round(PROFILE_HIGH - 6),
        round(low),
        round(WIDE - EDGE),
        round(PROFILE_HIGH - 6),
        f"{whole:g}",
    )
