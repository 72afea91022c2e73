"""Draft minutes go to those who attended, who comment by a personal link; each comment is answered before adoption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.public_links.services import BY_LINK
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from forums.meetings import policies, review_mail
from forums.meetings.addresses import reach
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted, NotApproved
from forums.meetings.services.inviting import Sent
from forums.models import Attendance, Minutes, MinutesComment, MinutesReviewer, MinutesSection
from members.models import Person

DAYS_TO_COMMENT: Final = 14
LONGEST_COMMENT: Final = 4000
LONGEST_QUOTE: Final = 500
# More than this from one reader is not a comment on minutes any more.
MOST_COMMENTS: Final = 200
Verdict = MinutesComment.Verdict


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote of a section: of the line ``quote``, or of the whole where that is empty."""

    section: MinutesSection
    text: str
    quote: str = ""


# --- The texts --------------------------------------------------------------------------------------------------------


def approve_minutes(*, actor: User, minutes: Minutes, language: str) -> Minutes:
    """Somebody answers for the text of one language. Refused where a section stands in the other alone."""
    if language not in LANGUAGES:
        raise MeetingRefused(_("Choose one of the two languages."))
    with recorded(actor):
        current = _open(actor, minutes)
        missing = text_missing(current, language)
        if missing:
            raise MeetingRefused(missing)
        if not current.is_approved(language):
            apply(current, {f"approved_{language}_at": timezone.now()})
    return current


def text_missing(minutes: Minutes, language: str) -> str:
    """The first section that lacks this language, as a sentence; empty where the text is whole."""
    other = "fr" if language == "en" else "en"
    rows = minutes.sections.select_related("item").order_by("position", "pk")
    section = rows.filter(**{f"text_{language}": ""}).exclude(**{f"text_{other}": ""}).first()
    if section is not None:
        words = {"section": section, "language": _("French") if language == "fr" else _("English")}
        return _("“%(section)s” is missing in %(language)s.") % words
    if not minutes.sections.exclude(**{f"text_{language}": ""}).exists():
        return _("The minutes are empty.")
    return ""


def may_not_leave(minutes: Minutes) -> str:
    """Why the text may not leave now, as a sentence; empty where it may.

    Under the profile of a federal institution both languages are approved first (Official Languages Act, R.S.C. 1985,
    c. 31 (4th Supp.), Part IV). What is closed to a circle is never put behind a link.
    """
    if minutes.meeting.forum.initiative.is_confided:
        return _("This forum is closed to a circle: its minutes do not leave by a link.")
    if not minutes.sections.exclude(text_en="", text_fr="").exists():
        return _("The minutes are empty.")
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL:
        unapproved = [language for language in LANGUAGES if not minutes.is_approved(language)]
        if unapproved:
            missing = next((said for said in (text_missing(minutes, each) for each in unapproved) if said), "")
            words = _("Nothing leaves before the minutes are approved in both languages.")
            return " ".join(filter(None, (words, missing)))
    return ""


# --- Out for review ---------------------------------------------------------------------------------------------------


def who_attended(minutes: Minutes) -> list[Person]:
    """Everybody who came, in the order of names."""
    rows = Attendance.objects.filter(meeting=minutes.meeting_id, mark__in=Attendance.CAME)
    return [row.person for row in rows.select_related("person").order_by("person__sort_key", "pk")]


def send_for_review(
    *, actor: User, minutes: Minutes, base_url: str, comments_until: date | None = None
) -> tuple[Minutes, Sent]:
    """Everybody who attended gets a personal link; the draft can still be changed.

    A second call writes to those alone who do not know of this review yet. ``comments_until`` is the last day for
    comments. Raises a named refusal.
    """
    with recorded(actor):
        current = _open(actor, minutes)
        refused = may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        until = comments_until or current.comments_until or today() + timedelta(days=DAYS_TO_COMMENT)
        if until < today():
            raise MeetingRefused(_("The last day for comments is today or later."), field="comments_until")
        keep = {"comments_until": until} if until != current.comments_until else {}
        if current.review_at is None:
            keep["review_at"] = timezone.now()
        if keep:
            apply(current, keep)
        known = set(current.reviewers.values_list("person_id", flat=True))
        MinutesReviewer.objects.bulk_create(
            [MinutesReviewer(minutes=current, person=each) for each in who_attended(current) if each.pk not in known]
        )
        untold = current.reviewers.filter(Q(told_of__isnull=True) | Q(told_of__lt=current.review_at))
        rows = list(untold.select_related("person").order_by("pk"))
        reached = reach([row.person for row in rows])
        sent = Sent(held=reached.held)
        for row in rows:
            address = reached.addresses.get(row.person_id)
            if address is None:
                continue
            row.minutes = current
            row.language = row.person.language if row.person.language in LANGUAGES else ""
            row.message = review_mail.queue(row, address=address, base_url=base_url)
            row.told_of = current.review_at
            row.save(update_fields=["language", "message", "told_of"])
            sent.queued += 1
    return current, sent


