"""What narrows the lists of outgoing mail."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists import HouseFilterSet, TabbedFilterSet, said, says
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from members.filters import people

_READS = (("en", _("English")), ("fr", _("French")), ("both", _("Not known, gets both")))


def campaigns(request: Any) -> QuerySet[Campaign]:
    return Campaign.objects.visible_to(request.user)


class CampaignFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Subject or audience"))

    class Meta:
        model = Campaign
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Campaign], name: str, value: str) -> QuerySet[Campaign]:
        return rows.filter(says(value, "subject_en", "subject_fr", "audience_name_en", "audience_name_fr"))


class DeliveryFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(method="filter_text", label=_("Name or address"))
    outcome = said(
        django_filters.ChoiceFilter(choices=Outcome.choices, label=_("What became of it"), empty_label=_("Any")),
        _("that came to: %(value)s"),
    )
    language = said(
        django_filters.ChoiceFilter(
            choices=_READS, method="filter_language", label=_("Language"), empty_label=_("Any")
        ),
        _("in %(value)s"),
    )
    # Set by links from the pages of campaigns and people; each shows as a chip and is not offered in the panel.
    campaign = said(
        django_filters.ModelChoiceFilter(queryset=campaigns, label=_("Notice"), widget=forms.HiddenInput),
        _("of “%(value)s”"),
    )
    person = said(
        django_filters.ModelChoiceFilter(queryset=people, label=_("Person"), widget=forms.HiddenInput),
        _("to %(value)s"),
    )

    class Meta:
        model = Delivery
        fields: ClassVar[list[str]] = []

    def filter_text(self, rows: QuerySet[Delivery], name: str, value: str) -> QuerySet[Delivery]:
        return rows.filter(says(value, "name") | Q(email__address__icontains=value.strip()))

    def filter_language(self, rows: QuerySet[Delivery], name: str, value: str) -> QuerySet[Delivery]:
        return rows.filter(language="" if value == "both" else value)


class StopFilterSet(TabbedFilterSet):
    q = django_filters.CharFilter(field_name="email__address", lookup_expr="icontains", label=_("Address"))
    how = said(
        django_filters.ChoiceFilter(choices=Suppression.How.choices, label=_("How"), empty_label=_("Any")),
        _("by: %(value)s"),
    )

    class Meta:
        model = Suppression
        fields: ClassVar[list[str]] = []
