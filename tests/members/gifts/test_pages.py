"""The pages of gifts: what they show, what they record, to whom, and what leaves the house."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.validity import today
from members.gifts import lists, services
from members.gifts.paper import make_receipt_pdf
from members.models import Gift, GiftReceipt, GiftRule
from tests.members.gifts.making import charity, donor, gift, receipt
from tests.members.memberships.making import party

pytestmark = pytest.mark.django_db


def donors(client: Client, **query: object) -> set[str]:
    response = client.get(reverse("gifts:list"), query)
    assert response.status_code == 200
    return {str(row.record.donor) for row in response.context["list"].rows}


def test_the_list_is_narrowed_sorted_and_carried_away_with_its_sums(
    as_secretariat: Client, as_staff: Client, secretariat: User
) -> None:
    charity()
    mine = party(secretariat, "Open Ochre")
    first = gift(secretariat, donor_party=mine, purpose="The library")
    given = receipt(secretariat, first, donor_name="Ochre in Law")
    drill = {"kind": "in_kind", "description": "A drill", "advantage": Decimal(100), "advantage_for": "A meal"}
    gift(secretariat, donor_person=donor(secretariat, "Aster"), amount="900", **drill)
    back = gift(secretariat, donor_person=donor(secretariat, "Zinc"), amount="7")
    services.take_back(actor=secretariat, gift=back, reason="Wrong.")
    everyone = {"Open Ochre", "Ines Aster", "Ines Zinc"}
    assert donors(as_secretariat) == everyone
    for query, found in (
        ({"state": "receipted"}, {"Open Ochre"}),
        ({"state": "plain"}, {"Ines Aster"}),
        ({"kind": "in_kind"}, {"Ines Aster"}),
        ({"purpose": "yes"}, {"Open Ochre"}),
        ({"purpose": "no"}, {"Ines Aster", "Ines Zinc"}),
        ({"donor": "person"}, {"Ines Aster", "Ines Zinc"}),
        ({"donor": "party"}, {"Open Ochre"}),
        ({"q": given.number}, {"Open Ochre"}),
        ({"q": "in law"}, {"Open Ochre"}),
        ({"q": "aster"}, {"Ines Aster"}),
        ({"since": today()}, everyone),
        ({"until": "2020-01-01"}, set()),
    ):
        assert donors(as_secretariat, **query) == found, query
    page = as_secretariat.get(reverse("gifts:list"), {"sort": "donor"})
    assert [str(row.record.donor) for row in page.context["list"].rows] == ["Ines Aster", "Open Ochre", "Ines Zinc"]
    told = dict(lists.notes(page.context["list"]))
    assert told == {"Given": "$1,400.00", "Eligible": "$1,300.00", "Of which with a receipt": "$500.00"}
    address = reverse("core:export", args=["gifts", "csv"])
    said = {"query": "q=ochre", "purpose": "The books"}
    text = b"".join(as_secretariat.post(address, said).streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    for words in ("Open Ochre", given.number, "The library", "$500.00"):
        assert words in text, words
    assert "Aster" not in text
    assert as_staff.post(address, said).status_code in (403, 404)


def test_a_gift_is_recorded_receipted_replaced_and_cancelled_by_its_forms(
    as_secretariat: Client, as_viewer: Client, secretariat: User
) -> None:
    charity()
    giver = donor(secretariat)
    address = reverse("gifts:record")
    form = as_secretariat.get(address, {"person": giver.pk}).context["form"]
    sent: dict[str, Any] = {name: form[name].value() or "" for name in form.fields}
    sent |= {"donor_person": str(giver.pk), "donor_party": "", "amount": "250.00"}
    assert as_secretariat.post(address, {**sent, "amount": "-1"}).status_code == 422
    for _press in range(2):
        assert as_secretariat.post(address, sent).status_code == 302
    made = Gift.objects.get()
    issue = reverse("gifts:receipt", args=[made.pk])
    assert issue in as_secretariat.get(made.get_absolute_url()).content.decode()
    form = as_secretariat.get(issue).context["form"]
    assert (form["donor_name"].value(), form["signed_by"].value()) == ("Ines Quarry", "M. Basin, treasurer")
    wanted = {name: form[name].value() or "" for name in form.fields}
    assert as_secretariat.post(issue, wanted).status_code == 422  # no address is on file
    wanted["donor_address"] = "4 Shaft Road"
    for _press in range(2):
        assert as_secretariat.post(issue, wanted).status_code == 302
    one = GiftReceipt.objects.get()
    form = as_secretariat.get(issue).context["form"]
    assert form["donor_address"].value() == "4 Shaft Road"
    again = {name: form[name].value() or "" for name in form.fields}
    assert as_secretariat.post(issue, {**again, "replaces": str(one.pk)}).status_code == 302
    two = GiftReceipt.objects.latest("pk")
    assert two.replaces == one
    cancel = reverse("gifts:cancel", args=[two.pk])
    assert as_secretariat.post(cancel, {"reason": ""}).status_code == 422
    assert as_secretariat.post(cancel, {"reason": "Spoiled."}).status_code == 302
    back = reverse("gifts:take_back", args=[made.pk])
    assert as_secretariat.post(back, {"reason": "Given back."}).status_code == 302
    page = as_secretariat.get(made.get_absolute_url()).content.decode()
    for words in (one.number, two.number, "Spoiled.", "Given back.", f"Replaced by {two.number}"):
        assert words in page, words
    assert issue not in page
    shown = as_secretariat.get(giver.get_absolute_url()).content.decode()
    assert made.get_absolute_url() in shown
    assert made.get_absolute_url() not in as_viewer.get(giver.get_absolute_url()).content.decode()
    assert as_viewer.get(made.get_absolute_url()).status_code == 403


def test_an_office_that_is_no_charity_is_told_so_and_offered_no_receipt(
    as_secretariat: Client, secretariat: User
) -> None:
    charity()
    made = gift(secretariat)
    Installation.objects.update(is_registered_charity=False)
    words = "not a registered charity"
    issue = reverse("gifts:receipt", args=[made.pk])
    for address in (reverse("gifts:list"), reverse("gifts:rules"), made.get_absolute_url()):
        page = as_secretariat.get(address).content.decode()
        assert words in page, address
        assert issue not in page
    sent = {"issued_on": today(), "donor_name": "A", "donor_address": "B", "signed_by": "C", "form_token": uuid4()}
    answer = as_secretariat.post(issue, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not GiftReceipt.objects.exists()


def text_of(made: GiftReceipt) -> str:
    rows = GiftReceipt.objects.with_state().select_related("gift__donor_person", "registration", "replaced_by")
    data = make_receipt_pdf(rows.get(pk=made.pk))
    reader = PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged
    assert b"pdfuaid" in data
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return text.replace("\u00a0", " ")


def test_the_paper_says_in_both_languages_what_the_regulations_ask(secretariat: User, as_secretariat: Client) -> None:
    charity()
    facts = {"description": "A drill", "appraiser": "B. Shaft", "appraiser_address": "1 Pit Lane"}
    made = gift(secretariat, amount="5000", kind="in_kind", advantage=Decimal(100), advantage_for="A meal", **facts)
    one = receipt(secretariat, made)
    with translation.override("en"):
        text = text_of(one)
        for words in (
            "Official receipt for income tax purposes", "Ore Learning Fund", "12 Ore Street", "123456789RR0001",
            one.number, "Ines Quarry", "4 Shaft Road", "A drill", "B. Shaft", "1 Pit Lane", "A meal", "$5,000.00",
            "5 000,00 $", "$100.00", "$4,900.00", "4 900,00 $", "Ottawa", "M. Basin, treasurer",
            "Canada Revenue Agency, canada.ca/charities-giving", "Agence du revenu du Canada",
        ):  # fmt: skip
            assert words in text, words
        two = receipt(secretariat, made, replaces=one)
        assert f"Another receipt replaces this one: {two.number}." in text_of(one)
        assert one.number in text_of(two)
        services.cancel_receipt(actor=secretariat, receipt=two, reason="Spoiled.")
        assert "This receipt was cancelled." in text_of(two)
    answer = as_secretariat.get(reverse("gifts:paper", args=[two.pk]))
    assert answer.headers["Content-Type"] == "application/pdf"


def test_administrators_set_the_registration_and_the_rules(as_administrator: Client, as_secretariat: Client) -> None:
    new = reverse("gifts:registration")
    sent = {
        "number": "123456789RR0001",
        "name": "Fund",
        "address": "1 Pit Lane",
        "place": "Ottawa",
        "signatory": "B. Shaft",
        "first": "2026-01-01",
    }
    assert as_secretariat.post(new, sent).status_code == 403
    refused = as_administrator.post(new, {**sent, "number": "123"})
    assert refused.status_code == 422
    assert "nine digits" in refused.content.decode()
    assert as_administrator.post(new, sent).status_code == 302
    rule = reverse("gifts:rule", args=["appraisal"])
    assert as_administrator.post(rule, {"number": "1500", "first": "2026-01-01"}).status_code == 302
    assert as_administrator.get(reverse("gifts:rule", args=["nothing"])).status_code == 404
    assert GiftRule.objects.get().number == 1500
    page = as_secretariat.get(reverse("gifts:rules")).content.decode()
    for words in ("123456789RR0001", "$1,500.00", "Unconfirmed"):
        assert words in page, words
