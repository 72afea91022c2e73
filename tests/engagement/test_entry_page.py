"""The page of an entry: all of it for its readers, date and lock for the others; corrections; taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.engagement.models import Correction, Interaction, Participant
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    NextStep,
    Promise,
    Raised,
    correct_interaction,
    log_interaction,
    update_interaction,
)
from members.models import Party, Person
from tests.engagement.making import circle_of, closed, log
from tests.members.reading import read, texts, values_of_form


def page_of(client: Client, entry: Interaction, status: int = 200) -> str:
    response = client.get(entry.get_absolute_url())
    assert response.status_code == status
    return " ".join(read(response).cssselect("main")[0].text_content().split())


@pytest.fixture
def entry(staff: User, secretariat: User, amara: Person, marisol: Person) -> Interaction:
    return log_interaction(
        actor=staff,
        entry=Entry(
            subject="Processing permits",
            attendees=[Attendee(amara), Attendee(marisol, Participant.Role.COPIED)],
            kind=Interaction.Kind.MEETING,
            occurred_on=date(2025, 3, 4),
            duration_minutes=50,
            place="Ottawa",
            notes="The department will share its timelines.\n<script>alert(1)</script>",
            colleagues=[Colleague(staff, 50, 40), Colleague(secretariat)],
            raised=[Raised("issue", "Power prices"), Raised("question", "When does the seat open?")],
            promises=[Promise("permit timelines", is_ours=False)],
            next_steps=[NextStep("Send the criteria", secretariat, date(2030, 1, 2))],
        ),
    )


def test_everything_in_the_entry_is_on_its_page(as_viewer: Client, entry: Interaction, secretariat: User) -> None:
    text = page_of(as_viewer, entry)
    for said in (
        "Processing permits",
        "Tuesday, March 4, 2025",
        "50 minutes",
        "Ottawa",
        "The department will share its timelines.",
        "Vice-President, Processing · Northline Nickel Refining",
        "Marisol Quartz",
        "Copied",
        "Public office holder",
        "40 minutes of preparation",
        "Power prices",
        "When does the seat open?",
        "permit timelines",
        "Send the criteria",
        secretariat.name,
        "Closes on",
    ):
        assert said in text
    assert "<script>alert(1)</script>" not in as_viewer.get(entry.get_absolute_url()).content.decode()


def test_a_viewer_is_offered_nothing_to_change(as_viewer: Client, as_staff: Client, entry: Interaction) -> None:
    for client, offered in ((as_viewer, False), (as_staff, True)):
        page = read(client.get(entry.get_absolute_url()))
        assert bool(page.cssselect(f"a[href='{reverse('contact_log:edit', args=[entry.pk])}']")) is offered
        assert bool(page.cssselect("main form[method=post]")) is offered


def test_history_is_told_in_words(staff: User, secretariat: User, as_viewer: Client, northline: Party) -> None:
    entry = log(staff, northline)
    update_interaction(
        actor=secretariat,
        interaction=entry,
        version=entry.version,
        entry=Entry(subject="Nickel", attendees=[Attendee(northline)], kind="meeting"),
    )
    text = page_of(as_viewer, entry)
    assert "What about: Graphite offtake → Nickel" in text
    assert "Kind: Call → Meeting" in text
    assert secretariat.name in text


def test_reading_writes_nothing_but_the_note_that_a_confided_entry_was_opened(
    staff: User, as_staff: Client, northline: Party
) -> None:
    page_of(as_staff, log(staff, northline))
    assert not AuditEvent.objects.filter(verb="contact.opened").exists()
    confided = log(staff, northline, restricted_circle=circle_of(staff))
    assert "Opening this entry is noted." in page_of(as_staff, confided)
    event = AuditEvent.objects.get(verb="contact.opened")
    assert (event.actor, event.subject_id) == (staff, confided.pk)


def test_an_outsider_sees_date_lock_and_whom_to_ask(
    staff: User, secretariat: User, as_secretariat: Client, amara: Person
) -> None:
    confided = log(
        staff, amara, subject="Confided words", notes="Confided notes", occurred_on=date(2025, 3, 4),
        restricted_circle=circle_of(staff),
    )  # fmt: skip
    text = page_of(as_secretariat, confided, status=403)
    assert "Restricted entry" in text
    assert "Tuesday, March 4, 2025" in text
    assert f"Ask {staff.name}." in text
    for secret in ("Confided", "Amara", "Northline", "Permits"):
        assert secret not in text
    for address in ("contact_log:correct", "contact_log:withdraw", "contact_log:restore"):
        assert as_secretariat.post(reverse(address, args=[confided.pk])).status_code == 403
    assert not history_of(confided).filter(action="U").exists()


def test_a_sealed_entry_is_not_found(staff: User, as_secretariat: Client, northline: Party) -> None:
    sealed = log(staff, northline, sealed_circle=circle_of(staff))
    assert as_secretariat.get(sealed.get_absolute_url()).status_code == 404
    for address in ("contact_log:correct", "contact_log:withdraw", "contact_log:restore"):
        assert as_secretariat.post(reverse(address, args=[sealed.pk])).status_code == 404


# --- Corrections ------------------------------------------------------------------------------------------------------


def test_a_closed_entry_is_corrected_beside_the_old_value(staff: User, as_staff: Client, northline: Party) -> None:
    entry = closed(staff, northline)
    assert reverse("contact_log:correct", args=[entry.pk]) in as_staff.get(entry.get_absolute_url()).content.decode()
    url = reverse("contact_log:correct", args=[entry.pk])
    form = values_of_form(read(as_staff.get(url, {"field": "kind"})))
    assert form["after"] == "call"
    response = as_staff.post(url, {**form, "after": "meeting", "reason": "It was in person."})
    assert response["Location"] == entry.get_absolute_url()
    text = page_of(as_staff, entry)
    assert "Kind: Call → Meeting" in text
    assert "It was in person." in text
    correction = Correction.objects.get()
    assert (correction.made_by, correction.before, correction.after) == (staff, "call", "meeting")


@pytest.mark.parametrize(
    ("field", "after", "reason", "said"),
    [
        ("kind", "seance", "Why", "seance"),
        ("subject", "Nickel", "", "Say why, in a few words."),
        ("subject", "Graphite offtake", "Why", "This is what the entry says already."),
        ("version", "2", "Why", "version"),
    ],
)
def test_a_bad_correction_is_refused_and_nothing_is_written(
    staff: User, as_staff: Client, northline: Party, field: str, after: str, reason: str, said: str
) -> None:
    entry = closed(staff, northline)
    url = reverse("contact_log:correct", args=[entry.pk])
    response = as_staff.post(url, {"field": field, "after": after, "reason": reason})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Correction.objects.exists()


def test_the_latest_correction_is_what_the_next_form_begins_with(
    staff: User, as_staff: Client, northline: Party
) -> None:
    entry = closed(staff, northline)
    correct_interaction(actor=staff, interaction=entry, field="place", after="Sudbury", reason="Known now")
    url = reverse("contact_log:correct", args=[entry.pk])
    assert values_of_form(read(as_staff.get(url, {"field": "place"})))["after"] == "Sudbury"


def test_a_corrected_entry_is_right_in_the_list_and_says_that_it_was_corrected(
    staff: User, as_staff: Client, northline: Party
) -> None:
    entry = closed(staff, northline)
    earlier = entry.occurred_on - timedelta(days=40)
    correct_interaction(
        actor=staff, interaction=entry, field="occurred_on", after=earlier.isoformat(), reason="Wrong month"
    )
    northline.refresh_from_db()
    assert northline.last_open_contact_on == earlier
    day = {"since": earlier.isoformat(), "until": earlier.isoformat()}
    rows = read(as_staff.get(reverse("contact_log:list"), day)).cssselect("tbody tr")
    assert [row.cssselect(".tag")[0].text_content() for row in rows] == ["Corrected"]
    assert "Wrong month" in page_of(as_staff, entry)


def test_an_open_entry_offers_edit_and_no_correction(staff: User, as_staff: Client, entry: Interaction) -> None:
    assert as_staff.get(reverse("contact_log:correct", args=[entry.pk]))["Location"] == entry.get_absolute_url()


# --- Taken back -------------------------------------------------------------------------------------------------------


def test_taking_back_is_undone_from_the_toast(as_staff: Client, entry: Interaction) -> None:
    url = reverse("contact_log:withdraw", args=[entry.pk])
    response = as_staff.post(url, follow=True)
    assert response.redirect_chain[-1][0] == reverse("contact_log:list")
    undo = reverse("contact_log:restore", args=[entry.pk])
    assert read(response).cssselect(f".toast form[action='{undo}']")
    assert "This contact was taken back." in page_of(as_staff, entry)
    as_staff.post(undo, {"next": "/contact-log/?q=permits"})
    entry.refresh_from_db()
    assert not entry.is_archived


def test_back_leads_only_into_this_site(as_staff: Client, entry: Interaction) -> None:
    url = reverse("contact_log:withdraw", args=[entry.pk])
    response = as_staff.post(url, {"next": "https://elsewhere.example/"})
    assert response["Location"] == reverse("contact_log:list")


def test_a_closed_entry_stays(staff: User, as_staff: Client, northline: Party) -> None:
    entry = closed(staff, northline)
    response = as_staff.post(reverse("contact_log:withdraw", args=[entry.pk]), follow=True)
    assert "This entry is closed and stays in the log." in response.content.decode()
    entry.refresh_from_db()
    assert not entry.is_archived


def test_viewers_and_getters_change_nothing(
    as_viewer: Client, as_staff: Client, entry: Interaction, client_of: Callable[[User], Client]
) -> None:
    for address in ("contact_log:withdraw", "contact_log:restore"):
        url = reverse(address, args=[entry.pk])
        assert as_viewer.post(url).status_code == 403
        assert as_staff.get(url).status_code == 405
    assert texts(read(as_staff.get(entry.get_absolute_url())), "h1") == ["Processing permits"]
