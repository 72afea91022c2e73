"""The list of users with its filters in the address, the edit page, and teams."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from c2m2a_crm.accounts.models import Role, Team, User
from c2m2a_crm.core.history import history_of
from tests.factories import TeamFactory, UserFactory


def names(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    page = html.fromstring(response.content)
    return [link.text_content() for link in page.cssselect("th[scope=row] a")]


def test_the_list_shows_everybody_by_name(as_administrator: Client, staff: User, stranger: User) -> None:
    assert names(as_administrator, "/users/") == ["Adaeze Thornbury", "Samir Okoye", "Sigrid Nomura"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=okoye", ["Samir Okoye"]),
        ("q=staff@", ["Samir Okoye"]),
        ("role=viewer", ["Vera Lindqvist"]),
        ("role=viewer&q=okoye", []),
        ("state=closed", ["Closed Person"]),
        ("state=open&q=person", []),
        ("sort=-name&state=open", ["Vera Lindqvist", "Samir Okoye", "Adaeze Thornbury"]),
        ("role=emperor", ["Adaeze Thornbury", "Closed Person", "Samir Okoye", "Vera Lindqvist"]),
    ],
)
def test_filters_and_order_live_in_the_address(
    as_administrator: Client, staff: User, viewer: User, query: str, found: list[str]
) -> None:
    UserFactory(name="Closed Person", is_active=False)
    assert names(as_administrator, f"/users/?{query}") == found


def test_the_list_filters_by_team(as_administrator: Client, staff: User, viewer: User) -> None:
    team = TeamFactory(members=[staff])
    assert names(as_administrator, f"/users/?team={team.pk}") == ["Samir Okoye"]


def test_a_revoked_role_does_not_filter_nor_show(as_administrator: Client, staff: User) -> None:
    staff.role_grants.update(revoked_at="2026-01-01T00:00Z")
    assert names(as_administrator, "/users/?role=staff") == []


def test_the_list_costs_the_same_at_3_and_at_30(as_administrator: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as counted:
            as_administrator.get("/users/")
        return len(counted)

    as_administrator.get("/users/")  # the session notes its device at the first request only
    TeamFactory(members=UserFactory.create_batch(3, roles=[Role.STAFF]))
    few = statements()
    TeamFactory(members=UserFactory.create_batch(27, roles=[Role.STAFF, Role.VIEWER]))
    assert statements() == few


def test_an_administrator_edits_an_account(as_administrator: Client, administrator: User, staff: User) -> None:
    answers = {"name": "Samir Okoye-Roy", "title_en": "Adviser", "title_fr": "Conseiller"}
    assert as_administrator.post(f"/users/{staff.pk}/edit/", answers)["Location"] == f"/users/{staff.pk}/"
    staff.refresh_from_db()
    assert staff.name == "Samir Okoye-Roy"
    change = history_of(staff).first()
    assert change
    assert change.actor_id == administrator.pk


def test_a_bad_edit_writes_nothing(as_administrator: Client, staff: User) -> None:
    answers = {"name": "", "title_en": "", "title_fr": ""}
    assert as_administrator.post(f"/users/{staff.pk}/edit/", answers).status_code == 200
    staff.refresh_from_db()
    assert staff.name == "Samir Okoye"


def test_a_user_who_does_not_exist_is_404(as_administrator: Client) -> None:
    assert as_administrator.get("/users/999999/").status_code == 404


# --- Teams --------------------------------------------------------------------------------------------------------


def test_a_team_is_made_with_its_members(as_administrator: Client, administrator: User, staff: User) -> None:
    answers = {"name_en": "Graphite forum", "name_fr": "Forum sur le graphite", "members": [staff.pk]}
    assert as_administrator.post("/teams/new/", answers)["Location"] == "/teams/"
    team = Team.objects.get()
    assert (str(team), staff.team_ids) == ("Graphite forum", {team.pk})
    assert history_of(team).get().actor_id == administrator.pk


@pytest.mark.parametrize("bad", [{"name_en": ""}, {"name_fr": ""}, {"name_en": "Taken"}, {"members": [999999]}])
def test_a_bad_team_writes_nothing(as_administrator: Client, bad: dict[str, object]) -> None:
    TeamFactory(name_en="Taken")
    answers = {"name_en": "New", "name_fr": "Nouvelle", "members": [], **bad}
    assert as_administrator.post("/teams/new/", answers).status_code == 200
    assert Team.objects.count() == 1


def test_leaving_a_team_keeps_the_dated_place(as_administrator: Client, staff: User, viewer: User) -> None:
    team = TeamFactory(name_en="Old", name_fr="Ancienne", members=[staff])
    answers = {"name_en": "Old", "name_fr": "Ancienne", "members": [viewer.pk]}
    as_administrator.post(f"/teams/{team.pk}/", answers)
    left = staff.team_memberships.get()
    assert isinstance(left.left_on, date)
    assert viewer.team_memberships.get().left_on is None


def test_a_closed_account_stays_in_its_team_but_is_not_offered_for_others(as_administrator: Client) -> None:
    closed = UserFactory(is_active=False, name="Closed Person")
    team = TeamFactory(members=[closed])
    assert "Closed Person" in as_administrator.get(f"/teams/{team.pk}/").content.decode()
    assert "Closed Person" not in as_administrator.get("/teams/new/").content.decode()
