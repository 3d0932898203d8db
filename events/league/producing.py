"""The matches of a stage, made: all against all in its groups, or a knock-out whose sides are filled in by results.

Each is a draft of the schedule without a time yet, with the next numbers of the event. Nothing of it is public before
a release.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.changes.edits import Edit, edit
from events import drafts
from events.league import draws
from events.league.drawing import prepare_stage, refuse_if_made, refuse_other_kind
from events.league.entrants import Entrants, Field, entrants
from events.league.entries import entries_of
from events.league.matches import drop_matches, write_matches
from events.league.models import Entry, Group, Match, Side, Stage, StageKind
from events.league.page_words import final_name, pairing_title, place_title, round_name
from events.league.sources import BestRunnerUp, Given, LoserOf, RankOf, Source, WinnerOf
from events.models import Event, Precision, Slot, SlotKind
from events.releases import hold

MOST_LEGS = 4
MOST_TEAMS = 128  # of a knock-out
LONGEST_TITLE = Slot._meta.get_field("title").max_length or 160


@dataclass(frozen=True)
class Made:
    """Matches in the order of their numbers. ``number``: that of the draw, where lots were drawn."""

    stage: Stage
    matches: list[Match]
    number: int | None = None
    entrants: Entrants | None = field(default=None, repr=False)


# Groups


def group_matches(stage: Stage, legs: int = 1) -> Made:
    """What ``make_group_matches`` would make. Five queries. Raises ValidationError, by field."""
    refuse_other_kind(stage, StageKind.GROUPS)
    refuse_if_made(stage)
    if not 1 <= legs <= MOST_LEGS:
        message = _("Choose from 1 to %(most)d legs.") % {"most": MOST_LEGS}
        raise ValidationError({"legs": ValidationError(message, code="legs")})
    rounds = _rounds(stage, legs)
    drafts.refuse_too_many(sum(len(games) for games in rounds))
    number = _last_number(stage.event) + 1
    made: list[Match] = []
    for turn, games in enumerate(rounds):
        for group, per_leg, home, away in games:
            match = Match(stage=stage, group=group, home=home, away=away, number=number + len(made))
            match.round, match.leg = turn + 1, turn // per_leg + 1
            match.round_name = round_name(turn + 1)
            match.slot = _slot(stage.event, _title(match))
            made.append(match)
    return Made(stage, made)


def make_group_matches(stage: Stage, legs: int = 1, by: Any = None) -> Made:
    """All against all in each group of a stage, ``legs`` times, by the circle method; a bye gives no slot.

    Matches are numbered round by round, so that they can be played in that order. Who has withdrawn plays none. Raises
    ValidationError, by field, where matches of the stage exist (``has_matches``), it has no groups, or a group has
    fewer than two teams. Then nothing has been written.
    """
    with edit(by=by) as unit:
        stage.event = hold(stage.event)
        return _written(group_matches(stage, legs), unit, by)


# With the number of rounds in a leg of its group.
Game = tuple[Group, int, Entry, Entry]


def _rounds(stage: Stage, legs: int) -> list[list[Game]]:
    """Round by round, and in these by group."""
    groups = list(Group.objects.filter(stage=stage)) if stage.pk else []
    if not groups:
        message = _("“%(stage)s” has no groups yet. Draw them first.") % {"stage": stage}
        raise ValidationError({"stage": ValidationError(message, code="no_groups")})
    entries = [entry for entry in entries_of(stage.event) if not entry.withdrawn]
    rounds: list[list[Game]] = []
    errors = []
    for group in groups:
        teams = [entry for entry in entries if entry.group_id == group.pk]
        if len(teams) < 2:
            message = _("“%(group)s” needs two teams or more.") % {"group": group}
            errors.append(ValidationError(message, code="too_few"))
        found = draws.round_robin(teams, legs)
        rounds += [[] for _round in range(len(found) - len(rounds))]
        for games, mine in zip(found, rounds, strict=False):
            mine += [(group, len(found) // legs, home, away) for home, away in games]
    if errors:
        raise ValidationError({"stage": errors})
    return rounds


# Knock-out


def knock_out(
    stage: Stage,
    of: Field,
    *,
    size: int | None = None,
    third_place: bool = False,
    seed_number: int | None = None,
) -> Made:
    """What ``make_knock_out`` would make. Raises ValidationError, by field."""
    refuse_other_kind(stage, StageKind.KNOCK_OUT)
    refuse_if_made(stage)
    found = entrants(stage.event, of, size, seed_number)
    if not 2 <= len(found.order) <= MOST_TEAMS:
        message = _("A knock-out is played by 2 to %(most)d teams; these are %(count)d.")
        words = {"most": MOST_TEAMS, "count": len(found.order)}
        raise ValidationError({"size": ValidationError(message % words, code="size")})
    try:
        first = _last_number(stage.event) + 1
        rounds = draws.knock_out(len(found.order), third_place, first)
    except ValidationError as error:
        raise ValidationError({"third_place": error}) from error
    rounds = draws.entered(rounds, draws.apart(found.order, found.groups.get))
    by_number: dict[int, Match] = {}
    for games in rounds:
        for place, pairing in enumerate(games, start=1):
            alone = len(games) == 1 or pairing.field == 2
            by_number[pairing.number] = _knock_out_match(stage, pairing, 0 if alone else place, found, by_number)
    return Made(stage, list(by_number.values()), found.number, found)


def make_knock_out(stage: Stage, of: Field, by: Any = None, **how: Any) -> Made:
    """A knock-out whose later sides say which match they come from; ``how`` as ``knock_out`` takes it.

    ``of`` is one of:

    - ``Field.GROUPS``: the places that go on from the event's first stage of groups, and the best of those right
      behind, as the rules of the competition have it: the winners are the best seeds, and stand in the order of groups.
    - ``Field.SEEDS``: the seeds 1, 2, … as they are, ``size`` of them at most.
    - ``Field.ENTRIES``: all teams; the seeds first, the others in an order that is drawn out of ``seed_number``.

    Teams of one group do not meet in the first round where that can be, as far as it is known who they are. With a
    field that is no power of two the best seeds have a bye. Raises ValidationError, by field, as ``make_group_matches``
    does; then nothing has been written.
    """
    with edit(by=by) as unit:
        stage.event = hold(stage.event)
        return _written(knock_out(stage, of, **how), unit, by)


def _knock_out_match(
    stage: Stage, pairing: draws.Pairing, place: int, found: Entrants, before: dict[int, Match]
) -> Match:
    """``place`` in its round, 0 where it is the only one of its kind."""
    match = Match(stage=stage, number=pairing.number, round=pairing.round)
    match.round_name = final_name(pairing.field, third_place=pairing.third_place)
    for side in Side.values:
        source: Source = getattr(pairing, side)
        if isinstance(source, Given):
            setattr(match, side, found.entries[str(source.team)])
        else:
            setattr(match, f"{side}_source", _stored(source, before))
    known = match.home is not None and match.away is not None
    match.slot = _slot(stage.event, _title(match) if known else place_title(match.round_name, place))
    return match


def _stored(source: Source, before: dict[int, Match]) -> dict[str, Any]:
    """As ``placeholders`` has it."""
    match source:
        case RankOf(group, place):
            return {"group": group, "place": place}
        case BestRunnerUp(number):
            return {"runner_up": number}
        case WinnerOf(number):
            return {"winner_of": str(before[number].slot.uid)}
        case LoserOf(number):
            return {"loser_of": str(before[number].slot.uid)}
    raise AssertionError(source)  # seeds were exchanged for entrants


# What both end with


def take_back(stage: Stage, by: Any = None) -> int:
    """Deletes the matches of a stage with their slots; returns how many there were. Raises ValidationError, code
    ``released``, where visitors know one of them."""
    with edit(by=by) as unit:
        event = stage.event = hold(stage.event)
        matches = list(Match.objects.filter(stage=stage).select_related("slot"))
        known = set(event.released_slots.values_list("uid", flat=True))
        out = [match for match in matches if match.slot.uid in known]
        if out:
            names = ", ".join(drafts.named(match.slot) for match in out[:5])
            message = _("Visitors know matches of this stage: %(slots)s. Cancel those instead.") % {"slots": names}
            raise ValidationError({"stage": ValidationError(message, code="released")})
        slots = [match.slot for match in matches]
        drop_matches(event, matches, unit)
        drafts.drop(slots, unit)
        if matches:
            note = _("%(stage)s: %(count)d matches deleted") % {"stage": stage, "count": len(matches)}
            drafts.note_change(event, "matches", unit, by=by, note=note)
    return len(matches)


def _written(made: Made, unit: Edit, by: Any) -> Made:
    event, matches = made.stage.event, made.matches
    prepare_stage(event, made.stage)
    slots = drafts.add(event, [match.slot for match in matches], unit)
    for match, slot in zip(matches, slots, strict=True):
        match.slot, match.stage = slot, made.stage  # whose keys are known by now
    write_matches(event, matches, unit)
    text = _("%(stage)s: %(count)d matches made, numbers %(first)d to %(last)d.")
    words = {"stage": made.stage, "count": len(matches), "first": matches[0].number, "last": matches[-1].number}
    note = text % words
    if made.number is not None:
        note += " " + _("Lots were drawn with the number %(number)d.") % {"number": made.number}
    drafts.note_change(event, "matches", unit, by=by, note=note)
    return made


def _last_number(event: Event) -> int:
    return Match.objects.filter(slot__event=event).aggregate(last=Max("number"))["last"] or 0


def _slot(event: Event, title: dict[str, str]) -> Slot:
    slot = Slot(event=event, slot_kind=SlotKind.MATCH, title=title, precision=Precision.TBA, sample=event.sample)
    slot.derive_times(event)
    return slot


def _title(match: Match) -> dict[str, str]:
    """With short names where the whole ones make it too long."""
    home, away = match.home, match.away
    assert home is not None
    assert away is not None
    one, other = ([entry.team.name, entry.team.short_name or entry.team.name] for entry in (home, away))
    return pairing_title(match.group.name if match.group else None, match.round_name, one, other, LONGEST_TITLE)
