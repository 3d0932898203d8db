"""The pages of teams, of what an event plays out, and of results, beside those of their event."""

from events.admin.further import register_page
from events.admin.sheet_kinds import register_words
from events.admin.tools import register_tools
from events.league.admin import competition, drawing, results
from events.league.admin.competition import CompetitionAdmin
from events.league.admin.entry import EntryAdmin
from events.league.admin.sheet_words import TEAM_WORDS
from events.league.admin.team import TeamAdmin, TeamParticipantAdmin

__all__ = ["CompetitionAdmin", "EntryAdmin", "TeamAdmin", "TeamParticipantAdmin"]

for page in (*results.PAGES, drawing.PAGE):
    register_page(page)
register_tools(competition.tools_of)
register_tools(drawing.tools_of)
register_tools(drawing.tools_of, on="schedule")
register_tools(results.tools_of)
register_words("teams", TEAM_WORDS)
