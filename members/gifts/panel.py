"""The card of gifts on the page of a person, an organization or a Nation."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse

from members.gifts import policies
from members.gifts.lists import receipt_words
from members.gifts.marks import state_tag
from members.models import Gift, Person

SHOWN: Final = 5


def gift_panel(actor: Any, record: Any) -> dict[str, Any] | None:
    """The newest gifts of a donor; nothing where there are none, or for whoever may not see them."""
    if not policies.can_see_gifts(actor):
        return None
    side = "donor_person" if isinstance(record, Person) else "donor_party"
    found = Gift.objects.readable_by(actor).with_state().filter(**{side: record.pk}).order_by("-received_on", "-pk")
    rows = list(found[: SHOWN + 1])
    if not rows:
        return None
    may_keep = policies.can_keep_gifts(actor) and not record.is_archived
    query = f"{'person' if side == 'donor_person' else 'party'}={record.pk}"
    return {
        "lines": [{"gift": row, "state": state_tag(row.state), "receipt": receipt_words(row)} for row in rows[:SHOWN]],
        "is_cut": len(rows) > SHOWN,
        "record_url": f"{reverse('gifts:record')}?{query}" if may_keep else "",
    }
