"""Two editors of one record: what each changed is kept, and only true collisions are asked about."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.editing import EditConflict, changed_since, changes_to_keep
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.texts import edit_installation, load_installation


@pytest.fixture
def office(db: None) -> Installation:
    load_installation()
    return Installation.current()


def save(actor: User, version: int, **changes: Any) -> Installation:
    settled = {name: changes.pop(name) for name in ("mine", "theirs") if name in changes}
    return edit_installation(actor=actor, version=version, changes=changes, **settled)


def test_one_editor_writes_what_changed_and_counts_up(staff: User, office: Installation) -> None:
    row = save(staff, 1, name_en="North Desk", postal_address="1 Main Street")
    assert (row.name_en, row.postal_address, row.version) == ("North Desk", "1 Main Street", 2)


def test_a_save_without_a_change_makes_no_version(staff: User, office: Installation) -> None:
    assert save(staff, 1, name_en=office.name_en).version == 1


def test_changes_of_two_editors_to_different_fields_are_both_kept(
    staff: User, viewer: User, office: Installation
) -> None:
    save(viewer, 1, name_fr="Bureau du Nord")
    row = save(staff, 1, name_en="North Desk", name_fr=office.name_fr)
    assert (row.name_en, row.name_fr, row.version) == ("North Desk", "Bureau du Nord", 3)


def test_the_same_change_by_both_is_no_collision(staff: User, viewer: User, office: Installation) -> None:
    save(viewer, 1, name_en="North Desk")
    assert save(staff, 1, name_en="North Desk").version == 2


def test_a_true_collision_is_asked_about_and_nothing_is_written(
    staff: User, viewer: User, office: Installation
) -> None:
    save(viewer, 1, name_en="Theirs")
    with pytest.raises(EditConflict) as raised:
        save(staff, 1, name_en="Mine", postal_address="1 Main Street")
    (collision,) = raised.value.collisions
    assert (collision.field, collision.mine, collision.theirs) == ("name_en", "Mine", "Theirs")
    assert raised.value.current_version == 2
    office.refresh_from_db()
    assert (office.name_en, office.postal_address) == ("Theirs", "")


@pytest.mark.parametrize(("settled", "name"), [({"mine": ["name_en"]}, "Mine"), ({"theirs": ["name_en"]}, "Theirs")])
def test_a_settled_collision_is_written_as_settled(
    staff: User, viewer: User, office: Installation, settled: dict[str, Any], name: str
) -> None:
    save(viewer, 1, name_en="Theirs")
    row = save(staff, 1, name_en="Mine", postal_address="1 Main Street", **settled)
    assert (row.name_en, row.postal_address) == (name, "1 Main Street")


def test_a_change_that_was_taken_back_meanwhile_collides_with_nobody(
    staff: User, viewer: User, office: Installation
) -> None:
    save(viewer, 1, name_en="Theirs")
    save(viewer, 2, name_en=office.name_en)
    assert save(staff, 1, name_en="Mine").name_en == "Mine"


def test_a_version_that_history_does_not_know_counts_as_changed_everywhere(office: Installation) -> None:
    Installation.objects.update(version=7)
    office.refresh_from_db()
    with pytest.raises(EditConflict):
        changes_to_keep(office, {"name_en": "Mine"}, version=5)


def test_what_an_editor_changed_is_told_from_what_a_form_sent(staff: User, office: Installation) -> None:
    save(staff, 1, name_en="North Desk")
    sent = {"name_en": office.name_en, "name_fr": "Bureau du Nord"}
    assert changed_since(office, sent, version=1) == {"name_fr": "Bureau du Nord"}


def test_rules_of_the_record_hold_after_the_merge(staff: User, office: Installation) -> None:
    with pytest.raises(ValidationError):
        save(staff, 1, entry_closes_after_days=0)
    office.refresh_from_db()
    assert office.version == 1
