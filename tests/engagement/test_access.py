"""Sealing, restricting and opening: who may, what goes with it, and what the law still counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts import circles, services
from c2m2a_crm.accounts.circles import CircleError
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import AuditEvent, Circle, OutboxMessage
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    EntryRefused,
    NextStep,
    Promise,
    Raised,
    change_access,
    change_initiative_access,
    update_interaction,
)
from members.models import Party
from members.services import create_party
from tests.accounts.making import kept_circle
from tests.engagement.making import closed, initiative, log

BASE = "https://crm.example/"


@pytest.fixture
def circle(staff: User, secretariat: User) -> Circle:
    return kept_circle(staff, secretariat, name="Permits")


@pytest.fixture
def northline(staff: User) -> Party:
    return create_party(actor=staff, kind="business", name_en="Northline Nickel")


def full(staff: User, *who: Party, **facts: Any) -> Interaction:
    return log(
        staff,
        *who,
        raised=[Raised("issue", "the price")],
        promises=[Promise("the criteria")],
        next_steps=[NextStep("Call back", staff, today())],
        **facts,
    )


OFFICIAL = {"initiated_by": "us", "arranged": "yes"}


def circles_of(entry: Interaction) -> set[tuple[int | None, int | None]]:
    rows = [entry, *entry.points.all(), *entry.commitments.all(), *entry.follow_ups.all()]
    return {(row.sealed_circle_id, row.restricted_circle_id) for row in rows}


# --- What goes with it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["sealed_circle", "restricted_circle"])
def test_what_was_born_in_a_contact_is_closed_and_opened_with_it(
    column: str, staff: User, circle: Circle, northline: Party
) -> None:
    entry = full(staff, northline)
    assert northline_last(northline) == today()
    change_access(actor=staff, interaction=entry, **{column: circle})  # type: ignore[arg-type]  # by name
    entry.refresh_from_db()
    wanted = (circle.pk, None) if column == "sealed_circle" else (None, circle.pk)
    assert circles_of(entry) == {wanted}
    assert northline_last(northline) is None
    with pytest.raises(EntryRefused) as refused:
        change_access(actor=staff, interaction=entry)
    assert refused.value.field == "reason"
    assert circles_of(entry) == {wanted}
    change_access(actor=staff, interaction=entry, reason="Published today")
    entry.refresh_from_db()
    assert circles_of(entry) == {(None, None)}
    assert northline_last(northline) == today()
    assert [model.objects.count() for model in (Point, Commitment, FollowUp)] == [1, 1, 1]


def northline_last(party: Party) -> Any:
    return Party.objects.get(pk=party.pk).last_open_contact_on


def test_opening_is_recorded_with_its_reason(staff: User, circle: Circle, northline: Party) -> None:
    entry = full(staff, northline, sealed_circle=circle)
    change_access(actor=staff, interaction=entry, reason="Published today")
    change = history_of(entry).first()
    assert change is not None
    assert (change.actor_id, change.reason) == (staff.pk, "Published today")
    assert change.before is not None
    assert change.before["sealed_circle_id"] == circle.pk


def test_a_closed_entry_is_sealed_like_any_other(staff: User, circle: Circle, northline: Party) -> None:
    entry = closed(staff, northline)
    assert change_access(actor=staff, interaction=entry, sealed_circle=circle).sealed_circle == circle


def test_a_follow_up_is_not_left_with_somebody_outside(
    staff: User, circle: Circle, northline: Party, compliance: User
) -> None:
    entry = log(staff, northline, next_steps=[NextStep("Call back", compliance)])
    with pytest.raises(EntryRefused, match="Cornelius Reyes would not see"):
        change_access(actor=staff, interaction=entry, sealed_circle=circle)
    assert circles_of(entry) == {(None, None)}
    circles.add_member(actor=staff, circle=circle, user=compliance)
    change_access(actor=staff, interaction=entry, sealed_circle=circle)
    with pytest.raises(CircleError, match="1 open follow-up in this circle"):
        circles.remove_member(actor=staff, circle=circle, user=compliance)


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_authors_colleagues_and_owners_close_and_others_do_not(
    staff: User, secretariat: User, administrator: User, circle: Circle, northline: Party
) -> None:
    entry = full(staff, northline)
    for actor in (secretariat, administrator):  # of its circle, or with a role: not theirs to close
        with pytest.raises(PermissionDenied):
            change_access(actor=actor, interaction=entry, sealed_circle=circle)
    change_access(actor=staff, interaction=entry, restricted_circle=circle)
    change_access(actor=secretariat, interaction=entry, sealed_circle=circle)  # an owner of the circle it is in
    with pytest.raises(PermissionDenied):
        change_access(actor=administrator, interaction=entry, reason="Because")


def test_a_plain_member_who_took_part_may_close_further_and_not_open(
    staff: User, administrator: User, circle: Circle, northline: Party
) -> None:
    circles.add_member(actor=staff, circle=circle, user=administrator)
    administrator.__dict__.pop("_circle_ids", None)
    together = [Colleague(staff), Colleague(administrator)]
    entry = log(staff, northline, colleagues=together, restricted_circle=circle)
    change_access(actor=administrator, interaction=entry, sealed_circle=circle)
    with pytest.raises(PermissionDenied):
        change_access(actor=administrator, interaction=entry, reason="Because")


def test_only_ones_own_circles_can_be_chosen(
    staff: User, compliance: User, administrator: User, northline: Party
) -> None:
    others = kept_circle(compliance, administrator, name="Others")
    entry = full(staff, northline)
    with pytest.raises(EntryRefused, match="Choose a circle that you belong to"):
        change_access(actor=staff, interaction=entry, sealed_circle=others)


# --- What the law counts ----------------------------------------------------------------------------------------------


def test_a_contact_with_a_public_office_holder_is_sealed_only_beside_a_compliance_officer(
    staff: User, circle: Circle, department: Party, northline: Party, compliance: User
) -> None:
    refusal = pytest.raises(EntryRefused, match="Ask an owner of “Permits” to add one")
    with refusal:
        full(staff, department, sealed_circle=circle, **OFFICIAL)
    entry = full(staff, department, **OFFICIAL)
    with refusal:
        change_access(actor=staff, interaction=entry, sealed_circle=circle)
    file = initiative("A file", sealed_circle=circle)
    with refusal:
        full(staff, department, initiative=file, **OFFICIAL)
    quiet = log(staff, northline, sealed_circle=circle)
    joined = Entry(subject="Both", attendees=[Attendee(northline), Attendee(department)], **OFFICIAL)  # type: ignore[arg-type]  # by name
    with refusal:
        update_interaction(actor=staff, interaction=quiet, version=1, entry=joined)
    change_access(actor=staff, interaction=entry, restricted_circle=circle)  # what is restricted is counted anyway
    circles.add_member(actor=staff, circle=circle, user=compliance)
    change_access(actor=staff, interaction=entry, sealed_circle=circle)
    update_interaction(actor=staff, interaction=quiet, version=1, entry=joined)


def test_the_last_compliance_officer_stays_where_the_law_counts(
    staff: User, circle: Circle, department: Party, compliance: User, administrator: User
) -> None:
    circles.add_member(actor=staff, circle=circle, user=compliance)
    entry = full(staff, department, sealed_circle=circle, **OFFICIAL)
    with pytest.raises(CircleError, match="only compliance officer"):
        circles.remove_member(actor=staff, circle=circle, user=compliance)
    with pytest.raises(CircleError, match="only compliance officer"):
        services.set_roles(actor=administrator, user=compliance, roles=[Role.STAFF])
    with pytest.raises(CircleError, match="only compliance officer"):
        services.deactivate_user(actor=administrator, user=compliance, reason="Left")
    assert circles.has_compliance_officer(circle)
    change_access(actor=staff, interaction=entry, restricted_circle=circle, reason="The law")
    circles.remove_member(actor=staff, circle=circle, user=compliance)


# --- Initiatives ------------------------------------------------------------------------------------------------------


def test_an_initiative_takes_its_contacts_along_and_leaves_those_of_other_circles(
    staff: User, secretariat: User, administrator: User, circle: Circle, northline: Party
) -> None:
    other = kept_circle(staff, administrator, name="Other")
    file = initiative("A file", lead=staff)
    plain = full(staff, northline, initiative=file)
    restricted = full(staff, northline, initiative=file, restricted_circle=circle)
    foreign = full(staff, northline, initiative=file, sealed_circle=other)
    staff.__dict__.pop("_circle_ids", None)
    change_initiative_access(actor=staff, initiative=file, sealed_circle=circle)
    for entry, wanted in (
        (plain, (circle.pk, None)),
        (restricted, (circle.pk, None)),
        (foreign, (other.pk, None)),
    ):
        assert circles_of(Interaction.objects.get(pk=entry.pk)) == {wanted}
    with pytest.raises(EntryRefused, match="filed under an initiative of a circle"):
        change_access(actor=staff, interaction=plain, reason="Published")
    change_initiative_access(actor=staff, initiative=file, reason="Published")
    assert circles_of(Interaction.objects.get(pk=plain.pk)) == {(circle.pk, None)}
    change_access(actor=staff, interaction=plain, reason="Published")
    assert circles_of(Interaction.objects.get(pk=plain.pk)) == {(None, None)}


def test_who_leads_an_initiative_or_owns_its_circle_opens_it(
    staff: User, secretariat: User, administrator: User, viewer: User, circle: Circle
) -> None:
    file = initiative("A file", lead=viewer)
    with pytest.raises(PermissionDenied):
        change_initiative_access(actor=staff, initiative=file, sealed_circle=circle)
    change_initiative_access(actor=secretariat, initiative=file, sealed_circle=circle)
    with pytest.raises(PermissionDenied):
        change_initiative_access(actor=administrator, initiative=file, reason="Because")
    change_initiative_access(actor=staff, initiative=file, reason="An owner says so")
    file.refresh_from_db()
    assert not file.is_confided


# --- Pages and locks --------------------------------------------------------------------------------------------------


def test_a_contact_is_sealed_and_opened_on_its_page(
    as_staff: Client, as_viewer: Client, staff: User, circle: Circle, northline: Party
) -> None:
    entry = full(staff, northline)
    page, url = entry.get_absolute_url(), reverse("contact_log:access", args=[entry.pk])
    assert url in as_staff.get(page).content.decode()
    assert "Sealed in Permits" in as_staff.get(url).content.decode()
    assert as_staff.post(url, {"access": "sealed:999999"}).status_code == 422
    assert as_staff.post(url, {"access": f"sealed:{circle.pk}"})["Location"] == page
    assert as_viewer.get(page).status_code == 404
    assert "You see this because you belong to the circle “Permits”." in as_staff.get(page).content.decode()
    assert as_staff.post(url, {"access": ""}).status_code == 422
    assert as_staff.post(url, {"access": "", "reason": "Published"}).status_code == 302
    seen = as_viewer.get(page).content.decode()
    assert entry.subject in seen
    assert "Permits" not in seen
    told = as_staff.get(page).content.decode()
    assert "Published" in told
    assert "Permits" in told


def test_the_lock_of_a_restricted_contact_says_whom_to_ask_and_not_which_circle(
    as_viewer: Client, as_staff: Client, staff: User, circle: Circle, northline: Party
) -> None:
    log(staff, northline, restricted_circle=circle)
    seen = as_viewer.get(reverse("contact_log:list")).content.decode()
    assert "Only a circle that you are not in reads this. Ask Samir Okoye." in seen
    assert "Permits" not in seen
    own = as_staff.get(reverse("contact_log:list")).content.decode()
    assert "You see this because you belong to the circle “Permits”." in own


def test_an_initiative_is_sealed_on_its_page(as_staff: Client, staff: User, circle: Circle) -> None:
    file = initiative("A file", lead=staff)
    url = reverse("initiatives:access", args=[file.pk])
    assert "one by one" in as_staff.get(url).content.decode()
    assert as_staff.post(url, {"access": f"restricted:{circle.pk}"}).status_code == 302
    file.refresh_from_db()
    assert file.restricted_circle == circle


# --- Readings ---------------------------------------------------------------------------------------------------------


def test_opening_is_noted_once_an_hour_with_the_purpose(
    as_staff: Client, as_compliance: Client, compliance: User, staff: User, circle: Circle, northline: Party
) -> None:
    entry = full(staff, northline, sealed_circle=circle)
    events = AuditEvent.objects.filter(verb="contact.opened", subject_id=entry.pk)
    for _time in range(2):
        as_staff.get(entry.get_absolute_url())
    assert events.get().details == {"purpose": "member"}
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        as_staff.force_login(staff)
        as_staff.get(entry.get_absolute_url())
    assert events.count() == 2
    circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    page = as_compliance.get(entry.get_absolute_url()).content.decode()
    assert "is open to you in an emergency" in page
    assert events.get(actor=compliance).details == {"purpose": "emergency", "reason": "A complaint"}
    promise = entry.commitments.get()
    as_compliance.get(reverse("commitments:detail", args=[promise.pk]))
    noted = AuditEvent.objects.get(verb="record.opened", subject_id=promise.pk)
    assert (noted.actor, noted.subject_table) == (compliance, "engagement_commitment")


def test_an_emergency_is_for_reading_alone(
    as_compliance: Client, compliance: User, staff: User, circle: Circle, northline: Party
) -> None:
    entry = full(staff, northline, sealed_circle=circle)
    circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    page = as_compliance.get(entry.get_absolute_url()).content.decode()
    assert entry.subject in page
    for name in ("edit", "access"):
        url = reverse(f"contact_log:{name}", args=[entry.pk])
        assert url not in page
        assert as_compliance.get(url).status_code in {302, 403}
    for name in ("edit", "access", "withdraw"):
        assert as_compliance.post(reverse(f"contact_log:{name}", args=[entry.pk]), {}).status_code == 404
    assert as_compliance.post(reverse("follow_ups:done", args=[entry.follow_ups.get().pk])).status_code == 404
    assert as_compliance.post(reverse("commitments:keep", args=[entry.commitments.get().pk])).status_code == 404
    file = as_compliance.post(reverse("core:export", args=["contact-log", "csv"]), {"purpose": "A complaint"})
    assert entry.subject not in b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]  # Django sets it at run time
    assert entry.subject in as_compliance.get(circle.get_absolute_url()).content.decode()


def test_mail_about_an_emergency_is_not_in_the_outbox_of_administrators(
    compliance: User, administrator: User, circle: Circle
) -> None:
    circles.open_in_emergency(actor=compliance, circle=circle, reason="A complaint", base_url=BASE)
    assert OutboxMessage.objects.filter(kind__endswith=CONFIDED).count() == 2
    assert not OutboxMessage.objects.visible_to(administrator).exists()
