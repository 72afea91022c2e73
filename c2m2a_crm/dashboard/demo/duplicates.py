"""A few records that the fictional office keeps twice, and two people of one name who are two."""

from __future__ import annotations

from typing import Final

from c2m2a_crm.dashboard.demo.office import Office
from members.duplicates.hunt import KINDS, renew
from members.duplicates.services import say_not_the_same
from members.models import Party
from members.services import PartyInput, PersonInput, create_parties, create_people

# Given name, family name, where they work, title, e-mail address, telephone. Two lines of one person follow each other.
TWICE: Final = (
    ("Margaret", "Ashgrove", "fjord", "Director, Permits", "margaret.ashgrove@fjord.example", "709-555-0117"),
    ("Peggy", "Ashgrove", "fjord", "Permits", "", "709-555-0117"),
    ("Jean-Philippe", "Deschênes", "titane", "Responsable des achats", "jp.deschenes@titane.example", ""),
    ("J.-P.", "Deschenes", "granderive", "", "jp.deschenes@granderive.example", ""),
    ("Kwame", "Osei-Larkspur", "peace", "Process engineer", "kwame@peace.example", ""),
    ("Osei Larkspur", "Kwame", "peace", "", "", ""),
)
NAMESAKES: Final = (
    ("Nadia", "Fennimore", "cascadia", "Laboratory manager", "nadia.fennimore@cascadia.example", ""),
    ("Nadia", "Fennimore", "workers", "Organizer", "nadia@workers.example", ""),
)
PLACES: Final = (
    (Party.Kind.BUSINESS, "Muskeg Graphite Processing Ltd.", ""),
    (Party.Kind.BUSINESS, "Muskeg Graphite Processing Limited (formerly Bluff Carbon)", ""),
    (Party.Kind.NONPROFIT, "Coalition for Clean Smelting", ""),
    (Party.Kind.NONPROFIT, "", "Coalition pour une fonderie propre"),
)


def add_duplicates(office: Office) -> None:
    """Made by hand in two moments by two colleagues, as it happens; then the hunt of a night."""
    for first, colleague in ((0, "omar"), (1, "dana")):
        create_people(actor=office.colleagues[colleague], rows=[_person(office, one) for one in TWICE[first::2]])
        create_parties(
            actor=office.colleagues[colleague],
            rows=[
                PartyInput(kind=kind, name_en=name_en, name_fr=name_fr) for kind, name_en, name_fr in PLACES[first::2]
            ],
        )
    left, right = create_people(actor=office.colleagues["maren"], rows=[_person(office, one) for one in NAMESAKES])
    say_not_the_same(
        actor=office.colleagues["maren"],
        left=left,
        right=right,
        reason="Two people: one runs a laboratory, the other organizes. Both said so by telephone.",
    )
    for kind in KINDS:
        renew(kind)


def _person(office: Office, one: tuple[str, ...]) -> PersonInput:
    given, family, place, title, email, phone = one
    return PersonInput(
        given_name=given,
        family_name=family,
        organization=office.parties[place],
        title_en=title,
        email=email,
        phone=phone,
    )
