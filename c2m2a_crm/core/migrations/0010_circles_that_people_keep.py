"""Circles are rows that people keep, and may be opened in an emergency."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0009_operations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='circle',
            options={'ordering': ['name', 'pk'], 'verbose_name': 'circle', 'verbose_name_plural': 'circles'},
        ),
        migrations.AlterModelOptions(
            name='circlemembership',
            options={'verbose_name': 'place in a circle', 'verbose_name_plural': 'places in circles'},
        ),
        migrations.AddField(
            model_name='circle',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='circle',
            name='name',
            field=models.CharField(max_length=120, verbose_name='name'),
        ),
        migrations.AddIndex(
            model_name='auditevent',
            index=models.Index(fields=['subject_table', 'subject_id', '-id'], name='audit_of_a_record'),
        ),
        migrations.CreateModel(
            name='CircleAccess',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='reason')),
                ('began_at', models.DateTimeField(verbose_name='began at')),
                ('ends_at', models.DateTimeField(verbose_name='ends at')),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to='core.circle')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended early by')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='circle_accesses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'access to a circle',
                'verbose_name_plural': 'accesses to circles',
                'ordering': ['-began_at', '-pk'],
                'indexes': [models.Index(fields=['user', 'ends_at'], name='circle_access_of_a_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='circle_access_has_a_reason'), models.CheckConstraint(condition=models.Q(('ends_at__gte', models.F('began_at'))), name='circle_access_ends_after_it_begins')],
            },
        ),
        TrackHistory("core_circleaccess"),
    ]
