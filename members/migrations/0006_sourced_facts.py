"""What is known of jurisdictions and parties, with its source."""

import django.db.models.deletion
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0005_words_of_other_names'),
    ]

    operations = [
        migrations.CreateModel(
            name='JurisdictionFact',
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
                ('jurisdiction', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='members.jurisdiction')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('jurisdiction', 'key'), name='jurisdiction_fact_once', violation_error_message='This is already stated.')],
            },
        ),
        migrations.CreateModel(
            name='PartyFact',
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
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='members.party')),
            ],
            options={
                'ordering': ['position', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('party', 'key'), name='party_fact_once', violation_error_message='This is already stated.')],
            },
        ),
        TrackHistory('members_jurisdictionfact'),
    TrackHistory('members_partyfact'),
    ]
