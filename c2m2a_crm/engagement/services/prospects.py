"""Organizations that are no prospects for membership, with the reason."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import NoProspect
from members.models import Party

PROSPECT_KIND: Final = "prospect"


def rule_out(*, actor: User, party: Party, reason: str) -> Operation:
    """The organization is no prospect from today on, and why; an operation that can be undone.

    Raises ``ValidationError`` for a Nation, without a reason, and where it is ruled out already.
    """
    require(policies.can_keep_rhythms(actor))
    if party.is_nation:
        raise ValidationError(_("A Nation is never a prospect."))
    row = NoProspect(party=party, reason=clean_line(reason), since=today(), said_by=actor)
    row.clean_fields()
    summary = Sentence(gettext_noop("No prospect: %(name)s"), {"name": str(party)})
    with operating(actor, kind=PROSPECT_KIND, summary=summary, details=NAMING) as operation:
        lock(party)
        if NoProspect.objects.standing().filter(party=party).exists():
            raise ValidationError(_("This is noted already."))
        row.save(force_insert=True)
    return operation


def consider_again(*, actor: User, party: Party) -> Operation | None:
    """The organization is a prospect again; None where nothing was noted. The reason of before stays on file."""
    require(policies.can_keep_rhythms(actor))
    noted = NoProspect.objects.standing().filter(party=party)
    if not noted.exists():
        return None
    summary = Sentence(gettext_noop("A prospect again: %(name)s"), {"name": str(party)})
    with operating(actor, kind=PROSPECT_KIND, summary=summary, details=NAMING) as operation:
        for row in noted.select_for_update(of=("self",)):
            row.ended_on = today()
            row.version += 1
            row.save(update_fields=["ended_on", "version"])
    return operation
