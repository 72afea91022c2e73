"""What outgoing mail holds about a person: what was sent, and what they said about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.held import between, lines, nobody_told
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering
from c2m2a_crm.outreach.lists import scope_in_words
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.querysets import Outcome
from members.models import AddressUse, Person


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """The copies that went to the person or were held back, and what their addresses said of mail."""
    copies = Delivery.objects.readable_by(actor).filter(confided_to(circle, "campaign__"), person=person)
    yield from map(_copy, copies.for_list().order_by("pk"))
    addresses = AddressUse.objects.readable_by(actor).filter(person=person).values("email")
    said = Suppression.objects.readable_by(actor).filter(confided_to(circle, "campaign__"), email__in=addresses)
    if circle is not None:
        said = said.filter(campaign__isnull=False)
    yield from map(_said, said.for_list().order_by("pk"))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Messages whose words answer; where people are named, those that went to one of them."""
    notices: QuerySet[Campaign] = Campaign.objects.readable_by(actor).filter(
        confided_to(circle), between("created_at__date", sought.since, sought.until)
    )
    if sought.words:
        notices = notices.filter(answering(actor, "campaign", sought.words))
    if sought.people:
        theirs = Delivery.objects.filter(campaign=OuterRef("pk"), person__in=[each.pk for each in sought.people])
        notices = notices.filter(Exists(theirs))
    yield from map(_notice, notices.select_related("created_by").order_by("pk"))


def _uses() -> str:
    return _("To send what people asked for or need, and to prove that it was sent.")


def _copy(copy: Any) -> HeldRecord:
    text = lines(
        (_("Message"), copy.campaign.subject.text),
        (_("To"), copy.email or ""),
        (_("Why"), copy.why.text),
        (_("What became of it"), Outcome(copy.outcome).label),
    )
    return HeldRecord(
        copy,
        _("Message: %(subject)s") % {"subject": copy.campaign.subject.text},
        text,
        on=timezone.localdate(copy.created_at),
        source=_("The list of addressees of that day."),
        uses=_uses(),
        recipients=_("The addressee."),
    )


def _said(row: Suppression) -> HeldRecord:
    text = lines(
        (_("E-mail address"), row.email),
        (_("What was said"), row.get_act_display()),
        (_("What it is about"), scope_in_words(row)),
        (_("How"), row.get_how_display()),
        (_("Reason"), row.reason),
        (_("Evidence"), "; ".join(f"{key}: {value}" for key, value in row.evidence.items())),
    )
    return HeldRecord(
        row,
        str(row.get_act_display()),
        text,
        on=timezone.localdate(row.at),
        source=_("The person, or whoever noted it for them."),
        uses=_("To send nothing that was not wanted, and to prove what was asked."),
        recipients=nobody_told(),
    )


def _notice(notice: Campaign) -> HeldRecord:
    text = "\n\n".join(
        part for part in (notice.subject_en, notice.body_en, notice.subject_fr, notice.body_fr) if part.strip()
    )
    return HeldRecord(
        notice,
        _("Message: %(subject)s") % {"subject": notice.subject.text},
        text,
        on=timezone.localdate(notice.created_at),
        source=_("Written by %(name)s.") % {"name": notice.created_by},
        uses=_uses(),
        recipients=notice.audience_name.text if notice.started_at else nobody_told(),
    )
