"""The hand-over pack of a seat in the language in force. It holds what its reader may read, in a constant number of
statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair, reader_language
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment
from forums import policies
from forums.models import Attendance, Decision, Forum, Meeting, Seat, SeatApplication, SeatTerm
from forums.selectors import TermLine, terms_of, terms_of_reference_on
from forums.terms_of_reference.wording import in_groups
from members.models import AddressUse

BACK_DAYS: Final = 730
"""So far back it tells of meetings and decisions: two years."""
MOST: Final = 20
_CHAIRS: Final = (SeatTerm.Role.CHAIR, SeatTerm.Role.CO_CHAIR)


@dataclass(frozen=True, slots=True)
class Line:
    """``language`` is set where the text stands in the other language alone."""

    text: str
    note: str = ""
    url: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Under one heading: labels with values, or lines; ``empty`` is said where there are neither."""

    key: str
    title: str
    facts: Sequence[tuple[str, Line]] = ()
    lines: Sequence[Line] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    seat: Seat
    forum: Forum
    sections: Sequence[Section]


def pack_of(actor: Actor, seat: Seat) -> Pack:
    """The caller has checked that the reader may read the forum of the seat."""
    forum = seat.forum
    terms = terms_of(seat)
    people = list(dict.fromkeys(line.term.person_id for line in terms if line.when == "present"))
    sections = [
        _seat(seat, terms),
        _forum(forum),
        _rules(forum),
        *_meetings(actor, forum, people),
        _decisions(actor, forum),
        _commitments(actor, seat, terms),
        *_applications(actor, forum),
        _contacts(forum, seat, terms),
    ]
    return Pack(seat, forum, sections)


def _of(pair: TextPair, note: str = "", url: str = "") -> Line:
    return Line(pair.text, note, url, pair.language if pair.is_fallback and pair.text else "")


def _plain(rows: Iterable[tuple[str, Any]]) -> list[tuple[str, Line]]:
    """Rows that say something."""
    lines = ((label, value if isinstance(value, Line) else Line(str(value or ""))) for label, value in rows)
    return [(label, line) for label, line in lines if line.text]


def _seat(seat: Seat, terms: Sequence[TermLine]) -> Section:
    now = [line for line in terms if line.when != "past"]
    past = [line for line in terms if line.when == "past" and line.term.role == SeatTerm.Role.HOLDER][:3]
    rows: list[tuple[str, Any]] = [
        (_("Category"), _of(seat.category.name) if seat.category else ""),
        (_("Capacity"), seat.get_capacity_display()),
        (_("Belongs to"), seat.party or seat.jurisdiction or ""),
        (_("Days"), dates.days_of(seat)),
        *((str(line.term.get_role_display()), _term(line)) for line in now),
        *((_("Before"), _term(line)) for line in past),
    ]
    return Section("seat", _("The seat"), _plain(rows), empty=_("Nothing is on file."))


def _term(line: TermLine) -> Line:
    term = line.term
    said = " · ".join(filter(None, (str(term.party or ""), line.dates, term.exception_reason)))
    return Line(term.person.full_name, said, term.person.get_absolute_url())


def _forum(forum: Forum) -> Section:
    parent, successor = forum.parent, forum.successor
    rows: list[tuple[str, Any]] = [
        (_("Purpose"), _of(forum.purpose)),
        (_("Kind"), forum.get_kind_display()),
        (_("Level"), forum.get_level_display() if forum.level else ""),
        (_("Status"), forum.get_status_display()),
        (_("Run by"), _("Us") if forum.is_run_by_us else _("Others")),
        (_("Lead"), forum.initiative.lead.name if forum.initiative.lead else ""),
        (_("Team"), forum.initiative.team or ""),
    ]
    # Of tables that are closed to a circle nothing is told on paper.
    for label, other in ((_("Reports to"), parent), (_("Succeeded by"), successor)):
        if other is not None and not other.initiative.is_confided:
            rows.append((label, _of(other.name, url=other.get_absolute_url())))
    return Section("forum", _("The forum"), _plain(rows))


def _rules(forum: Forum) -> Section:
    found = terms_of_reference_on(forum, today())
    title = _("Terms of reference")
    if found is None:
        return Section("rules", title, empty=_("No terms of reference are in force today."))
    other = "fr" if reader_language() == "en" else "en"
    rows: list[tuple[str, Any]] = [(_("Version"), str(found.number)), (_("In force"), dates.days_of(found))]
    # A mandate stands in the reader's language, or in the other one where there is no text in that.
    has_own = bool(getattr(found, f"mandate_{reader_language()}"))
    for _heading, lines in in_groups(found):
        for each in lines:
            if each.language != other or not has_own:
                rows.append((each.label, Line(each.text, language=each.language if each.language == other else "")))
    return Section("rules", title, _plain(rows))


