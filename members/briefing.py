"""What the directory tells in a briefing: titles, posts, mandates, membership, public office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import TextPair
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import BriefingLine, BriefingSource, briefing_sources
from members.memberships.selectors import foremost_of
from members.memberships.status import HELD, label_of
from members.models import Affiliation, Party, Person, Relationship

Lines = Mapping[int, Sequence[BriefingLine]]
# What says in whose name somebody speaks; who knows whom is told on the record itself.
_ROLES = (
    Relationship.Kind.SPEAKS_FOR,
    Relationship.Kind.ADVISES,
    Relationship.Kind.SITS_ON,
    Relationship.Kind.MEMBER_OF,
)


def posts_of(actor: Actor, people: Iterable[int]) -> dict[int, list[Affiliation]]:
    """Where each of them works today, the main post first. One statement."""
    rows = Affiliation.objects.readable_by(actor).current().filter(among("person_id", people))
    found: dict[int, list[Affiliation]] = defaultdict(list)
    for row in rows.select_related("party", "office").order_by("person_id", "-is_primary", "-pk"):
        found[row.person_id].append(row)
    return found


def _posts(actor: Actor, people: Sequence[int]) -> Lines:
    return {pk: [_post_line(row) for row in rows] for pk, rows in posts_of(actor, people).items()}


def _post_line(row: Affiliation) -> BriefingLine:
    office = row.office.title if row.office else None
    parts = [row.title.text, office.text if office and office.text != row.title.text else "", row.unit, str(row.party)]
    said = ", ".join(part for part in parts if part)
    if row.is_acting:
        said = _("%(post)s (acting)") % {"post": said}
    return BriefingLine(said, dates.days_of(row), row.party.get_absolute_url(), _other_language(row.title))


def _other_language(pair: TextPair) -> str:
    return pair.language if pair.text and pair.is_fallback else ""


def _mandates(actor: Actor, people: Sequence[int]) -> Lines:
    rows = Relationship.objects.readable_by(actor).current().filter(among("from_person_id", people), kind__in=_ROLES)
    order = {kind: place for place, kind in enumerate(_ROLES)}
    found: dict[int, list[BriefingLine]] = defaultdict(list)
    for row in sorted(rows.for_list(), key=lambda row: (order[Relationship.Kind(row.kind)], row.pk)):
        text = " – ".join(filter(None, [f"{row.get_kind_display()} {row.end}", row.scope]))
        reference = _("mandate %(reference)s") % {"reference": row.mandate_reference} if row.mandate_reference else ""
        source = ", ".join(part for part in (reference, dates.days_of(row)) if part)
        found[row.from_person_id or 0].append(BriefingLine(text, source, row.end.get_absolute_url()))
    return found


def _membership_of_people(actor: Actor, people: Sequence[int]) -> Lines:
    """As their organizations are members; who answers for a membership is its contact."""
    posts = posts_of(actor, people)
    held = foremost_of(actor, {row.party_id for rows in posts.values() for row in rows})
    found: dict[int, list[BriefingLine]] = {}
    for pk, rows in posts.items():
        parties = {row.party_id: row.party for row in rows}
        found[pk] = [_membership_line(party, held[key], pk) for key, party in parties.items() if key in held]
    return found


def _membership_of_parties(actor: Actor, parties: Sequence[int]) -> Lines:
    return {key: [_membership_line(None, row)] for key, row in foremost_of(actor, parties).items()}


def _membership_line(party: Party | None, row: Any, person: int = 0) -> BriefingLine:
    said = ", ".join(filter(None, [str(party or ""), str(label_of(row.status)), str(row.tier)]))
    if person and row.contact_id == person:
        said = f"{said} – " + _("answers for the membership")
    return BriefingLine(said, row.term_in_words if row.status in HELD else "", row.get_absolute_url())


def _public_office(actor: Actor, people: Sequence[int]) -> Lines:
    """Public office as the directory knows it, and what the law on lobbying then asks of whoever logs the contact.

    Lobbying Act, R.S.C. 1985, c. 44 (4th Supp.), s. 5 and 7.
    """
    asks = Installation.current().has_lobbying_room
    found: dict[int, list[BriefingLine]] = {}
    for pk, rows in posts_of(actor, people).items():
        parties = dict.fromkeys(row.party for row in rows if row.party.holds_public_office)
        lines = []
        for party in parties:
            said = _("Holds public office.")
            if asks:
                said = _("Holds public office. Log who started the contact and whether it was arranged.")
            where = ", ".join(filter(None, [str(party.get_government_level_display()), str(party)]))
            lines.append(BriefingLine(said, where, party.get_absolute_url()))
        if lines:
            found[pk] = lines
    return found


def register() -> None:
    for source in (
        BriefingSource("posts", 10, Person, gettext_lazy("Titles and posts"), _posts),
        BriefingSource("public-office", 15, Person, gettext_lazy("Public office"), _public_office, 1, is_warning=True),
        BriefingSource("mandates", 20, Person, gettext_lazy("In whose name"), _mandates),
        BriefingSource("membership", 30, Person, gettext_lazy("Membership"), _membership_of_people, 1),
        BriefingSource("membership-of-party", 10, Party, gettext_lazy("Membership"), _membership_of_parties, 1),
    ):
        briefing_sources.register(source)
