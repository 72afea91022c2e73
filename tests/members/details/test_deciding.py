"""The queue: what is accepted is written by the services of any edit, what changed meanwhile is asked about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.validity import today
from members import services
from members.details.deciding import decide
from members.details.errors import NothingWaits
from members.models import AddressUse, DetailsDifference, DetailsRequest, Person, PhoneNumber
from tests.members.details.making import asked, send
from tests.members.reading import read, texts, values_of_form

pytestmark = pytest.mark.django_db


def answered(actor: User, person: Person, **changes: str) -> DetailsRequest:
    request, path = asked(actor, person)
    assert send(path, **changes).status_code == 200
    request.refresh_from_db()
    return request


def everything(request: DetailsRequest) -> dict[int, str]:
    return dict.fromkeys(request.differences.values_list("pk", flat=True), "")


def current(person: Person) -> dict[str, Any]:
    uses = AddressUse.objects.current().filter(person=person)
    phones = PhoneNumber.objects.current().filter(person=person)
    person = Person.objects.get(pk=person.pk)
    return {
        "name": person.full_name,
        "language": person.language,
        "titles": [place.title_en for place in person.affiliations.order_by("pk")],
        "emails": sorted(use.email.address for use in uses.select_related("email")),
        "phones": sorted(str(phone.number) for phone in phones),
        "places": [str(address) for address in person.postal_addresses.order_by("pk")],
        "verified": (person.verified_on, person.verified_by_id),
        "states": list(DetailsDifference.objects.order_by("pk").values_list("state", flat=True)),
    }


CHANGES = {
    "given_name": "Amarah",
    "language": "fr",
    "title_en_0": "President",
    "email_0": "amara@ochre.example",
    "phone_0": "",
    "lines_0": "1 Mine Road",
    "city_0": "Sudbury",
}


def test_accepting_all_writes_the_record_notes_the_check_and_undo_takes_all_of_it_back(
    staff: User, viewer: User, amara: Person
) -> None:
    request = answered(staff, amara, **CHANGES)
    before = current(amara)
    assert before["verified"] == (None, None)
    with pytest.raises(PermissionDenied):
        decide(actor=viewer, asked=request, accept=everything(request))
    decided = decide(actor=staff, asked=request, accept=everything(request))
    assert (decided.accepted, decided.left) == (len(before["states"]), [])
    after = current(amara)
    assert after == {
        "name": "Amarah Tamarack",
        "language": "fr",
        "titles": ["President"],
        "emails": ["amara@ochre.example"],
        "phones": [],
        "places": ["1 Mine Road, Sudbury"],
        "verified": (today(), None),
        "states": ["accepted"] * 6,
    }
    change = history_of(amara).filter(operation_id=decided.operation.pk).first()
    assert change is not None
    assert change.actor_id == staff.pk
    undo(actor=staff, operation=decided.operation)
    assert current(amara) == before
    decide(actor=staff, asked=request, accept=everything(request))
    assert current(amara)["name"] == "Amarah Tamarack"
    with pytest.raises(NothingWaits):
        decide(actor=staff, asked=request, accept=everything(request))


def test_fields_are_decided_one_by_one_and_the_check_is_noted_when_none_waits(staff: User, amara: Person) -> None:
    request = answered(staff, amara, given_name="Amarah", title_en_0="President")
    name, title = request.differences.order_by("pk")
    decide(actor=staff, asked=request, accept={name.pk: ""})
    found = current(amara)
    assert (found["name"], found["titles"], found["verified"]) == (
        "Amarah Tamarack",
        ["Vice-President, Processing"],
        (None, None),
    )
    decide(actor=staff, asked=request, accept={}, refuse={title.pk})
    found = current(amara)
    assert (found["titles"], found["states"]) == (["Vice-President, Processing"], ["accepted", "refused"])
    assert found["verified"] == (today(), None)


def test_what_is_refused_alone_is_no_check(staff: User, amara: Person) -> None:
    request = answered(staff, amara, given_name="Amarah")
    decide(actor=staff, asked=request, accept={}, refuse=set(everything(request)))
    assert current(amara)["verified"] == (None, None)


def test_a_field_that_changed_meanwhile_is_shown_and_written_only_by_who_saw_it(
    staff: User, as_staff: Client, amara: Person
) -> None:
    request = answered(staff, amara, given_name="Amarah", pronunciation="ah-MAH-ra")
    amara.refresh_from_db()
    services.update_person(actor=staff, person=amara, version=amara.version, changes={"given_name": "Amarante"})
    decided = decide(actor=staff, asked=request, accept=everything(request))
    assert (decided.accepted, [row.field for row, _why in decided.left]) == (1, ["name"])
    url = request.get_absolute_url()
    page = read(as_staff.get(url))
    assert "On file now: Amarante Tamarack" in texts(page, "tbody tr")[0]
    sent = values_of_form(page, "main form[method=post]")
    [pk] = request.differences.filter(state="waiting").values_list("pk", flat=True)
    # It changes once more, under the page.
    amara.refresh_from_db()
    services.update_person(actor=staff, person=amara, version=amara.version, changes={"given_name": "Amaranta"})
    as_staff.post(url, {**sent, f"choose-{pk}": "accept"})
    assert current(amara)["name"] == "Amaranta Tamarack"
    sent = values_of_form(read(as_staff.get(url)), "main form[method=post]")
    as_staff.post(url, {**sent, f"choose-{pk}": "accept"})
    assert current(amara)["name"] == "Amarah Tamarack"


def test_what_is_right_by_now_is_only_noted(staff: User, amara: Person) -> None:
    request = answered(staff, amara, email_1="amara@ochre.example", phone_0="")
    services.add_email(actor=staff, owner=amara, address="amara@ochre.example")
    services.close_phone(actor=staff, phone=amara.phones.get())
    decided = decide(actor=staff, asked=request, accept=everything(request))
    assert decided.left == []
    assert current(amara)["emails"] == ["amara@northline.example", "amara@ochre.example"]


def test_leaving_is_asked_on_its_own_page_and_noted_here(staff: User, as_staff: Client, amara: Person) -> None:
    request = answered(staff, amara, left_0="on", organization="Ochre Works")
    place = amara.affiliations.get()
    left = request.differences.get(field="left")
    page = read(as_staff.get(reverse("details:list")))
    assert f"{reverse('people:moved_on', args=[amara.pk])}?place={place.pk}" in [
        link.get("href") for link in page.cssselect("tbody a")
    ]
    assert not page.cssselect("button[value=accept]")
    decided = decide(actor=staff, asked=request, accept={left.pk: ""})
    assert (decided.accepted, len(decided.left)) == (0, 1)
    services.moved_on(actor=staff, affiliation=place, last=today() - timedelta(days=1))
    decided = decide(actor=staff, asked=request, accept=everything(request))
    assert (decided.accepted, decided.left) == (2, [])


def test_a_field_that_cannot_be_written_waits_and_the_others_are_written(staff: User, amara: Person) -> None:
    request = answered(staff, amara, email_0="amara@ochre.example", given_name="Amarah")
    services.add_email(actor=staff, owner=amara, address="amara@ochre.example")
    decided = decide(actor=staff, asked=request, accept=everything(request))
    assert (decided.accepted, [row.field for row, _why in decided.left]) == (1, ["email"])
    # Nothing of it was half done: the address that would have ended goes on.
    assert current(amara)["emails"] == ["amara@northline.example", "amara@ochre.example"]


def test_the_queue_is_worked_with_keys_and_says_who_waits(
    staff: User, as_staff: Client, as_viewer: Client, amara: Person
) -> None:
    request = answered(staff, amara, given_name="Amarah")
    page = read(as_staff.get(reverse("details:list")))
    assert [button.get("data-row-key") for button in page.cssselect("[data-row-list] [data-row-key]")] == ["a", "x"]
    assert not read(as_viewer.get(reverse("details:list"))).cssselect("[data-row-key]")
    card = read(as_staff.get(amara.get_absolute_url())).cssselect("#panel-freshness")[0]
    assert "waits" in card.text_content()
    sent = values_of_form(page, "[data-row-list] form")
    assert as_viewer.post(request.get_absolute_url(), sent).status_code == 403
    response = as_staff.post(request.get_absolute_url(), {**sent, "act": "accept"})
    assert response["Location"].startswith(reverse("details:list"))
    assert current(amara)["name"] == "Amarah Tamarack"
    settled = read(as_staff.get(f"{reverse('details:list')}?show=settled"))
    assert "Accepted" in texts(settled, "tbody tr")[0]
    assert as_staff.get(f"{reverse('details:list')}?show=all").status_code == 404


def test_an_archived_person_is_not_written(staff: User, as_staff: Client, amara: Person) -> None:
    request = answered(staff, amara, given_name="Amarah")
    services.archive_person(actor=staff, person=amara, reason="Left.")
    sent = values_of_form(read(as_staff.get(request.get_absolute_url())), "main form[method=post]")
    as_staff.post(request.get_absolute_url(), {**sent, "act": "accept"})
    assert current(amara)["name"] == "Amara Tamarack"
    assert request.differences.get().state == "waiting"
