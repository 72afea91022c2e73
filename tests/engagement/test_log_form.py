"""The log form: what the typed line fills, and what is asked before Save."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Participant, Point
from members.models import Party, Person
from members.services import create_person
from tests.engagement.log_form import CREATE, errors_of, filled
from tests.engagement.making import log

pytestmark = pytest.mark.django_db

NAUGHTY = json.loads((Path(__file__).parents[1] / "data/naughty-strings-blns/blns.json").read_text(encoding="utf-8"))


def test_a_line_alone_is_a_contact(as_staff: Client, staff: User, amara: Person, northline: Party) -> None:
    line = f"Call {amara.family_name} re nickel offtake 25 min; follow up tomorrow"
    response = as_staff.post(CREATE, filled(line=line))
    entry = Interaction.objects.get()
    assert response.status_code == 302
    assert response["X-Saved"] == str(entry.pk)
    assert (entry.kind, entry.subject, entry.duration_minutes) == ("call", "Nickel offtake", 25)
    theirs, ours = entry.participants.order_by("position")
    assert (theirs.person, theirs.party, theirs.party_name_en) == (amara, northline, northline.name_en)
    assert (ours.user, ours.minutes) == (staff, 25)
    follow_up = FollowUp.objects.get()
    assert (follow_up.due_on, follow_up.assignee, follow_up.interaction) == (today() + timedelta(days=1), staff, entry)


def test_a_french_line_is_read_in_an_english_interface(as_staff: Client, amara: Person) -> None:
    as_staff.post(CREATE, filled(line=f"Appel avec {amara.family_name} sur le graphite; suivi vendredi"))
    entry = Interaction.objects.get()
    assert (entry.kind, entry.subject) == ("call", "Graphite")
    assert entry.follow_ups.get().due_on.weekday() == 4


@pytest.mark.parametrize(
    ("line", "subject", "task"),
    [
        (
            "Call with Amara Tamarack and Dana Ferro, 25 min this morning. Pilot is at 60% of design output. "
            "Follow up Friday: send the seat criteria.",
            "Pilot is at 60% of design output",
            "Send the seat criteria",
        ),
        (
            "Appel avec Amara Tamarack et Dana Ferro, 25 min ce matin. Le pilote tourne à 60 % de sa capacité. "
            "Suivi vendredi : envoyer les critères.",
            "Le pilote tourne à 60 % de sa capacité",
            "Envoyer les critères",
        ),
    ],
)
def test_a_free_sentence_is_what_it_was_about_and_never_a_follow_up(
    as_staff: Client, amara: Person, line: str, subject: str, task: str
) -> None:
    sent = filled(line=line, **{"pick-0-text": "Dana Ferro", "pick-0": "new-person"})
    page = html.fromstring(as_staff.post(reverse("contact_log:understood"), sent).content)
    assert "This morning" in page.cssselect(".parsed")[0].text_content()
    as_staff.post(CREATE, sent)
    entry = Interaction.objects.get()
    assert (entry.kind, entry.subject, entry.notes, entry.duration_minutes) == ("call", subject, "", 25)
    follow_up = entry.follow_ups.get()
    assert (follow_up.text, follow_up.due_on.weekday()) == (task, 4)


def test_further_sentences_go_into_the_notes(as_staff: Client, amara: Person) -> None:
    line = "Call Tamarack re the site visit. Pilot runs well; she was pleased.\nA second line"
    as_staff.post(CREATE, filled(line=line))
    entry = Interaction.objects.get()
    assert (entry.subject, entry.notes) == ("Site visit", "Pilot runs well. She was pleased.\nA second line")
    assert not entry.follow_ups.exists()


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("Call Tamarack re La Ronge road", "La Ronge road"),
        ("Call Tamarack re pH of the ponds", "pH of the ponds"),
        ("Appel avec Tamarack sur l’usine pilote", "Usine pilote"),
    ],
)
def test_a_title_begins_with_a_capital(as_staff: Client, amara: Person, line: str, subject: str) -> None:
    as_staff.post(CREATE, filled(line=line))
    assert Interaction.objects.get().subject == subject


def form_of(content: bytes) -> dict[str, object]:
    """What a browser would send for the fields as they stand."""
    page = html.fromstring(content)
    sent: dict[str, object] = {}
    for field in page.cssselect("input[name], textarea[name], select[name]"):
        name = field.get("name")
        if field.get("type") in {"radio", "checkbox"} and field.get("checked") is None:
            continue
        if field.tag == "select":
            chosen = field.cssselect("option[selected]")
            value = chosen[0].get("value") if chosen else ""
        else:
            value = field.text_content().lstrip("\n") if field.tag == "textarea" else field.get("value", "")
        sent.setdefault(name, [])
        sent[name].append(value)  # type: ignore[attr-defined]  # a list, as made above
    return sent


def test_what_an_earlier_line_gave_goes_with_it(as_staff: Client, staff: User, amara: Person) -> None:
    token = str(uuid.uuid4())
    first = "Call Tamarack re permits, 20 min yesterday; send map by Friday. Pilot runs"
    read = as_staff.post(reverse("contact_log:understood"), filled(line=first, token=token))
    fields = form_of(read.content)
    assert fields[f"minutes-{staff.pk}"] == ["20"]
    as_staff.post(CREATE, {**fields, "token": token, "line": "Email to Tamarack re offtake"})
    entry = Interaction.objects.get()
    assert (entry.kind, entry.subject, entry.notes, entry.duration_minutes) == ("email", "Offtake", "", None)
    assert entry.occurred_on == today()
    assert entry.participants.get(user=staff).minutes is None
    assert not entry.follow_ups.exists()


def test_reading_a_line_writes_nothing(as_staff: Client, amara: Person) -> None:
    before = History.objects.count()
    response = as_staff.post(reverse("contact_log:understood"), filled(line=f"Call {amara.family_name} re offtake"))
    tokens = html.fromstring(response.content).cssselect(".tokens > .token input[name=who]")
    assert [token.get("value") for token in tokens] == [f"person:{amara.pk}"]
    assert Interaction.objects.count() == 0
    assert History.objects.count() == before


def test_what_was_changed_by_hand_survives_a_new_line(as_staff: Client, amara: Person) -> None:
    first = f"Call {amara.family_name} re offtake"
    page = html.fromstring(as_staff.post(reverse("contact_log:understood"), filled(line=first)).content)
    sent = {
        field.get("name"): field.get("value", "")
        for field in page.cssselect("input[name], textarea[name]")
        if field.get("type") not in {"radio"}
    }
    sent |= {
        "token": str(uuid.uuid4()),
        "kind": "call",
        "who": [f"person:{amara.pk}"],
        "sent": [field.get("value") for field in page.cssselect("input[name=sent]")],
        "subject": "Grant conditions",  # changed by hand
        "line": f"{first} 40 min",
    }
    as_staff.post(CREATE, sent)
    entry = Interaction.objects.get()
    assert (entry.subject, entry.duration_minutes) == ("Grant conditions", 40)


def test_an_ambiguous_name_is_asked_about_and_never_chosen(
    as_staff: Client, staff: User, northline: Party, fundy: Party
) -> None:
    twins = [
        create_person(actor=staff, given_name=given, family_name="Feldspar", organization=party)
        for given, party in (("Ana", northline), ("Bo", fundy))
    ]
    sent = filled(line="Call Feldspar re permits")
    response = as_staff.post(CREATE, sent)
    assert response.status_code == 422
    assert Interaction.objects.count() == 0
    options = html.fromstring(response.content).cssselect("input[name=pick-0]")
    assert {f"person:{twin.pk}" for twin in twins} <= {option.get("value") for option in options}
    assert not any(option.get("checked") for option in options)
    as_staff.post(CREATE, {**sent, "pick-0-text": "Feldspar", "pick-0": f"person:{twins[1].pk}"})
    assert Participant.objects.get(person__isnull=False).person == twins[1]


def test_an_unknown_name_is_created_only_when_chosen(as_staff: Client, northline: Party) -> None:
    sent = filled(line="Call Zuzanna Kowalska of Northline re permits")
    assert as_staff.post(CREATE, sent).status_code == 422
    assert Person.objects.count() == 0
    as_staff.post(CREATE, {**sent, "pick-0-text": "Zuzanna Kowalska", "pick-0": "new-person"})
    person = Person.objects.get()
    assert (person.given_name, person.family_name) == ("Zuzanna", "Kowalska")
    assert person.affiliations.get().party == northline
    assert [row.person for row in Interaction.objects.get().participants.filter(user=None)] == [person]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"subject": "Permits"}, "Say who it was with: a person, an organization or a Nation."),
        ({"who": "party:{party}"}, "Say what it was about."),
        (
            {
                "who": "party:{party}",
                "subject": "Permits",
                "occurred_on": "2199-01-01",
                "sent": ["who", "subject", "occurred_on"],
            },
            "A contact is logged once it has happened. Enter today or an earlier date.",
        ),
        (
            {"who": "party:{party}", "subject": "Permits", "duration_minutes": "ten", "sent": ["who"]},
            "Enter the minutes as a whole number.",
        ),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_is_written(
    as_staff: Client, northline: Party, fields: dict[str, object], sentence: str
) -> None:
    ready = {
        name: value.format(party=northline.pk) if isinstance(value, str) else value for name, value in fields.items()
    }
    before = History.objects.count()
    response = as_staff.post(CREATE, filled(**ready))
    assert response.status_code == 422
    assert sentence in errors_of(response.content)
    assert Interaction.objects.count() == 0
    assert History.objects.count() == before


def test_who_started_it_is_asked_before_save_when_an_office_holder_took_part(as_staff: Client, marisol: Person) -> None:
    sent = filled(line=f"Meeting with {marisol.family_name} re permits")
    response = as_staff.post(CREATE, sent)
    assert response.status_code == 422
    assert "Say who started it: a public office holder took part." in errors_of(response.content)
    as_staff.post(CREATE, {**sent, "initiated_by": "us", "arranged": "unsure"})
    entry = Interaction.objects.get()
    assert (entry.initiated_by, entry.arranged) == ("us", "unsure")
    assert entry.participants.get(person=marisol).holds_public_office


def test_signs_at_the_start_of_a_line_make_points_and_commitments(
    as_staff: Client, amara: Person, northline: Party
) -> None:
    notes = (
        f"! Permits are slow\n? Who decides\n> Send the criteria\n> {amara.family_name}: Share the data\nA plain remark"
    )
    as_staff.post(CREATE, filled(line=f"Call {amara.family_name} re permits", notes=notes, sent=["notes"]))
    entry = Interaction.objects.get()
    assert entry.notes == notes
    assert list(entry.points.values_list("kind", "text")) == [
        ("issue", "Permits are slow"),
        ("question", "Who decides"),
    ]
    ours, theirs = Commitment.objects.order_by("position")
    assert (ours.direction, ours.text, ours.to_party) == ("ours", "Send the criteria", northline)
    assert (theirs.direction, theirs.text, theirs.by_person) == ("theirs", "Share the data", amara)


def test_a_form_sent_twice_is_one_contact(as_staff: Client, amara: Person) -> None:
    sent = filled(line=f"Call {amara.family_name} re permits; follow up Fri")
    first, second = as_staff.post(CREATE, sent), as_staff.post(CREATE, sent)
    assert first["X-Saved"] == second["X-Saved"]
    assert (Interaction.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_htmx_closes_the_drawer_and_offers_undo(as_staff: Client, amara: Person) -> None:
    response = as_staff.post(
        CREATE, filled(line=f"Call {amara.family_name} re permits"), headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    assert "drawer:close" in json.loads(response["HX-Trigger"])
    undo = html.fromstring(response.content).cssselect("form")[0].get("action")
    as_staff.post(undo)
    assert Interaction.objects.get().is_archived


def test_the_page_that_opened_the_form_is_filled_in(as_staff: Client, amara: Person) -> None:
    page = html.fromstring(as_staff.get(CREATE, {"person": amara.pk}).content)
    assert [field.get("value") for field in page.cssselect(".tokens > .token input[name=who]")] == [
        f"person:{amara.pk}"
    ]


def test_no_answer_in_one_tap_has_a_next_try(as_staff: Client, staff: User, amara: Person) -> None:
    as_staff.post(reverse("contact_log:attempt"), {"person": amara.pk})
    entry = Interaction.objects.get()
    assert entry.kind == "attempt"
    due = entry.follow_ups.get().due_on
    assert due > today()
    assert due.weekday() < 5
    amara.refresh_from_db()
    assert amara.last_open_contact_on is None


def test_each_part_in_a_contact_is_kept(as_staff: Client, staff: User, amara: Person, marisol: Person) -> None:
    third = create_person(actor=staff, given_name="Zed", family_name="Zircon")
    fields = {"who": f"person:{third.pk}", "copied": f"person:{amara.pk}", "mentioned": f"person:{marisol.pk}"}
    as_staff.post(CREATE, filled(**fields, subject="Permits", sent=[*fields, "subject"]))
    parts = dict(Participant.objects.filter(user=None).values_list("person", "role"))
    assert parts == {third.pk: "present", amara.pk: "copied", marisol.pk: "mentioned"}


def test_an_edit_merges_with_what_another_saved(
    as_staff: Client, staff: User, secretariat: User, as_secretariat: Client, amara: Person
) -> None:
    entry = log(staff, amara, subject="Offtake", place="Sudbury")
    page = html.fromstring(as_staff.get(reverse("contact_log:edit", args=[entry.pk])).content)
    token, version = (page.cssselect(f"input[name={name}]")[0].get("value") for name in ("token", "version"))
    common = {
        "token": token,
        "version": version,
        "kind": "call",
        "who": f"person:{amara.pk}",
        "occurred_on": entry.occurred_on.isoformat(),
        "colleagues": f"user:{staff.pk}",
    }
    as_secretariat.post(
        reverse("contact_log:edit", args=[entry.pk]), {**common, "subject": "Offtake", "place": "Toronto"}
    )
    as_staff.post(
        reverse("contact_log:edit", args=[entry.pk]), {**common, "subject": "Nickel offtake", "place": "Sudbury"}
    )
    entry.refresh_from_db()
    assert (entry.subject, entry.place) == ("Nickel offtake", "Toronto")


def test_two_edits_of_one_field_are_both_shown(
    as_staff: Client, staff: User, as_secretariat: Client, amara: Person
) -> None:
    entry = log(staff, amara, subject="Offtake")
    common = {
        "token": str(entry.token),
        "version": entry.version,
        "kind": "call",
        "who": f"person:{amara.pk}",
        "occurred_on": entry.occurred_on.isoformat(),
        "colleagues": f"user:{staff.pk}",
    }
    address = reverse("contact_log:edit", args=[entry.pk])
    as_secretariat.post(address, {**common, "subject": "Theirs"})
    response = as_staff.post(address, {**common, "subject": "Mine"})
    assert response.status_code == 409
    text = html.fromstring(response.content).text_content()
    assert "Theirs" in text
    assert "Mine" in text
    entry.refresh_from_db()
    assert entry.subject == "Theirs"
    as_staff.post(address, {**common, "subject": "Mine", "seen_version": entry.version, "keep_subject": "mine"})
    entry.refresh_from_db()
    assert entry.subject == "Mine"


def test_the_history_of_a_contact_names_its_author(as_staff: Client, staff: User, amara: Person) -> None:
    as_staff.post(CREATE, filled(line=f"Call {amara.family_name} re permits\n! Slow"))
    tables = {"engagement_interaction", "engagement_participant", "engagement_point"}
    changes = History.objects.filter(tbl__in=tables)
    assert {change.tbl for change in changes} == tables
    assert {change.actor_id for change in changes} == {staff.pk}


@pytest.mark.parametrize("people", [1, 6])
def test_statements_for_reading_a_line_do_not_grow(
    as_staff: Client, staff: User, northline: Party, django_assert_max_num_queries: Callable[..., object], people: int
) -> None:
    names = ["Agate", "Borax", "Cinnabar", "Dolomite", "Epidote", "Fluorite"][:people]
    for name in names:
        create_person(actor=staff, given_name="Kim", family_name=name, organization=northline)
    with django_assert_max_num_queries(22):  # type: ignore[attr-defined]  # a context manager
        as_staff.post(reverse("contact_log:understood"), filled(line=f"Call {', '.join(names)} re permits"))


def test_naughty_strings_are_kept_as_typed_and_shown_harmlessly(
    as_staff: Client, northline: Party, exhaustive: bool
) -> None:
    for text in NAUGHTY if exhaustive else NAUGHTY[::12]:
        is_subject = bool(text.replace("\x00", "").strip()) and len(text) <= 300 and "\n" not in text
        subject = text if is_subject else "Permits"
        fields = {"who": f"party:{northline.pk}", "subject": subject, "notes": text, "place": text[:200]}
        response = as_staff.post(CREATE, filled(**fields, sent=["who", "subject", "notes"]))
        assert response.status_code == 302, text
        entry = Interaction.objects.get(pk=response["X-Saved"])
        assert entry.subject == subject.replace("\x00", "").strip()
        assert entry.notes == text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
        assert entry.place == text[:200].replace("\x00", "").strip()
        page = html.fromstring(as_staff.get(entry.get_absolute_url()).content)
        assert entry.subject in page.cssselect("h1")[0].text_content()


def test_a_point_with_unchanged_words_stays_the_same_row(as_staff: Client, staff: User, amara: Person) -> None:
    as_staff.post(CREATE, filled(line=f"Call {amara.family_name} re permits", notes="! Slow\n! Costly", sent=["notes"]))
    entry = Interaction.objects.get()
    kept = Point.objects.get(text="Costly")
    as_staff.post(
        reverse("contact_log:edit", args=[entry.pk]),
        {
            "token": str(entry.token),
            "version": entry.version,
            "kind": "call",
            "subject": "permits",
            "who": f"person:{amara.pk}",
            "colleagues": f"user:{staff.pk}",
            "occurred_on": date.today().isoformat(),
            "notes": "! Costly",
        },
    )
    assert list(Point.objects.all()) == [kept]


def understood(client: Client, line: str) -> html.HtmlElement:
    answer = client.post(reverse("contact_log:understood"), filled(line=line))
    return html.fromstring(answer.content.decode())


def test_a_public_body_holds_no_office(as_staff: Client, staff: User, marisol: Person) -> None:
    body = marisol.affiliations.get().party
    page = understood(as_staff, f"Call {body.name_en} re permits")
    assert page.cssselect("#entry-poh-h")[0].text_content() == f"{body.name_en} is a public body"
    page = understood(as_staff, f"Call {marisol.family_name} re permits")
    assert page.cssselect("#entry-poh-h")[0].text_content() == f"{marisol.full_name} holds public office"


@pytest.mark.parametrize(
    ("kind", "initiated_by", "arranged", "is_told"),
    [
        ("call", "us", "yes", True),
        ("email", "us", "yes", False),
        ("call", "office_holder", "yes", False),
        ("call", "us", "no", False),
        ("call", "us", "", False),
    ],
)
def test_the_monthly_report_is_named_once_both_answers_make_it_one_to_report(
    as_staff: Client, marisol: Person, kind: str, initiated_by: str, arranged: str, is_told: bool
) -> None:
    sent = filled(
        line="",
        who=f"person:{marisol.pk}",
        subject="Permits",
        kind=kind,
        occurred_on="2026-01-31",
        initiated_by=initiated_by,
        arranged=arranged,
    )
    page = html.fromstring(as_staff.post(reverse("contact_log:understood"), sent).content.decode())
    words = page.cssselect(".ask")[0].text_content().replace("\xa0", " ")
    assert ("Goes on the January report, due February 15," in words) is is_told


@pytest.mark.parametrize(
    ("line", "how"),
    [
        ("Email to Tamarack re permits", "E-mail from us"),
        ("Received letter from Tamarack re permits", "Letter to us"),
        ("Call Tamarack re permits, 20 min", "Call, 20 minutes"),
    ],
)
def test_kind_and_direction_are_said_in_one_phrase(as_staff: Client, amara: Person, line: str, how: str) -> None:
    assert how in " ".join(understood(as_staff, line).cssselect(".parsed")[0].text_content().split())


def test_a_name_like_the_typed_one_says_what_speaks_for_it(as_staff: Client, amara: Person) -> None:
    page = understood(as_staff, "Call Amarra Tamarak re permits")
    assert "family names that differ by a slip" in page.cssselect("[role=radiogroup]")[0].text_content()


def test_the_mark_of_a_form_is_where_the_script_looks_for_it() -> None:
    """static/js/app.js reads the cookie of this name, so that a sign-in in another tab does not spoil a form."""
    assert settings.CSRF_COOKIE_NAME == "csrftoken"
    assert not settings.CSRF_COOKIE_HTTPONLY
    assert not settings.CSRF_USE_SESSIONS
