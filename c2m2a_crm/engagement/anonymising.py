"""What the record holds of somebody in words: their name on the day, and texts that name them.

Rows stay, so that everything that is counted stays as it was. What was confided to a circle loses the name that we
copied there ourselves; its texts are the owners' to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.anonymising import Identity, Words, mentioning, mentions
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.removal import lose_words
from c2m2a_crm.engagement.models import (
    AgreedQuiet,
    Commitment,
    CommitmentEvent,
    Correction,
    FollowUp,
    Initiative,
    InitiativeFact,
    Interaction,
    NoProspect,
    OwnRhythm,
    Participant,
    Point,
)

_ENTRY: Final = ("subject", "notes", "place", "archived_reason")


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Names on the day, and the words of open entries, points, promises and follow-ups that name the person."""
    parts = Participant.objects.filter(person=person)
    named = list(parts.order_by("pk").values_list("pk", flat=True))
    told = parts.readable_by(actor).count()
    take_out = partial(parts.update, name=identity.wording, title_en="", title_fr="")
    return [
        Words(
            _("Names and titles on the day of a contact"),
            Participant,
            named,
            ("name", "title_en", "title_fr"),
            told,
            take_out,
        ),
        *mentions(Interaction.objects.filter(confided_to(None)), _ENTRY, identity, label=_("Contacts")),
        *mentions(Point.objects.filter(confided_to(None)), ("text", "answer"), identity, label=_("Points raised")),
        *mentions(Commitment.objects.filter(confided_to(None)), ("text",), identity, label=_("Commitments")),
        *mentions(FollowUp.objects.filter(confided_to(None)), ("text",), identity, label=_("Follow-ups")),
        *mentions(
            Initiative.objects.filter(confided_to(None)), _texts_of(Initiative), identity, label=_("Initiatives")
        ),
        *mentions(
            InitiativeFact.objects.filter(confided_to(None, "initiative__")),
            _texts_of(InitiativeFact),
            identity,
            label=_("Statements with a source"),
        ),
        *mentions(OwnRhythm.objects.all(), ("reason",), identity, label=_("Rhythms of one’s own")),
        *mentions(AgreedQuiet.objects.all(), ("agreed_by", "reason"), identity, label=_("Agreed quiet")),
        *mentions(NoProspect.objects.all(), ("reason",), identity, label=_("Why it is no prospect")),
        *_only_added(person, identity),
    ]


def _texts_of(model: type[models.Model]) -> tuple[str, ...]:
    """What people write at length; names of initiatives and choices stay."""
    return tuple(field.name for field in model._meta.concrete_fields if type(field) is models.TextField)


def _only_added(person: Any, identity: Identity) -> list[Words]:
    """Corrections of who was there, and corrections and events whose words name the person."""
    corrections = Correction.objects.filter(confided_to(None, "interaction__"))
    events = CommitmentEvent.objects.filter(confided_to(None, "commitment__"))
    found: list[Words] = []
    for rows, columns, label in (
        (corrections, ("before", "after", "reason"), _("Corrections")),
        (events, ("note",), _("What became of commitments")),
    ):
        keys = [
            row.pk
            for row in mentioning(rows, columns, identity)
            if any(identity.mask(getattr(row, column)) != getattr(row, column) for column in columns)
        ]
        if keys:
            found.append(Words(label, rows.model, keys, columns, take_out=partial(lose_words, rows.model, keys)))
    return found


def for_owners(person: Any, identity: Identity) -> list[tuple[int, str]]:
    """Confided entries in which the person took part, by the circle whose owners may judge their words."""
    there = Participant.objects.filter(interaction=OuterRef("pk"), person=person)
    rows = Interaction.objects.exclude(confided_to(None)).filter(
        Exists(there) | Q(pk__in=mentioning(Interaction.objects.all(), ("subject", "notes"), identity).values("pk"))
    )
    return [
        (row.sealed_circle_id or row.restricted_circle_id or 0, row.get_absolute_url()) for row in rows.order_by("pk")
    ]


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    parts = Participant.objects.readable_by(actor).filter(person=person)
    return [
        (str(_("Contacts, with their day, kind and organization")), parts.count()),
        (str(_("Commitments")), Commitment.objects.readable_by(actor).filter(by_person=person).count()),
        (str(_("Follow-ups")), FollowUp.objects.readable_by(actor).filter(person=person).count()),
    ]


def forget_drafts(actor: Any, model: type[models.Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """Unsaved texts of entries that lost a text by law (``core.registries.TextHolder``)."""
    if model is Interaction:
        Draft.objects.filter(token__in=Interaction.objects.filter(pk__in=keys).values("token")).delete()


# --- Retention and holds ----------------------------------------------------------------------------------------------


def met_since(day: date) -> models.QuerySet[Any, Any]:
    """People who took part in a contact on that day or later, whoever may read it (``RetentionUse``)."""
    return Participant.objects.filter(interaction__occurred_on__gte=day, person__isnull=False).values("person")


def owing_since(day: date) -> models.QuerySet[Any, Any]:
    """People of whom a promise is open, or was settled on that day or later."""
    settled_before = CommitmentEvent.objects.filter(commitment=OuterRef("pk"), kind__in=["kept", "released"])
    rows = Commitment.objects.filter(by_person__isnull=False)
    return rows.exclude(Exists(settled_before.filter(at__date__lt=day))).values("by_person")


def waiting_since(day: date) -> models.QuerySet[Any, Any]:
    """People with a follow-up that is open, or was done on that day or later."""
    rows = FollowUp.objects.filter(person__isnull=False, withdrawn_at__isnull=True).exclude(done_at__date__lt=day)
    return rows.values("person")


def quiet_since(day: date) -> models.QuerySet[Any, Any]:
    """People with a rhythm of their own or agreed quiet on that day or later."""
    own = OwnRhythm.objects.filter(person__isnull=False).exclude(valid__fully_lt=(day, None))
    quiet = AgreedQuiet.objects.filter(person__isnull=False).exclude(valid__fully_lt=(day, None))
    return own.order_by().values("person").union(quiet.order_by().values("person"))


def holdable(actor: Any) -> models.QuerySet[Initiative]:
    return Initiative.objects.readable_by(actor)


def holdable_named(rows: Any, words: str) -> models.QuerySet[Any]:
    found: models.QuerySet[Any] = rows.filter(Q(name_en__icontains=words) | Q(name_fr__icontains=words))
    return found
