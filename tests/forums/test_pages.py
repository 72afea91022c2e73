"""The pages of forums: what they show to whom, and what they write."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import InitiativeFact, Interaction
from c2m2a_crm.engagement.services import NextStep, Promise
from forums import services
from forums.models import Forum, Seat, SeatCategory, SeatTerm
from members.models import Jurisdiction
from tests.engagement.making import log
from tests.forums.making import Making

pytestmark = pytest.mark.django_db


def page_of(response: Any) -> Any:
    return html.fromstring(response.content)


def text_of(page: Any, selector: str) -> str:
    return " ".join(" ".join(each.text_content() for each in page.cssselect(selector)).split())


def rows_of(response: Any) -> list[str]:
    """The text of the first column of a list."""
    table = page_of(response).cssselect("table")
    return [" ".join(row.text_content().split()) for row in table[0].cssselect("tbody th")] if table else []


def errors_of(response: Any) -> str:
    return text_of(page_of(response), ".err")


def sealed(making: Making, name: str = "Quiet table") -> Forum:
    """A forum that exists for the secretariat alone, with somebody on it."""
    forum = making.forum(name, code="QUIET", is_run_by_us=True)
    making.term(making.seat(forum), making.person("Quentin Hush", organization=making.party("Hush Holdings")))
    making.seat(forum)
    making.seal(forum, making.actor)
    return Forum.objects.get(pk=forum.pk)


# --- Lists -----------------------------------------------------------------------------------------------------------


def test_list_shows_forums_and_counts_their_seats(as_viewer: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", name_fr="Forum des carottes", code="DCF")
    making.term(making.seat(forum), "Ann Feldspar", last=today() + timedelta(days=30))
    making.seat(forum)
    response = as_viewer.get("/forums/?kind=industry&status=active&ours=no")
    assert rows_of(response) == ["Drill Core ForumDCF"]
    assert "1 of 2" in text_of(page_of(response), "tbody tr")
    assert "of the kind Government–industry forum" in response.content.decode()
    for query in ("kind=fpt", "status=ended", "ours=yes", "level=adm", "lead=me", "q=zinc"):
        assert rows_of(as_viewer.get(f"/forums/?{query}")) == [], query
    for query in ("q=carottes", "q=dcf", "q=CORE+drill", "lead=nobody"):
        assert len(rows_of(as_viewer.get(f"/forums/?{query}"))) == 1, query


def test_seats_are_found_by_state_forum_and_person(as_viewer: Client, making: Making) -> None:
    forum, other = making.forum("Drill Core Forum", is_run_by_us=True), making.forum("Other forum", kind="fpt")
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    ending, vacant = services.add_seats(actor=making.actor, forum=forum, category=recycling, number=2)
    lasting = making.seat(other)
    making.term(ending, "Ann Feldspar", last=today() + timedelta(days=90))
    making.term(lasting, "Bob Gneiss")
    former = making.person("Fay Formerly")
    making.term(ending, former, first=date(2020, 1, 1), last=date(2021, 1, 1))
    making.term(lasting, former, role="observer")
    names = {ending.pk: "Recycling, seat 1", vacant.pk: "Recycling, seat 2", lasting.pk: "Seat 1"}
    for query, seats in {
        "": [ending, vacant, lasting],
        "state=vacant": [vacant],
        "state=held": [ending, lasting],
        "state=ending-90": [ending],
        "state=ending-30": [],
        f"forum={forum.pk}": [ending, vacant],
        "ours=no": [lasting],
        "kind=fpt": [lasting],
        "q=feldspar": [ending],
        "q=formerly": [lasting],
        "q=recycling": [ending, vacant],
        "q=gneiss+other": [lasting],
        "capacity=personal": [],
    }.items():
        assert rows_of(as_viewer.get(f"/forums/seats/?{query}")) == [names[seat.pk] for seat in seats], query
    by_end = rows_of(as_viewer.get("/forums/seats/?sort=ends"))
    assert by_end[0] == names[ending.pk]


def test_closed_seat_stands_in_no_list(as_viewer: Client, making: Making) -> None:
    seat = making.seat(making.forum(), first=date(2020, 1, 1))
    services.close_seat(actor=making.actor, seat=seat, last=today() - timedelta(days=1))
    assert rows_of(as_viewer.get("/forums/seats/")) == []


def test_lists_are_carried_away_as_files(as_staff: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    making.term(making.seat(forum), "Ann Feldspar")
    said = {"purpose": "A meeting"}
    forums = b"".join(as_staff.post(reverse("core:export", args=["forums", "csv"]), said)).decode("utf-8-sig")
    assert "Drill Core Forum" in forums
    assert "DCF" in forums
    seats = b"".join(as_staff.post(reverse("core:export", args=["seats", "csv"]), said)).decode("utf-8-sig")
    assert "Ann Feldspar" in seats


# --- The page of a forum ---------------------------------------------------------------------------------------------


def test_page_draws_seats_roster_facts_and_contacts(as_viewer: Client, making: Making) -> None:
    upper = making.forum("Ministers")
    forum = making.forum("Drill Core Forum", code="DCF", parent=upper, purpose_en="One voice.", is_run_by_us=True)
    filled, _vacant = services.add_seats(actor=making.actor, forum=forum, number=2)
    person = making.person("Ann Feldspar", organization=making.party("Gabbro Metals"), title_en="President")
    making.term(filled, person, last=today() + timedelta(days=20))
    InitiativeFact.objects.create(
        initiative=forum.initiative, key="secretariat", label_en="Secretariat", text_en="NRCan.", source="canada.ca"
    )
    page = page_of(as_viewer.get(forum.get_absolute_url()))
    assert text_of(page, "h1") == "Drill Core Forum"
    assert "One voice." in text_of(page, ".page-head")
    assert "Run by us" in text_of(page, ".page-head")
    assert text_of(page, "#seats-h") == "1 of 2 seats filled"
    squares = page.cssselect(".seats a.seat")
    assert [square.get("class") for square in squares] == ["seat ending", "seat open"]
    assert squares[0].get("aria-label") == "Seat 1, Ann Feldspar, Gabbro Metals, term ends within 6 months"
    assert "1 term ends by" in text_of(page, "#seats footer")
    assert "Ann Feldspar" in text_of(page, "#ending")
    assert "Ministers" in text_of(page, "#branches")
    assert "Unconfirmed" in text_of(page, "#facts-and-sources")
    assert "canada.ca" in text_of(page, "#facts-and-sources")
    assert "No contact on file yet" in text_of(page, "main")
    upper_page = page_of(as_viewer.get(upper.get_absolute_url()))
    assert "Drill Core Forum" in text_of(upper_page, "#branches")


def test_page_shows_what_was_promised_and_is_to_be_done_in_its_contacts(
    as_viewer: Client, staff: User, making: Making
) -> None:
    forum = making.forum()
    person = making.person("Ann Feldspar")
    facts: dict[str, Any] = {
        "promises": [Promise("Send the criteria", is_ours=True)],
        "next_steps": [NextStep("Call back", staff, today())],
    }
    log(staff, person, subject="Agenda", initiative=forum.initiative, **facts)
    log(staff, person, subject="Elsewhere", next_steps=[NextStep("Unfiled", staff, today())])
    page = page_of(as_viewer.get(forum.get_absolute_url()))
    assert "Agenda" in text_of(page, ".timeline")
    assert "Elsewhere" not in text_of(page, ".timeline")
    assert "Send the criteria" in text_of(page, "#panel-commitments")
    assert "Call back" in text_of(page, "#panel-follow-ups")
    assert "Unfiled" not in text_of(page, "main")


def test_page_offers_the_engagement_record_to_those_who_may_carry_it_away(
    as_staff: Client, as_viewer: Client, making: Making
) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    paper = f"/contact-log/of/initiative/{forum.pk}/pdf/"
    assert page_of(as_staff.get(forum.get_absolute_url())).cssselect(f'a[href="{paper}"]')
    assert not page_of(as_viewer.get(forum.get_absolute_url())).cssselect(f'a[href="{paper}"]')
    assert as_staff.get(paper).status_code == 200


def test_roster_names_title_party_role_and_vacancies(as_viewer: Client, making: Making) -> None:
    forum = making.forum()
    recycling = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    filled, vacant = services.add_seats(actor=making.actor, forum=forum, category=recycling, number=2)
    person = making.person("Ann Feldspar", organization=making.party("Gabbro Metals"), title_en="President")
    making.term(filled, person)
    making.term(filled, "Bob Gneiss", role="first_alternate", last=date(2030, 1, 31))
    making.term(vacant, "Carla Dunite", first=today() + timedelta(days=30))
    page = page_of(as_viewer.get(reverse("forums:roster", args=[forum.pk])))
    rows = [" ".join(row.text_content().split()) for row in page.cssselect("#roster tbody tr")]
    assert rows[0] == "Recycling"
    for row, words in zip(
        rows[1:],
        (
            ("Seat 1", "Ann Feldspar", "President", "Gabbro Metals", "Holder"),
            ("Seat 1", "Bob Gneiss", "First alternate", "2030"),
            ("Seat 2", "Vacant", "Carla Dunite from"),
        ),
        strict=True,
    ):
        assert all(word in row for word in words), row


def test_page_shows_the_roster_of_the_chosen_day(as_viewer: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar", first=date(2020, 1, 1), last=date(2021, 12, 31))
    making.term(seat, "Bob Gneiss", first=date(2022, 1, 1))
    url = reverse("forums:roster", args=[forum.pk])
    then = text_of(page_of(as_viewer.get(f"{url}?on=2021-12-31")), "#roster")
    assert "Ann Feldspar" in then
    assert "Bob Gneiss" not in then
    for wrong in ("2021-02-30", "yesterday", "9999999-01-01"):
        response = as_viewer.get(url, {"on": wrong})
        assert response.status_code == 200
        assert "Enter the date" in errors_of(response)
        assert "Bob Gneiss" in text_of(page_of(response), "#roster")


def test_page_offers_work_only_to_those_who_may_do_it(as_staff: Client, as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    for url in (forum.get_absolute_url(), seat.get_absolute_url()):
        edits = [f"/forums/{forum.pk}/edit/", f"/forums/{forum.pk}/seats/{seat.pk}/edit/"]
        shown = as_secretariat.get(url).content.decode()
        hidden = as_staff.get(url).content.decode()
        assert any(edit in shown for edit in edits)
        assert not any(edit in hidden for edit in edits)


def test_contact_is_filed_under_the_forum_from_its_page(as_staff: Client, making: Making) -> None:
    forum = making.forum()
    person = making.person("Ann Feldspar")
    page = page_of(as_staff.get(forum.get_absolute_url()))
    url = page.cssselect("dialog#log-contact")[0].get("data-url")
    form = page_of(as_staff.get(url)).cssselect("select[name=initiative] option[selected]")
    assert [option.get("value") for option in form] == [str(forum.pk)]
    token = page_of(as_staff.get(url)).cssselect("input[name=token]")[0].get("value")
    sent = {
        "token": token,
        "kind": "call",
        "subject": "Agenda",
        "who": f"person:{person.pk}",
        "initiative": forum.pk,
        "occurred_on": today().isoformat(),
        "line_read": "",
        "sent": ["kind", "subject", "who", "occurred_on"],
    }
    as_staff.post("/contact-log/new/", sent)
    assert Interaction.objects.get().initiative_id == forum.pk
    assert "Agenda" in text_of(page_of(as_staff.get(forum.get_absolute_url())), ".timeline")


# --- Writing ---------------------------------------------------------------------------------------------------------

NEW = {"name_en": "Drill Core Forum", "name_fr": "", "code": "DCF", "kind": "industry", "level": "", "status": "active"}


def test_forum_is_added_and_opens(as_secretariat: Client) -> None:
    response = as_secretariat.post("/forums/new/", {**NEW, "is_run_by_us": "on", "purpose_en": "One voice."})
    forum = Forum.objects.get(code="DCF")
    assert response["Location"] == forum.get_absolute_url()
    assert (forum.is_run_by_us, forum.purpose_en, str(forum)) == (True, "One voice.", "Drill Core Forum")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name_en": " "}, "Enter a name in at least one language."),
        ({"kind": ""}, "Choose the kind of forum."),
        ({"code": "X" * 31}, "Keep it under 30 letters"),
        ({"code": "TAKEN"}, "Another forum has this acronym."),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "The last day must not lie before the first."),
        ({"parent": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_forum_is_refused_beside_its_field(
    as_secretariat: Client, making: Making, wrong: dict[str, str], sentence: str
) -> None:
    making.forum("Taken", code="TAKEN")
    before = Forum.objects.count()
    response = as_secretariat.post("/forums/new/", {**NEW, **wrong})
    assert response.status_code == 422
    assert sentence in errors_of(response)
    assert Forum.objects.count() == before


def hidden_on(page: Any) -> dict[str, str]:
    """What the form carries beside its fields."""
    return {
        str(each.get("name")): str(each.get("value"))
        for each in page.cssselect("main form input[type=hidden]")
        if each.get("name") != "csrfmiddlewaretoken"
    }


def test_edit_writes_both_rows(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    url = reverse("forums:edit", args=[forum.pk])
    hidden = hidden_on(page_of(as_secretariat.get(url)))
    response = as_secretariat.post(url, {**NEW, **hidden, "name_fr": "Forum des carottes", "level": "adm"})
    assert response.status_code == 302
    forum = Forum.objects.get(pk=forum.pk)
    assert (forum.initiative.name_fr, forum.level, forum.version, forum.initiative.version) == (
        "Forum des carottes",
        "adm",
        2,
        2,
    )


def test_a_lead_whose_account_is_closed_stays_when_something_else_changes(
    as_secretariat: Client, secretariat: User, staff: User, making: Making
) -> None:
    forum = making.forum()
    services.edit_forum(actor=secretariat, forum=forum, version=forum.version, changes={"lead": staff})
    with recorded(None, system="tests"):
        User.objects.filter(pk=staff.pk).update(is_active=False)
    url = reverse("forums:edit", args=[forum.pk])
    page = page_of(as_secretariat.get(url))
    assert [option.get("value") for option in page.cssselect("[name=lead] [selected]")] == [str(staff.pk)]
    sent = {**NEW, **hidden_on(page), "lead": staff.pk, "level": "adm"}
    assert as_secretariat.post(url, sent).status_code == 302
    kept = Forum.objects.get(pk=forum.pk)
    assert (kept.level, kept.initiative.lead) == ("adm", staff)


def test_two_editors_see_both_values_and_choose(as_secretariat: Client, making: Making, administrator: User) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    url = reverse("forums:edit", args=[forum.pk])
    hidden = hidden_on(page_of(as_secretariat.get(url)))
    services.edit_forum(
        actor=administrator, forum=forum, version=1, changes={"name_en": "Their name", "level": "adm", "code": "THEIRS"}
    )
    mine = {**NEW, "name_en": "My name", "code": "MINE", **hidden}
    response = as_secretariat.post(url, mine)
    assert response.status_code == 409
    page = page_of(response)
    conflict = text_of(page, ".conflict")
    assert administrator.name in conflict
    for word in ("Their name", "My name", "THEIRS", "MINE"):
        assert word in conflict
    asked = {**mine, **hidden_on(page), "keep_name_en": "mine", "keep_code": "theirs"}
    response = as_secretariat.post(url, asked)
    assert response.status_code == 302
    forum = Forum.objects.get(pk=forum.pk)
    assert (forum.initiative.name_en, forum.code, forum.level) == ("My name", "THEIRS", "adm")


def test_edit_leaves_a_sealed_parent_as_it_is(as_administrator: Client, making: Making) -> None:
    upper = sealed(making)
    forum = making.forum(parent=upper)
    url = reverse("forums:edit", args=[forum.pk])
    response = as_administrator.get(url)
    assert "Quiet table" not in response.content.decode()
    as_administrator.post(url, {**NEW, **hidden_on(page_of(response))})
    forum = Forum.objects.get(pk=forum.pk)
    assert (forum.parent, forum.code) == (upper, "DCF")


def test_category_and_seats_are_added(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    as_secretariat.post(
        reverse("forums:category_create", args=[forum.pk]), {"name_en": "Recycling", "seats_planned": 4}
    )
    category = SeatCategory.objects.get()
    assert (category.name_en, category.seats_planned) == ("Recycling", 4)
    sent = {"category": category.pk, "number": 3, "capacity": "representative"}
    response = as_secretariat.post(reverse("forums:add_seats", args=[forum.pk]), sent)
    assert response.status_code == 302
    assert Seat.objects.filter(forum=forum, category=category).count() == 3
    for wrong, sentence in (({"number": 61}, "60"), ({"number": 0}, "1"), ({"number": "many"}, "whole number")):
        response = as_secretariat.post(reverse("forums:add_seats", args=[forum.pk]), {**sent, **wrong})
        assert response.status_code == 422
        assert sentence in errors_of(response)
    edit = reverse("forums:category_edit", args=[forum.pk, category.pk])
    as_secretariat.post(edit, {"version": 1, "name_en": "Recyclers", "name_fr": "", "seats_planned": 5, "position": 2})
    category.refresh_from_db()
    assert (category.name_en, category.seats_planned, category.position) == ("Recyclers", 5, 2)


def test_seats_of_governments_are_added_one_each(as_secretariat: Client, making: Making) -> None:
    forum = making.forum(kind="fpt")
    for code in ("BC", "QC"):
        Jurisdiction.objects.get_or_create(
            code=code,
            defaults={"kind": "province", "name_en": code, "name_fr": code, "short_en": code, "short_fr": code},
        )
    chosen = Jurisdiction.objects.filter(code__in=["BC", "QC"])
    sent = {"number": 1, "capacity": "ex_officio", "jurisdictions": [each.pk for each in chosen]}
    as_secretariat.post(reverse("forums:add_seats", args=[forum.pk]), sent)
    assert set(forum.seats.values_list("jurisdiction__code", flat=True)) == {"BC", "QC"}


def test_seat_is_edited_and_closed(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar", first=date(2026, 1, 1))
    url = reverse("forums:seat_edit", args=[forum.pk, seat.pk])
    sent = {"version": 1, "number": 4, "title_en": "Chair’s seat", "capacity": "ex_officio", "first": "2025-01-01"}
    assert as_secretariat.post(url, sent).status_code == 302
    seat.refresh_from_db()
    assert (str(seat), seat.number, seat.first_day) == ("Chair’s seat", 4, date(2025, 1, 1))
    response = as_secretariat.post(url, {**sent, "version": 2, "first": "2026-02-01"})
    assert response.status_code == 422
    assert "Somebody sits there outside these days." in errors_of(response)
    close = reverse("forums:seat_close", args=[forum.pk, seat.pk])
    assert "Enter the last day." in errors_of(as_secretariat.post(close, {"last": ""}))
    assert "Enter a date between the years 1800 and 2200." in errors_of(
        as_secretariat.post(close, {"last": "9999-12-31"})
    )
    as_secretariat.post(close, {"last": "2026-12-31"})
    assert SeatTerm.objects.get().last_day == date(2026, 12, 31)


def test_two_editors_of_a_seats_dates_see_both_in_words(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum, first=date(2026, 1, 1))
    url = reverse("forums:seat_edit", args=[forum.pk, seat.pk])
    services.edit_seat(actor=making.actor, seat=seat, version=1, changes={"first": date(2026, 2, 1)})
    mine = {"version": 1, "number": 1, "capacity": "representative", "first": "2026-03-01"}
    response = as_secretariat.post(url, mine)
    assert response.status_code == 409
    conflict = text_of(page_of(response), ".conflict")
    assert "since Feb" in conflict
    assert "since Mar" in conflict
    response = as_secretariat.post(url, {**mine, "seen_version": 2, "keep_valid": "mine"})
    assert response.status_code == 302
    seat.refresh_from_db()
    assert seat.first_day == date(2026, 3, 1)


def test_somebody_is_appointed_by_picking_or_by_name(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    first, second = services.add_seats(actor=making.actor, forum=forum, number=2)
    ann, bob = making.person("Ann Feldspar"), making.person("Bob Gneiss")
    sent = {"role": "holder", "first": "2026-04-01", "last": "", "source": "Letter of March 3"}
    as_secretariat.post(reverse("forums:appoint", args=[forum.pk, first.pk]), {**sent, "person": ann.pk})
    as_secretariat.post(reverse("forums:appoint", args=[forum.pk, second.pk]), {**sent, "person_text": "bob gneiss"})
    assert [(term.person, term.source) for term in SeatTerm.objects.order_by("pk")] == [
        (ann, "Letter of March 3"),
        (bob, "Letter of March 3"),
    ]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({}, "Choose a person."),
        ({"person_text": "Nobody Known"}, "We know nobody called “Nobody Known”."),
        ({"person": "new:Nobody Known"}, "We know nobody called “Nobody Known”."),
        ({"person": "99999999"}, "This person is no longer there."),
        ({"person": "bob", "role": "king"}, "Select a valid choice"),
        ({"person": "bob", "first": "2026-05-01", "last": "2026-04-01"}, "The last day must not lie before the first."),
        ({"person": "bob", "first": "1 April"}, "Enter the date as year-month-day"),
        ({"person": "bob"}, "Ann Feldspar has this role (Holder) on the seat"),
    ],
)
def test_bad_appointment_is_refused_in_words(
    as_secretariat: Client, making: Making, wrong: dict[str, Any], sentence: str
) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar")
    bob = making.person("Bob Gneiss")
    sent = {"role": "holder", "first": "2026-04-01", **wrong}
    if sent.get("person") == "bob":
        sent["person"] = str(bob.pk)
    response = as_secretariat.post(reverse("forums:appoint", args=[forum.pk, seat.pk]), sent)
    assert response.status_code == 422
    assert sentence in text_of(page_of(response), "main")
    assert SeatTerm.objects.count() == 1


def test_seat_is_handed_over_in_one_step(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar", first=date(2025, 1, 1))
    bob = making.person("Bob Gneiss")
    url = reverse("forums:hand_over", args=[forum.pk, seat.pk])
    assert "Enter the first day." in errors_of(as_secretariat.post(url, {"role": "holder", "person": bob.pk}))
    assert as_secretariat.post(url, {"role": "holder", "person": bob.pk, "first": "2026-04-01"}).status_code == 302
    shown = text_of(page_of(as_secretariat.get(seat.get_absolute_url())), "#terms")
    assert shown.index("Bob Gneiss") < shown.index("Ann Feldspar")
    assert SeatTerm.objects.get(person=bob).first_day == date(2026, 4, 1)


def test_seat_tells_who_is_to_come_who_sits_and_who_sat(as_viewer: Client, making: Making) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Past Holder", first=date(2020, 1, 1), last=date(2021, 12, 31))
    making.term(seat, "Present Holder", first=date(2022, 1, 1), last=today() + timedelta(days=9))
    making.term(seat, "Present Alternate", first=date(2026, 1, 1), role="first_alternate")
    making.term(seat, "Next Holder", first=today() + timedelta(days=10))
    page = page_of(as_viewer.get(seat.get_absolute_url()))
    names = [link.text_content() for link in page.cssselect("#terms a.t")]
    assert names == ["Next Holder", "Present Holder", "Present Alternate", "Past Holder"]
    assert "Vacant" not in text_of(page, "#terms")


def test_term_is_renewed_ended_and_taken_back(as_secretariat: Client, making: Making) -> None:
    forum = making.forum()
    seat = making.seat(forum)
    term = making.term(seat, "Ann Feldspar", last=date(2026, 12, 31))
    keys = [forum.pk, seat.pk, term.pk]
    sent = {"version": 1, "role": "holder", "first": "2026-04-01", "last": "2028-12-31"}
    assert as_secretariat.post(reverse("forums:term_edit", args=keys), sent).status_code == 302
    term.refresh_from_db()
    assert term.last_day == date(2028, 12, 31)
    as_secretariat.post(reverse("forums:term_end", args=keys), {"last": "2027-01-31"})
    term.refresh_from_db()
    assert term.last_day == date(2027, 1, 31)
    back = reverse("forums:term_take_back", args=keys)
    assert "Say why" in errors_of(as_secretariat.post(back, {"reason": ""}))
    as_secretariat.post(back, {"reason": "Wrong person."})
    assert not SeatTerm.objects.exists()
    history = text_of(page_of(as_secretariat.get(reverse("forums:history", args=[forum.pk]))), "table")
    assert "Term removed" in history
    assert "Wrong person." in history


def test_parts_of_another_forum_are_not_found(as_secretariat: Client, making: Making) -> None:
    forum, other = making.forum(), making.forum("Other forum")
    seat = making.seat(other)
    term = making.term(seat, "Ann Feldspar")
    category = services.add_category(actor=making.actor, forum=other, name_en="Recycling")
    for name, keys in {
        "seat": [seat.pk],
        "seat_edit": [seat.pk],
        "appoint": [seat.pk],
        "term_edit": [seat.pk, term.pk],
        "term_end": [seat.pk, term.pk],
        "category_edit": [category.pk],
    }.items():
        assert as_secretariat.get(reverse(f"forums:{name}", args=[forum.pk, *keys])).status_code == 404, name


def test_history_tells_of_everything_that_hangs_on_the_forum(as_viewer: Client, making: Making) -> None:
    forum = making.forum()
    category = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    seat = making.seat(forum, category=category)
    term = making.term(seat, "Ann Feldspar")
    services.end_term(actor=making.actor, term=term, last=date(2026, 12, 31))
    services.edit_forum(actor=making.actor, forum=forum, version=1, changes={"level": "adm", "name_fr": "Carottes"})
    other = making.forum("Other forum")
    making.seat(other)
    told = text_of(page_of(as_viewer.get(reverse("forums:history", args=[forum.pk]))), "table")
    for words in (
        "Assistant deputy ministers",
        "Carottes",
        "Category of seats added",
        "Recycling, seat 1",
        "Ann Feldspar · Recycling, seat 1",
        making.actor.name,
    ):
        assert words in told, words
    assert "Other forum" not in told


# --- What is sealed --------------------------------------------------------------------------------------------------


def test_sealed_forum_is_nowhere_for_others(
    administrator: User, as_administrator: Client, as_secretariat: Client, making: Making
) -> None:
    forum = sealed(making)
    seat = forum.seats.first()
    assert seat is not None
    term = seat.terms.get()
    party, person = term.party, term.person
    assert party is not None
    own = [
        forum.get_absolute_url(),
        *(
            reverse(f"forums:{page}", args=[forum.pk])
            for page in ("edit", "history", "roster", "add_seats", "category_create")
        ),
        seat.get_absolute_url(),
        reverse("forums:appoint", args=[forum.pk, seat.pk]),
        reverse("forums:term_edit", args=[forum.pk, seat.pk, term.pk]),
    ]
    for url in own:
        assert as_administrator.get(url).status_code == 404, url
        assert as_secretariat.get(url).status_code == 200, url
    around = {
        "/forums/": "Quiet table",
        "/forums/seats/": "QUIET",
        person.get_absolute_url(): "Quiet table",
        party.get_absolute_url(): "Quiet table",
        "/people/?column=forums&column=name": "QUIET",
        "/organizations/?column=forums&column=name": "QUIET",
        "/people/?forum=any": "Hush",
        "/organizations/?forum=any": "Hush",
        f"{reverse('core:palette')}?q=quiet": "Quiet table",
        "/": "Vacant seats",
    }
    for url, word in around.items():
        assert word not in as_administrator.get(url).content.decode(), url
        assert word in as_secretariat.get(url).content.decode(), url
    assert not History.objects.visible_to(administrator).filter(tbl__startswith="forums_").exists()
    assert "Hush" in as_administrator.get("/people/?forum=none").content.decode()
    assert "Hush" not in as_secretariat.get("/people/?forum=none").content.decode()


def test_forum_restricted_to_others_is_known_of_and_closed(
    as_administrator: Client, as_secretariat: Client, making: Making
) -> None:
    forum = making.forum("Quiet table")
    making.seal(forum, making.actor, restricted=True)
    assert as_administrator.get(forum.get_absolute_url()).status_code == 403
    assert "Quiet table" not in as_administrator.get("/forums/").content.decode()
    assert as_secretariat.get(forum.get_absolute_url()).status_code == 200


# --- What forums add to other pages ----------------------------------------------------------------------------------


def test_people_and_organizations_show_their_seats(as_viewer: Client, making: Making) -> None:
    forum = making.forum("Drill Core Forum", code="DCF")
    party = making.party("Gabbro Metals")
    person = making.person("Ann Feldspar", organization=party)
    making.term(making.seat(forum), person, first=date(2020, 1, 1), last=date(2021, 12, 31))
    making.term(making.seat(forum), person, role="first_alternate", first=date(2026, 1, 1))
    for record in (person, party):
        panel = text_of(page_of(as_viewer.get(record.get_absolute_url())), "#panel-seats")
        assert "Drill Core Forum" in panel
        assert "First alternate" in panel
        assert "1 past term" in panel
    idle = making.person("Bob Gneiss")
    assert not page_of(as_viewer.get(idle.get_absolute_url())).cssselect("#panel-seats")


def test_directory_is_narrowed_by_who_sits_on_a_forum(as_viewer: Client, making: Making) -> None:
    party, idle = making.party("Gabbro Metals"), making.party("Idle Ores")
    person = making.person("Ann Feldspar", organization=party)
    making.person("Bob Gneiss", organization=idle)
    former = making.person("Carla Dunite")
    seat = making.seat(making.forum(kind="industry"))
    making.term(seat, person)
    making.term(seat, former, first=date(2020, 1, 1), last=date(2021, 1, 1))

    def names(path: str) -> str:
        return " ".join(rows_of(as_viewer.get(path)))

    assert "Ann Feldspar" in names("/people/?forum=any")
    assert "Carla" not in names("/people/?forum=any")
    assert "Ann Feldspar" not in names("/people/?forum=none")
    assert "Carla" in names("/people/?forum=none")
    assert "Gabbro" in names("/organizations/?forum=industry")
    assert "Idle" in names("/organizations/?forum=none")
    assert names("/organizations/?forum=fpt") == ""


def test_home_figures_open_lists_of_the_same_count(as_secretariat: Client, as_viewer: Client, making: Making) -> None:
    making.party("Gabbro Metals")  # an office without a record is shown its first steps instead
    ours = making.forum("Ours", is_run_by_us=True)
    seats = services.add_seats(actor=making.actor, forum=ours, number=4)
    making.term(seats[0], "Ann Feldspar", last=today() + timedelta(days=10))
    making.term(seats[1], "Bob Gneiss", last=today() + timedelta(days=300))
    making.seat(making.forum("Theirs"))
    for client in (as_secretariat, as_viewer):
        page = page_of(client.get("/"))
        links = {
            link.get("href"): " ".join(link.text_content().split())
            for link in page.cssselect("a")
            if "/forums/seats/" in link.get("href", "")
        }
        vacant = next(url for url in links if "vacant" in url)
        ending = next(url for url in links if "ending" in url)
        assert "2" in links[vacant]
        assert len(rows_of(client.get(vacant))) == 2
        assert len(rows_of(client.get(ending))) == 1
    assert "Ann Feldspar" in text_of(page_of(as_secretariat.get("/")), "#home-terms")
    assert not page_of(as_viewer.get("/")).cssselect("#home-terms")


def test_palette_finds_forums_by_acronym_first(as_viewer: Client, making: Making) -> None:
    making.forum("A core forum")
    making.forum("Zinc table", code="CORE")
    found = as_viewer.get(f"{reverse('core:palette')}?q=core").content.decode()
    assert found.index("Zinc table") < found.index("A core forum")


def test_french_page_is_french(client_of: Any, viewer: User, making: Making) -> None:
    forum = making.forum("Drill Core Forum", name_fr="Forum des carottes", code="DCF", code_fr="FDC")
    making.seat(forum)
    client = client_of(viewer)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "fr-CA"
    viewer.language = "fr"
    viewer.save(update_fields=["language"])
    page = page_of(client.get(forum.get_absolute_url(), headers={"Accept-Language": "fr-CA"}))
    assert text_of(page, "h1") == "Forum des carottes"
    assert "FDC" in text_of(page, ".page-head")


def test_script_in_every_field_stays_text(as_secretariat: Client, making: Making) -> None:
    attack = "<script>alert(1)</script>"
    sent = {**NEW, "name_en": attack, "name_fr": attack, "code": attack, "purpose_en": attack}
    as_secretariat.post("/forums/new/", sent)
    forum = Forum.objects.get(code=attack)
    services.add_category(actor=making.actor, forum=forum, name_en=attack)
    seat = making.seat(forum, title_en=attack, category=SeatCategory.objects.get())
    making.term(seat, making.person(attack), source=attack)
    for url in ("/forums/", "/forums/seats/", forum.get_absolute_url(), seat.get_absolute_url()):
        assert attack not in as_secretariat.get(url).content.decode(), url
