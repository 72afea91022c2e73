"""Every address of the product, asked by every role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.conftest import member_of_the_cast
from tests.system.role_matrix import PUBLIC, ROLES, SIGN_IN, Row, all_makers, all_rows

ROWS = all_rows()
VERBS = ("get", "post", "put", "patch", "delete")

# Pages that show their form to some of their readers only: a link that is used up, a segment of somebody else, no
# document to take.
SHOWN_TO_SOME = frozenset({"account_reset_password_from_key", "meetings:paper_attach", "segments:why"})


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


def test_a_row_speaks_of_every_role() -> None:
    assert not {name for name, row in ROWS.items() if set(row.expected) != set(ROLES)}


def room_of(name: str) -> str:
    return name.partition(":")[0].partition("_")[0]


ASKED = sorted(ROWS.keys() & ADDRESSES.keys())
ROOMS = sorted({room_of(name) for name in ASKED})


@contextmanager
def taken_back() -> Iterator[None]:
    """What is made here is gone at the end, and costs no test of its own."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def as_it_was(browser: Client) -> Iterator[Client]:
    """The browser keeps its cookies, also where the answer signs it out, and the database its rows."""
    cookies = deepcopy(browser.cookies)
    with taken_back():
        yield browser
    browser.cookies = cookies


def fault(name: str, row: Row, role: str, response: HttpResponse) -> str:
    """How the answer differs from the matrix, if it does."""
    expected = row.expected[role]
    if expected == SIGN_IN:
        way_in = f"{reverse('account_login')}?next="
        is_sent_there = response.status_code == 302 and response["Location"].startswith(way_in)
        return "" if is_sent_there else f"{response.status_code}, not sent to the sign-in page"
    if response.status_code != expected:
        return f"{response.status_code}, not {expected}"
    return "a blank form" if name not in SHOWN_TO_SOME and has_a_blank_form(response) else ""


@pytest.mark.django_db
@pytest.mark.parametrize("room", ROOMS)
def test_each_role_gets_what_the_matrix_says(room: str) -> None:
    browsers = {role: browser_of(role) for role in ROLES}
    wrong = []
    for name in (name for name in ASKED if room_of(name) == room):
        row = ROWS[name]
        with taken_back():
            arguments = subject_of(row)
            for role, browser in browsers.items():
                with as_it_was(browser):
                    found = fault(name, row, role, ask(browser, name, row, row.asks, arguments))
                wrong += [f"{name} as {role}: {found}"] if found else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("room", ROOMS)
def test_other_verbs_are_refused(room: str) -> None:
    browsers = {role: browser_of(role) for role in ("anonymous", "compliance", "administrator")}
    wrong = []
    for name in (name for name in ASKED if room_of(name) == room):
        row = ROWS[name]
        with taken_back():
            arguments = subject_of(row)
            for verb in (verb for verb in VERBS if verb not in row.verbs):
                with as_it_was(browsers[keeper_of(row)]) as browser:
                    status = ask(browser, name, row, verb, arguments).status_code
                wrong += [f"{verb} {name}: {status}, not 405"] if status != 405 else []
    assert not wrong, "\n".join(wrong)


def keeper_of(row: Row) -> str:
    """Whoever may use the page: what compliance alone does answers an administrator with 403, whatever the verb."""
    if row.expected["anonymous"] != SIGN_IN:
        return "anonymous"
    is_for_compliance = row.expected["administrator"] == 403 and row.expected["compliance"] != 403
    return "compliance" if is_for_compliance else "administrator"
