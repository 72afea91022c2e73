"""What the contact log holds about a person, and how it is searched, for requests for access."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.held import between, lines, nobody_told
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.searching.service import answering
from c2m2a_crm.engagement.models import (
    AgreedQuiet,
    Commitment,
    FollowUp,
    Interaction,
    NoProspect,
    OwnRhythm,
    Participant,
    Point,
)
from members.models import Person


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """Contacts in which the person took part or whose words name them, with what was raised and promised there."""
    named = answering(actor, "contact", f'"{person.full_name}"')
    contacts = _contacts(actor, circle).filter(_with([person]) | named)
    yield from _told(actor, contacts, circle)
    promises = _readable(Commitment, actor, circle).filter(by_person=person).exclude(interaction__in=contacts)
    yield from map(_commitment, promises.select_related("interaction").order_by("pk"))
    named = answering(actor, "followup", f'"{person.full_name}"')
    steps = _readable(FollowUp, actor, circle).filter(Q(person=person) | named | Q(interaction__in=contacts))
    yield from map(_follow_up, steps.select_related("assignee", "created_by").order_by("pk"))
    if circle is None:
        yield from _rhythms(actor, person)


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    contacts = _contacts(actor, circle).filter(between("occurred_on", sought.since, sought.until))
    steps = _readable(FollowUp, actor, circle).filter(between("created_at__date", sought.since, sought.until))
    if sought.words:
        contacts = contacts.filter(answering(actor, "contact", sought.words))
        steps = steps.filter(answering(actor, "followup", sought.words))
    if sought.people:
        contacts = contacts.filter(_with(sought.people))
        steps = steps.filter(person__in=[person.pk for person in sought.people])
    yield from _told(actor, contacts, circle)
    yield from map(_follow_up, steps.select_related("assignee", "created_by").order_by("pk"))


def _readable(model: Any, actor: Any, circle: int | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.readable_by(actor).filter(confided_to(circle))
    return rows


def _contacts(actor: Any, circle: int | None) -> QuerySet[Interaction]:
    return _readable(Interaction, actor, circle)


def _with(people: Any) -> Q:
    parts = Participant.objects.filter(interaction=OuterRef("pk"), person__in=[person.pk for person in people])
    return Q(Exists(parts))


def _told(actor: Any, contacts: QuerySet[Interaction], circle: int | None) -> Iterator[HeldRecord]:
    """Each contact, oldest first, with the points and promises that are as open as it is."""
    rows = contacts.order_by("occurred_on", "pk").select_related("recorded_by").prefetch_related("participants")
    said: dict[int, list[Any]] = {}
    for model in (Point, Commitment):
        for part in _readable(model, actor, circle).filter(interaction__in=contacts.values("pk")).order_by("pk"):
            said.setdefault(part.interaction_id, []).append(part)
    for contact in rows:
        yield _contact(contact)
        for part in said.get(contact.pk, ()):
            part.interaction = contact
            yield _point(part) if isinstance(part, Point) else _commitment(part)


def _contact(contact: Interaction) -> HeldRecord:
    parts = list(contact.participants.all())
    text = lines(
        (_("Kind"), contact.get_kind_display()),
        (_("Date"), short_date(contact.occurred_on)),
        (_("Place"), contact.place),
        (_("What about"), contact.subject),
        (_("Who took part"), "; ".join(_in_words(part) for part in parts)),
        (_("Notes"), contact.notes),
        (_("Taken back"), contact.archived_reason),
    )
    return HeldRecord(
        contact,
        contact.subject,
        text,
        on=contact.occurred_on,
        source=_("Logged by %(name)s.") % {"name": contact.recorded_by},
        uses=_("To remember what passed between us and to prepare for the next contact."),
        recipients="; ".join(str(part) for part in parts if not part.is_ours) or nobody_told(),
    )


def _in_words(part: Participant) -> str:
    beside = ", ".join(filter(None, (part.title.text, part.party_name.text if part.person_id else "")))
    return f"{part.said_name} ({beside})" if beside else part.said_name


def _point(point: Point) -> HeldRecord:
    return HeldRecord(
        point,
        _("Raised on %(day)s") % {"day": short_date(point.interaction.occurred_on)},
        lines((point.get_kind_display(), point.text), (_("Our answer"), point.answer)),
        on=point.interaction.occurred_on,
        source=_("Said in the contact “%(subject)s”.") % {"subject": point.interaction.subject},
        uses=_("To answer what was raised, and to report what was heard."),
        recipients=nobody_told(),
    )


def _commitment(promise: Commitment) -> HeldRecord:
    return HeldRecord(
        promise,
        _("Promised on %(day)s") % {"day": short_date(promise.interaction.occurred_on)},
        lines(
            (_("Commitment"), promise.text),
            (_("Whose"), promise.get_direction_display()),
            (_("Due"), short_date(promise.due_on) if promise.due_on else ""),
        ),
        on=promise.interaction.occurred_on,
        source=_("Said in the contact “%(subject)s”.") % {"subject": promise.interaction.subject},
        uses=_("To keep what was promised."),
        recipients=nobody_told(),
    )


def _follow_up(step: FollowUp) -> HeldRecord:
    return HeldRecord(
        step,
        _("Follow-up"),
        lines((_("What to do"), step.text), (_("Who"), step.assignee)),
        on=timezone.localdate(step.created_at),
        source=_("Noted by %(name)s.") % {"name": step.created_by},
        uses=_("To do what comes next."),
        recipients=nobody_told(),
    )


def _rhythms(actor: Any, person: Person) -> Iterator[HeldRecord]:
    """What was set and agreed about the person, and notes that name them; none of it is ever confided."""
    name = person.full_name
    uses = _("To be in touch as often as was agreed.")
    own = OwnRhythm.objects.readable_by(actor).filter(Q(person=person) | Q(reason__icontains=name))
    for row in own.select_related("set_by").order_by("pk"):
        text = lines((_("Days"), str(row.days)), (_("Reason"), row.reason))
        yield HeldRecord(
            row,
            _("Rhythm of one’s own"),
            text,
            on=row.first_day,
            source=_("Set by %(name)s.") % {"name": row.set_by},
            uses=uses,
            recipients=nobody_told(),
        )
    named = Q(agreed_by__icontains=name) | Q(reason__icontains=name)
    quiet = AgreedQuiet.objects.readable_by(actor).filter(Q(person=person) | named)
    for agreed in quiet.select_related("noted_by").order_by("pk"):
        said = (_("Agreed for"), agreed.days_in_words), (_("Who agreed"), agreed.agreed_by), (_("Why"), agreed.reason)
        yield HeldRecord(
            agreed,
            _("Agreed quiet"),
            lines(*said),
            on=agreed.first_day,
            source=_("Noted by %(name)s.") % {"name": agreed.noted_by},
            uses=uses,
            recipients=nobody_told(),
        )
    noted = NoProspect.objects.readable_by(actor).filter(reason__icontains=name)
    for note in noted.select_related("said_by").order_by("pk"):
        yield HeldRecord(
            note,
            _("Why it is no prospect"),
            note.reason,
            on=note.since,
            source=_("Noted by %(name)s.") % {"name": note.said_by},
            uses=_("To know whom to invite into membership."),
            recipients=nobody_told(),
        )
