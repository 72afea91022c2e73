"""Edits of an entry beside somebody else's: people and follow-ups that another touched are left as they are now."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction
from c2m2a_crm.engagement.services import Colleague, NextStep, Promise, hand_over_follow_up, snooze_follow_up
from members.models import Party, Person
from members.services import create_person
from tests.engagement.making import log
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def form_of(client: Client, entry: Interaction) -> dict[str, Any]:
    """What the browser would send if nothing were changed in the edit form."""
    page = html.fromstring(client.get(reverse("contact_log:edit", args=[entry.pk])).content)
    form = page.cssselect("form#entry-form")[0]
    for template in form.cssselect("template"):
        template.drop_tree()
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value.removeprefix("\n"))  # as browsers do at the start of a text area
    return sent


def save(client: Client, entry: Interaction, sent: dict[str, Any], **changes: Any) -> None:
    response = client.post(reverse("contact_log:edit", args=[entry.pk]), {**sent, **changes, "action": "save"})
    assert response.status_code == 302, html.fromstring(response.content).text_content()


def test_a_form_saved_unchanged_changes_nothing(as_staff: Client, staff: User, amara: Person) -> None:
    entry = log(staff, amara, notes="> Send it", promises=[Promise("Send it")], next_steps=[NextStep("Call", staff)])
    save(as_staff, entry, form_of(as_staff, entry))
    assert FollowUp.objects.get().withdrawn_at is None
    assert Commitment.objects.count() == 1
    assert entry.participants.count() == 2


def test_a_person_whom_another_added_stays(
    as_staff: Client, as_secretariat: Client, staff: User, amara: Person, northline: Party
) -> None:
    third = create_person(actor=staff, given_name="Zed", family_name="Zircon")
    entry = log(staff, amara)
    mine, theirs = form_of(as_staff, entry), form_of(as_secretariat, entry)
    save(as_secretariat, entry, theirs, who=[f"person:{amara.pk}", f"person:{third.pk}"])
    save(as_staff, entry, mine, subject="Nickel")
    people = set(entry.participants.filter(user=None).values_list("person_id", flat=True))
    assert people == {amara.pk, third.pk}
    entry.refresh_from_db()
    assert entry.subject == "Nickel"


def test_a_follow_up_that_another_put_off_or_handed_over_keeps_that(
    as_staff: Client, staff: User, secretariat: User, amara: Person
) -> None:
    entry = log(staff, amara, next_steps=[NextStep("Call", staff), NextStep("Write", staff)])
    sent = form_of(as_staff, entry)
    later = today() + timedelta(days=9)
    call, write = FollowUp.objects.order_by("pk")
    snooze_follow_up(actor=secretariat, follow_up=call, until=later)
    hand_over_follow_up(actor=staff, follow_up=write, assignee=secretariat)
    save(as_staff, entry, sent, subject="Nickel")
    call.refresh_from_db()
    write.refresh_from_db()
    assert (call.due_on, write.assignee) == (later, secretariat)
    assert FollowUp.objects.filter(withdrawn_at=None).count() == 2


def test_an_emptied_row_withdraws_its_follow_up(as_staff: Client, staff: User, amara: Person) -> None:
    entry = log(staff, amara, next_steps=[NextStep("Call", staff), NextStep("Write", staff)])
    sent = form_of(as_staff, entry)
    assert sent["step-0-text"] == ["Call"]
    save(as_staff, entry, sent, **{"step-0-text": ""})
    assert [step.text for step in FollowUp.objects.filter(withdrawn_at=None)] == ["Write"]


def test_minutes_of_a_colleague_whose_account_is_closed_stay(as_staff: Client, staff: User, amara: Person) -> None:
    gone = UserFactory(roles=["staff"])
    entry = log(staff, amara, colleagues=[Colleague(staff, 30), Colleague(gone, 45)])
    with recorded(None, system="tests"):
        User.objects.filter(pk=gone.pk).update(is_active=False)
    save(as_staff, entry, form_of(as_staff, entry), subject="Nickel")
    assert entry.participants.get(user=gone).minutes == 45


def test_a_colleague_can_be_taken_out_again(as_staff: Client, staff: User, secretariat: User, amara: Person) -> None:
    entry = log(staff, amara, colleagues=[Colleague(staff), Colleague(secretariat)])
    save(as_staff, entry, form_of(as_staff, entry), colleagues=[f"user:{staff.pk}"])
    assert [row.user for row in entry.participants.filter(person=None)] == [staff]


def test_points_that_another_wrote_survive_an_edit_of_the_subject(
    as_staff: Client, as_secretariat: Client, staff: User, amara: Person
) -> None:
    entry = log(staff, amara)
    mine, theirs = form_of(as_staff, entry), form_of(as_secretariat, entry)
    save(as_secretariat, entry, theirs, notes="! Permits are slow")
    save(as_staff, entry, mine, subject="Nickel")
    assert [point.text for point in entry.points.all()] == ["Permits are slow"]


def test_a_commitment_takes_its_day_from_the_words(as_staff: Client, staff: User, amara: Person) -> None:
    sent = {
        "token": str(uuid.uuid4()),
        "who": f"person:{amara.pk}",
        "subject": "Ore",
        "sent": ["who", "subject", "notes"],
    }
    as_staff.post("/contact-log/new/", {**sent, "notes": "> Send the criteria by tomorrow\n> Zed: share the data"})
    ours, theirs = Commitment.objects.order_by("position")
    assert (ours.text, ours.due_on) == ("Send the criteria by tomorrow", today() + timedelta(days=1))
    assert (theirs.text, theirs.by_person, theirs.by_party) == ("Zed: share the data", None, None)


def test_a_line_that_waited_is_read_on_the_day_it_was_typed(as_staff: Client, amara: Person) -> None:
    three_days_ago = today() - timedelta(days=3)
    line = f"Call {amara.family_name} yesterday re permits"
    sent = {"token": str(uuid.uuid4()), "line": line, "line_read": "", "typed_on": three_days_ago.isoformat()}
    as_staff.post("/contact-log/new/", sent)
    assert Interaction.objects.get().occurred_on == three_days_ago - timedelta(days=1)


def test_a_tap_sent_twice_is_one_attempt(as_staff: Client, amara: Person) -> None:
    page = html.fromstring(as_staff.get(amara.get_absolute_url()).content)
    form = page.cssselect('form[action="/contact-log/attempt/"]')[0]
    for _again in range(2):
        as_staff.post("/contact-log/attempt/", dict(form.form_values()))
    assert Interaction.objects.count() == 1


def test_an_attempt_to_reach_a_nation_is_one_tap_too(as_staff: Client, as_viewer: Client, nation: Party) -> None:
    address, tap = nation.get_absolute_url(), 'form[action="/contact-log/attempt/"]'
    form = html.fromstring(as_staff.get(address).content).cssselect(tap)[0]
    as_staff.post("/contact-log/attempt/", dict(form.form_values()))
    assert [part.party for part in Interaction.objects.get().participants.filter(party=nation)] == [nation]
    assert not html.fromstring(as_viewer.get(address).content).cssselect(tap)
