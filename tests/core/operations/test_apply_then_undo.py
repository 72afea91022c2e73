"""Apply and undo: the domain is as it was before, whatever was done. Random operations, the same ones in every run."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.operations.effects import tables_with_history
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import services as log
from c2m2a_crm.engagement.models import Interaction
from members import services as directory
from members.models import AddressUse, Affiliation, Party, PartyName, Person, PhoneNumber
from members.services.aside import archive, restore
from members.services.bulk import Archiving, OwnerChange, Restoring, change_in_bulk
from tests.factories import UserFactory
from tests.importing import bring_and_import

SEED = 20_261_122
# What counts writes, or is a log of its own.
COUNTING = frozenset({"version", "updated_at"})
BESIDE = ("members_namekey",)
NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gneiss", "Heron", "Iris", "Juniper")


def domain() -> dict[str, list[Any]]:
    """Every row of every table under history, and of those that follow from them."""
    found: dict[str, list[Any]] = {}
    with connection.cursor() as cursor:
        for table in sorted({*tables_with_history(), *BESIDE}):
            cursor.execute(f"SELECT to_jsonb(t) - %s::text[] FROM {table} t", [sorted(COUNTING)])
            rows = [row for (row,) in cursor.fetchall()]
            if table in BESIDE:  # made anew: the keys of names have no number that matters
                cursor.execute(f"SELECT to_jsonb(t) - 'id' FROM {table} t")
                rows = [row for (row,) in cursor.fetchall()]
            found[table] = sorted(map(str, rows))
    return found


class Office:
    """A small office in which something is done to somebody, at random."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.clerk: User = UserFactory(roles=[Role.STAFF, Role.ADMINISTRATOR])
        self.colleague: User = UserFactory(roles=[Role.STAFF])
        self.number = 0
        self.parties = [
            directory.create_party(
                actor=self.clerk,
                kind="business",
                name_en=f"{name} Works",
                emails=[f"info@{name.lower()}.example"],
                other_names=[("alias", f"{name} & Co", "")],
            )
            for name in NAMES[:6]
        ]
        self.people = [
            directory.create_person(
                actor=self.clerk,
                given_name=name,
                family_name="Vance",
                organization=self.dice.choice(self.parties),
                emails=[f"{name.lower()}@vance.example"],
                phones=["+1 613 555 0142"],
            )
            for name in NAMES
        ]

    def some(self, rows: list[Any]) -> list[Any]:
        return self.dice.sample(rows, self.dice.randint(1, min(5, len(rows)))) if rows else []

    def fresh(self) -> str:
        self.number += 1
        return f"{self.dice.choice(NAMES)}{self.number}"

    # --- Acts ---

    def owners(self) -> Operation | None:
        model = self.dice.choice([Party, Person])
        keys = [row.pk for row in self.some(list(model._default_manager.filter(archived_at__isnull=True)))]
        owner = self.dice.choice([self.clerk, self.colleague, None])
        return change_in_bulk(actor=self.clerk, model=model, keys=keys, change=OwnerChange(owner))

    def aside(self) -> Operation | None:
        model = self.dice.choice([Party, Person])
        keys = [row.pk for row in self.some(list(model._default_manager.filter(archived_at__isnull=True)))]
        return change_in_bulk(actor=self.clerk, model=model, keys=keys, change=Archiving("Closed."))

    def back(self) -> Operation | None:
        put_aside = list(Party.objects.filter(archived_at__isnull=False))
        if not put_aside:
            there = list(Person.objects.filter(archived_at__isnull=True))
            return archive(actor=self.clerk, record=self.dice.choice(there), reason="Moved.") if there else None
        keys = [row.pk for row in self.some(put_aside)]
        return change_in_bulk(actor=self.clerk, model=Party, keys=keys, change=Restoring())

    def one_aside(self) -> Operation | None:
        record = self.dice.choice([*Party.objects.all(), *Person.objects.all()])
        if record.is_archived:
            return restore(actor=self.clerk, record=record)
        return archive(actor=self.clerk, record=record, reason="Closed.")

    def people_file(self) -> Operation | None:
        """New people, and people on file to whom the file adds something."""
        lines = ["given name,family name,email,phone,organization"]
        for _line in range(self.dice.randint(1, 4)):
            name = self.fresh()
            organization = self.dice.choice(["", "Alder Works", "Birch Works"])
            email = f"{name.lower()}@olsen.example"
            lines.append(f"{name},Olsen,{email},+1 613 555 0{self.number % 900 + 100},{organization}")
        known = self.dice.choice(NAMES)
        lines.append(f"{known},Vance,{known.lower()}@vance.example,+1 819 555 0{self.number % 900 + 100},")
        return bring_and_import(self.clerk, "people", "\n".join(lines) + "\n").operation

    def organizations_file(self) -> Operation | None:
        lines = ["name,email,website"]
        for _line in range(self.dice.randint(1, 4)):
            name = self.fresh()
            lines.append(f"{name} Limited,info@{name.lower()}.example,https://{name.lower()}.example")
        return bring_and_import(self.clerk, "organizations", "\n".join(lines) + "\n").operation

    def edits(self) -> Operation | None:
        """A mixture, as services write it: names, other names, addresses, affiliations, rows taken away."""
        with operating(self.clerk, kind="bulk_edit") as operation:
            for party in self.some(list(Party.objects.filter(archived_at__isnull=True))):
                changes = {"name_en": f"{self.fresh()} Works", "about": self.dice.choice(["", "Makes cathodes."])}
                directory.update_party(actor=self.clerk, party=party, version=party.version, changes=changes)
                directory.add_party_name(actor=self.clerk, party=party, kind="alias", text=self.fresh())
            for person in self.some(list(Person.objects.filter(archived_at__isnull=True))):
                changes = {"given_name": self.fresh()}
                directory.update_person(actor=self.clerk, person=person, version=person.version, changes=changes)
            name = PartyName.objects.filter(party__archived_at__isnull=True).first()
            if name is not None and self.dice.random() < 0.5:
                directory.remove_party_name(actor=self.clerk, name=name)
            for model in (AddressUse, PhoneNumber, Affiliation):
                row = model._default_manager.order_by("?").first() if self.dice.random() < 0.3 else None
                if row is not None:
                    row.delete()
        return operation

    def contacts(self) -> Operation | None:
        """Contacts written by one operation: when somebody was last met moves, and moves back."""
        with operating(self.clerk, kind="bulk_edit") as operation:
            for _number in range(self.dice.randint(1, 3)):
                person = self.dice.choice(list(Person.objects.all()))
                entry = log.Entry(
                    subject=self.fresh(),
                    occurred_on=today(),
                    attendees=[log.Attendee(person)],
                    promises=[log.Promise("A list")],
                    next_steps=[log.NextStep("Send it", self.clerk, today())],
                )
                log.log_interaction(actor=self.clerk, entry=entry)
        return operation

    def raw(self) -> Operation | None:
        """What no service wrote: history sees it all the same."""
        with operating(self.clerk, kind="bulk_edit") as operation:
            Interaction.objects.update(place=self.fresh())
            Person.objects.filter(pk__in=[row.pk for row in self.some(self.people)]).update(
                archived_at=timezone.now(), archived_reason="x"
            )
            PhoneNumber.objects.filter(person__in=self.some(self.people)).delete()
        return operation


