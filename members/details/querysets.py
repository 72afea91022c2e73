"""Reading requests to check details: whoever may see the person may see what that person answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from django.db.models import Exists, OuterRef

from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.querysets import HouseQuerySet

if TYPE_CHECKING:
    from members.models import DetailsRequest  # noqa: F401  named in the strings below

PURPOSE_KEY: Final = "details"


class DetailsRequestQuerySet(HouseQuerySet["DetailsRequest"]):
    def visible_to(self, actor: Any) -> Self:
        from members.models import Person  # models import this module

        return super().visible_to(actor).filter(person__in=Person.objects.visible_to(actor).order_by().values("pk"))

    def open_to_links(self) -> Self:
        """Those whose person is in use and still has the address that was written to, by itself.

        Who was merged into another record since has moved there with their addresses.
        """
        from members.models import AddressUse  # as above

        held = AddressUse.objects.filter(person=OuterRef("person"), email=OuterRef("email"), valid__upper_inf=True)
        return self.filter(
            Exists(held), person__archived_at__isnull=True, person__anonymised_on__isnull=True
        ).select_related("person", "email")

    def unanswered(self) -> Self:
        """Those with a link that works and no answer."""
        links = PublicLink.objects.working().filter(purpose=PURPOSE_KEY, object_id=OuterRef("pk"))
        return self.filter(Exists(links), answered_at__isnull=True)

    def waiting(self) -> Self:
        """Those with an answer of which a field is not decided."""
        return self.filter(Exists(_differences().filter(state="waiting")))

    def for_list(self) -> Self:
        return self.select_related("person", "email", "asked_by").prefetch_related("differences")

    def settled(self) -> Self:
        return self.filter(answered_at__isnull=False).exclude(Exists(_differences().filter(state="waiting")))


def _differences() -> Any:
    from members.models import DetailsDifference  # as above

    return DetailsDifference.objects.filter(request=OuterRef("pk"))
