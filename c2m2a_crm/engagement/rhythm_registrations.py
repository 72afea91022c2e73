"""What rhythms, agreed quiet and prospects add to the rest of the house."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import OperationKind, operation_kinds
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.services.prospects import PROSPECT_KIND
from c2m2a_crm.engagement.services.rhythms import QUIET_KIND, RHYTHM_KIND


def register() -> None:
    """Called by the contributions of the engagement record."""
    operation_kinds.register(OperationKind(RHYTHM_KIND, 46, _("Rhythm"), policies.can_keep_rhythms))
    operation_kinds.register(OperationKind(QUIET_KIND, 47, _("Agreed quiet"), policies.can_keep_rhythms))
    operation_kinds.register(OperationKind(PROSPECT_KIND, 48, _("Prospect"), policies.can_keep_rhythms))
