"""Terms that end: renewed, passed to the first alternate, or over with their seat; each in one step, and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today
from forums.models import Forum, Seat, SeatTerm
from forums.services import BeyondTheLimit, NothingToHandOver, SeatAlreadyHeld, appoint, change_term
from forums.terms_of_reference.services import adopt_terms
from forums.turnover.services import NoLastDay, renew_term, retire_term, rotate_term
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, text_of

pytestmark = pytest.mark.django_db
Role = SeatTerm.Role


def ending_in(days: int) -> date:
    return today() + timedelta(days=days)


@pytest.fixture
def forum(making: Making) -> Forum:
    forum = making.forum()
    adopt_terms(actor=making.actor, forum=forum, first=date(2020, 1, 1), term_length_months=12, renewals_allowed=1)
    return forum


@pytest.fixture
def seat(making: Making, forum: Forum) -> Seat:
    return making.seat(forum)


@pytest.fixture
def term(making: Making, seat: Seat) -> SeatTerm:
    first = ending_in(20) - timedelta(days=300)
    return making.term(seat, "Ann Feldspar", first, last=ending_in(20))


def sitting(seat: Seat, day: date) -> dict[str, str]:
    terms = SeatTerm.objects.on(day).filter(seat=seat).select_related("person")
    return {term.role: term.person.full_name for term in terms}


def test_a_renewed_term_lasts_as_long_as_agreed(making: Making, seat: Seat, term: SeatTerm) -> None:
    operation = renew_term(actor=making.actor, term=term)
    renewed = SeatTerm.objects.filter(seat=seat).order_by("valid").last()
    assert renewed is not None
    assert (renewed.person, renewed.first_day) == (term.person, ending_in(21))
    assert renewed.last_day is not None
    assert (renewed.last_day - ending_in(20)).days in (365, 366)
    with pytest.raises(SeatAlreadyHeld, match="Ann Feldspar follows"):
        renew_term(actor=making.actor, term=term)
    undo(actor=making.actor, operation=operation)
    assert list(SeatTerm.objects.filter(seat=seat)) == [term]


def test_rotation_moves_everybody_up(making: Making, seat: Seat, term: SeatTerm) -> None:
    making.term(seat, "Bea Basalt", role=Role.FIRST_ALTERNATE)
    making.term(seat, "Cy Chert", role=Role.SECOND_ALTERNATE)
    before = sitting(seat, ending_in(20))
    operation = rotate_term(actor=making.actor, term=term)
    assert sitting(seat, ending_in(20)) == before
    assert sitting(seat, ending_in(21)) == {Role.HOLDER: "Bea Basalt", Role.FIRST_ALTERNATE: "Cy Chert"}
    undo(actor=making.actor, operation=operation)
    assert sitting(seat, ending_in(21)) == {Role.FIRST_ALTERNATE: "Bea Basalt", Role.SECOND_ALTERNATE: "Cy Chert"}


def test_without_a_first_alternate_nothing_rotates(making: Making, term: SeatTerm) -> None:
    with pytest.raises(NothingToHandOver):
        rotate_term(actor=making.actor, term=term)
    assert not Operation.objects.exists()


def test_a_retired_seat_goes_with_its_term(making: Making, seat: Seat, term: SeatTerm) -> None:
    alternate = making.term(seat, "Bea Basalt", role=Role.FIRST_ALTERNATE)
    operation = retire_term(actor=making.actor, term=term)
    seat.refresh_from_db()
    alternate.refresh_from_db()
    assert (seat.last_day, alternate.last_day) == (ending_in(20), ending_in(20))
    undo(actor=making.actor, operation=operation)
    seat.refresh_from_db()
    assert seat.last_day is None


def test_a_term_without_an_end_is_not_settled(making: Making, seat: Seat) -> None:
    for act in (renew_term, rotate_term, retire_term):
        term = SeatTerm.objects.filter(seat=seat).first() or making.term(seat, "Ann Feldspar")
        with pytest.raises(NoLastDay):
            act(actor=making.actor, term=term)


def test_the_list_warns_of_the_last_term_and_offers_what_can_be_done(
    making: Making, forum: Forum, seat: Seat, term: SeatTerm, as_secretariat: Any, as_viewer: Any
) -> None:
    began = term.first_day or today()
    appoint(
        actor=making.actor, seat=seat, person=term.person, first=began - timedelta(days=300), last=began - timedelta(1)
    )
    making.term(making.seat(forum), "Dot Dolomite", last=ending_in(120))
    settled = making.term(making.seat(forum), "Eve Esker", last=ending_in(10))
    appoint(actor=making.actor, seat=settled.seat, person=making.person("Flo Flint"), first=ending_in(11))
    url = reverse("forums:ending")
    page = page_of(as_secretariat.get(url, {"within": "30"}))
    assert "Ann Feldspar" in text_of(page, "tbody")
    assert "2 of 2 Last one allowed" in text_of(page, "tbody")
    for absent in ("Dot Dolomite", "Eve Esker"):
        assert absent not in text_of(page, "tbody")
    assert "Dot Dolomite" in text_of(page_of(as_secretariat.get(url, {"forum": forum.pk})), "tbody")
    assert "Renew" not in text_of(page, "tbody button")
    looked = page_of(as_viewer.get(url))
    assert not looked.cssselect("tbody form")


def test_a_press_settles_and_offers_to_undo(forum: Forum, seat: Seat, term: SeatTerm, as_secretariat: Any) -> None:
    url = reverse("forums:term_renew", args=[forum.pk, seat.pk, term.pk])
    back = reverse("forums:ending")
    assert as_secretariat.get(url).status_code == 405
    response = as_secretariat.post(url, {"back": back})
    assert (response.status_code, response.url) == (302, back)
    assert SeatTerm.objects.filter(seat=seat).count() == 2
    assert as_secretariat.post(url, {"back": "https://elsewhere.example/"}).url == seat.get_absolute_url()
    assert SeatTerm.objects.filter(seat=seat).count() == 2


def test_the_list_of_seats_tells_of_another_day(making: Making, forum: Forum, as_viewer: Any) -> None:
    seat = making.seat(forum)
    making.term(seat, "Ann Feldspar", date(2024, 1, 1), last=date(2024, 12, 31))
    making.term(seat, "Bea Basalt", date(2025, 1, 1))
    url = reverse("forums:seats")
    for day, name in (("2024-06-01", "Ann Feldspar"), ("2025-06-01", "Bea Basalt")):
        page = page_of(as_viewer.get(url, {"on": day, "forum": forum.pk}))
        assert name in text_of(page, "tbody")
    vacant = page_of(as_viewer.get(url, {"on": "2023-06-01", "state": "vacant"}))
    assert len(vacant.cssselect("tbody tr")) == 1


def test_one_term_too_many_needs_a_reason_that_is_kept(
    making: Making, forum: Forum, seat: Seat, term: SeatTerm, as_secretariat: Any
) -> None:
    renew_term(actor=making.actor, term=term)
    last = SeatTerm.objects.filter(seat=seat).order_by("valid").last()
    assert last is not None
    with pytest.raises(BeyondTheLimit, match="allow 2 terms in a row"):
        renew_term(actor=making.actor, term=last)
    # Nor by the form of an appointment, nor by making the last term longer.
    follows = {"first": last.valid.upper, "last": last.valid.upper + timedelta(days=300)}
    with pytest.raises(BeyondTheLimit):
        appoint(actor=making.actor, seat=seat, person=term.person, **follows)
    for longer in (last.valid.upper + timedelta(days=400), None):
        with pytest.raises(BeyondTheLimit):
            change_term(actor=making.actor, term=last, version=last.version, changes={"last": longer})
    assert SeatTerm.objects.filter(seat=seat).count() == 2
    url = reverse("forums:term_renew_beyond", args=[forum.pk, seat.pk, last.pk])
    form = dict(page_of(as_secretariat.get(url)).forms[-1].form_values())
    assert form["last"] > last.valid.upper.isoformat()
    refused = as_secretariat.post(url, form)
    assert refused.status_code == 422
    assert "Say why" in errors_of(refused)
    assert (
        as_secretariat.post(url, {**form, "exception_reason": "Nobody else speaks for recyclers."}).status_code == 302
    )
    third = SeatTerm.objects.filter(seat=seat).order_by("valid").last()
    assert third is not None
    assert (third.exception_reason, third.first_day) == ("Nobody else speaks for recyclers.", last.valid.upper)
    shown = text_of(page_of(as_secretariat.get(seat.get_absolute_url())), "#terms")
    assert "Beyond the limit of terms: Nobody else speaks for recyclers." in shown


def test_within_the_limit_no_reason_is_kept_and_others_are_not_counted(making: Making, seat: Seat) -> None:
    term = making.term(seat, "Ann Feldspar", ending_in(-300), last=ending_in(10), exception_reason="Unneeded.")
    assert term.exception_reason == ""
    # A gap begins the count anew, and another person begins their own.
    for name, first in (("Bea Basalt", 11), ("Cy Chert", 400)):
        making.term(seat, name, ending_in(first), last=ending_in(first + 300))
    for first in (1000, 1400):
        making.term(seat, term.person, ending_in(first), last=ending_in(first + 300))
    alternates = [(ending_in(first), ending_in(first + 99)) for first in (0, 100, 200)]
    for first_day, last_day in alternates:
        making.term(seat, making.person("Di Dunite"), first_day, last=last_day, role=Role.FIRST_ALTERNATE)


def test_an_appointment_says_by_its_form_why_an_exception_is_made(
    making: Making, forum: Forum, seat: Seat, term: SeatTerm, as_secretariat: Any
) -> None:
    renew_term(actor=making.actor, term=term)
    last = SeatTerm.objects.filter(seat=seat).order_by("valid").last()
    assert last is not None
    url = reverse("forums:appoint", args=[forum.pk, seat.pk])
    data = {"person": term.person_id, "role": "holder", "first": last.valid.upper.isoformat()}
    refused = as_secretariat.post(url, data)
    assert refused.status_code == 422
    assert page_of(refused).cssselect(".field.invalid [name=exception_reason]")
    assert as_secretariat.post(url, {**data, "exception_reason": "By the deputy minister."}).status_code == 302
    free = making.seat(making.forum("No limit"))
    assert (
        "exception_reason"
        not in as_secretariat.get(reverse("forums:appoint", args=[free.forum_id, free.pk])).content.decode()
    )
