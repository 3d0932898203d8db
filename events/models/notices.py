"""The events that a notice is about: a table of this floor, because notices are told below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.changes.models import Child
from events.models.event import Event
from venues.models import Notice


class NoticeEvent(Child):
    """The public sees it while the event is public; a notice may be about an event that has yet to appear."""

    root_field = "notice"

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="concerned", verbose_name=_("notice"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="noticed", verbose_name=_("event"))

    class Meta(Child.Meta):
        ordering = ["pk"]
        verbose_name = _("event that it is about")
        verbose_name_plural = _("events that it is about")
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "event"],
                name="notice_event_once",
                violation_error_message=_("The notice names this event already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.event)
