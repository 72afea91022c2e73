"""The command with which an installation begins."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from c2m2a_crm.accounts.models import User


@pytest.mark.django_db
def test_it_prints_a_link_that_opens_and_a_new_one_ends_the_one_before() -> None:
    links = []
    for _time in range(2):
        said = StringIO()
        call_command("first_administrator", "https://crm.example.org/", stdout=said)
        links.append(said.getvalue().strip())
    assert all(link.startswith("https://crm.example.org/p/invitations/") for link in links)
    first, second = (Client().get(link.removeprefix("https://crm.example.org")).status_code for link in links)
    assert (first, second) == (410, 200)


def test_it_refuses_once_there_is_an_administrator(administrator: User) -> None:
    with pytest.raises(CommandError, match="already"):
        call_command("first_administrator", "https://crm.example.org")


def test_it_refuses_what_is_no_address() -> None:
    with pytest.raises(CommandError, match="not an address"):
        call_command("first_administrator", "crm.example.org")
