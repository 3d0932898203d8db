"""What visitors of one slot must know now: the match begins late, doors are shut. It is live: no release holds it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit, Key
from core.changes.models import Child
from core.fields import TranslatedField
from core.translations import show
from events.models.event import Event
from events.querysets import SlotNoticeQuerySet
from venues.models import Severity

LONGEST_YEAR = 2999


class SlotNotice(Child):
    """One for each slot; a new one overwrites it, and its version goes on counting. It names the slot by the ``uid``,
    for released rows follow each other. It takes a number like all public content, and leaves the draft alone."""

    root_field = "event"

    event = models.ForeignKey(Event, models.CASCADE, related_name="slot_notices", verbose_name=_("event"))
    uid = models.UUIDField(_("slot"), unique=True)
    severity = models.CharField(_("severity"), max_length=12, choices=Severity, default=Severity.MODERATE)
    text = TranslatedField(
        _("text"), max_length=300, help_text=_("What has changed and what to do: Starts 30 minutes late, gate B.")
    )
    until = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Empty: until somebody takes it back.")
    )
    # Stored, and told by the tick: between two numbers every answer can be kept.
    over = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)
    updated_at = models.DateTimeField(_("last change"), editable=False)

    objects = SlotNoticeQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(Child.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("notice on a slot")
        verbose_name_plural = _("notices on slots")
        # What the tick asks for.
        indexes = [models.Index(fields=["until"], name="slot_notice_ends", condition=models.Q(over=False))]

    def __str__(self) -> str:
        return show(self.text)

    @property
    def slot_key(self) -> Key:
        return Key("slot", str(self.uid))

    def touches(self) -> Iterable[Key]:
        yield self.slot_key

    def enter(self, unit: Edit) -> None:
        """Its slot's answer changes; the event and its draft do not."""
        self._stamp_slot(unit)

    def _stamp_slot(self, unit: Edit) -> None:
        rows: Any = self.event.released_slots
        rows.current().filter(uid=self.uid).stamp(version=F("version") + 1, updated_at=unit.moment)

    def tell(self, unit: Edit) -> None:
        """That it is over, where the row says so already."""
        self._stamp_slot(unit)
        unit.touch(self.slot_key)

    def finish(self, before: Self | None, unit: Edit) -> None:
        if before is not None and before.uid != self.uid:
            before._stamp_slot(unit)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.version = before.version + 1 if before else 1
        self.updated_at = unit.moment
        self.over = self.is_over(unit.moment)
        return {"version", "updated_at", "over"}

    def is_over(self, moment: datetime) -> bool:
        return self.until is not None and self.until <= moment

    def clean(self) -> None:
        super().clean()
        if self.until is not None and not 2000 <= self.until.year <= LONGEST_YEAR:
            raise ValidationError({"until": _("Enter a year between 2000 and 2999.")})
        if self._state.adding and self.event_id and self.uid and not self._is_out():
            raise ValidationError(_("Visitors do not know this slot yet. Release it first."), code="unreleased")

    def _is_out(self) -> bool:
        rows: Any = self.event.released_slots
        return bool(rows.current().filter(uid=self.uid).exists())
