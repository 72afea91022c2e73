"""What the reports about contacts count. Everything here begins with what ``actor`` may read.

A contact counts for a party that took part in it, itself or through somebody who spoke for it on that day. One with
three parties is one contact and three pairs of contact and party: rows of a table add up to pairs, never to contacts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.querysets import within_circles
from c2m2a_crm.core.text import Fold, fold
from c2m2a_crm.engagement.models import (
    Commitment,
    CommitmentEvent,
    Initiative,
    Interaction,
    Participant,
    Pillar,
    Point,
)
from c2m2a_crm.engagement.querysets import CommitmentQuerySet
from c2m2a_crm.reports.periods import Period
from members.models import Party, Person

Kind = Party.Kind


class Group(StrEnum):
    """Who is listed apart: rights-holders by distinction, and never among organizations."""

    ORGANIZATIONS = "organizations"
    FIRST_NATIONS = "first_nations"
    INUIT = "inuit"
    METIS = "metis"
    REPRESENTATIVE = "representative_bodies"


GROUP_LABELS: Final[Mapping[str, Any]] = {
    Group.ORGANIZATIONS: gettext_lazy("Organizations"),
    Group.FIRST_NATIONS: Party.Distinction.FIRST_NATIONS.label,
    Group.INUIT: Party.Distinction.INUIT.label,
    Group.METIS: Party.Distinction.METIS.label,
    Group.REPRESENTATIVE: gettext_lazy("Indigenous representative organizations"),
}
ORGANIZATION_KINDS: Final = tuple(
    (kind.value, kind.label) for kind in Kind if kind not in (Kind.NATION, Kind.REPRESENTATIVE_BODY)
)
ANY, NONE = "any", "none"
WHO_TOOK_PART: Final = (
    (ANY, gettext_lazy("Any organization or Nation")),
    (NONE, gettext_lazy("No organization and no Nation")),
    *((group.value, GROUP_LABELS[group]) for group in Group),
    *ORGANIZATION_KINDS,
)


def group_of(kind: str, distinction: str) -> Group:
    """Where a party of this kind is listed."""
    if kind == Kind.NATION:
        return Group(distinction)
    return Group.REPRESENTATIVE if kind == Kind.REPRESENTATIVE_BODY else Group.ORGANIZATIONS


def party_is(value: str, party: str = "party__") -> Q:
    """The condition of one value of :data:`WHO_TOOK_PART`, :data:`NONE` apart. ``party`` is the path to the party."""
    if value == ANY:
        return Q()
    if value == Group.ORGANIZATIONS:
        return ~Q(**{f"{party}kind__in": (Kind.NATION, Kind.REPRESENTATIVE_BODY)})
    if value == Group.REPRESENTATIVE:
        return Q(**{f"{party}kind": Kind.REPRESENTATIVE_BODY})
    if value in (Group.FIRST_NATIONS, Group.INUIT, Group.METIS):
        return Q(**{f"{party}kind": Kind.NATION, f"{party}distinction": value})
    return Q(**{f"{party}kind": value})


def parties_are(who: Sequence[str], *, owner: int | None = None, called: str = "", party: str = "party__") -> Q:
    """The parties that are asked for: one of ``who``, of that relationship owner, with the text in a name."""
    wanted = Q()
    if ANY not in who:
        for value in who:
            wanted |= party_is(value, party)
    if owner is not None:
        wanted &= Q(**{f"{party}owner": owner})
    if called:
        text = fold(called)
        wanted &= Q(Contains(Fold(f"{party}name_en"), text)) | Q(Contains(Fold(f"{party}name_fr"), text))
    return wanted


def stands_for_a_party(part: str = "") -> Q:
    """A participant by whom a contact counts for a party: present, and not one of us."""
    return Q(**{f"{part}role": Participant.Role.PRESENT, f"{part}user__isnull": True, f"{part}party__isnull": False})


@dataclass(frozen=True, slots=True)
class Counted:
    """Something counted: what the rows of a table add up to, and each counted once."""

    in_rows: int = 0
    once: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of some parties together."""

    parties: int
    contacts: Counted
    two_way: Counted
    people: Counted
    points: Counted
    commitments: Counted
    open_commitments: Counted

    @property
    def attempts(self) -> Counted:
        return Counted(self.contacts.in_rows - self.two_way.in_rows, self.contacts.once - self.two_way.once)


@dataclass(frozen=True, slots=True)
class PartyFigures:
    """One row of the report."""

    contacts: int = 0
    two_way: int = 0
    people: int = 0
    last: date | None = None
    points: int = 0
    commitments: int = 0
    open_commitments: int = 0

    @property
    def attempts(self) -> int:
        return self.contacts - self.two_way


