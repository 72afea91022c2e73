"""Positions, their topics and their wordings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Initiative
from forums.models import Position, PositionTopic, PositionWording
from forums.positions import policies
from forums.positions.errors import LiesAhead, OfAnotherPosition, PositionRefused
from members.models import Concept, Jurisdiction
from members.services.names import cleaned

_TOPICS = ("concepts", "jurisdictions")


def create_position(
    *,
    actor: User,
    question_en: str = "",
    question_fr: str = "",
    owner: User | None = None,
    initiative: Initiative | None = None,
    opened_on: date | None = None,
    concepts: Sequence[Concept] = (),
    jurisdictions: Sequence[Jurisdiction] = (),
) -> Position:
    """Ask a question of a forum (its ``initiative``), or of the alliance. Raises ``ValidationError`` for the shape."""
    position = Position(
        initiative=initiative,
        owner=owner or actor,
        opened_on=opened_on or today(),
        **cleaned({"question_en": question_en, "question_fr": question_fr}),
    )
    require(policies.can_run_position(actor, position))
    if position.opened_on > today():
        raise LiesAhead(field="opened_on")
    position.clean_fields(exclude={"initiative", "owner"})
    position.validate_constraints()
    with recorded(actor):
        position.save(force_insert=True)
        _write_topics(position, concepts, jurisdictions)
    return position


def edit_position(
    *,
    actor: User,
    position: Position,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Position:
    """Change the question, the owner, the day or the topics (``concepts``, ``jurisdictions``).

    What it is filed under stays, for its stances speak of that table. Raises ``EditConflict``, ``ValidationError``.
    """
    require(policies.can_run_position(actor, position))
    fields = cleaned({name: value for name, value in changes.items() if name not in _TOPICS})
    with recorded(actor):
        current = lock(position)
        before = current.version
        keep = changes_to_keep(current, fields, version=version, mine=mine, theirs=theirs)
        if keep.get("opened_on", current.opened_on) > today():
            raise LiesAhead(field="opened_on")
        apply(current, keep)
        topics = {name: changes[name] for name in _TOPICS if name in changes}
        if topics:
            written = _write_topics(
                current,
                topics.get("concepts", [row.concept for row in current.topics.exclude(concept=None)]),
                topics.get("jurisdictions", [row.jurisdiction for row in current.topics.exclude(jurisdiction=None)]),
            )
            if written and current.version == before:
                current.version += 1
                current.save(update_fields=["version"])
    return current


def _write_topics(position: Position, concepts: Sequence[Any], jurisdictions: Sequence[Any]) -> bool:
    """Make the topics equal to these. Whether anything changed."""
    wanted = {("concept_id", row.pk) for row in concepts} | {("jurisdiction_id", row.pk) for row in jurisdictions}
    known = {
        ("concept_id", row.concept_id) if row.concept_id else ("jurisdiction_id", row.jurisdiction_id): row
        for row in position.topics.all()
    }
    for key in known.keys() - wanted:
        known[key].delete()
    for column, key in sorted(wanted - known.keys()):
        PositionTopic(position=position, **{column: key}).save(force_insert=True)
    return known.keys() != wanted


def add_wording(
    *,
    actor: User,
    position: Position,
    text_en: str = "",
    text_fr: str = "",
    change: str = "",
    reason: str = "",
    written_on: date | None = None,
) -> PositionWording:
    """Write the next version. From the second one on, ``change`` and ``reason`` say what became different, and why."""
    require(policies.can_run_position(actor, position))
    day = written_on or today()
    if day > today():
        raise LiesAhead(field="written_on")
    with recorded(actor):
        current = lock(position)
        last = PositionWording.objects.filter(position=current).aggregate(last=Max("number"))["last"] or 0
        newest = PositionWording.objects.filter(position=current, number=last).first()
        if newest is not None and day < newest.written_on:
            raise PositionRefused(_("The version before it is younger."), field="written_on")
        wording = PositionWording(
            position=current,
            number=last + 1,
            author=actor,
            written_on=day,
            **cleaned({"text_en": text_en, "text_fr": text_fr, "change": change, "reason": reason}),
        )
        if last and not (wording.change and wording.reason):
            raise PositionRefused(_("Say what changed, and why."), field="reason" if wording.change else "change")
        wording.clean_fields(exclude={"position", "author"})
        wording.validate_constraints()
        wording.save(force_insert=True)
    return wording


def translate_wording(*, actor: User, wording: PositionWording, language: str, text: str) -> PositionWording:
    """Fill the side that is still empty. Words that stand are never changed: another version follows them."""
    require(policies.can_run_position(actor, wording.position))
    values = cleaned({"text": text})
    if language not in LANGUAGES or not values["text"]:
        raise PositionRefused(_("Enter the translation."), field="text")
    with recorded(actor):
        current = lock(wording)
        if getattr(current, f"text_{language}"):
            raise PositionRefused(_("This text stands. Write another version instead."), field="text")
        apply(current, {f"text_{language}": values["text"]})
    return current


def wording_of(position: Position, wording: PositionWording | None) -> PositionWording | None:
    """The wording, if it is one of this position. Raises :class:`OfAnotherPosition`."""
    if wording is not None and wording.position_id != position.pk:
        raise OfAnotherPosition(field="wording")
    return wording


def set_aside(*, actor: User, position: Position, reason: str) -> Position:
    """Put the position aside; it takes no more stances and leaves the list. Nothing is lost."""
    require(policies.can_run_position(actor, position))
    reason = clean_line(reason)
    if not reason:
        raise PositionRefused(_("Say why the position is put aside."), field="reason")
    with recorded(actor, reason=reason):
        current = lock(position)
        if not current.is_archived:
            apply(current, {"archived_at": timezone.now(), "archived_reason": reason})
    return current


def take_up(*, actor: User, position: Position) -> Position:
    """Work on it again."""
    require(policies.can_run_position(actor, position))
    with recorded(actor):
        current = lock(position)
        if current.is_archived:
            apply(current, {"archived_at": None, "archived_reason": ""})
    return current
