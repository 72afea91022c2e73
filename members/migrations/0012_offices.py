"""Offices with dated holders, relationships, and a backup beside the owner."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0016_documents'),
        ('members', '0011_anonymised'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='archived at')),
                ('archived_reason', models.TextField(blank=True, editable=False, verbose_name='reason for archiving')),
                ('kind', models.CharField(choices=[('post', 'Post'), ('mailbox', 'Role mailbox')], default='post', max_length=8, verbose_name='kind')),
                ('title_en', models.CharField(blank=True, max_length=250, verbose_name='title in English')),
                ('title_fr', models.CharField(blank=True, max_length=250, verbose_name='title in French')),
                ('unit', models.CharField(blank=True, max_length=250, verbose_name='branch or unit')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['kind', 'title_en', 'title_fr', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Relationship',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('kind', models.CharField(choices=[('speaks_for', 'Speaks for'), ('advises', 'Advises'), ('sits_on', 'Sits on'), ('member_of', 'Is a member of'), ('sister_of', 'Is a sister organization of'), ('knows', 'Knows')], max_length=12, verbose_name='relation')),
                ('scope', models.CharField(blank=True, max_length=500, verbose_name='scope')),
                ('mandate_reference', models.CharField(blank=True, max_length=250, verbose_name='reference of the mandate')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('source', models.CharField(blank=True, max_length=250, verbose_name='source')),
            ],
            options={
                'verbose_name': 'relationship',
                'verbose_name_plural': 'relationships',
                'ordering': ['kind', models.OrderBy(models.F('valid'), descending=True), '-pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='addressuse',
            name='address_use_has_one_owner',
        ),
        migrations.RemoveConstraint(
            model_name='phonenumber',
            name='phone_has_one_owner',
        ),
        migrations.AddField(
            model_name='affiliation',
            name='is_acting',
            field=models.BooleanField(default=False, verbose_name='acting'),
        ),
        migrations.AddField(
            model_name='party',
            name='backup_owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='backup'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('backup_owner__isnull', True), models.Q(('owner', models.F('backup_owner')), _negated=True), _connector='OR'), name='backup_is_somebody_else', violation_error_message='Choose a backup other than the owner.'),
        ),
        migrations.AddField(
            model_name='office',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='members.party', verbose_name='organization or Nation'),
        ),
        migrations.AddField(
            model_name='addressuse',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='address_uses', to='members.office'),
        ),
        migrations.AddField(
            model_name='affiliation',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='members.office', verbose_name='office'),
        ),
        migrations.AddField(
            model_name='phonenumber',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='phones', to='members.office'),
        ),
        migrations.AddConstraint(
            model_name='addressuse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office__isnull', True), ('party__isnull', True), ('person__isnull', False)), models.Q(('office__isnull', True), ('party__isnull', False), ('person__isnull', True)), models.Q(('office__isnull', False), ('party__isnull', True), ('person__isnull', True)), _connector='OR'), name='address_use_has_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='addressuse',
            constraint=models.UniqueConstraint(condition=models.Q(('valid__upper_inf', True)), fields=('email', 'office'), name='one_open_use_per_office', violation_error_message='This address is already listed.'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_acting', False), ('office__isnull', False)), expressions=[('office', '='), ('valid', '&&')], name='one_holder_of_an_office_at_a_time', violation_error_code='office_held', violation_error_message='Somebody else holds this office in those dates.'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('is_acting', True), ('office__isnull', False)), expressions=[('office', '='), ('valid', '&&')], name='one_acting_in_an_office_at_a_time', violation_error_code='office_held', violation_error_message='Somebody else is acting in this office in those dates.'),
        ),
        migrations.AddConstraint(
            model_name='affiliation',
            constraint=models.CheckConstraint(condition=models.Q(('is_acting', False), ('office__isnull', False), _connector='OR'), name='acting_is_in_an_office', violation_error_message='Somebody is acting in an office. Choose which.'),
        ),
        migrations.AddConstraint(
            model_name='phonenumber',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('office__isnull', True), ('party__isnull', True), ('person__isnull', False)), models.Q(('office__isnull', True), ('party__isnull', False), ('person__isnull', True)), models.Q(('office__isnull', False), ('party__isnull', True), ('person__isnull', True)), _connector='OR'), name='phone_has_one_owner'),
        ),
        migrations.AddField(
            model_name='relationship',
            name='from_party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationships_from', to='members.party'),
        ),
        migrations.AddField(
            model_name='relationship',
            name='from_person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationships_from', to='members.person'),
        ),
        migrations.AddField(
            model_name='relationship',
            name='mandate',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document', verbose_name='document of the mandate'),
        ),
        migrations.AddField(
            model_name='relationship',
            name='to_party',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationships_to', to='members.party'),
        ),
        migrations.AddField(
            model_name='relationship',
            name='to_person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='relationships_to', to='members.person'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True), _connector='OR'), name='office_has_a_title', violation_error_message='Enter a title in at least one language.'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.UniqueConstraint(fields=('id', 'party'), name='office_of_one_party'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_party__isnull', True), ('from_person__isnull', False)), models.Q(('from_party__isnull', False), ('from_person__isnull', True)), _connector='OR'), name='relationship_has_one_beginning'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('to_party__isnull', True), ('to_person__isnull', False)), models.Q(('to_party__isnull', False), ('to_person__isnull', True)), _connector='OR'), name='relationship_has_one_end'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_person', models.F('to_person')), _negated=True), ('from_person__isnull', True), ('to_person__isnull', True), _connector='OR'), name='person_is_not_related_to_itself', violation_error_message='Choose somebody other than the record itself.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_party', models.F('to_party')), _negated=True), ('from_party__isnull', True), ('to_party__isnull', True), _connector='OR'), name='party_is_not_related_to_itself', violation_error_message='Choose somebody other than the record itself.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'speaks_for'), ('kind', 'advises'), models.Q(('kind__in', ['sits_on', 'member_of']), ('to_party__isnull', False)), models.Q(('from_party__isnull', False), ('kind', 'sister_of'), ('to_party__isnull', False)), models.Q(('from_person__isnull', False), ('kind', 'knows'), ('to_person__isnull', False)), _connector='OR'), name='relationship_ends_fit_its_kind', violation_error_message='This relation does not hold between these two.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'speaks_for'), models.Q(('mandate__isnull', True), ('mandate_reference', ''), ('scope', '')), _connector='OR'), name='mandate_is_of_who_speaks_for', violation_error_message='Scope and mandate belong to a relation of kind “speaks for”.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='relationship_lasts_a_day', violation_error_message='The last day must not lie before the first.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('kind', '='), (django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('from_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('from_party'), '*', models.Value(2)), '+', models.Value(1))), '='), (django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('to_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('to_party'), '*', models.Value(2)), '+', models.Value(1))), '='), ('valid', '&&')], name='relationship_once_at_a_time', violation_error_code='relationship_listed', violation_error_message='This relation is on file for those dates.'),
        ),
        migrations.AddConstraint(
            model_name='relationship',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('kind__in', ['sister_of', 'knows'])), expressions=[('kind', '='), (django.db.models.functions.comparison.Least(django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('from_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('from_party'), '*', models.Value(2)), '+', models.Value(1))), django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('to_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('to_party'), '*', models.Value(2)), '+', models.Value(1)))), '='), (django.db.models.functions.comparison.Greatest(django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('from_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('from_party'), '*', models.Value(2)), '+', models.Value(1))), django.db.models.functions.comparison.Coalesce(django.db.models.expressions.CombinedExpression(models.F('to_person'), '*', models.Value(2)), django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('to_party'), '*', models.Value(2)), '+', models.Value(1)))), '='), ('valid', '&&')], name='mutual_relationship_once_at_a_time', violation_error_code='relationship_listed', violation_error_message='This relation is on file for those dates.'),
        ),
        # Whoever holds an office is with its party. Deferred, so that a merge can move both in either order.
        migrations.RunSQL(
            sql="""
            ALTER TABLE members_affiliation ADD CONSTRAINT holder_is_with_the_party_of_the_office
                FOREIGN KEY (office_id, party_id) REFERENCES members_office (id, party_id)
                DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql="ALTER TABLE members_affiliation DROP CONSTRAINT holder_is_with_the_party_of_the_office;",
        ),
    ]
