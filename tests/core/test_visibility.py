"""Two questions: does the row exist for this person, and may its content be used?"""

from __future__ import annotations

from itertools import product

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle, CircleMembership
from c2m2a_crm.engagement.models import Interaction
from tests.factories import UserFactory


@pytest.fixture
def circles(db: None) -> tuple[Circle, Circle]:
    return Circle.objects.create(name="Alpha"), Circle.objects.create(name="Beta")


@pytest.fixture
def entries(circles: tuple[Circle, Circle], staff: User) -> list[Interaction]:
    """One entry for each pair of sealed and restricted: nobody's, Alpha's, Beta's."""
    choices = (None, *circles)
    return [
        Interaction.objects.create(
            kind="call",
            occurred_on=timezone.localdate(),
            recorded_by=staff,
            subject=f"{sealed} {restricted}",
            sealed_circle=sealed,
            restricted_circle=restricted,
        )
        for sealed, restricted in product(choices, choices)
    ]


def member(*circles: Circle) -> User:
    user = UserFactory()
    for circle in circles:
        CircleMembership.objects.create(circle=circle, user=user)
    return user


def test_sealed_rows_do_not_exist_and_restricted_ones_are_not_read(
    entries: list[Interaction], circles: tuple[Circle, Circle]
) -> None:
    alpha, beta = circles
    for user, mine in ((member(), set()), (member(alpha), {alpha.pk}), (member(alpha, beta), {alpha.pk, beta.pk})):
        visible = {entry.pk for entry in entries if entry.sealed_circle_id in {None, *mine}}
        readable = {
            entry.pk for entry in entries if entry.pk in visible and entry.restricted_circle_id in {None, *mine}
        }
        assert set(Interaction.objects.visible_to(user).values_list("pk", flat=True)) == visible
        assert set(Interaction.objects.readable_by(user).values_list("pk", flat=True)) == readable


def test_the_rule_for_one_row_is_the_rule_for_many(entries: list[Interaction], circles: tuple[Circle, Circle]) -> None:
    alpha, beta = circles
    closed = UserFactory(is_active=False)
    CircleMembership.objects.create(circle=alpha, user=closed)
    for actor in (member(), member(alpha), member(beta), member(alpha, beta), closed, AnonymousUser()):
        by_query = set(Interaction.objects.readable_by(actor).values_list("pk", flat=True))
        assert by_query == {entry.pk for entry in entries if entry.is_readable_by(actor)}


def test_who_left_a_circle_loses_sight_at_the_next_request(
    entries: list[Interaction], circles: tuple[Circle, Circle]
) -> None:
    user = member(circles[0])
    before = Interaction.objects.visible_to(user).count()
    CircleMembership.objects.filter(user=user).update(left_on=timezone.localdate())
    assert Interaction.objects.visible_to(user).count() == before  # ids are resolved once per user object
    again = User.objects.get(pk=user.pk)
    assert Interaction.objects.visible_to(again).count() < before


@pytest.mark.parametrize("who", ["anonymous", "closed"])
def test_nobody_sees_nothing(entries: list[Interaction], circles: tuple[Circle, Circle], who: str) -> None:
    actor = AnonymousUser() if who == "anonymous" else UserFactory(is_active=False)
    assert not Interaction.objects.visible_to(actor).exists()
    assert not Interaction.objects.readable_by(actor).exists()


def test_circles_are_asked_once_per_user_object(
    entries: list[Interaction], circles: tuple[Circle, Circle], django_assert_num_queries: object
) -> None:
    user = User.objects.get(pk=member(*circles).pk)
    with django_assert_num_queries(3):  # type: ignore[operator]  # a fixture without types
        list(Interaction.objects.visible_to(user))
        list(Interaction.objects.readable_by(user))


def test_a_hundred_circles_are_one_parameter(db: None) -> None:
    user = UserFactory()
    Circle.objects.bulk_create([Circle(name=f"Circle {number}") for number in range(100)])
    CircleMembership.objects.bulk_create(
        [CircleMembership(circle=circle, user=user) for circle in Circle.objects.all()]
    )
    _sql, parameters = Interaction.objects.visible_to(User.objects.get(pk=user.pk)).query.sql_with_params()
    assert [str(value).count(",") for value in parameters if str(value).startswith("{")] == [99]
