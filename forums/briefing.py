"""What forums tell in a briefing: seats, whom a meeting expects, and what may not stand beside a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import (
    BriefingAbout,
    BriefingLine,
    BriefingSource,
    BriefingSubject,
    UnattributedContacts,
    briefing_sources,
    briefing_subjects,
    unattributed_contacts,
)
from c2m2a_crm.core.validity import last_day, today
from c2m2a_crm.engagement.briefing.drawing import quoted
from forums.meetings.selectors import RollRow, roll_of
from forums.models import Attendance, Invitation, Meeting, Position, SeatTerm, Stance, TermsOfReference
from members.models import Party, Person

# Of a larger meeting the first of the roll; nobody reads more before it.
MOST: Final = 60
_OPEN: Final = (Position.State.OPEN, Position.State.DISCUSSED, Position.State.REVISED)
_STAYS_AWAY: Final = (Attendance.Mark.REGRETS, Attendance.Mark.ABSENT)


def _seats(actor: Actor, people: Sequence[int]) -> Mapping[int, Sequence[BriefingLine]]:
    terms = SeatTerm.objects.readable_by(actor).active().current().for_list().filter(among("person_id", people))
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for term in terms.order_by("person_id", "seat__forum_id", "seat_id", "role", "pk"):
        initiative = term.seat.forum.initiative
        said = _("%(role)s: %(seat)s") % {"role": term.get_role_display(), "seat": term.seat}
        until = last_day(term.valid)
        ends = _("until %(day)s") % {"day": dates.short_date(until)} if until else ""
        party = _("for %(party)s") % {"party": term.party} if term.party else ""
        text = ", ".join(filter(None, [str(term.seat.forum), said, party]))
        found[term.person_id].append(BriefingLine(text, ends, term.seat.get_absolute_url(), row=initiative))
    return found


def about_meeting(actor: Any, pk: int) -> BriefingAbout:
    """Who is expected: those who come before those who have not answered. A constant number of statements."""
    from forums.meetings.views.pages import meeting_or_404  # views are read once addresses are

    meeting = meeting_or_404(actor, pk)
    rows = roll_of(meeting).rows
    away = [row for row in rows if row.answer == Invitation.Answer.NO or row.mark in _STAYS_AWAY]
    expected = [row for row in rows if row not in away]
    expected.sort(key=lambda row: not _comes(row))
    return BriefingAbout(
        meeting,
        str(meeting),
        meeting.get_absolute_url(),
        [row.person.pk for row in expected[:MOST]],
        [row.party.pk for row in expected[:MOST] if row.party is not None],
        facts=[
            (_("Forum"), str(meeting.forum)),
            (_("When"), meeting.when),
            (_("Where"), meeting.place.text),
            (_("Does not come"), ", ".join(row.person.full_name for row in away)),
            (_("Alternates"), ", ".join(f"{row.alternate} ({row.person.full_name})" for row in rows if row.alternate)),
        ],
        notes=_left_out(len(expected) - MOST),
        row=meeting.forum.initiative,
    )


def _comes(row: RollRow) -> bool:
    return bool(row.mark) or row.answer in (Invitation.Answer.YES, Invitation.Answer.ALTERNATE)


def _left_out(more: int) -> list[str]:
    if more < 1:
        return []
    words = ngettext("%(count)s more person is expected.", "%(count)s more people are expected.", more)
    return [words % {"count": dates.number(more)}]


def _stances(column: str) -> Callable[[Any, Sequence[int]], Mapping[int, Sequence[BriefingLine]]]:
    """The last word of each on positions that are still open, the newest first. One statement."""

    def lines(actor: Any, keys: Sequence[int]) -> Mapping[int, Sequence[BriefingLine]]:
        with_state: Any = Position.objects.readable_by(actor).active().with_state()
        still_open = with_state.filter(state__in=_OPEN)
        rows = Stance.objects.readable_by(actor).standing().said_by(today()).filter(among(f"{column}_id", keys))
        rows = rows.filter(position__in=still_open.order_by().values("pk"))
        heard: set[tuple[int, int]] = set()
        found: dict[int, list[BriefingLine]] = defaultdict(list)
        for row in rows.for_list().select_related("section__minutes__meeting__forum__initiative").newest_first():
            whose = getattr(row, f"{column}_id")
            if (whose, row.position_id) not in heard:
                heard.add((whose, row.position_id))
                found[whose].append(_stance_line(row))
        return found

    return lines


def _stance_line(row: Stance) -> BriefingLine:
    said = _("%(stance)s: %(question)s") % {"stance": row.get_kind_display(), "question": row.position.question.text}
    text = " – ".join(filter(None, [said, row.condition, quoted(row.words) if row.words else ""]))
    source = row.section.minutes.meeting.forum.initiative if row.section else row.interaction
    rows = [held for held in (source, row.position.initiative) if held is not None]
    confided = next((held for held in rows if held.is_confided), None)
    return BriefingLine(text, dates.short_date(row.said_on), row.position.get_absolute_url(), row=confided)


def _unattributed() -> QuerySet[Any, Any]:
    """Contacts of meetings whose terms of reference of that day do not say that statements bear names."""
    named = TermsOfReference.objects.filter(
        forum=OuterRef("forum"),
        valid__contains=OuterRef("interaction__occurred_on"),
        attribution=TermsOfReference.Attribution.ATTRIBUTED,
    )
    rows = Meeting.objects.filter(~Exists(named), interaction__isnull=False).order_by()
    return rows.values("interaction")


def register() -> None:
    briefing_sources.register(BriefingSource("seats", 25, Person, gettext_lazy("Seats"), _seats))
    for model, column in ((Person, "person"), (Party, "party")):
        stance = BriefingSource(f"stance-of-{column}", 45, model, gettext_lazy("Stance"), _stances(column), 3)
        briefing_sources.register(stance)
    briefing_subjects.register(BriefingSubject("meeting", 40, about_meeting))
    unattributed_contacts.register(UnattributedContacts("meetings", 10, _unattributed))
