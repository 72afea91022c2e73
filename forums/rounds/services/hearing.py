"""What we heard: drafted of the answers, edited and approved by people, sent to everybody who was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.text import clean_line, fold
from forums.models import CommentRound, RoundAnswer, RoundInvitation, WhatWeHeard
from forums.rounds import emails, policies
from forums.rounds.errors import NotApproved, RoundRefused, StillOpen
from forums.rounds.services.opening import Sent, reachable

Stance = RoundAnswer.Stance


def draft_heard(round_: CommentRound) -> WhatWeHeard:
    """The draft in both languages, made of the answers. What people wrote over an earlier draft stays.

    The caller records who writes.
    """
    known = WhatWeHeard.objects.filter(round=round_).first()
    if known is not None:
        return known
    return WhatWeHeard.objects.create(
        round=round_, **{f"text_{language}": _draft(round_, language) for language in LANGUAGES}
    )


def redraft(*, actor: User, heard: WhatWeHeard) -> WhatWeHeard:
    """Throw the texts away and make them of the answers again; history keeps what stood there."""
    require(policies.can_run_round(actor, heard.round))
    with recorded(actor):
        current = lock(heard)
        _not_sent(current)
        texts: dict[str, Any] = {f"text_{language}": _draft(heard.round, language) for language in LANGUAGES}
        apply(current, texts | {f"approved_{language}_at": None for language in LANGUAGES})
    return current


def edit_heard(
    *,
    actor: User,
    heard: WhatWeHeard,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> WhatWeHeard:
    """Change the texts; one that changes loses its approval. Raises ``EditConflict`` or a named refusal."""
    require(policies.can_run_round(actor, heard.round))
    with recorded(actor):
        current = lock(heard)
        _not_sent(current)
        wanted = {name: clean_line(value) for name, value in changes.items()}
        keep = changes_to_keep(current, wanted, version=version, mine=mine, theirs=theirs)
        keep |= {f"approved_{name[-2:]}_at": None for name in list(keep) if name.startswith("text_")}
        apply(current, keep)
    return current


def approve_heard(*, actor: User, heard: WhatWeHeard, language: str) -> WhatWeHeard:
    require(policies.can_run_round(actor, heard.round))
    if language not in LANGUAGES:
        raise RoundRefused(_("Choose one of the two languages."))
    with recorded(actor):
        current = lock(heard)
        _not_sent(current)
        if not getattr(current, f"text_{language}"):
            raise RoundRefused(_("There is no text in this language yet."))
        if not current.is_approved(language):
            apply(current, {f"approved_{language}_at": timezone.now()})
    return current


def heard_may_not_leave(heard: WhatWeHeard) -> str:
    """Why it may not leave yet, as a sentence; empty where it may. Only an approved text leaves.

    A federal institution needs both (Official Languages Act, R.S.C. 1985, c. 31 (4th Supp.), Part IV).
    """
    approved = [language for language in LANGUAGES if heard.is_approved(language)]
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL and len(approved) < len(LANGUAGES):
        return _("It leaves once both languages are approved.")
    return "" if approved else _("It leaves once a language is approved.")


def send_heard(*, actor: User, heard: WhatWeHeard) -> Sent:
    """Send it to everybody who was asked, in their language where that is approved. A second press sends nothing."""
    require(policies.can_run_round(actor, heard.round))
    with recorded(actor):
        current = lock(heard)
        round_ = heard.round
        if round_.status != CommentRound.Status.CLOSED:
            raise StillOpen
        refused = heard_may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        sent = Sent()
        if current.sent_at is not None:
            return sent
        texts = {each: getattr(current, f"text_{each}") for each in LANGUAGES if current.is_approved(each)}
        rows = RoundInvitation.objects.filter(round_seat__round=round_).select_related(
            "round_seat__seat", "person", "message"
        )
        told: set[int] = set()
        for invitation, address in reachable(round_, list(rows.order_by("pk")), sent):
            if invitation.person_id not in told:  # who may answer for two seats reads it once
                told.add(invitation.person_id)
                emails.tell_heard(invitation, address=address, texts=texts)
                sent.queued += 1
        apply(current, {"sent_at": timezone.now()})
    return sent


def _not_sent(heard: WhatWeHeard) -> None:
    if heard.sent_at is not None:
        raise RoundRefused(_("It was sent: it stays as it was read."))


# --- The draft --------------------------------------------------------------------------------------------------------


def _draft(round_: CommentRound, language: str) -> str:
    """The answers, grouped by what was asked, in the words in which they came.

    Where the terms of reference attribute nothing, the words of a group stand in the order of the alphabet: their
    place tells nothing of the seat.
    """
    answers = list(
        RoundAnswer.objects.filter(round_seat__round=round_)
        .select_related("round_seat__seat__category", "round_seat__seat__jurisdiction", "round_seat__party")
        .prefetch_related("replies")
        .order_by("round_seat__seat__number", "pk")
    )
    asked = round_.seats.count()
    with translation.override(language):
        said = {"answered": len(answers), "asked": asked, "forum": localized(round_.forum.initiative, "name").text}
        said |= {"first": dates.short_date(round_.opened_on or round_.opens_on)}
        said |= {"last": dates.short_date(round_.closes_on)}
        parts = [
            f"# {localized(round_, 'title', language).text}",
            _("%(forum)s was asked from %(first)s to %(last)s. Seats that answered: %(answered)d of %(asked)d.") % said,
        ]
        if round_.wording is not None:
            parts += _stances(round_, answers, asked, language)
        for number, question in enumerate(round_.questions.order_by("position", "pk"), start=1):
            parts.append(f"## {number}. {localized(question, 'text', language).text}")
            words = [
                (each, reply.text)
                for each in answers
                for reply in each.replies.all()
                if reply.question_id == question.pk
            ]
            parts.append(_said(round_, words, language))
    return "\n\n".join(parts) + "\n"


def _stances(round_: CommentRound, answers: Sequence[RoundAnswer], asked: int, language: str) -> list[str]:
    counts = [(stance, sum(1 for each in answers if each.stance == stance.value)) for stance in Stance if stance.value]
    lines = [f"- {stance.label}: {count}" for stance, count in counts]
    lines.append("- " + _("No answer: %(count)d") % {"count": asked - len(answers)})
    parts = ["## " + _("Where the seats stand"), "\n".join(lines)]
    for stance, count in counts:
        words = [(each, each.reason) for each in answers if each.stance == stance.value and each.reason]
        if count and words:
            parts += [f"### {stance.label}", _said(round_, words, language)]
    return parts


def _said(round_: CommentRound, words: Iterable[tuple[RoundAnswer, str]], language: str) -> str:
    rows = list(words)
    if not rows:
        return _("Nobody wrote to this.")
    if not round_.is_attributed:
        rows.sort(key=lambda row: (fold(row[1]), row[0].pk))
    return "\n".join(_line(round_, answer, text, language) for answer, text in rows)


def _line(round_: CommentRound, answer: RoundAnswer, text: str, language: str) -> str:
    said = " ".join(text.split())
    if answer.language != language:
        said = (_("%(text)s (in French)") if answer.language == "fr" else _("%(text)s (in English)")) % {"text": said}
    if not round_.is_attributed:
        return f"- {said}"
    return f"- {speaker(answer)}: {said}"


def speaker(answer: RoundAnswer) -> str:
    """Whose comment it is: whom the seat spoke for, else the seat itself."""
    return str(answer.round_seat.party or answer.round_seat.seat)
