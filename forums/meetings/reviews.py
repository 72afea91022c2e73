"""What the pages of minutes show of their review: who was written to, how many comments wait, how far the texts are."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.models import Installation
from forums.meetings.lines import shown_lines
from forums.meetings.services.promising import promised_at
from forums.meetings.services.reviewing import text_missing, who_attended
from forums.models import Minutes, MinutesComment

VERDICT_TONES = {"": "warn", "taken_up": "ok", "not_taken_up": "none"}


def review_context(minutes: Minutes, may_run: bool) -> dict[str, Any]:
    """For the page of the minutes. Whoever runs the meeting sees how much was promised, and how far the texts are."""
    counted = minutes.comments.aggregate(total=Count("pk"), waiting=Count("pk", filter=Q(verdict="")))
    asks_approval = Installation.current().legal_kind == Installation.LegalKind.FEDERAL
    return {
        **counted,
        "promises": promised_at(minutes.meeting).count() if may_run else 0,
        "promises_url": reverse("meetings:promises", args=[minutes.meeting_id]),
        "comments_url": reverse("meetings:comments", args=[minutes.meeting_id]),
        "texts": [
            {
                "language": language,
                "approved_at": getattr(minutes, f"approved_{language}_at"),
                "missing": text_missing(minutes, language),
            }
            for language in LANGUAGES
        ]
        if asks_approval and may_run and not minutes.is_adopted
        else [],
    }


def comments_context(minutes: Minutes) -> dict[str, Any]:
    """Every comment, those that wait first, and everybody who was asked to read."""
    rows = minutes.comments.select_related("section__item", "reviewer__person", "answered_by")
    comments = sorted(rows.order_by("section__position", "section_id", "pk"), key=lambda row: bool(row.verdict))
    said = {row.reviewer_id for row in comments}
    return {
        "comments": [_line(row, minutes) for row in comments],
        "waiting": sum(1 for row in comments if not row.verdict),
        "readers": [
            (row, row.message.get_state_display() if row.message else "", row.pk in said)
            for row in minutes.reviewers.select_related("person", "message").order_by("person__sort_key", "pk")
        ],
    }


def _line(row: MinutesComment, minutes: Minutes) -> dict[str, Any]:
    texts = (row.section.text_en, row.section.text_fr)
    lines = {" ".join(line.text.split())[:500] for text in texts for line in shown_lines(text)}
    return {
        "row": row,
        "verdict": ui.dot(MinutesComment.Verdict(row.verdict).label, VERDICT_TONES[row.verdict]),
        "has_changed": bool(row.quote) and row.quote not in lines,
        "url": reverse("meetings:comment_answer", args=[minutes.meeting_id, row.pk]),
        "section_url": reverse("meetings:section_edit", args=[minutes.meeting_id, row.section_id]),
    }


def may_be_written_to(minutes: Minutes) -> str:
    """The names of those who attended, for the page that asks before it sends."""
    return ", ".join(person.full_name for person in who_attended(minutes))
