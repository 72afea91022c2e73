"""What positions hold about a person: what they said, for whom, and where they are named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from forums.models import Adoption, Dissent, Position, PositionUse, PositionWording, Stance
from members.models import Person

_FILE = "position__initiative__"
_SOURCES = ("interaction__", "section__minutes__meeting__forum__initiative__")


def _within(circle: int | None, paths: tuple[str, ...]) -> Q:
    """Rows confided to the circle by any of the paths; without one, rows that none of them confides."""
    found = confided_to(circle, paths[0])
    for path in paths[1:]:
        found = found & confided_to(None, path) if circle is None else found | confided_to(circle, path)
    return found


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_said, _stances(actor, circle).filter(person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """What the people named said on those days. Words alone find nothing here."""
    if sought.words and not sought.people:
        return
    rows = _stances(actor, circle)
    if sought.people:
        rows = rows.filter(person__in=[person.pk for person in sought.people])
    if sought.since:
        rows = rows.filter(said_on__gte=sought.since)
    if sought.until:
        rows = rows.filter(said_on__lte=sought.until)
    yield from map(_said, rows)


def _stances(actor: Any, circle: int | None) -> QuerySet[Stance]:
    rows = Stance.objects.readable_by(actor).filter(_within(circle, (_FILE, *_SOURCES)))
    found: QuerySet[Stance] = rows.filter(person__isnull=False).for_list().order_by("pk")
    return found


def _said(row: Stance) -> HeldRecord:
    text = lines(
        (_("Question"), row.position),
        (_("Person"), row.person),
        (_("Speaks for"), row.speaker or ""),
        (_("Stance"), row.get_kind_display()),
        (_("On what condition"), row.condition),
        (_("In their words"), row.words),
    )
    return HeldRecord(
        row,
        _("Stance: %(position)s") % {"position": row.position},
        text,
        on=row.said_on,
        source=_("Entered by the office from a contact or from minutes."),
        uses=_("To know who supports a policy position, and on what condition."),
        recipients=_("Staff of the office."),
    )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Their own words, and where they are named. What was said for an organization stays, without who spoke."""
    own = Stance.objects.filter(person=person)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    told = Stance.objects.readable_by(actor).filter(pk__in=keys).count()
    open_rows = _within(None, (_FILE, *_SOURCES))
    of_position = confided_to(None, _FILE)
    return [
        Words(_("Words of stances"), Stance, keys, ("words",), told, partial(own.update, words="")),
        *mentions(
            Stance.objects.filter(open_rows).exclude(pk__in=keys),
            ("condition", "words", "withdrawn_reason"),
            identity,
            label=_("Stances"),
        ),
        *mentions(
            Position.objects.filter(confided_to(None, "initiative__")),
            ("question_en", "question_fr", "archived_reason"),
            identity,
            label=_("Policy positions"),
        ),
        *mentions(
            PositionWording.objects.filter(of_position),
            ("text_en", "text_fr", "change", "reason"),
            identity,
            label=_("Wordings of positions"),
        ),
        *mentions(
            Adoption.objects.filter(of_position),
            ("conditions_note", "withdrawn_reason"),
            identity,
            label=_("Adoptions of positions"),
        ),
        *mentions(Dissent.objects.filter(of_position), ("reason",), identity, label=_("Recorded dissents")),
        *mentions(
            PositionUse.objects.filter(of_position),
            ("citation", "withdrawn_reason"),
            identity,
            label=_("Uses of positions"),
        ),
    ]


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    return [(str(_("Stances on policy positions")), Stance.objects.readable_by(actor).filter(person=person).count())]


def spoke_since(day: date) -> QuerySet[Any, Any]:
    """People who said something about a position on that day or later (``core.registries.RetentionUse``)."""
    return Stance.objects.filter(person__isnull=False, said_on__gte=day).values("person")
