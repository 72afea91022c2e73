"""Where the facts of forums and partnerships are edited. Their own rooms show them, and own the pages led back to."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from c2m2a_crm.core.pages.facts import FactRoom
from c2m2a_crm.core.views import visible_or_404
from c2m2a_crm.engagement.models import Initiative, InitiativeFact


def _initiative(user: Any, pk: int) -> Initiative:
    initiative: Initiative = visible_or_404(Initiative.objects.all(), user, pk=pk)
    if not initiative.get_absolute_url():
        raise Http404
    return initiative


INITIATIVE_FACTS = FactRoom("initiatives", InitiativeFact, _initiative)
