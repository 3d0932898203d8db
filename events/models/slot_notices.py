"""What visitors of one slot must know now: the match begins late, doors are shut. It is live: no release holds it."""

from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.edits import Edit
from core.fields import TranslatedField
from core.translations import show
from events.models.event import Event
from events.models.on_slots import OnSlot
from events.querysets import SlotNoticeQuerySet
from venues.models import Severity

LONGEST_YEAR = 2999


class SlotNotice(OnSlot):
    event = models.ForeignKey(Event, models.CASCADE, related_name="slot_notices", verbose_name=_("event"))
    severity = models.CharField(_("severity"), max_length=12, choices=Severity, default=Severity.MODERATE)
    text = TranslatedField(
        _("text"), max_length=300, help_text=_("What has changed and what to do: Starts 30 minutes late, gate B.")
    )
    until = models.DateTimeField(
        _("shown until"), null=True, blank=True, help_text=_("Empty: until somebody takes it back.")
    )
    # Stored, and told by the tick: between two numbers every answer can be kept.
    over = models.BooleanField(default=False, editable=False)

    objects = SlotNoticeQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(OnSlot.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("notice on a slot")
        verbose_name_plural = _("notices on slots")
        # What the tick asks for.
        indexes = [models.Index(fields=["until"], name="slot_notice_ends", condition=models.Q(over=False))]

    def __str__(self) -> str:
        return show(self.text)

    def tell(self, unit: Edit) -> None:
        """That it is over, where the row says so already."""
        self.stamp_slot(unit)
        unit.touch(self.slot_key)

    def prepare(self, before: Self | None, unit: Edit) -> set[str]:
        self.over = self.is_over(unit.moment)
        return super().prepare(before, unit) | {"over"}

    def is_over(self, moment: datetime) -> bool:
        return self.until is not None and self.until <= moment

    def clean(self) -> None:
        if self.until is not None and not 2000 <= self.until.year <= LONGEST_YEAR:
            raise ValidationError({"until": _("Enter a year between 2000 and 2999.")})
        super().clean()
