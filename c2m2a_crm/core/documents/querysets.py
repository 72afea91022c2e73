"""Which documents there are for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q

from c2m2a_crm.core import rights
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import HouseQuerySet, SealableQuerySet, account_columns_of_no_row
from c2m2a_crm.core.registries import document_homes

if TYPE_CHECKING:
    from c2m2a_crm.core.models import Document, DocumentVersion  # noqa: F401  names in string annotations and bases, which would be a circle of imports when run


def within_audience(actor: Actor, path: str = "") -> Q:
    """The class rule: papers of the secretariat are read by the secretariat and administrators alone."""
    return Q() if rights.can_read_secretariat(actor) else ~Q(**{f"{path}audience": "secretariat"})


def _at_home(actor: Actor, question: str) -> Q:
    """Documents that are filed nowhere, or where at least one record answers ``question`` for the actor."""
    filed, open_home = Q(), Q()
    for home in document_homes:
        links = home.link._base_manager.filter(document=OuterRef("pk"))
        records = getattr(home.record._default_manager, question)(actor)
        filed |= Q(Exists(links))
        open_home |= Q(Exists(links.filter(**{f"{home.column}__in": records.values("pk")})))
    return ~filed | open_home if filed else Q()


class DocumentQuerySet(SealableQuerySet["Document"]):
    """Class and circle and, where it is filed, a record that the reader knows of."""

    def visible_to(self, actor: Actor) -> Self:
        return super().visible_to(actor).filter(within_audience(actor), _at_home(actor, "visible_to"))

    def readable_by(self, actor: Actor) -> Self:
        return super().readable_by(actor).filter(_at_home(actor, "readable_by"))

    def for_list(self) -> Self:
        return self.select_related("added_by").defer(*account_columns_of_no_row("added_by"))

    def filed_under(self, record: Any) -> Self:
        """Documents on the page of this record."""
        found = Q(pk__in=())
        for home in document_homes:
            if isinstance(record, home.record):
                links = home.link._base_manager.filter(document=OuterRef("pk"), **{home.column: record.pk})
                found |= Q(Exists(links))
        return self.filter(found)


class DocumentVersionQuerySet(HouseQuerySet["DocumentVersion"]):
    """Versions are as far away as their document."""

    def visible_to(self, actor: Actor) -> Self:
        from c2m2a_crm.core.models import Document  # models import this module

        return super().visible_to(actor).filter(document__in=Document.objects.readable_by(actor))

    def waiting(self) -> Self:
        """Files whose text is to be read, or that the scanner has not cleared."""
        waits = Q(scan="waiting") | Q(reading="waiting") & ~Q(scan="infected")
        return self.filter(waits).exclude(file="")
