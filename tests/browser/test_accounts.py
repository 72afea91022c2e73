"""Signing in and the pages of accounts in a real browser: passkeys on a virtual device, axe, policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts import services
from c2m2a_crm.accounts.models import Role, User
from tests.factories import PASSWORD, TeamFactory
from tests.scale_plugin import in_full

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = [(320, "dark", "fr"), *in_full((1440, "light", "en"))]


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def open_context(browser: Browser, live_server: LiveServer) -> Callable[..., BrowserContext]:
    def opened(
        user: User | None = None, *, width: int = 1440, scheme: str = "light", language: str = "en", **more: Any
    ) -> BrowserContext:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]  # a literal of two words
            extra_http_headers={"Accept-Language": f"{language}-CA"},
            **more,
        )
        if user:
            name, value = settings.SESSION_COOKIE_NAME, session_of(user)
            context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return context

    return opened


def check(page: Page, address: str) -> None:
    page.goto(address)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{address}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{address} scrolls sideways."


@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_axe_finds_nothing_before_signing_in(
    open_context: Callable[..., BrowserContext], administrator: User, width: int, scheme: str, language: str
) -> None:
    link = services.invite(
        actor=administrator, email="guest@office.example", roles=[Role.VIEWER], base_url="http://localhost"
    )
    token = "a-token-for-the-browser"
    link.token_digest = services.digest(token)
    link.save(update_fields=["token_digest"])
    page = open_context(width=width, scheme=scheme, language=language, bypass_csp=True).new_page()
    for address in (
        "/accounts/login/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-made-up/",
        "/accounts/inactive/",
        f"/p/invitations/{token}/",
        "/p/invitations/made-up/",
    ):
        check(page, address)
    page.goto("/accounts/login/")
    page.locator("input[name=password]").fill("not the password")
    page.locator("input[name=login]").fill("nobody@cast.example")
    page.keyboard.press("Enter")
    expect(page.locator(".errors")).to_be_visible()
    assert Axe().run(page).violations_count == 0


@pytest.mark.exhaustive  # each of them is looked at by test_every_page.py, once
@pytest.mark.parametrize(("width", "scheme", "language"), LOOKS)
def test_axe_finds_nothing_on_the_pages_of_accounts(
    open_context: Callable[..., BrowserContext],
    administrator: User,
    staff: User,
    width: int,
    scheme: str,
    language: str,
) -> None:
    User.objects.filter(pk=administrator.pk).update(language=language)
    services.invite(actor=administrator, email="guest@office.example", roles=[Role.VIEWER], base_url="http://localhost")
    team = TeamFactory(members=[staff])
    page = open_context(administrator, width=width, scheme=scheme, language=language, bypass_csp=True).new_page()
    for address in (
        "/account/",
        "/account/sessions/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/users/",
        "/users/?q=nobody-of-that-name",
        "/users/invite/",
        "/users/invitations/",
        f"/users/{staff.pk}/",
        f"/users/{staff.pk}/edit/",
        "/teams/",
        f"/teams/{team.pk}/",
    ):
        check(page, address)


def test_a_passkey_is_registered_and_signs_in_alone(
    open_context: Callable[..., BrowserContext], live_server: LiveServer, staff: User
) -> None:
    context = open_context(staff)
    page = context.new_page()
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if "Security Policy" in message.text else None)
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("textbox", name="Name (optional)").fill("Work laptop")
    page.get_by_label("Sign in with it alone, without a password").check()
    page.get_by_role("button", name="Register this device or key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")

    context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    page.goto("/account/")
    expect(page.locator(".lede")).to_have_text(staff.email)
    assert broken == []


def test_a_passkey_that_does_not_work_gets_a_sentence(open_context: Callable[..., BrowserContext], staff: User) -> None:
    context = open_context()
    page = context.new_page()
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    page.goto("/accounts/login/")
    page.route("**/accounts/2fa/webauthn/login/", lambda route: route.abort())
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used")).to_be_visible()


def test_signing_in_by_keyboard_alone(
    open_context: Callable[..., BrowserContext], live_server: LiveServer, staff: User
) -> None:
    page = open_context().new_page()
    page.goto("/account/sessions/")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(staff.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/account/sessions/")
    expect(page.get_by_text("This device")).to_be_visible()
