"""What the forums hold about a person: the seats they held, in which role, for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering
from forums.models import Forum, SeatTerm
from members.models import Person

_FILE = "seat__forum__initiative__"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_term, _terms(actor, circle).filter(person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Terms of the people named, or in forums whose words answer, that touch those days."""
    terms = _terms(actor, circle)
    if sought.words:
        answer = Forum.objects.readable_by(actor).filter(answering(actor, "forum", sought.words))
        terms = terms.filter(seat__forum__in=answer)
    if sought.people:
        terms = terms.filter(person__in=[person.pk for person in sought.people])
    if sought.since or sought.until:
        terms = terms.filter(valid__overlap=(sought.since, sought.until))
    yield from map(_term, terms)


def _terms(actor: Any, circle: int | None) -> QuerySet[SeatTerm]:
    return SeatTerm.objects.readable_by(actor).filter(confided_to(circle, _FILE)).for_list().order_by("pk")


def _term(term: SeatTerm) -> HeldRecord:
    forum = term.seat.forum
    text = lines(
        (_("Forum"), forum),
        (_("Person"), term.person),
        (_("Seat"), term.seat),
        (_("Role"), term.get_role_display()),
        (_("Speaks for"), term.party or ""),
        (_("Valid"), days_of(term)),
    )
    return HeldRecord(
        term,
        _("Seat: %(forum)s") % {"forum": forum},
        text,
        on=term.valid.lower,
        source=term.source or _("Entered by the office."),
        uses=_("To run the forum and to know who speaks for whom."),
        recipients=_("Members of the forum, by its roster."),
    )
