"""What meetings hold about a person: to which they were asked, what they answered, where they were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.removal import lose_words
from forums.models import AgendaItem, Attendance, Decision, Invitation, Meeting, MinutesAddition, MinutesSection
from members.models import Person

_FILE = "meeting__forum__initiative__"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_invited, _rows(Invitation, actor, circle).filter(person=person))
    yield from map(_marked, _rows(Attendance, actor, circle).filter(person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Invitations and marks of the people named, of meetings on those days. Words alone find none of them."""
    if sought.words and not sought.people:
        return
    for model, record in ((Invitation, _invited), (Attendance, _marked)):
        rows = _rows(model, actor, circle)
        if sought.people:
            rows = rows.filter(person__in=[person.pk for person in sought.people])
        if sought.since:
            rows = rows.filter(meeting__starts_at__date__gte=sought.since)
        if sought.until:
            rows = rows.filter(meeting__starts_at__date__lte=sought.until)
        yield from map(record, rows)


def _rows(model: Any, actor: Any, circle: int | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.readable_by(actor).filter(confided_to(circle, _FILE))
    return rows.select_related("meeting__forum__initiative", "person", "seat").order_by("pk")


def _invited(row: Invitation) -> HeldRecord:
    text = lines(
        (_("Meeting"), row.meeting),
        (_("Forum"), row.meeting.forum),
        (_("Person"), row.person),
        (_("Answer"), row.get_answer_display()),
        (_("Alternate"), row.alternate),
        (_("Remark"), row.remark),
    )
    return HeldRecord(
        row,
        _("Invitation: %(meeting)s") % {"meeting": row.meeting},
        text,
        on=row.meeting.day,
        source=_("Entered by the office, or answered by the person."),
        uses=_("To prepare the meeting."),
        recipients=_("The secretariat of the forum."),
    )


def _marked(row: Attendance) -> HeldRecord:
    text = lines(
        (_("Meeting"), row.meeting),
        (_("Forum"), row.meeting.forum),
        (_("Person"), row.person),
        (_("Mark"), row.get_mark_display()),
        (_("Speaks for"), row.party or ""),
    )
    return HeldRecord(
        row,
        _("Roll call: %(meeting)s") % {"meeting": row.meeting},
        text,
        on=row.meeting.day,
        source=_("Entered by the office."),
        uses=_("To know who was there, and whether there was a quorum."),
        recipients=_("Members of the forum, by its minutes."),
    )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Their own remarks, and where they are named in agendas, minutes and decisions. Invitations and marks stay."""
    own = Invitation.objects.filter(person=person)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    told = Invitation.objects.readable_by(actor).filter(pk__in=keys).count()
    empty = partial(own.update, remark="")
    open_files = confided_to(None, "forum__initiative__")
    of_meeting = confided_to(None, _FILE)
    of_minutes = confided_to(None, "minutes__meeting__forum__initiative__")
    additions = MinutesAddition.objects.filter(of_minutes)
    return [
        Words(_("Remarks on invitations"), Invitation, keys, ("remark",), told, empty),
        *mentions(
            Invitation.objects.filter(of_meeting).exclude(pk__in=keys),
            ("alternate", "remark"),
            identity,
            label=_("Answers to invitations"),
        ),
        *mentions(
            Meeting.objects.filter(open_files),
            ("title_en", "title_fr", "notes", "cancelled_reason"),
            identity,
            label=_("Meetings"),
        ),
        *mentions(
            AgendaItem.objects.filter(of_meeting),
            ("title_en", "title_fr", "presenter"),
            identity,
            label=_("Agenda items"),
        ),
        *mentions(
            MinutesSection.objects.filter(of_minutes),
            ("text_en", "text_fr"),
            identity,
            label=pgettext("record of a meeting", "Minutes"),
        ),
        *mentions(Decision.objects.filter(of_meeting), ("text_en", "text_fr"), identity, label=_("Decisions")),
        *_additions(additions, identity),
    ]


def _additions(rows: QuerySet[MinutesAddition], identity: Identity) -> list[Words]:
    """Rows that are only added lose all of their words: part of a sentence cannot be written over."""
    columns = ("text_en", "text_fr", "reason")
    keys = [
        row.pk
        for row in rows.order_by("pk")
        if any(identity.mask(getattr(row, name)) != getattr(row, name) for name in columns)
    ]
    if not keys:
        return []
    return [
        Words(
            gettext_lazy("Additions to minutes"),
            MinutesAddition,
            keys,
            columns,
            take_out=partial(lose_words, MinutesAddition, keys),
        )
    ]


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    return [
        (str(_("Invitations to meetings")), Invitation.objects.readable_by(actor).filter(person=person).count()),
        (str(_("Marks of roll calls")), Attendance.objects.readable_by(actor).filter(person=person).count()),
    ]
