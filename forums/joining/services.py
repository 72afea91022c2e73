"""Applications for a seat: received, decided with a reason, appealed against; and questions, answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.documents.receiving import Sent
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from forums.joining import emails
from forums.models import Forum, Inquiry, Seat, SeatAppeal, SeatApplication, SeatCategory, SeatTerm
from forums.policies import can_manage_forum
from forums.selectors import terms_of_reference_on
from forums.services import ForumError, NotEligible, appoint
from forums.terms_of_reference.eligibility import Verdict, verdict_on
from members.memberships import intake
from members.memberships.admission import known_person, new_party, new_person
from members.memberships.services import Ruling
from members.models import Application, Party


class NoAppeal(ForumError):
    sentence = _("There is nothing to appeal against.")


class AppealedAlready(ForumError):
    sentence = _("An appeal was sent already.")


class SomebodyElseDecides(ForumError):
    sentence = _("Whoever recorded the refusal does not decide the appeal. Somebody else does.")


class AnsweredAlready(ForumError):
    sentence = _("This question is answered already.")


class SeatOfAnotherForum(ForumError):
    sentence = _("This seat belongs to another forum.")
    field = "seat"


def verdict_of(asked: SeatApplication) -> Verdict:
    """Whether the rules of the day on which it was received admit the applicant, with the reason."""
    day = timezone.localdate(asked.application.received_at)
    return verdict_on(terms_of_reference_on(asked.forum, day), asked.application.party_kind)


def apply_for_seat(
    *,
    forum: Forum,
    form_token: UUID,
    language: str,
    base_url: str,
    fields: Mapping[str, Any],
    category: SeatCategory | None = None,
    contribution: str = "",
    confidential: Sequence[str] = (),
    files: Sequence[Sent] = (),
    language_of_files: str = "",
) -> Application:
    """Keep what was sent by the public form of a table, once. ``fields`` are those of the shared application.

    Raises ``DocumentRefused`` for a file that is not taken; then nothing is kept.
    """

    def follow(application: Application) -> SeatApplication:
        asked = SeatApplication.objects.create(
            application=application,
            forum=forum,
            category=category,
            contribution=clean_line(contribution),
            confidential=[name for name in SeatApplication.MARKABLE if name in confidential],
        )
        emails.tell_received(asked, base_url=base_url)
        return asked

    return intake.receive(
        form_token=form_token,
        language=language,
        base_url=base_url,
        fields=fields,
        kind=Application.Kind.SEAT,
        follow=follow,
        files=files,
        language_of_files=language_of_files,
    )


def accept(
    *,
    actor: User,
    asked: SeatApplication,
    seat: Seat,
    first: date,
    last: date | None,
    ruling: Ruling,
    base_url: str,
    party: Party | None = None,
) -> SeatTerm:
    """Seat the applicant: for the party chosen or a new one, from ``first`` to ``last``; the letter goes out.

    Raises :class:`forums.services.NotEligible` with the rule, what :func:`forums.services.appoint` raises, and the
    refusals of the intake.
    """
    require(can_manage_forum(actor, asked.forum))
    with recorded(actor, reason=ruling.reason):
        current = intake.locked_for_decision(actor, asked.application)
        if seat.forum_id != asked.forum_id:
            raise SeatOfAnotherForum
        verdict = verdict_of(asked)
        if not verdict.is_eligible:
            raise NotEligible(verdict.reason)
        party = party or new_party(actor, current)
        person = known_person(current, party) or new_person(actor, current, party)
        term = appoint(actor=actor, seat=seat, person=person, party=party, first=first, last=last)
        current.party, current.person = party, person
        _decide(current, actor, Application.Decision.ADMITTED, ruling)
        asked.term, asked.application = term, current
        asked.version += 1
        asked.save(update_fields=["term", "version"])
        emails.tell_accepted(asked, base_url=base_url)
    return term


def decline(*, actor: User, asked: SeatApplication, ruling: Ruling, base_url: str) -> None:
    """Decline with a reason, which the applicant is told so that they may appeal."""
    require(can_manage_forum(actor, asked.forum))
    with recorded(actor, reason=ruling.reason):
        current = intake.locked_for_decision(actor, asked.application)
        _decide(current, actor, Application.Decision.DECLINED, ruling)
        asked.application = current
        emails.tell_declined(asked, base_url=base_url)


def appeal(*, asked: SeatApplication, text: str, base_url: str) -> SeatAppeal:
    """The applicant, by the link, against a refusal; once. Raises :class:`NoAppeal`, :class:`AppealedAlready`."""
    said = clean_line(text)
    if not said:
        raise NoAppeal(_("Say why the decision should change."), field="text")
    with recorded(None, system=intake.BY_FORM):
        current = Application.objects.select_for_update(of=("self",)).get(pk=asked.pk)
        if SeatAppeal.objects.filter(seat_application=asked).exists():
            raise AppealedAlready
        if current.decision != Application.Decision.DECLINED:
            raise NoAppeal
        made = SeatAppeal.objects.create(seat_application=asked, text=said)
        emails.tell_appeal_received(made, base_url=base_url)
    return made


def decide_appeal(*, actor: User, made: SeatAppeal, outcome: str, ruling: Ruling, base_url: str) -> SeatAppeal:
    """Dismissed, or allowed: then the application is open again. Whoever refused does not decide."""
    require(can_manage_forum(actor, made.seat_application.forum))
    with recorded(actor, reason=ruling.reason):
        application = Application.objects.select_for_update(of=("self",)).get(pk=made.seat_application_id)
        current = SeatAppeal.objects.select_for_update(of=("self",)).get(pk=made.pk)
        if current.outcome:
            raise intake.AlreadyDecided
        if application.recorded_by_id == actor.pk:
            raise SomebodyElseDecides
        if application.declarations.filter(user=actor).exists():
            raise SomebodyElseDecides(_("You declared an interest in this application. Somebody else decides."))
        current.outcome, current.decided_on = outcome, ruling.decided_on
        current.decided_by, current.reason = clean_line(ruling.decided_by)[:200], clean_line(ruling.reason)
        current.recorded_by = actor
        current.version += 1
        current.save()
        if outcome == SeatAppeal.Outcome.ALLOWED:
            application.decision, application.decided_on, application.decided_by = "", None, ""
            application.reason, application.recorded_by = "", None
            application.version += 1
            application.save()
        emails.tell_appeal_decided(current, base_url=base_url)
    return current


def ask(
    *,
    forum: Forum,
    form_token: UUID,
    language: str,
    name: str,
    email: str,
    question: str,
    organization_name: str = "",
) -> Inquiry:
    """Keep a question about a table; a form that is sent twice asks once."""
    with recorded(None, system=intake.BY_FORM):
        try:
            with transaction.atomic():
                return Inquiry.objects.create(
                    forum=forum,
                    form_token=form_token,
                    language=language,
                    name=clean_line(name),
                    email=email,
                    organization_name=clean_line(organization_name),
                    question=clean_line(question),
                )
        except IntegrityError:
            known = Inquiry.objects.filter(form_token=form_token).first()
            if known is None:
                raise
            return known


def answer(*, actor: User, inquiry: Inquiry, text: str) -> Inquiry:
    """Send an answer by mail. Raises :class:`AnsweredAlready`."""
    require(can_manage_forum(actor, inquiry.forum))
    with recorded(actor):
        current = Inquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
        if current.answered_at is not None:
            raise AnsweredAlready
        current.answer, current.answered_at, current.answered_by = clean_line(text), timezone.now(), actor
        current.version += 1
        current.save()
        emails.send_answer(current)
    return current


def _decide(application: Application, actor: User, decision: str, ruling: Ruling) -> None:
    intake.note_decision(
        application,
        actor=actor,
        decision=decision,
        decided_by=ruling.decided_by,
        decided_on=ruling.decided_on,
        reason=ruling.reason,
    )
