"""Adopting a wording by the rule of the terms of reference, with the dissent that is to be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import apply, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from forums.meetings.selectors import roll_of
from forums.models import Adoption, Decision, Dissent, Meeting, Position, PositionWording, TermsOfReference
from forums.positions import policies
from forums.positions.errors import AdoptedAlready, LiesAhead, NotAdopted, OfAnotherPosition, PositionRefused, refusals
from forums.positions.rules import OWN_RULE, refusal
from forums.positions.standing import Table, table_on


def rule_on(position: Position, day: date) -> tuple[str, TermsOfReference | None]:
    """By which rule it is adopted on that day, and the version that says so; empty where nothing settles it."""
    forum = position.forum
    if forum is None:
        return OWN_RULE.value, None
    terms: TermsOfReference | None = TermsOfReference.objects.filter(forum=forum).on(day).first()
    return (terms.decision_rule if terms else ""), terms


def adopt(
    *,
    actor: User,
    position: Position,
    wording: PositionWording,
    adopted_on: date,
    meeting: Meeting | None = None,
    decision: Decision | None = None,
    reasons: Mapping[int, str] | None = None,
    conditions_note: str = "",
) -> Adoption:
    """Adopt the newest wording. ``reasons`` are those of the dissents, by the key of the stance that opposes.

    Raises :class:`NotAdopted` where the rule of that day is not met, or another named refusal. What counts are the
    stances that ``actor`` may read.
    """
    require(policies.can_run_position(actor, position))
    if wording.position_id != position.pk:
        raise OfAnotherPosition(field="wording")
    if adopted_on > today():
        raise LiesAhead(field="adopted_on")
    if adopted_on < wording.written_on:
        raise NotAdopted(_("This wording was written after that day."), field="adopted_on")
    said = {key: clean_line(text)[:500] for key, text in (reasons or {}).items()}
    said = {key: text for key, text in said.items() if text}
    note = clean_line(conditions_note)[:500]
    with recorded(actor), refusals():
        current = lock(position)
        if current.wordings.filter(number__gt=wording.number).exists():
            raise NotAdopted(_("A newer wording stands beside it. Adopt that one."))
        if current.adoptions.filter(wording=wording, withdrawn_on__isnull=True).exists():
            raise AdoptedAlready
        if not wording.is_bilingual:
            raise NotAdopted(_missing_side(wording))
        _refuse_by_meeting(actor, current, adopted_on, meeting, decision)
        rule, terms = rule_on(current, adopted_on)
        table = table_on(actor, current, adopted_on)
        sentence = refusal(rule, table, reasons=said.keys(), conditions_note=note)
        if sentence:
            raise NotAdopted(sentence)
        adoption = Adoption(
            position=current,
            wording=wording,
            adopted_on=adopted_on,
            rule=rule,
            terms=terms,
            meeting=meeting,
            decision=decision,
            conditions_note=note if table.of("supports_if") else "",
            recorded_by=actor,
        )
        adoption.save(force_insert=True)
        for stance in opposing(table):
            if stance.pk in said:
                Dissent(adoption=adoption, position=current, stance=stance, reason=said[stance.pk]).save(
                    force_insert=True
                )
    return adoption


def opposing(table: Table) -> list[Any]:
    """The stances of those who count and oppose, each once: a party may have two seats."""
    found = {voice.stance.pk: voice.stance for voice in table.of("opposes") if voice.stance is not None}
    return list(found.values())


def _missing_side(wording: PositionWording) -> str:
    if wording.text_en:
        return _("%(wording)s has no French text yet.") % {"wording": wording}
    return _("%(wording)s has no English text yet.") % {"wording": wording}


def _refuse_by_meeting(
    actor: User, position: Position, day: date, meeting: Meeting | None, decision: Decision | None
) -> None:
    """A meeting is of the forum, took place on that day, and had its quorum once the roll was called."""
    if decision is not None and (meeting is None or decision.meeting_id != meeting.pk):
        raise NotAdopted(_("This decision was made in another meeting."), field="decision")
    if meeting is None:
        return
    forum = position.forum
    if not meeting.forum.is_readable_by(actor) or (forum is not None and meeting.forum_id != forum.pk):
        raise NotAdopted(_("This meeting is of another forum."), field="meeting")
    if forum is None and meeting.forum.initiative.is_confided:
        # Who may read the position would learn of a meeting that they may not read.
        raise NotAdopted(_("This meeting is confided to a circle, and the position is not."), field="meeting")
    if meeting.is_cancelled:
        raise NotAdopted(_("This meeting was cancelled."), field="meeting")
    if meeting.day != day:
        raise NotAdopted(_("The meeting was on another day."), field="adopted_on")
    roll = roll_of(meeting)
    if roll.is_called and roll.live.is_met is False:
        raise NotAdopted(roll.live.sentence, field="meeting")


def withdraw(*, actor: User, adoption: Adoption, day: date, reason: str) -> Adoption:
    """The position is no longer held from that day on. What was said and used stays as it was."""
    require(policies.can_run_position(actor, adoption.position))
    reason = clean_line(reason)[:500]
    if not reason:
        raise PositionRefused(_("Say why the position is withdrawn."), field="reason")
    if day > today():
        raise LiesAhead(field="day")
    with recorded(actor, reason=reason):
        current = lock(adoption)
        if current.withdrawn_on is not None:
            return current
        if day < current.adopted_on:
            raise PositionRefused(_("It was adopted after that day."), field="day")
        apply(current, {"withdrawn_on": day, "withdrawn_reason": reason})
    return current
