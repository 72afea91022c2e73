"""What people tell of barriers from the accessibility statement: it comes without an account, and is answered."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from c2m2a_crm.core import rights
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AccessibilityFeedback
from c2m2a_crm.core.text import clean_line

FROM_OUTSIDE: Final = "public form"


def leave_feedback(*, text: str, language: str, page: str = "", contact: str = "") -> AccessibilityFeedback:
    """Keep what somebody wrote; page and contact are theirs to give or not. The form has said what is too long."""
    with recorded(None, system=FROM_OUTSIDE):
        return AccessibilityFeedback.objects.create(
            text=text.strip(), page=clean_line(page), contact=clean_line(contact), language=language
        )


def mark_answered(*, actor: Any, feedback: AccessibilityFeedback) -> bool:
    """Note that somebody answered; whether it was not noted before. Raises ``PermissionDenied``."""
    if not rights.can_administer(actor):
        raise PermissionDenied
    with recorded(actor):
        waiting = AccessibilityFeedback.objects.visible_to(actor).filter(pk=feedback.pk, answered_at__isnull=True)
        return bool(waiting.update(answered_at=timezone.now()))
