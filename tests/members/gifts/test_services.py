"""What may be recorded as a gift, when a receipt can be issued, and what becomes of both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History, Installation
from c2m2a_crm.core.registries import Disposal, Sought
from c2m2a_crm.core.validity import today
from members import services as directory
from members.gifts import personal_data, rules, services
from members.gifts.errors import GiftRefused, HasReceipt, ReplacedAlready, RuleBegins
from members.gifts.personal_data import GIFTS
from members.models import CharityRegistration, Gift, GiftReceipt, GiftRule, NumberSeries
from tests.members.gifts.making import again, charity, donor, gift, receipt
from tests.members.memberships.making import party

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def refused(act: Callable[[], object], words: str = "", field: str | None = None) -> None:
    with pytest.raises(GiftRefused) as caught:
        act()
    assert words in str(caught.value)
    if field is not None:
        assert caught.value.field == field


def test_a_gift_has_one_donor_an_amount_and_words_for_what_is_not_money(secretariat: User) -> None:
    charity()
    giver, of = donor(secretariat), party(secretariat)
    for facts, field in (
        ({"donor_party": of}, "donor_person"),
        ({"received_on": today() + A_DAY}, "received_on"),
        ({"amount": Decimal(0)}, "amount"),
        ({"amount": Decimal("0.001")}, "amount"),
        ({"amount": Decimal("NaN")}, "amount"),
        ({"how": ""}, "how"),
        ({"kind": "in_kind"}, "description"),
        ({"advantage": Decimal("500.01"), "advantage_for": "A meal"}, "advantage"),
        ({"advantage": Decimal("5")}, "advantage_for"),
        ({"advantage_for": "A meal"}, "advantage"),
        ({"kind": "in_kind", "description": "A drill", "amount": Decimal("1000.01")}, "appraiser"),
        (
            {"kind": "in_kind", "description": "A drill", "amount": Decimal("1000.01"), "appraiser": "B. Shaft"},
            "appraiser_address",
        ),
    ):
        given = {"donor_person": giver, "received_on": today(), "kind": "money", "how": "cheque"}
        wanted: dict[str, Any] = {**given, "amount": Decimal(500), **facts}
        refused(lambda wanted=wanted: services.record_gift(actor=secretariat, **wanted), field=field)
    assert not Gift.objects.exists()
    kept = gift(secretariat, donor_party=of, kind="in_kind", description="A drill", amount="1000.00", how="cheque")
    assert (kept.how, kept.eligible, again(kept).state) == ("", Decimal(1000), "plain")
    wanted = {"description": "A rig", "appraiser": "B. Shaft", "appraiser_address": "1 Pit Lane"}
    assert gift(secretariat, donor_party=of, kind="in_kind", amount="5000", **wanted).appraiser == "B. Shaft"


def test_without_a_charity_no_receipt_can_be_issued(secretariat: User) -> None:
    registration = charity(first=today() - 30 * A_DAY)
    made = gift(secretariat)
    early = gift(secretariat, received_on=today() - 31 * A_DAY)
    refused(lambda: receipt(secretariat, early), "not a registered charity on the day")
    Installation.objects.update(is_registered_charity=False)
    refused(lambda: receipt(secretariat, made), "The office is not a registered charity")
    Installation.objects.update(is_registered_charity=True)
    CharityRegistration.objects.filter(pk=registration.pk).update(valid=f"[2015-01-01,{today() - A_DAY})")
    refused(lambda: receipt(secretariat, made), "not on file for this day")
    assert not GiftReceipt.objects.exists()
    assert not NumberSeries.objects.exists()


def test_too_large_an_advantage_leaves_no_gift_to_receipt(secretariat: User) -> None:
    charity()
    edge = gift(secretariat, amount="100", advantage=Decimal(80), advantage_for="A dinner")
    above = gift(secretariat, amount="100", advantage=Decimal("80.01"), advantage_for="A dinner")
    refused(lambda: receipt(secretariat, above), "more than 80% of the gift")
    receipt(secretariat, edge)
    assert edge.eligible == Decimal(20)


def test_receipts_are_numbered_without_gaps_and_kept(secretariat: User) -> None:
    charity()
    first, second = gift(secretariat), gift(secretariat)
    one = receipt(secretariat, first)
    refused(lambda: receipt(secretariat, second, donor_address=""), field="donor_address")
    refused(lambda: receipt(secretariat, second, issued_on=today() + A_DAY), field="issued_on")
    refused(lambda: receipt(secretariat, second, issued_on=today() - A_DAY), field="issued_on")
    with pytest.raises(HasReceipt):
        receipt(secretariat, first)
    two = receipt(secretariat, second)
    assert (one.serial, two.serial) == (1, 2)
    refused(lambda: services.take_back(actor=secretariat, gift=first, reason="Wrong."), "Cancel it first")
    three = receipt(secretariat, first, replaces=one, donor_name="Inès Quarry")
    services.cancel_receipt(actor=secretariat, receipt=two, reason="Wrong donor.")
    refused(lambda: services.cancel_receipt(actor=secretariat, receipt=two, reason="Again."), "cancelled already")
    states = dict(GiftReceipt.objects.with_state().values_list("serial", "state"))
    assert states == {1: "replaced", 2: "cancelled", 3: "standing"}
    assert (three.replaces, again(first).receipt_serial, again(first).state) == (one, 3, "receipted")
    assert again(second).state == "plain"
    services.take_back(actor=secretariat, gift=second, reason="Wrong donor.")
    assert again(second).state == "taken_back"
    refused(lambda: receipt(secretariat, second), "taken back")
    with pytest.raises(DatabaseError), transaction.atomic():
        GiftReceipt.objects.filter(pk=two.pk).delete()
    assert history_of(one).filter(action=History.Action.CHANGED).exists()


def test_a_receipt_of_a_gift_that_was_noted_anew_replaces_the_cancelled_one_once(secretariat: User) -> None:
    charity()
    wrong = gift(secretariat, amount="50")
    spoiled = receipt(secretariat, wrong)
    services.cancel_receipt(actor=secretariat, receipt=spoiled, reason="Wrong amount.")
    services.take_back(actor=secretariat, gift=wrong, reason="Wrong amount.")
    right = gift(secretariat, amount="500", donor_person=wrong.donor_person)
    strangers = gift(secretariat)
    with pytest.raises(ReplacedAlready):
        receipt(secretariat, strangers, replaces=spoiled)
    assert receipt(secretariat, right, replaces=spoiled).replaces == spoiled
    other = gift(secretariat, donor_person=wrong.donor_person)
    with pytest.raises(ReplacedAlready):
        receipt(secretariat, other, replaces=spoiled)


def test_whoever_does_not_keep_gifts_changes_nothing(compliance: User, staff: User, secretariat: User) -> None:
    charity()
    made = gift(secretariat)
    for actor in (compliance, staff):
        for act in (
            lambda actor=actor: gift(actor, donor_person=made.donor_person),
            lambda actor=actor: receipt(actor, made),
            lambda actor=actor: services.take_back(actor=actor, gift=made, reason="x"),
        ):
            with pytest.raises(PermissionDenied):
                act()
    for act in (
        lambda: rules.set_rule(actor=secretariat, subject="advantage", number=Decimal(1), first=today()),
        lambda: rules.end_registration(actor=secretariat, registration=CharityRegistration.objects.get(), last=today()),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert (Gift.objects.count(), GiftReceipt.objects.count()) == (1, 0)


def test_rules_and_registrations_are_dated_one_after_another(administrator: User, secretariat: User) -> None:
    charity()
    start = date(2026, 1, 1)
    rules.set_rule(actor=administrator, subject="appraisal", number=Decimal(2000), first=start)
    with pytest.raises(RuleBegins):
        rules.set_rule(actor=administrator, subject="appraisal", number=Decimal(1), first=start)
    refused(
        lambda: rules.set_rule(actor=administrator, subject="advantage", number=Decimal(101), first=start),
        field="number",
    )
    for day, number in ((start - A_DAY, 1000), (start, 2000)):
        rule = rules.rule_on(GiftRule.Subject.APPRAISAL, day)
        assert rule is not None
        assert rule.number == number
    given = {"name": "Fund", "address": "1 Pit Lane", "place": "Ottawa", "signatory": "B. Shaft"}
    refused(lambda: rules.set_registration(actor=administrator, number="12345", first=start, **given), "nine digits")
    made = receipt(secretariat, gift(secretariat))
    newer = rules.set_registration(actor=administrator, number="987654321RR0001", first=start, **given)
    before, after = rules.registration_on(start - A_DAY), rules.registration_on(start)
    assert before is not None
    assert (before.number, after) == ("123456789RR0001", newer)
    made.refresh_from_db()
    assert made.registration == before  # what was issued goes on naming what it was issued under


def test_people_who_gave_are_found_kept_and_made_anonymous(secretariat: User, compliance: User, staff: User) -> None:
    charity()
    made = gift(secretariat, note="Ines Quarry asked us to wait.")
    person = made.donor_person
    assert person is not None
    given = receipt(secretariat, made)
    other = gift(secretariat, donor_party=party(secretariat), reference="Cheque of Ines Quarry")
    found = [record.row for record in personal_data.held(compliance, person, None)]
    assert found == [made, other, given]
    assert not list(personal_data.held(staff, person, None))
    assert not list(personal_data.held(compliance, person, 1))
    assert [record.row for record in personal_data.find(compliance, Sought(words="quarry cheque"), None)] == [other]
    assert list(personal_data.gave_since(today())) == [{"donor_person": person.pk}]
    assert not personal_data.gave_since(today() + A_DAY).exists()
    directory.anonymise_person(actor=compliance, person=person, authority="s. 5", reason="Asked for it")
    for row in (made, other, given):
        row.refresh_from_db()
    words = " ".join((made.note, other.reference, given.donor_name, given.donor_address))
    assert "Quarry" not in words
    assert "Shaft Road" not in words
    assert (made.amount, given.serial) == (Decimal(500), 1)


def test_names_on_old_receipts_go_with_time_and_the_books_stay(secretariat: User, compliance: User) -> None:
    charity()
    made = gift(secretariat, note="By hand.")
    given = receipt(secretariat, made)
    assert not GIFTS.rows(today()).exists()
    assert list(GIFTS.rows(today() + A_DAY)) == [made]
    disposal = Disposal(actor=compliance, authority="s. 230(4)", reason="Old", base_url="https://crm.example/")
    GIFTS.dispose(made.pk, disposal)
    made.refresh_from_db()
    given.refresh_from_db()
    assert (made.note, given.donor_name, given.donor_address) == ("", "[…]", "[…]")
    assert (made.amount, given.serial) == (Decimal(500), 1)
    assert not GIFTS.rows(today() + A_DAY).exists()
    kept = [str(change.after) for change in history_of(given)]
    assert not [text for text in kept if "Shaft Road" in text]
