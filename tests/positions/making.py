"""Positions for tests, made through the services."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from forums.models import Adoption, Forum, Position, PositionUse, PositionWording, Seat, Stance, TermsOfReference
from forums.positions.services import adopting, positions, stances
from members.models import Party
from tests.engagement.making import log
from tests.meetings.making import MeetingMaking

LONG_AGO = date(2026, 1, 5)


class PositionMaking(MeetingMaking):
    def ruled(self, rule: str, name: str = "Drill Core Forum") -> Forum:
        """A forum that decides by this rule."""
        forum = self.forum(name)
        self.rule(forum, TermsOfReference.QuorumRule.NONE, decision_rule=rule)
        return forum

    def position(self, forum: Forum | None = None, question: str = "Who pays for the pilot plant?") -> Position:
        return positions.create_position(
            actor=self.actor,
            question_en=question,
            question_fr="Qui paie l’usine pilote?",
            initiative=forum.initiative if forum else None,
            opened_on=LONG_AGO,
        )

    def wording(self, position: Position, **facts: Any) -> PositionWording:
        given = {
            "text_en": "A credit of 30 %.",
            "text_fr": "Un crédit de 30 %.",
            "change": "The rate",
            "reason": "Asked for",
            "written_on": LONG_AGO,
        }
        if not position.wordings.exists():
            del given["change"], given["reason"]
        return positions.add_wording(actor=self.actor, position=position, **given | facts)

    def table(self, forum: Forum, *names: str) -> list[Seat]:
        """A filled seat for each of these organizations."""
        found = []
        for name in names:
            party = self.party(name)
            seat = self.seat(forum, party=party)
            self.term(seat, f"Holder {name}", party=party)
            found.append(seat)
        return found

    def says(
        self,
        position: Position,
        who: Seat | Party,
        kind: str = "supports",
        *,
        day: date | None = None,
        **facts: Any,
    ) -> Stance:
        """What a seat or a party said in a contact of that day (yesterday)."""
        if "interaction" not in facts and "section" not in facts:
            met = who.party if isinstance(who, Seat) else who
            assert met is not None
            facts["interaction"] = log(
                self.actor, met, subject=f"Call with {met}", occurred_on=day or today() - timedelta(days=1)
            )
        speaker = {"seat": who} if isinstance(who, Seat) else {"party": who}
        return stances.note_stance(actor=self.actor, position=position, kind=kind, **speaker, **facts)

    def adopted(self, position: Position, **facts: Any) -> Adoption:
        wording = position.wordings.order_by("-number").first()
        assert wording is not None
        return adopting.adopt(actor=self.actor, position=position, wording=wording, **{"adopted_on": today(), **facts})

    def used(self, position: Position, **facts: Any) -> PositionUse:
        wording = position.wordings.order_by("-number").first()
        assert wording is not None
        given = {"kind": "submission", "used_on": today(), "citation": "Submission to the budget, page 4"}
        return stances.note_use(actor=self.actor, position=position, wording=wording, **given | facts)

    def whole(self, name: str = "Drill Core Forum") -> Position:
        """Asked of a forum with one seat, worded, supported, adopted and used."""
        forum = self.ruled("recorded_dissent", name)
        (seat,) = self.table(forum, f"Graphite of {name}")
        position = self.position(forum)
        self.wording(position)
        self.says(position, seat)
        self.adopted(position)
        self.used(position)
        return position


def many_positions(actor: User, forum: Forum, more: int, size: int) -> Position:
    """So many more positions of a forum, and the last with ``size`` wordings, stances with earlier ones, and uses."""
    making = PositionMaking(actor)
    whose = {"initiative": forum.initiative, "owner": actor, "opened_on": LONG_AGO}
    Position.objects.bulk_create(Position(question_en=f"Question {size}-{number}?", **whose) for number in range(more))
    position = making.position(question=f"Whole {size}?")
    parties = Party.objects.bulk_create(
        Party(kind=Party.Kind.BUSINESS, name_en=f"Speaker {size}-{number}") for number in range(size)
    )
    contact = log(actor, parties[0])
    said = {"position": position, "interaction": contact, "recorded_by": actor, "said_on": contact.occurred_on}
    Stance.objects.bulk_create(
        Stance(party=party, kind=kind, **said) for party in parties for kind in ("opposes", "supports")
    )
    written = {"position": position, "text_en": "A", "text_fr": "A", "change": "A", "reason": "A", "author": actor}
    PositionWording.objects.bulk_create(
        PositionWording(number=number + 1, written_on=LONG_AGO, **written) for number in range(size)
    )
    wording = making.adopted(position).wording
    used = {"kind": "other", "used_on": today(), "recorded_by": actor, "wording": wording, "position": position}
    PositionUse.objects.bulk_create(PositionUse(citation=f"Brief {number}", **used) for number in range(size))
    return position
