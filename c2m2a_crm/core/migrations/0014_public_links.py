"""Links that open one thing to somebody without an account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0013_closing_waits'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40, verbose_name='purpose')),
                ('object_id', models.BigIntegerField(verbose_name='number of the record')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('form_token', models.UUIDField(editable=False, unique=True)),
                ('recipient', models.CharField(max_length=120, verbose_name='recipient')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], default='en', max_length=2, verbose_name='language')),
                ('is_single_use', models.BooleanField(default=False, verbose_name='works once')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='made at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked at')),
                ('revoked_reason', models.TextField(blank=True, editable=False, verbose_name='reason for revoking')),
                ('openings', models.PositiveIntegerField(default=0, editable=False, verbose_name='openings')),
                ('first_opened_at', models.DateTimeField(editable=False, null=True, verbose_name='first opened at')),
                ('last_opened_at', models.DateTimeField(editable=False, null=True, verbose_name='last opened at')),
                ('uses', models.PositiveIntegerField(default=0, editable=False, verbose_name='uses')),
                ('used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used at')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('revoked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='revoked by')),
            ],
            options={
                'verbose_name': 'public link',
                'verbose_name_plural': 'public links',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['purpose', 'object_id', '-id'], name='links_of_a_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(('recipient', ''), _negated=True), name='public_link_has_a_recipient', violation_error_message='Say for whom the link is.'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True), ('revoked_reason', '')), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='public_link_is_revoked_with_a_reason', violation_error_message='Say why the link is revoked.'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='public_link_expires_after_it_is_made')],
            },
        ),
        # Openings are counted on the row and no change of it; what the secret is checked by has no place in history.
        TrackHistory("core_publiclink", omit=("digest", "form_token", "openings", "first_opened_at", "last_opened_at")),
    ]
