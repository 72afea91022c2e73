"""What a person who runs the product is told before it serves anybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from c2m2a_crm.core.models import History

# Whom the application signs in as, and what that role and the one of DATABASE_APP_ROLE may do; null: no such role.
_RIGHTS = """
SELECT
    current_user,
    has_table_privilege(current_user, %(table)s::regclass, 'INSERT, UPDATE, DELETE, TRUNCATE'),
    (
        SELECT has_table_privilege(oid, %(table)s::regclass, 'INSERT, UPDATE, DELETE, TRUNCATE')
        FROM pg_roles WHERE rolname = %(role)s
    )
"""


@register(Tags.database, deploy=True)
def history_is_out_of_reach(*, databases: Sequence[str] | None = None, **_words: Any) -> list[CheckMessage]:
    """The application's role may read history and nothing else; the owner of the tables must be another.

    Asks the database, so it runs only where one is named: ``manage.py check --deploy --database default``.
    """
    if "default" not in (databases or ()):
        return []
    role, table = settings.DATABASE_APP_ROLE, History._meta.db_table
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [table])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_RIGHTS, {"table": table, "role": role})
        user, user_can, role_can = cursor.fetchone()
    if role_can is None:
        return [_warning("core.W001", f"The database has no role “{role}”, which DATABASE_APP_ROLE names.")]
    if role_can:
        return [_warning("core.W002", f"The role “{role}”, which DATABASE_APP_ROLE names, may change history.")]
    if user_can:
        return [_warning("core.W003", f"The application signs in as “{user}”, which may change history.")]
    return []


def _warning(number: str, text: str) -> CheckMessage:
    return Warning(
        f"{text} The application keeps the owner's rights over history.",
        hint="Create a role that owns no tables, name it in DATABASE_APP_ROLE before the first migrate, and sign in as"
        " that role with DATABASE_URL; give the owner's address in DATABASE_OWNER_URL.",
        id=number,
    )
