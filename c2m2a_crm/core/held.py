"""The words in which rooms tell what they hold (``registries.PersonalData``)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _


def lines(*said: tuple[str | Promise, Any]) -> str:
    """One line for each label that has something to say."""
    return "\n".join(f"{label}: {value}" for label, value in said if value not in (None, ""))


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
