"""The undo of an import of five hundred people, ten of whom were edited since: told in numbers and by name."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.models import History, Job, Operation
from c2m2a_crm.core.operations.effects import Why
from c2m2a_crm.core.operations.plan import make_plan
from c2m2a_crm.core.operations.services import JOB_KIND
from members.models import AddressUse, Affiliation, EmailAddress, NameKey, Person, PhoneNumber
from members.services import add_phone, create_party, update_person
from tests.importing import bring_and_import
from tests.members.reading import read, texts

PEOPLE = 500
EDITED = 10


def a_file() -> str:
    lines = ["given name,family name,email,phone,organization"]
    lines += [
        f"Given{number},Family{number},person{number}@works.example,+1 613 555 {1000 + number},Alder Copper"
        for number in range(PEOPLE)
    ]
    return "\n".join(lines) + "\n"


def test_four_hundred_and_ninety_go_and_ten_stay_by_name(as_staff: Client, staff: User, secretariat: User) -> None:
    party = create_party(actor=staff, kind="business", name_en="Alder Copper")
    came = bring_and_import(staff, "people", a_file())
    operation = came.operation
    assert operation is not None
    assert Person.objects.count() == PEOPLE
    edited = list(Person.objects.order_by("pk")[:EDITED])
    for number, person in enumerate(edited):
        if number % 2:
            add_phone(actor=secretariat, owner=person, number="+1 819 555 0142")
        else:
            changes = {"honorific": "Dr."}
            update_person(actor=secretariat, person=person, version=person.version, changes=changes)

    plan = make_plan(operation, staff)
    assert (plan.undone_count, len(plan.kept)) == (PEOPLE - EDITED, EDITED)
    preview = read(as_staff.get(reverse("operations:detail", args=[operation.pk])))
    assert texts(preview, "#undo button") == ["Undo 490 records"]
    assert "490 records that this made are removed again." in texts(preview, "#undo")[0]
    assert len(texts(preview, "#stays tbody tr")) == EDITED

    as_staff.post(reverse("operations:undo", args=[operation.pk]), {"reason": "The wrong file."})
    job = Job.objects.get(kind=JOB_KIND)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["undone"], job.result["kept"]) == (Job.State.DONE, PEOPLE - EDITED, EDITED)

    assert set(Person.objects.all()) == set(edited)
    assert AddressUse.objects.count() == EmailAddress.objects.count() == Affiliation.objects.count() == EDITED
    assert PhoneNumber.objects.count() == EDITED + EDITED // 2
    assert set(NameKey.objects.filter(person__isnull=False).values_list("person", flat=True)) == {
        person.pk for person in edited
    }
    assert Affiliation.objects.filter(party=party).count() == EDITED

    undoing = Operation.objects.get(kind="undo")
    assert sorted(told["why"] for told in undoing.details["kept"]) == [Why.CHANGED] * 5 + [Why.NEEDED] * 5
    page = read(as_staff.get(reverse("operations:detail", args=[undoing.pk])))
    listed = texts(page, "#left tbody tr")
    assert len(listed) == EDITED
    assert all("Solène Gauthier" in row for row in listed)
    assert not History.objects.filter(operation_id=undoing.pk, row_id__in=[p.pk for p in edited], tbl="members_person")
