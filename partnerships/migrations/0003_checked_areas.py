"""Areas of cooperation are sourced statements like the others: the day on which one was checked is kept."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partnerships', '0002_history'),
    ]

    operations = [
        migrations.AddField(
            model_name='cooperationarea',
            name='checked_on',
            field=models.DateField(blank=True, null=True, verbose_name='checked on'),
        ),
        migrations.AlterField(
            model_name='cooperationarea',
            name='position',
            field=models.PositiveSmallIntegerField(default=0),
        ),
    ]
