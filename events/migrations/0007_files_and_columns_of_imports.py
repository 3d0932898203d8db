from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("organizers", "0001_initial"),
        ("events", "0006_notice_event"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportColumns",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mapping", models.JSONField(default=dict)),
                (
                    "organizer",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        related_name="import_columns",
                        to="organizers.organizer",
                        verbose_name="organizer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("name", models.CharField(blank=True, max_length=200)),
                ("data", models.BinaryField()),
                ("columns", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="import_files",
                        to="events.event",
                        verbose_name="event",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["at"], name="import_file_age")]},
        ),
    ]
