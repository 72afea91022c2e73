"""Letters of comment rounds, in the language of whoever gets them, or in both where it is not known.

A comment round of a table encourages no commercial activity, so the law on commercial messages asks no consent of these
(S.C. 2010, c. 23, s. 1(2)). Who said stop is left in peace all the same (``services.opening.reachable``).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, outbox
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail
from c2m2a_crm.core.querysets import CONFIDED
from forums.models import CommentRound, RoundInvitation, RoundOutcome, SeatTerm

INVITATION: Final = "rounds.invitation"
NUDGE: Final = "rounds.nudge"
HEARD: Final = "rounds.heard"
OUTCOMES: Final = "rounds.outcomes"

Words = Callable[[], tuple[str, list[str]]]
"""Subject and paragraphs, in the language that is active when it is called."""


def kinds_of(kind: str) -> tuple[str, str]:
    """As the outbox knows it: what concerns a forum that is closed to a circle is told apart."""
    return kind, f"{kind}{CONFIDED}"


def invite(invitation: RoundInvitation, *, address: str) -> OutboxMessage:
    """The first letter of a round, once to each who may answer for a seat."""
    round_ = invitation.round_seat.round

    def words() -> tuple[str, list[str]]:
        return _("Your comments: %(title)s (%(forum)s)") % _names(round_), [
            _("%(forum)s asks for your comments on “%(title)s”.") % _names(round_),
            *filter(None, [localized(round_, "about").text]),
            _standing(invitation),
            _promise(round_),
            _("Answer by %(day)s under this link. It is for you alone and needs no account.")
            % {"day": dates.short_date(round_.closes_on)},
        ]

    return _tell(invitation, INVITATION, str(invitation.pk), words, address=address, has_link=True)


def nudge(invitation: RoundInvitation, *, address: str) -> OutboxMessage:
    """A polite reminder to somebody from whose seat nothing has come: one on a day."""
    round_ = invitation.round_seat.round

    def words() -> tuple[str, list[str]]:
        return _("Reminder: your comments on %(title)s (%(forum)s)") % _names(round_), [
            _("Nothing has come from your seat yet in the comment round “%(title)s” of %(forum)s.") % _names(round_),
            _("It is open until %(day)s. A few words under this link are enough; you may also abstain.")
            % {"day": dates.short_date(round_.closes_on)},
        ]

    key = f"{invitation.pk}:{timezone.localdate():%Y-%m-%d}"
    return _tell(invitation, NUDGE, key, words, address=address, has_link=True)


def tell_heard(invitation: RoundInvitation, *, address: str, texts: dict[str, str]) -> OutboxMessage:
    """What the office heard, to everybody who was asked. ``texts`` are the approved ones, by language."""
    round_ = invitation.round_seat.round

    def words() -> tuple[str, list[str]]:
        language = (translation.get_language() or "en")[:2]
        text = texts.get(language) or next(iter(texts.values()))
        return _("What we heard: %(title)s (%(forum)s)") % _names(round_), [
            _("The comment round “%(title)s” of %(forum)s is closed. This is what we heard.") % _names(round_),
            text,
        ]

    return _tell(invitation, HEARD, str(invitation.pk), words, address=address, languages=tuple(texts))


def tell_outcomes(
    invitation: RoundInvitation, outcomes: list[tuple[str, RoundOutcome]], *, address: str
) -> OutboxMessage:
    """What became of the comments of whoever answered; each with the comment itself."""
    round_ = invitation.round_seat.round

    def words() -> tuple[str, list[str]]:
        paragraphs = [
            _("Thank you for your comments on “%(title)s” of %(forum)s. This is what became of them.") % _names(round_)
        ]
        for comment, outcome in outcomes:
            language = (translation.get_language() or "en")[:2]
            paragraphs += [
                _("You said: %(comment)s") % {"comment": comment},
                _("%(result)s: %(text)s")
                % {"result": outcome.get_result_display(), "text": localized(outcome, "text", language).text},
            ]
            if outcome.wording is not None:
                said = {"number": outcome.wording.number, "text": localized(outcome.wording, "text", language).text}
                paragraphs.append(_("The wording is now (version %(number)d): %(text)s") % said)
        return _("You said, this changed: %(title)s (%(forum)s)") % _names(round_), paragraphs

    key = f"{invitation.pk}:" + ",".join(f"{outcome.pk}.{outcome.version}" for _said, outcome in outcomes)
    return _tell(invitation, OUTCOMES, key, words, address=address)


def _names(round_: CommentRound) -> dict[str, str]:
    return {"title": localized(round_, "title").text, "forum": localized(round_.forum.initiative, "name").text}


def _standing(invitation: RoundInvitation) -> str:
    """One answer of a seat, and who else may give it."""
    if invitation.role == SeatTerm.Role.HOLDER:
        return _("You answer for your seat. It has one answer: if your alternate answers, too, the later one counts.")
    return _("You may answer for the seat whose alternate you are. It has one answer: the later one counts.")


def _promise(round_: CommentRound) -> str:
    """What the terms of reference say of names."""
    if round_.is_attributed:
        return _("By the terms of reference, what you say is reported with the name of your seat.")
    return _("By the terms of reference, what you say is reported without names.")


def _tell(
    invitation: RoundInvitation,
    kind: str,
    key: str,
    words: Words,
    *,
    address: str,
    has_link: bool = False,
    languages: tuple[str, ...] = LANGUAGES,
) -> OutboxMessage:
    """One letter of that kind for each key, in the languages that are there: the person's own, else in all of them."""
    from forums.rounds.links import answer_path  # which calls the services that call this module

    round_ = invitation.round_seat.round
    own = invitation.person.language
    sides = (own,) if own in languages else languages
    link = round_.links_base.rstrip("/") + answer_path(invitation) if has_link else ""
    subjects, bodies = [], []
    for language in sides:
        with translation.override(language):
            subject, paragraphs = words()
            context = {
                "name": invitation.person.full_name,
                "paragraphs": paragraphs,
                "link": link,
                "installation": Installation.current(),
            }
            subjects.append(subject)
            bodies.append(render_to_string("forums/email/letter.txt", context).strip())
    office = Installation.current()
    end = timezone.make_aware(datetime.combine(round_.closes_on + timedelta(days=1), time.min))
    mail = Mail(
        to_address=address,
        to_name=invitation.person.full_name,
        language=sides[0],
        subject=" / ".join(dict.fromkeys(subjects)),
        body_text="\n\n----\n\n".join(bodies) + "\n",
        sensitive_until=end if has_link else None,
        headers={
            "Content-Language": ", ".join(sides),
            **({"Reply-To": office.contact_email} if office.contact_email else {}),
        },
    )
    is_confided = round_.forum.initiative.is_confided
    return outbox.queue_mail(mail, kind=kinds_of(kind)[is_confided], key=f"{kind}:{key}")
