"""What the pages of an import of teams say."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.translations import show
from events.admin.sheet_kinds import SheetWords
from events.league.sheets.rows import TeamRow
from events.models import Event
from events.sheets.planning import SheetPlan


def _cells(row: TeamRow) -> dict[str, str]:
    seed = _("seed %(seed)d") % {"seed": row.entry.seed} if row.entry.seed else ""
    return {
        "when": " · ".join(part for part in (row.group_words, seed) if part) or "–",
        "title": show(row.team.name) or row.team.slug or "–",
        "where": show(row.team.company),
        "who": "",
    }


def _left(count: int) -> str:
    words = ngettext(
        "%(count)d team of the competition is not in the sheet; it stays as it is.",
        "%(count)d teams of the competition are not in the sheet; they stay as they are.",
        count,
    )
    return words % {"count": count}


def _done(plan: SheetPlan[Any]) -> str:
    counts = plan.counts
    written = counts["new"] + counts["changed"]
    if not written:
        return _("The teams were like this already: nothing was to be written.")
    words = ngettext(
        "%(count)d team is written. New ones are drafts: publish them for their pages to appear.",
        "%(count)d teams are written. New ones are drafts: publish them for their pages to appear.",
        written,
    )
    return words % {"count": written}


def _page(event: Event) -> str:
    return reverse("admin:league_competition_teams", args=[event.pk])


TEAM_WORDS = SheetWords(
    gettext_lazy("Import teams from a sheet"),
    "admin/league/import_how.html",
    (gettext_lazy("Group and seed"), gettext_lazy("Team")),
    _cells,
    _left,
    gettext_lazy("All or nothing. Visitors of a public event see groups and names at once."),
    gettext_lazy("The teams are like this already."),
    _done,
    _page,
)
