"""What merging adds to the rest of the house."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import (
    OperationKind,
    RetentionUse,
    mergeable_relations,
    operation_kinds,
    retention_uses,
)
from members.merging.relations import RELATIONS
from members.merging.services import MERGE_KIND
from members.merging.undoing import asks, page_of, take_back, undo_page
from members.models import Person
from members.policies import can_edit_directory


def _stand_for_another(day: object) -> models.QuerySet[Person, Person]:
    """People who were merged into another go when that one goes, and not before: it is found by their names."""
    return Person.objects.filter(merged_into__isnull=False).values("pk")  # type: ignore[return-value]  # keys, as the registry says


def register() -> None:
    for relation in RELATIONS:
        mergeable_relations.register(relation)
    operation_kinds.register(
        OperationKind(
            MERGE_KIND,
            35,
            _("Merge"),
            can_edit_directory,
            page_of,
            reaches_closed_rows=True,
            take_back=take_back,
            undo_page=undo_page,
            asks=asks,
        )
    )
    retention_uses.register(RetentionUse("members.merged", 15, Person, _stand_for_another))
