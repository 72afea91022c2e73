"""Rounds before they open: drafted, changed, approved, discarded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from forums.models import CommentRound, Forum, PositionWording, RoundQuestion
from forums.policies import can_manage_forum
from forums.rounds import policies
from forums.rounds.errors import (
    AlreadyOpen,
    ClosesBeforeItOpens,
    RoundRefused,
    WordingOfAnotherForum,
    refusals,
)
from members.services.names import cleaned

MOST_QUESTIONS: Final = 20
_TEXTS: Final = ("title", "about")


def create_round(
    *,
    actor: User,
    forum: Forum,
    opens_on: date,
    closes_on: date,
    wording: PositionWording | None = None,
    questions: Sequence[tuple[str, str]] = (),
    **texts: str,
) -> CommentRound:
    """Draft a round; ``questions`` are pairs in English and French, in their order. Nothing leaves yet.

    Without a title it is called by the question of the position. Raises a named refusal or ``ValidationError``.
    """
    require(can_manage_forum(actor, forum))
    if closes_on < opens_on:
        raise ClosesBeforeItOpens
    _check_wording(wording, forum)
    wanted = cleaned(texts)
    if wording is not None and not (wanted.get("title_en") or wanted.get("title_fr")):
        position = wording.position
        wanted |= {"title_en": position.question_en[:250], "title_fr": position.question_fr[:250]}
    with recorded(actor), refusals():
        made = CommentRound(
            forum=forum, wording=wording, opens_on=opens_on, closes_on=closes_on, created_by=actor, **wanted
        )
        made.full_clean(exclude=["forum", "wording", "created_by"])
        made.save(force_insert=True)
        _write_questions(made, questions)
    return made


def edit_round(
    *,
    actor: User,
    round_: CommentRound,
    version: int,
    changes: Mapping[str, Any],
    questions: Sequence[tuple[str, str]] | None = None,
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> CommentRound:
    """Change a round that has not opened. Texts that change lose the approval of their language.

    Raises ``EditConflict``, ``ValidationError`` or a named refusal.
    """
    require(policies.can_run_round(actor, round_))
    with recorded(actor), refusals():
        current = lock(round_)
        if not current.is_editable:
            raise AlreadyOpen
        keep = changes_to_keep(current, cleaned(changes), version=version, mine=mine, theirs=theirs)
        if keep.get("closes_on", current.closes_on) < keep.get("opens_on", current.opens_on):
            raise ClosesBeforeItOpens
        if "wording" in keep:
            _check_wording(keep["wording"], current.forum)
        if questions is not None and _write_questions(current, questions):
            keep |= {f"approved_{language}_at": None for language in LANGUAGES}
            keep["released_at"] = None
        for language in LANGUAGES:
            if {f"{name}_{language}" for name in _TEXTS} & keep.keys():
                keep[f"approved_{language}_at"] = None
        apply(current, keep)
    return current


def _check_wording(wording: PositionWording | None, forum: Forum) -> None:
    """A position of this forum or of the alliance; another table is not asked about it behind its back."""
    if wording is not None and wording.position.initiative_id not in (None, forum.pk):
        raise WordingOfAnotherForum


def _write_questions(round_: CommentRound, questions: Sequence[tuple[str, str]]) -> bool:
    """Make the questions equal to ``questions``, place by place. Whether anything changed."""
    wanted = [(clean_line(english)[:500], clean_line(french)[:500]) for english, french in questions]
    wanted = [pair for pair in wanted if any(pair)]
    if len(wanted) > MOST_QUESTIONS:
        raise RoundRefused(
            _("A round asks at most %(count)d questions.") % {"count": MOST_QUESTIONS}, field="questions_en"
        )
    known = list(round_.questions.order_by("position", "pk"))
    if [(row.text_en, row.text_fr) for row in known] == wanted:
        return False
    for position, (english, french) in enumerate(wanted):
        row = known[position] if position < len(known) else RoundQuestion(round=round_)
        row.position, row.text_en, row.text_fr = position, english, french
        row.save()
    for row in known[len(wanted) :]:
        row.delete()
    return True


def approve_texts(*, actor: User, round_: CommentRound, language: str) -> CommentRound:
    """Somebody answers for the texts of one language: title, introduction, questions. Refused where one is missing."""
    require(policies.can_run_round(actor, round_))
    if language not in LANGUAGES:
        raise RoundRefused(_("Choose one of the two languages."))
    with recorded(actor):
        current = lock(round_)
        if not current.is_editable:
            raise AlreadyOpen
        missing = texts_missing(current, language)
        if missing:
            raise RoundRefused(missing)
        if not current.is_approved(language):
            apply(current, {f"approved_{language}_at": timezone.now()})
    return current


def texts_missing(round_: CommentRound, language: str) -> str:
    """What of the texts lacks in that language, as a sentence; empty where they are whole."""
    in_words = _("French") if language == "fr" else _("English")
    if not getattr(round_, f"title_{language}"):
        return _("The title is missing in %(language)s.") % {"language": in_words}
    other = "fr" if language == "en" else "en"
    if getattr(round_, f"about_{other}") and not getattr(round_, f"about_{language}"):
        return _("The introduction is missing in %(language)s.") % {"language": in_words}
    if round_.wording is not None and not getattr(round_.wording, f"text_{language}"):
        return _("The wording of the position is missing in %(language)s.") % {"language": in_words}
    question = round_.questions.filter(**{f"text_{language}": ""}).first()
    if question is not None:
        words = {"question": str(question), "language": in_words}
        return _("The question “%(question)s” is missing in %(language)s.") % words
    return ""


def discard_round(*, actor: User, round_: CommentRound) -> None:
    """A draft that nobody was asked about goes; history keeps it."""
    require(policies.can_run_round(actor, round_))
    with recorded(actor):
        current = lock(round_)
        if not current.is_editable:
            raise AlreadyOpen
        current.delete()
