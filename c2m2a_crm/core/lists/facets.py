"""Filters as the house makes them, for the filter sets of its lists."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Q
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.lists.filters import HouseFilterSet
from c2m2a_crm.core.text import Fold, fold
from c2m2a_crm.core.validity import validate_day


def one_of(label: Any, choices: Any, method: str) -> django_filters.ChoiceFilter:
    """One value, or any."""
    return django_filters.ChoiceFilter(label=label, choices=choices, method=method, empty_label=_("Any"))


def several_of(label: Any, choices: Any, **options: Any) -> django_filters.MultipleChoiceFilter:
    """Values inside one filter mean or. No DISTINCT: each is a column of the row itself."""
    return django_filters.MultipleChoiceFilter(
        label=label, choices=choices, distinct=False, widget=forms.CheckboxSelectMultiple, **options
    )


def day_of(label: Any, **options: Any) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Enter the date as year-month-day, for example 2026-11-10.")},
        validators=[validate_day],
        **options,
    )


def says(text: str, *paths: str) -> Q:
    """The text stands in one of the columns, whatever its accents and capitals."""
    wanted = fold(text)
    anywhere = Q()
    for path in paths:
        anywhere |= Q(Contains(Fold(path), wanted))
    return anywhere


class TabbedFilterSet(HouseFilterSet):
    """The tab belongs to the address, not to the filters; the view reads it."""

    standing = frozenset({"tab"})
    tab = django_filters.CharFilter(method="leave", widget=forms.HiddenInput)

    def leave(self, rows: models.QuerySet[Any], name: str, value: str) -> models.QuerySet[Any]:
        return rows
