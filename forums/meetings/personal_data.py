"""What meetings hold about a person: to which they were asked, what they answered, where they were, for what they
stepped aside, and what they said of draft minutes."""

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
from forums.models import (
    AgendaItem,
    Attendance,
    Decision,
    Invitation,
    Meeting,
    MinutesAddition,
    MinutesComment,
    MinutesReviewer,
    MinutesSection,
    Recusal,
)
from members.memberships.retention import MARK
from members.models import Person

_FILE = "meeting__forum__initiative__"
_OF_MINUTES = f"minutes__{_FILE}"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_invited, _rows(Invitation, actor, circle).filter(person=person))
    yield from map(_marked, _rows(Attendance, actor, circle).filter(person=person))
    yield from map(_stepped_aside, _rows(Recusal, actor, circle).filter(person=person))
    yield from map(_reviewed, _reviews(actor, circle).filter(person=person))
    yield from map(_commented, _comments(actor, circle).filter(reviewer__person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """What there is of the people named, of meetings on those days. Words alone find none of it."""
    if sought.words and not sought.people:
        return
    for rows, record, person, meeting in (
        (_rows(Invitation, actor, circle), _invited, "person", "meeting"),
        (_rows(Attendance, actor, circle), _marked, "person", "meeting"),
        (_rows(Recusal, actor, circle), _stepped_aside, "person", "meeting"),
        (_reviews(actor, circle), _reviewed, "person", "minutes__meeting"),
        (_comments(actor, circle), _commented, "reviewer__person", "minutes__meeting"),
    ):
        found: QuerySet[Any] = rows
        if sought.people:
            found = found.filter(**{f"{person}__in": [each.pk for each in sought.people]})
        if sought.since:
            found = found.filter(**{f"{meeting}__starts_at__date__gte": sought.since})
        if sought.until:
            found = found.filter(**{f"{meeting}__starts_at__date__lte": sought.until})
        yield from map(record, found)


def _rows(model: Any, actor: Any, circle: int | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.readable_by(actor).filter(confided_to(circle, _FILE))
    beside = ("item",) if model is Recusal else ("seat",)
    return rows.select_related("meeting__forum__initiative", "person", *beside).order_by("pk")


def _reviews(actor: Any, circle: int | None) -> QuerySet[MinutesReviewer]:
    rows = MinutesReviewer.objects.readable_by(actor).filter(confided_to(circle, _OF_MINUTES))
    return rows.select_related("minutes__meeting__forum__initiative", "person").order_by("pk")


def _comments(actor: Any, circle: int | None) -> QuerySet[MinutesComment]:
    rows = MinutesComment.objects.readable_by(actor).filter(confided_to(circle, _OF_MINUTES))
    return rows.select_related("minutes__meeting__forum__initiative", "section__item", "reviewer__person").order_by(
        "pk"
    )


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


def _stepped_aside(row: Recusal) -> HeldRecord:
    text = lines(
        (_("Meeting"), row.meeting),
        (_("Forum"), row.meeting.forum),
        (_("Person"), row.person),
        (_("Agenda item"), row.item),
        (_("Reason"), row.reason),
    )
    return HeldRecord(
        row,
        _("Stepped aside: %(meeting)s") % {"meeting": row.meeting},
        text,
        on=row.meeting.day,
        source=_("Entered by the office."),
        uses=_("To know who took part in which item, and whether there was a quorum for it."),
        recipients=_("Members of the forum, by its minutes."),
    )


def _reviewed(row: MinutesReviewer) -> HeldRecord:
    meeting = row.minutes.meeting
    text = lines(
        (_("Meeting"), meeting),
        (_("Forum"), meeting.forum),
        (_("Person"), row.person),
        (_("Last written to"), row.told_of or ""),
    )
    return HeldRecord(
        row,
        _("Draft minutes to read: %(meeting)s") % {"meeting": meeting},
        text,
        on=meeting.day,
        source=_("Made by the program when the draft minutes left."),
        uses=_("To let those who attended comment on the draft minutes."),
        recipients=_("The secretariat of the forum."),
    )


def _commented(row: MinutesComment) -> HeldRecord:
    meeting = row.minutes.meeting
    text = lines(
        (_("Meeting"), meeting),
        (_("Forum"), meeting.forum),
        (_("Person"), row.reviewer.person),
        (_("Section"), row.section),
        (_("Line"), row.quote),
        (_("Comment"), row.text),
        (_("Answer"), row.get_verdict_display()),
        (_("In a few words"), row.answer),
    )
    return HeldRecord(
        row,
        _("Comment on draft minutes: %(meeting)s") % {"meeting": meeting},
        text,
        on=meeting.day,
        source=_("Written by the person, by a personal link."),
        uses=_("To put the minutes right before they are adopted."),
        recipients=_("The secretariat of the forum."),
    )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    """Their own remarks, and where they are named in agendas, minutes and decisions. Invitations and marks stay."""
    own = Invitation.objects.filter(person=person)
    keys = list(own.order_by("pk").values_list("pk", flat=True))
    told = Invitation.objects.readable_by(actor).filter(pk__in=keys).count()
    empty = partial(own.update, remark="")
    open_files = confided_to(None, "forum__initiative__")
    of_meeting = confided_to(None, _FILE)
    of_minutes = confided_to(None, _OF_MINUTES)
    aside = Recusal.objects.filter(person=person)
    aside_keys = list(aside.order_by("pk").values_list("pk", flat=True))
    said = MinutesComment.objects.filter(reviewer__person=person)
    said_keys = list(said.order_by("pk").values_list("pk", flat=True))
    additions = MinutesAddition.objects.filter(of_minutes)
    return [
        Words(_("Remarks on invitations"), Invitation, keys, ("remark",), told, empty),
        Words(
            _("Reasons for stepping aside"),
            Recusal,
            aside_keys,
            ("reason",),
            Recusal.objects.readable_by(actor).filter(pk__in=aside_keys).count(),
            partial(aside.update, reason=MARK),
        ),
        Words(
            _("Comments on draft minutes"),
            MinutesComment,
            said_keys,
            ("quote", "text"),
            MinutesComment.objects.readable_by(actor).filter(pk__in=said_keys).count(),
            partial(said.update, quote="", text=MARK),
        ),
        *mentions(
            Recusal.objects.filter(of_meeting).exclude(pk__in=aside_keys),
            ("reason",),
            identity,
            label=_("Reasons for stepping aside"),
        ),
        *mentions(
            MinutesComment.objects.filter(of_minutes).exclude(pk__in=said_keys),
            ("quote", "text", "answer"),
            identity,
            label=_("Comments on draft minutes"),
        ),
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
        (str(_("Stepping aside for agenda items")), Recusal.objects.readable_by(actor).filter(person=person).count()),
        (str(_("Draft minutes to read")), MinutesReviewer.objects.readable_by(actor).filter(person=person).count()),
    ]
