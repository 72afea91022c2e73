"""What the database refuses by itself, whoever writes."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.engagement.models import Initiative
from forums.models import Forum, Seat, SeatTerm
from forums.services import add_category
from tests.forums.making import SPRING, Making

pytestmark = pytest.mark.django_db


def refused(constraint: str, write: object) -> None:
    """The write fails by that constraint and by no other."""
    with pytest.raises(IntegrityError) as error, transaction.atomic(), recorded(None, system="test"):
        write()  # type: ignore[operator]  # a function without arguments
    assert error.value.__cause__.diag.constraint_name == constraint  # type: ignore[union-attr]  # psycopg's error


def test_forum_stands_on_no_initiative_of_another_kind() -> None:
    with recorded(None, system="test"):
        file = Initiative.objects.create(name_en="A file", kind=Initiative.Kind.FILE)
    refused("forum_stands_on_a_forum", lambda: Forum.objects.create(initiative=file, kind="fpt"))


def test_initiative_of_a_forum_cannot_become_something_else(making: Making) -> None:
    forum = making.forum()
    refused(
        "forum_stands_on_a_forum",
        lambda: Initiative.objects.filter(pk=forum.pk).update(kind=Initiative.Kind.PARTNERSHIP),
    )


def test_kind_of_a_forums_initiative_cannot_be_written(making: Making) -> None:
    forum = making.forum()
    with pytest.raises(Exception, match="initiative_kind"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE forums_forum SET initiative_kind = 'file' WHERE initiative_id = %s", [forum.pk])


def test_acronym_is_taken_once(making: Making) -> None:
    making.forum(code="DCF")
    other = making.forum("Other forum")
    refused("forum_acronym_once", lambda: Forum.objects.filter(pk=other.pk).update(code="DCF"))


def test_many_forums_have_no_acronym(making: Making) -> None:
    making.forum()
    making.forum("Other forum")
    assert Forum.objects.filter(code="").count() == 2


def test_forum_reports_to_itself_nowhere(making: Making) -> None:
    forum = making.forum()
    refused("forum_does_not_report_to_itself", lambda: Forum.objects.filter(pk=forum.pk).update(parent=forum))


def test_seat_takes_no_category_of_another_forum(making: Making) -> None:
    seat = making.seat(making.forum())
    elsewhere = add_category(actor=making.actor, forum=making.forum("Other forum"), name_en="Recycling")
    refused("seat_category_is_its_forums", lambda: Seat.objects.filter(pk=seat.pk).update(category=elsewhere))


def test_number_of_a_seat_is_taken_once_also_without_category(making: Making) -> None:
    forum = making.forum()
    making.seat(forum)
    second = making.seat(forum)
    refused("seat_number_once", lambda: Seat.objects.filter(pk=second.pk).update(number=1))


@pytest.mark.parametrize("role", SeatTerm.Role.values)
def test_two_people_never_have_one_role_of_a_seat_at_once(making: Making, role: str) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Ann Feldspar", role=role, last=date(2027, 3, 31))
    other = making.person("Bob Gneiss")
    overlap = valid_dates(date(2027, 3, 31))
    refused(
        "one_current_holder_per_seat",
        lambda: SeatTerm.objects.create(seat=seat, person=other, role=role, valid=overlap),
    )


def test_terms_may_follow_each_other_by_a_day(making: Making) -> None:
    seat = making.seat(making.forum())
    making.term(seat, "Ann Feldspar", last=date(2027, 3, 31))
    with recorded(None, system="test"):
        SeatTerm.objects.create(seat=seat, person=making.person("Bob Gneiss"), valid=valid_dates(date(2027, 4, 1)))
    assert SeatTerm.objects.filter(seat=seat).count() == 2


def test_nobody_is_holder_and_alternate_of_one_seat(making: Making) -> None:
    seat = making.seat(making.forum())
    term = making.term(seat, "Ann Feldspar")
    refused(
        "person_once_on_a_seat",
        lambda: SeatTerm.objects.create(
            seat=seat, person=term.person, role=SeatTerm.Role.FIRST_ALTERNATE, valid=valid_dates(SPRING)
        ),
    )


def test_term_of_no_day_is_refused(making: Making) -> None:
    term = making.term(making.seat(making.forum()), "Ann Feldspar")
    refused("seat_term_lasts_a_day", lambda: SeatTerm.objects.filter(pk=term.pk).update(valid="empty"))
