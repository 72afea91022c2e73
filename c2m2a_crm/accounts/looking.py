"""Looking as a colleague: the product as they see it, within one's own rights, for reading alone.

An administrator who is asked "why can't I see this?" looks instead of asking for a password. The pages are the
colleague's; what both may see is shown, and nothing can be changed. Each look has a reason and stands in the audit,
and the colleague finds it among their sessions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.backends import HouseBackend
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.actor import looking_as
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.text import clean_line

STARTED: Final = "account.looked_as"
ENDED: Final = "account.looked_as_ended"
# Long enough to follow a question through some pages; forgotten, it must not last until the evening.
LASTS: Final = timedelta(minutes=30)
_KEY: Final = "looking_as"


class CannotLook(ActRefused):
    """Why nobody looks as this person, in words for whoever asked."""


class NoReason(CannotLook):
    sentence = _("Say why you look as this person.")
    field = "reason"


class NotThisPerson(CannotLook):
    sentence = _("Choose a colleague whose account is open.")


@dataclass(frozen=True, slots=True)
class Look:
    """A look under way, for the banner: as whom, and until when."""

    colleague: User
    ends_at: datetime


def start(request: HttpRequest, *, actor: User, colleague: User, reason: str) -> None:
    """The session looks as the colleague from its next page on. Raises :class:`CannotLook`."""
    policies.require(policies.can_administer(actor))
    if not policies.can_look_as(actor, colleague):
        raise NotThisPerson
    reason = clean_line(reason)
    if not reason:
        raise NoReason
    _note(STARTED, actor, colleague, reason=reason)
    request.session[_KEY] = {"colleague": colleague.pk, "since": timezone.now().timestamp()}


def stop(request: HttpRequest, *, actor: User) -> User | None:
    """The session looks as itself again. The colleague whose pages it saw; None if it looked as itself already."""
    asked = request.session.pop(_KEY, None)
    colleague = User.objects.filter(pk=asked["colleague"]).first() if asked else None
    if colleague is not None:
        _note(ENDED, actor, colleague)
    return colleague


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the session began a look, which may be over by now."""
    return _KEY in request.session


def look_of(request: HttpRequest, looker: User) -> tuple[Any, Look] | None:
    """The actor to read the page as, and the look for its banner; None once time, rights or the account ended it."""
    asked = request.session.get(_KEY) or {}
    since = datetime.fromtimestamp(asked.get("since", 0), tz=timezone.get_current_timezone())
    colleague = HouseBackend().get_user(asked.get("colleague"))
    if colleague is None or timezone.now() >= since + LASTS or not policies.can_look_as(looker, colleague):
        return None
    return looking_as(colleague, looker), Look(colleague, since + LASTS)


def looks_at(user: User) -> list[AuditEvent]:
    """The latest times that somebody looked as this person, newest first."""
    table = User._meta.db_table
    return list(
        AuditEvent.objects.filter(verb=STARTED, subject_table=table, subject_id=user.pk)
        .select_related("actor")
        .order_by("-id")[:10]
    )


def _note(verb: str, actor: User, colleague: User, **details: str) -> None:
    about = {"subject_table": User._meta.db_table, "subject_id": colleague.pk}
    AuditEvent.objects.create(actor_id=actor.pk, verb=verb, **about, details=details)
