"""Every day that a person can enter, or an address can name, lies in the years that are kept.

The calendar of the database and that of the program end, and a day after the last one breaks a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.urls import get_resolver, reverse

from c2m2a_crm.core.lists import HouseFilterSet
from c2m2a_crm.core.validity import OUT_OF_REACH

ROOMS = ("c2m2a_crm", "members", "forums", "partnerships")


def kinds_of(kind: Any) -> Iterator[Any]:
    for each in kind.__subclasses__():
        yield each
        yield from kinds_of(each)


def own(kind: Any) -> set[Any]:
    _every_page = get_resolver().url_patterns  # imports them all
    return {each for each in kinds_of(kind) if each.__module__.partition(".")[0] in ROOMS}


def days() -> Iterator[tuple[str, forms.DateField]]:
    for form in own(forms.BaseForm):
        for name, field in getattr(form, "base_fields", {}).items():
            if isinstance(field, forms.DateField):
                yield f"{form.__module__}.{form.__qualname__}.{name}", field
    for filterset in own(HouseFilterSet):
        for name, each in filterset.base_filters.items():
            if issubclass(each.field_class, forms.DateField):
                yield f"{filterset.__module__}.{filterset.__qualname__}.{name}", each.field


def refuses(field: forms.DateField, day: date) -> bool:
    try:
        field.clean(day.isoformat())
    except forms.ValidationError as error:
        return str(OUT_OF_REACH) in error.messages
    return False


def test_every_day_of_every_form_and_filter_knows_its_bounds() -> None:
    found = dict(days())
    assert len(found) > 25
    assert {name.partition(".")[0] for name in found} == {*ROOMS}
    for day in (date(1, 1, 1), date(1799, 12, 31), date(2201, 1, 1), date(9999, 12, 31)):
        assert [name for name, field in found.items() if not refuses(field, day)] == []


@pytest.mark.parametrize("address", ["core:audit", "core:audit_events", "operations:list"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_the_last_day_of_the_calendar_is_no_fault_of_the_page(
    as_administrator: Client, address: str, name: str
) -> None:
    response = as_administrator.get(reverse(address), {name: "9999-12-31"})
    assert response.status_code == 200
    assert str(OUT_OF_REACH) in response.content.decode()
