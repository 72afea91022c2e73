"""What people answered goes after a time; that they were asked and when they answered stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import Disposal, RetentionRule
from c2m2a_crm.core.removal import Texts, remove_from_history
from members.models import DetailsDifference, DetailsRequest


def _answered_before(cutoff: date) -> QuerySet[DetailsRequest]:
    said = DetailsDifference.objects.filter(request=OuterRef("pk"))
    moment = timezone.make_aware(datetime.combine(cutoff, time.min))
    return DetailsRequest.objects.filter(Exists(said), answered_at__lt=moment)


def _names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    rows = DetailsRequest.objects.visible_to(actor).filter(pk__in=keys).select_related("person")
    return {asked.pk: str(asked.person) for asked in rows}


def _forget(key: int, disposal: Disposal) -> None:
    with recorded(disposal.actor, reason=disposal.reason):
        said = DetailsDifference.objects.filter(request=key).order_by("pk")
        keys = list(said.values_list("pk", flat=True))
        said.delete()
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(DetailsDifference, keys)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


DETAILS = RetentionRule(
    key="details",
    order=65,
    label=_("What people answered about their details"),
    what=_("Answers of people who checked what is on file of them, that long ago."),
    how=_("What they said goes. That they were asked and when they answered stays; so does what was accepted."),
    model=DetailsRequest,
    rows=_answered_before,
    last_used=lambda asked: timezone.localdate(asked.answered_at),
    names=_names,
    dispose=_forget,
    url=lambda key: DetailsRequest(pk=key).get_absolute_url(),
)
