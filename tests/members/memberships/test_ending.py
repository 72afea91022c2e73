"""When a membership is over, what its people hold is asked about, and nothing ends that nobody chose to end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from forums.models import SeatTerm
from members.memberships import ending, services
from members.memberships.errors import MembershipRefused
from members.models import Membership
from tests.forums.making import Making
from tests.members.memberships.making import by_board, clocks, member

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def seated(actor: User, membership: Membership) -> dict[str, SeatTerm]:
    """A seat held for the member, one that an employee holds, and one of somebody from elsewhere."""
    making = Making(actor)
    forum = making.forum()
    employee = making.person("Ines Quarry", organization=membership.party)
    return {
        "held for it": making.term(making.seat(forum), "Otto Elsewhere", party=membership.party),
        "employee": making.term(making.seat(forum), employee),
        "elsewhere": making.term(making.seat(forum), "Nora Nobody"),
    }


def last_days(terms: dict[str, SeatTerm]) -> dict[str, object]:
    return {name: SeatTerm.objects.get(pk=term.pk).last_day for name, term in terms.items()}


def test_an_end_asks_about_seats_and_ends_what_was_chosen(as_secretariat: Client, secretariat: User) -> None:
    clocks()
    held = member(secretariat, first=today() - 300 * A_DAY, last=today() + 65 * A_DAY)
    terms = seated(secretariat, held)
    address = reverse("memberships:end", args=[held.pk])
    keys = {f"seats-{terms[name].pk}" for name in ("held for it", "employee")}
    assert set(as_secretariat.get(address).context["form"].asked_keys) == keys
    ruling = {"decided_by": "Board", "decided_on": today().isoformat(), "reason": "As decided.", "kind": "resigned"}
    chosen = {f"seats-{terms['employee'].pk}": "end", f"seats-{terms['elsewhere'].pk}": "end"}
    assert as_secretariat.post(address, {**ruling, **chosen, "last": today().isoformat()}).status_code == 302
    assert last_days(terms) == {"held for it": None, "employee": today(), "elsewhere": None}


def test_an_end_without_an_answer_ends_nothing(secretariat: User) -> None:
    clocks()
    held = member(secretariat, first=today() - 300 * A_DAY, last=today() + 65 * A_DAY)
    terms = seated(secretariat, held)
    why = by_board(today(), "As decided.")
    services.end(actor=secretariat, membership=held, kind="resigned", last=today() - A_DAY, ruling=why)
    assert set(last_days(terms).values()) == {None}


def test_a_membership_that_lapsed_tells_what_is_left_and_asks(as_secretariat: Client, secretariat: User) -> None:
    clocks(grace=10)
    held = member(secretariat, first=today() - 400 * A_DAY, last=today() - 30 * A_DAY)
    terms = seated(secretariat, held)
    left = reverse("memberships:left", args=[held.pk])
    assert left in as_secretariat.get(held.get_absolute_url()).content.decode()
    future = as_secretariat.post(left, {"last": (today() + A_DAY).isoformat()})
    assert future.status_code == 422
    chosen = {f"seats-{terms[name].pk}": "end" for name in ("held for it", "employee")}
    assert as_secretariat.post(left, {"last": today().isoformat(), **chosen}).status_code == 302
    assert last_days(terms) == {"held for it": today(), "employee": today(), "elsewhere": None}
    assert left not in as_secretariat.get(held.get_absolute_url()).content.decode()


def test_what_is_left_is_not_asked_of_a_membership_that_goes_on(secretariat: User) -> None:
    clocks()
    held = member(secretariat, first=today() - 10 * A_DAY, last=today() + 300 * A_DAY)
    with pytest.raises(MembershipRefused, match="not over"):
        ending.see_to_what_is_left(actor=secretariat, membership=held, last_day=today(), choices={})