def _meetings(actor: Actor, forum: Forum, people: Sequence[int]) -> Iterator[Section]:
    now = timezone.now()
    rows = Meeting.objects.readable_by(actor).filter(forum=forum).for_list()
    coming = [
        _of(each.title, " · ".join(filter(None, (each.when, each.place.text, each.link))), each.get_absolute_url())
        for each in rows.to_come(now).soonest_first()[:MOST]
    ]
    yield Section("coming", _("Meetings to come"), lines=coming, empty=_("No meeting is planned."))
    since = now - timedelta(days=BACK_DAYS)
    held = list(rows.held_before(now).filter(starts_at__gte=since).order_by("-starts_at", "-pk")[:MOST])
    marks = Attendance.objects.filter(meeting__in=[each.pk for each in held], person__in=people).select_related(
        "person"
    )
    came: dict[int, list[str]] = {}
    for mark in marks.order_by("person__sort_key", "pk"):
        came.setdefault(mark.meeting_id, []).append(f"{mark.person.full_name}: {mark.get_mark_display()}")
    past = [
        _of(each.title, " · ".join([dates.short_date(each.day), *came.get(each.pk, ())]), each.get_absolute_url())
        for each in held
    ]
    yield Section("past", _("Meetings of the last two years"), lines=past, empty=_("No meeting is on file."))


def _decisions(actor: Actor, forum: Forum) -> Section:
    since = timezone.now() - timedelta(days=BACK_DAYS)
    rows = Decision.objects.readable_by(actor).filter(meeting__forum=forum, meeting__starts_at__gte=since).for_list()
    lines = [
        _of(each.text, f"{each.label} · {dates.short_date(each.meeting.day)}", each.get_absolute_url())
        for each in rows.order_by("-meeting__starts_at", "number", "pk")[:MOST]
    ]
    return Section("decisions", _("Decisions of the last two years"), lines=lines, empty=_("No decision is on file."))


def _commitments(actor: Actor, seat: Seat, terms: Sequence[TermLine]) -> Section:
    """What the seat promised and was promised at this table and is open: its people's, and its party's."""
    held = [line.term for line in terms if line.when in ("present", "past")]
    people = {term.person_id for term in held}
    parties = {party for party in (seat.party_id, *(term.party_id for term in held)) if party}
    whose = Q(by_person__in=people) | Q(by_party__in=parties) | Q(to_party__in=parties)
    rows = Commitment.objects.readable_by(actor).open().of_live_contacts().for_list()
    rows = rows.filter(whose, interaction__initiative=seat.forum_id).by_due_date()
    lines = [
        Line(
            each.text,
            " · ".join(
                filter(
                    None,
                    (
                        str(each.by_person or each.by_party or each.by_user or ""),
                        _("due on %(day)s") % {"day": dates.short_date(each.due_on)} if each.due_on else "",
                    ),
                )
            ),
            each.interaction.get_absolute_url(),
        )
        for each in rows[:MOST]
    ]
    return Section("commitments", _("Open actions and commitments"), lines=lines, empty=_("Nothing is open."))


def _applications(actor: Any, forum: Forum) -> Iterator[Section]:
    """For whoever reads what strangers sent, at tables that take applications."""
    if not (forum.is_run_by_us and policies.can_read_applications(actor)):
        return
    rows = SeatApplication.objects.readable_by(actor).filter(forum=forum, application__decision="").for_list()
    lines = [
        Line(
            each.application.organization_name,
            dates.short_date(timezone.localtime(each.application.received_at)),
            each.get_absolute_url(),
        )
        for each in rows.order_by("-application__received_at", "-pk")[:MOST]
    ]
    yield Section(
        "applications", _("Applications that wait"), lines=lines, empty=pgettext("applications", "None waits.")
    )


def _contacts(forum: Forum, seat: Seat, terms: Sequence[TermLine]) -> Section:
    """Whom to ask: who chairs, who else has a role on the seat, and who looks after the forum here."""
    chairs = SeatTerm.objects.on(today()).filter(seat__forum=forum, role__in=_CHAIRS).select_related("person", "party")
    around = [*chairs.order_by("pk"), *(line.term for line in terms if line.when == "present")]
    roles: dict[int, tuple[SeatTerm, list[str]]] = {}
    for term in around:
        said = roles.setdefault(term.person_id, (term, []))[1]
        if (role := str(term.get_role_display())) not in said:
            said.append(role)
    addresses: dict[int | None, str] = {}
    uses = AddressUse.objects.current().filter(person__in=roles).select_related("email")
    for use in uses.order_by("-kind", "pk"):  # work before shared before personal
        addresses.setdefault(use.person_id, use.email.address)
    lines = [
        Line(
            term.person.full_name,
            " · ".join(filter(None, (", ".join(said), str(term.party or ""), addresses.get(pk, "")))),
            term.person.get_absolute_url(),
        )
        for pk, (term, said) in roles.items()
    ]
    lead = forum.initiative.lead
    if lead is not None:
        lines.append(Line(lead.name, f"{_('Lead of this office')} · {lead.email}"))
    return Section("contacts", _("Whom to ask"), lines=lines, empty=_("Nobody is on file."))
