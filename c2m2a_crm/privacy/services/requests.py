"""A request for access from its receipt to its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation, Job
from c2m2a_crm.core.refusals import ActRefused, Text
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import AccessPerson, AccessRequest, LegalPeriod
from members.models import Person

# Owners answer well before the day on which the answer is due.
OWNERS_HAVE = timedelta(days=14)
FILES = "privacy.package"


class RequestRefused(ActRefused):
    """A rule of requests for access forbids the act; ``str()`` says why."""


class SentByAnother(RequestRefused):
    sentence = _("This form was sent by somebody else. Open a new one.")


CLOSED = _("This request is closed. What it holds stays as it was answered.")
NO_FILES = _("This request is closed: no file of it is made any more. Reopen it first.")


def period_on(legal_kind: str, kind: str, day: date) -> LegalPeriod:
    """The period in force on that day. Raises :class:`RequestRefused` where none is on file."""
    subject = (
        LegalPeriod.Subject.PERSON_ACCESS
        if kind == AccessRequest.Kind.PERSON
        else LegalPeriod.Subject.INFORMATION_ACCESS
    )
    return in_force(legal_kind, subject, day)


def in_force(legal_kind: str, subject: str, day: date) -> LegalPeriod:
    """As :func:`period_on`, for any subject."""
    period = LegalPeriod.objects.filter(legal_kind=legal_kind, subject=subject, valid__contains=day).first()
    if period is None:
        raise RequestRefused(_("No period is on file for that day."), field="received_on")
    return period


def open_request(
    *,
    actor: User,
    kind: str,
    requester: str,
    received_on: date,
    words: str = "",
    language: str = "en",
    person: Person | None = None,
    identity_checked: str = "",
    subject_words: str = "",
    people: Sequence[Person] = (),
    since: date | None = None,
    until: date | None = None,
    token: UUID | None = None,
) -> AccessRequest:
    """A new request with the next number of its year. A ``token`` that was sent before gives the first one back.

    Raises :class:`RequestRefused`.
    """
    require(policies.can_handle_privacy(actor))
    who, wanted = clean_line(requester), clean_line(subject_words)
    if not who:
        raise RequestRefused(_("Say who asks."), field="requester")
    if received_on > today():
        raise RequestRefused(_("A request cannot have come on a day that lies ahead."), field="received_on")
    if kind == AccessRequest.Kind.PERSON and person is None:
        raise RequestRefused(_("Choose the person."), field="person")
    if kind == AccessRequest.Kind.INFORMATION and not (wanted or people):
        raise RequestRefused(_("Say what is looked for: words, people or both."), field="subject_words")
    if since and until and until < since:
        raise RequestRefused(_("The last day must not lie before the first."), field="until")
    legal_kind = Installation.current().legal_kind
    with recorded(actor):
        # Two requests at once wait for one another here, so that each gets a number of its own.
        list(LegalPeriod.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
        if token and (known := AccessRequest.objects.filter(token=token).first()):
            if known.created_by_id != actor.pk:
                raise SentByAnother
            return known
        last = AccessRequest.objects.filter(year=received_on.year).aggregate(last=Max("number"))["last"]
        request = AccessRequest.objects.create(
            kind=kind,
            year=received_on.year,
            number=(last or 0) + 1,
            legal_kind=legal_kind,
            period=period_on(legal_kind, kind, received_on),
            requester=who,
            words=words.strip(),
            language=language,
            person=person if kind == AccessRequest.Kind.PERSON else None,
            identity_checked=clean_line(identity_checked),
            subject_words=wanted if kind == AccessRequest.Kind.INFORMATION else "",
            since=since,
            until=until,
            received_on=received_on,
            created_by=actor,
            token=token,
        )
        if kind == AccessRequest.Kind.INFORMATION:
            AccessPerson.objects.bulk_create(AccessPerson(request=request, person=each) for each in people)
    return request


def lock_open(request: AccessRequest, sentence: Text = CLOSED) -> AccessRequest:
    """The request as it stands, for the one who changes it. Raises :class:`RequestRefused` where it is closed."""
    current = _lock(request)
    if not current.is_open:
        raise RequestRefused(sentence)
    return current


def _lock(request: AccessRequest) -> AccessRequest:
    rows = AccessRequest.objects.select_for_update(of=("self",)).select_related("period", "person")
    return rows.get(pk=request.pk)


def extend_request(*, actor: User, request: AccessRequest, days: int, reason: str) -> AccessRequest:
    """Move the due day by ``days`` in all, within what the act allows and before the first period has run out.

    Raises :class:`RequestRefused`.
    """
    require(policies.can_handle_privacy(actor))
    why = reason.strip()
    if not why:
        raise RequestRefused(_("Say why. The requester is told."), field="reason")
    with recorded(actor, reason=clean_line(why)):
        current = lock_open(request)
        longest = current.period.longest_extension
        if days < 1 or (longest is not None and days > longest):
            sentence = _("Enter a number of days from 1 to %(days)d.") % {"days": longest or 365}
            raise RequestRefused(sentence, field="days")
        if today() > current.received_on + timedelta(days=current.period.days):
            raise RequestRefused(_("The first period has run out: it can no longer be extended."), field="days")
        current.extended_by_days, current.extension_reason, current.extended_on = days, why, today()
        current.version += 1
        current.save(update_fields=["extended_by_days", "extension_reason", "extended_on", "version"])
    return current


def close_request(*, actor: User, request: AccessRequest, note: str) -> AccessRequest:
    """The answer has gone out, or the request was withdrawn. Files made for it are deleted; its records stay."""
    require(policies.can_handle_privacy(actor))
    how = note.strip()
    if not how:
        raise RequestRefused(_("Say how it ended."), field="note")
    with recorded(actor):
        current = lock_open(request)
        current.closed_on, current.closing_note = today(), how
        current.version += 1
        current.save(update_fields=["closed_on", "closing_note", "version"])
        for job in Job.objects.filter(kind=FILES, parameters__request=current.pk).exclude(result_file=""):
            job.result_file.delete(save=False)
            job.save(update_fields=["result_file"])
    return current


def reopen_request(*, actor: User, request: AccessRequest, reason: str) -> AccessRequest:
    """The work goes on under the same number and the same clock; history keeps how it had ended.

    Raises :class:`RequestRefused` for a request that is open, or whose words were disposed of.
    """
    require(policies.can_handle_privacy(actor))
    why = clean_line(reason)
    if not why:
        raise RequestRefused(_("Say why it is reopened."), field="reason")
    with recorded(actor, reason=why):
        current = _lock(request)
        if current.is_open:
            raise RequestRefused(_("This request is open."))
        if not current.requester:
            raise RequestRefused(_("Its words were disposed of: it cannot be reopened. Open a new request."))
        current.closed_on, current.closing_note = None, ""
        current.version += 1
        current.save(update_fields=["closed_on", "closing_note", "version"])
    return current
