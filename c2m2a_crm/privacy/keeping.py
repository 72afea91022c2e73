"""What retention, holds and incidents add to the house: their guards, rules, words of their own, and jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    DisposalGuard,
    ExportableList,
    NavItem,
    ReferenceData,
    anonymised_texts,
    disposal_guards,
    exportable_lists,
    navigation,
    reference_data,
    retention_rules,
    retention_uses,
)
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.keeping_lists import incident_list
from c2m2a_crm.privacy.models import (
    AccessItem,
    AccessRequest,
    Incident,
    RetentionRun,
    ThirdPartyNotice,
    UnresolvedChallenge,
)
from c2m2a_crm.privacy.reference.keeping import load_notice_duties, load_retention_periods
from c2m2a_crm.privacy.rules import ITEM_TEXTS, MARK, NOTICE_TEXTS, REQUEST_TEXTS, RULES, USES, empty_requests
from c2m2a_crm.privacy.services import holds, reviewing
from members.models import Person


def _asked_for(rows: Sequence[tuple[type[models.Model], Sequence[int]]], authority: str | None) -> list[str]:
    """What somebody asked to see is not disposed of while the request runs.

    Nor are its own words, and what a copy says beside the words of its record (who took part, who was told).

    Access to Information Act s. 67.1; Personal Information Protection and Electronic Documents Act s. 8(8).
    """
    waiting = AccessRequest.objects.open().order_by("pk")
    naming, found = Q(pk__in=()), Q(pk__in=())
    for model, keys in rows:
        found |= copies_of(model, keys)
        if model is Person:
            naming |= Q(person__in=list(keys))
        elif model is AccessRequest:
            naming |= Q(pk__in=list(keys))
        elif model is ThirdPartyNotice:
            naming |= Q(pk__in=ThirdPartyNotice.objects.filter(pk__in=list(keys)).values("request"))
        elif model is AccessItem:
            found |= Q(pk__in=list(keys))
    about = waiting.filter(naming)
    holding = waiting.filter(pk__in=AccessItem.objects.filter(found).values("request"))
    return [
        *(
            _("The access request %(number)s about this person is open. Answer it first.") % {"number": each.reference}
            for each in about
        ),
        *(
            _("The access request %(number)s, which found this, is open. Answer it first.") % {"number": each.reference}
            for each in holding.exclude(pk__in=[each.pk for each in about])
        ),
    ]


def copies_of(model: type[models.Model], keys: Sequence[int]) -> Q:
    """The copies of these rows in access requests; a document's copy holds the text of its files."""
    rows = Q(table=model._meta.db_table, row_id__in=list(keys))
    if model is DocumentVersion:
        documents = DocumentVersion.objects.filter(pk__in=list(keys)).values("document_id")
        rows |= Q(table=Document._meta.db_table, row_id__in=documents)
    return rows


def _words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    said = ("challenge", "answer")
    told = ("title", "what", "whose", "information", "steps", "risk_note", "sensitivity_note", "misuse_note")
    own = AccessRequest.objects.filter(person=person)
    challenges = UnresolvedChallenge.objects.filter(person=person)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    noted = list(challenges.order_by("pk").values_list("pk", flat=True))
    take_out = partial(challenges.update, **dict.fromkeys(said, MARK))
    others = AccessRequest.objects.exclude(pk__in=keys)
    return [
        Words(
            gettext_lazy("Access requests"),
            AccessRequest,
            keys,
            REQUEST_TEXTS,
            take_out=partial(empty_requests, own),
        ),
        Words(gettext_lazy("Unresolved challenges"), UnresolvedChallenge, noted, said, take_out=take_out),
        *mentions(others, REQUEST_TEXTS, identity, label=gettext_lazy("Access requests")),
        *mentions(
            ThirdPartyNotice.objects.all(), NOTICE_TEXTS, identity, label=gettext_lazy("Letters to third parties")
        ),
        *mentions(Incident.objects.all(), told, identity, label=gettext_lazy("Incidents")),
        *_copies(identity),
    ]


def _copies(identity: Identity) -> list[Words]:
    """Copies of records in others' requests name whoever took part, where the record itself has the name by a key."""
    label = gettext_lazy("Records found for access requests")
    return [
        replace(each, take_out=partial(_mask_copies, each))
        for each in mentions(AccessItem.objects.all(), ITEM_TEXTS, identity, label=label)
    ]


def _mask_copies(words: Words) -> None:
    words.take_out()
    reviewing.look_again(AccessItem.objects.filter(pk__in=words.keys))


def register() -> None:
    """Called once, by the contributions of privacy."""
    disposal_guards.register(DisposalGuard("holds", 10, holds.held))
    disposal_guards.register(DisposalGuard("access-requests", 20, _asked_for))
    disposal_guards.register(DisposalGuard("federal-institution", 30, holds.without_authority, is_of_law=True))
    anonymised_texts.register(AnonymisedTexts("privacy", 20, _words_of))
    for rule in RULES:
        retention_rules.register(rule)
    for use in USES:
        retention_uses.register(use)
    exportable_lists.register(
        ExportableList("incidents", 170, gettext_lazy("Incidents"), policies.can_handle_privacy, incident_list)
    )
    reference_data.register(ReferenceData("privacy.retention", 26, load_retention_periods))
    reference_data.register(ReferenceData("privacy.duties", 27, load_notice_duties))
    for key, label, url_name, icon, order, waiting in (
        ("retention", gettext_lazy("Retention"), "privacy:retention", "archive", 943, _to_look_at),
        ("holds", gettext_lazy("Legal holds"), "privacy:holds", "lock", 944, None),
        ("incidents", gettext_lazy("Incidents"), "privacy:incidents", "alert-triangle", 945, _to_assess),
    ):
        navigation.register(
            NavItem(
                key=key,
                label=label,
                url_name=url_name,
                icon=icon,
                order=order,
                allowed=policies.can_handle_privacy,
                group="admin",
                waiting=waiting,
            )
        )


def _to_look_at(user: Any) -> models.QuerySet[Any, Any]:
    return RetentionRun.objects.visible_to(user).to_look_at()


def _to_assess(user: Any) -> models.QuerySet[Any, Any]:
    return Incident.objects.visible_to(user).to_assess()
