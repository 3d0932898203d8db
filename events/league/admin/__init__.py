"""The pages of teams, of what an event plays out, and of results, beside those of their event."""

from events.admin.further import register_page
from events.admin.tools import register_tools
from events.league.admin import drawing, results
from events.league.admin.competition import CompetitionAdmin, tools_of
from events.league.admin.entry import EntryAdmin
from events.league.admin.team import TeamAdmin, TeamParticipantAdmin

__all__ = ["CompetitionAdmin", "EntryAdmin", "TeamAdmin", "TeamParticipantAdmin"]

for page in (*results.PAGES, drawing.PAGE):
    register_page(page)
register_tools(tools_of)
register_tools(drawing.tools_of)
register_tools(drawing.tools_of, on="schedule")
register_tools(results.tools_of)