def take_back_to_draft(*, actor: User, minutes: Minutes) -> Minutes:
    """Comments are no longer taken; the next sending tells everybody anew."""
    with recorded(actor):
        current = _open(actor, minutes)
        if current.review_at is not None:
            apply(current, {"review_at": None, "comments_until": None})
    return current


# --- Comments ---------------------------------------------------------------------------------------------------------


def why_closed(minutes: Minutes) -> str:
    """Why comments are not taken now, as a sentence for whoever came with a link; empty where they are."""
    if minutes.adopted_at is not None:
        return _("The minutes are adopted. Comments are no longer taken.")
    if minutes.review_at is None:
        return _("The minutes are being worked on again. You get a message when they can be read anew.")
    if minutes.comments_until is not None and minutes.comments_until < today():
        return _("The day until which comments were taken has passed.")
    if may_not_leave(minutes):
        return _("The text is being changed just now. Open this page again later.")
    return ""


def comment_by_link(*, reviewer: MinutesReviewer, said: Sequence[Said]) -> list[MinutesComment]:
    """Keep what the reader wrote, all or nothing. What stands there already in the same words is not kept twice.

    Raises a named refusal; nothing is written then.
    """
    if not said:
        raise MeetingRefused(_("Write a comment on at least one section."))
    with recorded(None, system=BY_LINK):
        minutes = Minutes.objects.select_for_update(of=("self",)).get(pk=reviewer.minutes_id)
        closed = why_closed(minutes)
        if closed:
            raise MeetingRefused(closed)
        known = set(reviewer.comments.values_list("section_id", "quote", "text"))
        rows = []
        for each in said:
            if each.section.minutes_id != minutes.pk:
                raise MeetingRefused(_("This section belongs to other minutes."))
            text = clean_line(each.text.replace("\r\n", "\n").replace("\r", "\n")).strip()
            quote = " ".join(clean_line(each.quote).split())[:LONGEST_QUOTE]
            if not text:
                raise MeetingRefused(_("Write a comment on at least one section."))
            if len(text) > LONGEST_COMMENT:
                words = {"most": LONGEST_COMMENT}
                raise MeetingRefused(_("A comment has %(most)d characters at most. Shorten it or split it.") % words)
            if (each.section.pk, quote, text) not in known:
                rows.append(
                    MinutesComment(minutes=minutes, section=each.section, reviewer=reviewer, quote=quote, text=text)
                )
        if len(known) + len(rows) > MOST_COMMENTS:
            raise MeetingRefused(_("There are too many comments under this link. Write to the office instead."))
        return MinutesComment.objects.bulk_create(rows)


def answer_comment(*, actor: User, comment: MinutesComment, verdict: str, answer: str = "") -> MinutesComment:
    """Say whether a comment is taken up, with a word; without one only where it is. A later answer takes its place."""
    word = " ".join(clean_line(answer).split())[:500]
    if verdict not in (Verdict.TAKEN_UP, Verdict.NOT_TAKEN_UP):
        raise MeetingRefused(_("Say whether the comment is taken up."), field="verdict")
    if verdict == Verdict.NOT_TAKEN_UP and not word:
        raise MeetingRefused(_("Say why it is not taken up."), field="answer")
    with recorded(actor):
        _open(actor, comment.minutes)
        current = MinutesComment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        current.verdict, current.answer = verdict, word
        current.answered_at, current.answered_by = timezone.now(), actor
        current.save(update_fields=["verdict", "answer", "answered_at", "answered_by"])
    return current


def _open(actor: User, minutes: Minutes) -> Minutes:
    """The minutes, locked, if they may still be changed by this person."""
    require(policies.can_run_meeting(actor, minutes.meeting))
    current = lock(minutes)
    if current.is_adopted:
        raise MinutesAdopted
    if current.meeting.is_cancelled:
        raise AlreadyCancelled
    return current
