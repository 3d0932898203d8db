"""A new team becomes the participant of its address that is there already: whose schedule that one is in is asked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.league.models import Team
from events.models import Event, SlotParticipant


def check_adoption(team: Team, user: Any) -> None:
    """Raises ValidationError (``slug``) where it would take over who plays in events that are not the user's to edit:
    its name changes theirs."""
    if team.participant_id is not None or not team.slug:
        return
    others = SlotParticipant._base_manager.filter(participant__slug=team.slug)
    foreign = others.exclude(slot__event__in=Event.objects.editable_by(user)).select_related("slot__event").first()
    if foreign is not None:
        message = _("A participant with this name in URLs plays in events that you may not edit. Choose another.")
        raise ValidationError({"slug": ValidationError(message, code="foreign")})
