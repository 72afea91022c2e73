"""Every address of the product, asked by every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.conftest import member_of_the_cast
from tests.system.role_matrix import PUBLIC, ROLES, SIGN_IN, Row, all_makers, all_rows

ROWS = all_rows()
VERBS = ("get", "post", "put", "patch", "delete")

# Pages that show their form to some of their readers only: a link that is used up, a segment of somebody else.
SHOWN_TO_SOME = frozenset({"account_reset_password_from_key", "segments:why"})


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(name with namespace, pattern) of every address; a nameless one is called by its route."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, inner)
        else:
            yield f"{namespace}{entry.name or entry.pattern}", entry


ADDRESSES = dict(addresses(get_resolver()))


def ask(client: Client, name: str, row: Row, verb: str, arguments: dict[str, Any]) -> HttpResponse:
    data: Any = row.data(arguments) if callable(row.data) else row.data
    send = getattr(client, verb)
    response: HttpResponse = send(reverse(name, kwargs=arguments), data or {}, headers=dict(row.headers))
    return response


def subject_of(row: Row) -> dict[str, Any]:
    return all_makers()[row.maker]() if row.maker else {}


def browser_of(role: str) -> Client:
    client = Client(headers={"Accept-Language": "en-CA"})
    if role != "anonymous":
        client.force_login(member_of_the_cast(role))
    return client


def has_a_blank_form(response: Any) -> bool:
    """Whether whoever may send the page's form is shown none of its inputs: its own tests, which send it, pass."""
    form = response.context.get("form") if response.context else None
    if not isinstance(form, forms.BaseForm) or not response.context.get("may_act", True):
        return False
    page = response.content.decode()
    return bool(form.visible_fields()) and not any(f'name="{field.html_name}' in page for field in form)


def test_every_address_has_a_row() -> None:
    missing = sorted(ADDRESSES.keys() - ROWS.keys())
    assert not missing, (
        f"No row of the role matrix tells who may reach {', '.join(missing)}. Add one in tests/system/role_rows/."
    )


def test_every_row_has_an_address() -> None:
    stale = sorted(ROWS.keys() - ADDRESSES.keys())
    assert not stale, f"The role matrix speaks of addresses that are gone: {', '.join(stale)}."


def test_public_addresses_are_listed_in_one_place() -> None:
    public = {name for name, entry in ADDRESSES.items() if not getattr(entry.callback, "login_required", True)}
    assert public == PUBLIC, f"Public but not listed: {public - PUBLIC}; listed but not public: {PUBLIC - public}."


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_row_speaks_of_every_role(name: str) -> None:
    assert set(ROWS[name].expected) == set(ROLES)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(ROWS.keys() & ADDRESSES.keys()))
def test_each_role_gets_what_the_matrix_says(name: str, role: str) -> None:
    row = ROWS[name]
    response = ask(browser_of(role), name, row, row.asks, subject_of(row))
    expected = row.expected[role]
    if expected == SIGN_IN:
        assert response.status_code == 302
        assert response["Location"].startswith(f"{reverse('account_login')}?next=")
    else:
        assert response.status_code == expected
        assert name in SHOWN_TO_SOME or not has_a_blank_form(response)


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(ROWS.keys() & ADDRESSES.keys()))
def test_other_verbs_are_refused(name: str) -> None:
    row = ROWS[name]
    signed_in = row.expected["anonymous"] == SIGN_IN
    # Whoever may use the page: what compliance alone does answers an administrator with 403, whatever the verb.
    keeper = (
        "compliance" if row.expected["administrator"] == 403 and row.expected["compliance"] != 403 else "administrator"
    )
    client = browser_of(keeper if signed_in else "anonymous")
    arguments = subject_of(row)
    others = [verb for verb in VERBS if verb not in row.verbs]
    answers = {verb: ask(client, name, row, verb, arguments).status_code for verb in others}
    assert answers == dict.fromkeys(others, 405)
