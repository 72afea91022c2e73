"""Members of the fictional office in every state, their dues, gifts, and three applications in the queue."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from members.dues import periods, sending
from members.dues import services as dues
from members.gifts import services as gifts
from members.gifts.reference import load_gift_rules
from members.memberships import intake, rules, services
from members.memberships.reference import load_clocks
from members.memberships.services import Ruling
from members.models import Membership, MembershipTier, Party

_SINCE: Final = date(2020, 1, 1)
_BASE: Final = "https://crm.example/"
_TIERS: Final = (
    ("Corporate", "Entreprise", ("business", "expert"), "2500.00"),
    ("Association", "Association", ("association", "nonprofit", "representative_body"), "900.00"),
    ("Academic", "Milieu universitaire", ("academic",), "400.00"),
)
# How each of the first businesses stands: days since the first day of the term, its length in months, what happened.
_STANDINGS: Final = (
    (400, 24, ""),
    (333, 12, ""),
    (380, 12, ""),
    (700, 12, ""),
    (200, 12, "suspended"),
    (250, 12, "resigned"),
    (390, 12, "waived"),
    (-20, 12, "applicant"),
    (720, 24, "renewed"),
)


def add_memberships(office: Office) -> None:
    load_clocks()  # also where the reference data has not been loaded, as in tests
    keeper = office.colleagues["eloise"]
    tiers = [
        rules.add_tier(actor=keeper, name_en=english, name_fr=french, kinds=kinds, first=_SINCE, position=place)
        for place, (english, french, kinds, _amount) in enumerate(_TIERS)
    ]
    for tier, (_english, _french, _kinds, amount) in zip(tiers, _TIERS, strict=True):
        rules.set_dues(
            actor=keeper, tier=tier, amount=Decimal(amount), first=_SINCE, source="Annual general meeting of 2019"
        )
    businesses = [party for party in office.parties.values() if party.kind == Party.Kind.BUSINESS]
    for party, (days, months, act) in zip(businesses, _STANDINGS, strict=False):
        _admit(office, party, tiers[0], days, months, act)
    others = [party for party in office.parties.values() if party.kind in tiers[1].kinds + tiers[2].kinds]
    for place, party in enumerate(others[:4]):
        tier = tiers[1] if party.kind in tiers[1].kinds else tiers[2]
        _admit(office, party, tier, 60 + 80 * place, 12, "")
    _apply(office, tiers)
    _invoice(office)
    _give(office, businesses)


def _admit(office: Office, party: Party, tier: MembershipTier, days: int, months: int, act: str) -> None:
    keeper = office.colleagues["omar"]
    first = today() - timedelta(days=days)
    decided = min(first, today())

    def board(day: date, reason: str = "") -> Ruling:
        return Ruling("Board of directors", day, reason)

    length = 12 if act == "renewed" else months
    membership = services.admit(
        actor=keeper,
        party=party,
        tier=tier,
        first=first,
        last=months_after(first, length) - timedelta(days=1),
        ruling=board(decided, "Meets the terms of admission."),
        applied_on=decided - timedelta(days=15),
        contact=next(iter(office.people_of.get(_key_of(office, party), ())), None),
    )
    last = membership.last_day
    now = today()
    match act:
        case "suspended":
            why = board(now, "Under review after a complaint about the code of conduct.")
            services.suspend(actor=keeper, membership=membership, first=now, last=None, ruling=why)
        case "resigned":
            why = board(now, "The company left the battery business.")
            services.end(actor=keeper, membership=membership, kind="resigned", last=now - timedelta(days=1), ruling=why)
        case "waived" if last is not None:
            why = board(last, "The mill is being rebuilt after a fire.")
            first_waived = last + timedelta(days=1)
            services.waive(
                actor=keeper, membership=membership, first=first_waived, last=now + timedelta(days=120), ruling=why
            )
        case "renewed" if last is not None:
            _renew(office, membership, months_after(first, months) - timedelta(days=1), board(last, "As before."))


def _renew(office: Office, membership: Membership, last: date, ruling: Ruling) -> None:
    services.renew(actor=office.colleagues["omar"], membership=membership, last=last, ruling=ruling)


def _invoice(office: Office) -> None:
    """Most years that are owed, in the order of their days: paid, paid in parts, waived in part, late, wrongly sent."""
    keeper, now = office.colleagues["omar"], today()
    rows = Membership.objects.with_status().select_related("party", "tier").order_by("pk")
    owed = sorted(periods.owing(rows), key=lambda each: (each.first, each.membership.pk))
    for place, each in enumerate(owed[: -len(owed) // 4 or None]):
        issued = min(each.first, now)
        invoice = dues.issue(
            actor=keeper,
            membership=each.membership,
            first=each.first,
            issued_on=issued,
            due_on=issued + timedelta(days=30),
        )
        if place % 2 == 0:
            sending.send(actor=keeper, invoice=invoice, base_url=_BASE, form_token=uuid.uuid4())
        paid_on, half = min(issued + timedelta(days=21), now), (each.amount / 2).quantize(Decimal("0.01"))
        match place % 6:
            case 0 | 3:
                dues.pay(
                    actor=keeper, invoice=invoice, amount=each.amount, paid_on=paid_on, how="transfer", reference="EFT"
                )
            case 1:
                dues.pay(actor=keeper, invoice=invoice, amount=half, paid_on=issued, how="cheque", reference="No. 204")
                dues.pay(actor=keeper, invoice=invoice, amount=half, paid_on=paid_on, how="interac")
            case 2:
                dues.pay(actor=keeper, invoice=invoice, amount=half, paid_on=paid_on, how="cheque", reference="No. 88")
            case 4:
                dues.waive(
                    actor=keeper,
                    invoice=invoice,
                    amount=half,
                    given_on=paid_on,
                    decided_by="Board of directors",
                    reason="Admitted in the middle of the year.",
                )


def _give(office: Office, businesses: list[Party]) -> None:
    """Money, money with a dinner, a machine for a purpose, and one that was noted twice. The office is no charity."""
    load_gift_rules()
    keeper = office.colleagues["omar"]
    for place, (party, amount) in enumerate(zip(businesses, ("1000.00", "400.00", "850.00", "850.00"), strict=False)):
        kind: dict[str, Any] = {"kind": "money", "how": "transfer", "reference": "EFT"}
        if place == 1:
            kind |= {"advantage": Decimal("90.00"), "advantage_for": "Two seats at the annual dinner"}
        if place >= 2:
            kind = {
                "kind": "in_kind",
                "description": "A bench-top ore sorter, used",
                "purpose": "The teaching laboratory",
            }
        gift = gifts.record_gift(
            actor=keeper,
            donor_party=party,
            received_on=today() - timedelta(days=40 + 60 * place),
            amount=Decimal(amount),
            **kind,
        )
        if place == 3:
            gifts.take_back(actor=keeper, gift=gift, reason="Noted twice.")


def _key_of(office: Office, party: Party) -> str:
    return next(key for key, each in office.parties.items() if each.pk == party.pk)


def _apply(office: Office, tiers: list[MembershipTier]) -> None:
    """One just came, one is under review, one was sent in French by somebody who is on file already."""
    businesses = [party for party in office.parties.values() if party.kind == Party.Kind.BUSINESS]
    known = str(businesses[-1]) if businesses else "Atelier des batteries"
    sent = (
        ("en", "Cedar Ridge Recycling", "business", 0, "Odile", "Marchbanks", "odile@cedar-ridge.example"),
        ("en", "Prairie Magnet Works", "business", 0, "Tobias", "Wren", "tobias@prairie-magnet.example"),
        ("fr", known, "business", 0, "Solange", "Quartier", "solange@atelier.example"),
    )
    for language, name, kind, tier, given, family, address in sent:
        application = intake.receive(
            form_token=uuid.uuid4(),
            language=language,
            base_url=_BASE,
            fields={
                "organization_name": name,
                "party_kind": kind,
                "given_name": given,
                "family_name": family,
                "email": address,
                "tier": tiers[tier],
                "statement": "Nous recyclons des batteries et cherchons des partenaires."
                if language == "fr"
                else "We recycle batteries and look for partners along the value chain.",
            },
        )
        if given == "Tobias":
            keeper = office.colleagues["omar"]
            intake.check_point(actor=keeper, application=application, point="identity", note="Found in the registry.")
