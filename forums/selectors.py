"""Who sits where on a day, and everything else that pages ask about seats. Each function takes a constant number of
statements, whatever the size of the forum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import DayLine, HeldBack, Recipient
from c2m2a_crm.core.text import fold
from c2m2a_crm.core.validity import last_day, today
from forums.models import Forum, Seat, SeatCategory, SeatTerm, TermsOfReference
from members.models import AddressUse, Affiliation, Jurisdiction, Party, Person

SOON_DAYS = 180
"""A term that ends within half a year is shown as ending."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """A term with the title that its person had on the day asked about."""

    term: SeatTerm
    title: SafeString


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A seat on a day: who holds it, who else has a role there, who follows. ``state``: filled, ending or vacant."""

    seat: Seat
    holder: Sitting | None
    others: list[Sitting]
    follows: SeatTerm | None
    state: str

    @property
    def sittings(self) -> list[Sitting]:
        """Everybody with a role there that day, the holder first."""
        return [*([self.holder] if self.holder else []), *self.others]

    @property
    def mark(self) -> str:
        """Two letters for the square: of the government, of the party, else of the person."""
        if self.seat.jurisdiction is not None:
            return self.seat.jurisdiction.code
        party = self.seat.party or (self.holder.term.party if self.holder else None)
        if party is not None:
            return ui.initials(str(party), party=True)
        return ui.initials(self.holder.term.person.full_name) if self.holder else ""

    @property
    def label(self) -> str:
        """What a screen reader says of the square."""
        said = [str(self.seat)]
        if self.holder is None:
            said.append(_("vacant"))
        else:
            said.append(self.holder.term.person.full_name)
            if self.holder.term.party:
                said.append(str(self.holder.term.party))
        if self.state == "ending":
            said.append(_("term ends within 6 months"))
        return ", ".join(said)


@dataclass(slots=True)
class RosterGroup:
    """The seats of one category; the group without a category comes first."""

    category: SeatCategory | None
    lines: list[RosterLine] = field(default_factory=list)

    @property
    def filled(self) -> int:
        return sum(1 for line in self.lines if line.holder)

    @property
    def total(self) -> int:
        """Seats of that day, or as many as are planned where not all are made yet."""
        return max(len(self.lines), (self.category.seats_planned or 0) if self.category else 0)


@dataclass(frozen=True, slots=True)
class Roster:
    day: date
    groups: list[RosterGroup]

    @property
    def lines(self) -> list[RosterLine]:
        return [line for group in self.groups for line in group.lines]

    @property
    def filled(self) -> int:
        return sum(group.filled for group in self.groups)

    @property
    def total(self) -> int:
        return sum(len(group.lines) for group in self.groups)

    @property
    def ending(self) -> list[RosterLine]:
        """Seats whose holder leaves soon with nobody to follow, the first to leave first."""
        lines = [line for line in self.lines if line.state == "ending"]
        return sorted(lines, key=lambda line: (line.holder.term.last_day or date.max, line.seat.pk))  # type: ignore[union-attr]  # ending means held


def roster_on(forum: Forum, day: date) -> Roster:
    """The table as it was or will be on that day, as known now. The caller has checked that the forum is readable."""
    seats = list(_SEATS(None, [forum.pk], day))
    by_seat: dict[int, list[SeatTerm]] = defaultdict(list)
    for term in _TERMS_OF_SEATS(None, [forum.pk], day):
        by_seat[term.seat_id].append(term)
    groups = {None: RosterGroup(None)} | {category.pk: RosterGroup(category) for category in _categories(forum)}
    for seat in seats:
        groups[seat.category_id].lines.append(_line(seat, by_seat[seat.pk], day))
    return Roster(day, [group for group in groups.values() if group.category or group.lines])


def _holds_on(term: SeatTerm, day: date) -> bool:
    return term.valid.lower is None or term.valid.lower <= day


def _seats(actor: Actor | None, keys: Any, day: date) -> QuerySet[Seat]:
    rows = Seat.objects.filter(among("forum_id", keys)).on(day).select_related("category", "party", "jurisdiction")
    ordered: QuerySet[Seat] = rows.in_forum_order()
    return ordered