ACTS: tuple[Callable[[Office], Operation | None], ...] = (
    Office.owners,
    Office.aside,
    Office.back,
    Office.one_aside,
    Office.people_file,
    Office.organizations_file,
    Office.edits,
    Office.contacts,
    Office.raw,
)


def rounds(office: Office, count: int) -> int:
    """Apply and undo so many operations; some undos are undone and done again. Returns how many there were."""
    done = 0
    while done < count:
        act = office.dice.choice(ACTS)
        before = domain()
        operation = act(office)
        if operation is None or not operation.details.get("tables"):
            continue
        after = domain()
        undone = undo(actor=office.clerk, operation=operation)
        assert undone.kept == 0, (act.__name__, undone.operation.details)
        now = domain()
        assert now == before, (act.__name__, [table for table in before if before[table] != now[table]])
        if office.dice.random() < 0.3:
            again = undo(actor=office.clerk, operation=undone.operation)
            assert domain() == after, act.__name__
            if office.dice.random() < 0.5:
                undo(actor=office.clerk, operation=again.operation)
                assert domain() == before, act.__name__
        done += 1
    return done


@pytest.mark.parametrize("part", range(2))
def test_undo_after_apply_is_nothing_at_all(db: None, part: int) -> None:
    assert rounds(Office(SEED + part), 15) == 15


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(10))
def test_five_hundred_random_operations_are_undone_whole(db: None, part: int) -> None:
    assert rounds(Office(SEED + 100 + part), 50) == 50
