"""Rhythms of touch, agreed quiet, and organizations that are no prospects."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0012_confided_contacts'),
        ('members', '0023_offices_search'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgreedQuiet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='agreed for')),
                ('agreed_by', models.CharField(max_length=200, verbose_name='who agreed')),
                ('reason', models.TextField(verbose_name='why')),
                ('noted_at', models.DateTimeField(auto_now_add=True, verbose_name='noted at')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended on')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreed_quiets', to='members.party')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreed_quiets', to='members.person')),
            ],
            options={
                'verbose_name': 'agreed quiet',
                'verbose_name_plural': 'agreed quiet days',
                'ordering': ['-valid', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('party__isnull', True), ('person__isnull', False)), models.Q(('party__isnull', False), ('person__isnull', True)), _connector='OR'), name='agreed_quiet_of_a_person_or_a_party'), models.CheckConstraint(condition=models.Q(('valid__endswith__isnull', False), ('valid__isempty', False), ('valid__startswith__isnull', False)), name='agreed_quiet_has_both_ends', violation_error_message='The last day must not lie before the first.'), models.CheckConstraint(condition=models.Q(models.Q(('agreed_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), name='agreed_quiet_says_who_and_why', violation_error_message='Say who agreed, and why.'), models.CheckConstraint(condition=models.Q(models.Q(('ended_by__isnull', True), ('ended_on__isnull', True)), models.Q(('ended_by__isnull', False), ('ended_on__gte', models.F('valid__startswith')), ('ended_on__isnull', False)), _connector='OR'), name='agreed_quiet_is_ended_by_somebody'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_on__isnull', True)), expressions=[('person', '='), ('valid', '&&')], name='one_agreed_quiet_of_a_person_at_a_time', violation_error_message='Quiet is agreed for these days already.'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('ended_on__isnull', True)), expressions=[('party', '='), ('valid', '&&')], name='one_agreed_quiet_of_a_party_at_a_time', violation_error_message='Quiet is agreed for these days already.')],
            },
        ),
        migrations.CreateModel(
            name='NoProspect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('reason', models.TextField(verbose_name='why not')),
                ('since', models.DateField(verbose_name='since')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='taken back on')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='no_prospect', to='members.party', verbose_name='organization')),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='said by')),
            ],
            options={
                'verbose_name': 'no prospect',
                'verbose_name_plural': 'no prospects',
                'ordering': ['-since', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='no_prospect_has_a_reason', violation_error_message='Say why.'), models.UniqueConstraint(condition=models.Q(('ended_on__isnull', True)), fields=('party',), name='no_prospect_once_at_a_time', violation_error_message='This is noted already.')],
            },
        ),
        migrations.CreateModel(
            name='OwnRhythm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_rhythms', to='members.party')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='own_rhythms', to='members.person')),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='set by')),
            ],
            options={
                'verbose_name': 'rhythm of one’s own',
                'verbose_name_plural': 'rhythms of one’s own',
                'ordering': ['valid', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('party__isnull', True), ('person__isnull', False)), models.Q(('party__isnull', False), ('person__isnull', True)), _connector='OR'), name='own_rhythm_of_a_person_or_a_party'), models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='own_rhythm_of_a_day_at_least', violation_error_message='Enter at least one day.'), models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='own_rhythm_lasts_a_day'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='own_rhythm_has_a_reason', violation_error_message='Say why.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('valid', '&&')], name='one_own_rhythm_of_a_person_at_a_time', violation_error_message='This is set for these days already.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('party', '='), ('valid', '&&')], name='one_own_rhythm_of_a_party_at_a_time', violation_error_message='This is set for these days already.')],
            },
        ),
        migrations.CreateModel(
            name='Rhythm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('days', models.PositiveSmallIntegerField(verbose_name='days')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rhythms', to='members.membershiptier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'rhythm of a tier',
                'verbose_name_plural': 'rhythms of tiers',
                'ordering': ['tier', 'valid', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('days__gte', 1)), name='rhythm_of_a_day_at_least', violation_error_message='Enter at least one day.'), models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='rhythm_lasts_a_day', violation_error_message='The last day must not lie before the first.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('tier', '='), ('valid', '&&')], name='one_rhythm_of_a_tier_at_a_time', violation_error_message='This is set for these days already.')],
            },
        ),
    ]
