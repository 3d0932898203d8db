"""``/teams/{slug}/``: the page for people; the teams on the page of their event."""

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.api.ask import Ask
from core.pages.views import ObjectPage, description_of
from events.league.entries import entries_of
from events.league.models import Entry, Team
from events.league.serializers.team import TeamDetailItem
from events.league.structured import team_node
from events.league.views.team import load_appearances, load_teams, teams
from events.models import Event
from events.pages import agenda, in_words
from venues.page_words import checked_words
from venues.pages import trail


class TeamPage(ObjectPage):
    """A team: whose it is, what it plays next, how it went."""

    serializer_class = TeamDetailItem
    template = "pages/team.html"
    includes = frozenset({"organizer"})

    def queryset(self, ask: Ask) -> QuerySet[Any]:
        return teams()

    def load(self, row: Any, ask: Ask) -> None:
        load_teams([row], ask)
        load_appearances(row, ask)

    def shown(self, row: Any, item: dict[str, Any], ask: Ask) -> dict[str, Any]:
        slots = [*row.shown_fixtures, *row.shown_results]
        node = team_node(row, item, slots, ask.language, description_of(item))
        return {
            "kind": _("Team"),
            "events": [
                {**shown, "path": event.page_path}
                for shown, event in zip(item["events"], row.shown_events, strict=True)
            ],
            "fixtures": agenda(row.shown_fixtures, item["fixtures"]),
            "results": agenda(row.shown_results, item["results"]),
            "founded": _("Founded in %(year)d") % {"year": row.founded} if row.founded else "",
            "second_colour": row.second_colour or row.colour,
            "checked": checked_words(row.verified_on),
            **trail(row, item["name"], [], node),
        }


def pages_of_teams(slugs: Collection[str]) -> Mapping[str, str]:
    """The paths of the public ones."""
    return {team.slug: team.page_path for team in Team.objects.visible().filter(slug__in=slugs).only("slug")}


def teams_of(event: Event, ask: Ask) -> dict[str, Any] | None:
    """Who is entered in the event, by group, with the way to the pages of those that are public. One query."""
    rows = list(entries_of(event))
    if not rows:
        return None
    groups = [
        {"name": in_words(group.name, ask.language) if group else "", "teams": [_team(row, ask) for row in its]}
        for group, its in groupby(rows, key=lambda row: row.group)
    ]
    return {"template": "pages/teams.html", "groups": groups}


def _team(entry: Entry, ask: Ask) -> dict[str, Any]:
    team = entry.team
    return {
        "name": in_words(team.name, ask.language),
        "path": team.page_path if team.public else "",
        "note": pgettext("team", "withdrawn") if entry.withdrawn else "",
    }
