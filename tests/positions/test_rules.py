"""Who stands where on a day, and when a position may be adopted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from forums.models import Dissent, Position, Seat, Stance
from forums.positions.errors import AdoptedAlready, NotAdopted, PositionRefused, SourceMissing, SpeakerMissing
from forums.positions.services import adopting, positions, stances
from forums.positions.standing import Table, table_on
from tests.engagement.making import circle_of, log
from tests.positions.making import LONG_AGO, PositionMaking


def said(table: Table) -> dict[str, list[str]]:
    return {group.kind: [voice.name for voice in group.voices] for group in table.groups if group.voices}


def state_of(position: Position, day: date | None = None) -> str:
    rows = Position.objects.with_state(day).filter(pk=position.pk)
    return str(rows.values_list("state", flat=True).get())


def test_a_table_shows_each_seat_of_the_day_with_its_last_word(making: PositionMaking, staff: User) -> None:
    forum = making.ruled("consensus")
    first, second, third, silent = making.table(forum, "Anode", "Borehole", "Cathode", "Drift")
    position = making.position(forum)
    week_ago = today() - timedelta(days=7)
    making.says(position, first, "opposes", day=week_ago)
    making.says(position, first, "supports")
    making.says(position, second, "supports_if", condition="a review after two years")
    making.says(position, third, "opposes")
    making.says(position, making.party("Elsewhere"), "opposes")

    now = table_on(staff, position, today())
    assert said(now) == {
        "supports": ["Anode"],
        "supports_if": ["Borehole"],
        "opposes": ["Cathode"],
        "silent": ["Drift"],
    }
    assert [voice.name for voice in now.others] == ["Elsewhere"]
    assert [each.kind for each in now.of("supports")[0].earlier] == ["opposes"]
    assert silent.party is not None

    then = table_on(staff, position, week_ago)
    assert said(then) == {"opposes": ["Anode"], "silent": ["Borehole", "Cathode", "Drift"]}


def test_who_expressly_takes_no_position_is_silent(making: PositionMaking, staff: User) -> None:
    forum = making.ruled("consensus")
    (seat,) = making.table(forum, "Anode")
    position = making.position(forum)
    making.says(position, seat)
    making.says(position, seat, "abstains")
    assert said(table_on(staff, position, today())) == {"silent": ["Anode"]}


def test_what_somebody_said_in_person_leaves_with_them(making: PositionMaking, staff: User) -> None:
    forum = making.ruled("consensus")
    seat = making.seat(forum, capacity=Seat.Capacity.PERSONAL)
    before = making.person("Ada Before")
    term = making.term(seat, before, last=today() - timedelta(days=1))
    position = making.position(forum)
    contact = log(making.actor, before, occurred_on=today() - timedelta(days=2))
    stances.note_stance(actor=making.actor, position=position, kind="supports", seat=seat, interaction=contact)
    assert term.person_id == Stance.objects.get().person_id
    assert said(table_on(staff, position, today() - timedelta(days=2))) == {"supports": ["Ada Before"]}
    making.term(seat, "Bea After", first=today())
    assert said(table_on(staff, position, today())) == {"silent": ["Bea After"]}


def test_a_stance_taken_back_counts_no_more(making: PositionMaking, staff: User) -> None:
    position = making.position()
    stance = making.says(position, making.party("Anode"))
    stances.take_back_stance(actor=staff, stance=stance, reason="Meant another question")
    assert table_on(staff, position, today()).voices == []
    assert Stance.objects.get().withdrawn_reason == "Meant another question"


def test_there_is_no_stance_without_a_source_or_a_speaker(making: PositionMaking) -> None:
    position, party = making.position(), making.party("Anode")
    with pytest.raises(SourceMissing):
        stances.note_stance(actor=making.actor, position=position, kind="supports", party=party)
    with pytest.raises(SpeakerMissing):
        stances.note_stance(
            actor=making.actor, position=position, kind="supports", interaction=log(making.actor, party)
        )
    row = {"position": position, "kind": "supports", "said_on": today(), "recorded_by": making.actor}
    for facts, name in (
        ({"party": party}, "stance_has_a_source"),
        ({"interaction": log(making.actor, party)}, "stance_has_a_speaker"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), recorded(None, system="test"):
            Stance.objects.create(**row, **facts)


def test_a_contact_that_one_may_not_read_is_no_source(making: PositionMaking, staff: User) -> None:
    position, party = making.position(), making.party("Anode")
    contact = log(making.actor, party, restricted_circle=circle_of(making.actor))
    with pytest.raises(SourceMissing):
        stances.note_stance(actor=staff, position=position, kind="supports", party=party, interaction=contact)


@pytest.mark.parametrize("side", ["sealed_circle", "restricted_circle"])
def test_a_confided_contact_tells_nobody_else_who_said_what(making: PositionMaking, staff: User, side: str) -> None:
    forum = making.ruled("consensus")
    (seat,) = making.table(forum, "Anode")
    position = making.position(forum)
    contact = log(making.actor, seat.party, **{side: circle_of(making.actor)})
    making.says(position, seat, "opposes", interaction=contact)
    assert said(table_on(making.actor, position, today())) == {"opposes": ["Anode"]}
    assert said(table_on(staff, position, today())) == {"silent": ["Anode"]}
    assert Stance.objects.visible_to(staff).exists() == (side == "restricted_circle")


# --- Adoption ---------------------------------------------------------------------------------------------------------


def test_consensus_knows_no_objection(making: PositionMaking) -> None:
    forum = making.ruled("consensus")
    first, second = making.table(forum, "Anode", "Borehole")
    position = making.position(forum)
    making.wording(position)
    with pytest.raises(NotAdopted, match="Nobody supports"):
        making.adopted(position)
    making.says(position, first)
    against = making.says(position, second, "opposes")
    with pytest.raises(NotAdopted, match="Borehole opposes it"):
        making.adopted(position, reasons={against.pk: "The rate is too high"})
    making.says(position, second, "abstains")
    adoption = making.adopted(position)
    assert (adoption.rule, adoption.terms.number) == ("consensus", 1)
    assert state_of(position) == "adopted"
    assert state_of(position, today() - timedelta(days=1)) == "discussed"
    with pytest.raises(AdoptedAlready):
        making.adopted(position)


def test_dissent_is_recorded_with_its_reason(making: PositionMaking) -> None:
    forum = making.ruled("recorded_dissent")
    first, second, third = making.table(forum, "Anode", "Borehole", "Cathode")
    position = making.position(forum)
    making.wording(position)
    making.says(position, first)
    against = making.says(position, third, "opposes")
    with pytest.raises(NotAdopted, match="1 against it, 1 for it"):
        making.adopted(position, reasons={against.pk: "The rate is too high"})
    making.says(position, second, "supports_if", condition="a review after two years")
    with pytest.raises(NotAdopted, match="Record why these do not join in: Cathode"):
        making.adopted(position)
    reasons = {against.pk: "The rate is too high"}
    with pytest.raises(NotAdopted, match="how the conditions of these are met: Borehole"):
        making.adopted(position, reasons=reasons)
    adoption = making.adopted(position, reasons=reasons, conditions_note="Clause 4 brings the review")
    dissent = Dissent.objects.get()
    assert (dissent.adoption, dissent.stance, dissent.reason) == (adoption, against, "The rate is too high")
    with pytest.raises(PositionRefused, match="A recorded dissent rests on it"):
        stances.take_back_stance(actor=making.actor, stance=against, reason="An error")


def test_majority_counts_the_seats(making: PositionMaking) -> None:
    forum = making.ruled("majority")
    first, second, third = making.table(forum, "Anode", "Borehole", "Cathode")
    position = making.position(forum)
    making.wording(position)
    making.says(position, first)
    with pytest.raises(NotAdopted, match="1 of 3 for it"):
        making.adopted(position)
    making.says(position, second)
    making.says(position, third, "opposes")
    assert making.adopted(position).rule == "majority"


def test_the_rule_is_that_of_the_terms_of_reference(making: PositionMaking) -> None:
    for rule, sentence in (("advice", "gives advice only"), ("", "do not say how the forum decides")):
        forum = making.ruled(rule, f"Forum {rule}")
        (seat,) = making.table(forum, f"Anode {rule}")
        position = making.position(forum)
        making.wording(position)
        making.says(position, seat)
        with pytest.raises(NotAdopted, match=sentence):
            making.adopted(position)


def test_the_alliance_adopts_its_own_by_consensus_with_recorded_dissent(making: PositionMaking) -> None:
    position = making.position()
    making.wording(position)
    making.says(position, making.party("Anode"))
    assert making.adopted(position).rule == "recorded_dissent"


def test_only_the_newest_wording_in_both_languages_is_adopted(making: PositionMaking) -> None:
    position = making.position()
    first = making.wording(position)
    making.says(position, making.party("Anode"))
    second = making.wording(position, text_fr="")
    with pytest.raises(NotAdopted, match="newer wording"):
        adopting.adopt(actor=making.actor, position=position, wording=first, adopted_on=today())
    with pytest.raises(NotAdopted, match="Version 2 has no French text yet"):
        making.adopted(position)
    positions.translate_wording(actor=making.actor, wording=second, language="fr", text="Un crédit.")
    making.adopted(position)
    third = making.wording(position)
    assert state_of(position) == "revised"
    assert third.number == 3
    with pytest.raises(PositionRefused, match="This text stands"):
        positions.translate_wording(actor=making.actor, wording=third, language="fr", text="Autre chose.")


def test_another_version_says_what_changed_and_why(making: PositionMaking) -> None:
    position = making.position()
    making.wording(position)
    with pytest.raises(PositionRefused, match="Say what changed, and why"):
        making.wording(position, reason="")


def test_a_meeting_adopts_on_its_own_day_at_its_own_table(making: PositionMaking) -> None:
    forum = making.ruled("consensus")
    (seat,) = making.table(forum, "Anode")
    position = making.position(forum)
    making.wording(position)
    meeting = making.meeting(forum, days=-2)
    making.says(position, seat, day=LONG_AGO)
    with pytest.raises(NotAdopted, match="another day"):
        making.adopted(position, meeting=meeting)
    elsewhere = making.meeting(making.forum("Tailings Forum"), days=-2)
    with pytest.raises(NotAdopted, match="another forum"):
        making.adopted(position, meeting=elsewhere, adopted_on=elsewhere.day)
    assert making.adopted(position, meeting=meeting, adopted_on=meeting.day).meeting == meeting


def test_a_withdrawn_position_is_held_no_more_and_stays_readable_on_its_days(making: PositionMaking) -> None:
    position = making.position()
    making.wording(position)
    making.says(position, making.party("Anode"), day=LONG_AGO)
    adoption = making.adopted(position, adopted_on=today() - timedelta(days=9))
    making.used(position, used_on=today() - timedelta(days=8))
    adopting.withdraw(actor=making.actor, adoption=adoption, day=today(), reason="The budget settled it")
    assert state_of(position) == "withdrawn"
    assert state_of(position, today() - timedelta(days=1)) == "adopted"
    with pytest.raises(PositionRefused, match="was not adopted on that day"):
        making.used(position)


def test_what_was_never_adopted_is_not_used(making: PositionMaking) -> None:
    position = making.position()
    making.wording(position)
    with pytest.raises(PositionRefused, match="was not adopted on that day"):
        making.used(position)
