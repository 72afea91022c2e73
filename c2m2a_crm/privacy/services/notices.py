"""Letters to third parties: sent once, answered by a day, their answer kept with the request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, LegalPeriod, NoticedRecord, ThirdPartyNotice
from c2m2a_crm.privacy.services.confided import confided_in
from c2m2a_crm.privacy.services.requests import RequestRefused, SentByAnother, in_force, lock_open

KIND = "privacy.third_party"
Answer = ThirdPartyNotice.Answer
_once = partial(refusals_of_the_database, {"privacy_thirdpartynotice_token_key": SentByAnother})


def is_owed_by(request: AccessRequest) -> bool:
    """Whether the act makes the office write to third parties: federal institutions, asked for information."""
    is_federal = request.legal_kind == Installation.LegalKind.FEDERAL
    return is_federal and request.kind == AccessRequest.Kind.INFORMATION


def to_notify(request: AccessRequest) -> QuerySet[AccessItem]:
    """Records that wait for a third party, but for those that were confided to a circle since."""
    waiting = request.items.filter(mark=AccessItem.Mark.THIRD_PARTY).exclude(pk__in=confided_in(request))
    return waiting.order_by("number")


def period_for_answers(request: AccessRequest) -> LegalPeriod:
    """In how many days a third party may answer what is sent today. Raises :class:`RequestRefused`."""
    return in_force(request.legal_kind, LegalPeriod.Subject.THIRD_PARTY_ANSWER, today())


def send_notice(
    *,
    actor: User,
    request: AccessRequest,
    items: Sequence[AccessItem],
    recipient: str,
    to_address: str,
    language: str,
    contents: str,
    token: UUID | None = None,
) -> ThirdPartyNotice:
    """Write to a third party about its records; the letter leaves by the outbox, in the language that it reads.

    A ``token`` that was sent before gives the first notice back. Raises :class:`RequestRefused`.
    """
    require(policies.can_handle_privacy(actor))
    who, what, where = clean_line(recipient), contents.strip(), to_address.strip()
    if not is_owed_by(request):
        raise RequestRefused(_("The act wants no notice to third parties for this request."))
    for said, field, sentence in (
        (who, "recipient", _("Say who the third party is.")),
        (what, "contents", _("Say what the records hold of theirs.")),
        (items, "items", _("Choose the records that the letter is about.")),
    ):
        if not said:
            raise RequestRefused(sentence, field=field)
    try:
        validate_email(where)
    except ValidationError:
        raise RequestRefused(_("Enter an e-mail address."), field="to_address") from None
    if language not in LANGUAGES:
        raise RequestRefused(_("Choose one of the two languages."), field="language")
    try:
        with _once(), recorded(actor):
            current = lock_open(request)
            if not set(to_notify(current)) >= set(items):
                raise RequestRefused(_("Mark the records for a third-party notice first."), field="items")
            notice = ThirdPartyNotice.objects.create(
                token=token,
                request=current,
                recipient=who,
                to_address=where,
                language=language,
                contents=what,
                period=period_for_answers(current),
                sent_on=today(),
                sent_by=actor,
            )
            NoticedRecord.objects.bulk_create(NoticedRecord(notice=notice, item=item) for item in items)
            queue_mail(_letter(notice), kind=KIND, key=f"{KIND}:{notice.pk}")
    except SentByAnother:
        known = ThirdPartyNotice.objects.filter(token=token, sent_by=actor, request=request).first()
        if known is None:
            raise
        return known
    return notice


def _letter(notice: ThirdPartyNotice) -> Mail:
    with translation.override(notice.language):
        context = {"notice": notice, "installation": Installation.current()}
        return Mail(
            to_address=notice.to_address,
            to_name=notice.recipient,
            language=notice.language,
            subject=render_to_string("privacy/email/third_party_subject.txt", context).strip(),
            body_text=render_to_string("privacy/email/third_party_message.txt", context),
        )


def record_answer(
    *, actor: User, notice: ThirdPartyNotice, answer: str, answered_on: date, note: str = ""
) -> ThirdPartyNotice:
    """Keep what the third party said; what becomes of its records is decided by their marks. May be put right.

    Raises :class:`RequestRefused`.
    """
    require(policies.can_handle_privacy(actor))
    if answer not in Answer.values:
        raise RequestRefused(_("Say what they answered."), field="answer")
    with recorded(actor):
        lock_open(notice.request)
        current = ThirdPartyNotice.objects.select_for_update(of=("self",)).select_related("period").get(pk=notice.pk)
        if not current.sent_on <= answered_on <= today():
            sentence = _("Enter a day from %(first)s to today.") % {"first": short_date(current.sent_on)}
            raise RequestRefused(sentence, field="answered_on")
        if answer == Answer.NONE and answered_on <= current.answer_until:
            sentence = _("They may answer until %(day)s.") % {"day": short_date(current.answer_until)}
            raise RequestRefused(sentence, field="answer")
        current.answer, current.answered_on, current.answer_note = answer, answered_on, note.strip()
        current.save(update_fields=["answer", "answered_on", "answer_note"])
    return current
