"""What the page of a draw shows: how far the season is, and what a step would do."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.translations import show
from events.league.admin.draw_forms import StepForm
from events.league.drawing import Draw
from events.league.models import Entry, Match, Side, Stage
from events.league.page_words import words_of
from events.league.placeholders import Ground
from events.league.producing import Made
from events.league.scheduling import Scheduled
from events.league.timetabling import Reason
from events.models import Event
from events.placing import place_of
from venues.hours_words import long_date

REASONS = {
    Reason.TAKEN: _("taken by another match"),
    Reason.SPACE: _("not its place"),
    Reason.REST: _("too little rest for a team"),
    Reason.SAME_DAY: _("a team plays on that day already"),
    Reason.ORDER: _("too early or too late for the matches that it depends on"),
    Reason.FEEDER: _("a match before it has no time yet"),
}


@dataclass
class DrawPage:
    """``asked`` is the step that was posted, ``seen`` what it would do; None where it was refused."""

    event: Event
    stages: list[Stage]
    forms: dict[str, StepForm]
    may_edit: bool
    asked: str = ""
    seen: Draw | Made | Scheduled | None = None
    stale: bool = False

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.filter(event=self.event, withdrawn=False))

    @cached_property
    def matches(self) -> list[Match]:
        return list(Match.objects.filter(slot__event=self.event).select_related("slot"))

    @property
    def seeds(self) -> int:
        return sum(entry.seed is not None for entry in self.entries)

    @property
    def without_group(self) -> int:
        return sum(entry.group_id is None for entry in self.entries)

    @property
    def open(self) -> int:
        return sum(match.slot.starts_at is None and match.slot.on_date is None for match in self.matches)

    @property
    def made(self) -> list[dict[str, Any]]:
        """The stages that have matches."""
        counts = Counter(match.stage_id for match in self.matches)
        return [{"stage": stage, "count": counts[stage.pk]} for stage in self.stages if counts[stage.pk]]

    # Previews

    @property
    def groups(self) -> list[dict[str, Any]]:
        assert isinstance(self.seen, Draw)
        return [{"name": str(group), "entries": entries} for group, entries in self.seen.groups]

    @property
    def pairings(self) -> list[dict[str, Any]]:
        assert isinstance(self.seen, Made)
        made = self.seen.matches
        ground = Ground({str(match.slot.uid): match.number for match in made}, self._group_names())
        return [self._pairing(match, ground) for match in made]

    def _group_names(self) -> dict[str, Any]:
        return {group.slug: group.name for stage in self.stages for group in stage.groups.all()}

    def _pairing(self, match: Match, ground: Ground) -> dict[str, Any]:
        sides = {}
        for side in Side.values:
            entry = getattr(match, side)
            source = getattr(match, f"{side}_source")
            sides[side] = {"name": str(entry) if entry else show(words_of(source, ground)), "known": bool(entry)}
        group = show(match.group.name) if match.group else ""
        return {"number": match.number, "round": show(match.round_name), "group": group, **sides}

    @property
    def days(self) -> list[dict[str, Any]]:
        """The drafts that have found a time, by day."""
        assert isinstance(self.seen, Scheduled)
        found: dict[Any, list[dict[str, Any]]] = {}
        for slot in self.seen.placed:
            row = {"at": localtime(slot.starts_at), "place": str(place_of(slot)), "title": show(slot.title)}
            found.setdefault(slot.day, []).append(row)
        return [{"day": long_date(day), "rows": rows} for day, rows in found.items()]

    @property
    def left(self) -> list[dict[str, Any]]:
        assert isinstance(self.seen, Scheduled)
        return [
            {"title": show(slot.title), "why": [(REASONS[reason], count) for reason, count in why.items()]}
            for slot, why in self.seen.left
        ]
