"""What forums hold of somebody in words: where it is known from that they sat there. Seats and terms stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.querysets import confided_to
from forums.models import Forum, Inquiry, SeatAppeal, SeatApplication, SeatTerm
from members.memberships.retention import MARK, NO_ADDRESS

INQUIRY_WORDS: Final = ("name", "organization_name", "email", "question", "answer")


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    terms = SeatTerm.objects.filter(person=person)
    keys = list(terms.order_by("pk").values_list("pk", flat=True))
    told = SeatTerm.objects.readable_by(actor).filter(pk__in=keys).count()
    open_forums = Forum.objects.filter(confided_to(None, "initiative__"))
    take_out = partial(terms.update, source="", exception_reason="")
    return [
        Words(_("Sources of terms in a seat"), SeatTerm, keys, ("source", "exception_reason"), told, take_out),
        *mentions(open_forums, ("purpose_en", "purpose_fr"), identity, label=_("Purposes of forums")),
        *_what_they_sent(person, identity),
    ]


def _what_they_sent(person: Any, identity: Identity) -> list[Words]:
    """Their own applications for a seat with the appeals, and their questions; the shared part goes by itself."""
    addresses = list(identity.emails.values())
    asked = SeatApplication.objects.filter(Q(application__person=person) | Q(application__email__in=addresses))
    appeals = SeatAppeal.objects.filter(seat_application__in=asked)
    inquiries = Inquiry.objects.filter(email__in=addresses)
    found = []
    for label, rows, columns, take_out in (
        (_("Applications for a seat"), asked, ("contribution",), _empty_applications),
        (_("Appeals"), appeals, ("text", "decided_by", "reason"), _empty_appeals),
        (
            _("Questions about tables"),
            inquiries,
            INQUIRY_WORDS,
            empty_inquiries,
        ),
    ):
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        found.append(Words(label, rows.model, keys, columns, take_out=partial(take_out, keys)))
    return found


def _empty_applications(keys: Sequence[int]) -> None:
    SeatApplication.objects.filter(pk__in=keys).update(contribution="")


def _empty_appeals(keys: Sequence[int]) -> None:
    """What the table wants filled keeps a mark in the place of words."""
    decided: dict[str, Any] = {
        name: Case(When(outcome="", then=Value("")), default=Value(MARK)) for name in ("decided_by", "reason")
    }
    SeatAppeal.objects.filter(pk__in=keys).update(text=MARK, **decided)


def empty_inquiries(keys: Sequence[int]) -> None:
    Inquiry.objects.filter(pk__in=keys).update(
        name=MARK, organization_name="", email=NO_ADDRESS, question=MARK, answer=""
    )


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    return [(str(_("Terms in a seat")), SeatTerm.objects.readable_by(actor).filter(person=person).count())]


def seated_since(day: date) -> QuerySet[Any, Any]:
    """People whose term runs, or ran on that day or later (``core.registries.RetentionUse``)."""
    return SeatTerm.objects.exclude(valid__fully_lt=(day, None)).values("person")
