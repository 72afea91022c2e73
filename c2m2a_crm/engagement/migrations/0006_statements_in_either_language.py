"""What a statement tells may be said in French alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0005_initiative_kind'),
    ]

    operations = [
        migrations.AlterField(
            model_name='initiativefact',
            name='label_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='what it tells (English)'),
        ),
    ]
