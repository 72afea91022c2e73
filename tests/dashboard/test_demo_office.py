"""The small demo as it stands, and what the README tells to type into it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from c2m2a_crm.accounts.circles import owners_of
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, FollowUp, Interaction, Point
from c2m2a_crm.engagement.selectors import DatabaseDirectory
from c2m2a_crm.engagement.typed_line import Colleague, parse
from forums.models import Forum, Seat, SeatTerm
from members.models import Party, Person
from partnerships.models import Partnership

pytestmark = pytest.mark.usefixtures("demo_office", "db")

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_lines_of_the_readme_are_read_with_the_names_of_the_demo() -> None:
    author = User.objects.get(email="staff@demo.example")
    lines = re.findall(r"`((?:Call|Appel) [^`]+)`", README)
    read = [
        parse(
            line,
            today=today(),
            author=Colleague(f"user:{author.pk}", author.name),
            directory=DatabaseDirectory(author),
        )
        for line in lines
    ]
    assert [[person.name for person in reading.people] for reading in read] == [
        ["Amara Tamarack", "Dana Ferrite"],
        ["Luc Basalte"],
    ]
    assert [reading.subject for reading in read] == ["nickel offtake", "le graphite"]
    assert [step.assignee.name for reading in read for step in reading.follow_ups] == ["Omar Haddad", author.name]
    assert all(step.due_on for reading in read for step in reading.follow_ups)
    assert not any(reading.unknown or reading.ambiguous or reading.unread for reading in read)


def test_the_colleagues_named_in_the_readme_are_in_the_demo() -> None:
    named = set(re.findall(r"`@([a-z]+)`", README))
    assert named == set(User.objects.values_list("handle", flat=True))


def test_the_small_office_is_a_whole_one() -> None:
    assert Party.objects.count() >= 40
    assert Person.objects.count() == 103
    assert 200 <= Interaction.objects.count() <= 280
    log = Interaction.objects
    assert not log.filter(occurred_on__gt=today()).exists()
    assert log.filter(occurred_on__lt=today() - timedelta(days=400)).exists()
    assert Party.objects.nations().count() >= 5
    assert Party.objects.values("owner").distinct().count() >= 5
    assert Person.objects.filter(language="fr").count() >= 15
    late = FollowUp.objects.open().filter(due_on__lt=today()).count()
    assert 0 < late < FollowUp.objects.open().count()
    assert FollowUp.objects.filter(done_at__isnull=False).count() > FollowUp.objects.open().count()
    kept = CommitmentEvent.objects.filter(kind=CommitmentEvent.Kind.KEPT).count()
    assert 0 < kept < Commitment.objects.count()
    assert Point.objects.exclude(answer="").count() > Point.objects.filter(answer="").exclude(owner=None).count()
    public = Point.objects.filter(interaction__participants__holds_public_office=True)
    assert not public.exists(), "no conduct of public institutions is invented"


def test_the_office_has_tables_with_seats_held_vacant_and_handed_over() -> None:
    assert Forum.objects.filter(is_run_by_us=True).count() == 2
    assert Forum.objects.filter(is_run_by_us=False).count() == 2
    held = Seat.objects.filter(terms__role="holder", terms__valid__contains=today()).distinct().count()
    assert 0 < held < Seat.objects.count()
    assert SeatTerm.objects.filter(valid__endswith__lt=today()).exists()
    assert SeatTerm.objects.filter(valid__endswith__range=(today(), today() + timedelta(days=60))).exists()
    assert Partnership.objects.count() == 1
    filed = Interaction.objects.filter(initiative__isnull=False)
    assert 10 < filed.count() < Interaction.objects.count()
    nations = Party.objects.nations()
    assert Seat.objects.filter(party__in=nations).count() >= 4


def test_only_the_five_accounts_have_a_password() -> None:
    able = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert able == {f"{part}@demo.example" for part in ("viewer", "staff", "secretariat", "compliance", "admin")}


def test_the_demo_has_a_circle_with_a_sealed_and_a_restricted_contact() -> None:
    circle = Circle.objects.get()
    assert {user.handle for user in owners_of(circle)} == {"dana", "priya"}
    sealed = Interaction.objects.get(sealed_circle=circle)
    restricted = Interaction.objects.get(restricted_circle=circle)
    for handle, seen in (("dana", {sealed, restricted}), ("omar", {sealed, restricted}), ("eloise", {restricted})):
        rows = Interaction.objects.visible_to(User.objects.get(handle=handle))
        assert set(rows.filter(pk__in=[sealed.pk, restricted.pk])) == seen, handle
