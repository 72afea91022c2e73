"""What somebody typed into a notice and has not saved: kept by the server, so that an expired session loses nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Model
from django.http import QueryDict

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.pages.versioned import whole_number
from c2m2a_crm.outreach.models import Campaign
from c2m2a_crm.outreach.services import TEXTS

_PLACE = re.compile(r"(?:new:[a-z0-9-]{1,30}:\d{1,15}|edit:\d{1,15})")


def place_of_new(audience_key: str, audience_id: int) -> str:
    return f"new:{audience_key}:{audience_id}"


def place_of(campaign: Campaign) -> str:
    return f"edit:{campaign.pk}"


def token_of(campaign: Campaign, user: User) -> UUID:
    """Each editor of a campaign has a draft of their own."""
    return uuid5(campaign.token, str(user.pk))


def keep(user: User, data: QueryDict) -> Draft | None:
    """Store the texts and the version they began from; None where the form bears no mark of this person's."""
    place = data.get("place", "")
    try:
        token = UUID(data.get("token", ""))
    except ValueError:
        return None
    if not _PLACE.fullmatch(place) or Draft.objects.filter(token=token).exclude(user=user).exists():
        return None
    texts = {name: str(data[name]).replace("\x00", "") for name in (*TEXTS, "version") if name in data}
    wanted = {"form": f"campaign {place}", "data": texts}
    draft, _created = Draft.objects.update_or_create(token=token, user=user, defaults=wanted)
    return draft


def kept(user: User, place: str) -> Draft | None:
    """The newest unsaved text of this place."""
    return Draft.objects.visible_to(user).filter(form=f"campaign {place}").order_by("-updated_at", "-pk").first()


def version_of(draft: Draft | None, default: int) -> int:
    """The version of the notice that the draft was begun from."""
    return whole_number(draft.data.get("version"), default) if draft else default


def forget(user: User, token: UUID) -> None:
    Draft.objects.filter(user=user, token=token, form__startswith="campaign ").delete()


def forget_texts(actor: Any, model: type[Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """What somebody typed into notices that lost a text by law (``core.registries.TextHolder``)."""
    if model is Campaign:
        Draft.objects.filter(form__in=[f"campaign edit:{key}" for key in keys]).delete()
