"""What a sheet of teams would do, and doing it: all of it in one unit of work, or nothing.

A row is the team that its name in URLs names; without one, the team of that name among those that the user may enter;
else a new one, a draft of the event's organizer. Teams that are not in the sheet stay as they are. Where the event has
no groups yet, those that the sheet names are made.
"""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.changes.edits import Edit
from core.changes.models import Act, log
from core.slugs import slugify
from core.translations import default_language
from events.league.entries import stage_of_groups
from events.league.models import Competition, Entry, Group
from events.league.page_words import group_name
from events.league.sheets.rows import Field, TeamReader, TeamRow
from events.models import Event
from events.sheets.columns import Table, check_columns
from events.sheets.planning import SheetPlan
from events.sheets.rows import State
from events.sheets.upsert import all_or_nothing, note_of

MOST_TEAMS = 500
LOGGED = "entries"  # the name in the log of acts, which keeps it in English


class TeamPlan(SheetPlan[TeamRow]):
    """``left`` are the entries that no row names."""

    def written(self, row: TeamRow) -> Any:
        team, entry = row.team, row.entry
        texts = [sorted(getattr(team, name).items()) for name in ("name", "short_name", "company")]
        place = (row.group, entry.group_id, entry.seed, team.colour, team.second_colour, team.founded)
        changes = [(change.field, change.before) for change in row.changes]
        return team.pk, team.slug, texts, place, row.before is not None, changes


def plan_teams(event: Event, table: Table, by: Any) -> TeamPlan:
    """Compares each row of the table with the teams that are there; ``by``: whose rights count."""
    known = Field.load(event, by)
    problems = check_columns(table)
    if len(table.lines) > MOST_TEAMS:
        message = _("More than %(limit)d teams: divide the sheet.") % {"limit": MOST_TEAMS}
        problems.append(ValidationError(message, code="too_many_rows"))
    if table.doubled() or len(table.lines) > MOST_TEAMS:
        return TeamPlan(event, table, [], problems, list(known.entries.values()))
    reader = TeamReader(known, table)
    rows = [row for line in table.lines if (row := reader.row(line)) is not None]
    _refuse_doubles(rows, reader)
    named = {row.team.pk for row in rows}
    left = [entry for pk, entry in known.entries.items() if pk not in named]
    _refuse_seeds(rows, left, reader)
    return TeamPlan(event, table, rows, problems, left)


def _refuse_doubles(rows: list[TeamRow], reader: TeamReader) -> None:
    """A team is in one group: two rows about it cannot be believed."""
    found: dict[Any, list[TeamRow]] = defaultdict(list)
    for row in rows:
        found[row.team.pk or row.said].append(row)
    for same in found.values():
        for row in same if len(same) > 1 else ():
            others = [f"{each.line.number} ({each.group_words or _('no group')})" for each in same if each is not row]
            message = _("“%(team)s” is in %(group)s here, and in another row too: row %(rows)s. Keep one of them.")
            words = {"team": row.team, "group": row.group_words or _("no group"), "rows": ", ".join(others)}
            reader.note(row, "slug" if "slug" in reader.fields else "", message % words, "twice")


def _refuse_seeds(rows: list[TeamRow], left: list[Entry], reader: TeamReader) -> None:
    """Of what there would be: a seed is one team's."""
    taken: dict[int, list[str]] = defaultdict(list)
    for team, seed in [(row.team, row.entry.seed) for row in rows] + [(entry.team, entry.seed) for entry in left]:
        if seed is not None:
            taken[seed].append(str(team))
    for row in rows:
        seed = row.entry.seed
        if seed is not None and len(taken[seed]) > 1:
            others = ", ".join(name for name in taken[seed] if name != str(row.team)) or str(row.team)
            message = _("Seed %(seed)d is that of %(teams)s too.") % {"seed": seed, "teams": others}
            reader.note(row, "seed", message, "seed_twice")


def take_teams(event: Event, table: Table, *, by: Any, expected: str | None = None, name: str = "") -> TeamPlan:
    """Brings the teams and the competition to what the table says; returns what was done. ``name``: of the file."""
    return all_or_nothing(
        event,
        lambda held: plan_teams(held, table, by),
        lambda plan, unit: _write(plan, unit, by, name),
        by,
        expected,
    )


def _write(plan: TeamPlan, unit: Edit, by: Any, name: str) -> None:
    rows = plan.of(State.NEW, State.CHANGED)
    if not rows:
        return
    Competition.objects.get_or_create(event=plan.event)
    for row in rows:
        if row.rewrites:
            created = row.team.pk is None
            row.team.save()
            log(row.team, Act.Verb.CREATED if created else Act.Verb.CHANGED, by=by, at=unit.moment, note=name)
    groups = _groups(plan.event, [row.group for row in rows if row.group])
    moved = [row.before.pk for row in rows if row.before and row.before.seed != row.entry.seed]
    Entry._base_manager.filter(pk__in=moved).stamp(seed=None)  # seeds change hands without meeting
    for row in rows:
        entry = row.entry
        entry.team, entry.group = row.team, groups.get(row.group, entry.group)
        if row.before is None or (row.before.group_id, row.before.seed) != (entry.group_id, entry.seed):
            entry.full_clean(validate_constraints=False)
            entry.save()
    plan.event.refresh_from_db(fields=["version"])
    log(plan.event, Act.Verb.CHANGED, by=by, at=unit.moment, note=note_of(name, plan), fields=[LOGGED])


def _groups(event: Event, names: list[str]) -> dict[str, Group]:
    """The groups of these names, made in the order in which the sheet has them first."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    stage = stage_of_groups(event)
    last = Group.objects.filter(event=event).aggregate(last=Max("position"))["last"] or 0
    made: dict[str, Group] = {}
    taken = set(Group.objects.filter(event=event).values_list("slug", flat=True))
    for position, text in enumerate(wanted, start=last + 1):
        single = len(text) == 1 and text.isascii() and text.isalpha()
        stem = slugify(text)[:36].strip("-") or "group"
        slug = next(each for each in (stem, *(f"{stem}-{n}" for n in range(2, 999))) if each not in taken)
        taken.add(slug)
        name = group_name(text.upper()) if single else {default_language(): text}
        made[text] = Group(event=event, stage=stage, slug=slug, name=name, position=position)
        made[text].full_clean()
        made[text].save()
    return made
