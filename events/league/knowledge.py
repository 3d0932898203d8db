"""What the public knows of a competition: its released matches, their results, and what follows from these.

Read from what is released or live, never from a draft, in a constant number of queries. What follows is computed each
time and stored nowhere: the tables of the groups, who goes on, who is on which side of a match.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any
from uuid import UUID

from events.details import detail_of
from events.league.advancing import Advance, Advancing, advancing
from events.league.bracket import Known, feeders, other, resolve
from events.league.draws import Pairing
from events.league.games import Played
from events.league.games import Side as PlayedSide
from events.league.models import Competition, Entry, Group, Result, ResultState, Side, Stage, StageKind
from events.league.models.results import COUNTING
from events.league.placeholders import Source as Stored
from events.league.placeholders import as_uid, circle_in
from events.league.rules import Rules
from events.league.sources import BestRunnerUp, Given, LoserOf, RankOf, Seed, Source, WinnerOf
from events.league.standings import GroupTable, group_table
from events.league.terms import terms_of
from events.models import Event, Participant, ReleasedSlot, SlotKind, SlotStatus

UNKNOWN = Seed(0)  # nobody's


def match_of(row: ReleasedSlot) -> dict[str, Any]:
    return detail_of(row, "match") or {}


def released_matches(event: Event) -> list[ReleasedSlot]:
    """Those that are out, in the order of their numbers."""
    rows = event.released_slots.current().filter(slot_kind=SlotKind.MATCH, detail__isnull=False)
    return sorted((row for row in rows if match_of(row)), key=lambda row: (match_of(row)["number"], row.uid))


def know(event: Event, rows: Iterable[ReleasedSlot] | None = None) -> "Knowledge":
    """``rows``: the released matches, where they are at hand."""
    known = released_matches(event) if rows is None else list(rows)
    competition = Competition.objects.filter(event=event).first()
    entries = Entry.objects.filter(event=event).select_related("team__participant")
    return Knowledge(
        event=event,
        competition=competition,
        stages={stage.slug: stage for stage in Stage.objects.filter(event=event)},
        groups=list(Group.objects.filter(event=event).select_related("stage").order_by("stage__position", *PLACES)),
        entries={entry.team.slug: entry for entry in entries},
        rows={row.uid: row for row in known},
        results={row.uid: row for row in Result.objects.filter(event=event)} if known else {},
    )


PLACES = ("position", "pk")


@dataclass(frozen=True)
class Knowledge:
    event: Event
    competition: Competition | None
    stages: Mapping[str, Stage]
    groups: list[Group]
    entries: Mapping[str, Entry]  # by the team's slug
    rows: Mapping[UUID, ReleasedSlot]
    results: Mapping[UUID, Result]
    keeps: bool = True  # who has played: a rule or an entry that is changed later makes nobody else the one who did

    def with_result(self, result: Result) -> "Knowledge":
        """The same where this result is the match's."""
        return replace(self, results={**self.results, result.uid: result})

    @cached_property
    def terms(self) -> tuple[Rules, Advance]:
        return terms_of(self.competition)

    @property
    def rules(self) -> Rules:
        return self.terms[0]

    @property
    def advance(self) -> Advance:
        return self.terms[1]

    def is_knock_out(self, row: ReleasedSlot) -> bool:
        match = match_of(row)
        stage = self.stages.get(match["stage"]["slug"])
        return match["group"] is None if stage is None else stage.kind == StageKind.KNOCK_OUT

    def counting(self, row: ReleasedSlot) -> Result | None:
        """Its result, where tables and brackets are made of it."""
        result = self.results.get(row.uid)
        return result if result is not None and result.state in COUNTING else None

    # Who is on which side

    @cached_property
    def _index(self) -> dict[UUID, int]:
        """The bracket names matches by a number of its own; that on the poster may be there twice by mistake."""
        return {uid: place for place, uid in enumerate(self.rows, start=1)}

    def _source(self, told: Stored | None) -> Source:
        if not told:
            return UNKNOWN
        if "team" in told:
            return Given(told["team"])
        if "group" in told:
            return RankOf(told["group"], told["place"])
        if "runner_up" in told:
            return BestRunnerUp(told["runner_up"])
        number = self._index.get(as_uid(told.get("winner_of") or told.get("loser_of")) or UUID(int=0), 0)
        return WinnerOf(number) if "winner_of" in told else LoserOf(number)

    def _source_of(self, row: ReleasedSlot, side: str) -> Source:
        team = self.played(row).get(side) if self.keeps else None
        return Given(team) if team is not None else self._source(match_of(row)[side])

    def played(self, row: ReleasedSlot) -> dict[str, str]:
        """Who is on the sides of a match that has a score, as it was released or filled in; by side."""
        result = self.results.get(row.uid)
        if result is None or result.state in (ResultState.NONE, ResultState.VOID):
            return {}
        return {each["role"]: each["slug"] for each in row.participants if each["slug"] in self.entries}

    @cached_property
    def _pairings(self) -> list[Pairing]:
        found = {}
        for uid, row in self.rows.items():
            home, away = (self._source_of(row, side) for side in Side.values)
            found[self._index[uid]] = Pairing(self._index[uid], 0, 0, home, away)
        # Slots that were released one by one, of two drafts, may wait for each other.
        while circle := circle_in({number: feeders(pairing) & found.keys() for number, pairing in found.items()}):
            for number in circle:
                found[number] = replace(found[number], home=UNKNOWN, away=UNKNOWN)
        return list(found.values())

    @cached_property
    def _winners(self) -> dict[int, PlayedSide]:
        found: dict[int, PlayedSide] = {}
        for uid, row in self.rows.items():
            result = self.counting(row)
            if result is not None and result.winner is not None:
                found[self._index[uid]] = "home" if result.winner == Side.HOME else "away"
        return found

    @cached_property
    def _settled(self) -> tuple[Known, dict[str, GroupTable[str]], dict[str, Advancing[str]]]:
        """Sides, tables and who goes on: a second stage of groups is made of the first one's table, and so on."""
        known: Known = {}
        for _stage in range(len(self.stages) + 1):
            tables = {group.slug: self._table(group, known) for group in self.groups}
            ahead = self._advancing(tables)
            before, known = known, resolve(self._pairings, self._winners, _places(ahead), _best(ahead))
            if known == before:
                break
        return known, tables, ahead

    @cached_property
    def sides(self) -> dict[tuple[UUID, str], str]:
        """The slug of each team that is known, by match and side."""
        uids = {number: uid for uid, number in self._index.items()}
        return {(uids[number], side): str(team) for (number, side), team in self._settled[0].items()}

    def who(self, source: Stored | None) -> Participant | None:
        """Who has reached a side that comes from there."""
        team = self._reached(self._source(source))
        entry = self.entries.get(str(team)) if team is not None else None
        return entry.team.participant if entry else None

    def on_side(self, uid: UUID, side: str, source: Stored | None) -> Participant | None:
        """Who is on a side of a match that comes from there: who has played, has played."""
        row = self.rows.get(uid)
        team = self.played(row).get(side) if row is not None else None
        return self.entries[team].team.participant if team is not None else self.who(source)

    def _reached(self, source: Source) -> Hashable | None:
        match source:
            case RankOf(group, place):
                return _places(self.ahead).get((group, place))
            case BestRunnerUp(number):
                return _best(self.ahead).get(number)
            case WinnerOf(number) | LoserOf(number) if number in self._winners:
                won = self._winners[number]
                return self._settled[0].get((number, won if isinstance(source, WinnerOf) else other(won)))
        return None

    # Tables

    @property
    def tables(self) -> dict[str, GroupTable[str]]:
        """By the group's slug."""
        return self._settled[1]

    @property
    def ahead(self) -> dict[str, Advancing[str]]:
        """Who goes on from each stage of groups, by its slug."""
        return self._settled[2]

    @cached_property
    def _of_group(self) -> dict[str, list[ReleasedSlot]]:
        found: dict[str, list[ReleasedSlot]] = defaultdict(list)
        for row in self.rows.values():
            if group := match_of(row)["group"]:
                found[group["slug"]].append(row)
        return found

    def _table(self, group: Group, known: Known) -> GroupTable[str]:
        rows = self._of_group[group.slug]
        pairs = {row.uid: tuple(known.get((self._index[row.uid], side)) for side in ("home", "away")) for row in rows}
        entered = [slug for slug, entry in self.entries.items() if entry.group_id == group.pk]
        met = [str(team) for pair in pairs.values() for team in pair if team is not None]
        teams = list(dict.fromkeys([*entered, *met]))
        played = [game for row in rows if (game := self._game(row, *pairs[row.uid])) is not None]
        final = bool(rows) and self._is_final(rows, teams, pairs)
        mine = {team: self.entries[team] for team in teams if team in self.entries}
        adjustments = {team: entry.adjustment for team, entry in mine.items() if entry.adjustment}
        return group_table(group.slug, teams, played, self.rules, final, adjustments, self._lots(mine))

    @staticmethod
    def _lots(entries: Mapping[str, Entry]) -> dict[str, int]:
        return {team: entry.lot for team, entry in entries.items() if entry.lot is not None}

    def _game(self, row: ReleasedSlot, home: Any, away: Any) -> Played[str] | None:
        """None where nothing counts, or what was entered cannot be by the rules of today."""
        result = self.counting(row)
        if result is None or home is None or away is None or home == away:
            return None
        scores = (result.home_score or 0, result.away_score or 0)
        if result.state == ResultState.FORFEIT:
            by: Any = str(result.forfeited_by)
            return Played(home, away, *scores, forfeited_by=by)
        if scores[0] == scores[1] and self.rules.draw is None:
            return None
        return Played(home, away, *scores)

    def _is_final(self, rows: list[ReleasedSlot], teams: list[str], pairs: Mapping[UUID, tuple[Any, ...]]) -> bool:
        """No match is open, and each two that still play have met: more of the group may be released later."""
        gone = {team for team in teams if (entry := self.entries.get(team)) and entry.withdrawn}
        if any(self._is_open(row, *pairs[row.uid]) and not gone & {*pairs[row.uid]} for row in rows):
            return False
        met = {frozenset(pair) for pair in pairs.values()}
        return all(frozenset(pair) in met for pair in combinations([team for team in teams if team not in gone], 2))

    def _is_open(self, row: ReleasedSlot, home: Any, away: Any) -> bool:
        result = self.results.get(row.uid)
        if row.status == SlotStatus.CANCELLED or (result is not None and result.state == ResultState.VOID):
            return False
        return self._game(row, home, away) is None

    def _advancing(self, tables: Mapping[str, GroupTable[str]]) -> dict[str, Advancing[str]]:
        by_stage: dict[str, list[GroupTable[str]]] = defaultdict(list)
        for group in self.groups:
            by_stage[group.stage.slug].append(tables[group.slug])
        lots = self._lots(self.entries)
        return {stage: advancing(rows, self.rules, self.advance, lots) for stage, rows in by_stage.items()}


def _places(ahead: Mapping[str, Advancing[str]]) -> dict[tuple[str, int], str]:
    return {place: team for each in ahead.values() for place, team in each.places.items()}


def _best(ahead: Mapping[str, Advancing[str]]) -> Mapping[int, str]:
    """Of the first stage of groups: a source names none."""
    return next(iter(ahead.values())).best if ahead else {}
