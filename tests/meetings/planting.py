"""A meeting of a confided forum with everything that hangs on one, for the sweep that looks for leaks."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from forums.meetings.services import agenda, inviting, planning, recusals, roll_call
from forums.models import Decision, Forum, Minutes, MinutesComment, MinutesReviewer, MinutesSection
from forums.papers import services as papers
from members.models import Person
from tests.meetings.making import MeetingMaking
from tests.meetings.papers import paper


def plant_meeting(actor: Any, forum: Forum, person: Person, word: str) -> dict[str, int]:
    """The keys by which its addresses name it. Written before the forum is closed, as meetings of years are."""
    making = MeetingMaking(actor)
    series = planning.create_series(actor=actor, forum=forum, name_en=word, items=[(word, "")])
    coming = making.meeting(forum, series=series, title_en=f"{word} plenary")
    meeting = making.meeting(forum, days=-1, title_en=f"{word} plenary")
    item = agenda.add_item(actor=actor, meeting=meeting, title_en=word)
    invitation = inviting.ask_guest(actor=actor, meeting=coming, person=person)
    roll_call.add_walk_in(actor=actor, meeting=meeting, person=person)
    recusal = recusals.step_aside(actor=actor, item=item, person=person, reason=word)
    withdrawn = paper(making, meeting, word)
    papers.withdraw_paper(actor=actor, paper=withdrawn, reason=word)
    minutes = Minutes.objects.create(meeting=meeting)
    section = MinutesSection.objects.create(minutes=minutes, item=item, text_en=word)
    reviewer = MinutesReviewer.objects.create(minutes=minutes, person=person)
    answered = {"verdict": "taken_up", "answered_at": timezone.now(), "answered_by": actor}  # only that has an answer
    comment = MinutesComment.objects.create(
        minutes=minutes, section=section, reviewer=reviewer, quote=word, text=word, **answered
    )
    decision = Decision.objects.create(meeting=meeting, section=section, number=1, text_en=word)
    return {
        "pk": meeting.pk,
        "item_pk": item.pk,
        "invitation_pk": invitation.pk,
        "series_pk": series.pk,
        "section_pk": section.pk,
        "decision_pk": decision.pk,
        "paper_pk": withdrawn.pk,
        "recusal_pk": recusal.pk,
        "comment_pk": comment.pk,
    }
