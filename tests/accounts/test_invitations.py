"""The only way to an account: a link to one address, used once, in time, unless withdrawn."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from c2m2a_crm.accounts import services
from c2m2a_crm.accounts.models import Invitation, Role, User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History, OutboxMessage
from tests.factories import PASSWORD, UserFactory

ADDRESS = "rosalind@office.example"


def link_in(message: OutboxMessage) -> str:
    found = re.search(r"https?://\S+", message.body_text)
    assert found
    return found[0]


def invited(actor: User, **changes: object) -> tuple[Invitation, str]:
    """An invitation and the path of the page its mail leads to."""
    details = {"email": ADDRESS, "name": "Rosalind Achebe", "roles": [Role.STAFF], "base_url": "https://crm.example/"}
    invitation = services.invite(actor=actor, **{**details, **changes})  # type: ignore[arg-type]  # by name
    message = OutboxMessage.objects.get(key=f"accounts.invitation:{invitation.pk}")
    return invitation, link_in(message).removeprefix("https://crm.example")


def answers(**changes: str) -> dict[str, str]:
    return {"name": "Rosalind Achebe", "password1": PASSWORD, "password2": PASSWORD, **changes}


def token_of(path: str) -> str:
    return path.strip("/").rsplit("/", 1)[-1]


def test_an_invitation_is_mailed_in_its_language(administrator: User) -> None:
    invited(administrator, language="fr")
    message = OutboxMessage.objects.get()
    assert (message.to_address, message.language) == (ADDRESS, "fr")


def test_the_table_keeps_only_a_digest_of_the_token(administrator: User) -> None:
    invitation, path = invited(administrator)
    assert invitation.token_digest == services.digest(token_of(path))
    assert token_of(path) not in str(list(Invitation.objects.values()))
    assert token_of(path) not in str(list(History.objects.filter(tbl="accounts_invitation").values("after")))


def test_only_administrators_invite(staff: User) -> None:
    with pytest.raises(NotAllowed):
        invited(staff)
    assert not Invitation.objects.exists()


def test_an_address_with_an_account_is_not_invited(administrator: User, viewer: User) -> None:
    with pytest.raises(services.AddressHasAccount):
        invited(administrator, email=viewer.email.upper())


def test_looking_at_an_invitation_uses_nothing(client: Client, administrator: User) -> None:
    invitation, path = invited(administrator)
    for _time in range(2):
        assert client.get(path).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email=ADDRESS).exists()


def test_accepting_makes_the_account_with_its_roles_and_signs_in(client: Client, administrator: User) -> None:
    invitation, path = invited(administrator, roles=[Role.STAFF, Role.COMPLIANCE], language="fr")
    response = client.post(path, answers(name="Rosalind Achebe-Roy"))
    user = User.objects.get(email=ADDRESS)
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.name, user.language, user.handle) == ("Rosalind Achebe-Roy", "fr", "rosalind")
    assert user.roles == {Role.STAFF, Role.COMPLIANCE}
    assert user.check_password(PASSWORD)
    invitation.refresh_from_db()
    assert invitation.accepted_by == user
    assert [change.writer for change in history_of(user)] == ["invitation"]


def test_an_invitation_works_once(client: Client, administrator: User) -> None:
    _invitation, path = invited(administrator)
    client.post(path, answers())
    again = Client().post(path, answers(name="Somebody Else"))
    assert again.status_code == 410
    assert User.objects.filter(email=ADDRESS).count() == 1
    with pytest.raises(services.InvitationUsed):
        services.usable_invitation(token_of(path))


def test_an_invitation_expires(client: Client, administrator: User) -> None:
    _invitation, path = invited(administrator)
    with time_machine.travel(timezone.now() + services.INVITATION_LASTS + timedelta(minutes=1), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, answers()).status_code == 410
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_withdrawn_invitation_opens_nothing(client: Client, administrator: User, as_administrator: Client) -> None:
    invitation, path = invited(administrator)
    as_administrator.post(f"/users/invitations/{invitation.pk}/withdraw/")
    assert client.get(path).status_code == 410
    assert client.post(path, answers()).status_code == 410
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_used_invitation_cannot_be_withdrawn(client: Client, administrator: User) -> None:
    invitation, path = invited(administrator)
    client.post(path, answers())
    with pytest.raises(services.InvitationUsed):
        services.withdraw_invitation(actor=administrator, invitation=invitation)


def test_inviting_again_replaces_the_link(client: Client, administrator: User) -> None:
    _first, old = invited(administrator)
    _second, new = invited(administrator)
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_made_up_link_leads_to_no_invitation(client: Client, db: None) -> None:
    assert client.get("/p/invitations/made-up/").status_code == 404
    assert client.post("/p/invitations/made-up/", answers()).status_code == 404


@pytest.mark.parametrize(
    "bad",
    [
        {"password1": "short", "password2": "short"},
        {"password1": "rosalind achebe", "password2": "rosalind achebe"},
        {"password1": "password1234", "password2": "password1234"},
        {"password2": "another kettle altogether"},
        {"name": "  "},
    ],
    ids=["short", "like the name", "common", "different", "nameless"],
)
def test_bad_answers_make_no_account(client: Client, administrator: User, bad: dict[str, str]) -> None:
    _invitation, path = invited(administrator)
    response = client.post(path, answers(**bad))
    assert response.status_code == 200
    assert b"Error:" in response.content
    assert not User.objects.filter(email=ADDRESS).exists()


def test_the_invited_cannot_choose_another_address_or_role(client: Client, administrator: User) -> None:
    _invitation, path = invited(administrator, roles=[Role.VIEWER])
    client.post(path, answers(email="boss@office.example", roles="administrator"))
    assert User.objects.get(email=ADDRESS).roles == {Role.VIEWER}
    assert not User.objects.filter(email="boss@office.example").exists()


def test_two_people_of_one_first_name_get_two_handles(administrator: User) -> None:
    UserFactory(handle="rosalind")
    assert services.free_handle("Rosalind Achebe") == "rosalind-achebe"
    UserFactory(handle="rosalind-achebe")
    assert services.free_handle("Rosalind Achebe") == "rosalind2"
    assert services.free_handle("Éloïse") == "eloise"
    assert services.free_handle("ᐃᓄᒃ") == "person"


# --- The first administrator --------------------------------------------------------------------------------------


def first_path() -> str:
    link = services.first_administrator_link("http://127.0.0.1:8000")
    assert link
    return link.removeprefix("http://127.0.0.1:8000")


def test_the_first_link_makes_an_administrator(client: Client, db: None) -> None:
    response = client.post(first_path(), answers(email="Rosalind@Office.example"))
    user = User.objects.get()
    assert response.status_code == 302
    assert (user.email, user.roles) == (ADDRESS, {Role.ADMINISTRATOR})
    assert [change.writer for change in history_of(user)] == ["first start"]


def test_the_first_link_asks_for_an_address(client: Client, db: None) -> None:
    path = first_path()
    assert client.post(path, answers()).status_code == 200
    assert client.post(path, answers(email="no address")).status_code == 200
    assert not User.objects.exists()


def test_a_restart_replaces_the_unused_first_link(client: Client, db: None) -> None:
    old, new = first_path(), first_path()
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_the_first_link_lasts_a_day(client: Client, db: None) -> None:
    path = first_path()
    with time_machine.travel(timezone.now() + timedelta(hours=24, minutes=1), tick=False):
        assert client.get(path).status_code == 410


def test_no_first_link_once_there_is_an_administrator(client: Client, db: None) -> None:
    path = first_path()
    UserFactory(roles=[Role.ADMINISTRATOR])
    assert services.first_administrator_link("http://127.0.0.1:8000") is None
    assert client.post(path, answers(email=ADDRESS)).status_code == 410
    assert not User.objects.filter(email=ADDRESS).exists()


# --- Where only the sign-in provider counts -----------------------------------------------------------------------


def test_without_local_passwords_none_is_asked_for(client: Client, administrator: User, settings: object) -> None:
    settings.LOCAL_PASSWORDS = False  # type: ignore[attr-defined]  # Django sets it at run time
    _invitation, path = invited(administrator)
    assert b'name="password1"' not in client.get(path).content
    response = client.post(path, {"name": "Rosalind Achebe"})
    assert response["Location"] == "/accounts/login/"
    assert User.objects.get(email=ADDRESS).password.startswith("!")
    assert "_auth_user_id" not in client.session


def test_the_service_itself_refuses_a_weak_password(administrator: User) -> None:
    _invitation, path = invited(administrator)
    with pytest.raises(ValidationError):
        services.accept_invitation(token=token_of(path), name="Rosalind", password="short")
    assert not User.objects.filter(email=ADDRESS).exists()


# --- The pages for administrators ---------------------------------------------------------------------------------


def test_the_invite_form_sends_an_invitation(as_administrator: Client, administrator: User) -> None:
    response = as_administrator.post(
        "/users/invite/", {"email": ADDRESS, "name": "Rosalind Achebe", "language": "fr", "roles": ["viewer"]}
    )
    invitation = Invitation.objects.get()
    assert response["Location"] == "/users/invitations/"
    assert (invitation.email, invitation.roles, invitation.language) == (ADDRESS, ["viewer"], "fr")
    assert link_in(OutboxMessage.objects.get()).startswith("http://testserver/p/invitations/")
    assert history_of(invitation).get().actor_id == administrator.pk


@pytest.mark.parametrize(
    "bad", [{"email": "nobody"}, {"roles": []}, {"roles": ["emperor"]}, {"language": "la"}, {"name": ""}]
)
def test_a_bad_invite_form_writes_nothing(as_administrator: Client, bad: dict[str, object]) -> None:
    details = {"email": ADDRESS, "name": "Rosalind Achebe", "language": "fr", "roles": ["viewer"]}
    assert as_administrator.post("/users/invite/", {**details, **bad}).status_code == 200
    assert not Invitation.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_list_shows_open_and_expired_invitations_only(as_administrator: Client, administrator: User) -> None:
    invited(administrator, email="open@office.example")
    withdrawn, _path = invited(administrator, email="withdrawn@office.example")
    services.withdraw_invitation(actor=administrator, invitation=withdrawn)
    services.first_administrator_link("http://127.0.0.1:8000")
    page = as_administrator.get("/users/invitations/").content.decode()
    assert "open@office.example" in page
    assert "withdrawn@office.example" not in page


def test_sending_again_makes_a_new_link(client: Client, as_administrator: Client, administrator: User) -> None:
    invitation, path = invited(administrator)
    as_administrator.post(f"/users/invitations/{invitation.pk}/resend/")
    assert client.get(path).status_code == 410
    assert OutboxMessage.objects.count() == 2
