"""What narrows the list of requests for access."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists import TabbedFilterSet, one_of, says
from c2m2a_crm.privacy.models import AccessRequest


class AccessRequestFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Who asks, or words"))
    kind = one_of(_("Kind"), AccessRequest.Kind.choices, "filter_kind")

    class Meta:
        model = AccessRequest
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(says(value, "requester", "subject_words", "person__family_name", "person__given_name"))

    def filter_kind(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(kind=value)
