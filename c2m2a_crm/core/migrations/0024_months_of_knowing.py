"""How long somebody is known to a colleague who met them is the office's to say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0023_token_of_a_document")]

    operations = [
        migrations.AddField(
            "installation",
            "known_by_one_months",
            models.PositiveSmallIntegerField(
                default=24,
                help_text=(
                    "“Only one of us” in the lists of the directory counts whom a colleague met, called or wrote to "
                    "since then."
                ),
                verbose_name="months for which we know somebody after a contact",
            ),
        ),
        migrations.AddConstraint(
            "installation",
            models.CheckConstraint(
                condition=models.Q(known_by_one_months__gte=1),
                name="known_by_one_in_a_month_at_least",
                violation_error_message="Enter at least one month.",
            ),
        ),
    ]