def _terms_of_seats(actor: Actor | None, keys: Any, day: date) -> QuerySet[SeatTerm]:
    """Of that day and later, in seats of that day."""
    later = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=day)
    rows = SeatTerm.objects.filter(later, among("seat__forum_id", keys), seat__valid__contains=day)
    return _with_titles(rows.select_related("person", "party"), day)


_SEATS, _TERMS_OF_SEATS = Statement(_seats), Statement(_terms_of_seats)


def _categories(forum: Forum) -> Iterable[SeatCategory]:
    kept = forum.around.categories if forum.around else None
    return SeatCategory.objects.filter(forum=forum) if kept is None else kept


def _line(seat: Seat, terms: Sequence[SeatTerm], day: date) -> RosterLine:
    ranks = list(SeatTerm.Role.values)
    now = [term for term in terms if _holds_on(term, day)]
    sittings = [Sitting(term, _title_of(term)) for term in sorted(now, key=lambda term: ranks.index(term.role))]
    holder = next((each for each in sittings if each.term.role == SeatTerm.Role.HOLDER), None)
    coming = [term for term in terms if term.role == SeatTerm.Role.HOLDER and not _holds_on(term, day)]
    follows = min(coming, key=lambda term: term.valid.lower, default=None)
    state = "vacant"
    if holder is not None:
        until = last_day(holder.term.valid)
        is_ending = until is not None and until <= day + timedelta(days=SOON_DAYS) and follows is None
        state = "ending" if is_ending else "filled"
    return RosterLine(seat, holder, [each for each in sittings if each is not holder], follows, state)


def _with_titles(terms: QuerySet[SeatTerm], day: date) -> QuerySet[SeatTerm]:
    """Adds ``place``: the title that the person had on that day with whom they speak for, else with their main party.

    None for whoever works nowhere on that day.
    """
    own = Case(When(party=OuterRef("party"), then=Value(0)), default=Value(1))
    places = Affiliation.objects.on(day).filter(person=OuterRef("person")).annotate(rank=own)
    title = places.order_by("rank", "-is_primary", "-pk").values(
        said=JSONObject(title_en="title_en", title_fr="title_fr")
    )
    return terms.annotate(place=Subquery(title[:1]))


def _title_of(term: SeatTerm) -> SafeString:
    place: dict[str, str] | None = term.place  # type: ignore[attr-defined]  # _with_titles adds it
    title = Affiliation(**place).title if place else None
    return ui.in_language(title) if title is not None and title.text else ui.NOTHING


def terms_of_reference_on(forum: Forum, day: date) -> TermsOfReference | None:
    """The version in force on that day, as known now; None where none was. At most one statement.

    The caller has checked that the forum is readable.
    """
    if forum.around is not None and day == today():
        return forum.around.terms
    return TermsOfReference.objects.filter(forum=forum).on(day).first()


# --- Terms in words --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermLine:
    """A term as a line of a list. ``when`` is past, present or future."""

    term: SeatTerm
    dates: str
    when: str


def term_line(term: SeatTerm, day: date) -> TermLine:
    if term.valid.upper is not None and term.valid.upper <= day:
        return TermLine(term, dates.days_of(term), "past")
    return TermLine(term, dates.days_of(term), "present" if _holds_on(term, day) else "future")


def terms_of(seat: Seat) -> list[TermLine]:
    """Everybody who will sit, sits (by role) or sat there, the newest first."""
    rows = SeatTerm.objects.filter(seat=seat).select_related("person", "party").order_by("-valid", "-pk")
    lines = [term_line(term, today()) for term in rows]
    ranks = list(SeatTerm.Role.values)
    now = sorted((line for line in lines if line.when == "present"), key=lambda line: ranks.index(line.term.role))
    return [
        *(line for line in lines if line.when == "future"),
        *now,
        *(line for line in lines if line.when == "past"),
    ]


def terms_with(actor: Actor, record: Person | Party | Jurisdiction) -> list[TermLine]:
    """The terms of a person, or of those who spoke for a party or sat for a government; newest first."""
    return [term_line(term, today()) for term in _TERMS(actor, [record.pk], type(record)._meta.concrete_model)]


def _terms(actor: Actor, keys: Any, model: Any) -> QuerySet[SeatTerm]:
    if model is Person:
        whose = Q(among("person_id", keys))
    elif model is Party:
        whose = Q(among("party_id", keys)) | Q(among("seat__party_id", keys))
    else:
        whose = Q(among("seat__jurisdiction_id", keys))
    return SeatTerm.objects.readable_by(actor).active().for_list().filter(whose).order_by("-valid", "-pk")


