"""The tables and the bracket of a competition as the public reads them: from what is released and what is live."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from core.translations import Text
from events.league.advancing import Advance, Advancing
from events.league.knowledge import Knowledge, know, match_of
from events.league.models import Competition, Group, Stage, StageKind
from events.league.ranking import shown
from events.league.rules import Rules
from events.league.standings import GroupTable, Row
from events.models import Event, ReleasedSlot


@dataclass(frozen=True)
class TableRow:
    """A line of a table. ``advances``: None while that is open, and where nobody goes on from it."""

    row: Row[str]
    team: Any  # a Team; of one that is no longer entered what the schedule says of it
    advances: bool | None
    adjustment_reason: Text = field(default_factory=dict)
    group: Group | None = None  # in a ranking across the groups

    @property
    def tie_break(self) -> list[dict[str, Any]]:
        return [{"rule": rule, "value": shown(value)} for rule, value in self.row.tie_break]


@dataclass(frozen=True)
class Table:
    group: Group
    final: bool
    rows: list[TableRow]


@dataclass(frozen=True)
class Standings:
    event: Event
    competition: Competition
    rules: Rules
    advance: Advance
    as_of: datetime
    final: bool
    groups: list[Table]
    runners_up: list[TableRow]


def standings_of(event: Event, moment: datetime, stage: str | None = None) -> Standings | None:
    """The tables of an event's groups, of one stage or of all; None where it has no competition."""
    known = know(event)
    if known.competition is None:
        return None
    groups = [group for group in known.groups if stage in (None, group.stage.slug)]
    tables = [_table(known, group) for group in groups]
    stages = dict.fromkeys(group.stage.slug for group in groups)
    rules, advance = known.terms
    return Standings(
        event=event,
        competition=known.competition,
        rules=rules,
        advance=advance,
        as_of=moment,
        final=bool(tables) and all(table.final for table in tables),
        groups=tables,
        runners_up=[row for slug in stages for row in _runners_up(known, slug)],
    )


def teams_in(standings: Standings) -> list[Any]:
    """Those that have a page, for their logos."""
    rows = [row for table in standings.groups for row in table.rows]
    return [row.team for row in [*rows, *standings.runners_up] if row.team.pk]


def _table(known: Knowledge, group: Group) -> Table:
    table, ahead = known.tables[group.slug], known.ahead[group.stage.slug]
    rows = [_line(known, row, _advances(known, row, table, ahead)) for row in table.rows]
    return Table(group, table.final, rows)


def _line(known: Knowledge, row: Row[str], advances: bool | None, group: Group | None = None) -> TableRow:
    entry = known.entries.get(row.team)
    reason = entry.adjustment_reason if entry and entry.adjustment else {}
    return TableRow(row, entry.team if entry else _stranger(known, row.team), advances, reason, group)


def _stranger(known: Knowledge, slug: str) -> Any:
    """A team of released matches that is no longer entered: as the schedule names it."""
    people = (each for row in known.rows.values() for each in row.participants)
    name: Text = next((each["name"] for each in people if each["slug"] == slug), {})
    return SimpleNamespace(pk=None, slug=slug, name=name, public=False, pictures=[])


def _advances(known: Knowledge, row: Row[str], table: GroupTable[str], ahead: Advancing[str]) -> bool | None:
    first, more = known.advance.first, known.advance.runners_up
    if not first and not more:
        return None
    if row.team in ahead.advances:
        return True
    if not table.final or any(row.team in tie for tie in ahead.lots_needed):
        return None
    all_final = all(
        known.tables[group.slug].final for group in known.groups if group.stage.slug == _stage(known, table)
    )
    may_follow = bool(more) and row.rank <= known.advance.place
    return None if may_follow and not (all_final and not ahead.lots_needed) else False


def _stage(known: Knowledge, table: GroupTable[str]) -> str:
    return next(group.stage.slug for group in known.groups if group.slug == table.name)


def _runners_up(known: Knowledge, stage: str) -> list[TableRow]:
    """Ranked across the groups of a stage; provisional until all of them are final."""
    ahead = known.ahead[stage]
    groups = {group.slug: group for group in known.groups}
    rows = []
    for each in ahead.runners_up:
        table = known.tables[each.group]
        own = next(row for row in table.rows if row.team == each.row.team)
        rows.append(_line(known, each.row, _advances(known, own, table, ahead), groups[each.group]))
    return rows


# The knock-out


@dataclass(frozen=True)
class Round:
    stage: Any
    number: int
    name: Text
    matches: list[ReleasedSlot]


def rounds_of(stages: Iterable[Stage], rows: Iterable[ReleasedSlot], wanted: str | None = None) -> list[Round]:
    """The released matches of the knock-out stages, by round; a match for the third place is a round of its own."""
    known = {stage.slug: stage for stage in stages}
    found: dict[tuple[Any, ...], list[ReleasedSlot]] = {}
    for row in sorted(rows, key=lambda row: (match_of(row)["round"]["number"], match_of(row)["number"])):
        match = match_of(row)
        stage = known.get(match["stage"]["slug"])
        knock_out = match["group"] is None if stage is None else stage.kind == StageKind.KNOCK_OUT
        if knock_out and wanted in (None, match["stage"]["slug"]):
            place = stage.position if stage else len(known)
            key = (place, match["stage"]["slug"], match["round"]["number"], str(match["round"]["name"]))
            found.setdefault(key, []).append(row)
    rounds = sorted(found.items(), key=lambda pair: pair[0][:3])
    return [_round(rows) for _key, rows in rounds]


def _round(rows: list[ReleasedSlot]) -> Round:
    match = match_of(rows[0])
    return Round(match["stage"], match["round"]["number"], match["round"]["name"], rows)
