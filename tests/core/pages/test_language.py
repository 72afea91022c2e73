"""The language is a preference, kept on the device and with the account."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User

URL = reverse("core:set_language")


def test_the_switch_keeps_the_page_and_its_filters(client: Client, db: None) -> None:
    answer = client.post(URL, {"language": "fr", "next": "/organizations/?q=nickel"})
    assert answer["Location"] == "/organizations/?q=nickel"
    assert answer.cookies["language"].value == "fr"


def test_the_choice_of_somebody_signed_in_is_remembered_with_the_account(as_staff: Client, staff: User) -> None:
    as_staff.post(URL, {"language": "fr", "next": "/"})
    staff.refresh_from_db()
    assert staff.language == "fr"


def test_a_way_back_to_another_site_is_not_taken(client: Client, db: None) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example/", "core:audit", "-1", "2026-01-01", "httpfoo"):
        assert client.post(URL, {"language": "fr", "next": elsewhere})["Location"] == "/"
    assert client.post(URL, {"language": "fr", "next": "/people/?q=a"})["Location"] == "/people/?q=a"


def test_an_unknown_language_changes_nothing(as_staff: Client, staff: User) -> None:
    answer = as_staff.post(URL, {"language": "xx", "next": "/"})
    assert "language" not in answer.cookies
    staff.refresh_from_db()
    assert staff.language == "en"


def test_the_page_speaks_the_chosen_language(client: Client, db: None) -> None:
    client.post(URL, {"language": "fr", "next": "/"})
    assert client.get("/accounts/login/")["Content-Language"] == "fr"
