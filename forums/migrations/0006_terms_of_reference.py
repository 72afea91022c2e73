"""Terms of reference of forums, by version, one in force on a day."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0005_state_not_certain'),
    ]

    operations = [
        migrations.CreateModel(
            name='TermsOfReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='version number')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='in force')),
                ('mandate_en', models.TextField(blank=True, verbose_name='mandate in English')),
                ('mandate_fr', models.TextField(blank=True, verbose_name='mandate in French')),
                ('authority', models.CharField(blank=True, choices=[('statute', 'Statute'), ('minister', 'Minister'), ('deputy_minister', 'Deputy minister'), ('board', 'Board'), ('agreement', 'Agreement')], max_length=16, verbose_name='established by')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('business', 'Business'), ('association', 'Association'), ('academic', 'Academic or research institution'), ('expert', 'Expert practice'), ('nonprofit', 'Non-profit organization'), ('government', 'Government institution'), ('international', 'International organization'), ('representative_body', 'Indigenous representative organization'), ('nation', 'Nation')], max_length=20), blank=True, default=list, size=None, verbose_name='open to')),
                ('is_non_governmental_only', models.BooleanField(default=False, verbose_name='non-governmental only')),
                ('max_seats', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='most seats')),
                ('selection', models.CharField(blank=True, choices=[('open', 'Open application'), ('nomination', 'Nomination by the constituency'), ('invitation', 'Targeted invitation'), ('appointment', 'Appointment by the minister')], max_length=12, verbose_name='selection')),
                ('term_length_months', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='length of a term in months')),
                ('renewals_allowed', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='renewals allowed')),
                ('alternate_policy', models.CharField(blank=True, choices=[('none', 'None'), ('one', 'One named alternate'), ('ranked', 'First and second alternate'), ('ad_hoc', 'Ad hoc, with notice')], max_length=8, verbose_name='alternates')),
                ('observer_policy', models.CharField(blank=True, choices=[('none', 'None'), ('invitation', 'By invitation'), ('standing', 'Standing observers'), ('public', 'Open to the public')], max_length=12, verbose_name='observers')),
                ('chair_model', models.CharField(blank=True, choices=[('chair', 'One chair'), ('co_chairs', 'Co-chairs'), ('rotating', 'Rotating chair'), ('chair_vice_past', 'Chair, vice-chair and past chair')], max_length=16, verbose_name='chair')),
                ('quorum_rule', models.CharField(choices=[('none', 'No quorum'), ('half_plus_one', 'Half plus one of the seats filled'), ('half_per_category', 'Half of the seats filled in each category'), ('both_co_chairs', 'Both co-chairs present')], default='none', max_length=20, verbose_name='quorum')),
                ('decision_rule', models.CharField(blank=True, choices=[('consensus', 'Consensus'), ('recorded_dissent', 'Consensus with recorded dissent'), ('majority', 'Majority'), ('advice', 'Advice only')], max_length=20, verbose_name='decision making')),
                ('meetings_per_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='meetings a year')),
                ('notice_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days of notice')),
                ('papers_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days that papers go before')),
                ('minutes_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days until draft minutes')),
                ('minutes_style', models.CharField(blank=True, choices=[('verbatim', 'Verbatim'), ('attributed', 'Summary with names'), ('not_attributed', 'Summary without names'), ('decisions', 'Record of decisions')], max_length=16, verbose_name='style of minutes')),
                ('attribution', models.CharField(choices=[('attributed', 'What is said is attributed by name'), ('not_attributed', 'What is said is not attributed')], default='not_attributed', max_length=16, verbose_name='attribution')),
                ('publication', models.CharField(choices=[('members', 'Members only'), ('with_names', 'Published with names'), ('without_names', 'Published without names')], default='members', max_length=16, verbose_name='publication')),
                ('languages', models.CharField(choices=[('both', 'English and French'), ('interpreted', 'English and French, with interpretation'), ('indigenous', 'English, French and Indigenous languages'), ('en', 'English only'), ('fr', 'French only')], default='both', max_length=12, verbose_name='languages')),
                ('confidentiality', models.CharField(blank=True, choices=[('none', 'None'), ('document', 'Settled for each document'), ('agreement', 'Confidentiality agreement'), ('security', 'Security level')], max_length=12, verbose_name='confidentiality')),
                ('declaration_of_interests', models.BooleanField(default=False, verbose_name='members declare their interests')),
                ('correspondence_copy', models.BooleanField(default=False, verbose_name='letters are copied to the secretariat')),
                ('remuneration', models.CharField(blank=True, choices=[('volunteer', 'Volunteers'), ('travel', 'Travel expenses only'), ('honorarium', 'Honorarium')], max_length=12, verbose_name='remuneration')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='to be reviewed on')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_of_reference', to='forums.forum', verbose_name='forum')),
            ],
            options={
                'verbose_name': 'terms of reference',
                'verbose_name_plural': 'terms of reference',
                'ordering': ['forum', '-number'],
                'constraints': [models.UniqueConstraint(fields=('forum', 'number'), name='terms_of_reference_number_once', violation_error_message='This forum already has a version with this number.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('forum', '='), ('valid', '&&')], name='one_terms_of_reference_a_day', violation_error_code='in_force_already', violation_error_message='Another version is in force on some of these days.'), models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='terms_of_reference_last_a_day', violation_error_message='The last day must not lie before the first.'), models.CheckConstraint(condition=models.Q(('valid__startswith__isnull', False)), name='terms_of_reference_begin', violation_error_message='Enter the first day.'), models.CheckConstraint(condition=models.Q(('papers_days__isnull', True), ('notice_days__isnull', True), ('papers_days__lte', models.F('notice_days')), _connector='OR'), name='papers_follow_the_notice', violation_error_message='Papers cannot go before the notice of the meeting.')],
            },
        ),
    ]
