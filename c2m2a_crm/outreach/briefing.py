"""What outgoing mail tells in a briefing: who asked for none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import BriefingLine, BriefingSource, briefing_sources
from c2m2a_crm.outreach.models import Suppression
from members.models import AddressUse, Person


def _stopped(actor: Any, people: Sequence[int]) -> Mapping[int, Sequence[BriefingLine]]:
    stops = Suppression.objects.readable_by(actor).of_everything().in_force().filter(email=OuterRef("email"))
    uses = AddressUse.objects.current().filter(Exists(stops), among("person_id", people)).select_related("email")
    return {
        use.person_id or 0: [BriefingLine(_("Do not write: no mail at all is wanted."), use.email.address)]
        for use in uses.order_by("-pk")
    }


def register() -> None:
    briefing_sources.register(
        BriefingSource("no-mail", 17, Person, gettext_lazy("Do not"), _stopped, 1, is_warning=True)
    )
