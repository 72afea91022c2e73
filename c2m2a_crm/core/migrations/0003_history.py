"""History is written by triggers, read by the application and changed by nobody."""

from django.conf import settings
from django.db import migrations

from c2m2a_crm.core.tracking import RECORD_FUNCTION, REFUSE_FUNCTION, AppendOnly, TrackHistory


def take_back_rights(apps, schema_editor):
    """The application's role may only read history; the trigger function writes as its owner."""
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return
        name = schema_editor.quote_name(role)
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON core_history FROM {name}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON core_auditevent FROM {name}")
        cursor.execute(f"REVOKE USAGE ON SEQUENCE core_history_id_seq FROM {name}")


class Migration(migrations.Migration):
    dependencies = [("core", "0002_ground_floor")]

    operations = [
        migrations.RunSQL(RECORD_FUNCTION, "DROP FUNCTION core_record_history();"),
        migrations.RunSQL(REFUSE_FUNCTION, "DROP FUNCTION core_refuse();"),
        migrations.RunPython(take_back_rights, migrations.RunPython.noop),
        AppendOnly("core_history"),
        AppendOnly("core_auditevent"),
        TrackHistory("core_circle"),
        TrackHistory("core_circlemembership"),
        TrackHistory("core_installation"),
        TrackHistory("core_publictext"),
    ]
