"""Membership: tiers, dues, clocks, memberships and what was decided about them."""
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0017_profiles_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MembershipClock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('subject', models.CharField(choices=[('grace', 'Days of grace after the end of a term'), ('reminders', 'Days before the end of a term on which reminders go'), ('consent', 'Months after a membership for which consent to e-mail is implied')], max_length=12, verbose_name='what it sets')),
                ('numbers', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), size=None, verbose_name='numbers')),
                ('source_en', models.CharField(blank=True, max_length=300, verbose_name='source in English')),
                ('source_fr', models.CharField(blank=True, max_length=300, verbose_name='source in French')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
            ],
            options={
                'verbose_name': 'membership clock',
                'verbose_name_plural': 'membership clocks',
                'ordering': ['subject', 'valid', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('numbers__len__gte', 1)), name='membership_clock_has_a_number'), models.CheckConstraint(condition=models.Q(('subject', 'reminders'), models.Q(('numbers__0__gte', 0), ('numbers__len', 1)), _connector='OR'), name='membership_clock_counts_up'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('subject', '='), ('valid', '&&')], name='one_membership_clock_at_a_time', violation_error_message='This is set for these days already.')],
            },
        ),
        migrations.CreateModel(
            name='MembershipTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name_en', models.CharField(max_length=120, verbose_name='name in English')),
                ('name_fr', models.CharField(max_length=120, verbose_name='name in French')),
                ('about_en', models.TextField(blank=True, verbose_name='description in English')),
                ('about_fr', models.TextField(blank=True, verbose_name='description in French')),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('business', 'Business'), ('association', 'Association'), ('academic', 'Academic or research institution'), ('expert', 'Expert practice'), ('nonprofit', 'Non-profit organization'), ('government', 'Government institution'), ('international', 'International organization'), ('representative_body', 'Indigenous representative organization'), ('nation', 'Nation')], max_length=20), blank=True, default=list, size=None, verbose_name='open to')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='offered')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
            ],
            options={
                'verbose_name': 'membership tier',
                'verbose_name_plural': 'membership tiers',
                'ordering': ['position', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='membership_tier_lasts_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('term', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='term')),
                ('applied_on', models.DateField(blank=True, null=True, verbose_name='applied on')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships_answered_for', to='members.person', verbose_name='contact person')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='members.party', verbose_name='organization or Nation')),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='members.membershiptier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['party', 'term', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DuesRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount (CAD)')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('tier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='members.membershiptier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'dues',
                'verbose_name_plural': 'dues',
                'ordering': ['tier', 'valid', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MembershipDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('admitted', 'Admitted'), ('renewed', 'Renewed'), ('waived', 'Dues waived'), ('suspended', 'Suspended'), ('reinstated', 'Reinstated'), ('resigned', 'Resigned'), ('expelled', 'Expelled'), ('lapsed', 'Lapsed by decision')], max_length=10, verbose_name='decision')),
                ('days', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='days')),
                ('decided_on', models.DateField(verbose_name='decided on')),
                ('decided_by', models.CharField(max_length=200, verbose_name='decided by')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='members.membership', verbose_name='membership')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'decision on a membership',
                'verbose_name_plural': 'decisions on memberships',
                'ordering': ['membership', 'decided_on', 'pk'],
                'indexes': [models.Index(fields=['membership', 'kind'], name='decisions_of_a_membership')],
                'constraints': [models.CheckConstraint(condition=models.Q(('days__isempty', False), ('days__startswith__isnull', False)), name='membership_decision_has_a_first_day', violation_error_message='The last day must not lie before the first.'), models.CheckConstraint(condition=models.Q(('kind__in', ('admitted', 'renewed')), models.Q(('reason', ''), _negated=True), _connector='OR'), name='membership_decision_has_a_reason', violation_error_message='Say why.')],
            },
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('term__isempty', False), ('term__startswith__isnull', False)), name='membership_lasts_a_day', violation_error_message='A membership cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('party', '='), ('term', '&&')], name='one_membership_at_a_time', violation_error_message='There is already a membership in those days.'),
        ),
        migrations.AddConstraint(
            model_name='duesrate',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', Decimal('0'))), name='dues_are_not_negative', violation_error_message='Dues cannot be less than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='duesrate',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='dues_last_a_day'),
        ),
        migrations.AddConstraint(
            model_name='duesrate',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('tier', '='), ('valid', '&&')], name='one_rate_of_dues_at_a_time', violation_error_message='Dues are set for these days already.'),
        ),
    ]

