"""Drafts of the log form that the server keeps, so that a closed drawer or an expired session loses nothing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.engagement.models import Interaction

FORM = "log_contact"
# What the form sends beside what was typed.
_NOT_TYPED = frozenset({"csrfmiddlewaretoken", "action", "whole"})
# A draft that old is offered on the home page but no longer opens by itself.
FORGOTTEN_AFTER = timedelta(days=2)


def keep(user: User, data: QueryDict) -> Draft | None:
    """Store the form as it stands; None if it bears no token of this person. Already saved: no draft is kept."""
    try:
        token = UUID(data.get("token", ""))
    except ValueError:
        return None
    typed = {name: data.getlist(name) for name in data if name not in _NOT_TYPED}
    if Interaction.objects.filter(token=token).exists():
        return Draft(user=user, form=FORM, token=token, data=typed, updated_at=timezone.now())
    if Draft.objects.filter(token=token).exclude(user=user).exists():
        return None
    draft, _created = Draft.objects.update_or_create(token=token, user=user, defaults={"form": FORM, "data": typed})
    return draft


def data_of(draft: Draft) -> QueryDict:
    """The draft as if it were being posted now."""
    data = QueryDict(mutable=True)
    for name, values in draft.data.items():
        data.setlist(name, values)
    return data


def draft_to_continue(user: User, *, token: str, is_fresh: bool) -> Draft | None:
    """The draft asked for by its token; else, for a form opened without a record, the newest recent one."""
    own = Draft.objects.filter(user=user, form=FORM)
    if token:
        try:
            return own.filter(token=UUID(token)).first()
        except ValueError:
            return None
    if not is_fresh:
        return None
    return own.filter(updated_at__gte=timezone.now() - FORGOTTEN_AFTER).order_by("-updated_at", "-pk").first()


def forget(user: User, token: UUID) -> None:
    Draft.objects.filter(user=user, token=token).delete()
