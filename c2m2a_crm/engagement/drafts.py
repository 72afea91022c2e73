"""Drafts of the log form that the server keeps, so that a closed drawer or an expired session loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.engagement.entry_values import Preset
from c2m2a_crm.engagement.models import Interaction

FORM = "log_contact"
# What the form sends beside what was typed.
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "action", "whole"})
# A draft that old is offered on the home page but no longer opens by itself.
FORGOTTEN_AFTER = timedelta(days=2)
MOST_OFFERED = 20
LONGEST_WORDS = 80


def keep(user: User, data: QueryDict) -> Draft | None:
    """Store the form as it stands; None if it bears no token of this person. Already saved: no draft is kept."""
    try:
        token = UUID(data.get("token", ""))
    except ValueError:
        return None
    typed = {_kept(name): [_kept(value) for value in data.getlist(name)] for name in data if name not in _NOT_TYPED}
    if Interaction.objects.filter(token=token).exists():
        return Draft(user=user, form=FORM, token=token, data=typed, updated_at=timezone.now())
    if Draft.objects.filter(token=token).exclude(user=user).exists():
        return None
    draft, _created = Draft.objects.update_or_create(token=token, user=user, defaults={"form": FORM, "data": typed})
    return draft


def _kept(text: str) -> str:
    return text.replace("\x00", "")  # the database takes none


def data_of(draft: Draft) -> QueryDict:
    """The draft as if it were being posted now."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


def kept_drafts(user: User) -> list[Draft]:
    """The latest drafts of a person, newest first."""
    return list(Draft.objects.visible_to(user).filter(form=FORM).order_by("-updated_at", "-pk")[:MOST_OFFERED])


def draft_to_continue(kept: Sequence[Draft], preset: Preset, *, token: str) -> Draft | None:
    """The draft asked for by its token, whatever its age; else the newest recent one that was begun from this preset.

    A form opened from nowhere in particular continues the newest recent draft of all.
    """
    if token:
        return next((draft for draft in kept if str(draft.token) == token), None)
    recent = (draft for draft in kept if draft.updated_at >= timezone.now() - FORGOTTEN_AFTER)
    return next((draft for draft in recent if preset == Preset() or Preset.sent(data_of(draft)) == preset), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft that can be continued instead of the form that stands there."""

    token: UUID
    words: str
    saved_at: datetime


def offers(kept: Sequence[Draft], *, without: UUID | str | None) -> list[Offer]:
    """What the head of the form offers: every draft but the one that stands in it."""
    return [Offer(draft.token, words_of(draft), draft.updated_at) for draft in kept if str(draft.token) != str(without)]


def words_of(draft: Draft) -> str:
    """How a draft begins, to know it by."""
    for name in ("line", "subject", "notes"):
        text = " ".join(str(value) for value in draft.data.get(name, [])).strip()
        if text:
            return Truncator(text).chars(LONGEST_WORDS)
    return _("Contact without words yet")


def forget(user: User, token: UUID) -> None:
    Draft.objects.filter(user=user, token=token).delete()
