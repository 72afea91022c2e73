"""Dues: taxes, invoices, payments, reliefs and the series of their numbers."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0025_details_history'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DuesTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('name_en', models.CharField(max_length=60, verbose_name='name in English')),
                ('name_fr', models.CharField(max_length=60, verbose_name='name in French')),
                ('percent', models.DecimalField(decimal_places=3, max_digits=6, verbose_name='rate (%)')),
                ('registration', models.CharField(blank=True, max_length=60, verbose_name='registration number')),
                ('source_en', models.CharField(blank=True, max_length=300, verbose_name='source in English')),
                ('source_fr', models.CharField(blank=True, max_length=300, verbose_name='source in French')),
                ('is_confirmed', models.BooleanField(default=False, verbose_name='confirmed')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='valid')),
                ('jurisdiction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dues_taxes', to='members.jurisdiction', verbose_name='province or territory')),
            ],
            options={
                'verbose_name': 'tax on dues',
                'verbose_name_plural': 'taxes on dues',
                'ordering': ['name_en', 'jurisdiction', 'valid', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('serial', models.PositiveIntegerField(verbose_name='number in the year')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('period', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='period')),
                ('billed_to', models.CharField(max_length=500, verbose_name='billed to')),
                ('billed_address', models.TextField(blank=True, verbose_name='address')),
                ('issued_on', models.DateField(verbose_name='issued on')),
                ('due_on', models.DateField(verbose_name='due on')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='dues (CAD)')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note on the invoice')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('cancelled_on', models.DateField(blank=True, null=True, verbose_name='cancelled on')),
                ('cancelled_reason', models.TextField(blank=True, verbose_name='why it was cancelled')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cancelled by')),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='issued by')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='members.membership', verbose_name='membership')),
            ],
            options={
                'verbose_name': 'invoice',
                'verbose_name_plural': 'invoices',
                'ordering': ['-year', '-serial', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='DuesPayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount (CAD)')),
                ('paid_on', models.DateField(verbose_name='paid on')),
                ('how', models.CharField(choices=[('transfer', 'Bank transfer'), ('interac', 'Interac e-Transfer'), ('cheque', 'Cheque'), ('card', 'Card, taken elsewhere'), ('cash', 'Cash'), ('other', 'Another way')], max_length=8, verbose_name='how')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='reference')),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('taken_back_on', models.DateField(blank=True, null=True, verbose_name='taken back on')),
                ('taken_back_reason', models.TextField(blank=True, verbose_name='why it was taken back')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('taken_back_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='members.invoice', verbose_name='invoice')),
            ],
            options={
                'verbose_name': 'payment of dues',
                'verbose_name_plural': 'payments of dues',
                'ordering': ['paid_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='InvoiceRelief',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('waived', 'Waived'), ('credited', 'Credit note')], max_length=8, verbose_name='kind')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount (CAD)')),
                ('given_on', models.DateField(verbose_name='given on')),
                ('decided_by', models.CharField(max_length=200, verbose_name='decided by')),
                ('reason', models.TextField(verbose_name='reason')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='year')),
                ('serial', models.PositiveIntegerField(blank=True, null=True, verbose_name='number in the year')),
                ('recorded_at', models.DateTimeField(auto_now_add=True, verbose_name='recorded at')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reliefs', to='members.invoice', verbose_name='invoice')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'relief of an invoice',
                'verbose_name_plural': 'reliefs of invoices',
                'ordering': ['given_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='InvoiceTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='amount (CAD)')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tax_lines', to='members.invoice', verbose_name='invoice')),
                ('tax', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='members.duestax', verbose_name='tax')),
            ],
            options={
                'verbose_name': 'tax on an invoice',
                'verbose_name_plural': 'taxes on invoices',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('invoice', 'Invoices'), ('credit_note', 'Credit notes')], max_length=12, verbose_name='series')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last number')),
            ],
            options={
                'verbose_name': 'series of numbers',
                'verbose_name_plural': 'series of numbers',
                'constraints': [models.UniqueConstraint(fields=('kind', 'year'), name='one_series_of_a_kind_in_a_year')],
            },
        ),
        migrations.AddConstraint(
            model_name='duestax',
            constraint=models.CheckConstraint(condition=models.Q(('percent__gte', Decimal('0')), ('percent__lte', Decimal('100'))), name='tax_is_a_percentage', violation_error_message='A rate lies between 0 and 100 percent.'),
        ),
        migrations.AddConstraint(
            model_name='duestax',
            constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', False)), name='tax_lasts_a_day'),
        ),
        migrations.AddConstraint(
            model_name='duestax',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('name_en', '='), (django.db.models.functions.comparison.Coalesce('jurisdiction', models.Value(0)), '='), ('valid', '&&')], name='one_rate_of_a_tax_at_a_time', violation_error_message='This tax is set for these days already.'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['membership', '-issued_on'], name='invoices_of_a_membership'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(fields=('year', 'serial'), name='invoice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('serial__gte', 1)), name='invoice_numbers_begin_with_one'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('year', django.db.models.functions.datetime.ExtractYear('issued_on'))), name='invoice_number_is_of_its_year'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='invoice_asks_for_something', violation_error_message='The amount must be more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='invoice_is_due_after_its_issue', violation_error_message='The invoice cannot be due before it is issued.'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('period__endswith__isnull', False), ('period__isempty', False), ('period__startswith__isnull', False)), name='invoice_is_for_some_days'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cancelled_on__isnull', True), ('cancelled_reason', '')), models.Q(('cancelled_on__gte', models.F('issued_on')), models.Q(('cancelled_reason', ''), _negated=True)), _connector='OR'), name='invoice_is_cancelled_with_a_reason', violation_error_message='Say why it is cancelled.'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('cancelled_on__isnull', True)), expressions=[('membership', '='), ('period', '&&')], name='one_invoice_for_a_day', violation_error_message='There is an invoice for these days already.'),
        ),
        migrations.AddConstraint(
            model_name='duespayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='payment_is_of_something', violation_error_message='The amount must be more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='duespayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('taken_back_on__isnull', True), ('taken_back_reason', '')), models.Q(('taken_back_on__gte', models.F('paid_on')), models.Q(('taken_back_reason', ''), _negated=True)), _connector='OR'), name='payment_is_taken_back_with_a_reason', violation_error_message='Say why it is taken back.'),
        ),
        migrations.AddConstraint(
            model_name='invoicerelief',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', Decimal('0'))), name='relief_is_of_something', violation_error_message='The amount must be more than nothing.'),
        ),
        migrations.AddConstraint(
            model_name='invoicerelief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('decided_by', ''), _negated=True)), name='relief_has_a_reason', violation_error_message='Say why.'),
        ),
        migrations.AddConstraint(
            model_name='invoicerelief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'waived'), ('serial__isnull', True), ('year__isnull', True)), models.Q(('kind', 'credited'), ('serial__gte', 1), ('year', django.db.models.functions.datetime.ExtractYear('given_on'))), _connector='OR'), name='credit_note_has_a_number'),
        ),
        migrations.AddConstraint(
            model_name='invoicerelief',
            constraint=models.UniqueConstraint(fields=('year', 'serial'), name='credit_note_number_once'),
        ),
        migrations.AddConstraint(
            model_name='invoicetax',
            constraint=models.UniqueConstraint(fields=('invoice', 'tax'), name='tax_of_an_invoice_once'),
        ),
        migrations.AddConstraint(
            model_name='invoicetax',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', Decimal('0'))), name='tax_of_an_invoice_is_not_negative'),
        ),
    ]
