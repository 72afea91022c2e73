"""To which address something leaves for a person, and why none of theirs is written to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import OutboxMessage
from members.models import AddressUse, Person

NO_ADDRESS: Final = _("No e-mail address is in use.")
CAME_BACK: Final = _("The last message to this address was refused as undeliverable.")
# How the outbox notes that the server knows no such recipient: the address and the answer (RFC 5321, 4.2.3).
_REFUSED: Final = r"^\{.*: \(5[0-9][0-9], "


@dataclass(slots=True)
class Reach:
    """``addresses`` by the key of the person; ``held`` says of the others why nothing leaves for them."""

    addresses: dict[int, str] = field(default_factory=dict)
    held: list[tuple[Person, str]] = field(default_factory=list)


def reach(people: Collection[Person]) -> Reach:
    """One address in use for each: of work before shared before personal, and none that came back last time.

    What is archived or anonymous is not written to. Two statements.
    """
    uses = AddressUse.objects.current().filter(person__in=[person.pk for person in people])
    by_person: dict[int, list[str]] = {}
    for use in uses.select_related("email").order_by("-kind", "pk"):
        if use.person_id is not None:
            by_person.setdefault(use.person_id, []).append(use.email.address)
    came_back = _came_back({address for addresses in by_person.values() for address in addresses})
    found = Reach()
    for person in people:
        known = by_person.get(person.pk, [])
        if not known or person.is_archived or person.anonymised_on is not None:
            found.held.append((person, str(NO_ADDRESS)))
            continue
        good = next((address for address in known if address not in came_back), "")
        if good:
            found.addresses[person.pk] = good
        else:
            found.held.append((person, str(CAME_BACK)))
    return found


def _came_back(addresses: Collection[str]) -> set[str]:
    """Those whose latest message the mail server refused for good, because there is no such recipient."""
    if not addresses:
        return set()
    rows = OutboxMessage.objects.filter(
        to_address__in=addresses, state__in=[OutboxMessage.State.SENT, OutboxMessage.State.FAILED]
    )
    latest = rows.order_by("to_address", "-id").distinct("to_address").values("pk")
    refused = OutboxMessage.objects.filter(pk__in=latest, state=OutboxMessage.State.FAILED, last_error__regex=_REFUSED)
    return set(refused.values_list("to_address", flat=True))
