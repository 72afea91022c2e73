"""Gifts under history; what has a number is never deleted."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory

KEPT = """
CREATE TRIGGER members_giftreceipt_kept BEFORE DELETE ON members_giftreceipt
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('numbers have no gaps');
"""


class Migration(migrations.Migration):
    dependencies = [("members", "0031_gifts"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_charityregistration"),
        TrackHistory("members_giftrule"),
        TrackHistory("members_gift"),
        TrackHistory("members_giftreceipt"),
        migrations.RunSQL(sql=KEPT, reverse_sql="DROP TRIGGER members_giftreceipt_kept ON members_giftreceipt;"),
    ]
