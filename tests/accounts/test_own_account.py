"""The pages of one's own account: profile, preferences, sessions."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.selectors import device_of
from c2m2a_crm.core.history import history_of

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile Safari/604.1"


def test_the_profile_is_saved_under_the_own_name(as_viewer: Client, viewer: User) -> None:
    answers = {"name": "Vera Lindqvist-Roy", "title_en": "Analyst", "title_fr": "Analyste"}
    assert as_viewer.post("/account/", answers).status_code == 302
    viewer.refresh_from_db()
    assert (viewer.name, viewer.title_en, viewer.title_fr) == tuple(answers.values())
    change = history_of(viewer).first()
    assert change
    assert change.actor_id == viewer.pk


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": "x" * 151}, {"title_en": "x" * 201}])
def test_a_bad_profile_writes_nothing(as_viewer: Client, viewer: User, bad: dict[str, str]) -> None:
    response = as_viewer.post("/account/", {"name": "New", "title_en": "", "title_fr": "", **bad})
    assert response.status_code == 200
    assert history_of(viewer).count() == 1
    viewer.refresh_from_db()
    assert viewer.name == "Vera Lindqvist"


def test_nobody_gives_themselves_a_role_or_an_address(as_viewer: Client, viewer: User) -> None:
    as_viewer.post(
        "/account/",
        {"name": "Vera", "title_en": "", "title_fr": "", "email": "boss@cast.example", "roles": "administrator"},
    )
    viewer = User.objects.get(pk=viewer.pk)
    assert (viewer.email, viewer.roles) == ("viewer@cast.example", {"viewer"})


def test_preferences_are_kept_and_set_the_cookies(as_viewer: Client, viewer: User) -> None:
    response = as_viewer.post("/account/preferences/", {"language": "fr", "theme": "dark"})
    viewer.refresh_from_db()
    assert (viewer.language, viewer.single_keys) == ("fr", False)
    assert response.cookies["language"].value == "fr"
    assert response.cookies["theme"].value == "dark"
    assert as_viewer.get("/account/").headers["Content-Language"] == "fr"


@pytest.mark.parametrize("bad", [{"language": "la"}, {"theme": "plaid"}, {"theme": ""}, {"language": ""}])
def test_bad_preferences_change_nothing(as_viewer: Client, viewer: User, bad: dict[str, str]) -> None:
    response = as_viewer.post("/account/preferences/", {"language": "fr", "theme": "system", **bad}, follow=True)
    viewer.refresh_from_db()
    assert viewer.language == "en"
    assert "These preferences cannot be saved." in response.content.decode()


def test_the_language_switch_is_remembered_for_the_next_device(as_viewer: Client, viewer: User) -> None:
    response = as_viewer.post("/language/", {"language": "fr", "next": "/account/"})
    viewer.refresh_from_db()
    assert (response["Location"], viewer.language) == ("/account/", "fr")


def test_the_sessions_page_names_the_devices(staff: User) -> None:
    here, there = Client(headers={"User-Agent": FIREFOX}), Client(headers={"User-Agent": PHONE})
    for client in (here, there):
        client.force_login(staff)
        client.get("/account/")
    page = here.get("/account/sessions/").content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert page.count("This device") == 1


def test_one_session_is_ended(staff: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        client.force_login(staff)
        client.get("/account/")
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/account/sessions/{other.pk}/end/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_all_other_sessions_are_ended(staff: User) -> None:
    here, *others = Client(), Client(), Client()
    for client in (here, *others):
        client.force_login(staff)
        client.get("/account/")
    here.post("/account/sessions/end-others/")
    assert [client.get("/account/").status_code for client in (here, *others)] == [200, 302, 302]


def test_somebody_elses_session_cannot_be_ended(as_viewer: Client, as_staff: Client, staff: User) -> None:
    as_staff.get("/account/")
    session = UserSession.objects.get(user=staff)
    assert as_viewer.post(f"/account/sessions/{session.pk}/end/").status_code == 404
    assert as_staff.get("/account/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Linux"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_are_named_from_what_browsers_say(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
