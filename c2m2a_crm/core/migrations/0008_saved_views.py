"""Lists that people keep under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0007_logo'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived at')),
                ('archived_reason', models.TextField(blank=True, editable=False, verbose_name='reason for archiving')),
                ('list_key', models.CharField(max_length=60, verbose_name='list')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('query', models.TextField(blank=True, verbose_name='filters')),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with the office')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='saved_views', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'saved view',
                'verbose_name_plural': 'saved views',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_view_has_a_name', violation_error_message='Give the view a name.'), models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('owner', 'list_key', 'name'), name='saved_view_once_by_name', violation_error_message='You have a view of this name. Choose another.')],
            },
        ),
        TrackHistory("core_savedview"),
    ]
