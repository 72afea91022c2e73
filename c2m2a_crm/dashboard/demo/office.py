"""A small fictional office, built through the services so that it obeys every rule.

Dates are counted back from the day it is made, so that a demo never looks abandoned. The same seed on the same day
makes the same office.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TypeVar

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.people_and_places import (
    FAMILY,
    GIVEN_EN,
    GIVEN_FR,
    KNOWN,
    PLACES,
    TITLES,
    Place,
    Somebody,
)
from c2m2a_crm.dashboard.demo.subjects import (
    ANSWERS,
    INDUSTRY,
    KNOWLEDGE,
    METALS,
    NATIONS,
    PROMISES,
    PUBLIC,
    STEPS,
    THEIR_PROMISES,
    Topic,
)
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    NextStep,
    Promise,
    Raised,
    answer_points,
    finish_follow_ups,
    keep_commitments,
    log_interactions,
)
from members.models import Jurisdiction, Party, Person
from members.services import PartyInput, PersonInput, create_parties, create_people

T = TypeVar("T")

PEOPLE = 90
DAYS = 545
FILED = 0.4
# How busy a month is, January first: conferences in spring and autumn, little in July, August and December.
BUSY = (8, 9, 12, 10, 10, 9, 5, 5, 11, 12, 10, 5)
FRENCH_PLACES = frozenset({"QC", "NB"})

# The last days are written by hand: days ago, kind, who, subject, minutes. The README and the home page show them.
RECENT: tuple[tuple[int, str, tuple[str, ...], str, int | None], ...] = (
    (1, "call", ("amara", "ferrite"), "Sulphate pilot at 60% of design output", 25),
    (2, "meeting", ("quartz", "galene"), "Our figures on three refineries", 50),
    (3, "email", ("basalte",), "Commentaires sur le document de traitement", None),
    (5, "call", ("larch",), "Water licence and the Weyburn site visit", 20),
    (8, "attempt", ("cobalt",), "No answer about the refiner introduction", None),
    (9, "meeting", ("spruce-chief", "spruce-lands"), "What may be recorded, and how the council wants to work", 90),
    (12, "email", ("leblanc",), "Anode qualification data from Moncton", None),
    (15, "visit", ("magnet",), "Tour of the sintering line", 120),
    (19, "call", ("tremblay",), "Normes de collecte des batteries", 15),
    (26, "event", ("okafor",), "Symposium panel on recycled cathode materials", 60),
)

# What came of them: place in the list above, what to do in the words of whoever does it, days from today, who.
DUE = (
    (0, "Call Amara Tamarack back about the sulphate pilot", -1, "dana"),
    (5, "Send the summary agreed with Spruce Narrows", 0, "dana"),
    (1, "Send the table of permits that was promised", 0, "omar"),
    (0, "Ask Northline for the capacity figures", 2, "dana"),
    (7, "Écrire aux membres avant la prochaine réunion", 1, "eloise"),
    (3, "Confirm the site visit in Weyburn", 0, "maren"),
    (6, "Forward the qualification data to the institute", -2, "noor"),
    (9, "Thank the symposium’s panel", 4, "noor"),
)


@dataclass(slots=True)
class Office:
    """What has been made so far, for whoever adds to it: other rooms build on the same people."""

    colleagues: dict[str, User]
    parties: dict[str, Party] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    people_of: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    files: dict[str, Initiative] = field(default_factory=dict)  # where a place's contacts may be filed


def fill(office: Office, seed: int, then: Callable[[Office], None]) -> None:
    """People first, then what ``then`` builds on them, then what passed between us."""
    dice = random.Random(seed)  # noqa: S311  choice of demo data, nothing secret
    _make_parties(office)
    _make_people(office, dice)
    then(office)
    _log_contacts(office, dice)
    _settle(office, dice)


def _make_parties(office: Office) -> None:
    places = {row.code: row for row in Jurisdiction.objects.all()}
    known = {party.name_en: party for party in Party.objects.exclude(name_en="")}
    new = [place for place in PLACES if not place.name_en or place.name_en not in known]
    rows = [_party_input(place, places.get(place.place), office.colleagues[place.holder]) for place in new]
    made = dict(
        zip([place.key for place in new], create_parties(actor=office.colleagues["dana"], rows=rows), strict=True)
    )
    office.parties = {place.key: made.get(place.key) or known[place.name_en] for place in PLACES}


def _party_input(place: Place, jurisdiction: Jurisdiction | None, owner: User) -> PartyInput:
    return PartyInput(
        kind=place.kind,
        name_en=place.name_en,
        name_fr=place.name_fr,
        acronym_en=place.acronym_en,
        acronym_fr=place.acronym_fr,
        government_level=place.level,
        distinction=place.distinction,
        autonym=place.autonym,
        autonym_language=place.autonym_language,
        jurisdiction=jurisdiction,
        owner=owner,
        about=place.about,
        emails=[] if place.level else [f"office@{place.key}.example"],
        website="" if place.level else f"https://www.{place.key}.example",
    )


def _make_people(office: Office, dice: random.Random) -> None:
    everybody = [*KNOWN, *_strangers(dice)]
    holders = {place.key: place.holder for place in PLACES}
    rows = [
        PersonInput(
            honorific=one.honorific,
            given_name=one.given_name,
            family_name=one.family_name,
            preferred_name=one.preferred_name,
            language=one.language,
            organization=office.parties[one.place],
            title_en=one.title_en,
            title_fr=one.title_fr,
            email=f"{one.key}@{one.place}.example",
            phone=f"613-555-01{number:02d}" if number % 3 == 0 else "",
            since=today() - timedelta(days=600 + number * 17),
            owner=office.colleagues[holders[one.place]],
        )
        for number, one in enumerate(everybody)
    ]
    made = create_people(actor=office.colleagues["omar"], rows=rows)
    for one, person in zip(everybody, made, strict=True):
        office.people[one.key] = person
        office.people_of[one.place].append(person)


def _strangers(dice: random.Random) -> Iterable[Somebody]:
    """People drawn by lot until there are :data:`PEOPLE`, one for each place first."""
    families = dice.sample(FAMILY, PEOPLE - len(KNOWN))
    met = {one.place for one in KNOWN}
    order = [place for place in PLACES if place.key not in met]
    while len(order) < len(families):
        order += [place for place in PLACES if place.kind != Party.Kind.NATION or place.visits > 5]
    for family, place in zip(families, order, strict=False):
        is_french = place.place in FRENCH_PLACES and dice.random() < 0.8
        title_en, title_fr = dice.choice(TITLES[place.kind])
        given = dice.choice(GIVEN_FR if is_french else GIVEN_EN)
        yield Somebody(
            family.lower().replace(" ", ""), given, family, place.key, title_en, title_fr, "fr" if is_french else "en"
        )


def _log_contacts(office: Office, dice: random.Random) -> None:
    by_author: dict[str, list[Entry]] = defaultdict(list)
    holders = {place.key: place.holder for place in PLACES}
    places_of = {one.key: one.place for one in KNOWN}
    for number, (days, kind, who, subject, minutes) in enumerate(RECENT):
        author = office.colleagues[holders[places_of[who[0]]]]
        party = office.parties[places_of[who[0]]]
        topic = Topic(subject, subject, kind, minutes)
        people = [office.people[key] for key in who]
        entry = _entry(office, dice, topic, party, people, author, today() - timedelta(days=days), subject)
        steps = [
            NextStep(text, office.colleagues[handle], today() + timedelta(days=ahead))
            for of, text, ahead, handle in DUE
            if of == number
        ]
        entry = replace(entry, next_steps=steps)
        by_author[author.handle].append(entry)
    for place in PLACES:
        for day in _days_of(place, dice):
            topic, subject, people, author = _occasion(office, dice, place)
            entry = _entry(office, dice, topic, office.parties[place.key], people, author, day, subject)
            if place.key in office.files and dice.random() < FILED:
                entry = replace(entry, initiative=office.files[place.key])
            by_author[author.handle].append(entry)
    for handle, entries in sorted(by_author.items()):
        entries.sort(key=lambda entry: entry.occurred_on or today())
        log_interactions(actor=office.colleagues[handle], entries=entries)


def _days_of(place: Place, dice: random.Random) -> list[date]:
    """Working days on which it was met: more in busy months, none since it went quiet."""
    latest = today() - timedelta(days=max(place.quiet_days, 4))
    span = [latest - timedelta(days=back) for back in range(DAYS - max(place.quiet_days, 4))]
    working = [day for day in span if day.weekday() < 5]
    weights = [BUSY[day.month - 1] for day in working]
    days = dice.choices(working, weights, k=place.visits)
    # Pace is a Nation's own, but an office that forgets one is no example.
    is_fresh = place.kind in (Party.Kind.NATION, Party.Kind.REPRESENTATIVE_BODY)
    recent = dice.choice(working[: 30 if is_fresh else 1])
    return sorted({*days, recent} if is_fresh or place.quiet_days else set(days))


def _occasion(office: Office, dice: random.Random, place: Place) -> tuple[Topic, str, list[Person], User]:
    topic = dice.choice(_topics_for(place))
    people = office.people_of[place.key]
    who = dice.sample(people, min(len(people), 2 if topic.kind in ("meeting", "event") and dice.random() < 0.5 else 1))
    author = office.colleagues[place.holder if dice.random() < 0.85 else dice.choice(["dana", "maren", "noor"])]
    is_french = bool(who and who[0].language == "fr")
    metal = METALS.get(place.metal, "les minéraux critiques") if is_french else place.metal or "critical minerals"
    return topic, (topic.fr if is_french else topic.en).format(metal=metal), who, author


def _topics_for(place: Place) -> Sequence[Topic]:
    match place.kind:
        case Party.Kind.GOVERNMENT | Party.Kind.INTERNATIONAL:
            return PUBLIC
        case Party.Kind.NATION | Party.Kind.REPRESENTATIVE_BODY:
            return NATIONS
        case Party.Kind.ACADEMIC | Party.Kind.EXPERT | Party.Kind.NONPROFIT:
            return KNOWLEDGE
        case Party.Kind.ASSOCIATION:
            return KNOWLEDGE + INDUSTRY
    return INDUSTRY


def _entry(
    office: Office,
    dice: random.Random,
    topic: Topic,
    party: Party,
    people: Sequence[Person],
    author: User,
    day: date,
    subject: str,
) -> Entry:
    is_french = bool(people and people[0].language == "fr")
    point = topic.point_fr if is_french else topic.point_en
    raised = [Raised(Point.Kind.QUESTION if topic.is_question else Point.Kind.ISSUE, point)] if point else []
    is_public = party.kind in (Party.Kind.GOVERNMENT, Party.Kind.INTERNATIONAL)
    steps, promises = [], []
    if topic.kind != "attempt" and dice.random() < 0.3:
        is_ours = is_public or dice.random() < 0.75
        text = _said(dice.choice(PROMISES if is_ours else THEIR_PROMISES), is_french)
        promises.append(Promise(text, is_ours=is_ours, due_on=day + timedelta(days=dice.choice((7, 14, 21, 30)))))
    if dice.random() < 0.35:
        assignee = author if dice.random() < 0.7 else office.colleagues[dice.choice(["dana", "omar", "maren", "noor"])]
        steps.append(NextStep(_said(dice.choice(STEPS), is_french), assignee, _next_day(day, dice)))
    remark = topic.note_fr if is_french else topic.note_en
    note = "\n".join([remark, *(f"! {one.text}" for one in raised), *(f"> {one.text}" for one in promises)]).strip()
    ours = [Colleague(author, preparation_minutes=15 if topic.minutes and topic.minutes >= 40 else None)]
    if topic.kind in ("meeting", "visit") and dice.random() < 0.3:
        other = office.colleagues[dice.choice(["dana", "omar", "noor", "eloise"])]
        ours += [Colleague(other)] if other != author else []
    return Entry(
        subject=subject,
        attendees=[Attendee(person) for person in people] or [Attendee(party)],
        kind=topic.kind,
        direction=dice.choice(["outgoing", "incoming"]) if topic.kind in {"call", "email", "letter"} else "",
        occurred_on=day,
        duration_minutes=topic.minutes,
        initiated_by="us" if party.holds_public_office else "",
        arranged="yes" if party.holds_public_office else "",
        colleagues=ours,
        notes=note,
        raised=raised,
        promises=promises,
        next_steps=steps,
    )


def _said(pair: tuple[str, str], is_french: bool) -> str:
    return pair[1] if is_french else pair[0]


def _next_day(day: date, dice: random.Random) -> date:
    """A working day after the contact. What came of the last weeks is due about now."""
    due = day + timedelta(days=dice.randint(3, 20))
    if today() - due < timedelta(days=10):
        due = max(due, today() + timedelta(days=dice.randint(-1, 9)))
    return due + timedelta(days=(7 - due.weekday()) if due.weekday() > 4 else 0)


def _settle(office: Office, dice: random.Random) -> None:
    """Most of what fell due is done, kept or answered; some of it is late, as in every office."""
    staff = office.colleagues["dana"]
    steps = FollowUp.objects.open().order_by("pk")
    finish_follow_ups(actor=staff, follow_ups=list(steps.filter(due_on__lt=today() - timedelta(days=15))))
    lately = steps.filter(due_on__range=(today() - timedelta(days=15), today() - timedelta(days=3)))
    finish_follow_ups(actor=staff, follow_ups=_most(lately, dice, 0.8))
    promises = Commitment.objects.order_by("pk")
    kept = list(promises.filter(due_on__lt=today() - timedelta(days=45)))
    kept += _most(promises.filter(due_on__range=(today() - timedelta(days=45), today())), dice, 0.7)
    keep_commitments(actor=staff, commitments=kept, evidence="Sent by e-mail, acknowledged.")
    heard = Interaction.objects.filter(occurred_on__lt=today() - timedelta(days=25))
    points = _most(Point.objects.filter(interaction__in=heard).select_related("interaction").order_by("pk"), dice, 0.8)
    french = set(Person.objects.filter(language="fr").values_list("participations__interaction", flat=True))
    by_owner: dict[str, list[tuple[Point, str]]] = defaultdict(list)
    for point in points:
        owner = dice.choice(["dana", "maren", "noor", "eloise"])
        by_owner[owner].append((point, _said(dice.choice(ANSWERS), point.interaction_id in french)))
    for owner, answers in sorted(by_owner.items()):
        answer_points(actor=staff, answers=answers, owner=office.colleagues[owner])


def _most(rows: Iterable[T], dice: random.Random, share: float) -> list[T]:
    return [row for row in rows if dice.random() < share]
