"""Somebody's name taken out of the house for good, while everything that is counted stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import policies
from c2m2a_crm.accounts.circles import owners_of
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import disposal
from c2m2a_crm.core.anonymising import Identity, Words, documents_that_name, wording, words_on_the_ground_floor
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Circle, Installation
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.querysets import CONFIDED
from c2m2a_crm.core.registries import anonymised_texts
from c2m2a_crm.core.removal import AuthorityMissing, remove_from_history
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from members.models import (
    AddressUse,
    Affiliation,
    DetailsDifference,
    DuplicatePair,
    EmailAddress,
    Expertise,
    NameKey,
    NotTheSame,
    OutsideIdentifier,
    Person,
    PhoneNumber,
    PostalAddress,
    Relationship,
)
from members.services.errors import PersonIsAnonymised

_NAMES: Final = ("honorific", "given_name", "family_name", "preferred_name", "post_nominals", "pronunciation")


@dataclass(frozen=True, slots=True)
class Preview:
    """What the act would take and what stays, as numbers that the actor may know; ``objections`` stand in its way."""

    wording: str
    goes: Sequence[tuple[str, int]]
    stays: Sequence[tuple[str, int]]
    objections: Sequence[str]


def anonymise_person(*, actor: User, person: Person, authority: str, reason: str, base_url: str = "") -> Person:
    """Take somebody's name, addresses, numbers and what rooms hold of them in words out of rows, history and search.

    The row stays under a wording with the month; affiliations, participations, terms and everything counted stay. An
    e-mail address that others use, too, stays theirs. Texts in circles are not touched, but for the name that we copied
    there: the circles' owners are asked by mail, with links that begin with ``base_url``. It cannot be undone.

    Raises :class:`~c2m2a_crm.core.disposal.DisposalRefused` where a hold or the law of the office keeps a row,
    ``AuthorityMissing`` without an authority, :class:`PersonIsAnonymised` the second time.
    """
    policies.require(policies.can_dispose(actor))
    if not authority.strip():
        raise AuthorityMissing
    with recorded(actor, reason=clean_line(reason)):
        current = _lock(person)
        disposal.refuse_if_held([(Person, [current.pk])], authority=authority)
        identity = _identity_of(current, _own_addresses(current).select_for_update())
        asked = _for_owners(current, identity)
        for other in current.merged.all():
            asked |= _for_owners(other, _identity_of(other, _own_addresses(other)))
        words = _words_of(actor, current, identity)
        for each in words:
            each.take_out()
        remove_from_history(
            actor=actor,
            texts=[each.texts for each in words if each.keys],
            authority=authority,
            reason=clean_line(reason),
        )
        AuditEvent.objects.create(
            actor_id=actor.pk,
            verb="person.anonymised",
            subject_table=Person._meta.db_table,
            subject_id=current.pk,
            details={"authority": authority},
        )
        _ask_owners(current, asked, base_url)
    return current


def preview(*, actor: User, person: Person) -> Preview:
    """What :func:`anonymise_person` would do, found as it finds it, by reading alone."""
    policies.require(policies.can_dispose(actor))
    if person.anonymised_on is not None:
        raise PersonIsAnonymised
    identity = _identity_of(person, _own_addresses(person))
    stays = [
        (str(_("Affiliations, with their days and organizations")), Affiliation.objects.filter(person=person).count())
    ]
    stays += [line for entry in anonymised_texts for line in entry.stays(actor, person)]
    stays.append((str(_("Documents that name the person: look at each")), documents_that_name(actor, identity)))
    goes: dict[str, int] = {}
    try:
        words = _words_of(actor, person, identity)
        held = disposal.objections([(each.model, each.keys) for each in words], authority=None)
    except disposal.DisposalRefused as refused:
        words, held = [], refused.sentences
    for each in words:
        if each.number:
            goes[str(each.label)] = goes.get(str(each.label), 0) + each.number
    return Preview(identity.wording, list(goes.items()), stays, held)


def _lock(person: Person) -> Person:
    current = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if current.anonymised_on is not None:
        raise PersonIsAnonymised
    return current


def _own_addresses(person: Person) -> QuerySet[EmailAddress]:
    """Those that nobody else uses."""
    used = AddressUse.objects.filter(person=person).values("email")
    shared = AddressUse.objects.exclude(person=person).values("email")
    return EmailAddress.objects.filter(pk__in=used).exclude(pk__in=shared).order_by("pk")


def _identity_of(person: Person, own_addresses: QuerySet[EmailAddress]) -> Identity:
    return Identity(
        wording=wording(today().strftime("%Y-%m")),
        given_name=person.given_name,
        family_name=person.family_name,
        preferred_name=person.preferred_name,
        emails=dict(own_addresses.values_list("pk", "address")),
        numbers=[str(number) for number in PhoneNumber.objects.filter(person=person).values_list("number", flat=True)],
    )


def _words_of(actor: User, person: Person, identity: Identity) -> list[Words]:
    """Everything that goes, in the order in which it is taken out: addresses and name last."""
    emails = list(identity.emails)
    merged = person.merged.filter(anonymised_on__isnull=True).order_by("pk")
    return [
        # What was merged into the record is the same human being.
        *(each for other in merged for each in _words_of(actor, other, _identity_of(other, _own_addresses(other)))),
        *(each for entry in anonymised_texts for each in entry.words(actor, person, identity)),
        *words_on_the_ground_floor(identity),
        *_words_that_hang_on(person),
        Words(_("E-mail addresses"), EmailAddress, emails, take_out=partial(_empty_addresses, emails)),
        Words(_("Name of the person"), Person, [person.pk], take_out=partial(_take_name, person, identity.wording)),
    ]


def _empty_addresses(keys: Sequence[int]) -> None:
    for key in keys:
        EmailAddress.objects.filter(pk=key).update(address=f"anonymised-{key}@anonymised.invalid")


def _take_name(person: Person, wording: str) -> None:
    NameKey.objects.filter(person=person).delete()
    DuplicatePair.objects.naming(person).delete()
    for name in _NAMES:
        setattr(person, name, "")
    person.family_name, person.archived_reason = wording, ""
    person.anonymised_on, person.version = today(), person.version + 1
    person.save(update_fields=[*_NAMES, "archived_reason", "anonymised_on", "version"])


def _words_that_hang_on(person: Person) -> list[Words]:
    affiliations = Affiliation.objects.filter(person=person)
    places = PostalAddress.objects.filter(person=person)
    # An office says as much as its title.
    no_title = partial(affiliations.update, title_en="", title_fr="", unit="", source="", office=None, is_acting=False)
    relations = Relationship.objects.of(person)
    in_relations = ("scope", "mandate_reference", "source")
    no_relation = partial(relations.update, **dict.fromkeys(in_relations, ""))
    # The province stays: regions are counted by it.
    in_places = ("lines", "city", "postal_code")
    no_place = partial(places.update, **dict.fromkeys(in_places, ""))
    settled = NotTheSame.objects.naming(person)
    no_reason = partial(settled.update, reason="")
    return [
        Words(_("Titles and sources of affiliations"), Affiliation, _keys(affiliations), take_out=no_title),
        Words(
            _("Scopes, mandates and sources of relationships"),
            Relationship,
            _keys(relations),
            in_relations,
            take_out=no_relation,
        ),
        Words(_("Postal addresses"), PostalAddress, _keys(places), in_places, take_out=no_place),
        Words(_("Why records are not the same"), NotTheSame, _keys(settled), ("reason",), take_out=no_reason),
        *(
            Words(label, rows.model, _keys(rows), take_out=rows.delete)
            for label, rows in (
                (_("Uses of e-mail addresses"), AddressUse.objects.filter(person=person)),
                (_("Telephone numbers"), PhoneNumber.objects.filter(person=person)),
                (_("Identifiers in other systems"), OutsideIdentifier.objects.filter(person=person)),
                (_("Fields of expertise"), Expertise.objects.filter(person=person)),
                (_("What the person answered about their details"), _differences_of(person)),
            )
        ),
    ]


def _differences_of(person: Person) -> QuerySet[DetailsDifference]:
    """That the person was asked, and when they answered, stays."""
    return DetailsDifference.objects.filter(request__person=person)


def _keys(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _for_owners(person: Person, identity: Identity) -> dict[int, list[str]]:
    asked: dict[int, list[str]] = {}
    for entry in anonymised_texts:
        for circle, url in entry.for_owners(person, identity):
            asked.setdefault(circle, []).append(url)
    return asked


def _ask_owners(person: Person, asked: dict[int, list[str]], base_url: str) -> None:
    """One mail to each owner of each circle, with the addresses of the entries and without a name."""
    installation = Installation.current()
    for circle in Circle.objects.filter(pk__in=asked).order_by("pk"):
        for owner in owners_of(circle):
            with translation.override(owner.language):
                context = {
                    "owner": owner,
                    "circle": circle,
                    "person": person.full_name,
                    "links": [base_url.rstrip("/") + url for url in asked[circle.pk]],
                    "installation": installation,
                }
                mail = Mail(
                    to_address=owner.email,
                    to_name=owner.name,
                    language=owner.language,
                    subject=render_to_string("members/email/anonymised_subject.txt", context).strip(),
                    body_text=render_to_string("members/email/anonymised_message.txt", context),
                )
            queue_mail(
                mail, kind=f"members.anonymised{CONFIDED}", key=f"members.anonymised:{person.pk}:{circle.pk}:{owner.pk}"
            )
