"""Policy positions: topics, wordings, stances, adoptions with dissents, and uses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0015_files_of_applications_history'),
        ('members', '0028_applications_for_seats'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived at')),
                ('archived_reason', models.TextField(blank=True, editable=False, verbose_name='reason for archiving')),
                ('question_en', models.CharField(blank=True, max_length=300, verbose_name='question in English')),
                ('question_fr', models.CharField(blank=True, max_length=300, verbose_name='question in French')),
                ('opened_on', models.DateField(verbose_name='opened on')),
                ('initiative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='engagement.initiative', verbose_name='filed under')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
            ],
            options={
                'verbose_name': 'policy position',
                'verbose_name_plural': 'policy positions',
                'ordering': ['-opened_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PositionTopic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('concept', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='position_topics', to='members.concept', verbose_name='topic')),
                ('jurisdiction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='position_topics', to='members.jurisdiction', verbose_name='jurisdiction')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='forums.position')),
            ],
            options={
                'verbose_name': 'topic of a position',
                'verbose_name_plural': 'topics of positions',
                'ordering': ['position', 'concept__vocabulary', 'concept__position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PositionWording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='version number')),
                ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='text in French')),
                ('change', models.CharField(blank=True, max_length=500, verbose_name='what changed')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='why it changed')),
                ('written_on', models.DateField(verbose_name='written on')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wordings', to='forums.position', verbose_name='policy position')),
            ],
            options={
                'verbose_name': 'wording of a position',
                'verbose_name_plural': 'wordings of positions',
                'ordering': ['position', '-number'],
            },
        ),
        migrations.CreateModel(
            name='PositionUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('submission', 'Submission'), ('testimony', 'Testimony'), ('meeting', 'Meeting'), ('partnership', 'Partnership'), ('publication', 'Publication'), ('other', 'Other')], max_length=12, verbose_name='where it was used')),
                ('used_on', models.DateField(verbose_name='used on')),
                ('citation', models.CharField(max_length=500, verbose_name='citation')),
                ('link', models.URLField(blank=True, max_length=500, verbose_name='link')),
                ('initiative', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='position_uses', to='engagement.initiative', verbose_name='partnership, forum or file')),
                ('interaction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='position_uses', to='engagement.interaction', verbose_name='contact')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='position_uses', to='forums.meeting', verbose_name='meeting')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='positions_received', to='members.party', verbose_name='put to')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='forums.position', verbose_name='policy position')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='forums.positionwording', verbose_name='wording used')),
            ],
            options={
                'verbose_name': 'use of a position',
                'verbose_name_plural': 'uses of positions',
                'ordering': ['-used_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Adoption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('adopted_on', models.DateField(verbose_name='adopted on')),
                ('rule', models.CharField(choices=[('consensus', 'Consensus'), ('recorded_dissent', 'Consensus with recorded dissent'), ('majority', 'Majority'), ('advice', 'Advice only')], max_length=20, verbose_name='decision making')),
                ('conditions_note', models.CharField(blank=True, max_length=500, verbose_name='how the conditions are met')),
                ('withdrawn_on', models.DateField(blank=True, editable=False, null=True, verbose_name='withdrawn on')),
                ('withdrawn_reason', models.CharField(blank=True, editable=False, max_length=500, verbose_name='why it was withdrawn')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='forums.decision', verbose_name='decision')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='forums.meeting', verbose_name='meeting')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('terms', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='forums.termsofreference', verbose_name='terms of reference')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='forums.position', verbose_name='policy position')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adoptions', to='forums.positionwording', verbose_name='wording')),
            ],
            options={
                'verbose_name': 'adoption',
                'verbose_name_plural': 'adoptions',
                'ordering': ['-adopted_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Stance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('supports', 'Supports'), ('supports_if', 'Supports if'), ('opposes', 'Opposes'), ('abstains', 'Takes no position')], max_length=12, verbose_name='stance')),
                ('condition', models.CharField(blank=True, max_length=500, verbose_name='on what condition')),
                ('words', models.TextField(blank=True, verbose_name='in their words')),
                ('said_on', models.DateField(verbose_name='said on')),
                ('recorded_at', models.DateTimeField(auto_now_add=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, editable=False, max_length=500, verbose_name='why it was noted in error')),
                ('interaction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='engagement.interaction', verbose_name='contact')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='members.party', verbose_name='organization or Nation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='members.person', verbose_name='who spoke')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='forums.position', verbose_name='policy position')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='forums.seat', verbose_name='seat')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='forums.minutessection', verbose_name='section of minutes')),
                ('wording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stances', to='forums.positionwording', verbose_name='wording spoken of')),
            ],
            options={
                'verbose_name': 'stance',
                'verbose_name_plural': 'stances',
                'ordering': ['-said_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Dissent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason for the dissent')),
                ('adoption', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dissents', to='forums.adoption')),
                ('position', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='forums.position')),
                ('stance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dissents', to='forums.stance', verbose_name='stance')),
            ],
            options={
                'verbose_name': 'recorded dissent',
                'verbose_name_plural': 'recorded dissents',
                'ordering': ['adoption', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='position',
            index=models.Index(fields=['-opened_on', '-id'], name='positions_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='position',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('question_en', ''), _negated=True), models.Q(('question_fr', ''), _negated=True), _connector='OR'), name='position_asks_something', violation_error_message='Enter the question in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='positiontopic',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('concept__isnull', False), ('jurisdiction__isnull', True)), models.Q(('concept__isnull', True), ('jurisdiction__isnull', False)), _connector='OR'), name='position_topic_is_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='positiontopic',
            constraint=models.UniqueConstraint(fields=('position', 'concept', 'jurisdiction'), name='position_topic_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='positionwording',
            constraint=models.UniqueConstraint(fields=('position', 'number'), name='position_wording_number_once'),
        ),
        migrations.AddConstraint(
            model_name='positionwording',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='position_wording_says_something', violation_error_message='Enter the text in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='positionwording',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(models.Q(('change', ''), _negated=True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='position_wording_says_what_changed', violation_error_message='Say what changed, and why.'),
        ),
        migrations.AddConstraint(
            model_name='positionwording',
            constraint=models.UniqueConstraint(fields=('id', 'position'), name='position_wording_of_one_position'),
        ),
        migrations.AddIndex(
            model_name='positionuse',
            index=models.Index(fields=['position', '-used_on', '-id'], name='uses_of_a_position'),
        ),
        migrations.AddConstraint(
            model_name='positionuse',
            constraint=models.CheckConstraint(condition=models.Q(('citation', ''), _negated=True), name='position_use_is_cited', violation_error_message='Say where it was used, so that somebody else finds it.'),
        ),
        migrations.AddIndex(
            model_name='adoption',
            index=models.Index(fields=['position', '-adopted_on', '-id'], name='adoptions_of_a_position'),
        ),
        migrations.AddConstraint(
            model_name='adoption',
            constraint=models.UniqueConstraint(condition=models.Q(('withdrawn_on__isnull', True)), fields=('wording',), name='wording_adopted_once', violation_error_message='This wording is adopted already.'),
        ),
        migrations.AddConstraint(
            model_name='adoption',
            constraint=models.CheckConstraint(condition=models.Q(('decision__isnull', True), ('meeting__isnull', False), _connector='OR'), name='adopting_decision_has_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='adoption',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_on__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_on__gte', models.F('adopted_on')), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='adoption_is_withdrawn_with_a_reason', violation_error_message='Say why the position is withdrawn, on a day after its adoption.'),
        ),
        migrations.AddConstraint(
            model_name='adoption',
            constraint=models.UniqueConstraint(fields=('id', 'position'), name='adoption_of_one_position'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(fields=['position', '-said_on', '-id'], name='stances_of_a_position'),
        ),
        migrations.AddIndex(
            model_name='stance',
            index=models.Index(fields=['party', '-said_on', '-id'], name='stances_of_a_party'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(('seat__isnull', False), ('party__isnull', False), _connector='OR'), name='stance_has_a_speaker', violation_error_message='Choose a seat, an organization or a Nation.'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('interaction__isnull', False), ('section__isnull', True)), models.Q(('interaction__isnull', True), ('section__isnull', False)), _connector='OR'), name='stance_has_a_source', violation_error_message='Choose the contact or the minutes in which it was said.'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'supports_if'), _negated=True), models.Q(('condition', ''), _negated=True), _connector='OR'), name='stance_says_its_condition', violation_error_message='Say on what condition.'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('supports_if', 'opposes')), ('condition', ''), _connector='OR'), name='stance_condition_has_its_kind', violation_error_message='Only who supports on a condition, or opposes, has a condition.'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='stance_is_taken_back_with_a_reason', violation_error_message='Say why it was noted in error.'),
        ),
        migrations.AddConstraint(
            model_name='stance',
            constraint=models.UniqueConstraint(fields=('id', 'position'), name='stance_of_one_position'),
        ),
        migrations.AddConstraint(
            model_name='dissent',
            constraint=models.UniqueConstraint(fields=('adoption', 'stance'), name='dissent_recorded_once'),
        ),
        migrations.AddConstraint(
            model_name='dissent',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='dissent_has_a_reason', violation_error_message='Say why they do not join in.'),
        ),
        # A stance, an adoption and a use speak of a wording of their own position; a dissent rests on a stance of the
        # position whose adoption it is about.
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_stance ADD CONSTRAINT stance_wording_is_its_positions
                FOREIGN KEY (wording_id, position_id) REFERENCES forums_positionwording (id, position_id);
            ALTER TABLE forums_adoption ADD CONSTRAINT adopted_wording_is_its_positions
                FOREIGN KEY (wording_id, position_id) REFERENCES forums_positionwording (id, position_id);
            ALTER TABLE forums_positionuse ADD CONSTRAINT used_wording_is_its_positions
                FOREIGN KEY (wording_id, position_id) REFERENCES forums_positionwording (id, position_id);
            ALTER TABLE forums_dissent ADD CONSTRAINT dissenting_stance_is_its_positions
                FOREIGN KEY (stance_id, position_id) REFERENCES forums_stance (id, position_id);
            ALTER TABLE forums_dissent ADD CONSTRAINT dissent_is_from_its_positions_adoption
                FOREIGN KEY (adoption_id, position_id) REFERENCES forums_adoption (id, position_id);
            """,
            reverse_sql="""
            ALTER TABLE forums_dissent DROP CONSTRAINT dissent_is_from_its_positions_adoption;
            ALTER TABLE forums_dissent DROP CONSTRAINT dissenting_stance_is_its_positions;
            ALTER TABLE forums_positionuse DROP CONSTRAINT used_wording_is_its_positions;
            ALTER TABLE forums_adoption DROP CONSTRAINT adopted_wording_is_its_positions;
            ALTER TABLE forums_stance DROP CONSTRAINT stance_wording_is_its_positions;
            """,
        ),
    ]
