"""The pages of teams, and of what an event plays out."""

from events.admin.tools import register_tools
from events.league.admin.competition import CompetitionAdmin, tools_of, tools_of_schedule
from events.league.admin.entry import EntryAdmin
from events.league.admin.team import TeamAdmin, TeamParticipantAdmin

__all__ = ["CompetitionAdmin", "EntryAdmin", "TeamAdmin", "TeamParticipantAdmin"]

register_tools(tools_of)
register_tools(tools_of_schedule, on="schedule")
