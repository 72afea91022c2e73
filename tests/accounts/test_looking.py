"""Looking as a colleague: what both may see, nothing changed, and who looked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import InternalError
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html
from psycopg.errors import ReadOnlySqlTransaction

from c2m2a_crm.accounts import looking, policies, services
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.actor import circle_ids_of, looking_as
from c2m2a_crm.core.models import AuditEvent, Circle, CircleAccess, Draft, SavedView
from c2m2a_crm.core.querysets import READS, HouseQuerySet
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import change_access
from c2m2a_crm.engagement.views.log import InteractionListView
from members.models import Party
from members.services import create_party
from tests.accounts.making import kept_circle
from tests.engagement.making import log
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def look(client: Client, colleague: User, reason: str = "Cannot find the forum") -> Any:
    return client.post(reverse("accounts:look_as", args=[colleague.pk]), {"look-reason": reason}, follow=True)


@pytest.fixture
def northline(staff: User) -> Party:
    return create_party(actor=staff, kind="business", name_en="Northline Nickel")


def sealed(actor: User, circle: Circle, northline: Party, subject: str) -> Interaction:
    row = log(actor, northline, subject=subject)
    return change_access(actor=actor, interaction=row, sealed_circle=circle)


# --- Who may, and what is noted -------------------------------------------------------------------------------------


def test_an_administrator_looks_with_a_reason_and_stops(
    as_administrator: Client, administrator: User, staff: User
) -> None:
    page = look(as_administrator, staff)
    assert "You look as" in page.text
    assert page.context["user"].pk == staff.pk
    began = AuditEvent.objects.get(verb=looking.STARTED)
    assert (began.actor, began.subject_id, began.details) == (
        administrator,
        staff.pk,
        {"reason": "Cannot find the forum"},
    )
    page = as_administrator.post(reverse("accounts:stop_looking"), follow=True)
    assert page.context["user"].pk == administrator.pk
    assert "You look as <" not in page.text
    assert page.status_code == 200
    assert AuditEvent.objects.get(verb=looking.ENDED).actor == administrator


def test_the_way_back_on_the_page_works(administrator: User, staff: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(administrator)
    session = client.session
    session["looking_as"] = {"colleague": staff.pk, "since": timezone.now().timestamp()}
    session.save()
    form = html.fromstring(client.get("/").text).forms
    (back,) = [each for each in form if each.action == reverse("accounts:stop_looking")]
    assert client.post(back.action, dict(back.form_values())).status_code == 302
    assert client.get("/").context["user"].pk == administrator.pk


def test_without_a_reason_nobody_looks(as_administrator: Client, staff: User) -> None:
    page = look(as_administrator, staff, reason=" ")
    assert page.context["look_form"].errors
    assert as_administrator.get("/").context["user"].pk != staff.pk
    assert not AuditEvent.objects.filter(verb=looking.STARTED).exists()


def test_only_administrators_look_and_never_as_themselves_or_as_a_closed_account(
    administrator: User, compliance: User, staff: User
) -> None:
    gone = UserFactory(roles=[Role.STAFF], is_active=False)
    assert policies.can_look_as(administrator, staff)
    assert not policies.can_look_as(compliance, staff)
    assert not policies.can_look_as(administrator, administrator)
    assert not policies.can_look_as(administrator, gone)
    another = UserFactory(roles=[Role.ADMINISTRATOR])
    assert not policies.can_look_as(looking_as(another, administrator), staff)  # type: ignore[arg-type]  # a user


def test_the_colleague_finds_who_looked(as_administrator: Client, as_staff: Client, staff: User) -> None:
    look(as_administrator, staff, reason="A forum is missing")
    page = as_staff.get(reverse("accounts:sessions"))
    assert "A forum is missing" in page.text
    assert "Who looked as you" in page.text


def test_a_look_ends_by_the_clock_and_with_the_role(as_administrator: Client, administrator: User, staff: User) -> None:
    look(as_administrator, staff)
    with time_machine.travel(timezone.now() + looking.LASTS + timedelta(seconds=1)):
        assert as_administrator.get("/").context["user"].pk == administrator.pk
    look(as_administrator, staff)
    services.set_roles(
        actor=UserFactory(roles=[Role.ADMINISTRATOR]), user=administrator, roles=[Role.STAFF], reason="Moved on"
    )
    assert as_administrator.get("/").context["user"].pk == administrator.pk


# --- What both may see ----------------------------------------------------------------------------------------------


def test_roles_must_be_held_by_both(administrator: User, compliance: User, staff: User) -> None:
    as_staff = looking_as(staff, administrator)
    assert policies.can_write(as_staff)
    assert not policies.can_administer(as_staff)
    as_compliance = looking_as(compliance, administrator)
    assert not policies.can_open_circles(as_compliance)  # type: ignore[arg-type]  # a user
    assert policies.can_read_audit(as_compliance)  # type: ignore[arg-type]  # a user


def test_an_administrator_sees_no_page_of_administration_as_staff(as_administrator: Client, staff: User) -> None:
    assert as_administrator.get(reverse("accounts:users")).status_code == 200
    look(as_administrator, staff)
    assert as_administrator.get(reverse("accounts:users")).status_code == 403
    assert f'href="{reverse("accounts:users")}"' not in as_administrator.get("/").text


def test_a_circle_of_one_of_them_alone_stays_closed(
    as_administrator: Client, administrator: User, staff: User, secretariat: User, northline: Party
) -> None:
    theirs = kept_circle(staff, secretariat, name="Theirs")
    common = kept_circle(staff, secretariat, members=(administrator,), name="Common")
    own = kept_circle(administrator, secretariat, name="Own")
    rows = {
        name: sealed(actor, circle, northline, subject=f"Word of {name}")
        for name, actor, circle in (
            ("theirs", staff, theirs),
            ("common", staff, common),
            ("own", administrator, own),
        )
    }
    look(as_administrator, staff)
    log_page = as_administrator.get(reverse("contact_log:list")).text
    assert [name for name in rows if f"Word of {name}" in log_page] == ["common"]
    assert circle_ids_of(looking_as(staff, administrator)) == (common.pk,)  # the search asks by these
    found = {name: as_administrator.get(row.get_absolute_url()).status_code for name, row in rows.items()}
    assert found == {"theirs": 404, "common": 200, "own": 404}
    read = AuditEvent.objects.get(verb="contact.opened")
    assert (read.actor, read.subject_id) == (administrator, rows["common"].pk)
    assert read.details == {"purpose": "member", "looking_as": str(staff)}


def test_what_is_private_to_either_is_shown_to_neither(
    as_administrator: Client, administrator: User, staff: User
) -> None:
    for owner, name in ((staff, "Of theirs"), (administrator, "Of mine")):
        SavedView.objects.create(owner=owner, list_key="organizations", name=name, query="q=a")
        Draft.objects.create(user=owner, form="contact", token=f"{owner.pk:032x}", data={"line": [f"Typed {name}"]})
    actor = looking_as(staff, administrator)
    assert not SavedView.objects.visible_to(actor).exists()
    assert not Draft.objects.visible_to(actor).exists()
    look(as_administrator, staff)
    text = as_administrator.get("/").text + as_administrator.get(reverse("organizations:list")).text
    assert "Typed Of" not in text
    assert "Of theirs" not in text


def test_an_opened_circle_does_not_count(compliance: User, administrator: User, staff: User, secretariat: User) -> None:
    circle = kept_circle(staff, secretariat)
    compliance._opened_circle_ids = (circle.pk,)  # type: ignore[attr-defined]  # as its middleware sets it
    assert circle.pk in circle_ids_of(compliance)
    assert circle.pk not in circle_ids_of(looking_as(compliance, administrator))


def test_what_was_opened_to_the_colleague_stays_theirs_on_every_page(
    compliance: User, staff: User, secretariat: User, client_of: Callable[[User], Client], northline: Party
) -> None:
    """Somebody who holds both roles could open circles alone, and has not."""
    circle = kept_circle(staff, secretariat)
    row = sealed(staff, circle, northline, subject="Word of theirs")
    access = CircleAccess(circle=circle, user=compliance, reason="Fire", began_at=timezone.now())
    access.ends_at = timezone.now() + timedelta(hours=1)
    access.save()
    assert client_of(compliance).get(row.get_absolute_url()).status_code == 200
    looker = client_of(UserFactory(roles=[Role.ADMINISTRATOR, Role.COMPLIANCE]))
    look(looker, compliance)
    page = looker.get(reverse("core:search"), {"q": "word"})
    assert "Word of theirs" not in page.text
    assert circle_ids_of(page.context["user"]) == ()
    assert looker.get(row.get_absolute_url()).status_code == 404


def test_every_reading_of_every_table_asks_both() -> None:
    """A queryset that answers ``visible_to`` outside the house's class would ask the colleague alone."""
    found = {
        type(model._default_manager.all())
        for model in apps.get_models()
        if any(hasattr(model._default_manager.all(), name) for name in READS)
    }
    assert len(found) > 20
    for queryset in found:
        assert issubclass(queryset, HouseQuerySet), queryset
        for name in READS:
            for base in queryset.__mro__:
                if name in vars(base) and base is not HouseQuerySet:
                    assert hasattr(vars(base)[name], "__wrapped__"), f"{base.__name__}.{name}"


