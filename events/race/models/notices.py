"""Which notice to a venue's visitors came of which road closure."""

from django.db import models

from events.models import Event
from venues.models import Notice


class ClosureNotice(models.Model):
    """One for each slot that ever cut off a venue. ``written``: what the notice was made to say, told by its digest, so
    that what an editor changes in it afterwards stays until the closure itself changes. Shows nowhere by itself."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="+")
    uid = models.UUIDField(unique=True)
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="+")
    written = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.uid}: {self.notice}"
