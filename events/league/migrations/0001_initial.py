import core.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('events', '0010_details_of_slots_and_who_appears'),
        ('media', '0001_initial'),
        ('organizers', '0002_api_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Competition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sport', models.CharField(choices=[('basketball', 'basketball'), ('football', 'football'), ('volleyball', 'volleyball'), ('table_tennis', 'table tennis'), ('badminton', 'badminton'), ('cycling', 'cycling'), ('other', 'other')], default='basketball', max_length=14, verbose_name='sport')),
                ('rules', models.JSONField(blank=True, default=dict, verbose_name='rules of the table')),
                ('advance', models.PositiveSmallIntegerField(default=0, help_text='The first so many of each group go on.', verbose_name='places that advance')),
                ('best_runners_up', models.PositiveSmallIntegerField(default=0, help_text='How many of those just below go on too, ranked across the groups.', verbose_name='best runners-up')),
                ('runners_up', models.JSONField(blank=True, default=dict, verbose_name='rules for runners-up')),
                ('note', core.fields.TranslatedField(blank=True, default=dict, max_length=2000, verbose_name='rules in words')),
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='competition', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'competition',
                'verbose_name_plural': 'competitions',
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Use lower-case letters, digits and single hyphens: hongmei-cultural-park.')], verbose_name='name in URLs')),
                ('name', core.fields.TranslatedField(default=dict, max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'group',
                'verbose_name_plural': 'groups',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seed', models.PositiveSmallIntegerField(blank=True, help_text='1 is the strongest.', null=True, verbose_name='seed')),
                ('adjustment', models.SmallIntegerField(default=0, help_text='Counts in the table: -1 takes one point away.', verbose_name='points given or taken')),
                ('adjustment_reason', core.fields.TranslatedField(blank=True, default=dict, max_length=200, verbose_name='reason')),
                ('lot', models.PositiveSmallIntegerField(blank=True, help_text='Where lots decide between teams that are level: 1 is placed first.', null=True, verbose_name='lot')),
                ('withdrawn', models.BooleanField(default=False, help_text='It plays no more. Its results stay until they are made void.', verbose_name='withdrawn')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='events.event', verbose_name='event')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='entries', to='league.group', verbose_name='group')),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
                'ordering': ['group__position', 'seed', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(unique=True, verbose_name='slot')),
                ('state', models.CharField(choices=[('none', 'none'), ('provisional', 'provisional'), ('confirmed', 'confirmed'), ('forfeit', 'forfeit'), ('void', 'void')], default='none', max_length=12, verbose_name='state')),
                ('home_score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='home')),
                ('away_score', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='away')),
                ('periods', models.JSONField(blank=True, default=list, verbose_name='periods')),
                ('overtimes', models.PositiveSmallIntegerField(default=0, verbose_name='overtimes')),
                ('forfeited_by', models.CharField(blank=True, choices=[('home', 'home'), ('away', 'away')], max_length=4, verbose_name='forfeited by')),
                ('decided_for', models.CharField(blank=True, choices=[('home', 'home'), ('away', 'away')], help_text='Level, and decided by penalties or lots.', max_length=4, verbose_name='decided for')),
                ('note', core.fields.TranslatedField(blank=True, default=dict, max_length=200, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('updated_at', models.DateTimeField(editable=False, verbose_name='last change')),
                ('scorer', models.CharField(blank=True, editable=False, max_length=80, verbose_name='link')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'result',
                'verbose_name_plural': 'results',
                'ordering': ['-updated_at', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=40, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Use lower-case letters, digits and single hyphens: hongmei-cultural-park.')], verbose_name='name in URLs')),
                ('name', core.fields.TranslatedField(default=dict, max_length=80, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('kind', models.CharField(choices=[('groups', 'groups'), ('knock_out', 'knock-out')], default='groups', max_length=10, verbose_name='kind')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'stage',
                'verbose_name_plural': 'stages',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='Match',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='round')),
                ('round_name', core.fields.TranslatedField(blank=True, default=dict, max_length=60, verbose_name='name of the round')),
                ('number', models.PositiveSmallIntegerField(help_text='Of the match in its event.', verbose_name='number')),
                ('leg', models.PositiveSmallIntegerField(default=1, verbose_name='leg')),
                ('home_source', models.JSONField(blank=True, null=True, verbose_name='home comes from')),
                ('away_source', models.JSONField(blank=True, null=True, verbose_name='away comes from')),
                ('officials', models.JSONField(blank=True, default=list, help_text='Who conducts it, as the league names them: crew chief, umpires, table officials.', verbose_name='officials')),
                ('away', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='away_matches', to='league.entry', verbose_name='away')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='matches', to='league.group', verbose_name='group')),
                ('home', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='home_matches', to='league.entry', verbose_name='home')),
                ('slot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='match', to='events.slot', verbose_name='slot')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='matches', to='league.stage', verbose_name='stage')),
            ],
            options={
                'verbose_name': 'match',
                'verbose_name_plural': 'matches',
                'ordering': ['number', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='group',
            name='stage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='groups', to='league.stage', verbose_name='stage'),
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public', models.BooleanField(default=False, editable=False, verbose_name='public now')),
                ('version', models.PositiveIntegerField(default=0, editable=False, verbose_name='version')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='last change')),
                ('state', models.CharField(choices=[('draft', 'draft'), ('in_review', 'in review'), ('published', 'published'), ('withdrawn', 'withdrawn')], default='draft', editable=False, max_length=12, verbose_name='state')),
                ('appear_at', models.DateTimeField(blank=True, help_text='Leave empty to appear as soon as it is published.', null=True, verbose_name='appears at')),
                ('vanish_at', models.DateTimeField(blank=True, help_text='Leave empty to stay until it is withdrawn.', null=True, verbose_name='vanishes at')),
                ('first_published_at', models.DateTimeField(editable=False, null=True)),
                ('slug', models.CharField(blank=True, help_text='Left empty, it is made from the name. It cannot change after the first publication.', max_length=80, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9]+(?:-[a-z0-9]+)*\\Z', 'Use lower-case letters, digits and single hyphens: hongmei-cultural-park.')], verbose_name='name in URLs')),
                ('name', core.fields.TranslatedField(default=dict, max_length=120, verbose_name='name')),
                ('name_pinyin', models.CharField(blank=True, help_text='Only where the automatic spelling is wrong; lists are sorted by it.', max_length=200, verbose_name='pinyin')),
                ('short_name', core.fields.TranslatedField(blank=True, default=dict, help_text='For tables and scoreboards.', max_length=20, verbose_name='short name')),
                ('company', core.fields.TranslatedField(blank=True, default=dict, help_text='Whose team it is.', max_length=160, verbose_name='company')),
                ('summary', core.fields.TranslatedField(blank=True, default=dict, help_text='One or two sentences for lists.', max_length=300, verbose_name='summary')),
                ('colour', models.CharField(blank=True, max_length=7, validators=[django.core.validators.RegexValidator('\\A#[0-9a-fA-F]{6}\\Z', 'Write the colour as #RRGGBB: #C8102E.')], verbose_name='first colour')),
                ('second_colour', models.CharField(blank=True, max_length=7, validators=[django.core.validators.RegexValidator('\\A#[0-9a-fA-F]{6}\\Z', 'Write the colour as #RRGGBB: #C8102E.')], verbose_name='second colour')),
                ('founded', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1800), django.core.validators.MaxValueValidator(2999)], verbose_name='founded')),
                ('verified_on', models.DateField(blank=True, help_text='When somebody last checked these facts. Empty: unverified.', null=True, verbose_name='verified on')),
                ('doubts', models.TextField(blank=True, help_text='For colleagues; never shown in public.', verbose_name='doubts and sources')),
                ('sample', models.BooleanField(default=False, verbose_name='demonstration data')),
                ('organizer', models.ForeignKey(help_text='Who looks after this page: its members may change it.', on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='organizers.organizer', verbose_name='organizer')),
                ('participant', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='team', to='events.participant', verbose_name='participant')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'permissions': [('publish_team', 'Can publish teams'), ('review_team', 'Can review teams')],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='team',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='league.team', verbose_name='team'),
        ),
        migrations.CreateModel(
            name='TeamImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='media.image', verbose_name='picture')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='league.team')),
            ],
            options={
                'verbose_name': 'picture',
                'verbose_name_plural': 'pictures',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='TeamLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phone', 'telephone'), ('email', 'e-mail'), ('wechat', 'WeChat account'), ('website', 'website'), ('mini_program', 'mini-program'), ('video', 'video'), ('map', 'map'), ('other', 'other link')], default='website', max_length=12, verbose_name='kind')),
                ('value', models.CharField(max_length=500, verbose_name='address or number')),
                ('label', core.fields.TranslatedField(blank=True, default=dict, max_length=80, verbose_name='label')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='league.team')),
            ],
            options={
                'verbose_name': 'link or contact',
                'verbose_name_plural': 'links and contacts',
                'ordering': ['position', 'pk'],
                'abstract': False,
                'base_manager_name': 'objects',
            },
        ),
        migrations.CreateModel(
            name='TeamSortKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=100)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sort_keys', to='league.team')),
            ],
        ),
        migrations.CreateModel(
            name='ScorerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(help_text='Court 2, Saturday.', max_length=80, verbose_name='for whom')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('uids', models.JSONField(default=list, verbose_name='matches')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('created_at', models.DateTimeField(editable=False, verbose_name='created')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scorer_links', to='events.event', verbose_name='event')),
            ],
            options={
                'verbose_name': 'link for scorers',
                'verbose_name_plural': 'links for scorers',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('revoked_at', None)), fields=['event', 'expires_at'], name='scorer_link_of_event')],
            },
        ),
        migrations.AddConstraint(
            model_name='stage',
            constraint=models.UniqueConstraint(fields=('event', 'slug'), name='stage_once'),
        ),
        migrations.AddConstraint(
            model_name='group',
            constraint=models.UniqueConstraint(fields=('event', 'slug'), name='group_once'),
        ),
        migrations.AddIndex(
            model_name='team',
            index=models.Index(condition=models.Q(('public', True)), fields=['-updated_at', '-id'], name='team_updated'),
        ),
        migrations.AddIndex(
            model_name='team',
            index=models.Index(condition=models.Q(('appear_at__isnull', False)), fields=['appear_at'], name='team_appears'),
        ),
        migrations.AddIndex(
            model_name='team',
            index=models.Index(condition=models.Q(('vanish_at__isnull', False)), fields=['vanish_at'], name='team_vanishes'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('event', 'team'), name='entry_once', violation_error_message='The team is in this competition already.'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(condition=models.Q(('seed__isnull', False)), fields=('event', 'seed'), name='seed_once', violation_error_message='Another team has this seed.'),
        ),
        migrations.AddConstraint(
            model_name='teamimage',
            constraint=models.UniqueConstraint(fields=('team', 'image'), name='team_image_once'),
        ),
        migrations.AddIndex(
            model_name='teamsortkey',
            index=models.Index(fields=['language', 'key', 'team'], name='team_by_name'),
        ),
        migrations.AddConstraint(
            model_name='teamsortkey',
            constraint=models.UniqueConstraint(fields=('team', 'language'), name='team_sort_key_once'),
        ),
    ]