# --- Nothing changes ------------------------------------------------------------------------------------------------


def test_no_form_is_taken(as_administrator: Client, staff: User, northline: Party) -> None:
    look(as_administrator, staff)
    answer = as_administrator.post(reverse("contact_log:create"), {"line": "Call Northline re graphite"})
    assert answer.status_code == 403
    assert "nothing can be changed" in answer.text
    assert not Interaction.objects.exists()


def test_the_database_takes_no_write_of_a_page(
    as_administrator: Client, staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        Draft.objects.create(user_id=staff.pk, form="contact", token="0" * 32)
        raise AssertionError("It was written.")

    monkeypatch.setattr(InteractionListView, "get", writes)
    look(as_administrator, staff)
    answer = as_administrator.get(reverse("contact_log:list"))
    assert answer.status_code == 403
    assert "nothing can be changed" in answer.text
    assert not Draft.objects.exists()
    assert as_administrator.get("/").status_code == 200


def test_a_database_that_takes_no_write_is_a_fault_for_everybody_else(
    as_staff: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writes(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise InternalError from ReadOnlySqlTransaction()

    monkeypatch.setattr(InteractionListView, "get", writes)
    with pytest.raises(InternalError):
        as_staff.get(reverse("contact_log:list"))


def test_no_file_leaves(as_administrator: Client, staff: User, northline: Party) -> None:
    file = reverse("core:export", args=["organizations", "csv"])
    assert b"Northline" in as_administrator.get(file).getvalue()
    look(as_administrator, staff)
    answer = as_administrator.get(file)
    assert answer.status_code == 403
    assert "Northline" not in answer.text
    assert not AuditEvent.objects.filter(actor=staff).exists()


@pytest.mark.parametrize(
    "file",
    [
        HttpResponse("Northline", headers={"Content-Disposition": 'attachment; filename="a.csv"'}),
        StreamingHttpResponse(["Northline"]),
    ],
)
def test_what_a_page_hands_out_without_a_write_does_not_leave_either(
    as_administrator: Client, staff: User, monkeypatch: pytest.MonkeyPatch, file: HttpResponseBase
) -> None:
    monkeypatch.setattr(InteractionListView, "get", lambda self, request: file)
    look(as_administrator, staff)
    answer = as_administrator.get(reverse("contact_log:list"))
    assert answer.status_code == 403
    assert "Northline" not in answer.text


@pytest.mark.parametrize("name", ["accounts:profile", "accounts:sessions", "mfa_index", "account_change_password"])
def test_pages_of_the_account_stay_closed(as_administrator: Client, staff: User, name: str) -> None:
    look(as_administrator, staff)
    assert as_administrator.get(reverse(name)).status_code == 403


def test_the_language_may_be_changed_and_is_ones_own(
    as_administrator: Client, administrator: User, staff: User
) -> None:
    look(as_administrator, staff)
    as_administrator.post(reverse("core:set_language"), {"language": "fr"})
    staff.refresh_from_db()
    administrator.refresh_from_db()
    assert (staff.language, administrator.language) == ("en", "fr")
    assert as_administrator.get("/").context["user"].pk == staff.pk


def test_signing_out_signs_oneself_out(as_administrator: Client, staff: User) -> None:
    look(as_administrator, staff)
    as_administrator.post(reverse("account_logout"))
    assert as_administrator.get("/").status_code == 302
    assert not AuditEvent.objects.filter(actor=staff).exists()
