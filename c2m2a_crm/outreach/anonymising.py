"""What mail holds of somebody in words; and the stops that outlive their address."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.removal import lose_words
from c2m2a_crm.outreach.models import Campaign, Delivery, KeptStop, Suppression


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Copies keep their outcome and lose the name; unsubscribes keep their act and lose words and network addresses."""
    copies = list(Delivery.objects.filter(person=person).order_by("pk").values_list("pk", flat=True))
    stops = list(Suppression.objects.filter(email__in=identity.emails).order_by("pk").values_list("pk", flat=True))
    open_notices = Campaign.objects.filter(confided_to(None))
    texts = ("subject_en", "subject_fr", "body_en", "body_fr", "one_language_reason")
    told = Delivery.objects.visible_to(actor).filter(pk__in=copies).count()

    def take_out_of_copies() -> None:
        Delivery.objects.filter(pk__in=copies).update(name=identity.wording, why_en="", why_fr="")

    def take_out_of_stops() -> None:
        keep_stops(identity.emails)
        lose_words(Suppression, stops)

    return [
        Words(_("Copies of notices"), Delivery, copies, ("name", "why_en", "why_fr"), told, take_out_of_copies),
        Words(_("Unsubscribes"), Suppression, stops, ("reason", "evidence"), take_out=take_out_of_stops),
        *mentions(open_notices, texts, identity, label=_("Notices that name the person")),
    ]


def keep_stops(emails: Mapping[int, str]) -> None:
    """A row for each stop in force of addresses that are about to go, by their keys."""
    in_force = Suppression.objects.in_force().filter(email__in=emails)
    for stop in in_force.order_by("pk"):
        salt = _salt()
        KeptStop.objects.create(
            salt=salt,
            digest=_digest(salt, emails[stop.email_id]),
            audience_key=stop.audience_key,
            audience_id=stop.audience_id,
        )


def stopped_before(addresses: Callable[[], Mapping[int, str]], audience_key: str, audience_id: int) -> set[int]:
    """The keys of those addresses that said stop before they were forgotten, and of which nothing was said since.

    ``addresses`` is asked only where stops were kept at all.
    """
    kept = KeptStop.objects.of_audience_or_all(audience_key, audience_id)
    salts = {bytes(salt) for salt in kept.order_by().values_list("salt", flat=True).distinct()}
    found: set[int] = set()
    for salt in salts:
        digests = {_digest(salt, address): key for key, address in addresses().items()}
        rows = kept.filter(salt=salt, digest__in=list(digests)).values_list("digest", flat=True)
        found |= {digests[bytes(digest)] for digest in rows}
    if found:
        since = Suppression.objects.filter(Q(audience_key="") | Q(audience_key=audience_key, audience_id=audience_id))
        found -= set(since.filter(email__in=found).values_list("email_id", flat=True))
    return found


def _salt() -> bytes:
    """One salt for all, so that a thousand recipients are asked about at once; made with the first stop."""
    first = KeptStop.objects.order_by("pk").first()
    return bytes(first.salt) if first else secrets.token_bytes(16)


def _digest(salt: bytes, address: str) -> bytes:
    return hmac.new(salt, address.encode(), sha256).digest()


def written_to_since(day: date) -> QuerySet[Any, Any]:
    """People to whom a notice went on that day or later (``core.registries.RetentionUse``)."""
    return Delivery.objects.filter(created_at__date__gte=day, person__isnull=False).values("person")
