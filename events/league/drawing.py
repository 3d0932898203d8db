"""The draw: the teams of a competition into its groups, seeds apart, out of a number that anybody can check it with.

``draws.groups`` draws the slugs of the teams with a generator that starts at that number, and the log of the event
keeps it. So a draw that is made from a number which nobody could choose, the dice of a guest on the stage, is as public
as one from a bowl.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.changes.edits import Edit, edit
from core.translations import show
from events import drafts
from events.league import draws
from events.league.entries import LETTERS, entries_of
from events.league.models import Competition, Entry, Group, Match, Stage, StageKind
from events.league.page_words import group_name, knock_out_name, stage_name
from events.models import Event
from events.releases import hold

LAST_NUMBER = 2**31 - 1
SLUGS = {StageKind.GROUPS: "groups", StageKind.KNOCK_OUT: "knock-out"}


@dataclass(frozen=True)
class Draw:
    """``groups``: each with its entries, seeds first and then as drawn; a new group is not stored yet. ``out``: who has
    withdrawn, and is in no group then."""

    number: int
    groups: list[tuple[Group, list[Entry]]]
    out: list[Entry]

    @property
    def seeds(self) -> int:
        return sum(entry.seed is not None for _group, entries in self.groups for entry in entries)

    @property
    def teams(self) -> int:
        return sum(len(entries) for _group, entries in self.groups)


def drawn(event: Event, stage: Stage, count: int, seed_number: int) -> Draw:
    """What ``draw_groups`` would write. Three queries. Raises ValidationError, by field."""
    check_number(seed_number)
    refuse_other_kind(stage, StageKind.GROUPS)
    refuse_if_made(stage)
    there = list(Group.objects.filter(event=event))
    everybody = list(entries_of(event))
    for entry in everybody:
        entry.event = event
    entries = [entry for entry in everybody if not entry.withdrawn]
    _refuse_elsewhere(entries, stage, {group.pk: group for group in there})
    by_slug = {entry.team.slug: entry for entry in entries}
    seeded = sorted((entry for entry in entries if entry.seed), key=lambda entry: entry.seed or 0)
    try:
        found = draws.groups(list(by_slug), count, [entry.team.slug for entry in seeded], Random(seed_number))  # noqa: S311
    except ValidationError as error:
        raise ValidationError({"count": error}) from error
    groups = _groups(event, stage, count, there)
    own = {group.pk for group in there if group.stage_id == stage.pk}
    return Draw(
        seed_number,
        [(group, [by_slug[slug] for slug in slugs]) for group, slugs in zip(groups, found, strict=True)],
        [entry for entry in everybody if entry.withdrawn and entry.group_id in own],
    )


def draw_groups(event: Event, stage: Stage, count: int, seed_number: int, by: Any) -> Draw:
    """Draws all teams that have not withdrawn into ``count`` groups of a stage; the first groups are the larger ones.

    Groups that are there are used, others are made; who was in a group before is in the one drawn now. The same
    entries, seeds and number give the same groups. Visitors see them at once; the log of the event keeps the number.

    Raises ValidationError, by field, where matches of the stage exist (``has_matches``), the stage has more groups than
    that or letters do not suffice, there are fewer teams than groups, or a team is in a group of another stage. Then
    nothing has been written.
    """
    with edit(by=by) as unit:
        event = hold(event)
        seen = drawn(event, stage, count, seed_number)
        _write(event, seen, unit)
        drafts.note_change(event, "groups", unit, by=by, note=_told(seen))
    return seen


def check_number(seed_number: int) -> None:
    if not 0 <= seed_number <= LAST_NUMBER:
        message = _("Enter a number between 0 and %(last)d.") % {"last": LAST_NUMBER}
        raise ValidationError({"number": ValidationError(message, code="number")})


def stage_of(event: Event, kind: StageKind, slug: str = "") -> Stage:
    """The event's stage of that name; without one its first of that kind, or a new one, which is not stored yet.
    Raises ValidationError where there is none of that name."""
    rows = Stage.objects.filter(event=event)
    found = rows.filter(slug=slug).first() if slug else rows.filter(kind=kind).first()
    if found is not None:
        found.event = event
        return found
    if slug:
        message = _("The event has no stage “%(slug)s”.") % {"slug": slug}
        raise ValidationError({"stage": ValidationError(message, code="unknown")})
    name = stage_name() if kind == StageKind.GROUPS else knock_out_name()
    position = max(rows.values_list("position", flat=True), default=-1) + 1
    return Stage(event=event, slug=SLUGS[kind], name=name, kind=kind, position=position)


def prepare_stage(event: Event, stage: Stage) -> None:
    """A new one is stored, and the competition with it where there is none."""
    if not Competition.objects.filter(event=event).exists():
        Competition(event=event).save()
    if stage.pk is None:
        stage.event = event
        stage.full_clean()
        stage.save()


def refuse_if_made(stage: Stage) -> None:
    """Raises ValidationError, code ``has_matches``, where matches of the stage exist."""
    made = Match.objects.filter(stage=stage).count() if stage.pk else 0
    if made:
        text = ngettext(
            "“%(stage)s” has %(count)d match already. Delete it first.",
            "“%(stage)s” has %(count)d matches already. Delete them first.",
            made,
        )
        message = text % {"stage": stage, "count": made}
        raise ValidationError({"stage": ValidationError(message, code="has_matches")})


def refuse_other_kind(stage: Stage, kind: StageKind) -> None:
    if stage.kind != kind:
        message = _("“%(stage)s” is a stage of another kind: %(kind)s.")
        words = {"stage": stage, "kind": stage.get_kind_display()}
        raise ValidationError({"stage": ValidationError(message % words, code="kind")})


def _refuse_elsewhere(entries: Iterable[Entry], stage: Stage, groups: Mapping[int, Group]) -> None:
    """A team is in one group at most: a second stage of groups is made of places in the first one's."""
    for entry in entries:
        group = groups.get(entry.group_id or 0)
        if group is not None and group.stage_id != stage.pk:
            message = _("“%(team)s” is in “%(group)s” of another stage. Take it out there first.")
            words = {"team": entry.team, "group": group}
            raise ValidationError({"stage": ValidationError(message % words, code="elsewhere")})


