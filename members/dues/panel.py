"""The card of dues on the page of a membership."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from members.dues import periods, policies, selectors
from members.dues.marks import state_tag
from members.models import Membership


def membership_panel(actor: Any, membership: Membership) -> dict[str, Any] | None:
    """What the membership owes and paid; nothing for whoever may not see dues."""
    if not policies.can_see_dues(actor):
        return None
    owed = periods.owing_of(membership)
    may_issue = policies.can_keep_dues(actor) and bool(owed)
    return {
        "lines": [{"invoice": row, "state": state_tag(row.state)} for row in selectors.invoices_of(actor, membership)],
        "owed": owed,
        "issue_url": reverse("dues:issue", args=[membership.pk]) if may_issue else "",
    }
