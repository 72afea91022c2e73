"""Registering a passkey, signing in with it alone or after the password, renaming and removing it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from lxml import html

from c2m2a_crm.accounts.models import User
from tests.accounts.software_key import SoftwareKey
from tests.factories import PASSWORD

HERE = "http://localhost"


@pytest.fixture
def key() -> SoftwareKey:
    return SoftwareKey(HERE)


def browser() -> Client:
    """Passkeys are bound to the name of the site; ``localhost`` is the one that needs no certificate."""
    return Client(headers={"Accept-Language": "en-CA", "Host": "localhost"})


def options_on(page: bytes) -> dict[str, Any]:
    (block,) = html.fromstring(page).cssselect("#js_data")
    found: dict[str, Any] = json.loads(block.text_content())
    return found


def register(user: User, key: SoftwareKey, *, passwordless: bool = True) -> Client:
    client = browser()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    options = options_on(client.get("/accounts/2fa/webauthn/add/").content)["creation_options"]
    answer = {"name": "Work laptop", "credential": key.create(options, passwordless=passwordless)}
    if passwordless:
        answer["passwordless"] = "on"
    response = client.post("/accounts/2fa/webauthn/add/", answer)
    assert response.status_code == 302
    return client


def sign_in_with(key: SoftwareKey, client: Client) -> Any:
    options = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    return client.post("/accounts/2fa/webauthn/login/", {"credential": key.get(options["request_options"])})


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_passkey_is_registered_and_listed(staff: User, key: SoftwareKey) -> None:
    client = register(staff, key)
    assert Authenticator.objects.filter(user=staff, type="webauthn").count() == 1
    page = client.get("/accounts/2fa/webauthn/").content.decode()
    assert "Work laptop" in page
    assert "Signs you in alone" in page


def test_registering_asks_first_that_it_is_you(as_staff: Client) -> None:
    assert as_staff.get("/accounts/2fa/webauthn/add/")["Location"].startswith("/accounts/reauthenticate/")


def test_a_passkey_signs_in_alone(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    client = browser()
    sign_in_with(key, client)
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_a_passkey_used_on_a_false_page_opens_nothing(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    key.origin = "http://localhost.evil.example"
    client = browser()
    sign_in_with(key, client)
    assert not is_signed_in(client)


def test_an_answer_is_accepted_once(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    client, thief = browser(), browser()
    options = client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"}).json()
    answer = key.get(options["request_options"])
    client.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    thief.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    thief.post("/accounts/2fa/webauthn/login/", {"credential": answer})
    assert (is_signed_in(client), is_signed_in(thief)) == (True, False)


def test_a_key_of_nobody_opens_nothing(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    stranger = SoftwareKey(HERE)
    stranger.user_handle = key.user_handle
    client = browser()
    sign_in_with(stranger, client)
    assert not is_signed_in(client)


@pytest.mark.parametrize("rubbish", ["", "{}", "no json", '{"id": "x"}', '{"response": {"userHandle": "////"}}'])
def test_rubbish_is_refused_without_an_error_page(client: Client, db: None, rubbish: str) -> None:
    response = client.post("/accounts/2fa/webauthn/login/", {"credential": rubbish})
    assert response["Location"] == "/accounts/login/"


def test_a_closed_account_is_not_opened_by_its_passkey(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    User.objects.filter(pk=staff.pk).update(is_active=False)
    client = browser()
    response = sign_in_with(key, client)
    assert response["Location"] == "/accounts/inactive/"
    assert not is_signed_in(client)


def test_a_security_key_is_the_second_factor_after_the_password(staff: User, key: SoftwareKey) -> None:
    register(staff, key, passwordless=False)
    client = browser()
    client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    assert not is_signed_in(client)
    options = options_on(client.get("/accounts/2fa/authenticate/").content)["request_options"]
    client.post("/accounts/2fa/authenticate/", {"credential": key.get(options)})
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_a_key_confirms_that_it_is_you(staff: User, key: SoftwareKey) -> None:
    register(staff, key)
    client = browser()
    client.force_login(staff)
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 302
    options = options_on(client.get("/accounts/2fa/webauthn/reauthenticate/").content)["request_options"]
    client.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": key.get(options)})
    assert client.get("/accounts/2fa/webauthn/add/").status_code == 200


def test_a_key_is_renamed_and_removed(staff: User, key: SoftwareKey) -> None:
    client = register(staff, key)
    pk = Authenticator.objects.get(type="webauthn").pk
    client.post(f"/accounts/2fa/webauthn/keys/{pk}/edit/", {"name": "Old laptop"})
    assert "Old laptop" in client.get("/accounts/2fa/webauthn/").content.decode()
    client.post(f"/accounts/2fa/webauthn/keys/{pk}/remove/")
    assert not Authenticator.objects.filter(type="webauthn").exists()
    other = browser()
    sign_in_with(key, other)
    assert not is_signed_in(other)


def test_somebody_elses_key_does_not_exist(staff: User, viewer: User, key: SoftwareKey, client: Client) -> None:
    register(staff, key)
    pk = Authenticator.objects.get(type="webauthn").pk
    client.force_login(viewer)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get(f"/accounts/2fa/webauthn/keys/{pk}/edit/").status_code == 404
    assert client.post(f"/accounts/2fa/webauthn/keys/{pk}/remove/").status_code == 404


def test_where_only_the_provider_counts_no_passkey_opens_the_door_alone(
    staff: User, key: SoftwareKey, settings: Any
) -> None:
    register(staff, key)
    settings.LOCAL_PASSWORDS = False
    client = browser()
    assert client.get("/accounts/2fa/webauthn/login/").status_code == 404
    assert b"passkey_login" not in client.get("/accounts/login/").content
