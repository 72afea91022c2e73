"""The round table meets: once three weeks ago, with roll call and minutes, and once more in a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Final

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from forums.meetings import zones
from forums.meetings.selectors import roll_of
from forums.meetings.services import agenda, inviting, minutes, planning, reviewing, roll_call
from forums.models import Attendance, Forum, Invitation, Meeting, MeetingSeries

STANDING: Final = (
    ("Welcome and agenda", "Mot de bienvenue et ordre du jour"),
    ("What became of our actions", "Suivi de nos actions"),
    ("Around the table", "Tour de table"),
)
ITEMS: Final = (
    ("Operators for leaching circuits", "Opérateurs de circuits de lixiviation"),
    ("Buyers for purge solution", "Acheteurs de solution de purge"),
)
TEXTS: Final = (
    (
        "Several plants lack operators; a shared trainer would serve them.\n"
        "! The Table asks for one curriculum for operators.\n"
        "> sends the curriculum of the institute to all members\n"
        "? Who pays for the trainer in the first year",
        "Plusieurs usines manquent d’opérateurs; un formateur commun leur servirait.\n"
        "! La Table demande un seul programme pour les opérateurs.",
    ),
    (
        "No buyer was found. The point stays open.",
        "Aucun acheteur n’a été trouvé. Le point reste ouvert.",
    ),
)
_ANSWERS: Final = (Invitation.Answer.YES, Invitation.Answer.YES, Invitation.Answer.NO, Invitation.Answer.ALTERNATE)


def add_meetings(office: Office) -> None:
    """A series with its standing items; the meeting to come brings what the last one left open."""
    omar = office.colleagues["omar"]
    forum = Forum.objects.select_related("initiative").get(code="PRT-EX")
    series = planning.create_series(
        actor=omar, forum=forum, name_en="Plenary", name_fr="Séance plénière", items=STANDING
    )
    _held(omar, _meeting(omar, forum, series, -21, "Autumn plenary", "Séance d’automne"))
    _announced(omar, _meeting(omar, forum, series, 31, "Winter plenary", "Séance d’hiver"))


def _meeting(actor: User, forum: Forum, series: MeetingSeries, days: int, title_en: str, title_fr: str) -> Meeting:
    day = today() + timedelta(days=days)
    day -= timedelta(days=max(0, day.weekday() - 4))  # no weekend
    return planning.create_meeting(
        actor=actor,
        forum=forum,
        series=series,
        starts_at=zones.moment(day, time(9, 30), zones.Zone.TORONTO),
        ends_at=zones.moment(day, time(12), zones.Zone.TORONTO),
        zone=zones.Zone.TORONTO,
        title_en=title_en,
        title_fr=title_fr,
        place_en="Example Hall, Ottawa",
        place_fr="Salle Exemple, Ottawa",
        link="https://meet.example/round-table",
    )


def _held(actor: User, meeting: Meeting) -> None:
    items = [
        agenda.add_item(actor=actor, meeting=meeting, title_en=english, title_fr=french, minutes=40)
        for english, french in ITEMS
    ]
    agenda.set_done(actor=actor, item=items[0], is_done=True)
    rows = roll_of(meeting).unmarked
    for place, row in enumerate(rows):
        mark = Attendance.Mark.REGRETS if place % 5 == 3 else Attendance.Mark.PRESENT
        if place % 5 == 4:
            mark = Attendance.Mark.ONLINE
        roll_call.mark(actor=actor, meeting=meeting, person=row.person, mark=mark, seat=row.seat)
    written = minutes.begin_minutes(actor=actor, meeting=meeting)
    _write(actor, meeting, [item.pk for item in items])
    reviewing.send_for_review(actor=actor, minutes=written, base_url="https://crm.example/")


def _write(actor: User, meeting: Meeting, items: Sequence[int]) -> None:
    for key, (english, french) in zip(items, TEXTS, strict=True):
        section = meeting.minutes.sections.select_related("minutes__meeting", "item").get(item=key)
        changes = {"text_en": english, "text_fr": french}
        minutes.edit_section(actor=actor, section=section, version=section.version, changes=changes)


def _announced(actor: User, meeting: Meeting) -> None:
    for language in ("en", "fr"):
        planning.approve_texts(actor=actor, meeting=meeting, language=language)
    inviting.send_invitations(actor=actor, meeting=meeting, base_url="https://crm.example/")
    invitations = meeting.invitations.select_related("meeting__forum__initiative", "person").order_by("pk")
    for place, invitation in enumerate(invitations[: len(_ANSWERS) * 2]):
        answer = _ANSWERS[place % len(_ANSWERS)]
        inviting.note_answer(actor=actor, invitation=invitation, answer=answer, alternate="Jo Exemple")
