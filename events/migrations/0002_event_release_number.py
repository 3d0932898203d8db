from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from core.changes.records import touch_all


def number_released_schedules(apps, schema_editor):
    """The public answer of each event with a schedule changes, so that all of them take a number."""
    Event = apps.get_model("events", "Event")
    Release = apps.get_model("events", "Release")
    last = Release.objects.filter(event=OuterRef("pk")).order_by("-number").values("number")[:1]
    if Event.objects.filter(releases__isnull=False).update(release_number=Subquery(last)):
        touch_all(timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("events", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="release_number",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(number_released_schedules, migrations.RunPython.noop),
    ]
