"""What the round table and the alliance hold: one position adopted and used, one discussed, one hardly begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.engagement.models import Interaction
from forums.models import Forum, Meeting, Position, PositionUse, Stance
from forums.positions.services import adopting, positions, stances
from forums.positions.standing import table_on
from forums.selectors import RosterLine, roster_on
from members.models import Concept, Jurisdiction, Party

_K: Final = Stance.Kind
# What the seats said, one after the other: stance, condition, words in the language in which they were said.
SAID: Final = (
    (_K.SUPPORTS, "", "A pilot line is where every refinery project stops today."),
    (_K.SUPPORTS, "", "Nos membres l’attendent depuis trois ans."),
    (_K.SUPPORTS_IF, "the credit is reviewed after two years", ""),
    (_K.SUPPORTS, "", ""),
    (_K.OPPOSES, "a ceiling for each company", "Large refiners would take all of it."),
)
FIRST: Final = (
    "Canada should give refiners a refundable credit of 20% of the cost of a pilot line.",
    "Le Canada devrait accorder aux affineurs un crédit remboursable de 20 % du coût d’une ligne pilote.",
)
SECOND: Final = (
    "Canada should give refiners a refundable credit of 30% of the cost of a pilot line, for five years, with a"
    " review after the second.",
    "Le Canada devrait accorder aux affineurs un crédit remboursable de 30 % du coût d’une ligne pilote, pendant cinq"
    " ans, avec un examen après la deuxième année.",
)


def add_positions(office: Office) -> None:
    omar = office.colleagues["omar"]
    forum = Forum.objects.select_related("initiative").get(code="PRT-EX")
    plenary = Meeting.objects.filter(forum=forum).held_before(timezone.now()).first()
    held = plenary.day if plenary is not None else _ago(21)
    _adopted(office, omar, forum, plenary, held)
    _discussed(omar, forum)
    _begun(office, omar)


def _adopted(office: Office, actor: User, forum: Forum, plenary: Meeting | None, held: date) -> None:
    position = positions.create_position(
        actor=actor,
        question_en="Should Canada pay part of the pilot lines of refiners?",
        question_fr="Le Canada devrait-il payer une part des lignes pilotes des affineurs?",
        initiative=forum.initiative,
        opened_on=_ago(300),
        concepts=_words("lithium", "nickel", "cobalt", "pro"),
        jurisdictions=list(Jurisdiction.objects.filter(code="CA")),
    )
    positions.add_wording(actor=actor, position=position, text_en=FIRST[0], text_fr=FIRST[1], written_on=_ago(280))
    wording = positions.add_wording(
        actor=actor,
        position=position,
        text_en=SECOND[0],
        text_fr=SECOND[1],
        change="The rate rises to 30%, and a review follows the second year.",
        reason="At 20% no small refiner could build; the review answers those who doubted the cost.",
        written_on=_ago(90),
    )
    _note(actor, position, forum, SAID, held)
    against = adopting.opposing(table_on(actor, position, held))
    adopting.adopt(
        actor=actor,
        position=position,
        wording=wording,
        adopted_on=held,
        meeting=plenary,
        reasons={row.pk: "Wants a ceiling, so that small refiners have their part." for row in against},
        conditions_note="The review after the second year stands in the text.",
    )
    for kind, citation, party, days in (
        (PositionUse.Kind.SUBMISSION, "Submission to the pre-budget hearings (example), recommendation 3", None, 12),
        (PositionUse.Kind.MEETING, "Handed over with our figures on three refineries", office.parties["nrcan"], 2),
    ):
        contact = _last_contact(party, today()) if party is not None else None
        stances.note_use(
            actor=actor,
            position=position,
            wording=wording,
            kind=kind,
            used_on=contact.occurred_on if contact is not None else _ago(days),
            citation=citation,
            party=party,
            interaction=contact,
        )


def _discussed(actor: User, forum: Forum) -> None:
    position = positions.create_position(
        actor=actor,
        question_en="How should recycled content be measured?",
        question_fr="Comment mesurer le contenu recyclé?",
        initiative=forum.initiative,
        opened_on=_ago(120),
        concepts=_words("cobalt", "rec"),
    )
    positions.add_wording(
        actor=actor,
        position=position,
        text_en="Recycled content is measured by mass balance over a year, by the same rule in every province.",
        text_fr="Le contenu recyclé se mesure par bilan massique annuel, selon la même règle dans chaque province.",
        written_on=_ago(100),
    )
    said = ((_K.SUPPORTS, "", ""), (_K.OPPOSES, "an audit by a third party", ""), (_K.ABSTAINS, "", ""))
    _note(actor, position, forum, said, today())


def _begun(office: Office, actor: User) -> None:
    position = positions.create_position(
        actor=actor,
        question_en="One window for the permits of processing plants?",
        question_fr="Un guichet unique pour les permis des usines de transformation?",
        owner=office.colleagues["dana"],
        opened_on=_ago(40),
        concepts=_words("pro"),
    )
    positions.add_wording(
        actor=actor,
        position=position,
        text_en="Each plant has one federal window, which answers for every permit within a year.",
        written_on=_ago(30),
    )
    for key, kind in (("northline", _K.SUPPORTS), ("tundra", _K.ABSTAINS)):
        party = office.parties[key]
        contact = _last_contact(party, today())
        if contact is not None:
            stances.note_stance(actor=actor, position=position, kind=kind, party=party, interaction=contact)


def _note(
    actor: User, position: Position, forum: Forum, said: Sequence[tuple[Stance.Kind, str, str]], until: date
) -> None:
    """Let the seats say this, each in the last contact with them by that day; who had none stays silent."""
    left = list(said)
    for line in roster_on(forum, until).lines:
        party = _party_of(line)
        contact = _last_contact(party, until) if party is not None else None
        if contact is None or not left:
            continue
        kind, condition, words = left.pop(0)
        stances.note_stance(
            actor=actor,
            position=position,
            kind=kind,
            seat=line.seat,
            person=line.holder.term.person if line.holder else None,
            condition=condition,
            words=words,
            interaction=contact,
            wording=position.wordings.order_by("-number").first(),
        )


def _party_of(line: RosterLine) -> Party | None:
    return line.holder.term.party if line.holder is not None else None


def _last_contact(party: Party | None, until: date) -> Interaction | None:
    if party is None:
        return None
    rows = Interaction.objects.with_party(party).two_way().active().filter(occurred_on__lte=until)
    open_to_all = rows.filter(sealed_circle__isnull=True, restricted_circle__isnull=True)
    found: Interaction | None = open_to_all.newest_first().first()
    return found


def _words(*codes: str) -> list[Concept]:
    return list(Concept.objects.filter(code__in=codes))


def _ago(days: int) -> date:
    return today() - timedelta(days=days)
