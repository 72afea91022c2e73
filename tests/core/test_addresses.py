"""An address by its pattern is the address that the resolver gives."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, clear_script_prefix, reverse, set_script_prefix
from hypothesis import given
from hypothesis import strategies as st

from c2m2a_crm.core.addresses import address_of


@given(st.integers(1, 2**63 - 1), st.sampled_from(["people:detail", "organizations:detail", "contact_log:detail"]))
def test_pattern_gives_what_the_resolver_gives(pk: int, name: str) -> None:
    assert address_of(name, pk) == reverse(name, args=[pk])


def test_pattern_follows_the_prefix_of_the_server() -> None:
    plain = address_of("people:detail", 7)
    set_script_prefix("/office/")
    try:
        assert address_of("people:detail", 7) == f"/office{plain}"
    finally:
        clear_script_prefix()
    assert address_of("people:detail", 7) == plain


def test_unknown_name_is_refused() -> None:
    with pytest.raises(NoReverseMatch):
        address_of("people:nonsense", 1)
