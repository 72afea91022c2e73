"""OpenID Connect against a provider on this machine: who gets in, and which roles the groups give and take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from c2m2a_crm import env
from c2m2a_crm.accounts import services
from c2m2a_crm.accounts.models import Role, RoleGrant, User
from c2m2a_crm.core.history import history_of
from tests.accounts.local_provider import CLIENT_ID, CLIENT_SECRET, LocalProvider, local_provider

START = "/accounts/oidc/sso/login/"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[LocalProvider]:
    with local_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: LocalProvider, settings: Any) -> LocalProvider:
    settings.OIDC_GROUPS_CLAIM = "groups"
    settings.OIDC_GROUP_ROLES = {"crm-staff": "staff", "crm-admins": "administrator"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "SCOPE": ["openid", "profile", "email"],
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Office account",
                    "client_id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "settings": {"server_url": running_provider.address},
                }
            ],
        }
    }
    running_provider.refusal = ""
    running_provider.person = {
        "sub": "u-1",
        "email": "noor@office.example",
        "email_verified": True,
        "name": "Noor Castellan",
        "locale": "fr-CA",
        "groups": ["crm-staff", "choir"],
    }
    return running_provider


def come_in(provider: LocalProvider, client: Client, start: str = START) -> Any:
    """From the button on the sign-in page to the answer after the provider sent the browser back."""
    leave = client.post(start)
    assert leave.status_code == 302, leave.content
    asked = {key: values[0] for key, values in parse_qs(urlsplit(leave["Location"]).query).items()}
    assert asked["redirect_uri"] == "http://testserver/accounts/oidc/sso/login/callback/"
    back = urlsplit(provider.authorize(asked))
    return client.get(f"{back.path}?{back.query}")


def signed_in_as(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def grants_of(user: User) -> set[tuple[str, str]]:
    return set(user.role_grants.filter(revoked_at__isnull=True).values_list("role", "source"))


@pytest.mark.usefixtures("provider", "db")
def test_the_sign_in_page_offers_the_provider(client: Client) -> None:
    assert "Sign in with Office account" in client.get("/accounts/login/").content.decode()


@pytest.mark.usefixtures("provider", "db")
def test_looking_at_the_address_starts_nothing(client: Client) -> None:
    assert client.get(START).status_code == 200


def test_a_group_makes_an_account_with_its_role(provider: LocalProvider, client: Client, db: None) -> None:
    come_in(provider, client)
    user = User.objects.get()
    assert signed_in_as(client) == str(user.pk)
    assert (user.email, user.name, user.language) == ("noor@office.example", "Noor Castellan", "fr")
    assert grants_of(user) == {("staff", "provider")}
    assert user.password.startswith("!")
    assert [change.writer for change in history_of(user)] == ["sign-in provider"]


def test_somebody_without_such_a_group_gets_no_account(provider: LocalProvider, client: Client, db: None) -> None:
    provider.person["groups"] = ["choir"]
    response = come_in(provider, client)
    assert "No account yet" in response.content.decode()
    assert signed_in_as(client) is None
    assert not User.objects.exists()


@pytest.mark.parametrize("verified", [False, "false", None, "no"])
def test_an_unverified_address_opens_nothing(
    provider: LocalProvider, client: Client, staff: User, verified: object
) -> None:
    provider.person |= {"email": staff.email, "email_verified": verified}
    response = come_in(provider, client)
    assert "No account yet" in response.content.decode()
    assert signed_in_as(client) is None
    assert User.objects.count() == 1


def test_a_verified_address_opens_the_account_it_belongs_to(
    provider: LocalProvider, client: Client, viewer: User
) -> None:
    provider.person |= {"email": viewer.email.upper(), "groups": []}
    come_in(provider, client)
    assert signed_in_as(client) == str(viewer.pk)
    assert grants_of(viewer) == {("viewer", "person")}


def test_the_same_person_comes_back_under_a_new_address(provider: LocalProvider, client: Client, db: None) -> None:
    come_in(provider, client)
    provider.person["email"] = "noor.castellan@office.example"
    again = Client()
    come_in(provider, again)
    assert signed_in_as(again) == str(User.objects.get().pk)


def test_a_role_goes_when_the_group_is_gone_and_comes_back_with_it(
    provider: LocalProvider, client: Client, db: None
) -> None:
    come_in(provider, client)
    user = User.objects.get()
    provider.person["groups"] = []
    come_in(provider, Client())
    assert grants_of(user) == set()
    provider.person["groups"] = ["crm-staff"]
    come_in(provider, Client())
    assert grants_of(user) == {("staff", "provider")}
    assert RoleGrant.objects.filter(user=user).count() == 2


def test_what_a_person_granted_stays(
    provider: LocalProvider, client: Client, administrator: User, stranger: User
) -> None:
    services.grant_role(actor=administrator, user=stranger, role=Role.COMPLIANCE)
    provider.person["email"] = stranger.email
    come_in(provider, client)
    assert grants_of(stranger) == {("compliance", "person"), ("staff", "provider")}
    provider.person["groups"] = []
    come_in(provider, Client())
    assert grants_of(stranger) == {("compliance", "person")}


def test_the_last_administrator_is_kept_even_without_the_group(
    provider: LocalProvider, client: Client, db: None
) -> None:
    provider.person["groups"] = ["crm-admins"]
    come_in(provider, client)
    provider.person["groups"] = []
    come_in(provider, Client())
    assert grants_of(User.objects.get()) == {("administrator", "provider")}


def test_a_closed_account_stays_closed(provider: LocalProvider, client: Client, staff: User) -> None:
    User.objects.filter(pk=staff.pk).update(is_active=False)
    provider.person |= {"email": staff.email, "groups": ["crm-admins"]}
    response = come_in(provider, client)
    assert response["Location"] == "/accounts/inactive/"
    assert signed_in_as(client) is None
    assert grants_of(staff) == {("staff", "person")}


def test_groups_may_come_as_one_text(provider: LocalProvider, client: Client, db: None) -> None:
    provider.person["groups"] = "choir crm-staff, crm-admins"
    come_in(provider, client)
    assert grants_of(User.objects.get()) == {("staff", "provider"), ("administrator", "provider")}


def test_a_second_factor_is_asked_for_after_the_provider_too(
    provider: LocalProvider, client: Client, staff: User
) -> None:
    TOTP.activate(staff, generate_totp_secret())
    provider.person["email"] = staff.email
    assert come_in(provider, client)["Location"].startswith("/accounts/2fa/authenticate/")
    assert signed_in_as(client) is None


def test_the_way_back_is_kept_but_never_leaves_the_house(provider: LocalProvider, client: Client, staff: User) -> None:
    provider.person["email"] = staff.email
    assert come_in(provider, client, f"{START}?next=/account/sessions/")["Location"] == "/account/sessions/"
    assert come_in(provider, Client(), f"{START}?next=https://elsewhere.example/")["Location"] == "/"


def test_an_account_is_not_joined_to_a_provider_by_being_signed_in(
    provider: LocalProvider, as_viewer: Client, viewer: User
) -> None:
    response = come_in(provider, as_viewer, f"{START}?process=connect")
    assert response["Location"] == "/account/"
    assert not viewer.socialaccount_set.exists()
    assert grants_of(viewer) == {("viewer", "person")}


def test_a_code_or_state_of_somebody_else_opens_nothing(provider: LocalProvider, client: Client, db: None) -> None:
    client.post(START)
    response = client.get("/accounts/oidc/sso/login/callback/?code=stolen&state=made-up")
    assert "The sign-in did not work" in response.content.decode()
    assert not User.objects.exists()


def test_a_cancelled_sign_in_says_so(provider: LocalProvider, client: Client, db: None) -> None:
    provider.refusal = "access_denied"
    assert come_in(provider, client)["Location"] == "/accounts/oidc/cancelled/"


def test_a_silent_provider_gets_a_sentence(provider: LocalProvider, client: Client, settings: Any, db: None) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://127.0.0.1:9"}
    response = client.post(START)
    assert "The sign-in did not work" in response.content.decode()


def test_without_local_passwords_the_provider_still_opens(
    provider: LocalProvider, client: Client, staff: User, settings: Any
) -> None:
    settings.LOCAL_PASSWORDS = False
    provider.person["email"] = staff.email
    assert 'type="password"' not in client.get("/accounts/login/").content.decode()
    come_in(provider, client)
    assert signed_in_as(client) == str(staff.pk)
    assert client.get("/account/").status_code == 200


# --- Settings -----------------------------------------------------------------------------------------------------


def test_a_group_with_an_unknown_role_stops_the_start(settings: Any) -> None:
    settings.OIDC_GROUP_ROLES = {"crm": "emperor"}
    assert "accounts.E001" in [message.id for message in run_checks()]


def test_a_product_that_nobody_could_enter_does_not_start(settings: Any) -> None:
    settings.LOCAL_PASSWORDS = False
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "accounts.E002" in [message.id for message in run_checks()]


def test_pairs_of_groups_and_roles_are_read_strictly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OIDC_GROUP_ROLES", " crm-staff = staff , crm-admins=administrator ")
    assert env.pairs("OIDC_GROUP_ROLES") == {"crm-staff": "staff", "crm-admins": "administrator"}
    monkeypatch.setenv("OIDC_GROUP_ROLES", "crm-staff")
    with pytest.raises(ImproperlyConfigured, match="group=role"):
        env.pairs("OIDC_GROUP_ROLES")
