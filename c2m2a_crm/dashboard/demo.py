"""A small fictional office, built through the services so that it obeys every rule.

Everybody in it is invented. Dates are counted back from the day it is made, so that a demo never looks abandoned.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.services import create_demo_accounts
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    NextStep,
    Promise,
    Raised,
    finish_follow_up,
    keep_commitment,
    log_interaction,
)
from members.models import Jurisdiction, Party, Person
from members.services import create_party, create_person

Kind = Party.Kind


@dataclass(frozen=True, slots=True)
class _Organization:
    key: str
    kind: str
    name_en: str
    name_fr: str = ""
    place: str = ""
    acronym_en: str = ""
    acronym_fr: str = ""
    level: str = ""
    distinction: str = ""
    autonym: str = ""
    autonym_language: str = ""


ORGANIZATIONS = (
    _Organization("northline", Kind.BUSINESS, "Northline Nickel Refining Inc.", place="ON"),
    _Organization("saltbush", Kind.BUSINESS, "Saltbush Lithium Brine Co-operative", place="SK"),
    _Organization("cascadia", Kind.BUSINESS, "Cascadia Cathode Materials Ltd.", place="BC"),
    _Organization("acadie", Kind.BUSINESS, "Acadie Graphite Anodes Inc.", "Anodes de graphite Acadie inc.", "NB"),
    _Organization("tundra", Kind.BUSINESS, "Tundra Cobalt Corp.", place="NT"),
    _Organization("fundy", Kind.BUSINESS, "Fundy Magnet Works", place="NS"),
    _Organization(
        "boreal",
        Kind.ASSOCIATION,
        "Boreal Battery Metals Association",
        "Association boréale des métaux pour batteries",
        "QC",
        "BBMA",
        "ABMB",
    ),
    _Organization("recyclage", Kind.ASSOCIATION, "", "Association du recyclage des batteries", "QC", "", "ARB"),
    _Organization(
        "institut", Kind.ACADEMIC, "Boreal Institute of Materials", "Institut boréal des matériaux", "QC", "BIM", "IBM"
    ),
    _Organization(
        "nrcan",
        Kind.GOVERNMENT,
        "Natural Resources Canada",
        "Ressources naturelles Canada",
        "",
        "NRCan",
        "RNCan",
        level="federal",
    ),
    _Organization(
        "mern", Kind.GOVERNMENT, "Example Ministry of Mines", "Ministère des Mines (exemple)", "ON", level="provincial"
    ),
    _Organization(
        "spruce",
        Kind.NATION,
        "Spruce Narrows First Nation",
        place="MB",
        distinction="first_nations",
    ),
    _Organization(
        "inuit",
        Kind.REPRESENTATIVE_BODY,
        "Sample Inuit Association",
        "Association inuite (exemple)",
        "NU",
        distinction="inuit",
        autonym="ᐆᒃᑑᑎ ᐃᓄᐃᑦ",
        autonym_language="iu",
    ),
    _Organization(
        "metis",
        Kind.NATION,
        "Sample Métis Settlement Council",
        "Conseil de l’établissement métis (exemple)",
        "AB",
        distinction="metis",
    ),
)

# key, given name, family name, preferred name, organization, title in English, title in French, language
PEOPLE = (
    (
        "amara",
        "Amara",
        "Tamarack",
        "",
        "northline",
        "Vice-President, Operations",
        "Vice-présidente, Exploitation",
        "en",
    ),
    ("ferrite", "Dana", "Ferrite", "", "northline", "Policy Lead", "Responsable des politiques", "en"),
    ("ferrand", "Luc", "Ferrand", "", "northline", "Site Manager", "Directeur d’usine", "fr"),
    ("larch", "Ines", "Larch", "", "saltbush", "Chief Executive Officer", "Directrice générale", "en"),
    ("okafor", "Chidi", "Okafor-Beryl", "", "cascadia", "Director, Supply", "Directeur, Approvisionnement", "en"),
    ("leblanc", "Rose-Aimée", "LeBlanc-Graphite", "", "acadie", "President", "Présidente", "fr"),
    ("cobalt", "Tomas", "Beryl", "Tom", "tundra", "Government Relations", "Relations gouvernementales", "en"),
    ("magnet", "Freya", "Neodym", "", "fundy", "Founder", "Fondatrice", "en"),
    ("basalte", "Luc", "Basalte", "", "boreal", "Executive Director", "Directeur général", "fr"),
    ("tremblay", "Mylène", "Tremblay-Silice", "", "recyclage", "Coordinator", "Coordonnatrice", "fr"),
    (
        "quartz",
        "Marisol",
        "Quartz",
        "",
        "nrcan",
        "Assistant Deputy Minister, Lands and Minerals Sector",
        "Sous-ministre adjointe, Secteur des terres et des minéraux",
        "en",
    ),
    ("galene", "Étienne", "Galène", "", "nrcan", "Director, Critical Minerals", "Directeur, Minéraux critiques", "fr"),
    ("feldspath", "Noémie", "Feldspath", "", "institut", "Research Chair", "Titulaire de chaire", "fr"),
    ("granite", "Owen", "Granite", "", "mern", "Deputy Minister", "Sous-ministre", "en"),
)

# days ago, kind, who, subject in the language it was written in, minutes, started by a public office holder's rules
CONTACTS = (
    (1, "call", ("amara", "ferrite"), "Sulphate pilot at 60% of design output", 25),
    (2, "meeting", ("quartz", "galene"), "Permit timelines for three refineries", 50),
    (3, "email", ("basalte",), "Commentaires sur le document de traitement", None),
    (5, "call", ("larch",), "Water licence and the Weyburn site visit", 20),
    (8, "attempt", ("cobalt",), "No answer about the refiner introduction", None),
    (9, "meeting", ("spruce",), "What may be recorded, and how the council wants to work", 90),
    (12, "email", ("leblanc",), "Anode qualification data from Moncton", None),
    (15, "visit", ("magnet",), "Tour of the sintering line", 120),
    (19, "call", ("tremblay",), "Normes de collecte des batteries", 15),
    (26, "event", ("feldspath", "okafor"), "Symposium panel on recycled cathode materials", 60),
    (33, "letter", ("granite",), "Request for the provincial strategy’s next steps", None),
    (41, "meeting", ("inuit",), "Introductions and preferred languages of work", 60),
    (48, "call", ("okafor",), "Offtake terms with the Delta plant", 30),
    (60, "meeting", ("metis",), "First meeting with the council", 75),
    (75, "email", ("ferrand",), "Seat criteria and nomination papers", None),
    (96, "call", ("amara",), "Capital grant and the November board", 20),
    (120, "meeting", ("basalte", "tremblay"), "Position on recycled content", 45),
    (150, "call", ("larch",), "Brine chemistry questions", 15),
    (210, "meeting", ("galene",), "Introduction of the new director", 30),
    (300, "event", ("feldspath",), "Conference reception", 30),
    (390, "call", ("cobalt",), "Road access in winter", 20),
    (480, "email", ("amara",), "First exchange", None),
)


def build(*, password: str, seed: int = 7) -> dict[str, int]:
    """Make the office unless it is there already. Returns how many rows of each sort there are."""
    if not Party.objects.exists():
        accounts = {user.email.partition("@")[0]: user for user in create_demo_accounts(password)}
        _fill(accounts, random.Random(seed))  # noqa: S311  choice of demo data, nothing secret
    return {
        "organizations and Nations": Party.objects.count(),
        "people": Person.objects.count(),
        "contacts": Interaction.objects.count(),
    }


def _fill(accounts: dict[str, User], dice: random.Random) -> None:
    staff, secretariat = accounts["staff"], accounts["secretariat"]
    parties = {row.key: _party(staff, row) for row in ORGANIZATIONS}
    people = {row[0]: _person(secretariat, row, parties) for row in PEOPLE}
    for number, contact in enumerate(CONTACTS):
        _contact(number, contact, parties, people, [staff, secretariat], dice)


def _party(actor: User, row: _Organization) -> Party:
    place = Jurisdiction.objects.filter(code=row.place).first() if row.place else None
    return create_party(
        actor=actor,
        kind=row.kind,
        name_en=row.name_en,
        name_fr=row.name_fr,
        acronym_en=row.acronym_en,
        acronym_fr=row.acronym_fr,
        government_level=row.level,
        distinction=row.distinction,
        autonym=row.autonym,
        autonym_language=row.autonym_language,
        jurisdiction=place,
        owner=actor,
    )


def _person(actor: User, row: tuple[str, ...], parties: dict[str, Party]) -> Person:
    key, given, family, preferred, party, title_en, title_fr, language = row
    return create_person(
        actor=actor,
        given_name=given,
        family_name=family,
        preferred_name=preferred,
        language=language,
        organization=parties[party],
        title_en=title_en,
        title_fr=title_fr,
        email=f"{key}@{party}.example",
        since=today() - timedelta(days=900),
        owner=actor,
    )


def _contact(
    number: int,
    contact: tuple[int, str, tuple[str, ...], str, int | None],
    parties: dict[str, Party],
    people: dict[str, Person],
    ours: list[User],
    dice: random.Random,
) -> None:
    days, kind, who, subject, minutes = contact
    author = ours[number % 2]
    day = today() - timedelta(days=days)
    others: list[Person | Party] = [people.get(key) or parties[key] for key in who]
    with_office = bool({"quartz", "galene", "granite"} & set(who))
    steps, raised, promises = _what_came_of_it(number, author, ours[(number + 1) % 2], day)
    interaction = log_interaction(
        actor=author,
        entry=Entry(
            subject=subject,
            attendees=[Attendee(each) for each in others],
            kind=kind,
            direction=dice.choice(["outgoing", "incoming"]) if kind in {"call", "email", "letter"} else "",
            occurred_on=day,
            duration_minutes=minutes,
            initiated_by="us" if with_office else "",
            arranged="yes" if with_office else "",
            colleagues=[Colleague(author, preparation_minutes=15 if minutes else None)],
            notes="\n".join([*(f"! {point.text}" for point in raised), *(f"> {promise.text}" for promise in promises)]),
            raised=raised,
            promises=promises,
            next_steps=steps,
        ),
    )
    if days > 30:
        for follow_up in interaction.follow_ups.all():
            finish_follow_up(actor=author, follow_up=follow_up)
        for commitment in interaction.commitments.all():
            keep_commitment(actor=author, commitment=commitment, evidence="Sent with the next letter.")


def _what_came_of_it(
    number: int, author: User, other: User, day: date
) -> tuple[list[NextStep], list[Raised], list[Promise]]:
    """Every second contact has a next step, every third a point, every fourth a promise."""
    steps: list[NextStep] = []
    if number % 2 == 0:
        texts = (
            "Call back about the pilot",
            "Send the seat criteria",
            "Share the permit timelines",
            "Book the site visit",
        )
        steps.append(
            NextStep(texts[number // 2 % 4], author if number % 4 else other, today() + timedelta(days=number % 7 - 2))
        )
    raised = [Raised(Point.Kind.ISSUE, "Permits take longer than the grant allows.")] if number % 3 == 0 else []
    promises: list[Promise] = []
    if number % 4 == 1:
        promises.append(Promise("Send the summary of what was agreed", due_on=day + timedelta(days=14)))
    return steps, raised, promises
