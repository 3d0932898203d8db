"""Whose a new object is, where its maker does not say."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.api.problems import BadRequest, FieldProblem
from organizers.models import Organizer


def only_organizer(user: Any) -> Organizer:
    """Where there is one that the user acts for, nobody has to say it. Raises BadRequest."""
    found = list(Organizer.objects.acted_for_by(user).order_by("slug")[:2])
    if len(found) != 1:
        message = _("Say whose it is: you act for several organizers.")
        raise BadRequest([FieldProblem("organizer", "required", message)])
    return found[0]
