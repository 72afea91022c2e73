"""What may be done about dues, and what is refused with a sentence and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from members.dues import periods, services
from members.dues.errors import DuesRefused
from members.memberships import rules
from members.memberships import services as memberships
from members.models import DuesPayment, DuesTax, Invoice, InvoiceRelief, Jurisdiction, NumberSeries
from members.reference import load_jurisdictions
from tests.members.dues.making import A_DAY, again, invoice, pay, running
from tests.members.memberships.making import LONG_AGO, by_board, clocks, party, tier

pytestmark = pytest.mark.django_db

BECAUSE = {"decided_by": "Board", "reason": "The mill burnt down."}


def refusal(act: Callable[[], object]) -> str:
    rows = (Invoice, InvoiceRelief, DuesPayment, NumberSeries)
    before = [list(model.objects.order_by("pk").values()) for model in rows]
    with pytest.raises(DuesRefused) as refused, transaction.atomic():
        act()
    assert [list(model.objects.order_by("pk").values()) for model in rows] == before
    return str(refused.value)


def test_an_invoice_asks_for_the_rate_of_the_first_day_of_its_year(secretariat: User, administrator: User) -> None:
    membership = running(secretariat, tier=tier(amount="500.00"))
    rules.set_dues(actor=administrator, tier=membership.tier, amount=Decimal("650.10"), first=today())
    made = invoice(secretariat, membership=membership)
    assert (made.amount, made.total, made.left, made.state) == (Decimal("500.00"),) * 3 + ("open",)
    assert isinstance(made.left, Decimal)
    assert made.number == f"{today().year}-0001"
    assert (made.first_day, made.billed_to) == (membership.first_day, "Tamarack Graphite")
    change = History.objects.filter(tbl="members_invoice", row_id=made.pk).get()
    assert (change.actor_id, change.action) == (secretariat.pk, "I")


def test_numbers_count_up_by_year_and_a_refused_act_takes_none(secretariat: User) -> None:
    last_year = date(today().year - 1, 12, 30)
    days = (today() - last_year).days + 10
    old = [invoice(secretariat, name=f"Old {number}", days=days, issued_on=last_year) for number in range(2)]
    new = [invoice(secretariat, name=f"New {number}") for number in range(2)]
    assert [each.number for each in old] == [f"{last_year.year}-0001", f"{last_year.year}-0002"]
    assert [each.number for each in new] == [f"{today().year}-0001", f"{today().year}-0002"]
    refusal(lambda: invoice(secretariat, membership=new[0].membership))
    services.cancel(actor=secretariat, invoice=new[1], reason="Sent to the wrong member.")
    # The number of a cancelled invoice stays used, and its year can be invoiced anew.
    assert invoice(secretariat, membership=new[1].membership).number == f"{today().year}-0003"


def test_numbered_rows_are_never_deleted(secretariat: User) -> None:
    made = invoice(secretariat)
    refused = pytest.raises(ProgrammingError, match="numbers have no gaps")
    with refused, transaction.atomic(), recorded(secretariat):
        Invoice.objects.filter(pk=made.pk)._raw_delete("default")  # type: ignore[attr-defined]  # past Django's own refusals
    assert Invoice.objects.filter(pk=made.pk).exists()


def test_one_invoice_for_a_year_of_a_membership(secretariat: User) -> None:
    made = invoice(secretariat)
    again_refused = refusal(lambda: invoice(secretariat, membership=made.membership))
    assert again_refused == "There is an invoice for these days already."
    row = Invoice.objects.values().get(pk=made.pk)
    with pytest.raises(IntegrityError, match="one_invoice_for_a_day"), transaction.atomic(), recorded(secretariat):
        Invoice.objects.create(**{**row, "id": None, "serial": 99, "token": uuid4(), "form_token": uuid4()})


def test_a_form_that_is_sent_twice_issues_and_pays_once(secretariat: User) -> None:
    membership, token = running(secretariat), uuid4()
    wanted: dict[str, Any] = {"first": membership.first_day, "due_on": today(), "form_token": token}
    first = services.issue(actor=secretariat, membership=membership, **wanted)
    assert services.issue(actor=secretariat, membership=membership, **wanted) == first
    part: dict[str, Any] = {"amount": Decimal(100), "paid_on": today(), "how": "cheque", "form_token": uuid4()}
    paid = services.pay(actor=secretariat, invoice=first, **part)
    assert services.pay(actor=secretariat, invoice=first, **part) == paid
    assert again(first).paid == Decimal(100)


def test_part_payments_make_it_paid_and_one_taken_back_owed_again(secretariat: User) -> None:
    made = invoice(secretariat)
    pay(secretariat, made, "200.00")
    assert (again(made).state, again(made).left) == ("part", Decimal("300.00"))
    second = pay(secretariat, made, "300.00")
    assert (again(made).state, again(made).left) == ("paid", Decimal(0))
    assert refusal(lambda: pay(secretariat, made, "0.01")) == "This is more than is left to pay: $0.00."
    services.take_back(actor=secretariat, payment=second, reason="The cheque was returned.")
    assert (again(made).state, again(made).left) == ("part", Decimal("300.00"))
    assert "taken back already" in refusal(
        lambda: services.take_back(actor=secretariat, payment=second, reason="Again.")
    )
    assert DuesPayment.objects.count() == 2


def test_bad_payments_are_refused_with_a_sentence(secretariat: User) -> None:
    made = invoice(secretariat, issued_on=today() - 10 * A_DAY)
    assert refusal(lambda: pay(secretariat, made, "500.01")) == "This is more than is left to pay: $500.00."
    for amount in ("0", "-5", "NaN"):
        assert refusal(lambda amount=amount: pay(secretariat, made, amount)) == "The amount must be more than nothing."
    assert refusal(lambda: pay(secretariat, made, "1.005")) == "Enter whole cents."
    assert "lies in the future" in refusal(lambda: pay(secretariat, made, "1", today() + A_DAY))
    assert "before the day on which the invoice was issued" in refusal(
        lambda: pay(secretariat, made, "1", today() - 11 * A_DAY)
    )
    assert "Say how" in refusal(
        lambda: services.pay(actor=secretariat, invoice=made, amount=Decimal(1), paid_on=today(), how="gold")
    )
    services.cancel(actor=secretariat, invoice=made, reason="Wrong member.")
    assert refusal(lambda: pay(secretariat, made, "1")) == "This invoice was cancelled."


def test_the_database_itself_refuses_amounts_of_nothing(secretariat: User) -> None:
    made = invoice(secretariat)
    with pytest.raises(IntegrityError, match="payment_is_of_something"), transaction.atomic(), recorded(secretariat):
        DuesPayment.objects.create(invoice=made, amount=Decimal(-1), paid_on=today(), how="cash")
    facts: dict[str, Any] = {"kind": "waived", "given_on": today(), **BECAUSE}
    with pytest.raises(IntegrityError, match="relief_is_of_something"), transaction.atomic(), recorded(secretariat):
        InvoiceRelief.objects.create(invoice=made, amount=Decimal(0), **facts)


def test_bad_invoices_are_refused_with_a_sentence(secretariat: User) -> None:
    membership = running(secretariat)
    day = membership.first_day
    assert day is not None

    def wanted(first: date = day, **facts: Any) -> Invoice:
        days = {"due_on": today() + A_DAY, **facts}
        return services.issue(actor=secretariat, membership=membership, first=first, **days)

    assert "cannot be issued in the future" in refusal(lambda: wanted(issued_on=today() + A_DAY))
    assert "due before it is issued" in refusal(lambda: wanted(due_on=today() - A_DAY))
    assert "owes nothing" in refusal(lambda: wanted(day + A_DAY))
    free = running(secretariat, name="Honorary Ores", tier=tier(name_en="Honorary", amount="0"))
    assert "owes nothing" in refusal(lambda: invoice(secretariat, membership=free))


def test_waived_and_credited_parts_need_not_be_paid(secretariat: User) -> None:
    made = invoice(secretariat)
    facts: dict[str, Any] = {"actor": secretariat, "invoice": made, "given_on": today()}
    services.waive(amount=Decimal("100.00"), **facts, **BECAUSE)
    note = services.credit(amount=Decimal("50.00"), **facts, **BECAUSE)
    assert (note.number, again(made).left) == (f"C{today().year}-0001", Decimal("350.00"))
    assert "more than is left" in refusal(lambda: services.waive(amount=Decimal(351), **facts, **BECAUSE))
    assert refusal(lambda: services.waive(amount=Decimal(1), **facts, decided_by="Board", reason=" ")) == "Say why."
    services.waive(amount=Decimal("350.00"), **facts, **BECAUSE)
    assert again(made).state == "waived"
    other = invoice(secretariat, name="Wrongly Asked")
    services.credit(actor=secretariat, invoice=other, amount=other.total, given_on=today(), **BECAUSE)
    assert again(other).state == "cancelled"


def test_an_invoice_on_which_money_came_in_is_not_cancelled(secretariat: User) -> None:
    made = invoice(secretariat)
    paid = pay(secretariat, made, "1.00")
    assert "Payments stand" in refusal(lambda: services.cancel(actor=secretariat, invoice=made, reason="Wrong."))
    services.take_back(actor=secretariat, payment=paid, reason="Noted on the wrong invoice.")
    assert refusal(lambda: services.cancel(actor=secretariat, invoice=made, reason="")) == "Say why."
    services.cancel(actor=secretariat, invoice=made, reason="Wrong.")
    assert again(made).state == "cancelled"
    assert again(made, made.issued_on - A_DAY).state == "none"


def test_who_may_only_look_records_nothing(secretariat: User, staff: User, compliance: User) -> None:
    made = invoice(secretariat)
    for actor in (staff, compliance):
        with pytest.raises(PermissionDenied):
            pay(actor, made, "1")
        with pytest.raises(PermissionDenied):
            services.cancel(actor=actor, invoice=made, reason="No.")
    assert list(Invoice.objects.visible_to(staff)) == []
    assert list(Invoice.objects.visible_to(compliance)) == [made]


def test_a_tax_of_the_day_falls_on_members_where_it_holds_and_stays_as_it_was(
    secretariat: User, administrator: User
) -> None:
    load_jurisdictions()
    here, there = Jurisdiction.objects.order_by("pk")[:2]
    wanted: dict[str, Any] = {"actor": administrator, "name_en": "GST", "name_fr": "TPS"}
    services.set_tax(**wanted, percent=Decimal(5), first=LONG_AGO)
    services.set_tax(**{**wanted, "name_en": "PST"}, percent=Decimal("9.975"), first=LONG_AGO, jurisdiction=here)
    who = party(secretariat, "Taxed Tin")
    who.jurisdiction = here
    who.save(update_fields=["jurisdiction"])
    membership = running(secretariat, party=who, tier=tier(amount="333.33"))
    made = invoice(secretariat, membership=membership)
    # 5 % is 16.6665 and 9.975 % is 33.2497: half a cent goes upwards.
    assert [line.amount for line in made.tax_lines.order_by("pk")] == [Decimal("16.67"), Decimal("33.25")]
    assert made.total == Decimal("383.25")
    elsewhere = party(secretariat, "Untaxed Uranium")
    elsewhere.jurisdiction = there
    elsewhere.save(update_fields=["jurisdiction"])
    assert [tax.name_en for tax in services.taxes_for(elsewhere, today())] == ["GST"]
    services.set_tax(**wanted, percent=Decimal(7), first=today())
    assert again(made).total == Decimal("383.25")
    assert [tax.percent for tax in DuesTax.objects.filter(name_en="GST").on(today())] == [Decimal(7)]
    with pytest.raises(DuesRefused, match="begins on that day or later"):
        services.set_tax(**wanted, percent=Decimal(8), first=today())


def firsts(membership: Any) -> list[tuple[date, bool]]:
    return [(each.first, each.is_next) for each in periods.owing_of(membership)]


def test_years_that_are_owed_follow_from_terms_waivers_and_invoices(secretariat: User) -> None:
    clocks(grace=60)
    now = today()
    two = running(secretariat, name="Two Years", days=400, last=now + timedelta(days=330))
    begun = two.first_day
    assert begun is not None
    second = periods.owing_of(two)[1].first
    assert firsts(two) == [(begun, False), (second, False)]
    assert (second - begun).days in (365, 366)
    invoice(secretariat, membership=two)
    assert firsts(two) == [(second, False)]
    # The next year is asked for before somebody renews, and is an owed year once it was renewed.
    soon = running(secretariat, name="Ends Soon", days=335)
    last = soon.last_day
    assert last is not None
    invoice(secretariat, membership=soon)
    assert firsts(soon) == [(last + A_DAY, True)]
    memberships.renew(actor=secretariat, membership=soon, last=last + timedelta(days=365), ruling=by_board(now))
    soon.refresh_from_db()
    assert firsts(soon) == [(last + A_DAY, False)]
    # Whoever was let off, or left before the year began, owes nothing for it.
    why = by_board(now, "As decided.")
    memberships.waive(actor=secretariat, membership=two, first=second, last=second, ruling=why)
    assert firsts(two) == []
    memberships.end(actor=secretariat, membership=soon, kind="resigned", last=last, ruling=why)
    assert firsts(soon) == []
