"""The demo, and what the README tells to type into it."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from c2m2a_crm.accounts.circles import owners_of
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.local.paths import DataFolder
from c2m2a_crm.core.models import Circle, History
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo import NotEmpty, build, confided, volume
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, FollowUp, Interaction, Point
from c2m2a_crm.engagement.selectors import DatabaseDirectory
from c2m2a_crm.engagement.typed_line import Colleague, parse
from forums.models import Forum, Seat, SeatTerm
from members.models import Party, Person
from members.services import create_person
from partnerships.models import Partnership

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.mark.django_db
def test_the_lines_of_the_readme_are_read_with_the_names_of_the_demo() -> None:
    build(password="copper birch kettle lantern")
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


@pytest.mark.django_db
def test_the_colleagues_named_in_the_readme_are_in_the_demo() -> None:
    build(password="copper birch kettle lantern")
    named = set(re.findall(r"`@([a-z]+)`", README))
    assert named == set(User.objects.values_list("handle", flat=True))


@pytest.mark.django_db
def test_the_small_office_is_a_whole_one() -> None:
    assert build(password="copper birch kettle lantern")
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


@pytest.mark.django_db
def test_the_office_has_tables_with_seats_held_vacant_and_handed_over() -> None:
    build(password="copper birch kettle lantern")
    assert Forum.objects.count() == 3
    held = Seat.objects.filter(terms__role="holder", terms__valid__contains=today()).distinct().count()
    assert 0 < held < Seat.objects.count()
    assert SeatTerm.objects.filter(valid__endswith__lt=today()).exists()
    assert SeatTerm.objects.filter(valid__endswith__range=(today(), today() + timedelta(days=60))).exists()
    assert Partnership.objects.count() == 1
    filed = Interaction.objects.filter(initiative__isnull=False)
    assert 10 < filed.count() < Interaction.objects.count()
    nations = Party.objects.nations()
    assert Seat.objects.filter(party__in=nations).count() >= 4


@pytest.mark.django_db
def test_only_the_five_accounts_have_a_password() -> None:
    build(password="copper birch kettle lantern")
    able = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert able == {f"{part}@demo.example" for part in ("viewer", "staff", "secretariat", "compliance", "admin")}


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_office_and_a_second_run_adds_nothing() -> None:
    def picture() -> list[tuple[object, ...]]:
        rows = Interaction.objects.order_by("occurred_on", "subject", "notes", "pk")
        return list(rows.values_list("occurred_on", "subject", "kind", "notes", "recorded_by__handle"))

    pictures = []
    for _round in range(2):
        with transaction.atomic():
            build(password="copper birch kettle lantern", seed=3)
            pictures.append(picture())
            transaction.set_rollback(True)
    assert pictures[0] == pictures[1]
    assert build(password="copper birch kettle lantern", seed=3)
    assert not build(password="copper birch kettle lantern", seed=4)
    assert picture() == pictures[0]


@pytest.mark.django_db
def test_the_demo_is_never_mixed_with_records_of_others(staff: User, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    create_person(actor=staff, family_name="Somebody")
    with pytest.raises(NotEmpty):
        build(password="copper birch kettle lantern")
    with pytest.raises(CommandError, match="no demo made"):
        call_command("demo")
    assert Person.objects.count() == 1
    assert not list(tmp_path.iterdir()), "a folder of others is not marked as a demo"


@pytest.mark.django_db
def test_a_larger_office_reaches_its_numbers_through_the_services(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.delenv("DATABASE_OWNER_URL", raising=False)
    monkeypatch.setitem(volume.SIZES, "medium", volume.Size(parties=80, people=150, contacts=400, days=300))
    monkeypatch.setattr(volume, "CHUNK", 60)
    monkeypatch.setattr(confided, "ONE_IN", 7)
    out = StringIO()
    call_command("demo", size="medium", stdout=out)
    assert out.getvalue().startswith("80 organizations and Nations, 150 people, 400 contacts")
    assert not History.objects.filter(actor_id=None, writer="").exists()
    assert Interaction.objects.filter(sealed_circle__isnull=False).count() > 1
    assert Interaction.objects.filter(restricted_circle__isnull=False).count() > 1
    newest = Interaction.objects.latest("occurred_on")
    assert newest.occurred_on <= today()


@pytest.mark.django_db
def test_the_demo_has_a_circle_with_a_sealed_and_a_restricted_contact(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    build(password="copper birch kettle lantern")
    circle = Circle.objects.get()
    assert {user.handle for user in owners_of(circle)} == {"dana", "priya"}
    sealed = Interaction.objects.get(sealed_circle=circle)
    restricted = Interaction.objects.get(restricted_circle=circle)
    for handle, seen in (("dana", {sealed, restricted}), ("omar", {sealed, restricted}), ("eloise", {restricted})):
        rows = Interaction.objects.visible_to(User.objects.get(handle=handle))
        assert set(rows.filter(pk__in=[sealed.pk, restricted.pk])) == seen, handle


@pytest.mark.django_db
def test_a_folder_with_the_known_password_is_marked_so_that_it_is_not_served_to_others(
    settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    call_command("demo", verbosity=0)
    assert DataFolder(tmp_path, tmp_path, tmp_path, None).demo_marker.exists()
