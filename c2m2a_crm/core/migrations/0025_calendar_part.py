"""A message may carry an invitation as calendars read it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0024_months_of_knowing'),
    ]

    operations = [
        migrations.AddField(
            model_name='outboxmessage',
            name='calendar',
            field=models.TextField(blank=True),
        ),
    ]
