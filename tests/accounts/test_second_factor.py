"""Authenticator app, recovery codes, and confirming that it is you before they change."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from lxml import html
from pytest_django import DjangoCaptureOnCommitCallbacks

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import OutboxMessage
from tests.factories import PASSWORD


def code_of(secret: str, *, at: float | None = None) -> str:
    return format_hotp_value(hotp_value(secret, int((at or time.time()) // 30)))


@pytest.fixture
def secret(staff: User) -> str:
    """The key of an authenticator app that is already turned on."""
    key: str = generate_totp_secret()
    TOTP.activate(staff, key)
    return key


@pytest.fixture
def recovery_code(staff: User, secret: str) -> str:
    codes: list[str] = RecoveryCodes.activate(staff).get_unused_codes()
    return codes[0]


def signed_in_by_password(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en-CA"})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def confirm(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def shown_secret(response: Any) -> str:
    return html.fromstring(response.content).cssselect("main code")[0].text_content()


def test_setting_up_asks_first_that_it_is_you(as_staff: Client) -> None:
    response = as_staff.get("/accounts/2fa/totp/activate/")
    assert response["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"
    wrong = as_staff.post("/accounts/reauthenticate/", {"password": "not it at all"})
    assert "This is not your password." in wrong.content.decode()
    confirm(as_staff)
    assert as_staff.get("/accounts/2fa/totp/activate/").status_code == 200


def test_an_app_is_turned_on_with_a_code_from_it(
    as_staff: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    confirm(as_staff)
    secret = shown_secret(as_staff.get("/accounts/2fa/totp/activate/"))
    with django_capture_on_commit_callbacks(execute=True):
        response = as_staff.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    page = html.fromstring(as_staff.get("/accounts/2fa/recovery-codes/").content)
    assert len(page.cssselect("ul.codes code")) == 10
    assert [message.kind for message in OutboxMessage.objects.all()] == ["accounts.totp_activated"]


def test_a_wrong_code_turns_nothing_on(as_staff: Client, staff: User) -> None:
    confirm(as_staff)
    as_staff.get("/accounts/2fa/totp/activate/")
    response = as_staff.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert "This code is not right" in response.content.decode()
    assert not Authenticator.objects.filter(user=staff).exists()


def test_the_qr_code_is_drawn_in_the_page_without_data_address_or_style(as_staff: Client) -> None:
    confirm(as_staff)
    page = html.fromstring(as_staff.get("/accounts/2fa/totp/activate/").content)
    assert page.cssselect("main svg path[d]")
    assert not page.xpath("//*[@style] | //style | //img[starts-with(@src, 'data:')]")
    scripts = page.xpath("//script[not(@src)]")
    assert all(script.get("type") == "application/json" for script in scripts)


def test_signing_in_asks_for_the_code_too(staff: User, secret: str) -> None:
    client = Client(headers={"Accept-Language": "en-CA"})
    first = client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    assert first["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/account/").status_code == 302
    assert client.get("/accounts/2fa/authenticate/").status_code == 200
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_a_code_works_once(staff: User, secret: str) -> None:
    with time_machine.travel("2026-11-18T15:00:10Z", tick=False):
        code = code_of(secret)
        for attempt, outcome in ((signed_in_by_password(staff), True), (signed_in_by_password(staff), False)):
            attempt.post("/accounts/2fa/authenticate/", {"code": code})
            assert ("_auth_user_id" in attempt.session) is outcome


def test_a_code_of_an_hour_ago_is_refused(staff: User, secret: str) -> None:
    client = signed_in_by_password(staff)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, at=time.time() - 3600)})
    assert "_auth_user_id" not in client.session


def test_a_recovery_code_signs_in_once(staff: User, recovery_code: str) -> None:
    client = signed_in_by_password(staff)
    client.post("/accounts/2fa/authenticate/", {"code": recovery_code})
    assert client.session["_auth_user_id"] == str(staff.pk)
    again = signed_in_by_password(staff)
    again.post("/accounts/2fa/authenticate/", {"code": recovery_code})
    assert "_auth_user_id" not in again.session


def test_new_recovery_codes_end_the_former(staff: User, recovery_code: str, as_staff: Client) -> None:
    confirm(as_staff)
    as_staff.post("/accounts/2fa/recovery-codes/generate/")
    client = signed_in_by_password(staff)
    client.post("/accounts/2fa/authenticate/", {"code": recovery_code})
    assert "_auth_user_id" not in client.session


def test_recovery_codes_are_downloaded_as_text(staff: User, recovery_code: str, as_staff: Client) -> None:
    confirm(as_staff)
    response = as_staff.get("/accounts/2fa/recovery-codes/download/")
    assert response["Content-Type"].startswith("text/plain")
    assert recovery_code in response.content.decode()


def test_turning_the_app_off_needs_confirmation_and_is_told_by_mail(staff: User, secret: str, as_staff: Client) -> None:
    assert as_staff.post("/accounts/2fa/totp/deactivate/")["Location"].startswith("/accounts/reauthenticate/")
    assert Authenticator.objects.filter(user=staff).exists()
    confirm(as_staff)
    as_staff.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=staff).exists()
    assert OutboxMessage.objects.filter(kind="accounts.totp_deactivated", to_address=staff.email).exists()


def test_confirming_with_the_app_instead_of_the_password(staff: User, secret: str, as_staff: Client) -> None:
    page = as_staff.get("/accounts/reauthenticate/?next=/accounts/2fa/totp/deactivate/").content.decode()
    assert "/accounts/2fa/reauthenticate/?next=" in page
    response = as_staff.post(
        "/accounts/2fa/reauthenticate/", {"code": code_of(secret), "next": "/accounts/2fa/totp/deactivate/"}
    )
    assert response["Location"] == "/accounts/2fa/totp/deactivate/"
    assert as_staff.get("/accounts/2fa/totp/deactivate/").status_code == 200


def test_a_confirmation_wears_off(as_staff: Client) -> None:
    with time_machine.travel("2026-11-18T15:00Z", tick=False) as clock:
        confirm(as_staff)
        assert as_staff.get("/accounts/2fa/totp/activate/").status_code == 200
        clock.shift(16 * 60)
        assert as_staff.get("/accounts/2fa/totp/activate/").status_code == 302


def test_secrets_are_encrypted_in_the_database(staff: User, secret: str, recovery_code: str) -> None:
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert recovery_code not in stored
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert re.match(r"gAAAA", seed)


def test_a_former_secret_key_still_opens_the_secrets(staff: User, secret: str, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    client = Client()
    client.post("/accounts/login/", {"login": staff.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.session["_auth_user_id"] == str(staff.pk)
