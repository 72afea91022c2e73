"""What is told of a table that others run: which officials we met there, and what we said. Two statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.safestring import SafeString

from c2m2a_crm.core import ui
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import localized
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Participant, Point
from forums.models import Forum

BACK_DAYS: Final = 730
SHOWN: Final = 8
_LOOKED_AT: Final = 200


@dataclass(frozen=True, slots=True)
class Official:
    """Somebody who held public office on the last day on which we met them there."""

    row: Participant
    title: SafeString


def officials_met(actor: Actor, forum: Forum) -> Sequence[Official]:
    """The last met first, each once, of the last two years. The caller has checked that the forum is readable."""
    contacts = Interaction.objects.readable_by(actor).active().filter(initiative=forum.pk)
    contacts = contacts.filter(occurred_on__gte=today() - timedelta(days=BACK_DAYS))
    rows = Participant.objects.filter(
        interaction__in=contacts.values("pk"), role=Participant.Role.PRESENT, holds_public_office=True
    )
    found: dict[object, Official] = {}
    newest = rows.select_related("interaction", "person").order_by("-interaction__occurred_on", "-pk")
    for row in newest[:_LOOKED_AT]:
        title = localized(row, "title")
        found.setdefault(row.person_id or row.name, Official(row, ui.in_language(title) if title.text else ui.NOTHING))
    return list(found.values())[:SHOWN]


def said_by_us(actor: Actor, forum: Forum) -> Sequence[Point]:
    """Our answers to what was raised there, the last first."""
    rows = Point.objects.readable_by(actor).filter(
        interaction__initiative=forum.pk, interaction__archived_at__isnull=True
    )
    answered = rows.exclude(answer="").select_related("interaction")
    return list(answered.order_by("-answered_on", "-pk")[:SHOWN])