def _groups(event: Event, stage: Stage, count: int, there: list[Group]) -> list[Group]:
    """Those of the stage in their order, and new ones behind them, named by the next letters."""
    own = sorted((group for group in there if group.stage_id == stage.pk), key=lambda group: (group.position, group.pk))
    if len(own) > count:
        message = _("“%(stage)s” has %(there)d groups. Draw into all of them, or delete those left over first.")
        words = {"stage": stage, "there": len(own)}
        raise ValidationError({"count": ValidationError(message % words, code="count")})
    taken = {group.slug for group in there}
    free = [letter for letter in LETTERS if letter.lower() not in taken]
    more = count - len(own)
    if more > len(free):
        message = ngettext(
            "There is a letter for %(count)d more group.", "There are letters for %(count)d more groups.", len(free)
        )
        raise ValidationError({"count": ValidationError(message % {"count": len(free)}, code="count")})
    last = max((group.position for group in there), default=0)
    new = [
        Group(event=event, stage=stage, slug=letter.lower(), name=group_name(letter), position=place)
        for place, letter in enumerate(free[:more], start=last + 1)
    ]
    return [*own, *new]


def _write(event: Event, seen: Draw, unit: Edit) -> None:
    prepare_stage(event, seen.groups[0][0].stage)
    new = [group for group, _entries in seen.groups if group.pk is None]
    for group in new:
        group.full_clean(validate_unique=False, validate_constraints=False, exclude=("event", "stage"))
        group.stage = group.stage  # whose key is known by now
    seen.groups[0][0].enter(unit)  # raises the event's version
    Group.objects.insert(new)
    placed = [(entry, group) for group, entries in seen.groups for entry in entries]
    moved = [(entry, group) for entry, group in placed if entry.group_id != group.pk]
    for entry, group in moved:
        entry.group = group
    for entry in seen.out:
        entry.group = None
    Entry.objects.rewrite([*(entry for entry, _group in moved), *seen.out], ["group"])


def _told(seen: Draw) -> str:
    """“Drawn with the number 20250507: 42 teams, 8 of them seeded, into 10 groups. A组: …”, for the log."""
    text = _("Drawn with the number %(number)d: %(teams)d teams, %(seeds)d of them seeded, into %(groups)d groups.")
    words = {"number": seen.number, "teams": seen.teams, "seeds": seen.seeds, "groups": len(seen.groups)}
    lines = [f"{show(group.name)}: {', '.join(str(entry.team) for entry in entries)}" for group, entries in seen.groups]
    return "\n".join([text % words, *lines])
