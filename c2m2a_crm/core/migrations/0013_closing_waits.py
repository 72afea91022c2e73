"""Closing waits for a transaction that began before the clock was lifted, where it refused with a sentence."""

from importlib import import_module

from django.db import migrations

# Its first form is gone from there; a database that ran it gets the present one here.
_blocks = import_module("c2m2a_crm.core.migrations.0011_history_blocks")


class Migration(migrations.Migration):
    dependencies = [("core", "0012_search")]

    operations = [migrations.RunSQL(_blocks.CLOSE, migrations.RunSQL.noop)]
