"""How games make points and points make places: data, not code per sport.

Where teams have equal points, the tie-breaks are asked in their order, each of all teams that are still equal:

| name | more is better, unless it says otherwise |
|---|---|
| ``head_to_head_points`` | points won in the games between the teams that are equal |
| ``head_to_head_wins`` | games won between them |
| ``head_to_head_difference`` | points (goals) scored less conceded in the games between them |
| ``head_to_head_scored`` | points (goals) scored in the games between them |
| ``head_to_head_ratio`` | scored divided by conceded in the games between them: FIBA's goal average until 2010 |
| ``head_to_head_again`` | all from the start, among those still equal only, where the rules before made them fewer |
| ``difference``, ``scored``, ``ratio``, ``wins`` | the same of all games in the group |
| ``lot`` | the number drawn; the lower is better. Asked only where all who are equal have drawn |

"The games between them" are those of the teams that were equal when the first of a row of head-to-head rules was asked.
With ``restart`` the first rule is asked again of each set of teams that a rule has made smaller, so that "between them"
shrinks with every step.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from events.league.reading import read, refuse

HEAD_TO_HEAD = "head_to_head_"
AGAIN = "head_to_head_again"
LOT = "lot"
UNDECIDED = "undecided"  # no rule, but what a place says that teams share
MEASURED = ("difference", "scored", "ratio", "wins")
TIE_BREAKS = (*(HEAD_TO_HEAD + name for name in ("points", *MEASURED)), AGAIN, *MEASURED, LOT)


@dataclass(frozen=True)
class Rules:
    """Points in the table, and what decides where they are equal.

    ``draw`` is None where no game ends level. A game lost by forfeit gives ``forfeit`` points and counts
    ``forfeit_score`` to nothing; where ``forfeit_keeps_better``, the score reached stands if it is even clearer. A game
    lost by default gives the points of a loss: the score reached stands if the other team led, else it is
    ``default_score`` to nothing.
    """

    win: int
    draw: int | None
    loss: int
    forfeit: int
    tie_breaks: tuple[str, ...]
    restart: bool = False
    forfeit_score: int = 0
    forfeit_keeps_better: bool = False
    default_score: int = 0

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Raises ValidationError that names the field and the remedy."""
        rules = cls(**read(cls, data, {"tie_breaks": TIE_BREAKS}))
        for name in ("forfeit_score", "default_score"):
            if getattr(rules, name) < 0:
                raise refuse(name, _("Enter 0 or more."), "invalid")
        return rules

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"tie_breaks": list(self.tie_breaks)}


# FIBA, Official Basketball Rules: appendix D.1.1 to D.1.4; articles 20.2 (forfeit, 20 to 0) and 21.2 (default, 2 to 0).
FIBA = Rules(
    win=2,
    draw=None,
    loss=1,
    forfeit=0,
    tie_breaks=(
        "head_to_head_points",
        "head_to_head_difference",
        "head_to_head_scored",
        "difference",
        "scored",
        "lot",
    ),
    restart=True,
    forfeit_score=20,
    default_score=2,
)
# FIFA, regulations of the World Cups from 1994 to 2022; FIFA Disciplinary Code for the 3 to 0 of a forfeit.
# What these put before the lot (conduct of the players) is not kept here: who has it draws the lots by it.
FOOTBALL = Rules(
    win=3,
    draw=1,
    loss=0,
    forfeit=0,
    tie_breaks=(
        "difference",
        "scored",
        "head_to_head_points",
        "head_to_head_difference",
        "head_to_head_scored",
        "lot",
    ),
    forfeit_score=3,
    forfeit_keeps_better=True,
    default_score=3,
)
# UEFA, regulations of the European Championship 2022-24, article 20: head to head first, then (d) the same again
# for those who are still level, and only then all games of the group.
UEFA = Rules(
    win=3,
    draw=1,
    loss=0,
    forfeit=0,
    tie_breaks=(
        "head_to_head_points",
        "head_to_head_difference",
        "head_to_head_scored",
        "head_to_head_again",
        "difference",
        "scored",
        "wins",
        "lot",
    ),
    forfeit_score=3,
    forfeit_keeps_better=True,
    default_score=3,
)
PRESETS: Mapping[str, Rules] = {"fiba": FIBA, "football": FOOTBALL, "uefa": UEFA}
