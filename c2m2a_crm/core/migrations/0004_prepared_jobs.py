"""A job that waits for its person is told apart from one that waits for a worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0003_history")]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[
                    ("prepared", "Not started yet"),
                    ("waiting", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="waiting",
                max_length=10,
                verbose_name="state",
            ),
        ),
    ]
