"""What an import keeps: which column an organizer's sheets mean by which name, and a file between two pages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from events.models.event import Event
from organizers.models import Organizer


class ImportColumns(models.Model):
    """Column names of an organizer's sheets that are none of ours: normal name -> field, "" where it is left out."""

    organizer = models.OneToOneField(
        Organizer, models.CASCADE, related_name="import_columns", verbose_name=_("organizer")
    )
    mapping = models.JSONField(default=dict)

    def __str__(self) -> str:
        return str(self.organizer)


class ImportFile(models.Model):
    """A file between its upload and its import, for whoever uploaded it. Any web process may serve the next page, so it
    waits in the database; what nobody imported is deleted after a day."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="import_files", verbose_name=_("event"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    name = models.CharField(max_length=200, blank=True)
    data = models.BinaryField()
    # The place of a column, from 0, as text -> the field that was chosen for it, "" where it is left out.
    columns = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["at"], name="import_file_age")]

    def __str__(self) -> str:
        return self.name
