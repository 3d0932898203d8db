import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COMPARED = [
    "slot_kind",
    "title",
    "starts_at",
    "ends_at",
    "on_date",
    "through",
    "precision",
    "timing",
    "status",
    "status_note",
    "venue_id",
    "space_id",
    "place_name",
    "capacity",
    "sample",
]


def mark_events(apps, schema_editor):
    """Events whose drafts differ from what is out, as of their last change; who takes part is not compared."""
    event, slot, released = (apps.get_model("events", name) for name in ("Event", "Slot", "ReleasedSlot"))
    names = ["event_id", "uid", *COMPARED]
    out = {values[1]: values for values in released.objects.filter(until=None).values_list(*names)}
    drafted = {values[1]: values for values in slot.objects.values_list(*names)}
    differing = {
        (drafted.get(uid) or out[uid])[0] for uid in {*out, *drafted} if out.get(uid) != drafted.get(uid)
    }
    for pk in differing:
        event.objects.filter(pk=pk).update(draft_changed_at=models.F("updated_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0008_slot_versions_and_notices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="event",
            name="draft_changed_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="unreleased changes"),
        ),
        migrations.AddField(
            model_name="event",
            name="draft_changed_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(mark_events, migrations.RunPython.noop),
    ]
