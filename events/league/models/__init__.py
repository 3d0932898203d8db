"""The tables of the league: who plays (``teams``), in what and by which rules (``competition``), each match of it
(``matches``), and what came of it, live (``results``)."""

from events.league.models.competition import Competition, Entry, Group, Sport, Stage, StageKind
from events.league.models.matches import Match, Side
from events.league.models.results import Result, ResultState, ScorerLink
from events.league.models.teams import Team, TeamImage, TeamLink, TeamSortKey

__all__ = [
    "Competition",
    "Entry",
    "Group",
    "Match",
    "Result",
    "ResultState",
    "ScorerLink",
    "Side",
    "Sport",
    "Stage",
    "StageKind",
    "Team",
    "TeamImage",
    "TeamLink",
    "TeamSortKey",
]
