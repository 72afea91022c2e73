"""The pages of dues: what they show, what they record, to whom, and what leaves the house."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.registries import Sought
from c2m2a_crm.core.texts import load_installation
from c2m2a_crm.core.validity import today
from members import services as directory
from members.dues import links, lists, personal_data, services
from members.dues.paper import make_invoice_pdf
from members.memberships import services as memberships
from members.models import DuesPayment, DuesTax, Invoice
from tests.members.dues.making import A_DAY, again, invoice, pay, running
from tests.members.memberships.making import by_board, tier

pytestmark = pytest.mark.django_db


def names(client: Client, **query: object) -> set[str]:
    response = client.get(reverse("dues:list"), query)
    assert response.status_code == 200
    return {str(row.record.membership.party) for row in response.context["list"].rows}


def test_the_list_is_narrowed_by_state_member_number_and_day(as_secretariat: Client, secretariat: User) -> None:
    made = invoice(secretariat, name="Open Ochre")
    paid = invoice(secretariat, name="Paid Platinum", tier=tier(name_en="Other"))
    pay(secretariat, paid, "500.00")
    late = invoice(secretariat, name="Late Lithium", issued_on=today() - 40 * A_DAY, due_in=10)
    part = invoice(secretariat, name="Part Palladium")
    pay(secretariat, part, "1.00")
    assert names(as_secretariat, state="overdue") == {"Late Lithium"}
    assert names(as_secretariat, state="paid") == {"Paid Platinum"}
    assert names(as_secretariat, owed="yes") == {"Open Ochre", "Late Lithium", "Part Palladium"}
    assert names(as_secretariat, owed="no") == {"Paid Platinum"}
    assert names(as_secretariat, q="ochre") == names(as_secretariat, q=made.number) == {"Open Ochre"}
    assert names(as_secretariat, q="2026-99999999999") == set()
    assert names(as_secretariat, tier=paid.membership.tier_id) == {"Paid Platinum"}
    assert names(as_secretariat, until=today() - 30 * A_DAY) == {"Late Lithium"}
    assert "Late Lithium" not in names(as_secretariat, since=today() - 30 * A_DAY)
    page = as_secretariat.get(reverse("dues:list"))
    told = dict(lists.notes(page.context["list"]))
    assert told == {"Total": "$2,000.00", "Paid": "$501.00", "Left to pay": "$1,499.00"}
    assert late.number in page.content.decode()


def test_a_payment_is_recorded_in_two_presses_from_the_list(as_secretariat: Client, secretariat: User) -> None:
    made = invoice(secretariat)
    address = reverse("dues:pay", args=[made.pk])
    assert address in as_secretariat.get(reverse("dues:list")).content.decode()  # the first press
    form = as_secretariat.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert (sent["amount"], sent["paid_on"]) == (Decimal("500.00"), today())
    done = as_secretariat.post(address, {**sent, "how": form.fields["how"].choices[0][0]})  # the second
    assert done.headers["Location"] == made.get_absolute_url()
    assert again(made).state == "paid"
    assert address not in as_secretariat.get(reverse("dues:list")).content.decode()


def test_amounts_are_read_as_the_reader_writes_them_and_kept_to_the_cent(
    as_secretariat: Client, secretariat: User
) -> None:
    made = invoice(secretariat)
    address = reverse("dues:pay", args=[made.pk])
    sent = {"paid_on": today().isoformat(), "how": "cash", "form_token": str(uuid4())}
    as_secretariat.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert as_secretariat.post(address, {**sent, "amount": "123,45"}).status_code == 302
    assert DuesPayment.objects.get().amount == Decimal("123.45")
    as_secretariat.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for amount, words in (
        ("376.56", "This is more than is left to pay: $376.55."),
        ("-1", "The amount must be more than nothing."),
        ("1.001", "Enter whole cents."),
    ):
        refused = as_secretariat.post(address, {**sent, "amount": amount, "form_token": str(uuid4())})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert DuesPayment.objects.count() == 1


def test_the_other_acts_are_recorded_by_their_forms(as_secretariat: Client, secretariat: User) -> None:
    made = invoice(secretariat)
    ruling = {"given_on": today().isoformat(), "decided_by": "Board", "reason": "As decided."}
    for act, sent, state in (
        ("waive", {"amount": "100.00", **ruling}, "open"),
        ("credit", {"amount": "100.00", **ruling}, "open"),
        ("cancel", {"reason": "Wrong member."}, "cancelled"),
    ):
        address = reverse(f"dues:{act}", args=[made.pk])
        assert as_secretariat.get(address).status_code == 200
        assert as_secretariat.post(address, {**sent, "reason": ""}).status_code == 422, act
        assert as_secretariat.post(address, sent).status_code == 302, act
        assert again(made).state == state
    other = invoice(secretariat, name="Other Ore")
    paid = pay(secretariat, other, "20.00")
    back = reverse("dues:take_back", args=[paid.pk])
    assert as_secretariat.post(back, {"reason": "Returned."}).status_code == 302
    page = as_secretariat.get(other.get_absolute_url()).content.decode()
    assert "Taken back" in page
    assert back not in page


def test_what_is_owed_is_invoiced_from_one_page(as_secretariat: Client, secretariat: User) -> None:
    of_tier = tier()
    owing = [running(secretariat, name=f"Owing {number}", tier=of_tier) for number in range(3)]
    address = reverse("dues:to_invoice")
    owed = as_secretariat.get(address).context["owed"]
    assert [each.membership for each in owed] == owing
    chosen = [f"{each.membership.pk}:{each.key}" for each in owed[:2]]
    assert as_secretariat.post(address, {"period": [*chosen, "nonsense", "1:x"]}).status_code == 302
    assert {each.membership for each in Invoice.objects.all()} == set(owing[:2])
    assert [each.membership for each in as_secretariat.get(address).context["owed"]] == owing[2:]


def test_the_page_of_a_membership_shows_dues_to_whoever_may_see_them(
    as_viewer: Client, as_secretariat: Client, secretariat: User
) -> None:
    membership = running(secretariat)
    page = as_secretariat.get(membership.get_absolute_url()).content.decode()
    issue = reverse("dues:issue", args=[membership.pk])
    assert issue in page
    form = as_secretariat.get(issue).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields}
    assert as_secretariat.post(issue, {**sent, "period": "2026-13-01"}).status_code == 422
    assert as_secretariat.post(issue, sent).status_code == 302
    made = Invoice.objects.get()
    assert made.number in as_secretariat.get(membership.get_absolute_url()).content.decode()
    shown = as_viewer.get(membership.get_absolute_url()).content.decode()
    assert made.number not in shown
    assert as_viewer.get(made.get_absolute_url()).status_code == 403


def office() -> None:
    load_installation()
    Installation.objects.update(
        name_en="Alliance Office",
        name_fr="Bureau de l’alliance",
        postal_address="12 Ore Street\nOttawa",
        contact_email="dues@alliance.example",
    )


def text_of(made: Invoice) -> str:
    rows = Invoice.objects.with_state().select_related("membership__contact", "membership__tier")
    data = make_invoice_pdf(rows.get(pk=made.pk))
    reader = PdfReader(io.BytesIO(data))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged
    assert b"pdfuaid" in data
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_paper_says_in_both_languages_what_is_owed_and_by_whom_it_is_asked(secretariat: User) -> None:
    office()
    DuesTax.objects.create(
        name_en="GST", name_fr="TPS", percent=Decimal("9.975"), valid="[2020-01-01,)", registration="12345 RT0001"
    )
    made = invoice(secretariat)
    pay(secretariat, made, "49.88")
    with translation.override("en"):
        text = text_of(made)
    for words in (
        "Alliance Office", "Bureau de l’alliance", "12 Ore Street", "dues@alliance.example", "Tamarack Graphite",
        made.number, "GST (9.975%)", "TPS (9,975 %)", "12345 RT0001", "$549.88", "549,88 $", "$500.00",
    ):  # fmt: skip
        assert words in text.replace("\u00a0", " "), words


def test_a_credit_note_has_a_paper_in_both_languages_and_a_waiver_has_none(
    as_secretariat: Client, as_staff: Client, secretariat: User
) -> None:
    office()
    made = invoice(secretariat)
    ruling = {"given_on": today(), "decided_by": "Board", "reason": "The tier was wrong."}
    note = services.credit(actor=secretariat, invoice=made, amount=Decimal("120.50"), **ruling)
    waived = services.waive(actor=secretariat, invoice=made, amount=Decimal("1.00"), **ruling)
    address = reverse("dues:credit_paper", args=[note.pk])
    assert address in as_secretariat.get(made.get_absolute_url()).content.decode()
    paper = as_secretariat.get(address)
    assert paper.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(paper.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split()).replace("\u00a0", " ")
    for words in (
        note.number, made.number, "Alliance Office", "Bureau de l’alliance", "Tamarack Graphite", "The tier was wrong.",
        "-$120.50", "120,50 $",
    ):  # fmt: skip
        assert words in text.replace("−", "-").replace("$-", "-$"), words
    assert as_staff.get(address).status_code == 403
    assert as_secretariat.get(reverse("dues:credit_paper", args=[waived.pk])).status_code == 404


def test_the_members_link_gives_the_paper_and_ends_with_the_invoice(client: Client, secretariat: User) -> None:
    office()
    made = invoice(secretariat)
    address = links.invoice_path(made)
    page = client.get(address)
    assert page.status_code == 200
    assert "$500.00" in page.content.decode()
    assert client.post(address).status_code == 403  # without the key of the page
    paper = client.post(address, {"form_key": page.context["form_key"]})
    assert paper.headers["Content-Type"] == "application/pdf"
    assert client.get(address[:-8] + "AAAAAAA/").status_code == 404
    Invoice.objects.filter(pk=made.pk).update(issued_on=today() - timedelta(days=links.WORKS_FOR + 1), year=2025)
    assert client.get(address).status_code == 404
    Invoice.objects.filter(pk=made.pk).update(issued_on=today(), year=today().year)
    services.cancel(actor=secretariat, invoice=made, reason="Wrong.")
    assert client.get(address).status_code == 404


def test_an_invoice_goes_to_the_contact_person_once_in_their_language(
    as_secretariat: Client, secretariat: User
) -> None:
    office()
    made = invoice(secretariat)
    address = reverse("dues:send", args=[made.pk])
    sent = {"form_token": str(uuid4())}
    refused = as_secretariat.post(address, sent)
    assert refused.status_code == 422
    assert "Nobody to write to" in refused.content.decode()
    person = directory.create_person(
        actor=secretariat, given_name="Inès", family_name="Carrière", language="fr", email="ines@tamarack.example"
    )
    memberships.set_contact(actor=secretariat, membership=made.membership, contact=person)
    assert "ines@tamarack.example" in as_secretariat.get(address).content.decode()
    for _press in range(2):
        assert as_secretariat.post(address, sent).status_code == 302
    message = OutboxMessage.objects.get()
    assert (message.to_address, message.language) == ("ines@tamarack.example", "fr")
    for words in ("549,88" if made.taxes else "500,00", "12 Ore Street", links.invoice_path(made)):
        assert words in message.body_text
    assert "ines@tamarack.example" in as_secretariat.get(made.get_absolute_url()).content.decode()


def test_administrators_set_and_end_taxes(as_administrator: Client, as_secretariat: Client) -> None:
    new = reverse("dues:tax_create")
    sent = {"name_en": "GST", "name_fr": "TPS", "percent": "5", "first": "2026-01-01"}
    assert as_secretariat.post(new, sent).status_code == 403
    assert as_administrator.post(new, {**sent, "percent": "101"}).status_code == 422
    assert as_administrator.post(new, sent).status_code == 302
    tax = DuesTax.objects.get()
    rules = as_secretariat.get(reverse("memberships:rules")).content.decode()
    assert "5%" in rules
    assert "Unconfirmed" in rules
    end = reverse("dues:tax_end", args=[tax.pk])
    assert as_administrator.post(end, {"last": "2025-12-31"}).status_code == 422
    assert as_administrator.post(end, {"last": "2026-06-30"}).status_code == 302
    tax.refresh_from_db()
    assert str(tax.valid.upper) == "2026-07-01"


def test_a_year_is_not_asked_for_while_somebody_resigns(as_secretariat: Client, secretariat: User) -> None:
    soon = running(secretariat, days=335)
    invoice(secretariat, membership=soon)
    last = soon.last_day
    assert last is not None
    assert len(as_secretariat.get(reverse("dues:to_invoice")).context["owed"]) == 1
    why = by_board(today(), "As decided.")
    memberships.end(actor=secretariat, membership=soon, kind="resigned", last=last, ruling=why)
    assert as_secretariat.get(reverse("dues:to_invoice")).context["owed"] == []


def test_the_list_is_carried_away_with_its_sums_by_whoever_may_see_it(
    as_secretariat: Client, as_staff: Client, secretariat: User
) -> None:
    made = invoice(secretariat, name="Carried Cobalt")
    pay(secretariat, made, "123.45")
    address = reverse("core:export", args=["dues", "csv"])
    said = {"query": "q=cobalt", "purpose": "The books"}
    text = b"".join(as_secretariat.post(address, said).streaming_content).decode()  # type: ignore[attr-defined]  # a stream
    for words in ("Carried Cobalt", made.number, "123.45", "376.55", "$376.55"):
        assert words in text, words
    assert as_staff.post(address, said).status_code in (403, 404)


def test_people_whom_references_name_are_found_and_made_anonymous(
    secretariat: User, compliance: User, staff: User
) -> None:
    made = invoice(secretariat)
    paid = services.pay(
        actor=secretariat,
        invoice=made,
        amount=Decimal(1),
        paid_on=today(),
        how="cheque",
        reference="Cheque of Ines Quarry",
    )
    person = directory.create_person(actor=secretariat, given_name="Ines", family_name="Quarry")
    found = list(personal_data.held(compliance, person, None))
    assert [record.row for record in found] == [paid]
    assert list(personal_data.find(compliance, Sought(words="quarry"), None))
    assert not list(personal_data.held(staff, person, None))
    assert not list(personal_data.held(compliance, person, 1))
    directory.anonymise_person(actor=compliance, person=person, authority="s. 5", reason="Asked for it")
    paid.refresh_from_db()
    assert "Quarry" not in paid.reference
    assert paid.amount == Decimal(1)
