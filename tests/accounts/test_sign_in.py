"""Signing in and out with e-mail and password, resetting and changing the password, and what strangers can learn."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import AuditEvent, History, OutboxMessage
from c2m2a_crm.settings import base
from tests.factories import PASSWORD

NEW_PASSWORD = "violet anvil harbour moss"


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


@pytest.fixture
def rate_limits(settings: Any) -> None:
    """The limits of the product, counted from nothing.

    Under keys of their own: clearing the cache would clear the counts of the tests that run beside this one.
    """
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"limits-{uuid4()}"}}
    settings.ACCOUNT_RATE_LIMITS = base.ACCOUNT_RATE_LIMITS


def test_a_private_page_sends_to_sign_in_and_back(client: Client, staff: User) -> None:
    response = client.get("/account/")
    assert response["Location"] == "/accounts/login/?next=/account/"
    assert sign_in(client, staff.email, next="/account/")["Location"] == "/account/"


def test_the_way_back_never_leaves_the_house(client: Client, staff: User) -> None:
    assert sign_in(client, staff.email, next="https://elsewhere.example/")["Location"] == "/"


def test_the_address_may_be_typed_in_any_case(client: Client, staff: User) -> None:
    sign_in(client, staff.email.upper())
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_somebody_without_a_role_lands_on_the_own_account(client: Client, stranger: User) -> None:
    assert sign_in(client, stranger.email)["Location"] == "/account/"


def test_a_sign_in_is_in_the_audit_and_changes_no_history(client: Client, staff: User) -> None:
    before = History.objects.count()
    sign_in(client, staff.email)
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.subject_id) == ("account.signed_in", staff, staff.pk)
    assert History.objects.count() == before


def test_a_refused_sign_in_is_in_the_audit_without_what_was_typed(client: Client, staff: User) -> None:
    sign_in(client, staff.email, "wrong and secret")
    sign_in(client, "secret@typed.example", "wrong and secret")
    known, unknown = AuditEvent.objects.order_by("pk")
    assert (known.verb, known.subject_id) == ("account.sign_in_refused", staff.pk)
    assert (unknown.verb, unknown.subject_id) == ("account.sign_in_refused", None)
    assert "secret" not in str([known.details, unknown.details])


def test_signing_in_sets_the_language_of_the_person(client: Client, staff: User) -> None:
    staff.language = "fr"
    staff.save()
    response = sign_in(client, staff.email)
    assert response.cookies[configured.LANGUAGE_COOKIE_NAME].value == "fr"
    assert client.get("/account/").headers["Content-Language"] == "fr"


def test_sign_out_ends_the_session_and_asks_by_post(as_staff: Client) -> None:
    assert as_staff.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in as_staff.session
    assert as_staff.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in as_staff.session


def test_there_is_no_sign_up(client: Client, db: None) -> None:
    assert client.get("/accounts/signup/").status_code == 404
    assert b"signup" not in client.get("/accounts/login/").content


# --- What strangers can learn -------------------------------------------------------------------------------------


def stripped(page: bytes) -> str:
    """The page without what differs at every request."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|value="[^"]*@[^"]*"', "", page.decode())


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: Client, staff: User) -> None:
    wrong = sign_in(client, staff.email, "not the password")
    unknown = sign_in(Client(), "nobody@cast.example", "not the password")
    assert wrong.status_code == unknown.status_code == 200
    assert stripped(wrong.content) == stripped(unknown.content)
    assert "do not belong together" in wrong.content.decode()


def test_a_closed_account_is_told_only_to_who_knows_the_password(client: Client, staff: User) -> None:
    staff.is_active = False
    staff.save()
    assert "do not belong together" in sign_in(client, staff.email, "not the password").content.decode()
    assert sign_in(client, staff.email)["Location"] == "/accounts/inactive/"


def test_a_reset_answers_the_same_for_an_unknown_address_and_mails_nobody(client: Client, staff: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": staff.email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@cast.example"})
    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert [message.to_address for message in OutboxMessage.objects.all()] == [staff.email]


