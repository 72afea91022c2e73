"""An operation is taken back record by record; what changed since stays, and is listed with its reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import gettext, override

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import History, HistoryRemoval, Operation
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.operations.effects import Why, _cleared_rows, effects_of, writing_of
from c2m2a_crm.core.operations.plan import make_plan
from c2m2a_crm.core.operations.services import AlreadyUndone, NothingToUndo, TooLate, start_undo, undo, why_not
from c2m2a_crm.core.removal import Texts, remove_from_history
from members import services as directory
from members.models import AddressUse, EmailAddress, NameKey, Party, PartyName, Person, PhoneNumber
from members.services.aside import archive, restore
from members.services.bulk import OwnerChange, change_in_bulk
from tests.importing import bring_and_import


def organization(staff: User, name: str, **facts: Any) -> Party:
    return directory.create_party(actor=staff, kind="business", name_en=name, **facts)


def given(staff: User, parties: list[Party], owner: User | None) -> Operation:
    change = OwnerChange(owner)
    return change_in_bulk(actor=staff, model=Party, keys=[party.pk for party in parties], change=change)


def whys(operation: Operation) -> list[str]:
    return [told["why"] for told in operation.details["kept"]]


@pytest.fixture
def parties(staff: User) -> list[Party]:
    return [organization(staff, name) for name in ("Alder Copper", "Birch Nickel", "Cedar Cobalt")]


def test_changed_columns_are_written_back_and_the_version_goes_on(staff: User, parties: list[Party]) -> None:
    operation = given(staff, parties, staff)
    undone = undo(actor=staff, operation=operation)
    assert (undone.records, undone.kept) == (3, 0)
    for party in Party.objects.all():
        assert (party.owner, party.version) == (None, 3)
    operation.refresh_from_db()
    assert operation.undone_by == undone.operation
    assert undone.operation.details["undoes"] == operation.pk


def test_the_undo_is_recorded_as_an_operation_with_its_reason(staff: User, parties: list[Party]) -> None:
    operation = given(staff, parties, staff)
    undone = undo(actor=staff, operation=operation, reason="Wrong list.")
    change = history_of(parties[0]).first()
    assert change is not None
    assert (change.actor_id, change.operation_id) == (staff.pk, undone.operation.pk)
    assert change.reason.endswith("Wrong list.")
    assert undone.operation.details["tables"] == {"members_party": 3}


def test_a_record_changed_since_stays_and_is_listed_with_who_and_when(
    staff: User, secretariat: User, parties: list[Party]
) -> None:
    operation = given(staff, parties, staff)
    birch = Party.objects.get(pk=parties[1].pk)
    directory.update_party(actor=secretariat, party=birch, version=2, changes={"about": "Makes cathodes."})
    undone = undo(actor=staff, operation=operation)
    assert (undone.records, undone.kept) == (2, 1)
    (told,) = undone.operation.details["kept"]
    assert (told["row"], told["why"], told["actor"]) == (["members_party", birch.pk], Why.CHANGED, secretariat.pk)
    assert told["at"]
    birch.refresh_from_db()
    assert (birch.owner, birch.about) == (staff, "Makes cathodes.")


def test_there_and_back_again_is_no_change(staff: User, secretariat: User, parties: list[Party]) -> None:
    operation = given(staff, parties[:1], staff)
    given(secretariat, parties[:1], secretariat)
    given(secretariat, parties[:1], staff)
    assert undo(actor=staff, operation=operation).kept == 0


def test_a_created_record_goes_with_everything_that_hangs_on_it(staff: User) -> None:
    came = bring_and_import(
        staff, "people", "given name,family name,email,phone\nAda,Vance,ada@alder.example,+1 613 555 0142\n"
    )
    assert came.operation is not None
    undone = undo(actor=staff, operation=came.operation)
    assert (undone.records, undone.kept) == (1, 0)
    for model in (Person, PhoneNumber, AddressUse, EmailAddress, NameKey):
        assert not model._default_manager.exists(), model


def test_a_kept_person_keeps_what_the_same_operation_gave(staff: User, secretariat: User) -> None:
    came = bring_and_import(
        staff,
        "people",
        "given name,family name,email,phone\nAda,Vance,ada@alder.example,+1 613 555 0142\n"
        "Bram,Olsen,bram@alder.example,+1 613 555 0143\n",
    )
    ada = Person.objects.get(given_name="Ada")
    directory.update_person(actor=secretariat, person=ada, version=1, changes={"honorific": "Dr."})
    assert came.operation is not None
    undone = undo(actor=staff, operation=came.operation)
    assert (undone.records, undone.kept) == (1, 1)
    assert [use.email.address for use in ada.address_uses.all()] == ["ada@alder.example"]
    assert ada.phones.count() == 1
    assert NameKey.objects.filter(person=ada).exists()


def test_a_record_that_something_added_later_needs_is_listed(staff: User, secretariat: User) -> None:
    came = bring_and_import(staff, "people", "given name,family name\nAda,Vance\nBram,Olsen\n")
    ada = Person.objects.get(given_name="Ada")
    directory.add_phone(actor=secretariat, owner=ada, number="+1 613 555 0142")
    assert came.operation is not None
    undone = undo(actor=staff, operation=came.operation)
    assert (undone.records, undone.kept) == (1, 1)
    (told,) = undone.operation.details["kept"]
    assert (told["why"], told["actor"]) == (Why.NEEDED, secretariat.pk)
    assert told["subject"][0] == "members_phonenumber"


def test_an_organization_that_a_kept_person_needs_stays_with_them(staff: User, secretariat: User) -> None:
    source = "given name,family name,organization\nAda,Vance,Alder Copper\nBram,Olsen,Birch Nickel\n"
    came = bring_and_import(staff, "people", source, decisions={})
    if came.operation is None:
        decisions = {question["key"]: "new" for question in came.imported.questions}
        came = bring_and_import(staff, "people", source, decisions=decisions)
    ada = Person.objects.get(given_name="Ada")
    directory.update_person(actor=secretariat, person=ada, version=ada.version, changes={"honorific": "Dr."})
    assert came.operation is not None
    undone = undo(actor=staff, operation=came.operation)
    assert sorted(whys(undone.operation)) == [Why.CHANGED, Why.WITH]
    assert [party.name_en for party in Party.objects.all()] == ["Alder Copper"]
    assert list(Person.objects.all()) == [ada]


def test_a_deleted_row_is_made_again_as_it_was(staff: User, parties: list[Party]) -> None:
    name = directory.add_party_name(actor=staff, party=parties[0], kind="alias", text="ACM")
    image = history_of(name).latest("pk").after
    with operating(staff, kind="bulk_edit") as operation:
        directory.remove_party_name(actor=staff, name=name)
    assert not NameKey.objects.filter(key="acm").exists()
    undo(actor=staff, operation=operation)
    again = PartyName.objects.get(pk=name.pk)
    assert history_of(again).first().after == image  # type: ignore[union-attr]  # there is one
    assert NameKey.objects.filter(key="acm", party=parties[0]).exists()


def test_names_are_found_again_as_they_were(staff: User, parties: list[Party]) -> None:
    with operating(staff, kind="bulk_edit") as operation:
        directory.update_party(actor=staff, party=parties[0], version=1, changes={"name_en": "Zircon Works"})
    assert NameKey.objects.filter(key="zirconworks").exists()
    undo(actor=staff, operation=operation)
    assert not NameKey.objects.filter(key="zirconworks").exists()
    assert NameKey.objects.filter(key="aldercopper").exists()


def test_an_undo_is_undone(staff: User, parties: list[Party]) -> None:
    operation = given(staff, parties, staff)
    first = undo(actor=staff, operation=operation)
    second = undo(actor=staff, operation=first.operation)
    assert second.records == 3
    assert set(Party.objects.values_list("owner_id", flat=True)) == {staff.pk}
    third = undo(actor=staff, operation=second.operation)
    assert third.records == 3
    assert set(Party.objects.values_list("owner_id", flat=True)) == {None}


def test_an_undone_import_comes_back_by_undoing_the_undo(staff: User) -> None:
    came = bring_and_import(staff, "people", "given name,family name,email\nAda,Vance,ada@alder.example\n")
    before = Person.objects.values().get()
    assert came.operation is not None
    first = undo(actor=staff, operation=came.operation)
    second = undo(actor=staff, operation=first.operation)
    after = Person.objects.values().get()
    assert (second.records, second.kept) == (1, 0)
    assert {**after, "version": 1} == {**before, "version": 1}
    assert after["version"] > before["version"]
    assert Person.objects.get().address_uses.get().email.address == "ada@alder.example"
    assert NameKey.objects.filter(person=before["id"]).exists()


def test_nothing_is_undone_twice(staff: User, parties: list[Party]) -> None:
    operation = given(staff, parties, staff)
    undo(actor=staff, operation=operation)
    changes = History.objects.count()
    with pytest.raises(AlreadyUndone):
        undo(actor=staff, operation=operation)
    assert History.objects.count() == changes


def test_where_everything_changed_since_nothing_is_written(
    staff: User, secretariat: User, parties: list[Party]
) -> None:
    operation = given(staff, parties[:1], staff)
    given(secretariat, parties[:1], secretariat)
    operations = Operation.objects.count()
    with pytest.raises(NothingToUndo):
        undo(actor=staff, operation=operation)
    operation.refresh_from_db()
    assert (operation.undone_by, Operation.objects.count()) == (None, operations)


def test_archiving_and_restoring_are_operations(staff: User, parties: list[Party]) -> None:
    operation = archive(actor=staff, record=parties[0], reason="Closed.")
    undo(actor=staff, operation=operation)
    party = Party.objects.get(pk=parties[0].pk)
    assert (party.is_archived, party.archived_reason) == (False, "")
    archive(actor=staff, record=party, reason="Closed.")
    operation = restore(actor=staff, record=party)
    undo(actor=staff, operation=operation)
    party.refresh_from_db()
    assert (party.is_archived, party.archived_reason) == (True, "Closed.")


def test_the_preview_says_what_the_undo_does_and_writes_nothing(
    staff: User, secretariat: User, parties: list[Party]
) -> None:
    operation = given(staff, parties, staff)
    given(secretariat, parties[:1], secretariat)
    changes = History.objects.count()
    plan = make_plan(operation, staff)
    assert (plan.undone_count, len(plan.kept)) == (2, 1)
    assert History.objects.count() == changes
    undone = undo(actor=staff, operation=operation)
    assert (undone.records, undone.kept) == (2, 1)


def test_what_the_database_refuses_is_listed_and_the_rest_undone(staff: User, parties: list[Party]) -> None:
    """An identifier that an undo would bring back has been given to somebody else in the meantime."""
    with recorded(staff):
        phone = PhoneNumber.objects.create(party=parties[0], number="+16135550142", valid="[2020-01-01,)")
    with operating(staff, kind="bulk_edit") as operation:
        PhoneNumber.objects.filter(pk=phone.pk).delete()
        directory.update_party(actor=staff, party=parties[1], version=1, changes={"about": "Makes cathodes."})
    with recorded(staff):
        parties[0].name_keys.all().delete()
        Party.objects.filter(pk=parties[0].pk).delete()
    undone = undo(actor=staff, operation=operation)
    assert undone.records == 1
    assert whys(undone.operation) == [Why.PARENT_GONE]


def test_after_ninety_days_it_is_too_late(staff: User, parties: list[Party]) -> None:
    operation = given(staff, parties, staff)
    until = operation.created_at + timedelta(days=90)
    assert why_not(staff, operation, now=until - timedelta(minutes=1)) is None
    assert isinstance(why_not(staff, operation, now=until), TooLate)


def test_texts_lawfully_removed_are_not_put_back(staff: User, compliance: User, parties: list[Party]) -> None:
    with recorded(staff):
        Party.objects.filter(pk=parties[0].pk).update(about="His private telephone.")
    with operating(staff, kind="bulk_edit") as operation:
        Party.objects.filter(pk__in=[party.pk for party in parties[:2]]).update(about="Makes cathodes.")
    texts = [Texts(Party, [parties[0].pk], ["about"])]
    remove_from_history(actor=compliance, texts=texts, authority="Withdrawal of consent")
    undone = undo(actor=staff, operation=operation)
    assert undone.records == 1
    assert whys(undone.operation) == [Why.CLEARED]
    assert [party.about for party in Party.objects.filter(pk__in=[parties[0].pk, parties[1].pk]).order_by("pk")] == [
        Party.objects.get(pk=parties[0].pk).about,
        "",
    ]
    assert "private" not in Party.objects.get(pk=parties[0].pk).about


def test_of_what_was_lawfully_removed_an_undo_reads_only_its_own(
    staff: User, compliance: User, parties: list[Party]
) -> None:
    """Whatever else was taken out of history in all these years, the look at one operation costs the same."""
    with recorded(staff):
        Party.objects.filter(pk=parties[0].pk).update(about="His private telephone.")
    operations = [given(staff, [party], staff) for party in parties[:2]]
    texts = [Texts(Party, [parties[0].pk], ["about"])]
    remove_from_history(actor=compliance, texts=texts, authority="Withdrawal of consent")
    assert len(HistoryRemoval.objects.get().cleared) == 2
    assert [_cleared_rows(each) for each in operations] == [{("members_party", parties[0].pk)}, set()]


def test_a_plan_knows_of_each_row_what_history_knows_and_keeps_no_image(staff: User, parties: list[Party]) -> None:
    """An import writes a million rows: in memory stays what changed, and whose each row is."""
    came = bring_and_import(staff, "people", "given_name,family_name,email\nAda,Moss,ada@alder.example\n")
    assert came.operation is not None
    made_again = undo(actor=staff, operation=undo(actor=staff, operation=came.operation).operation).operation
    kinds = set()
    undone = Operation.objects.filter(undone_by__isnull=False)
    for operation in (came.operation, made_again, *undone, given(staff, parties, staff)):
        whole = effects_of(operation)
        lean = {effect.key: effect for group in writing_of(operation).groups.values() for effect in group.effects}
        assert lean.keys() == whole.keys()
        for key, effect in lean.items():
            of_all = whole[key]
            facts = ("first_id", "last_id", "is_created", "is_deleted", "is_cleared", "held")
            assert [getattr(effect, each) for each in facts] == [getattr(of_all, each) for each in facts]
            kinds.add("made" if effect.is_created else "deleted" if effect.is_deleted else "changed")
            if effect.is_created or effect.is_deleted:
                assert (effect.before, effect.after) == (None, None)
            else:
                assert effect.changed_columns() == of_all.changed_columns() == (effect.after or {}).keys()
    assert kinds == {"made", "deleted", "changed"}


def test_titles_stand_in_the_language_of_who_reads_them(staff: User, parties: list[Party]) -> None:
    """Kept is the sentence with its values; what was written before there were any stays as it was."""
    with override("fr"):
        done = [archive(actor=staff, record=parties[0], reason="Closed."), given(staff, parties[1:], staff)]
        done += [undo(actor=staff, operation=each).operation for each in done]
        came = bring_and_import(staff, "organizations", "name_en,kind\nDrift Cobalt,business\n")
        assert came.operation is not None
    titles = [Operation.objects.get(pk=each.pk).title for each in (*done, came.operation)]
    assert titles == [
        "Archived: Alder Copper",
        f"Bulk edit: 2 records now owned by {staff.name}",
        "Undo of: Archived: Alder Copper",
        f"Undo of: Bulk edit: 2 records now owned by {staff.name}",
        f"{came.imported.file_name}: New: 1",
    ]
    with override("fr"):
        read = [Operation.objects.get(pk=each.pk).title for each in done]
        assert read[0] == gettext("Archived: %(name)s") % {"name": "Alder Copper"} != titles[0]
        assert read[2] == gettext("Undo of: %(what)s") % {"what": read[0]}
    old = Operation.objects.create(kind="archive", summary="Archivé : Alder Copper", actor=staff)
    assert str(old) == "Archivé : Alder Copper"


def test_a_lawful_removal_takes_the_name_out_of_operations(staff: User, compliance: User, parties: list[Party]) -> None:
    operation = archive(actor=staff, record=parties[0], reason="Alder Copper is gone.")
    waiting = start_undo(actor=staff, operation=operation, reason="Alder Copper is there.")
    assert "Alder" in waiting.title
    undoing = undo(actor=staff, operation=operation).operation
    other = archive(actor=staff, record=parties[1], reason="Closed.")
    elsewhere = start_undo(actor=staff, operation=other, reason="Open again.")
    texts = [Texts(Party, [parties[0].pk])]
    remove_from_history(actor=compliance, texts=texts, authority="Withdrawal of consent")
    for job in (waiting, elsewhere):
        job.refresh_from_db()
    assert (waiting.title, waiting.parameters["reason"]) == ("Undo", "")
    assert (elsewhere.title, elsewhere.parameters["reason"]) == ("Undo of: Archived: Birch Nickel", "Open again.")
    for each in (operation, undoing):
        each.refresh_from_db()
        assert "Alder" not in f"{each.summary} {each.details}"
    other.refresh_from_db()
    assert "Birch" in other.summary
