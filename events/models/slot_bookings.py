"""The booking of one slot, where it is not its event's: the tour at ten is sold out, each night has its own tickets.

It is live, as a notice is: nobody releases a schedule anew to say that the last place is gone.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.facts import validate_web_address
from events.models.event import CHOSEN, OFFICIAL, BookingStatus, Event
from events.models.on_slots import OnSlot
from events.querysets import OnSlotQuerySet

AS_THE_EVENT = _("Empty: as for the whole event.")


class SlotBooking(OnSlot):
    """What is left empty is as the event has it; deleting the row leaves all of it to the event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="slot_bookings", verbose_name=_("event"))
    status = models.CharField(_("booking"), max_length=12, choices=CHOSEN, blank=True, help_text=AS_THE_EVENT)
    opens_at = models.DateTimeField(_("booking opens"), null=True, blank=True, help_text=AS_THE_EVENT)
    closes_at = models.DateTimeField(_("booking closes"), null=True, blank=True, help_text=AS_THE_EVENT)
    url = models.URLField(
        _("booking link"), max_length=500, blank=True, validators=[validate_web_address], help_text=OFFICIAL
    )

    objects = OnSlotQuerySet.as_manager()  # type: ignore[misc] # the plugin makes the inherited one a ClassVar

    class Meta(OnSlot.Meta):
        ordering = ["-updated_at", "pk"]
        verbose_name = _("booking of a slot")
        verbose_name_plural = _("bookings of slots")

    def __str__(self) -> str:
        return str(BookingStatus(self.status).label) if self.status else str(self._meta.verbose_name)

    def window(self) -> tuple[Any, Any]:
        """When it opens and closes, the event's edges where it has none of its own."""
        return self.opens_at or self.event.booking_opens_at, self.closes_at or self.event.booking_closes_at

    def clean(self) -> None:
        opens, closes = self.window() if self.event_id else (self.opens_at, self.closes_at)
        if (self.opens_at or self.closes_at) and opens and closes and closes <= opens:
            if self.closes_at:
                raise ValidationError({"closes_at": _("Booking closes before it opens. Enter a later time.")})
            message = _(
                "The event's booking is closed by then. Enter an earlier time, or when booking of this slot closes."
            )
            raise ValidationError({"opens_at": message})
        super().clean()
