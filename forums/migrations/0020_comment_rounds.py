"""Comment rounds: who is asked, what is answered, what was told about it."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0024_months_of_knowing'),
        ('engagement', '0011_words_that_may_go'),
        ('forums', '0019_papers_history'),
        ('members', '0018_memberships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=250, verbose_name='title in French')),
                ('about_en', models.TextField(blank=True, verbose_name='what it is about, in English')),
                ('about_fr', models.TextField(blank=True, verbose_name='what it is about, in French')),
                ('opens_on', models.DateField(verbose_name='opens on')),
                ('closes_on', models.DateField(verbose_name='last day for answers')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('approved_en_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='English approved at')),
                ('approved_fr_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='French approved at')),
                ('released_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='released at')),
                ('links_base', models.CharField(blank=True, editable=False, max_length=200)),
                ('opened_on', models.DateField(blank=True, editable=False, null=True, verbose_name='opened on')),
                ('is_attributed', models.BooleanField(default=False, editable=False, verbose_name='attributed by name')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='closed at')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='forums.forum', verbose_name='forum')),
                ('wording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='forums.positionwording', verbose_name='wording')),
            ],
            options={
                'verbose_name': 'comment round',
                'verbose_name_plural': 'comment rounds',
                'ordering': ['-closes_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('extended', 'Extended'), ('closed_early', 'Closed early')], max_length=14, verbose_name='kind')),
                ('day_before', models.DateField(verbose_name='last day before')),
                ('day_after', models.DateField(verbose_name='last day now')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='forums.commentround', verbose_name='comment round')),
            ],
            options={
                'verbose_name': 'change of a comment round',
                'verbose_name_plural': 'changes of a comment round',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('holder', 'Holder'), ('first_alternate', 'First alternate'), ('second_alternate', 'Second alternate'), ('chair', 'Chair'), ('co_chair', 'Co-chair'), ('observer', 'Observer')], max_length=16, verbose_name='role')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.outboxmessage', verbose_name='message')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='round_invitations', to='members.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'invitation to a comment round',
                'verbose_name_plural': 'invitations to a comment round',
                'ordering': ['round_seat', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('stance', models.CharField(blank=True, choices=[('', 'Not said'), ('supports', 'Supports'), ('supports_if', 'Supports if'), ('opposes', 'Opposes'), ('abstains', 'Abstains')], default='', max_length=12, verbose_name='stance')),
                ('reason', models.TextField(blank=True, verbose_name='reasons')),
                ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], max_length=2, verbose_name='language')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('interaction', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='round_answer', to='engagement.interaction', verbose_name='contact')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='forums.roundinvitation', verbose_name='answered by')),
            ],
            options={
                'verbose_name': 'answer in a comment round',
                'verbose_name_plural': 'answers in a comment round',
                'ordering': ['round_seat', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundNudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nudges', to='forums.roundinvitation', verbose_name='invitation')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='core.outboxmessage', verbose_name='message')),
            ],
            options={
                'verbose_name': 'nudge',
                'verbose_name_plural': 'nudges',
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('text_en', models.CharField(blank=True, max_length=500, verbose_name='question in English')),
                ('text_fr', models.CharField(blank=True, max_length=500, verbose_name='question in French')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='forums.commentround', verbose_name='comment round')),
            ],
            options={
                'verbose_name': 'question of a comment round',
                'verbose_name_plural': 'questions of a comment round',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundOutcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('result', models.CharField(choices=[('changed', 'This changed'), ('kept', 'Not changed')], max_length=8, verbose_name='what became of it')),
                ('text_en', models.TextField(blank=True, verbose_name='explanation in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='explanation in French')),
                ('told_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='told at')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='forums.roundanswer', verbose_name='answer')),
                ('wording', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='round_outcomes', to='forums.positionwording', verbose_name='new wording')),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='forums.roundquestion', verbose_name='question')),
            ],
            options={
                'verbose_name': 'what became of a comment',
                'verbose_name_plural': 'what became of comments',
                'ordering': ['answer', 'question', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='text')),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='forums.roundanswer', verbose_name='answer')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='forums.roundquestion', verbose_name='question')),
            ],
            options={
                'verbose_name': 'reply to a question',
                'verbose_name_plural': 'replies to a question',
                'ordering': ['question', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoundSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='round_seats', to='members.party', verbose_name='speaks for')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='forums.commentround', verbose_name='comment round')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='round_seats', to='forums.seat', verbose_name='seat')),
            ],
            options={
                'verbose_name': 'seat asked in a comment round',
                'verbose_name_plural': 'seats asked in a comment round',
                'ordering': ['round', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='roundinvitation',
            name='round_seat',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='forums.roundseat', verbose_name='seat'),
        ),
        migrations.AddField(
            model_name='roundanswer',
            name='round_seat',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='answer', to='forums.roundseat', verbose_name='seat'),
        ),
        migrations.CreateModel(
            name='WhatWeHeard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('text_en', models.TextField(blank=True, verbose_name='text in English')),
                ('text_fr', models.TextField(blank=True, verbose_name='text in French')),
                ('approved_en_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='English approved at')),
                ('approved_fr_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='French approved at')),
                ('sent_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='sent at')),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='heard', to='forums.commentround', verbose_name='comment round')),
            ],
            options={
                'verbose_name': 'what we heard',
                'verbose_name_plural': 'what we heard',
            },
        ),
        migrations.AddIndex(
            model_name='commentround',
            index=models.Index(fields=['closes_on', 'id'], name='rounds_by_last_day'),
        ),
        migrations.AddIndex(
            model_name='commentround',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['closes_on'], name='rounds_without_an_end'),
        ),
        migrations.AddIndex(
            model_name='commentround',
            index=models.Index(fields=['forum', '-closes_on'], name='rounds_of_a_forum'),
        ),
        migrations.AddConstraint(
            model_name='commentround',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True), _connector='OR'), name='round_has_a_title', violation_error_message='Enter a title in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='commentround',
            constraint=models.CheckConstraint(condition=models.Q(('closes_on__gte', models.F('opens_on'))), name='round_closes_after_it_opens', violation_error_message='The last day must not lie before the first.'),
        ),
        migrations.AddConstraint(
            model_name='commentround',
            constraint=models.CheckConstraint(condition=models.Q(('opened_on__isnull', True), ('released_at__isnull', False), _connector='OR'), name='round_opens_once_released'),
        ),
        migrations.AddConstraint(
            model_name='commentround',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('opened_on__isnull', False), _connector='OR'), name='round_closes_once_opened'),
        ),
        migrations.AddConstraint(
            model_name='roundchange',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='round_changes_with_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='roundnudge',
            constraint=models.UniqueConstraint(fields=('invitation', 'day'), name='one_nudge_a_day'),
        ),
        migrations.AddConstraint(
            model_name='roundquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='round_question_has_words', violation_error_message='Write the question in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='roundoutcome',
            constraint=models.UniqueConstraint(fields=('answer', 'question'), name='one_outcome_of_a_comment', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='roundoutcome',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True), _connector='OR'), name='round_outcome_has_words', violation_error_message='Write in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='roundoutcome',
            constraint=models.CheckConstraint(condition=models.Q(('result', 'changed'), ('wording__isnull', True), _connector='OR'), name='round_wording_of_what_changed', violation_error_message='A new wording belongs to what changed.'),
        ),
        migrations.AddConstraint(
            model_name='roundreply',
            constraint=models.UniqueConstraint(fields=('answer', 'question'), name='one_reply_to_a_question'),
        ),
        migrations.AddConstraint(
            model_name='roundseat',
            constraint=models.UniqueConstraint(fields=('round', 'seat'), name='seat_asked_once_in_a_round'),
        ),
        migrations.AddIndex(
            model_name='roundinvitation',
            index=models.Index(fields=['person', '-id'], name='round_invitations_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='roundinvitation',
            constraint=models.UniqueConstraint(fields=('round_seat', 'person'), name='asked_once_for_a_seat'),
        ),
        migrations.AddConstraint(
            model_name='roundinvitation',
            constraint=models.UniqueConstraint(fields=('id', 'round_seat'), name='round_invitation_of_one_seat'),
        ),
        migrations.AddConstraint(
            model_name='roundanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stance', 'supports_if'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='round_condition_is_named', violation_error_message='Say on which condition you support it.'),
        ),
        # Whoever answers for a seat was asked for that seat.
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_roundanswer ADD CONSTRAINT round_answer_is_by_who_was_asked
                FOREIGN KEY (invitation_id, round_seat_id) REFERENCES forums_roundinvitation (id, round_seat_id);
            """,
            reverse_sql="ALTER TABLE forums_roundanswer DROP CONSTRAINT round_answer_is_by_who_was_asked;",
        ),
    ]
