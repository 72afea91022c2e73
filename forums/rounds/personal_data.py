"""What comment rounds hold about a person: for which seats they were asked, and what they answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.lists import says
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from forums.models import (
    CommentRound,
    RoundAnswer,
    RoundChange,
    RoundInvitation,
    RoundOutcome,
    RoundQuestion,
    RoundReply,
    WhatWeHeard,
)
from members.memberships.retention import MARK
from members.models import Person

_FILE = "round_seat__round__forum__initiative__"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_record, _rows(actor, circle).filter(person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Invitations of the people named, and those whose answers hold the words, in rounds that were open then."""
    rows = _rows(actor, circle)
    if not sought.people and not sought.words:
        return
    if sought.people:
        rows = rows.filter(person__in=[person.pk for person in sought.people])
    for word in sought.words.split():
        said = RoundAnswer.objects.filter(says(word, "reason")).values("invitation")
        replied = RoundReply.objects.filter(says(word, "text")).values("answer__invitation")
        rows = rows.filter(pk__in=said) | rows.filter(pk__in=replied)
    if sought.since:
        rows = rows.filter(round_seat__round__closes_on__gte=sought.since)
    if sought.until:
        rows = rows.filter(round_seat__round__opened_on__lte=sought.until)
    yield from map(_record, rows)


def _rows(actor: Any, circle: int | None) -> QuerySet[RoundInvitation]:
    rows = RoundInvitation.objects.readable_by(actor).filter(confided_to(circle, _FILE))
    found: QuerySet[RoundInvitation] = (
        rows.select_related("round_seat__round__forum__initiative", "round_seat__seat", "person")
        .prefetch_related("answers__replies__question")
        .order_by("pk")
    )
    return found


def _record(row: RoundInvitation) -> HeldRecord:
    round_ = row.round_seat.round
    said: list[tuple[Any, Any]] = [
        (_("Comment round"), round_),
        (_("Forum"), round_.forum),
        (_("Person"), row.person),
        (_("Seat"), row.round_seat.seat),
        (_("Role"), row.get_role_display()),
    ]
    for answer in row.answers.all():
        said += [(_("Stance"), answer.get_stance_display() if answer.stance else ""), (_("Reasons"), answer.reason)]
        said += [(str(reply.question), reply.text) for reply in answer.replies.all()]
    return HeldRecord(
        row,
        _("Comment round: %(round)s") % {"round": round_},
        lines(*said),
        on=round_.opened_on,
        source=_("Asked by the office; answered by the person."),
        uses=_("To know where the seats of the forum stand."),
        recipients=_("Members of the forum, by what was heard."),
    )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Their own comments, and where they are named in those of others and in ours. That the seat answered stays."""
    answers = RoundAnswer.objects.filter(invitation__person=person)
    own = list(answers.order_by("pk").values_list("pk", flat=True))
    told = RoundAnswer.objects.readable_by(actor).filter(pk__in=own).count()
    replies = RoundReply.objects.filter(answer__in=own)
    keys = list(replies.order_by("pk").values_list("pk", flat=True))
    readable = RoundReply.objects.readable_by(actor).filter(pk__in=keys).count()
    open_files = confided_to(None, "forum__initiative__")
    of_round = confided_to(None, "round__forum__initiative__")
    of_seat = confided_to(None, _FILE)
    of_answer = confided_to(None, f"answer__{_FILE}")
    return [
        Words(_("Reasons in comment rounds"), RoundAnswer, own, ("reason",), told, partial(_empty_reasons, own)),
        Words(_("Replies in comment rounds"), RoundReply, keys, ("text",), readable, partial(_empty_replies, keys)),
        *mentions(
            RoundAnswer.objects.filter(of_seat).exclude(pk__in=own),
            ("reason",),
            identity,
            label=_("Answers of others in comment rounds"),
        ),
        *mentions(
            RoundReply.objects.filter(of_answer).exclude(pk__in=keys),
            ("text",),
            identity,
            label=_("Replies of others in comment rounds"),
        ),
        *mentions(
            CommentRound.objects.filter(open_files),
            ("title_en", "title_fr", "about_en", "about_fr"),
            identity,
            label=_("Comment rounds"),
        ),
        *mentions(
            RoundQuestion.objects.filter(of_round),
            ("text_en", "text_fr"),
            identity,
            label=_("Questions of comment rounds"),
        ),
        *mentions(
            RoundChange.objects.filter(of_round),
            ("reason",),
            identity,
            label=_("Changes of comment rounds"),
        ),
        *mentions(WhatWeHeard.objects.filter(of_round), ("text_en", "text_fr"), identity, label=_("What we heard")),
        *mentions(
            RoundOutcome.objects.filter(of_answer),
            ("text_en", "text_fr"),
            identity,
            label=_("What became of comments"),
        ),
    ]


def _empty_reasons(keys: Sequence[int]) -> None:
    """A condition is named by the rule of the table: it keeps a mark in the place of its words."""
    left = Case(When(stance=RoundAnswer.Stance.SUPPORTS_IF, then=Value(MARK)), default=Value(""))
    RoundAnswer.objects.filter(pk__in=keys).update(reason=left)


def _empty_replies(keys: Sequence[int]) -> None:
    RoundReply.objects.filter(pk__in=keys).update(text=MARK)


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    rows = RoundInvitation.objects.readable_by(actor).filter(person=person)
    return [(str(_("Invitations to comment rounds")), rows.count())]


def answered_since(day: date) -> QuerySet[Any, Any]:
    """People who answered in a round on that day or later (``core.registries.RetentionUse``)."""
    rows = RoundAnswer.objects.filter(answered_at__date__gte=day)
    return rows.values("invitation__person")
