"""Gifts, official receipts, the registration as a charity and the rules on gifts."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0030_files_of_applications_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='numberseries',
            name='kind',
            field=models.CharField(choices=[('invoice', 'Invoices'), ('credit_note', 'Credit notes'), ('receipt', 'Official receipts')], max_length=12, verbose_name='series'),
        ),
        migrations.CreateModel(
            name='CharityRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=15, verbose_name='registration number')),
                ('name', models.CharField(max_length=300, verbose_name='name as registered')),
                ('address', models.TextField(verbose_name='address as registered')),
                ('place', models.CharField(max_length=120, verbose_name='place where receipts are issued')),
                ('signatory', models.CharField(help_text='Name and title.', max_length=200, verbose_name='who signs')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
            ],
            options={
                'verbose_name': 'registration as a charity',
                'verbose_name_plural': 'registrations as a charity',
                'ordering': ['-valid', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='registration_lasts_a_day'), models.CheckConstraint(condition=models.Q(('number__regex', '^[0-9]{9}RR[0-9]{4}$')), name='registration_number_of_a_charity', violation_error_message='Enter nine digits, RR and four digits, as in 123456789RR0001.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('valid', '&&')], name='one_registration_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('received_on', models.DateField(verbose_name='received on')),
                ('kind', models.CharField(choices=[('money', 'Money'), ('in_kind', 'In kind')], max_length=8, verbose_name='kind')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='amount or fair market value (CAD)')),
                ('how', models.CharField(blank=True, choices=[('transfer', 'Bank transfer'), ('interac', 'Interac e-Transfer'), ('cheque', 'Cheque'), ('card', 'Card, taken elsewhere'), ('cash', 'Cash'), ('other', 'Another way')], max_length=8, verbose_name='how')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='reference')),
                ('description', models.TextField(blank=True, verbose_name='what was given')),
                ('appraiser', models.CharField(blank=True, max_length=200, verbose_name='appraiser')),
                ('appraiser_address', models.TextField(blank=True, verbose_name='appraiser’s address')),
                ('advantage', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=12, verbose_name='advantage (CAD)')),
                ('advantage_for', models.CharField(blank=True, max_length=300, verbose_name='what the donor got for it')),
                ('purpose', models.CharField(blank=True, max_length=300, verbose_name='purpose that the donor set')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('taken_back_on', models.DateField(blank=True, null=True, verbose_name='taken back on')),
                ('taken_back_reason', models.TextField(blank=True, verbose_name='why it was taken back')),
                ('donor_party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='members.party', verbose_name='donor')),
                ('donor_person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='members.person', verbose_name='donor')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'gift',
                'verbose_name_plural': 'gifts',
                'ordering': ['-received_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='GiftReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('serial', models.PositiveIntegerField(verbose_name='number in the year')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('donor_name', models.CharField(max_length=500, verbose_name='donor’s name')),
                ('donor_address', models.TextField(verbose_name='donor’s address')),
                ('signed_by', models.CharField(max_length=200, verbose_name='signed by')),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('cancelled_on', models.DateField(blank=True, null=True, verbose_name='cancelled on')),
                ('cancelled_reason', models.TextField(blank=True, verbose_name='why it was cancelled')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by')),
                ('gift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='members.gift', verbose_name='gift')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='members.charityregistration', verbose_name='registration')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='members.giftreceipt', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'official receipt',
                'verbose_name_plural': 'official receipts',
                'ordering': ['-year', '-serial', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='GiftRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('subject', models.CharField(choices=[('appraisal', 'A gift in kind above this worth needs an appraiser (CAD)'), ('advantage', 'Largest advantage, of the worth of the gift (%)')], max_length=12, verbose_name='rule')),
                ('number', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='number')),
                ('source_en', models.CharField(blank=True, max_length=300, verbose_name='source in English')),
                ('source_fr', models.CharField(blank=True, max_length=300, verbose_name='source in French')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
            ],
            options={
                'verbose_name': 'rule on gifts',
                'verbose_name_plural': 'rules on gifts',
                'ordering': ['subject', 'valid', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='gift_rule_lasts_a_day'), models.CheckConstraint(condition=models.Q(('number__gte', Decimal('0')), models.Q(models.Q(('subject', 'advantage'), _negated=True), ('number__lte', Decimal('100')), _connector='OR')), name='gift_rule_has_a_number', violation_error_message='Enter a number that is not too large.'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('subject', '='), ('valid', '&&')], name='one_gift_rule_at_a_time', violation_error_message='This rule is set for these days already.')],
            },
        ),
        migrations.AddIndex(
            model_name='gift',
            index=models.Index(fields=['donor_party', '-received_on'], name='gifts_of_a_party'),
        ),
        migrations.AddIndex(
            model_name='gift',
            index=models.Index(fields=['donor_person', '-received_on'], name='gifts_of_a_person'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(('donor_person__isnull', True), ('donor_party__isnull', True), _connector='XOR'), name='gift_has_one_donor', violation_error_message='Choose a person or an organization, not both.'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='gift_is_of_something', violation_error_message='The amount must be more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('advantage', Decimal('0')), ('advantage_for', '')), models.Q(('advantage__gt', Decimal('0')), ('advantage__lte', models.F('amount')), models.Q(('advantage_for', ''), _negated=True)), _connector='OR'), name='advantage_is_described_and_within_the_gift', violation_error_message='Say what the donor got, at no more than the gift is worth.'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appraiser', ''), ('appraiser_address', ''), ('kind', 'money')), models.Q(('how', ''), ('kind', 'in_kind'), models.Q(('description', ''), _negated=True)), _connector='OR'), name='gift_in_kind_is_described', violation_error_message='Say what was given.'),
        ),
        migrations.AddConstraint(
            model_name='gift',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_on__isnull', True), ('taken_back_reason', '')), models.Q(('taken_back_on__gte', models.F('received_on')), models.Q(('taken_back_reason', ''), _negated=True)), _connector='OR'), name='gift_is_taken_back_with_a_reason', violation_error_message='Say why it is taken back.'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.UniqueConstraint(fields=('year', 'serial'), name='receipt_number_once'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.UniqueConstraint(condition=models.Q(('cancelled_on__isnull', True)), fields=('gift',), name='one_standing_receipt_of_a_gift', violation_error_message='This gift has a receipt already.'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('serial__gte', 1)), name='receipt_numbers_begin_with_one'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('issued_on'))), name='receipt_number_is_of_its_year'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('donor_name', ''), _negated=True), models.Q(('donor_address', ''), _negated=True), models.Q(('signed_by', ''), _negated=True)), name='receipt_names_donor_and_signatory'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.CheckConstraint(condition=models.Q(('replaces__isnull', True), models.Q(('replaces', models.F('id')), _negated=True), _connector='OR'), name='receipt_replaces_another'),
        ),
        migrations.AddConstraint(
            model_name='giftreceipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_on__isnull', True), ('cancelled_reason', '')), models.Q(('cancelled_on__gte', models.F('issued_on')), models.Q(('cancelled_reason', ''), _negated=True)), _connector='OR'), name='receipt_is_cancelled_with_a_reason', violation_error_message='Say why it is cancelled.'),
        ),
    ]
