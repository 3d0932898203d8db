"""What teams ask of the floors below: their organizer stays public while they are."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.publication import State
from events.league.models import Team
from organizers.models import Organizer


def no_public_teams_of(organizer: Organizer) -> Iterable[ValidationError]:
    names = [str(team) for team in Team._base_manager.filter(state=State.PUBLISHED, organizer=organizer)[:3]]
    if names:
        yield ValidationError(
            _("Published teams need it: %(teams)s. Withdraw or move them first."),
            code="in_use",
            params={"teams": ", ".join(names)},
        )
