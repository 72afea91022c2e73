"""What is written on the pages of forums: forums, categories, seats, terms."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from forums import services
from forums.models import Forum, Seat, SeatCategory, SeatTerm
from members.models import Jurisdiction
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, sealed, text_of

pytestmark = pytest.mark.django_db


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
