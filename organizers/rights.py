"""What a user may do for an organizer, in words that a client can show: the querysets decide, this tells.

A floor above registers what its organizers own; tests hold the words against the querysets.
"""

from typing import Any

from organizers.models import Role

# What is told -> the permission behind it.
RIGHTS = {"read": "view", "create": "add", "edit": "change", "publish": "publish", "review": "review"}
_owned: dict[str, tuple[str, bool]] = {}


def register_owned(kind: str, model: str, *, published: bool) -> None:
    """``register_owned("event", "events.event", published=True)``: organizers own such rows; whether by publishing."""
    _owned[kind] = (model, published)


def rights_of(user: Any, role: Role | None, *, reads_only: bool = False) -> dict[str, list[str]]:
    """By kind. ``role`` is the user's in the organizer; None for content staff, whose rights are permissions."""
    return {
        kind: [right for right in (["read"] if reads_only else RIGHTS) if _may(user, role, right, model, published)]
        for kind, (model, published) in sorted(_owned.items())
    }


def _may(user: Any, role: Role | None, right: str, model: str, published: bool) -> bool:
    app, _dot, name = model.partition(".")
    if right in ("publish", "review"):
        if not published or role == Role.EDITOR:
            return False
        if role == Role.PUBLISHER:
            right = "edit"  # with a publisher's role, who may edit may publish
    return bool(user.has_perm(f"{app}.{RIGHTS[right]}_{name}"))
