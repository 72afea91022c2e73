"""What forums hold of somebody in words: where it is known from that they sat there. Seats and terms stay."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.querysets import confided_to
from forums.models import Forum, SeatTerm


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    terms = SeatTerm.objects.filter(person=person)
    keys = list(terms.order_by("pk").values_list("pk", flat=True))
    told = SeatTerm.objects.readable_by(actor).filter(pk__in=keys).count()
    open_forums = Forum.objects.filter(confided_to(None, "initiative__"))
    return [
        Words(_("Sources of terms in a seat"), SeatTerm, keys, ("source",), told, partial(terms.update, source="")),
        *mentions(open_forums, ("purpose_en", "purpose_fr"), identity, label=_("Purposes of forums")),
    ]


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    return [(str(_("Terms in a seat")), SeatTerm.objects.readable_by(actor).filter(person=person).count())]


def seated_since(day: date) -> QuerySet[Any, Any]:
    """People whose term runs, or ran on that day or later (``core.registries.RetentionUse``)."""
    return SeatTerm.objects.exclude(valid__fully_lt=(day, None)).values("person")
