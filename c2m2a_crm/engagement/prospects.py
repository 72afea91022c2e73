"""Organizations that should be members: where we have no member or few, and whom we know already.

**By gap.** A line of a profile that names a mineral, a stage of the value chain and a place is a *field*. An
organization fills a gap where no member works in one of its fields, or two at most; members are organizations in good
standing today. **By warmth.** Two-way touches of the last twelve months that the reader may read (``rhythm.py``), and
how many of its people were there.

A prospect is of a kind that a tier offered today is open to, and neither a member nor an applicant. A Nation or an
Indigenous representative organization is never a prospect, whatever a tier is open to; a Nation's membership fills no
gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import CharField, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.querysets import CountedRows, among
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import NoProspect
from c2m2a_crm.engagement.rhythm import two_way_touches
from members.memberships.status import HELD, Status
from members.models import Membership, MembershipTier, Party, ProfileLine
from members.profiles import label_column

Rows = QuerySet[Any, Any]

FEW_MEMBERS: Final = 2
WARM_MONTHS: Final = 12
# Rights-holders and who speaks for them are asked to join by nobody's list.
NEVER: Final = frozenset({Party.Kind.NATION, Party.Kind.REPRESENTATIVE_BODY})
_CELL: Final = ("mineral_id", "stage_id", "jurisdiction_id")


def warm_since() -> date:
    return months_after(today(), -WARM_MONTHS)


def _fields(actor: Actor) -> Any:  # lines with a column that the model does not declare
    """Lines that name mineral, stage and place; ``cell`` is the three in one value, which a set can be asked for."""
    lines = ProfileLine.objects.readable_by(actor).filter(
        mineral__isnull=False, stage__isnull=False, jurisdiction__isnull=False
    )
    parts: list[Any] = []
    for column in _CELL:
        parts += [Cast(F(column), CharField()), Value("·")]
    return lines.annotate(cell=Concat(*parts, output_field=CharField()))


def _members() -> Rows:
    held: Rows = Membership.objects.in_good_standing().exclude(party__kind=Party.Kind.NATION)
    return held.order_by().values("party")


def _filled(actor: Actor) -> Rows:
    """The fields in which members work, with ``members``, their number."""
    lines = _fields(actor).filter(party__in=_members()).order_by().values("cell")
    found: Rows = lines.annotate(members=Count("party", distinct=True))
    return found


class _CountedCells(CountedRows):
    """The number of different fields among lines."""

    def __init__(self, rows: Rows) -> None:
        Subquery.__init__(self, rows.order_by().values("cell").distinct(), output_field=IntegerField())


class _CountedContacts(CountedRows):
    """The number of contacts that rows of people stand in: several may have been there for one organization."""

    template = "(SELECT COUNT(DISTINCT interaction_id) FROM (%(subquery)s) AS counted_rows)"

    def __init__(self, rows: Rows) -> None:
        Subquery.__init__(self, rows.order_by().values("interaction_id"), output_field=IntegerField())


def open_kinds() -> list[str]:
    """Kinds of organization that a tier offered today is open to."""
    found: set[str] = set()
    for kinds in MembershipTier.objects.offered_on(today()).values_list("kinds", flat=True):
        found.update(kinds)
    return sorted(found - NEVER)


def candidates(actor: Actor) -> Rows:
    """Organizations that could be members and are not: no Nation, nobody who is a member or has applied."""
    held = Membership.objects.with_status().filter(status__in=(*HELD, Status.APPLICANT)).order_by().values("party")
    rows: Rows = Party.objects.readable_by(actor).active().organizations()
    return rows.filter(kind__in=open_kinds()).exclude(pk__in=held)


def with_reasons(rows: Rows, actor: Actor) -> Rows:
    """Adds ``gaps`` and ``thin`` (fields without a member, and with few), and ``touches`` of the last twelve months."""
    own, filled = _fields(actor).filter(party=OuterRef("pk")), _filled(actor)
    few = filled.filter(members__lte=FEW_MEMBERS)
    met = two_way_touches(actor, "party", Q(party=OuterRef("pk")), since=warm_since())
    found: Rows = rows.annotate(
        gaps=_CountedCells(own.exclude(cell__in=filled.values("cell"))),
        thin=_CountedCells(own.filter(cell__in=few.values("cell"))),
        touches=_CountedContacts(met),
    )
    return found


def prospects(actor: Actor) -> Rows:
    """Candidates that fill a gap or that we are in touch with; who was ruled out stands apart."""
    rows = candidates(actor).exclude(pk__in=_ruled_out())
    found: Rows = with_reasons(rows, actor).filter(Q(gaps__gt=0) | Q(thin__gt=0) | Q(touches__gt=0))
    return found


def ruled_out(actor: Actor) -> Rows:
    """Those of whom somebody said that they are no prospects."""
    rows = Party.objects.readable_by(actor).active().organizations().exclude(kind__in=NEVER)
    return with_reasons(rows.filter(pk__in=_ruled_out()), actor)


def _ruled_out() -> Rows:
    return NoProspect.objects.standing().order_by().values("party")


@dataclass(slots=True)
class Reasons:
    """Why an organization is a prospect: fields with the number of members in each, contacts, people, and why not."""

    fields: list[tuple[str, int]] = field(default_factory=list)
    touches: int = 0
    people: int = 0
    note: NoProspect | None = None


def reasons_of(actor: Actor, keys: Iterable[int]) -> dict[int, Reasons]:
    """By key, in statements that do not grow with them; fields with the fewest members first."""
    keys = list(keys)
    found = {key: Reasons() for key in keys}
    label = label_column()
    place = "name_fr" if label == "label_fr" else "name_en"
    lines = _fields(actor).filter(among("party_id", keys)).order_by("mineral__position", "stage__position", "pk")
    told = list(lines.values_list("party_id", "cell", f"mineral__{label}", f"stage__{label}", f"jurisdiction__{place}"))
    cells = {cell for _party, cell, *_words in told}
    counts = dict(_filled(actor).filter(cell__in=cells).values_list("cell", "members")) if cells else {}
    for party, cell, *words in told:
        members = counts.get(cell, 0)
        line = (" · ".join(words), members)
        if members <= FEW_MEMBERS and line not in found[party].fields:
            found[party].fields.append(line)
    met = two_way_touches(actor, "party", Q(among("party_id", keys)), since=warm_since()).order_by()
    contacts, people = defaultdict(set), defaultdict(set)
    for party, contact, person in met.values_list("party_id", "interaction_id", "person_id"):
        contacts[party].add(contact)
        people[party].add(person)
    for party, touched in contacts.items():
        found[party].touches, found[party].people = len(touched), len(people[party] - {None})
    for note in NoProspect.objects.readable_by(actor).standing().filter(among("party_id", keys)):
        found[note.party_id].note = note
    for reasons in found.values():
        reasons.fields.sort(key=lambda line: line[1])
    return found
