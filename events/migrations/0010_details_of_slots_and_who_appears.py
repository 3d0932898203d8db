from django.db import migrations, models


def tell_who_appears(apps, schema_editor):
    """Of what is out now."""
    released, appearance = (apps.get_model("events", name) for name in ("ReleasedSlot", "Appearance"))
    rows = released.objects.filter(until=None).values_list("uid", "participants")
    found = {(uid, each["slug"]): None for uid, people in rows.iterator() for each in people}
    made = [appearance(uid=uid, slug=slug) for uid, slug in found]
    appearance.objects.bulk_create(made, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0009_unreleased_changes_of_events'),
    ]

    operations = [
        migrations.AddField(
            model_name='participant',
            name='url',
            field=models.URLField(blank=True, help_text='A page of their own: https://example.cn/band', max_length=500, verbose_name='link'),
        ),
        migrations.AddField(
            model_name='releasedslot',
            name='detail',
            field=models.JSONField(editable=False, null=True, verbose_name='details'),
        ),
        migrations.AddField(
            model_name='slot',
            name='detail',
            field=models.JSONField(editable=False, null=True, verbose_name='details'),
        ),
        migrations.AlterField(
            model_name='releasedslot',
            name='slot_kind',
            field=models.CharField(choices=[('match', 'match'), ('wave', 'start wave'), ('set', 'set'), ('tour', 'tour departure'), ('session', 'session'), ('show', 'show'), ('ceremony', 'ceremony'), ('exhibition', 'exhibition'), ('market', 'market'), ('other', 'other'), ('doors', 'doors'), ('break', 'break'), ('changeover', 'changeover'), ('curfew', 'curfew'), ('cutoff', 'cut-off'), ('closure', 'road closure')], default='session', max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='series',
            name='slot_kind',
            field=models.CharField(choices=[('match', 'match'), ('wave', 'start wave'), ('set', 'set'), ('tour', 'tour departure'), ('session', 'session'), ('show', 'show'), ('ceremony', 'ceremony'), ('exhibition', 'exhibition'), ('market', 'market'), ('other', 'other'), ('doors', 'doors'), ('break', 'break'), ('changeover', 'changeover'), ('curfew', 'curfew'), ('cutoff', 'cut-off'), ('closure', 'road closure')], default='session', max_length=12, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='slot',
            name='slot_kind',
            field=models.CharField(choices=[('match', 'match'), ('wave', 'start wave'), ('set', 'set'), ('tour', 'tour departure'), ('session', 'session'), ('show', 'show'), ('ceremony', 'ceremony'), ('exhibition', 'exhibition'), ('market', 'market'), ('other', 'other'), ('doors', 'doors'), ('break', 'break'), ('changeover', 'changeover'), ('curfew', 'curfew'), ('cutoff', 'cut-off'), ('closure', 'road closure')], default='session', max_length=12, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Appearance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField()),
                ('slug', models.CharField(max_length=80)),
            ],
            options={
                'indexes': [models.Index(fields=['slug', 'uid'], name='appearance_of')],
                'constraints': [models.UniqueConstraint(fields=('uid', 'slug'), name='appearance_once')],
            },
        ),
        migrations.RunPython(tell_who_appears, migrations.RunPython.noop),
    ]
