"""The pages of teams, and of what an event plays out."""

from events.league.admin.team import TeamAdmin, TeamParticipantAdmin

__all__ = ["TeamAdmin", "TeamParticipantAdmin"]
