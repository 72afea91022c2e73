"""Rounds open: the roster of that day is frozen, and everybody who may answer for a seat gets a link of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.validity import today
from c2m2a_crm.outreach.selectors import stopped_addresses
from forums.models import CommentRound, RoundInvitation, RoundSeat, Seat, SeatTerm, TermsOfReference
from forums.rounds import emails, policies
from forums.rounds.errors import AlreadyOpen, LastDayPassed, NobodyToAsk, NotApproved, NothingToAsk
from forums.rounds.services.planning import texts_missing
from forums.selectors import SEAT_HOLDERS, terms_of_reference_on
from members.models import AddressUse, EmailAddress, Person

# As history knows the clock that opens and closes rounds.
SYSTEM: Final = "comment rounds"
# Who may answer for a seat: whoever holds it, else an alternate.
ANSWERING: Final = (SeatTerm.Role.HOLDER, SeatTerm.Role.FIRST_ALTERNATE, SeatTerm.Role.SECOND_ALTERNATE)
NO_ADDRESS = gettext_lazy("No e-mail address is in use.")
UNSUBSCRIBED = gettext_lazy("This address is unsubscribed from the mail of this table.")
BOUNCED = gettext_lazy("The last message to this address could not be delivered.")


@dataclass(slots=True)
class Sent:
    """How many messages were queued, and who could not be written to."""

    queued: int = 0
    held: list[tuple[Person, str]] = field(default_factory=list)


def may_not_leave(round_: CommentRound) -> str:
    """Why nothing may leave yet, as a sentence; empty where it may.

    A federal institution writes in both official languages (Official Languages Act, R.S.C. 1985, c. 31 (4th Supp.),
    Part IV).
    """
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL:
        unapproved = [language for language in LANGUAGES if not round_.is_approved(language)]
        if unapproved:
            missing = next((said for said in (texts_missing(round_, each) for each in unapproved) if said), "")
            return " ".join(filter(None, (str(NotApproved.sentence), missing)))
    return ""


def release_round(*, actor: User, round_: CommentRound, base_url: str) -> Sent:
    """Let the round open: at once where its day has come, else by the clock on that day.

    Raises a named refusal. ``base_url`` is the address under which the office is reached, for the links.
    """
    require(policies.can_run_round(actor, round_))
    with recorded(actor):
        current = lock(round_)
        if not current.is_editable:
            raise AlreadyOpen
        if current.wording_id is None and not current.questions.exists():
            raise NothingToAsk
        if current.closes_on < today():
            raise LastDayPassed
        refused = may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        current.released_at, current.links_base = timezone.now(), base_url[:200]
        current.version += 1
        current.save(update_fields=["released_at", "links_base", "version"])
        return _open(current, today()) if current.opens_on <= today() else Sent()


def hold_round(*, actor: User, round_: CommentRound) -> CommentRound:
    """Take the release back: the round stays a draft until it is released again."""
    require(policies.can_run_round(actor, round_))
    with recorded(actor):
        current = lock(round_)
        if not current.is_editable:
            raise AlreadyOpen
        if current.released_at is not None:
            current.released_at = None
            current.version += 1
            current.save(update_fields=["released_at", "version"])
    return current


def open_due(on: date | None = None) -> int:
    """Open every released round whose day has come; a night without a look loses nothing. How many opened.

    What was asked of the release is asked again. A round at whose table nobody sits, and one whose last day passed
    meanwhile, stay as they are and are shown so.
    """
    day = on or today()
    opened = 0
    for key in CommentRound.objects.due_to_open(day).active().order_by("pk").values_list("pk", flat=True):
        with transaction.atomic(), recorded(None, system=SYSTEM):
            current = CommentRound.objects.due_to_open(day).select_for_update(of=("self",)).filter(pk=key).first()
            if current is None or may_not_leave(current):
                continue
            try:
                _open(current, day)
            except NobodyToAsk:
                continue
            opened += 1
    return opened


def seats_to_ask(round_: CommentRound, day: date) -> list[tuple[Seat, list[SeatTerm]]]:
    """The seats of that day with whoever may answer for them, the holder first. Vacant ones without alternates are
    not asked."""
    terms = (
        SeatTerm.objects.on(day)
        .filter(
            seat__in=Seat.objects.on(day).filter(forum=round_.forum_id),
            role__in=ANSWERING,
            person__archived_at__isnull=True,
            person__anonymised_on__isnull=True,
        )
        .select_related("seat__category", "seat__party", "person", "party")
        .order_by(
            F("seat__category__position").asc(nulls_first=True), "seat__category_id", "seat__number", "seat_id", "pk"
        )
    )
    ranks = list(SeatTerm.Role.values)
    found: dict[int, tuple[Seat, list[SeatTerm]]] = {}
    for term in terms:
        found.setdefault(term.seat_id, (term.seat, []))[1].append(term)
    for _seat, sitting in found.values():
        sitting.sort(key=lambda term: ranks.index(term.role))
    return list(found.values())


def _open(current: CommentRound, day: date) -> Sent:
    """Freeze the roster of that day and write to everybody. The row is locked by the caller."""
    asked = seats_to_ask(current, day)
    if not asked:
        raise NobodyToAsk
    terms = terms_of_reference_on(current.forum, day)
    current.opened_on = day
    current.is_attributed = terms is not None and terms.attribution == TermsOfReference.Attribution.ATTRIBUTED
    current.version += 1
    current.save(update_fields=["opened_on", "is_attributed", "version"])
    invitations = []
    for seat, sitting in asked:
        row = RoundSeat.objects.create(round=current, seat=seat, party=sitting[0].party or seat.party)
        invitations += [RoundInvitation(round_seat=row, person=term.person, role=term.role) for term in sitting]
    RoundInvitation.objects.bulk_create(invitations)
    sent = Sent()
    for invitation, address in reachable(current, invitations, sent):
        invitation.message = emails.invite(invitation, address=address)
        sent.queued += 1
    RoundInvitation.objects.bulk_update([row for row in invitations if row.message], ["message"])
    return sent


def reachable(
    round_: CommentRound, invitations: Sequence[RoundInvitation], sent: Sent
) -> Iterable[tuple[RoundInvitation, str]]:
    """Each with the address in use today. Who has none, or said stop, is noted in ``sent`` and left out.

    So is an address at which the last message of this round did not arrive: it would not the next time.
    """
    addresses: dict[int, EmailAddress] = {}
    uses = AddressUse.objects.current().filter(person__in={row.person_id for row in invitations})
    for use in uses.select_related("email").order_by("-kind", "pk"):  # work before shared before personal
        if use.person_id is not None:
            addresses.setdefault(use.person_id, use.email)
    stopped = stopped_addresses({email.pk for email in addresses.values()}, SEAT_HOLDERS, round_.forum_id)
    for row in invitations:
        row.round_seat.round = round_
        email = addresses.get(row.person_id)
        why = ""
        if email is None or row.person.is_archived:
            why = str(NO_ADDRESS)
        elif email.pk in stopped:
            why = str(UNSUBSCRIBED)
        elif bounced(row.message, email.address):
            why = str(BOUNCED)
        if why or email is None:
            sent.held.append((row.person, why))
        else:
            yield row, email.address


def bounced(message: OutboxMessage | None, address: str) -> bool:
    failed = message is not None and message.state == OutboxMessage.State.FAILED
    return failed and message is not None and message.to_address.lower() == address.lower()
