"""Answers as the office reads them: what was on file, what the person says, what is on file now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from c2m2a_crm.core.models import PublicLink
from c2m2a_crm.core.querysets import among
from members.details.deciding import BY_HAND, seen_mark
from members.details.querysets import PURPOSE_KEY
from members.details.shown import AS_SAID, CHANGED, OnFile
from members.details.words import in_words, provinces
from members.models import DetailsDifference, DetailsRequest, Person
from members.policies import can_edit_directory
from members.selectors import person_note, with_place

Field = DetailsDifference.Field


@dataclass(frozen=True, slots=True)
class Line:
    """A field of an answer. ``stands`` says how it is on file by now; ``mark`` goes with what the reader chooses.

    ``hand_url`` is the page on which what follows is asked, for a field that is not written by accepting it.
    """

    difference: DetailsDifference
    old: str
    new: str
    present: str
    stands: str
    mark: str
    hand_url: str

    @property
    def is_changed(self) -> bool:
        return self.stands == CHANGED

    @property
    def is_done(self) -> bool:
        """It is on file as they say."""
        return self.stands == AS_SAID

    @property
    def is_waiting(self) -> bool:
        return self.difference.state == DetailsDifference.State.WAITING

    @property
    def at_once(self) -> bool:
        """Whether accepting everything takes it."""
        return self.is_waiting and (self.is_done or not (self.is_changed or self.hand_url))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer on a page; ``next_key`` is that of the one that has the focus when this one is settled."""

    asked: DetailsRequest
    note: str
    lines: Sequence[Line]
    next_key: int = 0

    @property
    def is_waiting(self) -> bool:
        return any(line.is_waiting for line in self.lines)

    @property
    def can_accept_all(self) -> bool:
        return any(line.at_once for line in self.lines)


def answers(actor: Any, rows: Sequence[DetailsRequest]) -> list[Answer]:
    """The statements do not grow with the answers."""
    keys = {asked.person_id for asked in rows}
    people = with_place(Person.objects.visible_to(actor)).in_bulk(keys)
    file, by_code = OnFile(keys), provinces()
    found = []
    for asked in rows:
        person = people[asked.person_id]
        lines = [_line(asked, each, person, file, by_code) for each in asked.differences.all()]
        found.append(Answer(asked, person_note(person), lines))
    order = [answer.asked.pk for answer in found]
    return [replace(answer, next_key=(order[at + 1 :] or order[-2:-1] or [0])[0]) for at, answer in enumerate(found)]


def _line(
    asked: DetailsRequest, each: DetailsDifference, person: Person, file: OnFile, by_code: Mapping[str, str]
) -> Line:
    present, is_by_hand = file.now(each, person), each.field in BY_HAND
    return Line(
        difference=each,
        old=in_words(each, each.old, by_code),
        new=in_words(each, each.new, by_code),
        present=in_words(each, present, by_code),
        stands=file.stands(each, person),
        mark=seen_mark(present),
        hand_url=_hand_url(asked, each, file, person) if is_by_hand else "",
    )


def _hand_url(asked: DetailsRequest, each: DetailsDifference, file: OnFile, person: Person) -> str:
    """Who leaves moves on; who works elsewhere as well gets another affiliation."""
    if each.field == Field.LEFT:
        url = reverse("people:moved_on", args=[asked.person_id])
        return f"{url}?{urlencode({'place': str(each.target)})}" if file.row(each, person) is not None else ""
    return reverse("people:affiliation_create", args=[asked.person_id])


@dataclass(frozen=True, slots=True)
class Asked:
    """The last time that a person was asked, for the card on their page."""

    request: DetailsRequest
    link: PublicLink | None
    is_waiting: bool

    @property
    def is_open(self) -> bool:
        return self.request.answered_at is None and self.link is not None and self.link.state == PublicLink.State.WORKS


def last_asked(actor: Any, person: Person) -> Asked | None:
    request = DetailsRequest.objects.readable_by(actor).filter(person=person).first()
    if request is None:
        return None
    link = PublicLink.objects.about(PURPOSE_KEY, request.pk).order_by("-pk").first()
    is_waiting = request.differences.filter(state=DetailsDifference.State.WAITING).exists()
    return Asked(request, link, is_waiting)


def panel(actor: Any, person: Any) -> dict[str, Any]:
    """What the card of the last check says of asking the person."""
    if not isinstance(person, Person) or not can_edit_directory(actor):
        return {}
    may_ask = not person.is_archived and person.anonymised_on is None
    return {
        "asked": last_asked(actor, person),
        "ask_url": f"{reverse('details:ask')}?person={person.pk}" if may_ask else "",
    }


def openings(rows: Sequence[DetailsRequest]) -> dict[int, PublicLink]:
    """The newest link of each question, in one statement."""
    links = PublicLink.objects.filter(among("object_id", [row.pk for row in rows]), purpose=PURPOSE_KEY)
    return {link.object_id: link for link in links.order_by("pk")}
