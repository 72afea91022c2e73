"""Records that were open when they were found for a request, and were confided to a circle afterwards.

Only the owners of the circle may put such a record in: until they do, nobody reads its copy, and no package has it.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.apps import apps
from django.db.models import Model

from c2m2a_crm.core.held import circles_of, confided_keys
from c2m2a_crm.privacy.models import AccessItem, AccessRequest


def confided_since(items: Iterable[AccessItem]) -> set[int]:
    """The keys of those items that no owner put in and whose record belongs to a circle now."""
    found = _by_model(item for item in items if not item.is_from_owners)
    return {copies[key] for model, copies in found for key in confided_keys(model, copies)}


def confided_in(request: AccessRequest) -> set[int]:
    """As :func:`confided_since`, of everything that was found for the request."""
    return confided_since(request.items.only("request", "table", "row_id", "is_from_owners"))


def circles_since(request: AccessRequest) -> set[int]:
    """The circles to which these records belong now, where the owners have not decided: then the copy has no words."""
    shut = request.items.filter(pk__in=confided_in(request)).exclude(title="").only("request", "table", "row_id")
    return {circle for model, copies in _by_model(shut) for circle in circles_of(model, copies)}


def _by_model(items: Iterable[AccessItem]) -> list[tuple[type[Model], dict[int, int]]]:
    """The keys of copies by those of their records, table by table."""
    by_table: dict[str, dict[int, int]] = {}
    for item in items:
        by_table.setdefault(item.table, {})[item.row_id] = item.pk
    models = {model._meta.db_table: model for model in apps.get_models() if not model._meta.proxy}
    return [(models[table], copies) for table, copies in by_table.items() if table in models]


def places_in(request: AccessRequest) -> set[tuple[str, int]]:
    """Table and number of each record that is in the request, but for those that were confided since."""
    return set(request.items.exclude(pk__in=confided_in(request)).values_list("table", "row_id"))
