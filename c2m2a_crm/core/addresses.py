"""Addresses of records, for pages that name hundreds of them."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

_ANY = 987_654_321


def address_of(url_name: str, pk: int) -> str:
    """What ``reverse(url_name, args=[pk])`` gives, at a tenth of its cost: the pattern is looked up once."""
    before, after = _around(url_name, get_script_prefix(), get_urlconf())
    return f"{before}{pk}{after}"


@lru_cache(maxsize=512)
def _around(url_name: str, prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, _number, after = reverse(url_name, args=[_ANY]).partition(str(_ANY))
    return before, after
