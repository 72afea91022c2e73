"""What a statement tells may be said in French alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0006_sourced_facts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='jurisdictionfact',
            name='label_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='what it tells (English)'),
        ),
        migrations.AlterField(
            model_name='partyfact',
            name='label_en',
            field=models.CharField(blank=True, max_length=120, verbose_name='what it tells (English)'),
        ),
    ]
