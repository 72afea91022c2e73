"""The demo, and what the README tells to type into it."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.local.paths import DataFolder
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo import NotEmpty, build, confided, volume
from c2m2a_crm.engagement.models import Interaction
from members.models import Person
from members.services import create_person

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


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
def test_a_folder_with_the_known_password_is_marked_so_that_it_is_not_served_to_others(
    settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    call_command("demo", verbosity=0)
    assert DataFolder(tmp_path, tmp_path, tmp_path, None).demo_marker.exists()
