"""Teams and the competitions that they are in; every argument can be overridden. Published unless told otherwise."""

import itertools
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from core.changes.edits import edit
from core.publication import State
from events.league.models import Competition, Entry, Group, Stage, Team
from events.models import Event, Slot
from tests import factories
from tests.factories import text

_numbers = itertools.count(1)


def team(published: bool = True, **fields: Any) -> Team:
    number = next(_numbers)
    defaults = {
        "slug": f"works-{number}",
        "name": text(f"厂{number}", en=f"Works {number}", de=f"Werk {number}"),
    }
    with edit() as unit:
        if "organizer" not in fields:
            fields["organizer"] = factories.organizer()
        made = Team(**{**defaults, **fields})
        made.full_clean()
        if published:
            made.state, made.first_published_at = State.PUBLISHED, unit.moment
        made.save()
    return made


def entry(event: Event, team: Team, **fields: Any) -> Entry:
    made = Entry(event=event, team=team, **fields)
    made.full_clean()
    made.save()
    return made


def groups(event: Event, *slugs: str) -> list[Group]:
    """``groups(cup, "a", "b")`` in one stage of groups, made where there is none; the event gets its competition."""
    Competition.objects.get_or_create(event=event)
    first = Stage.objects.filter(event=event, kind="groups").first()
    stage = first or Stage(event=event, slug="groups", name=text("小组赛", en="Group stage"), position=1)
    stage.save()
    made = []
    for position, slug in enumerate(slugs):
        group = Group(event=event, stage=stage, slug=slug, name=text(f"{slug.upper()}组"), position=position)
        group.full_clean()
        group.save()
        made.append(group)
    return made


def plays(slot: Slot, *teams: Any) -> Slot:
    """The first at home, the second away."""
    for billing, (side, who) in enumerate(zip(("home", "away"), teams, strict=False), start=1):
        factories.takes_part(slot, who.participant, role=side, billing=billing)
    return slot


def cup(teams: Iterable[Team], **fields: Any) -> SimpleNamespace:
    """A cup of May 2026 in which these teams are entered, in one group."""
    with edit():
        event = factories.league(**{"slug": "cup", "event_kind": "cup", **fields})
        (group,) = groups(event, "a")
        entries = [entry(event, each, group=group, seed=seed) for seed, each in enumerate(teams, start=1)]
    return SimpleNamespace(event=event, group=group, entries=entries)
