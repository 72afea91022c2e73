"""Dues under history; what has a number is never deleted."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


def kept(table: str) -> migrations.RunSQL:
    """Rows may change and are never deleted, by whomever: their numbers would be missing or be given twice."""
    return migrations.RunSQL(
        sql=f"""
        CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('numbers have no gaps');
        """,
        reverse_sql=f"DROP TRIGGER {table}_kept ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0026_dues"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_numberseries"),
        TrackHistory("members_duestax"),
        TrackHistory("members_invoice"),
        TrackHistory("members_invoicetax"),
        TrackHistory("members_invoicerelief"),
        TrackHistory("members_duespayment"),
        kept("members_numberseries"),
        kept("members_invoice"),
        kept("members_invoicerelief"),
    ]