def _reached(part: str) -> Q:
    return ~Q(**{f"{part}interaction__kind": Interaction.Kind.ATTEMPT})


def _contacts(part: str) -> Count:
    return Count(f"{part}interaction", distinct=True)


def _two_way(part: str) -> Count:
    return Count(f"{part}interaction", distinct=True, filter=_reached(part))


def _attempts(part: str) -> Count:
    attempt = Q(**{f"{part}interaction__kind": Interaction.Kind.ATTEMPT})
    return Count(f"{part}interaction", distinct=True, filter=attempt)


def _people(part: str) -> Count:
    return Count(f"{part}person", distinct=True, filter=_reached(part))


def _last(part: str) -> Max:
    return Max(f"{part}interaction__occurred_on", filter=_reached(part))


# The numbers of a row by which parties can be sorted, as aggregates over participants at the end of a path.
NUMBERS: Final[Mapping[str, Callable[[str], Count | Max]]] = {
    "contacts": _contacts,
    "two_way": _two_way,
    "attempts": _attempts,
    "people": _people,
    "last": _last,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which contacts and which parties a report is about, and for whom it is counted."""

    actor: Any
    period: Period
    kinds: tuple[str, ...] = ()
    pillar: Pillar | None = None
    initiative: Initiative | None = None
    owner: int | None = None
    called: str = ""
    who: tuple[str, ...] = (ANY,)
    party: Party | None = None

    def among(self, group: Group | None, kinds: Sequence[str] = ()) -> Scope:
        """The same with the parties of one group; kinds of organization narrow none but organizations."""
        if group is None:
            return self
        narrower = tuple(kinds) if group is Group.ORGANIZATIONS else ()
        return replace(self, who=narrower or (group.value,))

    @property
    def asks_for_parties(self) -> bool:
        """Whether the contacts depend on who took part: else some of them are with nobody of an organization."""
        return self.owner is not None or bool(self.called) or self.party is not None or self.who != (ANY,)

    # --- What is counted ----------------------------------------------------------------------------------------------

    def _filed(self, path: str) -> Q:
        """Kind of contact and what it is filed under. A pillar is known by initiatives that the reader may read."""
        condition = Q(**{f"{path}kind__in": self.kinds}) if self.kinds else Q()
        if self.pillar is not None:
            of_pillar = Initiative.objects.readable_by(self.actor).filter(pillar=self.pillar)
            condition &= Q(**{f"{path}initiative__in": of_pillar})
        if self.initiative is not None:
            condition &= Q(**{f"{path}initiative": self.initiative})
        return condition

    def contacts(self, first: date | None = None, last: date | None = None) -> QuerySet[Interaction]:
        """Contacts of the period (or of other days), whoever took part; without those that were taken back."""
        days = Q(occurred_on__gte=first or self.period.first, occurred_on__lte=last or self.period.last)
        return Interaction.objects.readable_by(self.actor).active().filter(days & self._filed(""))

    def parts(self) -> QuerySet[Participant]:
        """The participants by whom a contact counts for a party."""
        return Participant.objects.visible_to(self.actor).filter(self._counts("", "party__")).order_by()

    def _counts(self, part: str, party: str) -> Q:
        """The condition of :meth:`parts`; ``part`` is the path to the participant, ``party`` that to the party."""
        contact = f"{part}interaction__"
        of_contact = {
            f"{contact}archived_at__isnull": True,
            f"{contact}occurred_on__gte": self.period.first,
            f"{contact}occurred_on__lte": self.period.last,
        }
        return (
            stands_for_a_party(part)
            & Q(**of_contact)
            & within_circles(f"{contact}sealed_circle_id", self.actor)
            & within_circles(f"{contact}restricted_circle_id", self.actor)
            & self._filed(contact)
            & self._parties(party)
        )

    def _parties(self, path: str) -> Q:
        wanted = parties_are(self.who, owner=self.owner, called=self.called, party=path)
        return wanted if self.party is None else wanted & Q(**{f"{path}pk": self.party.pk})

    def parties(self) -> QuerySet[Party]:
        """Those that took part."""
        return Party.objects.visible_to(self.actor).filter(pk__in=self.parts().values("party"))

    def parties_with(self, number: str) -> QuerySet[Party]:
        """The same with one of :data:`NUMBERS` under its name, to be sorted by."""
        part = "participations__"
        rows = Party.objects.visible_to(self.actor).filter(self._counts(part, ""))
        return rows.annotate(**{number: NUMBERS[number](part)})

    def touches(self) -> QuerySet[Participant]:
        """Those of them in contacts that reached somebody."""
        return self.parts().exclude(interaction__kind=Interaction.Kind.ATTEMPT)

    def contacts_with_parties(self, first: date | None = None, last: date | None = None) -> QuerySet[Interaction]:
        """Contacts in which such a party took part, each once."""
        with_party = Participant.objects.filter(
            stands_for_a_party() & self._parties("party__"), interaction=OuterRef("pk")
        )
        return self.contacts(first, last).filter(Exists(with_party))

    def _commitment_parts(self) -> QuerySet[Participant]:
        """A promise of ours counts for the party it was made to, or for all who took part where none is named."""
        path = "interaction__commitments"
        made = (
            Q(**{f"{path}__direction": Commitment.Direction.OURS})
            & (Q(**{f"{path}__to_party__isnull": True}) | Q(**{f"{path}__to_party": F("party")}))
            & within_circles(f"{path}__sealed_circle_id", self.actor)
            & within_circles(f"{path}__restricted_circle_id", self.actor)
        )
        latest = CommitmentEvent.objects.filter(commitment=OuterRef(path)).order_by("-pk").values("kind")[:1]
        return self.parts().filter(made).annotate(state=Coalesce(Subquery(latest), Value(Commitment.State.OPEN.value)))

    def _point_parts(self) -> QuerySet[Participant]:
        path = "interaction__points"
        raised = (
            Q(**{f"{path}__isnull": False})
            & within_circles(f"{path}__sealed_circle_id", self.actor)
            & within_circles(f"{path}__restricted_circle_id", self.actor)
        )
        return self.parts().filter(raised)

    # --- The lists behind the numbers ---------------------------------------------------------------------------------

    def people_met(self) -> QuerySet[Person]:
        return Person.objects.visible_to(self.actor).filter(pk__in=self.touches().values("person"))

    def points_raised(self) -> QuerySet[Point]:
        return Point.objects.readable_by(self.actor).filter(interaction__in=self.parts().values("interaction"))

    def commitments_made(self) -> CommitmentQuerySet:
        of_ours = self._commitment_parts().values("interaction__commitments")
        return Commitment.objects.readable_by(self.actor).with_state().filter(pk__in=of_ours)

    # --- Numbers ------------------------------------------------------------------------------------------------------

    def figures_of(self, parties: Sequence[int]) -> dict[int, PartyFigures]:
        """The rows of these parties, in three statements."""
        numbers = ("contacts", "two_way", "people", "last")
        rows = self.parts().filter(party__in=parties).values("party")
        counted = rows.annotate(**{number: NUMBERS[number]("") for number in numbers}).values_list("party", *numbers)
        points = self._point_parts().filter(party__in=parties).values("party")
        raised = dict(
            points.annotate(number=Count("interaction__points", distinct=True)).values_list("party", "number")
        )
        commitments = self._commitment_parts().filter(party__in=parties).values("party")
        made = {
            party: (total, still_open)
            for party, total, still_open in commitments.annotate(
                total=Count("interaction__commitments", distinct=True),
                still_open=Count("interaction__commitments", distinct=True, filter=Q(state=Commitment.State.OPEN)),
            ).values_list("party", "total", "still_open")
        }
        found = {}
        for party, contacts, two_way, people, last in counted:
            total, still_open = made.get(party, (0, 0))
            found[party] = PartyFigures(
                contacts, two_way, people, last, raised.get(party, 0), commitments=total, open_commitments=still_open
            )
        return found

    def tally(self) -> Tally:
        """Everything counted by kind of party, in one statement."""
        parts = self.parts().annotate(is_attempt=_IS_ATTEMPT, bit=_BIT)
        points = Point.objects.readable_by(self.actor)
        ours: Any = Commitment.objects.readable_by(self.actor).filter(direction=Commitment.Direction.OURS).with_state()
        queries = {
            "parts": parts.values_list("party", "interaction", "person", "is_attempt", "bit"),
            "points": points.values_list("interaction", "pk"),
            "promises": ours.values_list("interaction", "pk", "to_party", "state"),
        }
        try:
            compiled = {name: rows.order_by().query.sql_with_params() for name, rows in queries.items()}
        except EmptyResultSet:  # nothing can match, which the ORM knows without asking
            return Tally([])
        parameters = [value for _sql, values in compiled.values() for value in values]
        with connection.cursor() as cursor:
            cursor.execute(_TALLY.format(**{name: sql for name, (sql, _values) in compiled.items()}), parameters)
            return Tally(cursor.fetchall())


# Kinds of party as bits of a number: who took part in a contact is the number that all of them give together. So one
# reading tells for any choice of kinds how many contacts there were, each counted once.
_SORTS: Final = (
    *(value for value, _label in ORGANIZATION_KINDS),
    *(group.value for group in Group if group is not Group.ORGANIZATIONS),
)
_BITS: Final[Mapping[str, int]] = {value: 1 << place for place, value in enumerate(_SORTS)}
_BITS_OF_GROUPS: Final[Mapping[str, int]] = {
    **_BITS,
    Group.ORGANIZATIONS.value: sum(_BITS[value] for value, _label in ORGANIZATION_KINDS),
    ANY: sum(_BITS.values()),
}
_IS_ATTEMPT = ExpressionWrapper(Q(interaction__kind=Interaction.Kind.ATTEMPT), output_field=BooleanField())
_BIT = Case(*(When(party_is(value), then=Value(bit)) for value, bit in _BITS.items()), output_field=IntegerField())

# The rows come from the querysets above, with the rights in them; here they are only grouped. ``once`` lines are by who
# took part together, ``rows`` lines by kind of party.
_TALLY = """
WITH parts (party_id, interaction_id, person_id, is_attempt, bit) AS MATERIALIZED ({parts}),
pairs AS MATERIALIZED (SELECT party_id, interaction_id, is_attempt, bit FROM parts GROUP BY 1, 2, 3, 4),
contacts AS MATERIALIZED (SELECT interaction_id, is_attempt, bit_or(bit) AS bits FROM pairs GROUP BY 1, 2),
met AS MATERIALIZED (
    SELECT party_id, person_id, bit FROM parts WHERE NOT is_attempt AND person_id IS NOT NULL GROUP BY 1, 2, 3
),
raised AS MATERIALIZED (
    SELECT contacts.interaction_id, contacts.bits, count(*) AS number
    FROM contacts JOIN ({points}) AS points (interaction_id, id) USING (interaction_id) GROUP BY 1, 2
),
made AS MATERIALIZED (
    SELECT promises.id, promises.state = 'open' AS is_open, pairs.bit
    FROM pairs JOIN ({promises}) AS promises (interaction_id, id, to_party_id, state)
    ON promises.interaction_id = pairs.interaction_id
    AND (promises.to_party_id IS NULL OR promises.to_party_id = pairs.party_id)
)
SELECT 'parties', bit, count(*), 0 FROM (SELECT party_id, bit FROM pairs GROUP BY 1, 2) AS parties GROUP BY 2
UNION ALL SELECT 'contacts in rows', bit, count(*), count(*) FILTER (WHERE NOT is_attempt) FROM pairs GROUP BY 2
UNION ALL SELECT 'contacts once', bits, count(*), count(*) FILTER (WHERE NOT is_attempt) FROM contacts GROUP BY 2
UNION ALL SELECT 'people in rows', bit, count(*), 0 FROM met GROUP BY 2
UNION ALL SELECT 'people once', bits, count(*), 0
    FROM (SELECT person_id, bit_or(bit) AS bits FROM met GROUP BY 1) AS people GROUP BY 2
UNION ALL SELECT 'points in rows', bit, sum(number)::bigint, 0
    FROM pairs JOIN raised USING (interaction_id) GROUP BY 2
UNION ALL SELECT 'points once', bits, sum(number)::bigint, 0 FROM raised GROUP BY 2
UNION ALL SELECT 'commitments in rows', bit, count(*), count(*) FILTER (WHERE is_open) FROM made GROUP BY 2
UNION ALL SELECT 'commitments once', bits, count(*), count(*) FILTER (WHERE is_open)
    FROM (SELECT id, is_open, bit_or(bit) AS bits FROM made GROUP BY 1, 2) AS commitments GROUP BY 2
"""


class Tally:
    """Numbers by what was counted and by who took part, from which those of any kinds of party follow."""

    def __init__(self, lines: Sequence[tuple[Any, ...]]) -> None:
        self._lines = lines

    def of(self, who: Sequence[str]) -> Figures:
        """The figures of these values of :data:`WHO_TOOK_PART` together."""
        wanted = 0
        for value in who:
            wanted |= _BITS_OF_GROUPS[value]

        def counted(what: str, number: int = 0) -> Counted:
            return Counted(self._sum(f"{what} in rows", wanted, number), self._sum(f"{what} once", wanted, number))

        return Figures(
            parties=self._sum("parties", wanted, 0),
            contacts=counted("contacts"),
            two_way=counted("contacts", 1),
            people=counted("people"),
            points=counted("points"),
            commitments=counted("commitments"),
            open_commitments=counted("commitments", 1),
        )

    def _sum(self, what: str, wanted: int, number: int) -> int:
        found = (line[2 + number] for line in self._lines if line[0] == what and line[1] & wanted)
        return sum(found)
