"""Django's own ``migrate``, see :mod:`c2m2a_crm.core.light_states`."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from c2m2a_crm.core.light_states import light_states


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with light_states():
            super().handle(*args, **options)
