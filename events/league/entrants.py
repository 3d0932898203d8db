"""Who enters a knock-out, the best seed first: places in groups, seeds, or all teams of a competition."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.league.drawing import check_number
from events.league.entries import entries_of
from events.league.knowledge import know
from events.league.models import Entry, Group
from events.league.ranking import stable
from events.league.sources import BestRunnerUp, Given, RankOf, Source
from events.models import Event


class Field(models.TextChoices):
    GROUPS = "groups", gettext_lazy("those who go on from the groups")
    SEEDS = "seeds", gettext_lazy("the seeded teams")
    ENTRIES = "entries", gettext_lazy("all teams")


@dataclass(frozen=True)
class Entrants:
    """``groups``: the group of each, as far as it is known. ``entries``: by the team's slug. ``number``: that of the
    draw, where lots were drawn."""

    order: list[Source]
    groups: dict[Source, str] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    number: int | None = None


def entrants(event: Event, of: Field, size: int | None = None, seed_number: int | None = None) -> Entrants:
    """Raises ValidationError, by field."""
    if of == Field.GROUPS:
        return _from_groups(event)
    entries = [entry for entry in entries_of(event) if not entry.withdrawn]
    seeded = sorted((entry for entry in entries if entry.seed), key=lambda entry: entry.seed or 0)
    if of == Field.SEEDS:
        if size is not None and size > len(seeded):
            message = _("Only %(count)d teams are seeded.") % {"count": len(seeded)}
            raise ValidationError({"size": ValidationError(message, code="size")})
        return _given(seeded[:size])
    if seed_number is None:
        return _given(seeded) if len(seeded) == len(entries) else _refuse_without_number()
    check_number(seed_number)
    others = {entry.team.slug: entry for entry in entries if not entry.seed}
    slugs = Random(seed_number).sample(stable(others), len(others))  # noqa: S311
    return _given([*seeded, *(others[slug] for slug in slugs)], seed_number)


def _refuse_without_number() -> Entrants:
    message = _("Not all teams are seeded: enter the number that the order of the others is drawn with.")
    raise ValidationError({"number": ValidationError(message, code="required")})


def _given(entries: Sequence[Entry], number: int | None = None) -> Entrants:
    sources: list[Source] = [Given(entry.team.slug) for entry in entries]
    groups = {source: entry.group.slug for source, entry in zip(sources, entries, strict=True) if entry.group}
    return Entrants(sources, groups, {entry.team.slug: entry for entry in entries}, number)


def _from_groups(event: Event) -> Entrants:
    """As the rules of the competition have it. A runner-up's group is known once all groups are final."""
    known = know(event)
    stage = next((group.stage_id for group in known.groups), None)  # sources name the first stage of groups only
    groups = [group for group in known.groups if group.stage_id == stage]
    rule = known.advance
    if not groups or not (rule.first or rule.runners_up):
        message = _("Nobody goes on from groups. Draw the groups, and say in the rules how many places advance.")
        raise ValidationError({"of": ValidationError(message, code="nobody")})
    if rule.runners_up > len(groups):
        message = _("The rules let %(best)d of the runners-up go on; there are %(groups)d groups.")
        words = {"best": rule.runners_up, "groups": len(groups)}
        raise ValidationError({"of": ValidationError(message % words, code="nobody")})
    _refuse_small(groups, list(known.entries.values()), rule.first)
    places = [RankOf(group.slug, place) for place in range(1, rule.first + 1) for group in groups]
    best = [BestRunnerUp(number) for number in range(1, rule.runners_up + 1)]
    of_group: dict[Source, str] = {source: source.group for source in places}
    slugs = {group.pk: group.slug for group in groups}
    for source in best:
        who = known.who({"runner_up": source.number})
        entry = known.entries.get(who.slug) if who else None
        if entry is not None and entry.group_id in slugs:
            of_group[source] = slugs[entry.group_id]
    return Entrants([*places, *best], of_group)


def _refuse_small(groups: list[Group], entries: list[Entry], places: int) -> None:
    sizes = Counter(entry.group_id for entry in entries if not entry.withdrawn)
    errors = [
        _("“%(group)s” has %(teams)d teams, and %(places)d places advance.")
        % {"group": group, "teams": sizes[group.pk], "places": places}
        for group in groups
        if 0 < sizes[group.pk] < places
    ]
    if errors:
        raise ValidationError({"of": [ValidationError(error, code="too_few") for error in errors]})