_TERMS = Statement(_terms)


def seats_on(actor: Actor, record: Person | Party, day: date) -> list[DayLine]:
    """Who of a party, or where a person, had a seat on that day, as known now."""
    rows = SeatTerm.objects.readable_by(actor).on(day).for_list()
    is_person = isinstance(record, Person)
    whose = Q(person=record) if is_person else Q(party=record) | Q(seat__party=record)
    rows = rows.filter(whose)
    lines = []
    for term in rows.order_by("seat__forum_id", "seat_id", "role", "pk"):
        forum = str(term.seat.forum)
        role = str(term.get_role_display())
        party = str(term.party) if term.party else ""
        title, said = (forum, (role, party)) if is_person else (str(term.person), (forum, role))
        note = " · ".join(part for part in said if part)
        lines.append(DayLine(title, note, term.seat.get_absolute_url()))
    return lines


# --- Finding ---------------------------------------------------------------------------------------------------------


def forums_named(text: str) -> Q:
    """Every word stands in a name or an acronym, whatever its accents and capitals."""
    condition = Q()
    for word in fold(text).split():
        condition &= Q(folded__contains=word)
    return condition


# --- Audience --------------------------------------------------------------------------------------------------------


SEAT_HOLDERS = "forum-seats"
"""The key of the audience below: whom a notice from a forum's page goes to."""


def seat_audience(actor: Actor, forum: Forum) -> tuple[list[Recipient], list[HeldBack]]:
    """Everybody who has a role at the table today: by their work address in use, or held back with the reason.

    One row for each address: who shares a mailbox gets one message. Four statements.
    """
    if not Forum.objects.readable_by(actor).filter(pk=forum.pk).exists():
        return [], []
    rows = SeatTerm.objects.current().filter(seat__forum=forum, seat__in=Seat.objects.current())
    by_person: dict[int, list[SeatTerm]] = defaultdict(list)
    ranks = list(SeatTerm.Role.values)
    for term in rows.select_related("person", "seat__category", "seat__jurisdiction").order_by(
        "person__sort_key", "pk"
    ):
        by_person[term.person_id].append(term)
    addresses: dict[int, AddressUse] = {}
    uses = AddressUse.objects.current().filter(person__in=by_person).select_related("email")
    for use in uses.order_by("-kind", "pk"):  # work before shared before personal
        addresses.setdefault(use.person_id, use)  # type: ignore[arg-type]  # filtered by person
    recipients: dict[int, Recipient] = {}
    held: list[HeldBack] = []
    for pk, terms in by_person.items():
        person = terms[0].person
        terms.sort(key=lambda term: ranks.index(term.role))
        use_of_person = addresses.get(pk)
        if person.is_archived:
            held.append(HeldBack(person.full_name, _("The record is archived."), person.get_absolute_url()))
        elif use_of_person is None:
            held.append(HeldBack(person.full_name, _("No e-mail address is in use."), person.get_absolute_url()))
        elif use_of_person.email_id in recipients:
            before = recipients[use_of_person.email_id]
            recipients[use_of_person.email_id] = _shared(before, person)
        else:
            recipients[use_of_person.email_id] = Recipient(
                person_id=pk,
                email_id=use_of_person.email_id,
                address=use_of_person.email.address,
                name=person.full_name,
                language=person.language if person.language in ("en", "fr") else "",
                why=roles_in_words(terms),
            )
    return list(recipients.values()), held


def _shared(first: Recipient, person: Person) -> Recipient:
    """The one row of a mailbox that two people share; their languages must agree to be known."""
    return Recipient(
        person_id=first.person_id,
        email_id=first.email_id,
        address=first.address,
        name=f"{first.name}, {person.full_name}",
        language=first.language if first.language == person.language else "",
        why=first.why,
    )


def roles_in_words(terms: Sequence[SeatTerm]) -> str:
    """Why somebody belongs to the audience: their roles with the seats."""
    return "; ".join(_("%(role)s: %(seat)s") % {"role": term.get_role_display(), "seat": term.seat} for term in terms)


def find_readable(actor: Actor, pk: int) -> Forum | None:
    found: Forum | None = Forum.objects.readable_by(actor).active().filter(pk=pk).first()
    return found
