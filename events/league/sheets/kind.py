"""The kind of sheet ``teams``: its report and its export."""

from typing import Any

from django.utils import translation

from core.translations import languages
from events.league.entries import entries_of
from events.league.models import Entry
from events.league.sheets.columns import PLAIN, TEAM_FIELDS, all_fields, field_name
from events.league.sheets.rows import TeamRow
from events.league.sheets.taking import plan_teams, take_teams
from events.models import Event
from events.sheets.kinds import SheetKind, spoken
from events.sheets.writing import write_table

# These columns are there even where no team has anything in them.
ALWAYS = {"slug", "colour", "group", "seed"}


def _row(row: TeamRow, applied: bool) -> dict[str, Any]:
    """A new team has its slug once it is written, or where the sheet says it."""
    return {
        "slug": row.team.slug or None,
        "name": row.team.name,
        "group": row.group_words or None,
        "seed": row.entry.seed,
    }


def export_teams(event: Event, language: str, file_format: str) -> bytes:
    """Who is in the competition, as an import takes it: reading it back changes nothing."""
    entries = list(entries_of(event))
    always = ALWAYS | {f"{base}.{tag}" for base in ("name", "short_name", "company") for tag in languages()[:1]}
    with translation.override(spoken(language)):
        columns = [(field_name(field), [_cell(entry, field) for entry in entries], field) for field in all_fields()]
        kept = [(name, cells) for name, cells, field in columns if field in always or any(cells)]
        header = [name for name, _cells in kept]
        rows = [list(row) for row in zip(*(cells for _name, cells in kept), strict=True)]
        return write_table(header, rows, file_format, "teams")


def _cell(entry: Entry, field: str) -> Any:
    base, _dot, tag = field.partition(".")
    if tag:
        return getattr(entry.team, base).get(tag, "").strip()
    if base in (*PLAIN, "slug"):
        return getattr(entry.team, base)
    return entry.seed if base == "seed" else entry.group.slug if entry.group else ""


TEAMS = SheetKind("teams", TEAM_FIELDS, plan_teams, take_teams, _row, export_teams)
