"""Forums, their seats by category, and who held them when."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('engagement', '0005_initiative_kind'),
        ('members', '0006_sourced_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Forum',
            fields=[
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('initiative', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='forum', serialize=False, to='engagement.initiative', verbose_name='initiative')),
                ('code', models.CharField(blank=True, max_length=30, verbose_name='acronym')),
                ('code_fr', models.CharField(blank=True, max_length=30, verbose_name='acronym in French')),
                ('kind', models.CharField(choices=[('industry', 'Government–industry forum'), ('fpt', 'Federal-provincial-territorial table'), ('bilateral', 'Bilateral government table'), ('indigenous', 'Table with Indigenous leaders'), ('interprovincial', 'Interprovincial table'), ('federal', 'Federal committee'), ('multi_party', 'Multi-party initiative'), ('advisory', 'Advisory committee'), ('event', 'Recurring event'), ('plan', 'Plan or framework')], max_length=16, verbose_name='kind')),
                ('level', models.CharField(blank=True, choices=[('ministers', 'Ministers'), ('deputy_ministers', 'Deputy ministers'), ('adm', 'Assistant deputy ministers'), ('officials', 'Directors general and officials'), ('working', 'Working level'), ('members', 'Members and experts'), ('mixed', 'Several levels')], max_length=16, verbose_name='level')),
                ('status', models.CharField(choices=[('active', 'Active'), ('uncertain', 'Uncertain'), ('ended', 'Ended'), ('comparable', 'For comparison')], default='active', max_length=12, verbose_name='status')),
                ('is_run_by_us', models.BooleanField(default=False, verbose_name='run by us')),
                ('purpose_en', models.TextField(blank=True, verbose_name='purpose in English')),
                ('purpose_fr', models.TextField(blank=True, verbose_name='purpose in French')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='forums.forum', verbose_name='reports to')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='forums.forum', verbose_name='succeeded by')),
            ],
            options={
                'verbose_name': 'forum',
                'verbose_name_plural': 'forums',
            },
        ),
        migrations.CreateModel(
            name='SeatCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='name in English')),
                ('name_fr', models.CharField(blank=True, max_length=120, verbose_name='name in French')),
                ('seats_planned', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='seats planned')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='categories', to='forums.forum', verbose_name='forum')),
            ],
            options={
                'verbose_name': 'category of seats',
                'verbose_name_plural': 'categories of seats',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=200, verbose_name='title in French')),
                ('capacity', models.CharField(choices=[('representative', 'Representative'), ('personal', 'Personal capacity'), ('ex_officio', 'Ex officio')], default='representative', max_length=16, verbose_name='capacity')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='forums.forum', verbose_name='forum')),
                ('jurisdiction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='members.jurisdiction', verbose_name='government')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='members.party', verbose_name='organization or Nation')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='forums.seatcategory', verbose_name='category')),
            ],
            options={
                'verbose_name': 'seat',
                'verbose_name_plural': 'seats',
                'ordering': ['forum', models.OrderBy(models.F('category__position'), nulls_first=True), 'number', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SeatTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(choices=[('holder', 'Holder'), ('first_alternate', 'First alternate'), ('second_alternate', 'Second alternate'), ('chair', 'Chair'), ('co_chair', 'Co-chair'), ('observer', 'Observer')], default='holder', max_length=16, verbose_name='role')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('source', models.CharField(blank=True, max_length=250, verbose_name='source')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seat_terms', to='members.party', verbose_name='speaks for')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seat_terms', to='members.person', verbose_name='person')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='forums.seat', verbose_name='seat')),
            ],
            options={
                'verbose_name': 'term in a seat',
                'verbose_name_plural': 'terms in a seat',
                'ordering': [models.OrderBy(models.F('valid'), descending=True), '-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='forum_acronym_once', violation_error_message='Another forum has this acronym.'),
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.CheckConstraint(condition=models.Q(('parent__isnull', True), models.Q(('parent', models.F('initiative')), _negated=True), _connector='OR'), name='forum_does_not_report_to_itself', violation_error_message='A forum cannot report to itself.'),
        ),
        migrations.AddConstraint(
            model_name='forum',
            constraint=models.CheckConstraint(condition=models.Q(('successor__isnull', True), models.Q(('successor', models.F('initiative')), _negated=True), _connector='OR'), name='forum_does_not_succeed_itself', violation_error_message='A forum cannot succeed itself.'),
        ),
        migrations.AddConstraint(
            model_name='seatcategory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_en', ''), _negated=True), models.Q(('name_fr', ''), _negated=True), _connector='OR'), name='seat_category_has_a_name', violation_error_message='Enter a name in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='seatcategory',
            constraint=models.UniqueConstraint(fields=('id', 'forum'), name='seat_category_of_one_forum'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.UniqueConstraint(fields=('forum', 'category', 'number'), name='seat_number_once', nulls_distinct=False, violation_error_message='Another seat of this category has this number.'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('party__isnull', True), ('jurisdiction__isnull', True), _connector='OR'), name='seat_belongs_to_one', violation_error_message='A seat belongs to an organization or to a government, not to both.'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='seat_lasts_a_day', violation_error_message='The last day must not lie before the first.'),
        ),
        migrations.AddConstraint(
            model_name='seatterm',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('seat', '='), ('role', '='), ('valid', '&&')], name='one_current_holder_per_seat', violation_error_code='seat_held', violation_error_message='Somebody already has this role on the seat in those dates.'),
        ),
        migrations.AddConstraint(
            model_name='seatterm',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('role__in', ['holder', 'first_alternate', 'second_alternate', 'observer'])), expressions=[('seat', '='), ('person', '='), ('valid', '&&')], name='person_once_on_a_seat', violation_error_code='person_seated', violation_error_message='This person already sits there in another role in those dates.'),
        ),
        migrations.AddConstraint(
            model_name='seatterm',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='seat_term_lasts_a_day', violation_error_message='The last day must not lie before the first.'),
        ),
        # A forum's row can only stand on an initiative of that kind, and that initiative stays one.
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_forum
                ADD COLUMN initiative_kind varchar(12) NOT NULL GENERATED ALWAYS AS ('forum') STORED;
            ALTER TABLE forums_forum ADD CONSTRAINT forum_stands_on_a_forum
                FOREIGN KEY (initiative_id, initiative_kind) REFERENCES engagement_initiative (id, kind);
            """,
            reverse_sql="ALTER TABLE forums_forum DROP COLUMN initiative_kind;",
        ),
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_seat ADD CONSTRAINT seat_category_is_its_forums
                FOREIGN KEY (category_id, forum_id) REFERENCES forums_seatcategory (id, forum_id);
            """,
            reverse_sql="ALTER TABLE forums_seat DROP CONSTRAINT seat_category_is_its_forums;",
        ),
    ]
