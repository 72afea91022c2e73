"""Addresses of imports."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.core.models import Job
from members.imports.work import begin_import
from tests.factories import UserFactory
from tests.system.role_matrix import form, page, writers


def somebody_elses_import() -> dict[str, Any]:
    owner = UserFactory(roles=[Role.STAFF])
    return {"pk": begin_import(actor=owner, file=ContentFile(b"name\nAlder Copper\n", name="a.csv")).pk}


def a_finished_import() -> dict[str, Any]:
    arguments = somebody_elses_import()
    Job.objects.filter(**arguments).update(state=Job.State.DONE, result={"verdicts": []})
    return arguments


MAKERS = {"import": somebody_elses_import, "finished_import": a_finished_import}

ROWS = {
    "imports:list": form(writers()),
    # Somebody else's import does not exist for others; administrators may look, to help.
    "imports:detail": form(writers(404) | {"administrator": 200}, "import"),
    "imports:check": form(writers(404) | {"administrator": 200}, "import"),
    "imports:rejects": page(writers(404) | {"administrator": 200}, "finished_import"),
}
