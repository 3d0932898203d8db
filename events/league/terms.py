"""The rules of a competition, out of what is stored of them.

``Competition.rules`` is the JSON of ``rules.Rules``; ``{}``: those of its sport. ``Competition.runners_up`` holds what
ranks runners-up across groups, ``{"order": [...], "against_last_counts": true}``, both optional; how many go on are
columns of their own.
"""

from typing import TYPE_CHECKING, Optional

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.league.advancing import Advance
from events.league.rules import FIBA, PRESETS, Rules

if TYPE_CHECKING:
    from events.league.models import Competition

OWN = ("order", "against_last_counts")


def plain_rules(sport: str) -> Rules:
    """Those that a sport has where nothing else is said."""
    return PRESETS.get(sport, FIBA)


def rules_of(competition: "Competition") -> Rules:
    """Raises ValidationError, by field of the rules."""
    return Rules.from_json(competition.rules) if competition.rules else plain_rules(competition.sport)


def advance_of(competition: "Competition") -> Advance:
    """Raises ValidationError, by field of the rules."""
    told = competition.runners_up
    if not isinstance(told, dict):
        told = {"order": told}  # refused below
    if foreign := [name for name in told if name not in OWN]:
        text = _("“%(name)s” is no rule for runners-up. There are: %(known)s.")
        raise ValidationError({foreign[0]: text % {"name": foreign[0], "known": ", ".join(OWN)}}, code="unknown")
    return Advance.from_json({**told, "first": competition.advance, "runners_up": competition.best_runners_up})


def terms_of(competition: Optional["Competition"]) -> tuple[Rules, Advance]:
    """What is stored was checked; where it does not hold any more, plain rules are better than no table."""
    if competition is None:
        return FIBA, Advance(0, 0)
    try:
        return rules_of(competition), advance_of(competition)
    except ValidationError:
        return plain_rules(competition.sport), Advance(competition.advance, competition.best_runners_up)
