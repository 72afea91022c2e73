"""Long texts that somebody typed into a form and has not saved: kept by the server, every few seconds, for them alone.

Forms with a draft of their own (a contact, a notice) keep more than their texts and do without this. What is kept is
offered when its form is opened again, and forgotten when the form has been taken. Nothing stays on the device, so that
a text which is sealed in a circle needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import HttpRequest, HttpResponse

from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.text import clean_line

FORM: Final = "text"
# The field by which a form says, when it is sent, under which place its texts are kept.
PLACE_FIELD: Final = "kept_place"
LONGEST_PLACE: Final = 300
# Characters of all texts of a form together. More is a file, not typing.
MOST: Final = 200_000
MOST_FIELDS: Final = 20
MOST_ASKED: Final = 20


class CannotKeep(ValueError):
    """Too long, or no place is named: the form says that it could not be kept."""


@dataclass(frozen=True, slots=True)
class KeptTexts:
    """Texts of one form by the names of their fields, and when they were typed."""

    place: str
    texts: Mapping[str, str]
    at: datetime


def _token(user_id: int, place: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"{user_id} {place}")


def keep(actor: Any, place: str, texts: Mapping[str, str]) -> KeptTexts:
    """Keep these texts instead of those kept for the place before; empty ones forget it.

    Raises :class:`CannotKeep`.
    """
    if not place or "\x00" in place or len(place) > LONGEST_PLACE or len(texts) > MOST_FIELDS:
        raise CannotKeep
    cleaned = {clean_line(name)[:100]: text.replace("\x00", "") for name, text in texts.items()}
    if sum(map(len, cleaned.values())) > MOST:
        raise CannotKeep
    wanted = {"user_id": actor.pk, "form": FORM, "data": {"place": place, "texts": cleaned}}
    draft, _made = Draft.objects.update_or_create(token=_token(actor.pk, place), defaults=wanted)
    if not any(text.strip() for text in cleaned.values()):
        draft.delete()
    return KeptTexts(place, cleaned, draft.updated_at)


def kept_at(actor: Any, places: Sequence[str]) -> list[KeptTexts]:
    """What is kept for this person at these places, of which the first twenty count."""
    tokens = [_token(actor.pk, place) for place in places[:MOST_ASKED]]
    drafts = Draft.objects.visible_to(actor).filter(form=FORM, token__in=tokens).order_by("pk")
    return [KeptTexts(draft.data["place"], draft.data["texts"], draft.updated_at) for draft in drafts]


def forget(actor: Any, place: str) -> None:
    """The texts were saved, or are wanted no more."""
    Draft.objects.filter(user_id=actor.pk, form=FORM, token=_token(actor.pk, place)).delete()


class ForgetSavedTexts:
    """Middleware: a form that was taken has its kept texts forgotten; one that was refused keeps them.

    Refusals have a status of 400 and above; being sent to sign in is no success either, and happens to nobody who is
    signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Of others nothing is kept, and what they send (one press of a mail program, say) is read by its view alone.
        if request.method == "POST" and response.status_code < 400 and request.user.is_authenticated:
            place = request.POST.get(PLACE_FIELD, "")
            if place:
                forget(request.user, place)
        return response
