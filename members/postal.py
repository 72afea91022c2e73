"""A postal address as it stands on papers."""

from __future__ import annotations

from members.models import Party, Person, PostalAddress


def postal_lines(owner: Person | Party) -> str:
    """The present postal address, one line below the other; empty where none is on file."""
    side = {"person": owner} if isinstance(owner, Person) else {"party": owner}
    address = PostalAddress.objects.filter(**side).current().select_related("jurisdiction").order_by("pk").first()
    if address is None:
        return ""
    place = " ".join(filter(None, (address.city, address.postal_code)))
    country = "" if address.country.code == "CA" else str(address.country.name)
    return "\n".join(filter(None, (address.lines, place, country)))
