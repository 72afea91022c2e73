"""An operation knows what took it back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_saved_views'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='operation',
            name='undone_by',
            field=models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undoes', to='core.operation', verbose_name='undone by'),
        ),
        migrations.AddIndex(
            model_name='operation',
            index=models.Index(fields=['actor', '-id'], name='operations_of_a_person'),
        ),
    ]
