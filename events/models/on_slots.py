"""What is live about one slot, in no release: its notice, its booking."""

from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key
from core.changes.models import Child


class OnSlot(Child):
    """One for each slot; a new one overwrites it, and its version goes on counting. It names the slot by the ``uid``,
    for released rows follow each other. It takes a number like all public content, and leaves the draft alone.

    A subclass has ``event``, a foreign key.
    """

    root_field = "event"
    event: Any
    event_id: Any

    uid = models.UUIDField(_("slot"), unique=True)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    updated_at = models.DateTimeField(_("last change"), editable=False)

    class Meta(Child.Meta):
        abstract = True

    @property
    def slot_key(self) -> Key:
        return Key("slot", str(self.uid))

    def touches(self) -> Iterable[Key]:
        yield self.slot_key

    def enter(self, unit: Edit) -> None:
        """Its slot's answer changes; the event and its draft do not."""
        self.stamp_slot(unit)

    def stamp_slot(self, unit: Edit) -> None:
        rows: Any = self.event.released_slots
        rows.current().filter(uid=self.uid).stamp(version=F("version") + 1, updated_at=unit.moment)

    def finish(self, before: Self | None, unit: Edit) -> None:
        if before is not None and before.uid != self.uid:
            before.stamp_slot(unit)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.version = before.version + 1 if before else 1
        self.updated_at = unit.moment
        return {"version", "updated_at"}

    def clean(self) -> None:
        super().clean()
        if self._state.adding and self.event_id and self.uid and not self._is_out():
            raise ValidationError(_("Visitors do not know this slot yet. Release it first."), code="unreleased")

    def _is_out(self) -> bool:
        rows: Any = self.event.released_slots
        return bool(rows.current().filter(uid=self.uid).exists())
