"""As many invented parties, people and contacts as a size asks for, through the bulk services."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import psycopg

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.confided import confided, make_circles
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.dashboard.demo.people_and_places import GIVEN_EN, GIVEN_FR, TITLES
from c2m2a_crm.dashboard.demo.profiles import add_many_profiles
from c2m2a_crm.dashboard.demo.subjects import INDUSTRY, KNOWLEDGE, METALS, PROMISES, STEPS
from c2m2a_crm.engagement.models import Commitment, FollowUp, Interaction, Point
from c2m2a_crm.engagement.services import (
    Attendee,
    Colleague,
    Entry,
    NextStep,
    Promise,
    Raised,
    finish_follow_ups,
    keep_commitments,
    log_interactions,
)
from members.models import Jurisdiction, Party, Person
from members.services import PartyInput, PersonInput, create_parties, create_people

Telling = Callable[[str], None]


def say_nothing(_sentence: str) -> None:
    """For callers who show no progress."""


@dataclass(frozen=True, slots=True)
class Size:
    parties: int
    people: int
    contacts: int
    days: int


SIZES: Final = {
    "medium": Size(parties=2_000, people=10_000, contacts=30_000, days=900),
    "large": Size(parties=20_000, people=100_000, contacts=300_000, days=1_800),
}
CHUNK: Final = 2_000

_FIRST = (
    "Amber", "Ash", "Aurora", "Bay", "Birch", "Blue", "Bright", "Cedar", "Clear", "Cold", "Coral", "Crystal", "Dawn",
    "Deep", "Eagle", "East", "Echo", "Ember", "Falcon", "Fern", "Forest", "Frost", "Gold", "Granite", "Green", "Grey",
    "Harbour", "Hazel", "High", "Iron", "Island", "Ivory", "Jade", "Juniper", "Lake", "Larch", "Long", "Lynx", "Maple",
    "Meadow", "Mist", "Moon", "Moss", "North", "Oak", "Osprey", "Otter", "Pine", "Quartz", "Rain", "Raven", "Red",
    "River", "Rock", "Rose", "Rowan", "Sable", "Sage", "Salt", "Shadow", "Silver", "Snow", "South", "Spruce", "Star",
    "Stone", "Storm", "Summer", "Swan", "Tamarack", "Thunder", "Timber", "Violet", "West", "White", "Willow", "Winter",
    "Wolf", "Wren", "Yarrow",
)  # fmt: skip
_SECOND = (
    "bank", "brook", "cliff", "cove", "crest", "dale", "edge", "fall", "field", "ford", "gate", "glen", "grove",
    "haven", "hill", "holm", "land", "light", "marsh", "mere", "mont", "peak", "point", "pond", "port", "reach",
    "ridge", "run", "shore", "side", "spring", "stead", "trail", "vale", "view", "water", "way", "wick", "wood",
    "worth",
)  # fmt: skip
_TRADES = (
    ("Refining Inc.", "Affinage inc."),
    ("Processing Ltd.", "Transformation ltée"),
    ("Metals Corp.", "Métaux corp."),
    ("Recycling Inc.", "Recyclage inc."),
    ("Chemicals Ltd.", "Produits chimiques ltée"),
    ("Alloys Inc.", "Alliages inc."),
    ("Battery Materials Inc.", "Matériaux de batteries inc."),
    ("Mining Services Ltd.", "Services miniers ltée"),
    ("Logistics Co-operative", "Coopérative logistique"),
    ("Equipment Ltd.", "Équipement ltée"),
)
# How many of a hundred organizations are of each kind.
_KINDS = {
    Party.Kind.BUSINESS: 78,
    Party.Kind.ASSOCIATION: 6,
    Party.Kind.ACADEMIC: 4,
    Party.Kind.NONPROFIT: 6,
    Party.Kind.EXPERT: 6,
}
_TOPICS = INDUSTRY + KNOWLEDGE
_METALS = tuple(METALS.items())
_WEEK, _MONTH = timedelta(days=7), timedelta(days=30)


def fill(office: Office, size: Size, seed: int, tell: Telling) -> None:
    """Add to the small office until ``size`` is reached. The same seed on the same day makes the same rows."""
    dice = random.Random(seed)  # noqa: S311  choice of demo data, nothing secret
    writers = [office.colleagues[handle] for handle in ("dana", "omar", "maren", "noor", "eloise")]
    parties = _make_parties(size.parties - Party.objects.count(), writers, dice, tell)
    people = _make_people(size.people - Person.objects.count(), parties, writers, dice, tell)
    add_many_profiles(parties, people, writers[0], random.Random(seed), CHUNK)  # noqa: S311  as above
    circles = make_circles(writers, office.colleagues["priya"])
    _log_contacts(size.contacts - Interaction.objects.count(), size.days, people, writers, circles, dice, tell)
    _finish_old_steps(office.colleagues["dana"], tell)


def _chunks(total: int) -> Iterator[range]:
    for begin in range(0, total, CHUNK):
        yield range(begin, min(begin + CHUNK, total))


def _make_parties(count: int, writers: Sequence[User], dice: random.Random, tell: Telling) -> list[Party]:
    places = list(Jurisdiction.objects.exclude(code="CA").order_by("code"))
    shares = [{"ON": 30, "QC": 25, "BC": 14, "AB": 10}.get(place.code, 3) for place in places]
    kinds, weights = list(_KINDS), list(_KINDS.values())
    stems = [f"{first}{second}" for first in _FIRST for second in _SECOND]
    dice.shuffle(stems)
    made: list[Party] = []
    for chunk in _chunks(count):
        rows = []
        for number in chunk:
            stem, round_ = stems[number % len(stems)], number // len(stems)
            trade_en, trade_fr = _TRADES[(number + round_ * 3) % len(_TRADES)]
            place = dice.choices(places, shares)[0]
            is_french = place.code == "QC"
            rows.append(
                PartyInput(
                    kind=dice.choices(kinds, weights)[0],
                    name_en="" if is_french and number % 2 else f"{stem} {trade_en}",
                    name_fr=f"{stem} {trade_fr}" if is_french else "",
                    jurisdiction=place,
                    owner=dice.choice(writers) if number % 3 else None,
                    emails=[f"office@{stem.lower()}{number}.example"],
                    outside_ids={"demo": f"P{number:06d}"} if number % 4 == 0 else {},
                )
            )
        made += create_parties(actor=writers[0], rows=rows)
        tell(f"{len(made)} of {count} organizations")
    return made


def _make_people(
    count: int, parties: Sequence[Party], writers: Sequence[User], dice: random.Random, tell: Telling
) -> list[Person]:
    """A few organizations have many people, most have some: the size of each falls with its rank."""
    weights = [1 / (rank + 20) for rank in range(len(parties))]
    employers = dice.choices(parties, weights, k=count)
    made: list[Person] = []
    for chunk in _chunks(count):
        rows = []
        for number in chunk:
            party = employers[number]
            is_french = (bool(party.name_fr) and not party.name_en) or dice.random() < 0.15
            given = dice.choice(GIVEN_FR if is_french else GIVEN_EN)
            family = f"{dice.choice(_FIRST)}{dice.choice(_SECOND)}"
            if dice.random() < 0.1:
                family = f"{family}-{dice.choice(_FIRST)}"
            title_en, title_fr = dice.choice(TITLES[party.kind])
            rows.append(
                PersonInput(
                    given_name=given,
                    family_name=family,
                    language="fr" if is_french else "en" if number % 5 else "",
                    organization=party,
                    title_en=title_en,
                    title_fr=title_fr,
                    email=f"person{number}@mail{number % 997}.example" if number % 10 else "",
                    phone=f"{(416, 514, 604, 780, 902)[number % 5]}-555-{number % 10_000:04d}"
                    if number % 3 == 0
                    else "",
                    since=today() - timedelta(days=dice.randint(200, 4_000)),
                    owner=dice.choice(writers) if number % 4 == 0 else None,
                )
            )
        made += create_people(actor=writers[1], rows=rows)
        tell(f"{len(made)} of {count} people")
    return made


def _log_contacts(
    count: int,
    days: int,
    people: Sequence[Person],
    writers: Sequence[User],
    circles: Mapping[int, Sequence[Circle]],
    dice: random.Random,
    tell: Telling,
) -> None:
    """Newest first: who was met again and again then moves on the day of the last contact only once."""
    weights = [1 / (rank % 5_000 + 10) for rank in range(len(people))]
    met = dice.choices(range(len(people)), weights, k=count)
    ages = sorted(int(days * dice.random() ** 1.3) for _number in range(count))
    now, done = today(), 0
    for chunk in _chunks(count):
        author = writers[(chunk.start // CHUNK) % len(writers)]
        entries = []
        for number in chunk:
            first = met[number]
            who = [people[first]]
            if number % 4 == 0 and first + 1 < len(people):
                who.append(people[first + 1])
            entry = _entry(number, who, now - timedelta(days=ages[number]), author, writers, dice)
            entries.append(confided(entry, number, circles[author.pk]))
        log_interactions(actor=author, entries=entries)
        done += len(entries)
        tell(f"{done} of {count} contacts")


def _entry(
    number: int, who: Sequence[Person], day: date, author: User, writers: Sequence[User], dice: random.Random
) -> Entry:
    topic = dice.choice(_TOPICS)
    is_french = who[0].language == "fr"
    metal_en, metal_fr = dice.choice(_METALS)
    text = (topic.fr if is_french else topic.en).format(metal=metal_fr if is_french else metal_en)
    point = (topic.point_fr if is_french else topic.point_en) if number % 5 == 0 else ""
    raised = [Raised(Point.Kind.QUESTION if topic.is_question else Point.Kind.ISSUE, point)] if point else []
    promises = (
        [Promise(PROMISES[number // 25 % len(PROMISES)][is_french], due_on=day + _MONTH)] if number % 25 == 0 else []
    )
    steps = []
    turn = number // 10
    if number % 10 == 0:
        steps = [NextStep(STEPS[turn % len(STEPS)][is_french], writers[turn % len(writers)], day + _WEEK)]
    remark = topic.note_fr if is_french else topic.note_en
    said = [remark, *(f"! {one.text}" for one in raised), *(f"> {one.text}" for one in promises)]
    return Entry(
        subject=text,
        attendees=[Attendee(person) for person in who],
        kind=Interaction.Kind.ATTEMPT if number % 20 == 0 else topic.kind,
        direction="outgoing" if topic.kind in ("call", "email", "letter") else "",
        occurred_on=day,
        duration_minutes=topic.minutes,
        colleagues=[Colleague(author)],
        notes="\n".join(said).strip(),
        raised=raised,
        promises=promises,
        next_steps=steps,
    )


def _finish_old_steps(actor: User, tell: Telling) -> None:
    """What fell due more than some weeks ago is done, but for a few; promises are kept likewise."""
    long_ago = today() - timedelta(days=21)
    steps = FollowUp.objects.open().filter(due_on__lt=long_ago).only("pk", "sealed_circle_id", "restricted_circle_id")
    finish_follow_ups(actor=actor, follow_ups=[step for step in steps.order_by("pk") if step.pk % 50])
    promises = Commitment.objects.filter(due_on__lt=long_ago, events__isnull=True).order_by("pk")
    keep_commitments(actor=actor, commitments=[one for one in promises if one.pk % 20], evidence="Sent by e-mail.")
    tell("What fell due is done, but for some")


def look_over(owner_url: str) -> None:
    """Let the database look at its new rows now and not within the next minutes: its plans rest on what it knows."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE)")
