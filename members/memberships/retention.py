"""How long the words of applicants are kept, and how they go: with time, or with the name of whoever is made anonymous.

What was applied for, when, by which kind of organization and how it was decided stays, so that counts do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.documents.receiving import let_go
from c2m2a_crm.core.documents.services import texts_of
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, DocumentVersion
from c2m2a_crm.core.registries import AnonymisedTexts, Disposal, RetentionRule, document_homes
from c2m2a_crm.core.removal import Texts, remove_from_history
from members.models import Application, ApplicationCheck, ApplicationConflict, Person

# What a rule of the table wants filled keeps a mark in the place of words.
MARK: Final = "[…]"
_NEEDED: Final = ("organization_name", "given_name", "family_name")
_FREE: Final = ("website", "title", "phone", "statement", "conflicts")
_DECIDED: Final = ("decided_by", "reason")
APPLICATION: Final = (*_NEEDED, *_FREE, *_DECIDED, "email")
_CHECK: Final = ("note",)
_CONFLICT: Final = ("text",)
NO_ADDRESS: Final = "anonymised@anonymised.invalid"


def _decided_before(cutoff: date) -> QuerySet[Application]:
    """Those that nobody decided wait for somebody, however long ago they came."""
    return Application.objects.filter(decided_on__lt=cutoff).exclude(given_name=MARK)


def _names(actor: Any, keys: Sequence[int]) -> dict[int, str]:
    return {row.pk: str(row) for row in Application.objects.visible_to(actor).filter(pk__in=keys)}


def _addresses(keys: Sequence[int]) -> dict[int, str]:
    """An application for a seat has a page of its own, in another room."""
    return {row.pk: row.get_absolute_url() for row in Application.objects.filter(pk__in=keys).only("pk", "kind")}


def _take_words(keys: Sequence[int]) -> None:
    rows = Application.objects.filter(pk__in=list(keys))
    decided: dict[str, Any] = {name: Case(When(decision="", then=Value("")), default=Value(MARK)) for name in _DECIDED}
    rows.update(**dict.fromkeys(_NEEDED, MARK), **dict.fromkeys(_FREE, ""), **decided, email=NO_ADDRESS)
    ApplicationCheck.objects.filter(application__in=list(keys)).update(note="")
    ApplicationConflict.objects.filter(application__in=list(keys)).update(text=MARK)


def _files_of(keys: Sequence[int]) -> list[int]:
    """Documents that came with these applications, or with what a room above keeps of them."""
    found: set[int] = set()
    for home in document_homes:
        key = home.record._meta.pk
        if home.record is Application or key.related_model is Application:
            links = home.link._base_manager.filter(**{f"{home.column}__in": list(keys)})
            found.update(links.values_list("document_id", flat=True))
    return sorted(found)


def _parts_of(keys: Sequence[int]) -> list[Texts]:
    checks = ApplicationCheck.objects.filter(application__in=list(keys)).order_by("pk")
    conflicts = ApplicationConflict.objects.filter(application__in=list(keys)).order_by("pk")
    return [
        Texts(ApplicationCheck, list(checks.values_list("pk", flat=True)), _CHECK),
        Texts(ApplicationConflict, list(conflicts.values_list("pk", flat=True)), _CONFLICT),
    ]


def _forget(key: int, disposal: Disposal) -> None:
    files = _files_of([key])
    with recorded(disposal.actor, reason=disposal.reason):
        _take_words([key])
        let_go(files)
        remove_from_history(
            actor=disposal.actor,
            texts=[Texts(Application, [key], APPLICATION), *_parts_of([key]), *texts_of(files)],
            authority=disposal.authority,
            reason=disposal.reason,
        )


APPLICATIONS: Final = RetentionRule(
    key="applications",
    order=35,
    label=_("Applications that were decided"),
    what=_("Applications, accepted or declined, that were decided that long ago."),
    how=_(
        "Who applied, their words and files and what reviewers noted go. What for, when and how it was decided stays."
    ),
    model=Application,
    rows=_decided_before,
    last_used=lambda application: application.decided_on,
    names=_names,
    dispose=_forget,
    urls=_addresses,
)


# --- With somebody's name -------------------------------------------------------------------------------------------


def _words_of(actor: Any, person: Person, identity: Identity) -> list[Words]:
    """All of the person's own applications; in those of others only the name."""
    addresses = list(identity.emails.values())
    own = Application.objects.filter(Q(person=person) | Q(email__in=addresses)).exclude(given_name=MARK)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    checks, conflicts = _parts_of(keys)
    files = _files_of(keys)
    documents, versions = texts_of(files)
    others = Application.objects.exclude(pk__in=keys)
    label, noted = _("Applications"), _("Notes on applications")
    return [
        Words(label, Application, keys, APPLICATION, take_out=partial(_take_words, keys)),
        Words(noted, ApplicationCheck, checks.keys, _CHECK, told=0),
        Words(noted, ApplicationConflict, conflicts.keys, _CONFLICT, told=0),
        Words(_("Files of applications"), Document, documents.keys, take_out=partial(let_go, files)),
        Words(_("Files of applications"), DocumentVersion, versions.keys, told=0),
        *mentions(others, (*_NEEDED, *_FREE, *_DECIDED), identity, label=label),
        *mentions(ApplicationCheck.objects.exclude(application__in=keys), _CHECK, identity, label=noted),
        *mentions(ApplicationConflict.objects.exclude(application__in=keys), _CONFLICT, identity, label=noted),
    ]


ANONYMISED: Final = AnonymisedTexts("applications", 25, _words_of)
