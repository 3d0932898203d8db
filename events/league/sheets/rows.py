"""One row of a sheet read against the teams: which team it is, what it makes of it, its place in the competition."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from core.translations import default_language, languages
from events.league.adopting import check_adoption
from events.league.choosing import Roster
from events.league.entries import entries_of
from events.league.models import Entry, Group, Team
from events.league.page_words import group_name
from events.league.sheets.columns import PLACE, PLAIN, TEXTS, field_name
from events.models import Event
from events.sheets.columns import Table
from events.sheets.rows import Judged, Problem, cell_of
from events.sheets.tables import Line, Value
from events.sheets.values import Names, read_number, read_text, same_name, the_one


@dataclass(frozen=True)
class TeamChange:
    """One field that differs, in words; empty is "–"."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return field_name(self.field)


@dataclass
class TeamRow(Judged):
    """``team`` and ``entry`` as they would be; ``before`` the entry as it is, None for one that is not in the
    competition yet. ``group``: a name of a group that is to be made."""

    line: Line
    team: Team
    entry: Entry
    before: Entry | None = None
    group: str = ""
    said: str = ""  # which team it is about, in the words of the sheet
    rewrites: bool = False  # the team itself too
    changes: list[TeamChange] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def group_words(self) -> str:
        return str(self.entry.group) if self.entry.group else self.group


@dataclass
class Field:
    """All that a plan reads of a competition, and of whom may be in it; loaded in a few queries."""

    event: Event
    entries: dict[int, Entry]
    roster: Roster
    groups: Names[Group]
    editable: set[int]
    user: Any

    @classmethod
    def load(cls, event: Event, user: Any) -> "Field":
        entries = {row.team_id: row for row in entries_of(event)}
        roster = Roster.of(event, user)
        among = Team.objects.filter(pk__in=[team.pk for team in roster.names.rows])
        editable = set(among.editable_by(user).values_list("pk", flat=True))
        groups = Names(Group.objects.filter(event=event))
        return cls(event, entries, roster, groups, editable, user)


