"""Follow-ups: done, later, somebody else's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_write, require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import image_at_version, recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import FollowUp
from c2m2a_crm.engagement.services.entry import EntryRefused
from members.models import Party, Person

LONGEST_TEXT = 500


def add_follow_up(
    *,
    actor: User,
    text: str,
    assignee: User,
    due_on: date | None = None,
    person: Person | None = None,
    party: Party | None = None,
    token: UUID | None = None,
) -> FollowUp:
    """A next step that no entry of the log gave birth to. A ``token`` that was sent before gives the first one back."""
    require(can_write(actor))
    if token and (known := FollowUp.objects.filter(token=token, created_by=actor).first()):
        return known
    if not clean_line(text):
        raise EntryRefused("text", _("Say what is to be done."))
    if len(clean_line(text)) > LONGEST_TEXT:
        raise EntryRefused("text", _("Say it in 500 characters; the rest belongs in an entry of the log."))
    if not can_write(assignee):
        raise EntryRefused("assignee", _("Choose somebody who may work on follow-ups."))
    row = FollowUp(
        text=clean_line(text),
        assignee=assignee,
        due_on=due_on,
        person=person,
        party=party,
        created_by=actor,
        token=token,
    )
    with recorded(actor):
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError:  # sent twice at the same moment: only the database knows of the other
            known = FollowUp.objects.filter(token=token, created_by=actor).first() if token else None
            if known is None:
                raise
            return known
    return row


def finish_follow_up(*, actor: User, follow_up: FollowUp) -> FollowUp:
    """Mark as done; doing it twice changes nothing."""

    def done(current: FollowUp) -> dict[str, Any]:
        if current.done_at is None:
            _require_open(current)
        return {"done_at": current.done_at or timezone.now()}

    return _change(actor, follow_up, done)


def finish_follow_ups(*, actor: User, follow_ups: Sequence[FollowUp], operation: Operation | None = None) -> int:
    """Mark many as done at once, all or none. Returns how many were open."""
    require(all(policies.can_work_on_follow_up(actor, follow_up) for follow_up in follow_ups))
    with recorded(actor, operation=operation):
        return (
            FollowUp.objects.open()
            .filter(pk__in=[each.pk for each in follow_ups])
            .update(done_at=timezone.now(), version=F("version") + 1)
        )


def reopen_follow_up(*, actor: User, follow_up: FollowUp) -> FollowUp:
    """Back among the open ones. What was taken back with its contact comes back with it alone."""

    def opened(current: FollowUp) -> dict[str, Any]:
        _require_standing(current)
        return {"done_at": None}

    return _change(actor, follow_up, opened)


def snooze_follow_up(*, actor: User, follow_up: FollowUp, until: date) -> FollowUp:
    """Put off to a later day; the days it was due before stay in its history."""
    if until <= today():
        raise EntryRefused("until", _("Choose a day after today."))

    def later(current: FollowUp) -> dict[str, Any]:
        _require_open(current)
        return {"due_on": until}

    return _change(actor, follow_up, later)


def hand_over_follow_up(*, actor: User, follow_up: FollowUp, assignee: User) -> FollowUp:
    if not can_write(assignee):
        raise EntryRefused("assignee", _("Choose somebody who may work on follow-ups."))
    if not follow_up.is_readable_by(assignee):
        raise EntryRefused("assignee", _("This follow-up belongs to a circle that the chosen person is not in."))

    def handed_over(current: FollowUp) -> dict[str, Any]:
        _require_open(current)
        return {"assignee": assignee}

    return _change(actor, follow_up, handed_over)


def pass_follow_up_to(*, actor: User, follow_up: FollowUp, person: Person) -> FollowUp:
    """What was to be done with somebody who moved on is to be done with ``person``."""

    def passed_on(current: FollowUp) -> dict[str, Any]:
        _require_open(current)
        return {"person": person}

    return _change(actor, follow_up, passed_on)


class NothingToUndo(Exception):
    """Somebody did more with it meanwhile, or nothing was done yet: what is there now stays."""


def undo_follow_up(*, actor: User, follow_up: FollowUp, version: int) -> FollowUp:
    """Take back the act that made ``version``: done, put off or handed over.

    Raises :class:`NothingToUndo` when that is no longer the latest act, and :class:`EntryRefused` when it would give
    the follow-up to somebody who can no longer work on it.
    """

    def as_before(current: FollowUp) -> dict[str, Any]:
        before = image_at_version(current, version - 1)
        if current.version != version or before is None:
            raise NothingToUndo
        _require_standing(current)
        due_on, done_at = before["due_on"], before["done_at"]
        assignee = User.objects.get(pk=before["assignee_id"])
        if assignee.pk != current.assignee_id and not can_write(assignee):
            raise EntryRefused(
                "assignee",
                _("%(name)s can no longer work on follow-ups. Nothing was undone.") % {"name": assignee.name},
            )
        return {
            "assignee": assignee,
            "due_on": date.fromisoformat(due_on) if due_on else None,
            "done_at": datetime.fromisoformat(done_at) if done_at else None,
        }

    return _change(actor, follow_up, as_before)


def _require_standing(follow_up: FollowUp) -> None:
    if follow_up.withdrawn_at is not None:
        raise EntryRefused("follow_up", _("This follow-up is no longer open."))


def _require_open(follow_up: FollowUp) -> None:
    if not follow_up.is_open:
        raise EntryRefused("follow_up", _("This follow-up is no longer open."))


def _change(actor: User, follow_up: FollowUp, changes: Callable[[FollowUp], dict[str, Any]]) -> FollowUp:
    """Write what ``changes`` makes of the row as it is now, locked. The same again is no change and no version."""
    require(policies.can_work_on_follow_up(actor, follow_up))
    with recorded(actor):
        current = lock(follow_up)
        changed = {name: value for name, value in changes(current).items() if getattr(current, name) != value}
        if changed:
            for name, value in changed.items():
                setattr(current, name, value)
            current.version += 1
            current.save(update_fields=[*changed, "version"])
    return current
