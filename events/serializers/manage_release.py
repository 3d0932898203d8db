"""What a release would change and what is wrong with it, as its publisher reads it."""

from typing import Any

from rest_framework import serializers

from core.api.language import in_script
from events.conflicts import Conflict
from events.differences import Difference
from events.models import Release, ReleasedSlot
from events.wording import sentences


def _time(moment: Any) -> str | None:
    return None if moment is None else serializers.DateTimeField().to_representation(moment)


def _slug(row: Any) -> dict[str, str] | None:
    return None if row is None else {"slug": row.slug}


def conflict_shape(conflict: Conflict, tag: str) -> dict[str, Any]:
    """``id`` is what a publisher accepts; the slots at fault may be of other events. The message is for a reader of
    ``tag``."""
    return {
        "id": conflict.id,
        "kind": conflict.kind,
        "level": conflict.level.value,
        "message": in_script(conflict.message, tag),
        "accepted": conflict.accepted,
        "slots": [
            {
                "uid": str(row.uid),
                "title": dict(row.title),
                "starts_at": _time(row.starts_at),
                "event": {"slug": row.event.slug},
            }
            for row in conflict.slots
        ],
    }


def frozen_shape(row: ReleasedSlot | None) -> dict[str, Any] | None:
    """A slot as a release has it or would have it; every language of its texts."""
    if row is None:
        return None
    return {
        "kind": row.slot_kind,
        "title": dict(row.title),
        "starts_at": _time(row.starts_at),
        "ends_at": _time(row.ends_at),
        "on_date": row.on_date and row.on_date.isoformat(),
        "through": row.through and row.through.isoformat(),
        "timing": row.timing,
        "precision": row.precision,
        "status": row.status,
        "status_note": dict(row.status_note),
        "venue": _slug(row.venue),
        "space": _slug(row.space),
        "place_name": dict(row.place_name),
        "participants": [{name: each[name] for name in ("slug", "role", "billing")} for each in row.participants],
        "capacity": row.capacity,
    }


def difference_shape(each: Difference, tag: str) -> dict[str, Any]:
    """``sentences`` say it in words, with the content's texts in the language of ``tag``."""
    return {
        "uid": str(each.uid),
        "kinds": [kind.value for kind in each.kinds],
        "title": dict(each.row.title),
        "sentences": [in_script(sentence, tag) for sentence in sentences(each, tag)],
        "before": frozen_shape(each.before),
        "after": frozen_shape(each.after),
    }


def release_shape(release: Release, changes: int) -> dict[str, Any]:
    """``changes``: how many slots it changed."""
    return {
        "number": release.number,
        "at": _time(release.at),
        "by": None if release.by is None else {"username": release.by.get_username()},
        "note": release.note,
        "accepted": release.accepted,
        "changes": changes,
    }
