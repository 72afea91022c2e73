"""What is known of an initiative, with its source."""

import django.db.models.deletion
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0003_follow_up_token'),
    ]

    operations = [
        migrations.CreateModel(
            name='InitiativeFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('key', models.SlugField(max_length=60, verbose_name='key')),
                ('label_en', models.CharField(max_length=120, verbose_name='what it tells (English)')),
                ('label_fr', models.CharField(blank=True, max_length=120, verbose_name='what it tells (French)')),
                ('text_en', models.TextField(blank=True, verbose_name='statement (English)')),
                ('text_fr', models.TextField(blank=True, verbose_name='statement (French)')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('checked_on', models.DateField(blank=True, null=True, verbose_name='checked on')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='engagement.initiative')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('initiative', 'key'), name='initiative_fact_once', violation_error_message='This is already stated.')],
            },
        ),
        TrackHistory('engagement_initiativefact'),
    ]
