"""A comment round of a confided forum with everything that hangs on one, for the sweep that looks for leaks."""

from __future__ import annotations

from typing import Any

from forums.models import Forum, RoundAnswer, RoundOutcome, RoundReply
from forums.rounds.services.ending import close_early, extend_round
from tests.rounds.making import RoundMaking


def plant_round(actor: Any, forum: Forum, word: str) -> dict[str, int]:
    """The keys by which its addresses name it. Written before the forum is closed; somebody sits there."""
    making = RoundMaking(actor)
    making.draft(forum, title_en=f"{word} draft")
    round_ = making.opened(forum, title_en=f"{word} round", questions=[(f"{word}?", "")])
    row = round_.seats.get()
    invitation = row.invitations.select_related("round_seat__round", "person").get()
    answer = making.answered(round_, invitation.person, word)
    extend_round(
        actor=actor, round_=round_, closes_on=round_.closes_on.replace(year=round_.closes_on.year + 1), reason=word
    )
    close_early(actor=actor, round_=round_, reason=word)
    reply = RoundReply.objects.get(answer=answer)
    RoundOutcome.objects.create(answer=answer, question=reply.question, result="kept", text_en=word)
    return {"pk": round_.pk, "answer_pk": RoundAnswer.objects.get(pk=answer.pk).pk}
