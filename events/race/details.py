"""What a race adds to its slots: ``detail`` of a draft under ``wave``, ``cutoff`` and ``closure``, which a release then
freezes. The rows beside the slot are what editors change; this keeps the JSON in step with them.

``{"wave": {"course": {"slug", "name"}, "bibs": {"prefix", "from", "to"}, "pace": {"fastest", "slowest"}, "size"}}``,
``{"cutoff": {"course", "km"}}``, ``{"closure": {"course", "from_km", "to_km", "line", "is_area", "venues": [slug],
"shuts", "note"}}``; what is not known is null.
"""

from typing import Any

from core.changes.edits import Edit
from events.drafts import parts
from events.models import Event, Slot

NAMES = ("wave", "cutoff", "closure")


def write_details(slots: Any, unit: Edit) -> None:
    """Of these drafts, a queryset: in as few statements for a thousand as for one. Whoever calls this holds the events
    and raises their versions."""
    for part in parts(list(slots.order_by("pk").values_list("pk", flat=True))):
        changed = [slot for slot in with_rows(Slot.objects.filter(pk__in=part)) if _differs(slot)]
        Slot.objects.rewrite(changed, ["detail"])
        for event in Event._base_manager.filter(pk__in={slot.event_id for slot in changed}):
            Event._base_manager.filter(pk=event.pk).stamp(**event.draft_stamp(unit))


def with_rows(slots: Any) -> Any:
    """The slots with the rows beside them, and those rows' courses and venues."""
    joined = slots.select_related(*(f"{name}__course" for name in NAMES))
    return joined.prefetch_related("closure__venues__venue")


def _differs(slot: Slot) -> bool:
    """Sets the detail that the rows ask for."""
    rows = {name: getattr(slot, name, None) for name in NAMES}
    others = {name: value for name, value in (slot.detail or {}).items() if name not in NAMES}
    wanted = {**others, **{name: row.detail() for name, row in rows.items() if row is not None}}
    before, slot.detail = slot.detail, wanted or None
    return before != slot.detail
