"""Files that come with applications for membership."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0026_documents_of_strangers'),
        ('members', '0028_applications_for_seats'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApplicationDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('filed_at', models.DateTimeField(auto_now_add=True, verbose_name='filed on')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='document_links', to='members.application', verbose_name='application')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(app_label)s_%(class)s_rows', to='core.document')),
            ],
            options={
                'verbose_name': 'file of an application',
                'verbose_name_plural': 'files of applications',
                'constraints': [models.UniqueConstraint(fields=('application', 'document'), name='application_document_once')],
            },
        ),
    ]
