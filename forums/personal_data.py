"""What the forums hold about a person: the seats they held, in which role, for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from c2m2a_crm.core.dates import days_of
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.lists import says
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering
from forums.models import Forum, Inquiry, SeatApplication, SeatTerm
from members.models import AddressUse, Person

_FILE = "seat__forum__initiative__"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_term, _terms(actor, circle).filter(person=person))
    addresses = AddressUse.objects.filter(person=person).values("email__address")
    yield from map(_inquiry, _inquiries(actor, circle).filter(email__in=addresses))
    asked = Q(application__person=person) | Q(application__email__in=addresses)
    yield from map(_application, _applications(actor, circle).filter(asked))


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
    addresses = AddressUse.objects.filter(person__in=[person.pk for person in sought.people])
    for rows, record, at, words in (
        (_inquiries(actor, circle), _inquiry, "received_at", ("name", "organization_name", "question", "answer")),
        (
            _applications(actor, circle),
            _application,
            "application__received_at",
            ("application__organization_name", "application__family_name", "contribution"),
        ),
    ):
        email = "email" if record is _inquiry else "application__email"
        found: Any = rows
        if sought.people:
            found = found.filter(**{f"{email}__in": addresses.values("email__address")})
        for word in sought.words.split():
            found = found.filter(says(word, *words))
        if sought.since:
            found = found.filter(**{f"{at}__date__gte": sought.since})
        if sought.until:
            found = found.filter(**{f"{at}__date__lte": sought.until})
        yield from map(record, found)


def _inquiries(actor: Any, circle: int | None) -> QuerySet[Inquiry]:
    return (
        Inquiry.objects.readable_by(actor).filter(confided_to(circle, "forum__initiative__")).for_list().order_by("pk")
    )


def _applications(actor: Any, circle: int | None) -> QuerySet[SeatApplication]:
    rows = SeatApplication.objects.readable_by(actor).filter(confided_to(circle, "forum__initiative__"))
    return rows.for_list().select_related("appeal").order_by("pk")


def _inquiry(inquiry: Inquiry) -> HeldRecord:
    text = lines(
        (_("Name"), inquiry.name),
        (_("Organization"), inquiry.organization_name),
        (_("E-mail"), inquiry.email),
        (_("Question"), inquiry.question),
        (_("Answer"), inquiry.answer),
    )
    return HeldRecord(
        inquiry,
        _("Question about %(forum)s") % {"forum": inquiry.forum},
        text,
        on=localdate(inquiry.received_at),
        source=_("Sent by the person who asks."),
        uses=_("To answer the question."),
    )


def _application(asked: SeatApplication) -> HeldRecord:
    """What the shared application does not tell: the table, what they would bring, an appeal."""
    made = getattr(asked, "appeal", None)
    text = lines(
        (_("Forum"), asked.forum),
        (_("Category"), asked.category or ""),
        (_("What they would bring"), asked.contribution),
        (_("Given in confidence by a third party"), ", ".join(asked.confidential)),
        (_("Appeal"), made.text if made else ""),
        (_("Reason"), made.reason if made else ""),
    )
    return HeldRecord(
        asked,
        _("Application for a seat: %(forum)s") % {"forum": asked.forum},
        text,
        on=localdate(asked.application.received_at),
        source=_("Sent by the applicant."),
        uses=_("To decide the application and to answer it."),
    )


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
