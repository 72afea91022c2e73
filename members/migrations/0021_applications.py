"""Applications that come from outside with their checklist, and the ledger of reminders."""
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0020_freshness'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('membership', 'Membership')], default='membership', max_length=12, verbose_name='kind')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form_token', models.UUIDField(editable=False, unique=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], max_length=2, verbose_name='language')),
                ('organization_name', models.CharField(max_length=250, verbose_name='name of the organization')),
                ('party_kind', models.CharField(choices=[('business', 'Business'), ('association', 'Association'), ('academic', 'Academic or research institution'), ('expert', 'Expert practice'), ('nonprofit', 'Non-profit organization'), ('government', 'Government institution'), ('international', 'International organization'), ('representative_body', 'Indigenous representative organization'), ('nation', 'Nation')], max_length=20, verbose_name='kind of organization')),
                ('website', models.CharField(blank=True, max_length=300, verbose_name='website')),
                ('given_name', models.CharField(max_length=120, verbose_name='given name')),
                ('family_name', models.CharField(max_length=120, verbose_name='family name')),
                ('title', models.CharField(blank=True, max_length=250, verbose_name='title')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='telephone')),
                ('statement', models.TextField(verbose_name='why you apply')),
                ('conflicts', models.TextField(blank=True, verbose_name='conflicts of interest')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received at')),
                ('decision', models.CharField(blank=True, choices=[('admitted', 'Admitted'), ('declined', 'Declined')], max_length=8, verbose_name='decision')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('membership', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='members.membership', verbose_name='membership')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='members.party', verbose_name='organization or Nation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='members.person', verbose_name='person')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('tier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='members.membershiptier', verbose_name='tier')),
            ],
            options={
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
                'ordering': ['-received_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('point', models.CharField(choices=[('identity', 'The organization exists and the applicant may speak for it'), ('eligible', 'It is eligible for the tier'), ('conflicts', 'What was declared about conflicts was weighed'), ('dues', 'The applicant knows the dues')], max_length=12, verbose_name='point')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='what was found')),
                ('done_at', models.DateTimeField(auto_now_add=True, verbose_name='looked at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='members.application', verbose_name='application')),
                ('done_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at by')),
            ],
            options={
                'verbose_name': 'point of a checklist',
                'verbose_name_plural': 'points of checklists',
            },
        ),
        migrations.CreateModel(
            name='ApplicationConflict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='interest')),
                ('declared_at', models.DateTimeField(auto_now_add=True, verbose_name='declared at')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='declarations', to='members.application', verbose_name='application')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='declared by')),
            ],
            options={
                'verbose_name': 'declared conflict of interest',
                'verbose_name_plural': 'declared conflicts of interest',
            },
        ),
        migrations.CreateModel(
            name='MembershipReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term_end', models.DateField(verbose_name='last day of the term')),
                ('offset', models.SmallIntegerField(verbose_name='days before the end of the term')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('outcome', models.CharField(choices=[('queued', 'In the outbox'), ('nobody', 'Nobody to write to'), ('late', 'Too late, left out')], max_length=8, verbose_name='what became of it')),
                ('message_class', models.CharField(choices=[('transactional', 'Facts of a membership that goes on (S.C. 2010, c. 23, s. 6(6))')], default='transactional', max_length=16, verbose_name='class of message')),
                ('to_address', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='noted at')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='members.membership', verbose_name='membership')),
            ],
            options={
                'verbose_name': 'reminder of a renewal',
                'verbose_name_plural': 'reminders of renewals',
                'ordering': ['-due_on', '-pk'],
            },
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['decision', '-received_at'], name='applications_queue'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by', ''), ('decided_on__isnull', True), ('decision', '')), models.Q(models.Q(('decision', ''), _negated=True), ('decided_on__isnull', False), models.Q(('decided_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='application_is_decided_by_somebody_with_a_reason', violation_error_message='Say who decided, when and why.'),
        ),
        migrations.AddConstraint(
            model_name='applicationcheck',
            constraint=models.UniqueConstraint(fields=('application', 'point'), name='application_point_once'),
        ),
        migrations.AddConstraint(
            model_name='applicationconflict',
            constraint=models.UniqueConstraint(fields=('application', 'user'), name='application_conflict_once'),
        ),
        migrations.AddConstraint(
            model_name='applicationconflict',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='application_conflict_says_what'),
        ),
        migrations.AddConstraint(
            model_name='membershipreminder',
            constraint=models.UniqueConstraint(fields=('membership', 'term_end', 'offset'), name='reminder_of_a_term_once'),
        ),
    ]

