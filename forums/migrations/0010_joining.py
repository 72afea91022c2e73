"""Applications for a seat, appeals, inquiries; which seats are our own."""

import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0009_meetings_history'),
        ('members', '0028_applications_for_seats'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='seat',
            name='is_ours',
            field=models.BooleanField(default=False, verbose_name='our seat'),
        ),
        migrations.CreateModel(
            name='SeatApplication',
            fields=[
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='seat_application', serialize=False, to='members.application', verbose_name='application')),
                ('contribution', models.TextField(blank=True, verbose_name='what they would bring')),
                ('confidential', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None, verbose_name='given in confidence')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seat_applications', to='forums.seatcategory', verbose_name='category')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_applications', to='forums.forum', verbose_name='forum')),
                ('term', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='seat_applications', to='forums.seatterm', verbose_name='term in a seat')),
            ],
            options={
                'verbose_name': 'application for a seat',
                'verbose_name_plural': 'applications for a seat',
                'ordering': ['-application__received_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SeatAppeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('text', models.TextField(verbose_name='why the decision should change')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received at')),
                ('outcome', models.CharField(blank=True, choices=[('allowed', 'Allowed'), ('dismissed', 'Dismissed')], max_length=10, verbose_name='outcome')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='decided on')),
                ('decided_by', models.CharField(blank=True, max_length=200, verbose_name='decided by')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('seat_application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='appeal', to='forums.seatapplication', verbose_name='application for a seat')),
            ],
            options={
                'verbose_name': 'appeal',
                'verbose_name_plural': 'appeals',
            },
        ),
        migrations.CreateModel(
            name='Inquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], max_length=2, verbose_name='language')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('organization_name', models.CharField(blank=True, max_length=250, verbose_name='name of the organization')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail')),
                ('question', models.TextField(verbose_name='question')),
                ('received_at', models.DateTimeField(auto_now_add=True, verbose_name='received at')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered at')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inquiries', to='forums.forum', verbose_name='forum')),
            ],
            options={
                'verbose_name': 'inquiry',
                'verbose_name_plural': 'inquiries',
                'ordering': ['-received_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('answered_by__isnull', True)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='inquiry_is_answered_by_somebody')],
            },
        ),
        migrations.AddConstraint(
            model_name='seatapplication',
            constraint=models.CheckConstraint(condition=models.Q(('confidential__contained_by', ['statement', 'contribution', 'conflicts'])), name='seat_application_marks_its_answers'),
        ),
        migrations.AddConstraint(
            model_name='seatappeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_by', ''), ('decided_on__isnull', True), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('decided_on__isnull', False), models.Q(('decided_by', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='appeal_is_decided_by_somebody_with_a_reason', violation_error_message='Say who decided, when and why.'),
        ),
        migrations.AddConstraint(
            model_name='seatappeal',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='appeal_says_why'),
        ),
    ]
