"""The log of acts, for the templates."""

from typing import Any

from django.utils.translation import gettext as _

from core.changes.models import Act


def name_shown(stored: str) -> str:
    """A field or a section in the reader's language; the log keeps its English name, often capitalised."""
    known = (stored, stored[:1].lower() + stored[1:])
    return next((_(name) for name in known if _(name) != name), stored)


def act_row(act: Act) -> dict[str, Any]:
    """A line of the log for the templates."""
    changed = ", ".join(name_shown(name) for name in act.fields)
    note = " · ".join(part for part in (act.note, changed) if part)
    by = act.by or _("the system")
    return {"at": act.at, "by": by, "verb": act.get_verb_display(), "what": act.label, "note": note, "url": None}
