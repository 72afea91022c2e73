"""What applications hold about people, for requests for information. None of them is ever in a circle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from c2m2a_crm.core.lists import says
from c2m2a_crm.core.registries import HeldRecord, Sought
from members.models import AddressUse, Application, Person

_WORDS = ("organization_name", "given_name", "family_name", "title", "statement", "conflicts", "reason")


def _of(actor: Any, people: Iterable[Person]) -> Any:
    """Applications of these people, or from an address that one of them uses or used."""
    known = list(people)
    addresses = AddressUse.objects.filter(person__in=known).values("email__address")
    return Application.objects.readable_by(actor).filter(Q(person__in=known) | Q(email__in=addresses)).order_by("pk")


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    if circle is None:
        yield from map(_record, _of(actor, [person]))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    if circle is not None:
        return
    rows = _of(actor, sought.people) if sought.people else Application.objects.readable_by(actor).order_by("pk")
    for word in sought.words.split():
        rows = rows.filter(says(word, *_WORDS))
    if sought.since:
        rows = rows.filter(received_at__date__gte=sought.since)
    if sought.until:
        rows = rows.filter(received_at__date__lte=sought.until)
    yield from map(_record, rows)


def _record(application: Application) -> HeldRecord:
    said = (
        (_("Organization"), application.organization_name),
        (_("Name"), application.applicant),
        (_("Title"), application.title),
        (_("E-mail"), application.email),
        (_("Telephone"), application.phone),
        (_("Why they apply"), application.statement),
        (_("Conflicts of interest"), application.conflicts),
        (_("Decision"), str(application.get_decision_display()) if application.decision else ""),
        (_("Reason"), application.reason),
    )
    return HeldRecord(
        application,
        _("Application (%(kind)s): %(organization)s")
        % {"kind": application.get_kind_display(), "organization": application.organization_name},
        "\n".join(f"{label}: {value}" for label, value in said if value),
        on=localdate(application.received_at),
        source=_("Sent by the applicant."),
        uses=_("To decide the application and to answer it."),
    )
