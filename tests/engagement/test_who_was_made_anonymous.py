"""Nothing more is logged with somebody who was made anonymous; what they took part in can still be worked on."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.engagement.models import FollowUp, Interaction, Participant
from c2m2a_crm.engagement.services import Attendee, Entry, EntryRefused, log_attempt, update_interaction
from members.models import Party, Person
from members.selectors import find_people
from members.services import anonymise_person, create_person
from tests.engagement.making import log
from tests.engagement.test_log_form_edits import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody(compliance: User, amara: Person) -> Person:
    return anonymise_person(actor=compliance, person=amara, authority="Schedule 1, 4.5.3", reason="They asked.")


def test_the_page_offers_no_contact_with_them(as_staff: Client, staff: User, amara: Person, compliance: User) -> None:
    about = f"person={amara.pk}"

    def offers() -> list[str]:
        page = html.fromstring(as_staff.get(amara.get_absolute_url()).content)
        links = [str(link.get("href")) for link in page.cssselect("a[href]")]
        taps = page.cssselect(f"input[name=person][value='{amara.pk}']")
        shown = [link for link in links if about in link and "/new/" in link] + ["tap"] * len(taps)
        return shown + ["here"] * len(page.cssselect("#main .empty-line a[data-open]"))

    assert {"tap", "here", f"/contact-log/new/?{about}", f"/follow-ups/new/?{about}"} <= set(offers())
    anonymise_person(actor=compliance, person=amara, authority="Schedule 1, 4.5.3", reason="They asked.")
    assert offers() == []


def test_no_form_takes_them(as_staff: Client, staff: User, northline: Party, nobody: Person) -> None:
    assert nobody.full_name.startswith("Anonymized person")
    assert not find_people(staff, "Anonymized person")
    for name in ("people:options", "contact_log:who_options", "follow_ups:about_options"):
        assert nobody.full_name not in as_staff.get(reverse(name), {"q": "Anonymized"}).content.decode()
    page = as_staff.get(reverse("contact_log:create"), {"person": nobody.pk}).content
    assert f"person:{nobody.pk}" not in {field.get("value") for field in html.fromstring(page).cssselect("[name=who]")}
    page = as_staff.get(reverse("follow_ups:create"), {"person": nobody.pk}).content.decode()
    assert f"person:{nobody.pk}" not in page
    sent = {"token": str(uuid.uuid4()), "line_read": "", "who": f"person:{nobody.pk}", "subject": "Permits"}
    assert as_staff.post(reverse("contact_log:create"), sent).status_code == 422
    tap = {"person": nobody.pk, "token": str(uuid.uuid4())}
    assert as_staff.post(reverse("contact_log:attempt"), tap).status_code == 404
    with pytest.raises(EntryRefused, match="was made anonymous"):
        log_attempt(actor=staff, who=nobody)
    assert not Interaction.objects.exists()
    assert not FollowUp.objects.exists()


def test_what_they_took_part_in_is_still_worked_on(
    as_staff: Client, staff: User, compliance: User, amara: Person, northline: Party
) -> None:
    entry, other = log(staff, amara), log(staff, northline)
    anonymise_person(actor=compliance, person=amara, authority="Schedule 1, 4.5.3", reason="They asked.")
    save(as_staff, entry, form_of(as_staff, entry), subject="Nickel", place="Sudbury")
    entry.refresh_from_db()
    assert (entry.place, Participant.objects.get(interaction=entry, user=None).person_id) == ("Sudbury", amara.pk)
    # Nor are they put into an entry without them.
    now = Person.objects.get(pk=amara.pk)
    added = Entry(subject="Permits", attendees=[Attendee(northline), Attendee(now)])
    with pytest.raises(EntryRefused, match="was made anonymous"):
        update_interaction(actor=staff, interaction=other, version=other.version, entry=added)
    assert not other.participants.filter(person=amara).exists()


def test_somebody_else_is_still_found(staff: User, nobody: Person) -> None:
    named = create_person(actor=staff, given_name="Anona", family_name="Mize")
    assert [hit.pk for hit in find_people(staff, "Anon")] == [named.pk]
