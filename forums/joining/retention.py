"""How long questions about tables are kept: once answered, their words go with time.

That one was asked and answered stays. A question that nobody answered waits for somebody, however long ago it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import Disposal, RetentionRule
from c2m2a_crm.core.removal import Texts, remove_from_history
from forums.anonymising import INQUIRY_WORDS, empty_inquiries
from forums.models import Inquiry
from members.memberships.retention import MARK


def _answered_before(cutoff: date) -> QuerySet[Inquiry]:
    moment = timezone.make_aware(datetime.combine(cutoff, time.min))
    return Inquiry.objects.filter(answered_at__lt=moment).exclude(name=MARK)


def _names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in Inquiry.objects.readable_by(actor).filter(pk__in=keys)}


def _forget(key: int, disposal: Disposal) -> None:
    with recorded(disposal.actor, reason=disposal.reason):
        empty_inquiries([key])
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(Inquiry, [key], INQUIRY_WORDS)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


INQUIRIES: Final = RetentionRule(
    key="inquiries",
    order=37,
    label=_("Questions about tables"),
    what=_("Questions of people who may want to join a table, answered that long ago."),
    how=_("Who asked, the question and the answer go. That it was asked and answered stays."),
    model=Inquiry,
    rows=_answered_before,
    last_used=lambda inquiry: timezone.localdate(inquiry.answered_at) if inquiry.answered_at else None,
    names=_names,
    dispose=_forget,
    url=lambda key: Inquiry(pk=key).get_absolute_url(),
)
