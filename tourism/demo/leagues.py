"""Loads what a league has beside its slots: teams, rules, groups and entries, matches and what came of them.

A slot with ``match`` is one: ``{group, round, home, away}`` in a group, ``{round_of: 16, home, away}`` in a knock-out,
where a side is a team's slug, ``{group, place}``, ``{runner_up}``, ``{winner_of: key}``, ``{loser_of: key}``, or is not
known. ``fixtures`` are such slots in short: each says only what is its own, and ``usual`` what all of them have.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from core.changes.edits import edit
from core.translations import Text, default_language, languages, to_traditional
from events import drafts
from events.league.competing import write_parts
from events.league.drawing import SLUGS
from events.league.matches import write_matches
from events.league.models import Competition, Entry, Group, Match, Side, Stage, StageKind, Team
from events.league.page_words import (
    final_name,
    group_name,
    knock_out_name,
    pairing_title,
    place_title,
    round_name,
    stage_name,
)
from events.league.producing import LONGEST_TITLE
from events.league.results import record as enter
from events.models import Event, Slot
from events.releases import hold
from organizers.models import Organizer
from tourism.demo.records import DataError, Record, checked, find, make_public, take, telling
from tourism.demo.slots import slot_values, uid_of

TEAM_FIELDS = "slug name name_pinyin short_name company summary founded verified_on doubts sample".split()
RULES = "sport rules advance best_runners_up runners_up note".split()
PARTS = {StageKind.GROUPS: stage_name, StageKind.KNOCK_OUT: knock_out_name}
OF_MATCHES = ("winner_of", "loser_of")


def load_teams(records: Iterable[Record]) -> int:
    """How many were new. The committee of the league looks after the pages of all of them."""
    known = set(Team.objects.values_list("slug", flat=True))
    new = [record for record in records if record["slug"] not in known]
    for record in new:
        name = f"team {record['slug']}"
        with telling(name):
            organizer = find(name, "organizer", Organizer, record.get("organizer", "factory-ba-committee"))
            make_public(checked(name, Team, organizer=organizer, **take(record, *TEAM_FIELDS)))
    return len(new)


# Fixtures become slots


def with_fixtures(record: Record, teams: Mapping[str, Text]) -> Record:
    """``teams``: the names by slug."""
    usual, places = record.get("usual") or {}, Counter[Any]()
    slots = [_slot({**usual, **each}, teams, places) for each in record.get("fixtures") or []]
    return {**record, "slots": [*record["slots"], *slots]}


def _slot(fixture: Record, teams: Mapping[str, Text], places: Counter[Any]) -> Record:
    match = take(fixture, "group", "round", "round_of", "third_place", "home", "away", "result")
    minutes = fixture.get("minutes")
    return {
        "key": fixture["key"],
        "kind": "match",
        "title": _title(match, teams, places),
        "starts_at": fixture["starts_at"],
        "ends_at": fixture["starts_at"] + timedelta(minutes=minutes) if minutes else None,
        "on_date": None,
        "through": None,
        "precision": "exact",
        "timing": "timed",
        "status": "scheduled",
        "status_note": {},
        "participants": [],
        "match": match,
        **take(fixture, "venue", "space", "sample"),
    }


def _title(match: Record, teams: Mapping[str, Text], places: Counter[Any]) -> dict[str, str]:
    if "group" not in match:
        alone = match["round_of"] == 2
        places[match["round_of"]] += 1
        return place_title(_round_name(match), 0 if alone else places[match["round_of"]])
    home, away = teams[match["home"]], teams[match["away"]]
    group = group_name(match["group"].upper())
    title = pairing_title(group, _round_name(match), [home], [away], LONGEST_TITLE)
    return title | _in_traditional(title, [home, away])


def _in_traditional(title: dict[str, str], names: list[Text]) -> dict[str, str]:
    """Where a team writes its name otherwise than a converter does."""
    if "zh-Hant" not in languages() or not any(name.get("zh-Hant") for name in names):
        return {}
    text = to_traditional(title[default_language()])
    for name in names:
        if name.get("zh-Hant"):
            text = text.replace(to_traditional(name[default_language()]), name["zh-Hant"])
    return {"zh-Hant": text}


def _round_name(match: Record) -> dict[str, str]:
    if "group" in match:
        return round_name(match["round"])
    return final_name(match["round_of"], third_place=match.get("third_place", False))


# What is played out


def load_competition(name: str, event: Event, record: Record) -> None:
    told = record.get("competition")
    if told is None:
        return
    checked(f"{name} competition", Competition, event=event, **take(told, *RULES))
    groups, seeds = told.get("groups") or {}, told.get("seeds") or []
    kinds = [*([StageKind.GROUPS] if groups else []), *([StageKind.KNOCK_OUT] if _has_knock_out(record) else [])]
    placed = {slug: group for group, slugs in groups.items() for slug in slugs}
    slugs = [*(slug for each in groups.values() for slug in each), *(told.get("entries") or [])]
    with edit() as unit:
        write_parts(
            event,
            {
                "stages": [{"slug": SLUGS[kind], "name": PARTS[kind](), "kind": kind} for kind in kinds],
                "groups": [
                    {"slug": slug, "name": group_name(slug.upper()), "stage": SLUGS[StageKind.GROUPS]}
                    for slug in groups
                ],
            },
        )
        _enter(name, event, slugs, placed, seeds, unit)


def _has_knock_out(record: Record) -> bool:
    return any("round_of" in each.get("match", ()) for each in record["slots"])


def _enter(name: str, event: Event, slugs: list[str], placed: dict[str, str], seeds: list[str], unit: Any) -> None:
    """In few statements: 42 teams, and again for a shifted copy."""
    teams = Team.objects.in_bulk(slugs, field_name="slug")
    groups = {group.slug: group for group in Group.objects.filter(event=event)}
    rows = []
    for slug in slugs:
        if slug not in teams:
            raise DataError(f"{name}: entries: there is no team {slug!r}")
        group = groups[placed[slug]] if slug in placed else None
        seed = seeds.index(slug) + 1 if slug in seeds else None
        rows.append(Entry(event=event, team=teams[slug], group=group, seed=seed))
        rows[-1].full_clean(exclude=("event", "team", "group"), validate_unique=False, validate_constraints=False)
    if rows:
        rows[0].enter(unit)
        Entry.objects.insert(rows)


def load_matches(name: str, event: Event, record: Record) -> None:
    """All of them at once, numbered as they are listed."""
    told = [each for each in record["slots"] if each.get("match")]
    if not told:
        return
    fields = sorted({each["match"]["round_of"] for each in told if "round_of" in each["match"]}, reverse=True)
    with edit() as unit:
        event = hold(event)
        slots = [Slot(**slot_values(f"{name} slot {each['key']}", event, each)) for each in told]
        drafts.add(event, slots, unit)
        maker = _Maker(name, event, fields)
        rows = [maker.match(slot, each, number) for number, (slot, each) in enumerate(zip(slots, told, strict=True), 1)]
        write_matches(event, rows, unit)


class _Maker:
    def __init__(self, name: str, event: Event, fields: list[int]) -> None:
        self.name, self.event, self.fields = name, event, fields
        self.stages = {stage.kind: stage for stage in Stage.objects.filter(event=event)}
        self.groups = {group.slug: group for group in Group.objects.filter(event=event)}
        self.entries = {entry.team.slug: entry for entry in Entry.objects.filter(event=event).select_related("team")}

    def match(self, slot: Slot, record: Record, number: int) -> Match:
        told = record["match"]
        row = Match(slot=slot, number=number, round_name=_round_name(told))
        if "group" in told:
            row.stage, row.group, row.round = self.stages["groups"], self.groups[told["group"]], told["round"]
        else:
            row.stage, row.round = self.stages["knock_out"], self.fields.index(told["round_of"]) + 1
        for side in Side.values:
            self._fill_side(row, side, told.get(side), record["key"])
        return row

    def _fill_side(self, row: Match, side: str, who: Any, key: str) -> None:
        if isinstance(who, dict):
            source = {name: str(uid_of(self.event, who[name])) if name in OF_MATCHES else who[name] for name in who}
            setattr(row, f"{side}_source", source)
        elif who is not None:
            if who not in self.entries:
                raise DataError(f"{self.name} slot {key}: {side}: {who!r} is not entered")
            setattr(row, side, self.entries[who])


def load_results(event: Event, record: Record) -> None:
    """Those of matches that are over: in a copy at later dates nobody has played yet."""
    for each in record["slots"]:
        result = (each.get("match") or {}).get("result")
        with edit() as unit:
            if result is None or each["starts_at"] > unit.moment:
                continue
            scores = {"home_score": result["home"], "away_score": result["away"]}
            enter(event, uid_of(event, each["key"]), {"state": "confirmed", **scores}, None, 0)