# --- Resetting and changing ---------------------------------------------------------------------------------------


def reset_link(user: User) -> str:
    Client().post("/accounts/password/reset/", {"email": user.email})
    message = OutboxMessage.objects.filter(kind="accounts.password_reset_key").latest("pk")
    assert message.sensitive_until is not None
    found = re.search(r"http://testserver(\S+)", message.body_text)
    assert found
    return found[1]


def test_a_reset_link_changes_the_password_once(client: Client, staff: User) -> None:
    link = reset_link(staff)
    form = client.get(link)["Location"]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    staff.refresh_from_db()
    assert staff.check_password(NEW_PASSWORD)
    assert "This link no longer works" in Client().get(link, follow=True).content.decode()


def test_a_reset_mail_is_in_the_language_of_the_account(staff: User) -> None:
    staff.language = "fr"
    staff.save()
    reset_link(staff)
    assert OutboxMessage.objects.get().language == "fr"


def test_a_reset_does_not_sign_in(client: Client, staff: User) -> None:
    form = client.get(reset_link(staff))["Location"]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("bad", [("short", "short"), (NEW_PASSWORD, PASSWORD), ("password1234", "password1234")])
def test_a_bad_new_password_is_refused(client: Client, staff: User, bad: tuple[str, str]) -> None:
    form = client.get(reset_link(staff))["Location"]
    assert client.post(form, {"password1": bad[0], "password2": bad[1]}).status_code == 200
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_changing_the_password_needs_the_present_one_and_is_told_by_mail(as_staff: Client, staff: User) -> None:
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    wrong = as_staff.post("/accounts/password/change/", {"oldpassword": "not it at all", **new})
    assert wrong.status_code == 200
    assert "This is not your present password." in wrong.content.decode()
    as_staff.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    staff.refresh_from_db()
    assert staff.check_password(NEW_PASSWORD)
    assert "_auth_user_id" in as_staff.session
    message = OutboxMessage.objects.get()
    assert (message.kind, message.to_address) == ("accounts.password_changed", staff.email)


def test_a_changed_password_ends_the_other_sessions(as_staff: Client, staff: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(staff)
    as_staff.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert as_staff.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


def test_passwords_never_stand_in_history(as_staff: Client, staff: User) -> None:
    as_staff.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    for row in History.objects.filter(tbl="accounts_user"):
        assert "password" not in (row.before or {}) | (row.after or {})


# --- Limits -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rate_limits")
def test_guessing_a_password_stops_after_five_attempts(client: Client, staff: User) -> None:
    for _attempt in range(5):
        assert "do not belong together" in sign_in(client, staff.email, "a guess").content.decode()
    assert "Too many failed attempts." in sign_in(client, staff.email, PASSWORD).content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.usefixtures("rate_limits", "db")
def test_too_many_requests_get_a_sentence(client: Client) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": f"n{number}@cast.example"}) for number in range(21)]
    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert "Wait a minute, then try again." in answers[-1].content.decode()


# --- Where only the sign-in provider counts -----------------------------------------------------------------------


def test_without_local_passwords_no_password_opens_anything(client: Client, staff: User, settings: Any) -> None:
    settings.LOCAL_PASSWORDS = False
    page = client.get("/accounts/login/").content.decode()
    assert 'type="password"' not in page
    assert "Passwords are off here." in sign_in(client, staff.email).content.decode()
    assert "_auth_user_id" not in client.session
    assert not staff.check_password(PASSWORD)


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/password/reset/",
        "/accounts/password/change/",
        "/accounts/password/set/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-set-password/",
    ],
)
def test_without_local_passwords_their_pages_are_gone(as_staff: Client, settings: Any, address: str) -> None:
    settings.LOCAL_PASSWORDS = False
    assert as_staff.get(address).status_code == 404
    assert as_staff.post(address).status_code == 404
