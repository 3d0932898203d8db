"""The log of acts, for the templates."""

from typing import Any

from django.utils.translation import gettext as _

from core.changes.models import Act


def act_row(act: Act) -> dict[str, Any]:
    """A line of the log for the templates."""
    changed = ", ".join(act.fields)
    note = " · ".join(part for part in (act.note, changed) if part)
    by = act.by or _("the system")
    return {"at": act.at, "by": by, "verb": act.get_verb_display(), "what": act.label, "note": note, "url": None}
