"""Letters about applications for a seat and about questions: in both official languages, the addressee's first.

None of them encourages a commercial activity: each answers what somebody sent, for which the law asks no consent
(S.C. 2010, c. 23, s. 6(6); SOR/2013-221, s. 3(b)).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from forums.models import Inquiry, SeatAppeal, SeatApplication
from members.memberships.intake import state_path

PURPOSE: Final = "seat-application"
RECEIVED: Final = "forums.application_received"
ACCEPTED: Final = "forums.application_accepted"
DECLINED: Final = "forums.application_declined"
APPEAL_RECEIVED: Final = "forums.appeal_received"
APPEAL_DECIDED: Final = "forums.appeal_decided"
ANSWER: Final = "forums.inquiry_answered"

Words = Callable[[], tuple[str, list[str]]]
"""Subject and paragraphs, in the language that is active when it is called."""


def tell_received(asked: SeatApplication, *, base_url: str) -> OutboxMessage:
    def words() -> tuple[str, list[str]]:
        return _("We received your application: %(forum)s") % {"forum": asked.forum}, [
            _("Thank you for applying on behalf of %(organization)s. We read it and write to you when it is decided.")
            % {"organization": asked.application.organization_name},
            _("Under this link you see how far it is. Whoever has the link sees the same, so keep it to yourself."),
        ]

    return _tell(asked, RECEIVED, str(asked.pk), words, base_url)


def tell_accepted(asked: SeatApplication, *, base_url: str) -> OutboxMessage:
    def words() -> tuple[str, list[str]]:
        term = asked.term
        days = dates.days_of(term) if term else ""
        return _("Your application is accepted: %(forum)s") % {"forum": asked.forum}, [
            _("%(organization)s has a seat at %(forum)s.")
            % {"organization": asked.application.organization_name, "forum": asked.forum},
            _("Seat: %(seat)s. Term: %(days)s.") % {"seat": term.seat if term else "", "days": days},
        ]

    return _tell(asked, ACCEPTED, f"{asked.pk}:{asked.version}", words, base_url)


def tell_declined(asked: SeatApplication, *, base_url: str) -> OutboxMessage:
    def words() -> tuple[str, list[str]]:
        return _("Your application was not accepted: %(forum)s") % {"forum": asked.forum}, [
            _("We considered the application of %(organization)s. It was not accepted.")
            % {"organization": asked.application.organization_name},
            _("Reason: %(reason)s") % {"reason": asked.application.reason},
            _("Under this link you may appeal once. Somebody else than before then decides."),
        ]

    return _tell(asked, DECLINED, f"{asked.pk}:{asked.application.version}", words, base_url)


def tell_appeal_received(appeal: SeatAppeal, *, base_url: str) -> OutboxMessage:
    asked = appeal.seat_application

    def words() -> tuple[str, list[str]]:
        return _("We received your appeal: %(forum)s") % {"forum": asked.forum}, [
            _("Somebody else than before decides it. We write to you then.")
        ]

    return _tell(asked, APPEAL_RECEIVED, str(asked.pk), words, base_url)


def tell_appeal_decided(appeal: SeatAppeal, *, base_url: str) -> OutboxMessage:
    asked = appeal.seat_application
    is_allowed = appeal.outcome == SeatAppeal.Outcome.ALLOWED

    def words() -> tuple[str, list[str]]:
        said = (
            _("Your appeal is allowed. The application is open again and is decided anew.")
            if is_allowed
            else _("Your appeal is dismissed. The application stays declined.")
        )
        subject = _("Your appeal is decided: %(forum)s") % {"forum": asked.forum}
        return subject, [said, _("Reason: %(reason)s") % {"reason": appeal.reason}]

    return _tell(asked, APPEAL_DECIDED, str(asked.pk), words, base_url)


def send_answer(inquiry: Inquiry) -> OutboxMessage:
    """What was answered, in the language in which it was asked: nobody translates it by machine."""
    installation = Installation.current()
    with translation.override(inquiry.language):
        context = {"name": inquiry.name, "paragraphs": [inquiry.answer], "link": "", "installation": installation}
        mail = Mail(
            to_address=inquiry.email,
            to_name=inquiry.name,
            language=inquiry.language,
            subject=_("Your question about %(forum)s") % {"forum": inquiry.forum},
            body_text=render_to_string("forums/email/letter.txt", context),
        )
    return queue_mail(mail, kind=ANSWER, key=f"{ANSWER}:{inquiry.pk}")


def _tell(asked: SeatApplication, kind: str, key: str, words: Words, base_url: str) -> OutboxMessage:
    """One letter of that kind for each key, in both languages."""
    application = asked.application
    own = application.language
    link = base_url.rstrip("/") + state_path(application, PURPOSE)
    subjects, bodies = [], []
    for language in (own, "en" if own == "fr" else "fr"):
        with translation.override(language):
            subject, paragraphs = words()
            context = {
                "name": application.applicant,
                "paragraphs": paragraphs,
                "link": link,
                "installation": Installation.current(),
            }
            subjects.append(subject)
            bodies.append(render_to_string("forums/email/letter.txt", context).strip())
    mail = Mail(
        to_address=application.email,
        to_name=application.applicant,
        language=own,
        subject=" / ".join(subjects),
        body_text="\n\n----\n\n".join(bodies) + "\n",
    )
    return queue_mail(mail, kind=kind, key=f"{kind}:{key}")