class TeamReader:
    """Reads rows; what is wrong with a cell is noted, and the next one is read."""

    def __init__(self, known: Field, table: Table) -> None:
        self.known = known
        self.fields = table.by_field
        self.made: set[str] = set()  # names in URLs, of teams that the sheet gives none
        self.tag = next((tag for tag in languages() if f"name.{tag}" in self.fields), default_language())

    def row(self, line: Line) -> TeamRow | None:
        """None for a row that has nothing in the columns that count."""
        cells = {name: cell_of(line, column) for name, column in self.fields.items()}
        if all(value == "" for value in cells.values()):
            return None
        row = TeamRow(line, Team(organizer=self.known.event.organizer), Entry(event=self.known.event))
        row.said = same_name(" ".join(str(cells.get(name, "")) for name in ("slug", f"name.{self.tag}")))
        team = self._try(row, "slug" if cells.get("slug") else f"name.{self.tag}", partial(self._team, cells))
        if team is not None:
            row.team = copy(team)
            row.before = self.known.entries.get(team.pk)
            row.entry = copy(row.before) if row.before else row.entry
        stored = copy(row.team)
        self._fill_team(row, cells)
        self._fill_place(row, cells)
        self._compare(row, stored)
        self._check(row, stored)
        return row

    # Which team it is

    def _team(self, cells: Mapping[str, Value]) -> Team | None:
        """By its name in URLs; without one, by its name. None: a new one."""
        slug = read_text(cells.get("slug", ""))
        if slug:
            found = self.known.roster.names.by_slug.get(slug, [])
            return found[0] if found else None
        name = read_text(cells.get(f"name.{self.tag}", ""))
        named = self.known.roster.names.find(name) if name else []
        return the_one(named, name) if named else None

    # What it says

    def _fill_team(self, row: TeamRow, cells: Mapping[str, Value]) -> None:
        """A column of a text is for one language; the others are left alone."""
        if row.team.pk is None and "slug" in cells:
            row.team.slug = self._try(row, "slug", partial(read_text, cells["slug"])) or ""
        for name, value in cells.items():
            base, _dot, tag = name.partition(".")
            if tag:
                text = self._try(row, name, partial(read_text, value)) or ""
                kept = {other: words for other, words in getattr(row.team, base).items() if other != tag}
                setattr(row.team, base, kept | ({tag: text} if text else {}))
            elif base in PLAIN:
                read = read_number if base == "founded" else read_text
                setattr(row.team, base, self._try(row, base, partial(read, value)))

    def _fill_place(self, row: TeamRow, cells: Mapping[str, Value]) -> None:
        if "seed" in cells:
            row.entry.seed = self._try(row, "seed", partial(read_number, cells["seed"]))
        if "group" in cells:
            row.entry.group = None
            text = self._try(row, "group", partial(read_text, cells["group"])) or ""
            if self.known.groups.rows or not text:
                row.entry.group = self._try(row, "group", partial(self._group, text)) if text else None
            else:
                row.group = text

    def _group(self, text: str) -> Group:
        found = self.known.groups.find(text) or self.known.groups.find(group_name(text)[default_language()])
        if not found:
            known = ", ".join(str(group) for group in self.known.groups.rows[:12])
            message = _("“%(name)s” is none of the groups: %(known)s. Add it under “Teams and groups” first.")
            raise ValidationError(message % {"name": text[:60], "known": known}, code="unknown_group")
        return the_one(found, text)

    # Rules

    def _compare(self, row: TeamRow, stored: Team) -> None:
        """What differs of the team, and of its place where it is in the competition already."""
        for name in (*TEXTS, *PLAIN):
            one, other = getattr(stored, name), getattr(row.team, name)
            if name in TEXTS:
                tags = [tag for tag in dict.fromkeys([*languages(), *one, *other]) if one.get(tag) != other.get(tag)]
                row.changes += [
                    TeamChange(f"{name}.{tag}", _words(one.get(tag)), _words(other.get(tag))) for tag in tags
                ]
            elif (one or None) != (other or None):
                row.changes.append(TeamChange(name, _words(one), _words(other)))
        row.rewrites = bool(row.changes) or row.team.pk is None
        if row.before is not None:
            for name in PLACE:
                one = getattr(row.before, name)
                other = (row.group or row.entry.group) if name == "group" else row.entry.seed
                if one != other:
                    row.changes.append(TeamChange(name, _words(one), _words(other)))

    def _check(self, row: TeamRow, stored: Team) -> None:
        """The model's own rules, and whether the user may; what they say of a field stands at its column."""
        if row.problems:
            return
        if row.team.pk is None and not self.known.user.has_perm("league.add_team"):
            self.note(row, "", _("You may not add teams. Ask the content staff."), "forbidden")
        elif row.rewrites and row.team.pk is not None and row.team.pk not in self.known.editable:
            message = _("You may not change “%(team)s”: leave out its columns but slug, group and seed.")
            self.note(row, "", message % {"team": stored}, "forbidden")
        if row.entry.seed == 0:
            self.note(row, "seed", _("Seeds count from 1."), "seed")
        if row.problems or not row.rewrites:
            return
        said = row.team.slug
        try:
            row.team.full_clean(exclude={"organizer", "participant"})
            if not said:
                self._find_slug(row.team)
            check_adoption(row.team, self.known.user)
        except ValidationError as error:
            self._note_errors(row, error)

    def _find_slug(self, team: Team) -> None:
        """One that no other row of the sheet has got."""
        stem, number = team.slug, 2
        while team.slug in self.made:
            team.slug, number = f"{stem}-{number}", number + 1
        self.made.add(team.slug)

    def _try(self, row: TeamRow, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except ValidationError as error:
            self.note(row, name, " ".join(error.messages), error.code or "invalid")
            return None

    def _note_errors(self, row: TeamRow, error: ValidationError) -> None:
        for name, errors in error.error_dict.items():
            for each in errors:
                self.note(row, self._field_of(name), " ".join(each.messages), each.code or "invalid")

    def _field_of(self, name: str) -> str:
        """A model's field as a field of the sheet, one that the sheet has where several could be meant."""
        texts = [each for each in self.fields if each.partition(".")[0] == name]
        return texts[0] if texts else f"{name}.{default_language()}" if name in TEXTS else name

    def note(self, row: TeamRow, name: str, message: str, code: str) -> None:
        column = self.fields.get(name)
        row.problems.append(Problem(column.name if column else "", name, message, code))


def _words(value: Any) -> str:
    return "–" if value in (None, "") else str(value)
