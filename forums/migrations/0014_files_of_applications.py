"""Files that come with applications for a seat; why a term goes beyond the limit of the terms of reference."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0026_documents_of_strangers'),
        ('forums', '0013_recusals_and_review_history'),
    ]

    operations = [
        migrations.AddField(
            model_name='seatterm',
            name='exception_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why beyond the limit of terms'),
        ),
        migrations.CreateModel(
            name='SeatApplicationDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filed_at', models.DateTimeField(auto_now_add=True, verbose_name='filed on')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(app_label)s_%(class)s_rows', to='core.document')),
                ('seat_application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_links', to='forums.seatapplication', verbose_name='application for a seat')),
            ],
            options={
                'verbose_name': 'file of an application for a seat',
                'verbose_name_plural': 'files of applications for a seat',
                'constraints': [models.UniqueConstraint(fields=('seat_application', 'document'), name='seat_application_document_once')],
            },
        ),
    ]
