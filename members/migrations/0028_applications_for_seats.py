"""Applications also for a seat at a table."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0027_dues_history'),
    ]

    operations = [
        migrations.AlterField(
            model_name='application',
            name='kind',
            field=models.CharField(choices=[('membership', 'Membership'), ('seat', 'Seat at a table')], default='membership', max_length=12, verbose_name='kind'),
        ),
    ]
