"""What the page of a slot shows beside the slot itself, by its kind."""

from typing import Any

from django.http import HttpRequest

from core.admin.base import StackedRows
from events.admin.parts import register_slot_rows
from events.models import Slot, SlotKind
from events.race.admin.paces import pace_field
from events.race.models import Closure, Course, Cutoff, Wave

PACES = ("fastest_pace", "slowest_pace", "pace_from", "pace_to")


class OnSlotRows(StackedRows):
    """One at most; of the courses of the slot's own event."""

    max_num = 1

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        course: Any = formset.form.base_fields.get("course")
        if course is not None and isinstance(obj, Slot):
            course.queryset = Course.objects.filter(event=obj.event_id)
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return (
            pace_field(db_field)
            if db_field.name in PACES
            else super().formfield_for_dbfield(db_field, request, **kwargs)
        )


class WaveRows(OnSlotRows):
    model = Wave
    fields = (("course", "size"), ("bib_prefix", "bib_from", "bib_to"), ("pace_from", "pace_to"))


class CutoffRows(OnSlotRows):
    model = Cutoff
    fields = (("course", "km"),)


class ClosureRows(OnSlotRows):
    """Its line and the venues that it cuts off have a page of their own."""

    model = Closure
    fields = (("course", "from_km", "to_km"), "note")
    show_change_link = True


register_slot_rows(SlotKind.WAVE, WaveRows)
register_slot_rows(SlotKind.CUTOFF, CutoffRows)
register_slot_rows(SlotKind.CLOSURE, ClosureRows)
