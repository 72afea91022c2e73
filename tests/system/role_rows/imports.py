"""Addresses of imports."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.core.imports import services
from c2m2a_crm.core.models import Import
from tests.factories import UserFactory
from tests.system.role_matrix import act, form, page, writers


def somebody_elses_import() -> dict[str, Any]:
    owner = UserFactory(roles=[Role.STAFF])
    file = ContentFile(b"name\nAlder Copper\n", name="a.csv")
    return {"pk": services.begin_import(actor=owner, kind="organizations", file=file).pk}


def a_checked_import() -> dict[str, Any]:
    arguments = somebody_elses_import()
    imported = Import.objects.get(**arguments)
    services.check(imported, actor=imported.actor)
    return arguments


def a_row_of_an_import() -> dict[str, Any]:
    return {**a_checked_import(), "line": 2}


def rejects_of_an_import() -> dict[str, Any]:
    return {**a_checked_import(), "file_format": "csv"}


MAKERS = {
    "import": somebody_elses_import,
    "checked_import": a_checked_import,
    "row_of_an_import": a_row_of_an_import,
    "rejects_of_an_import": rejects_of_an_import,
}

ROWS = {
    "imports:list": form(writers()),
    "imports:paste": act(writers(302), data={"text": "Ada Vance <ada@alder.example>"}),
    # Somebody else's import does not exist for others; administrators may look, to help.
    "imports:detail": form(writers(404) | {"administrator": 200}, "import"),
    "imports:check": form(writers(404) | {"administrator": 200}, "checked_import"),
    "imports:row": form(writers(404) | {"administrator": 200}, "row_of_an_import"),
    "imports:rejects": page(writers(404) | {"administrator": 200}, "rejects_of_an_import"),
}
