"""Posts and role mailboxes of the fictional office's world, who held them when, and who stands how to whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from members.models import AddressUse, Person
from members.models import Office as Post
from members.models import Relationship as Relation
from members.services import (
    add_email,
    add_relationship,
    change_holder,
    create_office,
    create_person,
    end_affiliation,
    update_party,
)
from members.services.moving import holder_on

# By place: who stands in for its owner.
_BACKUPS: Final = {"nrcan": "omar", "northline": "eloise", "spruce": "noor", "boreal": "maren", "magnets": "dana"}


def add_offices(office: Office) -> None:
    _posts(office)
    _mailboxes(office)
    _relations(office)
    for place, handle in _BACKUPS.items():
        party = office.parties[place]
        party.refresh_from_db()
        if party.owner != office.colleagues[handle]:
            update_party(
                actor=office.colleagues["dana"],
                party=party,
                version=party.version,
                changes={"backup_owner": office.colleagues[handle]},
            )


def _ago(days: int) -> date:
    return today() - timedelta(days=days)


def _posts(office: Office) -> None:
    """One that was handed on, one that is held, one that has been vacant for a while."""
    actor = office.colleagues["dana"]
    relations = create_office(
        actor=actor,
        party=office.parties["nrcan"],
        title_en="Director, partner relations",
        title_fr="Direction, Relations avec les partenaires",
        unit="Lands and Minerals",
    )
    _hold(office, relations, _former(office, "Hollis", "Feldspar-Moon", "en"), 900)
    _hold(office, relations, office.people["quartz"], 320)
    minister = create_office(
        actor=actor,
        party=office.parties["mern"],
        title_en="Assistant Deputy Minister, Lands and Minerals",
        title_fr="Sous-ministériat adjoint aux terres et aux minéraux",
    )
    _hold(office, minister, office.people["granite"], 500)
    secretary = create_office(
        actor=actor,
        party=office.parties["agency"],
        title_en="Executive Secretary",
        title_fr="Secrétariat exécutif",
    )
    _hold(office, secretary, _former(office, "Bertrand", "Closmont", "fr"), 700)
    last = holder_on(secretary, today())
    if last is not None:
        end_affiliation(actor=actor, affiliation=last, last=_ago(75))


def _former(office: Office, given: str, family: str, language: str) -> Person:
    return create_person(actor=office.colleagues["omar"], given_name=given, family_name=family, language=language)


def _hold(office: Office, post: Post, person: Person, days: int, *, leaves: bool = True) -> None:
    change_holder(
        actor=office.colleagues["dana"], office=post, successor=person, first=_ago(days), ends_present_main=leaves
    )


def _mailboxes(office: Office) -> None:
    for place, title_en, title_fr, name, holder in (
        ("northline", "Secretariat", "Secrétariat", "secretariat", "ferrite"),
        ("spruce", "Referrals", "Demandes d’avis", "referrals", "spruce-lands"),
    ):
        mailbox = create_office(
            actor=office.colleagues["omar"],
            party=office.parties[place],
            kind=Post.Kind.MAILBOX,
            title_en=title_en,
            title_fr=title_fr,
        )
        add_email(
            actor=office.colleagues["omar"],
            owner=mailbox,
            address=f"{name}@{place}.example",
            kind=AddressUse.Kind.SHARED,
            valid_from=_ago(800),
        )
        _hold(office, mailbox, office.people[holder], 240, leaves=False)


def _relations(office: Office) -> None:
    parties, people, actor = office.parties, office.people, office.colleagues["dana"]
    add_relationship(
        actor=actor,
        kind=Relation.Kind.SPEAKS_FOR,
        beginning=parties["tribal"],
        end=parties["spruce"],
        first=_ago(400),
        scope="Impact assessments in the shared watershed",
        mandate_reference="Council resolution 14",
        source="Letter of the council",
    )
    add_relationship(
        actor=actor,
        kind=Relation.Kind.SPEAKS_FOR,
        beginning=people["spruce-chief"],
        end=parties["spruce"],
        scope="All matters",
    )
    for kind, beginning, end in (
        (Relation.Kind.ADVISES, parties["lumen"], parties["northline"]),
        (Relation.Kind.SITS_ON, people["larch"], parties["processors"]),
        (Relation.Kind.MEMBER_OF, parties["fundy"], parties["magnets"]),
        (Relation.Kind.KNOWS, people["okafor"], people["magnet"]),
    ):
        add_relationship(actor=actor, kind=kind, beginning=beginning, end=end, first=_ago(300))
