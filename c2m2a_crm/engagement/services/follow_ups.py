"""Follow-ups: done, later, somebody else's."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_write, require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import FollowUp
from c2m2a_crm.engagement.services.entries import EntryRefused
from members.models import Party, Person


def add_follow_up(
    *,
    actor: User,
    text: str,
    assignee: User,
    due_on: date | None = None,
    person: Person | None = None,
    party: Party | None = None,
) -> FollowUp:
    """A next step that no entry of the log gave birth to."""
    require(can_write(actor))
    if not clean_line(text):
        raise EntryRefused("text", _("Say what is to be done."))
    if not can_write(assignee):
        raise EntryRefused("assignee", _("Choose somebody who may work on follow-ups."))
    with recorded(actor):
        return FollowUp.objects.create(
            text=clean_line(text), assignee=assignee, due_on=due_on, person=person, party=party, created_by=actor
        )


def finish_follow_up(*, actor: User, follow_up: FollowUp) -> FollowUp:
    """Mark as done; doing it twice changes nothing."""
    return _change(actor, follow_up, done_at=follow_up.done_at or timezone.now())


def reopen_follow_up(*, actor: User, follow_up: FollowUp) -> FollowUp:
    return _change(actor, follow_up, done_at=None)


def snooze_follow_up(*, actor: User, follow_up: FollowUp, until: date) -> FollowUp:
    """Put off to a later day; the days it was due before stay in its history."""
    if until <= today():
        raise EntryRefused("until", _("Choose a day after today."))
    return _change(actor, follow_up, due_on=until)


def hand_over_follow_up(*, actor: User, follow_up: FollowUp, assignee: User) -> FollowUp:
    if not can_write(assignee):
        raise EntryRefused("assignee", _("Choose somebody who may work on follow-ups."))
    if not follow_up.is_readable_by(assignee):
        raise EntryRefused("assignee", _("This follow-up belongs to a circle that the chosen person is not in."))
    return _change(actor, follow_up, assignee=assignee)


def _change(actor: User, follow_up: FollowUp, **changes: object) -> FollowUp:
    require(policies.can_work_on_follow_up(actor, follow_up))
    with recorded(actor):
        current = lock(follow_up)
        changed = {name: value for name, value in changes.items() if getattr(current, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(current, name, value)
            current.version += 1
            current.save(update_fields=[*changed, "version"])
    return current
