"""A competition with groups and a knock-out; every argument can be overridden."""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from core.changes.edits import edit
from core.publication import State
from events.league.matches import write_matches
from events.league.models import Competition, Entry, Group, Match, Result, Stage, Team
from events.league.results import record
from events.releases import hold
from tests import factories
from tests.factories import at, text

_numbers = itertools.count(1)
OPENING = at(2026, 5, 2, 10)
HOUR = timedelta(hours=1)


def team(slug: str, organizer: Any, **fields: Any) -> Team:
    name = fields.pop("name", text(f"{slug}队", en=slug.title()))
    made = Team(slug=slug, name=name, organizer=organizer, state=State.PUBLISHED, **fields)
    made.save()
    return made


def cup(groups: Mapping[str, str], slug: str = "cup", **rules: Any) -> SimpleNamespace:
    """``cup({"a": "steel press", "b": "mill forge"}, advance=1)``: a cup of May 2026, drawn, with a final stage."""
    with edit():
        event = factories.league(slug=slug, **rules.pop("event", {}))
        Competition(event=event, **rules).save()
        stages = {
            kind: Stage(event=event, slug=kind, name=text(kind), kind=kind, position=place)
            for place, kind in enumerate(("groups", "knock_out"))
        }
        stages["groups"].save()
        stages["knock_out"].slug = "finals"
        stages["knock_out"].save()
        drawn, entries = {}, {}
        for place, (name, slugs) in enumerate(groups.items()):
            title = text(f"{name.upper()}组", en=f"Group {name.upper()}")
            drawn[name] = Group(event=event, stage=stages["groups"], slug=name, name=title, position=place)
            drawn[name].save()
            for each in slugs.split():
                entries[each] = Entry(event=event, team=team(each, event.organizer), group=drawn[name])
                entries[each].save()
    return SimpleNamespace(
        event=event, groups=drawn, entries=entries, finals=stages["knock_out"], uids={}, start=OPENING
    )


def match(cup: SimpleNamespace, home: Any, away: Any, group: str = "", **fields: Any) -> Match:
    """Unsaved, of a new slot: sides are slugs of teams, sources or None. Each begins two hours after the last."""
    number = fields.pop("number", len(cup.uids) + 1)
    starts_at: datetime = fields.pop("starts_at", cup.start + 2 * HOUR * (number - 1))
    slot = factories.slot(cup.event, starts_at, ends_at=starts_at + HOUR, title=text(f"第{number}场", en=f"M{number}"))
    cup.uids[number] = slot.uid
    made = Match(slot=slot, number=number, stage=cup.finals, **fields)
    if group:
        made.group, made.stage = cup.groups[group], cup.groups[group].stage
    for side, who in (("home", home), ("away", away)):
        if isinstance(who, str):
            setattr(made, side, cup.entries[who])
        else:
            setattr(made, f"{side}_source", who)
    return made


def write(cup: SimpleNamespace, *matches: Match) -> None:
    with edit() as unit:
        write_matches(hold(cup.event), matches, unit)


def after(cup: SimpleNamespace, number: int, what: str = "winner_of") -> dict[str, str]:
    return {what: str(cup.uids[number])}


def cup_of_four(**rules: Any) -> SimpleNamespace:
    """Two groups of two, a final and a match for the third place, released. Matches 1 and 2 decide the groups, 3 is a
    semi-final of a kind: winners against seconds."""
    made = cup({"a": "steel press", "b": "mill forge"}, **{"advance": 2, **rules})
    with edit():
        rows = [match(made, "steel", "press", "a"), match(made, "mill", "forge", "b")]
        for one, other in (("a", "b"), ("b", "a")):
            rows.append(
                match(made, {"group": one, "place": 1}, {"group": other, "place": 2}, round_name=text("半决赛"))
            )
        final = {"round": 2, "round_name": text("决赛", en="Final")}
        rows.append(match(made, after(made, 3), after(made, 4), **final))
        third = {"round": 2, "round_name": text("三四名", en="Third place")}
        rows.append(match(made, after(made, 3, "loser_of"), after(made, 4, "loser_of"), **third))
        write(made, *rows)
    factories.release(made.event)
    return made


def enter(
    cup: SimpleNamespace, number: int, home: int | None = None, away: int | None = None, **changes: Any
) -> Result:
    """Confirmed unless told otherwise."""
    uid = cup.uids[number]
    stored = Result.objects.filter(uid=uid).first()
    sent = {"state": "confirmed", "home_score": home, "away_score": away, **changes}
    expected = changes.pop("expected_version", stored.version if stored else 0)
    sent.pop("expected_version", None)
    return record(cup.event, uid, sent, changes.pop("by", None), expected)
