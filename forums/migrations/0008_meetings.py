"""Meetings, their agendas, invitations, roll call, minutes and decisions."""

import django.db.models.constraints
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0024_months_of_knowing'),
        ('engagement', '0011_words_that_may_go'),
        ('forums', '0007_terms_of_reference_history'),
        ('members', '0018_memberships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=250, verbose_name='title in French')),
                ('starts_at', models.DateTimeField(verbose_name='begins')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('zone', models.CharField(choices=[('America/Whitehorse', 'Yukon (Whitehorse)'), ('America/Vancouver', 'Pacific (Vancouver)'), ('America/Edmonton', 'Mountain (Edmonton, Yellowknife)'), ('America/Regina', 'Saskatchewan (Regina)'), ('America/Winnipeg', 'Central (Winnipeg)'), ('America/Rankin_Inlet', 'Central Nunavut (Rankin Inlet)'), ('America/Toronto', 'Eastern (Toronto, Ottawa, Montréal)'), ('America/Iqaluit', 'Eastern Nunavut (Iqaluit)'), ('America/Halifax', 'Atlantic (Halifax)'), ('America/Goose_Bay', 'Labrador (Goose Bay)'), ('America/St_Johns', 'Newfoundland (St. John’s)'), ('Europe/London', 'United Kingdom (London)'), ('Europe/Paris', 'Central Europe (Paris, Brussels)'), ('Asia/Tokyo', 'Japan (Tokyo)'), ('Australia/Sydney', 'Eastern Australia (Sydney)'), ('UTC', 'Universal time (UTC)')], default='America/Toronto', max_length=40, verbose_name='time zone')),
                ('form', models.CharField(choices=[('in_person', 'In person'), ('online', 'Online'), ('hybrid', 'Hybrid')], default='hybrid', max_length=10, verbose_name='form')),
                ('place_en', models.CharField(blank=True, max_length=250, verbose_name='place in English')),
                ('place_fr', models.CharField(blank=True, max_length=250, verbose_name='place in French')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link to join')),
                ('notes', models.TextField(blank=True, verbose_name='notes for us')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='number in calendars')),
                ('sequence', models.PositiveIntegerField(default=0, editable=False, verbose_name='change number in calendars')),
                ('announced_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='announced at')),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='cancelled at')),
                ('cancelled_reason', models.CharField(blank=True, editable=False, max_length=500, verbose_name='reason')),
                ('approved_en_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='English approved at')),
                ('approved_fr_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='French approved at')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='forums.forum', verbose_name='forum')),
                ('interaction', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meeting', to='engagement.interaction', verbose_name='contact')),
            ],
            options={
                'verbose_name': 'meeting',
                'verbose_name_plural': 'meetings',
                'ordering': ['-starts_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=250, verbose_name='title in French')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='minutes')),
                ('presenter', models.CharField(blank=True, max_length=200, verbose_name='presented by')),
                ('times_carried', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('is_done', models.BooleanField(default=False, verbose_name='dealt with')),
                ('carried_from', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='carried_to', to='forums.agendaitem')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='forums.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'agenda item',
                'verbose_name_plural': 'agenda items',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MeetingSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name_en', models.CharField(blank=True, max_length=200, verbose_name='name in English')),
                ('name_fr', models.CharField(blank=True, max_length=200, verbose_name='name in French')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='forums.forum', verbose_name='forum')),
            ],
            options={
                'verbose_name': 'series of meetings',
                'verbose_name_plural': 'series of meetings',
                'ordering': ['forum', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='meeting',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='forums.meetingseries', verbose_name='series'),
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('review_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='out for review since')),
                ('adopted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='adopted at')),
                ('adopted_on', models.DateField(blank=True, null=True, verbose_name='adopted on')),
                ('adopted_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('meeting', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='forums.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'minutes',
                'verbose_name_plural': 'minutes',
            },
        ),
        migrations.CreateModel(
            name='MinutesAddition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='text in French')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='additions', to='forums.minutes')),
            ],
            options={
                'verbose_name': 'addition to minutes',
                'verbose_name_plural': 'additions to minutes',
                'ordering': ['made_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MinutesSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='text in French')),
                ('item', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='section', to='forums.agendaitem', verbose_name='agenda item')),
                ('minutes', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='forums.minutes', verbose_name='minutes')),
            ],
            options={
                'verbose_name': 'section of minutes',
                'verbose_name_plural': 'sections of minutes',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('text_en', models.TextField(blank=True, verbose_name='decision in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='decision in French')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='forums.meeting', verbose_name='meeting')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='forums.minutessection', verbose_name='section of minutes')),
            ],
            options={
                'verbose_name': 'decision',
                'verbose_name_plural': 'decisions',
                'ordering': ['meeting', 'number'],
            },
        ),
        migrations.CreateModel(
            name='StandingItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=250, verbose_name='title in French')),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='minutes')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standing_items', to='forums.meetingseries', verbose_name='series')),
            ],
            options={
                'verbose_name': 'standing item',
                'verbose_name_plural': 'standing items',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='standing_item',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='forums.standingitem'),
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(blank=True, max_length=2, verbose_name='language')),
                ('answer', models.CharField(blank=True, choices=[('', 'No answer yet'), ('yes', 'Comes'), ('no', 'Does not come'), ('alternate', 'Alternate comes')], default='', max_length=10, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('alternate', models.CharField(blank=True, max_length=200, verbose_name='alternate')),
                ('remark', models.CharField(blank=True, max_length=500, verbose_name='remark')),
                ('sequence_sent', models.PositiveIntegerField(blank=True, null=True, verbose_name='change last sent')),
                ('is_cancel_sent', models.BooleanField(default=False, verbose_name='told that it is cancelled')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.outboxmessage', verbose_name='message')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meeting_invitations', to='members.person', verbose_name='person')),
                ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forums.seat', verbose_name='seat')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='forums.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['meeting', 'pk'],
                'indexes': [models.Index(fields=['person', '-id'], name='invitations_of_a_person')],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'person'), name='invited_once', violation_error_message='This person is invited already.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', 'alternate'), _negated=True), models.Q(('alternate', ''), _negated=True), _connector='OR'), name='alternate_is_named', violation_error_message='Say who comes instead.'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='answer_has_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(choices=[('present', 'Present'), ('online', 'Online'), ('left', 'Left early'), ('regrets', 'Regrets'), ('absent', 'Absent')], max_length=10, verbose_name='mark')),
                ('marked_at', models.DateTimeField(auto_now=True)),
                ('marked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.party', verbose_name='speaks for')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendances', to='members.person', verbose_name='person')),
                ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forums.seat', verbose_name='seat')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='forums.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'mark of the roll call',
                'verbose_name_plural': 'marks of the roll call',
                'ordering': ['meeting', 'pk'],
                'indexes': [models.Index(fields=['person', '-id'], name='attendances_of_a_person')],
                'constraints': [models.UniqueConstraint(fields=('meeting', 'person'), name='marked_once', violation_error_message='This person stands in the roll call already.')],
            },
        ),
        migrations.CreateModel(
            name='MeetingDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filed_at', models.DateTimeField(auto_now_add=True, verbose_name='filed on')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(app_label)s_%(class)s_rows', to='core.document')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_links', to='forums.meeting', verbose_name='meeting')),
            ],
            options={
                'verbose_name': 'paper of a meeting',
                'verbose_name_plural': 'papers of meetings',
                'constraints': [models.UniqueConstraint(fields=('meeting', 'document'), name='meeting_document_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='meetingseries',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_fr', ''), _negated=True), _connector='OR'), name='series_has_a_name', violation_error_message='Enter a name in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='meetingseries',
            constraint=models.UniqueConstraint(fields=('id', 'forum'), name='series_of_one_forum'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['starts_at', 'id'], name='meetings_by_time'),
        ),
        migrations.AddIndex(
            model_name='meeting',
            index=models.Index(fields=['forum', '-starts_at'], name='meetings_of_a_forum'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('forum', 'number'), name='meeting_number_once', violation_error_message='Another meeting of this forum has this number.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True), _connector='OR'), name='meeting_has_a_title', violation_error_message='Enter a title in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='meeting_ends_after_it_begins', violation_error_message='A meeting ends after it begins.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('cancelled_at__isnull', True), models.Q(('cancelled_reason', ''), _negated=True), _connector='OR'), name='meeting_is_cancelled_with_a_reason', violation_error_message='Say why the meeting is cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='minutes',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('adopted_at__isnull', True), ('adopted_by__isnull', True), ('adopted_on__isnull', True)), models.Q(('adopted_at__isnull', False), ('adopted_by__isnull', False), ('adopted_on__isnull', False)), _connector='OR'), name='minutes_adopted_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='minutesaddition',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='minutes_addition_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='minutesaddition',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='minutes_addition_says_something'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('meeting', 'number'), name='decision_number_once'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='decision_says_something'),
        ),
        migrations.AddConstraint(
            model_name='standingitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True), _connector='OR'), name='standing_item_has_a_title', violation_error_message='Enter a title in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True), _connector='OR'), name='agenda_item_has_a_title', violation_error_message='Enter a title in at least one language.'),
        ),
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_meeting ADD CONSTRAINT meeting_series_is_its_forums
                FOREIGN KEY (series_id, forum_id) REFERENCES forums_meetingseries (id, forum_id);
            """,
            reverse_sql="ALTER TABLE forums_meeting DROP CONSTRAINT meeting_series_is_its_forums;",
        ),
    ]
