"""Words that somebody typed to narrow a list, where the audit tells how it was narrowed.

What was confided to a circle exists for nobody else, and the words by which it was found may say what it is. So they
are left out where the list holds a row that the same person without any circle would not find.
"""

from __future__ import annotations

from urllib.parse import urlencode

import django_filters
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils.translation import gettext as _

from c2m2a_crm.core.lists import ListState


def typed_in(state: ListState) -> list[str]:
    """The names, in the list's address, of the filters in force that hold words somebody typed."""
    fields = state.filterset.filters
    return [
        name
        for name, _value in state.filterset.in_force()
        if isinstance(fields[name], django_filters.CharFilter) and name not in state.filterset.standing
    ]


def holds_confided(state: ListState, others: ListState) -> bool:
    """Whether the list has a row that ``others``, the same list for somebody without circles, does not find."""
    same = others.filterset.qs.order_by().filter(pk=OuterRef("pk"))
    return bool(state.filterset.qs.order_by().filter(~Exists(same)).exists())


def without_typed(state: ListState, query: str) -> str:
    """The query with words of our own in the place of those that were typed."""
    typed = typed_in(state)
    return urlencode(
        [
            (name, _("words typed by the exporter") if name in typed and value else value)
            for name, values in QueryDict(query).lists()
            for value in values
        ]
    )


def may_be_told(state: ListState, others: ListState) -> bool:
    """Whether whoever reads the audit may read the filters as they are."""
    return not typed_in(state) or not holds_confided(state, others)
