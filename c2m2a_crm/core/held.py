"""The words in which rooms tell what they hold (``registries.PersonalData``)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from c2m2a_crm.core.querysets import closing_parents, is_sealable


def lines(*said: tuple[str | Promise, Any]) -> str:
    """One line for each label that has something to say."""
    told = ((label, value) for label, value in said if value not in (None, ""))
    return "\n".join(_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in told)


def nobody_told() -> str:
    """What the product knows of recipients where none were recorded: no more than that."""
    return _("None recorded in this product.")


def between(column: str, since: date | None, until: date | None) -> Q:
    """Rows whose day lies from ``since`` to ``until``, both included; None leaves that side open."""
    within = Q()
    if since:
        within &= Q(**{f"{column}__gte": since})
    if until:
        within &= Q(**{f"{column}__lte": until})
    return within


def confided_keys(model: type[Model], keys: Collection[int]) -> set[int]:
    """Those of these rows that belong to a circle now: themselves, or with what they hang on."""
    confided = Q(pk__in=())
    for way in _ways_to_circles(model):
        confided |= Q(**{f"{way}sealed_circle__isnull": False}) | Q(**{f"{way}restricted_circle__isnull": False})
    return set(model._base_manager.filter(confided, pk__in=list(keys)).values_list("pk", flat=True))


def circles_of(model: type[Model], keys: Collection[int]) -> set[int]:
    """The circles to which these rows belong now, as :func:`confided_keys` finds them."""
    rows = model._base_manager.filter(pk__in=list(keys)).order_by()
    found: set[int | None] = set()
    for way in _ways_to_circles(model):
        for column in ("sealed_circle", "restricted_circle"):
            found.update(rows.values_list(f"{way}{column}", flat=True).distinct())
    return {circle for circle in found if circle is not None}


@cache
def _ways_to_circles(model: Any) -> tuple[str, ...]:
    """The way from a row to what may be confided: itself, or what it hangs on."""
    if is_sealable(model):
        return ("",)
    return tuple(
        f"{parent.name}__{way}" for parent in closing_parents(model) for way in _ways_to_circles(parent.related_model)
    )
