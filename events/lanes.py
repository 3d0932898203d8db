"""Slots that take place at the same time in one column of a timetable, side by side."""

from collections.abc import Sequence

Span = tuple[int, int]


def lanes(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """For each span (start, end) its lane and how many lanes it shares the column with.

    Half-open: what ends at seven leaves its lane to what starts at seven. Spans that overlap, also through others,
    share the column evenly; the others have its whole width.
    """
    found: list[tuple[int, int]] = [(0, 1)] * len(spans)
    group: list[tuple[int, int]] = []  # (place in spans, lane)
    ends: list[int] = []  # of each lane of the group
    for place in sorted(range(len(spans)), key=lambda each: (spans[each][0], -spans[each][1], each)):
        start, end = spans[place]
        if ends and start >= max(ends):
            _close(group, len(ends), found)
            group, ends = [], []
        lane = next((lane for lane, until in enumerate(ends) if until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        group.append((place, lane))
    _close(group, len(ends), found)
    return found


def _close(group: list[tuple[int, int]], count: int, found: list[tuple[int, int]]) -> None:
    for place, lane in group:
        found[place] = (lane, count)
