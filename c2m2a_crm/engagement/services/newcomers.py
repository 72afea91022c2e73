"""People, organizations and Nations met for the first time: made with the entry that names them."""

from __future__ import annotations

from collections.abc import Sequence

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.engagement.services.entry import Attendee, NewAttendee
from members.models import Party, Person
from members.services import PersonInput, create_parties, create_people, named_party

_Described = tuple[str, bool, int | None]


def is_person(attendee: Attendee) -> bool:
    return isinstance(attendee.who, Person)


def meet(actor: User, attendees: Sequence[Attendee | NewAttendee]) -> list[Attendee]:
    """Everybody as somebody on file, in the order given. Newcomers described alike are made once."""
    newcomers = {_described(one): one for one in attendees if isinstance(one, NewAttendee)}
    organizations = {each: one for each, one in newcomers.items() if one.is_organization}
    people = {each: one for each, one in newcomers.items() if not one.is_organization}
    made: dict[_Described, Person | Party] = {}
    if organizations:
        language = reader_language()  # of the person who logs
        parties = create_parties(actor=actor, rows=[named_party(one.name, language) for one in organizations.values()])
        made |= zip(organizations, parties, strict=True)
    if people:
        persons = create_people(actor=actor, rows=[_person(one) for one in people.values()])
        made |= zip(people, persons, strict=True)
    return [Attendee(made[_described(one)], one.role) if isinstance(one, NewAttendee) else one for one in attendees]


def _described(newcomer: NewAttendee) -> _Described:
    party = newcomer.organization.pk if newcomer.organization and not newcomer.is_organization else None
    return clean_line(newcomer.name), newcomer.is_organization, party


def _person(newcomer: NewAttendee) -> PersonInput:
    given, _space, family = clean_line(newcomer.name).rpartition(" ")
    return PersonInput(
        given_name=given or family, family_name=family if given else "", organization=newcomer.organization
    )
