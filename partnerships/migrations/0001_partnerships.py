"""Partnerships and their areas of cooperation."""

import django.db.models.deletion
import django_countries.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('engagement', '0006_statements_in_either_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='partnership', serialize=False, to='engagement.initiative', verbose_name='initiative')),
                ('code', models.CharField(blank=True, max_length=30, null=True, unique=True, verbose_name='code')),
                ('kind', models.CharField(choices=[('bilateral', 'Bilateral'), ('multilateral', 'Multilateral')], max_length=12, verbose_name='kind')),
                ('counterpart_en', models.CharField(blank=True, max_length=250, verbose_name='counterpart in English')),
                ('counterpart_fr', models.CharField(blank=True, max_length=250, verbose_name='counterpart in French')),
                ('counterpart_country', django_countries.fields.CountryField(blank=True, max_length=2, verbose_name='counterpart country')),
                ('instrument', models.CharField(blank=True, choices=[('action_plan', 'Action plan'), ('strategic_partnership', 'Strategic partnership'), ('understanding', 'Memorandum of understanding'), ('cooperation', 'Memorandum of cooperation'), ('joint_statement', 'Joint statement'), ('declaration', 'Declaration of intent'), ('dialogue', 'Dialogue or working group'), ('alliance', 'Alliance or initiative'), ('forum', 'Intergovernmental forum'), ('organization', 'Intergovernmental organization'), ('program', 'Program or trust fund')], max_length=24, verbose_name='instrument')),
                ('signed_on', models.DateField(blank=True, null=True, verbose_name='signed or announced')),
                ('precision', models.CharField(choices=[('day', 'To the day'), ('month', 'To the month'), ('year', 'To the year'), ('unknown', 'Not known')], default='unknown', max_length=8, verbose_name='precision of the date')),
                ('is_binding', models.BooleanField(blank=True, null=True, verbose_name='binding')),
                ('status', models.CharField(choices=[('active', 'Active'), ('uncertain', 'Uncertain'), ('superseded', 'Superseded'), ('ended', 'Ended')], default='active', max_length=12, verbose_name='status')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='partnerships.partnership', verbose_name='succeeded by')),
            ],
            options={
                'verbose_name': 'partnership',
                'verbose_name_plural': 'partnerships',
            },
        ),
        migrations.CreateModel(
            name='CooperationArea',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('key', models.SlugField(max_length=60, verbose_name='key')),
                ('text_en', models.TextField(blank=True, verbose_name='area in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='area in French')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='source')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='areas', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'area of cooperation',
                'verbose_name_plural': 'areas of cooperation',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('precision', 'unknown'), ('signed_on__isnull', True)), models.Q(('signed_on__isnull', False), models.Q(('precision', 'unknown'), _negated=True)), _connector='OR'), name='partnership_date_has_a_precision', violation_error_message='Enter the date and how precisely it is known, or neither.'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), models.Q(('successor', models.F('initiative')), _negated=True), _connector='OR'), name='partnership_does_not_succeed_itself', violation_error_message='A partnership cannot succeed itself.'),
        ),
        migrations.AddConstraint(
            model_name='cooperationarea',
            constraint=models.UniqueConstraint(fields=('partnership', 'key'), name='cooperation_area_once', violation_error_message='This area is already listed.'),
        ),
        migrations.AddConstraint(
            model_name='cooperationarea',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='cooperation_area_has_words', violation_error_message='Write the area in at least one language.'),
        ),
        # A partnership's row can only stand on an initiative of that kind, and that initiative stays one.
        migrations.RunSQL(
            sql="""
            ALTER TABLE partnerships_partnership
                ADD COLUMN initiative_kind varchar(12) NOT NULL GENERATED ALWAYS AS ('partnership') STORED;
            ALTER TABLE partnerships_partnership ADD CONSTRAINT partnership_stands_on_a_partnership
                FOREIGN KEY (initiative_id, initiative_kind) REFERENCES engagement_initiative (id, kind);
            """,
            reverse_sql="ALTER TABLE partnerships_partnership DROP COLUMN initiative_kind;",
        ),
    ]
