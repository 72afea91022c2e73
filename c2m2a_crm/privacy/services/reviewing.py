"""What becomes of each record that was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import AccessItem, UnresolvedChallenge
from c2m2a_crm.privacy.services.confided import confided_since
from c2m2a_crm.privacy.services.requests import RequestRefused, SentByAnother, lock_open
from members.models import Person

Mark = AccessItem.Mark
_once = partial(refusals_of_the_database, {"privacy_unresolvedchallenge_token_key": SentByAnother})
# Marks by which something is kept back by an act.
BY_SECTION = frozenset({Mark.EXEMPT, Mark.PART})


def passages_of(text: str) -> list[str]:
    """The passages to leave out, longest first, so that one within another leaves nothing behind."""
    return sorted({line.strip() for line in text.splitlines() if line.strip()}, key=lambda line: (-len(line), line))


def review_item(
    *, actor: User, item: AccessItem, mark: str, section: str = "", passages: str = "", note: str = ""
) -> AccessItem:
    """Mark a record; an empty mark puts it back among those to review. Raises :class:`RequestRefused`."""
    require(policies.can_handle_privacy(actor))
    if mark not in Mark.values:
        raise RequestRefused(_("Choose a mark."), field="mark")
    cited = clean_line(section) if mark in BY_SECTION else ""
    if mark in BY_SECTION and not cited:
        raise RequestRefused(_("Name the act and section."), field="section")
    left_out = passages_of(passages) if mark == Mark.PART else []
    with recorded(actor):
        lock_open(item.request)
        current = AccessItem.objects.select_for_update().get(pk=item.pk)
        if confided_since([current]):
            raise RequestRefused(_("This record was confided to a circle since: its owners decide."))
        if mark == Mark.PART:
            if not left_out:
                raise RequestRefused(_("Copy the passages to leave out, one on each line."), field="passages")
            if missing := _not_in(current, left_out):
                sentence = _("“%(passage)s” does not stand in the record. Copy it as it is.") % {"passage": missing[0]}
                raise RequestRefused(sentence, field="passages")
        current.mark, current.section, current.note = mark, cited, clean_line(note)
        current.passages = "\n".join(left_out)
        current.reviewed_by, current.reviewed_at = (actor, timezone.now()) if mark else (None, None)
        current.save(update_fields=["mark", "section", "note", "passages", "reviewed_by", "reviewed_at"])
    return current


def _not_in(item: AccessItem, passages: Iterable[str]) -> list[str]:
    whole = "\n".join((item.title, item.text, item.source, item.uses, item.recipients))
    return [passage for passage in passages if not re.search(re.escape(passage), whole, re.IGNORECASE)]


def look_again(items: Iterable[AccessItem]) -> None:
    """Put back among those to review what other words stand in now: a passage that is not found would go out."""
    for item in items:
        if item.mark == Mark.PART and _not_in(item, passages_of(item.passages)):
            item.mark, item.reviewed_by, item.reviewed_at = Mark.PENDING, None, None
            item.save(update_fields=["mark", "reviewed_by", "reviewed_at"])


def note_challenge(
    *, actor: User, person: Person, challenge: str, answer: str, token: UUID | None = None
) -> UnresolvedChallenge:
    """Keep what a person says is wrong beside the record, with why it was not changed.

    A ``token`` that was sent before gives the first one back.
    """
    require(policies.can_handle_privacy(actor))
    said, why = challenge.strip(), answer.strip()
    if not said:
        raise RequestRefused(_("Write what the person says is wrong."), field="challenge")
    if not why:
        raise RequestRefused(_("Say why it was not changed."), field="answer")
    noted = UnresolvedChallenge(
        person=person, challenge=said, answer=why, noted_on=today(), noted_by=actor, token=token
    )
    try:
        with _once(), recorded(actor):
            noted.save()
    except SentByAnother:
        known = UnresolvedChallenge.objects.filter(token=token, noted_by=actor).first()
        if known is None:
            raise
        return known
    return noted


def resolve_challenge(*, actor: User, challenge: UnresolvedChallenge) -> UnresolvedChallenge:
    """The record was put right, or the person is content. Resolving twice changes nothing."""
    require(policies.can_handle_privacy(actor))
    with recorded(actor):
        current = UnresolvedChallenge.objects.select_for_update().get(pk=challenge.pk)
        if current.resolved_on is None:
            current.resolved_on = today()
            current.save(update_fields=["resolved_on"])
    return current
