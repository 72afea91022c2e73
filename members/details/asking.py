"""Asking people to check what is on file of them: who can be asked, at which address, and the mail with the link."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.public_links.services import make_link, revoke_link
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import link_purposes
from members.details.emails import ask_by_mail
from members.details.errors import TooManyAsked
from members.details.querysets import PURPOSE_KEY
from members.models import AddressUse, DetailsRequest, Person
from members.policies import can_edit_directory

MOST: Final = 200
DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be asked: at which address, or ``why`` not. ``open`` are earlier questions without an answer."""

    person: Person
    use: AddressUse | None
    why: str
    open: Sequence[DetailsRequest] = ()


def candidates(actor: User, people: Sequence[Person], *, again: bool = False) -> list[Candidate]:
    """In the order given. With ``again`` whoever has not answered is asked anew. The statements do not grow."""
    keys = [person.pk for person in people]
    requests = DetailsRequest.objects.readable_by(actor).filter(among("person_id", keys)).order_by("pk")
    unanswered: dict[int, list[DetailsRequest]] = {}
    for asked in requests.unanswered():
        unanswered.setdefault(asked.person_id, []).append(asked)
    waiting = dict(requests.waiting().values_list("person_id", "answered_at"))
    uses = _own_addresses(keys)
    found = []
    for person in people:
        earlier, use = unanswered.get(person.pk, []), uses.get(person.pk)
        if person.archived_at is not None or person.anonymised_on is not None:
            why = _("Archived")
        elif person.pk in waiting:
            why = _("An answer waits to be looked at")
        elif use is None:
            why = _("No e-mail address that is theirs alone")
        elif earlier and not again:
            why = _("Asked on %(day)s, not answered yet") % {"day": dates.short_date(earlier[-1].asked_at)}
        else:
            why = ""
        found.append(Candidate(person, use, why, earlier))
    return found


def _own_addresses(keys: Sequence[int]) -> dict[int, AddressUse]:
    """An address of each that nobody else reads, that of work first: the link shows what is on file of one person."""
    shared = AddressUse.objects.filter(email=OuterRef("email"), valid__upper_inf=True).exclude(
        person=OuterRef("person"), party__isnull=True, office__isnull=True
    )
    rows = AddressUse.objects.current().filter(among("person_id", keys), valid__upper_inf=True)
    rows = rows.exclude(kind=AddressUse.Kind.SHARED).filter(~Exists(shared)).select_related("email")
    found: dict[int, AddressUse] = {}
    for use in rows.order_by("-kind", "pk"):  # work before personal
        if use.person_id is not None:
            found.setdefault(use.person_id, use)
    return found


def ask(*, actor: User, people: Sequence[Person], base_url: str, again: bool = False) -> list[DetailsRequest]:
    """Send each of these people a link of their own, where they can be asked; all or none.

    With ``again`` the links that were sent before and not used stop working. Raises :class:`TooManyAsked`.
    """
    require(can_edit_directory(actor))
    if len(people) > MOST:
        raise TooManyAsked
    purpose = link_purposes[PURPOSE_KEY]
    sent = []
    with recorded(actor):
        locked = Person.objects.visible_to(actor).filter(among("id", [person.pk for person in people]))
        rows = list(locked.select_for_update(of=("self",)).order_by("pk"))
        for candidate in candidates(actor, rows, again=again):
            if candidate.why or candidate.use is None:
                continue
            _end_links(actor, candidate.open)
            asked = DetailsRequest.objects.create(person=candidate.person, email=candidate.use.email, asked_by=actor)
            language = candidate.person.language or reader_language()
            made = make_link(
                actor=actor,
                purpose=purpose,
                subject=asked,
                recipient=_("The person themself"),
                language=language if language in LANGUAGES else "en",
                days=DAYS,
                form_token=uuid.uuid4(),
                base_url=base_url,
            )
            ask_by_mail(asked, link=made.url, until=made.link.expires_at)
            sent.append(asked)
    return sent


def _end_links(actor: User, earlier: Sequence[DetailsRequest]) -> None:
    rows = PublicLink.objects.working().filter(purpose=PURPOSE_KEY, object_id__in=[asked.pk for asked in earlier])
    for link in rows.order_by("pk"):
        revoke_link(actor=actor, link=link, reason=_("A newer link was sent."))
